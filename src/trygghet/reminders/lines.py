"""The schedule: every reminder between two days as a line, with what became of it, for pages, programs and people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import spreadsheet, swedish
from trygghet.deliveries import rules as deliveries
from trygghet.deliveries.rules import SEATS
from trygghet.notices.rules import Recipient
from trygghet.reminders import reasons
from trygghet.reminders.house import WHY_ELSE, Gets, House
from trygghet.reminders.ladders import DEPUTY, PRODUCT, Ladders, moment
from trygghet.reminders.recipients import NOBODY
from trygghet.reminders.rules import Holder, Owed, Rung, headline, key, ladder, why
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from trygghet.reminders.house import Handed


@dataclass(frozen=True)
class Line:
    """One reminder of the schedule: what goes out, when, to whom, why, and how it went. `gathered`: it speaks for steps passed before it."""

    at: dt.datetime
    title: str
    seat: str
    gets: tuple[Gets, ...]
    channel: str
    why: str
    because: str
    state: str
    """A key of `CHIPS`."""
    owed: Owed
    lead: int
    promise_title: str
    reason: str = ""
    time: int = 0
    """Which repeat it is, 0 for a step."""

    @property
    def people(self) -> tuple[Recipient, ...]:
        """Who gets it, or got it."""
        return tuple(one.person for one in self.gets)

    @property
    def day(self) -> dt.date:
        """The day in Sweden."""
        return swedish.local(self.at).date()

    @property
    def is_nobodys(self) -> bool:
        """Whether it goes to nobody at all, or did when it should have gone."""
        return not self.gets and (self.state in _AHEAD or self.reason == NOBODY)


CHIPS: dict[str, Chip] = {
    **{state.value: chip for state, chip in deliveries.CHIPS.items()},
    "bounced": Chip("bad", "late", "Studsade"),
    "past": Chip("", "end", "Hade gått ut"),
    "wanted": Chip("", "clock", "Planeras"),
}
"""How the schedule shows each state: a delivery's, or "past" where the moment had gone when the promise was entered."""

_GRAVITY = ("failed", "bounced", "unclear", "sending", "planned", "sent", "skipped", "wanted", "past")
_AHEAD = ("planned", "wanted")


def gravest(states: Collection[str]) -> str:
    """One state for what went to several people: what needs attention is said first."""
    return min(states, key=_GRAVITY.index)


@dataclass(frozen=True)
class Went:
    """What became of one delivery of a rung, and why where it did not go out; `address` is empty until it went to somebody.

    `at` is when it went, or goes; None where only the rung knows.
    """

    state: str
    address: str
    reason: str = ""
    at: dt.datetime | None = None
    via: str = ""


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
    handed: tuple[Handed, ...] = ()
    stopped: Mapping[str, dt.datetime | None] = field(default_factory=dict)


def schedule(known: Known, first: dt.date, last: dt.date, now: dt.datetime) -> list[Line]:
    """What goes out, or would have gone out, between two days inclusive, in order: from the rules and the ledger, with what became of it."""
    house, earlier = House(known.holders, known.handed, known.stopped), _by_duty(known.went)
    found = [
        line
        for title, owed in known.owed
        for rung, its in _rungs(known, owed, earlier.get(str(owed.obligation_id), {}), last)
        if (line := _line(known, house, title, (owed, rung, its), (first, last), now)) is not None
    ]
    return sorted(found, key=lambda line: (line.at, line.promise_title, line.owed.due_on, line.title, line.seat))


def _by_duty(went: Mapping[str, tuple[Went, ...]]) -> dict[str, dict[str, tuple[Went, ...]]]:
    found: dict[str, dict[str, tuple[Went, ...]]] = defaultdict(dict)
    for rung, its in went.items():
        found[rung.split(":")[1]][rung] = its
    return found


def _rungs(known: Known, owed: Owed, went: Mapping[str, tuple[Went, ...]], last: dt.date) -> Iterable[tuple[Rung, tuple[Went, ...]]]:
    """Each rung of the duty with what became of it; also what went by a ladder or a due day that holds no longer."""
    until = last if owed.done_at is None else min(last, swedish.local(owed.done_at).date())
    left = dict(went)
    for rung in ladder(owed, known.ladders, until):
        yield rung, left.pop(key(owed, rung, known.organisation), ())
    for name, its in left.items():
        _, _, due_on, lead, _, seat = name.split(":")
        day = dt.date.fromisoformat(due_on) - dt.timedelta(days=int(lead))
        yield Rung((owed.due_on - day).days, seat, moment(day)), its


def _line(
    known: Known, house: House, title: str, what: tuple[Owed, Rung, tuple[Went, ...]], days: tuple[dt.date, dt.date], now: dt.datetime
) -> Line | None:
    owed, rung, went = what
    at = min((one.at for one in went if one.at), default=rung.at)
    day = swedish.local(at).date()
    if not days[0] <= day <= days[1] or (not went and not _wanted_then(owed, rung, known.organisation, now)):
        return None
    state = gravest({one.state for one in went}) if went else "wanted" if rung.at > now else "past"
    gets = _gets(house, rung.seat, day, went)
    if rung.seat == DEPUTY and not gets:
        return None  # a deputy is reminded while there is one, and nobody misses one who is not there
    return Line(
        at,
        headline(owed, (owed.due_on - day).days),
        rung.seat,
        gets,
        "mail",
        why(owed, rung.lead),
        reasons.because(owed, rung.mark, known.ladders, day, gathered=state in _AHEAD and at > rung.at and rung.at <= now),
        state,
        owed,
        rung.lead,
        title,
        next((one.reason for one in went if one.state == state), ""),
        rung.mark.time if rung.mark else 0,
    )


def _wanted_then(owed: Owed, rung: Rung, organisation: UUID, now: dt.datetime) -> bool:
    """A rung without a delivery is shown where it will be planned, or would have been had the promise been here."""
    if owed.done_at is not None:
        return rung.at <= owed.done_at
    return rung.at <= now or rung.always or organisation not in owed.settled


def _gets(house: House, seat: str, day: dt.date, went: Sequence[Went]) -> tuple[Gets, ...]:
    """To whom it went where it has gone, otherwise who would get it that day."""
    gone = [one for one in went if one.address]
    if not gone:
        return house.getting(seat, day) if not went or any(one.state in _AHEAD for one in went) else ()
    return tuple(_got(house.by_address.get(one.address), one) for one in gone)


def _got(holder: Holder | None, went: Went) -> Gets:
    because = WHY_ELSE.get(went.via, "")
    return Gets(holder.recipient, holder.person_id, because) if holder else Gets(Recipient("", "", went.address), None, because)


def of_person(lines: Iterable[Line], person_id: UUID) -> list[Line]:
    """What one colleague gets, each line with them alone."""
    found = ((line, tuple(one for one in line.gets if one.person_id == person_id)) for line in lines)
    return [replace(line, gets=mine) for line, mine in found if mine]


def as_data(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The schedule for other programs; `at` carries Sweden's offset. `because` of a person says why they get it for somebody else's seat."""
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
            "to": [{"name": one.name, "office": one.office, "email": one.email, "because": because} for one, _, because in line.gets],
            "channel": line.channel,
            "why": line.why,
            "why_this_day": line.because,
            "state": line.state,
            "reason": line.reason,
        }
        for line in lines
    ]


def as_csv(lines: Iterable[Line]) -> bytes:
    """The schedule for a spreadsheet: a row for each person."""
    heads = ("När", "Vad", "Löfte", "Roll", "Namn", "Titel", "Adress", "Kanal", "Varför", "Varför detta datum", "Varför just den personen", "Läge")
    rows = (
        (
            f"{swedish.local(line.at):%Y-%m-%d %H:%M}",
            line.title,
            line.promise_title,
            SEATS[line.seat],
            one.name or ("ingen kan få den" if not one.email else ""),
            one.office,
            one.email,
            "mejl",
            line.why,
            line.because,
            because,
            CHIPS[line.state].text,
        )
        for line in lines
        for one, _, because in line.gets or (Gets(Recipient("", "", "")),)
    )
    return spreadsheet.write(heads, rows)


def as_text(lines: Sequence[Line]) -> str:
    """The schedule for a terminal."""
    if not lines:
        return "Inga påminnelser går ut de dagarna."
    return "\n".join(_text(line) for line in lines)


def _text(line: Line) -> str:
    people = "; ".join(f"{_named(one.person)}{f' ({one.because})' if one.because else ''}" for one in line.gets) or "ingen kan få den"
    return (
        f"{swedish.local(line.at):%Y-%m-%d %H.%M}  {line.title}\n"
        f"    till   {SEATS[line.seat].lower()}: {people}\n"
        f"    varför {line.why}\n"
        f"    dagen  {line.because}\n"
        f"    läge   {CHIPS[line.state].text.lower()}"
    )


def _named(one: Recipient) -> str:
    return f"{one.office} {one.name} <{one.email}>".lstrip()
