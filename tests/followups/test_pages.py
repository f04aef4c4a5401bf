"""The room in the browser, from the list of rooms to the signed page."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.followups import room
from tests.followups.room import LATER
from trygghet.followups import actions
from trygghet.followups.rules import BOTH, Joint, Texts, Verdict
from trygghet.promises.rules import ActivityDraft, AreaDraft, GoalDraft

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
LATE = cast.START + dt.timedelta(days=100)
"""9 January 2025."""


async def _post(browser: httpx.AsyncClient, path: str, **form: str) -> httpx.Response:
    token = cast.csrf((await browser.get("/uppfoljning")).text) if "_csrf_token" not in form else form.pop("_csrf_token")
    return await browser.post(path, data={**form, "_csrf_token": token})


def _plain(page: str) -> str:
    """What a reader sees, on one line."""
    text = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


async def _keys(room_id: UUID) -> list[str]:
    return [one.key for one in (await actions.read(cast.BJORKEN, room_id)).subjects]


def _hidden(page: str) -> dict[str, str]:
    """What the page's forms send along by themselves, the token apart."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "_csrf_token"}


# ---------------------------------------------------------------- the list
async def test_the_list_begins_with_what_waits_for_us_and_the_menu_counts_it(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    waiting = await room.made_room(area_name="Björken")
    handed = await room.made_room(area_name="Norra Björken", title="Löftet i norr")
    await room.assessed(handed, Verdict.ACHIEVED)
    await room.signed(area_name="Södra Björken", title="Löftet i söder")
    page = (await (await browser_of("anna")).get("/uppfoljning")).text
    order = [page.index(words) for words in ("Väntar på er", f"/uppfoljning/{waiting}", "Väntar på andra", f"/uppfoljning/{handed}", "Klara")]
    assert order == sorted(order)
    assert "Väntar på bedömning från LPO Skogen." in _plain(page)
    assert await actions.waiting(cast.BJORKEN, LATER.date()) == 4, "2024 in Björken, and 2023 in all three"
    assert '<span class="count">4<span class="vh"> väntar</span></span>' in page


async def test_a_list_without_rooms_says_what_will_stand_there(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("oda")).get("/uppfoljning")).text
    assert "När ett löfte är undertecknat får varje år ett rum här" in page


async def test_the_menu_counts_what_the_list_shows_in_every_phase(clock: HandClock) -> None:
    from trygghet.followups import turns

    room_id = await room.made_room()
    day = LATER.date()

    async def counted(organisation: UUID) -> int:
        found = await actions.rooms(organisation)
        by_list = sum(turns.waits_for(one, organisation, day) for one in found)
        assert await actions.waiting(organisation, day) == by_list
        return by_list

    assert [await counted(one) for one in (cast.BJORKEN, cast.SKOGEN, cast.ON)] == [2, 2, 0]
    await room.assessed(room_id, Verdict.ACHIEVED)
    assert [await counted(one) for one in (cast.BJORKEN, cast.SKOGEN)] == [1, 2]
    await room.assessed(room_id, Verdict.ACHIEVED, who="per")
    assert [await counted(one) for one in (cast.BJORKEN, cast.SKOGEN)] == [2, 2]
    await room.written(room_id)
    await room.approved(room_id, "bo")
    assert [await counted(one) for one in (cast.BJORKEN, cast.SKOGEN)] == [1, 2]
    await room.approved(room_id, "pia")
    assert [await counted(one) for one in (cast.BJORKEN, cast.SKOGEN)] == [1, 1]


# ---------------------------------------------------------------- before the seal is broken
async def test_a_coming_room_shows_what_is_registered_and_when_it_opens(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = cast.START - dt.timedelta(days=30)
    promise_id = await made.promise(now=clock.at)
    room_id = next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if one.room.year == 2024)
    page = (await (await browser_of("anna")).get(f"/uppfoljning/{room_id}")).text
    assert "Rummet öppnar 1 oktober 2024. Det som hittills är registrerat går redan att läsa." in page
    assert "Registrerat hittills" in page
    assert 'type="radio"' not in page
    assert "före årets utgång, alltså senast 31 december 2024" in page


async def test_the_form_proposes_and_chooses_nothing(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    page = (await (await browser_of("anna")).get(f"/uppfoljning/{room_id}")).text
    assert "(siffrornas förslag)" in page
    assert page.count('type="radio"') == 10, "five verdicts for each of the two"
    assert "checked" not in page
    assert "Polisens svar är förseglat" in page


async def test_one_form_and_one_press_hands_in_all_goals(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    anna, (first, second) = await browser_of("anna"), await _keys(room_id)
    form = {f"bedomning-{first}": "Delvis", f"skal-{first}": "Två uteblev.", f"bedomning-{second}": "Uppnått", f"skal-{second}": "", "lamna": "1"}
    answer = await _post(anna, f"/uppfoljning/{room_id}/bedomning", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/uppfoljning/{room_id}?gjort=lamnad")
    page = _plain((await anna.get(answer.headers["location"])).text)
    assert "Ni har lämnat in. Polisen bedömer till 28 november." in page
    assert "Två uteblev." in page
    assert "Ta tillbaka" in page


async def test_nothing_that_was_typed_is_lost_when_something_is_missing(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    anna, (first, second) = await browser_of("anna"), await _keys(room_id)
    words = "Ett långt skäl <b>med</b> tecken & radbrytning\r\noch en rad till"
    form = {f"bedomning-{first}": "Delvis", f"skal-{first}": words, f"bedomning-{second}": "Ej uppnått", f"skal-{second}": "", "lamna": "1"}
    answer = await _post(anna, f"/uppfoljning/{room_id}/bedomning", **form)
    assert answer.status_code == 422
    assert "Ett långt skäl &lt;b&gt;med&lt;/b&gt; tecken &amp; radbrytning\n" in answer.text.replace("\r\n", "\n")
    assert answer.text.count("checked") == 2
    assert f'<a href="#skal-{second}">Punkt 2: skriv varför det blev ej uppnått. Invånarna får läsa skälet.</a>' in answer.text
    assert (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN) == {}


async def test_two_colleagues_who_write_at_once_both_keep_their_words(browser_of: BrowserOf, clock: HandClock) -> None:
    """Anna and Bo have the form open at the same time: what only one of them changed is saved, what both changed is shown to the second."""
    clock.at = LATER
    room_id = await room.made_room()
    anna, bo, (first, second) = await browser_of("anna"), await browser_of("bo"), await _keys(room_id)
    marks = _hidden((await bo.get(f"/uppfoljning/{room_id}")).text)
    own = {f"bedomning-{first}": "Delvis", f"skal-{first}": "Annas skäl.", f"skal-{second}": "", "spara": "1"}
    assert (await _post(anna, f"/uppfoljning/{room_id}/bedomning", **marks, **own)).status_code == 303
    other = {f"skal-{first}": "", f"bedomning-{second}": "Uppnått", f"skal-{second}": "Bos ord.", "spara": "1"}
    assert (await _post(bo, f"/uppfoljning/{room_id}/bedomning", **marks, **other)).status_code == 303
    kept = (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN)
    assert {key: (one.verdict, one.reason) for key, one in kept.items()} == {
        first: (Verdict.PARTLY, "Annas skäl."),
        second: (Verdict.ACHIEVED, "Bos ord."),
    }
    both = {f"bedomning-{first}": "Inställt", f"skal-{first}": "Bos skäl.", f"skal-{second}": "", "lamna": "1"}
    answer = await _post(bo, f"/uppfoljning/{room_id}/bedomning", **marks, **both)
    assert answer.status_code == 422
    assert "en kollega har sparat ”Delvis. Annas skäl” medan du skrev" in answer.text
    assert "Bos skäl." in answer.text
    standing = await actions.read(cast.BJORKEN, room_id)
    assert not standing.has_handed_in(cast.BJORKEN)
    assert standing.own(cast.BJORKEN)[first].reason == "Annas skäl."
    again = {**both, f"bedomning-{second}": "Uppnått", f"skal-{second}": "Bos ord.", **_hidden(answer.text)}
    assert (await _post(bo, f"/uppfoljning/{room_id}/bedomning", **again)).headers["location"].endswith("?gjort=lamnad")
    assert (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN)[first].reason == "Bos skäl."


async def test_the_roles_read_assess_and_approve_as_they_may(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    ragna, bo, oda, adam = [await browser_of(who) for who in ("ragna", "bo", "oda", "adam")]
    page = (await ragna.get(f"/uppfoljning/{room_id}")).text
    assert 'type="radio"' not in page
    assert "Den som är ledare eller samordnare hos er gör bedömningen" in page
    assert 'type="radio"' in (await bo.get(f"/uppfoljning/{room_id}")).text
    assert (await _post(ragna, f"/uppfoljning/{room_id}/bedomning")).status_code == 403
    assert (await oda.get(f"/uppfoljning/{room_id}")).status_code == 404
    assert (await adam.get("/uppfoljning")).status_code == 403


# ---------------------------------------------------------------- together
async def _differing(*, reason: str = "Så gick det.") -> UUID:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.PARTLY, Verdict.ACHIEVED, reason=reason)
    await room.assessed(room_id, Verdict.PARTLY, Verdict.PARTLY, who="per", reason="Polisens ord.")
    return room_id


async def test_both_assessments_stand_side_by_side_and_the_difference_is_decided(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await _differing()
    anna, (_, second) = await browser_of("anna"), await _keys(room_id)
    page = (await anna.get(f"/uppfoljning/{room_id}")).text
    assert "Båda har lämnat sina bedömningar. Om en av två punkter är ni överens; en återstår att tala om." in page
    assert "Polisens ord." in page
    assert "Ni bedömer olika" in page
    assert "Punkt 2 saknar gemensamt svar. Sammanfattningen är inte skriven." in page
    marks = _hidden(page)
    nothing = await _post(anna, f"/uppfoljning/{room_id}/avgor", **marks)
    assert nothing.status_code == 422
    assert "Gemensamt: välj om ni enas om en bedömning eller publicerar båda." in nothing.text
    half = await _post(anna, f"/uppfoljning/{room_id}/avgor", **{**marks, f"hur-{second}": "enas", f"skal-{second}": "Vårt skäl."})
    assert half.status_code == 422
    assert "Vårt skäl." in half.text
    done = await _post(
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
    seen = _hidden((await anna.get(f"/uppfoljning/{room_id}")).text)
    await _post(per, f"/uppfoljning/{room_id}/text", **seen, summary="Pers sammanfattning.", lessons="Pers lärdom.", next_year="")
    other = await _post(anna, f"/uppfoljning/{room_id}/text", **seen, summary="", lessons="", next_year="Annas nästa år.")
    assert other.status_code == 303, "what she wrote stands in no one's way"
    texts = (await actions.read(cast.BJORKEN, room_id)).kept.texts
    assert texts == Texts("Pers sammanfattning.", "Pers lärdom.", "Annas nästa år.")
    clash = await _post(anna, f"/uppfoljning/{room_id}/text", **seen, summary="Annas sammanfattning.", lessons="", next_year="")
    assert clash.status_code == 422
    assert "Någon annan har ändrat medan du skrev" in clash.text
    assert "Annas sammanfattning.</textarea>" in clash.text
    assert "<p>Pers sammanfattning.</p>" in clash.text
    assert "Pers lärdom.</textarea>" in clash.text, "the fields that she left are as they are kept"
    again = {**_hidden(clash.text), "summary": "Annas sammanfattning.", "lessons": "Pers lärdom.", "next_year": "Annas nästa år."}
    assert (await _post(anna, f"/uppfoljning/{room_id}/text", **again)).status_code == 303
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
    answer = await _post(anna, f"/uppfoljning/{room_id}/nya-siffror", lydelse=_hidden(page)["lydelse"])
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
        seen = _hidden((await leader.get(f"/uppfoljning/{room_id}")).text)["lydelse"]
        assert (await _post(leader, f"/uppfoljning/{room_id}/godkann", lydelse=seen)).status_code == 303
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
        assert (await _post(bo, f"/uppfoljning/{room_id}/{path}", lydelse=signed.kept.content_hash, **form)).status_code == 422, path
    assert (await actions.read(cast.SKOGEN, room_id)).kept == signed.kept


async def test_both_published_says_so_and_shows_both(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await _differing(reason="Kommunens ord.")
    by, (_, second) = cast.asking("per"), await _keys(room_id)
    seen = (await actions.read(cast.SKOGEN, room_id)).kept.content_hash
    await actions.decide(cast.SKOGEN, room_id, second, Joint(BOTH), seen=seen, by=by, now=LATER)
    await room.written(room_id)
    await room.approved(room_id, "bo", "pia")
    page = _plain((await (await browser_of("anna")).get(f"/uppfoljning/{room_id}")).text)
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
    form = {f"bedomning-{key}": "Uppnått" for key in await _keys(many)} | {f"skal-{key}": "" for key in await _keys(many)}
    assert (await _post(anna, f"/uppfoljning/{many}/bedomning", **form, lamna="1")).status_code == 303


async def test_a_room_that_was_done_before_says_so(browser_of: BrowserOf, clock: HandClock) -> None:
    from trygghet.obligations import actions as obligations

    clock.at = LATER
    room_id = await room.made_room(2023)
    await obligations.settle_follow_up(cast.BJORKEN, room_id, now=cast.START)
    page = (await (await browser_of("anna")).get(f"/uppfoljning/{room_id}")).text
    assert "Gjord utanför rummet" in page
    assert "<textarea" not in page


# ---------------------------------------------------------------- two years as one
SHORT = {"valid_from": dt.date(2023, 10, 1), "valid_until": dt.date(2024, 12, 31)}


async def test_a_short_first_year_goes_with_the_next_when_every_leader_has_said_yes(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    first = await room.made_room(2023, **SHORT)
    anna, bo, pia = [await browser_of(who) for who in ("anna", "bo", "pia")]
    assert "Följ upp tillsammans med nästa år" in (await anna.get(f"/uppfoljning/{first}")).text
    empty = await _post(anna, f"/uppfoljning/{first}/tillsammans", skal="")
    assert empty.status_code == 422
    assert "Skäl: skriv varför åren följs upp tillsammans." in empty.text
    reason = "Tre månader är för kort för att säga något."
    assert (await _post(anna, f"/uppfoljning/{first}/tillsammans", skal=reason)).status_code == 303
    page = (await bo.get(f"/uppfoljning/{first}")).text
    assert reason in page
    seen = _hidden(page)["lydelse"]
    assert (await _post(bo, f"/uppfoljning/{first}/tillsammans/godkann", lydelse=seen)).headers["location"].startswith(f"/uppfoljning/{first}?")
    assert "Björkens kommun: ja" in _plain((await pia.get(f"/uppfoljning/{first}")).text)
    done = await _post(pia, f"/uppfoljning/{first}/tillsammans/godkann", lydelse=seen)
    assert done.status_code == 303
    page = (await pia.get(done.headers["location"])).text
    assert "2023 och 2024 följs upp tillsammans" in page
    assert reason in page
    assert (await anna.get(f"/uppfoljning/{first}")).status_code == 404


async def test_a_proposal_can_be_taken_back_by_any_party(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    first = await room.made_room(2023, **SHORT)
    anna, per = await browser_of("anna"), await browser_of("per")
    await _post(anna, f"/uppfoljning/{first}/tillsammans", skal="För kort.")
    assert (await _post(per, f"/uppfoljning/{first}/tillsammans/dra-tillbaka")).status_code == 303
    page = (await anna.get(f"/uppfoljning/{first}")).text
    assert "För kort." not in page
    assert "Följ upp tillsammans med nästa år" in page


async def test_a_whole_year_offers_no_merging(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room(2023)
    assert "tillsammans med nästa år" not in (await (await browser_of("anna")).get(f"/uppfoljning/{room_id}")).text


async def test_who_has_left_the_promise_reads_and_does_nothing(browser_of: BrowserOf, clock: HandClock) -> None:
    from trygghet import database

    clock.at = LATER
    room_id = await room.made_room(parties=(made.BJORKEN, made.EKEN, made.SKOGEN))
    promise_id = (await actions.read(cast.BJORKEN, room_id)).room.promise_id
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM party WHERE promise_id = $1 AND organisation_id = $2", promise_id, cast.EKEN)
    carl = await browser_of("carl")
    page = (await carl.get(f"/uppfoljning/{room_id}")).text
    assert "Er organisation är inte part i löftet längre." in page
    assert 'type="radio"' not in page
    assert (await _post(carl, f"/uppfoljning/{room_id}/bedomning")).status_code == 422


async def test_a_session_that_ended_while_writing_loses_nothing(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    anna, (first, second) = await browser_of("anna"), await _keys(room_id)
    token = cast.csrf((await anna.get(f"/uppfoljning/{room_id}")).text)
    anna.cookies.delete("trygghet_session")
    form = {f"bedomning-{first}": "Delvis", f"skal-{first}": "Annas långa skäl.", f"skal-{second}": "", "spara": "1", "_csrf_token": token}
    answer = await anna.post(f"/uppfoljning/{room_id}/bedomning", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401
    sealed = re.search(r'name="kvar" value="([^"]+)"', answer.text)
    assert sealed
    signed_in = {
        "email": cast.email("anna"),
        "password": cast.PASSWORD,
        "kvar": html.unescape(sealed.group(1)),
        "_csrf_token": cast.csrf(answer.text),
    }
    kept = await anna.post("/logga-in", data=signed_in)
    assert "Annas långa skäl." in kept.text
    again = {name: html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', kept.text)}
    assert (await anna.post(f"/uppfoljning/{room_id}/bedomning", data=again)).status_code == 303
    assert (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN)[first].reason == "Annas långa skäl."
