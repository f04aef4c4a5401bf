"""The real timetable, by a clock that a test may move."""

from __future__ import annotations

import asyncio

from tests.faults import moved
from workers import timetable

setattr(timetable, moved.clock_of.__name__, moved.clock_of)

if __name__ == "__main__":
    asyncio.run(timetable.main())
