"""Who is on the way to connect something, what servers know us as, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.accounts.rules import Waits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


async def begin(organisation: UUID, person_id: UUID, channel: str, base_url: str, secret: bytes, expires_at: dt.datetime, wall: dt.datetime) -> UUID:
    """Somebody goes to another server; what came too late is forgotten."""
    link = database.connection()
    await link.execute("DELETE FROM connecting WHERE organisation_id = $1 AND expires_at <= $2", organisation, wall)
    found: UUID = await link.fetchval(
        "INSERT INTO connecting (organisation_id, person_id, channel, base_url, secret, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        organisation,
        person_id,
        channel,
        base_url,
        secret,
        expires_at,
    )
    return found


async def take(organisation: UUID, row_id: UUID, person_id: UUID, wall: dt.datetime) -> tuple[str, str, bytes] | None:
    """Takes what was begun by this person: its channel, server and sealed secret. Once, and in time; otherwise None."""
    row = await database.connection().fetchrow(
        "DELETE FROM connecting WHERE id = $2 AND organisation_id = $1 AND person_id = $3 AND expires_at > $4 RETURNING channel, base_url, secret",
        organisation,
        row_id,
        person_id,
        wall,
    )
    return None if row is None else (row["channel"], row["base_url"], row["secret"])


async def waits(organisation: UUID, connections: Sequence[UUID]) -> dict[UUID, Waits]:
    """What is planned, or waits for a person's word, through each of these connections."""
    rows = await database.connection().fetch(
        "SELECT d.connection_id, count(*) AS many, (array_agg(d.title ORDER BY d.due_at, d.title))[1] AS first FROM delivery d"
        " WHERE d.organisation_id = $1 AND d.connection_id = ANY($2::uuid[]) AND d.state IN ('planned', 'sending') GROUP BY d.connection_id",
        organisation,
        list(connections),
    )
    return {row["connection_id"]: Waits(row["many"], row["first"]) for row in rows}


async def seated(organisation: UUID, day: dt.date) -> dict[UUID, str]:
    """Who sits here that day as leader, coordinator or administrator, by id, in the order of their names."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT p.name, p.id FROM member m JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id"
        " WHERE m.organisation_id = $1 AND f.role IN ('leader', 'coordinator', 'administrator') AND holds(m, $2) ORDER BY p.name, p.id",
        organisation,
        day,
    )
    return {row["id"]: row["name"] for row in rows}


# ---------------------------------------------------------------- the system's own
async def across_organisations_app(channel: str, base_url: str) -> bytes | None:
    """What a server has given us to be known by, sealed; None where it has not met us."""
    found: bytes | None = await database.connection().fetchval(
        "SELECT secret FROM channel_app WHERE channel = $1 AND base_url = $2", channel, base_url
    )
    return found


async def across_organisations_keep_app(channel: str, base_url: str, secret: bytes, now: dt.datetime) -> None:
    """Keeps it, in place of what is of no more use."""
    await database.connection().execute(
        "INSERT INTO channel_app (channel, base_url, secret, created_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (channel, base_url) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at",
        channel,
        base_url,
        secret,
        now,
    )


async def across_organisations_forget_app(channel: str, base_url: str) -> None:
    """The server no longer knows us by it."""
    await database.connection().execute("DELETE FROM channel_app WHERE channel = $1 AND base_url = $2", channel, base_url)


async def across_organisations_to_check(before: dt.datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Accounts that have not been looked at since, longest ago first, each with its organisation. What is switched off is left alone."""
    rows = await database.connection().fetch(
        "SELECT organisation_id, id FROM connection WHERE channel <> 'webhook' AND state <> 'off' AND coalesce(checked_at, created_at) <= $1"
        " ORDER BY coalesce(checked_at, created_at), id LIMIT $2",
        before,
        limit,
    )
    return [(row["organisation_id"], row["id"]) for row in rows]


async def across_organisations_to_tell(since: dt.datetime, soon: dt.datetime) -> list[tuple[UUID, UUID]]:
    """Accounts that somebody may have to be told of: refused lately, ending soon, or failing; each with its organisation."""
    rows = await database.connection().fetch(
        "SELECT organisation_id, id FROM connection WHERE channel <> 'webhook' AND ((state = 'needs_human' AND state_at > $1)"
        " OR (state IN ('ok', 'warning') AND expires_at <= $2 AND warned_days IS DISTINCT FROM 2)"
        " OR (channel = 'hook' AND state <> 'off' AND failing_since IS NOT NULL)) ORDER BY id",
        since,
        soon,
    )
    return [(row["organisation_id"], row["id"]) for row in rows]
