"""The room in the browser once the seal is broken: together, one party alone, three of them, and what was done before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.followups import room
from tests.followups.pressed import hidden, keys, plain, post
from tests.followups.room import LATER
from trygghet.followups import actions
from trygghet.followups.rules import BOTH, Joint, Texts, Verdict
from trygghet.promises.rules import ActivityDraft, AreaDraft, GoalDraft

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
LATE = cast.START + dt.timedelta(days=100)
"""9 January 2025."""


# ---------------------------------------------------------------- together
async def _differing(*, reason: str = "Så gick det.") -> UUID:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.PARTLY, Verdict.ACHIEVED, reason=reason)
    await room.assessed(room_id, Verdict.PARTLY, Verdict.PARTLY, who="per", reason="Polisens ord.")
    return room_id


async def test_both_assessments_stand_side_by_side_and_the_difference_is_decided(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await _differing()
    anna, (_, second) = await browser_of("anna"), await keys(room_id)
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Båda har lämnat sina bedömningar. Om en av två punkter är ni överens; en återstår att tala om." in page
    assert "Polisens ord." in page
    assert "Ni bedömer olika" in page
    assert "Punkt 2 saknar gemensamt svar. Sammanfattningen är inte skriven." in page
    marks = hidden(page)
    nothing = await post(anna, f"/uppfoljning/{room_id}/avgor", **marks)
    assert nothing.status_code == 422
    assert "Gemensamt: välj om ni enas om en bedömning eller publicerar båda." in nothing.text
    half = await post(anna, f"/uppfoljning/{room_id}/avgor", **{**marks, f"hur-{second}": "enas", f"skal-{second}": "Vårt skäl."})
    assert half.status_code == 422
    assert "Vårt skäl." in half.text
    done = await post(
        anna, f"/uppfoljning/{room_id}/avgor", **{**marks, f"hur-{second}": "enas", f"gemensam-{second}": "Delvis", f"skal-{second}": "Vårt skäl."}
    )
    assert done.status_code == 303
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Allt har ett gemensamt svar. Nu återstår texten." in page
    assert "Polisens ord." in page, "what each said stays"


async def test_two_who_write_the_text_at_once_lose_nothing(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    anna, per = await browser_of("anna"), await browser_of("per")
    seen = hidden((await anna.get(f"/uppfoljning/{room_id}")).text)
    await post(per, f"/uppfoljning/{room_id}/text", **seen, summary="Pers sammanfattning.", lessons="Pers lärdom.", next_year="")
    other = await post(anna, f"/uppfoljning/{room_id}/text", **seen, summary="", lessons="", next_year="Annas nästa år.")
    assert other.status_code == 303, "what she wrote stands in no one's way"
    texts = (await actions.read(cast.BJORKEN, room_id)).kept.texts
    assert texts == Texts("Pers sammanfattning.", "Pers lärdom.", "Annas nästa år.")
    clash = await post(anna, f"/uppfoljning/{room_id}/text", **seen, summary="Annas sammanfattning.", lessons="", next_year="")
    assert clash.status_code == 422
    assert "Någon annan har ändrat medan du skrev" in clash.text
    assert "Annas sammanfattning.</textarea>" in clash.text
    assert "<p>Pers sammanfattning.</p>" in clash.text
    assert "Pers lärdom.</textarea>" in clash.text, "the fields that she left are as they are kept"
    again = {**hidden(clash.text), "summary": "Annas sammanfattning.", "lessons": "Pers lärdom.", "next_year": "Annas nästa år."}
    assert (await post(anna, f"/uppfoljning/{room_id}/text", **again)).status_code == 303
    assert (await actions.read(cast.BJORKEN, room_id)).kept.texts == Texts("Annas sammanfattning.", "Pers lärdom.", "Annas nästa år.")


async def test_an_approval_that_fell_is_explained_word_by_word(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    await room.written(room_id, Texts("Året gick bra.", "", ""))
    await room.approved(room_id, "bo")
    await room.written(room_id, Texts("Året gick mycket bra.", "", ""))
    bo = await browser_of("bo")
    page = (await bo.get(f"/uppfoljning/{room_id}")).text
    assert "Ändrat sedan ni godkände" in page
    assert '<ins><span class="vh">tillagt: </span>mycket<span class="vh"> (slut)</span></ins>' in page
    assert "Texten eller siffrorna ändrades." in page
    pia = (await (await browser_of("pia")).get(f"/uppfoljning/{room_id}")).text
    assert "Ändrat sedan ni godkände" not in pia, "she had approved nothing"


async def test_what_has_been_registered_since_can_be_fetched_and_lets_keys_fall(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    promise_id = await made.promise()
    room_id = next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if one.room.year == 2024)
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    await room.written(room_id)
    await room.approved(room_id, "pia")
    anna = await browser_of("anna")
    clock.at = LATER + dt.timedelta(days=2)
    assert "Hämta nya siffror" not in (await anna.get(f"/uppfoljning/{room_id}")).text, "days that go by are no news"
    await made.recorded(promise_id, 3, now=clock.at)
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Hämta nya siffror" in page
    answer = await post(anna, f"/uppfoljning/{room_id}/nya-siffror", lydelse=hidden(page)["lydelse"])
    assert answer.status_code == 303
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Hämta nya siffror" not in page
    pia = (await (await browser_of("pia")).get(f"/uppfoljning/{room_id}")).text
    assert "Punkt 1, siffror" in pia


async def test_the_last_key_signs_and_the_page_is_frozen(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    await room.written(room_id)
    for who in ("bo", "pia"):
        leader = await browser_of(who)
        seen = hidden((await leader.get(f"/uppfoljning/{room_id}")).text)["lydelse"]
        assert (await post(leader, f"/uppfoljning/{room_id}/godkann", lydelse=seen)).status_code == 303
    page = (await leader.get(f"/uppfoljning/{room_id}")).text
    signed = await actions.read(cast.SKOGEN, room_id)
    assert "Undertecknad 27 november 2024 av Björkens kommun och LPO Skogen." in page
    assert signed.kept.content_hash in page
    assert f"/uppfoljning/{room_id}/pdf" in page
    assert f"/uppfoljning/{room_id}/word" in page
    assert f"/bjorken/loften/{signed.room.promise_id}/uppfoljning/2024" in page
    assert (await leader.get(f"/bjorken/loften/{signed.room.promise_id}/uppfoljning/2024")).status_code == 200
    assert "<textarea" not in page
    assert "/uppdateringar/" in page, "the update that waits to be approved"
    for path, form in (("text", {"summary": "Annat"}), ("godkann", {}), ("bedomning", {}), ("ta-tillbaka", {}), ("nya-siffror", {})):
        bo = await browser_of("bo")
        assert (await post(bo, f"/uppfoljning/{room_id}/{path}", lydelse=signed.kept.content_hash, **form)).status_code == 422, path
    assert (await actions.read(cast.SKOGEN, room_id)).kept == signed.kept


async def test_both_published_says_so_and_shows_both(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await _differing(reason="Kommunens ord.")
    by, (_, second) = cast.asking("per"), await keys(room_id)
    seen = (await actions.read(cast.SKOGEN, room_id)).kept.content_hash
    await actions.decide(cast.SKOGEN, room_id, second, Joint(BOTH), seen=seen, by=by, now=LATER)
    await room.written(room_id)
    await room.approved(room_id, "bo", "pia")
    page = plain((await (await browser_of("anna")).get(f"/uppfoljning/{room_id}")).text)
    assert "Båda publiceras" in page
    assert "Kommunens ord." in page
    assert "Polisens ord." in page
    assert "Olika bedömningar: 1." in page


async def test_a_late_room_stays_open_and_says_that_it_will_be_signed_late(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATE
    room_id = await room.made_room()
    anna = await browser_of("anna")
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Skulle ha varit undertecknad 31 december 2024" in page
    assert 'type="radio"' in page
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who, now=LATE)
    await room.written(room_id, now=LATE)
    await room.approved(room_id, "bo", "pia", now=LATE)
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Undertecknad sent: 9 januari 2025 av Björkens kommun och LPO Skogen." in page
    assert "Undertecknad sent" in (await anna.get("/uppfoljning")).text


# ---------------------------------------------------------------- unlike the common case
async def test_one_party_assesses_writes_and_turns_its_one_key(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room(parties=(made.BJORKEN,))
    anna = await browser_of("anna")
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "förseglat" not in page
    assert "Nu bedömer ni hur det gick" in page
    await room.assessed(room_id, Verdict.ACHIEVED)
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Uppföljningens nyckel" in page
    assert "Gemensamt</" not in page
    await room.written(room_id, who="anna")
    await room.approved(room_id, "bo")
    assert "Undertecknad 27 november 2024 av Björkens kommun." in (await anna.get(f"/uppfoljning/{room_id}")).text


async def test_three_parties_have_three_columns_and_two_seals(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room(parties=(made.BJORKEN, made.EKEN, made.SKOGEN))
    anna = await browser_of("anna")
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Ekens svar är förseglat" in page
    assert "Polisens svar är förseglat" in page
    for who, verdict in (("anna", Verdict.ACHIEVED), ("carl", Verdict.PARTLY), ("per", Verdict.PARTLY)):
        await room.assessed(room_id, verdict, who=who)
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Tre bedömningar, sida vid sida" in page
    assert "Uppföljningens tre nycklar" in page
    assert "Alla har lämnat sina bedömningar" in page


async def test_a_promise_without_goals_is_followed_up_as_a_whole_and_one_with_forty_goal_by_goal(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    anna = await browser_of("anna")
    whole = await room.made_room(areas=(), title="Ett löfte utan mål")
    assert made.DRAFT.oath in (await anna.get(f"/uppfoljning/{whole}")).text
    goals = tuple(GoalDraft(title=f"Mål nummer {number}", activities=(ActivityDraft(title=f"Göra {number}", at_least=2),)) for number in range(40))
    many = await room.made_room(areas=(AreaDraft(title="Allt", goals=goals),), title="Ett löfte med fyrtio mål")
    page = (await anna.get(f"/uppfoljning/{many}")).text
    assert page.count('type="radio"') == 200
    assert page.count('href="#mal-goal:') == 40, "a way to each of them"
    form = {f"bedomning-{key}": "Uppnått" for key in await keys(many)} | {f"skal-{key}": "" for key in await keys(many)}
    assert (await post(anna, f"/uppfoljning/{many}/bedomning", **form, lamna="1")).status_code == 303


async def test_a_room_that_was_done_before_says_so(browser_of: BrowserOf, clock: HandClock) -> None:
    from trygghet.obligations import actions as obligations

    clock.at = LATER
    room_id = await room.made_room(2023)
    await obligations.settle_follow_up(cast.BJORKEN, room_id, now=cast.START)
    page = (await (await browser_of("anna")).get(f"/uppfoljning/{room_id}")).text
    assert "Gjord utanför rummet" in page
    assert "<textarea" not in page
