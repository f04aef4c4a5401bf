"""Publications in an order that a seed draws: handed out, lost in the queue, delivered twice, refused, unanswered, cut off by a worker's death, held,
put right and taken back. Then all is well and time goes on: nothing may wait for ever, and what the product says is what residents read.

`SEEDS=2000 pytest -n0 tests/deliveries/test_any_order.py` draws many.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, telling
from tests.deliveries.place import Place, Told, tell
from trygghet import database
from trygghet.channels import NotSent, Unclear
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries import confirming
from trygghet.deliveries.rules import MAX_LOOKUPS, State
from trygghet.members.log import Actor
from trygghet.stops import actions as stops
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import uuid
    from collections.abc import Awaitable, Callable

    from tests.cast import BrowserOf
    from trygghet.channels import Message, Receipt
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
SEEDS = int(os.environ.get("SEEDS", "12"))
STEPS = 40
ANNA = Actor("Anna Asson", "Säkerhetssamordnare")
SECOND, MINUTE, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
ONWARD = [SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, HOUR, HOUR, DAY, DAY]
SHOWN = {"failed", "unclear", "manual"}
"""What a person is asked about."""


class Died(BaseException):
    """The worker is killed at this very point."""


class Moody(Place):
    """Answers as the dice fall, while it is `moody`."""

    def __init__(self, dice: random.Random, *, repeatable: bool) -> None:
        super().__init__(repeatable=repeatable)
        self.dice, self.moody = dice, True

    async def _note(self, what: str, message: Message) -> Any:
        refusals: list[BaseException] = [
            NotSent("Upptaget."),
            NotSent("Upptaget.", after=HOUR),
            NotSent("Anslut igen.", permanent=True, account=True),
            Died(),
        ]
        if self.moody and self.dice.random() < 0.25:
            raise self.dice.choice(refusals)
        return await super()._note(what, message)

    async def _say(self, what: str) -> None:
        if self.moody and self.dice.random() < 0.25:
            raise self.dice.choice([Unclear("Svaret försvann."), Died()])


class Reading(telling.Reading):
    """Our own page and feed, which are not always there to be read."""

    def __init__(self, dice: random.Random, like: telling.Reading) -> None:
        super().__init__(like.browser)
        self.dice, self.moody = dice, True

    async def send(self, message: Message) -> Receipt:
        if self.moody and self.dice.random() < 0.2:
            raise self.dice.choice([NotSent("Visar det inte ännu."), Died()])
        return await super().send(message)


class Walk:
    """One update on its way, and what befalls it."""

    def __init__(self, told: Told, dice: random.Random) -> None:
        self.told, self.dice = told, dice
        self.now, self.wall = cast.START + MINUTE, telling.WALL
        self.queue: list[list[uuid.UUID]] = []
        self.text, self.story, self.withdrawn, self.also_there = telling.BODY, [""], False, True

    async def step(self) -> None:
        acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (8, self.hand_out),
            (12, self.deliver),
            (1, self.lose),
            (6, self.wait),
            (1, self.withdraw),
            (2, self.correct),
            (2, self.approve),
            (2, self.decide),
            (1, self.stop),
            (2, self.lift),
            (3, self.renew),
            (1, self.look),
        ]
        weights, choices = zip(*acts, strict=True)
        act = self.dice.choices(choices, weights)[0]
        self.story.append(act.__name__)
        self.pass_time(dt.timedelta(milliseconds=1))  # no two people press at the very same moment
        await act()

    async def hand_out(self) -> None:
        self.queue += await self.told.hand_out(self.now, self.wall)

    async def deliver(self) -> None:
        """One of the messages, which the queue may give once more."""
        if not self.queue:
            await self.hand_out()
        if self.queue:
            batch = self.dice.choice(self.queue)
            if self.dice.random() < 0.8:
                self.queue.remove(batch)
            try:
                await self.told.deliver(batch, self.now, self.wall)
            except Died:
                self.story.append("died")

    async def lose(self) -> None:
        self.queue.clear()

    async def wait(self) -> None:
        self.pass_time(self.dice.choice([SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, 2 * HOUR]))

    def pass_time(self, so_long: dt.timedelta) -> None:
        self.now, self.wall = self.now + so_long, self.wall + so_long

    async def withdraw(self) -> None:
        if not self.withdrawn:
            await self.told.withdraw(self.now)
            self.withdrawn = True

    async def correct(self) -> None:
        """Put right, now and then no longer in the account; both agree at once, or have still to."""
        text, also_there = f"Fem gator, säger vi för gång {len(self.story)}.", self.dice.random() < 0.8
        try:
            await self.told.edit(text, self.now, also_there=also_there)
        except Refusal:
            return  # it is withdrawn
        self.text, self.also_there = text, also_there
        if self.dice.random() < 0.5:
            await self.approve()

    async def approve(self) -> None:
        try:
            await self.told.approve(self.now)
        except Refusal:
            return  # there is nothing to agree on

    async def decide(self) -> None:
        """A person sees what became of it, and says so; what failed is tried once more."""
        anna = cast.asking("anna")
        for row in (await deliveries.of_updates(cast.BJORKEN, [self.told.update]))[self.told.update]:
            if row.state is State.FAILED:
                await deliveries.retry(cast.BJORKEN, row.id, by=anna, now=self.now)
            elif row.state is State.UNCLEAR and row.lookups >= MAX_LOOKUPS:
                where = next((f"https://social.example.org/{name}" for name in self.told.place.there), "")
                await deliveries.decide(cast.BJORKEN, row.id, went_out=bool(where), url=where, by=anna, now=self.now)

    async def stop(self) -> None:
        try:
            await stops.stop(self.dice.choice([cast.BJORKEN, cast.SKOGEN]), "Fel bild.", by=ANNA, now=self.now)
        except Refusal:
            return  # it stands

    async def lift(self) -> None:
        for whose in (cast.BJORKEN, cast.SKOGEN):
            try:
                await stops.lift(whose, by=ANNA, now=self.now)
            except Refusal:
                continue  # none stands

    async def renew(self) -> None:
        await connections.works(cast.BJORKEN, self.told.connection, now=self.now)

    async def look(self) -> None:
        due = await confirming.across_organisations_due(now=self.now)
        channels = dict.fromkeys(("mastodon", "bluesky"), self.told.place)
        try:
            await confirming.across_organisations_look_for(due, channels=channels, now=self.now, wall=self.wall)
        except Died:
            self.story.append("died")

    async def end_well(self) -> None:
        """Nothing goes wrong any more, and days go by."""
        self.told.place.moody = self.told.reading.moody = False  # type: ignore[attr-defined]
        await self.lift()
        await self.approve()
        for so_long in ONWARD:
            self.pass_time(so_long)
            await self.renew()
            await self.told.go_out(self.now, self.wall)
            await self.look()

    async def rows(self) -> list[dict[str, Any]]:
        async with database.across_organisations() as link:
            query = (
                "SELECT d.channel, d.act, d.state, d.reason, d.attempts, d.lookups, d.created_at, d.connection_id IS NOT NULL AS outside, b.state AS after"
                " FROM delivery d LEFT JOIN delivery b ON b.id = d.after_id WHERE d.status_update_id = $1 AND d.kind = 'publication' ORDER BY d.created_at, d.id"
            )
            return [dict(row) for row in await link.fetch(query, self.told.update)]


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("channel", ["mastodon", "bluesky"])
async def test_whatever_happens_in_whatever_order_all_comes_to_an_end_that_is_true(
    browser_of: BrowserOf, settings: Settings, channel: str, seed: int
) -> None:
    dice = random.Random(seed)
    told = await tell(await browser_of(), settings, cast.START, channel=channel)
    told.place, told.reading = Moody(dice, repeatable=channel == "bluesky"), Reading(dice, told.reading)
    walk = Walk(told, dice)
    for _ in range(STEPS):
        await walk.step()
    await walk.end_well()
    rows = await walk.rows()
    said = "\n".join([" ".join(walk.story), str(told.place.acts), *map(str, rows)])
    asked = [one for one in rows if one["state"] in SHOWN]
    for one in rows:
        assert one["state"] in {"sent", "skipped", *SHOWN} or (one["state"] == "planned" and asked), said
        assert one["state"] != "unclear" or one["lookups"] >= MAX_LOOKUPS, said
        assert one["outside"] or one["state"] != "unclear", said
    if not any(one["outside"] for one in asked):
        there = [one.text for one in told.place.there.values()]
        taken_away = max((one["created_at"] for one in rows if one["act"] == "retract" and one["state"] == "sent"), default=cast.START - DAY)
        out = [one["act"] for one in rows if one["outside"] and one["state"] == "sent" and one["act"] != "retract" and one["created_at"] > taken_away]
        wanted = len(out) if told.place.repeatable else len(set(out) & {"publish"})  # there each correction is an answer of its own
        assert len(there) == (0 if walk.withdrawn or not walk.also_there else wanted), said
        assert told.place.repeatable or all(walk.text in text for text in there), said
