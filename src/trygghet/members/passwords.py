"""Which passwords are taken. Length decides, as NIST SP 800-63B has it: no rules on capitals or signs, but nothing that is guessed first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST, LONGEST = 12, 1000
FEWEST_KINDS = 5
"""A password of fewer different characters is one pattern repeated."""
OWN = 6
"""So many letters of one's own must be left when what everybody would try is taken away."""

_ROWS = ("abcdefghijklmnopqrstuvwxyzåäö", "1234567890", "qwertyuiopåasdfghjklöäzxcvbnm", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_TRIED_FIRST = (
    "lösenord losenord password passord passwort hemligt secret admin administratör användare user login logga välkommen valkommen welcome trygghet"
    " medborgarlöfte medborgarlofte kommun kommunen polis polisen sverige sommar vinter höst host vår var januari februari mars april maj juni juli"
    " augusti september oktober november december måndag tisdag onsdag torsdag fredag lördag söndag letmein iloveyou"
)


def check(password: str, about: Iterable[str]) -> None:
    """Whether the password may be used by somebody with these names and addresses. Raises `Refusal` that says why not and what works."""
    if len(password) < LEAST:
        raise Refusal("password.short", field="losenord", least=LEAST, length=len(password))
    if len(password) > LONGEST:
        raise Refusal("field.too_long", field="losenord", name="Lösenord", limit=LONGEST, length=len(password))
    if why := _simple(password.lower(), about):
        raise Refusal("password.simple", field="losenord", why=why)


def _simple(password: str, about: Iterable[str]) -> str:
    """Why it is guessed early; empty when it is not."""
    if len(set(password)) < FEWEST_KINDS or re.fullmatch(r"(.{1,4}?)\1+.{0,3}", password, re.DOTALL):
        return "samma tecken återkommer"
    left = _without_rows(password)
    if len(left) < OWN:
        return "det är tecken i ordning på tangentbordet"
    words = {*_TRIED_FIRST.split(), *(part for text in about for part in re.findall(r"[^\W\d_]{3,}", text.lower()))}
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return "" if len(re.sub(r"[\W\d_]+", "", left)) >= OWN else "det är mest ord och siffror som prövas först"


def _without_rows(password: str) -> str:
    """The password without runs of four or more that follow the alphabet, the digits or the keyboard, in either direction."""
    runs = {run for row in _ROWS for way in (row, row[::-1]) for start in range(len(way) - 3) for run in (way[start : start + 4],)}
    kept, at = "", 0
    while at < len(password):
        if password[at : at + 4] in runs:
            end = at + 4
            while password[end - 3 : end + 1] in runs:
                end += 1
            at = end
        else:
            kept, at = kept + password[at], at + 1
    return kept
