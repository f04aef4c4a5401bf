"""Keeps the memory true: hears from PostgreSQL when what residents may read has changed."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from trygghet import database
from trygghet.edge.rules import TRUSTED

if TYPE_CHECKING:
    from trygghet.edge.rules import Memory

log = structlog.get_logger()
CHANNEL = "published"
EVERY = 0.25
"""Seconds between two questions whether we are still heard."""


async def listen(url: str, memory: Memory) -> None:
    """Until it is cancelled. While the line is down nothing is answered from memory; when it is back, memory begins empty."""
    while True:
        try:
            async with database.hearing(url, CHANNEL, heard=memory.forget, lost=memory.distrust) as still:
                memory.forget()
                while True:
                    asked = time.monotonic()
                    await still()
                    memory.true_until = asked + TRUSTED
                    await asyncio.sleep(EVERY)
        except (*database.UNUSABLE, TimeoutError) as error:
            log.warning("not_listening", channel=CHANNEL, error=type(error).__name__)
        finally:
            memory.distrust()
        await asyncio.sleep(EVERY)
