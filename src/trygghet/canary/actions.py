"""Plan a night, publish its mark, take its letter back, and say how it stands."""

from __future__ import annotations

import datetime as dt
import secrets
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from trygghet import clock, database, letters, swedish
from trygghet.canary import rules, store
from trygghet.canary.rules import ADDRESS, ORGANISATION
from trygghet.channels.messages import Post
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Skip
from trygghet.installation import actions as installation
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
    email = rules.address(night, settings.secret_key, settings.canary_mail, settings.return_domain or letters.host(settings))
    nobodys, marker = members.hash_password(secrets.token_urlsafe()), secrets.token_hex(16)
    async with database.across_organisations():
        await store.across_organisations_nest(email, nobodys, clock.day(now), now)
        duty = await store.across_organisations_duty(night, f"Kanariefågelns prov {swedish.long_date(night)}")
    await deliveries.plan(ORGANISATION, rules.planned(night, duty, marker), now=now)
    async with database.across_organisations():
        await store.across_organisations_add(night, duty, marker, now)
        await store.across_organisations_forget(rules.KEPT)


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


def knows(settings: Settings, address: str) -> bool:
    """Whether mail to that address is for us: it is one that we made."""
    return rules.is_ours(address, settings.secret_key, settings.return_domain)


async def across_organisations_take(settings: Settings, address: str, raw: bytes, *, now: dt.datetime) -> str:
    """A letter has come in to an address that we `knows`: which night it proves is told by its Message-ID. "proof", or "stale"."""
    del settings, address  # the seal has been seen; a letter that was late went to a later night's address
    message_id = str(BytesHeaderParser().parsebytes(raw).get("Message-ID", "")).strip()
    async with database.across_organisations():
        return "proof" if await store.across_organisations_returned(message_id, now) else "stale"


async def across_organisations_standing(settings: Settings, *, now: dt.datetime, wall: dt.datetime) -> Canary:
    """How the last night that is over went."""
    async with database.across_organisations(readonly=True):
        nights = await store.across_organisations_nights()
        may_speak = await installation.across_organisations_may_speak()
    at_home = not settings.canary_mail or settings.canary_mail.rpartition("@")[2].lower() == settings.return_domain
    return rules.standing(nights, now, wall, comes_back=bool(settings.return_domain) and at_home, may_speak=may_speak)
