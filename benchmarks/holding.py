"""The same load in other hands: reminders ahead held by APScheduler's job store, Celery beat, RedBeat and Celery ETA, and by the product's table.

Each holds N reminders that are far ahead, and then 1000 more that are due in one instant. What is told is the memory that a process needs to hold
them, what a look costs with nothing due, how soon all 1000 were in the workers' hands, and how many were LOST. Each runs in a process of its own.
`--full` goes to 10 000; beat and ETA get slower than anybody would wait for beyond that.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import parts
import redis
import world
from celery import Celery

if TYPE_CHECKING:
    from collections.abc import Callable

DUE = 1000
PATIENCE = 60
"""Seconds; what has not come by then is counted as lost."""
SLOW = 0.02
"""Seconds that one sending takes, as a mail server answers."""
FAR = dt.timedelta(days=300)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def result(**found: object) -> None:
    """One line of JSON, for the process that started this one."""
    parts.say(json.dumps(found))


def look(once: Callable[[], object], many: int = 20) -> float:
    """Milliseconds of one look with nothing due."""
    once()
    return parts.median([parts.timed(once) for _ in range(many)]) * 1e3


# ---------------------------------------------------------------- APScheduler, one job for each reminder
FIRED: list[float] = []
_GUARD = threading.Lock()


def fire(_number: int) -> None:
    """What the job does."""
    time.sleep(SLOW)
    with _GUARD:
        FIRED.append(time.time())


def apscheduler(many: int, database: str, _queue: str, *, grace: str = "default") -> None:
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    sys.modules["holding"] = sys.modules["__main__"]  # jobs are stored by the name of what they call
    fire.__module__ = "holding"
    defaults = {"misfire_grace_time": None} if grace == "none" else {}
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)
    scheduler.add_jobstore(SQLAlchemyJobStore(url=database.replace("postgresql://", "postgresql+psycopg2://"), tablename=f"jobs_{grace}_{many}"))
    scheduler.start(paused=True)
    began = time.perf_counter()
    for number in range(many):
        scheduler.add_job(fire, "date", run_date=now() + FAR + dt.timedelta(seconds=number), args=[number])
    adding = (time.perf_counter() - began) / many * DUE
    scheduler.resume()
    looked = look(scheduler._process_jobs)
    scheduler.pause()
    due = now() + dt.timedelta(seconds=2 * adding + 5)  # all are in before the first is due
    for number in range(DUE):
        scheduler.add_job(fire, "date", run_date=due, args=[number])
    late = now() >= due
    scheduler.resume()
    until = due.timestamp() + 15
    while len(FIRED) < DUE and time.time() < until:
        time.sleep(0.02)
    result(look=looked, memory=parts.megabytes(), seconds=max(FIRED, default=until) - due.timestamp(), lost=DUE - len(FIRED), late=late)
    os._exit(0)  # its threads would be waited for


def apscheduler_patient(many: int, database: str, queue: str) -> None:
    apscheduler(many, database, queue, grace="none")


# ---------------------------------------------------------------- Celery's own ways
def _celery(queue: str) -> Celery:
    app = Celery("holding", broker=queue)
    app.conf.update(
        task_ignore_result=True,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 400 * 86400},  # or each would be delivered again every hour
    )
    return app


def _drain(scheduler: Any, sent: list[int]) -> float:
    """Seconds until all that is due has been put into the queue, or `PATIENCE`."""
    put = scheduler.apply_async

    def counted(*given: Any, **more: Any) -> Any:
        sent.append(1)
        return put(*given, **more)

    scheduler.apply_async = counted
    began = time.perf_counter()
    while len(sent) < DUE and time.perf_counter() - began < PATIENCE:
        scheduler.tick()
    return time.perf_counter() - began


def beat(many: int, _database: str, queue: str) -> None:
    from celery.beat import PersistentScheduler
    from celery.schedules import crontab, schedule

    app = _celery(queue)
    app.task(name="remind")(fire)
    days = [crontab(minute=n % 60, hour=n % 24, day_of_month=1 + n % 28, month_of_year=1 + (now().month + 3) % 12) for n in range(DUE)]
    entries = {f"ahead{n}": {"task": "remind", "schedule": days[n % DUE], "args": (n,)} for n in range(many)}
    due = {f"due{n}": {"task": "remind", "schedule": schedule(FAR), "args": (n,)} for n in range(DUE)}
    app.conf.beat_schedule = {**entries, **due}
    with tempfile.TemporaryDirectory() as home:
        scheduler = PersistentScheduler(app=app, schedule_filename=f"{home}/beat")
        scheduler.tick()
        looked, memory = look(scheduler.tick, 5), parts.megabytes()
        for name in due:
            scheduler.schedule[name].last_run_at = now() - FAR - dt.timedelta(days=1)
        scheduler._heap = None
        sent: list[int] = []
        seconds = _drain(scheduler, sent)
        scheduler.close()
    result(look=looked, memory=memory, seconds=seconds, lost=DUE - len(sent))


def redbeat(many: int, _database: str, queue: str) -> None:
    from celery.schedules import crontab, schedule
    from redbeat import RedBeatScheduler, RedBeatSchedulerEntry

    app = _celery(queue)
    app.task(name="remind")(fire)
    app.conf.update(redbeat_redis_url=queue, redbeat_lock_key=None)
    for n in range(many):
        day = crontab(minute=n % 60, hour=n % 24, day_of_month=1 + n % 28, month_of_year=1 + (now().month + 3) % 12)
        RedBeatSchedulerEntry(f"ahead{n}", "remind", day, args=[n], app=app).save()
    scheduler = RedBeatScheduler(app=app)
    scheduler.tick()
    looked, memory = look(scheduler.tick), parts.megabytes()
    past = now() - FAR - dt.timedelta(days=1)
    for n in range(DUE):
        RedBeatSchedulerEntry(f"due{n}", "remind", schedule(FAR), args=[n], app=app, last_run_at=past).save()
    sent: list[int] = []
    seconds = _drain(scheduler, sent)
    result(look=looked, memory=memory, seconds=seconds, lost=DUE - len(sent))


ETA = _celery(os.environ.get("HOLDING_QUEUE", "redis://unused"))


@ETA.task(name="arrive")  # type: ignore[untyped-decorator]  # Celery has no types
def arrive(due: float) -> None:
    """Notes how late it is."""
    if due:
        redis.Redis.from_url(os.environ["HOLDING_QUEUE"]).rpush("late", time.time() - due)


def eta(many: int, _database: str, queue: str) -> None:
    link = redis.Redis.from_url(queue)
    with ETA.producer_or_acquire() as producer:
        for _ in range(many):
            arrive.apply_async((0,), eta=now() + FAR, producer=producer)
    command = [parts.BIN / "celery", "--app", "holding:ETA", "worker", "-c", "1", "-l", "error", "--without-gossip", "--without-mingle"]
    with parts.program(command, {"PYTHONPATH": str(parts.HERE)}) as process:
        with contextlib.suppress(TimeoutError):
            parts.until(lambda: int(link.hlen("unacked")) >= many, PATIENCE, 0.1)  # type: ignore[arg-type]
        time.sleep(1)
        before = parts.processor(process.pid)
        time.sleep(5)
        looked, memory = (parts.processor(process.pid) - before) / 5 * 1e3, parts.megabytes(process.pid)
        due = time.time() + 5
        with ETA.producer_or_acquire() as producer:
            for _ in range(DUE):
                arrive.apply_async((due,), eta=dt.datetime.fromtimestamp(due, dt.UTC), producer=producer)
        with contextlib.suppress(TimeoutError):
            parts.until(lambda: int(link.llen("late")) >= DUE, PATIENCE)  # type: ignore[arg-type]
        late = [float(one) for one in link.lrange("late", 0, -1)]  # type: ignore[union-attr]
    result(look=looked, memory=memory, seconds=max(late, default=PATIENCE), lost=DUE - len(late))


# ---------------------------------------------------------------- the product
def product(many: int, database: str, queue: str) -> None:
    """The timetable's own tick, from the instant in which they are due until all are in the queue."""
    os.environ.update(parts.product(database_url=database, redis_url=queue))
    import handing

    async def work() -> None:
        async with world.filling(database) as link:
            await world.enter(link, DUE)
            await world.ahead(link, DUE, many // DUE)
        async with parts.opened(database):
            await handing.drain()
            looked = parts.median([(await handing.drain())[1] for _ in range(20)]) * 1e3
            async with world.filling(database) as link:
                await world.due(link, DUE)
            rows, seconds = await handing.drain()
        result(look=looked, memory=parts.megabytes(), seconds=seconds, lost=DUE - rows)

    asyncio.run(work())


WAYS: dict[str, Callable[[int, str, str], None]] = {
    "product": product,
    "RedBeat": redbeat,
    "Celery beat": beat,
    "Celery ETA": eta,
    "APScheduler, as it comes": apscheduler,
    "APScheduler, misfire_grace_time=None": apscheduler_patient,
}


def main() -> None:
    if len(sys.argv) > 3 and sys.argv[1] in WAYS:
        WAYS[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:5])
        return
    asked = parts.options(__doc__ or "")
    with parts.servers() as servers:
        for many in (1000, *([10_000] if asked.full else [])):
            parts.say(f"{many} ahead, {DUE} due in one instant")
            soonest: dict[str, float] = {}
            for number, name in enumerate(WAYS):
                queue, database = servers.queue(number), asyncio.run(servers.fresh(f"held_{number}"))
                redis.Redis.from_url(queue).flushdb()
                done = subprocess.run(
                    [sys.executable, str(Path(__file__)), name, str(many), database, queue],
                    env={**os.environ, "HOLDING_QUEUE": queue},
                    check=True,
                    capture_output=True,
                    text=True,
                )
                found = json.loads(done.stdout.splitlines()[-1])
                soonest[name] = found["seconds"] if found["lost"] == 0 else PATIENCE
                looked = f"{found['look']:.2f} ms of processor a second" if name == "Celery ETA" else f"a look {found['look']:.2f} ms"
                parts.say(f"  {name:<38} {found['memory']:6.1f} MB, {looked}, all in {found['seconds']:.2f} s, {found['lost']} LOST")
            ours = soonest.pop("product")
            parts.verdict("S3 sooner than the best of the others", min(soonest.values()) / ours, 10)


if __name__ == "__main__":
    main()
