"""Connect an account, hand it to a channel, note that it works or needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.channels import Account
from trygghet.channels.sealing import seal
from trygghet.connections import store
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.connections.rules import Connection


async def add(organisation: UUID, *, channel: str, name: str, base_url: str, token: str, secret_key: str, form: str = "", now: dt.datetime) -> UUID:
    """Connects an account; the token is sealed with a key made from `settings.secret_key`. The same account again renews its token."""
    async with database.within(organisation):
        return await store.add(
            organisation, channel=channel, name=name, base_url=base_url.rstrip("/"), secret=seal(secret_key, token), form=form, now=now
        )


async def account(organisation: UUID, connection_id: UUID) -> Account:
    """The organisation's account as a channel takes it, the token still sealed. Raises `NotFound`."""
    async with database.within(organisation):
        connection, secret = await store.get(organisation, connection_id)
    return Account(connection.base_url, secret.decode("ascii"), connection.name, connection.form)


async def of(organisation: UUID, parties: Sequence[UUID]) -> list[Connection]:
    """Our accounts and those of these parties of a common promise, for choosing where an update goes."""
    async with database.within(organisation):
        return await store.of(organisation, parties)


async def webhooks(organisation: UUID) -> list[Connection]:
    """The organisation's own channels, by name; those that are switched off too."""
    async with database.within(organisation):
        return await store.webhooks(organisation)


async def webhook(organisation: UUID, connection_id: UUID) -> Connection:
    """One of the organisation's own channels. Raises `NotFound`."""
    found = next((one for one in await webhooks(organisation) if one.id == connection_id), None)
    if found is None:
        raise NotFound
    return found


async def switch(organisation: UUID, connection_id: UUID, *, on: bool) -> None:
    """Switches a connection off, or on again."""
    async with database.within(organisation):
        await store.switch(organisation, connection_id, on=on)


async def remove(organisation: UUID, connection_id: UUID) -> None:
    """Forgets a connection and its secret."""
    async with database.within(organisation):
        await store.remove(organisation, connection_id)


async def needs_human(organisation: UUID, connection_id: UUID, *, why: str) -> None:
    """The account is refused until somebody renews it."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, "needs_human", why)


async def works(organisation: UUID, connection_id: UUID) -> None:
    """Something has just gone through it."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, "ok", "")
