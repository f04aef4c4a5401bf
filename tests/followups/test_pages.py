"""The room in the browser, from the list of rooms to the signed page."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.followups import room
from tests.followups.pressed import hidden, keys, plain, post
from tests.followups.room import LATER
from trygghet.followups import actions
from trygghet.followups.rules import Verdict

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
LATE = cast.START + dt.timedelta(days=100)
"""9 January 2025."""


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
    assert "Väntar på bedömning från LPO Skogen." in plain(page)
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
    anna, (first, second) = await browser_of("anna"), await keys(room_id)
    form = {f"bedomning-{first}": "Delvis", f"skal-{first}": "Två uteblev.", f"bedomning-{second}": "Uppnått", f"skal-{second}": "", "lamna": "1"}
    answer = await post(anna, f"/uppfoljning/{room_id}/bedomning", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/uppfoljning/{room_id}?gjort=lamnad")
    page = plain((await anna.get(answer.headers["location"])).text)
    assert "Ni har lämnat in. Polisen bedömer till 28 november." in page
    assert "Två uteblev." in page
    assert "Ta tillbaka" in page


async def test_nothing_that_was_typed_is_lost_when_something_is_missing(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    anna, (first, second) = await browser_of("anna"), await keys(room_id)
    words = "Ett långt skäl <b>med</b> tecken & radbrytning\r\noch en rad till"
    form = {f"bedomning-{first}": "Delvis", f"skal-{first}": words, f"bedomning-{second}": "Ej uppnått", f"skal-{second}": "", "lamna": "1"}
    answer = await post(anna, f"/uppfoljning/{room_id}/bedomning", **form)
    assert answer.status_code == 422
    assert "Ett långt skäl &lt;b&gt;med&lt;/b&gt; tecken &amp; radbrytning\n" in answer.text.replace("\r\n", "\n")
    assert answer.text.count("checked") == 2
    assert f'<a href="#skal-{second}">Punkt 2: skriv varför det blev ej uppnått. Invånarna får läsa skälet.</a>' in answer.text
    assert (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN) == {}


async def test_two_colleagues_who_write_at_once_both_keep_their_words(browser_of: BrowserOf, clock: HandClock) -> None:
    """Anna and Bo have the form open at the same time: what only one of them changed is saved, what both changed is shown to the second."""
    clock.at = LATER
    room_id = await room.made_room()
    anna, bo, (first, second) = await browser_of("anna"), await browser_of("bo"), await keys(room_id)
    marks = hidden((await bo.get(f"/uppfoljning/{room_id}")).text)
    own = {f"bedomning-{first}": "Delvis", f"skal-{first}": "Annas skäl.", f"skal-{second}": "", "spara": "1"}
    assert (await post(anna, f"/uppfoljning/{room_id}/bedomning", **marks, **own)).status_code == 303
    other = {f"skal-{first}": "", f"bedomning-{second}": "Uppnått", f"skal-{second}": "Bos ord.", "spara": "1"}
    assert (await post(bo, f"/uppfoljning/{room_id}/bedomning", **marks, **other)).status_code == 303
    kept = (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN)
    assert {key: (one.verdict, one.reason) for key, one in kept.items()} == {
        first: (Verdict.PARTLY, "Annas skäl."),
        second: (Verdict.ACHIEVED, "Bos ord."),
    }
    both = {f"bedomning-{first}": "Inställt", f"skal-{first}": "Bos skäl.", f"skal-{second}": "", "lamna": "1"}
    answer = await post(bo, f"/uppfoljning/{room_id}/bedomning", **marks, **both)
    assert answer.status_code == 422
    assert "en kollega har sparat ”Delvis. Annas skäl” medan du skrev" in answer.text
    assert "Bos skäl." in answer.text
    standing = await actions.read(cast.BJORKEN, room_id)
    assert not standing.has_handed_in(cast.BJORKEN)
    assert standing.own(cast.BJORKEN)[first].reason == "Annas skäl."
    again = {**both, f"bedomning-{second}": "Uppnått", f"skal-{second}": "Bos ord.", **hidden(answer.text)}
    assert (await post(bo, f"/uppfoljning/{room_id}/bedomning", **again)).headers["location"].endswith("?gjort=lamnad")
    assert (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN)[first].reason == "Bos skäl."


async def test_the_roles_read_assess_and_approve_as_they_may(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    ragna, bo, oda, adam = [await browser_of(who) for who in ("ragna", "bo", "oda", "adam")]
    page = (await ragna.get(f"/uppfoljning/{room_id}")).text
    assert 'type="radio"' not in page
    assert "Den som är ledare eller samordnare hos er gör bedömningen" in page
    assert 'type="radio"' in (await bo.get(f"/uppfoljning/{room_id}")).text
    assert (await post(ragna, f"/uppfoljning/{room_id}/bedomning")).status_code == 403
    assert (await oda.get(f"/uppfoljning/{room_id}")).status_code == 404
    assert 'type="radio"' not in (await adam.get(f"/uppfoljning/{room_id}")).text


# ---------------------------------------------------------------- two years as one
SHORT = {"valid_from": dt.date(2023, 10, 1), "valid_until": dt.date(2024, 12, 31)}


async def test_a_short_first_year_goes_with_the_next_when_every_leader_has_said_yes(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    first = await room.made_room(2023, **SHORT)
    anna, bo, pia = [await browser_of(who) for who in ("anna", "bo", "pia")]
    assert "Följ upp tillsammans med nästa år" in (await anna.get(f"/uppfoljning/{first}")).text
    empty = await post(anna, f"/uppfoljning/{first}/tillsammans", skal="")
    assert empty.status_code == 422
    assert "Skäl: skriv varför åren följs upp tillsammans." in empty.text
    reason = "Tre månader är för kort för att säga något."
    assert (await post(anna, f"/uppfoljning/{first}/tillsammans", skal=reason)).status_code == 303
    page = (await bo.get(f"/uppfoljning/{first}")).text
    assert reason in page
    seen = hidden(page)["lydelse"]
    assert (await post(bo, f"/uppfoljning/{first}/tillsammans/godkann", lydelse=seen)).headers["location"].startswith(f"/uppfoljning/{first}?")
    assert "Björkens kommun: ja" in plain((await pia.get(f"/uppfoljning/{first}")).text)
    done = await post(pia, f"/uppfoljning/{first}/tillsammans/godkann", lydelse=seen)
    assert done.status_code == 303
    page = (await pia.get(done.headers["location"])).text
    assert "2023 och 2024 följs upp tillsammans" in page
    assert reason in page
    assert (await anna.get(f"/uppfoljning/{first}")).status_code == 404


async def test_a_proposal_can_be_taken_back_by_any_party(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    first = await room.made_room(2023, **SHORT)
    anna, per = await browser_of("anna"), await browser_of("per")
    await post(anna, f"/uppfoljning/{first}/tillsammans", skal="För kort.")
    assert (await post(per, f"/uppfoljning/{first}/tillsammans/dra-tillbaka")).status_code == 303
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
    assert (await post(carl, f"/uppfoljning/{room_id}/bedomning")).status_code == 422


async def test_a_session_that_ended_while_writing_loses_nothing(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    anna, (first, second) = await browser_of("anna"), await keys(room_id)
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
