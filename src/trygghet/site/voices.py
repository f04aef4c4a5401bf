"""How many times residents were heard before a promise was written, and how many that is for each thousand of those who live there.

Times, not people: who came to two dialogues is counted twice. What the organisations' own staff said, and pictures of the situation, are not residents'
voices. Who lives in a municipality is what it has stated itself; with several municipalities to one promise nobody can tell whose voices they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.site.homes import Home

KINDS = ("dialogue", "survey")
THOUSAND = 1000


@dataclass(frozen=True)
class Voices:
    """Of one kind: how many `occasions` there were, how many took part or answered, and how many that is per thousand inhabitants.

    `count` is None unless each occasion says how many, since a sum of some would pass for all; `per_thousand` where nobody knows how many live there.
    """

    occasions: int
    count: int | None
    per_thousand: float | None


def voices(content: Mapping[str, Any], home: Home | None) -> dict[str, Voices]:
    """By kind, as the promise's published text names what it builds on."""
    alone = sum(one["side"] == "municipality" for one in content["parties"]) == 1
    inhabitants = home.inhabitants if home and alone else None
    return {kind: _of(kind, content, inhabitants) for kind in KINDS}


def _of(kind: str, content: Mapping[str, Any], inhabitants: int | None) -> Voices:
    told = [one["participants"] for one in content["sources"] if one["kind"] == kind]
    known = [one for one in told if one is not None]
    count = sum(known) if known and len(known) == len(told) else None
    return Voices(len(told), count, count * THOUSAND / inhabitants if count is not None and inhabitants else None)
