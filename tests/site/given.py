"""What residents can read, put where the pages take it from: the snapshot as an update leaves it when it goes out."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet import database

if TYPE_CHECKING:
    from uuid import UUID

TITLE, BODY = "Tre gator får ny belysning", "Trettiotvå boende gick med den 26 september.\n\nTre gator får ny belysning före november."


async def told(
    promise_id: UUID, *, at: dt.datetime = cast.START, changed: dt.datetime | None = None, withdrawn: dt.datetime | None = None, **content: Any
) -> UUID:
    """A published update; returns its id."""
    update_id = uuid.uuid4()
    usual = {
        "title": TITLE,
        "body": BODY,
        "voice": "joint",
        "promise_title": "Medborgarlöfte i Björken 2023–2024",
        "parties": ["Björkens kommun", "LPO Skogen"],
        "picture": None,
        "follow_up": None,
        "corrections": [],
    }
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO published_update (id, promise_id, content, published_at, changed_at, withdrawn_at, withdrawn_why) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            update_id,
            promise_id,
            usual | content,
            at,
            withdrawn or changed or at,
            withdrawn,
            "Fel gata." if withdrawn else "",
        )
    return update_id
