"""The example's clock: begins on 1 October 2024 and runs on from there, until somebody moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.example import store

if TYPE_CHECKING:
    import datetime as dt


class ExampleClock:
    """Read from the database, so that every process sees the same time."""

    async def now(self) -> dt.datetime:
        """The example's time, aware UTC; stands still while the clock is being moved."""
        async with database.across_organisations(readonly=True):
            face = await store.across_organisations_face()
        return face.reading(clock.wall())
