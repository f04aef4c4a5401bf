"""The only reader of the time. Everything below the edge takes `now` or `today` as an argument."""

from __future__ import annotations

import datetime as dt
from typing import Protocol
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def wall() -> dt.datetime:
    """The machine's own time, aware UTC: for leases, sessions and logs, never for what a promise says."""
    return dt.datetime.now(dt.UTC)


class Clock(Protocol):
    """Tells the product what time it is; the example has one of its own."""

    async def now(self) -> dt.datetime:
        """The product's time, aware UTC."""


class RealClock:
    """The clock of every installation that is not the example."""

    async def now(self) -> dt.datetime:
        """The machine's time, aware UTC."""
        return wall()


def day(now: dt.datetime) -> dt.date:
    """The calendar day in Sweden at an instant: validity and deadlines are days in Europe/Stockholm."""
    return now.astimezone(STOCKHOLM).date()
