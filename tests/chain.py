"""One turn of the whole chain without the broker: what is due finds its people, is handed out, and the worker's side sends it for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import channels, clock
from trygghet.canary import actions as nights
from trygghet.deliveries import sending
from trygghet.digests import actions as digests
from trygghet.notices import actions as notices

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.settings import Settings


async def turn(settings: Settings, now: dt.datetime) -> int:
    """How many messages of the queue it was."""
    batches = await digests.across_organisations_hand_out(now=now, wall=clock.wall())
    for batch in batches:
        await deliver(settings, batch, now)
    return len(batches)


async def deliver(settings: Settings, ids: Sequence[UUID], now: dt.datetime) -> None:
    """What a worker does with one message of the queue."""
    day = digests.composer(settings)
    composers = {"reminder": day, "summary": day, "notice": notices.composer(settings), "canary": nights.composer(settings)}
    await sending.across_organisations_deliver(ids, composers=composers, channels=channels.ready(settings), now=now, wall=clock.wall())
