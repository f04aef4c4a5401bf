"""snac, Debian's small server of the fediverse: it speaks Mastodon's API in its own way, with neither keys nor deletion."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import subprocess
import time
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.outside import installed
from tests.outside.mastodon_mock import plain
from tests.outside.places import KEY, Outside, Seen
from tests.outside.wire import Wire
from trygghet import embedded
from trygghet.channels import Account, Place, oauth
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon
from trygghet.channels.oauth import App
from trygghet.channels.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

USER = "bjorken"
BACK = "https://trygghet.example.org/kopplingar/mastodon/klart"
SETTINGS = {"protocol": "http", "queue_timeout": 1, "queue_timeout_2": 1, "num_threads": 12}
"""It looks at the addresses in its posts, and those lead nowhere: nobody shall wait for it."""
LIMITS = {"characters": 100_000, "link": 32, "description": 1500, "image_bytes": 16_777_216, "media": 4}


class Snac(Outside):
    """The server in a process of its own, with one account, connected as a person would: by its own page for logging in."""

    channel = "mastodon"
    answers = True
    writes = "POST /api/v1/statuses"
    edits_alts = False
    deletes = False

    def __init__(self, home: Path) -> None:
        program = installed.or_skip(installed.SNAC) / "usr/bin/snac"
        self.port = embedded.free_port()
        self.data = home / "snac"
        subprocess.run(
            [program, "init", self.data], input=f"127.0.0.1\n{self.port}\n127.0.0.1:{self.port}\n\n\n", text=True, capture_output=True, check=True
        )
        settings = self.data / "server.json"
        settings.write_text(json.dumps({**json.loads(settings.read_text()), **SETTINGS}))
        said = subprocess.run([program, "adduser", self.data, USER], text=True, capture_output=True, check=True)
        self.password = re.search(r"password is (\S+)", said.stdout + said.stderr)[1]
        self._process = subprocess.Popen(
            [program, "httpd", self.data],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - it only asks the kernel for a signal
        )
        deadline = time.monotonic() + 20
        while embedded.is_free(self.port):
            assert time.monotonic() < deadline, "snac did not start"
            time.sleep(0.02)
        self.wire = Wire(self.port)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self.token = ""

    @classmethod
    def start(cls, home: Path) -> Self:
        made = cls(home)
        _, made.token = asyncio.run(made.leave(Http(loopback_only=True), secrets.token_urlsafe(48)))
        made.client.headers["authorization"] = f"Bearer {made.token}"
        return made

    async def leave(self, http: Http, verifier: str) -> tuple[App, str]:
        """A token, given by a person who logs in on the server's own page."""
        app = await oauth.register_app(http, self.wire.url, BACK)
        page = self.client.get(oauth.authorize_url("", app, BACK, state="a state", verifier=verifier)).text
        form = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
        back = self.client.post("/oauth/x-snac-login", data={**form, "login": USER, "passwd": self.password}).headers["location"]
        came = dict(parse_qsl(urlsplit(back).query))
        assert (back.partition("?")[0], came["state"]) == (BACK, "a state")
        return app, await oauth.exchange(http, self.wire.url, app, BACK, code=came["code"], verifier=verifier)

    def stop(self) -> None:
        self.client.close()
        self.wire.close()
        self._process.terminate()
        self._process.wait(10)

    def empty(self) -> None:
        """What it cannot delete is taken from its disk."""
        self.wire.heal()
        for folder in ("object", f"user/{USER}/public", f"user/{USER}/private", f"user/{USER}/history"):
            for one in (self.data / folder).rglob("*"):
                if one.is_file():
                    one.unlink()
        for index in (self.data / "user" / USER).glob("*.idx"):
            index.unlink()

    def place(self) -> Place:
        return Mastodon(Http(loopback_only=True), KEY)

    def account(self) -> Account:
        return self.as_account(self.token)

    def as_account(self, token: str) -> Account:
        """The account as it is kept, with that token."""
        return Account(self.wire.url, seal(KEY, token).decode(), f"@{USER}@127.0.0.1", limits=LIMITS)

    def posts(self) -> list[Seen]:
        me = self.client.get("/api/v1/accounts/verify_credentials").json()["id"]
        return [_seen(one) for one in self.client.get(f"/api/v1/accounts/{me}/statuses", params={"limit": "40"}).json()]

    def expired(self) -> Account:
        return self.as_account(self.secrets[1])

    def too_many(self, seconds: int) -> None:
        """It never does; a proxy before it would say it like this."""
        self.wire.answer(self.writes, 429, b"slow down", {"retry-after": str(seconds)})

    def unacceptable(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """It takes whatever text, so the wire says what Mastodon says."""
        self.wire.answer(self.writes, 422, {"error": "Validation failed: Text character limit of 500 exceeded"})
        return dict(payload)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.token, "revoked-token-of-ours", self.password)


def _seen(status: Mapping[str, Any]) -> Seen:
    alts = tuple(str(one["description"]) for one in status["media_attachments"])
    return Seen(str(status["id"]), str(status["url"]), plain(status["content"]).strip(), alts, str(status["in_reply_to_id"] or ""))
