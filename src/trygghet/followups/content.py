"""All of a follow-up as it is approved, frozen and published, and the hash that the keys bind to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet.followups.rules import AGREED, VERDICTS, Assessment, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.followups.rules import Joint, Room, Subject, Texts
    from trygghet.promises.promise import Promise

UNSAID = Assessment(Verdict.NOT_ASSESSED, "")
"""What a party has said of a goal that came into the promise, or came to read otherwise, after it had handed in."""

FORMAT = "trygghet/uppfoljning/1"
"""Written into what is frozen, so that it can be read when the product has changed."""


def content(
    room: Room,
    promise: Promise,
    facts: Mapping[str, Mapping[str, Any]],
    assessments: Mapping[UUID, Mapping[str, Assessment]],
    joint: Mapping[str, Joint],
    texts: Texts,
    *,
    merged_why: str = "",
) -> dict[str, Any]:
    """What is approved: which promise and year, the figures as they were, every party's verdict, what is said together.

    `facts` are the figures by subject as JSON; `merged_why` is the reason why the year before is followed up here too.
    """
    return {
        "format": FORMAT,
        **frame(room, promise, merged_why),
        "subjects": [_subject(one, room, facts.get(one.key, {}), assessments, joint) for one in room.subjects],
        "summary": texts.summary,
        "lessons": texts.lessons,
        "next_year": texts.next_year,
    }


def frame(room: Room, promise: Promise, merged_why: str) -> dict[str, Any]:
    """What it is about: the promise as it reads, the days, the parties. When the promise changes, so does this."""
    return {
        "promise": {
            "id": str(promise.id),
            "title": promise.title,
            "area": promise.area_name,
            "oath": promise.oath,
            "version": promise.version,
            "valid_from": promise.validity.first.isoformat(),
            "valid_until": promise.validity.last.isoformat() if promise.validity.last else None,
        },
        "title": room.title,
        "year": room.year,
        "from": room.first.isoformat(),
        "until": room.last.isoformat(),
        "due_on": room.due_on.isoformat(),
        "merged_why": merged_why,
        "parties": [{"id": str(one.organisation_id), "name": one.name, "short": one.short, "side": one.side} for one in room.sides],
    }


def _subject(
    subject: Subject, room: Room, facts: Mapping[str, Any], assessments: Mapping[UUID, Mapping[str, Assessment]], joint: Mapping[str, Joint]
) -> dict[str, Any]:
    said = [(one, assessments.get(one.organisation_id, {}).get(subject.key, UNSAID)) for one in room.sides]
    return {
        "key": subject.key,
        "kind": subject.kind,
        "title": subject.title,
        "facts": dict(facts),
        "assessments": [{"party": str(side.organisation_id), "verdict": _value(one), "reason": one.reason} for side, one in said],
        "joint": _joint([one for _, one in said], joint.get(subject.key)),
    }


def _value(one: Assessment) -> str:
    assert one.verdict is not None, "who has handed in has said how it went"
    return one.verdict.value


def _joint(said: Sequence[Assessment], decided: Joint | None) -> dict[str, Any] | None:
    """The same verdict is joint by itself; None while the parties have not said what shall stand."""
    if len({one.verdict for one in said}) == 1:
        return {"how": "same", "verdict": _value(said[0]), "reason": decided.reason if decided else ""}
    if decided is None:
        return None
    return {"how": decided.how, "verdict": decided.verdict.value if decided.how == AGREED and decided.verdict else None, "reason": decided.reason}


def is_of(found: Mapping[str, Any], framed: Mapping[str, Any]) -> bool:
    """Whether what stands there is still about this: the promise, the days and the parties as they are now."""
    return all(found[name] == value for name, value in framed.items())


def unsettled(found: Mapping[str, Any]) -> list[str]:
    """The keys of the subjects for which the parties have not said what shall stand."""
    return [one["key"] for one in found["subjects"] if one["joint"] is None]


def tally(found: Mapping[str, Any]) -> dict[str, int]:
    """So many subjects by joint verdict, those with two different verdicts under "both"; verdicts that nobody gave are left out."""
    counts = dict.fromkeys([*VERDICTS, "both"], 0)
    for one in found["subjects"]:
        if one["joint"] is not None:
            counts[one["joint"]["verdict"] or "both"] += 1
    return {str(name): count for name, count in counts.items() if count}
