"""A real nginx with the configuration that we ship, and a line to PostgreSQL that can be cut without a word."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
import httpx

from tests.server.product import patience
from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def configured(home: Path, before: int, *behind: int, ours: str = "") -> Path:
    """Ours as it is shipped, or as it was made of that, but for its ports and folders."""
    (home / "cache").mkdir()
    ours = ours or (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for told, here in (
        ("    server 127.0.0.1:8000;\n    server 127.0.0.1:8001;\n", "".join(f"    server 127.0.0.1:{port};\n" for port in behind)),
        ("/var/cache/nginx/trygghet", f"{home}/cache"),
        ("listen 80;", f"listen 127.0.0.1:{before};"),
    ):
        assert told in ours
        ours = ours.replace(told, here, 1)
    folders = "".join(f"{kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = home / "nginx.conf"
    config.write_text(f"daemon off; master_process off; pid {home}/pid; error_log {home}/error.log; events {{}} http {{ {folders}\n{ours} }}")
    return config


@asynccontextmanager
async def through(home: Path, before: int, *behind: int, ours: str = "") -> AsyncIterator[str]:
    """Nginx on port `before`, in front of what listens on the others; its address."""
    process = subprocess.Popen([str(NGINX), "-c", str(configured(home, before, *behind, ours=ours)), "-e", str(home / "error.log")])  # noqa: ASYNC220 - it takes no time to start
    try:
        address = f"http://127.0.0.1:{before}"
        async with httpx.AsyncClient() as client:
            for _ in range(int(patience(4) / 0.02)):
                with contextlib.suppress(httpx.ConnectError):
                    await client.get(f"{address}/health/live")
                    break
                await anyio.sleep(0.02)
            else:
                raise AssertionError("nginx does not answer")
        yield address
    finally:
        process.terminate()
        process.wait(10)


class Line:
    """A way to a server that takes what both sides say and, once it is `cut`, passes none of it on: nobody is told that anything is wrong."""

    def __init__(self, to: int) -> None:
        self._to, self.port, self.cut = to, 0, False

    async def _carry(self, said: asyncio.StreamReader, on: asyncio.StreamWriter) -> None:
        while heard := await said.read(65536):
            if not self.cut:
                on.write(heard)
        on.close()

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """Its own port, until it is closed."""
        server = await asyncio.start_server(self._between, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self.port
        finally:
            server.close()
