"""How two texts differ, word by word, as a person would show it with a pencil."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s*\n\s*|\w+[^\S\n]*|[^\w\s]+[^\S\n]*")
"""A word or a run of punctuation with the space after it; a line break is a piece of its own."""


class Piece(NamedTuple):
    """A stretch of text that stands in both ("same"), only in the old ("del") or only in the new ("ins")."""

    kind: str
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The words of both texts in reading order; what is gone stands before what came instead."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, [_key(one) for one in before], [_key(one) for one in after], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(after[c:d])))
        else:
            for name, part in (("del", before[a:b]), ("ins", after[c:d])):
                found += _marked(name, "".join(part))
    return found


def _marked(kind: str, text: str) -> list[Piece]:
    """The words alone are marked, not the space after them; a line break by itself is shown by its sign."""
    words = text.rstrip()
    if not text or words:
        return [Piece(kind, words), Piece("same", text[len(words) :])] if text else []
    return [Piece(kind, "¶"), *([Piece("same", text)] if kind == "ins" else [])]


def _key(token: str) -> str:
    """A word is the same whatever space follows it."""
    return token.strip() or "\n"
