"""Connect an account, hand it to a channel, note that it works or needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.channels import Account
from trygghet.channels.sealing import seal
from trygghet.connections import store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.connections.rules import Connection


async def add(organisation: UUID, *, channel: str, name: str, base_url: str, token: str, secret_key: str, now: dt.datetime) -> UUID:
    """Connects an account; the token is sealed with a key made from `settings.secret_key`. The same account again renews its token."""
    async with database.within(organisation):
        return await store.add(organisation, channel=channel, name=name, base_url=base_url.rstrip("/"), secret=seal(secret_key, token), now=now)


async def account(organisation: UUID, connection_id: UUID) -> Account:
    """The organisation's account as a channel takes it, the token still sealed. Raises `NotFound`."""
    async with database.within(organisation):
        connection, secret = await store.get(organisation, connection_id)
    return Account(connection.base_url, secret.decode("ascii"), connection.name)


async def of(organisation: UUID, parties: Sequence[UUID]) -> list[Connection]:
    """Our accounts and those of these parties of a common promise, for choosing where an update goes."""
    async with database.within(organisation):
        return await store.of(organisation, parties)


async def needs_human(organisation: UUID, connection_id: UUID, *, why: str) -> None:
    """The account is refused until somebody renews it."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, "needs_human", why)


async def works(organisation: UUID, connection_id: UUID) -> None:
    """Something has just gone through it."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, "ok", "")
