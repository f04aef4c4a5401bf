"""What another ladder would change in the time to come: what is added, taken away and moved, and who hears more or less."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.reminders import rules
from trygghet.reminders.ladders import Ladder, Ladders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from trygghet.reminders.house import House
    from trygghet.reminders.rules import Owed, Party

NEAR = dt.timedelta(days=5)
"""What goes to the same seat so close to where it was is the same reminder, moved."""
ADDED, REMOVED, MOVED = "added", "removed", "moved"


class Shift(NamedTuple):
    """One reminder that comes, goes or moves. `was` is the day before, of what moves; `passed`: its step had been passed, so it goes out first of all."""

    kind: str
    day: dt.date
    seat: str
    was: dt.date | None = None
    passed: bool = False


@dataclass(frozen=True)
class Changed:
    """What becomes of one duty's reminders; `late` is by how many those grow that only come if it is not done in time."""

    promise_title: str
    owed: Owed
    shifts: tuple[Shift, ...]
    late: int


class Heard(NamedTuple):
    """How many reminders somebody would get, as it is and as it would be."""

    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Difference:
    """All of it. `duties` are those that something changes for, nearest first; `count` is how many the ladder is about."""

    duties: tuple[Changed, ...]
    people: tuple[Heard, ...]
    count: int

    def total(self, kind: str) -> int:
        """How many reminders are added, removed or moved."""
        return sum(shift.kind == kind for one in self.duties for shift in one.shifts)

    @property
    def passed(self) -> int:
        """How many go out at once, because a step has been passed already."""
        return sum(shift.passed for one in self.duties for shift in one.shifts)


def with_ladder(ladders: Ladders, kind: str, promise_id: UUID | None, ladder: Ladder | None) -> Ladders:
    """The organisation's ladders with this one in its place; None leaves it to the level above."""
    changed = {place: one for place, one in ladders.changed.items() if place != (promise_id, kind)}
    return Ladders(changed if ladder is None else {**changed, (promise_id, kind): ladder})


def difference(duties: Iterable[tuple[str, Owed]], party: Party, ladders: Ladders, house: House, *, until: dt.date, now: dt.datetime) -> Difference:
    """What `ladders` would change up to that day for a party that has its own today. `duties` are those concerned, with their promise's title."""
    found, before, after, count = [], Counter[str](), Counter[str](), 0
    for title, owed in sorted(duties, key=lambda one: (one[1].due_on, one[0])):
        count += 1
        was, comes = (_coming(owed, one, until, now) for one in (party, party._replace(ladders=ladders)))
        for heard, days in ((before, was), (after, comes)):
            heard.update(one.person.name for (day, seat) in days if _is_sure(owed, day, now) for one in house.getting(seat, day))
        changed = _changed(title, owed, (was, comes), now)
        if changed.shifts or changed.late:
            found.append(changed)
    people = [Heard(name, before[name], after[name]) for name in sorted(before | after, key=swedish.sort_key)]
    return Difference(tuple(found), tuple(people), count)


def _coming(owed: Owed, party: Party, until: dt.date, now: dt.datetime) -> dict[tuple[dt.date, str], bool]:
    """The day and the seat of what is still to come, and whether its step has been passed."""
    found = ((swedish.local(at).date(), rung) for rung, at in rules.coming(owed, party, until, now))
    return {(day, rung.seat): rung.at <= now for day, rung in found if day <= until}


def _is_sure(owed: Owed, day: dt.date, now: dt.datetime) -> bool:
    """What follows upon a day that has not passed yet may never come."""
    return day <= owed.due_on or owed.due_on < swedish.local(now).date()


def _changed(title: str, owed: Owed, days: tuple[dict[tuple[dt.date, str], bool], dict[tuple[dt.date, str], bool]], now: dt.datetime) -> Changed:
    was, comes = days
    gone, new = defaultdict[str, list[dt.date]](list), defaultdict[str, list[dt.date]](list)
    for day, seat in sorted(was.keys() - comes.keys()):
        if _is_sure(owed, day, now):
            gone[seat].append(day)
    for day, seat in sorted(comes.keys() - was.keys()):
        if _is_sure(owed, day, now):
            new[seat].append(day)
    shifts = [shift for seat in {*gone, *new} for shift in _shifts(seat, gone[seat], new[seat], comes)]
    late = sum(not _is_sure(owed, day, now) for day, _ in comes) - sum(not _is_sure(owed, day, now) for day, _ in was)
    return Changed(title, owed, tuple(sorted(shifts, key=lambda one: (one.day, one.seat))), late)


def _shifts(seat: str, gone: Sequence[dt.date], new: Sequence[dt.date], comes: dict[tuple[dt.date, str], bool]) -> Iterable[Shift]:
    left = list(gone)
    for day in new:
        near = min((one for one in left if abs(one - day) <= NEAR), key=lambda one: abs(one - day), default=None)
        if near is not None:
            left.remove(near)
        yield Shift(MOVED if near else ADDED, day, seat, near, comes[day, seat])
    yield from (Shift(REMOVED, day, seat) for day in left)
