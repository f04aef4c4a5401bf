"""A comment or a suggestion beside a part of a text: what it may say, who may settle it, and what is told about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import difference, shield, swedish
from trygghet.notices.rules import COORDINATOR, Notice
from trygghet.preferences.rules import Kind
from trygghet.swedish import Refusal
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.rules import about, called

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.difference import Piece
    from trygghet.wordings.changes import Say
    from trygghet.wordings.kinds import Field
    from trygghet.wordings.manuscript import Part
    from trygghet.wordings.rules import Wording

LONGEST = 2000
DONE, TAKEN, DECLINED = "done", "taken", "declined"
SETTLED = {DONE: "Besvarad", TAKEN: "Intagen i texten", DECLINED: "Avböjd"}


@dataclass(frozen=True)
class Comment:
    """Something that was said beside a part. With a `field` it suggests `suggested` where `was` stood; `shared` is false for what stays at home."""

    id: UUID
    wording_id: UUID
    promise_id: UUID
    part_id: UUID
    body: str
    field: str
    was: str
    suggested: str
    shared: bool
    organisation_id: UUID
    organisation_name: str
    side: str
    person_id: UUID
    by_name: str
    by_office: str
    at: dt.datetime
    settled_at: dt.datetime | None
    settled_how: str
    settled_by: str
    answer: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.settled_at is None

    @property
    def is_suggestion(self) -> bool:
        """Whether it says what should stand there instead."""
        return bool(self.field)

    def pieces(self, part: Part, say: Say) -> list[Piece]:
        """What the suggestion would change, word by word, in what stood there when it was made."""
        field = self.field_of(part)
        return difference.words(say(field, self.was) if self.was else "", say(field, self.suggested) if self.suggested else "")

    def field_of(self, part: Part) -> Field:
        """The field that it suggests something for."""
        return KINDS[part.kind].field(self.field)


def check_comment(wording: Wording, body: str) -> None:
    """Raises `Refusal` for a text that nothing more is said about, or words that may not be kept."""
    _still_made(wording)
    shield.check_text(body, "Kommentar", field="kommentar", longest=LONGEST, needed=True)


def check_suggestion(wording: Wording, part: Part, name: str, suggested: str, body: str) -> Field:
    """The field that it is about. Raises `Refusal` as above, and for a suggestion that changes nothing."""
    _still_made(wording)
    found = next((one for one in KINDS[part.kind].fields if one.name == name), None)
    if found is None:
        raise Refusal("suggestion.field", field="falt")
    shield.check_text(suggested, found.label, field="forslag", longest=found.longest)
    shield.check_text(body, "Varför", field="kommentar", longest=LONGEST)
    if suggested == part[name]:
        raise Refusal("suggestion.same", field="forslag")
    return found


def check_answer(comment: Comment, answer: str) -> None:
    """Raises `Refusal` for words that may not be kept, and for what is settled already."""
    if not comment.is_open:
        raise Refusal("comment.settled", how=SETTLED[comment.settled_how].lower(), name=comment.settled_by)
    shield.check_text(answer, "Svar", field="svar", longest=LONGEST)


def _still_made(wording: Wording) -> None:
    if wording.signed_at is not None:
        raise Refusal("wording.signed")
    if wording.withdrawn_at is not None:
        raise Refusal("wording.withdrawn")


def notice(wording: Wording, comment: Comment, readers: tuple[UUID, ...]) -> Notice:
    """To the coordinators of all who can read it, once a day and text: that something is said, and not what."""
    day = swedish.local(comment.at).date().isoformat()
    did = "lämnat ett förslag till" if comment.is_suggestion else "kommenterat"
    return Notice(
        key=f"comment:{wording.id}:{day}",
        headline=f"Nya kommentarer till {about(wording)}",
        lines=(
            f"{comment.by_office} hos {comment.organisation_name} har {did} {called(wording)}.",
            "Kommentarerna står bredvid texten. Ni kan svara, ta in ett förslag eller avböja det.",
        ),
        link=f"/lydelser/{wording.id}#kommentarer",
        action="Läs kommentarerna",
        because="Du samordnar löftet hos din organisation. Du får högst ett sådant mejl om dagen för varje text.",
        seats=dict.fromkeys(readers, (COORDINATOR,)),
        by=comment.person_id,
        kind=Kind.COMMENTS,
    )
