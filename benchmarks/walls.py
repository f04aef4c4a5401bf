"""Goal T1: what row level security costs, and whether a first page gets slower with the number of tenants.

What is read is the product's own first page of a municipality, `dashboard.store.board`, six queries in one unit of work. Without the second wall it is
the same code and the same transaction for a role that the policies are not asked for; the first wall, the tenant in every query, stays.
`--full` goes to 100 000 tenants.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from functools import partial
from typing import TYPE_CHECKING

import asyncpg
import parts
import world

from trygghet import database
from trygghet.dashboard import store as dashboard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

READS = 200
"""So many in a row, of each kind, in each round."""
ACTIVITIES, COUNTS = 20, 12
"""A promise counts so many things, and has so many counts of each: 240 measurements a tenant."""
UPDATES, REPORTS = 10, 12
"""So many updates have been published of a promise, and so many reports are owed or were given."""

_COUNTED = {
    "focus_area": "INSERT INTO focus_area (id, promise_id, position, title)"
    " SELECT md5('focus' || t)::uuid, md5('promise' || t)::uuid, 0, 'Trygga platser' FROM generate_series(1, $1::int) t",
    "goal": "INSERT INTO goal (id, promise_id, focus_area_id, position, title)"
    " SELECT md5('goal' || t)::uuid, md5('promise' || t)::uuid, md5('focus' || t)::uuid, 0, 'Fler ska våga gå ut' FROM generate_series(1, $1::int) t",
    "activity": f"""
    INSERT INTO activity (id, promise_id, focus_area_id, goal_id, position, title, at_least, per, unit)
    SELECT md5('activity' || t || '-' || a)::uuid, md5('promise' || t)::uuid, md5('focus' || t)::uuid, md5('goal' || t)::uuid, a, 'Fotpatrull ' || a, 4,
           'month', 'pass' FROM generate_series(1, $1::int) t, generate_series(1, {ACTIVITIES}) a""",
    "outcome": f"""
    INSERT INTO outcome (promise_id, activity_id, organisation_id, happened_on, amount, reporter_id, reporter_name, reporter_office, form_key, recorded_at)
    SELECT md5('promise' || t)::uuid, md5('activity' || t || '-' || a)::uuid, md5('organisation' || t)::uuid, date '{world.TODAY}' - 30 * c, c + 1,
           md5('coordinatorkommun-' || t)::uuid, 'Samordnare ' || t, 'Coordinator', gen_random_uuid(), timestamptz '{world.NOW}'
    FROM generate_series(1, $1::int) t, generate_series(1, {ACTIVITIES}) a, generate_series(0, {COUNTS - 1}) c""",
    "status_update": f"""
    INSERT INTO status_update (id, promise_id, organisation_id, title, body, content_hash, shared_at, published_at, created_at, updated_at)
    SELECT md5('update' || t || '-' || u)::uuid, md5('promise' || t)::uuid, md5('organisation' || t)::uuid, 'Så går det ' || u, 'Det går bra.', '',
           day, day, day, day FROM generate_series(1, $1::int) t, generate_series(1, {UPDATES}) u, LATERAL (SELECT timestamptz '{world.NOW}' - u * interval '9 days' AS day) d""",
    "approval": f"""
    INSERT INTO approval (promise_id, subject_kind, subject_id, content_hash, organisation_id, person_id, person_name, office, at)
    SELECT md5('promise' || t)::uuid, 'status_update', md5('update' || t || '-' || u)::uuid, '', md5('organisation' || t)::uuid, md5('leaderkommun-' || t)::uuid,
           'Ledare ' || t, 'Leader', timestamptz '{world.NOW}' FROM generate_series(1, $1::int) t, generate_series(1, {UPDATES}) u""",
    "delivery": f"""
    INSERT INTO delivery (organisation_id, key, kind, channel, title, promise_id, status_update_id, due_at, state, created_at)
    SELECT md5('organisation' || t)::uuid, 'publication:' || md5('update' || t || '-' || u)::uuid, 'publication', 'page', 'Så går det', md5('promise' || t)::uuid,
           md5('update' || t || '-' || u)::uuid, timestamptz '{world.NOW}' - u * interval '9 days', 'sent', timestamptz '{world.NOW}'
    FROM generate_series(1, $1::int) t, generate_series(1, {UPDATES}) u""",
    "obligation": f"""
    INSERT INTO obligation (id, promise_id, key, kind, title, due_on, period_from, period_until, receiver, done_at)
    SELECT md5('report' || t || '-' || m)::uuid, md5('promise' || t)::uuid, 'report:KSAU:' || m, 'report', 'Rapport ' || m, date '{world.TODAY}' + 30 * (m - {REPORTS // 2}),
           date '{world.TODAY}', date '{world.TODAY}', 'KSAU', CASE WHEN m < {REPORTS // 2} THEN timestamptz '{world.NOW}' END
    FROM generate_series(1, $1::int) t, generate_series(1, {REPORTS}) m""",
    "obligation_mark": f"""
    INSERT INTO obligation_mark (promise_id, obligation_id, organisation_id, by_name, by_office, at)
    SELECT md5('promise' || t)::uuid, md5('report' || t || '-' || m)::uuid, md5('organisation' || t)::uuid, 'Ledare ' || t, 'Leader', timestamptz '{world.NOW}'
    FROM generate_series(1, $1::int) t, generate_series(1, {REPORTS // 2 - 1}) m""",
}


async def fill(servers: parts.Servers, tenants: int) -> str:
    url = await servers.fresh(f"tenants_{tenants}")
    began = time.perf_counter()
    async with world.filling(url) as link:
        await world.enter(link, tenants)
        for table, statement in _COUNTED.items():
            async with world.without_indexes(link, table):
                await link.execute(statement, tenants)
        await world.ahead(link, tenants, 5)
        await link.execute("VACUUM (ANALYZE)")
    parts.say(f"  {tenants:>7} tenants, {tenants * ACTIVITIES * COUNTS} counts, entered in {time.perf_counter() - began:.0f} s")
    return url


async def no_wall(postgresql: str) -> None:
    """A role that may do what the product's may and is not asked by any policy."""
    link = await asyncpg.connect(postgresql)
    await link.execute("CREATE ROLE bench_without_wall NOLOGIN BYPASSRLS IN ROLE trygghet_app")
    await link.close()


async def with_wall(organisation: UUID, read: Callable[[UUID], Awaitable[object]]) -> None:
    async with database.within(organisation, readonly=True):
        await read(organisation)


async def without_wall(organisation: UUID, read: Callable[[UUID], Awaitable[object]]) -> None:
    async with database._unit(database._Scope("bench_without_wall", str(organisation)), readonly=True):
        await read(organisation)


TODAY = dt.date(2024, 10, 1)
READ: dict[str, Callable[[UUID], Awaitable[object]]] = {
    "first page, six queries": partial(dashboard.board, today=TODAY),
    "its promises, one query": dashboard._promises,
}


async def round_of(url: str, tenants: int, seed: int) -> dict[tuple[str, str], float]:
    """Milliseconds a read, for tenants drawn at random and for one that is in memory, with and without the wall, in turn."""
    drawn, found = random.Random(seed), {}
    async with parts.opened(url):
        for what, read in READ.items():
            at_random = [world.id_of("organisation", drawn.randint(1, tenants)) for _ in range(READS)]
            one = [world.id_of("organisation", tenants // 2)] * READS
            for one_read in (with_wall, without_wall):
                await one_read(one[0], read)  # prepares the statements
            spent = {"with the wall": 0.0, "without": 0.0, "in memory": 0.0}
            for hot, cold in zip(one, at_random, strict=True):  # in turn, and each first as often as the other
                pair = [("with the wall", with_wall(cold, read)), ("without", without_wall(cold, read))]
                for name, reading in pair if drawn.random() < 0.5 else pair[::-1]:
                    spent[name] += await parts.timed_async(reading)
                spent["in memory"] += await parts.timed_async(with_wall(hot, read))
            found.update({(what, name): seconds / READS * 1e3 for name, seconds in spent.items()})
    return found


def main() -> None:
    asked = parts.options(__doc__ or "")
    sizes = [1000, 10_000, *([100_000] if asked.full else [])]
    with parts.servers() as servers:
        urls = {tenants: asyncio.run(fill(servers, tenants)) for tenants in sizes}
        asyncio.run(no_wall(servers.postgresql))
        found: dict[int, dict[tuple[str, str], list[float]]] = {tenants: {} for tenants in sizes}
        for number in range(asked.rounds + 1):
            for tenants, url in urls.items():
                for name, milliseconds in asyncio.run(round_of(url, tenants, number)).items():
                    if number:
                        found[tenants].setdefault(name, []).append(milliseconds)
    for tenants in sizes:
        for (what, name), measured in found[tenants].items():
            parts.say(f"  {tenants:>7} tenants, {what}, {name}: {parts.spread(measured, '.2f')} ms")
    for what in READ:
        walls = {tenants: parts.times(found[tenants][what, "with the wall"], found[tenants][what, "without"]) for tenants in sizes}
        for tenants, ratio in walls.items():
            parts.verdict(f"T1 {what}, row level security at {tenants} tenants", ratio, 1.15, at_most=True)
        first, last = (found[one] for one in (sizes[0], sizes[-1]))
        parts.verdict(
            f"T1 {what}, {sizes[-1]} tenants against {sizes[0]}",
            parts.times(last[what, "with the wall"], first[what, "with the wall"]),
            2,
            at_most=True,
        )
        parts.verdict(f"T1 {what}, the same of a tenant in memory", parts.times(last[what, "in memory"], first[what, "in memory"]), 1.1, at_most=True)


if __name__ == "__main__":
    main()
