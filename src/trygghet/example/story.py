"""What the example tells: the files in data/ as typed values. Times in them are Swedish clock times."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import NAMESPACE_DNS, UUID, uuid5

import msgspec

from trygghet.clock import STOCKHOLM
from trygghet.followups.rules import Verdict
from trygghet.indicators.rules import Direction, Kind
from trygghet.promises.rules import Draft
from trygghet.swedish import ROLES
from trygghet.tenancy import Role

DATA = Path(__file__).parent / "data"
PROMISES = ("amal", "mellerud", "astorp", "almhult", "hallstahammar")
PASSWORD = "två-nycklar-räcker"  # noqa: S105 - it is printed on the sign-in page
"""One for everybody: nothing here is secret, and nothing here leaves the machine."""

_Read = TypeVar("_Read")


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of one organisation. Somebody who belongs to two stands in both, with the same address; a deputy stands twice in one."""

    name: str
    email: str
    office: str
    role: Role
    first: dt.date | None = None
    last: dt.date | None = None
    acting: bool = False

    @property
    def id(self) -> UUID:
        """The same on every machine."""
        return person_id(self.email)

    @property
    def role_name(self) -> str:
        """Samordnare."""
        return ROLES[self.role]


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A municipality with its `police`, or a local police area."""

    slug: str
    name: str
    short_name: str
    kind: str
    code: str | None = None
    police: str = ""
    inhabitants: int | None = None
    counted_on: dt.date | None = None
    people: tuple[Person, ...] = ()

    @property
    def id(self) -> UUID:
        """The same on every machine."""
        return organisation_id(self.slug)


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account that the catcher plays: on a social server unless `channel` says otherwise. `address` is where a person posts by hand."""

    organisation: str
    name: str
    form: str = ""
    channel: str = "mastodon"
    address: str = ""
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Everybody, and where they belong."""

    organisation: tuple[Organisation, ...]
    connection: tuple[Account, ...]


@dataclass(frozen=True, kw_only=True)
class Done:
    """A duty that somebody has marked; `duty` is its key."""

    duty: str
    by: str
    on: dt.date
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """What was written instead, and when."""

    on: dt.date
    amount: int
    note: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """So many, that day."""

    on: dt.date
    amount: int
    note: str = ""
    place: str = ""
    corrected: Corrected | None = None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What one person has recorded on one activity."""

    activity: str
    by: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, kw_only=True)
class Key:
    """A party's key on an update."""

    by: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """A status update. `channels` are organisations, whose social accounts it goes to."""

    title: str
    body: str
    by: str
    written: dt.datetime
    shared: dt.datetime
    approved: tuple[Key, ...]
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """A verdict on one goal, by its title. Without a verdict, in what is said together: both parties' stand as they are."""

    goal: str
    verdict: Verdict | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """What one party handed in."""

    by: str
    at: dt.datetime
    said: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A year's follow-up, from the first assessment to the last key. `told` are the keys on the update that came of it."""

    year: int
    assessed: tuple[Assessed, ...]
    by: str
    written: dt.datetime
    summary: str
    lessons: str
    next_year: str
    approved: tuple[Key, ...]
    told: tuple[Key, ...]
    decided: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sittings:
    """When a body meets; `entered` is the day on which somebody typed that in."""

    body: str
    by: str
    entered: dt.date
    days: tuple[dt.date, ...]


@dataclass(frozen=True, kw_only=True)
class OwnReport:
    """A report that one party owes by itself."""

    receiver: str
    per: str
    by: str
    added: dt.date
    form: str = "written"
    days_after: int = 0
    days_before: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A report that was handed in; `duty` is its key, `texts` what somebody wrote by section, `noted` when the body was told."""

    duty: str
    by: str
    on: dt.date
    texts: dict[str, str] = field(default_factory=dict)
    noted: dt.date | None = None
    paragraph: str = ""


@dataclass(frozen=True, kw_only=True)
class MeasuredYear:
    """A value; the fields are those of `indicators.rules.Measured`."""

    year: int
    value: Decimal
    n: int | None = None
    response_rate: Decimal | None = None
    preliminary: bool = False
    break_note: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class MeasuredYears:
    """A series beside a goal, by the goal's title; the fields are those of `indicators.rules.About`. `entered` is when somebody typed it in."""

    goal: str
    by: str
    entered: dt.date
    years: tuple[MeasuredYear, ...]
    name: str
    kind: Kind
    source: str
    unit: str = ""
    area: str = ""
    note: str = ""
    direction: Direction = ""
    threshold: Decimal | None = None
    threshold_words: str = ""


@dataclass(frozen=True, kw_only=True)
class ToldAgain:
    """A promise in easy Swedish or another language, with every party's key."""

    code: str
    title: str
    body: str
    by: str
    offered: dt.datetime
    approved: tuple[Key, ...]


@dataclass(frozen=True, kw_only=True)
class Look:
    """The colour that the municipality is shown in, with a mark in it: chosen by whoever laid it up."""

    colour: str
    on: dt.date


@dataclass(frozen=True, kw_only=True)
class Resident:
    """Somebody who follows the municipality by mail."""

    email: str
    pace: str
    language: str
    asked: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Story:
    """One promise, and what has become of it until the example begins."""

    promise: Draft
    done: tuple[Done, ...] = ()
    outcomes: tuple[Counts, ...] = ()
    updates: tuple[Told, ...] = ()
    followed: tuple[Followed, ...] = ()
    sittings: tuple[Sittings, ...] = ()
    own_reports: tuple[OwnReport, ...] = ()
    reported: tuple[Reported, ...] = ()
    measured: tuple[MeasuredYears, ...] = ()
    retold: tuple[ToldAgain, ...] = ()
    look: tuple[Look, ...] = ()
    resident: tuple[Resident, ...] = ()

    @property
    def home(self) -> str:
        """The municipality, by its slug: the first party."""
        return self.promise.parties[0].organisation


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What somebody has recorded for the law; the fields are those of `statute.rules.Entry`."""

    organisation: str
    by: str
    kind: str
    happened_on: dt.date
    body: str = ""
    diary_number: str = ""
    note: str = ""
    url: str = ""
    every_months: int | None = None


@dataclass(frozen=True, kw_only=True)
class Lawful:
    """All that is recorded for the law."""

    recorded: tuple[Recorded, ...]


def person_id(email: str) -> UUID:
    """Somebody of the example's."""
    return uuid5(NAMESPACE_DNS, email)


def organisation_id(slug: str) -> UUID:
    """The same on every machine."""
    return uuid5(NAMESPACE_DNS, f"{slug}.example.org")


@cache
def place() -> Place:
    """The organisations with their people and accounts."""
    return _read("organisations", Place)


def stories() -> list[Story]:
    """The five promises."""
    return [_read(name, Story) for name in PROMISES]


def recorded() -> tuple[Recorded, ...]:
    """What the municipalities have recorded for the law."""
    return _read("statute", Lawful).recorded


def moment(swedish: dt.datetime) -> dt.datetime:
    """A time in the files, in UTC."""
    return swedish.replace(tzinfo=STOCKHOLM).astimezone(dt.UTC)


def afternoon(day: dt.date) -> dt.datetime:
    """When something was written down of which only the day is told: at three."""
    return moment(dt.datetime.combine(day, dt.time(15)))


def _read(name: str, kind: type[_Read]) -> _Read:
    with (DATA / f"{name}.toml").open("rb") as file:
        return msgspec.convert(_trimmed(tomllib.load(file)), kind)


def _trimmed(value: Any) -> Any:
    """Line breaks at the ends of long texts belong to the file and not to the text."""
    if isinstance(value, dict):
        return {key: _trimmed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_trimmed(one) for one in value]
    return value.strip() if isinstance(value, str) else value
