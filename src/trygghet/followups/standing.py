"""A room as one party sees it: how far it has come, what is sealed, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import swedish
from trygghet.agreements.rules import Subject as Bound
from trygghet.agreements.rules import agreed, turned
from trygghet.followups import content, rules
from trygghet.followups.rules import KIND, MERGE, Texts
from trygghet.swedish import Chip

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.followups.rules import Assessment, Joint, Noun, Room, Side, Step, Subject, Verdict


class HandedIn(NamedTuple):
    """That a party has set its verdicts. Who and when is told to the others once the seal is broken."""

    organisation_id: UUID
    by_name: str
    by_office: str
    at: dt.datetime


class Edited(NamedTuple):
    """Who wrote last in what is said together, and when."""

    name: str
    office: str
    organisation_id: UUID
    at: dt.datetime


@dataclass(frozen=True)
class Kept:
    """What the database keeps of a room. `assessments` are one's own until the seal is broken."""

    revealed_at: dt.datetime | None = None
    subjects: tuple[Subject, ...] = ()
    joint: Mapping[str, Joint] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    content: Mapping[str, Any] | None = None
    content_hash: str = ""
    edited: Edited | None = None
    signed_at: dt.datetime | None = None
    handed_in: tuple[HandedIn, ...] = ()
    assessments: Mapping[UUID, Mapping[str, Assessment]] = field(default_factory=dict)


@dataclass(frozen=True)
class Merge:
    """That a short first year is to be followed up together with the next: why, and who has said yes."""

    id: UUID
    promise_id: UUID
    year: int
    reason: str
    content_hash: str
    organisation_id: UUID
    by_name: str
    by_office: str
    at: dt.datetime
    agreed_at: dt.datetime | None
    approvals: tuple[Approval, ...] = ()

    @property
    def bound(self) -> Bound:
        """What the keys bind to."""
        return Bound(self.promise_id, MERGE, self.id, self.content_hash)


class Row(NamedTuple):
    """One subject of the comparison: every party's verdict in the parties' order, and what is said together."""

    number: int
    subject: Subject
    said: tuple[tuple[Side, Assessment], ...]
    is_same: bool
    joint: Joint | None

    @property
    def is_settled(self) -> bool:
        """Whether it has been said what shall stand."""
        return self.is_same or self.joint is not None


@dataclass(frozen=True)
class Standing:
    """The room with all that its page shows, to one organisation."""

    room: Room
    kept: Kept
    approvals: Sequence[Approval] = ()
    merge: Merge | None = None

    @property
    def bound(self) -> Bound:
        """What the keys bind to."""
        return Bound(self.room.promise_id, KIND, self.room.id, self.kept.content_hash)

    @property
    def is_revealed(self) -> bool:
        """Whether all have handed in."""
        return self.kept.revealed_at is not None

    @property
    def is_signed(self) -> bool:
        """Whether every party has approved it."""
        return self.kept.signed_at is not None

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """What gets verdicts: of the promise as it reads now, and from the broken seal on as it read then."""
        return self.kept.subjects or self.room.subjects

    @property
    def noun(self) -> Noun:
        """What its subjects are called."""
        return rules.noun(self.subjects)

    def has_handed_in(self, organisation: UUID) -> bool:
        """Whether that party has set its verdicts."""
        return any(one.organisation_id == organisation for one in self.kept.handed_in)

    def handed_in(self, organisation: UUID) -> HandedIn | None:
        """When that party handed in, and who did it."""
        return next((one for one in self.kept.handed_in if one.organisation_id == organisation), None)

    @property
    def awaited(self) -> list[Side]:
        """The parties that have not handed in."""
        return [one for one in self.room.sides if not self.has_handed_in(one.organisation_id)]

    def own(self, organisation: UUID) -> Mapping[str, Assessment]:
        """One's own assessment, so far as it is written."""
        return self.kept.assessments.get(organisation, {})

    @cached_property
    def rows(self) -> list[Row]:
        """The comparison; empty while it is sealed."""
        if not self.is_revealed:
            return []
        found = []
        for number, subject in enumerate(self.subjects, 1):
            said = tuple((one, self.own(one.organisation_id).get(subject.key, content.UNSAID)) for one in self.room.sides)
            found.append(Row(number, subject, said, rules.same([one.verdict for _, one in said]), self.kept.joint.get(subject.key)))
        return found

    @property
    def unsettled(self) -> list[Row]:
        """What the parties have judged differently and not yet said what shall stand of."""
        return [row for row in self.rows if not row.is_settled]

    def lacks(self) -> list[str]:
        """What is missing before anybody can approve, as sentences."""
        if not self.is_revealed:
            return [f"{swedish.listed([one.name for one in self.awaited])} har inte lämnat in sin bedömning."]
        found = [f"{swedish.first_up(self.noun.one)} {row.number} saknar gemensamt svar." for row in self.unsettled]
        return found if self.kept.texts.summary.strip() else [*found, "Sammanfattningen är inte skriven."]

    @property
    def keys(self) -> Mapping[UUID, Approval]:
        """The keys that are turned on exactly this content."""
        return turned(self.approvals, self.kept.content_hash)

    @property
    def is_agreed(self) -> bool:
        """Whether every party has turned its key on exactly this content."""
        return agreed(self.room.parties, self.approvals, self.kept.content_hash)

    def fallen(self, organisation: UUID) -> Approval | None:
        """That party's last approval, where it has fallen and none has come since."""
        own = [one for one in self.approvals if one.organisation_id == organisation]
        return own[-1] if own and own[-1].fell_at is not None and organisation not in self.keys else None

    def phase(self, today: dt.date) -> str:
        """Which step it is in: "coming", one of the names in `rules.STEPS`, "signed", or "elsewhere" where it was done outside the product."""
        if self.is_signed:
            return "signed"
        if self.room.done_at is not None:
            return "elsewhere"
        if not self.room.is_open(today):
            return "coming"
        if not self.is_revealed:
            return "own"
        if self.unsettled:
            return "compare"
        return "keys" if self.kept.texts.summary.strip() else "text"

    def steps(self, today: dt.date) -> list[Step]:
        """The steps with their days, and where the room stands."""
        return rules.steps(self.room, self.phase(today))

    def is_late(self, today: dt.date) -> bool:
        """Whether its last day is past and it is not signed, or was signed after it."""
        signed = self.signed_on
        return (signed or today) > self.room.due_on and (signed is not None or self.room.done_at is None)

    @property
    def signed_on(self) -> dt.date | None:
        """The day on which the last party approved it."""
        return swedish.local(self.kept.signed_at).date() if self.kept.signed_at else None

    def chip(self, today: dt.date) -> Chip:
        """The room's state as lists show it."""
        room = self.room
        match self.phase(today):
            case "signed":
                return Chip("good", "seal", "Undertecknad sent" if self.is_late(today) else "Undertecknad")
            case "elsewhere":
                return Chip("good", "check", "Klar, gjord utanför Trygghet")
            case "coming":
                return Chip("", "clock", f"Öppnar {swedish.long_date(room.opens_on)}")
        if self.is_late(today):
            return Chip("bad", "late", f"Skulle ha varit undertecknad {swedish.long_date(room.due_on)}")
        names = {"own": "Egen bedömning pågår", "compare": "Jämförelse", "text": "Gemensam text", "keys": "Väntar på nycklar"}
        return Chip("info", "run", names[self.phase(today)])

    def verdict_of(self, row: Row) -> Verdict | None:
        """The joint verdict; None where both stand, or nothing has been said."""
        if row.is_same:
            return row.said[0][1].verdict
        return row.joint.verdict if row.joint else None
