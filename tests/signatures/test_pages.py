"""A text is shared, agreed on, refused, signed, opened again and taken back, through the front door."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from tests import agreeing, cast, telling
from tests.agreeing import NOW, approve, begun, edit, shared, sign
from trygghet.promises import actions as promises
from trygghet.signatures import actions
from trygghet.wordings import actions as wordings
from trygghet.wordings import starting
from trygghet.wordings.manuscript import HEAD_ID, empty
from trygghet.wordings.rules import State, Typed

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio


def at(wording_id: UUID) -> str:
    return f"/lydelser/{wording_id}"


async def state(wording_id: UUID, by: UUID = cast.BJORKEN) -> State:
    return (await actions.read(by, wording_id)).state


async def press(browser: httpx.AsyncClient, wording_id: UUID, button: str, page: str = "", **typed: str) -> httpx.Response:
    """A button on one of the text's pages, with the hash that the page carries."""
    found = await browser.get(at(wording_id) + page)
    assert found.status_code == 200, found.text
    filled = {
        "_csrf_token": cast.csrf(found.text),
        **({"lydelse": telling.field(found, "lydelse")} if 'name="lydelse"' in found.text else {}),
        **typed,
    }
    return await browser.post(f"{at(wording_id)}/{button}", data=filled)


async def write_name(browser: httpx.AsyncClient, wording_id: UUID, password: str = cast.PASSWORD, **typed: str) -> httpx.Response:
    return await press(browser, wording_id, "skriv-under", "/skriv-under", losenord=password, **typed)


# ---------------------------------------------------------------- sharing
async def test_sharing_says_what_it_means_and_who_will_read_it_before_it_is_done(browser_of: BrowserOf) -> None:
    wording_id, anna = await begun(), await browser_of("anna")
    page = (await anna.get(f"{at(wording_id)}/dela")).text
    for words in ("allmän handling enligt 2 kap. tryckfrihetsförordningen", "inte att göra ogjort", "stannar hos er", "LPO Skogen kan öppna texten"):
        assert words in page
    assert await state(wording_id) is State.PRIVATE, "to look at the page shares nothing"
    assert (await (await browser_of("per")).get(at(wording_id))).status_code == 404
    assert (await press(anna, wording_id, "dela", "/dela")).status_code == 303
    assert "Väntar på ert godkännande." in (await (await browser_of("per")).get(at(wording_id))).text
    assert (await (await browser_of("carl")).get(at(wording_id))).status_code == 404, "Eken is no party"


async def test_a_text_that_is_not_whole_is_not_shared_and_all_that_it_lacks_is_said_at_once(browser_of: BrowserOf) -> None:
    wording_id, anna = await begun(empty()), await browser_of("anna")
    page = await anna.get(f"{at(wording_id)}/dela")
    for words in (
        "Löftets namn: skriv något här.",
        "Gäller från och med: ange ett datum",
        "Löftet i en eller två meningar: skriv något här.",
        "Parter:",
    ):
        assert words in page.text
    assert 'name="lydelse"' not in page.text, "there is no button to press yet"
    refused = await anna.post(f"{at(wording_id)}/dela", data={"_csrf_token": cast.csrf(page.text), "lydelse": await agreeing.seen(wording_id)})
    assert refused.status_code == 422
    assert await state(wording_id) is State.PRIVATE


async def test_an_author_that_is_no_party_shares_nothing(browser_of: BrowserOf) -> None:
    wording_id = await begun(agreeing.text([cast.EKEN, cast.SKOGEN]))
    assert "själv vara part" in (await (await browser_of("anna")).get(f"{at(wording_id)}/dela")).text


async def test_the_police_alone_promise_unilaterally_and_hear_it(browser_of: BrowserOf) -> None:
    wording_id = await begun(agreeing.text([cast.SKOGEN], concerns=str(cast.BJORKEN)), agreeing.PER)
    per, pia = await browser_of("per"), await browser_of("pia")
    assert "ensidigt löfte" in (await per.get(f"{at(wording_id)}/dela")).text
    assert (await press(per, wording_id, "dela", "/dela")).status_code == 303
    assert (await press(pia, wording_id, "godkann")).status_code == 303
    assert (await write_name(pia, wording_id)).status_code == 303
    assert await state(wording_id, cast.SKOGEN) is State.SIGNED
    assert "Ensidigt löfte" in (await pia.get(at(wording_id))).text


async def test_a_party_that_comes_into_a_shared_text_reads_it_only_once_it_is_shared_with_it_too(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    await wordings.rewrite(cast.SKOGEN, wording_id, agreeing.text([cast.BJORKEN, cast.SKOGEN, cast.EKEN]), by=agreeing.PER, now=NOW)
    assert (await (await browser_of("cecilia")).get(at(wording_id))).status_code == 404
    anna = await browser_of("anna")
    assert "Ekens kommun, som har kommit till sedan den delades" in (await anna.get(at(wording_id))).text
    await approve(wording_id)
    assert await state(wording_id) is State.SHARED, "two of three keys are none"
    assert (await press(anna, wording_id, "dela", "/dela")).status_code == 303
    assert "Väntar på ert godkännande." in (await (await browser_of("cecilia")).get(at(wording_id))).text
    await approve(wording_id, agreeing.CECILIA)
    assert await state(wording_id) is State.AGREED


# ---------------------------------------------------------------- yes and no
async def test_both_leaders_approve_the_same_text_and_each_double_click_is_answered_calmly(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    bo, pia = await browser_of("bo"), await browser_of("pia")
    page = await bo.get(at(wording_id))
    words = {"_csrf_token": cast.csrf(page.text), "lydelse": telling.field(page, "lydelse")}
    twice = await asyncio.gather(*(bo.post(f"{at(wording_id)}/godkann", data=words) for _ in range(3)))
    assert {one.status_code for one in twice} == {303}
    assert len((await actions.read(cast.BJORKEN, wording_id)).approvals) == 1
    assert (await press(pia, wording_id, "godkann")).status_code == 303
    page = await pia.get(at(wording_id))
    assert "Alla parter har godkänt samma text." in page.text
    assert "Kommunstyrelsens ordförande, 1 oktober 2024 kl. 08.00" in page.text


async def test_two_who_press_at_the_same_moment_agree(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    browsers = [await browser_of(one) for one in ("bo", "pia")]
    answers = await asyncio.gather(*(press(one, wording_id, "godkann") for one in browsers))
    assert [one.status_code for one in answers] == [303, 303]
    assert await state(wording_id) is State.AGREED
    answers = await asyncio.gather(*(write_name(one, wording_id) for one in browsers))
    assert [one.status_code for one in answers] == [303, 303]
    assert await state(wording_id) is State.SIGNED


async def test_who_leads_both_parties_turns_only_one_key(browser_of: BrowserOf) -> None:
    await cast.seated("bo", cast.SKOGEN, "leader", "Lokalpolisområdeschef")
    wording_id, bo = await shared(), await browser_of("bo")
    assert (await press(bo, wording_id, "godkann")).status_code == 303
    page = await bo.get(at(wording_id))
    await bo.post("/byt-organisation", data={"_csrf_token": cast.csrf(page.text), "organisation": str(cast.SKOGEN)})
    refused = await press(bo, wording_id, "godkann")
    assert refused.status_code == 422
    assert "Ingen vrider om två parters nycklar" in refused.text
    await approve(wording_id, agreeing.PIA)
    refused = await write_name(bo, wording_id)
    assert refused.status_code == 422
    assert "Ingen vrider om två parters nycklar" in refused.text
    assert await state(wording_id) is State.AGREED


async def test_nobody_approves_what_has_changed_since_they_read_it(browser_of: BrowserOf) -> None:
    wording_id, bo = await shared(), await browser_of("bo")
    old = telling.field(await bo.get(at(wording_id)), "lydelse")
    await edit(wording_id)
    refused = await press(bo, wording_id, "godkann", lydelse=old)
    assert refused.status_code == 422
    assert "Texten har ändrats sedan du läste den." in refused.text
    assert "mer ljus" in refused.text, "and the new one is there to read"


async def test_an_edit_drops_the_key_and_shows_its_owner_the_words_that_changed(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    await approve(wording_id)
    await edit(wording_id)
    page = (await (await browser_of("bo")).get(at(wording_id))).text
    assert "Ändrat sedan ni godkände" in page
    assert re.search(
        r"<del><span class=\"vh\">borttaget: </span>att göra kvällarna lugnare tillsammans<span class=\"vh\"> \(slut\)</span></del>", page
    )
    assert "Tidigare godkännande gällde en äldre text och föll 1 oktober. Texten ändrades." in page
    assert [(one.what, one.sentence) for one in await actions.waiting(cast.BJORKEN)] == [("changed", "Läs vad som är ändrat sedan ni godkände")]
    await approve(wording_id, agreeing.BO)
    assert "Ändrat sedan ni godkände" not in (await (await browser_of("bo")).get(at(wording_id))).text


async def test_a_rejection_says_why_to_all_and_the_text_goes_on(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    await approve(wording_id, agreeing.BO)
    pia, bo = await browser_of("pia"), await browser_of("bo")
    silent = await press(pia, wording_id, "avvisa", varfor="")
    assert silent.status_code == 422
    assert "Varför: skriv något här." in silent.text
    assert (await press(pia, wording_id, "avvisa", varfor="Tre pass räcker inte styrkan till.")).status_code == 303
    page = (await bo.get(at(wording_id))).text
    assert "Avvisad av LPO Skogen 1 oktober 2024" in page
    assert "Tre pass räcker inte styrkan till." in page
    assert "Godkännandet föll 1 oktober. Texten avvisades." in page
    assert "LPO Skogen har avvisat texten. Den kan ändras och godkännas på nytt." in page
    standing = await actions.read(cast.BJORKEN, wording_id)
    assert all(one.fell_at for one in standing.approvals)
    assert [one.what for one in await actions.waiting(cast.SKOGEN)] == [], "they have said what they think of it"
    assert sorted(one.what for one in await actions.waiting(cast.BJORKEN)) == ["rejected"], "nobody is asked to say yes to it"
    await edit(wording_id, by=agreeing.ANNA)
    assert [one.what for one in await actions.waiting(cast.SKOGEN)] == ["approve"]
    await approve(wording_id)
    assert await state(wording_id) is State.AGREED


async def test_a_second_no_lets_a_yes_in_between_fall_and_the_same_one_twice_is_one(browser_of: BrowserOf) -> None:
    wording_id, bo = await shared(), await browser_of("bo")
    for _ in range(2):
        assert (await press(bo, wording_id, "avvisa", varfor="Inte än.")).status_code == 303
    assert [one.act for one in (await actions.read(cast.BJORKEN, wording_id)).events].count("wording.rejected") == 1
    await approve(wording_id, agreeing.PIA)
    assert (await press(bo, wording_id, "avvisa", varfor="Fortfarande inte.")).status_code == 303
    standing = await actions.read(cast.SKOGEN, wording_id)
    assert all(one.fell_at for one in standing.approvals)
    await approve(wording_id, agreeing.BO)
    assert not (await actions.read(cast.SKOGEN, wording_id)).agreed


async def test_only_leaders_approve_and_sign_and_only_parties_at_all(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    for who, code in (("anna", 403), ("per", 403), ("olof", 404)):
        browser = await browser_of(who)
        page = await browser.get("/oversikt")
        answer = await browser.post(
            f"{at(wording_id)}/godkann", data={"_csrf_token": cast.csrf(page.text), "lydelse": await agreeing.seen(wording_id)}
        )
        assert answer.status_code == code, who


# ---------------------------------------------------------------- signing
async def test_signing_asks_for_the_password_and_the_last_name_puts_the_promise_in_force(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    bo, pia = await browser_of("bo"), await browser_of("pia")
    await approve(wording_id)
    wrong = await write_name(bo, wording_id, "inte-mitt-lösenord")
    assert wrong.status_code == 422
    assert not (await actions.read(cast.BJORKEN, wording_id)).locked
    assert (await write_name(bo, wording_id)).headers["location"].endswith("?gjort=underskriven")
    page = (await pia.get(at(wording_id))).text
    assert "Björkens kommun har skrivit under. Nu återstår LPO Skogen." in page
    answer = await write_name(pia, wording_id)
    assert answer.headers["location"].endswith("?gjort=undertecknad")
    page = (await pia.get(answer.headers["location"])).text
    assert "Löftet är undertecknat och gäller från 1 januari 2025." in page
    assert "<strong>Pia Psson</strong>" in page
    assert (await pia.get(f"/loften/{(await wordings.read(cast.SKOGEN, wording_id)).promise_id}")).status_code == 200
    assert (await press(pia, wording_id, "dra-tillbaka", varfor="Ånger.")).status_code == 422


async def test_a_wrong_password_counts_as_a_failed_sign_in(browser_of: BrowserOf) -> None:
    wording_id, bo = await shared(), await browser_of("bo")
    await approve(wording_id)
    for _ in range(5):
        assert (await write_name(bo, wording_id, "fel")).status_code == 422
    refused = await write_name(bo, wording_id)
    assert refused.status_code == 422
    assert "För många försök." in refused.text


async def test_nobody_signs_before_all_have_approved(browser_of: BrowserOf) -> None:
    wording_id, bo = await shared(), await browser_of("bo")
    await approve(wording_id, agreeing.BO)
    assert (await bo.get(f"{at(wording_id)}/skriv-under")).status_code == 303
    refused = await press(bo, wording_id, "skriv-under", losenord=cast.PASSWORD)
    assert refused.status_code == 422
    assert "Alla parter behöver godkänna den här texten" in refused.text


async def test_signing_while_somebody_edits_signs_nothing_they_have_not_read(browser_of: BrowserOf) -> None:
    wording_id, bo = await shared(), await browser_of("bo")
    await approve(wording_id)
    old = telling.field(await bo.get(f"{at(wording_id)}/skriv-under"), "lydelse")
    await edit(wording_id)
    page = await bo.get(at(wording_id))
    refused = await bo.post(f"{at(wording_id)}/skriv-under", data={"_csrf_token": cast.csrf(page.text), "lydelse": old, "losenord": cast.PASSWORD})
    assert refused.status_code == 422
    assert "Texten har ändrats sedan du läste den." in refused.text
    assert (await actions.read(cast.BJORKEN, wording_id)).signatures == []


async def test_signing_after_the_first_day_is_allowed_and_shown(browser_of: BrowserOf) -> None:
    wording_id, bo = await shared(valid_from="2024-07-01"), await browser_of("bo")
    await approve(wording_id)
    assert "Undertecknas 1 oktober 2024, gäller från 1 juli 2024." in (await bo.get(f"{at(wording_id)}/skriv-under")).text
    await sign(wording_id)
    assert "Undertecknat 1 oktober 2024, gäller från 1 juli 2024." in (await bo.get(at(wording_id))).text


async def test_one_signature_locks_the_text_until_somebody_opens_it_again(browser_of: BrowserOf) -> None:
    wording_id, anna = await shared(), await browser_of("anna")
    await approve(wording_id)
    await sign(wording_id, agreeing.PIA)
    assert (await anna.get(f"{at(wording_id)}/skriv")).status_code == 422
    assert (await press(anna, wording_id, "oppna-igen", varfor="")).status_code == 422
    assert (await press(anna, wording_id, "oppna-igen", varfor="Fel telefonnummer.")).status_code == 303
    standing = await actions.read(cast.SKOGEN, wording_id)
    assert all(one.fell_at for one in [*standing.approvals, *standing.signatures])
    page = (await (await browser_of("pia")).get(at(wording_id))).text
    assert "Öppnad igen av Björkens kommun 1 oktober 2024" in page
    assert "Fel telefonnummer." in page
    await edit(wording_id, by=agreeing.ANNA)
    await approve(wording_id)
    assert (await sign(wording_id)).state is State.SIGNED


async def test_three_municipalities_and_the_police_all_sign(browser_of: BrowserOf) -> None:
    wording_id = await shared(agreeing.text([cast.BJORKEN, cast.EKEN, cast.ON, cast.SKOGEN]))
    olof = cast.asking("olof")
    await approve(wording_id, agreeing.BO, agreeing.PIA, agreeing.CECILIA)
    assert await state(wording_id) is State.SHARED
    await approve(wording_id, olof)
    await sign(wording_id, agreeing.BO, agreeing.PIA, olof)
    assert "Nu återstår Ekens kommun." in (await (await browser_of("anna")).get(at(wording_id))).text
    assert (await sign(wording_id, agreeing.CECILIA)).state is State.SIGNED


# ---------------------------------------------------------------- what is signed, changed
async def proposed(kind: str, **typed: str) -> UUID:
    """A change of a promise that is signed, begun by the police and not shared yet."""
    first = await shared()
    await approve(first)
    await sign(first)
    promise_id = (await wordings.read(cast.SKOGEN, first)).promise_id
    made = await starting.propose(cast.SKOGEN, promise_id, kind, by=agreeing.PER, now=NOW)
    filled = {name: Typed(value, None) for name, value in typed.items()}
    await wordings.save_part(cast.SKOGEN, made, HEAD_ID, filled, by=agreeing.PER, now=NOW)
    return made


async def test_a_change_needs_a_reason_that_residents_read_before_it_is_shared(browser_of: BrowserOf) -> None:
    wording_id = await proposed("change", oath="Vi lovar mer ljus.")
    assert (await (await browser_of("anna")).get(at(wording_id))).status_code == 404, "the promise is theirs too, this text is not yet"
    refused = await (await browser_of("per")).get(f"{at(wording_id)}/dela")
    assert "Skälet till ändringen: skriv något här." in refused.text


@pytest.mark.parametrize(
    ("kind", "last", "words"),
    [
        ("extension", "2027-12-31", "Förlängningen är undertecknad. Löftet gäller nu till och med 31 december 2027."),
        ("early_end", "2026-06-30", "Avslutet är undertecknat. Löftet gäller till och med 30 juni 2026."),
        ("change", "2026-12-31", "Ändringen är undertecknad och gäller nu."),
    ],
)
async def test_what_is_signed_is_changed_by_the_same_two_keys(browser_of: BrowserOf, kind: str, last: str, words: str) -> None:
    wording_id = await proposed(kind, reason="Mer belysning behövs.", valid_until=last)
    per, bo, pia = await browser_of("per"), await browser_of("bo"), await browser_of("pia")
    assert (await press(per, wording_id, "dela", "/dela")).status_code == 303
    assert "Mer belysning behövs." in (await bo.get(at(wording_id))).text
    for leader in (bo, pia):
        assert (await press(leader, wording_id, "godkann")).status_code == 303
    old = (await promises.read(cast.BJORKEN, (await wordings.read(cast.BJORKEN, wording_id)).promise_id)).validity.last
    assert str(old) == "2026-12-31", "approved is not signed"
    for leader in (bo, pia):
        assert (await write_name(leader, wording_id)).status_code == 303
    assert words in (await bo.get(at(wording_id))).text
    found = await promises.read(cast.BJORKEN, (await wordings.read(cast.BJORKEN, wording_id)).promise_id)
    assert (found.version, str(found.validity.last)) == (2, last)


# ---------------------------------------------------------------- going back, and looking back
async def test_a_withdrawn_text_says_why_and_stays_to_be_read(browser_of: BrowserOf) -> None:
    wording_id, anna = await shared(), await browser_of("anna")
    await approve(wording_id, agreeing.BO)
    assert (await press(anna, wording_id, "dra-tillbaka", varfor="")).status_code == 422
    assert (await press(anna, wording_id, "dra-tillbaka", varfor="Vi gör det med Eken i stället.")).status_code == 303
    page = (await (await browser_of("per")).get(at(wording_id))).text
    assert "Tillbakadragen tisdag 1 oktober 2024, 08.00: Vi gör det med Eken i stället." in page
    assert agreeing.HEAD["oath"] in page
    for button in ("godkann", "avvisa"):
        assert (await press(await browser_of("pia"), wording_id, button, varfor="x", lydelse=await agreeing.seen(wording_id))).status_code == 422
    assert await actions.waiting(cast.SKOGEN) == []


async def test_any_two_texts_are_compared_part_by_part(browser_of: BrowserOf) -> None:
    wording_id, anna = await shared(), await browser_of("anna")
    await wordings.remove(cast.SKOGEN, wording_id, agreeing.WALKS, by=agreeing.PER, now=NOW)
    await edit(wording_id)
    await wordings.keep_revision(cast.SKOGEN, wording_id)
    page = (await anna.get(f"{at(wording_id)}/skillnad?fran=1&till=2")).text
    assert "2 delar skiljer sig." in page
    assert "Borttagen" in page
    assert "Gemensamma kvällspass" in page
    assert "mer ljus" in page
    assert "De båda texterna säger samma sak." in (await anna.get(f"{at(wording_id)}/skillnad?fran=2&till=2")).text
    assert (await anna.get(f"{at(wording_id)}/skillnad?fran=9")).status_code == 404
    assert (await (await browser_of("oda")).get(f"{at(wording_id)}/skillnad")).status_code == 404


async def test_the_page_stands_with_forty_activities_and_with_nothing(browser_of: BrowserOf) -> None:
    text = agreeing.text()
    for number in range(40):
        text = text.add("activity", agreeing.AREA, part_id=(made := cast.person_id(f"part-{number}"))).set_field(made, "title", f"Aktivitet {number}")
    anna = await browser_of("anna")
    page = await anna.get(at(await begun(text)))
    assert page.text.count('class="beside') == 44
    assert "Ett löfte utan namn" in (await anna.get(at(await begun(empty())))).text
