"""The language that a resident reads our own words in. What the parties have written is theirs, and stays in the language it was written in.

Words are written in Swedish where they are used, and Swedish is their key: `english.toml` has each of them in English, and a test holds the two
together. A sentence has its values in braces, so that each language puts them where it wants them.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from trygghet import swedish
from trygghet.refusals import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trygghet.swedish import Chip, Refusal, Slips

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Tongue:
    """Swedish, and what another language must be able to say. `code` is the language's (BCP 47), `root` what its addresses begin with."""

    code: str = "sv"
    root: str = ""
    name: str = "Svenska"

    def __call__(self, words: str, **values: object) -> str:
        """Our own words with the values in them: a day as it is written, a number as it is."""
        return self._of(words).format(**{name: self._shown(value) for name, value in values.items()}) if values else self._of(words)

    def known(self, word: str) -> str:
        """A word of a list that the code holds, such as a verdict; one that no list has is somebody's own and stays."""
        return self._of(word)

    def chip(self, chip: Chip) -> Chip:
        """A state whose words the code holds."""
        return chip._replace(text=self._of(chip.text))

    def refused(self, no: Refusal | Slips) -> dict[str, str]:
        """What is wrong in a form and what works, by field."""
        every = no.refusals if isinstance(no, swedish.Slips) else [no]
        return {one.field: self._of(REFUSALS[one.code]).format(**{name: self._of(str(word)) for name, word in one.words.items()}) for one in every}

    def at(self, path: str) -> str:
        """The address of the same page in this language."""
        return f"{self.root}{path}" if path != "/" or not self.root else self.root

    @property
    def theirs(self) -> Markup:
        """The attribute of an element that holds what the parties have written, where that is another language than the page's."""
        return Markup(' lang="sv"') if self.root else Markup()

    def quoted(self, text: str) -> Markup:
        """What the parties have written, inside a sentence of ours."""
        return Markup("<span{}>{}</span>").format(self.theirs, text) if self.root else escape(text)

    @property
    def ours(self) -> Markup:
        """The attribute of an element that holds words of ours inside what the parties have written."""
        return Markup(' lang="en"') if self.root else Markup()

    @property
    def other(self) -> Tongue:
        """The language that the page can be read in instead."""
        return SWEDISH if self.root else ENGLISH

    def _of(self, words: str) -> str:
        return words

    def _shown(self, value: object) -> str:
        return self.long_date(value) if isinstance(value, dt.date) else str(value)

    def long_date(self, day: dt.date) -> str:
        """31 december 2024."""
        return swedish.long_date(day)

    def short_date(self, day: dt.date) -> str:
        """31 dec 2024."""
        return swedish.short_date(day)

    def short_day(self, day: dt.date) -> str:
        """31 dec."""
        return swedish.short_day(day)

    def short_month(self, day: dt.date) -> str:
        """Dec."""
        return swedish.short_month(day)

    def month(self, day: dt.date) -> str:
        """December (in lower case)."""
        return swedish.MONTHS[day.month - 1]

    def day_month(self, day: dt.date) -> str:
        """31 december."""
        return swedish.day_month(day)

    def clock_time(self, moment: dt.datetime) -> str:
        """08.00, on a Swedish clock."""
        return swedish.clock_time(moment)

    def number(self, value: float, decimals: int = 1) -> str:
        """2,7, with a hard space between thousands."""
        return swedish.number(value, decimals)

    def measured(self, value: float, unit: str = "") -> str:
        """4,5 procent: no more decimals than there are, two at most."""
        return swedish.measured(value, unit)

    def word(self, count: int) -> str:
        """Numbers up to twelve in letters."""
        return swedish.word(count)

    def counted(self, count: int, one: str, many: str) -> str:
        """1 dag, 3 dagar."""
        return f"{self.number(count, 0)} {self._of(one if count == 1 else many)}"

    def days(self, count: int) -> str:
        """1 dag, 3 dagar."""
        return self.counted(count, "dag", "dagar")

    def listed(self, names: Sequence[str]) -> str:
        """Kommunen, polisen och regionen."""
        return swedish.listed(names)

    def first_down(self, text: str) -> str:
        """A small letter at the beginning, for a heading inside a sentence."""
        return swedish.first_down(text)


@dataclass(frozen=True)
class English(Tongue):
    """English, as it is written in Europe. Words that the catalogue lacks stay in Swedish."""

    code: str = "en"
    root: str = "/en"
    name: str = "English"
    catalogue: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def _of(self, words: str) -> str:
        return self.catalogue.get(words, words)

    def long_date(self, day: dt.date) -> str:
        """31 December 2024."""
        return f"{self.day_month(day)} {day.year}"

    def short_date(self, day: dt.date) -> str:
        """31 Dec 2024."""
        return f"{self.short_day(day)} {day.year}"

    def short_day(self, day: dt.date) -> str:
        """31 Dec."""
        return f"{day.day} {self.short_month(day)}"

    def short_month(self, day: dt.date) -> str:
        """Dec."""
        return _MONTHS[day.month - 1][:3]

    def month(self, day: dt.date) -> str:
        """December."""
        return _MONTHS[day.month - 1]

    def day_month(self, day: dt.date) -> str:
        """31 December."""
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def clock_time(self, moment: dt.datetime) -> str:
        """08:00, on a Swedish clock."""
        return swedish.local(moment).strftime("%H:%M")

    def number(self, value: float, decimals: int = 1) -> str:
        """2.7, with a comma between thousands."""
        return f"{value:,.{decimals}f}"

    def measured(self, value: float, unit: str = "") -> str:
        """4.5 per cent: no more decimals than there are, two at most."""
        figure = self.number(value, 2).rstrip("0").rstrip(".") if value != int(value) else self.number(value, 0)
        return f"{figure} {self._of(unit)}".strip()

    def word(self, count: int) -> str:
        """Numbers up to twelve in letters."""
        return _COUNTS[count] if 0 <= count < len(_COUNTS) else str(count)

    def listed(self, names: Sequence[str]) -> str:
        """The municipality, the police and the region."""
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def catalogue() -> dict[str, str]:
    """Swedish words with their English, of all the headings of `english.toml`."""
    read = tomllib.loads(Path(__file__).with_name("english.toml").read_text(encoding="utf-8"))
    return {key: words for part in read.values() for key, words in part.items()}


SWEDISH = Tongue()
ENGLISH = English(catalogue=catalogue())
