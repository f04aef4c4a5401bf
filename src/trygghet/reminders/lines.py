"""The schedule: every reminder between two days as a line, with what became of it, for pages, programs and people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import spreadsheet, swedish
from trygghet.deliveries import rules as deliveries
from trygghet.deliveries.rules import SEATS
from trygghet.notices.rules import Recipient
from trygghet.reminders.ladders import PRODUCT, Ladders
from trygghet.reminders.rules import Holder, Owed, Rung, headline, in_seat, key, ladder, why
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


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
    """A key of `CHIPS`."""
    owed: Owed
    lead: int
    promise_title: str
    reason: str = ""


CHIPS: dict[str, Chip] = {
    **{state.value: chip for state, chip in deliveries.CHIPS.items()},
    "past": Chip("", "end", "Hade gått ut"),
    "wanted": Chip("", "clock", "Planeras"),
}
"""How the schedule shows each state: a delivery's, or "past" where the moment had gone when the promise was entered."""

_GRAVITY = ("failed", "unclear", "sending", "planned", "sent", "skipped", "wanted", "past")


def gravest(states: Collection[str]) -> str:
    """One state for what went to several people: what needs attention is said first."""
    return min(states, key=_GRAVITY.index)


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
    ladders: Ladders = PRODUCT


def schedule(known: Known, first: dt.date, last: dt.date, now: dt.datetime) -> list[Line]:
    """What goes out, or would have gone out, between two days inclusive, in order: from the rules, with what became of it."""
    found = [
        line
        for title, owed in known.owed
        for rung in ladder(owed, known.ladders, last)
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
    return rung.at <= now or rung.always or organisation not in owed.settled


def _people(holders: Iterable[Holder], rung: Rung, went: Sequence[Went]) -> tuple[Recipient, ...]:
    """To whom it went where it has gone, otherwise who holds the seat that day."""
    addresses = [one.address for one in went if one.address]
    if addresses:
        by_address = {holder.recipient.email: holder.recipient for holder in holders}
        return tuple(by_address.get(address, Recipient("", "", address)) for address in addresses)
    return tuple(holder.recipient for holder in in_seat(holders, rung.seat, swedish.local(rung.at).date()))


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
    def before(self) -> list[Step]:
        """Those up to the due day."""
        return [step for step in self.steps if step.lead >= 0]

    @property
    def after(self) -> list[Step]:
        """Those week by week after it, while it is late."""
        return [step for step in self.steps if step.lead < 0]

    @property
    def points(self) -> list[tuple[dt.date, bool]]:
        """Each day up to the due day, and whether it was sent: what the drawing needs."""
        return [(swedish.local(step.at).date(), step.state == "sent") for step in self.before]


def by_promise(lines: Sequence[Line]) -> list[tuple[str, list[Stairs]]]:
    """The schedule arranged for reading: promise by promise, duty by duty, day by day."""
    promises: dict[UUID | None, tuple[str, dict[UUID, list[Line]]]] = {}
    for line in lines:
        _, duties = promises.setdefault(line.owed.promise_id, (line.promise_title, {}))
        duties.setdefault(line.owed.obligation_id, []).append(line)
    return [
        (title, [_stairs(found) for found in sorted(duties.values(), key=lambda found: (found[0].owed.due_on, found[0].owed.title))])
        for title, duties in sorted(promises.values(), key=lambda entry: (not entry[0], swedish.sort_key(entry[0])))
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


def as_csv(lines: Iterable[Line]) -> bytes:
    """The schedule for a spreadsheet: a row for each person."""
    heads = ("När", "Vad", "Löfte", "Roll", "Namn", "Titel", "Adress", "Kanal", "Varför", "Läge")
    rows = (
        (
            f"{swedish.local(line.at):%Y-%m-%d %H:%M}",
            line.title,
            line.promise_title,
            SEATS[line.seat],
            one.name,
            one.office,
            one.email,
            "mejl",
            line.why,
            CHIPS[line.state].text,
        )
        for line in lines
        for one in line.people or (Recipient("", "", ""),)
    )
    return spreadsheet.write(heads, rows)


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
        f"    läge   {CHIPS[line.state].text.lower()}"
    )
