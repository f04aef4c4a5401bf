"""A promise in easy Swedish and in other languages: offered, approved by every party, read, corrected and taken back."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import agreeing, cast, made, retold
from trygghet.members import actions as members
from trygghet.retellings import actions as retellings
from trygghet.retellings import rules
from trygghet.retellings.languages import LANGUAGES
from trygghet.retellings.rules import Written
from trygghet.stops import actions as stops

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
ARABIC = Written("ar", "طرق أكثر أمانا", "وعدت البلدية والشرطة معا.")


async def _offer(browser: httpx.AsyncClient, promise: UUID, written: Written = retold.EASY, **more: str) -> httpx.Response:
    address = f"/loften/{promise}/sammanfattningar"
    typed = {"sprak": written.code, "rubrik": written.title, "text": written.body, **more}
    return await browser.post(address, data={"_csrf_token": cast.csrf((await browser.get(address)).text), **typed})


async def _press(browser: httpx.AsyncClient, promise: UUID, button: str, **typed: str) -> httpx.Response:
    """The first form on the page that is sent to that address, with what it carries."""
    page = (await browser.get(f"/loften/{promise}/sammanfattningar")).text
    form = re.search(rf'action="([^"]+/{button})"(.+?)</form>', page, re.DOTALL)
    assert form, f"no form for {button}"
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[2]))
    return await browser.post(form[1], data={**hidden, **typed})


def _public(promise: UUID, end: str = "lattlast") -> str:
    return f"/bjorken/loften/{promise}/{end}"


async def test_residents_read_it_when_every_party_has_approved_and_not_before(browser_of: BrowserOf) -> None:
    promise, residents = await made.promise(), await browser_of()
    assert (await _offer(await browser_of("anna"), promise)).status_code == 303
    assert (await _press(await browser_of("bo"), promise, "godkann")).status_code == 303
    assert (await residents.get(_public(promise))).status_code == 404
    assert "lattlast" not in (await residents.get("/bjorken")).text
    assert (await _press(await browser_of("pia"), promise, "godkann")).status_code == 303
    page = await residents.get(_public(promise))
    assert page.status_code == 200
    assert retold.EASY.title in page.text
    assert "<li>Vi mäter farten.</li>" in page.text
    assert f'href="{_public(promise)}"' in (await residents.get("/bjorken")).text
    log = (await (await browser_of("anna")).get(f"/loften/{promise}/historik")).text
    assert "Alla parter har godkänt sammanfattningen" in log


async def test_a_language_that_is_written_from_the_right_says_so(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await retold.published(promise, ARABIC)
    residents = await browser_of()
    for address in (_public(promise, "sprak/ar"), f"/en{_public(promise, 'sprak/ar')}"):
        page = (await residents.get(address)).text
        assert '<div class="told stack" lang="ar" dir="rtl">' in page
    for end in ("sprak/lattlast", "sprak/so", "sprak/xx", "sprak/%00", "sprak/" + "a" * 300):
        assert (await residents.get(_public(promise, end))).status_code == 404, end
    assert (await residents.get(f"/eken/loften/{promise}/sprak/ar")).status_code == 404


async def test_the_parts_of_a_telephone_number_keep_their_places_among_letters_that_go_to_the_left(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    for written in (Written("ar", "وعد", "اتصل بنا على 114 14 أو 0532-170 00 قبل 12,5."), Written("so", "Ballan", "Wac 114 14.")):
        await retold.published(promise, written)
    residents = await browser_of()
    arabic = (await residents.get(_public(promise, "sprak/ar"))).text
    assert "\u2066114 14\u2069" in arabic
    assert "\u20660532-170 00\u2069 قبل 12,5." in arabic
    assert "Wac 114 14." in (await residents.get(_public(promise, "sprak/so"))).text


async def test_a_new_text_leaves_the_old_one_to_be_read_until_it_has_every_key(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    old = await retold.published(promise)
    new = await retold.offered(promise, Written("lattlast", "Lugnare vägar", "Vi lovar lugnare vägar."))
    assert (new.number, old.number) == (2, 1)
    residents = await browser_of()
    assert old.title in (await residents.get(_public(promise))).text
    for who in ("bo", "pia"):
        await _press(await browser_of(who), promise, "godkann")
    assert new.title in (await residents.get(_public(promise))).text
    assert old.body.partition("\n")[0] in (await (await browser_of("anna")).get(f"/loften/{promise}/sammanfattningar")).text


@pytest.mark.usefixtures("database_url")
async def test_the_same_words_from_two_presses_at_once_are_one_text() -> None:
    promise, who = await made.promise(), cast.asking("anna")
    await asyncio.gather(*(retellings.read(who.organisation, promise) for _ in range(4)))  # each has a connection: none is a step behind
    await asyncio.gather(*(retellings.offer(who.organisation, promise, retold.EASY, by=who, now=cast.START) for _ in range(4)))
    [standing] = (await retellings.read(who.organisation, promise)).standings
    assert standing.latest.title == retold.EASY.title


async def test_a_key_holds_for_the_text_that_was_read_and_no_other(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    first = await retold.offered(promise)
    await retold.offered(promise, Written("lattlast", "Annat", "Vi lovar något annat."))
    bo = await browser_of("bo")
    token = cast.csrf((await bo.get(f"/loften/{promise}/sammanfattningar")).text)
    address = f"/loften/{promise}/sammanfattningar/{first.id}/godkann"
    answer = await bo.post(address, data={"_csrf_token": token, "lydelse": first.content_hash})
    assert answer.status_code == 422
    assert "ersatt av en nyare" in answer.text


async def test_one_party_takes_it_back_and_residents_get_the_reason(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await retold.published(promise)
    assert (await _press(await browser_of("per"), promise, "dra-tillbaka", varfor="Ett ord var fel.")).status_code == 303
    residents = await browser_of()
    page = await residents.get(_public(promise))
    assert page.status_code == 410
    assert "Ett ord var fel." in page.text
    assert retold.EASY.title not in page.text
    assert "lattlast" not in (await residents.get("/bjorken")).text


@pytest.mark.parametrize("whose", [cast.SKOGEN, cast.BJORKEN])
async def test_while_any_party_has_stopped_publishing_the_last_key_is_not_turned(whose: UUID, browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await retold.offered(promise)
    await _press(await browser_of("bo"), promise, "godkann")
    await stops.stop(whose, "Något är fel.", by=members.actor(agreeing.PIA), now=cast.START)
    answer = await _press(await browser_of("pia"), promise, "godkann")
    assert answer.status_code == 422
    assert "Publiceringen är stoppad" in answer.text
    assert (await (await browser_of()).get(_public(promise))).status_code == 404


async def test_the_author_sees_how_heavy_it_is_to_read_before_anything_is_saved(browser_of: BrowserOf) -> None:
    promise, anna = await made.promise(), await browser_of("anna")
    easy = "Vi gör det här. " * 20
    heavy = (
        "Kommunfullmäktige återrapporterar verksamhetsuppföljningen kontinuerligt tillsammans med brottsförebyggande samverkansparter under hela det kommande året. "
        * 8
    )
    page = (await _offer(anna, promise, Written("lattlast", "", easy), prova="ja")).text
    assert "<strong>LIX 4</strong>: mycket lättläst" in page
    page = (await _offer(anna, promise, Written("lattlast", "", heavy), prova="ja")).text
    assert "mycket svår" in page
    assert "Tyngst att läsa" in page
    assert "LIX är gjort för svenska" in (await _offer(anna, promise, ARABIC, prova="ja")).text
    assert "Ingen sammanfattning än" in (await anna.get(f"/loften/{promise}/sammanfattningar")).text


async def test_what_may_not_be_kept_is_said_beside_the_field(browser_of: BrowserOf) -> None:
    promise, anna = await made.promise(), await browser_of("anna")
    answer = await _offer(anna, promise, Written("xx", "", "Ring 811228-9874." + "a" * 7000))
    assert answer.status_code == 422
    for said in ("Välj ett av språken", "Rubrik: skriv något här", "högst 6000 tecken"):
        assert said in answer.text
    assert "ser ut som ett personnummer" in (await _offer(anna, promise, Written("fi", "Lupaus", "Se 811228-9874."))).text
    assert (await _offer(await browser_of("bo"), promise)).status_code == 403, "a leader approves and does not write"
    assert (await _offer(await browser_of("anna"), promise, Written("fi", "\u202eLupaus", "Kunta\u2066 ja poliisi."))).status_code == 303
    assert "\u202e" not in (await anna.get(f"/loften/{promise}/sammanfattningar")).text


def test_every_language_has_a_code_of_its_own_and_knows_which_way_it_is_written() -> None:
    assert all(re.fullmatch(r"lattlast|[a-z]{2,3}", code) for code in LANGUAGES)
    assert {code for code, one in LANGUAGES.items() if one.rtl} == {"yi", "ar", "prs", "he", "ckb", "ps", "fa", "syr", "ur"}
    assert len({one.own for one in LANGUAGES.values()}) == len(LANGUAGES)


def test_keys_bind_to_the_words_the_language_and_the_signed_text() -> None:
    promise = uuid.UUID(int=1)
    once = rules.hashed(promise, 1, retold.EASY)
    assert once != rules.hashed(promise, 2, retold.EASY)
    assert once != rules.hashed(promise, 1, Written("fi", retold.EASY.title, retold.EASY.body))
