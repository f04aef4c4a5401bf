"""A promise as it is being written: an ordered list of parts whose fields hold what was typed.

Typed values stay strings, so a half-written date or number is never lost; `reading` makes a promise of them. Every part keeps
its id for life: comments hang on it, two versions are compared by it, and what is counted on an activity stays with it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from trygghet import canonical
from trygghet.swedish import NotFound, Refusal
from trygghet.wordings.kinds import KINDS, MOST_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

HEAD_ID = uuid.UUID(int=1)
"""The one part that is always there: title, oath and days."""


@dataclass(frozen=True)
class Part:
    """One area, goal, activity, contact …; `under` is the part it belongs to, None at the top."""

    id: UUID
    kind: str
    under: UUID | None = None
    fields: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """What was typed in the field, or nothing."""
        return self.fields.get(name, "")

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed in it."""
        return not any(self.fields.values())

    @property
    def name(self) -> str:
        """What it is called in a list: its first text, or its kind."""
        kind = KINDS[self.kind]
        return next((self[one.name] for one in kind.fields if one.names and self[one.name]), kind.name)


@dataclass(frozen=True)
class Manuscript:
    """The whole text. Parts of one kind under one part stand in the order of the list."""

    parts: tuple[Part, ...]

    @property
    def head(self) -> Part:
        """Title, oath and days."""
        return self.parts[0]

    def part(self, part_id: UUID) -> Part:
        """That part. Raises `NotFound`."""
        found = self.find(part_id)
        if found is None:
            raise NotFound
        return found

    def find(self, part_id: UUID) -> Part | None:
        """That part, or None where it has been removed."""
        return next((one for one in self.parts if one.id == part_id), None)

    def of(self, kind: str, under: UUID | None = None) -> list[Part]:
        """The parts of a kind directly under a part, or at the top."""
        return [one for one in self.parts if one.kind == kind and one.under == under]

    def every(self, kind: str) -> list[Part]:
        """The parts of a kind wherever they hang, as a reader meets them."""
        return [one for one in self.walked() if one.kind == kind]

    def walked(self) -> Iterator[Part]:
        """Every part in reading order: each before what hangs under it, kinds in the order of `KINDS`."""
        rows: dict[tuple[UUID | None, str], list[Part]] = {}
        for one in self.parts:
            rows.setdefault((one.under, one.kind), []).append(one)
        yield from _walked(rows, None)

    def below(self, part_id: UUID) -> set[UUID]:
        """The part and all that hangs under it."""
        found = {part_id}
        while more := {one.id for one in self.parts if one.under in found} - found:
            found |= more
        return found

    def area_of(self, part: Part) -> Part | None:
        """The focus area that the part belongs to, itself where it is one, None where it belongs to none."""
        above: Part | None = part
        while above is not None and above.kind != "area":
            above = None if above.under is None else self.part(above.under)
        return above

    # ------------------------------------------------------------ changes, each giving a new manuscript
    def set_field(self, part_id: UUID, name: str, value: str) -> Manuscript:
        """Another value in a field. Raises `NotFound` for a part or a field that is not there."""
        part = self.part(part_id)
        if name not in KINDS[part.kind].names:
            raise NotFound
        changed = replace(part, fields={**part.fields, name: value})
        return Manuscript(tuple(changed if one.id == part_id else one for one in self.parts))

    def add(self, kind: str, under: UUID | None = None, *, after: UUID | None = None, part_id: UUID | None = None) -> Manuscript:
        """A new empty part, after another or last. Raises `NotFound` where such a part cannot hang, `Refusal` where there is no more room."""
        self._check_place(kind, under)
        if len(self.parts) >= MOST_PARTS:
            raise Refusal("wording.full", most=MOST_PARTS)
        made = Part(part_id or uuid.uuid4(), kind, under)
        if self.find(made.id):
            return self  # the same form sent twice
        place = next((place + 1 for place, one in enumerate(self.parts) if one.id == after), len(self.parts))
        return Manuscript((*self.parts[:place], made, *self.parts[place:]))

    def move(self, part_id: UUID, *, up: bool) -> Manuscript:
        """One step up or down among its own kind under the same part; the first and the last stay where they are."""
        part = self.part(part_id)
        row = self.of(part.kind, part.under)
        place = row.index(part) + (-1 if up else 1)
        if not 0 <= place < len(row):
            return self
        other = row[place]
        swapped = {part.id: other, other.id: part}
        return Manuscript(tuple(swapped.get(one.id, one) for one in self.parts))

    def hang(self, part_id: UUID, under: UUID | None) -> Manuscript:
        """The part, with all below it, last under another part. Raises `NotFound` where it cannot hang."""
        part = self.part(part_id)
        self._check_place(part.kind, under)
        if under in self.below(part_id):
            raise NotFound
        rest = [one for one in self.parts if one.id != part_id]
        return Manuscript((*rest, replace(part, under=under)))

    def remove(self, part_id: UUID) -> Manuscript:
        """Without the part and all below it. The head stays."""
        if self.part(part_id).kind == "head":
            raise NotFound
        gone = self.below(part_id)
        return Manuscript(tuple(one for one in self.parts if one.id not in gone))

    def put_back(self, part_id: UUID, older: Manuscript) -> Manuscript:
        """The part as an older text had it, with all that hung under it, where it stood; parts that are here stay as they are.

        At the top where what it hung under is gone. Raises `NotFound` for a part that the older text had not.
        """
        if self.find(part_id):
            return self
        part = older.part(part_id)
        under = part.under if part.under and self.find(part.under) else None
        row = [one.id for one in older.of(part.kind, part.under)]
        before = [one for one in row[: row.index(part_id)] if self.find(one)]
        place = self.parts.index(self.part(before[-1])) + 1 if before else 1  # the head is always first
        below = older.below(part_id)
        back = [replace(one, under=under) if one.id == part_id else one for one in older.parts if one.id in below and not self.find(one.id)]
        if len(self.parts) + len(back) > MOST_PARTS:
            raise Refusal("wording.full", most=MOST_PARTS)
        return Manuscript((*self.parts[:place], *back, *self.parts[place:]))

    def _check_place(self, kind: str, under: UUID | None) -> None:
        if kind not in KINDS or kind == "head":
            raise NotFound
        holder = None if under is None else self.part(under).kind
        if holder not in KINDS[kind].under:
            raise NotFound

    # ------------------------------------------------------------ to and from the database
    def as_json(self) -> list[dict[str, Any]]:
        """As it is stored; empty fields are left out, so that opening a form changes nothing."""
        return [
            {
                "id": str(one.id),
                "kind": one.kind,
                "under": str(one.under) if one.under else None,
                "fields": {name: one[name] for name in KINDS[one.kind].names if one[name]},
            }
            for one in self.parts
        ]


def _walked(rows: dict[tuple[UUID | None, str], list[Part]], under: UUID | None) -> Iterator[Part]:
    for kind in KINDS:
        for one in rows.get((under, kind), ()):
            yield one
            yield from _walked(rows, one.id)


def from_json(stored: list[dict[str, Any]]) -> Manuscript:
    """What `as_json` made."""
    return Manuscript(
        tuple(Part(uuid.UUID(one["id"]), one["kind"], uuid.UUID(one["under"]) if one["under"] else None, dict(one["fields"])) for one in stored)
    )


def empty() -> Manuscript:
    """Where nothing has been written yet."""
    return Manuscript((Part(HEAD_ID, "head"),))


def content_hash(manuscript: Manuscript, number: int, kind: str, reason: str) -> str:
    """SHA-256 of the canonical JSON of all that is agreed on: keys sorted, no spaces, UTF-8."""
    whole = {"kind": kind, "manuscript": manuscript.as_json(), "number": number, "reason": reason}
    return canonical.hashed(whole)
