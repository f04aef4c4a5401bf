"""Real servers once for the run, a database of its own for each test, and the application over its own front door."""

from __future__ import annotations

import datetime as dt
import functools
import io
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import httpx
import hypothesis
import pytest

from tests import cast, memory
from tests.databases import Lent, lending
from tests.server import begun
from trygghet import app, database, embedded, logs
from trygghet.members import actions as members
from trygghet.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from litestar import Litestar

pytest_plugins = ("tests.browser",)
hypothesis.settings.register_profile("tests", deadline=None)  # what a busy machine takes for an example says nothing of the rule
hypothesis.settings.load_profile("tests")

SETTINGS = Settings(
    database_url="postgresql://unused/unused",
    redis_url="redis://127.0.0.1:1",
    smtp_url="",
    public_url="http://testserver",
    mail_from="Trygghet <paminnelser@trygghet.example.org>",
    secret_key="x" * 40,
    example=False,
    var=Path("var"),
    host="127.0.0.1",
    port=0,
    https=False,
    log_level="warning",
    environment="tests",
)
"""Those of a plain installation."""


LONG = ("journeys", "faults", "server", "channels")
"""Folders of tests that mostly wait: for a browser, for a lease to run out, for a server of somebody else's."""


def pytest_configure(config: pytest.Config) -> None:
    """A folder that all processes of the run share: for a product that has been begun, once for all of them."""
    if not hasattr(config, "workerinput"):
        begun.open_home()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run is over, and so is the folder."""
    if not hasattr(config, "workerinput"):
        begun.close_home()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spreads the files that wait evenly among those that reckon, so that no core stands idle and none is fought over."""
    files: dict[Path, list[pytest.Item]] = {}
    for one in items:
        files.setdefault(one.path, []).append(one)
    waiting = [path for path in files if path.parent.name in LONG]
    reckoning = [path for path in files if path.parent.name not in LONG]
    order = {path: (number + 0.5) / len(group) for group in (waiting, reckoning) for number, path in enumerate(group)}
    items[:] = [one for path in sorted(files, key=lambda path: order[path]) for one in files[path]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One loop, asyncio's."""
    return "asyncio"


REAL_HASHER = vars(members)["_HASHER"]
"""As passwords are kept outside tests; each takes some tens of milliseconds of a core."""


@pytest.fixture(scope="session", autouse=True)
def hasher() -> Iterator[None]:
    """Passwords are kept cheaply, as the cast's are: otherwise each sign-in would renew what is stored, at the real price."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "_HASHER", cast.HASHER)
        yield


@pytest.fixture(scope="session")
def servers_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the servers' own account can reach, also when the tests run as root."""
    import shutil
    import tempfile

    home = Path(tempfile.mkdtemp(prefix="trygghet-test-", dir=memory.folder()))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(servers_home: Path) -> Iterator[embedded.PostgreSQL]:
    """A real PostgreSQL on a free loopback port."""
    server = embedded.PostgreSQL(servers_home / "postgresql-data").start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def valkey(servers_home: Path) -> Iterator[embedded.Valkey]:
    """A real Valkey on a free loopback port."""
    server = embedded.Valkey(servers_home / "valkey").start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def template(postgresql: embedded.PostgreSQL, anyio_backend: str) -> str:
    """A migrated database with the cast in it; every test gets a copy of it, or one that is as good."""
    admin = await asyncpg.connect(postgresql.url)
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody pulls the plug on the machine in a test
        await admin.execute(f"ALTER SYSTEM SET {setting} = off")
    await admin.execute("SELECT pg_reload_conf()")
    await admin.execute("CREATE DATABASE template_cast")
    await admin.close()
    url = postgresql.url.removesuffix("trygghet") + "template_cast"
    await database.migrate(url, environment=SETTINGS.environment)
    await database.open_pool(url, size=2)
    await cast.enter(cast.START)
    await database.close_pool()
    return "template_cast"


@pytest.fixture(scope="session")
async def lent(postgresql: embedded.PostgreSQL, template: str, anyio_backend: str) -> AsyncIterator[Lent]:
    """A copy of that database, which goes from test to test."""
    async with lending(postgresql, template, SETTINGS.environment) as made:
        yield made


@pytest.fixture
async def database_url(lent: Lent) -> AsyncIterator[str]:
    """A database of this test's own, with the cast, and the pool open on it."""
    async with lent.lend() as url:
        yield url


class HandClock:
    """A clock that stands where the test puts it."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    async def now(self) -> dt.datetime:
        """Where it was put."""
        return self.at


@pytest.fixture
def clock() -> HandClock:
    """Stands at the cast's beginning: 2024-10-01 08.00 Stockholm."""
    return HandClock(cast.START)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that this process logs while the test runs, as the product writes it and down to the last detail."""
    root, written = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    logs.configure("debug", readable=False)
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a plain installation; tests replace what they need."""
    return replace(SETTINGS, var=tmp_path)


@functools.cache
def built(example: bool, https: bool) -> Litestar:  # noqa: FBT001 - the two settings that decide which parts it has
    """The application, built once: hundreds of pages take a while to put together, and each test needs them anew only in name."""
    return app.create_app(replace(SETTINGS, example=example, https=https))


@pytest.fixture
async def application(database_url: str, settings: Settings, clock: HandClock) -> AsyncIterator[Litestar]:
    """The application, started, with this test's settings and clock."""
    assert (settings.secret_key, settings.environment) == (SETTINGS.secret_key, SETTINGS.environment), "what it is built with"
    made = built(settings.example, settings.https)
    made.state.settings, made.state.clock = settings, clock
    async with made.lifespan():
        yield made


@pytest.fixture
async def browser_of(application: Litestar) -> AsyncIterator[cast.BrowserOf]:
    """A client for whomever one names, signed in through the front door; nobody's where no name is given."""
    opened: list[httpx.AsyncClient] = []

    async def open_for(who: str | None = None) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=application, raise_app_exceptions=False), base_url="http://testserver")
        opened.append(client)
        if who is not None:
            await cast.sign_in(client, who)
        return client

    yield open_for
    for client in opened:
        await client.aclose()
