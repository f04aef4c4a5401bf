"""What every benchmark stands on: servers of our own, processes that end with us, rounds in turn, and ratios."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from trygghet import database, embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence
    from typing import Any

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
ENVIRONMENT = "benchmark"
"""The name of the installation: a pool that is opened without it sends nothing."""
SERVER = {"max_wal_size": "8GB", "checkpoint_timeout": "30min", "work_mem": "32MB", "maintenance_work_mem": "512MB", "random_page_cost": "1.1"}
"""Beside these PostgreSQL is as it comes: fsync and synchronous_commit are on."""


@dataclass(frozen=True)
class Servers:
    """PostgreSQL and Valkey of the product's own kind, on free ports of this machine alone, with a folder that goes when they stop."""

    home: Path
    postgresql: str
    valkey: str

    async def fresh(self, name: str) -> str:
        """The address of a migrated database without data, whatever there was before under this name."""
        admin = await asyncpg.connect(self.postgresql)
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()
        url = self.postgresql.removesuffix("trygghet") + name
        await database.migrate(url, environment=ENVIRONMENT)
        return url

    def queue(self, number: int) -> str:
        """One of Valkey's databases, so that programs measured side by side do not meet."""
        return self.valkey.removesuffix("/0") + f"/{number}"


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Starts both, and stops them whatever happens. A quarter of the memory, at most 2 GB, goes to PostgreSQL's own cache."""
    home = Path(tempfile.mkdtemp(prefix="trygghet-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    postgresql, valkey = embedded.PostgreSQL(home / "postgresql"), embedded.Valkey(home / "valkey")
    megabytes = min(2048, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**22)
    try:
        postgresql.start()
        asyncio.run(_tune(postgresql.url, {**SERVER, "shared_buffers": f"{megabytes}MB"}))
        postgresql.stop()
        postgresql.start()
        valkey.start()
        yield Servers(home, postgresql.url, valkey.url)
    finally:
        valkey.stop()
        postgresql.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _tune(url: str, settings: dict[str, str]) -> None:
    admin = await asyncpg.connect(url)
    for name, value in settings.items():
        await admin.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await admin.close()


@contextlib.contextmanager
def program(arguments: Sequence[object], environ: dict[str, str] | None = None, *, log: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """One process, in a session of its own and with a chance to end well; it dies with us."""
    with (log or Path(os.devnull)).open("ab") as out:
        process = subprocess.Popen(
            [str(one) for one in arguments],
            cwd=HERE.parent,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - no thread runs
        )
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def product(*, database_url: str = "postgresql://unused", redis_url: str = "redis://unused", smtp_url: str = "") -> dict[str, str]:
    """The environment of one of the product's own processes."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SMTP_URL": smtp_url,
        "SECRET_KEY": "benchmark" * 5,
        "ENVIRONMENT_ID": ENVIRONMENT,
        "PUBLIC_URL": "https://trygghet.example.org",
        "KOLADA_URL": "",
        "EXAMPLE": "0",
        "LOG_LEVEL": "warning",
    }


def opened(url: str) -> Any:
    """The product's pool on a database, for the time of a block."""
    return database.opened(url, size=2, environment=ENVIRONMENT)


def until(what: Callable[[], bool], seconds: float, every: float = 0.02) -> None:
    """Waits until it is so. Raises `TimeoutError` when it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(every)


def megabytes(pid: int | str = "self") -> float:
    """What a process has in memory now."""
    return next(int(line.split()[1]) / 1024 for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))


def processor(pid: int) -> float:
    """Seconds of processor that a process has used."""
    return sum(map(int, _stat(pid)[11:13])) / os.sysconf("SC_CLK_TCK")


def processor_of_all() -> float:
    """The same of this process and all that it has started, those that have ended too."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(path.name)] = int(_stat(int(path.name))[1])
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    used = 0
    for pid in ours:
        with contextlib.suppress(OSError):
            used += sum(map(int, _stat(pid)[11:15]))
    return used / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


# ---------------------------------------------------------------- rounds and ratios
def timed(what: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


async def timed_async(what: Coroutine[Any, Any, object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    await what
    return time.perf_counter() - began


def median(found: Sequence[float]) -> float:
    return statistics.median(found)


def times(found: Sequence[float], others: Sequence[float]) -> float:
    """How many times the others: the median of the ratios taken round by round, which a slow or noisy machine disturbs least."""
    return statistics.median(a / b for a, b in zip(found, others, strict=True))


def spread(found: Sequence[float], form: str = ".0f") -> str:
    """The median, and between what it moved."""
    return f"{median(found):{form}} ({min(found):{form}}-{max(found):{form}})"


def verdict(name: str, got: float, goal: float, *, at_most: bool = False) -> None:
    """One line for one goal."""
    met = got <= goal if at_most else got >= goal
    print(f"  {'met   ' if met else 'MISSED'} {name}: {got:.2f} (goal {'<=' if at_most else '>='} {goal:g})", flush=True)


def say(text: str) -> None:
    print(text, flush=True)


def options(about: str, **more: dict[str, Any]) -> argparse.Namespace:
    """`--full` takes the sizes that the goals name, which takes an hour; `--rounds` how many times each is measured."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--full", action="store_true", help="the sizes that the goals name")
    parser.add_argument("--rounds", type=int, default=5)
    for name, how in more.items():
        parser.add_argument(f"--{name}", **how)
    return parser.parse_args()
