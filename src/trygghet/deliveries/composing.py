"""What a delivery's message is made by, and what comes of it: one row's alone, or letters of many rows at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from trygghet.channels import Letter, Message
from trygghet.deliveries.queue import Letterhead
from trygghet.deliveries.rules import Broken, Delivery, Fan, Hold, Skip, Unseat

if TYPE_CHECKING:
    import datetime as dt

Composer = Callable[[Delivery, "dt.datetime"], Awaitable[Message | Fan | Skip | Hold]]
"""Makes a delivery's message as things are now, inside a unit of work for the delivery's organisation."""


@dataclasses.dataclass(frozen=True)
class Composed:
    """One message made of several rows, or why there is none. `titles` are what the message says of each row; empty: what was planned."""

    rows: tuple[Delivery, ...]
    answer: Message | Skip | Unseat | Broken
    titles: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Together:
    """A composer that makes letters of many rows at once, of all organisations. It opens its own units of work and raises nothing.

    Message-IDs end in `domain`.
    """

    compose: Callable[[Sequence[Delivery], dt.datetime], Awaitable[list[Composed]]]
    domain: str


@dataclasses.dataclass(frozen=True)
class Going:
    """One message with its rows. `titles` are what it says of each row; none: what was planned."""

    rows: tuple[Delivery, ...]
    message: Message
    titles: tuple[str, ...] = ()

    @property
    def heads(self) -> list[tuple[Delivery, Letterhead]]:
        """Of a letter: each row with what it will say of it."""
        if not isinstance(self.message, Letter):
            return []
        to, name = self.message.to_address, self.message.message_id
        return [(row, Letterhead(to, name, title)) for row, title in zip(self.rows, self.titles or ("",) * len(self.rows), strict=True)]
