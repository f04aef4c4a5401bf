"""Reminders of duties are not silenced; they go to a colleague for a time, in one step, and both are told."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast, world
from tests.reminders.test_actions import at, deliver_until, entered
from trygghet import database
from trygghet.notices import actions as notices

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
PAGE = "/paminnelser/flytta"
DAYS = {"fran": "2024-10-14", "till": "2024-10-27"}


def person(who: str) -> str:
    return str(cast.person_id(who))


async def move(browser: httpx.AsyncClient, to: str, **form: str) -> httpx.Response:
    """Fills in the form."""
    token = cast.csrf((await browser.get(PAGE)).text)
    return await browser.post(PAGE, data={"_csrf_token": token, "kollega": person(to), **DAYS, **form}, follow_redirects=True)


async def end(browser: httpx.AsyncClient, handover_id: uuid.UUID) -> httpx.Response:
    token = cast.csrf((await browser.get(PAGE)).text)
    return await browser.post(f"{PAGE}/{handover_id}/avsluta", data={"_csrf_token": token}, follow_redirects=True)


async def rows() -> list[tuple[uuid.UUID, uuid.UUID, uuid.UUID, bool]]:
    """Whose go to whom, and whether somebody has ended it."""
    async with database.across_organisations() as link:
        return [
            tuple(row)
            for row in await link.fetch("SELECT id, person_id, to_person_id, ended_at IS NOT NULL FROM handover ORDER BY created_at, from_on")
        ]


async def told() -> set[tuple[str, str]]:
    """Who is to be told what."""
    async with database.across_organisations() as link:
        return {
            (row["name"].partition(" ")[0].lower(), row["title"])
            for row in await link.fetch("SELECT p.name, d.title FROM delivery d JOIN person p ON p.id = d.person_id WHERE d.kind = 'notice'")
        }


# ---------------------------------------------------------------- handing over
async def test_ones_reminders_go_to_a_colleague_who_is_told_and_the_log_says_so(browser_of: BrowserOf) -> None:
    page = await move(await browser_of("anna"), "bo")
    assert "Dina påminnelser går till Bo Bsson" in page.text
    assert "14 oktober 2024 till och med 27 oktober 2024. Du bestämde det." in page.text
    assert "Börjar senare" in page.text
    [(_, whose, to, is_ended)] = await rows()
    assert (whose, to, is_ended) == (cast.person_id("anna"), cast.person_id("bo"), False)
    assert await told() == {("bo", "Anna Assons påminnelser går till Bo Bsson, 14 oktober 2024 till och med 27 oktober 2024")}
    log = (await (await browser_of("adam")).get("/medlemmar/historik")).text
    assert "Anna Asson: påminnelserna går till Bo Bsson, 14 oktober 2024 till och med 27 oktober 2024." in log


async def test_a_colleague_who_has_left_is_said_to_have(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    await move(anna, "bo", fran="", till="2024-10-27")
    assert "Gäller nu" in (await anna.get(PAGE)).text
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2024-09-30' WHERE person_id = $1", cast.person_id("bo"))
    page = (await anna.get(PAGE)).text
    assert "Gäller inte: Bo Bsson har slutat" in page
    assert "Gäller nu" not in page


async def test_the_colleague_gets_a_letter_that_says_who_decided(browser_of: BrowserOf, settings: Settings) -> None:
    await move(await browser_of("adam"), "bo", vems=person("anna"))
    async with database.across_organisations() as link:
        row = await link.fetchrow("SELECT * FROM delivery WHERE kind = 'notice' AND person_id = $1", cast.person_id("bo"))
    assert row
    assert row["promise_id"] is None, "nobody outside sees who is away"
    assert row["words"]["lines"][0].startswith("Adam Asson har bestämt att påminnelserna om frister till Anna Asson går till Bo Bsson")
    assert notices.composer(settings)


async def test_an_administrator_does_it_for_anyone_and_all_who_did_not_decide_are_told(browser_of: BrowserOf) -> None:
    adam = await browser_of("adam")
    page = await move(adam, "bo", vems=person("anna"))
    assert "Anna Assons påminnelser går till Bo Bsson" in page.text
    assert {who for who, _ in await told()} == {"anna", "bo"}
    assert "Dina påminnelser går till Bo Bsson" in (await (await browser_of("anna")).get(PAGE)).text
    assert "Anna Assons påminnelser går till dig" in (await (await browser_of("bo")).get(PAGE)).text


async def test_nobody_but_an_administrator_moves_somebody_elses(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    before = await world.everything()
    assert (await move(anna, "anna", vems=person("bo"))).status_code == 404
    assert await world.everything() == before


async def test_an_empty_first_day_is_today(browser_of: BrowserOf) -> None:
    page = await move(await browser_of("anna"), "bo", fran="", till="2024-10-01")
    assert "1 oktober 2024 till och med 1 oktober 2024" in page.text
    assert "Gäller nu" in page.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"fran": "2024-09-30"}, "Från och med: välj i dag, 2024-10-01, eller en senare dag. Du skrev 2024-09-30."),
        ({"till": "2024-10-13"}, "Till och med: 2024-10-13 ligger före 2024-10-14."),
        ({"till": "2025-10-15"}, "Till och med: högst ett år fram, 2025-10-14. Du skrev 2025-10-15."),
        ({"till": ""}, "Till och med: ange ett datum"),
        ({"kollega": ""}, "Till vem: välj en ledare eller samordnare i listan."),
        ({"kollega": person("ragna")}, "Till vem: välj en ledare eller samordnare i listan."),
        ({"kollega": person("adam")}, "Till vem: välj en ledare eller samordnare i listan."),
        ({"kollega": person("pia")}, "Till vem: välj en ledare eller samordnare i listan."),
        ({"kollega": person("anna")}, "Till vem: välj någon annan än den som påminnelserna är till."),
    ],
    ids=["past", "reversed", "long", "no end", "nobody", "a reporter", "an administrator", "a stranger", "oneself"],
)
async def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(form: dict[str, str], sentence: str, browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    before = await world.everything()
    answer = await move(anna, "bo", **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await world.everything() == before


async def test_a_whole_year_is_not_too_long(browser_of: BrowserOf) -> None:
    assert (await move(await browser_of("anna"), "bo", till="2025-10-14")).status_code == 200
    assert len(await rows()) == 1


async def test_a_reporter_has_no_reminders_to_move(browser_of: BrowserOf) -> None:
    assert (await (await browser_of("ragna")).get(PAGE)).status_code == 403


# ---------------------------------------------------------------- one step, and one at a time
async def test_two_who_name_each_other_are_refused(browser_of: BrowserOf) -> None:
    await move(await browser_of("anna"), "bo")
    answer = await move(await browser_of("bo"), "anna", fran="2024-10-27", till="2024-11-03")
    assert answer.status_code == 422
    assert "Till vem: Anna Asson har själv lämnat sina påminnelser till Bo Bsson" in answer.text
    assert len(await rows()) == 1
    assert (await move(await browser_of("bo"), "anna", fran="2024-10-28", till="2024-11-03")).status_code == 200, "the day after it is free"


async def test_who_gets_somebodys_does_not_send_them_on(browser_of: BrowserOf) -> None:
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Samordnare")
    await move(await browser_of("anna"), "bo")
    answer = await move(await browser_of("bo"), "ragna")
    assert answer.status_code == 422
    assert "Bo Bsson får Anna Assons påminnelser, 14 oktober 2024 till och med 27 oktober 2024. Avsluta det först" in answer.text
    assert len(await rows()) == 1


async def test_one_at_a_time(browser_of: BrowserOf) -> None:
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Samordnare")
    anna = await browser_of("anna")
    await move(anna, "bo")
    answer = await move(anna, "ragna", fran="2024-10-20", till="2024-10-21")
    assert answer.status_code == 422
    assert "Anna Assons påminnelser går redan till Bo Bsson" in answer.text
    assert (await move(anna, "ragna", fran="2024-12-20", till="2024-12-31")).status_code == 200
    assert len(await rows()) == 2


# ---------------------------------------------------------------- what goes out
async def test_the_letters_go_to_the_colleague_those_days_and_to_whose_they_are_afterwards(browser_of: BrowserOf, settings: Settings) -> None:
    promise_id = await entered()
    await move(await browser_of("anna"), "bo", fran="2024-10-30", till="2024-11-10")
    november = [one.to_address for one in await deliver_until(at("2024-11-01"), settings) if "påminnelser går till" not in one.subject]
    assert sorted(november) == [cast.email(who) for who in ("bo", "per", "pia")], "Bo's own and Anna's in one letter"
    async with database.across_organisations() as link:
        moved = await link.fetch("SELECT person_id FROM delivery WHERE promise_id = $1 AND via = 'handed_over' AND state = 'sent'", promise_id)
    assert {row["person_id"] for row in moved} == {cast.person_id("bo")}
    inbox = (await (await browser_of("bo")).get("/inkorg")).text
    assert "Den kom till dig i stället för till en kollega." in inbox
    december = {one.to_address for one in await deliver_until(at("2024-11-29"), settings)}
    assert cast.email("anna") in december


async def test_a_reminder_cannot_be_silenced_only_moved_and_no_link_in_it_changes_anything(browser_of: BrowserOf, settings: Settings) -> None:
    await entered()
    letters = await deliver_until(at("2024-11-01"), settings)
    anna = next(one for one in letters if one.to_address == "anna@cast.example.org")
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & {name for name, _ in anna.headers}
    links = {one.removeprefix(settings.public_url) for one in re.findall(rf'{settings.public_url}[^\s"<>#]+', anna.text + anna.html)}
    assert PAGE in links
    browsers = [await browser_of(who) for who in (None, "anna")]
    before = await world.everything()
    for browser in browsers:
        for one in links:
            for method in ("GET", "HEAD"):
                assert (await browser.request(method, one)).status_code in {200, 303}, one
    assert await world.everything() == before


# ---------------------------------------------------------------- its end
@pytest.mark.parametrize(("who", "others"), [("anna", {"bo"}), ("bo", {"anna"}), ("adam", {"anna", "bo"})])
async def test_either_of_the_two_or_an_administrator_ends_it_and_the_others_are_told(who: str, others: set[str], browser_of: BrowserOf) -> None:
    await move(await browser_of("anna"), "bo")
    [(handover_id, *_)] = await rows()
    answer = await end(await browser_of(who), handover_id)
    assert "Inget är flyttat" in answer.text
    assert [one[-1] for one in await rows()] == [True]
    ended = "Anna Assons påminnelser går inte längre till Bo Bsson"
    assert {person for person, title in await told() if title == ended} == others
    assert "Anna Asson: påminnelserna går inte längre till Bo Bsson." in (await (await browser_of("adam")).get("/medlemmar/historik")).text
    assert (await end(await browser_of("anna"), handover_id)).status_code == 404, "once is enough"
    assert (await move(await browser_of("anna"), "bo")).status_code == 200


async def test_a_colleague_who_has_no_part_in_it_cannot_end_it(browser_of: BrowserOf) -> None:
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Samordnare")
    await move(await browser_of("anna"), "bo")
    [(handover_id, *_)] = await rows()
    ragna = await browser_of("ragna")
    assert "Inget är flyttat" in (await ragna.get(PAGE)).text
    assert (await end(ragna, handover_id)).status_code == 404
    assert [one[-1] for one in await rows()] == [False]


async def test_it_ends_by_itself_after_its_last_day(browser_of: BrowserOf, clock: HandClock) -> None:
    anna = await browser_of("anna")
    await move(anna, "bo")
    clock.at = dt.datetime(2024, 10, 27, 21, 0, tzinfo=dt.UTC)
    assert "Gäller nu" in (await anna.get(PAGE)).text
    clock.at = dt.datetime(2024, 10, 27, 23, 30, tzinfo=dt.UTC)  # 00.30 in Stockholm, where summer time ended that day
    assert "Inget är flyttat" in (await anna.get(PAGE)).text
    assert (await move(await browser_of("bo"), "anna", fran="", till="2024-11-03")).status_code == 200
