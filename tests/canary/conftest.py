"""An installation that a night can be tried on: a mail server, and a web server that answers over real HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import uvicorn

from tests.letterbox import Letterbox
from trygghet import app, embedded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.conftest import HandClock
    from trygghet.settings import Settings


@pytest.fixture
def box() -> Iterator[Letterbox]:
    """Somebody's mail server."""
    made = Letterbox()
    yield made
    made.stop()


@pytest.fixture
def settings(settings: Settings, box: Letterbox) -> Settings:
    """Mail goes to the box, comes in at our own domain, and pages are read back from this machine."""
    port = embedded.free_port()
    return replace(
        settings, smtp_url=box.url, return_domain="trygghet.example.org", port=port, inbound_port=1, read_back_url=f"http://127.0.0.1:{port}"
    )


@pytest.fixture
async def served(database_url: str, settings: Settings, clock: HandClock) -> AsyncIterator[None]:
    """The application, where the channel looks for what is published."""
    server = uvicorn.Server(uvicorn.Config(app.create_app(settings, clock=clock), port=settings.port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it says so nowhere else
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving
