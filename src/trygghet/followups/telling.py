"""What residents are told when a follow-up has been signed: an update written out of it, ready to be read and approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet import shield, swedish
from trygghet.swedish import Refusal
from trygghet.updates.rules import LONGEST_BODY, LONGEST_TITLE

if TYPE_CHECKING:
    from trygghet.followups.frozen import Frozen

_WHOLE = "Hela uppföljningen, med skäl, siffror och vem som har godkänt den, finns på löftets sida."


class Telling(NamedTuple):
    """Title and text. `is_whole` is False where something of it could not be told and somebody had better look at it first."""

    title: str
    body: str
    is_whole: bool


def telling(found: Frozen) -> Telling:
    """The verdicts, the summary, and where the rest is. What the shield refuses, or there is no room for, is left out."""
    title = f"Uppföljning av löftet för {_years(found)}"[:LONGEST_TITLE]
    said = [f"{_who(found)} har följt upp löftet för {_years(found)}. {found.short}.", _verdicts(found), found.content["summary"].strip()]
    parts: list[str] = []
    for one in filter(None, said):
        if _stands("\n\n".join([*parts, one, _WHOLE])):
            parts.append(one)
    return Telling(title, "\n\n".join([*parts, _WHOLE]), is_whole=len(parts) == len([one for one in said if one]))


def _years(found: Frozen) -> str:
    return str(found.year) if found.first.year == found.year else f"{found.first.year} och {found.year}"


def _who(found: Frozen) -> str:
    sides = {one["side"]: one["name"] for one in found.parties}
    words = [swedish.first_down({"municipality": "Kommunen", "police": "Polisen"}.get(side, name)) for side, name in sides.items()]
    return swedish.first_up(swedish.listed(words))


def _verdicts(found: Frozen) -> str:
    """A list with a line for each goal."""
    return "\n".join(f"- {one.title.strip().rstrip('.')}: {swedish.first_down(one.words)}" for one in found.subjects)


def _stands(text: str) -> bool:
    try:
        shield.check_text(text, "Text", field="text", longest=LONGEST_BODY, needed=True)
    except Refusal:
        return False
    return True
