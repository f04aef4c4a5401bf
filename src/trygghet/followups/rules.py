"""When a room opens and by which days its steps are done, what gets a verdict, and what may be done in it now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from trygghet import shield, swedish, workdays
from trygghet.swedish import Chip, Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from trygghet.promises.promise import Promise

KIND, MERGE = "follow_up", "merge"
"""What the keys call a follow-up, and the decision to do a short first year together with the next."""

OPENS_MONTH, OPENS_BEFORE = 10, dt.timedelta(days=90)
"""A room whose last day is 31 December opens on 1 October; any other 90 days before its last day."""

LONGEST_REASON, LONGEST_TEXT = 1000, 5000
SHORT_YEAR = 184
"""A first year of so many days or fewer may be followed up together with the next: half a year at most."""


# ---------------------------------------------------------------- what gets a verdict
class Verdict(StrEnum):
    """How it went with one goal."""

    ACHIEVED = "achieved"
    PARTLY = "partly"
    NOT_ACHIEVED = "not_achieved"
    CANCELLED = "cancelled"
    NOT_ASSESSED = "not_assessed"


VERDICTS = {
    Verdict.ACHIEVED: Chip("good", "check", "Uppnått"),
    Verdict.PARTLY: Chip("warn", "half", "Delvis"),
    Verdict.NOT_ACHIEVED: Chip("bad", "cross", "Ej uppnått"),
    Verdict.CANCELLED: Chip("", "stop", "Inställt"),
    Verdict.NOT_ASSESSED: Chip("", "ring", "Ej bedömt"),
}
"""The verdicts as they are shown, in the order of the form."""

NEEDS_REASON = frozenset({Verdict.PARTLY, Verdict.NOT_ACHIEVED, Verdict.CANCELLED})
"""Residents are told why something was not done as it was promised."""


class Subject(NamedTuple):
    """What gets a verdict of its own. `key` names it in forms and in what is frozen; `id` is None for the promise as a whole."""

    key: str
    kind: str
    id: UUID | None
    title: str


def subjects(promise: Promise) -> tuple[Subject, ...]:
    """Every goal, and each activity that serves no goal, in reading order; the promise as a whole where it has neither."""
    return tuple(_subjects(promise)) or (Subject("promise", "promise", None, promise.oath),)


def _subjects(promise: Promise) -> Iterator[Subject]:
    for area in promise.areas:
        yield from (Subject(f"goal:{one.id}", "goal", one.id, one.title or one.body) for one in area.goals)
        yield from (Subject(f"activity:{one.id}", "activity", one.id, one.title) for one in area.activities)
    yield from (Subject(f"goal:{one.id}", "goal", one.id, one.title or one.body) for one in promise.goals)
    yield from (Subject(f"activity:{one.id}", "activity", one.id, one.title) for one in promise.activities)


class Noun(NamedTuple):
    """What the subjects of a room are called: one, many, none at all, how one of them is finished, and the word for one."""

    one: str
    many: str
    none: str
    done: str
    single: str

    def number(self, count: int) -> str:
        """Ett, två, tre; en where the word wants it."""
        return self.single if count == 1 else swedish.word(count)


def noun(found: Sequence[Subject]) -> Noun:
    """Goals and activities by their names; where there are both they are points."""
    kinds = {one.kind for one in found}
    if kinds == {"goal"}:
        return Noun("mål", "mål", "inget mål", "klart", "ett")
    if kinds == {"activity"}:
        return Noun("aktivitet", "aktiviteter", "ingen aktivitet", "klar", "en")
    return Noun("löfte", "löften", "inget löfte", "klart", "ett") if kinds == {"promise"} else Noun("punkt", "punkter", "ingen punkt", "klar", "en")


@dataclass(frozen=True)
class Assessment:
    """One party's verdict on one subject. `verdict` is None while only a reason has been written."""

    verdict: Verdict | None
    reason: str


@dataclass(frozen=True)
class Joint:
    """What the parties say together of a subject that they judged differently: one verdict with a reason, or both as they are."""

    how: str
    verdict: Verdict | None = None
    reason: str = ""


AGREED, BOTH = "agreed", "both"


@dataclass(frozen=True)
class Texts:
    """What the parties write together."""

    summary: str = ""
    lessons: str = ""
    next_year: str = ""


TEXTS = {"summary": "Sammanfattning", "lessons": "Lärdomar", "next_year": "Vad som ändras nästa år"}


def verdict(text: str) -> Verdict | None:
    """What the form says, in the words of `VERDICTS`; None for nothing. Raises `Refusal`."""
    if not text:
        return None
    found = next((one for one, chip in VERDICTS.items() if chip.text == text), None)
    if found is None:
        raise Refusal("followup.verdict")
    return found


def check_reason(reason: str, *, field: str, name: str = "Skäl") -> None:
    """Without personal identity numbers, and not too long. Raises `Refusal`."""
    shield.check_text(reason, name, field=field, longest=LONGEST_REASON)


def check_reasons(found: Mapping[str, Assessment]) -> None:
    """Every reason of an assessment, each on its own field. Raises `Slips`."""
    _raise_all(partial(check_reason, one.reason, field=f"skal-{key}") for key, one in found.items())


def check_joints(said: Mapping[str, Joint]) -> None:
    """What is said together of each subject: a choice, and where the parties agree a verdict with its reason. Raises `Slips`."""
    _raise_all(
        check
        for key, one in said.items()
        for check in (partial(_check_how, one, key), partial(_check_joint_verdict, one, key), partial(_check_joint_reason, one, key))
    )


def _check_how(said: Joint, key: str) -> None:
    if said.how not in {AGREED, BOTH}:
        raise Refusal("followup.how", field=f"hur-{key}")


def _check_joint_verdict(said: Joint, key: str) -> None:
    if said.how == AGREED and said.verdict is None:
        raise Refusal("followup.joint_verdict", field=f"gemensam-{key}")


def _check_joint_reason(said: Joint, key: str) -> None:
    if said.how == AGREED and not said.reason.strip():
        raise Refusal("followup.joint_reason", field=f"skal-{key}")
    check_reason(said.reason, field=f"skal-{key}", name="Gemensamt skäl")


def check_texts(texts: Texts) -> None:
    """The joint texts: a summary there must be. Raises `Slips`."""
    _raise_all(
        partial(shield.check_text, getattr(texts, field), name, field=field, longest=LONGEST_TEXT, needed=field == "summary")
        for field, name in TEXTS.items()
    )


def _raise_all(checks: Iterable[Callable[[], object]]) -> None:
    """Everything that needs to be put right, said at once."""
    slips = []
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            slips.append(refusal)
    if slips:
        raise Slips(slips)


def missing(found: Mapping[str, Assessment], wanted: Sequence[Subject]) -> list[Refusal]:
    """What a party has left before it can hand in, each on its own field."""
    slips, what = [], swedish.first_up(noun(wanted).one)
    for place, subject in enumerate(wanted, 1):
        one = found.get(subject.key)
        if one is None or one.verdict is None:
            slips.append(Refusal("followup.no_verdict", field=f"bedomning-{subject.key}", what=what, number=place))
        elif one.verdict in NEEDS_REASON and not one.reason.strip():
            slips.append(
                Refusal(
                    "followup.no_reason", field=f"skal-{subject.key}", what=what, number=place, verdict=swedish.first_down(VERDICTS[one.verdict].text)
                )
            )
    return slips


def same(verdicts: Collection[Verdict | None]) -> bool:
    """Whether all parties have said the same. Nothing is ever averaged."""
    return len(set(verdicts)) == 1


# ---------------------------------------------------------------- the room and its days
@dataclass(frozen=True)
class Side:
    """A party of the promise, as far as its room needs it."""

    organisation_id: UUID
    name: str
    short: str
    slug: str
    side: str


@dataclass(frozen=True)
class Room:
    """The follow-up of one year of one promise: which days it is about, and by when it is to be signed."""

    id: UUID
    promise_id: UUID
    promise_title: str
    area_name: str
    first: dt.date
    last: dt.date
    due_on: dt.date
    sides: tuple[Side, ...]
    subjects: tuple[Subject, ...]
    done_at: dt.datetime | None = None

    @property
    def opens_on(self) -> dt.date:
        """The first day on which it can be worked in."""
        return opens_on(self.first, self.due_on)

    @property
    def period(self) -> str:
        """2024, or 6 mars – 31 december 2023."""
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31):
            return str(self.first.year) if self.first.year == self.last.year else f"{self.first.year} och {self.last.year}"
        first = swedish.day_month(self.first) if self.first.year == self.last.year else swedish.long_date(self.first)
        return f"{first} – {swedish.long_date(self.last)}"

    @property
    def title(self) -> str:
        """Gemensam uppföljning 2024."""
        return f"{'Gemensam uppföljning' if len(self.sides) > 1 else 'Uppföljning'} {self.year}"

    @property
    def year(self) -> int:
        """The calendar year in which it is due."""
        return self.due_on.year

    @property
    def key(self) -> str:
        """What addresses and files call it."""
        return key(self.due_on)

    @property
    def parties(self) -> tuple[UUID, ...]:
        """Whose assessments and keys it needs."""
        return tuple(one.organisation_id for one in self.sides)

    def is_open(self, today: dt.date) -> bool:
        """Whether it can be worked in."""
        return self.opens_on <= today


def key(due_on: dt.date) -> str:
    """2024; for a follow-up that is due within the year its last day, since the rest of that year may get one of its own."""
    return str(due_on.year) if (due_on.month, due_on.day) == (12, 31) else due_on.isoformat()


def opens_on(first: dt.date, due_on: dt.date) -> dt.date:
    """1 October for a year that goes on to its end, otherwise 90 days before the last day; never before what it is about has begun."""
    opens = dt.date(due_on.year, OPENS_MONTH, 1) if (due_on.month, due_on.day) == (12, 31) else due_on - OPENS_BEFORE
    return max(opens, first)


STEPS = (
    ("own", "Egen bedömning", 20),
    ("compare", "Jämförelse", 15),
    ("text", "Gemensam text", 10),
    ("keys", "Nycklarna", 5),
    ("publish", "Publicering", 0),
)
"""The steps of a room and so many working days before its last day each should be done."""


class Step(NamedTuple):
    """A step with the day it should be done by, and whether it is done, on, or to come ("")."""

    name: str
    title: str
    due_on: dt.date
    state: str


def steps(room: Room, phase: str) -> list[Step]:
    """The steps with their days. A day that would come before the room opens is the day it opens: a short period has little time."""
    order = [name for name, _, _ in STEPS]
    at = order.index(phase) if phase in order else len(order) if phase == "signed" else -1
    return [
        Step(name, title, max(workdays.before(room.due_on, back), room.opens_on), "done" if place < at else "now" if place == at else "")
        for place, (name, title, back) in enumerate(STEPS)
    ]


def why_these_days(room: Room) -> str:
    """How the days of the steps come about, as a sum."""
    ends = "före årets utgång" if (room.due_on.month, room.due_on.day) == (12, 31) else "senast på sin sista dag"
    told = [f"{swedish.word(back)} till {_TO[name]} ({_day(workdays.before(room.due_on, back))})" for name, _, back in STEPS if back]
    earliest = workdays.before(room.due_on, STEPS[0][2])
    off = _off(max(earliest, room.opens_on), room.due_on)
    short = (
        f" Rummet öppnar {swedish.day_month(room.opens_on)}, så det som skulle ha varit klart före den dagen ska vara klart då."
        if earliest < room.opens_on
        else ""
    )
    return (
        f"Löftet följs upp {ends}, alltså senast {swedish.long_date(room.due_on)}. Räknat bakåt i arbetsdagar: {swedish.listed(told[::-1])}. "
        f"Lördagar{f', söndagar och {off}' if off else ' och söndagar'} räknas inte.{short}"
    )


_TO = {"own": "egen bedömning", "compare": "jämförelsen", "text": "texten", "keys": "nycklarna"}


def _day(day: dt.date) -> str:
    return swedish.day_month(day)


def _off(first: dt.date, last: dt.date) -> str:
    days = [first + dt.timedelta(offset) for offset in range((last - first).days + 1)]
    return swedish.listed([found for day in days if (found := workdays.name(day))])


# ---------------------------------------------------------------- what may be done now
def must_be_open(room: Room, today: dt.date) -> None:
    """Before it opens a room is only looked at. Raises `Refusal`."""
    if not room.is_open(today):
        raise Refusal("followup.not_open", day=swedish.long_date(room.opens_on))
    if room.done_at is not None:
        raise Refusal("followup.signed")


def must_be_party(room: Room, organisation: UUID) -> None:
    """Whoever has left the promise still reads, and does nothing in its room. Raises `Refusal`."""
    if organisation not in room.parties:
        raise Refusal("followup.no_party")


def may_merge(room: Room, *, is_first: bool, is_last: bool, begun: bool) -> None:
    """Only a short first year with a year after it, before anybody has handed in. Raises `Refusal`."""
    days = (room.last - room.first).days + 1
    if not is_first or is_last or days > SHORT_YEAR:
        raise Refusal("followup.merge_short", days=SHORT_YEAR)
    if begun or room.done_at is not None:
        raise Refusal("followup.merge_begun")
