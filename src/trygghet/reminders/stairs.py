"""The schedule arranged for reading: by promise and duty as ladders, and by person and day as the letters they will be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.reminders.lines import gravest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from trygghet.notices.rules import Recipient
    from trygghet.reminders.lines import Line
    from trygghet.reminders.rules import Owed

_TOLD_ONE_BY_ONE = 3
"""So many repeats stand as rows of their own; the rest is a sentence."""
_COMING = {"planned", "wanted"}


def is_sure(line: Line, today: dt.date) -> bool:
    """Whether it goes out whatever happens but the duty being done. What follows upon a day that has not passed yet may never come."""
    return line.lead >= 0 or line.owed.due_on < today or line.state not in _COMING


@dataclass(frozen=True)
class Step:
    """One day of a ladder, with a line for each seat. `lead` is days from then to the due day, negative after it."""

    at: dt.datetime
    lead: int
    lines: tuple[Line, ...]

    @property
    def day(self) -> dt.date:
        """The day in Sweden."""
        return self.lines[0].day

    @property
    def state(self) -> str:
        """The state of the whole day."""
        return gravest({line.state for line in self.lines})

    @property
    def reason(self) -> str:
        """Why it is so, where something did not go out."""
        return next((line.reason for line in self.lines if line.state == self.state), "")

    @property
    def because(self) -> tuple[str, ...]:
        """Why just this day, each sentence once."""
        return tuple(dict.fromkeys(line.because for line in self.lines))


@dataclass(frozen=True)
class Stairs:
    """A duty's reminders within a range of days: up to the due day, after it while it is late, and the repeats that are not told one by one."""

    owed: Owed
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    more: tuple[Step, ...]

    @property
    def points(self) -> list[tuple[dt.date, bool]]:
        """Each day up to the due day, and whether it was sent: what the drawing needs."""
        return [(step.day, step.state == "sent") for step in self.before if step.day <= self.owed.due_on]


@dataclass(frozen=True)
class Promised:
    """The reminders of one promise, or of what the organisation has alone by law, and how much it comes to."""

    promise_id: UUID | None
    title: str
    stairs: tuple[Stairs, ...]
    coming: int
    next_on: dt.date | None
    nobodys: int


def by_promise(lines: Sequence[Line], today: dt.date) -> list[Promised]:
    """Promise by promise, duty by duty, day by day."""
    promises: dict[UUID | None, tuple[str, dict[UUID, list[Line]]]] = {}
    for line in lines:
        _, duties = promises.setdefault(line.owed.promise_id, (line.promise_title, {}))
        duties.setdefault(line.owed.obligation_id, []).append(line)
    ordered = sorted(promises.items(), key=lambda entry: (entry[0] is None, swedish.sort_key(entry[1][0])))
    return [_promised(promise_id, title, list(duties.values()), today) for promise_id, (title, duties) in ordered]


def _promised(promise_id: UUID | None, title: str, duties: list[list[Line]], today: dt.date) -> Promised:
    ordered = sorted(duties, key=lambda found: (found[0].owed.due_on, found[0].owed.title))
    coming = [line for found in duties for line in found if line.state in _COMING and is_sure(line, today)]
    return Promised(
        promise_id,
        title,
        tuple(_stairs(found) for found in ordered),
        len(coming),
        min((line.day for line in coming), default=None),
        sum(line.is_nobodys for line in coming),
    )


def _stairs(lines: Sequence[Line]) -> Stairs:
    steps: dict[dt.date, list[Line]] = {}
    for line in lines:
        steps.setdefault(line.day, []).append(line)
    found = [Step(its[0].at, (lines[0].owed.due_on - day).days, tuple(its)) for day, its in steps.items()]
    after = [step for step in found if step.lead < 0]
    told = [step for step in after if not (step.lines[0].time and step.state in _COMING)]
    repeats = [step for step in after if step.lines[0].time and step.state in _COMING]
    shown = sorted(told + repeats[:_TOLD_ONE_BY_ONE], key=lambda step: step.at)
    return Stairs(lines[0].owed, tuple(step for step in found if step.lead >= 0), tuple(shown), tuple(repeats[_TOLD_ONE_BY_ONE:]))


# ---------------------------------------------------------------- as letters
@dataclass(frozen=True)
class Letter:
    """One person's mail of one day, the most urgent thing first."""

    day: dt.date
    lines: tuple[Line, ...]

    @property
    def told(self) -> str:
        """Ett brev med tre saker."""
        return f"Ett brev med {swedish.word(len(self.lines))} {'sak' if len(self.lines) == 1 else 'saker'}"


@dataclass(frozen=True)
class Month:
    """A calendar month's letters to one person."""

    first: dt.date
    letters: tuple[Letter, ...]

    @property
    def name(self) -> str:
        """Oktober 2026."""
        return f"{swedish.MONTHS[self.first.month - 1].capitalize()} {self.first.year}"


def letters(lines: Iterable[Line], today: dt.date) -> list[Month]:
    """What one person gets, month by month and day by day; a thing that two seats bring them on the same day is one. What may never come is left out."""
    days: dict[dt.date, dict[tuple[UUID, dt.date], Line]] = {}
    for line in lines:
        if is_sure(line, today) and line.state not in {"past", "skipped"}:
            days.setdefault(line.day, {}).setdefault((line.owed.obligation_id, line.owed.due_on), line)
    months: dict[dt.date, list[Letter]] = {}
    for day, found in sorted(days.items()):
        urgent = sorted(found.values(), key=lambda line: (line.owed.due_on, line.promise_title, line.title))
        months.setdefault(day.replace(day=1), []).append(Letter(day, tuple(urgent)))
    return [Month(first, tuple(found)) for first, found in months.items()]


@dataclass(frozen=True)
class Reader:
    """Somebody who gets letters: how many to come, with how many things, and when the next comes."""

    person_id: UUID
    person: Recipient
    letters: int
    things: int
    next_on: dt.date


def readers(lines: Iterable[Line], today: dt.date) -> list[Reader]:
    """Everybody who gets a letter that is still to come, by name."""
    found: dict[UUID, tuple[Recipient, dict[dt.date, set[tuple[UUID, dt.date]]]]] = {}
    for line in lines:
        if line.state in _COMING and is_sure(line, today):
            for one in line.gets:
                if one.person_id:
                    _, days = found.setdefault(one.person_id, (one.person, {}))
                    days.setdefault(line.day, set()).add((line.owed.obligation_id, line.owed.due_on))
    made = [Reader(who, person, len(days), sum(map(len, days.values())), min(days)) for who, (person, days) in found.items()]
    return sorted(made, key=lambda one: swedish.sort_key(one.person.name))
