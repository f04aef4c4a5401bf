"""How two texts of a promise differ: which parts came, went, moved or were rewritten, and which words."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet.difference import Piece, words
from trygghet.wordings.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
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
    before, after, moved = _by_id(old), _by_id(new), _moved(old, new)
    found = []
    for part in _both(old, new):
        was, now = before.get(part.id), after.get(part.id)
        edits = tuple(_edits(was, now, say))
        what = tuple(_what(was, now, edits, is_moved=part.id in moved))
        if what:
            found.append(Change(part, what, edits, (after if now else before).get(part.under)))
    return found


def _by_id(text: Manuscript) -> dict[UUID | None, Part]:
    return {one.id: one for one in text.parts}


def _what(before: Part | None, after: Part | None, edits: Sequence[Edit], *, is_moved: bool) -> Iterator[str]:
    if before is None or after is None:
        yield ADDED if before is None else REMOVED
        return
    if is_moved:
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


def _moved(old: Manuscript, new: Manuscript) -> set[UUID]:
    """The parts that hang elsewhere than before, and those that stepped past their neighbours: as few as explain the new order."""
    before, rows = _by_id(old), _rows(old)
    found = {one.id for one in new.parts if (was := before.get(one.id)) is not None and was.under != one.under}
    for place, row in _rows(new).items():
        order = {one: number for number, one in enumerate(rows.get(place, []))}
        stayed = [one for one in row if one in order]
        found |= set(stayed) - set(_in_order(stayed, order))
    return found


def _rows(text: Manuscript) -> dict[tuple[str, UUID | None], list[UUID]]:
    """The parts of each kind under each part, in their order."""
    found: dict[tuple[str, UUID | None], list[UUID]] = {}
    for one in text.parts:
        found.setdefault((one.kind, one.under), []).append(one.id)
    return found


def _in_order(row: Sequence[UUID], was: Mapping[UUID, int]) -> list[UUID]:
    """The longest run of these that stand in the order they had."""
    ends: list[int] = []  # the earliest place that a run of each length can end on
    lengths = []
    for one in row:
        length = bisect_left(ends, was[one])
        ends[length : length + 1] = [was[one]]
        lengths.append(length)
    kept: list[UUID] = []
    for one, length in zip(reversed(row), reversed(lengths), strict=True):
        if length == len(ends) - 1 - len(kept) and (not kept or was[one] < was[kept[-1]]):
            kept.append(one)
    return kept
