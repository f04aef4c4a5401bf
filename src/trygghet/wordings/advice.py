"""Advice while a promise is written: what cannot be followed up, what is missing, what residents will find hard to read.

Deterministic and pure: the same text on the same day gives the same advice, in reading order. Nothing here ever stops anybody;
what a promise cannot be signed without is refused by `reading`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet.wordings import days
from trygghet.wordings import readability as reading_ease
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.remarks import Advice, Surrounding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from trygghet.wordings.manuscript import Manuscript
    from trygghet.wordings.readability import Readability

__all__ = ["Advice", "Surrounding", "advise", "readability"]

PROSE = {
    "head": ("oath",),
    "source": ("note",),
    "chapter": ("heading", "body"),
    "area": ("title", "body", "problem", "cause"),
    "goal": ("title", "body"),
    "activity": ("title", "body"),
    "definition": ("meaning",),
}
"""The fields that residents read as running text."""


def advise(manuscript: Manuscript, around: Surrounding) -> list[Advice]:
    """All that is worth a second look, in reading order, nothing twice."""
    places = ((one.id, field) for one in manuscript.walked() for field in KINDS[one.kind].names)
    order = {place: number for number, place in enumerate(places)}
    found = dict.fromkeys([*days.advice(manuscript, around)])
    return sorted(found, key=lambda one: order[one.part_id, one.field])


def readability(manuscript: Manuscript) -> Readability:
    """How the promise's own words read, as residents meet them."""
    return reading_ease.measure(_prose(manuscript))


def _prose(manuscript: Manuscript) -> Iterator[tuple[UUID, str, str]]:
    for part in manuscript.walked():
        for field in PROSE.get(part.kind, ()):
            if part[field]:
                yield part.id, field, part[field]
