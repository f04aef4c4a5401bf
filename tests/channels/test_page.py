"""Our own page and feed, read back over real HTTP; and the one client that all channels share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from trygghet import channels
from trygghet.channels import NotSent, Post, Receipt
from trygghet.channels.http import MOST_BYTES, Http
from trygghet.channels.page import Page
from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
CHANNEL = Page(Http(loopback_only=True))


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        bodies = {"/there": b'<article data-update="u1">', "/empty": b"<p>Inget", "/long": b"x" * (MOST_BYTES + 100_000), "/moved": b""}
        self.send_response({"/gone": 404, "/moved": 302}.get(self.path, 200))
        self.send_header("location", "/there")
        self.end_headers()
        self.wfile.write(bodies.get(self.path, b'<article data-update="u1">'))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def post(check_url: str) -> Post:
    return Post("page", "k", "Text", "https://trygghet.example.org/bjorken/uppdateringar/u1", "u1", check_url)


async def test_a_page_that_shows_the_mark_has_arrived(site: str) -> None:
    assert await CHANNEL.send(post(f"{site}/there")) == Receipt(remote_url="https://trygghet.example.org/bjorken/uppdateringar/u1")


@pytest.mark.parametrize("path", ["/empty", "/gone", "/moved"])
async def test_a_page_that_does_not_show_it_is_looked_at_again(site: str, path: str) -> None:
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(site + path))
    assert not no.value.permanent


async def test_an_answer_without_end_is_cut_off(site: str) -> None:
    answer = await Http(loopback_only=True).request("GET", f"{site}/long")
    assert MOST_BYTES <= len(answer.body) < MOST_BYTES + 70_000


def test_every_channel_says_whether_it_may_be_repeated(settings: Settings) -> None:
    ready = channels.ready(settings)
    assert set(ready) == set(channels.CHANNELS)
    harmless = {"mail", "page", "feed", "webhook", "bluesky", "hook", "assisted"}
    assert {name for name, channel in ready.items() if channel.repeatable} == channels.REPEATABLE == harmless
