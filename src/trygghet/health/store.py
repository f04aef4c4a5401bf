"""What health asks the database. Nothing of it belongs to an organisation: only counts leave here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.health.rules import Queue

if TYPE_CHECKING:
    import datetime as dt

STATES = ("planned", "sending", "sent", "failed", "unclear", "skipped")


async def across_organisations_queue(now: dt.datetime) -> Queue:
    """The ledger in numbers. A delivery is due when its time has come and nothing has settled it."""
    rows = await database.connection().fetch("SELECT state, count(*) AS many FROM delivery GROUP BY state")
    oldest = await database.connection().fetchval("SELECT min(due_at) FROM delivery WHERE state = 'planned' AND due_at <= $1", now)
    counted = {row["state"]: row["many"] for row in rows}
    return Queue({state: counted.get(state, 0) for state in STATES}, (now - oldest).total_seconds() if oldest else 0.0)


async def across_organisations_migrations() -> set[str]:
    """The names of the migrations that have run."""
    return {row["name"] for row in await database.connection().fetch("SELECT name FROM migration")}
