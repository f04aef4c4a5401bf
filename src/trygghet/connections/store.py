"""Connections of an organisation. The secret leaves this file sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.connections.rules import WEBHOOK, Connection
from trygghet.swedish import NotFound
from trygghet.tables import Connection as Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


def _connection(row: dict[str, Any]) -> Connection:
    return Connection(row["id"], row["organisation_id"], row["channel"], row["name"], row["base_url"], row["state"], row["state_why"], row["form"])


async def add(organisation: UUID, *, channel: str, name: str, base_url: str, secret: bytes, form: str = "", now: dt.datetime) -> UUID:
    """One row; connecting the same account again renews its secret."""
    found: UUID = await database.connection().fetchval(
        "INSERT INTO connection (organisation_id, channel, name, base_url, secret, form, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (organisation_id, channel, name) DO UPDATE SET base_url = excluded.base_url, secret = excluded.secret, form = excluded.form, "
        "state = 'ok', state_why = '' "
        "RETURNING id",
        organisation,
        channel,
        name,
        base_url,
        secret,
        form,
        now,
    )
    return found


async def get(organisation: UUID, connection_id: UUID) -> tuple[Connection, bytes]:
    """One of the organisation's own, with its sealed secret. Raises `NotFound`."""
    row = await Table.select().where(Table.id == connection_id, Table.organisation_id == organisation).first()
    if row is None:
        raise NotFound
    return _connection(row), row["secret"]


async def of(organisation: UUID, parties: Sequence[UUID]) -> list[Connection]:
    """The accounts that `organisation` and these parties of its promises have connected and not switched off; the policies leave out strangers'.

    Webhooks are no accounts: where an organisation speaks to itself, no update goes.
    """
    rows = (
        await Table.select(Table.id, Table.organisation_id, Table.channel, Table.name, Table.base_url, Table.state, Table.state_why, Table.form)
        .where(Table.organisation_id.is_in([organisation, *parties]), Table.state != "off", Table.channel != WEBHOOK)
        .order_by(Table.channel, Table.name)
    )
    return [_connection(row) for row in rows]


async def webhooks(organisation: UUID) -> list[Connection]:
    """All channels that the organisation has connected by a webhook, those that are switched off too, by name."""
    rows = await (
        Table.select(Table.id, Table.organisation_id, Table.channel, Table.name, Table.base_url, Table.state, Table.state_why, Table.form)
        .where(Table.organisation_id == organisation, Table.channel == WEBHOOK)
        .order_by(Table.name)
    )
    return [_connection(row) for row in rows]


async def set_state(organisation: UUID, connection_id: UUID, state: str, why: str) -> None:
    """Whether it works, and why not. What is switched off stays so, whatever an answer that comes late says."""
    await Table.update({Table.state: state, Table.state_why: why}).where(
        Table.id == connection_id, Table.organisation_id == organisation, Table.state != "off", (Table.state != state) | (Table.state_why != why)
    )


async def switch(organisation: UUID, connection_id: UUID, *, on: bool) -> None:
    """Switches it off, or on again with nothing said against it."""
    await Table.update({Table.state: "ok" if on else "off", Table.state_why: ""}).where(
        Table.id == connection_id, Table.organisation_id == organisation
    )


async def remove(organisation: UUID, connection_id: UUID) -> None:
    """Forgets it and its secret. What went through it keeps its name."""
    await Table.delete().where(Table.id == connection_id, Table.organisation_id == organisation)
