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
LADDERS: dict[str, tuple[int, ...]] = {"renewal": _END, "review": _END, "follow_up": (60, 30, 14, 7, 1), "report": _REPORT, "activity": _REPORT}
"""So many days before the due day, by kind of duty, farthest first."""

COORDINATOR, LEADER = "coordinator", "leader"
"""Whom a reminder is for. Who holds the seat is looked up when it goes out."""

_LEADER_FROM = {"report": 1, "activity": 1}
_LEADER_FROM_DEFAULT = 60


@dataclass(frozen=True)
class Owed:
    """A duty of a promise, seen as something to be reminded of."""

    obligation_id: UUID
    promise_id: UUID
    area_name: str
    kind: str
    title: str
    due_on: dt.date
    receiver: str = ""
    begins_on: dt.date | None = None
    done_at: dt.datetime | None = None
    settled: frozenset[UUID] = frozenset()
    """The parties that have done their part and need no reminder."""


@dataclass(frozen=True)
class Rung:
    """One step of a ladder for one seat."""

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


def ladder(owed: Owed) -> list[Rung]:
    """All rungs of a duty, past and coming, in order.

    What ends or is followed up cannot be reminded of before it has begun; a short promise has a short ladder.
    """
    return [
        Rung(lead, seat, moment(owed.due_on, lead))
        for lead in LADDERS[owed.kind]
        if owed.begins_on is None or owed.kind in _LEADER_FROM or owed.due_on - dt.timedelta(days=lead) >= owed.begins_on
        for seat in seats(owed.kind, lead)
    ]


def key(owed: Owed, rung: Rung, organisation: UUID) -> str:
    """The same wish is always the same row; a moved duty is another wish."""
    return f"reminder:{owed.obligation_id}:{owed.due_on.isoformat()}:{rung.lead}:{organisation}:{rung.seat}"


def due_on_of(delivery_key: str) -> dt.date:
    """The due day that a planned reminder was about."""
    return dt.date.fromisoformat(delivery_key.split(":")[2])


def wanted(duties: Iterable[Owed], parties: Collection[UUID], now: dt.datetime) -> list[Planned]:
    """Every reminder still to come, for each party that has not done its part."""
    return [
        Planned(
            organisation_id=party,
            key=key(owed, rung, party),
            kind="reminder",
            channel="mail",
            title=headline(owed, rung.lead),
            due_at=rung.at,
            promise_id=owed.promise_id,
            obligation_id=owed.obligation_id,
            seat=rung.seat,
            lead_days=rung.lead,
        )
        for owed in duties
        if owed.done_at is None
        for party in parties
        if party not in owed.settled
        for rung in ladder(owed)
        if rung.at > now
    ]


def overtaken(owed: Owed, lead: int, seat: str, now: dt.datetime) -> bool:
    """Whether a later rung for the same seat has come due as well: after an outage the latest one speaks for all."""
    return any(rung.seat == seat and rung.lead < lead and rung.at <= now for rung in ladder(owed))


def place(owed: Owed, lead: int, seat: str) -> tuple[int, int, dt.date | None]:
    """Which reminder this is to that seat, of how many, and the day of the next."""
    own = [rung for rung in ladder(owed) if rung.seat == seat]
    number = next((index for index, rung in enumerate(own, 1) if rung.lead == lead), len(own))
    following = own[number].at if number < len(own) else None
    return number, len(own), swedish.local(following).date() if following else None


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
        return f"Uppföljningen för {owed.due_on.year} i {owed.area_name} {'skulle ha varit' if passed else 'ska vara'} klar {when}"
    if owed.kind == "report":
        return f"Rapporten till {owed.receiver} om löftet i {owed.area_name} {'skulle ha lämnats' if passed else 'ska lämnas'} {when}"
    return f"”{owed.title}” i {owed.area_name} {'skulle ha varit' if passed else 'ska vara'} gjord {when}"


def why(owed: Owed, lead: int) -> str:
    """Why a reminder goes out on its day."""
    what = f"”{owed.title}”" if owed.kind == "activity" else swedish.first_down(owed.title)  # an activity's title is a quotation
    return f"{swedish.days(lead)} före {swedish.long_date(owed.due_on)}: {what}, {owed.area_name}"


def why_these_days(owed: Owed) -> str:
    """How the ladder of a duty comes about."""
    leads = list(dict.fromkeys(rung.lead for rung in ladder(owed)))
    if not leads:
        return "Löftet är för kort för påminnelser i förväg."
    steps = f"{', '.join(str(lead) for lead in leads[:-1])} och {leads[-1]} dagar" if len(leads) > 1 else swedish.days(leads[0])
    return (
        f"Sista dagen är {swedish.long_date(owed.due_on)}. Stegen är {steps} före, kl. 08.00 svensk tid. "
        "En helgdag flyttar inget steg: en påminnelse kräver bara att den läses."
    )
