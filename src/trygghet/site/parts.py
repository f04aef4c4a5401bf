"""A promise that is too long for one page: its goals and activities a page at a time, each under the area and the goal that it belongs to."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet.site.areas import may_be_told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

ON_A_LEAF = 60
"""So many goals and activities stand on one page. Promises there are have a third of that."""


class Some(NamedTuple):
    """The promise with only some of its goals and activities, and how many it has in all."""

    content: dict[str, Any]
    total: int


def some(content: dict[str, Any], today: dt.date, skip: int = 0) -> Some:
    """The goals and activities after the first `skip`, as many as a page holds. What may not be told of yet is neither shown nor counted."""
    numbers = count()

    def kept() -> bool:
        return skip <= next(numbers) < skip + ON_A_LEAF

    def goals(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for one in found:
            mine, below = kept(), activities(one["activities"])
            if mine or below:
                yield {**one, "activities": below}

    def activities(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in found if may_be_told(one, today) and kept()]

    def within(where: dict[str, Any]) -> dict[str, Any]:
        return {**where, "goals": list(goals(where["goals"])), "activities": activities(where["activities"])}

    areas = [(one, within(one)) for one in content["areas"]]
    shown = [made for one, made in areas if made["goals"] or made["activities"] or not (one["goals"] or one["activities"] or skip)]
    whole = {**within(content), "areas": shown}
    return Some(whole, next(numbers))
