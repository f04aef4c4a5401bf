"""How often somebody has asked in this minute, counted for all web processes together. Where Valkey is away each process counts alone."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import TYPE_CHECKING

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from trygghet.opendata.rules import MINUTE

if TYPE_CHECKING:
    import datetime as dt

log = structlog.get_logger()
PATIENCE = 0.2
"""Seconds that an answer waits for the count."""
AGAIN = 5.0
"""Seconds until Valkey is asked anew after it did not answer."""


class Tally:
    """One count for each visitor and minute, gone after two. Visitors are known there by a keyed hash, never by their address."""

    def __init__(self, url: str, secret: str) -> None:
        self._valkey = Redis.from_url(url.replace("redis+socket://", "unix://", 1), socket_connect_timeout=PATIENCE)
        self._secret, self._away_until = secret.encode(), 0.0

    async def count(self, who: str, *, wall: dt.datetime, at: float) -> int:
        """How often with this time, in one turn; 0 where it cannot be told. `at` is by a clock that never goes back, in seconds."""
        if at < self._away_until:
            return 0
        minute = f"trygghet:asked:{int(wall.timestamp()) // MINUTE}"
        visitor = hmac.new(self._secret, f"asked:{who}".encode(), hashlib.sha256).digest()[:12]
        try:
            async with asyncio.timeout(PATIENCE), self._valkey.pipeline(transaction=False) as turn:
                turn.hincrby(minute, visitor, 1)
                turn.expire(minute, 2 * MINUTE)
                asked, _ = await turn.execute()
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = at + AGAIN
            log.warning("counting_alone", error=type(error).__name__)
            return 0
        return int(asked)

    async def close(self) -> None:
        """Lets go of its connections."""
        await self._valkey.aclose()
