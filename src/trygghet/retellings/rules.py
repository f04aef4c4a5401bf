"""A retelling of a promise: what may be written, what keys bind to, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import canonical, shield
from trygghet.agreements import rules as agreements
from trygghet.agreements.rules import Approval, Subject
from trygghet.retellings.languages import EASY, LANGUAGES, Language
from trygghet.swedish import Chip, Refusal, Slips
from trygghet.wordings import readability
from trygghet.wordings.readability import Readability

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from trygghet.promises.promise import Party

KIND = "retelling"
"""What keys on it are called in the table of approvals."""
LONGEST_TITLE, LONGEST_BODY, LONGEST_WHY = 120, 6_000, 300
EASY_LIX = 30
"""Below this a Swedish text counts as very easy to read."""


@dataclass(frozen=True)
class Written:
    """What somebody has typed. `code` is the language."""

    code: str
    title: str
    body: str

    @property
    def readability(self) -> Readability | None:
        """How heavy it is to read; LIX is made for Swedish, so of nothing else."""
        return readability.measure([(UUID(int=0), "text", self.body)]) if self.code == EASY and self.body.strip() else None


@dataclass(frozen=True)
class Retelling:
    """One text as it was offered, which never changes; the next one in the language has the next `number`."""

    id: UUID
    promise_id: UUID
    code: str
    number: int
    title: str
    body: str
    promise_version: int
    content_hash: str
    organisation_id: UUID
    by_name: str
    by_office: str
    at: dt.datetime
    published_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    withdrawn_why: str

    @property
    def language(self) -> Language:
        """What it is written in."""
        return LANGUAGES[self.code]

    @property
    def subject(self) -> Subject:
        """What keys are turned on."""
        return Subject(self.promise_id, KIND, self.id, self.content_hash)

    @property
    def written(self) -> Written:
        """Its words."""
        return Written(self.code, self.title, self.body)


@dataclass(frozen=True)
class Standing:
    """The latest text in one language, with the keys on it. `read` is what residents read: this one, an earlier one, or none."""

    latest: Retelling
    read: Retelling | None
    earlier: Sequence[Retelling]
    parties: Sequence[Party]
    approvals: Sequence[Approval]
    version: int

    @property
    def waits(self) -> bool:
        """Whether it waits for keys."""
        return self.latest.published_at is None and self.latest.withdrawn_at is None

    @property
    def keys(self) -> list[tuple[Party, Approval | None]]:
        """Each party with its key on this very text."""
        turned = agreements.turned(self.approvals, self.latest.content_hash)
        return [(one, turned.get(one.organisation_id)) for one in self.parties]

    @property
    def agreed(self) -> bool:
        """Whether every party's key is turned on it."""
        return agreements.agreed([one.organisation_id for one in self.parties], self.approvals, self.latest.content_hash)

    @property
    def is_old(self) -> bool:
        """Whether the promise has been changed since the text was written."""
        return self.latest.promise_version < self.version

    @property
    def chip(self) -> Chip:
        """How it stands, in words."""
        if self.latest.withdrawn_at:
            return Chip("", "stop", "Tillbakadragen")
        return Chip("warn", "clock", "Väntar på godkännande") if self.waits else Chip("good", "check", "Publicerad")

    def waits_for(self, organisation: UUID) -> bool:
        """Whether it is this organisation's key that is missing."""
        return self.waits and any(one.organisation_id == organisation and key is None for one, key in self.keys)


def check(written: Written) -> None:
    """Whether it may be offered. Raises `Slips`."""
    slips = []
    if written.code not in LANGUAGES:
        slips.append(Refusal("retelling.no_language", field="sprak"))
    for text, name, field, longest in ((written.title, "Rubrik", "rubrik", LONGEST_TITLE), (written.body, "Text", "text", LONGEST_BODY)):
        try:
            shield.check_text(text, name, field=field, longest=longest, needed=True)
        except Refusal as no:
            slips.append(no)
    if slips:
        raise Slips(slips)


def check_why(why: str) -> None:
    """Whether that is a reason. Raises `Refusal`."""
    shield.check_text(why, "Skäl", field="varfor", longest=LONGEST_WHY, needed=True)


def hashed(promise_id: UUID, promise_version: int, written: Written) -> str:
    """What keys bind to: the words, their language, and which signed text of which promise they retell."""
    return canonical.hashed(
        {"promise": str(promise_id), "promise_version": promise_version, "code": written.code, "title": written.title, "body": written.body}
    )


def published(found: Retelling, parties: Sequence[Party]) -> dict[str, Any]:
    """What residents get of it."""
    return {"title": found.title, "body": found.body, "promise_version": found.promise_version, "parties": [one.name for one in parties]}


def standings(texts: Sequence[Retelling], approvals: dict[UUID, list[Approval]], parties: Sequence[Party], version: int) -> list[Standing]:
    """One for each language, in the order in which languages are offered. `texts` are a promise's, latest first in each language."""
    found = []
    for code in LANGUAGES:
        own = [one for one in texts if one.code == code]
        if own:
            read = next((one for one in own if one.published_at), None)
            found.append(Standing(own[0], read if read and not read.withdrawn_at else None, own[1:], parties, approvals.get(own[0].id, []), version))
    return found
