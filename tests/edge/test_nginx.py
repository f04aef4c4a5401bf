"""The nginx configuration that we ship, with a real nginx before the product."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import cast, made
from tests.edge import proxied
from tests.site import given
from tests.site.conftest import listening
from trygghet import embedded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from litestar import Litestar

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(proxied.NGINX is None, reason="nginx is not installed")]


@pytest.fixture
async def through(application: Litestar, tmp_path: Path) -> AsyncIterator[str]:
    """The address of nginx."""
    behind, before = embedded.free_port(), embedded.free_port()
    application.state.settings = replace(application.state.settings, public_url=f"http://127.0.0.1:{before}")
    async with listening(application, behind), proxied.through(tmp_path, before, behind) as address:
        yield address


async def test_each_way_to_send_a_page_is_kept_by_itself(through: str) -> None:
    await given.told(await made.promise())
    async with httpx.AsyncClient() as resident, httpx.AsyncClient(headers={"Accept-Encoding": "identity"}) as plain:
        answers = [await one.get(f"{through}/bjorken") for one in (resident, resident, plain, plain)]
    assert [one.headers["x-cache"] for one in answers] == ["MISS", "HIT", "MISS", "HIT"]
    assert [one.headers.get("content-encoding") for one in answers] == ["br", "br", None, None]
    assert len({one.text for one in answers}) == 1


async def test_what_is_inside_is_never_kept_for_the_next(through: str) -> None:
    async with httpx.AsyncClient(base_url=through) as anna, httpx.AsyncClient(base_url=through) as stranger:
        await cast.sign_in(anna, "anna")
        for _ in range(2):
            page = await anna.get("/oversikt")
            assert (page.status_code, page.headers["x-cache"], page.headers["cache-control"]) == (200, "MISS", "no-store")
        assert (await stranger.get("/oversikt")).status_code == 303
        assert (await stranger.get("/metrics")).status_code == 404
