"""When a promise is quiet: nothing told to residents, nothing recorded, or a party that does nothing, for longer than was agreed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.promises import rules as promise_rules
from trygghet.promises.rules import State
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trygghet.periods import Validity

USUAL_DAYS = 92
"""The rhythm that is counted with where the parties have agreed on none: the longest quarter there is, because a quarter is how often
most promises are reported on. It is said wherever it is used, so that nobody is held to a rhythm they have not seen.
"""
SOON_DAYS = 14
"""So long before the rhythm's last day it is said that the day is near; of a short rhythm its last quarter."""
ALIVE = frozenset({State.IN_FORCE, State.ENDING})
"""The promises that anybody waits to hear of."""


class Kind(StrEnum):
    """What is listened for."""

    TOLD = "told"
    """Something that residents were told."""
    COUNTED = "counted"
    """Something done that was recorded."""


class Level(StrEnum):
    """How it stands with it."""

    FRESH = "fresh"
    SOON = "soon"
    QUIET = "quiet"


@dataclass(frozen=True)
class Heard:
    """What is known of one promise. The rhythms are in days, None where none is agreed.

    `told_on` is when residents last were told something that still stands, `counted_on` when something that still stands was last
    recorded (not when it was done), `counts` whether anything remains to be counted. `signed_on` is when its first text was signed.
    """

    stage: str
    validity: Validity
    tell_every_days: int | None
    count_every_days: int | None
    told_on: dt.date | None
    counted_on: dt.date | None
    counts: bool
    signed_on: dt.date | None = None

    @property
    def begins_on(self) -> dt.date:
        """From when anybody listens: the promise's first day, or the day it was signed where that was later."""
        return max(self.validity.first, self.signed_on or self.validity.first)


@dataclass(frozen=True)
class Quiet:
    """How it stands with one kind on a day. `since` is when it was last heard, or from when it was listened for; `heard` says which.

    `every` is the rhythm in days, `agreed` whether the parties have agreed on it, `limit_on` the last day that is within it.
    """

    kind: Kind
    level: Level
    since: dt.date
    heard: bool
    days: int
    every: int
    agreed: bool
    limit_on: dt.date

    @property
    def is_quiet(self) -> bool:
        """Whether it has been quiet for longer than the rhythm."""
        return self.level is Level.QUIET

    @property
    def chip(self) -> Chip:
        """The state as it is shown, in words that carry it alone."""
        if self.is_quiet:
            return Chip("warn", "hour", f"Tyst {swedish.days(self.days)}")
        return Chip("", "clock", "Dags snart") if self.level is Level.SOON else Chip("good", "check", "I takt")

    @property
    def heading(self) -> str:
        """Invånarna har inget hört sedan 18 juli 2024."""
        since = swedish.long_date(self.since)
        if self.kind is Kind.TOLD:
            return f"Invånarna har inget hört sedan {since}" if self.heard else f"Invånarna har inget hört sedan löftet började gälla {since}"
        return f"Inga utfall registrerade sedan {since}" if self.heard else f"Inga utfall registrerade sedan löftet började gälla {since}"

    @property
    def text(self) -> str:
        """What was agreed, or what is counted with, and when it should have been or is next to be."""
        what = _AGREED[self.kind].format(every=every(self.every)) if self.agreed else _USUAL.format(every=every(self.every))
        limit = swedish.long_date(self.limit_on)
        if self.is_quiet:
            return f"{what} Det skulle ha varit senast {limit}."
        return f"{what} {'Nästa' if self.heard else 'Första gången'} senast {limit}."


_AGREED = {
    Kind.TOLD: "Ni har kommit överens om att berätta minst {every}.",
    Kind.COUNTED: "Ni har kommit överens om att registrera utfall minst {every}.",
}
_USUAL = "Ingen rytm är avtalad; vi räknar med {every}."


def listen(heard: Heard, today: dt.date) -> list[Quiet]:
    """How it stands with each kind that day: none of a promise that has not begun, has ended or was replaced, and none of counting where
    nothing remains to be counted.

    A rhythm does not rest in summer: it is agreed in days, and a rhythm that shall hold through July is agreed that long. A promise
    that is extended goes on in its rhythm from what was last heard.
    """
    if promise_rules.state(heard.stage, heard.validity, today) not in ALIVE or today < heard.begins_on:
        return []
    found = [_quiet(Kind.TOLD, heard.tell_every_days, heard.told_on, heard.begins_on, today)]
    if heard.counts:
        found.append(_quiet(Kind.COUNTED, heard.count_every_days, heard.counted_on, heard.begins_on, today))
    return found


def quiet(heard: Heard, today: dt.date) -> list[Quiet]:
    """What has been quiet too long, the longest past its rhythm first."""
    return sorted((one for one in listen(heard, today) if one.is_quiet), key=lambda one: one.limit_on)


def _quiet(kind: Kind, agreed: int | None, last: dt.date | None, begins_on: dt.date, today: dt.date) -> Quiet:
    days, since = agreed or USUAL_DAYS, last or begins_on
    limit_on = since + dt.timedelta(days=days)
    left = (limit_on - today).days
    level = Level.QUIET if left < 0 else Level.SOON if left <= min(SOON_DAYS, days // 4) else Level.FRESH
    return Quiet(kind, level, since, last is not None, max((today - since).days, 0), days, agreed is not None, limit_on)


def every(days: int) -> str:
    """En gång i månaden; var 42:a dag where the days have no name."""
    return _NAMED.get(days, f"var {days}:{'a' if days % 10 in {1, 2} and days % 100 not in {11, 12} else 'e'} dag")


_NAMED = {
    1: "varje dag",
    7: "en gång i veckan",
    14: "varannan vecka",
    28: "en gång i månaden",
    30: "en gång i månaden",
    31: "en gång i månaden",
    90: "en gång i kvartalet",
    91: "en gång i kvartalet",
    92: "en gång i kvartalet",
    365: "en gång om året",
    366: "en gång om året",
}


# ---------------------------------------------------------------- who does nothing
@dataclass(frozen=True)
class Acted:
    """When a party, or one of its offices, last did something in a promise that is alive; None: never. `since` is from when it could have."""

    name: str
    last_on: dt.date | None
    since: dt.date

    def days(self, today: dt.date) -> int:
        """How long nothing has been done."""
        return (today - max(self.last_on or self.since, self.since)).days

    @property
    def words(self) -> str:
        """Inget gjort sedan 3 mars 2024; that nothing ever was, where that is so (in lower case)."""
        return f"inget gjort sedan {swedish.long_date(self.last_on)}" if self.last_on else f"inget gjort än, sedan {swedish.long_date(self.since)}"


def idle(found: Iterable[Acted], today: dt.date) -> list[Acted]:
    """Those who have done nothing for longer than `USUAL_DAYS`, those who never have first, then the longest."""
    quiet = [one for one in found if one.days(today) > USUAL_DAYS]
    return sorted(quiet, key=lambda one: (one.last_on is not None, -one.days(today), swedish.sort_key(one.name)))
