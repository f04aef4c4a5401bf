"""How far the counting of an activity has come, against an even pace; place by place where the number is owed at each."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trygghet.periods import Validity


@dataclass(frozen=True)
class Tally:
    """How far the counting has come in one stretch of days, both ends included.

    `promised`, `expected` and `difference` (done minus expected) are None where no number was promised. `why` says in
    Swedish how `expected` was reckoned.
    """

    done: int
    promised: int | None
    expected: float | None
    difference: float | None
    period_first: dt.date
    period_last: dt.date
    why: str

    @property
    def period_name(self) -> str:
        """2024, or 2023–2024, or 6 mar 2023 – 31 dec 2025."""
        return self.period_in(SWEDISH)

    def period_in(self, t: Tongue) -> str:
        """The same in a language."""
        return span(self.period_first, self.period_last, t)


def tally(at_least: int | None, per: str, held: Validity, outcomes: Iterable[tuple[dt.date, int]], today: dt.date) -> Tally:
    """The count against an even pace.

    Per "period" counts the whole validity (an open one up to its review); everything else counts the calendar year of
    today, cut to the validity; before the first day that is the first year, afterwards the last. A year that is cut short
    still owes its whole number: a promise never shrinks by itself. Even pace is `promised` times the days that have gone
    of all days; today has not gone. Targets per quarter, month, week or day owe their number for each unit that has gone.
    """
    first, last = _stretch(per, held, today)
    done = sum(amount for day, amount in outcomes if first <= day <= last)
    if at_least is None:
        return Tally(done, None, None, None, first, last, "Löftet anger inget antal att mäta mot.")
    even = pace(at_least, per, first, last, today)
    return Tally(done, even.promised, even.expected, done - even.expected, first, last, f"{even.sum} {even.running}")


class Pace(NamedTuple):
    """What is owed over some days, and what an even pace would have given by one of them; `gone` of `whole` days or other units have gone."""

    promised: int
    expected: float
    at_least: int
    gone: int
    whole: int
    per: str
    first: dt.date
    last: dt.date

    @property
    def sum(self) -> str:
        """How it was reckoned, in words."""
        whose, (many, _) = _whose(self.first, self.last), _UNITS.get(self.per, _UNITS["day"])
        gone = f"{self.gone} av {whose} {self.whole} {many} har gått."
        if self.per in _UNITS:
            return f"{gone} {self.gone} × {self.at_least} = {self.at_least * self.gone}."
        return f"{gone} {self.gone} ÷ {self.whole} × {self.at_least} = {swedish.number(self.expected)}."

    @property
    def running(self) -> str:
        """What has not gone yet."""
        return f"{_UNITS.get(self.per, _UNITS['day'])[1]} räknas inte med."


def pace(at_least: int, per: str, first: dt.date, last: dt.date, today: dt.date) -> Pace:
    """What `at_least` comes to between two days of one calendar year; per "period" and "year" it is owed once over all of them.

    Even pace is `promised` times the days that have gone of all days; today has not gone. Per quarter, month, week or day the number is
    owed for each unit that has gone.
    """
    return _by_unit(at_least, per, first, last, today) if per in _UNITS else _by_day(at_least, first, last, today)


class Done(NamedTuple):
    """So many, that day, at that place; the place is empty where none was named."""

    on: dt.date
    amount: int
    place: str = ""


class Place(NamedTuple):
    """What has been done at one place; the one without a name holds what named none of the promise's places."""

    name: str
    tally: Tally


def by_place(at_least: int | None, per: str, places: Sequence[str], held: Validity, outcomes: Iterable[Done], today: dt.date) -> list[Place]:
    """The count of each place, each against the whole number, and of what named none of them."""
    rows = list(outcomes)
    found = [Place(name, tally(at_least, per, held, [(row.on, row.amount) for row in rows if row.place == name], today)) for name in places]
    loose = tally(None, per, held, [(row.on, row.amount) for row in rows if row.place not in places], today)
    return [*found, Place("", loose)] if loose.done else found


def count(at_least: int | None, per: str, places: Sequence[str], held: Validity, outcomes: Iterable[Done], today: dt.date) -> Tally:
    """The whole count. Where the number is owed at each place, what one has above it makes up for nothing at another."""
    rows = list(outcomes)
    if not places or at_least is None:
        return tally(at_least, per, held, [(row.on, row.amount) for row in rows], today)
    each = [place.tally for place in by_place(at_least, per, places, held, rows, today) if place.name]
    one = each[0]
    promised, expected = (one.promised or 0) * len(each), (one.expected or 0.0) * len(each)
    done = sum(min(found.done, found.promised or 0) for found in each)
    why = (
        f"{one.why} Talet gäller på var och en av {len(each)} platser: {len(each)} × {swedish.number(one.expected or 0.0)} = "
        f"{swedish.number(expected)}. Det som görs utöver talet på en plats räknas inte för en annan."
    )
    return Tally(done, promised, expected, done - expected, one.period_first, one.period_last, why)


def span(first: dt.date, last: dt.date, t: Tongue = SWEDISH) -> str:
    """Whole calendar years by their numbers, anything else by its days."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    begins = t.short_day(first) if first.year == last.year else t.short_date(first)
    return f"{begins} – {t.short_date(last)}"


def _stretch(per: str, held: Validity, today: dt.date) -> tuple[dt.date, dt.date]:
    if per == "period":
        return held.first, held.known_until
    year = max(today, held.first).year if held.last is None else min(max(today, held.first), held.last).year
    last = dt.date(year, 12, 31)
    return max(dt.date(year, 1, 1), held.first), last if held.last is None else min(last, held.last)


def _by_day(at_least: int, first: dt.date, last: dt.date, today: dt.date) -> Pace:
    days = (last - first).days + 1
    gone = min(max((today - first).days, 0), days)
    return Pace(at_least, at_least * gone / days, at_least, gone, days, "", first, last)


def _whose(first: dt.date, last: dt.date) -> str:
    return "årets" if span(first, last) == str(first.year) else "periodens"


_UNITS = {
    "day": ("dagar", "Dagens datum"),
    "week": ("veckor", "Veckan som pågår"),
    "month": ("månader", "Månaden som pågår"),
    "quarter": ("kvartal", "Kvartalet som pågår"),
}


def _by_unit(at_least: int, per: str, first: dt.date, last: dt.date, today: dt.date) -> Pace:
    kept = units(per, first, last)
    many_units = max(len(kept), 1)  # a validity shorter than half a month still promises its one
    gone = bisect_left(kept, today) if kept else int(last < today)
    return Pace(at_least * many_units, float(at_least * gone), at_least, gone, many_units, per, first, last)


@lru_cache(maxsize=512)
def units(per: str, first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """The last day of each quarter, month, week or day that belongs to these days, cut to them.

    One at the edge belongs when at least half of its days do, so a week at New Year counts in one year only.
    """
    kept = []
    begins = unit_first(per, first)
    while begins <= last:
        after = unit_after(per, begins)
        inside = (min(after - dt.timedelta(1), last) - max(begins, first)).days + 1
        if 2 * inside >= (after - begins).days:
            kept.append(min(after - dt.timedelta(1), last))
        begins = after
    return tuple(kept)


def unit_first(per: str, day: dt.date) -> dt.date:
    """The first day of the quarter, month, week or day that this day is in."""
    if per == "day":
        return day
    if per == "week":
        return day - dt.timedelta(day.weekday())
    return dt.date(day.year, day.month if per == "month" else (day.month - 1) // 3 * 3 + 1, 1)


def unit_after(per: str, first: dt.date) -> dt.date:
    """The first day of the next one."""
    if per in {"day", "week"}:
        return first + dt.timedelta(1 if per == "day" else 7)
    months = first.month - 1 + (1 if per == "month" else 3)
    return dt.date(first.year + months // 12, months % 12 + 1, 1)
