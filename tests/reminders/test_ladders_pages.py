"""Ladders that an organisation makes its own: through the form, by way of what it would change, into what is planned."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.obligations import given
from trygghet import database, swedish

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
REPORTS = "/paminnelser/stegar/report"


def steps(*rows: tuple[int, str, str, tuple[str, ...]], **more: str) -> dict[str, str]:
    """The form with these rows."""
    fields: dict[str, str] = {}
    for number, (count, unit, when, to) in enumerate(rows):
        fields |= {f"antal-{number}": str(count), f"enhet-{number}": unit, f"nar-{number}": when} | {f"till-{number}-{one}": "ja" for one in to}
    return fields | {"upprepa": "28", "upprepa-enhet": "days", "upprepa-owner": "ja"} | more


SOON = steps((21, "days", "fore", ("owner", "leader")), (3, "workdays", "fore", ("owner",)))


async def send(client: httpx.AsyncClient, path: str, fields: dict[str, str]) -> httpx.Response:
    await client.get("/paminnelser/stegar")
    seen = re.search(r'name="sett" value="([^"]*)"', (await client.get(path)).text)
    return await client.post(path, data={"_csrf_token": client.cookies["trygghet_csrf"], "sett": seen[1] if seen else "", **fields})


async def days_of(duty: object, organisation: object) -> list[tuple[str, str]]:
    found = await given.planned(duty, organisation)  # type: ignore[arg-type]
    return [(swedish.local(when).date().isoformat(), seat) for when, seat in found if when < dt.datetime(2025, 1, 1, tzinfo=dt.UTC)]


async def test_a_leader_changes_a_ladder_for_all_promises_and_only_their_own_are_planned_anew(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    before = await days_of(duty, cast.SKOGEN)
    bo = await browser_of("bo")
    shown = await send(bo, REPORTS, SOON)
    assert shown.status_code == 200
    assert "Det här ändras" in shown.text
    assert "Ändra så" in shown.text
    assert await days_of(duty, cast.BJORKEN) == before, "nothing is changed before it has been shown"
    saved = await send(bo, REPORTS, {**SOON, "spara": "ja"})
    assert saved.headers["location"] == "/paminnelser/stegar?andrad=report#report"
    assert await days_of(duty, cast.BJORKEN) == [("2024-12-10", "coordinator"), ("2024-12-10", "leader"), ("2024-12-23", "coordinator")]
    assert await days_of(duty, cast.SKOGEN) == before
    page = (await bo.get("/paminnelser/stegar")).text
    assert "Er egen stege" in page
    assert "Bo Bsson, kommunstyrelsens ordförande, ändrade den 1 oktober 2024" in page
    log = (await (await browser_of("adam")).get("/medlemmar/historik")).text
    assert "Stegen för påminnelser om rapporter ändrades." in log


async def test_one_promise_may_have_a_ladder_of_its_own_and_go_back(browser_of: BrowserOf) -> None:
    one, other = [await given.promise(title=title, rhythms=given.quarterly()) for title in ("Ena löftet", "Andra löftet")]
    duties = [await given.obligation_id(promise_id, "report:KSAU:2024Q4") for promise_id in (one, other)]
    before = await days_of(duties[0], cast.BJORKEN)
    bo, path = await browser_of("bo"), f"/loften/{one}/paminnelser/report"
    await send(bo, path, {**SOON, "spara": "ja"})
    assert [await days_of(duty, cast.BJORKEN) == before for duty in duties] == [False, True]
    assert "enligt löftets egen stege" in (await bo.get(f"/paminnelser?lofte={one}")).text
    assert "Ändrade när organisationen påminns om rapporter i det här löftet" in (await bo.get(f"/loften/{one}/historik")).text
    assert "organisationen påminns" not in (await (await browser_of("pia")).get(f"/loften/{one}/historik")).text, "it is Björken's own matter"
    shown = await send(bo, path, {"aterstall": "ja"})
    assert "gäller igen" in shown.text
    await send(bo, path, {"aterstall": "ja", "spara": "ja"})
    assert await days_of(duties[0], cast.BJORKEN) == before


async def test_the_preview_says_what_comes_goes_and_goes_out_at_once(browser_of: BrowserOf) -> None:
    await given.promise(rhythms=given.quarterly(), last="2024-12-31")
    wide = steps((89, "days", "fore", ("owner",)), (14, "days", "fore", ("owner",)))
    page = (await send(await browser_of("bo"), REPORTS, wide)).text
    assert "Kommer till" in page
    assert "Försvinner" in page
    late = steps((100, "days", "fore", ("owner",)), (1, "days", "fore", ("owner",)))
    page = (await send(await browser_of("bo"), REPORTS, late)).text
    assert re.search(r"[0-9]+ påminnelser? går ut redan nästa arbetsdag", page)
    assert "Steget har redan passerat." in page
    assert "Anna Asson" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (steps((731, "days", "fore", ("owner",))), "Steg 1: skriv ett helt antal, 0 till 730 före eller 1 till 365 efter. Du skrev ”731”."),
        (steps((0, "days", "efter", ("owner",))), "Steg 1: skriv ett helt antal"),
        (steps((5, "weeks", "fore", ("owner",))), "Steg 1: välj dagar eller arbetsdagar."),
        (steps((5, "days", "sedan", ("owner",))), "Steg 1: välj före eller efter."),
        (steps((5, "days", "fore", ())), "Steg 1: kryssa för minst en som får påminnelsen."),
        (steps((5, "days", "fore", ("leader",))), "Påminnelserna om en frist går inte att stänga av."),
        (steps((5, "days", "efter", ("owner",))), "Minst ett steg, högst 90 dagar före dagen, ska gå till den som samordnar."),
        (steps(*((day, "days", "fore", ("owner",)) for day in range(25))), "En stege har högst 24 steg. Du har 25."),
        (steps((5, "days", "fore", ("owner",)), upprepa="91"), "Upprepning: skriv ett helt antal från 1 till 90"),
        ({name: value for name, value in SOON.items() if name != "upprepa-owner"}, "Upprepning: kryssa för minst en"),
        (steps((5, "days", "fore", ("owner",)), upprepa=""), "Upprepning: skriv hur ofta, högst var 90:e dag"),
        (steps((91, "days", "fore", ("owner",))), "Minst ett steg, högst 90 dagar före dagen"),
        ({}, "Minst ett steg, högst 90 dagar före dagen"),
    ],
)
async def test_a_ladder_that_cannot_be_is_refused_and_nothing_typed_is_lost(browser_of: BrowserOf, fields: dict[str, str], sentence: str) -> None:
    answer = await send(await browser_of("adam"), REPORTS, {**fields, "spara": "ja"})
    assert answer.status_code == 422
    assert sentence in answer.text
    for name, value in fields.items():
        if name.startswith("antal"):
            assert f'name="{name}" inputmode="numeric" value="{value}"' in answer.text
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM ladder") == 0


async def test_several_slips_are_said_at_once_each_beside_its_field(browser_of: BrowserOf) -> None:
    answer = await send(await browser_of("bo"), REPORTS, steps((999, "days", "fore", ()), upprepa="snart", **{"upprepa-owner": "ja"}))
    for field in ("antal-0", "till-0", "upprepa"):
        assert f'id="{field}-fel"' in answer.text


async def test_rows_are_added_and_taken_away_without_anything_being_saved(browser_of: BrowserOf) -> None:
    bo = await browser_of("bo")
    more = (await send(bo, REPORTS, {**SOON, "rad": "ja"})).text
    assert 'id="antal-2"' in more
    fewer = (await send(bo, REPORTS, {**SOON, "bort": "0"})).text
    assert re.search(r'id="antal-0" name="antal-0" inputmode="numeric" value="3"', fewer)
    assert 'id="antal-1"' not in fewer
    back = (await send(bo, REPORTS, {**SOON, "tillbaka": "ja"})).text
    assert 'value="21"' in back


async def test_a_colleagues_change_is_not_written_over(browser_of: BrowserOf) -> None:
    bo, adam = await browser_of("bo"), await browser_of("adam")
    await send(bo, REPORTS, {**SOON, "spara": "ja"})
    answer = await adam.post(
        REPORTS, data={"_csrf_token": (await adam.get("/medlemmar")) and adam.cookies["trygghet_csrf"], "sett": "", **SOON, "spara": "ja"}
    )
    assert answer.status_code == 422
    assert "Bo Bsson ändrade stegen medan du skrev." in answer.text


async def test_a_colleagues_reset_is_not_written_over(browser_of: BrowserOf) -> None:
    bo, adam = await browser_of("bo"), await browser_of("adam")
    await send(bo, REPORTS, {**SOON, "spara": "ja"})
    shown = re.search(r'name="sett" value="([^"]+)"', (await adam.get(REPORTS)).text)
    assert shown is not None
    await send(bo, REPORTS, {"aterstall": "ja", "spara": "ja"})
    answer = await adam.post(REPORTS, data={"_csrf_token": adam.cookies["trygghet_csrf"], "sett": shown[1], **SOON, "spara": "ja"})
    assert answer.status_code == 422
    assert "En kollega gick tillbaka till den vanliga stegen medan du skrev." in answer.text


async def test_who_coordinates_sees_the_ladders_and_leaves_changing_them_to_a_leader(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    page = (await anna.get("/paminnelser/stegar")).text
    assert "Ändra stegen" not in page
    assert "Den som är ledare eller administratör hos er kan ändra stegarna." in page
    assert (await anna.get(REPORTS)).status_code == 403
    assert (await (await browser_of("ragna")).get("/paminnelser/stegar")).status_code == 403
    assert (await (await browser_of("bo")).get("/paminnelser/stegar/annat")).status_code == 404


async def test_anothers_promise_has_no_ladders_to_see(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    olof = await browser_of("olof")
    for path in (f"/loften/{promise_id}/paminnelser", f"/loften/{promise_id}/paminnelser/report"):
        assert (await olof.get(path)).status_code == 404
