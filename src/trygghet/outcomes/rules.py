"""What a reporter sees: the activities to choose among, and what they have reported."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.periods import Validity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trygghet.promises.rules import Measure

RECENT = 10
"""So many of one's own reports are shown."""
SUGGESTED = 6
"""So many places are offered to choose among, of those that were named last."""
AFTERWARDS = dt.timedelta(days=60)
"""How long an ended promise is still offered: what was done in its last days is often written down after them."""
SHOWN = 100
"""So many rows of a file are shown one by one before it is taken in."""
MANY = 8
"""With more activities than this there is a box to search in."""
UNDO_NOTE = "Ångrad av den som registrerade."
_UNDO = uuid.UUID("5b0f6c3e-6d0e-4f5e-9a53-6f1d6d3b2a10")


@dataclass(frozen=True)
class Task:
    """An activity that may be reported on. `suggested` are places to choose among where the promise names none."""

    id: uuid.UUID
    title: str
    measure: Measure
    unit: str
    places: tuple[str, ...]
    promise_id: uuid.UUID
    promise_title: str
    area_name: str
    validity: Validity
    suggested: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Whether what is done is a number; otherwise it is told in words."""
        return self.measure in {"count", ""}

    @property
    def needs_note(self) -> bool:
        """Whether it must be said what was done."""
        return not self.is_counted and self.measure != "yes_no"

    def latest(self, today: dt.date) -> dt.date:
        """The last day that can be reported: today, or the promise's last day where that has passed."""
        return min(today, self.validity.last or today)

    def days(self, today: dt.date) -> list[tuple[dt.date, str]]:
        """The days that are one press away: today and yesterday, or the last day of a promise that has ended."""
        latest = self.latest(today)
        if latest < today:
            return [(latest, f"Sista dagen, {swedish.short_day(latest)}")]
        yesterday = today - dt.timedelta(days=1)
        return [(today, f"I dag, {swedish.short_day(today)}")] + (
            [(yesterday, f"I går, {swedish.short_day(yesterday)}")] if self.validity.holds(yesterday) else []
        )


class Mine(NamedTuple):
    """One of a reporter's own rows. `corrected_to` is the amount of the row that replaces it, None while it stands."""

    id: uuid.UUID
    promise_id: uuid.UUID
    activity_id: uuid.UUID
    title: str
    promise_title: str
    measure: Measure
    unit: str
    happened_on: dt.date
    amount: int
    note: str
    place: str
    recorded_at: dt.datetime
    corrected_to: int | None

    @property
    def words(self) -> str:
        """2 kontroller, Nossebro, 1 okt 2024."""
        unit = self.unit if self.amount != 1 else "st"  # what is counted is written in the plural
        amount = [f"{swedish.number(self.amount, 0)} {unit}".strip()] if self.measure in {"count", ""} else []
        return ", ".join([*amount, *([swedish.first_up(self.place)] if self.place else []), swedish.short_date(self.happened_on)])

    @property
    def fate(self) -> str:
        """What became of it: ångrad, rättad till 3; nothing while it stands."""
        if self.corrected_to is None:
            return ""
        return f"rättad till {swedish.number(self.corrected_to, 0)}" if self.corrected_to else "ångrad"


class Into(NamedTuple):
    """A promise that outcomes may be taken into."""

    id: uuid.UUID
    title: str
    validity: Validity


def with_places(tasks: Sequence[Task], named: Mapping[uuid.UUID, Sequence[str]]) -> list[Task]:
    """Each activity without places of its own with those that were named last in its promise."""
    return [one if one.places else replace(one, suggested=tuple(named.get(one.promise_id, ()))) for one in tasks]


def dated(typed: Mapping[str, str]) -> dict[str, str]:
    """The form with its day in one field: one of those that are one press away, or the one that was typed."""
    day = typed.get("dag", "annan")
    return {**typed, "datum": typed.get("datum", "") if day == "annan" else day}


def undo_key(outcome_id: uuid.UUID) -> uuid.UUID:
    """The key of the row that takes a row back: the same however often and from wherever it is asked for."""
    return uuid.uuid5(_UNDO, str(outcome_id))
