from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.made import read, recorded

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}


async def checks(promise_id: uuid.UUID) -> str:
    """The address of the traffic checks' form."""
    _, activity = await read(promise_id)
    return f"/loften/{promise_id}/aktiviteter/{activity.id}/utfall"


def form_of(html: str) -> dict[str, str]:
    """What the outcome form on the page would send as it stands."""
    form = html[html.index('<form class="form"') :]
    return {name: value for name, value in re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form) if name != "next"}


async def fill(browser: httpx.AsyncClient, address: str, headers: dict[str, str] | None = None, **typed: str) -> httpx.Response:
    """Opens the form, fills it in and sends it."""
    page = await browser.get(address, headers=headers)
    assert page.status_code == 200, page.text
    return await browser.post(address, data=form_of(page.text) | typed, headers=headers)


# ---------------------------------------------------------------- reading
async def test_the_list_says_what_is_in_force_and_how_long_it_lasts(browser_of: BrowserOf) -> None:
    await made.promise()
    await made.promise(title="Det gamla löftet", valid_from=dt.date(2018, 1, 1), valid_until=dt.date(2018, 12, 31))
    await made.promise(title="Det nya löftet", valid_from=dt.date(2025, 1, 1), valid_until=dt.date(2025, 12, 31))
    page = (await (await browser_of("anna")).get("/loften")).text
    assert "Ett löfte gäller. Det löper ut om 91 dagar, 31 december 2024." in page
    assert [
        page.index(words) for words in ("Gäller nu", "Medborgarlöfte i Björken", "Börjar gälla<", "Det nya löftet", "Har gällt", "Det gamla löftet")
    ] == sorted(
        page.index(words) for words in ("Gäller nu", "Medborgarlöfte i Björken", "Börjar gälla<", "Det nya löftet", "Har gällt", "Det gamla löftet")
    )
    assert "Löper ut om 91 dagar" in page
    assert "Gick ut 31 december 2018" in page


async def test_the_list_of_an_organisation_without_promises_says_what_will_stand_there(browser_of: BrowserOf) -> None:
    await made.promise()
    page = (await (await browser_of("oda")).get("/loften")).text
    assert "Inga löften än" in page
    assert "Björken" not in page


@pytest.mark.parametrize("who", ["anna", "bo", "ragna", "pia", "per"])
async def test_both_parties_read_the_whole_promise(browser_of: BrowserOf, who: str) -> None:
    promise_id = await made.promise()
    answer = await (await browser_of(who)).get(f"/loften/{promise_id}")
    assert answer.status_code == 200
    for words in (
        "Löper ut om 91 dagar",
        "Gemensamt: Björkens kommun och LPO Skogen",
        "undertecknad av båda",
        "Läget i dag",
        "<li>Norra infarten</li>",
        "1. Trafik",
        "Lugnare trafik vid skolorna.",
        "Jämn takt hade gett 9,0",
        "274 av årets 366 dagar har gått. 274 ÷ 366 × 12 = 9,0.",
        "Löftet anger inget antal, så det finns inget tal att mäta mot.",
        "Infart",
        "Så samverkar vi",
        "1 jan 2023 till och med 31 dec 2024",
        "Lokalpolisområdeschef Pia Psson, LPO Skogen, 20 dec 2022",
        "Löpande till BRÅ",
        "Minst var 30:e dag",
        "anna@cast.example.org",
        "Gemensam uppföljning för 2024",
        "https://police.example.org/bjorken",
    ):
        assert words in answer.text, words
    assert ("Registrera utfall" in answer.text) is (who in {"anna", "ragna", "per"})


@pytest.mark.parametrize(("who", "status"), [("oda", 404), ("carl", 404)])
async def test_others_do_not_learn_that_it_exists(browser_of: BrowserOf, who: str, status: int) -> None:
    promise_id = await made.promise()
    address = await checks(promise_id)
    outcome_id = await recorded(promise_id, 2)
    browser = await browser_of(who)
    for path in (f"/loften/{promise_id}", address, f"/loften/{promise_id}/utfall/{outcome_id}/ratta"):
        assert (await browser.get(path)).status_code == status, path


@pytest.mark.parametrize("who", ["bo", "pia", "adam"])
async def test_a_leader_and_an_administrator_read_and_do_not_record(browser_of: BrowserOf, who: str) -> None:
    promise_id = await made.promise()
    browser = await browser_of(who)
    token = cast.csrf((await browser.get(f"/loften/{promise_id}")).text)
    for path in (await checks(promise_id), f"/loften/{promise_id}/utfall/{await recorded(promise_id, 2)}/ratta"):
        assert (await browser.get(path)).status_code == 403
        assert (await browser.post(path, data={"_csrf_token": token, "antal": "2", "datum": "2024-10-01"})).status_code == 403


async def test_an_address_that_mixes_two_promises_leads_nowhere(browser_of: BrowserOf) -> None:
    one, other = await made.promise(), await made.promise(title="Ett annat löfte")
    browser = await browser_of("anna")
    _, foreign = await read(other)
    assert (await browser.get(f"/loften/{one}/aktiviteter/{foreign.id}/utfall")).status_code == 404
    assert (await browser.get(f"/loften/{one}/utfall/{await recorded(other, 1)}/ratta")).status_code == 404


# ---------------------------------------------------------------- recording
@pytest.mark.parametrize("who", ["anna", "ragna", "per"])
async def test_recording_without_htmx_leads_back_to_the_promise(browser_of: BrowserOf, who: str) -> None:
    promise_id = await made.promise()
    browser = await browser_of(who)
    answer = await fill(browser, await checks(promise_id), antal="2", anteckning="Norra infarten")
    _, activity = await read(promise_id)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/loften/{promise_id}?sparat={activity.id}#aktivitet-{activity.id}"
    page = (await browser.get(answer.headers["location"])).text
    assert "<b>2 av 12</b>" in page
    assert "Sparat." in page
    assert "Norra infarten" in page
    assert [(row.amount, row.happened_on) for row in activity.recorded] == [(2, dt.date(2024, 10, 1))]


async def test_recording_with_htmx_answers_with_the_activity_alone(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    answer = await fill(await browser_of("ragna"), await checks(promise_id), HTMX, antal="8", datum="2024-09-24")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    for words in ("<b>8 av 12</b>", "Jämn takt hade gett 9,0", "1 efter takten", "24 sep 2024", "Björken, fältsekreterare", "Sparat."):
        assert words in answer.text, words
    assert "<form" not in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_errors_come_back_in_the_form_with_what_was_typed(browser_of: BrowserOf, headers: dict[str, str]) -> None:
    promise_id = await made.promise()
    browser, address = await browser_of("ragna"), await checks(promise_id)
    answer = await fill(browser, address, headers, antal="två", datum="2024-09-31", anteckning="Kväll & natt")
    assert answer.status_code == 422
    assert ("<html" in answer.text) is (not headers)
    for words in (
        "Inget sparades än. Två uppgifter behöver rättas.",
        "Antal: skriv ett heltal, minst 1. Du skrev ”två”.",
        "Datum: 2024-09-31 finns inte. September 2024 har 30 dagar.",
        'value="två"',
        'value="2024-09-31"',
        'value="Kväll &amp; natt"',
    ):
        assert words in answer.text, words
    assert answer.text.count('aria-invalid="true"') == 2
    mended = await browser.post(address, data=form_of(answer.text) | {"antal": "2", "datum": "2024-09-30", "anteckning": "Kväll"}, headers=headers)
    assert mended.status_code == (200 if headers else 303)
    assert len((await read(promise_id))[1].recorded) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"datum": "2024-10-02"}, "Datum: 2 oktober 2024 har inte varit än. Skriv i dag, 1 oktober 2024, eller en tidigare dag."),
        ({"datum": "2022-12-31"}, "Datum: löftet gäller 1 januari 2023 till och med 31 december 2024. Du skrev 31 december 2022."),
        ({"anteckning": "Träffade 19811228-9874"}, "Anteckning: ”19811228-9874” ser ut som ett personnummer och sparas inte."),
        ({"anteckning": "a" * 501}, "Anteckning: högst 500 tecken. Du skrev 501."),
    ],
)
async def test_what_cannot_be_recorded_is_refused_with_a_sentence(browser_of: BrowserOf, typed: dict[str, str], sentence: str) -> None:
    promise_id = await made.promise()
    answer = await fill(await browser_of("ragna"), await checks(promise_id), HTMX, **({"antal": "1"} | typed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not (await read(promise_id))[1].recorded


async def test_a_form_sent_twice_is_one_row(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    browser, address = await browser_of("ragna"), await checks(promise_id)
    form = form_of((await browser.get(address)).text) | {"antal": "2"}
    answers = await asyncio.gather(*(browser.post(address, data=form) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert len((await read(promise_id))[1].recorded) == 1


async def test_a_form_sent_to_another_activity_is_not_lost_in_silence(browser_of: BrowserOf) -> None:
    promise_id, other = await made.promise(), await made.promise(title="Ett annat löfte")
    browser, address = await browser_of("ragna"), await checks(promise_id)
    form = form_of((await browser.get(address)).text) | {"antal": "2"}
    assert (await browser.post(address, data=form)).status_code == 303
    _, *others = (await read(promise_id))[0].all_activities
    for elsewhere in (f"/loften/{promise_id}/aktiviteter/{others[0].id}/utfall", await checks(other)):
        answer = await browser.post(elsewhere, data=form)
        assert answer.status_code == 422
        assert "Formuläret är redan sparat en gång: 2, 1 oktober 2024." in answer.text
        assert (await browser.post(elsewhere, data=form_of(answer.text))).status_code == 303, "the form that came back has a key of its own"
    assert [len(one.recorded) for one in (await read(promise_id))[0].all_activities][:2] == [1, 1]


async def test_an_old_form_filled_in_anew_is_not_lost_in_silence(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    browser, address = await browser_of("ragna"), await checks(promise_id)
    form = form_of((await browser.get(address)).text)
    await browser.post(address, data=form | {"antal": "2"})
    answer = await browser.post(address, data=form | {"antal": "3"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Formuläret är redan sparat en gång: 2, 1 oktober 2024. Spara igen om det här är ett nytt utfall." in answer.text
    await browser.post(address, data=form_of(answer.text), headers=HTMX)
    assert sorted(row.amount for row in (await read(promise_id))[1].recorded) == [2, 3]


async def test_the_other_party_sees_the_outcome_at_once(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await fill(await browser_of("per"), await checks(promise_id), antal="3", anteckning="Södra infarten")
    page = (await (await browser_of("anna")).get(f"/loften/{promise_id}")).text
    assert "Södra infarten" in page
    assert "LPO Skogen, kommunpolis" in page
    assert "/ratta" not in page


# ---------------------------------------------------------------- correcting
@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_a_correction_is_a_new_row_and_the_old_one_stays_struck(browser_of: BrowserOf, headers: dict[str, str]) -> None:
    promise_id = await made.promise()
    browser = await browser_of("anna")
    outcome_id = await recorded(promise_id, 2)
    answer = await fill(browser, f"/loften/{promise_id}/utfall/{outcome_id}/ratta", headers, antal="1", anteckning="dubbelt räknad")
    page = answer.text if headers else (await browser.get(answer.headers["location"])).text
    assert "<b>1 av 12</b>" in page
    assert "Rättar raden nedan: dubbelt räknad" in page
    assert page.index("dubbelt räknad") < page.index('<span class="struck">12 sep 2024')
    again = await browser.get(f"/loften/{promise_id}/utfall/{outcome_id}/ratta")
    refused = await browser.post(f"/loften/{promise_id}/utfall/{outcome_id}/ratta", data=form_of(again.text) | {"antal": "5", "anteckning": "fel"})
    assert refused.status_code == 422
    assert "Raden är redan rättad." in refused.text


async def test_a_correction_to_nought_withdraws_the_row(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    answer = await fill(
        await browser_of("anna"), f"/loften/{promise_id}/utfall/{await recorded(promise_id, 2)}/ratta", HTMX, antal="0", anteckning="fel löfte"
    )
    assert "<b>0 av 12</b>" in answer.text
    assert "Tar bort raden nedan: fel löfte" in answer.text


async def test_a_correction_without_a_reason_is_refused(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    answer = await fill(await browser_of("anna"), f"/loften/{promise_id}/utfall/{await recorded(promise_id, 2)}/ratta", HTMX, antal="1")
    assert answer.status_code == 422
    assert "Varför det rättas: skriv något här." in answer.text


async def test_one_party_does_not_correct_the_other_s_row(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    outcome_id = await recorded(promise_id, 2)
    answer = await fill(await browser_of("per"), f"/loften/{promise_id}/utfall/{outcome_id}/ratta", HTMX, antal="1", anteckning="fel")
    assert answer.status_code == 422
    assert "Raden skrevs av Björken. Be dem att rätta den." in answer.text


# ---------------------------------------------------------------- open promises
async def test_an_open_promise_says_when_it_is_seen_over(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await made.promise(valid_until=None, review_on=dt.date(2025, 6, 30))
    clock.at = dt.datetime(2024, 10, 1, 22, 30, tzinfo=dt.UTC)  # already 2 October in Sweden
    page = (await (await browser_of("bo")).get(f"/loften/{promise_id}")).text
    assert "Från 1 jan 2023 och tills vidare; ses över 30 jun 2025" in page
    assert "275 av årets 366 dagar har gått." in page


async def test_where_a_promise_names_no_signatory_none_is_invented(browser_of: BrowserOf) -> None:
    promise_id = await made.promise(parties=(replace(made.BJORKEN, signatory_name="", signatory_office=""), made.SKOGEN))
    page = (await (await browser_of("bo")).get(f"/loften/{promise_id}")).text
    assert "Björkens kommun, löftet nämner inte av vem" in page
    assert "Lokalpolisområdeschef Pia Psson, LPO Skogen, 20 dec 2022" in page
