"""The obvious way to send reminders, on five queues: for each one a task, a database connection, a mail connection and an `EmailMessage`.

Workers are started on this module and read from the environment where everything is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import smtplib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dramatiq
import parts
import procrastinate
import psycopg
import raw
from celery import Celery
from dramatiq.brokers.redis import RedisBroker
from taskiq_redis import ListQueueBroker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATABASE, QUEUE = os.environ.get("NAIVE_DATABASE", "postgresql://unused"), os.environ.get("NAIVE_QUEUE", "redis://unused/")
LETTER = Path(os.environ.get("NAIVE_LETTER", os.devnull))
PORT = int(os.environ.get("NAIVE_PORT", "0"))
TEXT, PAGE = raw.parts_of(LETTER.read_bytes()) if LETTER.is_file() else ("", "")


CLAIM = "UPDATE outbox SET state = 1 WHERE id = (SELECT id FROM outbox WHERE state = 0 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"


def job(number: int) -> None:
    with psycopg.connect(DATABASE) as link:
        link.execute("SELECT address FROM outbox WHERE id = %s", (number,)).fetchone()
        with smtplib.SMTP(raw.HOST, PORT, local_hostname="bench.example.org", timeout=30) as server:
            server.send_message(raw.message(number, TEXT, PAGE))
        link.execute("UPDATE outbox SET state = 2, sent_at = now() WHERE id = %s", (number,))


celery = Celery("naive", broker=f"{QUEUE}11")
celery.conf.update(task_ignore_result=True, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)
celery_job = celery.task(name="job")(job)
dramatiq.set_broker(RedisBroker(url=f"{QUEUE}12"))
dramatiq_job = dramatiq.actor(job)
taskiq = ListQueueBroker(f"{QUEUE}13")
taskiq_job = taskiq.task(task_name="job")(job)
procrastinate_app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=DATABASE))
procrastinate_job = procrastinate_app.task(name="job")(job)


def by_celery(numbers: range) -> None:
    for number in numbers:
        celery_job.delay(number)


def by_dramatiq(numbers: range) -> None:
    for number in numbers:
        dramatiq_job.send(number)


def by_taskiq(numbers: range) -> None:
    async def all_of_them() -> None:
        await taskiq.startup()
        for number in numbers:
            await taskiq_job.kiq(number)
        await taskiq.shutdown()

    asyncio.run(all_of_them())


def by_procrastinate(numbers: range) -> None:
    async def all_of_them() -> None:
        async with procrastinate_app.open_async():
            await procrastinate_job.batch_defer_async(*({"number": number} for number in numbers))

    asyncio.run(all_of_them())


QUEUES: dict[str, tuple[Callable[[range], None], tuple[str, ...]]] = {
    "celery": (by_celery, ("celery", "--app", "naive:celery", "worker", "-c", "2", "-l", "error", "--without-gossip", "--without-mingle")),
    "dramatiq": (by_dramatiq, ("dramatiq", "naive", "-p", "2", "-t", "8")),
    "taskiq": (by_taskiq, ("taskiq", "worker", "naive:taskiq", "-w", "2", "--log-level", "ERROR")),
    "procrastinate": (by_procrastinate, ("procrastinate", "--app", "naive.procrastinate_app", "worker", "-c", "10")),
}


@contextlib.contextmanager
def workers(environ: dict[str, str], log: Path) -> Iterator[None]:
    """One group of workers for each queue."""
    with contextlib.ExitStack() as running:
        for _, command in QUEUES.values():
            program, *rest = command
            running.enter_context(parts.program([parts.BIN / program, *rest], {**environ, "PYTHONPATH": str(parts.HERE)}, log=log))
        yield


def prepare() -> None:
    """The table of what is to be sent, and procrastinate's own."""
    with psycopg.connect(DATABASE, autocommit=True) as link:
        link.execute("CREATE TABLE outbox (id int PRIMARY KEY, address text NOT NULL, state int NOT NULL DEFAULT 0, sent_at timestamptz)")

    async def schema() -> None:
        async with procrastinate_app.open_async():
            await procrastinate_app.schema_manager.apply_schema_async()

    asyncio.run(schema())


def run(name: str, many: int) -> float:
    """Jobs a second on one queue, from the first that is put into it to the last that is marked as sent."""
    put_all, _ = QUEUES[name]
    return many / _timed(many, lambda _: put_all(range(1, many + 1)))


def chain(many: int) -> float:
    """The same with the other end: each row is claimed in a transaction of its own, and a task is made of it."""

    def claim_each(link: psycopg.Connection[Any]) -> None:
        while row := link.execute(CLAIM).fetchone():
            celery_job.delay(row[0])

    return many / _timed(many, claim_each)


def put(many: int) -> float:
    """Messages a second into Celery's queue, one for each row; nobody takes them out."""
    queue = f"nobody{many}"
    began = time.perf_counter()
    for number in range(many):
        celery_job.apply_async((number,), queue=queue)
    return many / (time.perf_counter() - began)


def _timed(many: int, put_all: Callable[[psycopg.Connection[Any]], None]) -> float:
    with psycopg.connect(DATABASE, autocommit=True) as link:
        link.execute("TRUNCATE outbox")
        link.execute("INSERT INTO outbox (id, address) SELECT g, 'samordnare' || g || '@example.org' FROM generate_series(1, %s) g", (many,))

        def done() -> bool:
            return link.execute("SELECT EXISTS (SELECT FROM outbox WHERE state <> 2)").fetchone() == (False,)

        began = time.perf_counter()
        put_all(link)
        parts.until(done, 300)
        return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit("started by dispatch.py")
