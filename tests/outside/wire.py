"""A wire in front of a server that passes everything on, until it is told to lose, cut, hold or answer: faults as they come, over real TCP."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Mapping
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """What befalls the next request that begins like this."""

    begins: str
    arrives: bool = False
    answer: bytes = b""


class Wire:
    """Stands between us and a server. `asked` are the requests as they came, `cuts` counts the answers that were lost."""

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._faults: list[Fault] = []
        self.asked: list[bytes] = []
        self.cuts = 0
        self.hold = False
        self.held = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, first_line: str) -> None:
        """Cuts the next connection whose request begins like this, after the server has done what it was asked."""
        self._faults.append(Fault(first_line, arrives=True))

    def lose(self, first_line: str) -> None:
        """Cuts it before the server has got anything of the request."""
        self._faults.append(Fault(first_line))

    def answer(self, first_line: str, status: int, body: object = None, headers: Mapping[str, str] | None = None) -> None:
        """Answers in the server's stead, which never hears of it; `body` becomes JSON."""
        content = json.dumps(body).encode() if not isinstance(body, bytes) else body
        said: dict[str, Any] = {"content-type": "application/json", **(headers or {}), "content-length": len(content), "connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        self._faults.append(Fault(first_line, answer=f"HTTP/1.1 {status} So\r\n{head}\r\n".encode() + content))

    def heal(self) -> None:
        """Forgets every fault that has not come to pass."""
        self._faults.clear()
        self.asked.clear()

    def close(self) -> None:
        """Nobody gets through any more."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            request = _whole(client)
            self.asked.append(request)
            fault = next((one for one in self._faults if request.startswith(one.begins.encode())), None)
            if fault is not None:
                self._faults.remove(fault)
            if fault is None or fault.arrives:
                with socket.create_connection(("127.0.0.1", self._upstream)) as server:
                    server.sendall(request)
                    answer = _whole(server)
            else:
                answer = fault.answer
            if self.hold and request.startswith(b"POST"):
                self.held.set()
                client.recv(1)  # until the other side gives up
            elif fault is None or fault.answer:
                client.sendall(answer)
            else:
                self.cuts += 1


def _whole(link: socket.socket) -> bytes:
    """One request or answer to its end: by its Content-Length, by its last chunk, or until the other side hangs up."""
    found = b""
    while b"\r\n\r\n" not in found:
        part = link.recv(65536)
        if not part:
            return found
        found += part
    head, _, body = found.partition(b"\r\n\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
    chunked = fields.get(b"transfer-encoding", b"").lower() == b"chunked"
    ends = b"content-length" in fields or not found.startswith(b"HTTP/") or fields.get(b"connection", b"").lower() != b"close"
    length = int(fields.get(b"content-length", b"0")) if ends else sys.maxsize
    while not body.endswith(b"0\r\n\r\n") if chunked else len(body) < length:
        part = link.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body
