"""Meta's Graph API as far as a Page's posts go, by its documentation: real sockets, and every way to go wrong that it tells of.

There is no such server to be had, so this one is ours; it holds our side of the contract, not Meta's.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.outside.places import KEY, Outside, Seen
from tests.outside.wire import Wire
from trygghet.channels import Account, Place
from trygghet.channels.facebook import Facebook
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

APP_SECRET, TOKEN, PAGE = "the-apps-own-secret", "EAAB-page-token-HEMLIG", "1010"


@dataclass
class Told:
    """What the next request that begins like this is answered with. `done`: all the same it is done. `delay` in seconds."""

    begins: str
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    delay: float = 0


def error(code: int, subcode: int = 0, message: str = "It did not work.", **more: Any) -> dict[str, Any]:
    """An error as Meta writes it."""
    return {"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "AbC123", **more}}


class Graph:
    """One Page. `made` are its posts, oldest first; `status` is what errors of its own are answered with: Meta uses several, 200 too."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.photos: dict[str, str] = {}
        self.told: list[Told] = []
        self.asked: list[str] = []
        self.status = 400
        self._number = 0
        graph = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                graph._take(self)

            def do_POST(self) -> None:
                graph._take(self)

            def do_DELETE(self) -> None:
                graph._take(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def tell(self, begins: str, body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        """The next request that begins like this is answered so."""
        self.told.append(Told(begins, status, body, headers or {}, **more))

    def forget(self) -> None:
        """Nothing has been posted, and no fault waits."""
        self.made.clear()
        self.told.clear()
        self.asked.clear()
        self.status = 400

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        line = f"{request.command} {request.path}"
        self.asked.append(line)
        fields = dict(parse_qsl(urlsplit(request.path).query)) | _fields(request)
        told = next((one for one in self.told if line.startswith(one.begins)), None)
        status, headers, body = 200, {}, None
        if told is not None:
            self.told.remove(told)
            status, headers, body = told.status, dict(told.headers), told.body
        if told is None or told.done:
            done = self._refused(request, fields) or self._do(request.command, urlsplit(request.path).path, fields)
            if told is None:
                status, body = (self.status if "error" in done else 200), done
        time.sleep(told.delay if told else 0)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response_only(status)
        for name, value in {"content-type": "application/json", **headers, "content-length": str(len(content))}.items():
            request.send_header(name, value)
        with contextlib.suppress(OSError):  # whoever waited has left
            request.end_headers()
            request.wfile.write(content)

    def _refused(self, request: BaseHTTPRequestHandler, fields: Mapping[str, str]) -> dict[str, Any] | None:
        """Why the caller may not, or None."""
        if TOKEN in request.path or APP_SECRET in request.path:
            return error(PARAMETER, message="A secret in an address.")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token != TOKEN:
            return error(190, 463, f"Error validating access token: {token} has expired.")
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        return None if fields.get("appsecret_proof") == proof else error(PARAMETER, message="Invalid appsecret_proof provided in the API argument")

    def _do(self, method: str, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        version, _, what = path.removeprefix("/").partition("/")
        if version != "v26.0":
            return error(2635, message="You are calling a deprecated version of the Graph API.")
        if (method, what) == ("GET", "me"):
            return {"id": PAGE, "name": "Björkens kommun"}
        if what == f"{PAGE}/feed":
            return self._post(fields) if method == "POST" else self._feed(fields)
        if (method, what) == ("POST", f"{PAGE}/photos"):
            return self._photo(fields)
        return self._one(method, what, fields)

    def _post(self, fields: Mapping[str, str]) -> dict[str, Any]:
        message = fields.get("message", "")
        if not message or len(message) > 63_206:
            return error(PARAMETER, message="(#100) Invalid parameter")
        if self.made and self.made[-1]["message"] == message:
            return error(506, message="Duplicate status message")
        photos = [json.loads(value)["media_fbid"] for name, value in fields.items() if name.startswith("attached_media[")]
        if any(one not in self.photos for one in photos):
            return error(PARAMETER, message="(#100) Invalid photo")
        found = {"id": f"{PAGE}_{self._next()}", "message": message, "created_time": int(time.time()), "alts": [self.photos[one] for one in photos]}
        found["attachments"] = {"data": [{"unshimmed_url": fields["link"]}]} if "link" in fields else {"data": []}
        self.made.append(found)
        return {"id": found["id"]}

    def _feed(self, fields: Mapping[str, str]) -> dict[str, Any]:
        newest = [one for one in reversed(self.made) if one["created_time"] >= int(fields.get("since", "0"))]
        first, most = int(fields.get("after", "0")), int(fields.get("limit", "25"))
        page = newest[first : first + most]
        paging: dict[str, Any] = {"cursors": {"before": str(first), "after": str(first + most)}}
        if first + most < len(newest):
            paging["next"] = "https://graph.facebook.com/more"
        return {"data": [{name: one[name] for name in ("id", "message", "attachments")} for one in page], **({"paging": paging} if page else {})}

    def _photo(self, fields: Mapping[str, str]) -> dict[str, Any]:
        if fields.get("published") != "false" or not fields.get("source"):
            return error(PARAMETER, message="(#100) The picture would be seen before its post.")
        number = self._next()
        self.photos[number] = fields.get("alt_text_custom", "")
        return {"id": number}

    def _one(self, method: str, which: str, fields: Mapping[str, str]) -> dict[str, Any]:
        found = next((one for one in self.made if one["id"] == which), None)
        if found is None:
            return error(PARAMETER, 33, "Unsupported request. Object does not exist.")
        if method == "DELETE":
            self.made.remove(found)
        elif method == "POST":
            found["message"] = fields["message"]
        else:
            return {name: found[name] for name in ("id", "message", "attachments")}
        return {"success": True}

    def _next(self) -> str:
        self._number += 1
        return str(5000 + self._number)


PARAMETER = 100


def _fields(request: BaseHTTPRequestHandler) -> dict[str, str]:
    """The fields of a form, in either of its two spellings; of a file, that there is one."""
    kind = request.headers.get("content-type", "")
    body = request.rfile.read(int(request.headers.get("content-length", "0")))
    if kind.startswith("multipart/form-data"):
        whole = email.message_from_bytes(f"content-type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
        return {
            str(part.get_param("name", header="content-disposition")): part.get_filename() or part.get_payload(decode=True).decode()
            for part in whole.iter_parts()
        }
    return dict(parse_qsl(body.decode()))


class FacebookPage(Outside):
    """The Page of one municipality."""

    channel = "facebook"
    writes = f"POST /v26.0/{PAGE}/feed"
    edits_alts = False
    tells_absence = False

    def __init__(self) -> None:
        self.graph = Graph()
        self.wire = Wire(self.graph.port)

    @classmethod
    def start(cls, home: Path) -> Self:
        del home
        return cls()

    def stop(self) -> None:
        self.wire.close()
        self.graph.close()

    def empty(self) -> None:
        self.wire.heal()
        self.graph.forget()

    def place(self) -> Place:
        return Facebook(Http(loopback_only=True, public_only=True), KEY, APP_SECRET)

    def account(self) -> Account:
        return self.account_of(TOKEN)

    def account_of(self, token: str) -> Account:
        """The Page by this key."""
        return Account(self.wire.url, seal(KEY, json.dumps({"page": PAGE, "token": token})).decode(), "Björkens kommun", account_id=PAGE)

    def posts(self) -> list[Seen]:
        return [Seen(one["id"], f"https://www.facebook.com/{one['id']}", one["message"], tuple(one["alts"])) for one in reversed(self.graph.made)]

    def expired(self) -> Account:
        return self.account_of(self.secrets[1])

    def too_many(self, seconds: int) -> None:
        usage = {PAGE: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": seconds // 60}]}
        self.graph.tell(self.writes, error(32), 403, {"x-business-use-case-usage": json.dumps(usage)})

    def unacceptable(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {**payload, "message": "x" * 63_207}

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, "EAAB-expired-HEMLIG", APP_SECRET)
