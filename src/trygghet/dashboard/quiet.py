"""What a dashboard says of silence: what has been quiet for longer than was agreed, who does nothing, and what helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet.silence import rules
from trygghet.silence.rules import Acted, Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from uuid import UUID

    from trygghet.dashboard.facts import Board, Party, Promise
    from trygghet.silence.rules import Quiet

SHOWN = 8
"""More rows than this are counted, not shown: the page must stay a page."""


@dataclass(frozen=True)
class Hush:
    """Something that has been quiet too long, with where one goes to end it. `right` is what one must be allowed to do there."""

    promise: Promise
    quiet: Quiet

    @property
    def place(self) -> str:
        """Whose promise it is, where several stand together."""
        return ", ".join(party.short for party in self.promise.municipalities) or self.promise.area_name

    @property
    def button(self) -> str:
        """What helps."""
        return "Skriv en uppdatering" if self.quiet.kind is Kind.TOLD else "Rapportera"

    @property
    def address(self) -> str:
        """Where it is done."""
        return f"/loften/{self.promise.id}/uppdateringar/ny" if self.quiet.kind is Kind.TOLD else "/rapportera"

    @property
    def right(self) -> str:
        """Whose task it is."""
        return "write" if self.quiet.kind is Kind.TOLD else "report"


def hushed(promises: Iterable[Promise], today: dt.date) -> list[Hush]:
    """All that has been quiet too long, the longest past its rhythm first."""
    found = [Hush(promise, one) for promise in promises for one in rules.quiet(promise.heard, today)]
    return sorted(found, key=lambda one: (one.quiet.limit_on, one.place, one.quiet.kind))


def idle_parties(board: Board, organisation: UUID, today: dt.date) -> list[tuple[Promise, list[Acted]]]:
    """The other parties that have done nothing for long, by the promise that is alive."""
    found = [(one, idle_in(one, one.others(organisation), today)) for one in board.promises]
    return [(promise, idle) for promise, idle in found if idle]


def idle_in(promise: Promise, parties: Iterable[Party], today: dt.date) -> list[Acted]:
    """Those of the parties; nobody in a promise that is not alive."""
    if promise.state(today) not in rules.ALIVE:
        return []
    since = max(promise.heard.begins_on, promise.entered_on)
    return rules.idle([Acted(one.short, one.acted_on, since) for one in parties], today)
