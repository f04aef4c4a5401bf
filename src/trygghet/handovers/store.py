"""Who may get reminders, and whose go to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.handovers.rules import Colleague, Days, Handover
from trygghet.swedish import signed_as

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.handovers.rules import Wish

_HANDOVER = """
SELECT h.id, h.person_id, p.name, h.to_person_id, t.name AS to_name, h.from_on, h.until_on, h.by_name
FROM handover h JOIN person p ON p.id = h.person_id JOIN person t ON t.id = h.to_person_id
WHERE h.organisation_id = $1 AND h.ended_at IS NULL
"""


async def lock(organisation: UUID) -> None:
    """One change of an organisation's handovers at a time, so that two cannot make a ring at once."""
    await database.connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 3))", str(organisation))


async def people(organisation: UUID, day: dt.date) -> list[Colleague]:
    """Everybody in an office that day that reminders go to, by name."""
    rows = await database.connection().fetch(
        "SELECT p.id, p.name, array_agg(f.role) AS roles, (array_agg(f.title ORDER BY m.acting, f.title))[1] AS title,"
        " bool_and(m.acting) AS acting FROM member m JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id"
        " WHERE m.organisation_id = $1 AND f.role IN ('leader', 'coordinator', 'administrator') AND holds(m, $2) GROUP BY p.id, p.name ORDER BY p.name, p.id",
        organisation,
        day,
    )
    return [Colleague(row["id"], row["name"], signed_as(row["title"], acting=row["acting"]), frozenset(row["roles"])) for row in rows]


async def handovers(organisation: UUID, day: dt.date) -> list[Handover]:
    """All that nobody has ended and whose last day has not passed, the nearest first."""
    rows = await database.connection().fetch(f"{_HANDOVER} AND h.until_on >= $2 ORDER BY h.from_on, p.name, h.id", organisation, day)
    return [_handover(row) for row in rows]


def _handover(row: Any) -> Handover:
    days = Days(row["from_on"], row["until_on"])
    return Handover(row["id"], row["person_id"], row["name"], row["to_person_id"], row["to_name"], days, row["by_name"])


async def add(organisation: UUID, asked: Wish, by_name: str, now: dt.datetime) -> UUID | None:
    """A handover between two who belong to the organisation; None where one of them does not."""
    found: UUID | None = await database.connection().fetchval(
        "INSERT INTO handover (organisation_id, person_id, to_person_id, from_on, until_on, by_name, created_at) SELECT $1, $2, $3, $4, $5, $6, $7"
        " WHERE EXISTS (SELECT FROM member m WHERE m.organisation_id = $1 AND m.person_id = $2)"
        " AND EXISTS (SELECT FROM member m WHERE m.organisation_id = $1 AND m.person_id = $3) RETURNING id",
        organisation,
        asked.whose,
        asked.to,
        asked.days.first,
        asked.days.last,
        by_name,
        now,
    )
    return found


async def end(organisation: UUID, handover_id: UUID, now: dt.datetime) -> None:
    """It is over from this moment."""
    await database.connection().execute(
        "UPDATE handover SET ended_at = $3 WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL", organisation, handover_id, now
    )
