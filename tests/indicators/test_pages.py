"""Through the front door: a series is laid up, filled, corrected, and set beside a goal where parties and residents read it."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.indicators import given
from trygghet.indicators import actions

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio
FORM = {"slag": "survey", "namn": "Otrygga sena kvällar", "enhet": "procent", "omrade": "Hela kommunen", "kalla": "Polisens trygghetsmätning"}


async def _post(client: httpx.AsyncClient, path: str, **typed: str) -> httpx.Response:
    page = await client.get("/indikatorer/ny")
    return await client.post(path, data={**typed, "_csrf_token": cast.csrf(page.text)}, follow_redirects=True)


async def _laid_up(client: httpx.AsyncClient, **changes: str) -> str:
    answer = await _post(client, "/indikatorer/ny", **{**FORM, "form_key": str(uuid.uuid4()), **changes})
    assert answer.status_code == 200, answer.text
    return answer.url.path


async def test_an_organisation_without_series_is_told_how_to_begin(browser_of: cast.BrowserOf) -> None:
    page = await (await browser_of("anna")).get("/indikatorer")
    assert "Inga indikatorer än" in page.text
    assert "/indikatorer/ny" in page.text


async def test_a_series_is_laid_up_and_filled_by_hand(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    path = await _laid_up(anna, grans="40", grans_ord="åtgärder behövs över")
    await _post(anna, f"{path}/varden", ar="2021", varde="31,5", svar="412", svarsfrekvens="52 %")
    page = await _post(anna, f"{path}/varden", ar="2023", varde="36", preliminart="ja", seriebrott="Frågan ställdes på ett nytt sätt.")
    for told in ("31,5", "n 412", "52 procent", "prel.", "seriebrott", "Frågan ställdes på ett nytt sätt.", "åtgärder behövs över 40"):
        assert told in page.text, told
    assert "visar inte vad ändringen beror på" in page.text
    assert "36 procent 2023 (preliminärt)." in page.text, "no comparison across the break"
    listed = await anna.get("/indikatorer")
    assert "36 procent" in listed.text


async def test_a_number_of_answers_behind_many_noughts_is_refused_as_too_large(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    page = await _post(anna, f"{await _laid_up(anna)}/varden", ar="2021", varde="3", svar="0" * 11 + "1" + "9" * 20)
    assert page.status_code == 422
    assert "Antal svar" in page.text


async def test_all_that_is_wrong_with_a_value_is_said_at_once_and_what_was_typed_stays(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    path = await _laid_up(anna)
    page = await _post(anna, f"{path}/varden", ar="23", varde="många", svar="-4", svarsfrekvens="140", datum="2023-02-31")
    assert page.status_code == 422
    for told in ("Du skrev ”23”", "Du skrev ”många”", "Du skrev ”-4”", "Du skrev ”140”", "2023-02-31 finns inte", 'value="många"'):
        assert told in page.text, told
    future = await _post(anna, f"{path}/varden", ar="2025", varde="3")
    assert "Skriv ett år från 1900 till 2024" in future.text


async def test_a_revised_value_is_a_new_row_and_the_earlier_one_stays_readable(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    path = await _laid_up(anna)
    page = await _post(anna, f"{path}/varden", ar="2023", varde="36")
    [change] = re.findall(rf'href="({path}/varden/[^"]+/andra)"', page.text)
    without = await _post(anna, change, varde="34")
    assert "Varför värdet ändras: skriv något här" in without.text
    page = await _post(anna, change, varde="34", skal="Slutlig siffra.")
    assert "Ändrat: Slutlig siffra." in page.text
    assert '<span class="struck">36 procent</span>' in page.text
    again = await _post(anna, change, varde="33", skal="En gång till.")
    assert again.status_code == 422
    assert "2023 är redan ändrat" in again.text


async def test_an_empty_value_takes_the_years_value_back_and_it_may_come_again(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    path = await _laid_up(anna)
    page = await _post(anna, f"{path}/varden", ar="2023", varde="36")
    [change] = re.findall(rf'href="({path}/varden/[^"]+/andra)"', page.text)
    page = await _post(anna, change, varde="", skal="Fel år.")
    assert "Inga värden än" in page.text
    page = await _post(anna, f"{path}/varden", ar="2023", varde="35")
    assert "35 procent 2023." in page.text


async def test_a_value_of_a_year_that_has_one_is_not_written_over(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    path = await _laid_up(anna)
    await _post(anna, f"{path}/varden", ar="2023", varde="36")
    same = await _post(anna, f"{path}/varden", ar="2023", varde="36,0")
    assert same.status_code == 200, "the same value sent twice is one"
    other = await _post(anna, f"{path}/varden", ar="2023", varde="12")
    assert "2023 har redan ett värde, 36 procent" in other.text
    assert len((await given.read(uuid.UUID(path.rsplit("/", 1)[1]))).recorded) == 1


async def test_beside_a_goal_it_is_read_by_the_other_party_and_by_residents(browser_of: cast.BrowserOf) -> None:
    anna, per, nobody = [await browser_of(who) for who in ("anna", "per", None)]
    promise_id, goal_id = await given.goal()
    series_id = await given.series()
    await given.measured(series_id, 2021, "31", n=402)
    await given.measured(series_id, 2023, "36", n=412, preliminary=True)
    assert (await per.get(f"/indikatorer/{series_id}")).status_code == 404, "not before"
    page = await _post(anna, f"/indikatorer/{series_id}/mal/{goal_id}")
    assert "Indikatorn ligger vid målet" in page.text
    theirs = await per.get(f"/loften/{promise_id}")
    public = await nobody.get(f"/bjorken/loften/{promise_id}")
    for read in (theirs, public):
        for told in ("Otrygga utomhus sena kvällar", "n 412", "prel.", "Källa: Polisens trygghetsmätning.", "visar inte vad ändringen beror på"):
            assert told in read.text, told
        assert "Fråga 12" not in read.text
    mine = await per.get(f"/indikatorer/{series_id}")
    assert mine.status_code == 200
    assert "Lägg till ett värde" not in mine.text
    assert (await _post(per, f"/indikatorer/{series_id}/varden", ar="2022", varde="1")).status_code == 404
    await _post(anna, f"/indikatorer/{series_id}/mal/{goal_id}/ta-bort")
    assert (await per.get(f"/indikatorer/{series_id}")).status_code == 404
    assert "Otrygga utomhus" not in (await nobody.get(f"/bjorken/loften/{promise_id}")).text


async def test_a_revised_value_is_on_the_public_page_and_in_the_log_at_once(browser_of: cast.BrowserOf) -> None:
    anna, nobody = await browser_of("anna"), await browser_of()
    promise_id, goal_id = await given.goal()
    series_id = await given.series()
    await actions.attach(cast.BJORKEN, series_id, goal_id, by=given.ANNA, now=cast.START)
    await given.measured(series_id, 2023, "36")
    old = (await given.read(series_id)).recorded[0]
    await _post(anna, f"/indikatorer/{series_id}/varden/{old.id}/andra", varde="34", skal="Slutlig siffra.")
    public = (await nobody.get(f"/bjorken/loften/{promise_id}")).text
    assert "34 procent 2023." in public
    assert "36" not in re.sub(r"[\w-]{20,}", "", public.split("Otrygga utomhus")[1].split("</figure>")[0])
    log = (await anna.get(f"/loften/{promise_id}/historik")).text
    for told in ("Lade indikatorn", "Lade in 36 procent för 2023", "Ändrade 36 procent till 34 procent för 2023", "Slutlig siffra."):
        assert told in log, told


async def test_who_only_reads_sees_no_forms(browser_of: cast.BrowserOf) -> None:
    bo = await browser_of("bo")
    series_id = await given.series()
    page = await bo.get(f"/indikatorer/{series_id}")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]
    assert (await bo.get("/indikatorer/ny")).status_code == 403


async def test_only_an_empty_series_may_be_thrown_away(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    empty, filled = await _laid_up(anna), await _laid_up(anna)
    await _post(anna, f"{filled}/varden", ar="2023", varde="1")
    assert (await _post(anna, f"{empty}/slang")).url.path == "/indikatorer"
    assert (await anna.get(empty)).status_code == 404
    no = await _post(anna, f"{filled}/slang")
    assert no.status_code == 422
    assert "kan inte slängas" in no.text


async def test_the_unit_stays_once_there_are_values(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    path = await _laid_up(anna)
    await _post(anna, f"{path}/varden", ar="2023", varde="1")
    no = await _post(anna, f"{path}/andra", **{**FORM, "enhet": "promille"})
    assert "enheten (procent) kan inte ändras" in no.text
    yes = await _post(anna, f"{path}/andra", **{**FORM, "namn": "Otrygga kvällar", "slag": "kolada"})
    assert "Otrygga kvällar" in yes.text
    assert "Uppgifterna är sparade" in yes.text


async def test_the_same_form_sent_twice_is_one_series(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    key = str(uuid.uuid4())
    assert await _laid_up(anna, form_key=key) == await _laid_up(anna, form_key=key)
    assert len(await actions.read_all(cast.BJORKEN)) == 1
