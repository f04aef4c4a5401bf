"""The residents' pages on an address of their own, other people's websites beside them, and a browser that visits both."""

from __future__ import annotations

import asyncio
import importlib.util
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.async_api import async_playwright

from tests import browser as browsers
from trygghet import embedded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar import Litestar
    from litestar.types import ASGIApp
    from playwright.async_api import Browser

    from trygghet.settings import Settings


@asynccontextmanager
async def listening(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """The application on a port of this machine, in the test's own loop."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_config=None))  # type: ignore[arg-type]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it tells by nothing else
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


class Elsewhere:
    """Somebody else's website: pages by their path, each with the headers that it is sent with."""

    def __init__(self) -> None:
        self.address = ""
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}

    def put(self, body: str, **headers: str) -> str:
        """A page with this in it; its address. An underscore in a header's name stands for a hyphen."""
        path = f"/{len(self.pages)}"
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Kommunen</title>'
        self.pages[path] = (f'<!doctype html><html lang="sv"><head>{head}</head><body>{body}</body></html>', headers)
        return self.address + path

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """ASGI."""
        body, headers = self.pages.get(scope["path"], ("", {}))
        sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        status = 200 if body else 404
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/html; charset=utf-8"), *sent]})
        await send({"type": "http.response.body", "body": body.encode()})


@pytest.fixture
async def elsewhere(anyio_backend: str) -> AsyncIterator[Elsewhere]:
    """Another website, of another origin."""
    site = Elsewhere()
    async with listening(site, embedded.free_port()) as site.address:
        yield site


@pytest.fixture
async def ours(application: Litestar, settings: Settings) -> AsyncIterator[str]:
    """The product's address, over real HTTP."""
    port = embedded.free_port()
    application.state.settings = replace(settings, public_url=f"http://127.0.0.1:{port}")
    async with listening(application, port) as address:
        yield address


@pytest.fixture(scope="module")
async def started(chromium_path: str | None, anyio_backend: str) -> AsyncIterator[Browser | None]:
    """A headless browser in the tests' own loop, or None where there is none."""
    if chromium_path is None:
        yield None
        return
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium_path, args=browsers.arguments())
        yield opened
        await opened.close()


@pytest.fixture
def visitor(chromium: str, started: Browser | None) -> Browser:
    """The browser. Without one the test is skipped by name, and in CI it fails."""
    assert started is not None, chromium
    return started


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's own file, from the locked package that carries it."""
    package = importlib.util.find_spec("axe_playwright_python")
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")
