"""Looks at what the product stands on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.health import store, valkey
from trygghet.health.rules import Check, Queue
from trygghet.installation import actions as installation
from trygghet.installation.rules import SILENT

if TYPE_CHECKING:
    import datetime as dt

PATIENCE = 3.0
"""Seconds that a look at the database may take: a load balancer does not wait longer."""


async def across_organisations_look(redis_url: str) -> list[Check]:
    """PostgreSQL, the migrations and Valkey, at the same time."""
    found, queue = await asyncio.gather(_database(), _valkey(redis_url))
    return [*found, queue]


async def across_organisations_queue(*, now: dt.datetime) -> Queue:
    """The ledger in numbers."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_queue(now)


async def _database() -> list[Check]:
    try:
        async with asyncio.timeout(PATIENCE), database.across_organisations(readonly=True):
            missing = sorted(database.known_migrations() - await store.across_organisations_migrations())
            silent = not missing and not await installation.across_organisations_may_speak()
    except database.UNUSABLE as error:
        why = "svarar inte" if isinstance(error, OSError) else type(error).__name__
        return [Check("postgresql", why, "Kör trygghet doctor på maskinen."), Check("migrations", "okänt", "")]
    return [
        Check("postgresql"),
        Check("migrations", f"saknas: {', '.join(missing)}" if missing else "", "Kör trygghet migrate."),
        Check("outbound", found=SILENT if silent else "", to_know=silent),  # a copy answers requests as any other
    ]


async def _valkey(url: str) -> Check:
    try:
        await valkey.ping(url)
    except valkey.ValkeyError as error:
        return Check("valkey", str(error), "Kör trygghet doctor på maskinen.")
    return Check("valkey")
