"""The residents' way in: found by a few letters, on the map, by county and police area, and held beside each other."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.site import given
from trygghet import database
from trygghet.promises.rules import Source
from trygghet.site import comparing, homes, sweden
from trygghet.site.voices import Voices, voices

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
AMAL = "1492"


async def placed(code: str = AMAL) -> None:
    """Björken lies where Åmål does, so that it is on the map."""
    await made.promise()
    async with database.across_organisations() as link:
        await link.execute("UPDATE organisation SET code = $2 WHERE id = $1", cast.BJORKEN, code)


async def found(residents: httpx.AsyncClient, sought: str) -> list[str]:
    """Which municipalities stand in the table."""
    page = await residents.get("/", params={"sok": sought})
    assert page.status_code == 200
    return re.findall(r'scope="row"><a href="/([a-z]+)"', page.text)


@pytest.mark.parametrize("sought", ["Björ", "bjork", "BJÖRKEN", "skogen", "västra göta", "vastra gota", "medborgarlöfte björken", "  björken  "])
async def test_a_few_letters_find_a_place_its_county_its_police_area_or_its_promise(browser_of: BrowserOf, sought: str) -> None:
    await placed()
    assert "bjorken" in await found(await browser_of(), sought)


async def test_a_few_letters_begin_a_word_and_more_may_stand_inside_it(browser_of: BrowserOf) -> None:
    await placed()
    residents = await browser_of()
    assert (await found(residents, "kog"), await found(residents, "koge")) == ([], ["bjorken"])


async def test_what_nobody_means_is_answered_with_what_works_and_escaped(browser_of: BrowserOf) -> None:
    await placed()
    page = await (await browser_of()).get("/", params={"sok": "<script>x</script>"})
    assert "<script>x" not in page.text
    assert "Ingen kommun och inget löfte stämmer" in page.text
    assert "Skriv kommunens namn" in page.text


async def test_a_municipality_that_has_told_of_nothing_is_named(browser_of: BrowserOf) -> None:
    await placed()
    page = await (await browser_of()).get("/", params={"sok": "kal"})
    assert "Har inget löfte här:" in page.text
    assert "Kalmar" in page.text


@pytest.mark.parametrize(("day", "stands"), [("2024-01-15", "holds"), ("2024-12-01", "ends"), ("2025-01-01", "over"), ("2022-12-01", "comes")])
async def test_the_map_says_how_a_promise_stands_and_leads_to_it(day: str, stands: str) -> None:
    assert {sweden.STANDS[state] for state in sweden.STANDS} == {"holds", "ends", "comes", "over"}
    promise = await _published()
    drawn = sweden.drawn({AMAL: promise}, dt.date.fromisoformat(day))
    assert [(one.slug, one.stands) for one in drawn.found] == [("bjorken", stands)]
    assert drawn.found[0].path not in drawn.rest


async def _published():  # type: ignore[no-untyped-def]  # noqa: ANN202
    from trygghet.site.rules import Published

    content = {"valid_from": "2023-01-01", "valid_until": "2024-12-31", "review_on": None}
    return Published(cast.BJORKEN, "bjorken", "Björken", content, cast.START, cast.START)


def test_every_municipality_of_sweden_is_on_the_map_and_in_a_county() -> None:
    names = sweden.names()
    assert len(names) == 290
    assert {code[:2] for code in names} == set(homes.COUNTIES)
    assert all(homes.county_of(homes.county_slug(code)) == code for code in homes.COUNTIES)


async def test_a_county_and_a_police_area_have_pages_and_what_is_none_has_not(browser_of: BrowserOf) -> None:
    await placed()
    residents = await browser_of()
    county = (await residents.get("/lan/vastra-gotalands-lan")).text
    assert 'href="/bjorken"' in county
    assert "Bengtsfors" in county, "a neighbour that has told of nothing"
    assert re.search(r'<a href="/bjorken" aria-label="Björken: löfte', county), "it is on the county's own map"
    assert 'href="/bjorken"' not in (await residents.get("/lan/skane-lan")).text
    assert 'href="/bjorken"' in (await residents.get("/polisomrade/lpo-skogen")).text
    front = (await residents.get("/")).text
    for code in homes.COUNTIES:
        assert f'href="/lan/{homes.county_slug(code)}"' in front, "every county is found from the front page, also those without any promise"
    for path in ("/lan/narnia", "/polisomrade/bjorken", "/polisomrade/finns-inte"):
        assert (await residents.get(path)).status_code == 404


async def test_a_municipality_leads_to_its_county_and_its_police_area(browser_of: BrowserOf) -> None:
    await placed()
    residents = await browser_of()
    page = (await residents.get("/bjorken")).text
    trail = re.findall(r'"item": ?"http://testserver(/[^"]*)"', page)
    assert trail == ["/", "/lan/vastra-gotalands-lan", "/bjorken"]
    for address in ("/lan/vastra-gotalands-lan", "/polisomrade/lpo-skogen"):
        assert f'<a href="{address}">' in page
        assert (await residents.get(address)).status_code == 200


@pytest.mark.parametrize("county", homes.COUNTIES)
def test_a_county_fills_its_own_map(county: str) -> None:
    codes = {code for code in sweden.names() if code.startswith(county)}
    drawn = sweden.drawn({}, dt.date(2024, 1, 1), codes)
    left, top, wide, high = map(int, drawn.box.split())
    begins = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)", drawn.rest)]
    assert len(begins) >= len(codes)
    assert all(left <= x <= left + wide and top <= y <= top + high for x, y in begins)
    assert wide <= sweden.WIDE
    assert high <= sweden.HIGH
    assert wide * 2 > sweden.WIDE or high * 2 > sweden.HIGH


async def test_promises_stand_beside_each_other_in_their_own_words_with_how_often_they_are_told_of(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await given.told(promise_id, at=cast.START - dt.timedelta(days=10))
    await given.told(promise_id, at=cast.START - dt.timedelta(days=400))
    await given.told(promise_id, at=cast.START - dt.timedelta(days=5), withdrawn=cast.START)
    page = re.sub(r"\s+", " ", (await (await browser_of()).get("/jamfor")).text)
    assert re.search(r'data-label="Uppdateringar på ett år">1</td>', page)
    assert "21 september 2024" in page


HEARD = (
    Source(kind="dialogue", title="På torget", participants=42),
    Source(kind="dialogue", title="I skolan", participants=18),
    Source(kind="survey", title="Enkäten", participants=412),
    Source(kind="staff_dialogue", title="I korridoren", participants=900),
)


@pytest.mark.parametrize(
    ("sources", "inhabitants", "dialogues", "surveys", "lives"),
    [
        (
            HEARD,
            12006,
            "60 deltog, <strong>5,0 per 1 000 invånare</strong>",
            "412 svarade, <strong>34 per 1 000 invånare</strong>",
            "12 006 den 31 december 2023",
        ),
        (HEARD, None, "60 deltog", "412 svarade", "Inte angivet"),
        ((*HEARD, Source(kind="dialogue", title="I parken")), 12006, "Antalet är inte angivet", "412 svarade, <strong>34 per", "12 006"),
        ((), 12006, "Ingen är angiven", "Ingen är angiven", "12 006"),
    ],
)
async def test_how_many_were_heard_stands_with_how_many_that_is_for_each_thousand_who_live_there(
    browser_of: BrowserOf, sources: tuple[Source, ...], inhabitants: int | None, dialogues: str, surveys: str, lives: str
) -> None:
    await made.promise(sources=sources)
    async with database.across_organisations() as link:
        counted_on = dt.date(2023, 12, 31) if inhabitants else None
        await link.execute("UPDATE published_organisation SET inhabitants = $1, counted_on = $2 WHERE slug = 'bjorken'", inhabitants, counted_on)
    page = re.sub(r"\s+", " ", (await (await browser_of()).get("/jamfor")).text)
    table = page.partition("Så många har hörts</caption>")[2].partition("</table>")[0]
    cells = [re.sub(r"</?span[^>]*>", "", one) for one in re.findall(r'<td role="cell"[^>]*>(.*?)</td>', table)]
    assert [cell[: len(wanted)] for cell, wanted in zip(cells, (dialogues, surveys, lives), strict=True)] == [dialogues, surveys, lives]
    assert "900" not in table, "staff are not residents"


def test_a_promise_of_several_municipalities_has_no_figure_per_inhabitant() -> None:
    home = homes.Home(uuid.uuid4(), "bjorken", "municipality", "Björkens kommun", "Björken", "1492", [], 12006, dt.date(2023, 12, 31))
    said = {"sources": [{"kind": "survey", "participants": 412}], "parties": [{"side": "municipality"}, {"side": "municipality"}, {"side": "police"}]}
    assert voices(said, home)["survey"] == Voices(1, 412, None)
    assert voices({**said, "parties": said["parties"][1:]}, home)["survey"].per_thousand is not None


@pytest.mark.parametrize(
    ("heading", "subject"),
    [("Unga i riskzon", "Barn och unga"), ("Mindre narkotika i Åstorp", "Narkotika"), ("Trafiksäkerhet", "Trafik"), ("Våra blommor", "Annat")],
)
def test_a_heading_is_put_under_the_subject_that_it_turns_to(heading: str, subject: str) -> None:
    assert comparing.theme(heading) == subject
