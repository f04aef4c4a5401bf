"""Goals D1, D2 and D3: due row -> handed out -> claimed -> Celery -> written -> SMTP -> settled, beside what SMTP itself can take and beside naive ways.

The chain is the product's: the timetable's own tick hands out, real prefork workers run `workers.tasks.deliver`, and each letter is written from who
sits where and what is due now. A run is timed from the first tick until every row is settled, and the sink's count is held against it.
`LIMIT` is two processes that do nothing but hand the very same bytes to the same sink, each over one connection with pipelining.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg
import parts
import raw
import sinks
import world

from trygghet import embedded
from trygghet.running import WORKER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sinks import Sink

LETTERS, NAIVE = 5000, 300
"""So many in a round: of the product's and of the raw limit; of each naive way, which would else take the day."""
ENDS = {"settled every 10 letters": 10, "settled at a chunk's end": 100}
"""How many letters a crash may repeat, at most."""
LIMIT = "LIMIT, two raw clients"
LOOP, CHAIN, PUT = "a loop with one connection", "naive chain", "naive, put into the queue alone"
GOALS = {CHAIN: 50, LOOP: 10, "naive on celery": 40, "naive on dramatiq": 40, "naive on taskiq": 40, "naive on procrastinate": 40}


class Run(NamedTuple):
    """Letters a second from first to last; rows a second until all were in the queue, and the same of rows that had their people."""

    letters: float
    enqueued: float
    seated: float


# ---------------------------------------------------------------- the product
async def tenants(servers: parts.Servers, name: str, many: int) -> str:
    """A database with so many people, each in an office of a municipality of their own."""
    url = await servers.fresh(name)
    async with world.filling(url) as link:
        await world.enter(link, many)
    return url


@contextlib.contextmanager
def chain(servers: parts.Servers, environ: dict[str, str], letters: int, many: int, sink: Sink) -> Iterator[Callable[[], Run]]:
    """The workers as `trygghet run` starts them, but settling so many letters together; gives what makes one run."""
    command = WORKER.replace("workers.queue", "worker").split()
    path = os.pathsep.join((str(parts.HERE), os.environ.get("PYTHONPATH", "")))
    more = {**environ, "PYTHONPATH": path, "BENCH_SETTLE": str(letters)}
    with parts.program([parts.BIN / "celery", *command], more, log=servers.home / "worker.log"), handing(environ) as hand_out:
        yield lambda: asyncio.run(run(environ["DATABASE_URL"], many, sink, hand_out))


@contextlib.contextmanager
def handing(environ: dict[str, str]) -> Iterator[Callable[[], tuple[int, float, float]]]:
    """The timetable's part in a process of its own: rows put into the queue, seconds that it took, and those after their people were found."""
    process = subprocess.Popen(
        [sys.executable, str(parts.HERE / "handing.py")],
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - no thread runs
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def once() -> tuple[int, float, float]:
        print("go", file=process.stdin, flush=True)
        rows, seconds, seated = process.stdout.readline().split()  # type: ignore[union-attr]
        return int(rows), float(seconds), float(seated)

    try:
        yield once
    finally:
        process.kill()
        process.wait()


async def run(url: str, many: int, sink: Sink, hand_out: Callable[[], tuple[int, float, float]]) -> Run:
    """Makes a reminder due for each tenant, hands out, and waits until the last is settled."""
    async with world.filling(url) as link:
        await link.execute("TRUNCATE delivery CASCADE")
        await world.due(link, many)
        await link.execute("VACUUM (ANALYZE) delivery")
        before, began = sink.count(), time.perf_counter()
        rows, enqueued, seated = await asyncio.to_thread(hand_out)
        assert rows == many, rows
        while sink.count().letters - before.letters < many:
            if time.perf_counter() - began > 300:
                raise TimeoutError(await link.fetch("SELECT state, reason, count(*) FROM delivery GROUP BY 1, 2"))
            await asyncio.sleep(0.02)
        while await link.fetchval("SELECT EXISTS (SELECT FROM delivery WHERE state <> 'sent')"):  # noqa: ASYNC110 - the event would be another process's
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - began
    after = sink.count()
    assert (after.letters - before.letters, after.again - before.again) == (many, 0), (before, after)
    return Run(many / seconds, many / enqueued, many / seated)


# ---------------------------------------------------------------- what it is held against
def limit(pool: Any, port: int, letter: bytes, many: int) -> float:
    """Letters a second of two raw clients."""
    half, first = many // 2, time.time_ns() % 10**10  # each round's letters are others
    return 2 * half / parts.timed(lambda: pool.starmap(raw.pipelined, [(port, letter, first + half * one, half) for one in range(2)], 1))


def one_connection(port: int, letter: bytes, many: int) -> float:
    """Letters a second of a loop like Django's `send_messages`."""
    text, page = raw.parts_of(letter)
    return many / parts.timed(lambda: raw.one_connection(port, text, page, many))


@contextlib.contextmanager
def others(servers: parts.Servers, sink: Sink, letter: bytes, many: int) -> Iterator[dict[str, Callable[[], float]]]:
    """The naive ways on their queues, with workers that are warm."""
    kept = servers.home / "letter"
    kept.write_bytes(letter)
    url = servers.postgresql.removesuffix("trygghet") + "naive"
    asyncio.run(_empty(servers.postgresql))
    environ = {"NAIVE_DATABASE": url, "NAIVE_QUEUE": servers.valkey.removesuffix("0"), "NAIVE_LETTER": str(kept), "NAIVE_PORT": str(sink.port)}
    os.environ.update(environ)
    import naive

    naive.prepare()
    with naive.workers(environ, servers.home / "naive.log"):
        yield {
            LOOP: partial(one_connection, sink.port, letter, many),
            CHAIN: partial(naive.chain, many),
            **{f"naive on {name}": partial(naive.run, name, many) for name in naive.QUEUES},
            PUT: partial(naive.put, many),
        }


async def _empty(postgresql: str) -> None:
    link = await asyncpg.connect(postgresql)
    await link.execute("CREATE DATABASE naive")
    await link.close()


class Measured(NamedTuple):
    """Letters a second, microseconds of processor that a letter cost all processes together, and rows a second into the queue, with and without their people."""

    letters: float
    cost: float
    enqueued: float
    seated: float


def in_turn(rounds: int, targets: dict[str, tuple[Callable[[], Any], int]]) -> dict[str, list[Measured]]:
    """Every target once a round, each with how many letters it sends; the first round warms up."""
    found: dict[str, list[Measured]] = {name: [] for name in targets}
    for number in range(rounds + 1):
        for name, (target, many) in targets.items():
            before = parts.processor_of_all()
            rate = target()
            cost = (parts.processor_of_all() - before) / many * 1e6
            if number:
                found[name].append(Measured(*((rate.letters, cost, rate.enqueued, rate.seated) if isinstance(rate, Run) else (rate, cost, 0.0, 0.0))))
    return found


def report(found: dict[str, list[Measured]], to: str, letter: bytes) -> None:
    rates = {name: [one.letters for one in measured] for name, measured in found.items()}
    costs = {name: [one.cost for one in measured] for name, measured in found.items()}
    best = "settled at a chunk's end"
    parts.say(f"To {to}, letters of {len(letter)} octets")
    for name, reached in rates.items():
        ratio, cheaper = parts.times(rates[best], reached), parts.times(costs[name], costs[best])
        parts.say(
            f"  {name:<32} {parts.spread(reached):>22} letters/s, {parts.median(costs[name]):>7.0f} µs of processor a letter;"
            f" the product makes {ratio:.2f} x as many, for the same processor {cheaper:.2f} x"
        )
    for name, goal in zip(ENDS, (0.6, 0.75), strict=True):
        parts.verdict(f"D1 {name}, x the raw limit", parts.times(rates[name], rates[LIMIT]), goal)
        parts.verdict(f"D1 {name}, x the raw limit for the same processor", parts.times(costs[LIMIT], costs[name]), goal)
    for name, goal in GOALS.items():
        if name in rates:
            parts.verdict(f"D2 x {name}", parts.times(rates[best], rates[name]), goal)
    if PUT in rates:
        queued = [one.enqueued for one in found[best]]
        parts.say(f"  rows handed out and put into the queue: {parts.spread(queued)} rows/s")
        parts.verdict("D3 rows that find their people and are enqueued, x one message a row", parts.times(queued, rates[PUT]), 15)
        parts.verdict(
            "D3 rows that have their people enqueued, x one message a row", parts.times([one.seated for one in found[best]], rates[PUT]), 15
        )


def main() -> None:
    asked = parts.options(__doc__ or "", letters={"type": int, "default": LETTERS}, naive={"type": int, "default": NAIVE})
    many = asked.letters * (4 if asked.full else 1)
    with contextlib.ExitStack() as running:
        servers = running.enter_context(parts.servers())
        pool = running.enter_context(multiprocessing.get_context("spawn").Pool(2))
        for number, to in enumerate(("bare", "aiosmtpd")):
            with contextlib.ExitStack() as here:
                sink = here.enter_context(sinks.running(to))
                chains = {}
                for name, letters in ENDS.items():
                    url = asyncio.run(tenants(servers, f"chain_{to}_{letters}", many))
                    environ = parts.product(database_url=url, redis_url=servers.queue(2 * number + (letters > 10)), smtp_url=sink.url)
                    chains[name] = here.enter_context(chain(servers, environ, letters, many, sink))
                next(iter(chains.values()))()
                letter = sink.letter()
                targets = {name: (one, many) for name, one in {**chains, LIMIT: partial(limit, pool, sink.port, letter, many)}.items()}
                if to == "bare":
                    targets |= {name: (one, asked.naive) for name, one in here.enter_context(others(servers, sink, letter, asked.naive)).items()}
                report(in_turn(asked.rounds, targets), to, letter)


if __name__ == "__main__":
    main()
