"""The log as it is read: in sentences, by day, latest first, a page at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet import spreadsheet, swedish
from trygghet.history import rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.history.rules import Event

PAGE_LENGTH = 50
LONGEST_NUMBER = 5
"""Digits of a page's number, short enough to be reckoned with."""


class Surroundings(NamedTuple):
    """What else the page needs: what the promise is called, whether it is signed, organisations by id, the parties' diary numbers,
    and the address of each thing that can still be opened.
    """

    title: str
    is_signed: bool
    names: Mapping[UUID, str]
    diary_numbers: Sequence[tuple[str, str]]
    addresses: Mapping[UUID, str]


class Verdict(NamedTuple):
    """How the whole chain was found: how many events it has, other organisations' own too, and where it is broken."""

    length: int
    faults: Sequence[rules.Fault]

    @property
    def sentence(self) -> str:
        """In a sentence."""
        if not self.faults:
            return f"Kedjan är hel, {swedish.counted(self.length, 'händelse', 'händelser')}."
        first = self.faults[0]
        return f"Kedjan är bruten. Händelse {first.seq}: {first.wrong}."


@dataclass(frozen=True)
class Line:
    """One event in the list. `concealed` events stand right before it that only the organisation that did them sees."""

    event: Event
    who: str
    organisation: str
    address: str
    concealed: int

    @property
    def sentence(self) -> str:
        """What was done."""
        return rules.sentence(self.event.act, self.event.words)

    @property
    def notes(self) -> list[str]:
        """What whoever did it wrote about it."""
        return [str(self.event.words[name]) for name in ("why", "note") if self.event.words.get(name)]

    @property
    def text(self) -> str:
        """Which text it was done to: ”Lydelse 1, text 4”."""
        number, _, revision = self.event.version.partition(".")
        return f"Lydelse {number}{f', text {revision}' if revision else ''}" if number else ""


@dataclass(frozen=True)
class Log:
    """One page of the log. `kind` is what it was narrowed to, or nothing; `kinds` how many events there are of each."""

    surroundings: Surroundings
    verdict: Verdict
    kind: str
    kinds: Mapping[str, int]
    number: int
    more: bool
    days: Sequence[tuple[dt.date, Sequence[Line]]]
    visible: int

    @property
    def concealed(self) -> int:
        """How many events there are that only those who did them see."""
        return max(0, self.verdict.length - self.visible)


def page(events: Sequence[Event], found: Surroundings, verdict: Verdict, *, kind: str = "", number: int = 1) -> Log:
    """The page with this number, of one kind of events or of all."""
    kinds = {name: sum(rules.kind(one.act) == name for one in events) for name in rules.KINDS}
    chosen = kind if kinds.get(kind) else ""
    lines = [line for line in _lines(events, found) if not chosen or rules.kind(line.event.act) == chosen]
    lines.sort(key=lambda line: (line.event.at, line.event.seq), reverse=True)
    first = (number - 1) * PAGE_LENGTH
    days: dict[dt.date, list[Line]] = {}
    for line in lines[first : first + PAGE_LENGTH]:
        days.setdefault(swedish.local(line.event.at).date(), []).append(line)
    more = len(lines) > first + PAGE_LENGTH
    return Log(found, verdict, chosen, {name: many for name, many in kinds.items() if many}, number, more, list(days.items()), len(events))


def _lines(events: Sequence[Event], found: Surroundings) -> list[Line]:
    before = [0, *(one.seq for one in events)]
    return [_line(event, found, event.seq - last - 1) for last, event in zip(before, events, strict=False)]


def _line(event: Event, found: Surroundings, concealed: int) -> Line:
    organisation = found.names.get(event.organisation_id, "")
    who = f"{event.person_name}, {event.office}" if event.person_id else "Systemet, på uppdrag"
    address = found.addresses.get(event.subject_id, "") if event.subject_id else ""
    return Line(event, who, organisation, address, concealed)


def number(text: str) -> int:
    """The page that was asked for; the first for anything that is not a page."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 1


# ---------------------------------------------------------------- to take along
def as_json(events: Sequence[Event]) -> bytes:
    """Every event as its hash was reckoned, and the hash itself. The same log is the same bytes."""
    told = [{name: rules.plain(value) for name, value in vars(one).items()} for one in events]
    return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def as_csv(events: Sequence[Event], names: Mapping[UUID, str]) -> bytes:
    """The same as it reads, for spreadsheets."""
    heads = ("Nr", "När", "Part", "Namn", "Befattning", "Vad", "Varför", "Text", "Delad", "Textens SHA-256", "SHA-256 före", "SHA-256")
    lines = _lines(events, Surroundings(title="", is_signed=False, names=names, diary_numbers=(), addresses={}))
    rows = [
        (
            str(line.event.seq),
            f"{swedish.local(line.event.at):%Y-%m-%d %H:%M:%S}",
            line.organisation,
            line.event.person_name or "Systemet",
            line.event.office,
            line.sentence,
            " ".join(line.notes),
            line.event.version,
            "ja" if line.event.shared else "nej",
            line.event.content_hash,
            line.event.previous_hash,
            line.event.hash,
        )
        for line in lines
    ]
    return spreadsheet.write(heads, rows)
