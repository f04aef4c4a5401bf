"""A text as it is read on its page: rows in reading order, each with what is said beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from trygghet.comments.reading import Beside
from trygghet.wordings import words
from trygghet.wordings.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.comments.rules import Comment
    from trygghet.signatures.standing import Standing
    from trygghet.wordings.manuscript import Part

HEADINGS = {"goal": "Mål utan fokusområde", "activity": "Aktiviteter utan fokusområde"}
"""What stands above such parts at the top where there are focus areas too."""


@dataclass(frozen=True)
class Row:
    """One part on the page. `depth` is 0 at the top; `heading` begins a section."""

    part: Part
    depth: int
    heading: str
    facts: Sequence[tuple[str, str]]
    prose: Sequence[tuple[str, str]]
    beside: Beside

    @property
    def kind(self) -> str:
        """What such a part is called."""
        return KINDS[self.part.kind].name


@dataclass(frozen=True)
class Showing:
    """The whole text, and apart from it what was said about parts that are gone."""

    standing: Standing

    @cached_property
    def rows(self) -> list[Row]:
        """Every part in reading order, parties apart: they stand in the beginning, by their names."""
        depths: dict[UUID, int] = {}
        found: list[Row] = []
        last, say = "", self.standing.say
        for part in self.standing.wording.manuscript.walked():
            if part.kind == "party":
                continue
            depth = depths[part.id] = depths[part.under] + 1 if part.under else 0
            heading = self._heading(part) if depth == 0 and part.kind != last else ""
            last = part.kind if depth == 0 else last
            found.append(Row(part, depth, heading, words.facts(part, say), words.prose(part), self._beside(part)))
        return found

    def _heading(self, part: Part) -> str:
        if part.kind == "head":
            return "Så lyder löftet"
        return HEADINGS[part.kind] if part.kind in HEADINGS and self.standing.wording.manuscript.of("area") else KINDS[part.kind].many

    def _beside(self, part: Part) -> Beside:
        return Beside(self.standing.wording, part, self._said.get(part.id, ()), self.standing.say)

    @cached_property
    def _said(self) -> dict[object, list[Comment]]:
        found: dict[object, list[Comment]] = {}
        for one in self.standing.comments:
            found.setdefault(one.part_id, []).append(one)
        return found

    @property
    def orphans(self) -> list[Comment]:
        """What was said about parts that are not in the text any more, or about its parties."""
        shown = {row.part.id for row in self.rows}
        return [one for one in self.standing.comments if one.part_id not in shown]

    @property
    def held(self) -> str:
        """From when to when, in a sentence."""
        return words.held(self.standing.wording.manuscript.head)
