"""Promises built in memory, for what is reckoned from one without asking a database."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from trygghet.followups import rules
from trygghet.followups.rules import Room, Side
from trygghet.indicators.rules import About, Observation, Series
from trygghet.periods import Validity
from trygghet.promises.outcomes import Outcome
from trygghet.promises.promise import Activity, Goal, Promise

if TYPE_CHECKING:
    from collections.abc import Iterable

BJORKEN, SKOGEN = uuid.UUID(int=1), uuid.UUID(int=2)


def day(text: str) -> dt.date:
    """2024-03-01."""
    return dt.date.fromisoformat(text)


def row(on: str, amount: int = 1, note: str = "", place: str = "") -> Outcome:
    """What was recorded at nine the same day; its activity is set by `activity`."""
    at = dt.datetime.combine(day(on), dt.time(9), dt.UTC)
    return Outcome(uuid.uuid4(), uuid.UUID(int=0), BJORKEN, "Björken", day(on), amount, note, "Säkerhetssamordnare", None, at, place)


def corrected(old: Outcome, amount: int, why: str, on: str) -> Outcome:
    """A row that stands in place of `old`, recorded on a later day."""
    return replace(old, id=uuid.uuid4(), amount=amount, note=why, corrects_id=old.id, recorded_at=dt.datetime.combine(day(on), dt.time(9), dt.UTC))


def activity(title: str, *rows: Outcome, **fields: Any) -> Activity:
    """Counted each year without a number, unless `fields` say otherwise."""
    usual: dict[str, Any] = {
        "body": "",
        "organisation_id": None,
        "slug": "",
        "organisation": "",
        "responsible": "",
        "due_on": None,
        "measure": "count",
        "at_least": None,
        "per": "year",
        "unit": "insatser",
        "places": (),
        "indicator": None,
        "removed_in": None,
    }
    return Activity(id=uuid.uuid4(), title=title, recorded=rows, **(usual | fields))


def goal(title: str, *activities: Activity, **fields: Any) -> Goal:
    """With these activities, and no measure of its own unless `fields` say so."""
    usual: dict[str, Any] = {"body": "", "measure": "", "at_least": None, "per": "period", "unit": "", "places": (), "indicator": None}
    return Goal(id=uuid.uuid4(), title=title, activities=activities, **(usual | fields))


def promise(first: str, last: str | None, *, review: str | None = None, **fields: Any) -> Promise:
    """Signed, of Björken, between two days."""
    held = Validity(day(first), day(last) if last else None, day(review) if review else None)
    return Promise(uuid.uuid4(), "Medborgarlöfte i Björken", "Björken", "Vi lovar tryggare vägar.", held, "signed", 1, None, "", None, **fields)


def room(of: Promise, first: str, last: str) -> Room:
    """The room of these days."""
    sides = (Side(BJORKEN, "Björkens kommun", "Björken", "bjorken", "municipality"), Side(SKOGEN, "LPO Skogen", "Skogen", "lpo-skogen", "police"))
    return Room(uuid.uuid4(), of.id, of.title, of.area_name, day(first), day(last), day(last), sides, rules.subjects(of))


def series(name: str, values: Iterable[tuple[int, str]], *, unit: str = "procent", **of_the_last: Any) -> Series:
    """A survey with 412 answers each year; `of_the_last` changes its last value."""
    found = [Observation(uuid.uuid4(), year, Decimal(value), 412) for year, value in values]
    found[-1:] = [replace(one, **of_the_last) for one in found[-1:]]
    return Series(uuid.uuid4(), BJORKEN, "Björken", About(name=name, kind="survey", unit=unit, area="Björken", source="Polisen"), tuple(found))
