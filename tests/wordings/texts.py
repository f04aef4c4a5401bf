"""Texts of promises put together in a line each, for rules that need no database."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from trygghet.wordings import manuscript
from trygghet.wordings.advice import Advice, Surrounding, advise
from trygghet.wordings.manuscript import HEAD_ID, Manuscript

if TYPE_CHECKING:
    from uuid import UUID

TODAY = dt.date(2024, 11, 1)
AROUND = Surrounding(TODAY)
BJORKEN, SKOGEN = (str(uuid.UUID(int=number)) for number in (10, 11))


def text(**head: str) -> Manuscript:
    """A text of two years with nothing else in it."""
    made = manuscript.empty()
    for name, value in {"valid_from": "2025-01-01", "valid_until": "2026-12-31", **head}.items():
        made = made.set_field(HEAD_ID, name, value)
    return made


def put(made: Manuscript, part: str, under: UUID | None = None, /, **fields: str) -> tuple[Manuscript, UUID]:
    """One more part, last among its own; returns its id, too."""
    part_id = uuid.uuid4()
    made = made.add(part, under, part_id=part_id)
    for name, value in fields.items():
        made = made.set_field(part_id, name, value)
    return made, part_id


def advised(made: Manuscript, around: Surrounding = AROUND) -> list[Advice]:
    """All the advice."""
    return advise(made, around)


def codes(made: Manuscript, around: Surrounding = AROUND) -> list[str]:
    """What the advice is called, in order."""
    return [one.code for one in advise(made, around)]


def the(made: Manuscript, code: str, around: Surrounding = AROUND) -> Advice:
    """The one piece of advice of that name."""
    (found,) = (one for one in advise(made, around) if one.code == code)
    return found
