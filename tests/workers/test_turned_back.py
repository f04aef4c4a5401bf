"""A machine whose clock is turned back: the timetable goes on at once."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from tests.server.product import patience
from trygghet import clock, database

pytestmark = pytest.mark.anyio
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


async def test_ticks_that_a_fast_clock_has_used_up_are_free_again(database_url: str, timetable: Any) -> None:
    for ahead in (dt.timedelta(), HOUR / 2, 3 * DAY):
        assert await timetable._ours("look", clock.wall() + ahead, timetable.EVERY)
    await timetable.forget_ahead()
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM tick WHERE job = 'look'") == 1


async def test_a_timetable_whose_clock_is_turned_back_does_not_wait_for_the_time_that_it_was(
    database_url: str, timetable: Any, monkeypatch: Any
) -> None:
    scheduler = timetable._scheduler()
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=clock.wall() + DAY)  # as they stand after the clock has gone back a day

    async def still_mine() -> None:
        """It is."""

    def soon() -> dict[str, dt.timedelta]:
        return {job.name: job.next_run_time - real() for job in scheduler.get_jobs()}

    real = clock.wall
    keeping = asyncio.create_task(timetable._keep(scheduler, still_mine))
    await asyncio.sleep(0)  # it has seen what time it is
    monkeypatch.setattr(clock, "wall", lambda: real() - HOUR)
    async with asyncio.timeout(patience(10)):
        while soon()["look"] > HOUR:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
    keeping.cancel()
    assert soon()["look"] <= dt.timedelta(seconds=2)
    assert max(soon().values()) <= DAY
    scheduler.shutdown(wait=False)
