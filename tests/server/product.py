"""`trygghet run` as a process of its own, as somebody at a terminal would start it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests import memory
from trygghet import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRYGGHET = str(Path(sys.executable).with_name("trygghet"))
OURS = set(re.findall(r'env, "([A-Z_]+)"', Path(settings.__file__).read_text(encoding="utf-8")))
"""All that the product reads from its surroundings."""


def environment(var: Path, **more: str) -> dict[str, str]:
    """Ours, without settings that the machine happens to have."""
    return {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in OURS} | {"VAR_DIR": str(var)} | more


@contextmanager
def open_folder() -> Iterator[Path]:
    """An empty folder that any account may enter; a closed one is another test's matter."""
    folder = Path(tempfile.mkdtemp(prefix="trygghet-run-", dir=memory.folder()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def patience(seconds: float) -> float:
    """So much longer as this machine has more to do than it can: what is measured is ours, not what others do beside us."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def until(what: Callable[[], object], seconds: float) -> bool:
    """Whether it comes true within that time. The longer it takes the seldomer it is looked for: who looks takes time from who works."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        if what():
            return True
        time.sleep(min(max(0.05, waited / 10), 0.7))
    return bool(what())


def status(url: str) -> int:
    """What the address answers; 0 when nobody does."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def alive(pid: int) -> bool:
    """Whether the process is there and not a corpse that waits for its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def below(pid: int) -> dict[int, str]:
    """Every living process that descends from `pid`, with its command."""
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and alive(int(entry.name)):
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                commands[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            except OSError:
                continue
    found: set[int] = set()
    while new := {one for one, parent in parents.items() if parent in found | {pid}} - found:
        found |= new
    return {one: commands[one] for one in found}


class Product:
    """One run. `lines` is all that it has said."""

    def __init__(self, var: Path, **more: str) -> None:
        self.var = var
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [TRYGGHET, "run"], env=environment(var, **more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def text(self) -> str:
        """All that it has said."""
        return "\n".join(self.lines)

    def wait_until_it_runs(self, seconds: float = 60) -> Product:
        """Until it has told the address, and every program has been started."""
        assert until(lambda: "Ctrl-C stoppar allt" in self.text or self.process.poll() is not None, patience(seconds)), self.text
        assert self.process.poll() is None, self.text
        assert until(lambda: any("workers.timetable" in one for one in below(self.process.pid).values()), patience(20)), self.text
        return self

    @property
    def address(self) -> str:
        """Where the web is."""
        found = re.search(r"Trygghet är igång: (http://\S+)", self.text)
        assert found, self.text
        return found.group(1)

    def pid_of(self, word: str) -> int:
        """The process whose command holds the word; the one nearest to us."""
        return min(pid for pid, command in below(self.process.pid).items() if word in command)

    def stop(self, number: signal.Signals = signal.SIGINT, seconds: float = 25) -> int:
        """As Ctrl-C does; its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(patience(seconds))
        self._reader.join(5)
        return code

    def end(self) -> None:
        """Whatever the test came to."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def running(var: Path, **more: str) -> Iterator[Product]:
    """A product that runs, until the test is over."""
    product = Product(var, **more)
    try:
        yield product.wait_until_it_runs()
    finally:
        product.end()
