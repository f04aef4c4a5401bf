"""Reports through the year: to whom, how often and in which form, and by which day each is due.

A rhythm is data. It follows a calendar unit or the receiver's own meetings; where it says how many days before a meeting the
report shall be in and the dates are known, the meeting decides the due day, otherwise the end of the period does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import periods, swedish
from trygghet.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trygghet.periods import Validity

FORMS = {"written": "skriftligt underlag", "oral": "muntlig dragning", "figures": "endast siffror"}
"""What the receiver wants."""

NEAREST, FURTHEST = 3, 6
"""How many months after the period's end a meeting may be: as many as the period has, but these at least and at most. One that is later
is meant for another report, and nobody has entered this one's yet.
"""


@dataclass(frozen=True)
class Rhythm:
    """A report through the year. `per` is a calendar unit of `periods.MONTHS_IN`, "meeting", or "continuous", which has no days.

    Due `days_after` days after the unit's last day, or `days_before` days before the receiver's first meeting after it where that is
    set and the meeting known. `organisation_id` says whose body the receiver is; None: that of the party that keeps dates for one of
    that name. What was due before `since` is not owed.
    """

    receiver: str
    per: str
    days_after: int = 0
    id: UUID | None = None
    form: str = "written"
    days_before: int | None = None
    organisation_id: UUID | None = None
    since: dt.date | None = None

    @property
    def due_words(self) -> str:
        """Senast 14 dagar före sammanträdet, in lower case; nothing where it is the period's last day or never."""
        after = f"senast {swedish.days(self.days_after)} efter periodens slut" if self.days_after else ""
        if self.days_before is None:
            return after
        return f"senast {swedish.days(self.days_before)} före sammanträdet" if self.days_before else "till sammanträdet"


@dataclass(frozen=True)
class Meeting:
    """A day on which a body of an organisation meets."""

    id: UUID
    organisation_id: UUID
    body: str
    held_on: dt.date

    def is_of(self, body: str) -> bool:
        """Whether it is that body's; capitals and spaces make no difference."""
        return same_body(self.body) == same_body(body)


@dataclass(frozen=True)
class Report:
    """One report that a rhythm makes due. `key` names it among a promise's duties, `meeting` is the one it is for, if any.

    `why` is how a meeting gives the day, in words; empty where the period's end alone does.
    """

    rhythm: Rhythm
    key: str
    period: Period
    due_on: dt.date
    meeting: Meeting | None = None
    why: str = ""

    @property
    def title(self) -> str:
        """Lägesrapport för kvartal 3 2024 till KSAU."""
        return f"Lägesrapport för {self.period.name} till {self.rhythm.receiver}"


def why(receiver: str, first: dt.date | None, last: dt.date | None, due_on: dt.date) -> str:
    """How the end of the period that a report is about gives its day, in words."""
    if first is None or last is None:
        return f"Rapporten till {receiver} ska lämnas senast {swedish.long_date(due_on)}."
    after = (due_on - last).days
    limit = "senast den dagen" if after == 0 else f"senast {swedish.days(after)} senare"
    about = f"Rapporten gäller {swedish.long_date(first)} till och med {swedish.long_date(last)}."
    return f"{about} Enligt löftet ska {receiver} ha den {limit}."


class Made(NamedTuple):
    """What has been made for a report that is due: by whom, and whether it is handed in. `noted` says where it stands in the minutes."""

    id: UUID
    organisation_id: UUID
    handed_in: bool
    noted: str

    def is_handed_in_by(self, organisation: UUID) -> bool:
        """Whether that organisation has handed it in."""
        return self.handed_in and self.organisation_id == organisation


def noted(receiver: str, on: dt.date | None, paragraph: str) -> str:
    """Anmäld i KSAU 2024-11-12 § 143; nothing before that."""
    return f"Anmäld i {receiver} {on.isoformat()}{f' § {paragraph}' if paragraph else ''}" if on else ""


class Moved(NamedTuple):
    """What becomes of one report when meetings change: its title, its day before and after; None where there is no such report."""

    title: str
    was: dt.date | None
    becomes: dt.date | None


def same_body(name: str) -> str:
    """The name as it is compared."""
    return " ".join(name.split()).casefold()


def reports(held: Validity, rhythms: Sequence[Rhythm], meetings: Sequence[Meeting] = (), prefix: str = "report") -> list[Report]:
    """Every dated report of these rhythms, each rhythm's in order. The same facts always give the same reports."""
    found: list[Report] = []
    for rhythm in rhythms:
        dates = _dates(rhythm, meetings)
        name = f"{prefix}:{_name(rhythm, rhythms)}"
        those = _by_meeting(name, rhythm, held, dates) if rhythm.per == "meeting" else _by_period(name, rhythm, held, dates)
        found += [one for one in those if rhythm.since is None or one.due_on >= rhythm.since]
    return found


def _name(rhythm: Rhythm, among: Sequence[Rhythm]) -> str:
    """The receiver; of several bodies with one name all but the first have their organisation's id after it."""
    namesakes = [one for one in among if (one.receiver, one.per) == (rhythm.receiver, rhythm.per)]
    return rhythm.receiver if rhythm == namesakes[0] else f"{rhythm.receiver}:{rhythm.organisation_id}"


def _dates(rhythm: Rhythm, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The receiver's meetings, first to last."""
    named = [one for one in meetings if one.is_of(rhythm.receiver)]
    keeper = rhythm.organisation_id or min((one.organisation_id for one in named), default=None)
    return sorted((one for one in named if one.organisation_id == keeper), key=lambda one: one.held_on)


def _by_period(name: str, rhythm: Rhythm, held: Validity, dates: Sequence[Meeting]) -> list[Report]:
    found = []
    for period in periods.periods(rhythm.per, held):
        meeting = _meeting_after(period.last, rhythm, dates)
        if meeting is None or rhythm.days_before is None:
            found.append(Report(rhythm, f"{name}:{period.key}", period, period.last + dt.timedelta(days=rhythm.days_after)))
        else:
            due_on = meeting.held_on - dt.timedelta(days=rhythm.days_before)
            found.append(Report(rhythm, f"{name}:{period.key}", period, due_on, meeting, _why_period(rhythm, period, meeting, dates, due_on)))
    return found


def _meeting_after(last: dt.date, rhythm: Rhythm, dates: Sequence[Meeting]) -> Meeting | None:
    """The first meeting after the period's end that its report can be in for: one that would have to be in sooner could not be about all of it."""
    if rhythm.days_before is None:
        return None
    lead = dt.timedelta(days=rhythm.days_before)
    until = last + _months(periods.MONTHS_IN[rhythm.per])
    return next((one for one in dates if last < one.held_on <= until and one.held_on - lead >= last), None)


def _months(count: int) -> dt.timedelta:
    return dt.timedelta(days=31 * min(max(count, NEAREST), FURTHEST))


def _by_meeting(name: str, rhythm: Rhythm, held: Validity, dates: Sequence[Meeting]) -> list[Report]:
    """One for each meeting while the promise holds and one for the first after it, each about the time since the one before was due."""
    found: list[Report] = []
    first = held.first
    lead = dt.timedelta(days=rhythm.days_before or 0)
    for meeting in dates:
        due_on = meeting.held_on - lead
        if due_on < first:
            continue
        last = min(due_on, held.known_until)
        if first > last or meeting.held_on > held.known_until + _months(FURTHEST):
            break
        period = Period(str(meeting.id), f"sammanträdet {swedish.long_date(meeting.held_on)}", first, last)
        found.append(Report(rhythm, f"{name}:{period.key}", period, due_on, meeting, _why_meeting(rhythm, period, meeting, due_on)))
        first = last + dt.timedelta(days=1)
    return found


def _sum(rhythm: Rhythm, meeting: Meeting, due_on: dt.date) -> str:
    """12 november 2024 minus 14 dagar är 29 oktober 2024."""
    if not rhythm.days_before:
        return f"Rapporten ska vara klar samma dag, {swedish.long_date(due_on)}."
    before = swedish.days(rhythm.days_before)
    return f"Rapporten ska vara inne {before} före: {swedish.long_date(meeting.held_on)} minus {before} är {swedish.long_date(due_on)}."


def _why_period(rhythm: Rhythm, period: Period, meeting: Meeting, dates: Sequence[Meeting], due_on: dt.date) -> str:
    passed = [one for one in dates if period.last < one.held_on < meeting.held_on]
    too_soon = f" Till sammanträdet {swedish.day_month(passed[-1].held_on)} hinner den inte bli klar." if passed else ""
    return (
        f"Rapporten gäller {swedish.long_date(period.first)} till och med {swedish.long_date(period.last)}.{too_soon} "
        f"{meeting.body} sammanträder {'sedan' if passed else 'därefter'} {swedish.long_date(meeting.held_on)}. {_sum(rhythm, meeting, due_on)}"
    )


def _why_meeting(rhythm: Rhythm, period: Period, meeting: Meeting, due_on: dt.date) -> str:
    return (
        f"{meeting.body} sammanträder {swedish.long_date(meeting.held_on)}. {_sum(rhythm, meeting, due_on)} "
        f"Rapporten gäller tiden sedan den förra, {swedish.long_date(period.first)} till och med {swedish.long_date(period.last)}."
    )


def moved(before: Iterable[Report], after: Iterable[Report]) -> list[Moved]:
    """Which reports get another day, come or go, nearest first."""
    was, becomes = {one.key: one for one in before}, {one.key: one for one in after}
    found = [
        Moved((becomes.get(key) or was[key]).title, was[key].due_on if key in was else None, becomes[key].due_on if key in becomes else None)
        for key in {**was, **becomes}
    ]
    return sorted((one for one in found if one.was != one.becomes), key=lambda one: (one.becomes or one.was or dt.date.min, one.title))
