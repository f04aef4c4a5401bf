"""The one row that says whose the database is. It is no organisation's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.installation.rules import Voice

if TYPE_CHECKING:
    import datetime as dt


async def across_organisations_may_speak() -> bool:
    """Whether the name that this process connected with is the one that is stored."""
    found: bool = await database.connection().fetchval(
        "SELECT EXISTS (SELECT FROM installation WHERE environment = current_setting('app.environment', true))"
    )
    return found


async def across_organisations_voice() -> Voice:
    """Both names."""
    row = await database.connection().fetchrow(
        "SELECT coalesce((SELECT environment FROM installation), '') AS stored, coalesce(current_setting('app.environment', true), '') AS ours"
    )
    return Voice(**row)


async def across_organisations_waiting(now: dt.datetime) -> int:
    """How many deliveries are due and wait."""
    found: int = await database.connection().fetchval("SELECT count(*) FROM delivery WHERE state = 'planned' AND due_at <= $1", now)
    return found


async def across_organisations_adopt(environment: str, wall: dt.datetime) -> None:
    """From now on the database is that installation's."""
    await database.connection().execute(
        "INSERT INTO installation (id, environment, adopted_at) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE"
        " SET adopted_from = installation.environment, environment = excluded.environment, adopted_at = excluded.adopted_at"
        " WHERE installation.environment <> excluded.environment",
        environment,
        wall,
    )
