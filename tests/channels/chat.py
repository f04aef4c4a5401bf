"""A room in a chat: a real server on a real socket, that answers as it is told."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "T0HEMLIG/B0HEMLIG/nyckeln"


@dataclass(frozen=True)
class Told:
    """What the server answers. `cut` hangs up when it has read the post; `slow` waits so many seconds first."""

    status: int = 200
    body: bytes = b"ok"
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    slow: float = 0.0


@dataclass
class Room:
    """Listens on this machine. `told` are its next answers in turn, then it says ok; `got` is all that was posted."""

    told: list[Told] = field(default_factory=list)
    got: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                room._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def base(self) -> str:
        """The server, without the secret."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.base}/services/{SECRET}"

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.paths.append(request.path)
        self.got.append(json.loads(request.rfile.read(int(request.headers["content-length"]))))
        answer = self.told.pop(0) if self.told else Told()
        time.sleep(answer.slow)
        if answer.cut:
            request.connection.shutdown(socket.SHUT_RDWR)
            request.close_connection = True
            return
        request.send_response_only(answer.status)
        for name, value in answer.headers:
            request.send_header(name, value)
        request.send_header("content-length", str(len(answer.body)))
        with contextlib.suppress(OSError):  # whoever waited has left
            request.end_headers()
            request.wfile.write(answer.body)

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
