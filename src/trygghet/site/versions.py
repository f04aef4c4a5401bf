"""A promise's signed texts beside each other: what each of them changed, as residents may look back on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trygghet.wordings import beginning, changes
from trygghet.wordings.manuscript import Manuscript
from trygghet.wordings.words import day as written
from trygghet.wordings.words import speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.site.rules import Published
    from trygghet.tongue import Tongue
    from trygghet.wordings.changes import Change, Say
    from trygghet.wordings.kinds import Field


@dataclass(frozen=True)
class Version:
    """One text that all parties have signed. `changed` is what it changed; None where the text before it is not kept here."""

    number: int
    kind: str
    reason: str
    signed_on: dt.date | None
    changed: list[Change] | None

    @property
    def name(self) -> str:
        """What happened to the promise by it."""
        return {"first": "Löftet undertecknades", "change": "Ändring", "extension": "Förlängning", "early_end": "Avslut i förtid"}[self.kind]


def history(shown: Published, texts: Sequence[dict[str, Any]], today: dt.date, t: Tongue) -> list[Version]:
    """Every version, latest first. `texts` are the kept ones, as `promises.snapshot.signed_text` made them.

    Choices and days are said in the language `t`. What was signed before texts were kept is known by its day and its reason alone. An activity that may not be told of yet is in none.
    """
    kept = {one["number"]: _manuscript(one, today) for one in texts}
    known = {one["number"]: one for one in [_first(shown), *shown.content.get("changes", []), *texts]}
    return [
        Version(
            number,
            one["kind"],
            one["reason"],
            dt.date.fromisoformat(one["signed_on"]) if one["signed_on"] else None,
            changes.changes(kept[number - 1], kept[number], _speaker(t)) if number in kept and number - 1 in kept else None,
        )
        for number, one in sorted(known.items(), reverse=True)
    ]


def _speaker(t: Tongue) -> Say:
    """How a typed value reads; organisations stand by their names in a published text."""
    said = speaker(())

    def say(field: Field, value: str) -> str:
        if field.shape == "choice":
            return t.known(said(field, value))
        return written(value, t) if field.shape == "day" else said(field, value)

    return say


_HIDDEN = {"public_after"}
"""What the parties keep between themselves of a part that is told."""


def _first(shown: Published) -> dict[str, Any]:
    changed = bool(shown.content.get("changes"))
    return {"number": 1, "kind": "first", "reason": "", "signed_on": None if changed else shown.content.get("signed_on")}


def _manuscript(content: dict[str, Any], today: dt.date) -> Manuscript:
    """The text without what may not be told of that day."""
    told = [one for one in beginning.from_version(content).parts if not one["public_after"] or today >= dt.date.fromisoformat(one["public_after"])]
    return Manuscript(tuple(replace(one, fields={name: value for name, value in one.fields.items() if name not in _HIDDEN}) for one in told))
