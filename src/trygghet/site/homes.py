"""Who makes promises: the municipalities and police areas that use the product, by county and by area."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import swedish

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

MUNICIPALITY, POLICE = "municipality", "police"
COUNTIES = {
    "01": "Stockholms län",
    "03": "Uppsala län",
    "04": "Södermanlands län",
    "05": "Östergötlands län",
    "06": "Jönköpings län",
    "07": "Kronobergs län",
    "08": "Kalmar län",
    "09": "Gotlands län",
    "10": "Blekinge län",
    "12": "Skåne län",
    "13": "Hallands län",
    "14": "Västra Götalands län",
    "17": "Värmlands län",
    "18": "Örebro län",
    "19": "Västmanlands län",
    "20": "Dalarnas län",
    "21": "Gävleborgs län",
    "22": "Västernorrlands län",
    "23": "Jämtlands län",
    "24": "Västerbottens län",
    "25": "Norrbottens län",
}
"""By the first two digits of their municipalities' codes (Statistics Sweden's division into counties)."""


@dataclass(frozen=True)
class Home:
    """A municipality or a police area. `code` is Statistics Sweden's, of a municipality; `municipalities` are a police area's, with their days."""

    id: UUID
    slug: str
    kind: str
    name: str
    short_name: str
    code: str | None
    municipalities: Sequence[dict[str, Any]]
    inhabitants: int | None = None
    counted_on: dt.date | None = None
    """How many live in a municipality, as it says itself, and on which day that was; both or neither."""

    @property
    def county(self) -> str:
        """The county's two digits; empty for who has none."""
        return (self.code or "")[:2]

    def covers(self, today: dt.date) -> list[str]:
        """The municipalities of a police area that day, by their names in addresses."""
        return [
            one["slug"]
            for one in self.municipalities
            if dt.date.fromisoformat(one["from"]) <= today and (one["until"] is None or today <= dt.date.fromisoformat(one["until"]))
        ]


def areas_by_municipality(homes: Iterable[Home], today: dt.date) -> dict[str, list[Home]]:
    """The police areas of each municipality that day, by the municipality's name in addresses."""
    found: dict[str, list[Home]] = {}
    for area in homes:
        for slug in area.covers(today):
            found.setdefault(slug, []).append(area)
    return found


def within(slug: str, around: Iterable[Home], today: dt.date) -> list[tuple[str, str]]:
    """Where a municipality lies: the address and the name of its county, and of each police area that covers it that day."""
    every = list(around)
    county = next((one.county for one in every if one.slug == slug), "")
    found = [(f"/lan/{county_slug(county)}", COUNTIES[county])] if county in COUNTIES else []
    return [*found, *((f"/polisomrade/{one.slug}", one.name) for one in in_order(every) if slug in one.covers(today))]


def county_slug(code: str) -> str:
    """vastra-gotalands-lan: the county's name as addresses have it."""
    return folded(COUNTIES[code]).replace(" ", "-")


def county_of(slug: str) -> str | None:
    """The two digits of the county with that name."""
    return next((code for code in COUNTIES if county_slug(code) == slug), None)


def in_order(homes: Iterable[Home]) -> list[Home]:
    """By name, as the Swedish alphabet has it."""
    return sorted(homes, key=lambda one: swedish.sort_key(one.name))


def folded(text: str) -> str:
    """Small letters without dots and rings, so that amal finds Åmål."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
