"""A receiver of signed webhooks that does what the standard asks of one: its library verifies, and what comes twice is told once."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.outside.places import KEY, Outside, Seen
from tests.outside.wire import Wire
from trygghet.channels import Account, Place
from trygghet.channels.hook import Hook, new_secret
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Receiver:
    """Listens on a real socket. `got` are the messages that were taken, by their id; `refused` counts what was not signed for it."""

    def __init__(self) -> None:
        self.secrets = [new_secret()]
        self.got: dict[str, dict[str, Any]] = {}
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.refused = 0
        self.told: list[tuple[int, dict[str, str]]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, headers = receiver._take(self)
                self.send_response_only(status)
                for name, value in {**headers, "content-length": "0"}.items():
                    self.send_header(name, value)
                with contextlib.suppress(OSError):  # whoever waited has left
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether one of our secrets signed it, by the standard's own library."""
        for secret in self.secrets:
            with contextlib.suppress(WebhookVerificationError):
                Webhook(secret).verify(body, dict(headers))
                return True
        return False

    def _take(self, request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str]]:
        body = request.rfile.read(int(request.headers["content-length"]))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append((headers, body))
        if request.path.startswith("/borta"):
            return 410, {}
        if not self.verify(headers, body):
            self.refused += 1
            return 400, {}
        if self.told:
            return self.told.pop(0)
        self.got.setdefault(headers["webhook-id"], json.loads(body))
        return 204, {}

    def forget(self) -> None:
        """Nothing has come yet."""
        self.got.clear()
        self.heard.clear()
        self.told.clear()
        self.refused = 0

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()


class SignedWebhook(Outside):
    """The receiver as a place: it shows what it has been told of, until it is told to take it away."""

    channel = "hook"
    writes = "POST /krok"
    finds = False
    confirms = False

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.wire = Wire(self.receiver.port)

    @classmethod
    def start(cls, home: Path) -> Self:
        del home
        return cls()

    def stop(self) -> None:
        self.wire.close()
        self.receiver.close()

    def empty(self) -> None:
        self.wire.heal()
        self.receiver.forget()

    def place(self) -> Place:
        return Hook(Http(loopback_only=True, public_only=True), KEY)

    def account(self) -> Account:
        return self.account_at(f"{self.wire.url}/krok?nyckel=HEMLIG")

    def account_at(self, url: str) -> Account:
        """Messages go there."""
        sealed = seal(KEY, json.dumps({"url": url, "secrets": self.receiver.secrets})).decode()
        return Account("https://mottagare.example.org", sealed, "Björkens intranät")

    def away(self) -> Account:
        return self.account_at("http://127.0.0.1:9/krok")

    def posts(self) -> list[Seen]:
        shown: dict[str, Seen] = {}
        for message_id, told in self.receiver.got.items():
            data = told["data"]
            if told["type"] == "update.withdrawn":
                shown.pop(data["id"], None)
            elif told["type"].startswith("update."):
                text = "\n\n".join(filter(None, (data["title"], data["text"], data["correction"], data["permalink"])))
                alts = (data["picture"]["alt"],) if data["picture"] else ()
                first = Seen(message_id, "", "")
                shown[data["id"]] = replace(shown.get(data["id"], first), text=text, alts=alts)
        return list(reversed(shown.values()))

    def expired(self) -> Account:
        return self.account_at(f"{self.wire.url}/borta?nyckel=HEMLIG")

    def too_many(self, seconds: int) -> None:
        self.receiver.told = [(429, {"retry-after": str(seconds)})]

    def unacceptable(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {"data": {**payload["data"], "text": "å" * 10_000}}

    @property
    def secrets(self) -> tuple[str, ...]:
        return ("HEMLIG", *self.receiver.secrets)
