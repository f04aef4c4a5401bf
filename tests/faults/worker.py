"""The real worker, by a clock that a test may move. Notices and publications need no promise here: what is tested is how they travel.

Reminders are the product's own, from the seat to the day's letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults import moved
from trygghet.channels import Letter, Post
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon
from trygghet.connections import actions as connections
from workers import tasks
from workers.queue import app

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.deliveries.rules import Delivery

__all__ = ["app"]


async def letter(delivery: Delivery, now: dt.datetime) -> Letter:
    """To an address made of the key."""
    return Letter(f"{delivery.key}@example.org", "Någon", delivery.title, "Text", "<p>Text</p>", f"<{delivery.id}@trygghet.example.org>", now)


async def post(delivery: Delivery, now: dt.datetime) -> Post:
    """With a permanent address made of the id."""
    del now
    assert delivery.connection_id is not None
    account = await connections.account(delivery.organisation_id, delivery.connection_id)
    permalink = f"https://trygghet.example.org/bjorken/uppdateringar/{delivery.id}"
    return Post(delivery.channel, delivery.key, f"{delivery.title}\n\n{permalink}", permalink, str(delivery.id), permalink, account=account)


tasks.CHANNELS["mastodon"] = Mastodon(
    Http(loopback_only=True), tasks.settings.secret_key
)  # the server of the test stands here, where no account may lead
tasks.COMPOSERS.update(notice=letter, publication=post)
setattr(tasks, moved.clock_of.__name__, moved.clock_of)
