"""Accounts are connected, renewed, switched off and on and taken away by the front door, at a real server."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import cast
from tests.accounts import given
from tests.accounts.given import press
from trygghet import clock as clocks
from trygghet.channels.sealing import unseal
from trygghet.connections import actions as connections

if TYPE_CHECKING:
    import io

    from tests.conftest import HandClock
    from tests.social import Social
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio


async def _token(settings: Settings) -> str:
    account = await connections.account(cast.BJORKEN, (await given.the_one()).id)
    return unseal(settings.secret_keys, account.token) or ""


async def test_a_mastodon_account_is_connected_at_its_server_and_taken_away_there(adam: httpx.AsyncClient, social: Social, at_home: Settings) -> None:
    assert "Inget konto är anslutet" in (await adam.get("/kopplingar")).text
    page = (await given.connect(adam, social)).text
    name = f"@testuser@{social.url.removeprefix('http://')}"
    assert name in page
    assert "Adam A" in page
    assert ">Ok<" in page
    one, token = await given.the_one(), await _token(at_home)
    assert (one.name, one.limits["characters"], bool(one.account_id)) == (name, 500, True)
    assert token
    assert token not in page
    async with httpx.AsyncClient(base_url=social.url, headers={"authorization": f"Bearer {token}"}, trust_env=False) as ours:
        assert (await ours.get("/api/v1/accounts/verify_credentials")).json()["username"] == "testuser"
        gone = (await press(adam, f"/kopplingar/{one.id}/koppla-fran")).text
        assert "är frånkopplad" in gone
        assert "återkallat där också" in gone
        assert (await ours.get("/api/v1/accounts/verify_credentials")).status_code == 401, "the token has ended at the server"
    assert await connections.accounts(cast.BJORKEN) == []
    history = (await adam.get("/medlemmar/historik")).text
    assert f"Kanalen {name} anslöts." in history
    assert f"Kanalen {name} togs bort." in history


async def test_a_server_knows_us_once_whoever_connects_there(front: cast.BrowserOf, social: Social) -> None:
    for who in ("adam", "siri"):
        await given.connect(await front(who), social)
    assert await given.sql("SELECT count(*) FROM channel_app") == 1
    assert await given.sql("SELECT count(*) FROM connection") == 2


async def test_leave_is_good_once_for_whom_it_was_begun_and_for_ten_minutes(front: cast.BrowserOf, adam: httpx.AsyncClient, social: Social) -> None:
    back = given.give_leave(await given.go(adam, social))
    siri = await front("siri")
    for stranger, address in ((siri, back), (adam, back.replace("state=", "state=x")), (adam, "/kopplingar/mastodon/klar?code=a&state=b.c")):
        assert "Anslutningen kunde inte slutföras" in (await stranger.get(address)).text
    assert "Anslutningen kunde inte slutföras" not in (await adam.get(back, follow_redirects=True)).text
    assert "Anslutningen kunde inte slutföras" in (await adam.get(back)).text, "once"
    late = given.give_leave(await given.go(adam, social))
    await given.sql("UPDATE connecting SET expires_at = $1", clocks.wall())
    assert "Anslutningen kunde inte slutföras" in (await adam.get(late)).text
    await given.go(adam, social)
    assert await given.sql("SELECT count(*) FROM connecting") == 1, "what came too late is forgotten"


async def test_leave_that_is_not_given_connects_nothing(adam: httpx.AsyncClient, social: Social) -> None:
    back = given.give_leave(await given.go(adam, social))
    denied = httpx.URL(back).copy_remove_param("code").copy_set_param("error", "access_denied")
    assert "fick inget godkännande" in (await adam.get(str(denied))).text
    assert await connections.accounts(cast.BJORKEN) == []


async def test_a_secret_of_our_name_that_the_server_has_forgotten_is_made_anew(adam: httpx.AsyncClient, social: Social) -> None:
    back = given.give_leave(await given.go(adam, social))
    broken = httpx.URL(back).copy_set_param("code", "made-up")
    assert "gav oss inte tillåtelse" in (await adam.get(str(broken))).text
    assert await given.sql("SELECT count(*) FROM channel_app") == 0
    await given.connect(adam, social)
    assert await given.sql("SELECT count(*) FROM channel_app") == 1


async def test_renewing_an_account_takes_that_account_and_no_other(adam: httpx.AsyncClient, social: Social, at_home: Settings) -> None:
    await given.connect(adam, social)
    one, before = await given.the_one(), await _token(at_home)
    await connections.needs_human(cast.BJORKEN, one.id, why="Kontot får inte skriva längre.", now=cast.START)
    page = (await adam.get("/kopplingar")).text
    assert "Måste återanslutas" in page
    assert f"fornyar={one.id}" in page
    assert "är ett annat konto än det som skulle förnyas" in (await given.connect(adam, social, "bob", fornyar=str(one.id))).text
    assert await _token(at_home) == before
    assert ">Ok<" in (await given.connect(adam, social, fornyar=str(one.id))).text
    assert await _token(at_home) != before
    assert (await given.the_one()).id == one.id
    assert "förnyades" in (await adam.get("/medlemmar/historik")).text


async def test_an_account_is_switched_off_and_on(adam: httpx.AsyncClient, social: Social, clock: HandClock) -> None:
    await given.connect(adam, social)
    one = await given.the_one()
    clock.at += dt.timedelta(hours=2)
    assert "Avstängd" in (await press(adam, f"/kopplingar/{one.id}/stang-av")).text
    assert (await given.the_one()).state_at == clock.at
    assert await connections.of(cast.BJORKEN, []) == [], "nothing is written there"
    assert ">Ok<" in (await press(adam, f"/kopplingar/{one.id}/sla-pa")).text


async def test_whoever_reads_sees_the_accounts_and_only_an_administrator_touches_them(
    front: cast.BrowserOf, adam: httpx.AsyncClient, social: Social
) -> None:
    await given.connect(adam, social)
    one = await given.the_one()
    anna = await front("anna")
    page = (await anna.get("/kopplingar")).text
    assert one.name in page
    assert "<button" not in page.partition("<main")[2].partition("</main")[0]
    assert (await anna.get("/kopplingar/ny/mastodon")).status_code == 403
    token = cast.csrf(page)
    for path in ("anslut/mastodon", "anslut/bluesky", f"{one.id}/prova", f"{one.id}/koppla-fran", f"{one.id}/stang-av", f"{one.id}/byt-hemlighet"):
        assert (await anna.post(f"/kopplingar/{path}", data={"_csrf_token": token})).status_code == 403, path
    siri = await front("siri")
    assert one.name not in (await siri.get("/kopplingar")).text, "another organisation's"
    assert (
        await siri.post(f"/kopplingar/{one.id}/koppla-fran", data={"_csrf_token": cast.csrf((await siri.get("/kopplingar")).text)})
    ).status_code == 404


async def test_a_server_that_is_none_is_refused_with_what_it_said(adam: httpx.AsyncClient, social: Social) -> None:
    social.fault(path="/api/v1/apps", type="status", status=500)
    page = await press(adam, "/kopplingar/anslut/mastodon", server=social.url)
    assert page.status_code == 422
    assert "svarade 500" in page.text
    assert "gick inte att nå" in (await press(adam, "/kopplingar/anslut/mastodon", server="http://127.0.0.1:1")).text


async def test_an_empty_password_never_takes_the_place_of_one_that_is_there(adam: httpx.AsyncClient) -> None:
    for channel, form in (("bluesky", {"konto": "bjorken.bsky.social"}), ("wordpress", {"adress": "http://127.0.0.1:1", "anvandare": "trygghet"})):
        page = await press(adam, f"/kopplingar/anslut/{channel}", **form)
        assert page.status_code == 422
        assert "Ett tomt fält ändrar ingenting" in page.text
    one = await connections.add(
        cast.BJORKEN, channel="mastodon", name="@bjorken", base_url="https://example.org", token="hemlig", secret_key="x" * 40, now=cast.START
    )
    with pytest.raises(Exception, match=r"connection\.no_secret"):
        await connections.add(
            cast.BJORKEN, channel="mastodon", name="@bjorken", base_url="https://example.org", token="", secret_key="x" * 40, now=cast.START
        )
    assert unseal("x" * 40, (await connections.account(cast.BJORKEN, one)).token) == "hemlig"


async def test_what_is_secret_is_in_no_table_log_or_page_whatever_goes_wrong(
    adam: httpx.AsyncClient, social: Social, at_home: Settings, logged: io.StringIO
) -> None:
    address = await given.go(adam, social)
    secrets = [httpx.URL(address).params["state"].partition(".")[2]]
    await adam.get(given.give_leave(address))
    token = await _token(at_home)
    app = json.loads(unseal(at_home.secret_keys, (await given.sql("SELECT secret FROM channel_app")).decode()) or "{}")
    secrets += [token, app["secret"]]
    one = await given.the_one()
    social.fault(method="GET", path="/api/v1/accounts/verify_credentials", type="status", status=500)
    shown = [(await press(adam, f"/kopplingar/{one.id}/prova")).text]
    shown += [
        (await press(adam, "/kopplingar/anslut/mastodon", server=f"https://{token}:x@{token}")).text.replace(f'value="https://{token}:x@{token}"', "")
    ]
    shown += [(await adam.get(path)).text for path in ("/kopplingar", "/oversikt", "/medlemmar/historik")]
    assert "/kopplingar/{connection_id}/prova" in logged.getvalue()
    for text in (*shown, await given.dump(), logged.getvalue(), repr(at_home)):
        for secret in (*secrets, at_home.secret_key):
            assert secret not in text
            assert secret.encode().hex() not in text
