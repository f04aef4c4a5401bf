"""Promises in the database. Row level security hides what is others'; every function names the organisation as well."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from trygghet import database
from trygghet.obligations.rhythms import Meeting, Rhythm
from trygghet.periods import Validity
from trygghet.promises import rows, rules
from trygghet.promises.outcomes import Outcome
from trygghet.promises.promise import Activity, Concerned, Contact, FocusArea, Goal, Neighbour, Party, Promise, Version
from trygghet.promises.rules import Chapter, Definition, Link, Source
from trygghet.swedish import NotFound, Refusal
from trygghet.tables import Definition as DefinitionTable
from trygghet.tables import FocusArea as FocusAreaTable
from trygghet.tables import Goal as GoalTable
from trygghet.tables import Link as LinkTable
from trygghet.tables import PromiseText, PromiseVersion
from trygghet.tables import Rhythm as RhythmTable
from trygghet.tables import Source as SourceTable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from piccolo.columns import Column

    from trygghet.promises.outcomes import Entry, Reporter
    from trygghet.promises.rules import Draft

Made = TypeVar("Made")


# ---------------------------------------------------------------- reading
async def one(organisation: UUID, promise_id: UUID) -> Promise:
    """The whole signed promise. Raises `NotFound`, also for one that is unsigned or that the organisation has no access to."""
    found = await _grown(organisation, await database.connection().fetch(f"{_PROMISE} AND p.id = $2", organisation, promise_id))
    if not found:
        raise NotFound
    return found[0]


async def every(organisation: UUID) -> list[Promise]:
    """All signed promises that the organisation has access to, by area and first day."""
    return await _grown(
        organisation, await database.connection().fetch(f"{_PROMISE} ORDER BY p.area_name, p.valid_from, p.title, p.id", organisation)
    )


_SIGNED = "stage IN ('signed', 'ended_early', 'replaced')"
_PROMISE = f"""
SELECT p.*, c.slug AS concerns_slug, c.name AS concerns_name, c.short_name AS concerns_short, c.code AS concerns_code
FROM promise p JOIN access a ON a.promise_id = p.id LEFT JOIN organisation c ON c.id = p.concerns_id WHERE a.organisation_id = $1 AND p.{_SIGNED}
"""
_HEAD = ("id", "title", "area_name", "oath", "stage", "version", "tell_every_days", "count_every_days", "told_through", "page_updated_on")
_PARTY = """
SELECT p.*, o.slug, o.name, o.short_name AS short, o.code FROM party p JOIN organisation o ON o.id = p.organisation_id WHERE p.promise_id = ANY($1)
ORDER BY array_position(ARRAY['municipality', 'police', 'other'], p.side), o.name
"""
_OUTCOME = """
SELECT u.*, o.short_name AS organisation_short FROM outcome u JOIN organisation o ON o.id = u.organisation_id WHERE u.promise_id = ANY($1)
"""
_OWNED = """
SELECT t.*, coalesce(o.slug, '') AS slug, coalesce(o.short_name, '') AS organisation FROM {} t
LEFT JOIN organisation o ON o.id = t.organisation_id WHERE t.promise_id = ANY($1) ORDER BY t.position
"""
_NEIGHBOUR = f"""
SELECT p.id AS promise_id, n.id, n.title, n.valid_from, n.valid_until, n.review_on, n.id = p.follows_id AS precedes
FROM promise p JOIN promise n ON n.id = p.follows_id OR n.follows_id = p.id JOIN access a ON a.promise_id = n.id
WHERE a.organisation_id = $1 AND p.id = ANY($2) AND n.{_SIGNED} ORDER BY n.valid_from, n.title
"""

_MEETING = """
SELECT DISTINCT r.promise_id, m.id, m.organisation_id, m.body, m.held_on, array_position(ARRAY['municipality', 'police', 'other'], y.side) AS place, o.name
FROM rhythm r JOIN party y ON y.promise_id = r.promise_id JOIN meeting m ON m.organisation_id = y.organisation_id AND lower(m.body) = lower(r.receiver)
JOIN organisation o ON o.id = m.organisation_id JOIN access a ON a.promise_id = r.promise_id AND a.organisation_id = $1
WHERE r.promise_id = ANY($2) ORDER BY place, o.name, m.held_on
"""


async def _grown(organisation: UUID, heads: Sequence[Any]) -> list[Promise]:
    """Promises with all that hangs on them: one query for each table, however many promises."""
    ids = [row["id"] for row in heads]
    if not ids:
        return []
    link = database.connection()
    recorded: dict[UUID, list[Outcome]] = defaultdict(list)
    for row in await link.fetch(_OUTCOME, ids):
        recorded[row["activity_id"]].append(_made(Outcome, row))
    parties = _by_promise(await link.fetch(_PARTY, ids))
    contacts, activities = [_by_promise(await link.fetch(_OWNED.format(table), ids)) for table in ("contact", "activity")]
    neighbours, meetings = [_by_promise(await link.fetch(query, organisation, ids)) for query in (_NEIGHBOUR, _MEETING)]
    texts: dict[str, dict[UUID, list[Any]]] = {name: await _hanging(table, order, ids) for name, (_, table, order) in _TEXTS.items()}
    areas, goals = [await _hanging(table, table.position, ids) for table in (FocusAreaTable, GoalTable)]
    return [
        Promise(
            **{name: row[name] for name in _HEAD},
            validity=Validity(row["valid_from"], row["valid_until"], row["review_on"]),
            merged_years=tuple(row["merged_years"]),
            concerns=Concerned(*(row[f"concerns_{name}"] for name in ("slug", "name", "short", "code"))) if row["concerns_id"] else None,
            neighbours=tuple(
                Neighbour(one["id"], one["title"], Validity(one["valid_from"], one["valid_until"], one["review_on"]), one["precedes"])
                for one in neighbours[row["id"]]
            ),
            parties=_all(Party, parties[row["id"]]),
            contacts=_all(Contact, contacts[row["id"]]),
            meetings=_all(Meeting, meetings[row["id"]]),
            **_lists(texts, row["id"]),
            **_levels(areas[row["id"]], goals[row["id"]], activities[row["id"]], recorded),
        )
        for row in heads
    ]


_TEXTS: dict[str, tuple[type, Any, Column]] = {
    "chapters": (Chapter, PromiseText, PromiseText.position),
    "definitions": (Definition, DefinitionTable, DefinitionTable.position),
    "links": (Link, LinkTable, LinkTable.position),
    "sources": (Source, SourceTable, SourceTable.position),
    "rhythms": (Rhythm, RhythmTable, RhythmTable.receiver),
    "versions": (Version, PromiseVersion, PromiseVersion.number),
}
"""What hangs on a promise as a plain list: what one is, its table and its order."""


def _lists(texts: dict[str, dict[UUID, list[Any]]], promise_id: UUID) -> dict[str, Any]:
    return {name: _all(kind, texts[name][promise_id]) for name, (kind, _, _) in _TEXTS.items()}


async def _hanging(table: Any, order: Column, ids: list[UUID]) -> dict[UUID, list[Any]]:
    return _by_promise(await table.select().where(table.promise_id.is_in(ids)).order_by(order))


def _by_promise(found_rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in found_rows:
        found[row["promise_id"]].append(row)
    return found


_READ: dict[str, Any] = {"places": tuple, "indicator": rules.indicator, "response_rate": lambda value: None if value is None else float(value)}
"""Columns that are something else in the domain than in the database."""


def _made(kind: type[Made], row: Any, **more: Any) -> Made:
    """A dataclass from the columns that have its fields' names."""
    fields: dict[str, Any] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: _READ[name](row[name]) if name in _READ else row[name] for name in fields if name in row}, **more)


def _all(kind: type[Made], found: Iterable[Any]) -> tuple[Made, ...]:
    return tuple(_made(kind, row) for row in found)


def _levels(areas: list[Any], goals: list[Any], activities: list[Any], recorded: dict[UUID, list[Outcome]]) -> dict[str, Any]:
    """Each activity under its goal, else under its area, else under the promise itself; goals likewise. What was removed stands apart."""
    under: dict[Any, list[Activity]] = defaultdict(list)
    for row in activities:
        place = "removed" if row["removed_in"] else row["goal_id"] or row["focus_area_id"]
        under[place].append(_made(Activity, row, recorded=tuple(recorded[row["id"]])))
    in_area: dict[Any, list[Goal]] = defaultdict(list)
    for row in goals:
        in_area[row["focus_area_id"]].append(_made(Goal, row, activities=tuple(under[row["id"]])))
    return {
        "areas": tuple(_made(FocusArea, row, goals=tuple(in_area[row["id"]]), activities=tuple(under[row["id"]])) for row in areas),
        "goals": tuple(in_area[None]),
        "activities": tuple(under[None]),
        "removed": tuple(under["removed"]),
    }


async def organisations(organisation: UUID, slugs: Sequence[str]) -> dict[str, UUID]:
    """The ids of the organisations with these slugs; a slug that does not exist is left out."""
    del organisation  # names are public facts
    found = await database.connection().fetch("SELECT slug, id FROM organisation WHERE slug = ANY($1)", list(slugs))
    return {row["slug"]: row["id"] for row in found}


async def recorded_before(organisation: UUID, form_key: UUID) -> Outcome | None:
    """What this form has recorded already."""
    return (await recorded_by(organisation, [form_key])).get(form_key)


async def recorded_by(organisation: UUID, form_keys: Sequence[UUID]) -> dict[UUID, Outcome]:
    """What these forms have recorded already, by their keys."""
    found = await database.connection().fetch(_BY_FORM, organisation, list(form_keys))
    return {row["form_key"]: _made(Outcome, row) for row in found}


_BY_FORM = """
SELECT u.*, o.short_name AS organisation_short FROM outcome u JOIN organisation o ON o.id = u.organisation_id
WHERE u.organisation_id = $1 AND u.form_key = ANY($2)
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


async def add(organisation: UUID, promise_id: UUID, *, now: dt.datetime) -> None:
    """An empty promise that only the organisation has access to; `write` gives it its text in the same unit of work."""
    await database.connection().execute(
        "INSERT INTO promise (id, title, area_name, oath, stage, created_by, created_at, updated_at) VALUES ($1, '', '', '', 'draft', $2, $3, $3)",
        promise_id,
        organisation,
        now,
    )
    await _give_access(promise_id, [organisation], now)


async def _give_access(promise_id: UUID, to: Iterable[UUID], now: dt.datetime) -> None:
    await database.connection().executemany(
        "INSERT INTO access (promise_id, organisation_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [(promise_id, one, now) for one in to]
    )


async def write(organisation: UUID, promise_id: UUID, draft: Draft, named: Mapping[str, UUID], *, version: int, stage: str, now: dt.datetime) -> None:
    """Makes the promise what the draft says, and opens it to all its parties. `named` has every slug of the draft.

    Parts keep their rows. What is gone is deleted, but for activities that something was counted on. Raises `NotFound`.
    """
    head = {**rows.head(draft, named), "version": version, "stage": stage, "updated_at": now}
    assigned = ", ".join(f"{name} = ${place}" for place, name in enumerate(head, 3))
    changed = await database.connection().fetchval(
        f"UPDATE promise SET {assigned} WHERE id = $2 AND {_OPEN} RETURNING id", organisation, promise_id, *head.values()
    )
    if changed is None:
        raise NotFound
    parties = rows.parties(draft, named)
    await _give_access(promise_id, [one["organisation_id"] for one in parties], now)
    for table, found in {"party": parties, **rows.lists(draft, named)}.items():
        await database.connection().execute(f"DELETE FROM {table} WHERE promise_id = $1", promise_id)
        for row in found:
            await _put(table, promise_id, row)
    await _write_levels(promise_id, rows.levels(draft, named), version)


async def _write_levels(promise_id: UUID, levels: Mapping[str, Sequence[rows.Row]], version: int) -> None:
    link = database.connection()
    for table, found in levels.items():  # positions are unique: the old ones make room first
        await link.execute(f"UPDATE {table} SET position = -1 - position WHERE promise_id = $1", promise_id)
        for row in found:
            await _put(table, promise_id, row)
    await link.execute(_REMOVE, promise_id, [row["id"] for row in levels["activity"]], version, len(levels["activity"]))
    for table in ("activity", "goal", "focus_area"):
        await link.execute(f"DELETE FROM {table} WHERE promise_id = $1 AND position < 0", promise_id)


async def _put(table: str, promise_id: UUID, row: rows.Row) -> None:
    """A new row, or the same one with other values. Raises `Refusal` for an id that is another promise's: it would carry its counts over."""
    kept = {"promise_id": promise_id, **row}
    assigned = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    made = await database.connection().fetchval(
        f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({', '.join(f'${place}' for place in range(1, len(kept) + 1))})"
        f" ON CONFLICT (id) DO UPDATE SET {assigned} WHERE {table}.promise_id = excluded.promise_id RETURNING id",
        *kept.values(),
    )
    if made is None:
        raise Refusal("promise.strange_part", id=row["id"])


# What something was counted on stays, outside what hung above it, behind all that still is.
_REMOVE = """
UPDATE activity t SET removed_in = coalesce(t.removed_in, $3), focus_area_id = NULL, goal_id = NULL, position = $4 + o.place - 1
FROM (SELECT g.id, row_number() OVER (ORDER BY g.position DESC) AS place FROM activity g
      WHERE g.promise_id = $1 AND NOT g.id = ANY($2) AND EXISTS (SELECT FROM outcome u WHERE u.activity_id = g.id)) o WHERE o.id = t.id
"""


async def merge(organisation: UUID, promise_id: UUID, years: Sequence[int]) -> bool:
    """Which years are followed up together with the year after. False for a promise that the organisation has no access to."""
    done = await database.connection().fetchval(
        f"UPDATE promise SET merged_years = $3 WHERE id = $2 AND {_OPEN} RETURNING true", organisation, promise_id, sorted(years)
    )
    return done is True


async def add_version(organisation: UUID, promise_id: UUID, version: Version) -> None:
    """Writes into the promise's own history that this text took effect. Raises `NotFound`."""
    made = await database.connection().fetchval(
        "INSERT INTO promise_version (promise_id, number, kind, reason, signed_on, valid_until)"
        f" SELECT $2, $3, $4, $5, $6, $7 WHERE {_OPEN} RETURNING id",
        organisation,
        promise_id,
        version.number,
        version.kind,
        version.reason,
        version.signed_on,
        version.valid_until,
    )
    if made is None:
        raise NotFound


_OPEN = "EXISTS (SELECT FROM access a WHERE a.organisation_id = $1 AND a.promise_id = $2)"


async def add_outcome(
    organisation: UUID, promise_id: UUID, activity_id: UUID, entry: Entry, by: Reporter, *, corrects_id: UUID | None = None, now: dt.datetime
) -> UUID:
    """One recorded row in the organisation's own name. Raises `NotFound` for a promise that it has no access to."""
    made: UUID | None = await database.connection().fetchval(
        f"{_ADD_OUTCOME} RETURNING id", *_outcome(organisation, promise_id, activity_id, entry, by, corrects_id, now)
    )
    if made is None:
        raise NotFound
    return made


async def add_outcomes(organisation: UUID, promise_id: UUID, rows: Iterable[tuple[UUID, Entry]], by: Reporter, *, now: dt.datetime) -> None:
    """Recorded rows in the organisation's own name, each with its activity's id; none for a promise that it has no access to."""
    await database.connection().executemany(
        _ADD_OUTCOME, [_outcome(organisation, promise_id, activity_id, entry, by, None, now) for activity_id, entry in rows]
    )


def _outcome(
    organisation: UUID, promise_id: UUID, activity_id: UUID, entry: Entry, by: Reporter, corrects_id: UUID | None, now: dt.datetime
) -> tuple[Any, ...]:
    said = (entry.happened_on, entry.amount, entry.note, by.person_id, by.name, by.office)
    return (organisation, promise_id, activity_id, *said, corrects_id, entry.form_key, now, entry.place)


_ADD_OUTCOME = f"""
INSERT INTO outcome (organisation_id, promise_id, activity_id, happened_on, amount, note, reporter_id, reporter_name, reporter_office, corrects_id,
                     form_key, recorded_at, place)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 WHERE {_OPEN}
"""


async def publish(organisation: UUID, promise: Promise, content: dict[str, Any], *, now: dt.datetime) -> None:
    """The snapshot for residents, one row for each municipality where it stands; what stood there is replaced, what no longer stands goes."""
    held, homes = promise.validity, promise.homes
    await database.connection().execute(
        f"DELETE FROM published_promise p WHERE p.promise_id = $2 AND NOT p.slug = ANY($3) AND {_OPEN}",
        organisation,
        promise.id,
        [one.slug for one in homes],
    )
    await database.connection().executemany(
        _PUBLISH, [(organisation, promise.id, one.slug, one.short, one.code, held.first, held.last, content, now) for one in homes]
    )


async def publish_version(organisation: UUID, promise_id: UUID, number: int, content: dict[str, Any], *, now: dt.datetime) -> None:
    """One signed text for residents to look back on; what is there already stays."""
    await database.connection().execute(
        f"INSERT INTO published_version (promise_id, number, content, published_at) SELECT $2, $3, $4, $5 WHERE {_OPEN}"
        " ON CONFLICT (promise_id, number) DO NOTHING",
        organisation,
        promise_id,
        number,
        content,
        now,
    )


_PUBLISH = f"""
INSERT INTO published_promise (promise_id, slug, name, code, valid_from, valid_until, content, published_at, changed_at)
SELECT $2, $3, $4, $5, $6, $7, $8, $9, $9 WHERE {_OPEN}
ON CONFLICT (promise_id, slug) DO UPDATE SET name = excluded.name, code = excluded.code, valid_from = excluded.valid_from,
  valid_until = excluded.valid_until, content = excluded.content, changed_at = excluded.changed_at
"""
