"""Who sits where today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.notices.rules import Recipient, Seated
from trygghet.swedish import signed_as

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


async def seated(organisation: UUID, day: dt.date) -> list[Seated]:
    """The organisation's leaders, coordinators and administrators that day, each person once for each of their seats; deputies too."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT ON (p.name, p.id, f.role) p.id, f.role, p.name, f.title, m.acting, p.email FROM member m"
        " JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id"
        " WHERE m.organisation_id = $1 AND f.role IN ('leader', 'coordinator', 'administrator') AND holds(m, $2) ORDER BY p.name, p.id, f.role, m.acting, m.from_on",
        organisation,
        day,
    )
    return [Seated(row["id"], row["role"], Recipient(row["name"], signed_as(row["title"], acting=row["acting"]), row["email"])) for row in rows]


async def name(organisation: UUID) -> str:
    """What the organisation is called."""
    found: str = await database.connection().fetchval("SELECT name FROM organisation WHERE id = $1", organisation)
    return found
