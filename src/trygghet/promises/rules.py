"""What a promise is made of, which state it is in a given day, and how far its counting has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from trygghet import swedish
from trygghet.obligations.rules import Rhythm
from trygghet.periods import Validity, validity
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Iterable

Stage = Literal["draft", "shared", "agreed", "signed", "ended_early", "replaced"]
Side = Literal["municipality", "police", "other"]
ChapterKind = Literal["situation", "background", "direction", "cooperation", "follow_up", "other"]
Per = Literal["day", "week", "month", "quarter", "year", "period"]

ENDING_DAYS = 180
"""A promise "löper ut" when this many days or fewer are left: the first reminder of its renewal goes out then."""


# ---------------------------------------------------------------- a promise as it is written down
@dataclass(frozen=True, kw_only=True)
class PartyDraft:
    """Who promises. `organisation` is its slug; `signed_on` is unknown for some old promises."""

    organisation: str
    side: Side
    signatory_name: str = ""
    signatory_office: str = ""
    signed: bool = False
    signed_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One of the promise's own texts."""

    kind: ChapterKind
    heading: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a word means in this promise."""

    term: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page elsewhere; `url` begins with http:// or https://."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ActivityDraft:
    """What is to be done. Without `at_least` it is counted but measured against nothing."""

    title: str
    body: str = ""
    responsible: str = ""
    due_on: dt.date | None = None
    at_least: int | None = None
    per: Per = "period"
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class GoalDraft:
    """What is to be achieved, and the activities that lead there."""

    title: str
    body: str = ""
    activities: tuple[ActivityDraft, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AreaDraft:
    """A focus area with its goals, and with activities that belong to no goal."""

    title: str
    body: str = ""
    goals: tuple[GoalDraft, ...] = ()
    activities: tuple[ActivityDraft, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A whole promise, ready to be entered. Focus areas, goals and activities are optional levels: each may stand alone.

    `valid_until` may be empty only with a day to review; `validity` raises `Refusal` for anything else that cannot be.
    """

    title: str
    area_name: str
    oath: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    review_on: dt.date | None = None
    tell_every_days: int | None = None
    contact_office: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    told_through: str = ""
    page_updated_on: dt.date | None = None
    parties: tuple[PartyDraft, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    definitions: tuple[Definition, ...] = ()
    links: tuple[Link, ...] = ()
    areas: tuple[AreaDraft, ...] = ()
    goals: tuple[GoalDraft, ...] = ()
    activities: tuple[ActivityDraft, ...] = ()
    rhythms: tuple[Rhythm, ...] = ()

    @property
    def validity(self) -> Validity:
        """When it holds. Raises `Refusal`."""
        return validity(self.valid_from, self.valid_until, self.review_on)


# ---------------------------------------------------------------- the state, computed when read
class State(StrEnum):
    """Where a promise is in its life on a given day. Never stored: dates decide, and no job needs to have run."""

    DRAFT = "draft"
    WAITING = "waiting"  # shared or agreed, not signed by all
    COMING = "coming"
    IN_FORCE = "in_force"
    ENDING = "ending"
    ENDED = "ended"
    ENDED_EARLY = "ended_early"
    REPLACED = "replaced"


def state(stage: str, held: Validity, today: dt.date) -> State:
    """The state that day. A promise holds through its last day and has ended the day after."""
    if stage in {"shared", "agreed"}:
        return State.WAITING
    if stage != "signed":
        return State(stage)
    if today < held.first:
        return State.COMING
    left = days_left(held, today)
    if left is None or left > ENDING_DAYS:
        return State.IN_FORCE
    return State.ENDING if left >= 0 else State.ENDED


def days_left(held: Validity, today: dt.date) -> int | None:
    """Days from today to the last day: 0 on the last day, negative afterwards, None while the promise is open."""
    return None if held.last is None else (held.last - today).days


def state_chip(found: State, held: Validity, today: dt.date) -> Chip:
    """Löper ut om 91 dagar."""
    left = days_left(held, today) or 0
    last = swedish.long_date(held.last) if held.last else ""
    return {
        State.DRAFT: Chip("", "doc", "Utkast"),
        State.WAITING: Chip("", "clock", "Väntar på underskrift"),
        State.COMING: Chip("info", "soon", f"Börjar gälla {swedish.long_date(held.first)}"),
        State.IN_FORCE: Chip("good", "dot", "Gäller"),
        State.ENDING: Chip("warn", "hour", "Löper ut i dag" if left == 0 else f"Löper ut om {swedish.days(left)}"),
        State.ENDED: Chip("", "end", f"Gick ut {last}"),
        State.ENDED_EARLY: Chip("", "stop", "Avslutat i förtid"),
        State.REPLACED: Chip("", "end", "Ersatt av ett nytt löfte"),
    }[found]


# ---------------------------------------------------------------- the counting and its pace
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
        return span(self.period_first, self.period_last)


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
    if per in _UNITS:
        promised, expected, why = _by_unit(at_least, per, first, last, today)
    else:
        promised, expected, why = _by_day(at_least, first, last, today)
    return Tally(done, promised, expected, done - expected, first, last, why)


def span(first: dt.date, last: dt.date) -> str:
    """Whole calendar years by their numbers, anything else by its days."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    begins = swedish.short_day(first) if first.year == last.year else swedish.short_date(first)
    return f"{begins} – {swedish.short_date(last)}"


def _stretch(per: str, held: Validity, today: dt.date) -> tuple[dt.date, dt.date]:
    if per == "period":
        return held.first, held.known_until
    year = max(today, held.first).year if held.last is None else min(max(today, held.first), held.last).year
    last = dt.date(year, 12, 31)
    return max(dt.date(year, 1, 1), held.first), last if held.last is None else min(last, held.last)


def _by_day(at_least: int, first: dt.date, last: dt.date, today: dt.date) -> tuple[int, float, str]:
    days = (last - first).days + 1
    gone = min(max((today - first).days, 0), days)
    expected = at_least * gone / days
    return (
        at_least,
        expected,
        (
            f"{gone} av {_whose(first, last)} {days} dagar har gått. {gone} ÷ {days} × {at_least} = {swedish.number(expected)}. "
            "Dagens datum räknas inte med."
        ),
    )


def _whose(first: dt.date, last: dt.date) -> str:
    return "årets" if span(first, last) == str(first.year) else "periodens"


_UNITS = {
    "day": ("dagar", "Dagens datum"),
    "week": ("veckor", "Veckan som pågår"),
    "month": ("månader", "Månaden som pågår"),
    "quarter": ("kvartal", "Kvartalet som pågår"),
}


def _by_unit(at_least: int, per: str, first: dt.date, last: dt.date, today: dt.date) -> tuple[int, float, str]:
    """A unit at the edge belongs to the stretch when at least half of its days do, so a week at New Year counts in one year only."""
    kept = []
    begins = _unit_first(per, first)
    while begins <= last:
        after = _unit_after(per, begins)
        inside = (min(after - dt.timedelta(1), last) - max(begins, first)).days + 1
        if 2 * inside >= (after - begins).days:
            kept.append(min(after - dt.timedelta(1), last))
        begins = after
    units = max(len(kept), 1)  # a validity shorter than half a month still promises its one
    gone = sum(1 for ends in kept if ends < today) if kept else int(last < today)
    many, running = _UNITS[per]
    expected = at_least * gone
    why = f"{gone} av {_whose(first, last)} {units} {many} har gått. {gone} × {at_least} = {expected}. {running} räknas inte med."
    return at_least * units, float(expected), why


def _unit_first(per: str, day: dt.date) -> dt.date:
    if per == "day":
        return day
    if per == "week":
        return day - dt.timedelta(day.weekday())
    return dt.date(day.year, day.month if per == "month" else (day.month - 1) // 3 * 3 + 1, 1)


def _unit_after(per: str, first: dt.date) -> dt.date:
    if per in {"day", "week"}:
        return first + dt.timedelta(1 if per == "day" else 7)
    months = first.month - 1 + (1 if per == "month" else 3)
    return dt.date(first.year + months // 12, months % 12 + 1, 1)
