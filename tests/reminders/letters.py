"""What the tests of reminders share: a post box, and all that is due sent into it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests import cast
from tests.obligations import given
from trygghet import clock as clocks
from trygghet import database
from trygghet.channels.messages import Letter, Message, Receipt
from trygghet.deliveries import sending
from trygghet.digests import actions as digests
from trygghet.notices import actions as notices
from trygghet.reminders import actions
from trygghet.reminders.ladders import moment

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.settings import Settings

D = dt.date.fromisoformat


class Postbox:
    """A mail channel that keeps the letters."""

    repeatable = True

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, message: Message) -> Receipt:
        """Keeps it."""
        assert isinstance(message, Letter)
        self.letters.append(message)
        return Receipt()

    async def find(self, message: Message) -> Receipt | None:
        """Says whether it is there."""
        return Receipt() if message in self.letters else None

    async def close(self) -> None:
        """Nothing is open."""


async def deliver_until(now: dt.datetime, settings: Settings) -> list[Letter]:
    """Hands out and sends all that is due by then."""
    post = Postbox()
    while batches := await digests.across_organisations_hand_out(now=now, wall=clocks.wall()):
        for batch in batches:
            await sending.across_organisations_deliver(
                batch,
                composers={"reminder": digests.composer(settings), "notice": notices.composer(settings)},
                channels={"mail": post},
                now=now,
                wall=clocks.wall(),
            )
    return post.letters


def at(day: str) -> dt.datetime:
    return moment(D(day))


async def settled(obligation_id: UUID) -> list[tuple[str, str, str]]:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT seat, state, reason FROM delivery WHERE obligation_id = $1 AND state <> 'planned' ORDER BY organisation_id, seat, due_at",
            obligation_id,
        )
    return [tuple(row) for row in rows]


async def sql(statement: str, *values: object) -> None:
    async with database.across_organisations() as link:
        await link.execute(statement, *values)


async def entered(*days: str | None, **more: Any) -> UUID:
    """A promise, of which the year that has passed is followed up already."""
    promise_id = await given.promise(*days, **more)
    await sql("UPDATE obligation SET done_at = '2024-01-15' WHERE promise_id = $1 AND key = 'follow_up:2023'", promise_id)
    await actions.replan(cast.BJORKEN, promise_id, now=cast.START)
    return promise_id
