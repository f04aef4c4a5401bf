"""How a wording stands: its keys and signatures, what changed since a party approved, and what waits for whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.agreements.rules import agreed, turned
from trygghet.signatures import rules
from trygghet.swedish import Chip
from trygghet.wordings import words
from trygghet.wordings.changes import changes
from trygghet.wordings.rules import State
from trygghet.wordings.rules import state as wording_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.comments.rules import Comment
    from trygghet.difference import Piece
    from trygghet.history.rules import Event
    from trygghet.wordings.changes import Change, Say
    from trygghet.wordings.rules import Revision, Side, Wording

NAMES = {"first": "Nytt löfte", "change": "Ändring", "extension": "Förlängning", "early_end": "Avslut i förtid"}
_DEFINITE = {"first": "Löftet", "change": "Ändringen", "extension": "Förlängningen", "early_end": "Avslutet"}


class Key(NamedTuple):
    """A party's key and signature on the present text, the latest key that fell, and its no where it has said so about this very text."""

    side: Side
    approval: Approval | None
    signature: Approval | None
    fallen: Approval | None
    rejection: Event | None


class Text(NamedTuple):
    """One text of the wording to choose or compare: `name` is its number, or nu for what stands there now and has not been kept yet."""

    name: str
    revision: Revision


class Difference(NamedTuple):
    """From one text to another: the parts, and the reason that residents read."""

    old: Text
    new: Text
    reason: list[Piece]
    parts: list[Change]

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        return not self.parts and not any(one.kind != "same" for one in self.reason)


@dataclass(frozen=True)
class Standing:
    """Everything about a wording that its pages show. `sides` are the parties whose keys it needs and its author, municipalities first."""

    wording: Wording
    sides: Sequence[Side]
    everybody: Sequence[Side]
    approvals: Sequence[Approval]
    signatures: Sequence[Approval]
    comments: Sequence[Comment] = ()
    events: Sequence[Event] = ()
    revisions: Sequence[Revision] = ()

    # ------------------------------------------------------------ what it is
    @property
    def title(self) -> str:
        """What it is called, also before it has a name."""
        return self.wording.manuscript.head["title"] or "Ett löfte utan namn"

    @property
    def name(self) -> str:
        """Nytt löfte, Ändring, Förlängning, Avslut i förtid."""
        return NAMES[self.wording.kind]

    @cached_property
    def say(self) -> Say:
        """How its typed values read."""
        return words.speaker(self.everybody)

    def name_of(self, organisation: UUID | None) -> str:
        """An organisation's name, as whoever reads the text knows it."""
        return next((one.name for one in (*self.sides, *self.everybody) if one.organisation_id == organisation), "En part")

    @property
    def author(self) -> Side:
        """The organisation that began it."""
        return next(one for one in self.sides if one.organisation_id == self.wording.organisation_id)

    @property
    def parties(self) -> list[Side]:
        """Those whose keys it needs."""
        return [one for one in self.sides if one.organisation_id in self.wording.parties]

    @property
    def voice(self) -> str:
        """Joint when more than one side promises; the police alone promise unilaterally."""
        sides = {one.side for one in self.parties}
        return "police" if sides == {"police"} else "municipality" if sides == {"municipality"} else "joint"

    @property
    def is_unilateral(self) -> bool:
        """Whether the police promise alone."""
        return self.voice == "police"

    @property
    def unreached(self) -> list[Side]:
        """Parties that have come into the text since it was shared, and cannot open it yet."""
        if self.wording.is_private or not self.wording.is_open:
            return []
        return [one for one in self.parties if one.organisation_id not in self.wording.shared_with]

    # ------------------------------------------------------------ how it stands
    @property
    def agreed(self) -> bool:
        """What the one gate says of the approvals."""
        return agreed(self.wording.parties, self.approvals, self.wording.content_hash)

    @property
    def signed(self) -> bool:
        """What the one gate says of approvals and signatures together."""
        return self.agreed and agreed(self.wording.parties, self.signatures, self.wording.content_hash)

    @property
    def locked(self) -> bool:
        """Whether somebody has signed what stands there, so that it can only be opened again."""
        return self.wording.is_open and rules.any_live(self.signatures)

    @property
    def state(self) -> State:
        """Where it is in its life."""
        return wording_state(self.wording, agreed=self.agreed)

    @property
    def may_write(self) -> bool:
        """Whether its words may be changed."""
        return self.wording.is_open and not self.locked

    @property
    def keys(self) -> list[Key]:
        """Every party's, municipalities first."""
        live, signed = (turned(keys, self.wording.content_hash) for keys in (self.approvals, self.signatures))
        return [
            Key(one, live.get(one.organisation_id), signed.get(one.organisation_id), self._fallen(one.organisation_id), self._rejection(one))
            for one in self.parties
        ]

    def key_of(self, organisation: UUID) -> Key | None:
        """This party's key; None for an organisation that is no party."""
        return next((one for one in self.keys if one.side.organisation_id == organisation), None)

    def _fallen(self, organisation: UUID) -> Approval | None:
        return next((one for one in reversed(self.approvals) if one.organisation_id == organisation and one.fell_at is not None), None)

    def _rejection(self, side: Side) -> Event | None:
        """The party's no to what stands there now, where it is the last that it has said."""
        acts = [one for one in self.events if one.organisation_id == side.organisation_id and one.act in {"wording.rejected", "wording.approved"}]
        last = acts[-1] if acts else None
        return last if last and last.act == "wording.rejected" and last.content_hash == self.wording.content_hash else None

    @property
    def rejections(self) -> list[Event]:
        """Every party's no to what stands there now."""
        return [one.rejection for one in self.keys if one.rejection] if self.state is State.SHARED else []

    @property
    def reopened(self) -> Event | None:
        """When it was last opened after a signature, if nobody has approved it since."""
        acts = [one for one in self.events if one.act in {"wording.reopened", "wording.approved"}]
        return acts[-1] if acts and acts[-1].act == "wording.reopened" and self.wording.is_open else None

    # ------------------------------------------------------------ what waits for whom
    def waits_for_approval(self, organisation: UUID) -> bool:
        """Whether this party's yes is missing, and it has not said no to this very text."""
        key = self.key_of(organisation)
        return self.state is State.SHARED and key is not None and key.approval is None and key.rejection is None

    def waits_for_signature(self, organisation: UUID) -> bool:
        """Whether all have approved and this party has not signed."""
        key = self.key_of(organisation)
        return self.state is State.AGREED and key is not None and key.signature is None

    def open_comments(self) -> list[Comment]:
        """Those that nobody has settled."""
        return [one for one in self.comments if one.is_open] if self.wording.is_open else []

    # ------------------------------------------------------------ in words
    @property
    def chip(self) -> Chip:
        """The state as it is shown."""
        signing = Chip("info", "half", "Underskrift pågår") if self.locked else Chip("info", "key", "Klar att skriva under")
        waits = Chip("bad", "cross", "Avvisad") if self.rejections else Chip("warn", "key", "Väntar på godkännande")
        return {
            State.PRIVATE: Chip("", "doc", "Utkast"),
            State.SHARED: waits,
            State.AGREED: signing,
            State.SIGNED: Chip("good", "check", "Undertecknad"),
            State.WITHDRAWN: Chip("", "stop", "Tillbakadragen"),
        }[self.state]

    def sentence(self, organisation: UUID) -> str:
        """How it stands, for one of those who read it."""
        match self.state:
            case State.PRIVATE:
                return f"Bara {self.author.name} ser den här texten. Den delas först när ni väljer det."
            case State.SHARED:
                return self._to_approve(organisation)
            case State.AGREED if self.locked:
                who = swedish.listed([one.side.name for one in self.keys if one.signature])
                return f"{who} har skrivit under. Nu återstår {self._missing('signature')}."
            case State.AGREED:
                return "Alla parter har godkänt samma text. Nu återstår underskrifterna."
            case State.WITHDRAWN:
                assert self.wording.withdrawn_at is not None, "that is what it means"
                return f"Tillbakadragen {swedish.long_moment(self.wording.withdrawn_at)}: {self.wording.withdrawn_why}"
            case _:
                return self._in_force()

    def _to_approve(self, organisation: UUID) -> str:
        if self.rejections:
            who = swedish.listed([one.side.name for one in self.keys if one.rejection])
            return f"{who} har avvisat texten. Den kan ändras och godkännas på nytt."
        if self.waits_for_approval(organisation):
            return "Väntar på ert godkännande. Läs texten och det som är sagt om den."
        return f"Väntar på godkännande från {self._missing('approval')}."

    def _missing(self, what: str) -> str:
        return swedish.listed([one.side.name for one in self.keys if getattr(one, what) is None])

    def _in_force(self) -> str:
        what, head = _DEFINITE[self.wording.kind], self.wording.manuscript.head
        if self.wording.kind == "early_end":
            return f"{what} är undertecknat. Löftet gäller till och med {words.day(head['valid_until'])}."
        if self.wording.kind == "extension":
            until = f"till och med {words.day(head['valid_until'])}" if head["valid_until"] else "tills vidare"
            return f"{what} är undertecknad. Löftet gäller nu {until}."
        return (
            f"{what} är undertecknat och gäller från {words.day(head['valid_from'])}."
            if self.wording.kind == "first"
            else f"{what} är undertecknad och gäller nu."
        )

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The five steps of a text, each done, now or to come, with a word about it."""
        names = [
            ("Skrivs", f"Av {self.author.name}"),
            ("Delas", "Alla parter läser"),
            ("Godkänns", "Samma text, ord för ord"),
            ("Undertecknas", "En ledare hos varje part"),
        ]
        at = {State.PRIVATE: 0, State.SHARED: 2, State.AGREED: 3, State.SIGNED: 5, State.WITHDRAWN: -1}[self.state]
        return [
            (name, about, "done" if place < at else "now" if place == at else "") for place, (name, about) in enumerate([*names, self._last_step])
        ]

    @property
    def _last_step(self) -> tuple[str, str]:
        head = self.wording.manuscript.head
        if self.wording.kind == "early_end":
            return "Löftet slutar", words.day(head["valid_until"]) or "Dagen är inte skriven"
        if self.wording.kind == "extension":
            return "Gäller längre", f"Till {words.day(head['valid_until'])}" if head["valid_until"] else "Tills vidare"
        return "Gäller", words.day(head["valid_from"]) if self.wording.kind == "first" and head["valid_from"] else "När alla har skrivit under"

    # ------------------------------------------------------------ texts and what differs
    @cached_property
    def texts(self) -> list[Text]:
        """Every text that the reader may see, first to last; the last is what stands there now."""
        kept = [Text(str(one.number), one) for one in self.revisions]
        if kept and kept[-1].revision.content_hash == self.wording.content_hash:
            return kept
        return [*kept, Text("nu", self._present)]

    @property
    def _present(self) -> Revision:
        from trygghet.wordings.rules import Revision

        one = self.wording
        return Revision(
            number=self.revisions[-1].number + 1 if self.revisions else 1,
            reason=one.reason,
            manuscript=one.manuscript,
            content_hash=one.content_hash,
            shared=not one.is_private,
            organisation_id=one.edited_for or one.organisation_id,
            by_name=one.edited_name,
            by_office=one.edited_office,
            at=one.edited_at,
        )

    def text(self, name: str) -> Text | None:
        """That text, by its number or as nu."""
        return next((one for one in self.texts if one.name == name), self.texts[-1] if name == "nu" else None)

    def difference(self, old: Text, new: Text) -> Difference:
        """What the newer of two texts changes."""
        from trygghet.difference import words as pieces

        before, after = old.revision, new.revision
        return Difference(old, new, pieces(before.reason, after.reason), changes(before.manuscript, after.manuscript, self.say))

    def changed_since(self, organisation: UUID) -> Difference | None:
        """What has changed since this party approved; None when it never did, or its key holds."""
        key = self.key_of(organisation)
        if key is None or key.approval is not None or key.fallen is None or not self.wording.is_open:
            return None
        read = next((one for one in reversed(self.texts) if one.revision.content_hash == key.fallen.content_hash), None)
        found = self.difference(read, self.texts[-1]) if read else None
        return None if found is None or found.is_empty else found

    def late(self, today: dt.date) -> str:
        """Undertecknas 12 januari 2025, efter att löftet började gälla 1 januari 2025; nothing where it is in time or has no first day."""
        try:
            first = dt.date.fromisoformat(self.wording.manuscript.head["valid_from"])
        except ValueError:
            return ""
        signed = max((one.at for one in self.signatures if one.fell_at is None), default=None)
        on = swedish.local(signed).date() if signed and self.wording.signed_at else today
        if self.wording.kind != "first" or not rules.is_late(first, on):
            return ""
        verb = "Undertecknat" if self.wording.signed_at else "Undertecknas"
        return f"{verb} {swedish.long_date(on)}, gäller från {swedish.long_date(first)}."


@dataclass(frozen=True)
class Waiting:
    """Something that waits for an organisation. `what` is approve, sign, changed (since it approved), rejected or comments."""

    wording_id: UUID
    promise_id: UUID
    title: str
    what: str
    since: dt.datetime
    count: int = 1

    @property
    def sentence(self) -> str:
        """What is to be done, as a line of a list."""
        return {
            "approve": "Läs och godkänn",
            "changed": "Läs vad som är ändrat sedan ni godkände",
            "sign": "Skriv under",
            "rejected": "Avvisad: läs skälet och ändra texten",
            "comments": f"{swedish.first_up(swedish.counted(self.count, 'kommentar', 'kommentarer'))} att svara på",
        }[self.what]


def waiting(found: Sequence[Standing], organisation: UUID) -> list[Waiting]:
    """What waits for this organisation, what leaders are to do first."""
    rows = [
        Waiting(one.wording.id, one.wording.promise_id, one.title, what, since, count)
        for one in found
        for what, since, count in _waits(one, organisation)
    ]
    order = ["sign", "changed", "approve", "rejected", "comments"]
    return sorted(rows, key=lambda row: (order.index(row.what), row.since))


def _waits(one: Standing, organisation: UUID) -> list[tuple[str, dt.datetime, int]]:
    found: list[tuple[str, dt.datetime, int]] = []
    others = [no for no in one.rejections if no.organisation_id != organisation]
    if one.waits_for_signature(organisation):
        found.append(("sign", max(key.approval.at for key in one.keys if key.approval), 1))
    elif one.waits_for_approval(organisation) and not others:  # nobody is asked to say yes to what another has said no to
        is_changed = one.changed_since(organisation) is not None
        found.append(
            ("changed" if is_changed else "approve", one.wording.edited_at if is_changed else one.wording.shared_at or one.wording.edited_at, 1)
        )
    if others and one.key_of(organisation):
        found.append(("rejected", max(no.at for no in others), 1))
    theirs = [said for said in one.open_comments() if said.organisation_id != organisation]
    if theirs and one.state in {State.SHARED, State.AGREED}:
        found.append(("comments", min(said.at for said in theirs), len(theirs)))
    return found
