"""The letter to all parties when a duty has nobody left who can be reminded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.notices.rules import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from trygghet.reminders.rules import Owed


def alarm(owed: Owed, organisation: UUID, parties: Mapping[UUID, str], seats: Mapping[UUID, tuple[str, ...]]) -> Notice:
    """Once for each duty, due day and organisation that has nobody. `parties` are ids with names, `seats` those that hear of it there."""
    name = parties[organisation]
    return Notice(
        key=f"nobody:{owed.obligation_id}:{owed.due_on.isoformat()}:{organisation}",
        headline=f"Ingen hos {name} kan påminnas om fristen ”{owed.title}” i {owed.area_name}",
        lines=(
            f"Fristen är {swedish.weekday(owed.due_on)} {swedish.long_date(owed.due_on)}.",
            f"Hos {name} är platserna som samordnare, ledare och administratör tomma, eller så kommer mejl dit tillbaka.",
            f"{name} behöver utse någon, eller rätta adressen. Påminnelsen går ut så snart någon kan ta emot den.",
        ),
        link="/medlemmar",
        action="Se vem som har vilken plats",
        because="Larmet går till parternas administratörer, och där ingen av dem kan nås till den som leder eller samordnar arbetet.",
        seats=seats,
        kind=None,
    )
