"""Accounts at a WordPress and at a Bluesky server, each its maker's own: found, tested, connected by the front door, and renewed."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import cast
from tests.accounts import given
from tests.accounts.given import press
from tests.outside.pds import HANDLE, Pds
from tests.outside.wordpress import AUTHOR, DebianWordPress
from trygghet.channels import atproto
from trygghet.channels.sealing import unseal
from trygghet.connections import actions as connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def at_home(settings: Settings) -> Settings:
    """An example that stands behind https, to whose pages a WordPress will send people back."""
    return replace(settings, example=True, public_url="https://trygghet.example.org")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianWordPress]:
    made = DebianWordPress.start(tmp_path_factory.mktemp("wordpress"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    made = Pds.start(tmp_path_factory.mktemp("pds"))
    yield made
    made.stop()


async def test_a_wordpress_is_connected_by_a_password_that_is_pasted(adam: httpx.AsyncClient, site: DebianWordPress, at_home: Settings) -> None:
    address, password = site.running.url, site.passwords[AUTHOR]
    form = {"adress": address, "anvandare": AUTHOR}
    wrong = await press(adam, "/kopplingar/anslut/wordpress", **form, hemligt_losenord="fel fel fel")
    assert wrong.status_code == 422
    assert "fel fel" not in wrong.text
    page = (await press(adam, "/kopplingar/anslut/wordpress", **form, hemligt_losenord=password)).text
    assert address.removeprefix("http://") in page
    assert password not in page
    one = await given.the_one()
    assert (one.channel, one.state, bool(one.account_id)) == ("wordpress", "ok", True)
    gone = (await press(adam, f"/kopplingar/{one.id}/koppla-fran")).text
    assert "Ta också bort applikationslösenordet" in gone


async def test_a_wordpress_gives_us_a_password_at_its_own_page(adam: httpx.AsyncClient, site: DebianWordPress) -> None:
    page = await press(adam, "/kopplingar/anslut/wordpress/godkann", adress=site.running.url)
    onward = httpx.URL(unescape(re.search(r'class="btn main" href="([^"]+)"', page.text)[1]))
    assert (onward.host, onward.path) == ("127.0.0.1", "/wp-admin/authorize-application.php")
    back = httpx.URL(onward.params["success_url"])
    given_us = {"site_url": "https://elsewhere.example.org", "user_login": AUTHOR, "password": site.passwords[AUTHOR]}
    came = back.copy_merge_params(given_us)
    answer = await adam.get(f"{came.path}?{came.query.decode()}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/kopplingar"), "the password stays in no address"
    one = await given.the_one()
    assert one.base_url == site.running.url, "which site it is we remember ourselves"
    assert "kunde inte slutföras" in (await adam.get(f"{came.path}?{came.query.decode()}")).text, "once"
    await press(adam, "/kopplingar/anslut/wordpress/godkann", adress=site.running.url)
    denied = httpx.URL(onward.params["reject_url"])
    assert "kunde inte slutföras" in (await adam.get(f"{denied.path}?{denied.query.decode()}&success=false")).text


async def test_a_bluesky_account_is_connected_by_its_handle_and_an_app_password(adam: httpx.AsyncClient, pds: Pds, at_home: Settings) -> None:
    password = pds.session.password
    form = {"konto": f"@{HANDLE}", "server": pds.wire.url}
    assert (await press(adam, "/kopplingar/anslut/bluesky", **form, hemligt_losenord="fel-fel-fel-fel")).status_code == 422
    assert (
        "Det finns inget konto" in (await press(adam, "/kopplingar/anslut/bluesky", **form | {"konto": "ingen.test"}, hemligt_losenord=password)).text
    )
    page = (await press(adam, "/kopplingar/anslut/bluesky", **form, hemligt_losenord=password)).text
    assert HANDLE in page
    assert password not in page
    one = await given.the_one()
    kept = atproto.session(unseal(at_home.secret_keys, (await connections.account(cast.BJORKEN, one.id)).token) or "")
    assert (one.name, one.account_id, one.base_url, kept.did) == (HANDLE, kept.did, pds.wire.url, kept.did)
    assert kept.access, "a session is kept: a server allows no log-in for each post"
    assert ">Ok<" in (await press(adam, f"/kopplingar/{one.id}/prova")).text
    assert "Ta också bort app-lösenordet" in (await press(adam, f"/kopplingar/{one.id}/koppla-fran")).text
