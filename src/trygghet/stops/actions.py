"""Stop all publishing and let it go again: one person, at once, without a second key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.members import actions as members
from trygghet.members.log import OPERATIONS, Happened
from trygghet.remembered import Remembered
from trygghet.stops import rules, store
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.database import Version
    from trygghet.health.rules import Check
    from trygghet.members.log import Actor
    from trygghet.stops.rules import Banner, Standing, Stop

SHOWN = 20
_BANNERS: Remembered[tuple[Banner, ...]] = Remembered()


async def read(organisation: UUID, *, now: dt.datetime) -> Standing:
    """How it stands for the organisation, and its latest stops."""
    async with database.within(organisation, readonly=True):
        found = await store.standing(organisation)
        past, waiting = await store.past(organisation, SHOWN), await store.waiting(organisation, now)
    return rules.Standing(_own(found), next((one for one in found if one.organisation_id is None), None), past, waiting)


async def banners(organisation: UUID, seen: Version | None = None) -> tuple[Banner, ...]:
    """What is told on top of the organisation's pages. Nothing is asked while what is committed is what was `seen` at an earlier time."""

    async def make() -> tuple[tuple[Banner, ...], Version]:
        async with database.within(organisation, readonly=True):
            return tuple(map(rules.banner, await store.standing(organisation))), await database.version()

    return await _BANNERS.of(seen, organisation, make)


async def stop(organisation: UUID, why: str, *, by: Actor, now: dt.datetime) -> None:
    """Nothing that the organisation has a part in is published or corrected until somebody lifts it; what is taken away is.

    What waits is not counted as tried, and goes out when the stop is lifted unless it is too late by then. Raises `Refusal`.
    """
    rules.check_why(why)
    async with database.within(organisation):
        rules.may_stop(_own(await store.standing(organisation)))
        if await store.add(organisation, why, by=by, now=now):
            await members.record(organisation, Happened("publishing_stopped", why), by=by, now=now)


async def lift(organisation: UUID, *, by: Actor, now: dt.datetime) -> None:
    """What waits goes out again. Raises `Refusal` where nothing is stopped by the organisation itself."""
    async with database.within(organisation):
        standing = rules.may_lift(_own(await store.standing(organisation)))
        if await store.lift(organisation, standing, by=by, now=now):
            await members.record(organisation, Happened("publishing_resumed", standing.why), by=by, now=now)


def _own(found: list[Stop]) -> Stop | None:
    return next((one for one in found if one.organisation_id is not None), None)


async def across_organisations_any(organisations: Sequence[UUID]) -> bool:
    """Whether what these organisations publish together is stopped by any of them, or by whoever runs the installation."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_any(organisations)


async def across_organisations_halt(why: str, *, now: dt.datetime) -> None:
    """Stops all publishing of all organisations. Raises `Refusal` where it is stopped already."""
    rules.check_why(why)
    async with database.across_organisations():
        rules.may_stop(await store.across_organisations_whole())
        await store.across_organisations_add(why, by=OPERATIONS, now=now)


async def across_organisations_resume(*, now: dt.datetime) -> None:
    """Lifts it. Raises `Refusal` where nothing is stopped."""
    async with database.across_organisations():
        if not await store.across_organisations_lift(by=OPERATIONS, now=now):
            raise Refusal("stop.none")


async def across_organisations_examine() -> Check:
    """Whether publications go out, for `trygghet doctor`."""
    async with database.across_organisations(readonly=True):
        return rules.examined(await store.across_organisations_whole(), await store.across_organisations_count())
