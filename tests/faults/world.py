"""Real processes that can be killed: worker, timetable, Valkey; with a letterbox and a social server outside."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery import Celery

from tests import cast
from tests.conftest import SETTINGS
from tests.faults.moved import Moved
from tests.server.product import patience
from trygghet import clock, database, embedded
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Planned
from trygghet.running import WEB
from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from tests.letterbox import Letterbox

SECRET = "a key for tests only, of forty characters"
LEASE_SECONDS = 6


class World:
    """What runs for one test. `stop` leaves nothing behind."""

    def __init__(self, home: Path, database_url: str, box: Letterbox, *, worker: str = "tests.faults.worker", public_url: str = "") -> None:
        self.home, self.database_url, self.box = home, database_url, box
        self._worker, self._public_url = worker, public_url
        self.clock = Moved(home)
        self.valkey = embedded.Valkey(home / "valkey").start()
        self._processes: list[subprocess.Popen[bytes]] = []

    def start_worker(self, concurrency: int = 1) -> subprocess.Popen[bytes]:
        """A real Celery worker."""
        return self._start("worker", "celery", "-A", self._worker, "worker", f"--concurrency={concurrency}", "--without-gossip", "--without-mingle")

    def start_timetable(self) -> subprocess.Popen[bytes]:
        """A real timetable."""
        return self._start("timetable", "tests.faults.timetable")

    def start_web(self) -> subprocess.Popen[bytes]:
        """The real web, where residents read."""
        return self._start("web", "uvicorn", *WEB.split(), "--port", self._public_url.rpartition(":")[2])

    def _start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        environ = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.valkey.url,
            "SMTP_URL": self.box.url,
            "SECRET_KEY": SECRET,
            "ENVIRONMENT_ID": SETTINGS.environment,
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "LOG_LEVEL": "info",
            "VAR_DIR": str(self.home),
            **({"PUBLIC_URL": self._public_url} if self._public_url else {}),
        }
        with (self.home / f"{name}-{len(self._processes)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True)
        self._processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill -9 of the process and all its children."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_child(self, process: subprocess.Popen[bytes], dice: random.Random) -> None:
        """Kill -9 of one of its children, if it has any yet; Celery starts another."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if children:
            os.kill(int(dice.choice(children)), signal.SIGKILL)

    def log(self) -> str:
        """What all of them said; who spoke last comes last."""
        return "\n".join(f"== {path.name}\n{path.read_text()}" for path in sorted(self.home.glob("*.log"), key=lambda path: path.stat().st_mtime_ns))

    def empty_and_restart_valkey(self) -> None:
        """Kill -9, everything it held thrown away, and started again at the same address."""
        self.kill_valkey()
        self.start_empty_valkey()

    def kill_valkey(self) -> None:
        """Kill -9."""
        assert self.valkey.process is not None
        self.valkey.process.kill()
        self.valkey.process.wait()

    def start_empty_valkey(self) -> None:
        """At the same address, and what it held is gone."""
        for path in (self.valkey.home / "appendonlydir", self.valkey.home / "dump.rdb"):
            shutil.rmtree(path, ignore_errors=True)
        self.valkey = embedded.Valkey(self.valkey.home, port=self.valkey.port).start()

    def publish(self, batches: list[list[UUID]]) -> None:
        """Puts messages in the queue as the timetable does."""
        with Celery(broker=self.valkey.url) as queue:
            for batch in batches:
                queue.send_task("deliver", args=[[str(one) for one in batch]], serializer="json", ignore_result=True)

    def stop(self) -> None:
        """Kills what is left."""
        for process in self._processes:
            if process.poll() is None:
                self.kill(process)
        self.valkey.stop()


async def plan_letters(*keys: str) -> None:
    """Reminders that are due now."""
    now = clock.wall()
    await deliveries.plan(
        cast.BJORKEN, [Planned(cast.BJORKEN, key, "notice", "mail", f"Påminnelse {key}", now, seat="coordinator") for key in keys], now=now
    )


async def plan_posts(url: str, token: str, *keys: str) -> None:
    """Publications that are due now, through an account at `url`."""
    now = clock.wall()
    account = await connections.add(cast.BJORKEN, channel="mastodon", name="@bjorken", base_url=url, token=token, secret_key=SECRET, now=now)
    await deliveries.plan(
        cast.BJORKEN, [Planned(cast.BJORKEN, key, "publication", "mastodon", f"Nytt {key}", now, connection_id=account) for key in keys], now=now
    )


async def states() -> dict[str, str]:
    """The state of every row, by key. The night's trial, which the timetable plans for itself, is none of ours."""
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT d.key, d.state FROM delivery d JOIN organisation o ON o.id = d.organisation_id WHERE o.kind <> 'canary'")
        return {row["key"]: row["state"] for row in rows}


async def unfinished() -> list[tuple[str, str]]:
    """What has not come to its end, for whoever wonders what a test waited for: the state of each, and its key."""
    return sorted((state, key) for key, state in (await states()).items() if state not in {"sent", "skipped"} and not key.startswith("reminder:"))


async def all_sent() -> bool:
    """Whether every row has arrived."""
    return set((await states()).values()) == {"sent"}


async def until(what: Callable[[], Awaitable[Any] | Any], world: World, seconds: float = 30) -> None:
    """Waits for it; says what everybody said when it does not happen."""
    deadline = time.monotonic() + patience(seconds)
    while True:
        try:
            found = what()
            if found if not asyncio.iscoroutine(found) else await found:
                return
        except database.UNREACHABLE:  # it is being restarted
            pass
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s\n{world.log()[-6000:]}\n{await unfinished()}")
        await asyncio.sleep(0.05)


async def pushed(world: World) -> bool:
    """Whether all that was due has been settled. What waits because the mail server was away is due at once: the clock is moved on to it."""
    async with database.across_organisations() as link:
        now = await world.clock.now()
        due, at_work, later = await link.fetchrow(
            "SELECT count(*) FILTER (WHERE state = 'planned' AND due_at <= $1), count(*) FILTER (WHERE state = 'sending'),"
            " min(due_at) FILTER (WHERE state = 'planned' AND attempts > 0 AND due_at > $1)"
            " FROM delivery d JOIN organisation o ON o.id = d.organisation_id WHERE o.kind <> 'canary'",
            now,
        )
    if due or at_work:
        return False
    if later is not None:
        world.clock.put(later)
    return later is None
