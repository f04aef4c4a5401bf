"""The product's time in the processes of these tests: the machine's own, moved by as many seconds as a file says, which a test may write anew."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet import clock

if TYPE_CHECKING:
    from pathlib import Path

    from trygghet.clock import Clock
    from trygghet.settings import Settings


class Moved:
    """A clock that goes on from where the file has put it."""

    def __init__(self, home: Path) -> None:
        self._file = home / "clock"

    async def now(self) -> dt.datetime:
        """The machine's time, moved."""
        return clock.wall() + (dt.timedelta(seconds=float(self._file.read_text())) if self._file.exists() else dt.timedelta())

    def put(self, at: dt.datetime) -> None:
        """From now on it goes on from there. Written beside and moved into place, so that nobody reads half of it."""
        beside = self._file.with_suffix(".new")
        beside.write_text(str((at - clock.wall()).total_seconds()))
        beside.replace(self._file)


def clock_of(settings: Settings) -> Clock:
    """Instead of the product's own."""
    return Moved(settings.var)
