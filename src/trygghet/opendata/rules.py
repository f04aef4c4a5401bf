"""How much may be asked for at a time, and how often; which part of a list an address asks for."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import shield
from trygghet.swedish import Chip, NotFound, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
USUAL_SIZE, LARGEST_SIZE = 50, 100
LAST_PAGE = 100_000
MOST_HOMES = 1_000
"""More municipalities than there are."""
PER_MINUTE, PER_MINUTE_WITH_KEY = 120, 3_000
"""So many questions a minute has a network, and a key. What a cache answers is not counted."""
MOST_NETWORKS = 20_000
"""So many visitors are remembered for a minute; those beyond it share one count, so that memory is bounded whoever asks."""
MINUTE = 60
KEY_BEGINS = "trygghet_"
"""What a key begins with, so that it is known for what it is where it should not be."""
LONGEST_KEY_NAME = 80
MOST_KEYS = 20


class TooMany(Exception):
    """More has been asked than there is room for. `wait` is how many seconds until there is again."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class UnknownKey(Exception):
    """A key that nobody has, or that has been taken back."""


class Scope(NamedTuple):
    """Which promises something is about: a municipality's, one, or with neither all."""

    slug: str | None = None
    promise_id: UUID | None = None


class Stamp(NamedTuple):
    """How much there is of everything, and when it changed the last time."""

    promises: int
    updates: int
    follow_ups: int
    published_at: dt.datetime | None
    changed_at: dt.datetime | None


class Wanted(NamedTuple):
    """Which part of a list is asked for; pages count from 1."""

    page: int
    size: int

    @property
    def offset(self) -> int:
        """How many come before it."""
        return (self.page - 1) * self.size


# ---------------------------------------------------------------- what an address asks for
def wanted(asked: Mapping[str, str]) -> Wanted:
    """`page` and `page_size`. Raises `Refusal` `api.number` for anything that is no whole number within its bounds."""
    return Wanted(_number(asked, "page", 1, LAST_PAGE), _number(asked, "page_size", USUAL_SIZE, LARGEST_SIZE))


def _number(asked: Mapping[str, str], name: str, usual: int, most: int) -> int:
    typed = asked.get(name)
    if typed is None:
        return usual
    if not re.fullmatch(r"[0-9]{1,6}", typed, re.ASCII) or not 1 <= int(typed) <= most:
        raise Refusal("api.number", field=name, name=name, most=most, typed=typed[:40])
    return int(typed)


def scope(asked: Mapping[str, str]) -> Scope:
    """`municipality` and `promise`. Raises `Refusal` `api.id` for what is no id."""
    typed = asked.get("promise")
    try:
        return Scope(asked.get("municipality"), None if typed is None else UUID(typed))
    except ValueError:
        raise Refusal("api.id", field="promise", typed=(typed or "")[:40]) from None


def since(asked: Mapping[str, str]) -> dt.datetime | None:
    """`changed_since`, a day or a moment with its offset (RFC 3339). Raises `Refusal` `api.moment` for anything else."""
    typed = asked.get("changed_since")
    if typed is None:
        return None
    try:
        found = dt.datetime.fromisoformat(typed.replace(" ", "+"))  # a plus sign that nobody escaped
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Refusal("api.moment", field="changed_since", typed=typed[:40]) from None


def covered(municipalities: Sequence[Mapping[str, str | None]], today: dt.date) -> list[str]:
    """Which of a police area's municipalities it covers that day, both days of each stretch included."""
    day = today.isoformat()
    return [str(one["slug"]) for one in municipalities if str(one["from"]) <= day and (one["until"] is None or day <= one["until"])]


def part(typed: str | None) -> int:
    """Which file of several, from 1. Raises `NotFound` for what is no such number."""
    if typed is None:
        return 1
    if not re.fullmatch(r"[1-9][0-9]{0,4}", typed, re.ASCII):
        raise NotFound
    return int(typed)


def named(text: str) -> UUID:
    """The id in an address. Raises `NotFound`."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


# ---------------------------------------------------------------- how often
def network(address: str) -> str:
    """What is counted as one visitor: an IPv4 /24 or an IPv6 /48, which are what one household or one company can roam freely within."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))  # noqa: PLR2004


@dataclass
class Meter:
    """Counts questions in one process, minute by minute; `tally` counts those of all processes together."""

    minute: int = -1
    counts: dict[str, int] = field(default_factory=dict)

    def take(self, who: str, most: int, at: float) -> None:
        """Counts one question by `who` at `at` (seconds of a clock that never goes back). Raises `TooMany`."""
        if (minute := int(at // MINUTE)) != self.minute:
            self.minute, self.counts = minute, {}
        if who not in self.counts and len(self.counts) >= MOST_NETWORKS:
            who = ""
        self.counts[who] = self.counts.get(who, 0) + 1
        if self.counts[who] > most:
            raise TooMany(max(1, int((minute + 1) * MINUTE - at) + 1))


# ---------------------------------------------------------------- keys
@dataclass(frozen=True)
class Key:
    """A key that an organisation has given somebody. What it is cannot be read any more."""

    id: UUID
    name: str
    issued_by: str
    issued_at: dt.datetime
    revoked_at: dt.datetime | None
    revoked_by: str

    @property
    def chip(self) -> Chip:
        """Gäller, or återkallad."""
        return Chip("", "stop", "Återkallad") if self.revoked_at else Chip("good", "dot", "Gäller")


def key_name(typed: str) -> str:
    """Who a key is for. Raises `Refusal` for none, for a long one and for a personal identity number."""
    shield.check_text(typed, "Vem den är till", field="namn", longest=LONGEST_KEY_NAME, needed=True)
    return typed


def check_room(found: Sequence[Key]) -> None:
    """Raises `Refusal` `key.many` where there are as many that work as there may be."""
    if sum(one.revoked_at is None for one in found) >= MOST_KEYS:
        raise Refusal("key.many", field="namn", most=MOST_KEYS)
