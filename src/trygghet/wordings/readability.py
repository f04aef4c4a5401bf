"""How heavy a text is to read: LIX as it is reckoned for Swedish, and the sentences that weigh most.

LIX (läsbarhetsindex, C.-H. Björnsson 1968) is words per sentence plus the share, in percent, of words longer than six letters.
A heading, an item of a list and a line of its own end a sentence as a full stop does; abbreviations, clock times, days and decimals do not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

LONG_WORD = 7
"""A word with so many letters or more is long."""
ENOUGH_WORDS = 60
"""With fewer the number says more about chance than about the text."""
HARD_SENTENCE, HARD_FROM_WORDS, MOST_HARD = 60, 12, 5
"""The LIX of one sentence from which it is called hard, the words it must have for that, and how many are shown."""

VERDICTS = ((30, "Mycket lättläst"), (40, "Lättläst"), (50, "Medelsvår, som en tidning"), (60, "Svår, som en myndighetstext"))
HARDEST_VERDICT = "Mycket svår"

_MIDDLE = (
    "t.ex|bl.a|d.v.s|dvs|s.k|f.d|fr.o.m|t.o.m|p.g.a|m.a.o|i.o.m|ang|ca|cirka|dr|ev|exkl|fig|föreg|förf|inkl|jfr|jmf|kap|kl|motsv|nr|nuv|prof"
    "|resp|s|sid|tel|tf|tfn|åk"
)
"""Abbreviations that something always follows."""
_LAST = "m.m|m.fl|osv|o.s.v|o.d|o.dyl|etc|e.d|e.dyl|f.n|kr|mkr|tkr|max|min|mån|sek|st|tim"
"""Abbreviations that may end a sentence: they do when a capital follows."""


def _pattern(listed: str) -> re.Pattern[str]:
    """The abbreviations with or without a space after each inner stop."""
    return re.compile(r"(?:^|[\s(”\"/])(?:" + listed.replace(".", r"\.\s?") + r"|[A-ZÅÄÖ])\.$", re.IGNORECASE)


_NEVER_LAST, _MAY_BE_LAST = _pattern(_MIDDLE), _pattern(_LAST)
_ITEM = re.compile(r"^\s*(?:[•·▪‣◦*–—-]\s+|\(?[0-9]{1,2}[.)]\s+|\(?[a-zåäö]\)\s+)")
_STOP = re.compile(r"[.!?…]+[”\"’')\]]*(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:[-’':.,][^\W_]+)*")


class Hard(NamedTuple):
    """A sentence that is heavy to read, and where it stands. `lix` is its own."""

    part_id: UUID
    field: str
    sentence: str
    lix: int
    words: int
    long_words: int


class Readability(NamedTuple):
    """How the whole text reads. `lix` is 0 and `verdict` empty where there are too few words to tell."""

    lix: int
    words: int
    verdict: str
    hardest: tuple[Hard, ...] = ()


def measure(texts: Iterable[tuple[UUID, str, str]]) -> Readability:
    """The measure of several texts as one; each is the part and the field where it stands, and what it says."""
    found = [(part_id, field, sentence, *_weight(sentence)) for part_id, field, text in texts for sentence in sentences(text)]
    words, long_words = sum(one[3] for one in found), sum(one[4] for one in found)
    hard = [
        Hard(part_id, field, said, _lix(1, count, heavy), count, heavy) for part_id, field, said, count, heavy in found if count >= HARD_FROM_WORDS
    ]
    once = {one.sentence: one for one in reversed(hard) if one.lix >= HARD_SENTENCE}
    hardest = sorted(once.values(), key=lambda one: -one.lix)[:MOST_HARD]
    if words < ENOUGH_WORDS:
        return Readability(0, words, "", tuple(hardest))
    whole = _lix(len(found), words, long_words)
    return Readability(whole, words, verdict(whole), tuple(hardest))


def verdict(lix: int) -> str:
    """What the number means in words, by the scale that goes with the measure."""
    return next((words for below, words in VERDICTS if lix < below), HARDEST_VERDICT)


def lix(text: str) -> int:
    """The LIX of one text, 0 where it has no words."""
    weights = [_weight(one) for one in sentences(text)]
    return _lix(len(weights), sum(one[0] for one in weights), sum(one[1] for one in weights)) if weights else 0


def _lix(of_sentences: int, words: int, long_words: int) -> int:
    return round(words / of_sentences + 100 * long_words / words)


def _weight(sentence: str) -> tuple[int, int]:
    words = _words(sentence)
    return len(words), sum(sum(letter.isalpha() for letter in one) >= LONG_WORD for one in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(re.sub(r"https?://\S+|\S+@\S+", "adress", text))


def sentences(text: str) -> list[str]:
    """The sentences of a text, without marks of lists; what is digits alone is none."""
    found = [one for block in _blocks(text) for one in _split(block)]
    return [one for one in found if any(letter.isalpha() for letter in one)]


def _blocks(text: str) -> list[str]:
    """What a reader takes for one stretch: a line, joined with the next where that goes on in small letters."""
    found: list[str] = []
    goes_on = False
    for line in text.splitlines():
        said = _ITEM.sub("", line).strip()
        is_item = said != line.strip()
        if found and said and goes_on and not is_item and said[:1].islower():
            found[-1] = f"{found[-1]} {said}"
        elif said:
            found.append(said)
        goes_on = bool(said)
    return found


def _split(block: str) -> list[str]:
    found, begins = [], 0
    for stop in _STOP.finditer(block):
        if _ends(block, stop):
            found.append(block[begins : stop.end()].strip())
            begins = stop.end()
    return [*found, block[begins:].strip()]


def _ends(block: str, stop: re.Match[str]) -> bool:
    """Whether the mark ends a sentence: not inside or after an abbreviation, nor after the day in "den 1. juni"."""
    after = block[stop.end() :].lstrip().lstrip("”\"’'(–- ")
    if not after:
        return True
    if stop.group()[0] != ".":
        return not after[0].islower()
    before = block[: stop.start() + 1]
    if _NEVER_LAST.search(before):
        return False
    return not after[0].islower() if _MAY_BE_LAST.search(before) else after[0].isupper() or after[0].isdigit()
