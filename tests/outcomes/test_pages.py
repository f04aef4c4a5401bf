"""The reporter's page over the front door: what is offered to whom, what is recorded, taken back, and sent again."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from trygghet.outcomes import rules
from trygghet.promises import actions as promises
from trygghet.promises.rules import ActivityDraft

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
D = dt.date
HTMX = {"HX-Request": "true"}
OURS, THEIRS = [ActivityDraft(title=f"{name} eget", organisation=slug) for name, slug in (("Björkens", "bjorken"), ("Skogens", "lpo-skogen"))]


def titles(html: str) -> list[str]:
    return re.findall(r'<span class="task">([^<]+)</span>', html)


def fields(html: str, title: str) -> tuple[str, dict[str, str]]:
    """Where the form of that activity goes, and what it would send as it stands."""
    form = next(one for one in re.findall(r"<form.*?</form>", html, re.DOTALL) if f'data-title="{title}"' in one)
    found = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
    checked = re.search(r'name="dag" value="([^"]+)" checked', form)
    assert checked
    address = re.search(r'action="([^"]+)"', form)
    assert address
    return address[1], {**found, "dag": checked[1]}


async def report(browser: httpx.AsyncClient, title: str = "Trafikkontroller", headers: dict[str, str] | None = None, **typed: str) -> httpx.Response:
    address, form = fields((await browser.get("/rapportera")).text, title)
    return await browser.post(address, data=form | typed, headers=headers)


# ---------------------------------------------------------------- what is offered
async def test_a_reporter_comes_here_first_and_others_to_what_they_owe(browser_of: BrowserOf) -> None:
    for who, address in (("ragna", "/rapportera"), ("anna", "/oversikt"), ("bo", "/oversikt"), ("adam", "/medlemmar")):
        assert (await (await browser_of(who)).get("/hem")).headers["location"] == address, who
    assert 'href="/rapportera"' in (await (await browser_of("anna")).get("/oversikt")).text
    assert 'href="/rapportera"' not in (await (await browser_of("bo")).get("/oversikt")).text


async def test_ones_own_activities_are_offered_and_those_of_no_named_party(browser_of: BrowserOf) -> None:
    await made.promise(activities=(OURS, THEIRS))
    assert titles((await (await browser_of("ragna")).get("/rapportera")).text) == ["Trafikkontroller", "Trygghetssamtal", "Björkens eget"]
    assert titles((await (await browser_of("per")).get("/rapportera")).text) == ["Trafikkontroller", "Trygghetssamtal", "Skogens eget"]
    assert "Inget att rapportera på just nu" in (await (await browser_of("oda")).get("/rapportera")).text


@pytest.mark.parametrize(
    ("first", "last", "is_offered"),
    [
        (D(2023, 1, 1), D(2024, 12, 31), True),
        (D(2024, 10, 1), D(2024, 10, 1), True),
        (D(2024, 10, 2), D(2024, 12, 31), False),
        (D(2023, 1, 1), D(2024, 8, 2), True),
        (D(2023, 1, 1), D(2024, 8, 1), False),
    ],
)
async def test_a_promise_is_offered_from_its_first_day_and_sixty_days_after_its_last(
    browser_of: BrowserOf,
    first: dt.date,
    last: dt.date,
    is_offered: bool,  # noqa: FBT001
) -> None:
    await made.promise(valid_from=first, valid_until=last)
    page = (await (await browser_of("ragna")).get("/rapportera")).text
    assert bool(titles(page)) is is_offered
    if last < D(2024, 10, 1) and is_offered:
        assert "Sista dagen, 2 aug" in page
        assert (await report(await browser_of("ragna"))).status_code == 303


async def test_what_somebody_used_last_stands_first_for_them_alone(browser_of: BrowserOf, clock: HandClock) -> None:
    await made.promise(activities=(OURS,))
    ragna = await browser_of("ragna")
    for title in ("Björkens eget", "Trygghetssamtal"):
        clock.at += dt.timedelta(minutes=1)
        await report(ragna, title)
    assert titles((await ragna.get("/rapportera")).text) == ["Trygghetssamtal", "Björkens eget", "Trafikkontroller"]
    assert titles((await (await browser_of("anna")).get("/rapportera")).text) == ["Trafikkontroller", "Trygghetssamtal", "Björkens eget"]


async def test_several_promises_are_named_and_many_activities_can_be_searched(browser_of: BrowserOf) -> None:
    await made.promise()
    anna = await browser_of("anna")
    page = (await anna.get("/rapportera")).text
    assert "Medborgarlöfte i Björken" not in page
    assert 'id="sok"' not in page
    await made.promise(title="Det andra löftet", activities=tuple(ActivityDraft(title=f"Insats {number}") for number in range(30)))
    page = (await anna.get("/rapportera")).text
    assert len(titles(page)) == 34
    assert "Det andra löftet" in page
    assert 'id="sok"' in page


async def test_places_are_the_promises_own_or_those_that_were_named_last(browser_of: BrowserOf) -> None:
    walks = ActivityDraft(title="Vandringar", places=("Torget", "Hamnen"))
    many = ActivityDraft(title="Ronder", places=tuple(f"Plats {number}" for number in range(9)))
    await made.promise(activities=(walks, many))
    ragna = await browser_of("ragna")
    assert (await report(ragna, plats="Nossebro")).status_code == 303
    page = (await ragna.get("/rapportera")).text
    assert page.count('data-place="Nossebro"') == 2, "on both activities that name no place"
    assert '<input type="radio" name="plats" value="Hamnen">' in page
    assert '<option value="Plats 8">' in page
    refused = await report(ragna, "Vandringar", plats="Nossebro")
    assert refused.status_code == 422
    assert "Plats: välj en av platserna." in refused.text


# ---------------------------------------------------------------- recorded
async def test_a_report_is_recorded_with_its_place_told_at_once_and_counted(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna = await browser_of("ragna")
    answer = await report(ragna, antal="2", plats="Nossebro", anteckning="Två kvällar")
    page = (await ragna.get(answer.headers["location"])).text
    assert "Registrerat: Trafikkontroller" in page
    assert "2 kontroller, Nossebro, 1 okt 2024. Räknaren är uppdaterad" in page
    (row,) = (await made.read(promise_id))[1].standing
    assert (row.amount, row.place, row.note, row.happened_on, row.reporter_office) == (
        2,
        "Nossebro",
        "Två kvällar",
        D(2024, 10, 1),
        "Fältsekreterare",
    )
    assert "Nossebro" in (await ragna.get(f"/loften/{promise_id}")).text
    residents = (await (await browser_of()).get("/bjorken")).text
    assert "2 av 12" in residents
    assert "Nossebro" not in residents, "a place that the promise does not name stays inside"


async def test_the_day_may_be_yesterday_or_another_and_never_tomorrow(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna = await browser_of("ragna")
    assert (await report(ragna, dag="2024-09-30")).status_code == 303
    assert (await report(ragna, dag="annan", datum="2024-03-05")).status_code == 303
    for typed, words in (
        ({"dag": "2024-10-02"}, "har inte varit än"),
        ({"dag": "annan", "datum": ""}, "ange ett datum"),
        ({"dag": "i går"}, "skriv datumet"),
    ):
        refused = await report(ragna, **typed)
        assert refused.status_code == 422
        assert words in refused.text
    assert sorted(row.happened_on for row in (await made.read(promise_id))[1].standing) == [D(2024, 3, 5), D(2024, 9, 30)]


async def test_what_is_told_in_words_needs_words_and_what_is_done_or_not_does_not(browser_of: BrowserOf) -> None:
    await made.promise(activities=(ActivityDraft(title="Dialog", measure="narrative"), ActivityDraft(title="Plan", measure="yes_no")))
    ragna = await browser_of("ragna")
    refused = await report(ragna, "Dialog")
    assert "Vad som gjordes: skriv något här." in refused.text
    assert (await report(ragna, "Dialog", anteckning="Vi träffade rektor.")).status_code == 303
    assert (await report(ragna, "Plan")).status_code == 303


async def test_the_same_report_sent_again_is_the_same_row_and_another_under_its_key_is_refused(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna = await browser_of("ragna")
    address, form = fields((await ragna.get("/rapportera")).text, "Trafikkontroller")
    answers = [await ragna.post(address, data=form, headers=HTMX) for _ in range(3)]
    assert [one.status_code for one in answers] == [200] * 3
    assert answers[0].text.count("Registrerat: Trafikkontroller") == answers[2].text.count("Registrerat: Trafikkontroller") == 1
    assert len((await made.read(promise_id))[1].recorded) == 1
    refused = await ragna.post(address, data=form | {"antal": "7"}, headers=HTMX)
    assert refused.status_code == 422
    assert '<p data-field="">Formuläret är redan sparat en gång: 1, 1 oktober 2024.' in refused.text


async def test_a_report_that_was_on_its_way_is_the_same_row_after_its_activity_is_gone(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna = await browser_of("ragna")
    address, form = fields((await ragna.get("/rapportera")).text, "Trafikkontroller")
    await ragna.post(address, data=form, headers=HTMX)
    await made.effect(promise_id, areas=())
    assert (await ragna.post(address, data=form, headers=HTMX)).status_code == 200
    refused = await ragna.post(address, data=form | {"form_key": str(uuid.uuid4())}, headers=HTMX)
    assert refused.status_code == 422
    assert "Aktiviteten togs bort i version 2" in refused.text


async def test_a_page_of_somebody_elses_or_of_another_organisation_records_nothing(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna, berit = await browser_of("ragna"), await browser_of("berit")
    address, form = fields((await ragna.get("/rapportera")).text, "Trafikkontroller")
    token = cast.csrf((await berit.get("/rapportera")).text)
    for headers in (HTMX, {}):
        answer = await berit.post(address, data=form | {"_csrf_token": token}, headers=headers)
        assert answer.status_code == 409
        assert "Det skrevs av någon annan" in answer.text
    assert (await made.read(promise_id))[1].recorded == ()


async def test_signed_out_the_page_gets_a_token_that_fits_and_nothing_is_lost(browser_of: BrowserOf) -> None:
    await made.promise()
    ragna = await browser_of("ragna")
    address, form = fields((await ragna.get("/rapportera")).text, "Trafikkontroller")
    ragna.cookies.delete("trygghet_session")
    answer = await ragna.post(address, data=form, headers=HTMX)
    assert answer.status_code == 401
    assert "token" in answer.headers["HX-Trigger"]


# ---------------------------------------------------------------- taken back
async def test_undo_is_a_correction_that_stays_as_history_however_often_it_is_asked_for(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna = await browser_of("ragna")
    await report(ragna, antal="3", plats="Nossebro")
    (row,) = (await made.read(promise_id))[1].recorded
    token = cast.csrf((await ragna.get("/rapportera")).text)
    for _ in range(2):
        answer = await ragna.post(f"/rapportera/utfall/{row.id}/angra", data={"_csrf_token": token})
        assert answer.status_code == 303
    page = (await ragna.get(answer.headers["location"])).text
    assert "Ångrat: Trafikkontroller" in page
    assert ">ångrad<" in page
    activity = (await made.read(promise_id))[1]
    assert activity.standing == []
    assert sorted((one.amount, one.note) for one in activity.recorded) == [(0, rules.UNDO_NOTE), (3, "")]
    assert "Rättade 3 den 1 oktober 2024 till 0" in (await ragna.get(f"/loften/{promise_id}/historik")).text


async def test_nobody_takes_back_what_somebody_else_reported_or_what_was_corrected_since(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await report(await browser_of("ragna"), antal="3")
    (row,) = (await made.read(promise_id))[1].recorded
    anna, ragna = await browser_of("anna"), await browser_of("ragna")
    token = cast.csrf((await anna.get("/rapportera")).text)
    assert (await anna.post(f"/rapportera/utfall/{row.id}/angra", data={"_csrf_token": token})).status_code == 404
    await promises.correct_outcome(
        cast.BJORKEN, row.id, by=made.ANNA, amount=2, happened_on=row.happened_on, note="Två", form_key=uuid.uuid4(), now=cast.START
    )
    page = await ragna.get("/rapportera")
    assert "rättad till 2" in page.text
    assert f"/rapportera/utfall/{row.id}/angra" not in page.text
    for headers in (HTMX, {}):
        answer = await ragna.post(f"/rapportera/utfall/{row.id}/angra", data={"_csrf_token": cast.csrf(page.text)}, headers=headers)
        assert answer.status_code == 422
        assert "Raden är redan rättad" in answer.text


async def test_a_row_whose_place_the_promise_has_dropped_can_still_be_taken_back(browser_of: BrowserOf) -> None:
    walks = ActivityDraft(id=uuid.UUID(int=7), title="Vandringar", places=("Torget", "Hamnen"))
    promise_id = await made.promise(areas=(), activities=(walks,))
    ragna = await browser_of("ragna")
    await report(ragna, "Vandringar", plats="Torget")
    await made.effect(promise_id, activities=(replace(walks, places=("Hamnen", "Skolan")),))
    (row,) = (await made.read(promise_id))[1].recorded
    token = cast.csrf((await ragna.get("/rapportera")).text)
    assert (await ragna.post(f"/rapportera/utfall/{row.id}/angra", data={"_csrf_token": token})).status_code == 303
    assert (await made.read(promise_id))[1].standing == []


async def test_the_last_ten_of_ones_own_are_shown(browser_of: BrowserOf, clock: HandClock) -> None:
    await made.promise()
    ragna = await browser_of("ragna")
    for number in range(12):
        clock.at += dt.timedelta(minutes=1)
        await report(ragna, anteckning=f"Rapport {number}.")
    page = (await ragna.get("/rapportera")).text
    assert re.findall(r"Rapport \d+\.", page) == [f"Rapport {number}." for number in range(11, 1, -1)]
    assert "Rapport" not in (await (await browser_of("anna")).get("/rapportera")).text.split('id="senaste"')[1]
