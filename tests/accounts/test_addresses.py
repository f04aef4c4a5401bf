"""An address that somebody types leads to the open internet or nowhere, in whatever clothes it comes; no account is an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.accounts.given import press
from trygghet.connections import actions as connections

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio

FORMS = {
    "mastodon": lambda url: {"server": url},
    "bluesky": lambda url: {"konto": "bjorken.bsky.social", "hemligt_losenord": "abcd-efgh", "server": url},
    "wordpress": lambda url: {"adress": url, "anvandare": "trygghet", "hemligt_losenord": "abcd efgh"},
    "hook": lambda url: {"namn": "Intranätet", "hemlig_adress": url},
    "assisted": lambda url: {"plats": "website", "namn": "Webben", "adress": url},
}
CLOSED = (
    "https://localhost",
    "https://127.0.0.1",
    "https://2130706433",  # the same, as one number
    "https://0x7f.1",
    "https://0",
    "https://[::1]",
    "https://[::ffff:127.0.0.1]",
    "https://[64:ff9b::7f00:1]",
    "https://10.1.2.3",
    "https://172.16.0.1:8443",
    "https://192.168.1.1",
    "https://100.64.0.1",
    "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]",
    "https://[fd00::1]",
    "https://224.0.0.1",
)
NOT_ADDRESSES = (
    "http://social.example.org",
    "ftp://social.example.org",
    "https://namn:ord@social.example.org",
    "https://",
    "https://en server",
    "https://a:0",
)


@pytest.fixture
async def plain(browser_of: cast.BrowserOf) -> httpx.AsyncClient:
    """Björken's administrator in an installation of its own, where nothing on this machine may be spoken to."""
    return await browser_of("adam")


async def test_no_form_leads_into_a_closed_net(plain: httpx.AsyncClient) -> None:
    for channel, form in FORMS.items():
        for url in CLOSED:
            page = await press(plain, f"/kopplingar/anslut/{channel}", **form(url))
            assert page.status_code == 422, (channel, url)
            assert "leder till ett slutet nät" in page.text or "gick inte att slå upp" in page.text, (channel, url)
    assert await connections.accounts(cast.BJORKEN) == []


async def test_no_form_takes_what_is_no_address(plain: httpx.AsyncClient) -> None:
    for channel, form in FORMS.items():
        for url in NOT_ADDRESSES:
            page = await press(plain, f"/kopplingar/anslut/{channel}", **form(url))
            assert page.status_code == 422, (channel, url)
            assert "https://" in page.text


async def test_what_is_secret_in_a_form_does_not_come_back(plain: httpx.AsyncClient) -> None:
    for channel, form in FORMS.items():
        text = (await press(plain, f"/kopplingar/anslut/{channel}", **form("https://10.1.2.3/en-nyckel"))).text
        assert "abcd" not in text, channel
        if channel == "hook":
            assert "en-nyckel" not in text
