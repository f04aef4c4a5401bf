"""What an organisation may choose of its look, what it must say of accessibility, and how a fault is reported."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from trygghet import periods, shield, swedish
from trygghet.members import offices
from trygghet.profiles.contrast import LIGHT_GROUNDS, SEEN, for_dark, for_light, least, six
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COLOURS = {
    "#1f6540": "Grangrön",
    "#0d5866": "Petrol",
    "#2c4c94": "Blå",
    "#5b3a86": "Plommon",
    "#8c1d40": "Vinröd",
    "#b3440c": "Tegel",
    "#7a5c00": "Ockra",
    "#46535c": "Skiffer",
}
"""Colours that are seen on every ground of ours; a test holds them to it."""
LEVELS = {
    "full": "Sidorna är helt förenliga med lagen",
    "partly": "Sidorna är delvis förenliga med lagen",
    "not": "Sidorna är inte förenliga med lagen",
}
"""How far the pages do what 10 § lagen (2018:1937) asks; the three answers that the statement may give (13 §)."""
LONGEST_TEXT, LONGEST_PAGE = 2000, 300
MOST_INHABITANTS = 2_000_000
"""Twice those of Stockholm: what is more has a digit too many."""
PER_NETWORK, PER_ORGANISATION = 5, 30
"""So many reports of faults are taken in a day from one network, and for one organisation from all."""
DAY = dt.timedelta(days=1)
KEPT = dt.timedelta(days=365)
"""So long a report is shown, and kept."""


@dataclass(frozen=True)
class Look:
    """What stands on top of an organisation's pages: its name, and what it has chosen besides. `colour` is for light grounds, empty for none;
    `crest_hash` is empty without a crest.
    """

    slug: str = ""
    name: str = ""
    colour: str = ""
    crest_hash: str = ""
    crest_width: int = 0
    crest_height: int = 0

    @property
    def is_own(self) -> bool:
        """Whether anything has been chosen."""
        return bool(self.colour or self.crest_hash)

    @property
    def css(self) -> str:
        """The colour as a custom property, in light and in dark; nothing where none is chosen."""
        if not self.colour:
            return ""
        return f":root{{--own:{self.colour}}}@media screen and (prefers-color-scheme:dark){{:root{{--own:{for_dark(self.colour)}}}}}"

    @property
    def mark(self) -> str:
        """Changes with the look, so that its address does."""
        return hashlib.sha256(f"{self.colour}{self.crest_hash}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Crest:
    """A crest as it is kept: PNG, drawn anew."""

    body: bytes
    width: int
    height: int
    sha256: str


@dataclass(frozen=True)
class Profile:
    """All that an organisation says of itself to residents. `level` is a key of LEVELS, or empty until it has been assessed."""

    id: UUID
    look: Look
    council: str = ""
    email: str = ""
    level: str = ""
    shortcomings: str = ""
    assessed_on: dt.date | None = None
    is_municipality: bool = False
    inhabitants: int | None = None
    counted_on: dt.date | None = None
    """How many live there, and on which day that was; both or neither."""

    @property
    def mark(self) -> str:
        """Changes with anything in it, so that a form can say what its writer saw."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Wanted:
    """A profile as it was typed and checked."""

    colour: str
    council: str
    email: str
    level: str
    shortcomings: str
    assessed_on: dt.date | None
    inhabitants: int | None = None
    counted_on: dt.date | None = None


@dataclass(frozen=True)
class Fault:
    """What somebody could not use: what happened, on which page, and where an answer goes; the last two may be empty."""

    text: str
    page: str
    email: str

    def id(self, organisation: UUID, day: dt.date) -> UUID:
        """The same report twice on a day is one."""
        return uuid5(NAMESPACE_URL, "\x00".join(("fault", str(organisation), day.isoformat(), self.text, self.page, self.email)))


@dataclass(frozen=True)
class Reported:
    """A report as the organisation reads it."""

    fault: Fault
    at: dt.datetime


def wanted(typed: Mapping[str, str], today: dt.date) -> Wanted:
    """What was typed on the page of the profile. Raises `Slips` with everything that is wrong."""
    slips: list[Refusal] = []

    def tried(read: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return read()
        except Refusal as no:
            slips.append(no)
            return otherwise

    found = Wanted(
        tried(lambda: colour(typed), ""),
        tried(lambda: _text(typed, "rad", "Rådet"), ""),
        tried(lambda: email(typed), ""),
        tried(lambda: _level(typed), ""),
        tried(lambda: _text(typed, "brister", "Kända brister"), ""),
        tried(lambda: _day(typed, today), None),
        *tried(lambda: inhabitants(typed, today), (None, None)),
    )
    if found.level in {"partly", "not"} and not found.shortcomings and not slips:
        slips.append(Refusal("profile.shortcomings", field="brister"))
    if slips:
        raise Slips(slips)
    return found


def colour(typed: Mapping[str, str]) -> str:
    """The colour that was chosen, empty for none. Raises `Refusal` for what is no colour, or could not be seen on a light ground."""
    chosen = typed.get("egen", "") if typed.get("farg") == "egen" else typed.get("farg", "")
    if not chosen and typed.get("farg") != "egen":
        return ""
    found = f"#{chosen.strip().lower().removeprefix('#')}"
    if not re.fullmatch(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", found):
        raise Refusal("profile.colour", field="egen", text=chosen[:40])
    found = six(found)
    ratio = least(found, LIGHT_GROUNDS)
    if ratio < SEEN:
        near, shown = for_light(found), swedish.number(math.floor(ratio * 10) / 10)
        raise Refusal("profile.contrast", field="egen", colour=found, ratio=shown, near=near)
    return found


def email(typed: Mapping[str, str]) -> str:
    """An address, or nothing. Raises `Refusal`."""
    text = typed.get("epost", "").strip()
    return offices.email(text) if text else ""


def inhabitants(typed: Mapping[str, str], today: dt.date) -> tuple[int, dt.date] | tuple[None, None]:
    """How many live in the municipality, and on which day that was counted; nothing where neither was typed. Raises `Refusal`."""
    text, day = re.sub(r"[\s.]", "", typed.get("invanare", "")), typed.get("raknade", "").strip()
    if not text and not day:
        return None, None
    if not re.fullmatch(r"[0-9]{1,7}", text) or not 0 < int(text) <= MOST_INHABITANTS:
        raise Refusal("profile.inhabitants", field="invanare", text=typed.get("invanare", "").strip()[:40])
    if not day:
        raise Refusal("profile.counted_when", field="raknade")
    counted_on = periods.parse_day(day, "Räknade", field="raknade")
    if counted_on > today:
        raise Refusal("profile.counted_later", field="raknade", day=swedish.long_date(counted_on))
    return int(text), counted_on


def fault(typed: Mapping[str, str]) -> Fault:
    """What was typed on the statement's form. Raises `Slips`."""
    slips: list[Refusal] = []
    text, page = typed.get("text", "").strip(), typed.get("sida", "").strip()
    for name, value, label, longest in (("text", text, "Vad som inte fungerade", LONGEST_TEXT), ("sida", page, "Sida", LONGEST_PAGE)):
        try:
            shield.check_text(value, label, field=name, longest=longest, needed=name == "text")
        except Refusal as no:
            slips.append(no)
    try:
        answer_to = email(typed)
    except Refusal as no:
        slips.append(no)
    if slips:
        raise Slips(slips)
    return Fault(text, page, answer_to)


def network(address: str, day: dt.date, secret: str) -> str:
    """A network that somebody writes from, as a name that tells nothing and holds for one day: /24, or /48 of IPv6."""
    parts = address.split(":")[:3] if ":" in address else address.split(".")[:3]
    return hashlib.sha256("|".join(("fault", secret, day.isoformat(), *parts)).encode()).hexdigest()[:32]


def check_room(from_network: int, for_organisation: int) -> None:
    """Whether one more report is taken today. Raises `Refusal`."""
    if from_network >= PER_NETWORK or for_organisation >= PER_ORGANISATION:
        raise Refusal("fault.many")


def changed(before: Profile, after: Wanted, *, crest: bool) -> str:
    """What differs, in words for the log; empty where nothing does."""
    parts = [
        ("färgen", before.look.colour != after.colour),
        ("vapnet", crest),
        ("rådet", before.council != after.council),
        ("kontakten om tillgänglighet", before.email != after.email),
        ("bedömningen av tillgänglighet", (before.level, before.assessed_on) != (after.level, after.assessed_on)),
        ("kända brister", before.shortcomings != after.shortcomings),
        ("antalet invånare", (before.inhabitants, before.counted_on) != (after.inhabitants, after.counted_on)),
    ]
    return swedish.listed([name for name, differs in parts if differs])


def _text(typed: Mapping[str, str], name: str, label: str) -> str:
    text = typed.get(name, "").replace("\r\n", "\n").strip()
    shield.check_text(text, label, field=name, longest=LONGEST_TEXT)
    return text


def _level(typed: Mapping[str, str]) -> str:
    found = typed.get("niva", "")
    if found and found not in LEVELS:
        raise Refusal("profile.level", field="niva")
    return found


def _day(typed: Mapping[str, str], today: dt.date) -> dt.date | None:
    if not typed.get("granskad"):
        return None
    found = periods.parse_day(typed["granskad"], "Bedömda", field="granskad")
    if found > today:
        raise Refusal("profile.day", field="granskad", day=swedish.long_date(found))
    return found
