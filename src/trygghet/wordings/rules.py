"""Which texts a promise has, where each is in its life, and when its text is kept as a revision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from trygghet.agreements.rules import Subject
from trygghet.swedish import Refusal
from trygghet.wordings.manuscript import Manuscript

if TYPE_CHECKING:
    from uuid import UUID

APPROVAL, SIGNATURE = "wording", "signature"
"""What the two kinds of key on a wording are called."""

SITTING = dt.timedelta(minutes=30)
"""A pause this long ends a sitting: what is changed after it is a text of its own."""


class State(StrEnum):
    """Where a wording is in its life. `AGREED` is what the one gate says, and never stored."""

    PRIVATE = "private"
    SHARED = "shared"
    AGREED = "agreed"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Wording:
    """One text of a promise. `organisation_id` began it; `edits` counts every change, so that a reader can tell old from new."""

    id: UUID
    promise_id: UUID
    number: int
    kind: str  # first, change, extension, early_end
    reason: str
    manuscript: Manuscript
    content_hash: str
    organisation_id: UUID
    shared_at: dt.datetime | None
    signed_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    withdrawn_why: str
    edits: int
    edited_by: UUID | None
    edited_for: UUID | None
    edited_name: str
    edited_office: str
    edited_at: dt.datetime
    created_at: dt.datetime
    parties: tuple[UUID, ...] = field(default=())  # from the manuscript while it is private, from the promise afterwards

    @property
    def subject(self) -> Subject:
        """What the approvals bind to."""
        return Subject(self.promise_id, APPROVAL, self.id, self.content_hash)

    @property
    def signing(self) -> Subject:
        """What the signatures bind to."""
        return Subject(self.promise_id, SIGNATURE, self.id, self.content_hash)

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it."""
        return self.signed_at is None and self.withdrawn_at is None

    @property
    def is_private(self) -> bool:
        """Whether its author's organisation alone sees it."""
        return self.shared_at is None


@dataclass(frozen=True)
class Revision:
    """The text as it stood once. `at` is when it was last edited then."""

    number: int
    reason: str
    manuscript: Manuscript
    content_hash: str
    shared: bool
    organisation_id: UUID
    by_name: str
    by_office: str
    at: dt.datetime


class Conflict(Exception):
    """Somebody else has changed the same field since the writer saw it. Nothing was saved; both texts are kept here to choose between."""

    def __init__(self, wording: Wording, part_id: UUID, name: str, mine: str) -> None:
        super().__init__(name)
        self.wording, self.part_id, self.name, self.mine = wording, part_id, name, mine

    @property
    def theirs(self) -> str:
        """What stands there now; nothing where the whole part is gone."""
        part = self.wording.manuscript.find(self.part_id)
        return "" if part is None else part[self.name]

    @property
    def is_part_gone(self) -> bool:
        """Whether somebody has removed the part that was being written in."""
        return self.wording.manuscript.find(self.part_id) is None


def may_edit(wording: Wording, *, any_signed: bool) -> None:
    """Raises `Refusal` for a text that is signed, withdrawn, or locked by a first signature."""
    if wording.signed_at is not None:
        raise Refusal("wording.signed")
    if wording.withdrawn_at is not None:
        raise Refusal("wording.withdrawn")
    if any_signed:
        raise Refusal("wording.locked")


def state(wording: Wording, *, agreed: bool) -> State:
    """Where it is; `agreed` is what the one gate says of its present hash."""
    if wording.withdrawn_at is not None:
        return State.WITHDRAWN
    if wording.signed_at is not None:
        return State.SIGNED
    if wording.shared_at is None:
        return State.PRIVATE
    return State.AGREED if agreed else State.SHARED


def ends_sitting(wording: Wording, person: UUID, now: dt.datetime) -> bool:
    """Whether an edit by this person now is a new sitting, so that the text before it is kept first."""
    return wording.edited_by != person or now - wording.edited_at > SITTING
