"""Hands out all that is due each time it is told to, as the timetable does at its tick; started by dispatch.py with the product's environment."""

from __future__ import annotations

import asyncio
import sys
import time

import parts
import world

from trygghet import clock
from trygghet.digests import actions as digests
from trygghet.reminders import seating
from workers import timetable
from workers.queue import settings


async def drain() -> tuple[int, float, float]:
    """Rows put into the queue, seconds that it took, and those of them after all had found their people, which one message a row does not ask for."""
    rows, began = 0, time.perf_counter()
    await seating.across_organisations_seat(now=world.NOW, wall=clock.wall())
    found = time.perf_counter()
    while batches := await digests.across_organisations_hand_out(now=world.NOW, wall=clock.wall()):
        rows += sum(len(batch) for batch in batches)
        if await asyncio.to_thread(timetable._publish, batches):
            raise RuntimeError("the queue did not take them")
    return rows, time.perf_counter() - began, time.perf_counter() - found


async def main() -> None:
    async with parts.opened(settings.database_url):
        while await asyncio.to_thread(sys.stdin.readline):
            print(*await drain(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
