"""What the example's municipalities have recorded for the law."""

from __future__ import annotations

import uuid
from dataclasses import fields
from typing import TYPE_CHECKING

from trygghet.example import story
from trygghet.statute import actions as statute
from trygghet.statute.rules import Entry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from trygghet.tenancy import Asking


async def record(seats: Callable[[str], dict[str, Asking]], *, now: dt.datetime) -> None:
    """Records it, each thing by its own person on its own day, and lets every municipality's duties follow. `seats` are an organisation's."""
    for one in story.recorded():
        by = seats(one.organisation)[one.by]
        entry = Entry(**{field.name: getattr(one, field.name) for field in fields(Entry)})
        await statute.record(by.organisation, entry, uuid.uuid4(), by=by, now=min(now, story.afternoon(one.happened_on)))
    await statute.across_organisations_follow(now=now)
