"""The nginx configuration that we ship, with a real nginx before the product."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest

from tests import cast, made
from tests.site import given
from tests.site.conftest import listening
from trygghet import database, embedded
from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from litestar import Litestar

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(NGINX is None, reason="nginx is not installed")]


@pytest.fixture
async def through(application: Litestar, tmp_path: Path) -> AsyncIterator[str]:
    """The address of nginx, which has ours as it is shipped, but for its ports and folders."""
    behind, before = embedded.free_port(), embedded.free_port()
    (tmp_path / "cache").mkdir()
    ours = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for told, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ("    server 127.0.0.1:8001;\n", ""),
        ("/var/cache/nginx/trygghet", f"{tmp_path}/cache"),
        ("listen 80;", f"listen 127.0.0.1:{before};"),
        ("lofte.example.org;", "127.0.0.1;"),
    ):
        assert told in ours
        ours = ours.replace(told, here, 1)
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = tmp_path / "nginx.conf"
    config.write_text(f"daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {folders}\n{ours} }}")
    application.state.settings = replace(application.state.settings, public_url="http://127.0.0.1")
    async with listening(application, behind):
        process = subprocess.Popen([str(NGINX), "-c", str(config), "-e", str(tmp_path / "error.log")])  # noqa: ASYNC220 - it takes no time to start
        try:
            address = f"http://127.0.0.1:{before}"
            async with httpx.AsyncClient() as client:
                for _ in range(200):
                    try:
                        await client.get(f"{address}/health/live")
                        break
                    except httpx.ConnectError:
                        await anyio.sleep(0.02)
            yield address
        finally:
            process.terminate()
            process.wait(10)


async def test_what_is_taken_back_is_gone_within_five_seconds_however_much_it_is_read(through: str) -> None:
    update_id = await given.told(await made.promise())
    path = f"{through}/bjorken/uppdateringar/{update_id}"
    async with httpx.AsyncClient() as resident, httpx.AsyncClient(headers={"Accept-Encoding": "identity"}) as plain:
        answers = [await one.get(path) for one in (resident, resident, plain, plain)]
        assert [one.headers["x-cache"] for one in answers] == ["MISS", "HIT", "MISS", "HIT"]
        assert [one.headers.get("content-encoding") for one in answers] == ["br", "br", None, None]
        assert len({one.text for one in answers}) == 1
        async with database.across_organisations() as link:
            await link.execute(
                "UPDATE published_update SET withdrawn_at = $2, withdrawn_why = 'Fel gata.', changed_at = $2 WHERE id = $1", update_id, cast.START
            )
        began = time.monotonic()
        while (await resident.get(path)).status_code == 200:
            assert time.monotonic() - began < 5
            await anyio.sleep(0.02)
        await anyio.sleep(max(0.0, began + 5 - time.monotonic()))  # a form that nobody asked for meanwhile
        assert (await plain.get(path)).status_code == 410


async def test_what_is_inside_is_never_kept_for_the_next(through: str) -> None:
    async with httpx.AsyncClient(base_url=through) as anna, httpx.AsyncClient(base_url=through) as stranger:
        await cast.sign_in(anna, "anna")
        for _ in range(2):
            page = await anna.get("/oversikt")
            assert (page.status_code, page.headers["x-cache"], page.headers["cache-control"]) == (200, "MISS", "no-store")
        assert (await stranger.get("/oversikt")).status_code == 303
        assert (await stranger.get("/metrics")).status_code == 404
