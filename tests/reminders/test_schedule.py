"""What the schedule and its page foretell is what goes out."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.obligations import given
from tests.reminders.letters import at, deliver_until, entered, sql
from trygghet import clock as clocks
from trygghet.obligations import actions as obligations
from trygghet.reminders import actions
from trygghet.reminders.lines import as_data
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
D = dt.date.fromisoformat
FIRST, LAST = D("2024-01-01"), D("2025-12-31")


# ---------------------------------------------------------------- the schedule
async def test_the_schedule_foretells_exactly_what_goes_out(database_url: str, settings: Settings) -> None:
    await entered(rhythms=given.quarterly("KSAU", 20), activities=given.dated("Vandring", "2024-11-11"))
    foretold = {
        organisation: await actions.schedule(organisation, D("2024-10-01"), D("2025-01-31"), now=cast.START)
        for organisation in (cast.BJORKEN, cast.SKOGEN)
    }
    assert all(line.state == "planned" for lines in foretold.values() for line in lines)
    expected = {(clocks.day(line.at), one.email, line.title) for lines in foretold.values() for line in lines for one in line.people}
    sent: set[tuple[dt.date, str, str]] = set()
    day = D("2024-10-01")
    while day <= D("2025-01-31"):
        letters = await deliver_until(at(day.isoformat()), settings)
        assert len({one.to_address for one in letters}) == len(letters), "one letter a person and day"
        sent |= {(day, one.to_address, title) for one in letters for _, _, title in expected if title in one.text}
        day += dt.timedelta(days=1)
    assert sent == expected
    afterwards = await actions.schedule(cast.BJORKEN, D("2024-10-01"), D("2025-01-31"), now=at("2025-02-01"))
    assert {line.state for line in afterwards if line.people} == {"sent"}


async def test_the_schedule_tells_what_would_have_gone_out_before_anyone_was_here(database_url: str) -> None:
    await given.promise()
    found = await actions.schedule(cast.BJORKEN, D("2024-07-01"), D("2024-12-31"), now=cast.START)
    assert next((line.at.isoformat(), line.state, line.people[0].email) for line in found) == (
        "2024-07-04T05:30:00+00:00",
        "past",
        cast.email("anna"),
    )
    past, still = [[line for line in found[1:] if (line.at <= cast.START) is gone] for gone in (True, False)]
    assert {line.state for line in still} == {"planned"}
    assert {line.title[:24] for line in past if line.state == "past"} == {"Uppföljningen för 2023 i"}
    assert len([line for line in past if line.seat == "leader" and "Uppföljningen" in line.title]) == 13, "week by week since 31 December 2023"


async def test_a_reversed_range_is_refused(database_url: str) -> None:
    with pytest.raises(Refusal, match=r"schedule\.reversed"):
        await actions.schedule(cast.BJORKEN, LAST, FIRST, now=cast.START)


async def test_nobody_sees_anothers_schedule(database_url: str) -> None:
    await entered()
    for organisation in (cast.ON, cast.EKEN):
        assert await actions.schedule(organisation, FIRST, LAST, now=cast.START) == []
    lines = await actions.schedule(cast.SKOGEN, FIRST, LAST, now=cast.START)
    assert {one.email for line in lines for one in line.people} == {cast.email("per"), cast.email("pia"), cast.email("siri")}
    assert json.loads(json.dumps(as_data(lines)))


# ---------------------------------------------------------------- the page
async def test_the_page_shows_the_ladders_of_each_promise(browser_of: BrowserOf) -> None:
    await entered()
    page = (await (await browser_of("anna")).get("/paminnelser")).text
    assert "Medborgarlöfte i Björken" in page
    assert "<h3>Löftet går ut, 31 december 2024</h3>" in page
    assert 'Samordnare: Anna Asson <span class="muted">(säkerhetssamordnare)' in page
    assert "Ledare: Bo Bsson" in page
    assert "Varför detta datum?" in page
    assert 'datetime="2024-11-01T07:30:00+01:00"' in page
    assert "4 juli 2024" not in page
    assert "4 juli 2024" in (await (await browser_of("anna")).get("/paminnelser?fran=2024-07-01&till=2024-12-31")).text


async def test_the_page_says_where_nobody_has_the_seat(browser_of: BrowserOf) -> None:
    await entered()
    await sql(
        "UPDATE member SET until_on = '2024-11-30' WHERE organisation_id = $1 AND office_id IN (SELECT id FROM office WHERE role = 'leader')",
        cast.BJORKEN,
    )
    page = (await (await browser_of("anna")).get("/paminnelser")).text
    assert "ingen är ledare den dagen" in page


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("fran=2024-02-30&till=2024-12-31", "fran", "2024-02-30 finns inte. Februari 2024 har 29 dagar."),
        ("fran=2024-10-01&till=snart", "till", "Till och med: skriv datumet som 2024-12-31. Du skrev ”snart”."),
        ("fran=&till=2024-12-31", "fran", "ange ett datum"),
        ("fran=2024-12-31&till=2024-10-01", "till", "2024-10-01 ligger före 2024-12-31"),
    ],
)
async def test_impossible_days_are_refused_beside_their_field(browser_of: BrowserOf, query: str, field: str, sentence: str) -> None:
    answer = await (await browser_of("anna")).get(f"/paminnelser?{query}")
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-fel">.*{re.escape(sentence)}', answer.text)


async def test_the_table_can_be_taken_into_a_spreadsheet(browser_of: BrowserOf) -> None:
    await entered()
    answer = await (await browser_of("anna")).get("/paminnelser.csv?fran=2024-10-01&till=2024-12-31")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[1] == (
        "2024-10-02 07:30;Löftet i Björken går ut om 90 dagar;Medborgarlöfte i Björken;Samordnare;Anna Asson;Säkerhetssamordnare;"
        "anna@cast.example.org;mejl;90 dagar före 31 december 2024: löftet går ut, Björken;"
        "90 dagar före 31 december 2024, enligt Tryggets stege.;;Planerad"
    )


async def test_marking_a_duty_empties_its_ladder(browser_of: BrowserOf) -> None:
    promise_id = await entered(rhythms=given.quarterly())
    anna = await browser_of("anna")
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    assert "kvartal 4 2024 till KSAU, 31 december 2024" in (await anna.get("/paminnelser")).text
    await anna.post(f"/frister/{duty}/klar", data={"_csrf_token": anna.cookies["trygghet_csrf"], "anteckning": ""})
    assert (await obligations.obligation(cast.BJORKEN, duty)).done_at == cast.START
    assert "kvartal 4 2024 till KSAU, 31 december 2024" not in (await anna.get("/paminnelser")).text


async def test_when_a_new_promise_takes_over_nobody_is_reminded_of_the_old_ones_end(browser_of: BrowserOf) -> None:
    duty = await given.obligation_id(await entered(), "renewal:2024-12-31")
    assert await given.planned(duty, cast.SKOGEN)
    await entered("2025-01-01", "2026-12-31", title="Nästa löfte")
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        assert await given.planned(duty, organisation) == []
    assert "Löftet går ut, 31 december 2024" not in (await (await browser_of("anna")).get("/paminnelser")).text
