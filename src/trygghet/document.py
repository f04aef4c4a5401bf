"""A document before it is set: headings, paragraphs, lists and tables in order. `paper` sets it as a PDF, `wordfile` as a Word file,
so that both say the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Style = Literal["plain", "lead", "small", "quote"]


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


@dataclass(frozen=True)
class Keys:
    """The approvals of a document, side by side."""

    keys: tuple[Key, ...]


Block = Heading | Paragraph | Bullets | Table | Keys


@dataclass(frozen=True)
class Document:
    """The whole document. `kicker` stands above the title, `facts` are pairs under it, `mark` stands on every page (Utkast), and
    `stamp` is its checksum, printed in full at the end and shortened at the foot of each page; both may be empty.
    """

    title: str
    subtitle: str = ""
    kicker: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    mark: str = ""
    stamp: str = ""
    lang: str = "sv"

    def as_json(self) -> dict[str, Any]:
        """For a template: every block says what it is in `kind`."""
        return asdict(self) | {"blocks": [{"kind": type(one).__name__.lower(), **asdict(one)} for one in self.blocks]}
