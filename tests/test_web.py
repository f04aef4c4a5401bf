"""What every answer carries, whoever asks for whatever: headers, methods, and errors that say what to do."""

from __future__ import annotations

import dataclasses
import re
import uuid
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import cast
from trygghet import app, database

if TYPE_CHECKING:
    from litestar import Litestar

    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio

ADDRESSES = (
    "/logga-in",
    "/inloggningar",
    "/medlemmar",
    "/finns-inte",
    "/finns/inte/alls",
    "/static/tokens.css",
    "/static/finns-inte.css",
    "/static/htmx-2.min.js",
    "/inloggningar/inget-id/avsluta",
    "/%00",
    "/logga-in?vidare=%00",
    "/static/../pyproject.toml",
    "//evil.example",
)


@pytest.mark.parametrize("who", [None, "anna"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
async def test_every_answer_carries_the_security_headers(browser_of: cast.BrowserOf, who: str | None, method: str) -> None:
    client = await browser_of(who)
    for address in ADDRESSES:
        answer = await client.request(method, address)
        assert answer.status_code < 500, address
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "cross-origin-opener-policy" in answer.headers
        assert "strict-transport-security" not in answer.headers, "only where there is https"
        assert len(answer.headers.get_list("cache-control")) == 1, address


async def test_the_nonce_is_new_each_time_and_is_the_one_in_the_page(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    seen = set()
    for address in ("/logga-in", "/logga-in", f"/loften/{uuid.UUID(int=0)}", "/inloggningar"):
        answer = await client.get(address)
        found = re.search(r"script-src 'nonce-([^']+)'", answer.headers["content-security-policy"])
        assert found
        assert set(re.findall(r'<script[^>]* nonce="([^"]*)"', answer.text)) == {found[1]}, address
        seen.add(found[1])
    assert len(seen) == 4


async def test_what_somebody_is_signed_in_to_is_never_stored_and_static_files_are(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    assert (await client.get("/inloggningar")).headers["cache-control"] == "no-store"
    assert (await client.get("/finns-inte")).headers["cache-control"] == "no-store"
    static = await client.get("/static/tokens.css")
    assert static.headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in static.headers
    assert (await client.get("/static/finns-inte.css")).headers["cache-control"] == "no-store", "a mistake is not kept for the next reader"


async def test_head_is_answered_as_get_without_the_body(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    for address in ("/logga-in", "/inloggningar", "/static/tokens.css", "/finns-inte", "/hem"):
        get, head = await client.get(address), await client.head(address)
        assert head.status_code == get.status_code, address
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]


async def test_an_unknown_address_keeps_the_menu_of_who_is_signed_in(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    for address in ("/finns/inte", "/loften/inget-id", "/loften/00000000-0000-0000-0000-000000000000"):
        answer = await client.get(address)
        assert answer.status_code == 404
        assert "Sidan finns inte" in answer.text
        assert "Björkens kommun" in answer.text, "the menu"
        out = await client.post("/byt-organisation", data={"organisation": str(cast.BJORKEN), "_csrf_token": cast.csrf(answer.text)})
        assert out.status_code == 303, "the menu's buttons work from here as well"


@pytest.mark.parametrize("address", ["/finns-inte", "/bjorken/finns/inte", f"/bjorken/loften/{uuid.UUID(int=0)}"])
async def test_an_unknown_address_leads_residents_to_the_search(address: str, browser_of: cast.BrowserOf) -> None:
    for where, words in ((address, 'action="/"'), (f"/en{address}", 'action="/en"')):
        answer = await (await browser_of()).get(where)
        assert answer.status_code == 404
        assert 'role="search"' in answer.text
        assert words in answer.text
        assert "Byt organisation" not in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", [None, "", "x", "0" * 128])
async def test_a_form_without_the_right_token_is_refused_with_a_sentence(browser_of: cast.BrowserOf, token: str | None) -> None:
    client = await browser_of("anna")
    answer = await client.post("/inloggningar/avsluta-andra", data={} if token is None else {"_csrf_token": token})
    assert answer.status_code == 403
    assert "Sidan hade legat öppen för länge" in answer.text
    assert "Björkens kommun" in answer.text


async def test_another_browsers_token_does_not_fit(browser_of: cast.BrowserOf) -> None:
    client, other = await browser_of("anna"), await browser_of("bo")
    theirs = cast.csrf((await other.get("/inloggningar")).text)
    assert (await client.post("/inloggningar/avsluta-andra", data={"_csrf_token": theirs})).status_code == 403


async def test_too_large_a_form_is_refused_with_a_sentence(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    token = cast.csrf((await client.get("/inloggningar")).text)
    for body in ({"data": {"_csrf_token": token, "x": "x" * 8_000_001}}, {"data": {"_csrf_token": token}, "files": {"bild": b"x" * 8_000_001}}):
        answer = await client.post("/inloggningar/avsluta-andra", **body)
        assert answer.status_code == 413
        assert "Det du skickade är för stort" in answer.text


@pytest.mark.parametrize("part", [b"\r\n\xff\xfe", b"Content-Type: text/plain; charset=finns-inte\r\n\r\nanna"])
async def test_a_form_that_is_no_text_is_refused_with_a_sentence(browser_of: cast.BrowserOf, part: bytes) -> None:
    client = await browser_of()
    token = cast.csrf((await client.get("/logga-in")).text)
    body = b'--a\r\nContent-Disposition: form-data; name="email"\r\n' + part + b"\r\n--a--\r\n"
    answer = await client.post("/logga-in", content=body, headers={"content-type": "multipart/form-data; boundary=a", "x-csrftoken": token})
    assert answer.status_code == 400
    assert "Begäran kunde inte läsas." in answer.text


async def test_htmx_is_told_to_sign_in_without_leaving_the_page(browser_of: cast.BrowserOf) -> None:
    answer = await (await browser_of()).get("/inloggningar", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-retarget"] == "#besked"
    assert 'href="/logga-in"' in answer.text


async def test_a_lost_database_still_gives_a_page_that_says_so(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    await database.close_pool()
    answer = await client.get("/inloggningar")
    assert answer.status_code == 500
    assert "Något gick fel hos oss" in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (await client.get("/finns/inte")).status_code == 404


async def test_over_https_the_cookies_are_bound_to_this_host(database_url: str, settings: Settings, clock: HandClock) -> None:
    made: Litestar = app.create_app(dataclasses.replace(settings, https=True, public_url="https://testserver"), clock=clock)
    async with made.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="https://testserver") as client:
        page = await client.get("/logga-in")
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        answer = await client.post("/logga-in", data={"email": cast.email("anna"), "password": cast.PASSWORD, "_csrf_token": cast.csrf(page.text)})
        for cookie in (*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")):
            assert cookie.startswith("__Host-trygghet_")
            assert "; secure" in cookie.lower()
            assert "path=/" in cookie.lower()
            assert "domain=" not in cookie.lower()
        assert (await client.get("/inloggningar")).status_code == 200
