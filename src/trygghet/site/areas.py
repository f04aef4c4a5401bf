"""Focus areas, goals and activities as residents read them, made of the published snapshot and the day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trygghet.followups import facts
from trygghet.indicators.rules import from_json
from trygghet.promises import counting, stretches, words
from trygghet.promises.counting import Done, Place, Tally
from trygghet.promises.rules import indicator
from trygghet.promises.stretches import Days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trygghet.followups.facts import Figure
    from trygghet.indicators.rules import Series
    from trygghet.periods import Validity
    from trygghet.tongue import Tongue

MOST_PACED = 20
"""A promise that counts more activities than this shows each one's count and pace, but not month by month: the page would be too heavy for a phone."""


@dataclass(frozen=True)
class Counted:
    """An activity with how far it has come. `told` is what was published of it, `removed_in` is the version that took it away, `done_on` the latest day of what was done.

    `pace` is the same month by month; None where there is nothing to draw.
    """

    title: str
    body: str
    owner: str
    due_on: dt.date | None
    unit: str
    measure: str
    told: Mapping[str, Any]
    tally: Tally
    places: list[Place]
    done_on: dt.date | None
    removed_in: int | None
    pace: Figure | None

    def target(self, t: Tongue) -> list[str]:
        """How one will know, in lines."""
        return _target(self.told, t)

    @property
    def is_counted(self) -> bool:
        """Whether what is done is a number; otherwise it is told in words."""
        return self.measure in {"count", ""}


@dataclass(frozen=True)
class Goal:
    """A goal, how one will know, and what leads there."""

    title: str
    body: str
    told: Mapping[str, Any]
    activities: tuple[Counted, ...]
    series: tuple[Series, ...]

    def target(self, t: Tongue) -> list[str]:
        """How one will know, in lines."""
        return _target(self.told, t) if self.told.get("measure") else []


@dataclass(frozen=True)
class Area:
    """A focus area with its problem and likely cause; the one without a title holds what belongs to none."""

    title: str
    body: str
    problem: str
    cause: str
    goals: tuple[Goal, ...]
    activities: tuple[Counted, ...]


def areas(content: dict[str, Any], held: Validity, today: dt.date) -> list[Area]:
    """Focus areas in order, then what belongs to none. What was published before problems were told lacks them."""
    series, many = content.get("series", {}), sum(1 for _ in every(content)) > MOST_PACED
    found = [
        Area(
            one["title"],
            one["body"],
            one.get("problem", ""),
            one.get("cause", ""),
            _goals(one["goals"], series, held, today, many=many),
            activities(one["activities"], held, today, many=many),
        )
        for one in content["areas"]
    ]
    goals = _goals(content["goals"], series, held, today, many=many)
    loose = Area("", "", "", "", goals, activities(content["activities"], held, today, many=many))
    return [*found, loose] if loose.goals or loose.activities else found


def every(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each activity of the promise as it is published, wherever it hangs."""
    for where in [*content["areas"], content]:
        yield from (one for goal in where["goals"] for one in goal["activities"])
        yield from where["activities"]


def _goals(found: Sequence[dict[str, Any]], series: dict[str, Any], held: Validity, today: dt.date, *, many: bool) -> tuple[Goal, ...]:
    """What was published before anything was measured beside goals lacks their ids."""
    return tuple(
        Goal(
            one["title"],
            one["body"],
            one,
            activities(one["activities"], held, today, many=many),
            tuple(from_json(measured) for measured in series.get(one.get("id", ""), [])),
        )
        for one in found
    )


def activities(found: Sequence[dict[str, Any]], held: Validity, today: dt.date, *, many: bool = False) -> tuple[Counted, ...]:
    """Each with how far it has come, where they are not `many` also month by month.

    What was published before measures, places and days were told lacks them.
    """
    return tuple(_counted(one, held, today, many=many) for one in found if may_be_told(one, today))


def may_be_told(activity: dict[str, Any], today: dt.date) -> bool:
    """Whether residents may know of it that day: the parties may have agreed on a day before which not a word of it is said."""
    first = activity.get("public_after")
    return not first or today >= dt.date.fromisoformat(first)


def _counted(one: dict[str, Any], held: Validity, today: dt.date, *, many: bool) -> Counted:
    done = _done(one["outcomes"])
    places, at_least, per = one.get("places", []), one["at_least"], one["per"]
    tally = counting.count(at_least, per, places, held, done, today)
    counted = Counted(
        one["title"],
        one["body"],
        words.owner(one.get("organisation", ""), one["responsible"]),
        dt.date.fromisoformat(one["due_on"]) if one.get("due_on") else None,
        one["unit"],
        one.get("measure", "count"),
        one,
        tally,
        counting.by_place(at_least, per, places, held, done, today) if places else [],
        max((row.on for row in done), default=None),
        one.get("removed_in"),
        None,
    )
    if many or not counted.is_counted or counted.removed_in or today < tally.period_first or not (tally.done or tally.promised):
        return counted
    days = Days(tally.period_first, tally.period_last)
    return replace(counted, pace=facts.figure(counted.title, counted.unit, stretches.count(at_least, per, places, held, done, days, today)))


def _done(outcomes: Sequence[dict[str, Any]]) -> list[Done]:
    """One for each day and place, in order: what is done ten times a day costs no more to reckon with than what is done once."""
    found: Counter[tuple[str, str]] = Counter()
    for row in outcomes:
        found[row["on"], row.get("place", "")] += row["amount"]
    return [Done(dt.date.fromisoformat(day), amount, place) for (day, place), amount in sorted(found.items())]


def _target(one: Mapping[str, Any], t: Tongue) -> list[str]:
    measured = indicator(one.get("indicator"))
    return words.target(one.get("measure", "count"), one["at_least"], one["per"], one["unit"], one.get("places", []), measured, t)
