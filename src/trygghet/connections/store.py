"""Connections of an organisation. The secret leaves this file sealed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.connections.rules import NEEDS_HUMAN, OFF, OK, WEBHOOK, Connection
from trygghet.swedish import NotFound
from trygghet.tables import Connection as Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

_SHOWN = (
    "id, organisation_id, channel, name, base_url, state, state_why, form, account_id, limits, owner_id, expires_at, warned_days, checked_at,"
    " failing_since, state_at, created_at"
)


def _connection(row: Mapping[str, Any]) -> Connection:
    return Connection(**{name: value for name, value in dict(row).items() if name != "secret"})


async def add(
    organisation: UUID,
    *,
    channel: str,
    name: str,
    base_url: str,
    secret: bytes,
    now: dt.datetime,
    form: str = "",
    account_id: str = "",
    limits: Mapping[str, Any] | None = None,
    owner_id: UUID | None = None,
    expires_at: dt.datetime | None = None,
) -> UUID:
    """One row; connecting the same account again renews its secret, and all that was said against it is forgotten."""
    found: UUID = await database.connection().fetchval(
        """
        INSERT INTO connection (organisation_id, channel, name, base_url, secret, form, created_at, account_id, limits, owner_id, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11)
        ON CONFLICT (organisation_id, channel, name) DO UPDATE SET base_url = excluded.base_url, secret = excluded.secret, form = excluded.form,
          account_id = excluded.account_id, limits = excluded.limits, owner_id = coalesce(excluded.owner_id, connection.owner_id),
          expires_at = excluded.expires_at, warned_days = NULL, checked_at = NULL, failing_since = NULL,
          state = 'ok', state_why = '', state_at = CASE WHEN connection.state = 'ok' THEN connection.state_at ELSE excluded.created_at END
        RETURNING id""",
        organisation,
        channel,
        name,
        base_url,
        secret,
        form,
        now,
        account_id,
        json.dumps(dict(limits or {})),
        owner_id,
        expires_at,
    )
    return found


async def get(organisation: UUID, connection_id: UUID) -> tuple[Connection, bytes]:
    """One of the organisation's own, with its sealed secret. Raises `NotFound`."""
    row = await database.connection().fetchrow(
        f"SELECT {_SHOWN}, secret FROM connection WHERE id = $1 AND organisation_id = $2", connection_id, organisation
    )
    if row is None:
        raise NotFound
    return _connection(row), row["secret"]


async def of(organisation: UUID, parties: Sequence[UUID]) -> list[Connection]:
    """The accounts that `organisation` and these parties of its promises have connected and not switched off; the policies leave out strangers'.

    Webhooks are no accounts: where an organisation speaks to itself, no update goes.
    """
    rows = await database.connection().fetch(
        f"SELECT {_SHOWN} FROM connection WHERE organisation_id = ANY($1::uuid[]) AND state <> $2 AND channel <> $3 ORDER BY channel, name, base_url, id",
        [organisation, *parties],
        OFF,
        WEBHOOK,
    )
    return [_connection(row) for row in rows]


async def accounts(organisation: UUID) -> list[Connection]:
    """The organisation's own accounts, those that are switched off too; its rooms in a chat are none."""
    rows = await database.connection().fetch(
        f"SELECT {_SHOWN} FROM connection WHERE organisation_id = $1 AND channel <> $2 ORDER BY channel, name, base_url, id", organisation, WEBHOOK
    )
    return [_connection(row) for row in rows]


async def webhooks(organisation: UUID) -> list[Connection]:
    """All channels that the organisation has connected by a webhook, those that are switched off too, by name."""
    rows = await database.connection().fetch(
        f"SELECT {_SHOWN} FROM connection WHERE organisation_id = $1 AND channel = $2 ORDER BY name, id", organisation, WEBHOOK
    )
    return [_connection(row) for row in rows]


async def set_state(organisation: UUID, connection_id: UUID, state: str, why: str, now: dt.datetime) -> None:
    """Whether it works, and why not, since when. What is switched off stays so, whatever an answer that comes late says.

    What needs a person stays so until it works again: that its server is away as well is no news.
    """
    await database.connection().execute(
        """
        UPDATE connection SET state = $3, state_why = $4, state_at = CASE WHEN state = $3 THEN state_at ELSE $5 END,
          failing_since = CASE WHEN $3 = 'ok' THEN NULL ELSE coalesce(failing_since, $5) END
        WHERE id = $1 AND organisation_id = $2 AND state <> 'off' AND (state <> $3 OR state_why <> $4)
          AND NOT (state = 'needs_human' AND $3 = 'warning')""",
        connection_id,
        organisation,
        state,
        why,
        now,
    )


async def note_check(
    organisation: UUID, connection_id: UUID, *, account_id: str, limits: Mapping[str, Any], expires_at: dt.datetime | None, now: dt.datetime
) -> None:
    """It has been looked at; what the server said of itself takes the place of what it said before, where it said anything."""
    await database.connection().execute(
        """
        UPDATE connection SET checked_at = $3, account_id = coalesce(nullif($4, ''), account_id),
          limits = CASE WHEN $5::jsonb = '{}' THEN limits ELSE $5::jsonb END, expires_at = coalesce($6, expires_at)
        WHERE id = $1 AND organisation_id = $2""",
        connection_id,
        organisation,
        now,
        account_id,
        json.dumps(dict(limits)),
        expires_at,
    )


async def note_warning(organisation: UUID, connection_id: UUID, days: int) -> None:
    """Its owner has been told so many days before it ends."""
    await Table.update({Table.warned_days: days}).where(Table.id == connection_id, Table.organisation_id == organisation)


async def switch(organisation: UUID, connection_id: UUID, *, on: bool, why: str, now: dt.datetime) -> None:
    """Switches it off, or on again with nothing said against it."""
    state = OK if on else OFF
    await Table.update({Table.state: state, Table.state_why: why, Table.failing_since: None, Table.state_at: now}).where(
        Table.id == connection_id, Table.organisation_id == organisation, Table.state != state
    )


async def change_secret(organisation: UUID, connection_id: UUID, secret: bytes) -> None:
    """Another secret for the same account."""
    await Table.update({Table.secret: secret}).where(Table.id == connection_id, Table.organisation_id == organisation)


async def remove(organisation: UUID, connection_id: UUID) -> None:
    """Forgets it and its secret. What went through it keeps its name."""
    await Table.delete().where(Table.id == connection_id, Table.organisation_id == organisation)


# ---------------------------------------------------------------- the system's own
async def across_organisations_get(connection_id: UUID, *, lock: bool = False) -> tuple[Connection, bytes] | None:
    """One of anybody's with its sealed secret; None when it is gone."""
    row = await database.connection().fetchrow(f"SELECT {_SHOWN}, secret FROM connection WHERE id = $1 {'FOR UPDATE' if lock else ''}", connection_id)
    return None if row is None else (_connection(row), row["secret"])


async def across_organisations_change_secret(connection_id: UUID, secret: bytes) -> None:
    """Another secret for the same account."""
    await database.connection().execute("UPDATE connection SET secret = $2 WHERE id = $1", connection_id, secret)


async def across_organisations_sealed() -> list[tuple[str, UUID, str, bytes]]:
    """Everything that is sealed, locked: its table, id, a name for people, and the secret."""
    rows = await database.connection().fetch(
        """
        SELECT 'connection' AS of, c.id, c.name || ' (' || o.short_name || ')' AS name, c.secret
        FROM connection c JOIN organisation o ON o.id = c.organisation_id ORDER BY c.id FOR UPDATE OF c"""
    )
    rows += await database.connection().fetch("SELECT 'channel_app' AS of, id, base_url AS name, secret FROM channel_app ORDER BY id FOR UPDATE")
    rows += await database.connection().fetch("SELECT 'connecting' AS of, id, '' AS name, secret FROM connecting ORDER BY id FOR UPDATE")
    return [(row["of"], row["id"], row["name"], row["secret"]) for row in rows]


async def across_organisations_reseal(of: str, row_id: UUID, secret: bytes) -> None:
    """The same secret under another key."""
    await database.connection().execute(f"UPDATE {of} SET secret = $2 WHERE id = $1", row_id, secret)


async def across_organisations_refuse(connection_id: UUID, why: str, now: dt.datetime) -> None:
    """A person must connect it again."""
    await database.connection().execute(
        "UPDATE connection SET state = $2, state_why = $3, state_at = $4, failing_since = coalesce(failing_since, $4)"
        " WHERE id = $1 AND state NOT IN ($2, 'off')",
        connection_id,
        NEEDS_HUMAN,
        why,
        now,
    )


async def across_organisations_states() -> dict[str, int]:
    """How many connections there are in each state."""
    rows = await database.connection().fetch("SELECT state, count(*) AS many FROM connection GROUP BY state")
    return {row["state"]: row["many"] for row in rows}
