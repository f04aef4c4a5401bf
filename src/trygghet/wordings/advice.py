"""Advice while a promise is written: what cannot be followed up, what is missing, what residents will find hard to read.

Deterministic and pure: the same text on the same day gives the same advice, in reading order. Nothing here ever stops anybody;
what a promise cannot be signed without is refused by `reading`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import shield
from trygghet.wordings import days, lacking, likeness
from trygghet.wordings import readability as reading_ease
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.remarks import Advice, Surrounding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trygghet.wordings.manuscript import Manuscript, Part
    from trygghet.wordings.readability import Hard, Readability

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
SHAPES = {"line", "text", "lines"}
LONGEST_QUOTE = 60
TOO_HARD = 75
"""The LIX of a sentence that is worth a word; those of an official text lie below."""


def advise(manuscript: Manuscript, around: Surrounding) -> list[Advice]:
    """All that is worth a second look, in reading order, nothing twice."""
    walked = list(manuscript.walked())
    places = ((one.id, field) for one in walked for field in KINDS[one.kind].names)
    order = {place: number for number, place in enumerate(places)}
    found = [
        *days.advice(manuscript, around),
        *lacking.advice(manuscript, walked, around),
        *(likeness.repeats(manuscript, around.previous) if around.previous else ()),
        *likeness.doubled(manuscript),
        *(_heavy(one) for one in readability(manuscript).hardest if one.lix >= TOO_HARD),
        *_people(walked),
    ]
    return sorted(dict.fromkeys(found), key=lambda one: order[one.part_id, one.field])


def readability(manuscript: Manuscript) -> Readability:
    """How the promise's own words read, as residents meet them."""
    return reading_ease.measure((part.id, field, part[field]) for part in manuscript.walked() for field in PROSE.get(part.kind, ()) if part[field])


def _heavy(hard: Hard) -> Advice:
    begins = hard.sentence if len(hard.sentence) <= LONGEST_QUOTE else hard.sentence[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    text = f"”{begins}” är tung att läsa: {hard.words} ord i en mening, {hard.long_words} av dem långa. Dela den, eller byt ut de längsta orden."
    return Advice(hard.part_id, hard.field, "words.hard", text)


def _people(walked: Sequence[Part]) -> Iterator[Advice]:
    """What may point at somebody, everywhere but where contacts are meant to stand."""
    contacts = [one[field] for one in walked if one.kind == "contact" for field in ("phone", "email")]
    for part in walked:
        for field in KINDS[part.kind].fields if part.kind != "contact" else ():
            if field.shape in SHAPES and part[field.name]:
                for found in shield.warnings(part[field.name], contacts):
                    yield Advice(part.id, field.name, f"person.{found.kind}", found.sentence)
