"""What has changed in a text since somebody approved it, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORDS = re.compile(r"\s*\n\s*|\w+[^\S\n]*|[^\w\s]+[^\S\n]*")
"""A word or a run of punctuation with the space after it; a line break is a piece of its own."""


class Piece(NamedTuple):
    """A stretch of text that stands in both ("same"), only in the old ("del") or only in the new ("ins")."""

    kind: str
    text: str


class Difference(NamedTuple):
    """What the new content changes. `other` names what is not words: the picture, the channels, the time."""

    title: list[Piece]
    body: list[Piece]
    other: list[str]

    @property
    def title_changed(self) -> bool:
        """Whether the headline reads otherwise now."""
        return any(one.kind != "same" for one in self.title)

    @property
    def body_changed(self) -> bool:
        """Whether the text reads otherwise now."""
        return any(one.kind != "same" for one in self.body)


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """From one content to another, both as `rules.content` makes them."""
    return Difference(words(old["title"], new["title"]), words(old["body"], new["body"]), list(_other(old, new)))


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


def _other(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    before, after = old["picture"], new["picture"]
    if before != after:
        if before is None or after is None:
            yield "en bild har lagts till" if before is None else "bilden är borttagen"
        else:
            yield "bilden är utbytt" if before["sha256"] != after["sha256"] else "bildtexten är ändrad"
    if old["channels"] != new["channels"]:
        yield "kanalerna är ändrade"
    if old["earliest_at"] != new["earliest_at"]:
        yield "tidigaste tid är ändrad"
