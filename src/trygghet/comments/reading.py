"""One part of a text with what is said beside it, as its page and the margin of the text show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.comments import actions
from trygghet.swedish import NotFound
from trygghet.wordings import actions as wordings
from trygghet.wordings import words
from trygghet.wordings.kinds import KINDS, TARGET_FIELDS
from trygghet.wordings.manuscript import Part
from trygghet.wordings.reading import as_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.comments.rules import Comment
    from trygghet.wordings.changes import Say
    from trygghet.wordings.kinds import Field
    from trygghet.wordings.rules import Wording


@dataclass(frozen=True)
class Beside:
    """A part and what is said about it. `choices` are the organisations that its fields may name."""

    wording: Wording
    part: Part
    comments: Sequence[Comment]
    say: Say
    choices: Sequence[tuple[str, str]] = ()
    is_gone: bool = False

    @property
    def open(self) -> list[Comment]:
        """What nobody has settled."""
        return [one for one in self.comments if one.is_open]

    @property
    def settled(self) -> list[Comment]:
        """What has been answered, taken in or declined."""
        return [one for one in self.comments if not one.is_open]

    @property
    def kind(self) -> str:
        """What such a part is called."""
        return KINDS[self.part.kind].name

    @property
    def fields(self) -> list[Field]:
        """Those that other words may be suggested for: all that matter to it as it is measured now."""
        unused = {name for names in TARGET_FIELDS.values() for name in names} - set(TARGET_FIELDS.get(self.part["measure"], ()))
        return [one for one in KINDS[self.part.kind].fields if one.name not in unused]


async def beside(organisation: UUID, wording_id: UUID, part_id: UUID) -> Beside:
    """That part with what is said about it, also when it has been removed. Raises `NotFound`."""
    async with database.within(organisation):
        wording = await wordings.read(organisation, wording_id)
        said = [one for one in (await actions.comments(organisation, [wording_id])).get(wording_id, []) if one.part_id == part_id]
        part = wording.manuscript.find(part_id) or await _removed(organisation, wording_id, part_id)
        named = [as_id(one[field.name]) for one in wording.manuscript.parts for field in KINDS[one.kind].fields if field.shape == "organisation"]
        sides = await wordings.sides(organisation, [*(one for one in named if one), *wording.parties])
    choices = [("", "Ingen"), *((str(one.organisation_id), one.name) for one in sides)]
    return Beside(wording, part, said, words.speaker(sides), choices, wording.manuscript.find(part_id) is None)


async def _removed(organisation: UUID, wording_id: UUID, part_id: UUID) -> Part:
    """The part as it stood in the last text that had it. Raises `NotFound`."""
    for one in reversed(await wordings.revisions(organisation, wording_id)):
        found = one.manuscript.find(part_id)
        if found is not None:
            return found
    raise NotFound
