"""The world, in databases of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import world
from tests.databases import Lent, copied, lending
from trygghet import clock, database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.world import World
    from trygghet import embedded


@pytest.fixture(scope="session")
async def built(postgresql: embedded.PostgreSQL, template: str, anyio_backend: str) -> AsyncIterator[tuple[str, World]]:
    """The name of a database with the world in it, to be copied, and the world's ids."""
    async with copied(postgresql, template) as url:
        async with database.opened(url):
            made = await world.build(clock.wall())
        yield url.rpartition("/")[2], made


@pytest.fixture(scope="session")
async def shared(postgresql: embedded.PostgreSQL, built: tuple[str, World]) -> AsyncIterator[str]:
    """The address of one copy for all walks that must change nothing."""
    async with copied(postgresql, built[0]) as url:
        yield url


@pytest.fixture(scope="session")
async def pool(shared: str) -> AsyncIterator[Any]:
    """The pool on it, at rest."""
    async with database.opened(shared):
        opened, database.DB.pool = database.DB.pool, None
        yield opened
        database.DB.pool = opened


@pytest.fixture
async def walked(pool: Any, built: tuple[str, World]) -> AsyncIterator[World]:
    """The world in the shared copy, with the pool open on it."""
    database.DB.pool = pool
    yield built[1]
    database.DB.pool = None


@pytest.fixture(scope="session")
async def worlds(postgresql: embedded.PostgreSQL, built: tuple[str, World]) -> AsyncIterator[Lent]:
    """A copy of the world, which goes from test to test."""
    async with lending(postgresql, built[0], "") as made:
        yield made


@pytest.fixture
async def fresh(worlds: Lent, built: tuple[str, World]) -> AsyncIterator[World]:
    """The world in a copy of this test's own."""
    async with worlds.lend():
        yield built[1]
