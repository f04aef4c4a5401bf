"""A Mastodon server of somebody else's making, and an example: the only installation that may connect to what stands on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import cast
from tests.social import Social
from trygghet import app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.conftest import HandClock
    from trygghet.settings import Settings


@pytest.fixture(scope="module")
def social() -> Iterator[Social]:
    """The server with a second account, once for the file."""
    made = Social().wait()
    httpx.post(f"{made.url}/api/v1/_mock/dev_user", json={"username": "bob"}, trust_env=False).raise_for_status()
    yield made
    made.stop()


@pytest.fixture
def at_home(settings: Settings) -> Settings:
    """Settings of an example."""
    return replace(settings, example=True, environment="tests")


@pytest.fixture
async def front(database_url: str, at_home: Settings, clock: HandClock) -> AsyncIterator[cast.BrowserOf]:
    """A browser for whomever one names, at the example."""
    made, opened = app.create_app(at_home, clock=clock), []

    async def open_for(who: str | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=made, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
        opened.append(client)
        if who is not None:
            await cast.sign_in(client, who)
        return client

    async with made.lifespan():
        yield open_for
        for client in opened:
            await client.aclose()


@pytest.fixture
async def adam(front: cast.BrowserOf) -> httpx.AsyncClient:
    """Björken's administrator, signed in."""
    return await front("adam")
