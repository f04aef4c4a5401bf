"""mastodon_mock: the whole of Mastodon's statuses over real HTTP, with idempotency keys and its way to refuse."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any, Self

from tests.outside.places import KEY, Outside, Seen
from tests.outside.wire import Wire
from tests.social import TOKEN, Social
from trygghet import clock
from trygghet.channels import Account, Place
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon
from trygghet.channels.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


LIMITS = {"characters": 500, "link": 23, "description": 1500, "image_bytes": 10_485_760, "media": 4}


class MastodonMock(Outside):
    """The server in a process of its own."""

    channel = "mastodon"
    answers = True
    writes = "POST /api/v1/statuses"
    edits_alts = False

    def __init__(self, server: Social) -> None:
        self._server = server
        self.wire = Wire(server.port)

    @classmethod
    def start(cls, home: Path) -> Self:
        """It keeps all in memory, so that `home` stays empty."""
        del home
        return cls(Social().wait())

    def stop(self) -> None:
        self.wire.close()
        self._server.stop()

    def empty(self) -> None:
        self.wire.heal()
        self._server.reset()

    def place(self) -> Place:
        return Mastodon(Http(loopback_only=True), KEY)

    def account(self) -> Account:
        return self._account(TOKEN)

    def _account(self, token: str) -> Account:
        return Account(self.wire.url, seal(KEY, token).decode(), "@bjorken@example.org", limits=LIMITS)

    def posts(self) -> list[Seen]:
        return [_seen(one) for one in self._server.posts()]

    def expired(self) -> Account:
        """The server takes any token, so the wire says what Mastodon says."""
        for begins in ("GET /api/v1", self.writes, "PUT ", "DELETE "):
            self.wire.answer(begins, 401, {"error": "The access token was revoked"})
        return self._account(self.secrets[1])

    def too_many(self, seconds: int) -> None:
        reset = clock.wall() + dt.timedelta(seconds=seconds)
        self._server.fault(type="ratelimit", headers={"X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.000Z")})

    def unacceptable(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {**payload, "status": payload["status"] + "x" * 600}

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, "revoked-token-of-ours")


def _seen(status: Mapping[str, Any]) -> Seen:
    alts = tuple(str(one["description"]) for one in status["media_attachments"])
    return Seen(str(status["id"]), str(status["url"]), plain(status["content"]), alts, str(status["in_reply_to_id"] or ""))


def plain(content: str) -> str:
    """A status as people read it: paragraphs and lines as they were written."""
    text = re.sub(r"</p>\s*<p>", "\n\n", content)
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br ?/?>", "\n", text)))
