"""Text as social networks take it: counted in what readers see as one character, and its addresses and hashtags by where they stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import regex

from trygghet.channels.wording import SHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_TAG = 64
"""Graphemes in a hashtag (app.bsky.richtext.facet)."""
_LINK = re.compile(r"https?://[^\s<>\"]+")
_TAG = re.compile(r"(?<![^\s(])#([^\s#()]+)")
_AFTER = ".,;:!?…)\"'»”"
"""Signs that end a sentence rather than an address or a word."""


def graphemes(text: str) -> int:
    """How many characters a reader sees: extended grapheme clusters (Unicode's UAX 29)."""
    return len(regex.findall(r"\X", text))


def octets(text: str) -> int:
    """How many bytes it is in UTF-8."""
    return len(text.encode())


def shortened(said: str, fits: Callable[[str], bool]) -> str:
    """As much of it as fits, cut between two words and marked as cut; a word that is too long by itself is cut between two characters."""
    if fits(said):
        return said
    words = [one.start() for one in re.finditer(r"\s+", said)]
    for ends in (words, [one.end() for one in regex.finditer(r"\X", said)]):
        kept = bisect_left(ends, True, key=lambda end: not fits(_cut(said, end)))  # noqa: FBT003 - what is sought is where it no longer fits
        if kept and _cut(said, ends[kept - 1]) != SHORT:
            return _cut(said, ends[kept - 1])
    return ""


def _cut(said: str, end: int) -> str:
    return said[:end].rstrip(" ,.;:–-\n\t") + SHORT


def links(text: str) -> Iterator[tuple[int, int]]:
    """Where the addresses in it begin and end, without the sentence's own signs after them."""
    for one in _LINK.finditer(text):
        yield one.start(), one.start() + len(one[0].rstrip(_AFTER))


def facets(text: str) -> list[dict[str, Any]]:
    """What of the text can be pressed, as AT Protocol has it: places in bytes of UTF-8, the end not included (app.bsky.richtext.facet)."""
    found: list[tuple[int, int, dict[str, str]]] = []
    for start, end in links(text):
        found.append((start, end, {"$type": "app.bsky.richtext.facet#link", "uri": text[start:end]}))
    for one in _TAG.finditer(text):
        tag = one[1].rstrip(_AFTER)
        if tag and not tag.isdigit() and graphemes(tag) <= LONGEST_TAG:
            found.append((one.start(), one.start() + 1 + len(tag), {"$type": "app.bsky.richtext.facet#tag", "tag": tag}))
    return [
        {"index": {"byteStart": octets(text[:start]), "byteEnd": octets(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda one: one[0])
    ]
