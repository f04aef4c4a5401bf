"""What an organisation is called, and when a municipality may join or leave a police area."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import periods, shield, swedish
from trygghet.swedish import Chip, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

MUNICIPALITY, POLICE = "municipality", "police"
KINDS = {"kommun": MUNICIPALITY, "polis": POLICE, "annan": "other"}
"""What a kind is called on the command line."""
LONGEST_NAME = 100


@dataclass(frozen=True)
class Organisation:
    """A new organisation as it was typed. `slug` is its name in addresses, `code` SCB's four digits of a municipality."""

    slug: str
    name: str
    short_name: str
    kind: str
    code: str | None = None


@dataclass(frozen=True)
class Covered:
    """A municipality's time in a police area, both days included; no last day while it lasts."""

    id: UUID
    police_id: UUID
    police: str
    municipality_id: UUID
    municipality: str
    first: dt.date
    last: dt.date | None

    def is_over(self, today: dt.date) -> bool:
        """Whether its last day has passed."""
        return self.last is not None and self.last < today

    def chip(self, today: dt.date) -> Chip:
        """How it stands, as a mark."""
        if today < self.first:
            return Chip("", "clock", f"Från {swedish.short_date(self.first)}")
        if self.is_over(today):
            return Chip("", "end", "Har lämnat")
        if self.last is not None:
            return Chip("info", "hour", f"Till och med {swedish.short_date(self.last)}")
        return Chip("good", "check", "Ingår")


def check(wanted: Organisation, ours: Collection[str]) -> None:
    """Whether an organisation may be called that; `ours` are the names that the product's own addresses begin with. Raises `Refusal`."""
    check_slug(wanted.slug, ours)
    for name, text in (("Namn", wanted.name), ("Kort namn", wanted.short_name)):
        shield.check_text(text, name, field="", longest=LONGEST_NAME, needed=True)
    if wanted.code is not None and not re.fullmatch(r"[0-9]{4}", wanted.code):
        raise Refusal("organisation.code", text=wanted.code)


def check_slug(slug: str, ours: Collection[str]) -> None:
    """Whether an organisation may be called that in addresses. Raises `Refusal`."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or slug in ours or len(slug) > LONGEST_NAME:
        raise Refusal("organisation.slug", slug=slug)


def days(first: str, last: str, today: dt.date) -> tuple[dt.date, dt.date | None]:
    """The days that were typed; no first day is today, no last day is until further notice. Raises `Refusal`."""
    begin = periods.parse_day(first, "Från och med", field="fran") if first else today
    return begin, periods.parse_day(last, "Till och med", field="till") if last else None


def check_joining(covered: Iterable[Covered], municipality_id: UUID, name: str, first: dt.date, last: dt.date | None) -> None:
    """A municipality is in an area once on any day, and leaves after it came. Raises `Refusal`."""
    if last is not None and last < first:
        raise Refusal("area.reversed", field="till", first=first.isoformat(), last=last.isoformat())
    for one in covered:
        if one.municipality_id == municipality_id and (last is None or one.first <= last) and (one.last is None or first <= one.last):
            until = swedish.long_date(one.last) if one.last else "tills vidare"
            raise Refusal("area.overlap", field="kommun", name=name, first=swedish.long_date(one.first), last=until)


def check_leaving(one: Covered, last: dt.date, today: dt.date) -> None:
    """A municipality's last day lies in its time, and what is over stays as it was. Raises `Refusal`."""
    if one.is_over(today):
        raise Refusal("area.over", name=one.municipality)
    if last < one.first:
        raise Refusal("area.reversed", field="till", first=one.first.isoformat(), last=last.isoformat())


def inside(covered: Iterable[Covered], today: dt.date) -> int:
    """How many are in it today."""
    return sum(one.first <= today and not one.is_over(today) for one in covered)


def in_order(covered: Iterable[Covered], today: dt.date) -> list[Covered]:
    """Those that are in it first, then those that have left; by name."""
    return sorted(covered, key=lambda one: (one.is_over(today), swedish.sort_key(one.municipality), swedish.sort_key(one.police), one.first))
