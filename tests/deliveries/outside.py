"""A small world outside: a channel that answers as it is told, a composer that says what it is told, and rows to send."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet import database
from trygghet.channels import Letter, Message, Post, Receipt
from trygghet.deliveries import actions, sending
from trygghet.deliveries.rules import Delivery, Fan, Patience, Planned, Skip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

NOW = cast.START
WALL = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
PATIENCE = Patience(dt.timedelta(seconds=120))


@dataclass
class Answering:
    """A channel that gives its answers in turn, then receipts. Exceptions are raised, callables are awaited."""

    repeatable: bool
    answers: list[Any] = field(default_factory=list)
    looks: list[Any] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    closed: int = 0

    async def send(self, message: Message) -> Receipt:
        """Notes the message and gives the next answer."""
        self.sent.append(message)
        return await _given(self.answers, Receipt("1", "https://social.example.org/1"))

    async def find(self, message: Message) -> Receipt | None:
        """Gives the next answer to a look."""
        assert message in self.sent, "one looks for what was sent"
        return await _given(self.looks, None)

    async def close(self) -> None:
        """Counts."""
        self.closed += 1


async def _given(answers: list[Any], otherwise: Any) -> Any:
    answer = answers.pop(0) if answers else otherwise
    if callable(answer):
        answer = await answer()
    if isinstance(answer, Exception):
        raise answer
    return answer


async def compose_letter(delivery: Delivery, now: dt.datetime) -> Message | Fan | Skip:
    """A letter to whoever the row is for, or to the seat."""
    address = f"{delivery.person_id or delivery.seat or 'en'}@example.org"
    return Letter(address, "Någon", delivery.title, "Text", "<p>Text</p>", f"<{delivery.id}@trygghet.example.org>")


async def compose_post(delivery: Delivery, now: dt.datetime) -> Message | Fan | Skip:
    """A post with a permanent address."""
    permalink = f"https://trygghet.example.org/bjorken/uppdateringar/{delivery.id}"
    return Post(delivery.channel, delivery.key, f"{delivery.title}\n\n{permalink}", permalink, str(delivery.id), permalink)


COMPOSERS: dict[str, Any] = {"reminder": compose_letter, "notice": compose_letter, "publication": compose_post}


def letter(key: str = "reminder:1", **changes: Any) -> Planned:
    """A mail that is due, of a kind that is a letter by itself."""
    return replace(Planned(cast.BJORKEN, key, "notice", "mail", "Löftet går ut om 90 dagar", NOW, seat="coordinator", lead_days=90), **changes)


def post(key: str = "publication:1", **changes: Any) -> Planned:
    """A post that is due."""
    return replace(Planned(cast.BJORKEN, key, "publication", "mastodon", "Tredje dialogen", NOW), **changes)


async def plan(*wanted: Planned) -> None:
    await actions.plan(wanted[0].organisation_id, wanted, now=NOW)


async def hand_out(*, now: dt.datetime = NOW, wall: dt.datetime = WALL, limit: int = 1000) -> list[list[UUID]]:
    return await sending.across_organisations_hand_out(now=now, wall=wall, limit=limit, patience=PATIENCE)


async def deliver(
    ids: Sequence[UUID],
    *,
    now: dt.datetime = NOW,
    wall: dt.datetime = WALL,
    patience: Patience = PATIENCE,
    composers: dict[str, Callable[..., Any]] | None = None,
    **channels: Any,
) -> None:
    await sending.across_organisations_deliver(ids, composers=composers or COMPOSERS, channels=channels, now=now, wall=wall, patience=patience)


async def turn(*, now: dt.datetime = NOW, wall: dt.datetime = WALL, composers: dict[str, Callable[..., Any]] | None = None, **channels: Any) -> int:
    """Hands out and delivers once; how many ids were handed out."""
    batches = await hand_out(now=now, wall=wall)
    for batch in batches:
        await deliver(batch, now=now, wall=wall, composers=composers, **channels)
    return sum(map(len, batches))


async def rows() -> list[dict[str, Any]]:
    """All rows, in the order of their keys."""
    async with database.across_organisations() as link:
        return [dict(row) for row in await link.fetch("SELECT * FROM delivery ORDER BY key")]


async def row(key: str) -> dict[str, Any]:
    """The row with this key."""
    return next(one for one in await rows() if one["key"] == key)


def some_id() -> UUID:
    return uuid.uuid4()
