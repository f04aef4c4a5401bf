"""How a counting stands in any stretch of days: a quarter of a year's number, a year of a number that is owed over several.

What is owed over a longer time than the stretch is counted from where that time begins: by the last day of the stretch its share
of days is owed, and what was done before the stretch counts.
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.promises import counting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trygghet.periods import Validity
    from trygghet.promises.counting import Done, Pace

NO_LIMIT = 10**12
"""More than anybody counts to: what is done at one place alone is not cut at its number."""

_DAY = dt.timedelta(days=1)


class Days(NamedTuple):
    """A stretch of days, both ends included."""

    first: dt.date
    last: dt.date


class Month(NamedTuple):
    """How far one had come by the end of a month, or by today in the one that runs; `expected` is None without a number."""

    first: dt.date
    done: int
    expected: float | None


class Place(NamedTuple):
    """One place: what was done there, the whole number that is owed there, its share by the stretch's last day, and an even pace by now.

    The one without a name holds what named none of the promise's places; nothing is owed there.
    """

    name: str
    done: int
    promised: int | None
    owed: float | None
    expected: float | None

    @property
    def needed(self) -> int:
        """The share to the nearest whole one, half an activity being as good as none."""
        return whole(self.owed)


@dataclass(frozen=True)
class Count:
    """How the counting stands in a stretch, from `since` (before its first day where the number is owed over a longer time) to `until`.

    `promised` is the whole number that was promised, `owed` its share by the stretch's last day, `expected` what an even pace would
    have given by now: `expected` <= `owed` <= `promised`, and all three None where no number was promised. `within` are those
    recorded in the stretch itself, `before` how far one had come when it began. At several places `done` leaves out what one
    has above its number, for that makes up for nothing at another. `sum` says in Swedish how `expected` was reckoned. `is_over`:
    every day of the stretch has gone.
    """

    days: Days
    since: dt.date
    until: dt.date
    is_over: bool
    done: int
    within: int
    promised: int | None
    owed: float | None
    expected: float | None
    sum: str
    before: Month
    months: tuple[Month, ...]
    places: tuple[Place, ...]

    @property
    def difference(self) -> float | None:
        """Done minus expected."""
        return None if self.expected is None else self.done - self.expected

    @property
    def needed(self) -> int:
        """What the stretch owes, to the nearest whole one; 0 without a number."""
        return sum(place.needed for place in self.places) if self._at_places else whole(self.owed)

    @property
    def reached(self) -> int:
        """How much of `needed` is done; what one place has too much of counts for no other."""
        return sum(min(place.done, place.needed) for place in self.places) if self._at_places else min(self.done, self.needed)

    @property
    def behind(self) -> int:
        """How many are missing to an even pace, to the nearest whole one; at several places those that each of them lacks."""
        if self._at_places:
            return sum(max(whole(place.expected) - place.done, 0) for place in self.places)
        return max(whole(self.expected) - self.done, 0)

    @property
    def pace_words(self) -> str:
        """1 efter takten, i takt, 2 före takten, målet nått, 1 färre än lovat; nothing without a number."""
        if self.promised is None or self.expected is None:
            return ""
        if self.done >= self.promised:
            return "målet nått"
        if self.behind:
            return f"{self.behind} {'färre än lovat' if self.expected >= self.promised else 'efter takten'}"
        ahead = ceil(self.done - self.expected - 0.5)
        return f"{ahead} före takten" if ahead > 0 else "i takt"

    @property
    def _at_places(self) -> bool:
        return self.promised is not None and bool(self.places)


def whole(owed: float | None) -> int:
    """A share to the nearest whole one, halves down: 3,5 of 12 is 3. None is 0."""
    return ceil((owed or 0.0) - 0.5)


class _Frame(NamedTuple):
    """Days over which the number is owed as `per` says, of which the stretch reaches to `until`."""

    per: str
    first: dt.date
    last: dt.date
    until: dt.date

    def pace(self, at_least: int, today: dt.date) -> Pace:
        return counting.pace(at_least, self.per, self.first, self.last, min(today, self.until + _DAY))

    def done(self, spot: _Spot, by: dt.date) -> int:
        return max(spot.through(min(self.until, by)) - spot.through(self.first - _DAY), 0)


class _Spot:
    """What was done somewhere, to be asked for up to any day however much there is of it."""

    def __init__(self, rows: Iterable[Done]) -> None:
        ordered = sorted((row.on, row.amount) for row in rows)
        self.days = [on for on, _ in ordered]
        self.sums = list(accumulate((amount for _, amount in ordered), initial=0))

    def through(self, day: dt.date) -> int:
        """How much by that day's end."""
        return self.sums[bisect_right(self.days, day)]


def count(at_least: int | None, per: str, places: Sequence[str], held: Validity, outcomes: Iterable[Done], days: Days, today: dt.date) -> Count:
    """The counting in `days`, which are cut to the validity and must touch it. Over the whole validity it is `counting.count`.

    Per "period" the number is owed over the validity, per year over each calendar year that the stretch touches, both from their first
    day on. Per quarter, month, week or day it is owed for each unit that the stretch holds (see `counting.units`); where it
    holds none, a share of those it touches.
    """
    days, rows = cut(days, held), list(outcomes)
    frames = _frames(at_least, per, held, days)
    spots = [_Spot(row for row in rows if row.place == name) for name in places] if places and at_least is not None else [_Spot(rows)]
    promised = [] if at_least is None else [frame.pace(at_least, today).promised for frame in frames]
    limits = promised if places and promised else [NO_LIMIT] * len(frames)
    until = min(days.last, max(today, days.first))

    def done(by: dt.date) -> int:
        return sum(min(frame.done(spot, by), most) for frame, most in zip(frames, limits, strict=True) for spot in spots)

    def owed(on: dt.date) -> float | None:
        return None if at_least is None else sum(frame.pace(at_least, on).expected for frame in frames) * len(spots)

    return Count(
        days,
        min(frame.first for frame in frames),
        until,
        today > days.last,
        done(days.last),
        sum(row.amount for row in rows if days.first <= row.on <= days.last),
        sum(promised) * len(spots) if promised else None,
        owed(days.last + _DAY),
        owed(today),
        _sum(frames, at_least, today, len(spots)),
        Month(days.first, done(days.first - _DAY), owed(days.first)),
        tuple(Month(first, done(by := _month_last(first)), owed(min(by + _DAY, today))) for first in _months(days, rows, today)),
        tuple(_places(at_least, places, frames, rows, today)),
    )


def cut(days: Days, held: Validity) -> Days:
    """The part of the stretch that the promise holds; an open promise cuts nothing at its end."""
    return Days(max(days.first, held.first), min(days.last, held.last or days.last))


def _frames(at_least: int | None, per: str, held: Validity, days: Days) -> list[_Frame]:
    if at_least is None:
        return [_Frame("period", days.first, days.last, days.last)]
    if per == "period":
        return [_Frame(per, held.first, held.known_until, min(days.last, held.known_until))]
    years = (cut(Days(dt.date(year, 1, 1), dt.date(year, 12, 31)), held) for year in range(days.first.year, days.last.year + 1))
    return [frame for year in years for frame in _of_year(per, held, year, Days(max(days.first, year.first), min(days.last, year.last)))]


def _of_year(per: str, held: Validity, year: Days, inside: Days) -> list[_Frame]:
    """What of one year the stretch holds: counted from the year's first day, or in whole units, or as a share of those it touches.

    All that the promise holds of a year is counted as that year is, however short it is.
    """
    if per == "year":
        return [_Frame(per, year.first, year.last, inside.last)]
    if inside == year or counting.units(per, *inside):
        return [_Frame(per, *inside, inside.last)]
    found = []
    begins = counting.unit_first(per, inside.first)
    while begins <= inside.last:
        after = counting.unit_after(per, begins)
        first = max(begins, held.first)
        found.append(_Frame("period", first, first + (after - begins) - _DAY, min(after - _DAY, inside.last)))
        begins = after
    return found


def _sum(frames: Sequence[_Frame], at_least: int | None, today: dt.date, spots: int) -> str:
    if at_least is None:
        return "Löftet anger inget antal att mäta mot."
    told = []
    for frame in frames:
        even = frame.pace(at_least, today)
        by = f"Till och med {swedish.long_date(frame.until)}: " if frame.until < min(today, frame.last) else ""
        told.append(f"{by}{even.sum}{f' {even.running}' if frame.first <= today <= frame.until else ''}")
    each = sum(frame.pace(at_least, today).expected for frame in frames)
    if spots > 1:
        told.append(f"Talet gäller på var och en av {spots} platser: {spots} × {swedish.number(each)} = {swedish.number(each * spots)}.")
        told.append("Det som görs utöver talet på en plats räknas inte för en annan.")
    return " ".join(told)


def _places(at_least: int | None, places: Sequence[str], frames: Sequence[_Frame], rows: Sequence[Done], today: dt.date) -> list[Place]:
    if not places:
        return []
    ends = frames[-1].until

    def done(found: Iterable[Done]) -> int:
        spot = _Spot(found)
        return sum(frame.done(spot, ends) for frame in frames)

    owed = None if at_least is None else sum(frame.pace(at_least, ends + _DAY).expected for frame in frames)
    expected = None if at_least is None else sum(frame.pace(at_least, today).expected for frame in frames)
    promised = None if at_least is None else sum(frame.pace(at_least, today).promised for frame in frames)
    found = [Place(name, done(row for row in rows if row.place == name), promised, owed, expected) for name in places]
    loose = done(row for row in rows if row.place not in places)
    return [*found, Place("", loose, None, None, None)] if loose else found


def _months(days: Days, rows: Sequence[Done], today: dt.date) -> list[dt.date]:
    """The first day in the stretch of each month that has begun."""
    until = max([min(today, days.last), *(row.on for row in rows if row.on <= days.last)])
    found = []
    begins = days.first
    while begins <= until:
        found.append(begins)
        begins = counting.unit_after("month", begins.replace(day=1))
    return found


def _month_last(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
