"""What each of the residents' pages needs, read in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.site import rules, store
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.site.rules import Published, Told


@dataclass(frozen=True)
class Municipality:
    """One municipality's promises and what has been told about them; `shown` is the promise that the page is about."""

    shown: Published
    promises: Sequence[Published]
    all_updates: Sequence[Told]

    @property
    def updates(self) -> list[Told]:
        """What has been told about the promise that is shown, and not been taken back."""
        return [one for one in self.all_updates if one.promise_id == self.shown.promise_id and one.withdrawn_at is None]

    @property
    def follows(self) -> Published | None:
        """The promise before the one that is shown."""
        return next((one for one in self.promises if str(one.promise_id) == self.shown.follows), None)

    @property
    def successors(self) -> list[Published]:
        """The promises that were written to follow the one that is shown."""
        return [one for one in self.promises if one.follows == str(self.shown.promise_id)]

    @property
    def others(self) -> list[Published]:
        """The other promises, latest first."""
        return [one for one in self.promises if one.promise_id != self.shown.promise_id]


async def across_organisations_overview() -> list[Published]:
    """Every published promise."""
    async with database.published():
        return await store.across_organisations_promises()


async def across_organisations_municipality(slug: str, today: dt.date, promise_id: UUID | None = None) -> Municipality:
    """A municipality's page: about the promise asked for, or the foremost that day. Raises `NotFound`."""
    async with database.published():
        promises = await store.across_organisations_promises_of(slug)
        if not promises:
            raise NotFound
        shown = next((one for one in promises if one.promise_id == promise_id), None) if promise_id else rules.foremost(promises, today)
        if shown is None:
            raise NotFound
        return Municipality(shown, promises, await store.across_organisations_updates_of(slug))


async def across_organisations_update(slug: str, update_id: UUID) -> tuple[Told, Published]:
    """An update with the promise it is about. Raises `NotFound`."""
    async with database.published():
        told = await store.across_organisations_update(slug, update_id)
        if told is None:
            raise NotFound
        promises = await store.across_organisations_promises_of(slug)
        return told, next(one for one in promises if one.promise_id == told.promise_id)


async def across_organisations_picture(picture_id: UUID) -> tuple[bytes, str, str]:
    """A published picture's bytes, kind and hash. Raises `NotFound`."""
    async with database.published():
        found = await store.across_organisations_picture(picture_id)
    if found is None:
        raise NotFound
    return found
