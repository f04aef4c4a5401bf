"""The one gate that everything which leaves the building passes, and the one way to open it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.installation import rules, store

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.installation.rules import Voice


async def across_organisations_may_speak() -> bool:
    """Whether anything may leave: the name in the database is the one that this process's pool was opened with.

    For the hand-out and for the worker, inside the unit of work that they have open anyway: one look at one row, without a savepoint.
    """
    return await store.across_organisations_may_speak()


async def across_organisations_voice() -> Voice:
    """Whose the database is, and who we are."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_voice()


async def across_organisations_told(*, now: dt.datetime) -> Voice:
    """The same, with how much is due and waits."""
    async with database.across_organisations(readonly=True):
        return replace(await store.across_organisations_voice(), waiting=await store.across_organisations_waiting(now))


async def across_organisations_adopt(typed: str, *, now: dt.datetime, wall: dt.datetime) -> Voice:
    """Makes the database this installation's, so that it speaks; returns how things were before.

    What waited while it was silent goes out from the next tick. Raises `Refusal` where `typed` is not the installation's own name.
    """
    async with database.across_organisations():
        before = replace(await store.across_organisations_voice(), waiting=await store.across_organisations_waiting(now))
        rules.check(before, typed)
        await store.across_organisations_adopt(before.ours, wall)
    return before
