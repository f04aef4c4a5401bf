"""The whole product with a data folder that has been begun: it is made once for the run, and each product gets a copy of its own.

To make one costs four seconds of a core, most of them for a new database and for all that the example tells; to copy it costs a tenth
of a second. What a first start does by itself is shown in test_running.py, which begins from nothing.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from tests import memory
from tests.server import product
from trygghet import embedded
from trygghet.local import read_note

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = "TRYGGHET_TESTS_BEGUN"
"""The setting that tells the processes of one run of the tests where it lies; the one that began the run makes it and throws it away."""
STANDS = "UPDATE example_clock SET anchored_at = '2100-01-01'"
GOES = "UPDATE example_clock SET anchored_at = clock_timestamp()"
"""The example's clock runs from the moment of its making. In what is copied it stands, so that a copy begins at 08.00 whenever it is made."""


def open_home() -> None:
    """An empty folder, before the processes that share it are started."""
    home = Path(tempfile.mkdtemp(prefix="trygghet-begun-", dir=memory.folder()))
    home.chmod(0o755)
    os.environ[HOME] = str(home)


def close_home() -> None:
    """Nothing of it is left."""
    if home := os.environ.pop(HOME, ""):
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running() -> Iterator[product.Product]:
    """A product on a port of its own that begins where a first start does, until the test is over."""
    with product.open_folder() as folder:
        var = folder / "var"
        subprocess.run(["cp", "-a", _begun(), var], check=True)
        with product.running(var, PORT=str(embedded.free_port())) as made:
            _ask(read_note(var)["DATABASE_URL"], GOES)
            yield made


def _begun() -> Path:
    """The folder to copy, made by whoever is first; the others wait for it."""
    home = Path(os.environ[HOME])
    with (home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = home / "var"
        if not made.exists():
            half = home / "half"
            shutil.rmtree(half, ignore_errors=True)
            _make(half)
            half.rename(made)
    return made


def _make(var: Path) -> None:
    """By the product's own command, with addresses that are moved when a copy starts, as they are for whoever starts again on other ports."""
    nowhere = f"http://127.0.0.1:{embedded.free_port()}"
    told = product.environment(var, PUBLIC_URL=nowhere, EXAMPLE_SOCIAL_URL=nowhere, SMTP_URL=nowhere.replace("http", "smtp"))
    subprocess.run([product.TRYGGHET, "example", "load"], env=told, check=True, capture_output=True, timeout=product.patience(60))
    database = embedded.PostgreSQL(embedded.server_home(var) / "postgresql").start()
    try:
        _ask(database.url, STANDS)
    finally:
        database.stop()


def _ask(url: str, query: str) -> None:
    """In a thread of its own: where a browser is open there is a loop already."""

    async def ask() -> None:
        link = await asyncpg.connect(url)
        await link.execute(query)
        await link.close()

    failed: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(ask())
        except BaseException as error:  # noqa: BLE001 - told below, by whoever asked
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
