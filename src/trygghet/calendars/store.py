"""People's own addresses. An address belongs to a person and not to an organisation, so all here looks across them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import database
from trygghet.calendars.rules import Address

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

_ADDRESS = "SELECT id, person_id, nonce, renewed_at FROM calendar_address"


async def across_organisations_address(address_id: UUID) -> Address | None:
    """The address of that id."""
    row = await database.connection().fetchrow(f"{_ADDRESS} WHERE id = $1", address_id)
    return Address(*row) if row else None


async def across_organisations_address_of(person_id: UUID) -> Address | None:
    """The person's own."""
    row = await database.connection().fetchrow(f"{_ADDRESS} WHERE person_id = $1", person_id)
    return Address(*row) if row else None


async def across_organisations_renew(person_id: UUID, nonce: bytes, now: dt.datetime) -> None:
    """Gives the person an address, or another one."""
    await database.connection().execute(
        "INSERT INTO calendar_address (person_id, nonce, renewed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (person_id) DO UPDATE SET nonce = excluded.nonce, renewed_at = excluded.renewed_at",
        person_id,
        nonce,
        now,
    )


async def across_organisations_held(person_id: UUID, roles: Collection[str], today: dt.date) -> list[tuple[UUID, str]]:
    """The organisations where the person has one of these roles that day, with their short names."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT o.id, o.short_name FROM member m JOIN office f ON f.id = m.office_id JOIN organisation o ON o.id = m.organisation_id"
        " WHERE m.person_id = $1 AND f.role = ANY($2) AND holds(m, $3) ORDER BY o.short_name, o.id",
        person_id,
        list(roles),
        today,
    )
    return [(row["id"], row["short_name"]) for row in rows]
