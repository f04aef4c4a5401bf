"""Promises in the database. Row level security hides what is others'; every function names the organisation as well."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from trygghet import database
from trygghet.obligations.rules import Rhythm
from trygghet.periods import Validity
from trygghet.promises.outcomes import Outcome
from trygghet.promises.promise import Activity, FocusArea, Goal, Party, Promise
from trygghet.promises.rules import Chapter, Definition, Link
from trygghet.swedish import NotFound
from trygghet.tables import Activity as ActivityTable
from trygghet.tables import Definition as DefinitionTable
from trygghet.tables import FocusArea as FocusAreaTable
from trygghet.tables import Goal as GoalTable
from trygghet.tables import Link as LinkTable
from trygghet.tables import PromiseText
from trygghet.tables import Rhythm as RhythmTable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from piccolo.columns import Column

    from trygghet.promises.outcomes import Entry, Reporter
    from trygghet.promises.rules import ActivityDraft, Draft, GoalDraft

Made = TypeVar("Made")


# ---------------------------------------------------------------- reading
async def one(organisation: UUID, promise_id: UUID) -> Promise:
    """The whole signed promise. Raises `NotFound`, also for one that is unsigned or that the organisation has no access to."""
    found = await _grown(await database.connection().fetch(f"{_PROMISE} AND p.id = $2", organisation, promise_id))
    if not found:
        raise NotFound
    return found[0]


async def every(organisation: UUID) -> list[Promise]:
    """All signed promises that the organisation has access to, by area and first day."""
    return await _grown(await database.connection().fetch(f"{_PROMISE} ORDER BY p.area_name, p.valid_from", organisation))


_PROMISE = (
    "SELECT p.* FROM promise p JOIN access a ON a.promise_id = p.id WHERE a.organisation_id = $1 AND p.stage IN ('signed', 'ended_early', 'replaced')"
)
_HEAD = (
    "id",
    "title",
    "area_name",
    "oath",
    "stage",
    "version",
    "tell_every_days",
    "contact_office",
    "contact_name",
    "contact_phone",
    "contact_email",
    "told_through",
    "page_updated_on",
)
_PARTY = """
SELECT p.promise_id, p.organisation_id, o.slug, o.name, o.short_name AS short, o.code, p.side, p.signatory_name, p.signatory_office, p.signed, p.signed_on
FROM party p JOIN organisation o ON o.id = p.organisation_id WHERE p.promise_id = ANY($1)
ORDER BY array_position(ARRAY['municipality', 'police', 'other'], p.side), o.name
"""
_OUTCOME = """
SELECT u.promise_id, u.id, u.activity_id, u.organisation_id, o.short_name AS organisation_short, u.happened_on, u.amount, u.note, u.reporter_office,
       u.corrects_id, u.recorded_at
FROM outcome u JOIN organisation o ON o.id = u.organisation_id WHERE u.promise_id = ANY($1)
"""


async def _grown(heads: Sequence[Any]) -> list[Promise]:
    """Promises with all that hangs on them: one query for each table, however many promises."""
    ids = [row["id"] for row in heads]
    if not ids:
        return []
    parties = _by_promise(await database.connection().fetch(_PARTY, ids))
    recorded: dict[UUID, list[Outcome]] = defaultdict(list)
    for row in await database.connection().fetch(_OUTCOME, ids):
        recorded[row["activity_id"]].append(_made(Outcome, row))
    chapters, links, areas, goals, activities = [
        await _hanging(table, table.position, ids) for table in (PromiseText, LinkTable, FocusAreaTable, GoalTable, ActivityTable)
    ]
    definitions = await _hanging(DefinitionTable, DefinitionTable.term, ids)
    rhythms = await _hanging(RhythmTable, RhythmTable.receiver, ids)
    return [
        Promise(
            **{name: row[name] for name in _HEAD},
            validity=Validity(row["valid_from"], row["valid_until"], row["review_on"]),
            parties=_all(Party, parties[row["id"]]),
            chapters=_all(Chapter, chapters[row["id"]]),
            definitions=_all(Definition, definitions[row["id"]]),
            links=_all(Link, links[row["id"]]),
            rhythms=_all(Rhythm, rhythms[row["id"]]),
            **_levels(areas[row["id"]], goals[row["id"]], activities[row["id"]], recorded),
        )
        for row in heads
    ]


async def _hanging(table: Any, order: Column, ids: list[UUID]) -> dict[UUID, list[Any]]:
    return _by_promise(await table.select().where(table.promise_id.is_in(ids)).order_by(order))


def _by_promise(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["promise_id"]].append(row)
    return found


def _made(kind: type[Made], row: Any, **more: Any) -> Made:
    """A dataclass from the columns that have its fields' names."""
    fields: dict[str, Any] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: row[name] for name in fields if name in row}, **more)


def _all(kind: type[Made], rows: Iterable[Any]) -> tuple[Made, ...]:
    return tuple(_made(kind, row) for row in rows)


def _levels(areas: list[Any], goals: list[Any], activities: list[Any], recorded: dict[UUID, list[Outcome]]) -> dict[str, Any]:
    """Each activity under its goal, else under its area, else under the promise itself; goals likewise."""
    under: dict[Any, list[Activity]] = defaultdict(list)
    for row in activities:
        under[row["goal_id"] or row["focus_area_id"]].append(_made(Activity, row, recorded=tuple(recorded[row["id"]])))
    in_area: dict[Any, list[Goal]] = defaultdict(list)
    for row in goals:
        in_area[row["focus_area_id"]].append(_made(Goal, row, activities=tuple(under[row["id"]])))
    return {
        "areas": tuple(_made(FocusArea, row, goals=tuple(in_area[row["id"]]), activities=tuple(under[row["id"]])) for row in areas),
        "goals": tuple(in_area[None]),
        "activities": tuple(under[None]),
    }


async def parties(organisation: UUID, slugs: Sequence[str]) -> dict[str, UUID]:
    """The ids of the organisations with these slugs; a slug that does not exist is left out."""
    del organisation  # names are public facts
    rows = await database.connection().fetch("SELECT slug, id FROM organisation WHERE slug = ANY($1)", list(slugs))
    return {row["slug"]: row["id"] for row in rows}


async def recorded_before(organisation: UUID, form_key: UUID) -> Outcome | None:
    """What this form has recorded already."""
    row = await database.connection().fetchrow(_BY_FORM, organisation, form_key)
    return None if row is None else _made(Outcome, row)


_BY_FORM = """
SELECT u.*, o.short_name AS organisation_short FROM outcome u JOIN organisation o ON o.id = u.organisation_id
WHERE u.organisation_id = $1 AND u.form_key = $2
"""


async def promise_of(organisation: UUID, outcome_id: UUID) -> UUID:
    """Which promise a recorded row belongs to. Raises `NotFound`."""
    found: UUID | None = await database.connection().fetchval(
        "SELECT u.promise_id FROM outcome u JOIN access a ON a.promise_id = u.promise_id WHERE a.organisation_id = $1 AND u.id = $2",
        organisation,
        outcome_id,
    )
    if found is None:
        raise NotFound
    return found


# ---------------------------------------------------------------- writing
async def lock(organisation: UUID, promise_id: UUID) -> None:
    """One change of a promise at a time, so that each snapshot for residents holds what was written before it. Raises `NotFound`."""
    found = await database.connection().fetchval(
        "SELECT p.id FROM promise p WHERE p.id = $2 AND p.id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) FOR NO KEY UPDATE",
        organisation,
        promise_id,
    )
    if found is None:
        raise NotFound


async def add(organisation: UUID, draft: Draft, party_ids: dict[str, UUID], *, now: dt.datetime) -> UUID:
    """The promise with everything in the draft, signed, and open to all its parties. `party_ids` has every slug of the draft."""
    promise_id = uuid.uuid4()
    link = database.connection()
    await link.execute(
        _ADD,
        promise_id,
        draft.title,
        draft.area_name,
        draft.oath,
        draft.valid_from,
        draft.valid_until,
        draft.review_on,
        draft.tell_every_days,
        draft.contact_office,
        draft.contact_name,
        draft.contact_phone,
        draft.contact_email,
        draft.told_through,
        draft.page_updated_on,
        organisation,
        now,
    )
    await _add_parties(promise_id, draft, party_ids, now)
    await _add_texts(promise_id, draft)
    await _add_levels(promise_id, draft)
    return promise_id


_ADD = """
INSERT INTO promise (id, title, area_name, oath, valid_from, valid_until, review_on, tell_every_days, contact_office, contact_name, contact_phone,
                     contact_email, told_through, page_updated_on, created_by, created_at, updated_at, stage)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 'signed')
"""


async def _add_parties(promise_id: UUID, draft: Draft, party_ids: dict[str, UUID], now: dt.datetime) -> None:
    link = database.connection()
    await link.executemany(
        "INSERT INTO access (promise_id, organisation_id, since) VALUES ($1, $2, $3)", [(promise_id, one, now) for one in party_ids.values()]
    )
    await link.executemany(
        "INSERT INTO party (promise_id, organisation_id, side, signatory_name, signatory_office, signed, signed_on) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (promise_id, party_ids[one.organisation], one.side, one.signatory_name, one.signatory_office, one.signed, one.signed_on)
            for one in draft.parties
        ],
    )


async def _add_texts(promise_id: UUID, draft: Draft) -> None:
    link = database.connection()
    await link.executemany(
        "INSERT INTO promise_text (promise_id, position, kind, heading, body) VALUES ($1, $2, $3, $4, $5)",
        [(promise_id, place, one.kind, one.heading, one.body) for place, one in enumerate(draft.chapters)],
    )
    await link.executemany(
        "INSERT INTO definition (promise_id, term, meaning) VALUES ($1, $2, $3)", [(promise_id, one.term, one.meaning) for one in draft.definitions]
    )
    await link.executemany(
        "INSERT INTO link (promise_id, position, title, url) VALUES ($1, $2, $3, $4)",
        [(promise_id, place, one.title, one.url) for place, one in enumerate(draft.links)],
    )
    await link.executemany(
        "INSERT INTO rhythm (promise_id, receiver, per, days_after) VALUES ($1, $2, $3, $4)",
        [(promise_id, one.receiver, one.per, one.days_after) for one in draft.rhythms],
    )


async def _add_levels(promise_id: UUID, draft: Draft) -> None:
    """Areas, goals and activities; positions count through the whole promise, in the draft's order."""
    areas: list[tuple[Any, ...]] = []
    goals: list[tuple[Any, ...]] = []
    activities: list[tuple[Any, ...]] = []

    def hang(found: Iterable[ActivityDraft], area_id: UUID | None, goal_id: UUID | None) -> None:
        for one in found:
            activities.append(
                (promise_id, area_id, goal_id, len(activities), one.title, one.body, one.responsible, one.due_on, one.at_least, one.per, one.unit)
            )

    def hang_goals(found: Iterable[GoalDraft], area_id: UUID | None) -> None:
        for one in found:
            goals.append((goal_id := uuid.uuid4(), promise_id, area_id, len(goals), one.title, one.body))
            hang(one.activities, area_id, goal_id)

    for one in draft.areas:
        areas.append((area_id := uuid.uuid4(), promise_id, len(areas), one.title, one.body))
        hang_goals(one.goals, area_id)
        hang(one.activities, area_id, None)
    hang_goals(draft.goals, None)
    hang(draft.activities, None, None)
    link = database.connection()
    await link.executemany("INSERT INTO focus_area (id, promise_id, position, title, body) VALUES ($1, $2, $3, $4, $5)", areas)
    await link.executemany("INSERT INTO goal (id, promise_id, focus_area_id, position, title, body) VALUES ($1, $2, $3, $4, $5, $6)", goals)
    await link.executemany(_ADD_ACTIVITY, activities)


_ADD_ACTIVITY = """
INSERT INTO activity (promise_id, focus_area_id, goal_id, position, title, body, responsible, due_on, at_least, per, unit)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def set_validity(organisation: UUID, promise_id: UUID, held: Validity, *, now: dt.datetime) -> None:
    """New days for a promise. Raises `NotFound`."""
    changed = await database.connection().fetchval(
        f"UPDATE promise SET valid_from = $3, valid_until = $4, review_on = $5, updated_at = $6 WHERE id = $2 AND {_OPEN} RETURNING id",
        organisation,
        promise_id,
        held.first,
        held.last,
        held.review_on,
        now,
    )
    if changed is None:
        raise NotFound


_OPEN = "EXISTS (SELECT FROM access a WHERE a.organisation_id = $1 AND a.promise_id = $2)"


async def add_outcome(
    organisation: UUID, promise_id: UUID, activity_id: UUID, entry: Entry, by: Reporter, *, corrects_id: UUID | None = None, now: dt.datetime
) -> UUID:
    """One recorded row in the organisation's own name. Raises `NotFound` for a promise that it has no access to."""
    made: UUID | None = await database.connection().fetchval(
        _ADD_OUTCOME,
        organisation,
        promise_id,
        activity_id,
        entry.happened_on,
        entry.amount,
        entry.note,
        by.person_id,
        by.name,
        by.office,
        corrects_id,
        entry.form_key,
        now,
    )
    if made is None:
        raise NotFound
    return made


_ADD_OUTCOME = f"""
INSERT INTO outcome (organisation_id, promise_id, activity_id, happened_on, amount, note, reporter_id, reporter_name, reporter_office, corrects_id,
                     form_key, recorded_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 WHERE {_OPEN} RETURNING id
"""


async def publish(organisation: UUID, promise: Promise, content: dict[str, Any], *, now: dt.datetime) -> None:
    """The snapshot for residents, one row for each municipality in the promise; what stood there is replaced."""
    held = promise.validity
    await database.connection().executemany(
        _PUBLISH,
        [
            (organisation, promise.id, one.slug, one.short, one.code, held.first, held.last, content, now)
            for one in promise.parties
            if one.side == "municipality"
        ],
    )


_PUBLISH = f"""
INSERT INTO published_promise (promise_id, slug, name, code, valid_from, valid_until, content, published_at, changed_at)
SELECT $2, $3, $4, $5, $6, $7, $8, $9, $9 WHERE {_OPEN}
ON CONFLICT (promise_id, slug) DO UPDATE SET name = excluded.name, code = excluded.code, valid_from = excluded.valid_from,
  valid_until = excluded.valid_until, content = excluded.content, changed_at = excluded.changed_at
"""
