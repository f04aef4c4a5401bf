"""/frister through HTTP, with PostgreSQL: what is owed, marking one's part, taking it back, and who may."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.obligations import given
from trygghet import database
from trygghet.obligations import actions
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}
D = dt.date.fromisoformat


async def mark(
    client: httpx.AsyncClient, duty: object, *, verb: str = "klar", note: str = "", headers: dict[str, str] | None = None
) -> httpx.Response:
    token = client.cookies.get("trygghet_csrf", "")
    return await client.post(f"/frister/{duty}/{verb}", data={"_csrf_token": token, "anteckning": note}, headers=headers or {})


def row(html: str, duty: object) -> str:
    found = re.search(rf'<li id="frist-{duty}".*?</li>', html, re.DOTALL)
    assert found, "the duty is not on the page"
    return found.group()


async def test_both_parties_see_what_they_owe_nearest_first_and_late_marked(browser_of: BrowserOf) -> None:
    await given.promise(rhythms=given.quarterly())
    for who in ("anna", "per", "bo", "ragna"):
        page = (await (await browser_of(who)).get("/frister")).text
        due = re.findall(r"<h3>(.*?)</h3>", page)
        assert due[:2] == ["Lägesrapport för kvartal 1 2023 till KSAU", "Lägesrapport för kvartal 2 2023 till KSAU"]
        assert due[-3:] == ["Gemensam uppföljning för 2024", "Löftet går ut utan efterföljare", "Lägesrapport för kvartal 4 2024 till KSAU"]
        assert "550 dagar försenat" in page  # 2023-03-31 to 2024-10-01
        assert "Åtta frister är försenade." in page


async def test_a_stranger_sees_and_touches_nothing(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    duty = await given.obligation_id(promise_id, "follow_up:2024")
    planned = await given.planned(duty, cast.BJORKEN)
    for who in ("oda", "cecilia"):
        client = await browser_of(who)
        assert "Inga frister återstår" in (await client.get("/frister")).text
        assert (await mark(client, duty)).status_code == 404
        assert (await mark(client, duty, verb="angra")).status_code == 404
    assert await given.planned(duty, cast.BJORKEN) == planned != []


async def test_a_follow_up_is_not_marked_but_signed_in_its_room(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    duty = await given.obligation_id(promise_id, "follow_up:2024")
    anna, per = await browser_of("anna"), await browser_of("per")
    seen = row((await anna.get("/frister")).text, duty)
    assert f'href="/uppfoljning/{duty}"' in seen
    assert "/klar" not in seen
    for verb in ("klar", "angra"):
        answer = await mark(anna, duty, verb=verb)
        assert answer.status_code == 422
        assert f"undertecknat den i dess rum: /uppfoljning/{duty}" in answer.text
    assert (await actions.obligation(cast.BJORKEN, duty)).done_at is None
    await actions.settle_follow_up(cast.SKOGEN, duty, now=cast.START)
    await actions.settle_follow_up(cast.BJORKEN, duty, now=cast.START + dt.timedelta(days=1))
    assert (await actions.obligation(cast.BJORKEN, duty)).done_at == cast.START, "the first time counts"
    for client, organisation in ((anna, cast.BJORKEN), (per, cast.SKOGEN)):
        page = (await client.get("/frister")).text
        assert page.index(f"frist-{duty}") > page.index('id="klart"')
        assert "undertecknad av parterna" in row(page, duty)
        assert await given.planned(duty, organisation) == []


async def test_only_a_follow_up_is_settled_as_one_and_only_by_its_parties(database_url: str) -> None:
    promise_id = await given.promise()
    with pytest.raises(NotFound):
        await actions.settle_follow_up(cast.BJORKEN, await given.obligation_id(promise_id, "renewal:2024-12-31"), now=cast.START)
    duty = await given.obligation_id(promise_id, "follow_up:2024")
    with pytest.raises(NotFound):
        await actions.settle_follow_up(cast.EKEN, duty, now=cast.START)
    assert (await actions.obligation(cast.BJORKEN, duty)).done_at is None


async def test_a_mark_can_be_taken_back_and_the_reminders_return(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    anna, per = await browser_of("anna"), await browser_of("per")
    before = await given.planned(duty, cast.BJORKEN)
    await mark(anna, duty)
    await mark(per, duty)
    assert await given.planned(duty, cast.BJORKEN) == []
    await mark(per, duty, verb="angra")
    assert await given.planned(duty, cast.SKOGEN) == []
    await mark(anna, duty, verb="angra")
    assert await given.planned(duty, cast.BJORKEN) == await given.planned(duty, cast.SKOGEN) == before


async def test_one_partys_word_is_enough_for_a_report(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q3")
    per = await browser_of("per")
    assert ">Klart</span>" in row((await mark(per, duty, headers=HTMX, note="Lämnad på mötet")).text, duty)
    seen = row((await (await browser_of("anna")).get("/frister")).text, duty)
    assert "”Lämnad på mötet”" in seen
    assert "Ångra" not in seen


async def test_without_javascript_the_browser_is_sent_back_to_the_row(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    answer = await mark(await browser_of("anna"), duty)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/frister#frist-{duty}")


async def test_the_same_mark_twice_is_one_mark(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    anna, bo = await browser_of("anna"), await browser_of("bo")
    await mark(anna, duty)
    clock.at += dt.timedelta(days=1)
    assert "Anna Asson, Säkerhetssamordnare, 1 oktober 2024" in (await mark(bo, duty, headers=HTMX)).text


async def test_two_parties_at_the_same_moment_finish_it(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    anna, per = await browser_of("anna"), await browser_of("per")
    await asyncio.gather(mark(anna, duty), mark(per, duty))
    found = await actions.obligation(cast.BJORKEN, duty)
    assert found.done_at is not None


async def test_two_duties_marked_at_the_same_moment_leave_no_reminder_behind(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duties = [await given.obligation_id(promise_id, key) for key in ("report:KSAU:2024Q4", "report:KSAU:2024Q3")]
    anna, bo = await browser_of("anna"), await browser_of("bo")
    await asyncio.gather(mark(anna, duties[0]), mark(bo, duties[1]))
    assert await given.planned(duties[0], cast.BJORKEN) == []
    assert await given.planned(duties[1], cast.BJORKEN) == []


@pytest.mark.parametrize("who", ["ragna", "adam"])
async def test_only_leaders_and_coordinators_mark(browser_of: BrowserOf, who: str) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    client = await browser_of(who)
    assert (await mark(client, duty)).status_code == 403
    assert (await mark(client, duty, verb="angra")).status_code == 403
    assert "Markera som" not in (await client.get("/frister")).text


async def test_a_duty_whose_time_has_not_begun_is_refused_in_the_row(browser_of: BrowserOf) -> None:
    promise_id = await given.promise("2023-03-06", "2025-12-31", rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2025Q1")
    anna = await browser_of("anna")
    assert "Kan markeras från 1 januari 2025" in row((await anna.get("/frister")).text, duty)
    answer = await mark(anna, duty, headers=HTMX)
    assert answer.status_code == 422
    assert "Lägesrapport för kvartal 1 2025 till KSAU gäller en tid som börjar 1 januari 2025." in row(answer.text, duty)
    assert (await mark(anna, duty)).status_code == 422


@pytest.mark.parametrize(("note", "sentence"), [("Klart, ring 640823-3234", "640823-3234"), ("x" * 501, "högst 500 tecken. Du skrev 501.")])
async def test_a_note_that_may_not_be_kept_is_refused_in_the_row(browser_of: BrowserOf, note: str, sentence: str) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    answer = await mark(await browser_of("anna"), duty, note=note, headers=HTMX)
    assert answer.status_code == 422
    assert sentence in row(answer.text, duty)
    assert (await actions.obligation(cast.BJORKEN, duty)).mark_of(cast.BJORKEN) is None


async def test_every_duty_says_why_it_is_due_that_day(browser_of: BrowserOf) -> None:
    promise_id = await given.promise("2023-03-06", "2025-12-31")
    page = (await (await browser_of("anna")).get("/frister")).text
    duty = await given.obligation_id(promise_id, "follow_up:2023")
    assert "Varför just detta datum?" in row(page, duty)
    assert "6 mars 2023 till och med 31 december 2025" in row(page, duty)


async def test_markup_in_what_people_write_is_text(browser_of: BrowserOf) -> None:
    await given.promise(title="<b>Löftet</b>", activities=given.dated("<script>x</script>", "2024-12-01"))
    anna = await browser_of("anna")
    duty = next(one.id for one in await actions.obligations(cast.BJORKEN) if one.duty.kind == "activity")
    answer = (await mark(anna, duty, note="<i>klart</i>", headers=HTMX)).text
    assert "&lt;i&gt;klart&lt;/i&gt;" in answer
    assert "<b>Löftet" not in answer
    assert "<script>x" not in (await anna.get("/frister")).text


# ---------------------------------------------------------------- a promise that changes
async def test_a_shortened_promise_moves_and_drops_duties_and_reminders(database_url: str) -> None:
    promise_id = await given.promise("2023-03-06", "2025-12-31")
    assert await given.keys(promise_id) == ["follow_up:2023", "follow_up:2024", "follow_up:2025", "renewal:2025-12-31"]
    await given.changed(promise_id, "early_end", "2023-03-06", "2024-11-30")
    assert await given.keys(promise_id) == ["follow_up:2023", "follow_up:2024", "renewal:2024-11-30"]
    moved = await given.obligation_id(promise_id, "follow_up:2024")
    assert [at.date().isoformat() for at, seat in await given.planned(moved, cast.SKOGEN) if seat == "leader"][:5] == [
        "2024-10-02",
        "2024-10-31",
        "2024-11-15",
        "2024-11-22",
        "2024-11-29",
    ]
    async with database.across_organisations() as link:
        late = "SELECT count(*) FROM delivery WHERE promise_id = $1 AND due_at > '2024-12-01' AND lead_days >= 0"
        assert await link.fetchval(late, promise_id) == 0


async def test_what_was_marked_stays_when_the_promise_changes(browser_of: BrowserOf) -> None:
    promise_id = await given.promise("2024-01-01", "2024-12-31", rhythms=given.quarterly())
    duty = await given.obligation_id(promise_id, "report:KSAU:2024Q4")
    await mark(await browser_of("anna"), duty)
    await given.changed(promise_id, "early_end", "2024-01-01", "2024-08-31", rhythms=given.quarterly())
    assert "report:KSAU:2024Q4" in await given.keys(promise_id)
    assert "report:KSAU:2024Q3" in await given.keys(promise_id)


async def test_planning_again_changes_nothing(database_url: str) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())

    async def all_rows() -> list[object]:
        async with database.across_organisations() as link:
            return [tuple(row) for row in await link.fetch("SELECT id, key, due_at, title FROM delivery ORDER BY key")] + [
                tuple(row) for row in await link.fetch("SELECT id, key, due_on FROM obligation ORDER BY key")
            ]

    before = await all_rows()
    for version in (2, 3):
        await given.changed(promise_id, "change", version=version, rhythms=given.quarterly())
    assert await all_rows() == before


async def test_what_a_replaced_promise_still_owed_is_no_longer_owed(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise SET stage = 'replaced' WHERE id = $1", promise_id)
    assert "Inga frister återstår" in (await (await browser_of("anna")).get("/frister")).text


async def test_a_dutys_own_address_survives_the_sign_in_and_offers_to_change_organisation(browser_of: BrowserOf) -> None:
    duty = await given.obligation_id(await given.promise(), "follow_up:2024")
    mine, here = f"/frister/{duty}", f"/frister#frist-{duty}"
    assert (await (await browser_of()).get(mine)).headers["location"] == f"/logga-in?vidare={mine}"
    berit = await browser_of("berit")
    assert (await berit.get(mine)).headers["location"] == here
    assert (await (await browser_of("cecilia")).get(mine)).status_code == 404
    assert (await change(berit, cast.EKEN)) == "/hem"
    page = await berit.get(mine)
    assert page.status_code == 200
    assert "Fristen hör till Björkens kommun" in page.text
    assert f'name="vidare" value="{mine}"' in page.text
    assert (await change(berit, cast.BJORKEN, vidare=mine)) == mine
    assert (await berit.get(mine)).headers["location"] == here
    assert (await change(berit, cast.BJORKEN, vidare="https://elsewhere.example.org/")) == "/hem"


async def change(client: httpx.AsyncClient, organisation: UUID, **fields: str) -> str:
    """Where one comes after a change of organisation."""
    token = client.cookies.get("trygghet_csrf", "")
    return str((await client.post("/byt-organisation", data={"_csrf_token": token, "organisation": str(organisation), **fields})).headers["location"])
