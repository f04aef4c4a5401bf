"""Which reminders a duty wants, when, for whom, and in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import swedish, workdays
from trygghet.deliveries.rules import Planned
from trygghet.notices.rules import Recipient
from trygghet.reminders.ladders import ADMINISTRATOR, COORDINATOR, DEPUTY, LEADER, PRODUCT, SEAT_OF, UNITS, Ladders, To, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trygghet.reminders.ladders import Ladder, Mark

AHEAD = dt.timedelta(days=366)
"""So far ahead reminders of what is late are planned; each night's replanning carries it on."""
COVERED = dt.timedelta(days=7)
"""A step that went by unsaid is made up for, unless its seat has been reminded of the duty less than so long before it, or will be as soon."""
LAST = dt.datetime.max.replace(tzinfo=dt.UTC)
_BEFORE_IT_BEGINS = {"report", "activity"}
"""These can be prepared before what they are about has begun; what ends or is followed up cannot."""


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
    """One step of a ladder for one seat on one day. `lead` is calendar days before the due day, negative after it.

    `always`: also for a party that has done its part, because all parties' leaders hear of what is late. `mark` is how it comes about.
    """

    lead: int
    seat: str
    at: dt.datetime
    always: bool = False
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Holder:
    """Someone who holds a seat, from the first day to the last, both inclusive; None while it lasts."""

    person_id: UUID
    seat: str
    from_on: dt.date
    until_on: dt.date | None
    recipient: Recipient

    acting: bool = False

    def holds(self, seat: str, day: dt.date) -> bool:
        """Whether the seat is this person's that day; a deputy is who acts as coordinator."""
        mine = self.seat == COORDINATOR and self.acting if seat == DEPUTY else self.seat == seat
        return mine and self.from_on <= day and (self.until_on is None or day <= self.until_on)


def in_seat(holders: Iterable[Holder], seat: str, day: dt.date) -> list[Holder]:
    """Who holds the seat that day, each person once however many offices give it to them."""
    return list({one.person_id: one for one in reversed([one for one in holders if one.holds(seat, day)])}.values())[::-1]


def ladder(owed: Owed, ladders: Ladders, until: dt.date | None = None) -> list[Rung]:
    """All rungs of a duty, past and coming, in order, one for each day and seat; repeats up to and including `until`.

    What ends or is followed up cannot be reminded of before it has begun; a short promise has a short ladder.
    """
    begins_on = None if owed.kind in _BEFORE_IT_BEGINS else owed.begins_on
    return [*_rungs(ladders.of(owed.kind, owed.promise_id), owed.due_on, begins_on, until)]


@lru_cache(maxsize=4096)
def _rungs(ladder: Ladder, due_on: dt.date, begins_on: dt.date | None, until: dt.date | None) -> tuple[Rung, ...]:
    """Duties by the thousand fall on the same days by the same ladder, so it is climbed once for all of them."""
    found: dict[tuple[dt.date, str], tuple[bool, Mark]] = {}
    for mark in ladder.marks(due_on, until):
        if begins_on is None or mark.day >= begins_on:
            spot = mark.day, SEAT_OF[mark.to]
            found[spot] = found.get(spot, (False, mark))[0] or mark.to is To.LEADERS, mark
    rungs = [Rung((due_on - day).days, seat, moment(day), always, mark) for (day, seat), (always, mark) in found.items()]
    return tuple(sorted(rungs, key=lambda rung: (-rung.lead, _SEATS.index(rung.seat))))


_SEATS = (COORDINATOR, DEPUTY, LEADER, ADMINISTRATOR)


def key(owed: Owed, rung: Rung, organisation: UUID) -> str:
    """The same wish is always the same row, however its step is written; a moved duty is another wish."""
    return f"reminder:{owed.obligation_id}:{owed.due_on.isoformat()}:{rung.lead}:{organisation}:{rung.seat}"


def due_on_of(delivery_key: str) -> dt.date:
    """The due day that a planned reminder was about."""
    return dt.date.fromisoformat(delivery_key.split(":")[2])


class Party(NamedTuple):
    """Somebody who owes: the ladders that it has chosen, and when each seat was last reminded of each duty and due day."""

    id: UUID
    ladders: Ladders = PRODUCT
    reminded: Mapping[tuple[UUID, dt.date, str], dt.datetime] = MappingProxyType({})


def wanted(duties: Iterable[Owed], parties: Iterable[Party], now: dt.datetime) -> list[Planned]:
    """Every reminder still to come, for each party that has not done its part; of what is late as far as `AHEAD`.

    Steps that went by unsaid, because the duty was made inside its ladder or the service stood still, are one reminder at the next
    opening. What one organisation has alone names no promise: the other parties must not see that anything goes out.
    """
    until = swedish.local(now + AHEAD).date()
    waiting = [owed for owed in duties if owed.done_at is None]
    return [
        Planned(
            organisation_id=party.id,
            key=key(owed, rung, party.id),
            kind="reminder",
            channel="mail",
            title=headline(owed, rung.lead),
            due_at=due_at,
            promise_id=None if owed.owner else owed.promise_id,
            obligation_id=owed.obligation_id,
            seat=rung.seat,
            lead_days=rung.lead,
        )
        for party in parties
        for owed in waiting
        for rung, due_at in coming(owed, party, until, now)
    ]


def coming(owed: Owed, party: Party, until: dt.date, now: dt.datetime) -> list[tuple[Rung, dt.datetime]]:
    """The rungs that are still to go out to one party, with when: those ahead, and for each seat the latest that went by unsaid."""
    rungs = [rung for rung in ladder(owed, party.ladders, until) if rung.always or party.id not in owed.settled]
    ahead = [(rung, rung.at) for rung in rungs if rung.at > now]
    gone = {rung.seat: rung for rung in rungs if rung.at <= now}  # the last of each seat remains
    at = made_up_at(owed.due_on, now)
    next_of = {rung.seat: rung.at for rung, _ in reversed(ahead)}
    missed = [rung for rung in gone.values() if _is_missed(owed, rung, party) and not next_of.get(rung.seat, LAST) <= at + COVERED]
    return [(rung, at) for rung in missed] + ahead


def made_up_at(due_on: dt.date, now: dt.datetime) -> dt.datetime:
    """When steps that went by are made up for: at the next opening that has not begun, so that nobody has a second letter today.

    At once where the duty would else have passed. Asked again at night it says the same, or nothing would ever come of it.
    """
    today = swedish.local(now).date()
    opening = today if workdays.is_workday(today) and now < moment(today) else workdays.after(today, 1)
    return now if today <= due_on < opening else moment(opening)


def _is_missed(owed: Owed, rung: Rung, party: Party) -> bool:
    reminded = party.reminded.get((owed.obligation_id, owed.due_on, rung.seat))
    return reminded is None or reminded < rung.at - COVERED


def overtaken(owed: Owed, ladders: Ladders, lead: int, seat: str, now: dt.datetime) -> bool:
    """Whether a later rung for the same seat has come due as well: after an outage the latest one speaks for all."""
    return any(rung.seat == seat and rung.lead < lead and rung.at <= now for rung in ladder(owed, ladders, swedish.local(now).date()))


def tells_all_leaders(owed: Owed, ladders: Ladders, lead: int, seat: str) -> bool:
    """Whether that step reaches a party's leader also when the party has done its part."""
    until = owed.due_on - dt.timedelta(days=lead)
    return any(rung.always and rung.lead == lead and rung.seat == seat for rung in ladder(owed, ladders, until))


def place(owed: Owed, ladders: Ladders, lead: int, seat: str) -> tuple[int, int, dt.date | None]:
    """Which reminder this is to that seat, of how many before the due day, and the day of the next; None when it is the last."""
    day = owed.due_on - dt.timedelta(days=lead)
    own = [rung for rung in ladder(owed, ladders, max(day, owed.due_on) + dt.timedelta(days=62)) if rung.seat == seat]
    planned = sum(rung.lead >= 0 for rung in own)
    number = max(1, sum(rung.lead >= lead for rung in own))
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


def why_these_days(owed: Owed, ladders: Ladders) -> str:
    """How the ladder of a duty comes about."""
    chosen = ladders.of(owed.kind, owed.promise_id)
    before = [f"{one.count} {UNITS[one.unit]}" for one in chosen.steps if one.count >= 0]
    after = [f"{-one.count} {UNITS[one.unit]}" for one in chosen.steps if one.count < 0]
    words = [f"Sista dagen är {swedish.long_date(owed.due_on)}."]
    if before:
        words.append(f"Stegen är {swedish.listed(before)} före, kl. 07.30 svensk tid.")
    if after:
        words.append(f"Är det inte klart går nya {swedish.listed(after)} efter, till allt fler.")
    if chosen.repeat:
        words.append(f"Sedan var {chosen.repeat.every}:e {'dag' if chosen.repeat.unit == 'days' else 'arbetsdag'} tills det är klart.")
    return " ".join([*words, "Ett steg på en helg eller helgdag går arbetsdagen före. Steg före löftets första dag finns inte."])
