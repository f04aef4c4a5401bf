"""An invitation as the organisation sees it: to whom, into which office, and how it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.members import offices
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.members.offices import Office, Term


A_DAY, AN_HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


class State(StrEnum):
    """Where an invitation is. Computed whenever it is read."""

    SENT = "sent"
    OPENED = "opened"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"  # the days that it gives have passed


CHIPS = {
    State.SENT: Chip("info", "send", "Skickad"),
    State.OPENED: Chip("info", "doc", "Öppnad"),
    State.USED: Chip("good", "check", "Använd"),
    State.EXPIRED: Chip("warn", "late", "Gått ut"),
    State.REVOKED: Chip("", "stop", "Återkallad"),
    State.ENDED: Chip("", "end", "Dagarna har gått"),
}
OPEN = frozenset({State.SENT, State.OPENED})


@dataclass(frozen=True)
class Invitation:
    """One invitation. `round` is raised each time the letter goes out anew. `lost` says why the letter did not arrive, where it did not;
    `waits` that it has not gone out.
    """

    id: UUID
    organisation_id: UUID
    organisation_name: str
    email: str
    office: Office
    term: Term
    by_name: str
    by_office: str
    round: int
    nonce: bytes
    sent_at: dt.datetime
    expires_at: dt.datetime
    opened_at: dt.datetime | None
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    lost: str = ""
    waits: bool = False

    def state(self, wall: dt.datetime, today: dt.date) -> State:
        """How it stands; the link's time runs on the machine's clock, the office's days on the product's."""
        if self.used_at is not None:
            return State.USED
        if self.revoked_at is not None:
            return State.REVOKED
        if (self.term.last is not None and self.term.last < today) or not self.office.exists(today):
            return State.ENDED
        if wall >= self.expires_at:
            return State.EXPIRED
        return State.OPENED if self.opened_at is not None else State.SENT

    def chip(self, wall: dt.datetime, today: dt.date) -> Chip:
        """The state as a mark."""
        return CHIPS[self.state(wall, today)]

    def left(self, wall: dt.datetime) -> str:
        """How long the link still works, a day or hour that has begun counted as whole."""
        left = self.expires_at - wall
        return swedish.days(-(-left // A_DAY)) if left > A_DAY else swedish.counted(-(-left // AN_HOUR), "timme", "timmar")

    @property
    def days(self) -> str:
        """The office's first and last day in words."""
        return offices.days(self.term)

    @property
    def title(self) -> str:
        """The office as they would sign by it."""
        return swedish.signed_as(self.office.title, acting=self.term.acting)
