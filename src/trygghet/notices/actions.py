"""Plan a letter because something happened, take it back while it waits, and write it when it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import clock, database, letters
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Fan, Skip
from trygghet.notices import rules, store
from trygghet.preferences import actions as preferences
from trygghet.preferences.rules import SILENCED, unsubscribe_headers, unsubscribe_link

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Sequence
    from uuid import UUID

    from trygghet.channels.messages import Letter
    from trygghet.deliveries.rules import Delivery
    from trygghet.notices.rules import Notice
    from trygghet.settings import Settings


async def plan(organisation: UUID, promise_id: UUID | None, notice: Notice, *, wait: dt.timedelta | None = None, now: dt.datetime) -> None:
    """Plans the notice for everybody it names, also in the promise's other organisations. The same news twice is one letter.

    `wait` gives whoever is at it time to finish before the others come to look. News of no promise is the organisation's own.
    """
    async with database.within(organisation):
        await deliveries.plan(organisation, rules.planned(promise_id, notice, now + wait if wait else now), now=now)


async def drop(organisation: UUID, promise_id: UUID, keys: Sequence[str]) -> None:
    """Takes back notices by the keys of their rows, where nobody has begun to send them: what they ask for has been done."""
    async with database.within(organisation):
        await deliveries.drop_planned(organisation, promise_id, keys)


def composer(settings: Settings) -> Callable[[Delivery, dt.datetime], Awaitable[Letter | Fan | Skip]]:
    """The composer of deliveries of the kind "notice", for the worker."""

    async def compose_with_settings(delivery: Delivery, now: dt.datetime) -> Letter | Fan | Skip:
        return await compose(delivery.organisation_id, delivery, settings=settings, now=now)

    return compose_with_settings


async def compose(organisation: UUID, delivery: Delivery, *, settings: Settings, now: dt.datetime) -> Letter | Fan | Skip:
    """The letter, to who sits there today. What it tells has happened and stays true; who it is for may have changed."""
    async with database.within(organisation):
        to = rules.recipient(delivery, await store.seated(organisation, clock.day(now)))
        if not isinstance(to, rules.Recipient):
            return to
        assert delivery.person_id is not None, "a seat's row is given its person before it is written"
        person, kind = delivery.person_id, rules.kind(delivery)
        if kind and kind in (await preferences.silenced(organisation, [person])).get(person, ()):
            return Skip(SILENCED, silenced=True)
        words = {**delivery.words, "to": to, "organisation": await store.name(organisation), "link": f"{settings.public_url}{delivery.words['link']}"}
    stop = (person, kind, settings.public_url, settings.secret_key) if kind else None
    words["stop_link"] = unsubscribe_link(*stop) if stop else ""
    letter = letters.write("notice", words, letters.envelope(settings, to.name, to.email, delivery.id), at=now)
    return replace(letter, headers=unsubscribe_headers(*stop)) if stop else letter
