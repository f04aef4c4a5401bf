"""What reminders need to know of duties, of who holds which seat, and of what has gone out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import database
from trygghet.notices.rules import Recipient
from trygghet.reminders import receipts as receipts_
from trygghet.reminders.house import Handed
from trygghet.reminders.ladders import Ladder, Ladders, from_json
from trygghet.reminders.lines import Went
from trygghet.reminders.recipients import NOBODY
from trygghet.reminders.rules import Holder, Owed
from trygghet.swedish import NotFound, local, signed_as

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


@dataclass(frozen=True)
class Due:
    """A duty with what decides whether it is still to be reminded of. `parties` are ids with names: of the promise, or its owner alone."""

    owed: Owed
    promise_title: str
    stage: str | None
    parties: dict[UUID, str]

    @property
    def lives(self) -> bool:
        """Whether the promise has not been replaced; one that ends early still owes what falls due before its last day."""
        return self.stage != "replaced"


_SELECT = """
SELECT o.id, o.promise_id, o.kind, o.title, o.due_on, o.receiver, o.organisation_id AS owner, coalesce(p.title, '') AS promise_title,
       coalesce(p.area_name, w.short_name) AS area_name, p.valid_from, p.stage, w.name AS owner_name,
       coalesce(o.done_at, CASE WHEN o.kind = 'renewal' THEN taken_over_at(p) END) AS done_at,
       ARRAY(SELECT m.organisation_id FROM obligation_mark m WHERE m.obligation_id = o.id) AS settled,
       t.parties, t.names
FROM {} o LEFT JOIN promise p ON p.id = o.promise_id LEFT JOIN organisation w ON w.id = o.organisation_id
LEFT JOIN LATERAL (SELECT array_agg(y.organisation_id ORDER BY y.side, g.name) AS parties, array_agg(g.name ORDER BY y.side, g.name) AS names
                   FROM party y JOIN organisation g ON g.id = y.organisation_id WHERE y.promise_id = o.promise_id AND o.organisation_id IS NULL) t ON true
"""


async def duties(organisation: UUID, *, promise_id: UUID | None = None) -> list[Due]:
    """The duties of the organisation's promises and its own, or those beside one promise, nearest first."""
    rows = await database.connection().fetch(
        f"{_SELECT.format('duties_of($1)')} WHERE $2::uuid IS NULL OR o.promise_id = $2 ORDER BY o.due_on, o.key, p.area_name, o.id",
        organisation,
        promise_id,
    )
    return [_due(row) for row in rows]


async def across_organisations_duties(obligation_ids: Sequence[UUID]) -> dict[UUID, Due]:
    """These duties, whoever owes them."""
    rows = await database.connection().fetch(f"{_SELECT.format('obligation')} WHERE o.id = ANY($1::uuid[])", list(obligation_ids))
    return {row["id"]: _due(row) for row in rows}


class Left(NamedTuple):
    """What remains of a promise, and which of its parties have done their part of it."""

    promise_id: UUID
    due_on: dt.date
    title: str
    settled: frozenset[UUID]


async def across_organisations_remaining(promise_ids: Sequence[UUID], year: int) -> list[Left]:
    """What remains to be done together of these promises up to the end of that year, nearest first."""
    rows = await database.connection().fetch(
        """
        SELECT o.promise_id, o.due_on, o.title, ARRAY(SELECT m.organisation_id FROM obligation_mark m WHERE m.obligation_id = o.id) AS settled
        FROM obligation o WHERE o.promise_id = ANY($1::uuid[]) AND o.organisation_id IS NULL AND o.done_at IS NULL AND o.due_on < make_date($2, 1, 1)
        ORDER BY o.due_on, o.key, o.id""",
        list(promise_ids),
        year + 1,
    )
    return [Left(row["promise_id"], row["due_on"], row["title"], frozenset(row["settled"])) for row in rows]


async def across_organisations_ladders(organisations: Sequence[UUID]) -> dict[UUID, Ladders]:
    """The ladders of each of these that has changed any."""
    return await _ladders("organisation_id = ANY($1::uuid[])", list(organisations))


async def ladders(organisation: UUID, parties: Sequence[UUID]) -> dict[UUID, Ladders]:
    """The ladders of these parties of promises that we are in; of ourselves too."""
    return await _ladders("organisation_id = ANY($1::uuid[])", list({organisation, *parties}))


async def _ladders(which: str, organisations: list[UUID]) -> dict[UUID, Ladders]:
    rows = await database.connection().fetch(f"SELECT organisation_id, promise_id, kind, steps, repeat FROM ladder WHERE {which}", organisations)
    found: dict[UUID, dict[tuple[UUID | None, str], Ladder]] = {one: {} for one in organisations}
    for row in rows:
        found[row["organisation_id"]][row["promise_id"], row["kind"]] = from_json(row["steps"], row["repeat"])
    return {one: Ladders(changed) for one, changed in found.items()}


class Own(NamedTuple):
    """A ladder that the organisation has made its own, for all its promises (None) or for one, and who did it."""

    promise_id: UUID | None
    kind: str
    ladder: Ladder
    by_name: str
    by_office: str
    changed_at: dt.datetime


async def own_ladders(organisation: UUID) -> list[Own]:
    """All of them."""
    rows = await database.connection().fetch(
        "SELECT promise_id, kind, steps, repeat, by_name, by_office, changed_at FROM ladder WHERE organisation_id = $1 ORDER BY changed_at",
        organisation,
    )
    return [
        Own(row["promise_id"], row["kind"], from_json(row["steps"], row["repeat"]), row["by_name"], row["by_office"], row["changed_at"])
        for row in rows
    ]


async def set_ladder(organisation: UUID, one: Own) -> None:
    """The organisation's own ladder for that kind of duty, new or instead of the one that it had."""
    steps, repeat = one.ladder.as_json()
    await database.connection().execute(
        """
        INSERT INTO ladder (organisation_id, promise_id, kind, steps, repeat, by_name, by_office, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (organisation_id, promise_id, kind) DO UPDATE SET steps = excluded.steps, repeat = excluded.repeat, by_name = excluded.by_name,
          by_office = excluded.by_office, changed_at = excluded.changed_at""",
        organisation,
        one.promise_id,
        one.kind,
        steps,
        repeat,
        one.by_name,
        one.by_office,
        one.changed_at,
    )


async def drop_ladder(organisation: UUID, kind: str, promise_id: UUID | None) -> None:
    """The level above holds again."""
    await database.connection().execute(
        "DELETE FROM ladder WHERE organisation_id = $1 AND kind = $2 AND promise_id IS NOT DISTINCT FROM $3", organisation, kind, promise_id
    )


async def promise_title(organisation: UUID, promise_id: UUID) -> str:
    """What a promise of the organisation's is called. Raises `NotFound`."""
    found: str | None = await database.connection().fetchval(
        "SELECT p.title FROM promise p JOIN access a ON a.promise_id = p.id AND a.organisation_id = $1 WHERE p.id = $2", organisation, promise_id
    )
    if found is None:
        raise NotFound
    return found


async def own_reminded(organisation: UUID, obligation_ids: Sequence[UUID], now: dt.datetime) -> dict[tuple[UUID, dt.date, str], dt.datetime]:
    """When each seat of the organisation was last reminded of each of these duties and due days."""
    rows = await database.connection().fetch(
        "SELECT d.obligation_id, split_part(d.key, ':', 3)::date AS due_on, d.seat, max(d.due_at) AS last FROM delivery d"
        " WHERE d.organisation_id = $1 AND d.kind = 'reminder' AND d.state <> 'skipped' AND (d.attempts > 0 OR d.reason <> '' OR d.due_at <= $3)"
        " AND d.obligation_id = ANY($2::uuid[]) GROUP BY 1, 2, 3",
        organisation,
        list(obligation_ids),
        now,
    )
    return {(row["obligation_id"], row["due_on"], row["seat"]): row["last"] for row in rows}


async def reminded(organisation: UUID, promise_id: UUID | None, now: dt.datetime) -> dict[UUID, dict[tuple[UUID, dt.date, str], dt.datetime]]:
    """For each party of the promise, or for what the organisation owes alone: when each seat was last reminded of each duty and due day.

    Each duty's own are asked for (OFFSET 0): before PostgreSQL has counted what was entered a moment ago it would go through everybody's.
    """
    rows = await database.connection().fetch(
        """
        SELECT d.organisation_id, o.id AS obligation_id, split_part(d.key, ':', 3)::date AS due_on, d.seat, max(d.due_at) AS last
        FROM obligation o CROSS JOIN LATERAL (SELECT d.organisation_id, d.key, d.seat, d.due_at FROM delivery d WHERE d.obligation_id = o.id
          AND d.kind = 'reminder' AND d.state <> 'skipped' AND (d.attempts > 0 OR d.reason <> '' OR d.due_at <= $3) OFFSET 0) d
        WHERE o.done_at IS NULL AND CASE WHEN $2::uuid IS NULL THEN o.organisation_id = $1 ELSE o.promise_id = $2 AND o.organisation_id IS NULL END
        GROUP BY 1, 2, 3, 4""",
        organisation,
        promise_id,
        now,
    )
    found: dict[UUID, dict[tuple[UUID, dt.date, str], dt.datetime]] = {}
    for row in rows:
        found.setdefault(row["organisation_id"], {})[row["obligation_id"], row["due_on"], row["seat"]] = row["last"]
    return found


async def across_organisations_promises() -> list[tuple[UUID, UUID]]:
    """The promises that have duties left to do, each with the organisation that entered it."""
    rows = await database.connection().fetch(
        "SELECT p.created_by, p.id FROM promise p WHERE EXISTS"
        " (SELECT FROM obligation o WHERE o.promise_id = p.id AND o.organisation_id IS NULL AND o.done_at IS NULL) ORDER BY p.id"
    )
    return [(row["created_by"], row["id"]) for row in rows]


async def across_organisations_owners() -> list[UUID]:
    """The organisations that have duties of their own left to do; the night's trial is planned by itself."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT o.organisation_id AS id FROM obligation o JOIN organisation w ON w.id = o.organisation_id"
        " WHERE o.done_at IS NULL AND w.kind <> 'canary' ORDER BY 1"
    )
    return [row["id"] for row in rows]


async def lock_own(organisation: UUID) -> None:
    """One planning of an organisation's own reminders at a time."""
    await database.connection().execute("SELECT o.id FROM organisation o WHERE o.id = $1 FOR NO KEY UPDATE", organisation)


async def lock(organisation: UUID, promise_id: UUID) -> None:
    """One planning of a promise at a time, so that none plans from what another is about to change. Raises `NotFound`."""
    found = await database.connection().fetchval(
        "SELECT p.id FROM promise p WHERE p.id = $2 AND p.id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) FOR NO KEY UPDATE",
        organisation,
        promise_id,
    )
    if found is None:
        raise NotFound


async def holders(organisation: UUID) -> list[Holder]:
    """The organisation's coordinators, leaders and administrators, deputies too, with those whose days have passed or not begun."""
    rows = await database.connection().fetch(
        "SELECT m.person_id, f.role, f.title, m.acting, m.from_on, p.name, p.email,"
        " CASE WHEN m.ended_at IS NULL THEN m.until_on ELSE m.until_on - 1 END AS until_on"
        " FROM member m JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id"
        " WHERE m.organisation_id = $1 AND f.role IN ('coordinator', 'leader', 'administrator') ORDER BY p.name, p.id, m.acting, m.from_on",
        organisation,
    )
    return [
        Holder(
            row["person_id"],
            row["role"],
            row["from_on"],
            row["until_on"],
            Recipient(row["name"], signed_as(row["title"], acting=row["acting"]), row["email"]),
            row["acting"],
        )
        for row in rows
    ]


async def across_organisations_english(people: Sequence[UUID]) -> set[UUID]:
    """Those of these who have their letters in English."""
    rows = await database.connection().fetch("SELECT id FROM person WHERE id = ANY($1::uuid[]) AND language = 'en'", list(people))
    return {row["id"] for row in rows}


async def across_organisations_offices(people: Sequence[UUID], today: dt.date) -> dict[tuple[UUID, UUID], dict[str, str]]:
    """What each of these may sign as that day: by organisation and person, the title of each role."""
    rows = await database.connection().fetch(
        "SELECT m.organisation_id, m.person_id, f.role, f.title, m.acting FROM member m JOIN office f ON f.id = m.office_id"
        " WHERE m.person_id = ANY($1::uuid[]) AND holds(m, $2) ORDER BY m.acting DESC, m.from_on DESC",
        list(people),
        today,
    )
    found: dict[tuple[UUID, UUID], dict[str, str]] = {}
    for row in rows:
        found.setdefault((row["organisation_id"], row["person_id"]), {})[row["role"]] = signed_as(row["title"], acting=row["acting"])
    return found


async def went(organisation: UUID, since: dt.datetime) -> dict[str, tuple[Went, ...]]:
    """What became of each rung that went, or goes, from then on, by its key. A seat held by several has one row each, told apart by what
    follows the rung's key.
    """
    rows = await database.connection().fetch(
        "SELECT key, address, reason, via, CASE WHEN state = 'sent' AND bounced_at IS NOT NULL THEN 'bounced' ELSE state END AS state,"
        " CASE WHEN state = 'sent' THEN settled_at ELSE due_at END AS at FROM delivery"
        " WHERE organisation_id = $1 AND kind = 'reminder' AND greatest(due_at, settled_at) >= $2 ORDER BY key",
        organisation,
        since,
    )
    found: dict[str, tuple[Went, ...]] = {}
    for row in rows:
        rung = ":".join(row["key"].split(":")[:6])
        found[rung] = (*found.get(rung, ()), Went(row["state"], row["address"], row["reason"], row["at"], row["via"]))
    return found


async def handed(organisation: UUID, today: dt.date) -> list[Handed]:
    """Whose reminders go to whom, now and ahead, the latest made first."""
    rows = await database.connection().fetch(
        "SELECT person_id, to_person_id, from_on, until_on FROM handover WHERE organisation_id = $1 AND ended_at IS NULL AND until_on >= $2"
        " ORDER BY created_at DESC",
        organisation,
        today,
    )
    return [Handed(*row.values()) for row in rows]


async def stopped(organisation: UUID, now: dt.datetime) -> dict[str, dt.datetime | None]:
    """The addresses of colleagues that mail comes back from, and until when they are not written to; None until somebody lifts it."""
    rows = await database.connection().fetch(
        "SELECT s.email, CASE WHEN s.tier = 'paused' THEN s.until_at END AS until_at FROM suppression s WHERE stopped(s.email, $2)"
        " AND s.email IN (SELECT p.email FROM member m JOIN person p ON p.id = m.person_id WHERE m.organisation_id = $1)",
        organisation,
        now,
    )
    return {row["email"]: row["until_at"] for row in rows}


_RECEIPTS = """
SELECT d.obligation_id, d.organisation_id, g.short_name,
       CASE WHEN d.state = 'sent' THEN d.settled_at ELSE d.due_at END AS at,
       CASE WHEN d.state = 'skipped' THEN 'nobody' WHEN d.state <> 'sent' THEN d.state WHEN d.bounced_at IS NOT NULL THEN 'bounced'
            WHEN d.via = 'bounced' AND EXISTS (SELECT FROM delivery b WHERE b.organisation_id = d.organisation_id AND b.obligation_id = d.obligation_id
              AND b.seat = d.seat AND b.lead_days = d.lead_days AND b.bounced_at IS NOT NULL) THEN 'instead' ELSE 'taken' END AS state
FROM delivery d JOIN organisation g ON g.id = d.organisation_id
WHERE d.kind = 'reminder' AND d.obligation_id = ANY($2::uuid[])
  AND (d.state IN ('sent', 'failed', 'unclear') OR (d.state = 'skipped' AND d.reason = $3))
  AND (d.organisation_id = $1 OR EXISTS (SELECT FROM access a WHERE a.promise_id = d.promise_id AND a.organisation_id = $1))
ORDER BY d.obligation_id, d.organisation_id <> $1, g.short_name, at
"""


async def receipts(organisation: UUID, obligation_ids: Sequence[UUID]) -> list[receipts_.Row]:
    """What has gone out about these duties, by every party: whose, on which day, and what became of it; by duty, our own first, and day."""
    rows = await database.connection().fetch(_RECEIPTS, organisation, list(obligation_ids), NOBODY)
    return [receipts_.Row(row["obligation_id"], row["organisation_id"], row["short_name"], local(row["at"]).date(), row["state"]) for row in rows]


def _due(row: Any) -> Due:
    owed = Owed(
        row["id"],
        row["promise_id"],
        row["area_name"],
        row["kind"],
        row["title"],
        row["due_on"],
        row["receiver"],
        row["valid_from"],
        row["done_at"],
        frozenset(row["settled"]),
        row["owner"],
    )
    parties = {row["owner"]: row["owner_name"]} if row["owner"] else dict(zip(row["parties"] or (), row["names"] or (), strict=True))
    return Due(owed, row["promise_title"], row["stage"], parties)
