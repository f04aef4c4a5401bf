"""What becomes of a signed follow-up: what residents read, that it can be checked, and an update ready for both keys."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING

import anyio
import pytest

from tests import cast, made, telling
from tests.followups.room import LATER, TEXTS, approved, assessed, made_room, signed, written
from tests.paper import reading
from trygghet import database
from trygghet.followups import actions, frozen, store
from trygghet.followups.rules import AGREED, BOTH, Joint, Texts, Verdict
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from trygghet.followups.standing import Standing
    from trygghet.settings import Settings
    from trygghet.updates.standing import Standing as Told

pytestmark = pytest.mark.anyio


def page_of(standing: Standing) -> str:
    return f"/bjorken/loften/{standing.room.promise_id}/uppfoljning/{standing.room.key}"


async def differing(how: Joint) -> Standing:
    """Both subjects judged differently, then settled in this way and signed."""
    room_id = await made_room()
    await assessed(room_id, Verdict.ACHIEVED, reason="Allt som lovades gjordes.")
    await assessed(room_id, Verdict.PARTLY, who="per", reason="Ett tillfälle ställdes in.")
    for subject in (await actions.read(cast.BJORKEN, room_id)).subjects:
        seen = (await actions.read(cast.BJORKEN, room_id)).kept.content_hash
        await actions.decide(cast.BJORKEN, room_id, subject.key, how, seen=seen, by=cast.asking("anna"), now=LATER)
    await written(room_id)
    return await approved(room_id, "bo", "pia")


async def told_of(room_id: UUID, organisation: UUID = cast.BJORKEN) -> list[Told]:
    return [one for one in await updates.read_all(organisation) if one.update.follow_up_id == room_id]


# ---------------------------------------------------------------- residents
async def test_residents_read_a_follow_up_only_once_it_is_signed(browser_of: BrowserOf, clock: HandClock) -> None:
    room_id = await made_room()
    residents = await browser_of()
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who)
    await written(room_id)
    standing = await approved(room_id, "bo")
    clock.at = LATER
    for end in ("", "/pdf", "/data.json"):
        assert (await residents.get(f"{page_of(standing)}{end}")).status_code == 404
    assert TEXTS.summary not in (await residents.get("/bjorken")).text
    await approved(room_id, "pia")
    for end in ("", "/pdf", "/data.json"):
        assert (await residents.get(f"{page_of(standing)}{end}")).status_code == 200
    page = await residents.get(page_of(standing))
    for words in (
        "Så gick det i Björken 2024",
        "2 av 2 mål och aktiviteter uppnådda",
        TEXTS.summary,
        TEXTS.lessons,
        TEXTS.next_year,
        "Lugnare trafik vid skolorna.",
        "Bo Bsson",
        "Pia Psson",
        "Godkände 27 november 2024 klockan",
        standing.kept.content_hash,
        "sha256sum",
    ):
        assert words in page.text, words
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text


async def test_the_data_is_what_the_checksum_was_reckoned_from(browser_of: BrowserOf, tmp_path: Path) -> None:
    standing = await signed()
    page = (await (await browser_of()).get(page_of(standing))).text
    answer = await (await browser_of()).get(re.search(r'href="([^"]+/data\.json)"', page)[1])  # type: ignore[index]
    name = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"])[1]  # type: ignore[index]
    assert f"sha256sum {name}" in page, "the page names the file as it is saved"
    (tmp_path / name).write_bytes(answer.content)
    reckoned = (await anyio.run_process(["sha256sum", name], cwd=tmp_path)).stdout.decode().split()[0]
    assert reckoned == standing.kept.content_hash
    assert reckoned in page
    pdf = await (await browser_of()).get(f"{page_of(standing)}/pdf")
    assert reckoned in reading.said(pdf.content)


async def test_residents_and_parties_get_the_same_pdf(browser_of: BrowserOf) -> None:
    standing = await signed()
    public = (await (await browser_of()).get(f"{page_of(standing)}/pdf")).content
    assert public == (await (await browser_of("per")).get(f"/uppfoljning/{standing.room.id}/pdf")).content


async def test_a_follow_up_is_found_at_its_own_address_only(browser_of: BrowserOf) -> None:
    standing = await signed()
    residents, promise = await browser_of(), standing.room.promise_id
    for path in (
        f"/bjorken/loften/{promise}/uppfoljning/2023",
        f"/eken/loften/{promise}/uppfoljning/2024",
        f"/bjorken/loften/{standing.room.id}/uppfoljning/2024",
        f"/bjorken/loften/{promise}/uppfoljning/99999999999999999999",
        f"/bjorken/loften/{promise}/uppfoljning/nu",
    ):
        assert (await residents.get(path)).status_code == 404, path


async def test_the_promises_page_and_the_first_page_lead_to_it(browser_of: BrowserOf, clock: HandClock) -> None:
    standing = await signed()
    residents = await browser_of()
    clock.at = LATER
    page = (await residents.get("/bjorken")).text
    assert page.count(f'href="{page_of(standing)}"') == 2
    assert 'aria-label="2 av 2 mål och aktiviteter uppnådda: 2 uppnått"' in page, "the picture says its conclusion"
    assert len(re.findall(r'data-label="2024"><div>\s*<span class="chip good">.*?Uppnått', page)) == 2, "and the table says the same"
    assert "2024 följdes upp gemensamt 27 november: 2 av 2 mål och aktiviteter uppnådda." in page
    assert page_of(standing) in (await residents.get("/")).text


async def test_two_verdicts_are_published_as_two(browser_of: BrowserOf) -> None:
    standing = await differing(Joint(BOTH))
    page = (await (await browser_of()).get(page_of(standing))).text
    assert "Båda bedömningarna står kvar, var och en med sitt skäl." in page
    assert page.count("Allt som lovades gjordes.") == page.count("Ett tillfälle ställdes in.") == 2
    assert "Olika bedömningar" in page


async def test_a_joint_reason_stands_before_what_each_party_said(browser_of: BrowserOf) -> None:
    standing = await differing(Joint(AGREED, Verdict.PARTLY, "Vi räknar det inställda tillfället."))
    page = (await (await browser_of()).get(page_of(standing))).text
    assert page.index("Vi räknar det inställda tillfället.") < page.index("Så bedömde parterna var för sig") < page.index("Allt som lovades gjordes.")
    assert frozen.of(standing).short == "0 av 2 mål och aktiviteter uppnådda, 2 delvis"


async def test_a_late_signing_is_said_wherever_it_is_read(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = dt.datetime(2025, 1, 14, 9, tzinfo=dt.UTC)
    standing = await signed(now=clock.at)
    residents = await browser_of()
    page = (await residents.get(page_of(standing))).text
    assert "Undertecknad sent" in page
    assert "Den skulle ha undertecknats senast 31 december 2024." in page
    assert "undertecknad sent, 14 januari 2025" in (await residents.get("/bjorken")).text


async def test_markup_in_a_follow_up_is_only_text(browser_of: BrowserOf) -> None:
    room_id = await made_room()
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.PARTLY, who=who, reason="<script>alert(1)</script>")
    await written(room_id, Texts("<b>fet</b>", "{{ 7 * 7 }}", "<img src=x>"))
    standing = await approved(room_id, "bo", "pia")
    page = (await (await browser_of()).get(page_of(standing))).text
    assert "<script" not in page
    assert "<b>fet" not in page
    assert "&lt;b&gt;fet&lt;/b&gt;" in page
    assert "{{ 7 * 7 }}" in page


# ---------------------------------------------------------------- the database holds it
async def test_what_is_published_is_what_was_signed_or_nothing(database_url: str) -> None:
    standing = await signed()
    room, found = standing.room, frozen.of(standing)
    async with database.published() as link:
        text = await link.fetchval("SELECT frozen FROM published_follow_up WHERE id = $1", room.id)
    assert hashlib.sha256(text.encode()).hexdigest() == standing.kept.content_hash
    async with database.within(cast.BJORKEN) as link:
        with pytest.raises(Exception, match="duplicate key"):
            async with database.within(cast.BJORKEN):
                await store.publish(cast.BJORKEN, room.id, room.promise_id, found, text)
    async with database.within(cast.EKEN):
        await store.publish(cast.EKEN, room.id, room.promise_id, found, text)
    async with database.published() as link:
        assert await link.fetchval("SELECT count(*) FROM published_follow_up") == 1


@pytest.mark.parametrize("sql", ["UPDATE published_follow_up SET key = '2020'", "DELETE FROM published_follow_up"])
async def test_what_residents_have_read_is_never_changed(database_url: str, sql: str) -> None:
    await signed()
    for unit in (database.within(cast.BJORKEN), database.published(), database.across_organisations()):
        with pytest.raises(Exception, match=r"permission denied|read-only transaction"):
            async with unit as link:
                await link.execute(sql)


async def test_text_and_checksum_that_do_not_belong_together_are_refused(database_url: str) -> None:
    standing = await signed()
    async with database.across_organisations() as link:
        with pytest.raises(Exception, match="frozen_is_what_was_hashed"):
            async with database.across_organisations():
                await link.execute(
                    "INSERT INTO published_follow_up SELECT gen_random_uuid(), promise_id, 1999, frozen || ' ', content_hash, approvals, signed_at"
                    " FROM published_follow_up WHERE id = $1",
                    standing.room.id,
                )


async def test_no_party_publishes_what_is_not_signed(database_url: str) -> None:
    room_id = await made_room()
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who)
    standing = await written(room_id)
    async with database.within(cast.BJORKEN) as link:
        with pytest.raises(Exception, match="row-level security"):
            async with database.within(cast.BJORKEN):
                await link.execute(
                    "INSERT INTO published_follow_up (id, promise_id, key, frozen, content_hash, approvals, signed_at)"
                    " VALUES ($1, $2, 2024, '{}', encode(sha256('{}'), 'hex'), '[]', $3)",
                    room_id,
                    standing.room.promise_id,
                    LATER,
                )


# ---------------------------------------------------------------- the update
async def test_a_signed_follow_up_lays_one_update_ready_for_both_keys(browser_of: BrowserOf) -> None:
    standing = await signed()
    (told,) = await told_of(standing.room.id, cast.SKOGEN)
    update = told.update
    assert update.title == "Uppföljning av löftet för 2024"
    assert update.shared_at is not None
    assert update.published_at is None
    assert update.body.startswith("Kommunen och polisen har följt upp löftet för 2024. 2 av 2 mål och aktiviteter uppnådda.")
    assert "- Lugnare trafik vid skolorna: uppnått\n- Trygghetssamtal: uppnått" in update.body
    assert TEXTS.summary in update.body
    page = (await (await browser_of("pia")).get(f"/uppdateringar/{update.id}")).text
    assert f'href="/uppfoljning/{standing.room.id}"' in page, "it says where it comes from"


async def test_residents_come_from_the_update_to_the_whole(browser_of: BrowserOf, settings: Settings) -> None:
    standing = await signed()
    (told,) = await told_of(standing.room.id)
    for who in ("bo", "pia"):
        await updates.approve(cast.asking(who).organisation, told.update.id, seen=told.update.content_hash, by=cast.asking(who), now=LATER)
    await telling.go_out(await browser_of(), settings, LATER + dt.timedelta(minutes=1))
    page = await (await browser_of()).get(f"/bjorken/uppdateringar/{told.update.id}")
    if page.status_code == 404:  # written for the police, whose page is the municipality's all the same
        pytest.fail("the update is not on its page")
    assert f'href="{page_of(standing)}"' in page.text


async def test_a_follow_up_whose_words_may_not_be_told_is_signed_all_the_same(database_url: str) -> None:
    """What the shield refuses today may have come in before it knew better."""
    promise_id = await made.promise()
    async with database.across_organisations() as link:
        await link.execute("UPDATE goal SET title = 'Stöd till 850709-9805' WHERE promise_id = $1", promise_id)
    room_id = next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if one.room.year == 2024)
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who)
    await written(room_id)
    standing = await approved(room_id, "bo", "pia")
    assert standing.is_signed
    (told,) = await told_of(room_id, cast.SKOGEN)
    assert told.update.shared_at is None, "a draft of whoever signed last, for somebody to look at"
    assert "850709" not in told.update.body
    assert TEXTS.summary in told.update.body
    assert await told_of(room_id, cast.BJORKEN) == []


async def test_a_summary_that_an_update_has_no_room_for_makes_a_draft_without_it(database_url: str) -> None:
    room_id = await made_room()
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who)
    await written(room_id, Texts("Lång text. " * 450))
    assert (await approved(room_id, "bo", "pia")).is_signed
    (told,) = await told_of(room_id, cast.SKOGEN)
    assert told.update.shared_at is None
    assert "Lång text." not in told.update.body
    assert "Trygghetssamtal: uppnått" in told.update.body


async def test_a_promise_that_no_page_can_tell_of_is_followed_up_without_an_update(database_url: str) -> None:
    promise_id = await made.promise(parties=(made.SKOGEN,), by=cast.SKOGEN)
    room_id = next(one.room.id for one in await actions.rooms(cast.SKOGEN, promise_id=promise_id) if one.room.year == 2024)
    await assessed(room_id, Verdict.ACHIEVED, who="per")
    await written(room_id)
    assert (await approved(room_id, "pia")).is_signed
    assert await told_of(room_id, cast.SKOGEN) == []
