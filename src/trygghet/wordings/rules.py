"""Which texts a promise has, where each is in its life, and when its text is kept as a revision."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trygghet import shield
from trygghet.agreements.rules import Subject
from trygghet.swedish import Refusal
from trygghet.wordings.kinds import KINDS, Field
from trygghet.wordings.manuscript import Manuscript, Part

if TYPE_CHECKING:
    from collections.abc import Mapping
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
class Side:
    """An organisation as a text names it: `side` is municipality, police or other."""

    organisation_id: UUID
    slug: str
    name: str
    short: str
    side: str

    @property
    def who(self) -> str:
        """Kommunen, Polisen, or the name of a third party."""
        return {"municipality": "Kommunen", "police": "Polisen"}.get(self.side, self.name)


@dataclass(frozen=True)
class Neighbour:
    """The days of another promise for the same municipality."""

    promise_id: UUID
    valid_from: dt.date
    valid_until: dt.date | None


@dataclass(frozen=True)
class Published:
    """A promise as residents read it; `name` is the municipality's."""

    promise_id: UUID
    name: str
    valid_from: dt.date
    valid_until: dt.date | None
    content: dict[str, Any]


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
    shared_with: tuple[UUID, ...] = ()  # those who can open it, its author among them; none while it is private
    parties: tuple[UUID, ...] = field(default=())  # whose keys it needs: those it names, and in a change also those of what it changes

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


def seen(text: str) -> str:
    """A mark of what a writer saw in a field, which the form carries; letters alone, so that it is never taken for a number of something.

    Spaces at the ends and kinds of line break make no difference: browsers change them.
    """
    digest = hashlib.sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()
    return digest[:16].translate(_LETTERS)


_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class Typed:
    """What stands in a field of a form, and the mark of what stood there when the form was shown; None overwrites whatever is there now."""

    value: str
    was: str | None

    @property
    def is_untouched(self) -> bool:
        """Whether the writer has not changed it."""
        return self.was == seen(self.value)


@dataclass(frozen=True)
class Filled:
    """A form laid upon a text: each field by itself, so that one that cannot be kept holds up no other.

    `clashes` are the fields that somebody else has changed, with what stands there now; `unkept` is all that was typed and not kept.
    A personal identity number is the exception: of a form that has one nothing is kept.
    """

    text: Manuscript
    reason: str
    clashes: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    unkept: dict[str, str] = field(default_factory=dict)
    is_part_gone: bool = False

    @property
    def is_barred(self) -> bool:
        """Whether nothing at all may be kept of the form."""
        return any(one.code == "text.personal_number" for one in self.refusals.values())


@dataclass(frozen=True)
class Saved:
    """What became of a form: the text before and after it, and what was not kept."""

    before: Wording
    wording: Wording
    filled: Filled

    @property
    def is_whole(self) -> bool:
        """Whether everything that was typed is kept."""
        return not (self.filled.unkept or self.filled.is_part_gone)


def fill(wording: Wording, part_id: UUID, typed: Mapping[str, Typed]) -> Filled:
    """Lays what was typed upon the part. Names that the part has no field for are left out; the reason belongs to the head of a change."""
    part = wording.manuscript.find(part_id)
    if part is None:
        return Filled(wording.manuscript, wording.reason, is_part_gone=True)
    touched = {one: typed[one.name] for one in fields_of(wording, part) if one.name in typed and not typed[one.name].is_untouched}
    refusals = {one.name: refusal for one, given in touched.items() if (refusal := _objection(part, one, given.value))}
    if any(one.code == "text.personal_number" for one in refusals.values()):
        return Filled(wording.manuscript, wording.reason, {}, refusals, {one.name: given.value for one, given in touched.items()})
    text, reason, clashes = wording.manuscript, wording.reason, {}
    for one, given in touched.items():
        stands = wording.reason if one is REASON else part[one.name]
        if one.name in refusals:
            continue
        if given.was not in {None, seen(stands)} and seen(stands) != seen(given.value):
            clashes[one.name] = stands
        elif one is REASON:
            reason = given.value
        else:
            text = text.set_field(part_id, one.name, given.value)
    return Filled(text, reason, clashes, refusals, {one.name: given.value for one, given in touched.items() if one.name in {**refusals, **clashes}})


def _objection(part: Part, one: Field, value: str) -> Refusal | None:
    try:
        shield.check_text(value, one.label, field=f"{part.id}.{one.name}", longest=one.longest)
    except Refusal as refusal:
        return refusal
    return None


def fields_of(wording: Wording, part: Part) -> tuple[Field, ...]:
    """The fields of a part, the reason among them where a signed promise is changed."""
    known = KINDS[part.kind].fields
    return (REASON, *known) if part.kind == "head" and wording.kind != "first" else known


REASON = Field("reason", "Skälet till ändringen", "text", 1000, hint="Invånarna läser det vid löftet. Skriv så att den som inte var med förstår.")
"""Why a signed promise is changed; it stands beside the manuscript and is agreed on with it."""


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


def may_act(wording: Wording, organisation: UUID) -> None:
    """Raises `Refusal` for an organisation that could read the text once and is no party to it any more; whoever took itself out may undo that."""
    if organisation not in {wording.organisation_id, wording.edited_for, *wording.parties}:
        raise Refusal("wording.no_part")


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


TITLES = {"first": "löftet", "change": "ändringen av löftet", "extension": "förlängningen av löftet", "early_end": "avslutet av löftet"}
"""A text by its kind, in a sentence."""


def called(wording: Wording) -> str:
    """”Medborgarlöfte för Björken”, or what it is where it has no name yet."""
    title = wording.manuscript.head["title"]
    return f"”{title}”" if title else "ett löfte utan namn"


def about(wording: Wording) -> str:
    """Löftet i Björken (in lower case): what the news is about, short enough for a subject line."""
    area = wording.manuscript.head["area"]
    return f"{TITLES[wording.kind]}{f' i {area}' if area else ''}"
