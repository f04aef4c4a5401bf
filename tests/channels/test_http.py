"""The outgoing client: what a server says of us may be shown, what we proved ourselves with may not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from trygghet.channels.http import Http

pytestmark = pytest.mark.anyio
SECRET = "s3kret-och-lang"


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Refuses, and repeats all that it was told."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.partition(b":")[2]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)
    said = head + await reader.readexactly(length)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(said) + said)
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    "proved",
    [
        {"headers": {"authorization": f"Bearer {SECRET}"}},
        {"json": {"identifier": "bjorken.example.org", "password": SECRET}},
        {"data": {"client_id": "trygghet", "client_secret": SECRET}},
        {"params": {"access_token": SECRET}},
    ],
)
async def test_a_refusal_that_repeats_what_we_proved_ourselves_with_is_read_without_it(proved: dict[str, Any]) -> None:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        answer = await Http(loopback_only=True).request("POST", f"http://127.0.0.1:{port}/x", **proved)
    assert answer.status == 400
    assert "POST /x" in answer.text
    assert SECRET not in answer.text
    assert "…" in answer.text
