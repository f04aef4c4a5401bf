"""What a promise is made of when it is written down, what may be kept of it, and which state it is in a given day."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from trygghet import shield, swedish
from trygghet.obligations.rhythms import Rhythm
from trygghet.periods import Validity, validity
from trygghet.swedish import Chip, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Stage = Literal["signed", "ended_early", "replaced"]
Side = Literal["municipality", "police", "other"]
ChapterKind = Literal["situation", "background", "direction", "cooperation", "follow_up", "other"]
SourceKind = Literal["situation", "dialogue", "staff_dialogue", "survey", "statistics", "other"]
Per = Literal["day", "week", "month", "quarter", "year", "period"]
Measure = Literal["", "count", "indicator", "yes_no", "narrative"]
Direction = Literal["", "up", "down", "keep"]
Change = Literal["first", "change", "extension", "early_end"]

ENDING_DAYS = 180
"""A promise "löper ut" when this many days or fewer are left: the first reminder of its renewal goes out then."""


# ---------------------------------------------------------------- a promise as it is written down
@dataclass(frozen=True, kw_only=True)
class PartyDraft:
    """Who promises. `organisation` is its slug; `signed_on` is unknown for some old promises.

    What was signed in the product has the moment too, and the SHA-256 of the text.
    """

    organisation: str
    side: Side
    signatory_name: str = ""
    signatory_office: str = ""
    signed: bool = False
    signed_on: dt.date | None = None
    signed_at: dt.datetime | None = None
    content_hash: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One of the promise's own texts."""

    kind: ChapterKind
    heading: str
    body: str
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a word means in this promise."""

    term: str
    meaning: str
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page elsewhere; `url` begins with http:// or https://."""

    title: str
    url: str
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ContactDraft:
    """Whom residents and the other party may turn to. `organisation` is its slug, empty where the promise does not say."""

    office: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    organisation: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """What the promise builds on. `participants` is n; `response_rate` is in percent."""

    kind: SourceKind
    title: str
    held_on: dt.date | None = None
    place: str = ""
    participants: int | None = None
    response_rate: float | None = None
    note: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A measured value that is to change: from a baseline, in a direction, to a level by a day."""

    name: str
    unit: str = ""
    baseline: float | None = None
    baseline_on: dt.date | None = None
    direction: Direction = ""
    level: float | None = None
    level_on: dt.date | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is stored and published: days as ISO dates."""
        return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(self).items()}


def indicator(stored: dict[str, Any] | None) -> Indicator | None:
    """What `as_json` made."""
    if stored is None:
        return None
    days = {name: dt.date.fromisoformat(stored[name]) if stored[name] else None for name in ("baseline_on", "level_on")}
    return Indicator(**{**stored, **days})


@dataclass(frozen=True, kw_only=True)
class ActivityDraft:
    """What is to be done. Counted without `at_least` it is measured against nothing; with `places` the number is owed at each of them.

    `organisation` is the slug of the party that answers for it, `responsible` the unit there. Before `public_after` residents are not told of it.
    """

    title: str
    body: str = ""
    organisation: str = ""
    responsible: str = ""
    due_on: dt.date | None = None
    public_after: dt.date | None = None
    measure: Measure = "count"
    at_least: int | None = None
    per: Per = "period"
    unit: str = ""
    places: tuple[str, ...] = ()
    indicator: Indicator | None = None
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class GoalDraft:
    """What is to be achieved, how one will know, and the activities that lead there."""

    title: str
    body: str = ""
    measure: Measure = ""
    at_least: int | None = None
    per: Per = "period"
    unit: str = ""
    places: tuple[str, ...] = ()
    indicator: Indicator | None = None
    activities: tuple[ActivityDraft, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AreaDraft:
    """A focus area: the problem, its likely cause, its goals, and the activities that belong to no goal."""

    title: str
    body: str = ""
    problem: str = ""
    cause: str = ""
    goals: tuple[GoalDraft, ...] = ()
    activities: tuple[ActivityDraft, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A whole promise, ready to be entered. Focus areas, goals and activities are optional levels: each may stand alone.

    `valid_until` may be empty only with a day to review. `concerns` is the slug of the municipality that a promise of the police
    alone is for, `follows` the promise that this one succeeds. Parts keep their ids, so that what is counted on an activity stays
    with it through every version.
    """

    title: str
    area_name: str
    oath: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    review_on: dt.date | None = None
    tell_every_days: int | None = None
    count_every_days: int | None = None
    told_through: str = ""
    page_updated_on: dt.date | None = None
    concerns: str = ""
    follows: UUID | None = None
    parties: tuple[PartyDraft, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    definitions: tuple[Definition, ...] = ()
    links: tuple[Link, ...] = ()
    contacts: tuple[ContactDraft, ...] = ()
    sources: tuple[Source, ...] = ()
    areas: tuple[AreaDraft, ...] = ()
    goals: tuple[GoalDraft, ...] = ()
    activities: tuple[ActivityDraft, ...] = ()
    rhythms: tuple[Rhythm, ...] = ()

    @property
    def validity(self) -> Validity:
        """When it holds. Raises `Refusal`."""
        return validity(self.valid_from, self.valid_until, self.review_on)

    @property
    def all_activities(self) -> Iterator[ActivityDraft]:
        """Every activity on every level, in reading order."""
        for area in self.areas:
            for goal in area.goals:
                yield from goal.activities
            yield from area.activities
        for goal in self.goals:
            yield from goal.activities
        yield from self.activities

    @property
    def slugs(self) -> list[str]:
        """Every organisation that it names."""
        named = [
            *(one.organisation for one in self.parties),
            *(one.organisation for one in self.contacts),
            *(one.organisation for one in self.all_activities),
        ]
        return list(dict.fromkeys(slug for slug in (*named, self.concerns) if slug))


def check(draft: Draft) -> None:
    """Whether the promise may be kept as it is: days that can be, nothing twice that must be there once, no personal identity numbers.

    Raises `Refusal`.
    """
    validity(draft.valid_from, draft.valid_until, draft.review_on)
    _once("Parten", [one.organisation for one in draft.parties])
    _once("Begreppet", [one.term for one in draft.definitions])
    for owner in {one.organisation_id for one in draft.rhythms}:
        _once("Rapporten till", [f"{one.receiver} {PER_YEAR[one.per]}" for one in draft.rhythms if one.organisation_id == owner])
    for one in draft.all_activities:
        _once("Platsen", one.places)
    for text in _texts(draft):
        if number := shield.personal_number(text):
            raise Refusal("text.personal_number", name="Löftets text", text=number)


def _once(what: str, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Refusal("promise.twice", what=what, name=name)


def _texts(part: Any) -> Iterator[str]:
    """Everything in it that somebody wrote."""
    for field in fields(part):
        value = getattr(part, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str):
                yield one
            elif hasattr(one, "__dataclass_fields__"):
                yield from _texts(one)


def check_change(kind: Change, before: Validity, draft: Draft) -> None:
    """Whether a signed promise may become this: an early end ends earlier, an extension holds longer. Raises `Refusal`."""
    last = draft.valid_until
    was = "gäller tills vidare" if before.last is None else f"gäller till och med {swedish.long_date(before.last)}"
    if kind == "early_end" and (last is None or (before.last is not None and last >= before.last)):
        raise Refusal("promise.not_earlier", field="valid_until", was=was)
    if kind == "extension" and (before.last is None or (last is not None and last <= before.last)):
        raise Refusal("promise.not_later", field="valid_until", was=was)


def check_merge(years: Collection[int], held: Validity, done: Collection[int]) -> None:
    """Whether each of these years may be followed up with the one after; `done` are the years that have been. Raises `Refusal`."""
    for year in years:
        if not held.first.year <= year < held.known_until.year:
            raise Refusal("merge.year", year=year)
        if year in done or year + 1 in done:
            raise Refusal("merge.done", year=year, after=year + 1)


def stage_after(kind: Change, stage: Stage | None, was: dt.date | None, last: dt.date | None) -> Stage:
    """The stage that a signed text brings. What was ended early stays so through a change of other things, until it is to hold longer again."""
    is_kept = kind == "change" and stage == "ended_early" and was is not None and last is not None and last <= was
    return "ended_early" if kind == "early_end" or is_kept else "signed"


PER_YEAR = {
    "month": "varje månad",
    "quarter": "varje kvartal",
    "tertial": "varje tertial",
    "half_year": "varje halvår",
    "year": "varje år",
    "meeting": "inför varje sammanträde",
    "continuous": "löpande",
}
"""How often a report is given, in words."""


@dataclass(frozen=True)
class Signed:
    """A party's signature on exactly one text: who signed, in which office, when, and the text's SHA-256."""

    organisation_id: UUID
    name: str
    office: str
    at: dt.datetime
    content_hash: str


# ---------------------------------------------------------------- the state, computed when read
class State(StrEnum):
    """Where a signed promise is in its life on a given day. Never stored: dates decide, and no job needs to have run."""

    COMING = "coming"
    IN_FORCE = "in_force"
    ENDING = "ending"
    ENDED = "ended"
    ENDED_EARLY = "ended_early"
    REPLACED = "replaced"


def state(stage: str, held: Validity, today: dt.date) -> State:
    """The state that day. A promise holds through its last day, also one that was brought forward, and has ended the day after."""
    if stage == "replaced":
        return State.REPLACED
    if today < held.first:
        return State.COMING
    left = days_left(held, today)
    if left is None or left > ENDING_DAYS:
        return State.IN_FORCE
    if left >= 0:
        return State.ENDING
    return State.ENDED_EARLY if stage == "ended_early" else State.ENDED


def days_left(held: Validity, today: dt.date) -> int | None:
    """Days from today to the last day: 0 on the last day, negative afterwards, None while the promise is open."""
    return None if held.last is None else (held.last - today).days


def state_chip(found: State, held: Validity, today: dt.date) -> Chip:
    """Löper ut om 91 dagar."""
    left = days_left(held, today) or 0
    last = swedish.long_date(held.last) if held.last else ""
    return {
        State.COMING: Chip("info", "soon", f"Börjar gälla {swedish.long_date(held.first)}"),
        State.IN_FORCE: Chip("good", "dot", "Gäller"),
        State.ENDING: Chip("warn", "hour", "Löper ut i dag" if left == 0 else f"Löper ut om {swedish.days(left)}"),
        State.ENDED: Chip("", "end", f"Gick ut {last}"),
        State.ENDED_EARLY: Chip("", "stop", f"Avslutat i förtid {last}"),
        State.REPLACED: Chip("", "end", "Ersatt av ett nytt löfte"),
    }[found]
