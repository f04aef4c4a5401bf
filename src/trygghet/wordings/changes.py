"""How two texts of a promise differ: which parts came, went, moved or were rewritten, and which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet.difference import Piece, words
from trygghet.wordings.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from trygghet.wordings.kinds import Field
    from trygghet.wordings.manuscript import Manuscript, Part

    Say = Callable[[Field, str], str]
    """A typed value as it is read: the name of an organisation, the words of a choice."""

ADDED, REMOVED, MOVED, EDITED = "added", "removed", "moved", "edited"


@dataclass(frozen=True)
class Edit:
    """One field that says something else now."""

    field: Field
    pieces: list[Piece]


@dataclass(frozen=True)
class Change:
    """What happened to one part. `part` is as it stands now, or as it stood when it went; `under` is what it belongs to, if anything.

    `what` is added or removed, or moved, edited or both.
    """

    part: Part
    what: tuple[str, ...]
    edits: tuple[Edit, ...]
    under: Part | None

    @property
    def kind(self) -> str:
        """What such a part is called."""
        return KINDS[self.part.kind].name


def changes(old: Manuscript, new: Manuscript, say: Say) -> list[Change]:
    """From the old text to the new one in reading order; what is gone stands where its neighbours stand."""
    return [found for part in _both(old, new) if (found := _change(part, old, new, say)) is not None]


def _change(part: Part, old: Manuscript, new: Manuscript, say: Say) -> Change | None:
    before, after = old.find(part.id), new.find(part.id)
    edits = tuple(_edits(before, after, say))
    what = tuple(_what(before, after, old, new, edits))
    whole = new if after else old
    return Change(part, what, edits, whole.find(part.under) if part.under else None) if what else None


def _what(before: Part | None, after: Part | None, old: Manuscript, new: Manuscript, edits: Sequence[Edit]) -> Iterator[str]:
    if before is None or after is None:
        yield ADDED if before is None else REMOVED
        return
    if after.id in _moved(old, new, after):
        yield MOVED
    if edits:
        yield EDITED


def _edits(before: Part | None, after: Part | None, say: Say) -> Iterator[Edit]:
    there = after or before
    assert there is not None, "a part stands in one of the two"
    for field in KINDS[there.kind].fields:
        was, now = before[field.name] if before else "", after[field.name] if after else ""
        if was != now:
            yield Edit(field, words(say(field, was) if was else "", say(field, now) if now else ""))


def _both(old: Manuscript, new: Manuscript) -> Iterator[Part]:
    """Every part of either text, each once: as the new text is read, with what is gone before the next part that stood after it."""
    stays = {one.id for one in new.parts}
    gone: dict[UUID | None, list[Part]] = {}
    waiting: list[Part] = []
    for one in old.walked():
        if one.id in stays:
            gone.setdefault(one.id, []).extend(waiting)
            waiting = []
        else:
            waiting.append(one)
    for one in new.walked():
        yield from gone.get(one.id, [])
        yield one
    yield from waiting


def _moved(old: Manuscript, new: Manuscript, part: Part) -> set[UUID]:
    """Those of this part's neighbours that hang elsewhere than before, or that others have passed."""
    row = [one.id for one in new.of(part.kind, part.under)]
    before = [one.id for one in old.of(part.kind, part.under) if one.id in row]
    came = {one for one in row if (was := old.find(one)) is not None and was.under != part.under}
    return came | set(before) - set(_in_order(before, [one for one in row if one in before]))


def _in_order(before: Sequence[UUID], after: Sequence[UUID]) -> list[UUID]:
    """The longest run of these that kept their order; the rest were moved."""
    place = {one: number for number, one in enumerate(before)}
    best: list[list[UUID]] = []
    for one in after:
        longest = max((run for run in best if place[run[-1]] < place[one]), key=len, default=[])
        best.append([*longest, one])
    return max(best, key=len, default=[])
