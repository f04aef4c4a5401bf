"""What a dashboard is made from, as the store finds it. Nothing here is decided yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trygghet.promises import counting
from trygghet.promises import rules as promise_rules
from trygghet.promises.counting import Done, Tally
from trygghet.promises.rules import State
from trygghet.silence.rules import Heard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.obligations.renewal import Making
    from trygghet.periods import Validity
    from trygghet.signatures.standing import Standing
    from trygghet.swedish import Chip


@dataclass(frozen=True)
class Party:
    """An organisation in a promise. `acted_on` is the day of the last thing it did in it that the others may know of."""

    organisation_id: UUID
    name: str
    short: str
    slug: str
    side: str
    acted_on: dt.date | None = None


@dataclass(frozen=True)
class Promise:
    """One promise. `told_on` is the day residents last were told something that still stands, `counted_on` the day on which something
    done that still stands was last recorded; `counts` says whether anything remains to be counted.
    """

    id: UUID
    title: str
    area_name: str
    stage: str
    validity: Validity
    tell_every_days: int | None
    told_on: dt.date | None
    parties: tuple[Party, ...]
    concerns: UUID | None = None
    """The municipality that the police's promise alone is for."""
    count_every_days: int | None = None
    counted_on: dt.date | None = None
    counts: bool = False
    signed_on: dt.date | None = None
    entered_on: dt.date = dt.date.min
    """From when its log tells what anybody does in it."""

    @property
    def heard(self) -> Heard:
        """What its silence is reckoned from."""
        return Heard(
            self.stage, self.validity, self.tell_every_days, self.count_every_days, self.told_on, self.counted_on, self.counts, self.signed_on
        )

    def state(self, today: dt.date) -> State:
        """Where it is in its life that day."""
        return promise_rules.state(self.stage, self.validity, today)

    def chip(self, today: dt.date) -> Chip:
        """The state as it is shown everywhere."""
        return promise_rules.state_chip(self.state(today), self.validity, today)

    def days_left(self, today: dt.date) -> int | None:
        """Days to the last day; None while it is open."""
        return promise_rules.days_left(self.validity, today)

    def others(self, organisation: UUID) -> tuple[Party, ...]:
        """The other parties."""
        return tuple(party for party in self.parties if party.organisation_id != organisation)

    @property
    def municipalities(self) -> tuple[Party, ...]:
        """Whose residents it is made to."""
        return tuple(party for party in self.parties if party.side == "municipality")

    def is_for(self, municipality: UUID) -> bool:
        """Whether it is made to that municipality's residents."""
        return municipality == self.concerns or any(party.organisation_id == municipality for party in self.municipalities)


@dataclass(frozen=True)
class Duty:
    """A dated duty. `marked` are the parties that have said that their part is done; `done` says that all of it is.

    One that the organisation owes by itself belongs to no promise.
    """

    id: UUID
    promise_id: UUID | None
    kind: str
    title: str
    due_on: dt.date
    period_from: dt.date | None
    period_until: dt.date | None
    receiver: str
    marked: frozenset[UUID]
    done: bool
    followed: bool = False
    """A promise's end: another promise has taken over."""
    unheard: frozenset[UUID] = frozenset()
    """The parties of which nobody could be reminded of it the last time."""


@dataclass(frozen=True)
class Key:
    """A shared status update that waits for this organisation's key.

    `turned` are the parties that have approved exactly this text and the day they did. `fell_on` is set where this
    organisation had approved an earlier one. `sender` is who shared it.
    """

    update_id: UUID
    promise_id: UUID
    title: str
    shared_on: dt.date
    earliest_on: dt.date | None
    channels: int
    turned: tuple[tuple[str, dt.date], ...]
    fell_on: dt.date | None
    sender: str


@dataclass(frozen=True)
class Arrival:
    """How one channel fared with an update. `name` is empty for our own page and feed."""

    channel: str
    name: str
    state: str
    reason: str
    due_on: dt.date


@dataclass(frozen=True)
class Told:
    """An update that has been agreed on. `voice` is how it is marked and whose it is: a party may have said it alone."""

    update_id: UUID
    title: str
    on: dt.date
    withdrawn: bool
    published: bool
    arrivals: tuple[Arrival, ...]
    voice: tuple[str, str] = ("joint", "Gemensamt")


@dataclass(frozen=True)
class Activity:
    """What is counted: `at_least` None has no number to reach. `goal` is empty where it belongs to none."""

    id: UUID
    promise_id: UUID
    area: str
    goal: str
    title: str
    at_least: int | None
    per: str
    unit: str
    places: tuple[str, ...]
    outcomes: tuple[Done, ...]

    def tally(self, held: Validity, today: dt.date) -> Tally:
        """The count against an even pace."""
        return counting.count(self.at_least, self.per, self.places, held, self.outcomes, today)


@dataclass(frozen=True)
class Meaning:
    """What a word means in one promise."""

    promise_id: UUID
    term: str
    meaning: str


@dataclass(frozen=True)
class Municipality:
    """A municipality of a local police area."""

    id: UUID
    name: str
    short: str
    slug: str


@dataclass(frozen=True)
class Board:
    """Everything one organisation's first page is made from. `stuck` counts this organisation's deliveries that need a person.

    `municipalities` are those whose gaps are told: a municipality's own, or all of a police area.
    """

    promises: tuple[Promise, ...]
    duties: tuple[Duty, ...]
    keys: tuple[Key, ...]
    stuck: int = 0
    told: tuple[Told, ...] = ()
    activities: tuple[Activity, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    municipalities: tuple[Municipality, ...] = ()
    makings: tuple[Making, ...] = ()
    """The texts that may come to follow a promise."""
    making: tuple[Standing, ...] = ()
    """How every text that is being made stands, latest first."""
    empty: bool = False
    """Whether nobody here holds the seats that duties wait for."""
    covers: Mapping[str, Sequence[Validity]] = field(default_factory=dict)
    """Which days are covered by published promises, whoever signed them, by the municipality's slug."""

    def promise(self, promise_id: UUID | None) -> Promise:
        """The promise that something hangs on."""
        return next(one for one in self.promises if one.id == promise_id)
