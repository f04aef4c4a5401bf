"""What changes about an invitation. What it says is read by members, who show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.members.log import Actor
    from trygghet.members.offices import Term


async def send(
    organisation: UUID, email: str, office_id: UUID, term: Term, *, by: Actor, nonce: bytes, now: dt.datetime, expires_at: dt.datetime
) -> UUID | None:
    """A new invitation into one of the organisation's own offices, or a new round of the one that is open to the same address and office."""
    found: UUID | None = await database.connection().fetchval(
        """INSERT INTO invitation AS i (organisation_id, email, office_id, from_on, until_on, acting, by_name, by_office, nonce, sent_at, expires_at, created_at)
           SELECT f.organisation_id, $2, f.id, $4, $5, $6, $7, $8, $9, $10, $11, $10 FROM office f WHERE f.organisation_id = $1 AND f.id = $3
           ON CONFLICT (organisation_id, email, office_id) WHERE used_at IS NULL AND revoked_at IS NULL
           DO UPDATE SET from_on = excluded.from_on, until_on = excluded.until_on, acting = excluded.acting, by_name = excluded.by_name,
             by_office = excluded.by_office, nonce = excluded.nonce, sent_at = excluded.sent_at, expires_at = excluded.expires_at,
             round = i.round + 1, opened_at = NULL
           RETURNING i.id""",
        organisation,
        email,
        office_id,
        term.first,
        term.last,
        term.acting,
        by.name,
        by.office,
        nonce,
        now,
        expires_at,
    )
    return found


async def revoke(organisation: UUID, invitation_id: UUID, now: dt.datetime) -> None:
    """Nobody can use it any more."""
    await database.connection().execute(
        "UPDATE invitation SET revoked_at = $3 WHERE organisation_id = $1 AND id = $2 AND used_at IS NULL AND revoked_at IS NULL",
        organisation,
        invitation_id,
        now,
    )


async def across_organisations_mark_opened(invitation_id: UUID, now: dt.datetime) -> None:
    """Remembers when its link was first opened."""
    await database.connection().execute("UPDATE invitation SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL", invitation_id, now)


async def across_organisations_mark_used(invitation_id: UUID, now: dt.datetime) -> None:
    """It has let its person in and lets in no one else."""
    await database.connection().execute("UPDATE invitation SET used_at = $2 WHERE id = $1", invitation_id, now)
