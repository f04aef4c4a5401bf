"""Focus areas, goals and activities as residents read them, made of the published snapshot and the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet.indicators.rules import from_json
from trygghet.promises import counting, words
from trygghet.promises.counting import Done, Place, Tally
from trygghet.promises.rules import indicator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.indicators.rules import Series
    from trygghet.periods import Validity


@dataclass(frozen=True)
class Counted:
    """An activity with how far it has come. `removed_in` is the version that took it away, `done_on` the latest day of what was done."""

    title: str
    body: str
    owner: str
    due_on: dt.date | None
    unit: str
    measure: str
    target: list[str]
    tally: Tally
    places: list[Place]
    done_on: dt.date | None
    removed_in: int | None

    @property
    def is_counted(self) -> bool:
        """Whether what is done is a number; otherwise it is told in words."""
        return self.measure in {"count", ""}


@dataclass(frozen=True)
class Goal:
    """A goal, how one will know, and what leads there."""

    title: str
    body: str
    target: list[str]
    activities: tuple[Counted, ...]
    series: tuple[Series, ...]


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
    series = content.get("series", {})
    found = [
        Area(
            one["title"],
            one["body"],
            one.get("problem", ""),
            one.get("cause", ""),
            _goals(one["goals"], series, held, today),
            activities(one["activities"], held, today),
        )
        for one in content["areas"]
    ]
    loose = Area("", "", "", "", _goals(content["goals"], series, held, today), activities(content["activities"], held, today))
    return [*found, loose] if loose.goals or loose.activities else found


def _goals(found: Sequence[dict[str, Any]], series: dict[str, Any], held: Validity, today: dt.date) -> tuple[Goal, ...]:
    """What was published before anything was measured beside goals lacks their ids."""
    return tuple(
        Goal(
            one["title"],
            one["body"],
            _target(one) if one.get("measure") else [],
            activities(one["activities"], held, today),
            tuple(from_json(measured) for measured in series.get(one.get("id", ""), [])),
        )
        for one in found
    )


def activities(found: Sequence[dict[str, Any]], held: Validity, today: dt.date) -> tuple[Counted, ...]:
    """Each with how far it has come. What was published before measures, places and days were told lacks them."""
    return tuple(_counted(one, held, today) for one in found if may_be_told(one, today))


def may_be_told(activity: dict[str, Any], today: dt.date) -> bool:
    """Whether residents may know of it that day: the parties may have agreed on a day before which not a word of it is said."""
    first = activity.get("public_after")
    return not first or today >= dt.date.fromisoformat(first)


def _counted(one: dict[str, Any], held: Validity, today: dt.date) -> Counted:
    done = [Done(dt.date.fromisoformat(row["on"]), row["amount"], row.get("place", "")) for row in one["outcomes"]]
    places, at_least, per = one.get("places", []), one["at_least"], one["per"]
    return Counted(
        one["title"],
        one["body"],
        words.owner(one.get("organisation", ""), one["responsible"]),
        dt.date.fromisoformat(one["due_on"]) if one.get("due_on") else None,
        one["unit"],
        one.get("measure", "count"),
        _target(one),
        counting.count(at_least, per, places, held, done, today),
        counting.by_place(at_least, per, places, held, done, today) if places else [],
        max((row.on for row in done), default=None),
        one.get("removed_in"),
    )


def _target(one: dict[str, Any]) -> list[str]:
    return words.target(one.get("measure", "count"), one["at_least"], one["per"], one["unit"], one.get("places", []), indicator(one.get("indicator")))
