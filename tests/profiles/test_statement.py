from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.profiles.test_profile import saved
from trygghet import database
from trygghet.profiles import actions, rules

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
PATH = "/bjorken/tillganglighet"
FAULT = {"text": "Kartan läses inte upp av min skärmläsare.", "sida": "Startsidan", "epost": "lisa@example.org"}


async def letters() -> list[str]:
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT seat, words FROM delivery WHERE key LIKE 'notice:fault:%' ORDER BY key")
    return [f"{row['seat']}: {' '.join(row['words']['lines'])}" for row in rows]


async def reported(residents: httpx.AsyncClient, **typed: str) -> httpx.Response:
    return await residents.post(PATH, data={**FAULT, **typed})


async def test_a_statement_says_what_the_organisation_has_said_and_where_to_turn(browser_of: BrowserOf) -> None:
    residents = await browser_of()
    assert "har inte bedömt sidorna ännu" in (await residents.get(PATH)).text
    said = {
        "niva": "partly",
        "brister": "Filmerna saknar text till och med mars 2025.",
        "granskad": "2024-09-30",
        "epost": "kommun@bjorken.example.org",
    }
    assert (await saved(await browser_of("adam"), **said)).status_code == 303
    page = (await residents.get(PATH)).text
    for words in ("uppfyller lagens krav delvis", "30 september 2024", said["brister"], 'mailto:kommun@bjorken.example.org"', "Digg"):
        assert words in page
    assert "partly with the Act" in (await residents.get(f"/en{PATH}")).text
    assert (await residents.get("/ingen/tillganglighet")).status_code == 404


async def test_all_statements_are_found_on_one_page(browser_of: BrowserOf) -> None:
    page = (await (await browser_of()).get("/tillganglighet")).text
    for slug in ("bjorken", "lpo-skogen", "on"):
        assert f'href="/{slug}/tillganglighet"' in page


async def test_a_fault_becomes_a_letter_to_who_answers_for_the_pages(browser_of: BrowserOf) -> None:
    residents = await browser_of()
    answer = await reported(residents)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Anmälan är skickad till Björkens kommun." in answer.text
    assert not residents.cookies
    words = "Kartan läses inte upp av min skärmläsare. Sida: Startsidan Den som skrev vill ha svar till lisa@example.org."
    assert await letters() == [f"administrator: {words}", f"coordinator: {words}"]
    assert FAULT["text"] in (await (await browser_of("adam")).get("/profil")).text
    assert FAULT["text"] not in (await (await browser_of("olof")).get("/profil")).text
    assert "Du behöver inget konto" in (await residents.get(PATH)).text


async def test_the_same_report_sent_again_is_one(browser_of: BrowserOf) -> None:
    for _ in range(3):
        assert (await reported(await browser_of())).status_code == 200
    assert len(await letters()) == 2


async def test_no_more_reports_are_taken_from_one_network_than_somebody_can_mean(browser_of: BrowserOf) -> None:
    residents = await browser_of()
    for number in range(rules.PER_NETWORK):
        assert (await reported(residents, text=f"Fel {number}")).status_code == 200
    answer = await reported(residents, text="Ett till")
    assert answer.status_code == 422
    assert "många anmälningar" in answer.text
    assert "Ett till" in answer.text, "what was typed stays"
    assert len(await letters()) == 2 * rules.PER_NETWORK


async def test_what_a_stranger_types_is_held_and_shown_as_text(browser_of: BrowserOf) -> None:
    residents = await browser_of()
    for typed, said in (
        ({"text": ""}, "Vad som inte fungerade"),
        ({"text": "x" * 2001}, "2000"),
        ({"text": "Jag heter 19811218-9876"}, "personnummer"),
        ({"epost": "<script>"}, "&lt;script&gt;"),
        ({"sida": "\u202ex"}, ""),
    ):
        answer = await reported(residents, **typed)
        assert answer.status_code in ({422} if said else {200, 422}), typed
        assert said in answer.text
        assert "<script" not in answer.text
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM fault_report WHERE organisation_id <> $1", cast.BJORKEN) == 0


async def test_a_report_is_forgotten_after_a_year_also_where_no_new_one_comes(browser_of: BrowserOf) -> None:
    assert (await reported(await browser_of())).status_code == 200
    administrator = await browser_of("adam")
    await actions.across_organisations_forget(now=cast.START + rules.KEPT)
    assert FAULT["text"] in (await administrator.get("/profil")).text
    await actions.across_organisations_forget(now=cast.START + rules.KEPT + dt.timedelta(seconds=1))
    assert FAULT["text"] not in (await administrator.get("/profil")).text


async def test_a_network_is_kept_as_a_name_that_holds_for_one_day() -> None:
    day = dt.date(2024, 10, 1)
    first = rules.network("192.0.2.7", day, "x")
    assert first == rules.network("192.0.2.99", day, "x")
    assert rules.network("2001:db8:1:2::3", day, "x") == rules.network("2001:db8:1:9::4", day, "x")
    assert len({first, rules.network("192.0.3.7", day, "x"), rules.network("192.0.2.7", dt.date(2024, 10, 2), "x")}) == 3


async def test_a_statement_is_found_under_the_name_that_the_organisation_had_before(browser_of: BrowserOf) -> None:
    async with database.across_organisations() as link:
        await link.execute("INSERT INTO former_slug (slug, organisation_id, until) VALUES ('lunden', $1, $2)", cast.BJORKEN, cast.START)
    answer = await (await browser_of()).get("/lunden/tillganglighet")
    assert (answer.status_code, answer.headers["location"]) == (301, PATH)
