"""Plan a night, publish its mark, take its letter back, and say how it stands."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from trygghet import clock, database, letters, swedish
from trygghet.canary import rules, store
from trygghet.canary.rules import ADDRESS, ORGANISATION
from trygghet.channels.messages import Post
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Skip
from trygghet.members import actions as members

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from trygghet.canary.rules import Canary
    from trygghet.deliveries.rules import Delivery
    from trygghet.settings import Settings


async def across_organisations_plan(settings: Settings, *, now: dt.datetime) -> None:
    """Plans the night to come, where it is not planned yet. Done over when it is cut off: the night itself is noted last."""
    night = rules.night_to_come(now)
    async with database.across_organisations(readonly=True):
        if await store.across_organisations_is_planned(night):
            return
    token, marker = secrets.token_hex(12), secrets.token_hex(16)
    email = rules.address(token, settings.canary_mail, settings.return_domain or letters.host(settings))
    nobodys = members.hash_password(secrets.token_urlsafe())
    async with database.across_organisations():
        await store.across_organisations_nest(email, nobodys, clock.day(now), now)
        duty = await store.across_organisations_duty(night, f"Kanariefågelns prov {swedish.long_date(night)}")
    await deliveries.plan(ORGANISATION, rules.planned(night, duty, marker), now=now)
    async with database.across_organisations():
        await store.across_organisations_add(night, duty, token, marker, now)
        await store.across_organisations_forget(night - rules.KEPT)


def composer(settings: Settings) -> Callable[[Delivery, dt.datetime], Awaitable[Post | Skip]]:
    """The composer of deliveries of the kind "canary", for the worker."""

    async def compose_with_settings(delivery: Delivery, now: dt.datetime) -> Post | Skip:
        return await compose(delivery.organisation_id, delivery, public_url=settings.public_url, now=now, wall=clock.wall())

    return compose_with_settings


async def compose(organisation: UUID, delivery: Delivery, *, public_url: str, now: dt.datetime, wall: dt.datetime) -> Post | Skip:
    """Publishes the night's mark on the page; the channel then looks that it is there, as it does with what residents read."""
    where, marker = f"{public_url}{ADDRESS}", delivery.words["marker"]
    async with database.within(organisation):
        if not await store.publish(organisation, dt.date.fromisoformat(delivery.words["night"]), now, wall):
            return Skip("Natten är inte längre planerad.")
    return Post(delivery.channel, delivery.key, delivery.title, where, marker, check_url=where)


async def across_organisations_marker() -> str:
    """What the page shows."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_marker()


async def across_organisations_came_back(recipient: str, message_id: str, *, now: dt.datetime) -> bool:
    """A letter to `recipient` (kanarie+…@…) has come in. Whether it was one of ours: its token and its Message-ID are both known."""
    async with database.across_organisations():
        return await store.across_organisations_returned(rules.token_of(recipient), message_id.strip(), now)


async def across_organisations_standing(settings: Settings, *, now: dt.datetime, wall: dt.datetime) -> Canary:
    """How the last night that is over went."""
    async with database.across_organisations(readonly=True):
        nights = await store.across_organisations_nights()
    return rules.standing(nights, now, wall, comes_back=bool(settings.return_domain))
