"""Who gets a reminder when it goes out: whoever holds its seat that day, who stands in for them, or the next on the ladder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet.reminders.ladders import ADMINISTRATOR, COORDINATOR, DEPUTY, LEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

UP = {COORDINATOR: (COORDINATOR, LEADER, ADMINISTRATOR), DEPUTY: (DEPUTY,), LEADER: (LEADER, ADMINISTRATOR), ADMINISTRATOR: (ADMINISTRATOR,)}
"""Where a reminder goes when nobody in its seat can get it. A deputy has their own reminder as one who holds the seat."""


NOBODY = "Ingen hos er kan ta emot påminnelsen."
"""The reason of a row that neither its seat nor any above it could get."""
NO_LEADER = "Ingen leder arbetet hos er just nu, eller så kommer mejlen till den som gör det tillbaka. Sammanfattningen går inte till någon annan."
"""The reason of a summary that nobody got."""


@dataclass(frozen=True)
class Staff:
    """Somebody who holds an office of the organisation today. `acting`: stands in for whom it is really somebody else's.

    `to` is who gets their reminders for the time being, where mail reaches that person; `stopped`: mail to them themselves comes back.
    """

    person_id: UUID
    role: str
    acting: bool = False
    to: UUID | None = None
    stopped: bool = False

    @property
    def gets(self) -> UUID | None:
        """Who gets what is theirs: whoever they have moved it to, else they themselves; None where neither can be reached."""
        return self.to or (None if self.stopped else self.person_id)

    def sits(self, seat: str) -> bool:
        """Whether the seat is theirs."""
        return self.role == COORDINATOR and self.acting if seat == DEPUTY else self.role == seat


class Recipient(NamedTuple):
    """A person, and why it is somebody outside the seat: "" when it is not, otherwise "vacant", "bounced" or "handed_over"."""

    person_id: UUID
    via: str = ""


def of(seat: str, staff: Iterable[Staff], *, climbs: bool = True) -> list[Recipient]:
    """Who gets a reminder for that seat, each once; nobody when neither the seat nor any above it has somebody who can be reached.

    What does not climb, as the week's summary, is for the seat alone.
    """
    held = list(staff)
    why = ""
    for current in UP.get(seat, ()) if climbs else (seat,):
        sitting = [one for one in held if one.sits(current)]
        found = _reached(sitting, why)
        if found:
            return found
        why = why or ("bounced" if sitting else "vacant")
    return []


def _reached(sitting: Iterable[Staff], why: str) -> list[Recipient]:
    found: dict[UUID, Recipient] = {}
    for one in sorted(sitting, key=lambda one: (one.to is not None, str(one.person_id))):
        if one.gets:
            found.setdefault(one.gets, Recipient(one.gets, why or ("handed_over" if one.to else "")))
    return list(found.values())


def heard_by(staff: Iterable[Staff]) -> tuple[str, ...]:
    """The seats that an alarm is for: administrators, and where mail reaches none of them leaders, else whoever coordinates."""
    reached = {one.role for one in staff if not one.stopped}
    seat = next((one for one in (ADMINISTRATOR, LEADER, COORDINATOR) if one in reached), ADMINISTRATOR)
    return tuple(dict.fromkeys((ADMINISTRATOR, seat)))


def after_a_bounce(seat: str, staff: Iterable[Staff], reached: Sequence[UUID]) -> list[Recipient]:
    """Who gets it instead of somebody whose mail came back: others of the seat, else the next above, but nobody who has had it already.

    Nobody, when somebody else of the seat has had it.
    """
    had = set(reached)
    held = list(staff)
    if any(one.sits(seat) and one.gets in had for one in held):
        return []
    for current in UP[seat] if seat != DEPUTY else (DEPUTY, LEADER, ADMINISTRATOR):
        found = [Recipient(one.person_id, "bounced") for one in _reached([one for one in held if one.sits(current)], "bounced")]
        if found:
            return [one for one in found if one.person_id not in had]
    return []
