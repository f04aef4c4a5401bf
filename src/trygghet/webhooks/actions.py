"""Connect a channel and say what becomes of it; plan what is told there, and write it when it goes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import channels, clock, database, periods
from trygghet.channels import NotSent, Post
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Skip
from trygghet.members import actions as members
from trygghet.members.log import Happened
from trygghet.swedish import NotFound, Refusal
from trygghet.webhooks import rules, store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trygghet.deliveries.rules import Delivery
    from trygghet.members.log import Actor
    from trygghet.settings import Settings
    from trygghet.webhooks.rules import Said, Shown, Wanted


# ---------------------------------------------------------------- what an administrator does
async def read(organisation: UUID) -> list[Shown]:
    """The organisation's channels, by name."""
    async with database.within(organisation, readonly=True):
        found = await connections.webhooks(organisation)
        latest = await store.latest(organisation, [one.id for one in found])
    return [rules.Shown(one, latest.get(one.id)) for one in found]


async def connect(organisation: UUID, wanted: Wanted, *, settings: Settings, by: Actor, now: dt.datetime) -> None:
    """Connects a channel, or gives the one of that name a new address. Raises `Refusal` where its server is none that may be written to."""
    try:
        await channels.to_webhooks(settings).reach(wanted.url)
    except NotSent as no:
        raise Refusal("webhook.unreachable", field="hemlig_adress", why=no.reason) from None
    async with database.within(organisation):
        await connections.add(
            organisation,
            channel="webhook",
            name=wanted.name,
            base_url=wanted.host,
            token=wanted.url,
            secret_key=settings.secret_key,
            form=wanted.form,
            now=now,
        )
        await members.record(organisation, Happened("channel_connected", wanted.name), by=by, now=now)


async def test(organisation: UUID, connection_id: UUID, *, now: dt.datetime) -> None:
    """Posts something to see whether posts arrive. Raises `NotFound`."""
    async with database.within(organisation):
        await connections.webhook(organisation, connection_id)
        await deliveries.plan(organisation, [rules.test(organisation, connection_id, now)], now=now)


async def switch(organisation: UUID, connection_id: UUID, *, on: bool, by: Actor, now: dt.datetime) -> None:
    """Pauses a channel, or takes it into use again. Raises `NotFound`."""
    async with database.within(organisation):
        channel = await connections.webhook(organisation, connection_id)
        await connections.switch(organisation, connection_id, on=on, now=now)
        await members.record(organisation, Happened("channel_resumed" if on else "channel_paused", channel.name), by=by, now=now)


async def remove(organisation: UUID, connection_id: UUID, *, by: Actor, now: dt.datetime) -> None:
    """Forgets a channel and its address. Raises `NotFound`."""
    async with database.within(organisation):
        channel = await connections.webhook(organisation, connection_id)
        await connections.remove(organisation, connection_id)
        await members.record(organisation, Happened("channel_removed", channel.name), by=by, now=now)


# ---------------------------------------------------------------- planning
async def across_organisations_plan(*, now: dt.datetime) -> None:
    """Plans today's posts where reminders have come due, and a post for each alarm. Run twice it changes nothing."""
    today = clock.day(now)
    async with database.across_organisations():
        mornings = await store.across_organisations_mornings(_midnight(today), now, today)
        alarms = await store.across_organisations_alarms(now - rules.RECENT, now)
    for organisation, connection in mornings:
        await deliveries.plan(organisation, [rules.morning(organisation, connection, today)], now=now)
    for alarm in alarms:
        await deliveries.plan(alarm.organisation, [rules.told(alarm, now)], now=now)


def _midnight(day: dt.date) -> dt.datetime:
    return periods.instant(day, 0)


# ---------------------------------------------------------------- composing
def composer(settings: Settings) -> Callable[[Delivery, dt.datetime], Awaitable[Post | Skip]]:
    """The composer of deliveries of the kind "post", for the worker."""

    async def compose_with_settings(delivery: Delivery, now: dt.datetime) -> Post | Skip:
        return await compose(delivery.organisation_id, delivery, public_url=settings.public_url, now=now)

    return compose_with_settings


async def compose(organisation: UUID, delivery: Delivery, *, public_url: str, now: dt.datetime) -> Post | Skip:
    """The post as things are now, or why there is none."""
    async with database.within(organisation):
        try:
            channel = await connections.webhook(organisation, delivery.connection_id or UUID(int=0))
        except NotFound:
            return Skip("Kanalen är borttagen.")
        if channel.state == "off":
            return Skip("Kanalen är pausad.")
        said = await _said(organisation, delivery, public_url, now)
        if isinstance(said, Skip):
            return said
        account = await connections.account(organisation, channel.id)
    return Post("webhook", delivery.key, said.text, public_url + said.link, "", "", account=account, points=said.points)


async def _said(organisation: UUID, delivery: Delivery, public_url: str, now: dt.datetime) -> Said | Skip:
    words = delivery.words
    match words["of"]:
        case rules.MORNING:
            return await _morning(organisation, delivery, public_url, now)
        case rules.FAILED if not await store.still_failed(organisation, UUID(words["about"])):
            return Skip("Någon har redan tagit hand om det.")
        case rules.NOBODY if not await store.still_owed(organisation, UUID(words["about"])):
            return Skip("Fristen är klar.")
        case rules.TEST:
            return rules.trying(await store.name(organisation))
        case what:
            return rules.alarming(what, words["title"])


async def _morning(organisation: UUID, delivery: Delivery, public_url: str, now: dt.datetime) -> Said | Skip:
    today = clock.day(now)
    if dt.date.fromisoformat(delivery.words["day"]) != today:
        return Skip(rules.over(delivery.reason))
    duties = await store.duties(organisation, _midnight(today), _midnight(today + dt.timedelta(days=1)))
    if not duties:
        return Skip("Inget väntar längre i dag.")
    return rules.waiting(duties, await store.name(organisation), today, public_url)
