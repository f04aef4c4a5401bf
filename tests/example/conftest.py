"""The example, loaded once and copied for each test."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.conftest import SETTINGS
from tests.databases import Lent, lending
from trygghet import database
from trygghet.example import actions
from trygghet.settings import EXAMPLE_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from trygghet.embedded import PostgreSQL
    from trygghet.settings import Settings


def example_settings(var: Path) -> Settings:
    """Settings of the example, with a catcher that nobody has started."""
    return replace(
        SETTINGS,
        example=True,
        environment=EXAMPLE_ENVIRONMENT,
        var=var,
        smtp_url="smtp://127.0.0.1:1",
        public_url="http://127.0.0.1:8000",
        port=8000,
        example_social_url="http://127.0.0.1:2",
    )


async def empty_database(postgresql: PostgreSQL) -> str:
    """The address of a new database with the schema and nothing else."""
    name = f"e_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    url = postgresql.url.removesuffix("trygghet") + name
    await database.migrate(url, environment=EXAMPLE_ENVIRONMENT)
    return url


@pytest.fixture(scope="session")
async def example_template(postgresql: PostgreSQL, anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The example, loaded."""
    url = await empty_database(postgresql)
    await database.open_pool(url, size=4, environment=EXAMPLE_ENVIRONMENT)
    assert await actions.across_organisations_load(example_settings(tmp_path_factory.mktemp("var")))
    await database.close_pool()
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
async def examples(postgresql: PostgreSQL, example_template: str, anyio_backend: str) -> AsyncIterator[Lent]:
    """A copy of the example, which goes from test to test."""
    async with lending(postgresql, example_template, EXAMPLE_ENVIRONMENT) as made:
        yield made


@pytest.fixture
async def example(examples: Lent, tmp_path: Path) -> AsyncIterator[Settings]:
    """The settings of an example of this test's own, with the pool open on it."""
    async with examples.lend():
        yield example_settings(tmp_path)
