"""What each of the residents' pages needs, read in one unit of work."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import clock, database
from trygghet.followups import report
from trygghet.followups.frozen import Frozen
from trygghet.paper import pdf
from trygghet.profiles import actions as profiles
from trygghet.promises import actions as agreed
from trygghet.site import homes, retold, rules, store, told
from trygghet.site.leaves import ON_A_LEAF
from trygghet.site.moved import Moved
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.followups.frozen import Turned
    from trygghet.profiles.rules import Profile
    from trygghet.site.followed import Followed
    from trygghet.site.homes import Home
    from trygghet.site.leaves import Leaf
    from trygghet.site.retold import Retold
    from trygghet.site.rules import Published
    from trygghet.site.told import Told


@dataclass(frozen=True)
class Municipality:
    """One municipality's promises and the newest of what has been told about them; `shown` is the promise that the page is about.

    `told_count` is how much has been told about that one in all.
    """

    shown: Published
    promises: Sequence[Published]
    all_updates: Sequence[Told]
    all_followed: Sequence[Followed] = ()
    told_count: int = 0
    retold: Sequence[Retold] = ()
    around: Sequence[Home] = ()
    """The municipality itself, and the police areas that have or had it among theirs."""

    def within(self, today: dt.date) -> list[tuple[str, str]]:
        """Where the municipality lies that day, its county first: the address and the name of each."""
        return homes.within(self.shown.slug, self.around, today)

    @functools.cached_property
    def updates(self) -> list[Told]:
        """What has been told about the promise that is shown, and not been taken back."""
        return [one for one in self.all_updates if one.promise_id == self.shown.promise_id and one.withdrawn_at is None]

    @functools.cached_property
    def followed(self) -> list[Followed]:
        """The signed follow-ups of the promise that is shown, by year."""
        return self.followed_of(self.shown)

    def followed_of(self, promise: Published) -> list[Followed]:
        """The signed follow-ups of one of the promises, by year."""
        return [one for one in self.all_followed if one.promise_id == promise.promise_id]

    def followed_by(self, due_on: dt.date) -> Followed | None:
        """The signed follow-up that was due that day."""
        return next((one for one in self.followed if one.found.due_on == due_on), None)

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


async def across_organisations_front() -> tuple[list[Published], dict[UUID, Followed], list[Home]]:
    """Every published promise without its parts, the last signed follow-up of each, and every municipality and police area."""
    async with database.published():
        promises, places = await store.across_organisations_promises_in_short(), await store.across_organisations_homes()
        return promises, await store.across_organisations_latest_follow_ups(), places


async def across_organisations_told(today: dt.date) -> dict[UUID, tuple[int, dt.datetime | None]]:
    """How many updates there have been in the year until that day, and when the newest of all came, by promise."""
    async with database.published():
        return await store.across_organisations_told_since(dt.datetime.combine(today - dt.timedelta(days=365), dt.time.min, clock.STOCKHOLM))


async def offered(organisation: UUID, today: dt.date) -> list[Published]:
    """The foremost promise of each municipality where the organisation is a party, as residents read it."""
    ours = {one.id for one in await agreed.read_all(organisation)}
    async with database.published():
        every = await store.across_organisations_promises()
    return rules.overview([one for one in every if one.promise_id in ours], today)


async def across_organisations_municipality(slug: str, today: dt.date, promise_id: UUID | None = None) -> Municipality:
    """A municipality's page: about the promise asked for, or the foremost that day. Raises `NotFound`."""
    async with database.published():
        promises = await _promises(slug)
        shown = next((one for one in promises if one.promise_id == promise_id), None) if promise_id else rules.foremost(promises, today)
        if shown is None:
            raise NotFound
        updates = await store.across_organisations_updates_of(slug, told.since(today), promise_id)
        count = await _told_count(shown.promise_id, updates)
        told_again = retold.in_order(await store.across_organisations_retellings(shown.promise_id))
        around = tuple(await store.across_organisations_homes_around(slug))
        return Municipality(shown, promises, updates, await store.across_organisations_follow_ups(slug), count, told_again, around)


async def _told_count(promise_id: UUID, newest: Sequence[Told]) -> int:
    """How many updates on the promise stand; asked for only where the newest are not all."""
    if len(newest) >= rules.NEWEST:
        return await store.across_organisations_told_count(promise_id)
    return sum(one.promise_id == promise_id and not one.withdrawn_at for one in newest)


async def across_organisations_versions(slug: str, promise_id: UUID) -> tuple[Published, list[dict[str, Any]]]:
    """A promise with every text of it that is kept. Raises `NotFound`."""
    async with database.published():
        return await _promise(slug, promise_id), await store.across_organisations_versions(promise_id)


async def across_organisations_all_updates(slug: str, promise_id: UUID, asked: Leaf) -> tuple[Published, list[Told], int]:
    """A promise with one page of what has been told about it, and how much that is in all. Raises `NotFound`."""
    async with database.published():
        shown, count = await _promise(slug, promise_id), await store.across_organisations_told_count(promise_id)
        return shown, await store.across_organisations_leaf(promise_id, asked.before, ON_A_LEAF), count


async def across_organisations_retelling(slug: str, promise_id: UUID, code: str) -> tuple[Published, Retold, list[Retold]]:
    """A promise, how it is told in one language, and all the ways in which it can be read. Raises `NotFound`."""
    async with database.published():
        shown, every = await _promise(slug, promise_id), await store.across_organisations_retellings(promise_id)
    found = next((one for one in every if one.code == code), None)
    if found is None:
        raise NotFound
    return shown, found, retold.in_order(every)


async def _promise(slug: str, promise_id: UUID) -> Published:
    found = next((one for one in await _promises(slug) if one.promise_id == promise_id), None)
    if found is None:
        raise NotFound
    return found


async def _promises(slug: str) -> list[Published]:
    """A municipality's promises, latest first. Raises `NotFound`, or `Moved` where the municipality is found under another name now."""
    found = await store.across_organisations_promises_of(slug)
    if not found:
        raise await across_organisations_absent(slug)
    return found


async def across_organisations_absent(slug: str) -> NotFound:
    """What to raise for a name that leads nowhere: `Moved` where it is an organisation's former one."""
    async with database.published():
        now = await store.across_organisations_moved(slug)
    return Moved(slug, now) if now else NotFound()


async def across_organisations_follow_up(slug: str, promise_id: UUID, key: str) -> tuple[Followed, Published]:
    """A signed follow-up with the promise it is about. Raises `NotFound`."""
    async with database.published():
        promises = await _promises(slug)
        every = await store.across_organisations_follow_ups(slug)
    found = next((one for one in every if (one.promise_id, one.key) == (promise_id, key)), None)
    if found is None:
        raise NotFound
    return found, next(one for one in promises if one.promise_id == promise_id)


async def across_organisations_update(slug: str, update_id: UUID) -> tuple[Told, Published, Followed | None]:
    """An update with the promise it is about, and the follow-up that it was written out of. Raises `NotFound`."""
    async with database.published():
        promises, found = await _promises(slug), await store.across_organisations_update(slug, update_id)
        if found is None:
            raise NotFound
        every = await store.across_organisations_follow_ups(slug)
    source = next((one for one in every if str(one.id) == found.content.get("follow_up")), None)
    return found, next(one for one in promises if one.promise_id == found.promise_id), source


async def across_organisations_paper(one: Followed) -> bytes:
    """A signed follow-up as a PDF, made in a thread; the last ones are kept, since the same content always gives the same bytes."""
    signed_at = one.found.signed_at
    assert signed_at is not None, "what is published is signed"
    return await asyncio.to_thread(_paper, one.text, one.found.content_hash, signed_at, one.found.keys)


@functools.lru_cache(maxsize=32)
def _paper(text: str, content_hash: str, signed_at: dt.datetime, keys: tuple[Turned, ...]) -> bytes:
    return pdf("paper/document.typ", report.document(Frozen(json.loads(text), content_hash, signed_at, keys)).as_json(), at=signed_at)


async def across_organisations_picture(picture_id: UUID) -> tuple[bytes, str, str]:
    """A published picture's bytes, kind and hash. Raises `NotFound`."""
    async with database.published():
        found = await store.across_organisations_picture(picture_id)
    if found is None:
        raise NotFound
    return found


async def across_organisations_profile(slug: str) -> Profile:
    """What an organisation says of itself. Raises `NotFound`, or `Moved` where it is found under another name now."""
    async with database.published():
        try:
            return await profiles.across_organisations_profile(slug)
        except NotFound:
            raise await across_organisations_absent(slug) from None


async def across_organisations_crest(slug: str) -> bytes:
    """An organisation's crest. Raises `NotFound`, or `Moved` where it is found under another name now."""
    async with database.published():
        try:
            return await profiles.across_organisations_crest(slug)
        except NotFound:
            raise await across_organisations_absent(slug) from None
