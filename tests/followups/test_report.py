"""A follow-up on paper: what a chief signs and a registrator files."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import docx
import pytest

from tests import cast
from tests.followups.room import LATER, approved, assessed, made_room, signed, written
from tests.paper import reading
from trygghet.followups import actions, frozen, report
from trygghet.followups.rules import BOTH, Joint, Verdict

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
KEPT_SECRET = "Det här läser bara vi"


async def paper_of(browser_of: BrowserOf, room_id: UUID, who: str = "anna") -> bytes:
    answer = await (await browser_of(who)).get(f"/uppfoljning/{room_id}/pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


async def word_of(browser_of: BrowserOf, room_id: UUID, who: str = "anna") -> str:
    answer = await (await browser_of(who)).get(f"/uppfoljning/{room_id}/word")
    assert answer.status_code == 200, answer.text
    opened = docx.Document(io.BytesIO(answer.content))
    return "\n".join([*(one.text for one in opened.paragraphs), *(cell.text for table in opened.tables for row in table.rows for cell in row.cells)])


async def test_a_signed_follow_up_says_all_of_it_with_keys_and_checksum(browser_of: BrowserOf) -> None:
    standing = await signed()
    found = reading.pages(await paper_of(browser_of, standing.room.id))
    whole = " ".join(found)
    for words in (
        "Gemensam uppföljning 2024, Björken",
        "2 av 2 mål och aktiviteter uppnådda",
        "Året gick som vi lovade i det mesta.",
        "Börja tidigare.",
        "Fler kontroller på våren.",
        "Så gick det.",
        "Bo Bsson",
        "Pia Psson",
        "Undertecknad 27 november 2024",
        standing.kept.content_hash,
    ):
        assert words in whole, words
    assert not any(report.DRAFT in page for page in found)
    assert whole.count(standing.kept.content_hash) == 1


async def test_the_word_file_says_the_same(browser_of: BrowserOf) -> None:
    standing = await signed()
    paper = reading.squeezed(reading.said(await paper_of(browser_of, standing.room.id)))
    heads_of_keys = {"Namn", "Befattning", "Godkännande"}  # on paper the keys stand side by side, without a head
    for line in set((await word_of(browser_of, standing.room.id)).splitlines()) - heads_of_keys:
        assert all(word in paper for word in line.replace("\t", " ").split()), line


async def test_what_is_not_signed_says_so_on_every_page(browser_of: BrowserOf) -> None:
    room_id = await made_room()
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.PARTLY, who=who)
    await written(room_id)
    await approved(room_id, "bo")
    found = reading.pages(await paper_of(browser_of, room_id))
    assert all(report.DRAFT in page for page in found)
    assert "Inte godkänd av LPO Skogen." in " ".join(found)
    assert "Bo Bsson" in " ".join(found)
    assert report.DRAFT not in await word_of(browser_of, room_id), "in the Word file the mark stands at the head of the page"


@pytest.mark.parametrize("who", ["per", "anna"])
async def test_before_the_seal_is_broken_paper_tells_nothing_of_any_verdict(browser_of: BrowserOf, who: str) -> None:
    room_id = await made_room()
    await assessed(room_id, Verdict.NOT_ACHIEVED, reason=KEPT_SECRET)
    for said in (reading.said(await paper_of(browser_of, room_id, who)), await word_of(browser_of, room_id, who)):
        assert "förseglade" in said
        assert "Trafikkontroller" in said, "the figures are there"
        for words in (KEPT_SECRET, "Ej uppnått", "Ej bedömt", "Resultat", "Anna"):
            assert words not in said, words


async def test_two_verdicts_stand_side_by_side_when_both_are_published(browser_of: BrowserOf) -> None:
    room_id = await made_room()
    await assessed(room_id, Verdict.ACHIEVED, reason="Allt gjordes.")
    await assessed(room_id, Verdict.PARTLY, who="per", reason="Ett ställdes in.")
    for subject in (await actions.read(cast.BJORKEN, room_id)).subjects:
        seen = (await actions.read(cast.BJORKEN, room_id)).kept.content_hash
        await actions.decide(cast.BJORKEN, room_id, subject.key, Joint(BOTH), seen=seen, by=cast.asking("anna"), now=LATER)
    await written(room_id)
    standing = await approved(room_id, "bo", "pia")
    found = frozen.of(standing)
    assert found.short == "0 av 2 mål och aktiviteter uppnådda"
    assert [one.words for one in found.subjects] == ["Kommunen: uppnått. Polisen: delvis uppnått."] * 2
    said = reading.said(await paper_of(browser_of, room_id))
    assert "Parterna har bedömt olika och publicerar båda bedömningarna." in said
    assert said.count("Allt gjordes.") == said.count("Ett ställdes in.") == 2
    assert said.count("Uppnått Delvis uppnått Båda, var och en för sig") == 2


async def test_a_follow_up_that_was_signed_late_says_so(browser_of: BrowserOf) -> None:
    standing = await signed(now=dt.datetime(2025, 1, 14, 9, tzinfo=dt.UTC))
    said = reading.said(await paper_of(browser_of, standing.room.id))
    assert "Undertecknad sent, 14 januari 2025. Den skulle ha undertecknats senast 31 december 2024." in said


async def test_the_same_follow_up_gives_the_same_bytes(browser_of: BrowserOf) -> None:
    standing = await signed()
    assert await paper_of(browser_of, standing.room.id) == await paper_of(browser_of, standing.room.id, "per")


async def test_a_stranger_gets_no_paper(browser_of: BrowserOf) -> None:
    standing = await signed()
    stranger = await browser_of("cecilia")
    for kind in ("pdf", "word"):
        assert (await stranger.get(f"/uppfoljning/{standing.room.id}/{kind}")).status_code == 404


async def test_a_promise_without_goals_is_judged_as_a_whole(browser_of: BrowserOf) -> None:
    standing = await signed(areas=(), goals=(), activities=())
    assert frozen.of(standing).short == "Löftet: uppnått"
