"""Björken's room in a chat, which listens on this machine, and all that the product would do with it in a minute."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet import clock as clocks
from trygghet import database
from trygghet.channels.http import Http
from trygghet.channels.webhook import Webhook
from trygghet.connections import actions as connections
from trygghet.deliveries import sending
from trygghet.webhooks import actions

if TYPE_CHECKING:
    from uuid import UUID

    from tests.channels.chat import Room
    from trygghet.settings import Settings

NAME = "Trygghetsgruppen"


async def connected(room: Room, settings: Settings, *, name: str = NAME, form: str = "slack", by: UUID = cast.BJORKEN) -> UUID:
    """A connection to the room, as an administrator has made it."""
    return await connections.add(
        by, channel="webhook", name=name, base_url=room.base, token=room.url, secret_key=settings.secret_key, form=form, now=cast.START
    )


async def minute(now: dt.datetime, settings: Settings) -> None:
    """Plans what is to be told then, and sends it."""
    await actions.across_organisations_plan(now=now)
    await deliver(now, settings)


async def deliver(now: dt.datetime, settings: Settings) -> None:
    """Sends what is planned for rooms; other channels are not this test's."""
    channel = Webhook(Http(loopback_only=True, public_only=True), settings.secret_key)
    async with database.across_organisations() as link:
        ids = [row["id"] for row in await link.fetch("SELECT id FROM delivery WHERE kind = 'post' AND state = 'planned' AND due_at <= $1", now)]
        await link.execute("UPDATE delivery SET handed_out_until = $2 WHERE id = ANY($1)", ids, clocks.wall())
    await sending.across_organisations_deliver(
        ids, composers={"post": actions.composer(settings)}, channels={"webhook": channel}, now=now, wall=clocks.wall()
    )


async def posts() -> list[dict[str, Any]]:
    """Every row for a room, in the order of its moment."""
    async with database.across_organisations() as link:
        return [dict(row) for row in await link.fetch("SELECT * FROM delivery WHERE kind = 'post' ORDER BY due_at, key")]


async def reminded_on(organisation: UUID = cast.BJORKEN) -> dt.datetime:
    """When the organisation's next reminder goes out."""
    async with database.across_organisations() as link:
        found: dt.datetime = await link.fetchval(
            "SELECT min(due_at) FROM delivery WHERE organisation_id = $1 AND kind = 'reminder' AND state = 'planned'", organisation
        )
    return found


async def sql(statement: str, *values: object) -> Any:
    """A value, as the system sees it."""
    async with database.across_organisations() as link:
        return await link.fetchval(statement, *values)
