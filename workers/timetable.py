"""The whole timetable. `python -m workers.timetable`; several may run, one leads and the others stand by.

Every entry works from what is due in the tables and never from when it was called, so that a tick that was missed is
caught up by the next. The lock only saves work: each tick is a unique row, and who inserts it does the job.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import signal
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from kombu.exceptions import OperationalError

from trygghet import clock, database, logs
from trygghet.accounts import care as accounts
from trygghet.app import clock_of
from trygghet.bounces import actions as bounces
from trygghet.canary import actions as canary
from trygghet.deliveries import confirming, sending
from trygghet.digests import actions as digests
from trygghet.followers import actions as followers
from trygghet.installation import actions as installation
from trygghet.profiles import actions as profiles
from trygghet.reminders import actions as reminders
from trygghet.reports import planning
from trygghet.silence import actions as silence
from trygghet.statute import actions as statute
from trygghet.updates import actions as updates
from trygghet.webhooks import actions as webhooks
from workers import tasks
from workers.queue import settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

log = structlog.get_logger()
LEADER_LOCK = 0x7469636B  # any number that nothing else in this database locks
EVERY = dt.timedelta(seconds=0.25 if settings.example else 1)
KEPT = dt.timedelta(hours=1)
"""So long a tick is remembered: longer than any process can be late with it."""
APART = dt.timedelta(minutes=1)
"""Farther apart no two machines' clocks are: a tick that lies longer ahead was made by a clock that has been turned back."""
IN_A_ROW = 20
"""So often one look hands out more: a year's end is in the queue within a minute, and a stop need not wait for all of it."""
IN_A_MESSAGE = 4
"""So many publications are looked for in one task: each may take a quarter of the lease."""
WORKING = asyncio.Lock()
"""Held while something is handed out, so that a stop waits for it."""


async def look() -> None:
    """Hands out what is due; in the example the clock takes its next step first."""
    wall = clock.wall()
    async with WORKING:
        try:
            if await _ours("look", wall, EVERY):
                await _hand_out(wall)
        except database.UNREACHABLE as error:
            log.warning("database_away", error=repr(error)[:200])


async def _hand_out(wall: dt.datetime) -> None:
    if settings.example:
        from trygghet.example import actions as example

        now = await clock_of(settings).now()  # before the clock goes on: its minutes are no minutes
        await webhooks.across_organisations_plan(now=now)
        await followers.across_organisations_plan(now=now)
        await example.across_organisations_step(wall=wall)
    for _ in range(IN_A_ROW):
        batches = await digests.across_organisations_hand_out(now=await clock_of(settings).now(), wall=wall, patience=tasks.PATIENCE)
        left = await asyncio.to_thread(_publish, batches)
        if left:
            await sending.across_organisations_take_back([one for batch in left for one in batch])
        if left or not batches:
            break


def _publish(batches: list[list[UUID]]) -> list[list[UUID]]:
    """Puts the messages in the queue; returns those that it did not take."""
    for number, batch in enumerate(batches):
        try:
            tasks.deliver.delay([str(one) for one in batch])
        except OperationalError as error:
            log.warning("queue_away", error=str(error)[:200], waiting=len(batches) - number)
            return batches[number:]
    return []


async def tidy() -> None:
    """Forgets old ticks."""
    wall = clock.wall()
    if await _ours("tidy", wall, dt.timedelta(hours=1)):
        async with database.across_organisations() as link:
            await link.execute("DELETE FROM tick WHERE slot < $1", wall - KEPT)


async def forget_ahead() -> None:
    """After the machine's clock was turned back the ticks that had been would keep the same ones from being again."""
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM tick WHERE slot > $1", clock.wall() + APART)


async def replan() -> None:
    """Each night what the law asks for, and all reminders, are held against the rules; where all is well it changes nothing."""
    wall = clock.wall()
    if await _ours("replan", wall, dt.timedelta(hours=1)):
        now = await clock_of(settings).now()
        await statute.across_organisations_follow(now=now)
        await planning.across_organisations_replan(now=now, everything=True)
        await reminders.across_organisations_replan_all(now=now)
        await silence.across_organisations_plan(now=now)
        await bounces.across_organisations_forgive(now=now)
        await followers.across_organisations_forget(now=now, wall=wall)
        await profiles.across_organisations_forget(now=now)


async def follow() -> None:
    """What each party reports by itself follows a promise that has got another text; what has come due or gone wrong is told in its channels,
    and what residents can read anew to those who follow by mail.
    """
    wall = clock.wall()
    if await _ours("follow", wall, dt.timedelta(minutes=1)):
        now = await clock_of(settings).now()
        await planning.across_organisations_replan(now=now)
        await webhooks.across_organisations_plan(now=now)
        await updates.across_organisations_tell_what_is_stuck(now=now)
        await bounces.across_organisations_follow_refusals(now=now)
        await followers.across_organisations_plan(now=now)


async def look_for() -> None:
    """What has been published is looked for where residents are; the queue may lose that, for it comes again."""
    wall = clock.wall()
    if await _ours("look_for", wall, dt.timedelta(minutes=1)):
        due = await confirming.across_organisations_due(now=await clock_of(settings).now())
        for start in range(0, len(due), IN_A_MESSAGE):
            await asyncio.to_thread(_ask_for, due[start : start + IN_A_MESSAGE])


def _ask_for(ids: list[UUID]) -> None:
    try:
        tasks.look_for.delay([str(one) for one in ids])
    except OperationalError as error:
        log.warning("queue_away", error=str(error)[:200], waiting=len(ids))


async def watch() -> None:
    """The night to come is planned by whoever is there to do it, though not while the example's clock leaps. A copy that is silent says so."""
    wall = clock.wall()
    if await _ours("watch", wall, dt.timedelta(minutes=1)):
        if not (voice := await installation.across_organisations_voice()).may_speak:
            log.warning("outbound_off", stored=voice.stored, ours=voice.ours)
        if not await _leaps():
            await canary.across_organisations_plan(settings, now=await clock_of(settings).now())


async def attend() -> None:
    """Accounts are looked at once a day each, and whoever must do something about one is told."""
    wall = clock.wall()
    if await _ours("attend", wall, dt.timedelta(minutes=1)) and not await _leaps():
        await accounts.across_organisations_attend(settings, now=await clock_of(settings).now())


async def _leaps() -> bool:
    if not settings.example:
        return False
    from trygghet.example import actions as example

    return (await example.across_organisations_face()).target_at is not None


async def _ours(job: str, wall: dt.datetime, every: dt.timedelta) -> bool:
    """Whether this process is the first that comes to this tick of the job."""
    slot = wall - (wall - dt.datetime.min.replace(tzinfo=dt.UTC)) % every
    async with database.across_organisations() as link:
        return await link.fetchval("INSERT INTO tick (job, slot) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true", job, slot) is True


def _scheduler() -> AsyncIOScheduler:
    """In UTC, so that no tick is left out or doubled when the clocks change."""
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600})
    _fill(scheduler)
    return scheduler


def _fill(scheduler: AsyncIOScheduler) -> None:
    """All jobs, from now on."""
    scheduler.remove_all_jobs()
    scheduler.add_job(look, IntervalTrigger(seconds=EVERY.total_seconds(), timezone="UTC"))
    scheduler.add_job(tidy, CronTrigger(minute=17, timezone="UTC"))
    scheduler.add_job(follow, CronTrigger(second=30, timezone="UTC"))
    scheduler.add_job(attend, CronTrigger(second=45, timezone="UTC"))
    scheduler.add_job(look_for, CronTrigger(second=45, timezone="UTC"))
    scheduler.add_job(watch, IntervalTrigger(minutes=1, timezone="UTC"), next_run_time=clock.wall())
    scheduler.add_job(replan, CronTrigger(hour=1, minute=40, timezone="UTC"))


async def _lead(scheduler: AsyncIOScheduler) -> None:
    """For ever: waits for the lead, keeps it, and waits again when it is lost or the database is away."""
    while True:
        try:
            if database.DB.pool is None:
                await database.open_pool(settings.database_url, size=3, environment=settings.environment)
            async with database.alone(settings.database_url, LEADER_LOCK) as still_mine:
                log.info("timetable_leads")
                await forget_ahead()
                scheduler.resume()
                await _keep(scheduler, still_mine)
        except database.UNREACHABLE as error:
            log.warning("timetable_stands_by", error=repr(error)[:200])
        finally:
            scheduler.pause()
        await asyncio.sleep(0.5)


async def _keep(scheduler: AsyncIOScheduler, still_mine: Callable[[], Awaitable[None]]) -> None:
    """For as long as the lead is ours. A clock that is turned back would leave every job waiting for the moment that it had been set to."""
    seen = clock.wall()
    while True:
        await still_mine()
        await asyncio.sleep(1)
        if clock.wall() < seen:
            log.warning("clock_turned_back", seconds=(seen - clock.wall()).total_seconds())
            await forget_ahead()
            _fill(scheduler)
        seen = clock.wall()


async def main() -> None:
    """Runs until SIGTERM or SIGINT. What it was handing out then is finished first."""
    logs.configure(settings.log_level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every tick
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    scheduler = _scheduler()
    scheduler.start(paused=True)
    leading = asyncio.create_task(_lead(scheduler))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({leading, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if leading.done():
        leading.result()  # it never ends by itself: whatever it was, the log shall say it
    leading.cancel()
    await asyncio.wait({leading})
    async with WORKING:
        scheduler.shutdown(wait=False)
    await database.close_pool()


if __name__ == "__main__":
    asyncio.run(main())
