"""A Kolada of our own that speaks over a socket, and can be made to fail in the ways that servers do."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TITLE = "Anmälda våldsbrott, antal/100 000 inv"
ROWS = [
    {"kpi": "N07403", "municipality": "0001", "period": 2021, "values": [{"gender": "T", "count": 1, "status": "", "value": 1034.2}]},
    {
        "kpi": "N07403",
        "municipality": "0001",
        "period": 2022,
        "values": [{"gender": "K", "count": 1, "status": "", "value": 1.0}, {"gender": "T", "count": 1, "status": "", "value": 987}],
    },
    {"kpi": "N07403", "municipality": "0001", "period": 2023, "values": [{"gender": "T", "count": 0, "status": "Missing", "value": None}]},
    {"kpi": "N07403", "municipality": "0001", "period": 2024, "values": [{"gender": "M", "count": 1, "status": "", "value": 3.5}]},
]


@dataclass
class Said:
    """What the server says. `page` rows at a time; `next_name` is what the next page's address is called; `pause` seconds before each answer."""

    title: str = TITLE
    rows: list[dict[str, Any]] = field(default_factory=lambda: list(ROWS))
    municipalities: tuple[str, ...] = ("0001", "0002")
    page: int = 100
    next_name: str = "next_url"
    status: int = 200
    pause: float = 0.0
    body: bytes | None = None
    bare: bool = False
    elsewhere: str = ""
    asked: list[str] = field(default_factory=list)


class Server:
    """Listens on a free port of this machine, for as long as the process lives or until it is closed."""

    def __init__(self) -> None:
        self.said = Said()
        server = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = server.answer(self.path)
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v3"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Nobody listens there any more."""
        self._http.shutdown()
        self._http.server_close()

    def answer(self, target: str) -> tuple[int, bytes]:
        """The status and the body for an address."""
        said = self.said
        said.asked.append(target)
        time.sleep(said.pause)
        is_data = "/data/" in target
        if said.status != 200 and is_data:
            return said.status, b"{}"
        if said.body is not None and is_data:
            return 200, said.body
        found = self._found(target)
        return (404, b'{"detail":"Not Found"}') if found is None else (200, json.dumps(found, ensure_ascii=False).encode())

    def _found(self, target: str) -> Any:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if asked := re.fullmatch(r"/v3/kpi/(\w+)", path):
            return self._named({"id": asked[1], "title": self.said.title}) if asked[1] == "N07403" else None
        if asked := re.fullmatch(r"/v3/municipality/(\w+)", path):
            return self._named({"id": asked[1], "title": "Björken", "type": "K"}) if asked[1] in self.said.municipalities else None
        if asked := re.fullmatch(r"/v3/data/kpi/(\w+)/municipality/(\w+)", path):
            return self._page(
                [row for row in self.said.rows if (row["kpi"], row["municipality"]) == asked.groups()], int(query.get("page", ["1"])[0]), path
            )
        return None

    def _named(self, one: dict[str, Any]) -> Any:
        return one if self.said.bare else {"count": 1, "values": [one]}

    def _page(self, rows: list[dict[str, Any]], number: int, path: str) -> dict[str, Any]:
        shown = rows[(number - 1) * self.said.page : number * self.said.page]
        following = f"{path}?page={number + 1}" if number * self.said.page < len(rows) else None
        if self.said.elsewhere:
            following = self.said.elsewhere
        return {
            "count": len(shown),
            "values": shown,
            self.said.next_name: number + 1 if following and self.said.next_name == "next_page" else following,
        }


STANDING = Server()
"""One that answers as it should, for whoever needs no more than that."""
