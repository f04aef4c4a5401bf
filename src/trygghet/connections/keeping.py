"""One at a time at an account, over all processes, and what it is given on the way is kept."""

from __future__ import annotations

from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.channels.sealing import unseal
from trygghet.connections import store
from trygghet.connections.actions import as_account

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from trygghet.channels import Account
    from trygghet.channels.sealing import Keys

_HELD: ContextVar[frozenset[UUID]] = ContextVar("held", default=frozenset())


@asynccontextmanager
async def alone(connection_id: UUID) -> AsyncIterator[None]:
    """Nobody else speaks through this connection meanwhile, in any process. Whoever is inside already may come in again.

    Never within a unit of work: it waits for others, and they may wait for its rows.
    """
    if connection_id in _HELD.get():
        yield
        return
    async with database.one_at_a_time(f"connection {connection_id}"):
        token = _HELD.set(_HELD.get() | {connection_id})
        try:
            yield
        finally:
            _HELD.reset(token)


class Keeper:
    """Keeps the secrets of accounts that are connected; one that is being connected has no row yet, and keeps them itself."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @asynccontextmanager
    async def alone(self, account: Account) -> AsyncIterator[Account]:
        """Waits for its turn, and gives the account as it is stored then."""
        if account.id is None:
            yield account
            return
        async with alone(account.id):
            async with database.across_organisations():
                stored = await store.across_organisations_get(account.id)
            yield account if stored is None else as_account(*stored)

    async def renewed(self, account: Account, sealed: str) -> None:
        """Stores it, unless somebody has connected the account anew since: that secret is the later one. A changed key makes no secret another."""
        if account.id is None:
            return
        async with database.across_organisations():
            stored = await store.across_organisations_get(account.id, lock=True)
            if stored is not None and unseal(self._keys, stored[1].decode("ascii")) == unseal(self._keys, account.token):
                await store.across_organisations_change_secret(account.id, sealed.encode("ascii"))
