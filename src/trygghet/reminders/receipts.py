"""What all parties see of each other's reminders: that one went out about a duty, on which day, and whether it was taken. No names."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from uuid import UUID

TAKEN, BOUNCED, INSTEAD, FAILED, UNCLEAR, NOBODY = "taken", "bounced", "instead", "failed", "unclear", "nobody"
_WORDS = {
    TAKEN: "mottaget",
    BOUNCED: "studs",
    INSTEAD: "ersättare",
    FAILED: "kom inte fram",
    UNCLEAR: "oklart om det kom fram",
    NOBODY: "ingen kunde ta emot",
}
_GRAVE = (NOBODY, FAILED, UNCLEAR, BOUNCED, TAKEN)


class Row(NamedTuple):
    """One delivery of one party's reminder of a duty: the day it went out, what became of it, and when somebody else got it instead."""

    obligation_id: UUID
    organisation: UUID
    name: str
    day: dt.date
    state: str


class Receipt(NamedTuple):
    """One party's latest reminder of a duty. `what` is the gravest of what became of it; `instead_on`: the day a substitute had it."""

    organisation: UUID
    party: str
    day: dt.date
    what: str
    instead_on: dt.date | None = None

    @property
    def is_bad(self) -> bool:
        """Whether nobody at the party has had it."""
        return self.what in {NOBODY, FAILED} or (self.what == BOUNCED and self.instead_on is None)

    @property
    def told(self) -> str:
        """Polisen 1 nov, studs → ersättare 2 nov."""
        then = f" → {_WORDS[INSTEAD]} {swedish.short_day(self.instead_on)}" if self.instead_on else ""
        return f"{self.party} {swedish.short_day(self.day)}, {_WORDS[self.what]}{then}"


def of(rows: Iterable[Row]) -> dict[UUID, tuple[Receipt, ...]]:
    """By duty: each party's latest reminder. The rows come in order of duty, party and day."""
    found: dict[UUID, tuple[Receipt, ...]] = {}
    for (obligation_id, organisation), its in groupby(rows, key=lambda row: (row.obligation_id, row.organisation)):
        found[obligation_id] = (*found.get(obligation_id, ()), _latest(organisation, list(its)))
    return found


def _latest(organisation: UUID, rows: Sequence[Row]) -> Receipt:
    own = [row for row in rows if row.state != INSTEAD]
    day = max((row.day for row in own), default=rows[-1].day)
    states = {row.state for row in own if row.day == day} or {TAKEN}
    instead = [row.day for row in rows if row.state == INSTEAD and row.day >= day]
    return Receipt(organisation, rows[0].name, day, min(states, key=_GRAVE.index), max(instead, default=None))


def told(receipts: Sequence[Receipt]) -> str:
    """Påmint: Åmål 1 nov, mottaget; LPO Klippan 1 nov, studs → ersättare 2 nov."""
    return f"Påmint: {'; '.join(one.told for one in receipts)}" if receipts else ""
