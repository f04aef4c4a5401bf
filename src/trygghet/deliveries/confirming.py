"""Look again where residents are: whether what went out arrived, and each week whether it is still there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from trygghet import database
from trygghet.deliveries import attempting, queue, store
from trygghet.deliveries.attempting import Turn
from trygghet.deliveries.rules import Patience
from trygghet.installation import actions as installation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.channels import Channel

log = structlog.get_logger()
MOST = 100
"""So many are looked for in one run: what is left waits for the next."""
USUAL = Patience()


async def across_organisations_due(*, now: dt.datetime, limit: int = MOST) -> list[UUID]:
    """Whose turn it is to be looked for. A copy of another installation's database looks for nothing."""
    async with database.across_organisations(readonly=True):
        if not await installation.across_organisations_may_speak():
            return []
        return await queue.across_organisations_to_look_for(now, limit)


async def across_organisations_look_for(
    ids: Sequence[UUID], *, channels: Mapping[str, Channel], now: dt.datetime, wall: dt.datetime, patience: Patience = USUAL
) -> None:
    """Fetches each as residents would. Doing it twice, or by two at once, does no harm."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with database.across_organisations(readonly=True):
        if not await installation.across_organisations_may_speak():
            return
        found = await queue.across_organisations_sent_ones(ids)
    try:
        for delivery in found:
            if loop.time() - began + patience.send.total_seconds() > patience.lease.total_seconds():
                return  # the rest is still due at the next tick
            post = await attempting.located_post(delivery)
            if post is None:
                async with database.within(delivery.organisation_id):
                    await store.missed(delivery.organisation_id, delivery, now, seen=False)
                continue
            turn = Turn(channels[delivery.channel], now, wall, patience, lambda: loop.time() - began)
            if await attempting.look_for(delivery, post, turn):
                log.warning("publication_vanished", delivery=str(delivery.id), channel=delivery.channel)
    finally:
        for channel in channels.values():
            await channel.close()
