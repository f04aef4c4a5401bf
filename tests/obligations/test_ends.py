"""A promise that ends, on both parties' lists, through HTTP: what is to be done by the day, and what makes it done."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.obligations import given
from trygghet import database
from trygghet.obligations import actions
from trygghet.promises.rules import PartyDraft
from trygghet.wordings import actions as wordings
from trygghet.wordings.manuscript import HEAD_ID, empty

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}
D = dt.date.fromisoformat
EKEN = PartyDraft(organisation="eken", side="municipality", signed=True)


def at(day: str) -> dt.datetime:
    return dt.datetime.combine(D(day), dt.time(8), dt.UTC)


async def row(client: httpx.AsyncClient, duty: UUID) -> str:
    """What the list says of it, markup taken away."""
    page = (await client.get("/frister")).text
    found = re.search(rf'<li id="frist-{duty}"(.*?)\n</li>', page, re.DOTALL)
    assert found, "the duty is not on the page"
    return " ".join(found.group(1).split())


async def say(client: httpx.AsyncClient, duty: UUID, verb: str, reason: str = "", headers: dict[str, str] | None = None) -> httpx.Response:
    return await client.post(
        f"/frister/{duty}/{verb}", data={"_csrf_token": client.cookies.get("trygghet_csrf", ""), "anteckning": reason}, headers=headers or {}
    )


async def ending(first: str = "2023-01-01", last: str = "2024-12-31", **more: object) -> tuple[UUID, UUID]:
    """A promise and the duty that its end is."""
    promise_id = await given.promise(first, last, **more)
    return promise_id, await given.obligation_id(promise_id, f"renewal:{last}")


# ---------------------------------------------------------------- by the day, with no job having run
async def test_the_task_stands_on_both_lists_from_six_months_before(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id, duty = await ending()
    anna, per, bo = await browser_of("anna"), await browser_of("per"), await browser_of("bo")
    begin = f'href="/loften/ny?fran={promise_id}"'
    for day, words in (
        ("2024-06-29", "Från 30 juni 2024 är det dags att börja på nästa löfte."),
        ("2024-06-30", "Ta fram lägesbilden och håll dialogen med invånarna."),
        ("2024-09-30", "Ett utkast skulle ha delats 30 september 2024."),
        ("2024-11-30", "Sedan 30 november 2024 är det dags att skriva under. Den 1 januari"),
        ("2025-01-01", "Den publika sidan säger att löftet har gått ut."),
    ):
        clock.at = at(day)
        for client in (anna, per):
            found = await row(client, duty)
            assert words in found
            assert (begin in found) is (day > "2024-06-29")
        assert begin not in await row(bo, duty)  # a leader signs and does not write
    assert 'class="late"' in await row(anna, duty)


async def test_an_end_cannot_be_marked_as_done(browser_of: BrowserOf) -> None:
    _, duty = await ending()
    anna = await browser_of("anna")
    assert "/klar" not in await row(anna, duty)
    for verb in ("klar", "angra"):
        answer = await say(anna, duty, verb)
        assert answer.status_code == 422
        assert "kan inte bara markeras som klart" in answer.text


# ---------------------------------------------------------------- by how far the next promise has come
async def test_the_task_follows_the_next_promise_from_draft_to_shared_and_a_draft_stays_at_home(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id, duty = await ending()
    anna, per = await browser_of("anna"), await browser_of("per")
    text = empty()
    for party in (cast.BJORKEN, cast.SKOGEN):
        text = text.add("party", part_id=party).set_field(party, "organisation", str(party))
    wording = await wordings.start(cast.BJORKEN, text, follows_id=promise_id, by=cast.asking("anna"), now=cast.START)
    found = await row(anna, duty)
    assert "Löftet går ut, nästa löfte är påbörjat" in found
    assert "Dela utkastet med LPO Skogen nu." in found
    assert f'href="/lydelser/{wording}"' in found
    assert "Löftet går ut utan efterföljare" in await row(per, duty)
    async with database.within(cast.BJORKEN):
        await wordings.set_shared(cast.BJORKEN, await wordings.lock(cast.BJORKEN, wording), now=cast.START)
    for client in (anna, per):
        assert "Läs, kommentera och godkänn. Från 30 november 2024 är det dags att skriva under." in await row(client, duty)
    clock.at = at("2024-12-01")
    assert "Godkänn och skriv under senast 31 december 2024." in await row(per, duty)
    async with database.within(cast.BJORKEN):
        await wordings.set_withdrawn(cast.BJORKEN, await wordings.lock(cast.BJORKEN, wording), "Vi börjar om.", now=clock.at)
    assert "Löftet går ut utan efterföljare" in await row(per, duty)


async def test_one_begun_empty_for_the_same_municipality_is_the_next_one_too(browser_of: BrowserOf) -> None:
    _, duty = await ending()
    text = empty().set_field(HEAD_ID, "valid_from", "2025-01")  # half-written
    await wordings.start(cast.BJORKEN, text, by=cast.asking("anna"), now=cast.START)
    assert "nästa löfte är påbörjat" in await row(await browser_of("anna"), duty)


async def test_an_extension_in_the_making_is_the_task_and_in_force_it_moves_the_end(browser_of: BrowserOf) -> None:
    promise_id, duty = await ending()
    anna = await browser_of("anna")
    await wordings.begin(cast.BJORKEN, promise_id, "extension", empty(), by=cast.asking("anna"), now=cast.START)
    assert "Löftet går ut, förlängningen är påbörjad" in await row(anna, duty)
    await given.changed(promise_id, "extension", last="2025-12-31")
    page = (await anna.get("/frister")).text
    assert f"frist-{duty}" not in page
    assert "Från 30 juni 2025 är det dags att börja på nästa löfte." in page


async def test_a_signed_successor_makes_it_done_for_both(browser_of: BrowserOf) -> None:
    _, duty = await ending()
    await given.promise("2025-01-01", "2026-12-31", title="Nästa löfte")
    for who in ("anna", "per"):
        client = await browser_of(who)
        found = await row(client, duty)
        assert ">Klart</span>" in found
        assert "Nästa löfte är undertecknat: <a" in found
        assert "från och med 1 januari 2025" in found
        page = (await client.get("/frister")).text
        assert page.index(f"frist-{duty}") > page.index('id="klart"')


@pytest.mark.parametrize(
    ("first", "last", "parties", "done"),
    [
        ("2025-03-01", "2025-12-31", given.BOTH, True),  # later than the day after: a gap, and still the next one
        ("2024-06-01", None, given.BOTH, True),
        ("2024-06-01", "2024-08-31", given.BOTH, False),
        ("2022-01-01", "2025-12-31", given.BOTH, False),
        ("2025-01-01", "2026-12-31", (EKEN, given.BOTH[1]), False),  # the police's next promise is with somebody else
    ],
)
async def test_what_counts_as_a_successor(
    browser_of: BrowserOf, first: str, last: str | None, parties: tuple[PartyDraft, ...], *, done: bool
) -> None:
    _, duty = await ending()
    by = cast.BJORKEN if parties is given.BOTH else cast.EKEN
    await given.promise(first, last, parties=parties, by=by, review_on=None if last else D("2026-01-01"))
    assert ((await actions.obligation(cast.SKOGEN, duty)).settled_at is not None) is done


async def test_a_promise_of_two_municipalities_is_followed_when_both_have_a_next_one(browser_of: BrowserOf) -> None:
    _, duty = await ending(parties=(*given.BOTH, EKEN))
    await given.promise("2025-01-01", "2026-12-31")
    assert (await actions.obligation(cast.SKOGEN, duty)).settled_at is None
    await given.promise("2025-02-01", "2026-12-31", parties=(EKEN, given.BOTH[1]), by=cast.EKEN)
    assert (await actions.obligation(cast.SKOGEN, duty)).settled_at == cast.START


# ---------------------------------------------------------------- or the leaders say that there will be none
async def test_it_is_done_when_a_leader_of_each_party_says_why_there_will_be_none(browser_of: BrowserOf) -> None:
    _, duty = await ending()
    bo, pia, anna = await browser_of("bo"), await browser_of("pia"), await browser_of("anna")
    assert "Det blir inget nytt löfte" in await row(bo, duty)
    assert "Det blir inget nytt löfte" not in await row(anna, duty)
    assert (await say(anna, duty, "inget-nytt", "Nej.")).status_code == 403
    refused = await say(bo, duty, "inget-nytt", " ", HTMX)
    assert (refused.status_code, "Skäl: skriv varför det inte blir något nytt löfte." in refused.text) == (422, True)
    kept = await say(bo, duty, "inget-nytt", "Ring 640823-3234.", HTMX)
    assert kept.status_code == 422
    assert 'value="Ring 640823-3234."' in kept.text, "what was typed is there to be mended"
    said = (await say(bo, duty, "inget-nytt", "Frågorna ligger nu i handlingsplanen.", HTMX)).text
    assert "Löftet går ut, inget nytt är tänkt" in said
    assert "LPO Skogen har inte sagt sitt." in said
    assert {seat for _, seat in await given.planned(duty, cast.BJORKEN)} == {"leader"}, "who hears of it when the other party is very late"
    assert {seat for _, seat in await given.planned(duty, cast.SKOGEN)} > {"leader"}
    assert "Bo Bsson" in await row(pia, duty)
    assert "”Frågorna ligger nu i handlingsplanen.”" in await row(pia, duty)
    assert (await actions.obligation(cast.SKOGEN, duty)).settled_at is None
    await say(pia, duty, "inget-nytt", "Kommunen har egna åtgärder.")
    assert ">Klart</span>" in await row(anna, duty)
    assert await given.planned(duty, cast.SKOGEN) == []
    assert (await say(pia, duty, "angra-inget-nytt")).status_code == 303
    assert "LPO Skogen har inte sagt sitt." in await row(bo, duty)
    await say(bo, duty, "angra-inget-nytt")
    assert "Löftet går ut utan efterföljare" in await row(bo, duty)
    async with database.within(cast.BJORKEN) as link:
        acts = [one["act"] for one in await link.fetch("SELECT act FROM event WHERE act LIKE 'renewal%' ORDER BY seq")]
    assert acts == ["renewal.declined", "renewal.declined", "renewal.reconsidered", "renewal.reconsidered"]


async def test_that_nothing_follows_can_be_said_of_an_end_alone(browser_of: BrowserOf) -> None:
    promise_id, _ = await ending()
    follow_up = await given.obligation_id(promise_id, "follow_up:2024")
    bo = await browser_of("bo")
    for verb in ("inget-nytt", "angra-inget-nytt"):
        assert (await say(bo, follow_up, verb, "Nej.")).status_code == 404


async def test_an_early_end_brings_the_task_to_its_own_last_day(browser_of: BrowserOf) -> None:
    promise_id, _ = await ending()
    await given.changed(promise_id, "early_end", last="2024-09-15")
    duty = await given.obligation_id(promise_id, "renewal:2024-09-15")
    assert "Löftet gick ut utan efterföljare" in await row(await browser_of("per"), duty)
