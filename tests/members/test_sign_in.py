"""The front door: who gets in, how often one may try, and what a session is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.conftest import REAL_HASHER
from trygghet import database, tenancy
from trygghet.members import actions, door

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio


async def _try(client: httpx.AsyncClient, email: str, password: str, **more: str) -> httpx.Response:
    token = cast.csrf((await client.get("/logga-in")).text)
    return await client.post("/logga-in", data={"email": email, "password": password, "_csrf_token": token, **more})


async def _sessions() -> int:
    async with database.across_organisations() as link:
        return int(await link.fetchval("SELECT count(*) FROM session"))


async def test_the_right_password_opens_a_session(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    answer = await _try(client, " Anna@Cast.example.org ", cast.PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/hem"
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("trygghet_session="))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "domain" not in cookie.lower()
    assert (await client.get("/hem")).headers["location"] == "/oversikt"
    async with database.across_organisations() as link:
        stored = await link.fetchval("SELECT token_hash FROM session")
    assert stored == tenancy.hash_token(client.cookies["trygghet_session"])


async def test_an_administrator_begins_with_the_members(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    assert (await adam.get("/hem")).headers["location"] == "/medlemmar"


@pytest.mark.parametrize(("email", "password"), [("anna@cast.example.org", "fel"), ("ingen@cast.example.org", cast.PASSWORD)])
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(browser_of: cast.BrowserOf, email: str, password: str) -> None:
    client = await browser_of()
    answer = await _try(client, email, password)
    assert answer.status_code == 422
    assert "E-postadressen och lösenordet hör inte ihop." in answer.text
    assert email in answer.text, "the address need not be typed again"
    assert password not in answer.text
    assert "trygghet_session" not in client.cookies


@pytest.mark.parametrize(("email", "password", "field"), [("", "x", "E-postadress"), ("a@example.org", "", "Lösenord")])
async def test_an_empty_field_is_said_beside_the_field(browser_of: cast.BrowserOf, email: str, password: str, field: str) -> None:
    answer = await _try(await browser_of(), email, password)
    assert answer.status_code == 422
    assert f"{field}: skriv något här." in answer.text


async def test_text_that_no_database_can_hold_is_a_wrong_address_and_no_fault(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    assert (await _try(client, "an\x00na@cast.example.org", "x" * 10_000)).status_code == 422
    assert (await _try(client, "\x00", "\x00")).status_code == 422


async def test_signing_in_anew_ends_the_browsers_old_session(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    old = client.cookies["trygghet_session"]
    await cast.sign_in(client, "anna")
    assert client.cookies["trygghet_session"] != old
    assert await _sessions() == 1
    stale = await browser_of()
    stale.cookies.set("trygghet_session", old)
    assert (await stale.get("/hem")).headers["location"] == "/logga-in?vidare=/hem"


async def test_a_token_chosen_by_somebody_else_is_never_taken_over(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    client.cookies.set("trygghet_session", "chosen-by-the-attacker", domain="testserver.local")
    await cast.sign_in(client, "anna")
    attacker = await browser_of()
    attacker.cookies.set("trygghet_session", "chosen-by-the-attacker")
    assert (await attacker.get("/hem")).headers["location"].startswith("/logga-in")


async def test_signing_out_ends_the_session_and_not_only_the_cookie(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    kept = client.cookies["trygghet_session"]
    answer = await client.post("/logga-ut", data={"_csrf_token": cast.csrf((await client.get("/inloggningar")).text)})
    assert answer.headers["location"] == "/logga-in"
    assert not client.cookies.get("trygghet_session")
    assert await _sessions() == 0
    client.cookies.set("trygghet_session", kept)
    assert (await client.get("/hem")).headers["location"].startswith("/logga-in")


@pytest.mark.parametrize(("column", "past"), [("seen_at", tenancy.IDLE), ("created_at", tenancy.ABSOLUTE)])
async def test_a_session_ends_when_unused_for_long_and_when_old(browser_of: cast.BrowserOf, column: str, past: dt.timedelta) -> None:
    client = await browser_of("anna")
    async with database.across_organisations() as link:
        await link.execute(f"UPDATE session SET {column} = {column} - $1::interval", past - dt.timedelta(minutes=1))
    assert (await client.get("/hem")).headers["location"] == "/oversikt"
    async with database.across_organisations() as link:
        await link.execute(f"UPDATE session SET {column} = {column} - $1::interval", past)
    assert (await client.get("/hem")).headers["location"].startswith("/logga-in")


async def test_a_membership_that_has_ended_opens_nothing(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("anna")
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2020-01-01' WHERE person_id = $1", cast.person_id("anna"))
    assert (await client.get("/hem")).headers["location"].startswith("/logga-in")
    assert (await _try(await browser_of(), cast.email("anna"), cast.PASSWORD)).status_code == 422


async def test_a_hash_made_with_other_parameters_is_made_anew_at_sign_in(browser_of: cast.BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_HASHER", REAL_HASHER)
    await browser_of("anna")
    async with database.across_organisations() as link:
        stored = await link.fetchval("SELECT password_hash FROM person WHERE id = $1", cast.person_id("anna"))
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await browser_of("anna")


async def test_the_sixth_attempt_on_an_account_must_wait_and_the_right_password_does_not_help(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    for _ in range(5):
        assert (await _try(client, cast.email("anna"), "fel")).status_code == 422
    answer = await _try(client, cast.email("anna"), cast.PASSWORD)
    assert answer.status_code == 429
    assert "Vänta 15 minuter" in answer.text
    assert (await _try(client, cast.email("bo"), cast.PASSWORD)).status_code == 303, "other accounts are not affected"
    async with database.across_organisations() as link:
        await link.execute("UPDATE sign_in_attempt SET at = at - interval '15 minutes'")
    assert (await _try(client, cast.email("anna"), cast.PASSWORD)).status_code == 303


async def test_the_right_password_clears_the_accounts_failures(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    for _ in range(4):
        await _try(client, cast.email("anna"), "fel")
    assert (await _try(client, cast.email("anna"), cast.PASSWORD)).status_code == 303
    for _ in range(4):
        assert (await _try(client, cast.email("anna"), "fel")).status_code == 422


async def test_one_network_address_may_fail_twenty_times_over_all_accounts(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    for number in range(20):
        assert (await _try(client, f"nr{number}@example.org", "fel")).status_code == 422
    assert (await _try(client, cast.email("anna"), cast.PASSWORD)).status_code == 429


async def test_signing_in_many_times_is_no_failure(browser_of: cast.BrowserOf) -> None:
    found = [await (await browser_of("anna")).get("/oversikt") for _ in range(25)]
    assert {answer.status_code for answer in found} == {200}


async def test_attempts_at_the_same_moment_cannot_slip_past_the_limit(database_url: str) -> None:
    import asyncio

    from trygghet import clock
    from trygghet.swedish import Refusal

    async def attempt() -> str:
        try:
            visitor = door.Visitor("192.0.2.1", "", "", "s" * 32)
            await actions.across_organisations_sign_in(cast.email("anna"), "fel", visitor, wall=clock.wall(), today=cast.START.date())
        except Refusal as refusal:
            return refusal.code
        return "in"

    answers = await asyncio.gather(*(attempt() for _ in range(12)))
    assert sorted(answers) == ["sign_in.later"] * 7 + ["sign_in.wrong"] * 5


async def test_neither_addresses_nor_accounts_are_readable_in_the_table_of_attempts(browser_of: cast.BrowserOf) -> None:
    await _try(await browser_of(), cast.email("anna"), "fel")
    async with database.across_organisations() as link:
        keys = [row["key"] for row in await link.fetch("SELECT key FROM sign_in_attempt")]
    assert len(keys) == 2
    assert not any("anna" in key or "127.0.0.1" in key for key in keys)


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "javascript:alert(1)", "/x\r\ny", "http:/x"])
async def test_nobody_is_sent_elsewhere_after_signing_in(browser_of: cast.BrowserOf, target: str) -> None:
    assert (await _try(await browser_of(), cast.email("anna"), cast.PASSWORD, vidare=target)).headers["location"] == "/hem"


async def test_one_comes_back_to_where_one_was_going(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    answer = await client.get("/inloggningar?visa=alla&x=1")
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert 'name="vidare" value="/inloggningar?visa=alla&amp;x=1"' in page.text
    answer = await _try(client, cast.email("anna"), cast.PASSWORD, vidare="/inloggningar?visa=alla&x=1")
    assert answer.headers["location"] == "/inloggningar?visa=alla&x=1"
