"""The world, in databases of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import world
from tests.conftest import copied
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


@pytest.fixture
async def walked(shared: str, built: tuple[str, World]) -> AsyncIterator[World]:
    """The world, with the pool open on the shared copy."""
    async with database.opened(shared):
        yield built[1]


@pytest.fixture
async def fresh(postgresql: embedded.PostgreSQL, built: tuple[str, World]) -> AsyncIterator[World]:
    """The world in a copy of this test's own."""
    async with copied(postgresql, built[0]) as url, database.opened(url):
        yield built[1]
