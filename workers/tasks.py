"""Every task. What it is about is read from the rows when it runs; the message carries ids."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from trygghet import channels, clock, database
from trygghet.app import clock_of
from trygghet.canary import actions as canary
from trygghet.connections.keeping import Keeper
from trygghet.deliveries import confirming, sending
from trygghet.deliveries.rules import Patience
from trygghet.digests import actions as digests
from trygghet.followers import actions as followers
from trygghet.invitations import actions as invitations
from trygghet.notices import actions as notices
from trygghet.updates import actions as updates
from trygghet.webhooks import actions as webhooks
from workers import loop
from workers.queue import app, settings

if TYPE_CHECKING:
    from trygghet.deliveries.composing import Composer, Together

log = structlog.get_logger()
_DAY = digests.composer(settings)
COMPOSERS: dict[str, Composer | Together] = {
    "reminder": _DAY,
    "summary": _DAY,
    "invitation": invitations.composer(settings),
    "notice": notices.composer(settings),
    "publication": updates.composer(settings),
    "canary": canary.composer(settings),
    "post": webhooks.composer(settings),
    "follow": followers.composer(settings),
}
CHANNELS = channels.ready(settings, Keeper(settings.secret_keys))
PATIENCE = Patience(dt.timedelta(seconds=settings.lease_seconds))


@app.task(name="deliver")  # type: ignore[untyped-decorator]  # Celery has no types
def deliver(ids: list[str]) -> None:
    """Sends or looks up the deliveries with these ids. Their rows remember how far it came, so a fault loses nothing but time."""
    try:
        loop.run(_deliver([UUID(one) for one in ids]))
    except database.UNREACHABLE as error:
        log.warning("database_away", error=repr(error)[:200])


@app.task(name="look_for")  # type: ignore[untyped-decorator]  # Celery has no types
def look_for(ids: list[str]) -> None:
    """Looks whether these publications are where they should be. What it does not come to is looked for at another tick."""
    try:
        loop.run(_look_for([UUID(one) for one in ids]))
    except database.UNREACHABLE as error:
        log.warning("database_away", error=repr(error)[:200])


async def _look_for(ids: list[UUID]) -> None:
    async with asyncio.timeout(settings.lease_seconds * 1.25):
        now = await clock_of(settings).now()
        await confirming.across_organisations_look_for(ids, channels=CHANNELS, now=now, wall=clock.wall(), patience=PATIENCE)


async def _deliver(ids: list[UUID]) -> None:
    # Celery's soft limit would break into the loop and leave its connection in use; this one ends the task from inside.
    async with asyncio.timeout(settings.lease_seconds * 1.25):
        now = await clock_of(settings).now()
        await sending.across_organisations_deliver(ids, composers=COMPOSERS, channels=CHANNELS, now=now, wall=clock.wall(), patience=PATIENCE)
