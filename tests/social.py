"""A social server of somebody else's making (mastodon_mock, real HTTP), and a wire in front of it that can be cut."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from trygghet import embedded

TOKEN = "mock_token"


class Social:
    """The server in a process of its own, empty at the start."""

    def __init__(self) -> None:
        self.port = embedded.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        program = Path(sys.executable).with_name("mastodon_mock")
        self._process = subprocess.Popen(
            [program, "serve", "--in-memory", "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - it only asks the kernel for a signal
        )
        self._client = httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False)

    def wait(self) -> Social:
        """Until it answers."""
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(httpx.TransportError):
                if self._client.get("/api/v1/instance").status_code == 200:
                    return self
            assert time.monotonic() < deadline, "the social server did not start"
            time.sleep(0.05)

    def posts(self) -> list[dict[str, Any]]:
        """What the account has posted, newest first."""
        me = self._client.get("/api/v1/accounts/verify_credentials").json()["id"]
        found: list[dict[str, Any]] = self._client.get(f"/api/v1/accounts/{me}/statuses", params={"limit": 40}).json()
        return found

    def post(self, text: str) -> None:
        """As somebody at the keyboard."""
        self._client.post("/api/v1/statuses", json={"status": text}).raise_for_status()

    def fault(self, *, path: str = "/api/v1/statuses", method: str = "POST", count: int = 1, **effect: Any) -> None:
        """The next so many requests there are answered like this."""
        self._client.post(
            "/api/v1/_mock/faults", json={"match": {"methods": [method], "path": path}, "effect": effect, "count": count}
        ).raise_for_status()

    def stop(self) -> None:
        """Stops it."""
        self._client.close()
        self._process.terminate()
        self._process.wait(10)


class Wire:
    """Stands in front of a server and passes everything on. Where it is cut or held, the request arrives and the answer never does."""

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._to_cut: list[str] = []
        self.cuts = 0
        self.hold = False
        self.held = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, first_line: str) -> None:
        """Cuts the next connection whose request begins like this, after the server has done what it was asked."""
        self._to_cut.append(first_line)

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
        with client, socket.create_connection(("127.0.0.1", self._upstream)) as server, contextlib.suppress(OSError):
            request = _whole(client)
            server.sendall(request)
            answer = _whole(server)
            cut = next((one for one in self._to_cut if request.startswith(one.encode())), None)
            if self.hold and request.startswith(b"POST"):
                self.held.set()
                client.recv(1)  # until the other side gives up
            elif cut is None:
                client.sendall(answer)
            else:
                self._to_cut.remove(cut)
                self.cuts += 1


def _whole(link: socket.socket) -> bytes:
    """One request or answer to its end, by its Content-Length."""
    found = b""
    while b"\r\n\r\n" not in found:
        part = link.recv(65536)
        if not part:
            return found
        found += part
    head, _, body = found.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        part = link.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body
