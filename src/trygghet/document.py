"""A document before it is set: headings, paragraphs, lists and tables in order. `paper` sets it as a PDF, `wordfile` as a Word file,
so that both say the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from markupsafe import Markup, escape

Style = Literal["plain", "lead", "small", "quote"]
Side = Literal["municipality", "police", "other", "joint"]


@dataclass(frozen=True)
class Heading:
    """Level 1 stands under the document's title, level 2 under level 1. It keeps with what follows."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `strong` is set in front of it in bold, as "Skäl:"."""

    text: str
    strong: str = ""
    style: Style = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list without an order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with a heading row, which is repeated on each page. `numeric` are the columns of numbers, set to the right.

    `widths` are parts of the whole; equal where there are none.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Key:
    """One party's approval: for which party, by whom in which office, and when, as a sentence."""

    party: str
    name: str
    office: str
    at: str
    side: Side = "other"


@dataclass(frozen=True)
class Keys:
    """The approvals of a document, side by side."""

    keys: tuple[Key, ...]


Block = Heading | Paragraph | Bullets | Table | Keys


@dataclass(frozen=True)
class Document:
    """The whole document. `kicker` stands above the title, `facts` are pairs under it, `mark` stands on every page (Utkast), and
    `stamp` is its checksum, printed in full at the end after `stamp_words` and shortened at the foot of each page; all may be
    empty. `voice` is whose document it is, `foot` what the foot of a page says in place of the title.
    """

    title: str
    subtitle: str = ""
    kicker: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    mark: str = ""
    stamp: str = ""
    lang: str = "sv"
    voice: Side = "joint"
    foot: str = ""
    stamp_words: str = ""

    @property
    def in_order(self) -> tuple[Block, ...]:
        """The blocks without empty headings, and no level passed over: who listens takes a missing one for a missing chapter."""
        found: list[Block] = []
        level = 0
        for one in self.blocks:
            if isinstance(one, Heading):
                if not one.text.strip():
                    continue
                level = min(one.level, level + 1)
                found.append(replace(one, level=level))
            else:
                found.append(one)
        return tuple(found)

    @property
    def parties(self) -> tuple[str, ...]:
        """Those who approve it, each once."""
        return tuple(dict.fromkeys(key.party for one in self.blocks if isinstance(one, Keys) for key in one.keys))

    def as_json(self) -> dict[str, Any]:
        """For a template: every block says what it is in `kind`."""
        blocks = [{"kind": type(one).__name__.lower(), **asdict(one)} for one in self.in_order]
        return asdict(self) | {"blocks": blocks, "parties": self.parties, "foot": self.foot or self.title}


def file_name(title: str, *, otherwise: str = "dokument") -> str:
    """Letters that every file system takes: underlag-ksau-kvartal-3-2024; `otherwise` where none is left."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", title.lower()) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or otherwise


def typed(text: str, *, style: Style = "plain") -> tuple[Paragraph | Bullets, ...]:
    """What people typed, parted in the one way that holds everywhere: an empty line between paragraphs, lines that begin with a dash as a list,
    also right below a line that leads to it. A line that goes on in small letters below such a line belongs to it.
    """
    found: list[Paragraph | Bullets] = []
    for block in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n")):
        for listed, lines in groupby(_marked(block), key=itemgetter(0)):
            words = tuple(one for _, one in lines)
            found.append(Bullets(words) if listed else Paragraph("\n".join(words), style=style))
    return tuple(found)


def _marked(block: str) -> list[tuple[bool, str]]:
    """The lines of a block, and for each whether it is an item of a list."""
    found: list[tuple[bool, str]] = []
    for line in filter(None, map(str.strip, block.split("\n"))):
        if line.startswith("- "):
            found.append((True, line.removeprefix("- ").strip()))
        elif found and found[-1][0] and line[0].islower():
            found[-1] = (True, f"{found[-1][1]} {line}")
        else:
            found.append((False, line))
    return found


def as_html(text: str, *, list_class: str = "") -> Markup:
    """What people typed as HTML: paragraphs whose lines stay lines, and lists. Nothing in it is ever mark-up."""
    start = f'<ul class="{escape(list_class)}">' if list_class else "<ul>"
    found = [
        f"{start}{''.join(f'<li>{escape(item)}</li>' for item in one.items)}</ul>"
        if isinstance(one, Bullets)
        else "<p>" + str(escape(one.text)).replace("\n", "<br>") + "</p>"
        for one in typed(text)
    ]
    return Markup("\n".join(found))  # noqa: S704 - what people typed went through escape
