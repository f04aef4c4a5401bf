"""Promises in the making on first pages: what waits for whom, the difference one press away, and nothing of others' drafts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from anyio.lowlevel import checkpoint

from tests import agreeing, cast
from tests.agreeing import approve, begun, edit, shared, sign
from trygghet import database
from trygghet.signatures import actions as signatures

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.anyio


async def page(browser_of: cast.BrowserOf, who: str) -> str:
    return " ".join((await (await browser_of(who)).get("/oversikt")).text.split())


def link(wording: UUID, path: str = "") -> str:
    return f'href="/lydelser/{wording}{path}"'


async def test_a_draft_is_on_the_first_page_of_its_author_alone(browser_of: cast.BrowserOf) -> None:
    wording = await begun()
    anna, pia = await page(browser_of, "anna"), await page(browser_of, "pia")
    assert "På gång" in anna
    assert "Bara Björkens kommun ser den här texten." in anna
    assert link(wording) in anna
    assert "På gång" not in pia
    assert str(wording) not in pia


async def test_what_is_shared_waits_for_both_leaders_and_coordinators_read(browser_of: cast.BrowserOf) -> None:
    wording = await shared()
    bo, anna, pia = [await page(browser_of, who) for who in ("bo", "anna", "pia")]
    title = "Godkänn ”Medborgarlöfte för Björken 2025–2026”"
    for found in (bo, anna, pia):
        assert title in found
        assert "Texten delades 1 oktober. Ingen har godkänt än." in found
    assert "Läs och godkänn" in bo
    assert "Läs och godkänn" in pia
    assert "Läs och godkänn" not in anna
    assert "Två kommuner, en nyckel väntar" in pia
    row = re.search(r"Björken</th>.*?</tr>", pia)
    assert row
    assert "Inget löfte" in row.group()
    assert "väntar på godkännande: Björken, LPO Skogen" in row.group()
    assert f'{link(wording)} class="nowrap"' in row.group()  # one key in the matrix
    await approve(wording, agreeing.BO)
    assert title not in await page(browser_of, "bo")
    assert "Björkens kommun har godkänt." in await page(browser_of, "pia")


async def test_an_edit_brings_it_back_with_the_difference_one_press_away(browser_of: cast.BrowserOf) -> None:
    wording = await shared()
    await approve(wording, agreeing.BO)
    await edit(wording)
    bo = await page(browser_of, "bo")
    assert "Texten har ändrats 1 oktober, sedan ni godkände den. Läs skillnaden." in bo
    assert link(wording, "#andrat") in bo


async def test_agreed_on_by_all_it_waits_for_the_signatures_until_all_have_signed(browser_of: cast.BrowserOf) -> None:
    wording = await shared()
    await approve(wording)
    bo, anna = await page(browser_of, "bo"), await page(browser_of, "anna")
    assert "Skriv under ”Medborgarlöfte för Björken 2025–2026”" in bo
    assert link(wording, "/skriv-under") in bo
    assert link(wording, "/skriv-under") not in anna  # who may not sign reads the text
    assert "En löftestext väntar på er underskrift." in bo
    await sign(wording, agreeing.PIA)
    assert "väntar på underskrift: Björken" in await page(browser_of, "pia")
    await sign(wording, agreeing.BO)
    for who in ("bo", "pia"):
        found = await page(browser_of, who)
        assert "På gång" not in found
        assert link(wording) not in found


async def test_a_rejection_and_open_comments_wait_for_an_answer(browser_of: cast.BrowserOf) -> None:
    wording = await shared()
    seen = await agreeing.seen(wording)
    await signatures.reject(cast.SKOGEN, wording, "Vi saknar ett mål.", seen=seen, by=agreeing.PIA, now=agreeing.NOW)
    bo = await page(browser_of, "bo")
    assert "Avvisad: ”Medborgarlöfte för Björken 2025–2026”" in bo
    assert "LPO Skogen sa nej 1 oktober. Läs skälet och ändra texten." in bo


async def test_a_stranger_sees_nothing_of_it(browser_of: cast.BrowserOf) -> None:
    await shared()
    for who in ("carl", "cecilia", "oda"):
        assert "Björken" not in await page(browser_of, who)


@pytest.mark.parametrize("texts", [1, 6])
async def test_the_number_of_queries_does_not_grow_with_the_texts(database_url: str, texts: int) -> None:
    for number in range(texts):
        wording = await shared(agreeing.another(agreeing.text(title=f"Löfte {number}")))
        await approve(wording, agreeing.BO)
        await edit(wording)
    async with database.within(cast.BJORKEN) as connection:
        assert len(await asked(connection, cast.BJORKEN)) == 7


async def asked(connection: Any, organisation: UUID) -> list[str]:
    """The queries of one reading, apart from what opens and closes savepoints."""
    await signatures.open_standings(organisation)
    found: list[str] = []

    def note(record: Any) -> None:
        if "SAVEPOINT" not in record.query and "inner_part" not in record.query:
            found.append(record.query)

    connection.add_query_logger(note)
    await signatures.open_standings(organisation)
    await checkpoint()
    connection.remove_query_logger(note)
    return found
