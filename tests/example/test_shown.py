"""What the example shows of the residents' side: a promise in other words, a colour and a mark, and letters to who follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from lxml import html

from tests.letterbox import Letterbox
from trygghet import app, clock
from trygghet.channels.mail import Mail
from trygghet.deliveries import sending
from trygghet.example.rules import START
from trygghet.followers import actions as followers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def visitor(example: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, in front of the example."""
    made = app.create_app(example)
    transport = httpx.ASGITransport(app=made, raise_app_exceptions=False)
    async with made.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def test_a_promise_is_told_in_easy_swedish_and_in_english(visitor: httpx.AsyncClient) -> None:
    page = html.fromstring((await visitor.get("/amal")).content)
    led = [one for one in page.xpath("//a/@href") if one.endswith(("/lattlast", "/sprak/en"))]
    assert len(set(led)) == 2
    said = [html.fromstring((await visitor.get(one)).content).text_content() for one in sorted(set(led))]
    assert "Vi ska ha minst 20 samtal varje år" in said[0]
    assert "at least 4 meetings with them each year" in said[1]


async def test_an_organisation_has_its_colour_and_a_mark(visitor: httpx.AsyncClient) -> None:
    page = html.fromstring((await visitor.get("/mellerud")).content)
    [mark] = page.xpath("//img[contains(@src, '/vapen.png')]/@src")
    assert (await visitor.get(mark)).headers["content-type"] == "image/png"
    [styles] = page.xpath("//link[contains(@href, '/utseende.css')]/@href")
    assert "#1f5f6b" in (await visitor.get(styles)).text


async def test_who_follows_gets_the_months_letter_the_morning_that_the_example_begins(example: Settings) -> None:
    await followers.across_organisations_plan(now=START)
    box = Letterbox()
    try:
        for batch in await sending.across_organisations_hand_out(now=START, wall=clock.wall()):
            composers, channels = {"follow": followers.composer(example)}, {"mail": Mail(box.url, example.mail_from)}
            await sending.across_organisations_deliver(batch, composers=composers, channels=channels, now=START, wall=clock.wall())
        subjects = {str(one["To"]): str(one["Subject"]) for one in box.letters}
    finally:
        box.stop()
    assert subjects == {
        "elsa.boende@example.org": "September 2024: en sak har hänt",
        "sam.resident@example.org": "September 2024: one thing has happened",
    }
