"""Calendar days and the stretches they make: what is typed, how long a promise holds, which quarters it touches.

Every date is a day in Sweden and both ends of every stretch are included.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet.clock import STOCKHOLM
from trygghet.swedish import MONTHS, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""A year outside these is a slip of the finger; it would plan reminders for centuries."""

_DAY = dt.timedelta(days=1)

MONTHS_IN = {"month": 1, "quarter": 3, "tertial": 4, "half_year": 6, "year": 12}
"""The calendar units that a report may follow, in months. All of them divide the year."""

_NAMES = {"quarter": "kvartal", "tertial": "tertial", "half_year": "halvår"}
_LETTERS = {"quarter": "Q", "tertial": "T", "half_year": "H"}


@dataclass(frozen=True)
class Validity:
    """How long a promise holds. `last` is None while it is open, and then `review_on` is set."""

    first: dt.date
    last: dt.date | None
    review_on: dt.date | None = None

    @property
    def known_until(self) -> dt.date:
        """The last day that anything can be planned for: the last day, or the review of an open promise."""
        found = self.last or self.review_on
        if found is None:
            raise ValueError("an open validity has a day to review")
        return found

    def holds(self, day: dt.date) -> bool:
        """Whether the promise holds that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Gap:
    """Days that no promise covers, both ends included. `last` is None while nothing follows."""

    first: dt.date
    last: dt.date | None

    @property
    def days(self) -> int | None:
        """How many days it is; None while nobody knows."""
        return None if self.last is None else (self.last - self.first).days + 1

    def holds(self, day: dt.date) -> bool:
        """Whether that day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)

    def days_by(self, day: dt.date) -> int:
        """How many of them have begun by that day, itself included; 0 before the first."""
        until = day if self.last is None else min(day, self.last)
        return max((until - self.first).days + 1, 0)


def gaps(held: Iterable[Validity]) -> list[Gap]:
    """The days after the first promise's first day that none of these covers, in order; the last one may be without an end.

    Promises may overlap, hold at the same time, or be open: an open one covers every day from its first.
    """
    found: list[Gap] = []
    covered: dt.date | None = None
    for one in sorted(held, key=lambda one: one.first):
        if covered is not None and one.first > covered + _DAY:
            found.append(Gap(covered + _DAY, one.first - _DAY))
        if one.last is None:
            return found
        covered = one.last if covered is None else max(covered, one.last)
    return found if covered is None else [*found, Gap(covered + _DAY, None)]


def gap_to_tell(held: Iterable[Validity], today: dt.date) -> Gap | None:
    """The gap that today is in, or else the next one whose both ends are known. One that has closed is told no more."""
    return next((gap for gap in gaps(held) if gap.holds(today) or (gap.last is not None and today < gap.first)), None)


@dataclass(frozen=True)
class Period:
    """One calendar unit, cut to the part of it that a promise holds; an open promise cuts nothing at its end."""

    key: str
    name: str
    first: dt.date
    last: dt.date


def validity(first: dt.date, last: dt.date | None, review_on: dt.date | None = None) -> Validity:
    """Any first day and any last day from it on, or no last day and a day to review. Raises `Refusal`."""
    for field, day in (("valid_from", first), ("valid_until", last), ("review_on", review_on)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Refusal("date.far", field=field, text=day.isoformat(), first=FIRST_YEAR, last=LAST_YEAR)
    if last is None and review_on is None:
        raise Refusal("validity.open", field="review_on")
    if last is not None and last < first:
        raise Refusal("validity.reversed", field="valid_until", first=first.isoformat(), last=last.isoformat())
    if review_on is not None and review_on < first:
        raise Refusal("validity.review_early", field="review_on", first=first.isoformat(), review=review_on.isoformat())
    if review_on is not None and last is not None and review_on > last:
        raise Refusal("validity.review_late", field="review_on", last=last.isoformat(), review=review_on.isoformat())
    return Validity(first, last, review_on)


def parse_day(text: str, name: str, *, field: str = "") -> dt.date:
    """The day that was typed as 2024-12-31. `name` is the field's label. Raises `Refusal` on `field` that quotes what was typed."""
    text = text.strip()
    if not text:
        raise Refusal("date.missing", field=field, name=name)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Refusal("date.form", field=field, name=name, text=text)
    year, month, day = (int(part) for part in text.split("-"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("date.far", field=field, text=text, first=FIRST_YEAR, last=LAST_YEAR)
    if not 1 <= month <= len(MONTHS):
        raise Refusal("date.month", field=field, name=name, text=text)
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise Refusal("date.impossible", field=field, name=name, text=text, month=MONTHS[month - 1].capitalize(), year=year, days=days)
    return dt.date(year, month, day)


def years(held: Validity) -> list[int]:
    """The calendar years that the validity touches, an open one up to its review."""
    return list(range(held.first.year, held.known_until.year + 1))


def periods(per: str, held: Validity) -> list[Period]:
    """Each calendar unit that the validity touches, in order, cut at both ends of it. An open one goes on until its review.

    `per` is a key of `MONTHS_IN`; anything else ("continuous") has no dated periods and gives none.
    """
    length = MONTHS_IN.get(per)
    if length is None:
        return []
    found = []
    for year in years(held):
        for index in range(12 // length):
            first = dt.date(year, index * length + 1, 1)
            last = dt.date(year, (index + 1) * length, calendar.monthrange(year, (index + 1) * length)[1])
            if held.first <= last and first <= held.known_until:
                key, name = _named(per, year, index + 1)
                found.append(Period(key, name, max(first, held.first), min(last, held.last or last)))
    return found


def _named(per: str, year: int, number: int) -> tuple[str, str]:
    if per == "year":
        return f"{year}", f"{year}"
    if per == "month":
        return f"{year}-{number:02}", f"{MONTHS[number - 1]} {year}"
    return f"{year}{_LETTERS[per]}{number}", f"{_NAMES[per]} {number} {year}"


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many calendar months earlier, or that month's last day where it is shorter: six before 31 August is 28 or 29 February."""
    years, month = divmod(day.month - 1 - months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def year_later(day: dt.date) -> dt.date:
    """The same day next year; after 29 February that is 28 February."""
    return day.replace(year=day.year + 1, day=min(day.day, calendar.monthrange(day.year + 1, day.month)[1]))


def instant(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """That time on a Swedish clock that day, in UTC. Hours from three on exist once on every day of the year."""
    return dt.datetime.combine(day, dt.time(hour, minute), STOCKHOLM).astimezone(dt.UTC)
