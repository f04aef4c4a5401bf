"""What a dashboard says of promises that are being made: what waits for whom, and how far each text has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.signatures.standing import waiting
from trygghet.wordings.rules import State

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.dashboard.facts import Board
    from trygghet.signatures.standing import Standing, Waiting

SHOWN = 4
"""So many texts in the making are shown; the rest stand on the page of promises."""

_NOUNS = {"first": "", "change": "ändringen av ", "extension": "förlängningen av ", "early_end": "att avsluta i förtid: "}
"""What the key is for, before the promise's title."""


@dataclass(frozen=True)
class Wait:
    """Something in a text in the making that waits for this organisation. Who may not do it is led to the text itself."""

    standing: Standing
    what: str
    heading: str
    text: str
    button: str
    address: str
    right: str
    since: dt.date

    @property
    def place(self) -> str:
        """The municipalities that the text is for."""
        return ", ".join(places(self.standing))

    @property
    def text_address(self) -> str:
        """Where anybody may read the text."""
        return f"/lydelser/{self.standing.wording.id}"

    @property
    def is_key(self) -> bool:
        """Whether it is for a leader to approve or to sign."""
        return self.what in {"approve", "changed", "sign"}


class Words(NamedTuple):
    """How a kind of waiting is put: the heading, what is said below it, the button, where it leads from the text's address, and the right."""

    heading: str
    text: str
    button: str
    path: str
    right: str


def waits(board: Board, organisation: UUID) -> list[Wait]:
    """All that waits for this organisation, what leaders are to do first."""
    standings = {one.wording.id: one for one in board.making}
    return [_wait(standings[one.wording_id], one, organisation) for one in waiting(board.making, organisation)]


def _wait(standing: Standing, one: Waiting, organisation: UUID) -> Wait:
    what, since = f"{_NOUNS[standing.wording.kind]}”{one.title}”", swedish.local(one.since).date()
    words = _words(standing, one, organisation, swedish.day_month(since), what)
    return Wait(standing, one.what, words.heading, words.text, words.button, f"/lydelser/{one.wording_id}{words.path}", words.right, since)


def _words(standing: Standing, one: Waiting, organisation: UUID, on: str, what: str) -> Words:
    if one.what == "approve":
        approved = [key.side.name for key in standing.keys if key.approval and key.side.organisation_id != organisation]
        text = f"{swedish.listed(approved)} har godkänt." if approved else "Ingen har godkänt än."
        return Words(f"Godkänn {what}", f"Texten delades {on}. {text}", "Läs och godkänn", "", "approve")
    if one.what == "changed":
        return Words(f"Godkänn {what}", f"Texten har ändrats {on}, sedan ni godkände den. Läs skillnaden.", "Se skillnaden", "#andrat", "read")
    if one.what == "sign":
        return Words(f"Skriv under {what}", f"Alla parter har godkänt samma text, den sista {on}.", "Skriv under", "/skriv-under", "approve")
    if one.what == "rejected":
        no = next(no for no in standing.rejections if no.organisation_id != organisation)
        who = next((key.side.name for key in standing.keys if key.side.organisation_id == no.organisation_id), "En part")
        return Words(f"Avvisad: {what}", f"{who} sa nej {on}. Läs skälet och ändra texten.", "Läs skälet", "", "read")
    count = f"{swedish.first_up(swedish.word(one.count))} {'kommentar' if one.count == 1 else 'kommentarer'}"
    return Words(f"{count} väntar på svar: {what}", f"{'Den' if one.count == 1 else 'Den äldsta'} är från {on}.", "Läs och svara", "", "read")


def sentence(board: Board, organisation: UUID) -> str:
    """What of it waits for a leader here, for the top of the page."""
    keys = [one for one in waits(board, organisation) if one.is_key]
    if not keys:
        return ""
    if len(keys) > 1:
        return f"{swedish.first_up(swedish.word(len(keys)))} löftestexter väntar på er."
    return "En löftestext väntar på er underskrift." if keys[0].what == "sign" else "En löftestext väntar på ert godkännande."


def places(standing: Standing) -> list[str]:
    """The short names of the municipalities that it is for."""
    return [one.short for one in standing.everybody if one.organisation_id in municipalities(standing)]


def municipalities(standing: Standing) -> frozenset[UUID]:
    """The municipalities that it is for: those that promise, or the one that the police's promise alone is for."""
    concerned = standing.wording.manuscript.head["concerns"]
    return frozenset(
        one.organisation_id
        for one in standing.everybody
        if str(one.organisation_id) == concerned or (one.side == "municipality" and one.organisation_id in standing.wording.parties)
    )


def line(standing: Standing) -> str:
    """How far it has come and whom it waits for, in the few words that a column has room for."""
    match standing.state:
        case State.PRIVATE:
            return "Utkast hos er"
        case State.SHARED:
            return f"Väntar på godkännande: {', '.join(key.side.short for key in standing.keys if key.approval is None)}"
        case _:
            return f"Väntar på underskrift: {', '.join(key.side.short for key in standing.keys if key.signature is None)}"
