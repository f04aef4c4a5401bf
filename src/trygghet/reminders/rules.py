"""Which reminders a duty wants, when, for whom, and in which words."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import periods, swedish
from trygghet.deliveries.rules import Planned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

HOUR = 8
"""Reminders go at 08.00 on a Swedish clock, whatever day it is: reading one takes no office."""

_END = (180, 90, 60, 30, 14, 7, 1)
_REPORT = (14, 7, 1)
LADDERS: dict[str, tuple[int, ...]] = {"renewal": _END, "review": _END, "follow_up": (60, 30, 14, 7, 1), "report": _REPORT, "activity": _REPORT}
"""So many days before the due day, by kind of duty, farthest first."""

COORDINATOR, LEADER = "coordinator", "leader"
SEATS = {COORDINATOR: "Samordnare", LEADER: "Ledare"}
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
    when = _when(left)
    if owed.kind == "renewal":
        return f"Löftet i {owed.area_name} {'gick' if passed else 'går'} ut {when}"
    if owed.kind == "review":
        return f"Löftet i {owed.area_name} {'skulle ha setts över' if passed else 'ska ses över'} {when}"
    if owed.kind == "follow_up":
        return f"Uppföljningen för {owed.due_on.year} i {owed.area_name} {'skulle ha varit' if passed else 'ska vara'} klar {when}"
    if owed.kind == "report":
        return f"Rapporten till {owed.receiver} om löftet i {owed.area_name} {'skulle ha lämnats' if passed else 'ska lämnas'} {when}"
    return f"”{owed.title}” i {owed.area_name} {'skulle ha varit' if passed else 'ska vara'} gjord {when}"


def _when(left: int) -> str:
    if left == 0:
        return "i dag"
    if left == 1:
        return "i morgon"
    return f"om {swedish.days(left)}" if left > 0 else f"för {swedish.days(-left)} sedan"


def why(owed: Owed, lead: int) -> str:
    """Why a reminder goes out on its day."""
    return f"{swedish.days(lead)} före {swedish.long_date(owed.due_on)}: {owed.title[:1].lower() + owed.title[1:]}, {owed.area_name}"


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


# ---------------------------------------------------------------- the schedule
@dataclass(frozen=True)
class Recipient:
    """A person as a reminder finds them: name, office and address."""

    name: str
    office: str
    email: str


@dataclass(frozen=True)
class Line:
    """One reminder of the schedule: what goes out, when, to whom, why, and how it went."""

    at: dt.datetime
    title: str
    seat: str
    people: tuple[Recipient, ...]
    channel: str
    why: str
    state: str
    """A key of `STATES`."""
    owed: Owed
    lead: int
    promise_title: str
    reason: str = ""


STATES = {
    "planned": "Planerad",
    "sending": "Skickas",
    "sent": "Skickat",
    "failed": "Misslyckad",
    "unclear": "Oklart",
    "skipped": "Hoppades över",
    "past": "Hade gått ut",
    "wanted": "Planeras",
}
"""What the schedule calls each state: a delivery's, or "past" where the moment had gone when the promise was entered."""

_GRAVITY = ("failed", "unclear", "sending", "planned", "sent", "skipped", "wanted", "past")


def gravest(states: Collection[str]) -> str:
    """One state for what went to several people: what needs attention is said first."""
    return min(states, key=_GRAVITY.index)


@dataclass(frozen=True)
class Holder:
    """Someone who holds a seat, to the last day inclusive; None while it lasts."""

    person_id: UUID
    seat: str
    until_on: dt.date | None
    recipient: Recipient

    def holds(self, seat: str, day: dt.date) -> bool:
        """Whether the seat is this person's that day."""
        return self.seat == seat and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Went:
    """What became of one delivery of a rung, and why where it did not go out; `address` is empty until it went to somebody."""

    state: str
    address: str
    reason: str = ""


@dataclass(frozen=True)
class Known:
    """What an organisation's schedule is made of."""

    organisation: UUID
    owed: tuple[tuple[str, Owed], ...]
    """The promise's title with each of its duties."""
    holders: tuple[Holder, ...]
    went: Mapping[str, tuple[Went, ...]]
    """By the key of the rung."""


def schedule(known: Known, first: dt.date, last: dt.date, now: dt.datetime) -> list[Line]:
    """What goes out, or would have gone out, between two days inclusive, in order: from the rules, with what became of it."""
    found = [
        line
        for title, owed in known.owed
        for rung in ladder(owed)
        if first <= swedish.local(rung.at).date() <= last and (line := _line(known, title, owed, rung, now)) is not None
    ]
    return sorted(found, key=lambda line: (line.at, line.promise_title, line.owed.due_on, line.title, line.seat))


def _line(known: Known, title: str, owed: Owed, rung: Rung, now: dt.datetime) -> Line | None:
    went = known.went.get(key(owed, rung, known.organisation), ())
    if not went and not _wanted_then(owed, rung, known.organisation, now):
        return None
    state = gravest({one.state for one in went}) if went else "wanted" if rung.at > now else "past"
    reason = next((one.reason for one in went if one.state == state), "")
    return Line(
        rung.at,
        headline(owed, rung.lead),
        rung.seat,
        _people(known.holders, rung, went),
        "mail",
        why(owed, rung.lead),
        state,
        owed,
        rung.lead,
        title,
        reason,
    )


def _wanted_then(owed: Owed, rung: Rung, organisation: UUID, now: dt.datetime) -> bool:
    """A rung without a delivery is shown where it will be planned, or would have been had the promise been here."""
    if owed.done_at is not None:
        return rung.at <= owed.done_at
    return rung.at <= now or organisation not in owed.settled


def _people(holders: Iterable[Holder], rung: Rung, went: Sequence[Went]) -> tuple[Recipient, ...]:
    """To whom it went where it has gone, otherwise who holds the seat that day."""
    addresses = [one.address for one in went if one.address]
    if addresses:
        by_address = {holder.recipient.email: holder.recipient for holder in holders}
        return tuple(by_address.get(address, Recipient("", "", address)) for address in addresses)
    return tuple(holder.recipient for holder in holders if holder.holds(rung.seat, swedish.local(rung.at).date()))


@dataclass(frozen=True)
class Step:
    """One day of a ladder, with a line for each seat."""

    at: dt.datetime
    lead: int
    lines: tuple[Line, ...]

    @property
    def state(self) -> str:
        """The state of the whole day."""
        return gravest({line.state for line in self.lines})

    @property
    def reason(self) -> str:
        """Why it is so, where something did not go out."""
        return next((line.reason for line in self.lines if line.state == self.state), "")


@dataclass(frozen=True)
class Stairs:
    """A duty's reminders within a range of days."""

    owed: Owed
    steps: tuple[Step, ...]

    @property
    def points(self) -> list[tuple[dt.date, bool]]:
        """Each day, and whether it was sent: what the drawing needs."""
        return [(swedish.local(step.at).date(), step.state == "sent") for step in self.steps]


def by_promise(lines: Sequence[Line]) -> list[tuple[str, list[Stairs]]]:
    """The schedule arranged for reading: promise by promise, duty by duty, day by day."""
    promises: dict[UUID, tuple[str, dict[UUID, list[Line]]]] = {}
    for line in lines:
        _, duties = promises.setdefault(line.owed.promise_id, (line.promise_title, {}))
        duties.setdefault(line.owed.obligation_id, []).append(line)
    return [
        (title, [_stairs(found) for found in sorted(duties.values(), key=lambda found: (found[0].owed.due_on, found[0].owed.title))])
        for title, duties in sorted(promises.values(), key=lambda entry: swedish.sort_key(entry[0]))
    ]


def _stairs(lines: Sequence[Line]) -> Stairs:
    steps: dict[int, list[Line]] = {}
    for line in lines:
        steps.setdefault(line.lead, []).append(line)
    return Stairs(lines[0].owed, tuple(Step(found[0].at, lead, tuple(found)) for lead, found in steps.items()))


def as_data(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The schedule for other programs; `at` carries Sweden's offset."""
    return [
        {
            "at": swedish.local(line.at).isoformat(),
            "title": line.title,
            "promise": line.promise_title,
            "obligation": line.owed.title,
            "due_on": line.owed.due_on.isoformat(),
            "lead_days": line.lead,
            "seat": line.seat,
            "role": SEATS[line.seat],
            "to": [{"name": one.name, "office": one.office, "email": one.email} for one in line.people],
            "channel": line.channel,
            "why": line.why,
            "state": line.state,
            "reason": line.reason,
        }
        for line in lines
    ]


def as_csv(lines: Iterable[Line]) -> str:
    """The schedule for a spreadsheet: semicolons, a row for each person. What could be taken for a formula is made text."""
    table = io.StringIO()
    rows = csv.writer(table, delimiter=";", lineterminator="\r\n")
    rows.writerow(["När", "Vad", "Löfte", "Roll", "Namn", "Titel", "Adress", "Kanal", "Varför", "Läge"])
    for line in lines:
        for one in line.people or (Recipient("", "", ""),):
            cells = [
                f"{swedish.local(line.at):%Y-%m-%d %H:%M}",
                line.title,
                line.promise_title,
                SEATS[line.seat],
                one.name,
                one.office,
                one.email,
                "mejl",
                line.why,
                STATES[line.state],
            ]
            rows.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells])
    return table.getvalue()


def as_text(lines: Sequence[Line]) -> str:
    """The schedule for a terminal."""
    if not lines:
        return "Inga påminnelser går ut de dagarna."
    return "\n".join(_text(line) for line in lines)


def _text(line: Line) -> str:
    people = "; ".join(f"{one.office} {one.name} <{one.email}>".lstrip() for one in line.people) or "ingen har rollen"
    return (
        f"{swedish.local(line.at):%Y-%m-%d %H.%M}  {line.title}\n"
        f"    till   {SEATS[line.seat].lower()}: {people}\n"
        f"    varför {line.why}\n"
        f"    läge   {STATES[line.state].lower()}"
    )
