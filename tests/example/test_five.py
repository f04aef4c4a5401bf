"""The five promises as residents read them at five dates of the example's clock. No job runs in between: the pages say it by themselves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest
from lxml import html

from tests.conftest import built
from trygghet import clock, database
from trygghet.clock import STOCKHOLM
from trygghet.example import store
from trygghet.example.clock import ExampleClock
from trygghet.example.rules import Face

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio


class Said(NamedTuple):
    """What a page says of the promise: how it stands, how old the news is, its end, and what became of it."""

    state: str
    age: str
    end: str
    became: str


ALMHULT = "2018 följdes upp gemensamt 13 december: 4 av 4 aktiviteter uppnådda."
AMAL = "2023 följdes upp gemensamt 20 december: 0 av 3 mål uppnådda, 2 delvis."
MELLERUD = "2023 följdes upp gemensamt 14 december: 1 av 2 aktiviteter uppnådda, 1 delvis."
ASTORP = "2023 följdes upp gemensamt 11 januari 2024: 1 av 7 mål och aktiviteter uppnådda, 3 delvis."
OVER = "Löftet gick ut 31 december {}. Något nytt löfte är inte undertecknat."
MISSED = "{} skulle ha följts upp senast 31 december. Uppföljningen är inte redovisad."
AHEAD = "{} följs upp senast 31 december."
HELD, GONE = "Gäller till och med 31 december {}", "Gick ut 31 december {}"

DATES = {
    dt.date(2024, 10, 1): {
        "almhult": Said(GONE.format(2018), "Senast uppdaterad för 2\u00a0118 dagar sedan", OVER.format(2018), ALMHULT),
        "amal": Said(HELD.format(2024), "Senast uppdaterad för 12 dagar sedan", "", f"{AMAL} {AHEAD.format(2024)}"),
        "mellerud": Said(HELD.format(2024), "Senast uppdaterad för 292 dagar sedan", "", f"{MELLERUD} {AHEAD.format(2024)}"),
        "astorp": Said(HELD.format(2025), "Senast uppdaterad för 263 dagar sedan", "", f"{ASTORP} {AHEAD.format(2024)}"),
        "hallstahammar": Said(HELD.format(2024), "Ingen uppdatering än", "", AHEAD.format(2024)),
    },
    dt.date(2024, 12, 31): {
        "amal": Said(HELD.format(2024), "Senast uppdaterad för 103 dagar sedan", "", f"{AMAL} {AHEAD.format(2024)}"),
        "hallstahammar": Said(HELD.format(2024), "Ingen uppdatering än", "", AHEAD.format(2024)),
    },
    dt.date(2025, 1, 1): {
        "almhult": Said(GONE.format(2018), "Senast uppdaterad för 2\u00a0210 dagar sedan", OVER.format(2018), ALMHULT),
        "amal": Said(GONE.format(2024), "Senast uppdaterad för 104 dagar sedan", OVER.format(2024), f"{AMAL} {MISSED.format(2024)}"),
        "mellerud": Said(GONE.format(2024), "Senast uppdaterad för 384 dagar sedan", OVER.format(2024), f"{MELLERUD} {MISSED.format(2024)}"),
        "astorp": Said(HELD.format(2025), "Senast uppdaterad för 355 dagar sedan", "", f"{ASTORP} {MISSED.format(2024)} {AHEAD.format(2025)}"),
        "hallstahammar": Said(GONE.format(2024), "Ingen uppdatering än", OVER.format(2024), MISSED.format(2024)),
    },
    dt.date(2025, 12, 31): {
        "astorp": Said(HELD.format(2025), "Senast uppdaterad för 719 dagar sedan", "", f"{ASTORP} {MISSED.format(2024)} {AHEAD.format(2025)}")
    },
    dt.date(2026, 1, 1): {
        "astorp": Said(
            GONE.format(2025), "Senast uppdaterad för 720 dagar sedan", OVER.format(2025), f"{ASTORP} {MISSED.format(2024)} {MISSED.format(2025)}"
        ),
        "mellerud": Said(GONE.format(2024), "Senast uppdaterad för 749 dagar sedan", OVER.format(2024), f"{MELLERUD} {MISSED.format(2024)}"),
    },
}
"""What each page says, by hand from the promises' days. Where a page says the same as at the date before it is left out."""


def _said(body: str) -> Said:
    page = html.fromstring(body)

    def text(path: str) -> str:
        return " ".join(" ".join(one.text_content().replace("\u00a0", "\0").split()).replace("\0", "\u00a0") for one in page.xpath(path))

    hero = "//section[contains(@class, 'hero')]"
    heading, rest = text(f"{hero}//div[contains(@class, 'flash')]//strong"), text(f"{hero}//div[contains(@class, 'flash')]//p")
    return Said(
        text(f"{hero}//p[@class='eyebrow']/span[contains(@class, 'chip')]"),
        text(f"{hero}//p[@class='eyebrow']/span[not(contains(@class, 'chip'))]"),
        f"{heading} {rest}".strip(),
        text("//ol[@class='chain']/li[last()]/p"),
    )


@pytest.fixture
async def residents(example: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reads the example's pages."""
    made = built(example=True, https=False)
    made.state.settings, made.state.clock = example, ExampleClock()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://testserver") as client:
        yield client


async def test_five_promises_at_five_dates(residents: httpx.AsyncClient) -> None:
    for day, pages in DATES.items():
        async with database.across_organisations():
            await store.across_organisations_set_face(Face(dt.datetime.combine(day, dt.time(8), STOCKHOLM), clock.wall()))
        for slug, said in pages.items():
            assert _said((await residents.get(f"/{slug}")).text) == said, (day, slug)


async def test_verdicts_that_differ_stand_side_by_side_with_each_partys_reason(residents: httpx.AsyncClient) -> None:
    page = html.fromstring((await residents.get("/amal")).text)
    [row] = page.xpath("//table[caption='Bedömningar år för år']//tr[th[contains(., 'tryggt näringsliv')]]")
    assert row.xpath("td/@data-label") == ["2023"]
    assert [one.strip() for one in row.xpath("td//text()") if one.strip()] == ["Kommunen", "Delvis uppnått", "Polisen", "Ej uppnått"]
    why = " ".join(one.strip() for one in page.xpath("//*[@id='varfor']//text()") if one.strip())
    assert "Kommunen Två dialoger hölls" in why
    assert "Polisen Hälften av dialogerna uteblev" in why


async def test_the_pace_is_a_picture_and_the_same_as_a_table(residents: httpx.AsyncClient) -> None:
    page = html.fromstring((await residents.get("/mellerud")).text)
    [picture] = page.xpath("//svg[contains(@aria-label, 'Trafikkontroller: 19 av 24 kontroller hittills, till och med 1 oktober 2024')]")
    assert "trend" in picture.get("class")
    [table] = page.xpath("//table[caption='Trafikkontroller, sammanlagt månad för månad']")
    assert [" ".join(one.text_content().split()) for one in table.xpath(".//tbody/tr[last()]/*")] == ["1 okt 2024", "19", "18,0"]
