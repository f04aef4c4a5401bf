"""The application with a memory that listens to the test's own database."""

from __future__ import annotations

import asyncio
import functools
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import conftest
from tests.server.product import patience
from trygghet import app
from trygghet.edge import listening
from trygghet.opendata.rules import Meter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from litestar import Litestar

    from tests.conftest import HandClock
    from trygghet.edge.rules import Memory
    from trygghet.settings import Settings


async def until(so: Callable[[], bool], seconds: float = 5.0) -> float:
    """Waits until it is so; how long it took."""
    began = time.monotonic()
    while not so():
        assert time.monotonic() - began < patience(seconds), "it did not become so"
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def caught_up(memory: Memory) -> None:
    """Waits until a question asked after this has been answered: all that was told by now has been heard then."""
    now = time.monotonic()
    await until(lambda: memory.true_until > now + listening.TRUSTED)


async def heard(memory: Memory, before: int) -> None:
    """Waits until all that was told after that edition has been heard: one change may be told of in several words."""
    await until(lambda: memory.edition > before)
    await caught_up(memory)


@functools.cache
def keeping(number: int = 0) -> Litestar:
    """The application with a memory; each number is one of its own, built once."""
    del number
    return app.create_app(replace(conftest.SETTINGS, page_memory=4_000_000))


@pytest.fixture
async def application(database_url: str, settings: Settings, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Litestar]:
    """Listening to this test's database, and patient with a machine that is busy: how long silence is trusted is tried in test_taken_back."""
    monkeypatch.setattr(listening, "TRUSTED", 60.0)
    monkeypatch.setattr(listening, "EVERY", 0.02)
    made = keeping()
    made.state.settings, made.state.clock = replace(settings, database_url=database_url, page_memory=4_000_000), clock
    made.state.meter = Meter()
    async with made.lifespan():
        await until(lambda: made.state.memory.true_until > time.monotonic())
        yield made
