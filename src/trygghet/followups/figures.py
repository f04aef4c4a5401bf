"""Gathers what a room is filled with beforehand: figures, notes, updates, earlier verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.followups.rules import Room
    from trygghet.promises.promise import Promise


async def frozen(organisation: UUID, room: Room, promise: Promise, *, today: dt.date) -> dict[str, dict[str, Any]]:
    """The figures by subject as they are written into what is approved."""
    del organisation, room, promise, today
    return {}
