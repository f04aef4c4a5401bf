"""Who would get a reminder on a day ahead: the same rule as when it goes out, with what is known of that day today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import swedish
from trygghet.deliveries.rules import SEATS
from trygghet.reminders import recipients
from trygghet.reminders.ladders import COORDINATOR, DEPUTY, LEADER, moment
from trygghet.reminders.recipients import Staff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trygghet.notices.rules import Recipient
    from trygghet.reminders.rules import Holder

_NOBODY = {COORDINATOR: "samordnare", DEPUTY: "tillförordnad", LEADER: "ledare"}


class Handed(NamedTuple):
    """Somebody's reminders go to somebody else on these days, both included; the latest made stands first."""

    person_id: UUID
    to: UUID
    from_on: dt.date
    until_on: dt.date


class Gets(NamedTuple):
    """Somebody who gets a reminder, and in words why, where the seat is not theirs."""

    person: Recipient
    person_id: UUID | None = None
    because: str = ""


@dataclass
class House:
    """An organisation's people and their days. `stopped` are addresses that mail comes back from, until when; None until somebody lifts it."""

    holders: Sequence[Holder]
    handed: Sequence[Handed] = ()
    stopped: Mapping[str, dt.datetime | None] = field(default_factory=dict)
    _found: dict[tuple[str, dt.date], tuple[Gets, ...]] = field(default_factory=dict, repr=False)
    _people: dict[dt.date, list[Holder]] = field(default_factory=dict, repr=False)

    def getting(self, seat: str, day: dt.date) -> tuple[Gets, ...]:
        """Who gets what goes to that seat that day, so far as is known; nobody where neither the seat nor any above it has somebody."""
        if (seat, day) not in self._found:
            self._found[seat, day] = tuple(self._getting(seat, day))
        return self._found[seat, day]

    def _getting(self, seat: str, day: dt.date) -> Iterable[Gets]:
        here = self._here(day)
        staff = {holder: self._staff(holder, here, day) for holder in here}
        sitting = [one for one in here if staff[one].sits(seat)]
        for person_id, via in recipients.of(seat, staff.values()):
            mine = [one for one in here if one.person_id == person_id]
            holder = next((one for one in mine if one in sitting), mine[0])
            yield Gets(holder.recipient, person_id, _because(seat, via, [one for one in sitting if _is_behind(staff[one], person_id, via)]))

    def _here(self, day: dt.date) -> list[Holder]:
        if day not in self._people:
            self._people[day] = [one for one in self.holders if one.from_on <= day and (one.until_on is None or day <= one.until_on)]
        return self._people[day]

    def _staff(self, holder: Holder, here: Sequence[Holder], day: dt.date) -> Staff:
        addresses = {one.person_id: one.recipient.email for one in here}
        to = next(
            (one.to for one in self.handed if one.person_id == holder.person_id and one.from_on <= day <= one.until_on and one.to in addresses), None
        )
        reached = to if to and not self._is_stopped(addresses[to], day) else None
        return Staff(holder.person_id, holder.seat, holder.acting, reached, self._is_stopped(addresses[holder.person_id], day))

    def _is_stopped(self, address: str, day: dt.date) -> bool:
        if address not in self.stopped:
            return False
        until = self.stopped[address]
        return until is None or until > moment(day)

    @cached_property
    def by_address(self) -> dict[str, Holder]:
        """Somebody's latest holding by their address."""
        return {one.recipient.email: one for one in sorted(self.holders, key=lambda one: one.from_on)}


def _is_behind(staff: Staff, person_id: UUID, via: str) -> bool:
    return staff.to == person_id if via == "handed_over" else staff.gets is None


def _because(seat: str, via: str, instead_of: Sequence[Holder]) -> str:
    names = swedish.listed(list(dict.fromkeys(one.recipient.name for one in instead_of)))
    if via == "vacant":
        return f"ingen är {_NOBODY.get(seat, SEATS[seat].lower())} den dagen"
    if via == "bounced":
        return f"mejl till {names} kommer tillbaka" if names else "mejl till den som har platsen kommer tillbaka"
    return f"{names} har flyttat sina påminnelser" if via == "handed_over" else ""


WHY_ELSE = {
    "vacant": "platsen var tom",
    "bounced": "mejlet till den som har platsen kom tillbaka",
    "handed_over": "den som har platsen hade flyttat sina påminnelser",
}
"""Why somebody outside the seat got what has gone out."""
