"""What the forms of a room say, and how they keep two colleagues from writing over each other."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from trygghet.followups.rules import AGREED, BOTH, TEXTS, VERDICTS, Assessment, Joint, Texts, verdict
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trygghet.followups.rules import Subject

HOW = {"enas": AGREED, "publicera båda": BOTH}
"""How the form says what shall stand where the parties differ."""
EMPTY = Assessment(None, "")


def mark(one: Assessment) -> str:
    """What stood in a field when it was shown, so short that it can go along in the form."""
    return hashlib.sha256(f"{one.verdict or ''}\n{one.reason}".encode()).hexdigest()[:16]


def assessments(typed: Mapping[str, str], subjects: Iterable[Subject]) -> dict[str, Assessment]:
    """What the form says of each subject that it has a field for. Raises `Refusal` for a verdict that there is not."""
    return {
        one.key: Assessment(verdict(typed.get(f"bedomning-{one.key}", "")), _text(typed, f"skal-{one.key}"))
        for one in subjects
        if f"skal-{one.key}" in typed
    }


def written(typed: Mapping[str, str], found: Mapping[str, Assessment], now: Mapping[str, Assessment]) -> dict[str, Assessment]:
    """Of what the form says, that which its writer changed, where nobody else has. `now` is what is kept."""
    return {key: one for key, one in found.items() if typed.get(f"var-{key}") != mark(one) and not _taken(typed, key, one, now)}


def taken(typed: Mapping[str, str], found: Mapping[str, Assessment], now: Mapping[str, Assessment], subjects: Sequence[Subject]) -> list[Refusal]:
    """The fields that a colleague has changed since the form was shown, and that its writer has changed too."""
    places = {one.key: place for place, one in enumerate(subjects, 1)}
    return [
        Refusal("followup.colleague", field=f"bedomning-{key}", number=places[key], said=_said(now[key]))
        for key, one in found.items()
        if _taken(typed, key, one, now)
    ]


def _taken(typed: Mapping[str, str], key: str, one: Assessment, now: Mapping[str, Assessment]) -> bool:
    was, kept = typed.get(f"var-{key}", mark(EMPTY)), now.get(key, EMPTY)
    return mark(one) not in {was, mark(kept)} and mark(kept) != was


def _said(one: Assessment) -> str:
    what = VERDICTS[one.verdict].text if one.verdict else "ingen bedömning"
    return f"{what}. {one.reason}".strip().rstrip(".")


def joints(typed: Mapping[str, str], keys: Iterable[str]) -> dict[str, Joint]:
    """What the form says shall stand, of each subject that something is chosen or written for. Raises `Refusal`."""
    found = {}
    for key in keys:
        how, chosen, reason = typed.get(f"hur-{key}", ""), typed.get(f"gemensam-{key}", ""), _text(typed, f"skal-{key}")
        if how or chosen or reason:
            found[key] = Joint(HOW.get(how, ""), verdict(chosen), reason)
    return found


def texts(typed: Mapping[str, str]) -> Texts:
    """The summary, the lessons and what changes next year."""
    return Texts(**{name: _text(typed, name) for name in TEXTS})


def _text(typed: Mapping[str, str], name: str) -> str:
    return typed.get(name, "").replace("\r\n", "\n")
