"""One event loop and one pool in each worker process. Celery is synchronous, the product is not."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import uvloop
from celery.signals import worker_process_init, worker_process_shutdown

from trygghet import database, embedded
from workers.queue import settings

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
PARENT = os.getpid()  # read before the fork


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to the end in this process's loop.

    In a context of its own: a runner has one for all it runs, and a unit of work left open by one task would be the next one's.
    """
    return _runner().run(_with_pool(work), context=contextvars.copy_context())


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


async def _with_pool(work: Coroutine[Any, Any, T]) -> T:
    """The pool is opened by the first task, so that a worker may start before its database."""
    if database.DB.pool is None:
        try:
            await database.open_pool(settings.database_url, size=2, environment=settings.environment)
        except BaseException:
            work.close()
            raise
    return await work


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _begin(**_: Any) -> None:
    embedded.dies_with(PARENT)  # a child without its parent would go on with what it has, and never be told to stop
    gc.freeze()  # what was imported stays: looking through it again and again for what could be let go takes a fifth of a letter's time
    gc.set_threshold(20_000, 20, 50)
    _runner.cache_clear()  # a loop of the parent is of no use after the fork
    _runner()


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _end(**_: Any) -> None:
    _runner().run(database.close_pool())
    _runner().close()
