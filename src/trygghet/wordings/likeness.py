"""What says the very same as in the promise before, or twice in the same promise; years and spaces make no difference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from trygghet.wordings.kinds import KINDS
from trygghet.wordings.remarks import Advice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from trygghet.wordings.manuscript import Manuscript, Part

SAID = {name: tuple(one.name for one in kind.fields if one.shape in {"line", "text", "lines"}) for name, kind in KINDS.items()}
TEXTS = ("chapter", "area", "goal", "activity")
"""The kinds that say what is promised. Who may be called and who receives reports is often rightly the same."""
SHORTEST = 4
"""A text of fewer words ("Trafik") may well be the same each year."""


_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")


class Said(NamedTuple):
    """What a part says, and what the parts under it say."""

    kind: str
    own: tuple[str, ...]
    below: tuple[Said, ...]


def plain(text: str) -> str:
    """The words alone: small letters, single spaces, no marks at the ends, every year the same."""
    return _YEAR.sub("år", " ".join(text.lower().split())).strip(" .,;:–-") if text else ""


def repeats(manuscript: Manuscript, previous: Manuscript) -> Iterator[Advice]:
    """What stands word for word in the promise before; the largest piece alone is told."""
    mine, theirs = _said(manuscript), _said(previous)
    oath = plain(manuscript.head["oath"])
    is_same_oath = oath == plain(previous.head["oath"])
    if is_same_oath and mine and _tops(manuscript, mine) == _tops(previous, theirs):
        text = "Löftet är ordagrant det förra löftet. Ni har lärt er något sedan dess: låt uppföljningen och det nya läget synas i texten."
        yield Advice(manuscript.head.id, "title", "same.promise", text)
        return
    if is_same_oath and _length(oath) >= SHORTEST:
        text = "Löftestexten är ordagrant det förra löftets. Står ni för den en period till, så låt den stå."
        yield Advice(manuscript.head.id, "oath", "same.oath", text)
    known, told = set(theirs.values()), set()
    for part in manuscript.walked():
        if part.id in mine and part.kind in _REPEATED and mine[part.id] in known and part.under not in told and _weight(mine[part.id]) >= SHORTEST:
            told.add(part.id)
            yield Advice(part.id, _loudest(part), f"same.{part.kind}", _REPEATED[part.kind])


_REPEATED = {
    "chapter": "Texten är ordagrant densamma som i det förra löftet. Stämmer den fortfarande? Skriv i så fall in vad som har hänt sedan dess.",
    "area": "Fokusområdet är ordagrant detsamma som i det förra löftet. Skriv in vad ni har lärt er sedan dess, eller varför det ska fortsätta likadant.",
    "goal": "Målet är ordagrant detsamma som i det förra löftet. Nåddes det inte, så skriv vad som blir annorlunda den här gången.",
}


def doubled(manuscript: Manuscript) -> Iterator[Advice]:
    """Activities that stand twice: same words, same party, same day and places."""
    seen: dict[tuple[str, ...], Part] = {}
    for part in manuscript.every("activity"):
        words = plain(part["title"])
        if not words:
            continue
        key = (words, plain(part["body"]), part["organisation"], part["due_on"], plain(part["places"]))
        if key in seen:
            where = _where(manuscript, seen[key], part)
            text = f"Aktiviteten står två gånger{where}. Är det samma arbete räcker den ena; är det olika, så säg vad som skiljer dem."
            yield Advice(part.id, "title", "activity.twice", text)
        seen.setdefault(key, part)


def _where(manuscript: Manuscript, first: Part, second: Part) -> str:
    if first.under == second.under or first.under is None:
        return ""
    return f", den andra gången under ”{manuscript.part(first.under).name}”"


def _said(manuscript: Manuscript) -> dict[UUID, Said]:
    """For each part that promises something: all that is said in it and below it, in order."""
    order = [one for one in manuscript.walked() if one.kind in TEXTS]
    below: dict[UUID | None, list[Said]] = {}
    found: dict[UUID, Said] = {}
    for part in reversed(order):
        own = tuple(plain(part[name]) for name in SAID[part.kind])
        found[part.id] = Said(part.kind, own, tuple(reversed(below.get(part.id, []))))
        below.setdefault(part.under, []).append(found[part.id])
    return found


def _tops(manuscript: Manuscript, said: dict[UUID, Said]) -> list[Said]:
    return [said[one.id] for one in manuscript.walked() if one.id in said and one.under is None]


def _weight(said: Said) -> int:
    return sum(_length(text) for text in said.own) + sum(_weight(one) for one in said.below)


def _length(text: str) -> int:
    return len(text.split())


def _loudest(part: Part) -> str:
    """The field that the advice belongs to: where most is said in a chapter, the name of anything else."""
    return max(SAID[part.kind], key=lambda name: len(part[name])) if part.kind == "chapter" else "title"
