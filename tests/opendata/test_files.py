"""The tables as a journalist opens them: the figures of the page, nothing that runs, and all of it however much there is."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

from tests import cast, made
from tests.site import given
from trygghet import app
from trygghet.opendata import actions, sitemap
from trygghet.organisations import actions as organisations

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def _rows(answer: httpx.Response) -> list[dict[str, str]]:
    """The table as Swedish Excel reads it."""
    assert answer.status_code == 200, answer.url
    assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def _shown(page: httpx.Response) -> dict[str, tuple[str, str, str]]:
    """The page's own table: activity -> period, done, promised."""
    rows = html.fromstring(page.content).xpath("//table[caption='Aktiviteter och utfall']/tbody/tr")
    return {row.xpath("string(th)"): tuple(cell.text_content().strip() for cell in row.xpath("td")[:3]) for row in rows}  # type: ignore[misc]


async def test_what_a_journalist_adds_up_is_what_the_page_shows(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    for day, amount in ((dt.date(2023, 3, 1), 7), (dt.date(2024, 2, 1), 2), (dt.date(2024, 9, 12), 3)):
        await made.recorded(promise_id, amount, happened_on=day)
    residents = await browser_of()
    shown = _shown(await residents.get("/bjorken"))
    assert shown["Trafikkontroller"][1] == "5"
    for base in ("/oppna-data", "/bjorken/data", f"/bjorken/loften/{promise_id}/data"):
        counted, told = _rows(await residents.get(f"{base}/utfall.csv")), _rows(await residents.get(f"{base}/aktiviteter.csv"))
        for row in told:
            within = [one for one in counted if one["aktivitet-id"] == row["aktivitet-id"] and row["från"] <= one["dag"] <= row["till"]]
            assert str(sum(int(one["antal"]) for one in within)) == row["utfall"] == shown[row["aktivitet"]][1]
            assert row["utlovat"] == shown[row["aktivitet"]][2].replace("–", "")
        assert [row["utfall hela tiden"] for row in told] == ["12", "0"]
    [checks, _] = told
    assert (checks["jämn takt"], checks["skillnad"], checks["kommun"], checks["måltal"]) == ("9,0", "-4,0", "Björken", "12")


async def test_nothing_that_somebody_wrote_is_run_by_a_spreadsheet(browser_of: BrowserOf) -> None:
    evil = '=HYPERLINK("https://ond.example.org";"Klicka")'
    area = replace(made.DRAFT.areas[0], title=evil, goals=(), activities=(replace(made.CHECKS, title="@SUM(A1)", unit="-1+1"),))
    promise_id = await made.promise(title="+46 löften", areas=(area,))
    await made.recorded(promise_id, 4)
    await given.told(promise_id, title="\t=1+1", body='=cmd|"/c calc"!A1', voice="police")
    residents = await browser_of()
    for name in ("loften", "aktiviteter", "utfall", "uppdateringar"):
        for row in _rows(await residents.get(f"/oppna-data/{name}.csv")):
            assert not [cell for cell in row.values() if cell.startswith(("=", "+", "@", "\t")) or cell == "-1+1"], name
    [row] = _rows(await residents.get("/bjorken/data/utfall.csv"))
    assert (row["fokusområde"], row["antal"]) == (f"'{evil}", "4")


async def test_everything_is_told_however_much_it_is_and_not_sent_again(browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    ids = {str(await made.promise(title=f"Löfte {number}")) for number in range(5)}
    residents = await browser_of()
    first = await residents.get("/oppna-data/loften.csv")
    rows = _rows(first)
    assert {row["löfte-id"] for row in rows} == ids
    assert len(rows) == 5
    again = await residents.get("/oppna-data/loften.csv", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await made.promise()
    assert len(_rows(await residents.get("/oppna-data/loften.csv", headers={"If-None-Match": first.headers["etag"]}))) == 6


async def test_a_table_is_there_only_where_something_is_published(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await made.promise()
    residents = await browser_of()
    for path in ("/eken/data/utfall.csv", f"/eken/loften/{promise_id}/data/utfall.csv", "/bjorken/data/hemligt.csv", "/oppna-data/hemligt.csv"):
        assert (await residents.get(path)).status_code == 404, path
    assert _rows(await residents.get("/oppna-data/uppfoljningar.csv")) == []
    clock.at = cast.START + dt.timedelta(days=100)
    [row] = _rows(await residents.get("/bjorken/data/loften.csv"))
    assert row["läge"] == "Gick ut 31 december 2024"


async def test_what_is_below_a_name_that_an_organisation_had_before_leads_on(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    residents = await browser_of()
    named = (await residents.get("/bjorken/kalender.ics")).text.partition("\nUID:")[2].partition("\n")[0]
    await organisations.across_organisations_rename("bjorken", "nya-bjorken", app.first_names(), now=cast.START)
    for below in ("data/utfall.csv", f"loften/{promise_id}/data/utfall.csv", "kalender.ics"):
        answer = await residents.get(f"/bjorken/{below}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/nya-bjorken/{below}")
        assert (await residents.get(f"/nya-bjorken/{below}")).status_code == 200
    assert named in (await residents.get("/nya-bjorken/kalender.ics")).text, "the calendar is the same"
    old = await residents.get("/api/v1/municipalities/bjorken")
    assert (old.status_code, old.headers["location"]) == (301, "/api/v1/municipalities/nya-bjorken")


async def test_the_page_says_what_there_is_and_every_address_on_it_leads_there(browser_of: BrowserOf) -> None:
    await given.told(await made.promise())
    residents = await browser_of()
    for path in ("/oppna-data", "/en/oppna-data"):
        page = html.fromstring((await residents.get(path)).content)
        assert page.xpath("//a[@rel='license']/@href") == ["https://creativecommons.org/publicdomain/zero/1.0/"]
        addresses = [one for one in page.xpath("//main//a/@href") if one.startswith("/")]
        assert len(addresses) > 10
        for address in addresses:
            assert (await residents.get(address)).status_code == 200, address


# ---------------------------------------------------------------- search engines
async def test_search_engines_find_every_page_and_nothing_that_was_taken_back(browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    promise_id = await made.promise()
    told, gone = await given.told(promise_id), await given.told(promise_id, withdrawn=cast.START)
    residents = await browser_of()
    robots = (await residents.get("/robots.txt")).text
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /*?sok=" in robots, "what somebody has searched for is no page of its own"
    whole = etree.fromstring((await residents.get("/sitemap.xml")).content).xpath("//s:loc/text()", namespaces=SPACE)
    assert f"http://testserver/bjorken/uppdateringar/{told}" in whole
    assert not [one for one in whole if str(gone) in one]
    assert f"http://testserver/en/bjorken/uppdateringar/{told}" in whole
    for address in whole:
        page = html.fromstring((await residents.get(address)).content)
        beside = {one.get("hreflang"): one.get("href") for one in page.xpath("//link[@hreflang]")}
        listed = etree.fromstring((await residents.get("/sitemap.xml")).content).xpath(f"//s:url[s:loc='{address}']/x:link", namespaces=SPACE)
        assert {one.get("hreflang"): one.get("href") for one in listed} == beside, address
        assert beside[page.get("lang")] == address
    monkeypatch.setattr(sitemap, "SIZE", 2)
    files = etree.fromstring((await residents.get("/sitemap.xml")).content).xpath("//s:sitemap/s:loc/text()", namespaces=SPACE)
    assert len(files) == 2
    parted = [loc for one in files for loc in etree.fromstring((await residents.get(one)).content).xpath("//s:loc/text()", namespaces=SPACE)]
    assert sorted(parted) == sorted(whole)
    for wrong in ("0", "3", "-1", "x", "99999999", "²"):
        assert (await residents.get(f"/sitemap.xml?del={wrong}")).status_code == 404, wrong
