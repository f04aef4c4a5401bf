"""`trygghet run`: the whole product as processes on this machine, under one that starts them, watches them and takes them with it.

Every child asks the kernel to be killed when this process dies, so that a kill -9 leaves nothing behind. No thread is
ever started here: a child is prepared between fork and exec.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trygghet import embedded, local, settings
from trygghet.settings import ROOT, Settings, is_given

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

FIRST_ANSWER = 60.0
"""Seconds until the first answer at most; then we give up and show the log."""
CALM = 60.0
"""Seconds that a child must have run for its earlier stops to be forgotten."""
TRIES = 5
"""So many stops in a row, and everything stops: something is wrong that a new start does not mend."""
GRACE = 8.0
"""Seconds that the programs get to end what they do."""
WEB = "--factory trygghet.app:create_app --no-access-log --timeout-graceful-shutdown 3"
WORKER = "--app workers.queue worker --concurrency 2 --without-gossip --without-mingle"
USUAL_PORT = 8000
_NOTED = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PUBLIC_URL", "EXAMPLE", "EXAMPLE_SOCIAL_URL", "INBOUND_PORT")
LOG_LIMIT = 5_000_000
"""Bytes; a longer log is put aside at the next start."""


class RunError(Exception):
    """The product cannot run here; the text says why, in Swedish."""


class _Stopped(Exception):
    """Ctrl-C, a polite kill, or the terminal went away. Raised where we look for it: a handler that raises may be anywhere."""


class Child(Protocol):
    """A server or a program under the supervisor."""

    name: str
    log: Path
    process: subprocess.Popen[bytes] | None

    def start(self) -> object:
        """For the first time or again."""

    def stop(self) -> None:
        """Returns when it has ended, with what it had started itself."""


@dataclass
class Program:
    """One of our own processes."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches it through us and in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environ,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - no thread runs
            )

    def ask_to_stop(self) -> None:
        """It ends what it does first."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, seconds: float = 0.0) -> None:
        """After `seconds` it is killed. What it had started itself is killed with it."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(seconds, 0))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Watch:
    """One child, how often it has stopped lately, and when it is to be started again."""

    child: Child
    started: float
    stops: int = 0
    again_at: float | None = None

    def look(self, now: float) -> str | None:
        """What there is to say about it. Starts it again when its pause is over. Raises `RunError` when it stops again and again."""
        process = self.child.process
        if self.again_at is not None:
            if now < self.again_at:
                return None
            self.again_at, self.started = None, now
            self.child.start()
            return f"{self.child.name} är igång igen."
        if process is None or process.poll() is None:
            return None
        self.stops = 1 if now - self.started > CALM else self.stops + 1
        if self.stops >= TRIES:
            raise RunError(
                f"{self.child.name} stannar gång på gång (kod {process.returncode}). Slutet av {self.child.log}:\n{embedded.tail(self.child.log)}"
            )
        pause = min(2.0 ** (self.stops - 1) - 1, 30.0)
        self.again_at = now + pause
        return f"{self.child.name} stannade (kod {process.returncode}) och startas igen" + (f" om {pause:g} s." if pause else ".")


@dataclass
class Supervisor:
    """Starts in order, watches, and stops in the opposite order. `say` shows a line to the one who started it."""

    environ: dict[str, str]
    say: Callable[[str], None]
    watches: list[Watch] = field(default_factory=list)
    stopping: bool = False
    catches: str = ""
    """What the example's catcher is to play: what no address was given for."""

    def run(self) -> None:
        """Until it is stopped. Raises `RunError`, `EmbeddedError` or `SettingsError`; whatever happens, nothing is left running."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start()
            while True:
                self._go_on()
                for watch in self.watches:
                    if line := watch.look(time.monotonic()):
                        self.say(line)
                time.sleep(0.3)
        except _Stopped:
            pass
        except embedded.EmbeddedError:
            if not self.stopping:  # Ctrl-C reaches initdb too
                raise
        finally:
            self.stopping = True
            self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """The first time everything ends in order; the second time at once, and the kernel takes the children."""
        del number, frame
        if self.stopping:
            os._exit(130)
        self.stopping = True
        self.say("Stoppar … (en gång till för att stoppa genast)")

    def _go_on(self) -> None:
        if self.stopping:
            raise _Stopped

    # ------------------------------------------------------------ start
    def _start(self) -> None:
        var = local.var_of(self.environ)
        self._choose_addresses()
        settings.load({"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://", **self.environ})  # a wrong setting is said before anything starts
        self._start_servers(var)
        chosen = settings.load(self.environ)
        self._go_on()
        asyncio.run(_prepare_or_say_why(chosen))
        self._go_on()
        web = self._program("webben", "web.log", f"uvicorn {WEB} --host {chosen.host} --port {chosen.port}")
        self._add(web)
        self._wait_for_first_answer(web, f"http://{settings.near(chosen.host)}:{chosen.port}/health/ready")
        local.write_note(
            var, {"pid": str(os.getpid()), "address": chosen.public_url, **{name: self.environ[name] for name in _NOTED if name in self.environ}}
        )
        for line in greeting(chosen, self.catches):
            self.say(line)
        if self.catches:
            self._add(self._program("fångaren", "catcher.log", f"python -m trygghet.example.catcher {self.catches}"))
        self._add(self._program("arbetaren", "worker.log", f"celery {WORKER}"))
        self._add(self._program("tidtabellen", "timetable.log", "python -m workers.timetable"))
        if chosen.inbound_port:
            self._add(self._program("brevlådan", "inbound.log", "python -m workers.inbound"))

    def _choose_addresses(self) -> None:
        """Ports that are free now. One that was asked for by name is taken or refused, never replaced."""
        wanted, host = self.environ.get("PORT", ""), self.environ.get("HOST") or "127.0.0.1"
        if wanted.isdecimal() and not embedded.is_free(int(wanted), host):
            raise RunError(
                f"Port {wanted} är upptagen. Stoppa det som använder den, välj en annan med PORT=…, eller utelämna PORT så väljs en ledig."
            )
        if not wanted:
            self.environ["PORT"] = str(embedded.near_port(USUAL_PORT, host))
            if self.environ["PORT"] != str(USUAL_PORT):
                self.say(f"Port {USUAL_PORT} är upptagen, så det blir {self.environ['PORT']}.")
        self.environ.setdefault("PUBLIC_URL", f"http://{settings.near(host)}:{self.environ['PORT']}")
        if self.environ["EXAMPLE"] in {"1", "yes", "true"}:
            web = int(self.environ["PORT"]) if self.environ["PORT"].isdecimal() else 0
            self.environ.setdefault(
                "READ_BACK_URL", f"http://{settings.near(host)}:{self.environ['PORT']}"
            )  # the example speaks to this machine alone
            mail = embedded.free_port(but={web})  # nobody types it, and a usual one would be taken by a product that starts at the same time
            if not is_given(self.environ, "SMTP_URL"):
                self.environ["SMTP_URL"] = f"smtp://127.0.0.1:{mail}"
                self.catches += "mail "
            inbound = embedded.free_port(but={web, mail})
            self.environ.setdefault("INBOUND_PORT", str(inbound))
            if not is_given(self.environ, "EXAMPLE_SOCIAL_URL"):
                self.environ["EXAMPLE_SOCIAL_URL"] = f"http://127.0.0.1:{embedded.free_port(but={web, mail, inbound})}"
                self.catches += "posts"

    def _start_servers(self, var: Path) -> None:
        home = embedded.server_home(var)
        if not is_given(self.environ, "DATABASE_URL"):
            database = embedded.PostgreSQL(home / "postgresql")
            self._add(database)
            self.environ["DATABASE_URL"] = database.url
        if not is_given(self.environ, "REDIS_URL"):
            queue = embedded.Valkey(var / "valkey")
            self._add(queue)
            self.environ["REDIS_URL"] = queue.url

    def _wait_for_first_answer(self, web: Program, address: str) -> None:
        deadline = time.monotonic() + FIRST_ANSWER
        while time.monotonic() < deadline and web.process is not None and web.process.poll() is None:
            self._go_on()
            if local.status(address) == HTTPStatus.OK:
                return
            time.sleep(0.05)
        raise RunError(f"Webben svarar inte. Slutet av {web.log}:\n{embedded.tail(web.log)}")

    def _add(self, child: Child) -> None:
        self.watches.append(Watch(child, time.monotonic()))
        child.start()

    def _program(self, name: str, log_name: str, command: str) -> Program:
        log = local.var_of(self.environ) / "log" / log_name
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old"))
        program, *arguments = command.split()
        return Program(name, [str(Path(sys.executable).with_name(program)), *arguments], self.environ, log)

    # ------------------------------------------------------------ stop
    def _programs(self) -> list[Program]:
        return [watch.child for watch in reversed(self.watches) if isinstance(watch.child, Program)]

    def _stop(self) -> None:
        """Programs first, all at once; then what they stood on."""
        deadline = time.monotonic() + GRACE
        for program in self._programs():
            program.ask_to_stop()
        for program in self._programs():
            program.stop(deadline - time.monotonic())
        for watch in reversed(self.watches):
            watch.child.stop()
        local.erase_note(local.var_of(self.environ))


async def prepare(chosen: Settings) -> bool:
    """Migrates, and enters the example where there is none yet; whether it did.

    Raises `SettingsError` where the database holds somebody's own data.
    """
    from trygghet import clock, database

    await database.migrate(chosen.database_url, environment=chosen.environment)
    if not chosen.example:
        return False
    from trygghet.example import actions

    async with database.opened(chosen.database_url, environment=chosen.environment):
        return await actions.across_organisations_load(chosen, wall=clock.wall())


async def _prepare_or_say_why(chosen: Settings) -> None:
    from trygghet import database
    from trygghet.health import valkey

    try:
        await prepare(chosen)
    except database.UNUSABLE as error:
        raise RunError(f"{database.trouble(chosen.database_url, error)} Kör trygghet doctor, som säger vad som är fel.") from error
    try:
        await valkey.ping(chosen.redis_url)
    except valkey.ValkeyError as error:
        raise RunError(f"Kön i REDIS_URL kan inte användas: {error}. Kör trygghet doctor, som säger vad som är fel.") from error


def greeting(chosen: Settings, catches: str) -> list[str]:
    """What the one who started it needs to know. `catches` is what the catcher plays."""
    lines = ["", f"Trygghet är igång: {chosen.public_url}"]
    if chosen.example:
        from trygghet import swedish
        from trygghet.example import actions, story

        lines += ["", "Det är exemplet: fem kommuner och deras lokalpolisområden, med en egen klocka. Alla har lösenordet", f"  {story.PASSWORD}"]
        for organisation, people in groupby(actions.people(), key=lambda one: one.organisation):
            lines += ["", f"  {organisation}", *(f"    {one.email:<42} {swedish.ROLES[one.role]:<15} {one.name}, {one.office}" for one in people)]
        lines.append("")
        if "mail" in catches:
            lines.append(f"Mejlen som skickas hamnar här: {chosen.public_url}/exempel/mejl")
        if "posts" in catches:
            lines.append(f"Inläggen hamnar här: {chosen.public_url}/exempel/inlagg")
    return [*lines, "", f"Datat och loggarna ligger i {chosen.var}. Ctrl-C stoppar allt."]
