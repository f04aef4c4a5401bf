"""Keeps what must never be stored out of the texts: Swedish personal identity numbers, however they are spelled."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from trygghet.swedish import Refusal

_SHAPE = re.compile(
    r"""
    (?<![0-9]) (?:(?:16|17|18|19|20)[ .\-/]?)?          # the century is often left out
    ([0-9]{2}) [ .\-/]? ([0-9]{2}) [ .\-/]? ([0-9]{2})  # 640823, 64-08-23, 64 08 23
    [ ]?[-+]?[ ]? ([0-9]{4}) (?![0-9])""",
    re.VERBOSE,
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


def check_text(text: str, name: str, *, field: str, longest: int, needed: bool = False) -> None:
    """Whether a text may be kept: not too long, without personal identity numbers, and not empty where it is `needed`.

    `name` is the field's label. Raises `Refusal` on `field`.
    """
    if needed and not text.strip():
        raise Refusal("field.required", field=field, name=name)
    if len(text) > longest:
        raise Refusal("field.too_long", field=field, name=name, limit=longest, length=len(text))
    if number := personal_number(text):
        raise Refusal("text.personal_number", field=field, name=name, text=number)


def personal_number(text: str) -> str | None:
    """The first Swedish personal identity number in the text as it stands there, or None.

    Ten or twelve digits with a possible day and a right check digit (Luhn), with or without a dash, plus sign or spaces.
    Coordination numbers count too: their day is sixty more.
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf").translate(_DASHES)
    for found in _SHAPE.finditer(plain):
        year, month, day, last = found.groups()
        if _is_day(int(month), int(day) % 60) and _luhn(year + month + day + last):
            return found.group().strip()
    return None


def _is_day(month: int, day: int) -> bool:
    try:
        dt.date(2000, month, day)  # a leap year
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    """The tenth digit makes the sum of the others, every second one doubled, end in zero."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
