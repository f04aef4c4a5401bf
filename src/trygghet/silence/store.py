"""What silence is reckoned from: what was heard in each promise, and what each office has done."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from trygghet import clock, database
from trygghet.periods import Validity
from trygghet.reminders.rules import Owed
from trygghet.silence.rules import Acted, Heard
from trygghet.silence.summary import Listened, News
from trygghet.swedish import signed_as

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


async def offices(organisation: UUID, day: dt.date) -> list[Acted]:
    """The coordinators' and reporters' offices that somebody holds that day, with when one last did something in a promise that is alive.

    None in an organisation that has no such promise. What is vacant is told elsewhere.
    """
    rows = await database.connection().fetch(_OFFICES, organisation, day)
    return [Acted(row["title"], clock.day(row["at"]) if row["at"] else None, max(row["begins_on"], row["held_from"])) for row in rows]


_OFFICES = """
WITH alive AS (
  SELECT array_agg(p.id) AS ids,
         min(greatest(p.valid_from, first_signed_on(p), (p.created_at AT TIME ZONE 'Europe/Stockholm')::date)) AS begins_on
  FROM promise p JOIN party y ON y.promise_id = p.id AND y.organisation_id = $1
  WHERE p.stage IN ('signed', 'ended_early') AND p.valid_from <= $2 AND (p.valid_until IS NULL OR p.valid_until >= $2) HAVING count(*) > 0)
SELECT f.title, alive.begins_on, (SELECT min(m.from_on) FROM member m WHERE m.office_id = f.id) AS held_from,
       (SELECT max(last.at) FROM unnest(ARRAY[f.title, 'tf ' || lower(left(f.title, 1)) || substr(f.title, 2), 'tf ' || f.title]) AS signed (name)
        CROSS JOIN LATERAL (SELECT e.at FROM event e WHERE e.organisation_id = $1 AND e.office = signed.name AND e.promise_id = ANY(alive.ids)
          AND e.person_id IS NOT NULL AND e.act <> 'dossier.exported' ORDER BY e.at DESC LIMIT 1) last) AS at
FROM office f CROSS JOIN alive
WHERE f.organisation_id = $1 AND f.role IN ('coordinator', 'reporter') AND (f.until_on IS NULL OR f.until_on >= $2)
  AND EXISTS (SELECT FROM member m WHERE m.office_id = f.id AND holds(m, $2))
"""


async def across_organisations_leading(day: dt.date) -> list[tuple[UUID, dt.datetime | None]]:
    """The organisations that have a part in a promise which goes on, begins or has left something to do, with when their last summary is planned."""
    rows = await database.connection().fetch(_LEADING, day)
    return [(row["id"], row["planned_until"]) for row in rows]


_LEADING = """
SELECT o.id, (SELECT d.due_at FROM delivery d WHERE d.organisation_id = o.id AND d.kind = 'summary' ORDER BY d.due_at DESC LIMIT 1) AS planned_until
FROM organisation o WHERE EXISTS (
  SELECT FROM party y JOIN promise p ON p.id = y.promise_id
  WHERE y.organisation_id = o.id AND p.stage IN ('signed', 'ended_early') AND (p.valid_until IS NULL OR p.valid_until >= $1
    OR EXISTS (SELECT FROM obligation d WHERE d.promise_id = p.id AND d.done_at IS NULL))) ORDER BY o.id
"""


async def across_organisations_names(organisations: Sequence[UUID]) -> dict[UUID, str]:
    """What these are called."""
    return dict(map(tuple, await database.connection().fetch("SELECT id, name FROM organisation WHERE id = ANY($1::uuid[])", list(organisations))))


async def across_organisations_offices(people: Sequence[UUID], day: dt.date) -> dict[tuple[UUID, UUID], str]:
    """How each of these signs in each organisation that day, by organisation and person; a leader as leader."""
    rows = await database.connection().fetch(
        "SELECT m.organisation_id, m.person_id, f.title, m.acting FROM member m JOIN office f ON f.id = m.office_id"
        " WHERE m.person_id = ANY($1::uuid[]) AND holds(m, $2) ORDER BY f.role = 'leader', m.acting DESC, m.from_on DESC",
        list(people),
        day,
    )
    return {(row["organisation_id"], row["person_id"]): signed_as(row["title"], acting=row["acting"]) for row in rows}


async def across_organisations_owed(organisations: Sequence[UUID], until: dt.date) -> dict[UUID, list[Owed]]:
    """The open duties of each of these that are its own to do and are due by that day, nearest first."""
    rows = await database.connection().fetch(_OWED, list(organisations), until)
    found: dict[UUID, list[Owed]] = defaultdict(list)
    for row in rows:
        found[row["whose"]].append(
            Owed(row["id"], row["promise_id"], row["area_name"], row["kind"], row["title"], row["due_on"], row["receiver"], owner=row["owner"])
        )
    return found


_OWED = """
SELECT y.organisation_id AS whose, o.id, o.promise_id, p.area_name, o.kind, o.title, o.due_on, o.receiver, NULL::uuid AS owner
FROM party y JOIN promise p ON p.id = y.promise_id JOIN obligation o ON o.promise_id = p.id
WHERE y.organisation_id = ANY($1::uuid[]) AND o.organisation_id IS NULL AND o.done_at IS NULL AND o.due_on <= $2
  AND p.stage IN ('signed', 'ended_early') AND (o.kind <> 'renewal' OR taken_over_at(p) IS NULL)
  AND NOT EXISTS (SELECT FROM obligation_mark m WHERE m.obligation_id = o.id AND m.organisation_id = y.organisation_id)
UNION ALL
SELECT o.organisation_id, o.id, o.promise_id, coalesce(p.area_name, w.short_name), o.kind, o.title, o.due_on, o.receiver, o.organisation_id
FROM obligation o JOIN organisation w ON w.id = o.organisation_id LEFT JOIN promise p ON p.id = o.promise_id
WHERE o.organisation_id = ANY($1::uuid[]) AND o.done_at IS NULL AND o.due_on <= $2 AND p.stage IS DISTINCT FROM 'replaced'
ORDER BY due_on, title, area_name, id
"""


async def across_organisations_listened(organisations: Sequence[UUID], day: dt.date) -> dict[UUID, list[Listened]]:
    """What has been heard in each promise that is alive that day, by the organisations that have a part in it."""
    rows = await database.connection().fetch(_LISTENED, list(organisations), day)
    found: dict[UUID, list[Listened]] = defaultdict(list)
    for row in rows:
        for whose in row["whose"]:
            found[whose].append(Listened(row["id"], row["area_name"], _heard(row)))
    return found


_LISTENED = """
SELECT p.id, p.area_name, p.stage, p.valid_from, p.valid_until, p.review_on, p.tell_every_days, p.count_every_days, y.whose,
       last_told_at(p) AS told_at, last_counted_at(p) AS counted_at, still_counts(p) AS counts, first_signed_on(p) AS signed_on
FROM promise p JOIN (SELECT y.promise_id, array_agg(y.organisation_id) AS whose FROM party y
                     WHERE y.organisation_id = ANY($1::uuid[]) GROUP BY y.promise_id) y ON y.promise_id = p.id
WHERE p.stage IN ('signed', 'ended_early') AND p.valid_from <= $2 AND (p.valid_until IS NULL OR p.valid_until >= $2)
ORDER BY p.area_name, p.valid_from, p.title, p.id
"""


def _heard(row: Any) -> Heard:
    return Heard(
        row["stage"],
        Validity(row["valid_from"], row["valid_until"], row["review_on"]),
        row["tell_every_days"],
        row["count_every_days"],
        clock.day(row["told_at"]) if row["told_at"] else None,
        clock.day(row["counted_at"]) if row["counted_at"] else None,
        row["counts"],
        row["signed_on"],
    )


async def across_organisations_told(organisations: Sequence[UUID], since: dt.datetime, until: dt.datetime) -> dict[UUID, list[News]]:
    """What went out to residents between the two moments and still stands, by the organisations that have a part in the promise, latest first."""
    rows = await database.connection().fetch(
        "SELECT y.organisation_id AS whose, u.id, p.area_name, u.title, u.published_at FROM status_update u JOIN promise p ON p.id = u.promise_id"
        " JOIN party y ON y.promise_id = p.id WHERE y.organisation_id = ANY($1::uuid[]) AND u.published_at >= $2 AND u.published_at < $3"
        " AND u.withdrawn_at IS NULL ORDER BY u.published_at DESC, u.title, p.area_name, u.id",
        list(organisations),
        since,
        until,
    )
    found: dict[UUID, list[News]] = defaultdict(list)
    for row in rows:
        found[row["whose"]].append(News(row["id"], row["area_name"], row["title"], clock.day(row["published_at"])))
    return found
