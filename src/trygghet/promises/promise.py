"""One promise as it is read: who promises what until when, with everything that has been recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import swedish
from trygghet.obligations.rhythms import Meeting, Rhythm
from trygghet.obligations.rules import DatedActivity, Facts
from trygghet.periods import Validity
from trygghet.promises import counting, outcomes, rules, words
from trygghet.promises.counting import Done, Place, Tally
from trygghet.promises.outcomes import Outcome
from trygghet.promises.rules import Change, Chapter, Definition, Indicator, Link, Side, Source, Stage, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trygghet.swedish import Chip

LONG = 12
"""A promise with more activities than this has a long page."""


@dataclass(frozen=True)
class Party:
    """An organisation in a promise. `code` is the municipal code, text with its leading zero; None for others."""

    id: UUID
    organisation_id: UUID
    slug: str
    name: str
    short: str
    code: str | None
    side: Side
    signatory_name: str
    signatory_office: str
    signed: bool
    signed_on: dt.date | None
    signed_at: dt.datetime | None
    content_hash: str


@dataclass(frozen=True)
class Concerned:
    """The municipality that a promise of the police alone is for; it is no party and has no access."""

    slug: str
    name: str
    short: str
    code: str | None


@dataclass(frozen=True)
class Contact:
    """Whom to turn to; `organisation` is the party's short name, empty where the promise does not say."""

    id: UUID
    organisation_id: UUID | None
    slug: str
    organisation: str
    office: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Version:
    """A text of the promise that all parties have signed, and why it replaced the one before. Old promises may lack the day."""

    number: int
    kind: Change
    reason: str
    signed_on: dt.date | None
    valid_until: dt.date | None

    @property
    def words(self) -> str:
        """Ändrat 3 mars 2025."""
        return words.changed(self.kind, self.signed_on, self.valid_until)


@dataclass(frozen=True)
class Neighbour:
    """The promise before or after this one."""

    id: UUID
    title: str
    validity: Validity
    precedes: bool


@dataclass(frozen=True)
class Activity:
    """What is to be done, and the rows recorded on it, corrected ones too. `removed_in` is the version that took it away."""

    id: UUID
    title: str
    body: str
    organisation_id: UUID | None
    slug: str
    organisation: str
    responsible: str
    due_on: dt.date | None
    measure: rules.Measure
    at_least: int | None
    per: rules.Per
    unit: str
    places: tuple[str, ...]
    indicator: Indicator | None
    removed_in: int | None
    public_after: dt.date | None = None  # the first day on which residents may be told of it
    recorded: tuple[Outcome, ...] = ()

    @property
    def standing(self) -> list[Outcome]:
        """The rows that count."""
        return outcomes.standing(self.recorded)

    @property
    def lines(self) -> tuple[list[outcomes.Line], list[outcomes.Line]]:
        """The latest rows and the rest, each correction above what it corrects."""
        return outcomes.parted(outcomes.lines(self.recorded))

    @property
    def is_counted(self) -> bool:
        """Whether what is done is a number; otherwise it is told in words."""
        return self.measure in {"count", ""}

    def tally(self, held: Validity, today: dt.date) -> Tally:
        """The count against an even pace; see `counting.count`."""
        return counting.count(self.at_least, self.per, self.places, held, self._done, today)

    def by_place(self, held: Validity, today: dt.date) -> list[Place]:
        """The count of each place; nothing where the promise names none."""
        return counting.by_place(self.at_least, self.per, self.places, held, self._done, today) if self.places else []

    @property
    def _done(self) -> list[Done]:
        return [Done(row.happened_on, row.amount, row.place) for row in self.standing]

    @property
    def target_words(self) -> list[str]:
        """Minst 4 insatser under löftets tid, på var och en av 3 platser."""
        return words.target(self.measure, self.at_least, self.per, self.unit, self.places, self.indicator)

    @property
    def owner(self) -> str:
        """Åmål: socialtjänsten."""
        return words.owner(self.organisation, self.responsible)


@dataclass(frozen=True)
class Goal:
    """What is to be achieved, and how one will know."""

    id: UUID
    title: str
    body: str
    measure: rules.Measure
    at_least: int | None
    per: rules.Per
    unit: str
    places: tuple[str, ...]
    indicator: Indicator | None
    activities: tuple[Activity, ...] = ()

    @property
    def target_words(self) -> list[str]:
        """Otrygga ska minska från 34 procent till 30 procent."""
        return words.target(self.measure, self.at_least, self.per, self.unit, self.places, self.indicator)


@dataclass(frozen=True)
class FocusArea:
    """A focus area with its problem and likely cause; `activities` are those that belong to none of its goals."""

    id: UUID
    title: str
    body: str
    problem: str
    cause: str
    goals: tuple[Goal, ...] = ()
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True)
class Promise:
    """The whole promise. `goals` and `activities` are those that belong to no focus area, `removed` those that a change took away.

    `merged_years` are those that the parties have agreed to follow up together with the year after, `meetings` the days on which those
    meet that it is reported to.
    """

    id: UUID
    title: str
    area_name: str
    oath: str
    validity: Validity
    stage: Stage
    version: int
    tell_every_days: int | None
    told_through: str
    page_updated_on: dt.date | None
    count_every_days: int | None = None
    concerns: Concerned | None = None
    neighbours: tuple[Neighbour, ...] = ()
    versions: tuple[Version, ...] = ()
    parties: tuple[Party, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    definitions: tuple[Definition, ...] = ()
    links: tuple[Link, ...] = ()
    contacts: tuple[Contact, ...] = ()
    sources: tuple[Source, ...] = ()
    areas: tuple[FocusArea, ...] = ()
    goals: tuple[Goal, ...] = ()
    activities: tuple[Activity, ...] = ()
    removed: tuple[Activity, ...] = ()
    rhythms: tuple[Rhythm, ...] = ()
    merged_years: tuple[int, ...] = ()
    meetings: tuple[Meeting, ...] = ()

    def state(self, today: dt.date) -> State:
        """Where it is in its life that day."""
        return rules.state(self.stage, self.validity, today)

    def chip(self, today: dt.date) -> Chip:
        """The state as it is shown."""
        return rules.state_chip(self.state(today), self.validity, today)

    def days_left(self, today: dt.date) -> int | None:
        """Days to the last day; None while it is open."""
        return rules.days_left(self.validity, today)

    @property
    def validity_words(self) -> str:
        """1 jan 2023 till och med 31 dec 2024."""
        held = self.validity
        if held.last is not None:
            return f"{swedish.short_date(held.first)} till och med {swedish.short_date(held.last)}"
        review = f"; ses över {swedish.short_date(held.review_on)}" if held.review_on else ""
        return f"Från {swedish.short_date(held.first)} och tills vidare{review}"

    def left_words(self, today: dt.date) -> str:
        """91 dagar kvar."""
        left = self.days_left(today)
        if today < self.validity.first:
            return f"Börjar gälla om {swedish.days((self.validity.first - today).days)}."
        if left is None:
            return ""
        if left < 0:
            return f"Gick ut för {swedish.days(-left)} sedan."
        return "Sista dagen är i dag." if left == 0 else f"{swedish.days(left)} kvar."

    @property
    def voice(self) -> str:
        """Joint when more than one side promises, otherwise the side that does; "other" speaks as a municipality."""
        return words.voice([party.side for party in self.parties])

    @property
    def voice_words(self) -> str:
        """Gemensamt: Björkens kommun och LPO Skogen."""
        return f"{words.VOICES[self.voice]}: {self.party_names}"

    @property
    def party_names(self) -> str:
        """Björkens kommun och LPO Skogen."""
        return swedish.listed([party.name for party in self.parties])

    @property
    def signed_words(self) -> str:
        """Whether all have signed, in words."""
        missing = [party.name for party in self.parties if not party.signed]
        if missing:
            return f"underskrift saknas av {swedish.listed(missing)}"
        match self.parties:
            case (one,):
                return f"undertecknad av {one.name}"
            case (_, _):
                return "undertecknad av båda"
            case _:
                return "undertecknad av alla"

    @property
    def late_words(self) -> str:
        """Undertecknat 26 oktober 2018, gäller från 1 juli 2018; nothing where it was signed in time or nobody knows."""
        return words.late(self.signed_on, self.validity.first)

    @property
    def signed_on(self) -> dt.date | None:
        """The day on which its first text had been signed by all."""
        return next((one.signed_on for one in self.versions if one.kind == "first"), None)

    @property
    def changes(self) -> list[Version]:
        """What has been changed since it was signed first, latest first."""
        return [one for one in reversed(self.versions) if one.kind != "first"]

    @property
    def follows(self) -> Neighbour | None:
        """The promise before."""
        return next((one for one in self.neighbours if one.precedes), None)

    @property
    def successors(self) -> list[Neighbour]:
        """The promises after; more than one where several municipalities go on by themselves."""
        return [one for one in self.neighbours if not one.precedes]

    @property
    def homes(self) -> list[Party] | list[Concerned]:
        """On whose public page it stands: every municipality that promises, else the one that the promise is for."""
        return [one for one in self.parties if one.side == "municipality"] or ([self.concerns] if self.concerns else [])

    @property
    def is_long(self) -> bool:
        """Whether its page needs a way to find about, and shows what was recorded only when asked."""
        return sum(1 for _ in self.all_activities) > LONG

    @property
    def all_activities(self) -> Iterator[Activity]:
        """Every activity on every level, in the order of the page."""
        for area in self.areas:
            for goal in area.goals:
                yield from goal.activities
            yield from area.activities
        for goal in self.goals:
            yield from goal.activities
        yield from self.activities

    @property
    def all_goals(self) -> Iterator[Goal]:
        """Every goal, in the order of the page."""
        for area in self.areas:
            yield from area.goals
        yield from self.goals

    def activity(self, activity_id: UUID) -> Activity | None:
        """That activity, one that was removed too, or None when it is not this promise's."""
        return next((one for one in chain(self.all_activities, self.removed) if one.id == activity_id), None)

    def outcome(self, outcome_id: UUID) -> Outcome | None:
        """That recorded row, or None when it is not this promise's."""
        return next((row for one in chain(self.all_activities, self.removed) for row in one.recorded if row.id == outcome_id), None)

    @property
    def facts(self) -> Facts:
        """All that decides its dated duties."""
        dated = tuple(DatedActivity(one.id, one.title, one.due_on) for one in self.all_activities if one.due_on is not None)
        parties = tuple(party.organisation_id for party in self.parties)
        return Facts(self.id, self.area_name, self.validity, self.rhythms, dated, parties, frozenset(self.merged_years), meetings=self.meetings)


def grouped(found: Sequence[Promise], today: dt.date) -> list[tuple[str, list[Promise]]]:
    """Promises under their headings: what is in force first, the one that ends first at the top; then coming, then ended."""
    headings = {
        "Gäller nu": {State.IN_FORCE, State.ENDING},
        "Börjar gälla": {State.COMING},
        "Har gällt": {State.ENDED, State.ENDED_EARLY, State.REPLACED},
    }
    groups = []
    for heading, states in headings.items():
        inside = [one for one in found if one.state(today) in states]
        inside.sort(key=lambda one: (one.validity.last or dt.date.max, one.area_name), reverse=heading == "Har gällt")
        groups.append((heading, inside))
    return [(heading, inside) for heading, inside in groups if inside]


def heading(found: Sequence[Promise], today: dt.date) -> str:
    """How it stands with all promises, in a sentence or two for the top of the list."""
    held = [one for one in found if one.state(today) in {State.IN_FORCE, State.ENDING}]
    if not held:
        return "Inget löfte gäller just nu."
    count = "Ett löfte gäller." if len(held) == 1 else f"{swedish.first_up(swedish.word(len(held)))} löften gäller."
    ends = sorted((one.validity.last, one.area_name) for one in held if one.validity.last is not None)
    if not ends:
        return count
    last, area = ends[0]
    when = "i dag" if last == today else f"om {swedish.days((last - today).days)}"
    return (
        f"{count} Det löper ut {when}, {swedish.long_date(last)}."
        if len(held) == 1
        else f"{count} Närmast att löpa ut är det i {area}: {when}, {swedish.long_date(last)}."
    )
