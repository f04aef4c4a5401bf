"""Swedish working days: which days an office is open, and counting back from a day in them."""

from __future__ import annotations

import datetime as dt
from functools import cache

import holidays

_DAY = dt.timedelta(days=1)
_SATURDAY = 5


def is_workday(day: dt.date) -> bool:
    """Monday to Friday, except public holidays and midsommarafton, julafton and nyårsafton, which the law on annual leave
    (SFS 1977:480, 3 a §) puts beside them.
    """
    return day.weekday() < _SATURDAY and not name(day)


def name(day: dt.date) -> str:
    """The holiday that keeps a Monday to Friday from being a working day; empty for all others, Saturdays and Sundays too."""
    return _named(day.year).get(day, "") if day.weekday() < _SATURDAY else ""


def before(day: dt.date, count: int) -> dt.date:
    """The working day that is `count` working days before `day`; the day itself is not counted. 0 gives the day as it is."""
    while count:
        day -= _DAY
        count -= is_workday(day)
    return day


def after(day: dt.date, count: int) -> dt.date:
    """The working day that is `count` working days after `day`; the day itself is not counted. 0 gives the day as it is."""
    while count:
        day += _DAY
        count -= is_workday(day)
    return day


def on_or_before(day: dt.date) -> dt.date:
    """The day itself where it is a working day, otherwise the nearest one before it."""
    return day if is_workday(day) else before(day, 1)


def between(first: dt.date, last: dt.date) -> int:
    """How many working days there are from `first` to `last`, both included."""
    return sum(1 for offset in range((last - first).days + 1) if is_workday(first + dt.timedelta(offset)))


@cache
def _named(year: int) -> dict[dt.date, str]:
    """The holidays of a year by day, the three eves among them, in lower case as they stand in a sentence."""
    found = {
        day: title.split(";")[0].strip().lower()
        for day, title in holidays.country_holidays("SE", years=year, include_sundays=False, language="sv").items()
    }
    midsummer = next(day for day in (dt.date(year, 6, 19) + dt.timedelta(offset) for offset in range(7)) if day.weekday() == _SATURDAY - 1)
    return found | {midsummer: "midsommarafton", dt.date(year, 12, 24): "julafton", dt.date(year, 12, 31): "nyårsafton"}
