"""Processes killed at points that a seed draws: each due reminder is counted at the mail server at least once, and a day is one letter for each person.

`ROUNDS=30 pytest -n0 tests/faults/test_kill.py` draws many, `SEED=7` others.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import pytest

from tests.conftest import SETTINGS
from tests.faults import crowd
from tests.faults.world import World, pushed, until
from tests.letterbox import Letterbox
from trygghet import database, embedded, workdays
from trygghet.deliveries.sending import REPEATED_AT_MOST
from trygghet.reminders.ladders import moment

pytestmark = pytest.mark.anyio
ROUNDS, SEED = int(os.environ.get("ROUNDS", "4")), int(os.environ.get("SEED", "1"))
ORGANISATIONS, EACH = 10, 30
WORKERS = 2
REPEATS = {"timetable": 0, "valkey": 0, "mail server": WORKERS, "worker's child": REPEATED_AT_MOST, "worker": WORKERS * REPEATED_AT_MOST}
"""How many letters may arrive once more when it dies: one on each connection that is cut, or what a worker had not settled yet.

A database server may lose besides what it had not written to the disk: that a letter has gone does not wait for it.
"""


@dataclass
class Running:
    """All that can die."""

    world: World
    box: Letterbox
    server: embedded.PostgreSQL
    crowd: crowd.Crowd

    def __post_init__(self) -> None:
        self.world.clock.put(moment(crowd.TUESDAY) - dt.timedelta(days=1))
        self.worker = self.world.start_worker(concurrency=WORKERS)
        self.timetable = self.world.start_timetable()

    def strike(self, victim: str, dice: random.Random) -> None:
        """Kill -9, and started again at once."""
        if victim == "timetable":
            self.world.kill(self.timetable)
            self.timetable = self.world.start_timetable()
        elif victim == "worker":
            self.world.kill(self.worker)
            self.worker = self.world.start_worker(concurrency=WORKERS)
        elif victim == "worker's child":
            self.world.kill_child(self.worker, dice)
        elif victim == "valkey":
            self.world.empty_and_restart_valkey()
        elif victim == "mail server":
            self.box.die()
        else:
            assert self.server.process is not None
            self.server.process.kill()
            self.server.process.wait()
            self.server.start()


@pytest.fixture
async def running(servers_home: Path, tmp_path: Path) -> AsyncIterator[Running]:
    """A database server of its own, which keeps its word to the disk as one in service does."""
    server, box = embedded.PostgreSQL(servers_home / "struck").start(), Letterbox(pipelining=True)
    await database.migrate(server.url, environment=SETTINGS.environment)
    async with database.opened(server.url, size=2, environment=SETTINGS.environment):
        world = World(tmp_path, server.url, box)
        try:
            yield Running(world, box, server, await crowd.enter(ORGANISATIONS, EACH))
        finally:
            world.stop()
            box.stop()
            server.stop()


async def test_whoever_dies_and_whenever_everybody_gets_the_days_letter(running: Running) -> None:
    dice = random.Random(SEED)
    victims = sorted([*REPEATS, "postgresql"])
    tuesdays = (crowd.TUESDAY + dt.timedelta(weeks=number) for number in count())
    for day in islice(filter(workdays.is_workday, tuesdays), ROUNDS):
        victim = dice.choice(victims)
        when = dice.choice(["letters", "hundredths of a second"]), dice.randrange(ORGANISATIONS * EACH)
        await _round(running, day, victim, when, dice)


async def _round(running: Running, day: dt.date, victim: str, when: tuple[str, int], dice: random.Random) -> None:
    box, world = running.box, running.world
    box.forget()
    await crowd.owe(running.crowd, day)
    began = time.monotonic()
    world.clock.put(moment(day))
    reached = (lambda: len(box.letters) >= when[1]) if when[0] == "letters" else (lambda: time.monotonic() - began >= when[1] / 100)
    await until(reached, world)
    at = len(box.letters)
    running.strike(victim, dice)
    await until(lambda: pushed(world), world, seconds=60)
    rows = await _rows(day)
    arrived = Counter(str(one["Message-ID"]) for one in box.letters if "@crowd." in str(one["To"]))  # the night's trial goes its own way
    repeats = sum(arrived.values()) - len(arrived)
    told = f"{victim} at {when[1]} {when[0]}, {at} letters in: {len(arrived)} letters, {repeats} of them twice, {time.monotonic() - began:.1f} s"
    print(told)  # noqa: T201 - the figures of many rounds
    assert {row["state"] for row in rows} == {"sent"}, told
    assert {row["message_id"] for row in rows} == set(arrived), told
    assert len(arrived) == len(running.crowd.people) == len({row["person_id"] for row in rows}), f"one letter for each person: {told}"
    assert set(running.crowd.people.values()) <= set(box.recipients), told
    assert victim == "postgresql" or repeats <= REPEATS[victim], told
    await crowd.done()


async def _rows(day: dt.date) -> list[dict[str, object]]:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT d.state, d.message_id, d.person_id FROM delivery d JOIN obligation o ON o.id = d.obligation_id WHERE o.due_on = $1 AND d.lead_days = 14",
            day + crowd.LEAD,
        )
        return [dict(row) for row in rows]
