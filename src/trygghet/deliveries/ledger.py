"""The ledger in words: what each row is, where it goes and how it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.deliveries import publications
from trygghet.deliveries.rules import CHANNELS, MAX_ATTEMPTS, MAX_LOOKUPS, SEATS, Act, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.deliveries.rules import Delivery
    from trygghet.swedish import Chip

PAGE_LENGTH = 50
LONGEST_NUMBER = 5
"""Digits of a page's number: further back than any ledger reaches, and short enough to be reckoned with."""
AHEAD = dt.timedelta(days=7)
"""How far ahead the whole ledger looks; what is planned beyond that stands under its own choice."""


_KINDS = {
    "publication": "Gemensam uppdatering",
    "notice": "Besked",
    "invitation": "Inbjudan",
    "summary": "Veckosammanfattning",
    "post": "Inlägg i er kanal",
}
_BY_HAND = {Act.PUBLISH: "läggas ut", Act.EDIT: "rättas", Act.RETRACT: "tas bort"}
NEEDS_HUMAN = (State.FAILED, State.UNCLEAR, State.MANUAL)


@dataclass(frozen=True)
class Choice:
    """What the reader asked to see. `soonest_first` for what lies ahead; otherwise the latest stands first."""

    name: str
    label: str
    states: tuple[State, ...]
    ahead: bool = False
    soonest_first: bool = False


CHOICES = {
    one.name: one
    for one in (
        Choice("alla", "Alla tillstånd", tuple(State)),
        Choice("manniska", "Behöver en människa", NEEDS_HUMAN, ahead=True),
        Choice("planerade", "Planerade", (State.PLANNED,), ahead=True, soonest_first=True),
        Choice("skickade", "Skickade", (State.SENDING, State.SENT), ahead=True),
        Choice("oversprungna", "Överhoppade", (State.SKIPPED,), ahead=True),
    )
}


@dataclass(frozen=True)
class Entry:
    """A row as the ledger shows it. `office` is whose it is, `waits_for` the channel that must come first; after `not_after` it is old news."""

    delivery: Delivery
    organisation_short: str
    office: str
    connection: str
    waits_for: str
    not_after: dt.datetime | None = None

    @property
    def chip(self) -> Chip:
        """The state as a mark."""
        return publications.chip(self.delivery)

    @property
    def channel(self) -> str:
        """The channel's name."""
        return CHANNELS[self.delivery.channel]

    @property
    def recipient(self) -> str:
        """Who or what it is for: an office and an organisation, an account, or our own page."""
        if self.delivery.kind == "invitation":
            return self.delivery.address or "Den som är inbjuden"
        if self.delivery.channel == "mail":
            return f"{self.office or SEATS.get(self.delivery.seat, 'Okänd plats')}, {self.organisation_short}"
        return "Invånare" if self.delivery.channel in publications.OWN else self.connection or self.delivery.address or "Bortkopplat konto"

    @property
    def kind(self) -> str:
        """Why there is such a row."""
        if self.delivery.kind in _KINDS:
            return publications.said(self.delivery) or _KINDS[self.delivery.kind]
        lead = self.delivery.lead_days
        return "Påminnelse" if lead is None else f"Påminnelse {swedish.days(abs(lead))} {'efter' if lead < 0 else 'före'}"

    @property
    def note(self) -> str:
        """What else there is to say about how it stands."""
        one = self.delivery
        match one.state:
            case State.PLANNED if self.waits_for:
                return f"efter {CHANNELS[self.waits_for].lower()}"
            case State.PLANNED if one.attempts and one.kind == publications.KIND:
                return f"försöker igen {swedish.clock_time(one.due_at)}. {one.reason}"
            case State.PLANNED if one.attempts:
                return f"försök {one.attempts + 1} av {MAX_ATTEMPTS}. {one.reason}"
            case State.SENDING:
                return f"försök {one.attempts}"
            case State.SENT if one.vanished_at:
                return f"fanns inte kvar {swedish.short_moment(one.vanished_at)}"
            case State.SENT if one.settled_at and not one.reason:
                return (
                    f"{'läst tillbaka' if one.channel in publications.OWN or one.confirmed_at else 'mottaget'} {swedish.clock_time(one.settled_at)}"
                )
            case _:
                return one.reason

    @property
    def headline(self) -> str:
        """What needs a person, in a sentence."""
        where = {"mail": swedish.first_down(self.recipient), "page": "den publika sidan", "feed": "flödet"}.get(
            self.delivery.channel, f"kanalen {self.recipient}" if self.delivery.channel == "webhook" else f"{self.recipient} på {self.channel}"
        )
        if self.delivery.state is State.MANUAL:
            return f"”{self.delivery.title}” ska {_BY_HAND[Act(self.delivery.act)]} för hand på {self.recipient}{self._deadline}"
        if self.delivery.state is State.UNCLEAR:
            return f"Oklart om ”{self.delivery.title}” kom fram till {where}"
        return f"”{self.delivery.title}” kom inte fram till {where}"

    @property
    def _deadline(self) -> str:
        return f", senast {swedish.short_moment(self.not_after)}" if self.not_after and self.delivery.act == Act.PUBLISH else ""

    @property
    def is_being_looked_up(self) -> bool:
        """Whether it may still settle without a person."""
        return self.delivery.state is State.UNCLEAR and self.delivery.lookups < MAX_LOOKUPS


@dataclass(frozen=True)
class Ledger:
    """One page of the ledger, and first of all what needs a person."""

    choice: Choice
    number: int
    entries: Sequence[Entry]
    more: bool
    needs_human: Sequence[Entry]

    @property
    def sentence(self) -> str:
        """How it stands, in a sentence."""
        count = len(self.needs_human)
        if not count:
            return "Inget av det behöver er hjälp."
        return f"{swedish.first_up('ett' if count == 1 else swedish.word(count))} utskick behöver en människa."


def choice(name: str) -> Choice:
    """The choice of that name; the whole ledger for any other."""
    return CHOICES.get(name, CHOICES["alla"])


def number(text: str) -> int:
    """The page that was asked for; the first for anything that is not a page."""
    return max(1, int(text)) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 1
