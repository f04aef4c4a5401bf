"""Which dated duties a promise implies, when one of them is done, and why it falls on the day it does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import periods, shield, swedish
from trygghet.obligations import reasons, renewal, rhythms
from trygghet.obligations.renewal import Ending, Followed, Making, Task
from trygghet.obligations.rhythms import Meeting, Rhythm
from trygghet.periods import Validity
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


LONGEST_NOTE = 500
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Kind(StrEnum):
    """What sort of duty it is."""

    FOLLOW_UP = "follow_up"
    REPORT = "report"
    RENEWAL = "renewal"
    REVIEW = "review"
    ACTIVITY = "activity"
    STATUTE = "statute"


@dataclass(frozen=True)
class DatedActivity:
    """An activity that the promise says shall be done by a day."""

    id: UUID
    title: str
    due_on: dt.date


@dataclass(frozen=True)
class Facts:
    """All of a promise that decides its duties.

    `merged` are years that the parties have agreed to follow up together with the year after. `followed` says how far a
    year's follow-up reached that is done already: the last day it was about. `meetings` are the dates that its rhythms may use.
    """

    promise_id: UUID
    area_name: str
    validity: Validity
    rhythms: tuple[Rhythm, ...]
    activities: tuple[DatedActivity, ...]
    parties: tuple[UUID, ...]
    merged: frozenset[int] = frozenset()
    followed: Mapping[int, dt.date] = field(default_factory=dict)
    meetings: tuple[Meeting, ...] = ()


@dataclass(frozen=True)
class Duty:
    """A dated duty. `key` names it within its promise and owner, so that a changed promise finds the same duty again.

    `owner` is the organisation that alone owes it and sees it; None where the promise's parties do together. `why` says why it
    falls on its day, where only the rules that made it know.
    """

    key: str
    kind: Kind
    title: str
    due_on: dt.date
    period_from: dt.date | None = None
    period_until: dt.date | None = None
    receiver: str = ""
    owner: UUID | None = None
    why: str = ""


def duties(facts: Facts) -> list[Duty]:
    """Every dated duty of a promise, nearest first. The same facts always give the same duties."""
    found = [*_follow_ups(facts), *_reports(facts), *_ends(facts.validity), *_activities(facts)]
    return sorted(found, key=lambda duty: (duty.due_on, duty.key))


def _follow_ups(facts: Facts) -> list[Duty]:
    """One for each calendar year that the validity touches, due on the year's last day or the promise's, whichever is first.

    A merged year has none: the one of the next year is about both. Where a promise was extended after its last year had been
    followed up, what came to that year has one of its own; what is done stays as it was done.
    """
    found: list[Duty] = []
    carried: list[periods.Period] = []
    years = periods.periods("year", facts.validity)
    for period in years:
        followed = facts.followed.get(period.first.year)
        if followed is not None:
            carried = []
            found += [_follow_up(facts, _rest(period, followed))] if followed < period.last else []
        elif period.first.year in facts.merged and period is not years[-1] and period.first.year + 1 not in facts.followed:
            carried.append(period)
        else:
            found.append(_follow_up(facts, period, *carried))
            carried = []
    return found


def _follow_up(facts: Facts, period: periods.Period, *before: periods.Period) -> Duty:
    what = "Gemensam uppföljning" if len(facts.parties) > 1 else "Uppföljning"
    names, first = swedish.listed([one.name for one in (*before, period)]), min(one.first for one in (*before, period))
    return Duty(f"{Kind.FOLLOW_UP}:{period.key}", Kind.FOLLOW_UP, f"{what} för {names}", period.last, first, period.last)


def _rest(year: periods.Period, followed: dt.date) -> periods.Period:
    """What came to a year after it had been followed up."""
    first = followed + dt.timedelta(days=1)
    return periods.Period(first.isoformat(), f"{swedish.day_month(first)} till {swedish.long_date(year.last)}", first, year.last)


def _reports(facts: Facts) -> list[Duty]:
    return [report_duty(one) for one in rhythms.reports(facts.validity, facts.rhythms, facts.meetings)]


def report_duty(one: rhythms.Report, owner: UUID | None = None) -> Duty:
    """A report through the year as a duty; `owner` owes it alone where it is of that party's own rhythm."""
    period, receiver = one.period, one.rhythm.receiver
    return Duty(one.key, Kind.REPORT, one.title, one.due_on, period.first, period.last, receiver, owner, one.why)


def _ends(held: Validity) -> list[Duty]:
    found = []
    if held.last is not None:
        found.append(Duty(f"{Kind.RENEWAL}:{held.last}", Kind.RENEWAL, "Löftet går ut", held.last))
    if held.review_on is not None:
        found.append(Duty(f"{Kind.REVIEW}:{held.review_on}", Kind.REVIEW, "Översyn av löftet", held.review_on))
    return found


def _activities(facts: Facts) -> list[Duty]:
    return [Duty(f"{Kind.ACTIVITY}:{activity.id}", Kind.ACTIVITY, activity.title, activity.due_on) for activity in facts.activities]


@dataclass(frozen=True)
class Mark:
    """A party's word that its part is done."""

    by_name: str
    by_office: str
    note: str
    at: dt.datetime


@dataclass(frozen=True)
class Part:
    """One party of a duty, and its mark if it has made one."""

    organisation: UUID
    name: str
    mark: Mark | None


@dataclass(frozen=True)
class Obligation:
    """A duty as it stands: of which promise, who has marked it, and when the marks made it done.

    A duty of the organisation itself has no promise: then `area_name` is the organisation's short name and the validity None.
    `made` is what has been made for a report that is due. For a promise's end: `places` are its municipalities, `followed` what has taken over, `making` the text that may come to.
    `sequence` counts how often its day, its name or whether it is done has changed, and `changed_at` is when that last happened.
    """

    id: UUID
    promise_id: UUID | None
    promise_title: str
    area_name: str
    validity: Validity | None
    duty: Duty
    parts: tuple[Part, ...]
    done_at: dt.datetime | None
    places: frozenset[UUID] = frozenset()
    followed: Followed | None = None
    making: Making | None = None
    made: rhythms.Made | None = None
    sequence: int = 0
    changed_at: dt.datetime = LONG_AGO

    @property
    def settled_at(self) -> dt.datetime | None:
        """When nothing remained to be done about it: the parties said so, or a promise took over from the one that ends."""
        return self.done_at or (self.followed.since if self.followed else None)

    @property
    def joint(self) -> bool:
        """Whether it is a follow-up that the parties do together."""
        return self.duty.kind is Kind.FOLLOW_UP

    @property
    def room(self) -> str:
        """Where a follow-up is done: its room's address. Empty for every other duty."""
        return f"/uppfoljning/{self.id}" if self.joint else ""

    @property
    def by_law(self) -> bool:
        """Whether it follows from the law and not from a promise."""
        return self.duty.kind is Kind.STATUTE

    @property
    def law_section(self) -> str:
        """Where what the law asks for is recorded: the part of its key that names the section. Empty for every other duty."""
        return f"/lagen#{self.duty.key.split(':')[1]}" if self.by_law else ""

    @property
    def ends(self) -> bool:
        """Whether it is about the promise's end."""
        return self.duty.kind is Kind.RENEWAL

    def ending(self, organisation: UUID) -> Ending:
        """The end as that party sees it."""
        others = tuple(part for part in self.parts if part.organisation != organisation)
        if self.promise_id is None:
            raise ValueError("what ends is a promise")
        return Ending(
            self.promise_id,
            self.duty.due_on,
            tuple(part.name for part in others),
            self.making,
            we_declined=self.mark_of(organisation) is not None,
            declined=tuple(part.name for part in others if part.mark is not None),
        )

    def task(self, organisation: UUID, today: dt.date) -> Task | None:
        """What is to be done about the promise's end; None for every other duty, and when nothing remains."""
        return renewal.task(self.ending(organisation), today) if self.ends and self.settled_at is None else None

    def steps(self, organisation: UUID, today: dt.date) -> list[tuple[renewal.Step, str]]:
        """The steps to the next promise, each with "done", "now" or nothing; none for other duties or when the parties want no more promises."""
        if not self.ends or self.done_at is not None:
            return []
        return renewal.step_states(self.ending(organisation), today, signed=self.followed is not None)

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parties whose word is still wanted."""
        if self.settled_at is not None:
            return ()
        return tuple(part for part in self.parts if part.mark is None)

    def mark_of(self, organisation: UUID) -> Mark | None:
        """What that party has said."""
        return next((part.mark for part in self.parts if part.organisation == organisation), None)

    def days_left(self, today: dt.date) -> int:
        """Days until the due day; 0 on the day itself, negative when it is late."""
        return (self.duty.due_on - today).days

    def begins_later(self, today: dt.date) -> dt.date | None:
        """The day when what a follow-up or a report is about begins, while that is still to come; until then it cannot be done."""
        begins = self.duty.period_from
        return begins if begins is not None and today < begins else None


def told(found: Sequence[Obligation]) -> list[dict[str, object]]:
    """The joint follow-ups as residents read them: for which year, due when, done when (ISO dates)."""
    joint = sorted((one for one in found if one.joint), key=lambda one: one.duty.due_on)
    return [
        {
            "year": one.duty.due_on.year,
            "due_on": one.duty.due_on.isoformat(),
            "done_on": None if one.done_at is None else swedish.local(one.done_at).date().isoformat(),
        }
        for one in joint
    ]


def needs_everyone(kind: str) -> bool:
    """That no promise will follow is so when every party says it; any one party's word is enough for the rest."""
    return kind == Kind.RENEWAL


def done(kind: str, parties: Collection[UUID], marked: Collection[UUID]) -> bool:
    """Whether these marks settle a duty of that kind."""
    return bool(parties) and set(parties) <= set(marked) if needs_everyone(kind) else bool(marked)


def may_mark(obligation: Obligation, today: dt.date) -> None:
    """A report cannot be done before what it is about has begun; an end and a follow-up are never just marked. Raises `Refusal`."""
    may_undo(obligation)
    if begins := obligation.begins_later(today):
        raise Refusal("obligation.not_begun", title=obligation.duty.title, day=swedish.long_date(begins))


def check_note(note: str) -> None:
    """Short, and without personal identity numbers. Raises `Refusal`."""
    shield.check_text(note, "Anteckning", field="anteckning", longest=LONGEST_NOTE)


def may_undo(obligation: Obligation) -> None:
    """What is settled otherwise is not a mark to set or take back: a leader's word about a promise's end, a follow-up that is signed in
    its room, what the law asks for and is recorded. Raises `Refusal`.
    """
    if obligation.ends:
        raise Refusal("renewal.mark")
    if obligation.joint:
        raise Refusal("obligation.room", title=obligation.duty.title, room=obligation.room)
    if obligation.by_law:
        raise Refusal("obligation.by_law", title=obligation.duty.title)


def may_take_back(obligation: Obligation, organisation: UUID) -> None:
    """A mark of one's own, but not the one that a report brought by being handed in. Raises `Refusal`."""
    may_undo(obligation)
    if obligation.made and obligation.made.is_handed_in_by(organisation):
        raise Refusal("obligation.reported", title=obligation.duty.title)


def must_end(obligation: Obligation) -> None:
    """That no new promise follows can be said of a promise's end alone. Raises `NotFound`."""
    if not obligation.ends:
        raise NotFound


def may_decline(obligation: Obligation, reason: str) -> None:
    """With a reason, and while nothing follows and nothing is being written to. Raises `NotFound`, `Refusal`."""
    must_end(obligation)
    if not reason.strip():
        raise Refusal("renewal.reason", field="anteckning")
    check_note(reason)
    if obligation.followed:
        raise Refusal("renewal.followed", title=obligation.followed.title)
    if obligation.making:
        raise Refusal("renewal.making")


MARKING = {Kind.REPORT: "Markera som lämnad", Kind.REVIEW: "Markera som genomförd", Kind.ACTIVITY: "Markera som gjord"}
"""What the button says for each kind of duty that is marked. A promise's end is not: a new promise is signed, or the leaders say why there will be
none. A follow-up is signed in its room, and what the law asks for is recorded."""


_ORDER = {Kind.ACTIVITY: 0, Kind.FOLLOW_UP: 1, Kind.REVIEW: 2, Kind.RENEWAL: 3, Kind.REPORT: 4, Kind.STATUTE: 5}
"""Among duties of the same day."""


def open_first(found: Sequence[Obligation]) -> list[Obligation]:
    """What remains, nearest first; what is late comes before everything else of itself."""
    return sorted(
        (one for one in found if one.settled_at is None),
        key=lambda one: (one.duty.due_on, swedish.sort_key(one.area_name), _ORDER[one.duty.kind], one.duty.key),
    )


def done_last(found: Sequence[Obligation]) -> list[Obligation]:
    """What is done, latest first."""
    return sorted((one for one in found if one.settled_at is not None), key=lambda one: (one.settled_at, one.duty.due_on, one.duty.key), reverse=True)


def heading(found: Sequence[Obligation], today: dt.date) -> str:
    """How it stands, in one sentence, for the top of the page. `found` is what remains."""
    late = sum(1 for one in found if one.days_left(today) < 0)
    if not found:
        return "Ingenting återstår just nu."
    if late:
        return f"{swedish.first_up(swedish.word(late))} {'frist är försenad' if late == 1 else 'frister är försenade'}."
    nearest = found[0]
    return f"Inget är försenat. Närmast ligger {swedish.day_month(nearest.duty.due_on)}, {swedish.when(nearest.days_left(today))}."


def why(obligation: Obligation) -> str:
    """How the rules arrive at the due day, in words for the people who have to keep it."""
    duty, held = obligation.duty, obligation.validity
    if duty.why or held is None:
        return duty.why
    if duty.kind is Kind.FOLLOW_UP:
        return reasons.follow_up(duty, held)
    if duty.kind is Kind.REPORT:
        return rhythms.why(duty.receiver, duty.period_from, duty.period_until, duty.due_on)
    if duty.kind is Kind.RENEWAL:
        return (
            f"Löftet gäller från {swedish.long_date(held.first)} till och med {swedish.long_date(duty.due_on)}. Den sista dagen räknas med; "
            f"dagen efter säger den publika sidan att löftet har gått ut."
        )
    if duty.kind is Kind.REVIEW:
        until = "Löftet gäller tills vidare" if held.last is None else f"Löftet gäller till och med {swedish.long_date(held.last)}"
        return f"{until}, och parterna har bestämt att se över det senast {swedish.long_date(duty.due_on)}."
    return f"Dagen står i löftet: aktiviteten ska vara gjord senast {swedish.long_date(duty.due_on)}."
