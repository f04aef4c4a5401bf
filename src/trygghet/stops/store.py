"""Stops that stand and stops that were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.stops.rules import Stop

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.members.log import Actor

_COLUMNS = "id, organisation_id, why, by_name, by_office, at, lifted_at, lifted_by"


def _stop(row: Any) -> Stop:
    return Stop(*row)


async def standing(organisation: UUID) -> list[Stop]:
    """The stops that hold the organisation's publications: the whole installation's first, then its own."""
    rows = await database.connection().fetch(
        f"SELECT {_COLUMNS} FROM publishing_stop WHERE lifted_at IS NULL AND (organisation_id = $1 OR organisation_id IS NULL)"
        " ORDER BY organisation_id NULLS FIRST",
        organisation,
    )
    return [_stop(row) for row in rows]


async def past(organisation: UUID, limit: int) -> list[Stop]:
    """The organisation's stops that have been lifted, the latest first."""
    rows = await database.connection().fetch(
        f"SELECT {_COLUMNS} FROM publishing_stop WHERE lifted_at IS NOT NULL AND organisation_id = $1 ORDER BY lifted_at DESC LIMIT $2",
        organisation,
        limit,
    )
    return [_stop(row) for row in rows]


async def add(organisation: UUID, why: str, *, by: Actor, now: dt.datetime) -> bool:
    """From now on it is stopped; False where somebody has just stopped it."""
    done = await database.connection().execute(
        "INSERT INTO publishing_stop (organisation_id, why, by_name, by_office, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        organisation,
        why,
        by.name,
        by.office,
        now,
    )
    return bool(done == "INSERT 0 1")


async def lift(organisation: UUID, stop: Stop, *, by: Actor, now: dt.datetime) -> bool:
    """It stands no more; False where somebody has just lifted it."""
    done = await database.connection().execute(
        "UPDATE publishing_stop SET lifted_at = $3, lifted_by = $4 WHERE organisation_id = $1 AND id = $2 AND lifted_at IS NULL",
        organisation,
        stop.id,
        now,
        by.name,
    )
    return bool(done == "UPDATE 1")


async def waiting(organisation: UUID, now: dt.datetime) -> int:
    """How many of the organisation's publications are due and wait."""
    found: int = await database.connection().fetchval(
        "SELECT count(*) FROM delivery WHERE organisation_id = $1 AND kind = 'publication' AND state = 'planned' AND act <> 'retract' AND due_at <= $2",
        organisation,
        now,
    )
    return found


async def across_organisations_whole() -> Stop | None:
    """The whole installation's stop, while it stands."""
    row = await database.connection().fetchrow(f"SELECT {_COLUMNS} FROM publishing_stop WHERE lifted_at IS NULL AND organisation_id IS NULL")
    return _stop(row) if row else None


async def across_organisations_any(organisations: Sequence[UUID]) -> bool:
    """Whether any of them has stopped its own, or everything is stopped."""
    found: bool = await database.connection().fetchval(
        "SELECT EXISTS (SELECT FROM publishing_stop WHERE lifted_at IS NULL AND (organisation_id IS NULL OR organisation_id = ANY($1::uuid[])))",
        list(organisations),
    )
    return found


async def across_organisations_count() -> int:
    """How many organisations have stopped their own."""
    found: int = await database.connection().fetchval("SELECT count(*) FROM publishing_stop WHERE lifted_at IS NULL AND organisation_id IS NOT NULL")
    return found


async def across_organisations_add(why: str, *, by: Actor, now: dt.datetime) -> bool:
    """From now on everything is stopped; False where it was already."""
    done = await database.connection().execute(
        "INSERT INTO publishing_stop (why, by_name, by_office, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", why, by.name, by.office, now
    )
    return bool(done == "INSERT 0 1")


async def across_organisations_lift(*, by: Actor, now: dt.datetime) -> bool:
    """The whole installation's stop stands no more; False where none stood."""
    done = await database.connection().execute(
        "UPDATE publishing_stop SET lifted_at = $1, lifted_by = $2 WHERE organisation_id IS NULL AND lifted_at IS NULL", now, by.name
    )
    return bool(done == "UPDATE 1")
