"""Nothing that somebody has typed is lost because their sign-in had ended, and nobody can make the product hand out words of theirs."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from trygghet import database, kept
from trygghet.kept import Kept

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
KEY = "k" * 40
TEXT = 'Två kvällar\r\ni "rad" <b>&amp;\u2028 med å'
HERE = {"Origin": "http://testserver"}


async def writing(browser_of: BrowserOf, who: str = "anna") -> tuple[httpx.AsyncClient, str, dict[str, str]]:
    """A browser that has a form open, where it will be posted, and what is typed in it."""
    address = f"/loften/{await made.promise()}/uppdateringar/ny"
    client = await browser_of(who)
    token = cast.csrf((await client.get(address)).text)
    return client, address, {"rubrik": "Så går det", "text": TEXT, "_csrf_token": token}


async def end_all_sessions() -> None:
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM session")


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's main form."""
    form = page[page.index('<form class="form"') :]
    return {unescape(name): unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)}


async def sign_in_again(client: httpx.AsyncClient, door: httpx.Response, who: str = "anna", password: str = cast.PASSWORD) -> httpx.Response:
    return await client.post("/logga-in", data={**hidden(door.text), "email": cast.email(who), "password": password})


def action(page: str) -> str:
    found = re.search(r'<form class="form" method="post" action="([^"]*)">', page)
    assert found
    return unescape(found[1])


async def test_what_was_typed_survives_the_session_and_is_sent_by_one_press(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    await end_all_sessions()
    door = await client.post(address, data=typed)
    assert door.status_code == 401
    assert "Du har loggats ut" in door.text
    back = await sign_in_again(client, door)
    assert back.status_code == 200
    assert "Det du skrev finns kvar" in back.text
    assert "Anna Asson, för Björkens kommun" in back.text
    assert action(back.text) == address
    assert hidden(back.text)["text"].split() == TEXT.split()
    assert "<b>&amp;" not in back.text, "escaped wherever it is shown"
    async with database.within(cast.BJORKEN) as link:
        assert await link.fetchval("SELECT count(*) FROM status_update") == 0, "nothing is sent by itself"
    saved = await client.post(address, data=hidden(back.text))
    assert saved.status_code == 303
    assert "Två kvällar" in (await client.get(saved.headers["location"])).text


async def test_a_wrong_password_in_between_loses_nothing(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    await end_all_sessions()
    door = await client.post(address, data=typed)
    again = await sign_in_again(client, door, password="fel")
    assert again.status_code == 422
    assert "Du har loggats ut" in again.text
    assert (await client.post(address, data=hidden((await sign_in_again(client, again)).text))).status_code == 303


async def test_somebody_else_may_sign_in_and_is_told_as_whom(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    await end_all_sessions()
    back = await sign_in_again(client, await client.post(address, data=typed), who="oda")
    assert "Öns kommun" in back.text
    assert (await client.post(address, data=hidden(back.text))).status_code == 404, "another organisation's promise"


async def test_a_file_must_be_chosen_again_and_is_named(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    await end_all_sessions()
    door = await client.post(address, data=typed, files={"bild": ("väg.png", b"x" * 300, "image/png")})
    back = await sign_in_again(client, door)
    assert "väg.png" in back.text
    assert hidden(back.text)["rubrik"] == "Så går det"


async def test_without_the_cookie_of_the_token_nothing_is_lost_either(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    client.cookies.clear()  # the browser was closed, and opened its pages anew
    door = await client.post(address, data=typed, headers=HERE)
    assert door.status_code == 401
    back = await sign_in_again(client, door)
    assert (await client.post(address, data=hidden(back.text))).status_code == 303


async def test_signed_in_without_the_cookie_of_the_token_one_press_is_enough(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    client.cookies.delete("trygghet_csrf")
    back = await client.post(address, data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert back.status_code == 403
    assert "Det du skrev finns kvar" in back.text
    assert (await client.post(address, data=hidden(back.text))).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
async def test_a_form_from_somebody_elses_page_is_refused_and_not_kept(browser_of: BrowserOf, headers: dict[str, str], signed_in: bool) -> None:  # noqa: FBT001
    client, address, typed = await writing(browser_of)
    client.cookies.delete("trygghet_csrf")
    if not signed_in:
        client.cookies.clear()
    answer = await client.post(address, data=typed, headers=headers)
    assert answer.status_code == 403
    assert "Sidan hade legat öppen för länge" in answer.text
    assert "Så går det" not in answer.text


@pytest.mark.parametrize("forge", [lambda sealed: sealed.replace("Så", "Då"), lambda sealed: sealed[64:], lambda sealed: f"{'0' * 64}{sealed[64:]}"])
async def test_what_was_not_sealed_here_is_not_handed_out(browser_of: BrowserOf, forge: object) -> None:
    assert callable(forge)
    sealed = kept.seal(Kept("/logga-ut", (("x", "Så här"),)), KEY)
    assert kept.unseal(sealed.replace("Så", "Då"), KEY) is None or "Då" not in sealed
    client = await browser_of()
    token = cast.csrf((await client.get("/logga-in")).text)
    answer = await client.post(
        "/logga-in", data={"email": cast.email("anna"), "password": cast.PASSWORD, "_csrf_token": token, "kvar": forge(sealed)}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/hem")


async def test_nobody_is_sent_elsewhere(browser_of: BrowserOf) -> None:
    client, _, typed = await writing(browser_of)
    await end_all_sessions()
    for address in ("//evil.example/loften", "/\\evil.example", "/finns-inte"):
        answer = await client.post(address, data=typed)
        assert answer.status_code == 404, address
        assert "evil" not in answer.text


async def test_passwords_are_never_carried_along() -> None:
    found = kept.collect("/x", [("text", "Hej"), ("password", "a b c"), ("Lösenord", "d e f"), ("nytt_losenord", "g h i"), ("_csrf_token", "t")])
    assert found
    assert found.fields == (("text", "Hej"),)


async def test_a_press_on_a_button_is_no_text_to_keep(browser_of: BrowserOf) -> None:
    client = await browser_of("anna")
    token = cast.csrf((await client.get("/inloggningar")).text)
    await end_all_sessions()
    for form in ({}, {"lydelse": "a" * 64, "id": "0b54b06e-2b2c-4c0f-9d3b-6f7ad0a8ff11", "sida": "2"}):
        answer = await client.post("/inloggningar/avsluta-andra", data={**form, "_csrf_token": token})
        assert (answer.status_code, answer.headers["location"]) == (303, "/logga-in")


async def test_too_long_a_text_is_left_in_the_browser_and_the_page_says_so(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    await end_all_sessions()
    door = await client.post(address, data={**typed, "text": "ord " * 60_000})
    assert door.status_code == 401
    assert "Gå tillbaka i webbläsaren, där finns det kvar" in door.text
    assert len(door.text) < 50_000


async def test_htmx_is_told_beside_what_is_typed_and_takes_nothing_away(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    await end_all_sessions()
    for answer in (await client.post(address, data=typed, headers={"HX-Request": "true"}), await client.get(address, headers={"HX-Request": "true"})):
        assert answer.status_code == 401
        assert answer.headers["hx-retarget"] == "#besked"
        assert "hx-redirect" not in answer.headers
        assert 'href="/logga-in" target="_blank"' in answer.text
        assert "Det du har skrivit finns kvar på sidan" in answer.text
    fresh = re.search(r'"token": "([0-9a-f]{128})"', answer.headers["hx-trigger"])
    assert fresh
    await cast.sign_in(client, "anna")
    assert (await client.post(address, data={**typed, "_csrf_token": fresh[1]})).status_code == 303, "the page's own form works again"


async def test_htmx_gets_a_token_that_fits_when_the_cookie_was_lost(browser_of: BrowserOf) -> None:
    client, address, typed = await writing(browser_of)
    client.cookies.delete("trygghet_csrf")
    answer = await client.post(address, data=typed, headers={**HERE, "HX-Request": "true"})
    assert answer.status_code == 403
    assert "spara en gång till" in answer.text
    fresh = re.search(r'"token": "([0-9a-f]{128})"', answer.headers["hx-trigger"])
    assert fresh
    assert (await client.post(address, data={**typed, "_csrf_token": fresh[1]})).status_code == 303


def test_a_sealed_form_comes_back_as_it_was() -> None:
    found = Kept("/loften?x=1", (("a", TEXT), ("a", "två\u0000\u200b")), ("fil.png",))
    sealed = kept.seal(found, KEY)
    assert sealed.isascii()
    assert sealed.isprintable()
    assert kept.unseal(sealed, KEY) == found
    assert kept.unseal(sealed, "x" * 40) is None
    assert kept.unseal("", KEY) is None


@pytest.mark.parametrize("cookie", ["å", "x", "0" * 128])
async def test_an_odd_cookie_is_replaced_by_one_that_works(browser_of: BrowserOf, cookie: str) -> None:
    client, address, typed = await writing(browser_of)
    sent = f"trygghet_session={client.cookies['trygghet_session']}; trygghet_csrf={cookie}"
    client.cookies.clear()
    answer = await client.post(address, data=typed, headers=[(b"cookie", sent.encode()), (b"origin", b"http://testserver")])
    assert answer.status_code == 403
    assert "Det du skrev finns kvar" in answer.text
    assert "trygghet_csrf=" in answer.headers["set-cookie"]
