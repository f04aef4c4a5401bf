"""What health asks the database. Nothing of it belongs to an organisation: only counts leave here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

from trygghet import database
from trygghet.health.rules import Queue, Role, Walls

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

ROLES = ("trygghet_app", "trygghet_system", "trygghet_site")
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


async def across_organisations_walls(url: str, wall: Callable[[], dt.datetime]) -> Walls:
    """What PostgreSQL says of itself, on a connection of its own: the pool needs the roles that are looked for here."""
    missing = await database.pending(url)
    link = await asyncpg.connect(url, timeout=5)
    try:
        known = {
            row["rolname"]: row
            for row in await link.fetch(
                "SELECT rolname, rolsuper OR rolbypassrls AS too_strong, pg_has_role(current_user, oid, 'MEMBER') AS ours FROM pg_roles WHERE rolname = ANY($1)",
                ROLES,
            )
        }
        open_tables = await link.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migration'"
            " AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname"
        )
        there, here = await link.fetchval("SELECT clock_timestamp()"), wall()
        version = int(await link.fetchval("SHOW server_version_num"))
    finally:
        await link.close()
    roles = tuple(Role(name, name in known, name in known and known[name]["too_strong"], name in known and known[name]["ours"]) for name in ROLES)
    return Walls(version, tuple(missing), roles, tuple(row["relname"] for row in open_tables), (there - here).total_seconds())
