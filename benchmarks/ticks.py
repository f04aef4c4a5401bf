"""Goals S1, S2 and S3: what a tick of the timetable costs with up to ten million reminders ahead, and a burst of them that are due in one instant.

`python benchmarks/ticks.py` goes to 100 000 of them, `--most` further, `--full` to ten million (some 10 GB of disk). Every size is a database of its own, and they take turns inside a
round. What is timed is `digests.across_organisations_hand_out`, with all that it does before it finds what is due: taking back what silent workers
held, skipping what must not follow, and finding the people of what has become due.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import time
from collections import Counter
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

import asyncpg
import parts
import world

from trygghet import clock, database, logs
from trygghet.deliveries import queue
from trygghet.deliveries.rules import Patience
from trygghet.digests import actions as digests

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from uuid import UUID

AT_ONCE = 1000
TENANTS = 10
"""A tenant for so many reminders, and at least `AT_ONCE` of them."""
BATCHES = (1, 100, 1000)
ONE_BY_ONE = 100
"""So many are claimed row by row: more would only take longer."""
PATIENCE = Patience()


async def fill(servers: parts.Servers, many: int) -> str:
    """A database with so many reminders ahead."""
    url = await servers.fresh(f"ahead_{many}")
    tenants = max(AT_ONCE, min(many // TENANTS, 100_000))
    async with world.filling(url) as link:
        began = time.perf_counter()
        await world.enter(link, tenants)
        await world.ahead(link, tenants, max(1, many // tenants))
        size = await link.fetchval("SELECT pg_size_pretty(pg_total_relation_size('delivery'))")
        parts.say(f"  {many:>10} reminders of {tenants} tenants, {size}, entered in {time.perf_counter() - began:.0f} s")
    return url


# ---------------------------------------------------------------- S1
async def empty(url: str) -> float:
    """Milliseconds of a tick with nothing due: the fifth fastest of fifty, so that what else runs on the machine is left out."""
    async with parts.opened(url):
        await hand_out()  # prepares the statements
        return sorted([await parts.timed_async(hand_out()) for _ in range(50)])[4] * 1e3


async def hand_out() -> list[list[UUID]]:
    return await digests.across_organisations_hand_out(now=world.NOW, wall=clock.wall(), patience=PATIENCE)


def at_rest(servers: parts.Servers, url: str, seconds: float) -> tuple[float, float]:
    """Megabytes of a timetable process that has ticked for a while, and milliseconds of processor that a second costs it."""
    with parts.program(
        [parts.BIN / "python", "-m", "workers.timetable"],
        parts.product(database_url=url, redis_url=servers.queue(1)),
        log=servers.home / "timetable.log",
    ) as process:
        time.sleep(4)
        before = parts.processor(process.pid)
        time.sleep(seconds)
        return parts.megabytes(process.pid), (parts.processor(process.pid) - before) / seconds * 1e3


# ---------------------------------------------------------------- S2
async def claim(url: str) -> dict[str, float]:
    """Milliseconds to hand out what is due in one instant, and microseconds a row to claim it in batches of several sizes."""
    found: dict[str, float] = {}
    link = await asyncpg.connect(url)
    async with parts.opened(url):
        async with world.filling(url) as entering:
            await world.due(entering, AT_ONCE)
        began = time.perf_counter()
        ids = [one for chunk in await _all() for one in chunk]
        found["hand out"] = (time.perf_counter() - began) * 1e3
        assert len(ids) == AT_ONCE, len(ids)
        for batch in BATCHES:
            await link.execute("UPDATE delivery SET state = 'planned', handed_out_until = $2 WHERE id = ANY($1)", ids, clock.wall())
            those = ids[:ONE_BY_ONE] if batch == 1 else ids
            began = time.perf_counter()
            for start in range(0, len(those), batch):
                async with database.across_organisations():
                    await queue.across_organisations_claim(those[start : start + batch], clock.wall() + PATIENCE.lease, "trygghet.example.org")
            found[f"claim by {batch}"] = (time.perf_counter() - began) / len(those) * 1e6
    await link.execute("DELETE FROM delivery WHERE id = ANY($1)", ids)
    await link.execute("VACUUM delivery")
    await link.close()
    return found


async def _all() -> list[list[UUID]]:
    """Ticks until nothing more is handed out."""
    found: list[list[UUID]] = []
    while chunks := await hand_out():
        found += chunks
    return found


# ---------------------------------------------------------------- S3
def claimer(url: str, told: Connection) -> None:
    """A process that hands out and claims until there is nothing left, and tells of each batch before and after it is settled."""

    logs.configure("error")  # it would tell of each row that a killed one held

    async def work() -> None:
        async with parts.opened(url):
            quiet = 0
            while quiet < 5:
                chunks = await hand_out()
                quiet = 0 if chunks else quiet + 1
                if not chunks:
                    await asyncio.sleep(0.02)
                for chunk in chunks:
                    async with database.across_organisations():
                        mine = await queue.across_organisations_claim(chunk, clock.wall() + PATIENCE.lease, "trygghet.example.org")
                    told.send(("claimed", [one.id.int for one in mine]))
                    async with database.across_organisations():
                        done = await queue.across_organisations_sent([(one, "") for one in mine], world.NOW)
                    told.send(("sent", [one.int for one in done]))

    asyncio.run(work())


def burst(url: str, many: int, claimers: int, *, kill: bool) -> tuple[float, Counter[int], Counter[int]]:
    """Rows a second, how often each row was claimed, and how often it was settled as sent. `kill` ends one claimer by -9 half-way."""
    spawn = multiprocessing.get_context("spawn")
    found: dict[str, Counter[int]] = {"claimed": Counter(), "sent": Counter()}
    workers: dict[Any, Any] = {}
    for _ in range(claimers):
        here, there = spawn.Pipe(duplex=False)
        workers[here] = spawn.Process(target=claimer, args=(url, there))
        workers[here].start()
        there.close()  # so that the end of the process is the end of the pipe
    began, last = 0.0, time.perf_counter()
    while workers:
        for here in wait(list(workers)):
            try:
                what, ids = here.recv()
            except EOFError:
                workers.pop(here).join()
                continue
            began, last = began or time.perf_counter(), time.perf_counter()
            found[what].update(ids)
            if kill and len(found["claimed"]) > many // 2:
                kill = False
                os.kill(workers[here].pid, signal.SIGKILL)
    return len(found["sent"]) / (last - began), found["claimed"], found["sent"]


async def refill(url: str, tenants: int, each: int) -> None:
    async with world.filling(url) as link:
        await link.execute("TRUNCATE delivery CASCADE")
        await world.due(link, tenants, each)
        await link.execute("VACUUM (ANALYZE) delivery")


async def left(url: str) -> int:
    link = await asyncpg.connect(url)
    try:
        return int(await link.fetchval("SELECT count(*) FROM delivery WHERE state <> 'sent'"))
    finally:
        await link.close()


async def time_passes(url: str) -> None:
    """The leases of whoever died run out."""
    link = await asyncpg.connect(url)
    await link.execute(
        "UPDATE delivery SET lease_until = lease_until - $1::interval, handed_out_until = handed_out_until - $1::interval", PATIENCE.lease
    )
    await link.close()


def bursts(servers: parts.Servers, tenants: int, each: int, rounds: int) -> None:
    url, many = asyncio.run(servers.fresh("burst")), tenants * each

    async def people() -> None:
        async with world.filling(url) as link:
            await world.enter(link, tenants)

    asyncio.run(people())
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for claimers, found in rates.items():
            asyncio.run(refill(url, tenants, each))
            rate, claimed, sent = burst(url, many, claimers, kill=False)
            assert asyncio.run(left(url)) == 0
            assert len(sent) == many
            assert set(claimed.values()) | set(sent.values()) == {1}
            found.append(rate)
    for claimers, found in rates.items():
        parts.say(
            f"  {many} rows due at once to {tenants} people, {claimers} claimers: {parts.spread(found)} rows/s, each claimed once and settled once"
        )
    asyncio.run(refill(url, tenants, each))
    _, claimed, sent = burst(url, many, 2, kill=True)
    held = asyncio.run(left(url))
    asyncio.run(time_passes(url))
    _, again, after = burst(url, many, 1, kill=False)
    lost, twice = asyncio.run(left(url)), sum(times > 1 for times in (sent + after).values())
    both = sum(one in claimed and one in sent for one in again)
    parts.say(f"  with kill -9 of one of two claimers half-way: {held} rows were left in its hands and came back when their lease had run out")
    parts.verdict("S3 lost", lost, 0, at_most=True)
    parts.verdict("S3 settled twice", twice, 0, at_most=True)
    parts.verdict("S3 claimed again though settled", both, 0, at_most=True)


def main() -> None:
    asked = parts.options(__doc__ or "", most={"type": int, "default": 100_000})
    most = 10_000_000 if asked.full else asked.most
    sizes = [many for many in (1000, 10_000, 100_000, 1_000_000, 10_000_000) if many <= most]
    with parts.servers() as servers:
        parts.say("Reminders ahead")
        urls = {many: asyncio.run(fill(servers, many)) for many in sizes}
        ticks: dict[int, list[float]] = {many: [] for many in sizes}
        claims: dict[int, dict[str, list[float]]] = {many: {} for many in sizes}
        for number in range(asked.rounds + 1):
            for many, url in urls.items():
                tick, claimed = asyncio.run(empty(url)), asyncio.run(claim(url))
                if number:  # the first round warms the caches
                    ticks[many].append(tick)
                    for name, found in claimed.items():
                        claims[many].setdefault(name, []).append(found)
        rest = {many: at_rest(servers, urls[many], 20) for many in (sizes[0], sizes[-1])}
        for many in sizes:
            parts.say(
                f"  {many:>10} ahead: empty tick {parts.spread(ticks[many], '.2f')} ms; {AT_ONCE} due handed out in {parts.spread(claims[many]['hand out'], '.0f')} ms"
            )
            parts.say(
                "             " + ", ".join(f"{name} {parts.spread(found)} µs a row" for name, found in claims[many].items() if name != "hand out")
            )
        for many, (megabytes, used) in rest.items():
            parts.say(f"  {many:>10} ahead: the timetable's process has {megabytes:.1f} MB and uses {used:.1f} ms of processor a second")
        low, high = sizes[0], sizes[-1]
        parts.verdict(f"S1 empty tick, {high} against {low}", parts.times(ticks[high], ticks[low]), 1.5, at_most=True)
        parts.verdict(f"S1 memory of the timetable, {high} against {low}", rest[high][0] / rest[low][0], 1.1, at_most=True)
        parts.verdict(
            f"S2 {AT_ONCE} due handed out, {high} against {low}", parts.times(claims[high]["hand out"], claims[low]["hand out"]), 3, at_most=True
        )
        parts.verdict("S2 the same against 100000", parts.times(claims[high]["hand out"], claims[100_000]["hand out"]), 1.5, at_most=True)
        parts.verdict("S2 a row claimed alone against one of 1000", parts.times(claims[high]["claim by 1"], claims[high]["claim by 1000"]), 10)
        parts.say("A year's end")
        bursts(servers, *((50_000, 4) if asked.full else (5000, 4)), rounds=min(asked.rounds, 3))


if __name__ == "__main__":
    main()
