"""One promise as it is read: who promises what until when, with everything that has been recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import swedish
from trygghet.obligations.rules import DatedActivity, Facts, Rhythm
from trygghet.periods import Validity
from trygghet.promises import outcomes, rules
from trygghet.promises.outcomes import Outcome
from trygghet.promises.rules import Chapter, Definition, Link, Side, Stage, State, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trygghet.swedish import Chip


@dataclass(frozen=True)
class Party:
    """An organisation in a promise. `code` is the municipal code, text with its leading zero; None for others."""

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


@dataclass(frozen=True)
class Activity:
    """What is to be done, and the rows recorded on it, corrected ones too."""

    id: UUID
    title: str
    body: str
    responsible: str
    due_on: dt.date | None
    at_least: int | None
    per: str
    unit: str
    recorded: tuple[Outcome, ...] = ()

    @property
    def standing(self) -> list[Outcome]:
        """The rows that count."""
        return outcomes.standing(self.recorded)

    @property
    def lines(self) -> tuple[list[outcomes.Line], list[outcomes.Line]]:
        """The latest rows and the rest, each correction above what it corrects."""
        return outcomes.parted(outcomes.lines(self.recorded))

    def tally(self, held: Validity, today: dt.date) -> Tally:
        """The count against an even pace; see `rules.tally`."""
        return rules.tally(self.at_least, self.per, held, [(row.happened_on, row.amount) for row in self.standing], today)

    @property
    def per_words(self) -> str:
        """Under varje år."""
        return {
            "day": "varje dag",
            "week": "varje vecka",
            "month": "varje månad",
            "quarter": "varje kvartal",
            "year": "varje år",
            "period": "under löftets tid",
        }[self.per]


@dataclass(frozen=True)
class Goal:
    """What is to be achieved."""

    id: UUID
    title: str
    body: str
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True)
class FocusArea:
    """A focus area; `activities` are those that belong to none of its goals."""

    id: UUID
    title: str
    body: str
    goals: tuple[Goal, ...] = ()
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True)
class Promise:
    """The whole promise. `goals` and `activities` here are those that belong to no focus area."""

    id: UUID
    title: str
    area_name: str
    oath: str
    validity: Validity
    stage: Stage
    version: int
    tell_every_days: int | None
    contact_office: str
    contact_name: str
    contact_phone: str
    contact_email: str
    told_through: str
    page_updated_on: dt.date | None
    parties: tuple[Party, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    definitions: tuple[Definition, ...] = ()
    links: tuple[Link, ...] = ()
    areas: tuple[FocusArea, ...] = ()
    goals: tuple[Goal, ...] = ()
    activities: tuple[Activity, ...] = ()
    rhythms: tuple[Rhythm, ...] = ()

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
        sides = {party.side for party in self.parties}
        return "joint" if len(sides) > 1 else "police" if sides == {"police"} else "municipality"

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
            case (_, _):
                return "undertecknad av båda"
            case _:
                return "undertecknad av alla"

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

    def activity(self, activity_id: UUID) -> Activity | None:
        """That activity, or None when it is not this promise's."""
        return next((one for one in self.all_activities if one.id == activity_id), None)

    def outcome(self, outcome_id: UUID) -> Outcome | None:
        """That recorded row, or None when it is not this promise's."""
        return next((row for one in self.all_activities for row in one.recorded if row.id == outcome_id), None)

    @property
    def facts(self) -> Facts:
        """All that decides its dated duties."""
        dated = tuple(DatedActivity(one.id, one.title, one.due_on) for one in self.all_activities if one.due_on is not None)
        return Facts(self.id, self.area_name, self.validity, self.rhythms, dated, tuple(party.organisation_id for party in self.parties))


def grouped(found: Sequence[Promise], today: dt.date) -> list[tuple[str, list[Promise]]]:
    """Promises under their headings: what is in force first, the one that ends first at the top; then coming, then ended."""
    headings = {
        "Gäller nu": {State.IN_FORCE, State.ENDING},
        "Väntar": {State.WAITING, State.DRAFT},
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


# ---------------------------------------------------------------- what residents may read
def published(promise: Promise, follow_ups: list[dict[str, object]]) -> dict[str, Any]:
    """The snapshot for residents: the agreed texts, and counts and dates only. Notes and reporters stay inside.

    `follow_ups` are what `obligations.rules.told` makes of the duties.
    """
    held = promise.validity
    return {
        "title": promise.title,
        "area": promise.area_name,
        "oath": promise.oath,
        "valid_from": _day(held.first),
        "valid_until": _day(held.last),
        "review_on": _day(held.review_on),
        "parties": [_party(one) for one in promise.parties],
        "chapters": [asdict(one) for one in promise.chapters],
        "definitions": [asdict(one) for one in promise.definitions],
        "links": [asdict(one) for one in promise.links],
        "areas": [_area(area) for area in promise.areas],
        "goals": [_goal(goal) for goal in promise.goals],
        "activities": [_activity(activity) for activity in promise.activities],
        "contact": {name: getattr(promise, f"contact_{name}") for name in ("office", "name", "phone", "email")},
        "told_through": promise.told_through,
        "tell_every_days": promise.tell_every_days,
        "page_updated_on": _day(promise.page_updated_on),
        "follow_ups": follow_ups,
        "rhythms": [{"receiver": one.receiver, "per": one.per} for one in promise.rhythms],
    }


def _party(one: Party) -> dict[str, Any]:
    kept = ("name", "short", "side", "signatory_office", "signatory_name", "signed")
    return {**{name: getattr(one, name) for name in kept}, "signed_on": _day(one.signed_on)}


def _area(area: FocusArea) -> dict[str, Any]:
    return {
        "title": area.title,
        "body": area.body,
        "goals": [_goal(one) for one in area.goals],
        "activities": [_activity(one) for one in area.activities],
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {"title": goal.title, "body": goal.body, "activities": [_activity(activity) for activity in goal.activities]}


def _activity(activity: Activity) -> dict[str, Any]:
    return {
        "id": str(activity.id),
        "title": activity.title,
        "body": activity.body,
        "responsible": activity.responsible,
        "due_on": _day(activity.due_on),
        "at_least": activity.at_least,
        "per": activity.per,
        "unit": activity.unit,
        "outcomes": [{"on": _day(row.happened_on), "amount": row.amount} for row in activity.standing],
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
