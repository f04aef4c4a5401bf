"""The signed follow-ups of a promise beside each other, year by year, and why something was not met."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet.followups.rules import NEEDS_REASON, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.followups.frozen import Judged
    from trygghet.site.followed import Followed


class Row(NamedTuple):
    """One goal or activity, and what each follow-up said of it; None where that one did not judge it. Cells stand in the order of the follow-ups."""

    title: str
    cells: tuple[Judged | None, ...]


class Unmet(NamedTuple):
    """What one follow-up says was not met, or was judged differently, or could not be judged, with the reasons that the parties gave."""

    followed: Followed
    subjects: tuple[Judged, ...]


def rows(found: Sequence[Followed]) -> list[Row]:
    """Every goal once, as the latest follow-up names and orders them; what only an earlier one judged comes last."""
    titles: dict[str, str] = {}
    for one in reversed(found):
        for judged in one.found.subjects:
            titles.setdefault(judged.key, judged.title)
    cells = [{judged.key: judged for judged in one.found.subjects} for one in found]
    return [Row(title, tuple(row.get(key) for row in cells)) for key, title in titles.items()]


def unmet(found: Sequence[Followed]) -> list[Unmet]:
    """Latest first; a follow-up where all was met is left out."""
    every = [Unmet(one, tuple(judged for judged in one.found.subjects if _is_unmet(judged))) for one in reversed(found)]
    return [one for one in every if one.subjects]


def _is_unmet(judged: Judged) -> bool:
    """Whether residents are owed a reason: of what is not assessed they get one where somebody has given it."""
    return judged.verdict is None or judged.verdict in NEEDS_REASON or (judged.verdict is Verdict.NOT_ASSESSED and bool(judged.reasons))
