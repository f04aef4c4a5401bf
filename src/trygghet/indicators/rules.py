"""What a series of measured values is, which of its values stand, and what may be said of them.

Nothing is averaged over years or areas, nothing is filled in where a year is missing, and no value is compared with one from before
a break in the series.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import UUID

from trygghet import swedish
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Kind = Literal["survey", "statistics", "kolada", "other"]
Direction = Literal["", "up", "down", "keep"]

KINDS: dict[str, str] = {"survey": "Trygghetsmätning eller annan enkät", "statistics": "Statistik", "other": "Annat", "kolada": "Nyckeltal ur Kolada"}
DIRECTIONS: dict[str, str] = {"": "Anges inte", "up": "Ska öka", "down": "Ska minska", "keep": "Ska ligga kvar"}
FIRST_YEAR, LAST_YEAR = 1900, 2100
NO_CAUSE = "Diagrammet visar hur det som mäts har ändrats. Det visar inte vad ändringen beror på."
"""Stands beside every drawing of a series, also on paper."""


@dataclass(frozen=True)
class Observation:
    """The value of one year. A revised one is a row of its own that names the row it replaces; without a value it takes it back.

    `n` is how many answered and `response_rate` their share in percent; `break_note` says why the value cannot be compared with
    the ones before it; `source` is empty where it is the series' own; `retrieved_at` is when it was fetched from a server.
    """

    id: UUID
    year: int
    value: Decimal | None
    n: int | None = None
    response_rate: Decimal | None = None
    preliminary: bool = False
    break_note: str = ""
    observed_on: dt.date | None = None
    source: str = ""
    retrieved_at: dt.datetime | None = None
    replaces_id: UUID | None = None
    reason: str = ""
    by_name: str = ""
    by_office: str = ""
    recorded_at: dt.datetime | None = None

    @property
    def measured(self) -> Measured:
        """What it says, apart from who wrote it down and when."""
        return Measured(
            self.year, self.value, self.n, self.response_rate, self.preliminary, self.break_note, self.observed_on, self.source, self.retrieved_at
        )


@dataclass(frozen=True)
class Measured:
    """A value that is to be kept; the fields mean what they mean in `Observation`."""

    year: int
    value: Decimal | None
    n: int | None = None
    response_rate: Decimal | None = None
    preliminary: bool = False
    break_note: str = ""
    observed_on: dt.date | None = None
    source: str = ""
    retrieved_at: dt.datetime | None = None

    def says_the_same(self, other: Measured) -> bool:
        """Whether the two are the same value; when it was fetched makes no other value of it."""
        return _said(self) == _said(other)


def _said(one: Measured) -> tuple[object, ...]:
    return (one.year, one.value, one.n, one.response_rate, one.preliminary, one.break_note, one.observed_on, one.source)


@dataclass(frozen=True)
class About:
    """What a series is of. `threshold` is a line across the drawing, with its own words; Kolada's have a KPI and a municipal code."""

    name: str
    kind: Kind
    unit: str = ""
    area: str = ""
    source: str = ""
    note: str = ""
    direction: Direction = ""
    threshold: Decimal | None = None
    threshold_words: str = ""
    kpi: str = ""
    kpi_title: str = ""
    municipality_code: str = ""


@dataclass(frozen=True)
class Series:
    """A measured thing with all its values, the replaced ones too. `organisation` is the short name of the one that keeps it."""

    id: UUID
    organisation_id: UUID
    organisation: str
    about: About
    recorded: tuple[Observation, ...] = ()
    retrieved_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        """What is measured."""
        return self.about.name

    @property
    def unit(self) -> str:
        """Procent; nothing where the name says it."""
        return self.about.unit

    @property
    def area(self) -> str:
        """Where, and among whom."""
        return self.about.area

    @property
    def source(self) -> str:
        """Who measured it."""
        return self.about.source

    @property
    def note(self) -> str:
        """For the parties alone."""
        return self.about.note

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The values that stand, by year."""
        return standing(self.recorded)

    @property
    def latest(self) -> Observation | None:
        """The value of the last year that has one."""
        return self.observations[-1] if self.observations else None

    @property
    def breaks(self) -> list[Observation]:
        """The values before which the series breaks."""
        return [one for one in self.observations if one.break_note]

    @property
    def stretches(self) -> list[tuple[Observation, ...]]:
        """The values in stretches that may be compared within themselves: a break begins a new one."""
        found: list[list[Observation]] = []
        for one in self.observations:
            if one.break_note or not found:
                found.append([])
            found[-1].append(one)
        return [tuple(stretch) for stretch in found]

    def written(self, one: Observation) -> str:
        """34 procent."""
        return written(one.value, self.unit)

    @property
    def source_words(self) -> str:
        """Källa: Kolada. Hämtat 3 oktober 2024."""
        return self.source_in(SWEDISH)

    def source_in(self, t: Tongue) -> str:
        """The same in a language."""
        found = t("Källa: {source}.", source=self.source.rstrip("."))
        return f"{found} {t('Hämtat {day}.', day=swedish.local(self.retrieved_at).date())}" if self.retrieved_at else found

    @property
    def change_words(self) -> str:
        """Från 31 procent 2020 till 36 procent 2023. Only within the last stretch, and never with a word for why or for good or bad."""
        return self.change_in(SWEDISH)

    def change_in(self, t: Tongue) -> str:
        """The same in a language."""
        stretch = self.stretches[-1] if self.stretches else ()
        if not stretch:
            return t("Inga värden än.")
        first, last = stretch[0], stretch[-1]
        if first is last:
            return f"{swedish.first_up(self._told(last, t))}."
        if first.value == last.value:
            return t("{value}, och samma {year}.", value=swedish.first_up(self._told(first, t)), year=f"{last.year}{_marks(last, t)}")
        before, after = self._told(first, t), self._told(last, t)
        if (last.value or 0) > (first.value or 0):
            return t("Ökat från {before} till {after}.", before=before, after=after)
        return t("Minskat från {before} till {after}.", before=before, after=after)

    def _told(self, one: Observation, t: Tongue) -> str:
        """34 procent 2023 (preliminärt). Without a unit, where the year could be taken for one: 2,9 (2023, preliminärt)."""
        if not self.unit:
            year = t("{year}, preliminärt", year=one.year) if one.preliminary else str(one.year)
            return f"{written(one.value, self.unit, t)} ({year})"
        return t("{value} {year}", value=written(one.value, self.unit, t), year=f"{one.year}{_marks(one, t)}")


def written(value: Decimal | None, unit: str, t: Tongue = SWEDISH) -> str:
    """34,5 procent."""
    return t("inget värde") if value is None else t.measured(float(value), unit)


def _marks(one: Observation, t: Tongue) -> str:
    return f" ({t('preliminärt')})" if one.preliminary else ""


def standing(recorded: Iterable[Observation]) -> tuple[Observation, ...]:
    """The values that no other row replaces and that were not taken back, by year."""
    return tuple(one for one in heads(recorded).values() if one.value is not None)


def heads(recorded: Iterable[Observation]) -> dict[int, Observation]:
    """The last row of each year, by year; one without a value took the year's value back."""
    rows = list(recorded)
    replaced = {one.replaces_id for one in rows}
    return {one.year: one for one in sorted(rows, key=lambda row: row.year) if one.id not in replaced}


class Line(NamedTuple):
    """A row as it is listed: struck through when a later row replaces it, or when it takes a value back."""

    observation: Observation
    struck: bool


def lines(recorded: Iterable[Observation]) -> list[Line]:
    """Latest year first; every revised value directly above the ones that it replaces."""
    by_id = {one.id: one for one in recorded}
    found = []
    for head in reversed(heads(by_id.values()).values()):
        found.append(Line(head, struck=head.value is None))
        older = head.replaces_id
        while older is not None:
            found.append(Line(by_id[older], struck=True))
            older = by_id[older].replaces_id
    return found


def missing_years(found: Sequence[Observation]) -> list[int]:
    """The years between the first value and the last that have none."""
    return [year for one, after in pairwise(found) for year in range(one.year + 1, after.year)]


# ---------------------------------------------------------------- snapshots
def as_json(series: Series) -> dict[str, Any]:
    """What others than the parties may read of a series: figures and what they are of. Notes, reasons and names stay inside.

    Decimals are text, so that every database and every hash reads them as they were written.
    """
    about = series.about
    return {
        "id": str(series.id),
        "organisation": series.organisation,
        "name": about.name,
        "kind": about.kind,
        "unit": about.unit,
        "area": about.area,
        "source": about.source,
        "direction": about.direction,
        "threshold": _text(about.threshold),
        "threshold_words": about.threshold_words,
        "retrieved_on": swedish.local(series.retrieved_at).date().isoformat() if series.retrieved_at else None,
        "observations": [
            {
                "year": one.year,
                "on": one.observed_on.isoformat() if one.observed_on else None,
                "value": _text(one.value),
                "n": one.n,
                "response_rate": _text(one.response_rate),
                "preliminary": one.preliminary,
                "break_note": one.break_note,
                "source": one.source,
            }
            for one in series.observations
        ],
    }


def told(beside: Mapping[UUID, Iterable[Series]]) -> dict[str, list[dict[str, Any]]]:
    """The snapshots by the id of the goal that they stand beside."""
    return {str(goal): [as_json(one) for one in series] for goal, series in beside.items()}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def from_json(stored: dict[str, Any]) -> Series:
    """What `as_json` made, to be drawn; the values that had been replaced are not in it."""
    kept = ("name", "kind", "unit", "area", "source", "direction", "threshold_words")
    about = About(**{name: stored[name] for name in kept}, threshold=_decimal(stored["threshold"]))
    retrieved = stored["retrieved_on"] and dt.datetime.combine(dt.date.fromisoformat(stored["retrieved_on"]), dt.time(12), dt.UTC)
    recorded = tuple(
        Observation(
            UUID(int=one["year"]),
            one["year"],
            _decimal(one["value"]),
            one["n"],
            _decimal(one["response_rate"]),
            one["preliminary"],
            one["break_note"],
            one["on"] and dt.date.fromisoformat(one["on"]),
            one["source"],
        )
        for one in stored["observations"]
    )
    return Series(UUID(stored["id"]), UUID(int=0), stored["organisation"], about, recorded, retrieved or None)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


# ---------------------------------------------------------------- what may be kept
class Kept(NamedTuple):
    """How many values were new, were changed, and were there already."""

    new: int
    changed: int
    same: int


Wanted = tuple[Measured, Observation | None, str]
"""A value to be kept, the one that it replaces, and why."""


def fetched(series: Series, figures: Iterable[tuple[int, Decimal]], now: dt.datetime) -> list[Wanted]:
    """Values that a server gave. What people here have said of a year's value stays with it; a year that they took back stays away."""
    last, found = heads(series.recorded), list[Wanted]()
    for year, value in figures:
        before = last.get(year)
        if before is None:
            found.append((Measured(year, value, retrieved_at=now), None, ""))
        elif before.value is not None:
            found.append((replace(before.measured, value=value, retrieved_at=now), before, "Nytt värde hos källan"))
    return found


def of_kpi(kpi: str, title: str, code: str, area: str, source: str) -> About:
    """A KPI as a series. Titles end with their unit after a comma: "…, antal/100 000 inv"."""
    name, _, unit = title.rpartition(", ")
    name, unit = (name, unit) if name and len(unit) <= LONGEST_UNIT else (title, "")
    return About(name[:LONGEST_NAME], "kolada", unit, area, source, kpi=kpi, kpi_title=title, municipality_code=code)


def described(before: About, about: About) -> About:
    """Other words about the same thing: what kind it is stays, and where a KPI is fetched from; its title may be the new one there."""
    kept = replace(about, kind=before.kind, kpi=before.kpi, municipality_code=before.municipality_code)
    return replace(kept, source=before.source, kpi_title=about.kpi_title or before.kpi_title) if before.kpi else replace(kept, kpi_title="")


LONGEST_UNIT = 40
LONGEST_NAME, LONGEST_LINE, LONGEST_NOTE = 120, 200, 500
