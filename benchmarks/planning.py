"""Planning: a promise whose duties have moved, a whole country's empty ledger, and what goes out in the next eighteen months.

The 290 municipalities have promises of six years with quarterly reports, as when each is signed; 1000 organisations have one year of the same.
1000 and 10 000 owe this year's follow-up and nothing more, which shows how it grows. `--full` plans for 100 000 of those as well.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import TYPE_CHECKING

import asyncpg
import parts
import world

from trygghet import database
from trygghet.obligations import actions as obligations
from trygghet.promises import actions as promises
from trygghet.reminders import actions as reminders

if TYPE_CHECKING:
    from uuid import UUID

MUNICIPALITIES, YEARS, OF_AN_AREA = 290, 6, 30
REPORTED = """
INSERT INTO rhythm (promise_id, receiver, per, days_after) SELECT id, receiver, per, 30 FROM promise,
  (VALUES ('KSAU', 'quarter')) r (receiver, per)
"""


async def country(servers: parts.Servers, name: str, many: int, years: int, area: int) -> str:
    """Promises with quarterly reports, and neither duties nor reminders yet."""
    url = await servers.fresh(name)
    async with world.filling(url) as link:
        await world.enter(link, many, area=area, until=dt.date(world.TODAY.year + years - 1, 12, 31), duties=False)
        await link.execute(REPORTED)
        await link.execute("ANALYZE")
    return url


async def followed_up(servers: parts.Servers, name: str, many: int) -> str:
    """Promises that owe a follow-up each, and no reminders yet."""
    url = await servers.fresh(name)
    async with world.filling(url) as link:
        await world.enter(link, many)
    return url


async def rows(url: str, table: str) -> int:
    link = await asyncpg.connect(url)
    try:
        return int(await link.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await link.close()


async def forget(url: str) -> None:
    async with world.filling(url) as link:
        await link.execute("TRUNCATE delivery CASCADE")


async def duties(many: int) -> None:
    """What happens when a promise is signed, for all of them: its duties and their reminders."""
    for number in range(1, many + 1):
        organisation = world.id_of("organisation", number)
        async with database.within(organisation):
            promise = await promises.read(organisation, world.id_of("promise", number))
            await obligations.replan(organisation, promise.facts, now=world.NOW)


async def one(number: int) -> None:
    await reminders.replan(world.id_of("organisation", number), world.id_of("promise", number), now=world.NOW)


async def moved(url: str, number: int, days: int) -> None:
    """Its open duties are some days later than they were."""
    link = await asyncpg.connect(url)
    await link.execute(
        "UPDATE obligation SET due_on = due_on + $2::int WHERE promise_id = $1 AND done_at IS NULL", world.id_of("promise", number), days
    )
    await link.close()


async def ledger(url: str, many: int, *, signed: bool = True) -> None:
    """An empty ledger is planned, and once more when nothing is wanted; first the duties too, where the promises are but signed."""
    async with parts.opened(url):
        first = await parts.timed_async(duties(many)) if signed else 0.0
        owed = await rows(url, "obligation")
        await forget(url)
        second = await parts.timed_async(reminders.across_organisations_replan_all(now=world.NOW))
        planned = await rows(url, "delivery")
        again = await parts.timed_async(reminders.across_organisations_replan_all(now=world.NOW))
        assert await rows(url, "delivery") == planned
    parts.say(f"  {many} promises: {owed} duties and {planned} reminders")
    for what, seconds in (
        ("promises read, duties and reminders planned", first),
        ("an empty ledger planned", second),
        ("the same night after night", again),
    ):
        if seconds:
            parts.say(f"    {what:<46} {seconds:8.1f} s, {seconds / many * 1e3:6.2f} ms a promise, {seconds / planned * 1e6:5.0f} µs a reminder")


async def replanning(url: str, rounds: int) -> None:
    found: dict[str, list[float]] = {"nothing has changed": [], "all its duties have moved": []}
    async with parts.opened(url):
        for number in range(1, rounds * 4 + 1):
            found["nothing has changed"].append(await parts.timed_async(one(number)) * 1e3)
            await moved(url, number, 3)
            found["all its duties have moved"].append(await parts.timed_async(one(number)) * 1e3)
    for what, milliseconds in found.items():
        parts.say(f"    one promise replanned, {what:<26} {parts.spread(milliseconds, '.1f')} ms")


async def preview(url: str, rounds: int) -> None:
    police: UUID = world.id_of("police", 1)
    until = world.TODAY + dt.timedelta(days=548)
    async with parts.opened(url):
        taken = []
        for _ in range(rounds + 1):
            began = time.perf_counter()
            lines = await reminders.schedule(police, world.TODAY, until, now=world.NOW)
            taken.append((time.perf_counter() - began) * 1e3)
    parts.say(f"    eighteen months ahead for an area of {OF_AN_AREA} municipalities, {len(lines)} lines: {parts.spread(taken[1:])} ms")


def main() -> None:
    asked = parts.options(__doc__ or "")
    with parts.servers() as servers:
        url = asyncio.run(country(servers, "country", MUNICIPALITIES, YEARS, OF_AN_AREA))
        asyncio.run(ledger(url, MUNICIPALITIES))
        asyncio.run(preview(url, asked.rounds))
        asyncio.run(replanning(url, asked.rounds))
        asyncio.run(ledger(asyncio.run(country(servers, "thousand", 1000, 1, world.AREA)), 1000))
        for many in (1000, 10_000, *([100_000] if asked.full else [])):
            asyncio.run(ledger(asyncio.run(followed_up(servers, "many", many)), many, signed=False))


if __name__ == "__main__":
    main()
