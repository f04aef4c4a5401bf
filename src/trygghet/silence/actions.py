"""Reads who has been quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.silence import rules, store

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.silence.rules import Acted


async def idle_offices(organisation: UUID, today: dt.date) -> list[Acted]:
    """The coordinators' and reporters' offices that have done nothing for long. For the organisation's own leaders: no one else is shown it."""
    async with database.within(organisation, readonly=True):
        return rules.idle(await store.offices(organisation, today), today)
