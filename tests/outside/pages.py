"""A website of somebody else's: pages on a real socket, put there by the test."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Pages:
    """Shows what it has been given, and 404 for the rest."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[int, str, str]] = {}
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, location = pages._shown.get(self.path, (404, "", ""))
                self.send_response_only(status)
                if location:
                    self.send_header("location", location)
                self.send_header("content-length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def show(self, path: str, body: str, status: int = 200) -> None:
        """From now on this stands there."""
        self._shown[path] = (status, body, "")

    def move(self, path: str, to: str) -> None:
        """Whoever asks is sent elsewhere."""
        self._shown[path] = (302, "", to)

    def remove(self, path: str) -> None:
        """It is not there any more."""
        self._shown.pop(path, None)

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
