"""What has changed in a follow-up since a party approved it, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import difference, swedish
from trygghet.followups.rules import AGREED, TEXTS, VERDICTS, Subject, Verdict, noun

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trygghet.difference import Piece


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, list[Piece]]]:
    """Each place that reads differently, with its words; nothing where all reads the same."""
    before, after = dict(_told(old)), dict(_told(new))
    return [
        (label, difference.words(before.get(label, ""), after.get(label, "")))
        for label in dict.fromkeys([*after, *before])
        if before.get(label, "") != after.get(label, "")
    ]


def _told(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    what = swedish.first_up(noun([Subject(one["key"], one["kind"], None, one["title"]) for one in content["subjects"]]).one)
    for number, one in enumerate(content["subjects"], 1):
        yield f"{what} {number}, gemensamt svar", _joint(one["joint"])
        yield f"{what} {number}, siffror", _figures(one["facts"])
    for name, heading in TEXTS.items():
        yield heading, content[name]


def _joint(joint: Mapping[str, Any] | None) -> str:
    if joint is None:
        return ""
    if joint["verdict"] is None:
        return "Båda publiceras."
    reason = joint["reason"] if joint["how"] == AGREED else ""
    return f"{VERDICTS[Verdict(joint['verdict'])].text}. {reason}".strip()


def _figures(facts: Mapping[str, Any]) -> str:
    counted = [f"{one['title']}: {swedish.number(one['done'], 0)}" for one in facts.get("figures", ())]
    told = [f"{one['title']}: {swedish.first_down(one['text'])}" for one in facts.get("states", ())]
    measured = [f"{one['name']}: {swedish.counted(len(one.get('observations', ())), 'mätvärde', 'mätvärden')}" for one in facts.get("indicators", ())]
    return ". ".join([*counted, *told, *measured])
