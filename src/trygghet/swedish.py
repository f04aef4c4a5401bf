"""Swedish at the edge: dates, numbers and plurals as they are written; and how a feature says no."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from trygghet.clock import STOCKHOLM
from trygghet.refusals import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
ROLES = {"leader": "ledare", "coordinator": "samordnare", "reporter": "rapportör", "administrator": "administratör"}
_WORDS = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


class NotFound(Exception):
    """Absent, or somebody else's: the two must not be told apart."""


class Refusal(Exception):
    """The domain says no. `code` names the sentence in `REFUSALS`; `words` fill it; `field` is where it belongs."""

    def __init__(self, code: str, *, field: str = "", **words: object) -> None:
        super().__init__(code)
        self.code, self.field, self.words = code, field, words

    @property
    def sentence(self) -> str:
        """What is wrong and what works."""
        return REFUSALS[self.code].format(**self.words)

    @property
    def sentences(self) -> dict[str, str]:
        """The sentence by its field; what belongs to no field stands under the empty name."""
        return {self.field: self.sentence}


class Slips(Exception):
    """Everything in a form that needs to be put right, so that it is said at once."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(*(one.code for one in refusals))
        self.refusals = refusals

    @property
    def sentences(self) -> dict[str, str]:
        """A sentence for each field."""
        return {one.field: one.sentence for one in self.refusals}


class Chip(NamedTuple):
    """A state as it is shown everywhere: a tone, an icon of `static/icons.svg`, and words that carry the meaning alone."""

    tone: str
    icon: str
    text: str


def long_date(day: dt.date) -> str:
    """31 december 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: dt.date) -> str:
    """31 dec 2024; months of four letters or fewer keep their name."""
    return f"{short_day(day)} {day.year}"


def short_day(day: dt.date) -> str:
    """31 dec."""
    return f"{day.day} {short_month(day)}"


def day_month(day: dt.date) -> str:
    """31 december."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_month(day: dt.date) -> str:
    """Dec."""
    return MONTHS[day.month - 1][:3]


def weekday(day: dt.date) -> str:
    """Tisdag, in lower case."""
    return WEEKDAYS[day.weekday()]


def local(moment: dt.datetime) -> dt.datetime:
    """The moment on a Swedish clock."""
    return moment.astimezone(STOCKHOLM)


def clock_time(moment: dt.datetime) -> str:
    """08.00."""
    return local(moment).strftime("%H.%M")


def long_moment(moment: dt.datetime) -> str:
    """Tisdag 1 oktober 2024, 08.00 (in lower case)."""
    here = local(moment)
    return f"{weekday(here.date())} {long_date(here.date())}, {clock_time(moment)}"


def short_moment(moment: dt.datetime) -> str:
    """1 okt 08.00; with the year where a reader may wonder is the caller's choice."""
    return f"{short_day(local(moment).date())} {clock_time(moment)}"


def number(value: float, decimals: int = 1) -> str:
    """2,7: a comma, and a hard space between thousands."""
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")


def measured(value: float, unit: str = "") -> str:
    """4,5 procent: no more decimals than there are, two at most."""
    figure = number(value, 2).rstrip("0").rstrip(",") if value != int(value) else number(value, 0)
    return f"{figure} {unit}".strip()


def word(count: int) -> str:
    """Numbers up to twelve in letters, as headings have them; above that in figures."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else str(count)


def first_up(text: str) -> str:
    """A capital at the beginning, the rest untouched."""
    return text[:1].upper() + text[1:]


def first_down(text: str) -> str:
    """A small letter at the beginning, for a heading inside a sentence; BRÅ and IT keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def counted(count: int, one: str, many: str) -> str:
    """1 dag, 3 dagar, 2 101 dagar."""
    return f"{number(count, 0)} {one if count == 1 else many}"


def days(count: int) -> str:
    """1 dag, 3 dagar."""
    return counted(count, "dag", "dagar")


def when(left: int) -> str:
    """I dag, i morgon, om 3 dagar, för 3 dagar sedan (in lower case), by the days that are left."""
    if left in {0, 1}:
        return "i morgon" if left else "i dag"
    return f"om {days(left)}" if left > 0 else f"för {days(-left)} sedan"


def listed(names: Sequence[str]) -> str:
    """Kommunen, polisen och regionen."""
    return " och ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def genitive(name: str) -> str:
    """Åmåls; a name that already ends in s, x or z stays as it is."""
    return name if name[-1:].lower() in {"s", "x", "z"} else f"{name}s"


def signed_as(title: str, *, acting: bool) -> str:
    """How who holds an office signs: ”Lokalpolisområdeschef”, or ”tf lokalpolisområdeschef” who stands in. BRÅ keeps its capitals."""
    return f"tf {first_down(title)}" if acting else title


def role_name(role: str) -> str:
    """Ledare, samordnare, rapportör, administratör (in lower case)."""
    return ROLES[role]


def sort_key(text: str) -> str:
    """Å, Ä and Ö after Z, whatever the database's collation."""
    return text.lower().translate(str.maketrans("åäö", "{|}"))
