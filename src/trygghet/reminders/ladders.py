"""Ladders: on which days before and after a duty's day somebody is reminded, and who. Data, not code: product, organisation, promise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trygghet import periods, swedish, workdays
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

OPENS, CLOSES = dt.time(7, 30), dt.time(9, 0)
"""Reminders go out between these two on a Swedish clock, on working days."""
COORDINATOR, DEPUTY, LEADER, ADMINISTRATOR = "coordinator", "deputy", "leader", "administrator"
"""Whom a reminder is for. Who holds the seat is looked up when it goes out."""
MOST_STEPS, LONGEST_LEAD, LATEST, RAREST = 24, 730, 365, 90
NEAR = 90
"""Within so many days or working days before the due day there is a step to whoever coordinates."""
"""A ladder's most steps, the longest before and after the day, and the longest between repeats."""


class To(StrEnum):
    """Whom a step reaches; each escalates to the next."""

    OWNER = "owner"
    DEPUTY = "deputy"
    LEADER = "leader"
    LEADERS = "leaders"
    ADMINISTRATOR = "administrator"


SEAT_OF = {To.OWNER: COORDINATOR, To.DEPUTY: DEPUTY, To.LEADER: LEADER, To.LEADERS: LEADER, To.ADMINISTRATOR: ADMINISTRATOR}
UNITS = {"days": "dagar", "workdays": "arbetsdagar"}
NAMES = {
    To.OWNER: "den som samordnar",
    To.DEPUTY: "den som är tillförordnad",
    To.LEADER: "ledaren",
    To.LEADERS: "alla parters ledare",
    To.ADMINISTRATOR: "administratören",
}


KINDS = {
    "follow_up": "gemensam uppföljning",
    "renewal": "löftets sista dag",
    "review": "översyn av löftet",
    "report": "rapporter",
    "activity": "aktiviteter med en sista dag",
    "statute": "det lagen kräver av kommunen",
}
"""What a ladder is about (in lower case)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which a ladder reminds somebody, and how it comes about.

    `named` is the day that the step says, before it was moved off a weekend; `time` counts the repeats, 0 for a step.
    """

    day: dt.date
    to: To
    named: dt.date
    count: int
    unit: str
    time: int = 0


@dataclass(frozen=True)
class Step:
    """So many days or working days before the due day, negative after it; and whom it reaches."""

    count: int
    unit: str
    to: tuple[To, ...]


@dataclass(frozen=True)
class Repeat:
    """After the last step: every so many days or working days until it is done."""

    every: int
    unit: str
    to: tuple[To, ...]


@dataclass(frozen=True)
class Ladder:
    """The steps, farthest first, and how it goes on after the last of them."""

    steps: tuple[Step, ...]
    repeat: Repeat | None = None

    def marks(self, due_on: dt.date, until: dt.date | None) -> Iterator[Mark]:
        """Every day on which somebody is reminded, and who; repeats up to and including `until`, none without it."""
        for step in self.steps:
            named = _away(due_on, step.count, step.unit)
            yield from (Mark(_on_a_workday(named, due_on), to, named, step.count, step.unit) for to in step.to)
        if self.repeat is None or until is None:
            return
        from_on = max((_away(due_on, step.count, step.unit) for step in self.steps if step.count < 0), default=due_on)
        time = 1
        while (day := _on_a_workday(named := _away(from_on, -self.repeat.every * time, self.repeat.unit), due_on)) <= until:
            yield from (Mark(day, to, named, self.repeat.every, self.repeat.unit, time) for to in self.repeat.to)
            time += 1

    def as_json(self) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """As it is stored: the steps, and the repeat."""
        steps = [{"count": one.count, "unit": one.unit, "to": list(one.to)} for one in self.steps]
        repeat = self.repeat
        return steps, None if repeat is None else {"every": repeat.every, "unit": repeat.unit, "to": list(repeat.to)}


def from_json(steps: list[dict[str, Any]], repeat: dict[str, Any] | None) -> Ladder:
    """The ladder that was stored."""
    found = tuple(Step(one["count"], one["unit"], tuple(To(to) for to in one["to"])) for one in steps)
    return Ladder(found, None if repeat is None else Repeat(repeat["every"], repeat["unit"], tuple(To(to) for to in repeat["to"])))


def check(ladder: Ladder) -> None:
    """What must hold of any ladder. Nobody may turn a duty's reminders off: whoever coordinates hears of it within a quarter before its day,
    and again and again after it until it is done. Raises `Slips`.
    """
    slips = []
    if len(ladder.steps) > MOST_STEPS:
        slips.append(Refusal("ladder.many", field="steg", most=MOST_STEPS, count=len(ladder.steps)))
    if not any(0 <= one.count <= NEAR and To.OWNER in one.to for one in ladder.steps):
        slips.append(Refusal("ladder.owner", field="stegen", near=NEAR))
    if ladder.repeat is None or To.OWNER not in ladder.repeat.to:
        slips.append(Refusal("ladder.repeat", field="upprepa", most=RAREST))
    if slips:
        raise Slips(slips)


def day_of(due_on: dt.date, count: int, unit: str = "days") -> dt.date:
    """The working day of a step: moved earlier off a weekend or a holiday, so that it is never later than the duty.

    A step after the due day stays after it: where there is no working day between the two, it is the first one that comes.
    """
    return _on_a_workday(_away(due_on, count, unit), due_on)


def _away(day: dt.date, count: int, unit: str) -> dt.date:
    if unit == "days":
        return day - dt.timedelta(days=count)
    return workdays.before(day, count) if count >= 0 else workdays.after(day, -count)


def _on_a_workday(day: dt.date, due_on: dt.date) -> dt.date:
    moved = workdays.on_or_before(day)
    return moved if day <= due_on or moved > due_on else workdays.after(due_on, 1)


def moment(day: dt.date) -> dt.datetime:
    """07.30 that day in Stockholm, in UTC: when the day's reminders begin to go out."""
    return periods.instant(day, OPENS.hour, OPENS.minute)


def next_opening(now: dt.datetime) -> dt.datetime:
    """When reminders may go out next: at once while the window is open, otherwise when it opens the next time."""
    here = swedish.local(now)
    today = here.date()
    if workdays.is_workday(today) and here.time() < CLOSES:
        return max(now, moment(today))
    return moment(workdays.after(today, 1))


def is_open(now: dt.datetime) -> bool:
    """Whether it is a working day between 07.30 and 09.00 in Sweden."""
    return next_opening(now) == now


def _before(counts: tuple[int, ...], leader_from: int) -> tuple[Step, ...]:
    return tuple(Step(count, "days", (To.OWNER, To.LEADER) if count <= leader_from else (To.OWNER,)) for count in counts)


_LATE_WEEKLY = (
    Step(-1, "workdays", (To.OWNER, To.DEPUTY)),
    Step(-7, "days", (To.OWNER, To.LEADER)),
    Step(-14, "days", (To.OWNER, To.LEADERS)),
    Step(-21, "days", (To.OWNER, To.LEADERS)),
    Step(-28, "days", (To.OWNER, To.LEADERS, To.ADMINISTRATOR)),
)
_LATE = (
    Step(-1, "workdays", (To.OWNER, To.DEPUTY)),
    Step(-7, "days", (To.OWNER, To.LEADER)),
    Step(-28, "days", (To.OWNER, To.LEADERS, To.ADMINISTRATOR)),
)
_END = _before((180, 90, 60, 30, 14, 7, 1), 60)
_NEAR = _before((14, 7, 1), 1)
_WEEKLY, _MONTHLY = Repeat(7, "days", (To.OWNER, To.LEADER)), Repeat(28, "days", (To.OWNER, To.LEADER))
DEFAULTS: dict[str, Ladder] = {
    "renewal": Ladder(_END + _LATE, _MONTHLY),
    "review": Ladder(_END + _LATE, _MONTHLY),
    "follow_up": Ladder(_before((60, 30, 14, 7, 1), 60) + _LATE_WEEKLY, _WEEKLY),
    "report": Ladder(_NEAR + _LATE, _MONTHLY),
    "activity": Ladder(_NEAR + _LATE, _MONTHLY),
    "statute": Ladder(_END + _LATE_WEEKLY, _WEEKLY),
}
"""The product's own ladder for each kind of duty."""


@dataclass(frozen=True)
class Ladders:
    """The ladders of one organisation: those that it has changed, for all its promises (None) or for one."""

    changed: Mapping[tuple[UUID | None, str], Ladder] = field(default_factory=dict)

    def of(self, kind: str, promise_id: UUID | None) -> Ladder:
        """The ladder that holds: the promise's, else the organisation's, else the product's."""
        return self.changed.get((promise_id, kind)) or self.changed.get((None, kind)) or DEFAULTS[kind]

    def source(self, kind: str, promise_id: UUID | None) -> str:
        """Where that ladder comes from: "promise", "organisation" or "product"."""
        if promise_id is not None and (promise_id, kind) in self.changed:
            return "promise"
        return "organisation" if (None, kind) in self.changed else "product"


PRODUCT = Ladders()
