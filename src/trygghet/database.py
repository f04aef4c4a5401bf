"""The way to PostgreSQL: one pool, and a unit of work that says for whom it acts before the first query.

Piccolo builds the queries. Its own transactions are not used: a COMMIT that fails leaks their connection, and a nested
one is no savepoint. Outside a unit of work a query is refused, so nothing can run without a tenant by mistake.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path
    from uuid import UUID

    from piccolo.querystring import QueryString

MIGRATION_LOCK = 0x74727967  # any number that nothing else in this database locks


class _Engine(PostgresEngine):
    """Refuses to run outside a unit of work instead of taking a connection that has no tenant."""

    async def check_version(self) -> None:
        """Piccolo would ask a server for its version while modules are being imported; there is none yet."""

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:  # noqa: FBT001, FBT002 - Piccolo's signature
        if self.current_transaction.get() is None:
            raise RuntimeError("a query needs a unit of work: within(), across_organisations() or published()")
        return await super().run_querystring(querystring, in_pool)

    epoch = 0
    """Counts pools opened and connections lost. A server that crashes may forget its last numbers and give them out again; then every connection is lost."""


DB = _Engine(config={})


class _Scope(NamedTuple):
    role: str
    organisation: str


class _Running(NamedTuple):
    scope: _Scope
    readonly: bool


_RUNNING: dict[int, _Running] = {}  # the connection's id -> for whom its transaction acts, and whether it may write
_BARRED: ContextVar[Exception | None] = ContextVar("barred", default=None)


async def _prepare(connection: asyncpg.Connection[Any]) -> None:
    """JSON columns come and go as Python values; Piccolo hands over ready strings, which pass through. A connection that ends begins another epoch."""
    connection.add_termination_listener(_begin_epoch)
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            decoder=json.loads,
            encoder=lambda value: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        )


def _begin_epoch(_: object = None) -> None:
    DB.epoch += 1


async def _nothing_to_reset(connection: asyncpg.Connection[Any]) -> None:
    """Whatever a unit of work sets ends with its transaction, so a connection goes back as it came. asyncpg's own `RESET ALL` is a turn of its own."""


async def open_pool(url: str, *, size: int = 8, environment: str = "") -> None:
    """Opens the pool of this process. Sessions begin as the role that sees nothing until a tenant is named.

    `environment` is the installation that this process is one of; one that does not say so sends nothing.
    """
    DB.config = {"dsn": url}
    _begin_epoch()
    DB.pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=_nothing_to_reset,
        server_settings={
            "role": "trygghet_app",
            "timezone": "UTC",
            "idle_in_transaction_session_timeout": "60s",
            "application_name": "trygghet",
            "app.environment": environment,
        },
    )


async def close_pool() -> None:
    """Waits for running units of work, then closes."""
    if DB.pool is not None:
        await DB.pool.close()
        DB.pool = None


@asynccontextmanager
async def opened(url: str, *, size: int = 2, environment: str = "") -> AsyncIterator[None]:
    """The pool for the time of one command."""
    await open_pool(url, size=size, environment=environment)
    try:
        yield
    finally:
        await close_pool()


@asynccontextmanager
async def _transaction(connection: asyncpg.Connection[Any], scope: _Scope, *, readonly: bool) -> AsyncIterator[None]:
    """It begins and says for whom it acts in one turn; asyncpg's own would take two, which is half of what a short unit of work costs."""
    role, organisation = scope  # no text from outside: the names of our roles, and an id
    try:
        await connection.execute(
            f"BEGIN{' READ ONLY' if readonly else ''}; SELECT set_config('role', '{role}', true), set_config('app.organisation', '{organisation}', true)"
        )
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")


@asynccontextmanager
async def _savepoint(connection: asyncpg.Connection[Any]) -> AsyncIterator[None]:
    """An inner refusal undoes the inner part alone. One within another may have the same name: the innermost is meant."""
    await connection.execute("SAVEPOINT inner_part")
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK TO inner_part; RELEASE inner_part")
        raise
    await connection.execute("RELEASE inner_part")


@asynccontextmanager
async def _unit(scope: _Scope, *, readonly: bool = False) -> AsyncIterator[asyncpg.Connection[Any]]:
    outer = DB.current_transaction.get()
    if outer is not None:
        connection = outer.connection
        running = _RUNNING[id(connection)]
        if running.scope != scope:
            raise RuntimeError("a unit of work cannot change tenant halfway")
        if running.readonly:  # nothing in it can have written what a refusal would undo
            yield connection
            return
        async with _savepoint(connection):
            yield connection
        return
    if DB.pool is None:
        raise RuntimeError("the pool is not open")
    async with DB.pool.acquire() as connection, _transaction(connection, scope, readonly=readonly):
        transaction = PostgresTransaction(engine=DB)
        transaction.connection = connection
        _RUNNING[id(connection)] = _Running(scope, readonly)
        token = DB.current_transaction.set(transaction)
        try:
            yield connection
            why = _BARRED.get()
            if why is not None and await connection.fetchval("SELECT pg_current_xact_id_if_assigned() IS NOT NULL"):
                raise why  # which undoes all of it
        finally:
            DB.current_transaction.reset(token)
            del _RUNNING[id(connection)]


@contextmanager
def barred(why: Exception | None) -> Iterator[None]:
    """While this lasts units of work may read and not write: one that has written is undone as a whole and raises `why`. None bars nothing."""
    token = _BARRED.set(why)
    try:
        yield
    finally:
        _BARRED.reset(token)


def within(organisation: UUID, *, readonly: bool = False) -> Any:
    """One unit of work for one organisation: one transaction that sees only what is that organisation's.

    Inside another unit of work for the same organisation it is a savepoint, or nothing at all where that one only reads; for a different
    one it is an error.
    """
    return _unit(_Scope("trygghet_app", str(organisation)), readonly=readonly)


def across_organisations(*, readonly: bool = False) -> Any:
    """One unit of work for the system itself: signing in, handing out what is due, loading the example."""
    return _unit(_Scope("trygghet_system", ""), readonly=readonly)


def published() -> Any:
    """One read-only unit of work for residents: sees published snapshots and nothing else."""
    return _unit(_Scope("trygghet_site", ""), readonly=True)


def connection() -> asyncpg.Connection[Any]:
    """The connection of the running unit of work, for SQL that a query builder makes harder to read."""
    transaction = DB.current_transaction.get()
    if transaction is None:
        raise RuntimeError("no unit of work is running")
    found: asyncpg.Connection[Any] = transaction.connection
    return found


class Version(NamedTuple):
    """Which transactions of the whole database server were visible to a statement: two that are equal saw the very same rows.

    PostgreSQL's snapshot names every transaction that had ended, committed or not, so no write of anybody's leaves it as it was.
    """

    epoch: int
    snapshot: str


SNAPSHOT = "pg_current_snapshot()::text"
"""The column that a query may ask for beside its own; `version_of` makes a version of it."""


def version_of(snapshot: str) -> Version:
    """The version that a statement of this process saw."""
    return Version(DB.epoch, snapshot)


async def version() -> Version:
    """The version that is visible now, in the running unit of work."""
    return version_of(await connection().fetchval(f"SELECT {SNAPSHOT}"))


UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server went away between a query and the end of its transaction
)
"""What is raised when PostgreSQL is away or starting again, for those who wait and go on."""


UNUSABLE = (*UNREACHABLE, asyncpg.PostgresError)
"""What is raised when it cannot be used for whatever reason, a wrong password among them, for those who only say so."""


def trouble(url: str, error: Exception) -> str:
    """The sentence for one of `UNUSABLE`, with where the database was looked for and without its password."""
    parts = urlsplit(url)
    why = "ingen svarar där" if isinstance(error, OSError) else f"{error}".rstrip(".")
    return f"Databasen på {parts.hostname}:{parts.port or 5432} kan inte användas: {why}."


@asynccontextmanager
async def one_at_a_time(what: str) -> AsyncIterator[None]:
    """Waits until nobody in any process does the same, and lets nobody do it meanwhile. It takes a connection of the pool and no transaction."""
    if DB.pool is None:
        raise RuntimeError("the pool is not open")
    async with DB.pool.acquire() as link:
        try:
            await link.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", what)
            yield
        finally:
            await link.reset()  # which unlocks, also where the wait was cut off just when it had been granted


@asynccontextmanager
async def alone(url: str, lock: int) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Waits until no other process holds this lock, then holds it on a connection of its own.

    Yields a question to ask now and then; it raises one of `UNREACHABLE` when the lock is lost. Losing it is noticed late,
    so the lock may spare work but never be what makes something happen once.
    """
    link = await asyncpg.connect(
        url,
        timeout=5,
        server_settings={
            "application_name": "trygghet timetable",
            "tcp_keepalives_idle": "5",
            "tcp_keepalives_interval": "2",
            "tcp_keepalives_count": "2",
        },
    )
    try:
        while not await link.fetchval("SELECT pg_try_advisory_lock($1)", lock, timeout=5):  # noqa: ASYNC110 - the event would be another machine's
            await asyncio.sleep(0.5)

        async def still() -> None:
            await link.execute("SELECT 1", timeout=5)

        yield still
    finally:
        link.terminate()


@asynccontextmanager
async def hearing(url: str, channel: str, *, heard: Callable[[str], None], lost: Callable[[], None]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Hears what is told on a channel (NOTIFY), on a connection of its own; `lost` is called as soon as that is seen to be gone.
    `heard` is called with the words that came along.

    Yields a question to ask now and then; it raises one of `UNREACHABLE` or `TimeoutError` when nobody answers. When it is answered,
    everything that was told before has been heard.
    """
    link = await asyncpg.connect(url, timeout=5, server_settings={"application_name": "trygghet listener"})
    try:
        link.add_termination_listener(lambda _: lost())
        await link.add_listener(channel, lambda *told: heard(str(told[-1])))

        async def still() -> None:
            await link.execute("SELECT 1", timeout=2)

        yield still
    finally:
        link.terminate()


async def migrate(url: str, *, environment: str = "") -> list[str]:
    """Runs what is new in migrations/, in order, each in its own transaction; returns their names.

    Two migrators at once are one after the other: an advisory lock is held throughout. A database that belongs to no installation
    yet becomes `environment`'s.
    """
    link = await asyncpg.connect(url, server_settings={"app.environment": environment})
    try:
        await link.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        await link.execute("CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())")
        done = {row["name"] for row in await link.fetch("SELECT name FROM migration")}
        new = [path for path in _migrations() if path.stem not in done]
        for path in new:
            async with link.transaction():
                await link.execute(path.read_text(encoding="utf-8"))
                await link.execute("INSERT INTO migration (name) VALUES ($1)", path.stem)
        return [path.stem for path in new]
    finally:
        await link.close()


async def pending(url: str) -> list[str]:
    """The migrations that the database at `url` lacks."""
    link = await asyncpg.connect(url)
    try:
        known = await link.fetchval("SELECT to_regclass('migration') IS NOT NULL")
        done = {row["name"] for row in await link.fetch("SELECT name FROM migration")} if known else set()
    finally:
        await link.close()
    return sorted(known_migrations() - done)


def known_migrations() -> set[str]:
    """The names of all in migrations/."""
    return {path.stem for path in _migrations()}


def _migrations() -> list[Path]:
    return sorted((ROOT / "migrations").glob("*.sql"))
