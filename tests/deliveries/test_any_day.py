"""Days of reminders in an order that a seed draws: handed out, lost in the queue, delivered twice, refused, unanswered, cut off by a worker's death, while
duties are done, people leave, come and get other addresses. Then all is well and a week goes by: nothing may wait for ever, what is noted as sent
has been taken by the mail server, and nobody has two letters of a day.

`SEEDS=2000 pytest -n0 tests/deliveries/test_any_day.py` draws many.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.deliveries.test_any_order import Died
from tests.faults import crowd
from tests.faults.crowd import TUESDAY
from trygghet import clock, database
from trygghet.canary import actions as nights
from trygghet.channels import Message, NotSent, Receipt, Unclear
from trygghet.channels.messages import letter
from trygghet.deliveries import sending
from trygghet.digests import actions as digests
from trygghet.notices import actions as notices
from trygghet.reminders import actions as reminders
from trygghet.reminders.ladders import moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Awaitable, Callable

    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
SEEDS = int(os.environ.get("SEEDS", "6"))
STEPS = 60
DAYS = 4
MATTER = re.compile(r"Lägesbild \d av \d{4}-\d\d-\d\d i Ort \d")
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Taken:
    """A letter that the mail server has taken."""

    at: dt.datetime
    address: str
    name: str
    text: str


class Server:
    """A mail server that answers as the dice fall, while it is `moody`."""

    repeatable = True

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.moody, self.doubts = dice, True, 0
        self.now = cast.START
        self.taken: list[Taken] = []

    async def send(self, message: Message) -> Receipt:
        """Before it has taken it, or after, something may happen."""
        wanted = letter(message)
        if self.moody and self.dice.random() < 0.25:
            raise self.dice.choice([NotSent("Upptaget."), NotSent("Upptaget.", after=2 * HOUR), Died()])
        self.taken.append(Taken(self.now, wanted.to_address, wanted.message_id, wanted.text))
        if self.moody and self.dice.random() < 0.15:
            self.doubts += 1
            raise self.dice.choice([Unclear("Svaret försvann."), Died()])
        return Receipt(wanted.message_id)

    async def find(self, message: Message) -> Receipt | None:
        return None

    async def close(self) -> None:
        pass


class Walk:
    """Some days of two municipalities."""

    def __init__(self, settings: Settings, these: crowd.Crowd, dice: random.Random) -> None:
        self.settings, self.these, self.dice, self.server = settings, these, dice, Server(dice)
        self.now, self.wall = moment(TUESDAY) - DAY, clock.wall()
        self.queue: list[list[uuid.UUID]] = []
        self.story, self.gone, self.died = [""], dict[str, dt.datetime](), 0

    async def step(self) -> None:
        acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (8, self.hand_out),
            (12, self.deliver),
            (1, self.lose),
            (7, self.wait),
            (2, self.replan),
            (1, self.do),
            (1, self.leave),
            (1, self.come),
            (1, self.move),
        ]
        weights, choices = zip(*acts, strict=True)
        act = self.dice.choices(choices, weights)[0]
        self.story.append(act.__name__)
        await act()

    async def hand_out(self) -> None:
        self.queue += await digests.across_organisations_hand_out(now=self.now, wall=self.wall)

    async def deliver(self) -> None:
        """One of the messages, which the queue may give once more."""
        if not self.queue:
            await self.hand_out()
        if self.queue:
            batch = self.dice.choice(self.queue)
            if self.dice.random() < 0.8:
                self.queue.remove(batch)
            await self._send(batch)

    async def _send(self, batch: list[uuid.UUID]) -> None:
        self.server.now = self.now
        day = digests.composer(self.settings)
        composers: dict[str, Any] = {
            "reminder": day,
            "summary": day,
            "notice": notices.composer(self.settings),
            "canary": nights.composer(self.settings),
        }
        channels: dict[str, Any] = {"mail": self.server}
        try:
            await sending.across_organisations_deliver(batch, composers=composers, channels=channels, now=self.now, wall=self.wall)
        except Died:
            self.died += 1
            self.story.append("died")

    async def lose(self) -> None:
        self.queue.clear()

    async def wait(self) -> None:
        self.pass_time(self.dice.choice([MINUTE, 10 * MINUTE, HOUR, 3 * HOUR, 12 * HOUR]))

    def pass_time(self, so_long: dt.timedelta) -> None:
        self.now, self.wall = self.now + so_long, self.wall + so_long

    async def replan(self) -> None:
        await reminders.replan_own(self.dice.choice(self.these.organisations), now=self.now)

    async def do(self) -> None:
        await self._sql(
            "UPDATE obligation SET done_at = $2 WHERE id = (SELECT id FROM obligation WHERE done_at IS NULL ORDER BY md5(key || $1) LIMIT 1)",
            self._drawn(),
            self.now,
        )

    async def leave(self) -> None:
        """As the product does when an office is taken from somebody: from today they have none."""
        person = self.dice.choice(list(self.these.people))
        self.gone.setdefault(self.these.people[person], self.now)
        await self._sql(
            "UPDATE member SET until_on = $2, ended_at = $3 WHERE person_id = $1 AND ended_at IS NULL", person, clock.day(self.now) - DAY, self.now
        )

    async def come(self) -> None:
        home = self.dice.choice(self.these.organisations)
        await self._sql(
            "INSERT INTO member (organisation_id, person_id, office_id, from_on, created_at)"
            " SELECT $1, $2, id, $3, $4 FROM office WHERE organisation_id = $1 AND role = 'coordinator' ON CONFLICT DO NOTHING",
            home,
            cast.person_id("olof"),
            clock.day(self.now),
            self.now,
        )

    async def move(self) -> None:
        person = self.dice.choice(list(self.these.people))
        await self._sql("UPDATE person SET email = 'ny-' || email WHERE id = $1", person)

    def _drawn(self) -> str:
        return str(self.dice.random())

    async def _sql(self, statement: str, *values: object) -> list[Any]:
        async with database.across_organisations() as link:
            return list(await link.fetch(statement, *values))

    async def end_well(self) -> None:
        """Nothing goes wrong any more, and a week goes by."""
        self.server.moody = False
        for _ in range(7 * 24):
            self.pass_time(HOUR)
            while batches := await digests.across_organisations_hand_out(now=self.now, wall=self.wall):
                for batch in batches:
                    await self._send(batch)

    async def rows(self) -> list[Any]:
        return await self._sql(
            "SELECT d.id, d.kind, d.title, d.state, d.reason, d.attempts, d.due_at, d.handed_out_until, d.person_id, d.address, d.message_id, d.seat FROM delivery d"
            " JOIN organisation o ON o.id = d.organisation_id WHERE o.kind <> 'canary' AND d.due_at <= $1 ORDER BY d.due_at, d.id",
            self.now - DAY,
        )


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_whatever_happens_in_whatever_order_days_of_reminders_come_to_an_end_that_is_true(
    database_url: str, settings: Settings, seed: int
) -> None:
    dice = random.Random(seed)
    these = await crowd.enter(2, 3)
    for number in range(DAYS):
        await crowd.owe(these, TUESDAY + number * DAY)
    walk = Walk(settings, these, dice)
    for _ in range(STEPS):
        await walk.step()
    await walk.end_well()
    rows, taken = await walk.rows(), walk.server.taken
    said = "\n".join([" ".join(walk.story), *(f"{one.at} {one.address} {one.name}" for one in taken), *(str(dict(row)) for row in rows)])
    names = {one.name for one in taken}
    for row in rows:
        assert row["state"] in {"sent", "skipped", "failed"}, f"{dict(row)}\n{said}"
        assert row["state"] != "sent" or row["message_id"] in names, f"{dict(row)}\n{said}"
        if row["state"] == "sent" and (matter := MATTER.search(row["title"])):
            assert any(matter[0] in one.text for one in taken if one.name == row["message_id"]), f"{dict(row)}\n{said}"
        assert row["state"] != "failed" or row["attempts"] >= 5, f"{dict(row)}\n{said}"
    _nothing_new_under_an_old_name(taken, said)
    assert any(MATTER.search(row["title"]) and row["state"] == "sent" for row in rows), said
    if not walk.server.doubts and not walk.died:
        days = [(one.address.removeprefix("ny-"), clock.day(one.at)) for one in taken if "Lägesbild" in one.text]
        assert len(days) == len(set(days)), said
        assert len(names) == len(taken), said
    for one in taken:
        left = walk.gone.get(one.address.replace("ny-", ""))
        assert left is None or one.at <= left or walk.server.doubts or walk.died, f"{one}\n{said}"


def _nothing_new_under_an_old_name(taken: list[Taken], said: str) -> None:
    """A mail program may hide the second of two letters of the same name: what only that one says would be read by nobody."""
    told: dict[str, set[str]] = {}
    for one in taken:
        says = set(MATTER.findall(one.text))
        assert says <= told.setdefault(one.name, says), f"{one}\n{said}"
