"""Databases for tests: a copy of a template for each, or one that goes from test to test and is put back as it was in between.

A new copy costs a tenth of a second of a core, most of it in what its first connections have to learn of the schema; to put one
back costs a twentieth of that. One that a test has left with another schema, with somebody connected or without its pool is not
put back: it is thrown away, and the next test gets a new copy.
"""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from tests import memory
from trygghet import database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from trygghet import embedded

ENOUGH = 40
"""After so many tests a copy is thrown away: rows that are gone still take their place, and slow the next ones down."""
_SCHEMA = " UNION ALL ".join(
    f"SELECT count(*), max(xmin::text::bigint) FROM {table}"
    for table in ("pg_class", "pg_constraint", "pg_trigger", "pg_policy", "pg_proc WHERE pronamespace = 'public'::regnamespace")
)
"""What differs as soon as somebody has changed the schema."""
_CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
_COLUMNS = """
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname
"""


@asynccontextmanager
async def copied(postgresql: embedded.PostgreSQL, template: str) -> AsyncIterator[str]:
    """The address of a copy of that database; gone afterwards."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {memory.STRATEGY}")
    yield postgresql.url.removesuffix("trygghet") + name
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def rows(link: asyncpg.Connection[Any], *, but: Collection[str] = (), only: Collection[str] = ()) -> set[tuple[str, str]]:
    """Every row of every table, as text, in one question; or of some tables."""
    found = await link.fetch(await _of_each(link, "SELECT '{0}', t::text FROM {0} t", but, only))
    return {(row[0], row[1]) for row in found}


async def sums(link: asyncpg.Connection[Any], *, but: Collection[str] = ()) -> dict[str, tuple[int, str]]:
    """Of every table, how many rows there are and the sum of what each hashes to: two that hold the same have the same, in half of the time."""
    found = await link.fetch(await _of_each(link, "SELECT '{0}', count(*), sum(hashtextextended(t::text, 0))::text FROM {0} t", but, ()))
    return {row[0]: (row[1], row[2]) for row in found}


async def _of_each(link: asyncpg.Connection[Any], asked: str, but: Collection[str], only: Collection[str]) -> str:
    found = await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")
    tables = sorted({row[0] for row in found} - set(but))
    return " UNION ALL ".join(asked.format(table) for table in tables if not only or table in only)


class Lent:
    """A copy of a template that is lent to one test at a time, with the pool open on it."""

    def __init__(self, postgresql: embedded.PostgreSQL, template: str, environment: str) -> None:
        self._postgresql, self._template, self._environment = postgresql, template, environment
        self._copy: Any = None
        self._url = ""
        self._pool: Any = None
        self._owner: Any = None
        self._lent = 0
        self._schema: list[Any] = []

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[str]:
        """Its address. Afterwards it is as the template is."""
        if self._pool is None:
            await self._begin()
        database.DB.config, database.DB.pool = {"dsn": self._url}, self._pool
        yield self._url
        is_ours = database.DB.pool is self._pool
        if not is_ours:
            await database.close_pool()
        database.DB.pool = None
        self._lent += 1
        if not is_ours or self._lent >= ENOUGH or not await self._put_back():
            await self.end()

    async def end(self) -> None:
        """Throws the copy away."""
        if self._pool is not None:
            await self._pool.close()
            await self._owner.close()
            await self._copy.__aexit__(None, None, None)
            self._pool, self._lent = None, 0

    async def _begin(self) -> None:
        self._copy = copied(self._postgresql, self._template)
        self._url = await self._copy.__aenter__()
        self._owner = await asyncpg.connect(self._url, server_settings={"session_replication_role": "replica", "lock_timeout": "2s"})
        await _remember(self._owner)
        await database.open_pool(self._url, size=4, environment=self._environment)
        self._pool = database.DB.pool
        self._schema = await self._owner.fetch(_SCHEMA)

    async def _put_back(self) -> bool:
        """Whether it could be: the pool is at rest, nobody else is there, and the schema is what it was."""
        if self._pool.get_idle_size() != self._pool.get_size():
            return False
        try:
            for _ in range(5):
                if await self._owner.fetchval(_CONNECTED) == self._pool.get_size() + 1:
                    break
                await asyncio.sleep(0.004)  # who has hung up is there for a moment still
            else:
                return False
            if await self._owner.fetch(_SCHEMA) != self._schema:
                return False
            await self._owner.execute("SELECT pg_temp.put_back()")
        except (*database.UNREACHABLE, asyncpg.PostgresError):
            return False
        return True


async def _remember(owner: asyncpg.Connection[Any]) -> None:
    """Makes `pg_temp.put_back()`, by which every table holds the rows that it holds now, whatever guards it. It is tried at once.

    A function, for its plans are kept; and a connection of its own, for those of the others fall when a session stops heeding triggers.
    """
    before, steps = await rows(owner), []
    for table, columns in await owner.fetch(_COLUMNS):
        steps.append(f"DELETE FROM {table};")
        held = await owner.fetchval(f"SELECT jsonb_agg(to_jsonb(t))::text FROM {table} t")
        if held:
            of = f"jsonb_populate_recordset(NULL::{table}, $held${held}$held$)"
            steps.append(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {of};")
    await owner.execute(f"CREATE FUNCTION pg_temp.put_back() RETURNS void LANGUAGE plpgsql AS $put_back$ BEGIN {' '.join(steps)} END $put_back$")
    await owner.execute("SELECT pg_temp.put_back()")
    assert await rows(owner) == before, "a row that does not come back as it was"


@asynccontextmanager
async def lending(postgresql: embedded.PostgreSQL, template: str, environment: str) -> AsyncIterator[Lent]:
    """A copy of that template, to be lent; gone afterwards."""
    lent = Lent(postgresql, template, environment)
    yield lent
    await lent.end()
