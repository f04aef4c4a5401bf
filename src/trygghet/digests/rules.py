"""What stands in a day's letter, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from trygghet import swedish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.deliveries.rules import Matter


@dataclass(frozen=True)
class Reader:
    """Who the letter is for. `silenced` are the kinds that this person has turned off."""

    id: UUID
    name: str
    email: str
    language: str = "sv"
    silenced: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chapter:
    """What belongs to one promise, or to one organisation's own duties."""

    organisation: str
    promise: str
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class Day:
    """All of a letter. The most urgent chapter stands first, and in it the most urgent matter."""

    chapters: tuple[Chapter, ...]

    @property
    def matters(self) -> tuple[Matter, ...]:
        """All of them in the order in which they stand."""
        return tuple(matter for chapter in self.chapters for matter in chapter.matters)

    @property
    def first(self) -> Matter:
        """The most urgent."""
        return self.chapters[0].matters[0]

    @property
    def organisations(self) -> set[str]:
        """Those that it comes from."""
        return {chapter.organisation for chapter in self.chapters}

    def heading(self, language: str) -> str:
        """What stands over it: the one thing that it tells, or how many."""
        count = len(self.matters)
        if count == 1:
            return self.first.headline
        return f"{count} things are waiting" if language == "en" else f"{swedish.first_up(swedish.word(count))} saker väntar"

    def subject(self, language: str) -> str:
        """The whole letter in one line."""
        others = len(self.matters) - 1
        if not others:
            return self.first.headline
        if language == "en":
            return f"{self.first.headline}, and {others} more"
        return f"{self.first.headline}, och {swedish.word(others) if others > 1 else 'en'} {'sak' if others == 1 else 'saker'} till"

    @property
    def silenceable(self) -> str:
        """The kind that may be turned off, where there is nothing else in the letter; empty otherwise."""
        kinds = {matter.kind for matter in self.matters}
        return next(iter(kinds)) if len(kinds) == 1 and all(matter.silenceable for matter in self.matters) else ""


def day(matters: Sequence[Matter]) -> Day:
    """The letter's contents. Somebody who has several seats reads each thing once, as what concerns them most."""
    once = {(one.organisation, one.thread or one.headline): one for one in sorted(matters, key=_weight)}
    by_promise = sorted(once.values(), key=lambda one: (one.organisation, one.promise))
    chapters = [
        Chapter(organisation, promise, tuple(sorted(found, key=_urgency)))
        for (organisation, promise), found in groupby(by_promise, key=lambda one: (one.organisation, one.promise))
    ]
    return Day(tuple(sorted(chapters, key=lambda chapter: (*_urgency(chapter.matters[0]), chapter.promise))))


def _urgency(matter: Matter) -> tuple[bool, int, str]:
    """A summary stands after what somebody has to do."""
    return matter.silenceable, matter.left, matter.headline


def _weight(matter: Matter) -> int:
    """Of the same thing said twice the longer one is kept: a leader is told more than one who coordinates."""
    return sum(len(line) for line in matter.lines)
