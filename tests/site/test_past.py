"""What residents can look back on: every signed text of a promise and what it changed, every update, and addresses that have been."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import feedparser
import pytest
from lxml import html

from tests import cast, made
from tests.site import given
from trygghet import app, database
from trygghet.organisations import actions as organisations
from trygghet.organisations.rules import Organisation
from trygghet.promises import actions as promises
from trygghet.promises.outcomes import Entry
from trygghet.promises.rules import ActivityDraft
from trygghet.swedish import Refusal
from trygghet.tongue import ENGLISH, SWEDISH

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
DAY = dt.timedelta(days=1)


def _versions(page: str) -> dict[str, str]:
    """What stands at each version, as a reader meets it."""
    return {one.get("id"): " ".join(one.text_content().split()) for one in html.fromstring(page).xpath("//main//ol/li[@id]")}


# ---------------------------------------------------------------- versions
async def test_every_signed_text_stands_with_what_it_changed_and_why(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await made.effect(promise_id, reason="Fler barn går till skolan.", oath="Kommunen och polisen lovar lugna skolvägar.")
    residents = await browser_of()
    assert f'href="/bjorken/loften/{promise_id}/historik"' in (await residents.get("/bjorken")).text
    found = _versions((await residents.get(f"/bjorken/loften/{promise_id}/historik")).text)
    assert list(found) == ["2", "1"]
    assert "Undertecknad 1 oktober 2024" in found["2"]
    assert "Skäl: Fler barn går till skolan." in found["2"]
    assert "tillagt: lugna skolvägar" in found["2"]
    assert "borttaget: att göra vägarna tryggare tillsammans" in found["2"]
    assert "Ändrad" not in found["1"]


async def test_what_changed_is_named_in_english_and_what_was_written_stays_swedish(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await made.effect(promise_id, reason="Längre.", oath="Kommunen och polisen lovar lugna skolvägar.", valid_until=dt.date(2025, 6, 30))
    page = html.fromstring((await (await browser_of()).get(f"/en/bjorken/loften/{promise_id}/historik")).text).xpath("//li[@id='2']")[0]
    labels = page.xpath(".//div[@class='change']/p[1]/text()")
    assert {"The promise in a sentence or two", "In force until"} <= set(labels)
    said = dict(zip(labels, page.xpath(".//div[@class='change']/p[2]"), strict=True))
    assert "30 June 2025" in said["In force until"].text_content()
    assert said["In force until"].get("lang") is None
    oath = said["The promise in a sentence or two"]
    assert oath.get("lang") == "sv"
    assert [one.text_content() for one in oath.xpath(".//*[@lang='en']")][:2] in (["removed: ", " (end)"], ["added: ", " (end)"])
    assert "Changed" in page.text_content()
    assert not {"Ändrad", "Löftet"} & set(page.text_content().split())


async def test_a_promise_that_has_not_changed_has_one_version(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    assert list(_versions((await (await browser_of()).get(f"/bjorken/loften/{promise_id}/historik")).text)) == ["1"]


async def test_what_may_not_be_told_yet_is_in_no_version(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await made.promise()
    draft = await made.draft_of(promise_id)
    secret = ActivityDraft(title="Insats som bara verkar om ingen vet", public_after=dt.date(2024, 10, 20))
    await made.effect(promise_id, reason="Mer ska göras.", activities=(*draft.activities, secret))
    residents = await browser_of()
    path = f"/bjorken/loften/{promise_id}/historik"
    assert "bara verkar" not in (await residents.get(path)).text
    clock.at = cast.START + 30 * DAY
    page = (await residents.get(path)).text
    assert "bara verkar" in _versions(page)["2"]
    assert "Får inte berättas före" not in page


async def test_what_was_counted_and_by_whom_is_in_no_version(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 7, note="Bara för oss")
    await made.effect(promise_id, title="Ett nytt namn")
    page = (await (await browser_of()).get(f"/bjorken/loften/{promise_id}/historik")).text
    assert "Ett nytt namn" in page
    assert "Bara för oss" not in page
    assert not {"Ragna", "2024-09-12"} & set(page.split())


async def test_the_history_of_what_is_not_there_is_not_there(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    unsigned = await made.unsigned()
    residents = await browser_of()
    for path in (f"/eken/loften/{promise_id}", f"/bjorken/loften/{uuid.uuid4()}", f"/bjorken/loften/{unsigned}"):
        for name in ("historik", "uppdateringar"):
            assert (await residents.get(f"{path}/{name}")).status_code == 404, path


# ---------------------------------------------------------------- updates
async def test_all_that_was_told_can_be_leafed_through_however_much_it_is(browser_of: BrowserOf) -> None:
    old = await made.promise(title="Det gamla löftet", valid_from=dt.date(2018, 1, 1), valid_until=dt.date(2018, 12, 31))
    early = await given.told(old, at=cast.START - 400 * DAY, title="Det första av allt")
    promise_id = await made.promise()
    for number in range(56):
        await given.told(promise_id, at=cast.START - number * DAY, title=f"Nyhet {number}")
    await given.told(promise_id, at=cast.START, withdrawn=cast.START, title="Det som drogs tillbaka")
    residents = await browser_of()
    page = html.fromstring((await residents.get("/bjorken")).text)
    assert len(page.xpath("//li[@data-update]")) == 10
    assert page.xpath("string(//a[contains(@href, '/uppdateringar') and starts-with(., 'Alla')])") == "Alla 56 uppdateringar"
    titles: list[str] = []
    path = f"/bjorken/loften/{promise_id}/uppdateringar"
    while path:
        leaf = html.fromstring((await residents.get(path)).text)
        titles += leaf.xpath("//li[@data-update]//h3/a/text()")
        path = next(iter(leaf.xpath("//nav//a[text()='Nästa']/@href")), "")
    assert titles == [f"Nyhet {number}" for number in range(56)]
    assert f"/uppdateringar/{early}" in (await residents.get(f"/bjorken/loften/{old}")).text, "the other promise's newer ones do not push it out"


@pytest.mark.parametrize("page", ["0", "2", "-1", "1e3", "99999999", "01", "%00", "<script>"])
async def test_a_page_of_the_list_that_is_not_there_is_not_found(page: str, browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    assert (await (await browser_of()).get(f"/bjorken/loften/{promise_id}/uppdateringar?sida={page}")).status_code == 404


# ---------------------------------------------------------------- very full
async def test_ten_thousand_outcomes_make_no_heavier_page(browser_of: BrowserOf) -> None:
    places = tuple(f"Plats {number}" for number in range(4))
    checks = replace(made.CHECKS, places=places)
    promise_id = await made.promise(activities=(checks,))
    residents = await browser_of()
    light = len((await residents.get("/bjorken")).content)
    promise = await made.read(promise_id)
    activity = next(one for one in promise[0].all_activities if one.places)
    rows = [Entry(dt.date(2024, 1, 1) + (number % 270) * DAY, 1, "", uuid.uuid4(), places[number % 4]) for number in range(10_000)]
    await promises.record_many(cast.BJORKEN, promise_id, [(activity.id, row) for row in rows], by=made.ANNA, content_hash="a" * 64, now=cast.START)
    page = await residents.get("/bjorken")
    assert len(page.content) < light + 10_000
    cells = html.fromstring(page.text).xpath("//table[caption='Plats för plats: Trafikkontroller']//tr/td[1]/text()")
    assert sum(int(one) for one in cells) == 10_000


# ---------------------------------------------------------------- another name in addresses
async def _rename(old: str, new: str, *, now: dt.datetime = cast.START) -> None:
    await organisations.across_organisations_rename(old, new, app.first_names(), now=now)


async def test_an_old_address_leads_to_the_same_page_under_the_new_name(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    update = await given.told(promise_id)
    residents = await browser_of()
    paths = [
        "",
        "/flode.atom",
        f"/loften/{promise_id}",
        f"/loften/{promise_id}/historik",
        f"/loften/{promise_id}/uppdateringar?sida=1",
        f"/loften/{promise_id}/kalender.ics",
        f"/uppdateringar/{update}",
    ]
    before = {path: await residents.get(f"/bjorken{path}") for path in paths}
    await _rename("bjorken", "bjorkens-kommun")
    await _rename("bjorkens-kommun", "nya-bjorken", now=cast.START + dt.timedelta(days=1))
    for path, answer in before.items():
        for old in ("bjorken", "bjorkens-kommun"):
            moved = await residents.get(f"/{old}{path}")
            assert (answer.status_code, moved.status_code, moved.headers["location"]) == (200, 301, f"/nya-bjorken{path}")
            assert "set-cookie" not in moved.headers
        assert (await residents.get(f"/nya-bjorken{path}")).status_code == 200
    assert (await residents.get("/en/bjorken")).headers["location"] == "/en/nya-bjorken"
    assert (await residents.get("/bjorken/finns-inte")).status_code == 404
    ids = [feedparser.parse(one.content).feed.id for one in (before["/flode.atom"], await residents.get("/nya-bjorken/flode.atom"))]
    assert ids[0] == ids[1], "a reader of feeds knows it again"
    named = [sorted(re.findall(r"UID:\S+", one.text)) for one in (before[paths[5]], await residents.get(f"/nya-bjorken{paths[5]}"))]
    assert named[0] == named[1], "and a calendar its days"


async def test_a_name_can_be_taken_back_but_not_by_somebody_else(browser_of: BrowserOf) -> None:
    await made.promise()
    await _rename("bjorken", "nya-bjorken")
    for taken in ("eken", "nya-bjorken"):
        with pytest.raises(Refusal, match=r"organisation\.taken"):
            await _rename("nya-bjorken", taken)
    with pytest.raises(Refusal, match=r"organisation\.taken"):
        await _rename("eken", "bjorken")
    other = Organisation("bjorken", "Björkens andra kommun", "Björken", "municipality")
    with pytest.raises(Refusal, match=r"organisation\.taken"):
        await organisations.across_organisations_add(other, app.first_names(), now=cast.START)
    for wrong in ("oversikt", "Åmål", "", "a" * 101):
        with pytest.raises(Refusal, match=r"organisation\.slug"):
            await _rename("nya-bjorken", wrong)
    await _rename("nya-bjorken", "bjorken")
    residents = await browser_of()
    assert (await residents.get("/bjorken")).status_code == 200
    assert (await residents.get("/nya-bjorken")).headers["location"] == "/bjorken"


async def test_a_police_area_knows_its_municipality_by_the_new_name(database_url: str) -> None:
    await _rename("bjorken", "nya-bjorken")
    async with database.published() as link:
        found = await link.fetchval("SELECT municipalities FROM published_organisation WHERE slug = 'lpo-skogen'")
    assert "nya-bjorken" in {one["slug"] for one in found}
    assert "bjorken" not in {one["slug"] for one in found}


async def test_a_promise_with_more_than_a_page_of_activities_is_read_a_page_at_a_time(browser_of: BrowserOf) -> None:
    many = [ActivityDraft(title=f"Aktivitet {number}", unit="pass") for number in range(70)]
    secret = ActivityDraft(title="Bara verkar om ingen vet", public_after=dt.date(2025, 1, 1))
    promise_id = await made.promise(areas=(), goals=(), activities=(*many, secret))
    residents = await browser_of()
    first = html.fromstring((await residents.get("/bjorken")).text)
    [more] = first.xpath("//a[contains(@href, '/mal')]")
    assert more.text == "De första 60 av 70 mål och aktiviteter står här. Läs resten"
    rest = html.fromstring((await residents.get(more.get("href"))).text)
    shown = [page.xpath("//table[caption='Aktiviteter och utfall']/tbody/tr/th/text()") for page in (first, rest)]
    assert [*shown[0], *shown[1]] == [one.title for one in many]
    assert "70 mål och aktiviteter." in rest.text_content()
    assert {one.get("hreflang"): one.get("href") for one in rest.xpath("//link[@hreflang]")} == {
        tongue.code: f"http://testserver{tongue.at(more.get('href'))}" for tongue in (SWEDISH, ENGLISH)
    }
    assert (await residents.get(f"/bjorken/loften/{promise_id}/mal?sida=3")).status_code == 404
