"""What the forms of a room say, and how they keep two colleagues from writing over each other."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from trygghet.followups.rules import AGREED, BOTH, TEXTS, VERDICTS, Assessment, Joint, Texts, verdict
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trygghet.followups.rules import Subject
    from trygghet.followups.standing import Row

HOW = {"enas": AGREED, "publicera båda": BOTH}
"""How the form says what shall stand where the parties differ."""
EMPTY = Assessment(None, "")


def mark(one: Assessment) -> str:
    """What stood in a field when it was shown, so short that it can go along in the form."""
    return _mark(one.verdict or "", one.reason)


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


def joints(typed: Mapping[str, str], rows: Iterable[Row]) -> tuple[dict[str, Joint], bool]:
    """What the form says shall stand of each subject that its writer changed; of all that nothing is said of where nothing was changed.

    Also whether somebody else has changed one of them since the form was shown. Raises `Refusal` for a verdict that there is not.
    """
    rows, found, clash = list(rows), {}, False
    for row in rows:
        one, was = joint(typed, row.subject.key), typed.get(f"var-{row.subject.key}", joint_mark(None))
        if one is not None and joint_mark(one) != was:
            found[row.subject.key] = one
            clash = clash or joint_mark(row.joint) not in {was, joint_mark(one)}
    return found or {row.subject.key: Joint("") for row in rows if not row.is_settled}, clash


def joint(typed: Mapping[str, str], key: str) -> Joint | None:
    """What the form says of one subject; None where it says nothing."""
    how, chosen, reason = (typed.get(f"{name}-{key}", "") for name in ("hur", "gemensam", "skal"))
    return Joint(HOW.get(how, ""), verdict(chosen), _text(typed, f"skal-{key}")) if how or chosen or reason else None


def joint_mark(one: Joint | None) -> str:
    """As `mark`."""
    return _mark(*((one.how, one.verdict or "", one.reason) if one else ("", "", "")))


def texts(typed: Mapping[str, str], kept: Texts) -> tuple[Texts, bool]:
    """The summary, the lessons and what changes next year: what the writer did not change is as it is `kept` now.

    Also whether somebody else has changed a text that the writer has changed too.
    """
    found = {name: _text(typed, name) for name in TEXTS}
    changed = {name for name in TEXTS if name in typed and typed.get(f"var-{name}") != text_mark(found[name])}
    clash = any(typed.get(f"var-{name}") != text_mark(getattr(kept, name)) and found[name] != getattr(kept, name) for name in changed)
    return Texts(**{name: found[name] if name in changed else getattr(kept, name) for name in TEXTS}), clash


def text_mark(text: str) -> str:
    """As `mark`."""
    return _mark(text)


def again(typed: Mapping[str, str]) -> dict[str, str]:
    """What a form that was refused is filled with: what its writer had changed. The rest is as it is kept now."""
    keys = [name.removeprefix("var-") for name in typed if name.startswith("var-")]
    unchanged = {field for key in keys if typed[f"var-{key}"] == _now(typed, key) for field in _fields(key)}
    return {name: value for name, value in typed.items() if name not in unchanged}


def _fields(key: str) -> list[str]:
    return [key] if key in TEXTS else [f"{name}-{key}" for name in ("hur", "gemensam", "skal", "bedomning")]


def _now(typed: Mapping[str, str], key: str) -> str:
    """The mark of what the form says of this key, whichever form it is."""
    if key in TEXTS:
        return text_mark(_text(typed, key))
    if f"gemensam-{key}" in typed:
        return joint_mark(joint(typed, key))
    return mark(Assessment(verdict(typed.get(f"bedomning-{key}", "")), _text(typed, f"skal-{key}")))


def _mark(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _text(typed: Mapping[str, str], name: str) -> str:
    return typed.get(name, "").replace("\r\n", "\n")
