"""What silence is reckoned from: what was heard in each promise, and what each office has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.silence.rules import Acted

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


async def offices(organisation: UUID, day: dt.date) -> list[Acted]:
    """The coordinators' and reporters' offices that somebody holds that day, with when one last did something in a promise that is alive.

    None in an organisation that has no such promise. What is vacant is told elsewhere.
    """
    rows = await database.connection().fetch(_OFFICES, organisation, day)
    return [Acted(row["title"], clock.day(row["at"]) if row["at"] else None, max(row["begins_on"], clock.day(row["created_at"]))) for row in rows]


_OFFICES = """
WITH alive AS (
  SELECT array_agg(p.id) AS ids, min(greatest(p.valid_from, coalesce(first_signed_on(p), p.valid_from))) AS begins_on
  FROM promise p JOIN party y ON y.promise_id = p.id AND y.organisation_id = $1
  WHERE p.stage IN ('signed', 'ended_early') AND p.valid_from <= $2 AND (p.valid_until IS NULL OR p.valid_until >= $2) HAVING count(*) > 0)
SELECT f.title, f.created_at, alive.begins_on,
       (SELECT e.at FROM event e WHERE e.organisation_id = $1 AND e.office IN (f.title, 'tf ' || lower(left(f.title, 1)) || substr(f.title, 2), 'tf ' || f.title)
          AND e.promise_id = ANY(alive.ids) AND e.person_id IS NOT NULL AND e.act <> 'dossier.exported' ORDER BY e.at DESC LIMIT 1) AS at
FROM office f CROSS JOIN alive
WHERE f.organisation_id = $1 AND f.role IN ('coordinator', 'reporter') AND (f.until_on IS NULL OR f.until_on >= $2)
  AND EXISTS (SELECT FROM member m WHERE m.office_id = f.id AND holds(m, $2))
"""
