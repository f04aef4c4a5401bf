"""Read one's own inbox in one organisation, and mark what one has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.inbox import store
from trygghet.inbox.rules import PAGE_LENGTH, Inbox
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


async def read(organisation: UUID, person_id: UUID, number: int) -> Inbox:
    """One page of it. Opening it marks nothing as read."""
    async with database.within(organisation, readonly=True):
        found = await store.items(organisation, person_id, number)
        return Inbox(number, found[:PAGE_LENGTH], len(found) > PAGE_LENGTH, await store.unread(organisation, person_id))


async def mark_read(organisation: UUID, person_id: UUID, delivery_id: UUID, *, now: dt.datetime) -> None:
    """Marks one thing as read. Raises `NotFound` for what is not in that inbox."""
    async with database.within(organisation):
        if not await store.mark_read(organisation, person_id, delivery_id, now):
            raise NotFound


async def mark_all_read(organisation: UUID, person_id: UUID, latest: UUID, *, now: dt.datetime) -> None:
    """Marks all that had come when `latest` was the newest. Raises `NotFound` for what is not in that inbox."""
    async with database.within(organisation):
        if not await store.mark_all_read(organisation, person_id, latest, now):
            raise NotFound
