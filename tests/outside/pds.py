"""Bluesky's own server for accounts (PDS), with the directory of identities that it asks. Nothing of it is ours but the way in which it is started."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from tests.outside import installed
from tests.outside.places import KEY, Outside, Seen
from tests.outside.wire import Wire
from trygghet import embedded
from trygghet.channels import Account, Place, atproto
from trygghet.channels.atproto import Session
from trygghet.channels.bluesky import LIMITS, POSTS, Bluesky
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent / "bluesky"
HANDLE = "bjorken.test"
JWT_SECRET = "signs-the-tokens-of-a-server-in-a-test"


class Pds(Outside):
    """Both servers in one process of their own, and one account with an app password."""

    channel = "bluesky"
    answers = True
    writes = "POST /xrpc/com.atproto.repo.putRecord"
    edits = False

    def __init__(self, home: Path) -> None:
        node, server = installed.or_skip(installed.NODE), installed.or_skip(installed.PDS)
        self.port = embedded.free_port()
        self.directory = f"http://127.0.0.1:{(directory := embedded.free_port(but=[self.port]))}"
        self._log = home / "pds.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [node / "bin/node", "-r", HERE / "loopback.cjs", HERE / "run.mjs"],
                env={**os.environ, **_settings(self.port, directory), "HOME_OF_SERVER": str(server), "HOME_OF_DATA": str(home / "pds")},
                stdout=log,
                stderr=log,
                preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - it only asks the kernel for a signal
            )
        self.wire = Wire(self.port)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/xrpc/", trust_env=False)

    @classmethod
    def start(cls, home: Path) -> Self:
        made = cls(home)
        try:
            made.wait()
            made.open_account()
        except BaseException:
            made.stop()
            raise
        return made

    def wait(self) -> None:
        """Until both answer."""
        deadline = time.monotonic() + 60
        while "ready" not in (told := self._log.read_text()):
            assert time.monotonic() < deadline, told
            assert self._process.poll() is None, told
            time.sleep(0.05)

    def open_account(self) -> None:
        """With an app password of ours, and one that has been revoked since."""
        made = self.call("com.atproto.server.createAccount", handle=HANDLE, email="bjorken@example.org", password="the account's own password")
        self.did = str(made["did"])
        self.client.headers["authorization"] = f"Bearer {made['accessJwt']}"
        self.session = asyncio.run(self.session_of("Trygghet"))
        self._gone = replace(asyncio.run(self.session_of("gone")), access=self.run_out(), refresh=self.run_out(scope="com.atproto.refresh"))
        self.call("com.atproto.server.revokeAppPassword", name="gone")

    def call(self, method: str, /, **body: Any) -> Any:
        """As the account's owner, who has all rights."""
        answer = self.client.post(method, json=body or None)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    async def session_of(self, name: str) -> Session:
        """A session by a new app password of that name, as the product makes it."""
        password = self.call("com.atproto.server.createAppPassword", name=name)["password"]
        http, here = Http(loopback_only=True), f"http://127.0.0.1:{self.port}"
        found = await atproto.identify(http, f"@{HANDLE}", resolver=here, directory=self.directory)
        return await atproto.sign_in(http, found._replace(pds=here), password)

    def run_out(self, scope: str = "com.atproto.appPass") -> str:
        """A token such as the server gave, whose time has run out: signed with its own secret."""
        now = int(time.time())
        said = {"scope": scope, "sub": self.did, "aud": "did:web:localhost", "iat": now - 9000, "exp": now - 60, "jti": "run-out"}
        parts = [{"typ": "refresh+jwt" if "refresh" in scope else "at+jwt", "alg": "HS256"}, said]
        text = ".".join(_base64(json.dumps(one).encode()) for one in parts)
        return f"{text}.{_base64(hmac.digest(JWT_SECRET.encode(), text.encode(), hashlib.sha256))}"

    def stop(self) -> None:
        self.client.close()
        self.wire.close()
        self._process.kill()  # asked kindly it takes its time
        self._process.wait(10)

    def empty(self) -> None:
        self.wire.heal()
        for one in self.records():
            self.call("com.atproto.repo.deleteRecord", repo=self.did, collection=POSTS, rkey=one["uri"].rpartition("/")[2])

    def records(self) -> list[Any]:
        """Its posts as they are, newest first."""
        answer = self.client.get("com.atproto.repo.listRecords", params={"repo": self.did, "collection": POSTS, "limit": 100})
        found: list[Any] = answer.json()["records"]
        return found

    def place(self) -> Place:
        return Bluesky(Http(loopback_only=True), KEY)

    def account(self) -> Account:
        return self.as_account(self.session)

    def as_account(self, session: Session) -> Account:
        """The account as it is kept, with that session."""
        sealed = seal(KEY, session.text()).decode()
        return Account(self.wire.url, sealed, f"@{HANDLE}", account_id=self.did, limits=LIMITS)

    def posts(self) -> list[Seen]:
        return [_seen(one) for one in self.records()]

    def expired(self) -> Account:
        return self.as_account(self._gone)

    def too_many(self, seconds: int) -> None:
        """With the server's own words and headers; its hourly limit is far away."""
        headers = {"ratelimit-limit": "5000", "ratelimit-remaining": "0", "ratelimit-reset": str(int(time.time()) + seconds)}
        self.wire.answer(self.writes, 429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, headers)

    def unacceptable(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {**payload, "text": "å" * 301, "facets": []}

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(part for one in (self.session, self._gone) for part in (one.password, one.access, one.refresh))


def _settings(port: int, directory: int) -> dict[str, str]:
    return {
        "PLC_PORT": str(directory),
        "PDS_PORT": str(port),
        "PDS_DID_PLC_URL": f"http://localhost:{directory}",
        "PDS_HOSTNAME": "localhost",
        "PDS_DEV_MODE": "true",
        "PDS_INVITE_REQUIRED": "false",
        "PDS_RATE_LIMITS_ENABLED": "true",
        "PDS_ADMIN_PASSWORD": "admin-test",
        "PDS_JWT_SECRET": JWT_SECRET,
        "PDS_DPOP_SECRET": "ab" * 32,
        "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": "1f" * 32,
        "LOG_ENABLED": "false",
    }


def _base64(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def _seen(record: Mapping[str, Any]) -> Seen:
    value, [did, collection, rkey] = record["value"], record["uri"].removeprefix("at://").split("/")
    assert collection == POSTS
    alts = tuple(str(one["alt"]) for one in value.get("embed", {}).get("images", []))
    answers = value["reply"]["parent"]["uri"] if "reply" in value else ""
    return Seen(record["uri"], f"https://bsky.app/profile/{did}/post/{rkey}", value["text"], alts, answers)
