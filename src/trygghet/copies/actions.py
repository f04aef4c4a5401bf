"""Keep a copy of what went out, and read it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.copies import store
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

    from trygghet.copies.rules import Copy


async def keep(organisation: UUID, delivery_id: UUID, shown: Mapping[str, Any] | None, *, sha256: str = "", url: str = "", now: dt.datetime) -> None:
    """Keeps what a delivery of an update has sent. `shown` None: as it was approved; of a withdrawal always why. Others leave none."""
    async with database.within(organisation):
        await store.add(organisation, delivery_id, shown, sha256, url, now)


async def keep_own_withdrawal(organisation: UUID, status_update_id: UUID, why: str, *, now: dt.datetime) -> None:
    """Keeps that our own page and feed say why it is gone."""
    async with database.within(organisation):
        await store.add_own_withdrawal(organisation, status_update_id, why, now)


async def of_update(organisation: UUID, status_update_id: UUID) -> list[Copy]:
    """All copies of an update, the oldest first. Raises `NotFound` where there are none for us."""
    async with database.within(organisation, readonly=True):
        found = await store.of_update(organisation, status_update_id)
    if not found:
        raise NotFound
    return found


async def of_promise(organisation: UUID, promise_id: UUID) -> list[Copy]:
    """All copies of a promise's updates, the oldest first."""
    async with database.within(organisation, readonly=True):
        return await store.of_promise(organisation, promise_id)


async def read(organisation: UUID, copy_id: UUID) -> Copy:
    """One copy. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        return await store.one(organisation, copy_id)
