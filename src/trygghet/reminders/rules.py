"""Which reminders a duty wants, when, for whom, and in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import periods, swedish
from trygghet.deliveries.rules import Planned
from trygghet.notices.rules import Recipient

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

HOUR = 8
"""Reminders go at 08.00 on a Swedish clock, whatever day it is: reading one takes no office."""

_END = (180, 90, 60, 30, 14, 7, 1)
_REPORT = (14, 7, 1)
LADDERS: dict[str, tuple[int, ...]] = {
    "renewal": _END,
    "review": _END,
    "follow_up": (60, 30, 14, 7, 1),
    "report": _REPORT,
    "activity": _REPORT,
    "statute": _END,
}
"""So many days before the due day, by kind of duty, farthest first."""
LATE = {"follow_up", "statute"}
"""These are reminded of after the due day too, week by week until they are done: there is no last time."""
WEEK = 7
AHEAD = dt.timedelta(days=366)
"""So far ahead reminders of what is late are planned; each night's replanning carries it on."""

COORDINATOR, LEADER = "coordinator", "leader"
"""Whom a reminder is for. Who holds the seat is looked up when it goes out."""

_LEADER_FROM = {"report": 1, "activity": 1}
_LEADER_FROM_DEFAULT = 60


@dataclass(frozen=True)
class Owed:
    """A duty, seen as something to be reminded of. One that an organisation has alone, `owner`, may have no promise."""

    obligation_id: UUID
    promise_id: UUID | None
    area_name: str
    kind: str
    title: str
    due_on: dt.date
    receiver: str = ""
    begins_on: dt.date | None = None
    done_at: dt.datetime | None = None
    settled: frozenset[UUID] = frozenset()
    """The parties that have done their part and need no reminder."""
    owner: UUID | None = None

    @property
    def covered(self) -> str:
        """What a follow-up is about, as its title says: 2024; 2023 och 2024."""
        return self.title.partition(" för ")[2] or f"{self.due_on.year}"


@dataclass(frozen=True)
class Rung:
    """One step of a ladder for one seat. `lead` is days before the due day, negative after it."""

    lead: int
    seat: str
    at: dt.datetime


@dataclass(frozen=True)
class Holder:
    """Someone who holds a seat, from the first day to the last, both inclusive; None while it lasts."""

    person_id: UUID
    seat: str
    from_on: dt.date
    until_on: dt.date | None
    recipient: Recipient

    def holds(self, seat: str, day: dt.date) -> bool:
        """Whether the seat is this person's that day."""
        return self.seat == seat and self.from_on <= day and (self.until_on is None or day <= self.until_on)


def in_seat(holders: Iterable[Holder], seat: str, day: dt.date) -> list[Holder]:
    """Who holds the seat that day, each person once however many offices give it to them."""
    return list({one.person_id: one for one in reversed([one for one in holders if one.holds(seat, day)])}.values())[::-1]


def moment(due_on: dt.date, lead: int) -> dt.datetime:
    """When the reminder `lead` days before the due day goes out: 08.00 that day in Stockholm, in UTC.

    The day is never moved, neither for a holiday nor for a change of summer time.
    """
    return periods.instant(due_on - dt.timedelta(days=lead), HOUR)


def seats(kind: str, lead: int) -> tuple[str, ...]:
    """The coordinator at every rung; the leader too when it is close."""
    return (COORDINATOR, LEADER) if lead <= _LEADER_FROM.get(kind, _LEADER_FROM_DEFAULT) else (COORDINATOR,)


def ladder(owed: Owed, until: dt.date | None = None) -> list[Rung]:
    """All rungs of a duty before its day, past and coming, in order; and those after it up to and including `until`.

    What ends or is followed up cannot be reminded of before it has begun; a short promise has a short ladder.
    """
    before = (
        lead
        for lead in LADDERS[owed.kind]
        if owed.begins_on is None or owed.kind in _LEADER_FROM or owed.due_on - dt.timedelta(days=lead) >= owed.begins_on
    )
    return [Rung(lead, seat, moment(owed.due_on, lead)) for lead in (*before, *_late(owed, until)) for seat in seats(owed.kind, lead)]


def _late(owed: Owed, until: dt.date | None) -> range:
    """The leads after the due day, all of them negative."""
    return range(0) if owed.kind not in LATE or until is None else range(-WEEK, (owed.due_on - until).days - 1, -WEEK)


def key(owed: Owed, rung: Rung, organisation: UUID) -> str:
    """The same wish is always the same row; a moved duty is another wish."""
    return f"reminder:{owed.obligation_id}:{owed.due_on.isoformat()}:{rung.lead}:{organisation}:{rung.seat}"


def due_on_of(delivery_key: str) -> dt.date:
    """The due day that a planned reminder was about."""
    return dt.date.fromisoformat(delivery_key.split(":")[2])


def wanted(duties: Iterable[Owed], parties: Collection[UUID], now: dt.datetime) -> list[Planned]:
    """Every reminder still to come, for each party that has not done its part; of what is late as far as `AHEAD`.

    What one organisation has alone names no promise: the other parties must not see that anything goes out.
    """
    until = swedish.local(now + AHEAD).date()
    return [
        Planned(
            organisation_id=party,
            key=key(owed, rung, party),
            kind="reminder",
            channel="mail",
            title=headline(owed, rung.lead),
            due_at=rung.at,
            promise_id=None if owed.owner else owed.promise_id,
            obligation_id=owed.obligation_id,
            seat=rung.seat,
            lead_days=rung.lead,
        )
        for owed in duties
        if owed.done_at is None
        for party in parties
        if party not in owed.settled
        for rung in ladder(owed, until)
        if rung.at > now
    ]


def overtaken(owed: Owed, lead: int, seat: str, now: dt.datetime) -> bool:
    """Whether a later rung for the same seat has come due as well: after an outage the latest one speaks for all."""
    return any(rung.seat == seat and rung.lead < lead and rung.at <= now for rung in ladder(owed, swedish.local(now).date()))


def place(owed: Owed, lead: int, seat: str) -> tuple[int, int, dt.date | None]:
    """Which reminder this is to that seat, of how many before the due day, and the day of the next; None when it is the last."""
    day = owed.due_on - dt.timedelta(days=lead)
    own = [rung for rung in ladder(owed, max(day, owed.due_on) + dt.timedelta(days=WEEK)) if rung.seat == seat]
    planned = sum(rung.lead > 0 for rung in own)
    number = next((index for index, rung in enumerate(own, 1) if rung.lead == lead), planned)
    following = own[number].at if number < len(own) else None
    return number, planned, swedish.local(following).date() if following else None


# ---------------------------------------------------------------- words
def headline(owed: Owed, left: int) -> str:
    """The whole news in one line: the subject of the mail. `left` is days until the due day, negative when it has passed."""
    passed = left < 0
    when = swedish.when(left)
    if owed.kind == "renewal":
        return f"Löftet i {owed.area_name} {'gick' if passed else 'går'} ut {when}"
    if owed.kind == "review":
        return f"Löftet i {owed.area_name} {'skulle ha setts över' if passed else 'ska ses över'} {when}"
    if owed.kind == "follow_up":
        return f"Uppföljningen för {owed.covered} i {owed.area_name} {'skulle ha varit' if passed else 'ska vara'} klar {when}"
    if owed.kind == "statute":
        return f"{owed.title} i {owed.area_name} {'skulle ha varit' if passed else 'ska vara'} klar {when}"
    if owed.kind == "report":
        return f"Rapporten till {owed.receiver} om löftet i {owed.area_name} {'skulle ha lämnats' if passed else 'ska lämnas'} {when}"
    return f"”{owed.title}” i {owed.area_name} {'skulle ha varit' if passed else 'ska vara'} gjord {when}"


def why(owed: Owed, lead: int) -> str:
    """Why a reminder goes out on its day."""
    what = f"”{owed.title}”" if owed.kind == "activity" else swedish.first_down(owed.title)  # an activity's title is a quotation
    return f"{distance(lead)} {swedish.long_date(owed.due_on)}: {what}, {owed.area_name}"


def distance(lead: int) -> str:
    """30 dagar före; 7 dagar efter."""
    return f"{swedish.days(abs(lead))} {'efter' if lead < 0 else 'före'}"


def why_these_days(owed: Owed) -> str:
    """How the ladder of a duty comes about."""
    leads = list(dict.fromkeys(rung.lead for rung in ladder(owed)))
    after = " Är det inte klart den dagen påminns ni varje vecka tills det är det." if owed.kind in LATE else ""
    if not leads:
        return f"Löftet är för kort för påminnelser i förväg.{after}"
    steps = f"{', '.join(str(lead) for lead in leads[:-1])} och {leads[-1]} dagar" if len(leads) > 1 else swedish.days(leads[0])
    return (
        f"Sista dagen är {swedish.long_date(owed.due_on)}. Stegen är {steps} före, kl. 08.00 svensk tid. "
        f"En helgdag flyttar inget steg: en påminnelse kräver bara att den läses.{after}"
    )
