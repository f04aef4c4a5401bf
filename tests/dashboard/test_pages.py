"""/oversikt over the front door: what each sees, what nobody else sees, and how many questions the database is asked."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from anyio.lowlevel import checkpoint

from tests import cast, made
from trygghet import database
from trygghet.dashboard import store
from trygghet.obligations.rhythms import Rhythm
from trygghet.promises.rules import ActivityDraft, AreaDraft, Definition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

pytestmark = pytest.mark.anyio
SHARED = dt.datetime(2024, 9, 25, 8, tzinfo=dt.UTC)


async def _update(promise_id: UUID, title: str, *, by: UUID = cast.BJORKEN, published: dt.datetime | None = None, shared: bool = True) -> UUID:
    """A status update as it lies in the database."""
    async with database.across_organisations() as link:
        found: UUID = await link.fetchval(
            "INSERT INTO status_update (promise_id, organisation_id, title, body, channels, content_hash, shared_at, published_at, published_hash,"
            " created_at, updated_at) VALUES ($1, $2, $3, 'Text.', '{page,feed}', 'h', $4, $5, $7, $6, $6) RETURNING id",
            promise_id,
            by,
            title,
            SHARED if shared else None,
            published,
            SHARED,
            "h" if published else "",
        )
    return found


async def _approved(promise_id: UUID, update_id: UUID, organisation: UUID, who: str) -> None:
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO approval (promise_id, subject_kind, subject_id, content_hash, organisation_id, person_id, person_name, office, at)"
            " VALUES ($1, 'status_update', $2, 'h', $3, $4, 'x', 'x', $5)",
            promise_id,
            update_id,
            organisation,
            cast.person_id(who),
            SHARED,
        )


async def _delivery(promise_id: UUID, update_id: UUID, channel: str, state: str, reason: str = "") -> None:
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO delivery (organisation_id, key, kind, channel, title, promise_id, status_update_id, due_at, state, reason, created_at)"
            " VALUES ($1, $2, 'publication', $3, 'x', $4, $5, $6, $7, $8, $6)",
            cast.BJORKEN,
            str(uuid.uuid4()),
            channel,
            promise_id,
            update_id,
            SHARED,
            state,
            reason,
        )


def _heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert found
    return found.group(1)


# ---------------------------------------------------------------- a municipality
async def test_a_coordinator_sees_what_is_owed_how_it_goes_and_what_residents_heard(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise(rhythms=(Rhythm("BRÅ", "tertial", 27),))
    told = await _update(promise_id, "Sensommarens kontroller", published=dt.datetime(2024, 9, 19, 8, tzinfo=dt.UTC))
    await _delivery(promise_id, told, "page", "sent")
    await _delivery(promise_id, told, "feed", "sent")
    waiting = await _update(promise_id, "Dialogen är hållen")
    await _approved(promise_id, waiting, cast.SKOGEN, "pia")
    page = (await (await browser_of("anna")).get("/oversikt")).text
    assert "Medborgarlöfte i Björken 2023–2024" in page
    assert "Löper ut om 91 dagar" in page
    assert "<b>0 av 12</b>" in page
    assert "Jämn takt hade gett 9,0 – <strong>9 efter takten</strong>" in page
    assert "En uppdatering som LPO Skogen redan har godkänt väntar på er nyckel." in page
    assert "Er nyckel: ”Dialogen är hållen”" in page
    assert "Läs texten" in page  # a coordinator does not sign
    assert "Läs och godkänn" not in page
    assert "Publika sidan och flödet" in page
    assert "Tolv dagar sedan sist" in page
    assert "Årshjulet" in page
    assert "Läs och godkänn" in (await (await browser_of("bo")).get("/oversikt")).text


async def test_a_reporter_is_met_by_what_there_is_to_count_and_marks_nothing(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    page = (await (await browser_of("ragna")).get("/oversikt")).text
    assert _heading(page) == "Vad har ni gjort sedan sist?"
    assert page.index("Registrera det ni har gjort") < page.index("Det här är vi skyldiga")
    assert re.search(r'href="/loften/[0-9a-f-]+/aktiviteter/[0-9a-f-]+/utfall', page)
    assert "/klar" not in page
    assert 'href="/utskick"' not in page


async def test_an_administrator_reads_what_their_letters_lead_to_and_does_none_of_it(browser_of: cast.BrowserOf) -> None:
    await made.promise()
    adam = await browser_of("adam")
    for address in ("/oversikt", "/frister", "/loften", "/uppfoljning", "/paminnelser", "/lagen"):
        answer = await adam.get(address)
        assert answer.status_code == 200, address
        posts = set(re.findall(r'<form method="post" action="([^"]*)"', answer.text)) - {"/byt-organisation"}
        assert not posts, address


async def test_nobody_is_sent_to_sign_in(browser_of: cast.BrowserOf) -> None:
    answer = await (await browser_of()).get("/oversikt")
    assert (answer.status_code, answer.headers["location"]) == (303, "/logga-in?vidare=/oversikt")


async def test_a_municipality_without_a_promise_is_told_what_will_stand_here(browser_of: cast.BrowserOf) -> None:
    page = (await (await browser_of("oda")).get("/oversikt")).text
    assert _heading(page) == "Inget löfte ännu"
    assert 'class="wheel"' not in page


async def test_a_duty_is_done_in_place(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise(rhythms=(Rhythm("KSAU", "half_year", 30),))
    client = await browser_of("bo")
    page = (await client.get("/oversikt")).text
    found = re.search(r'hx-post="(/frister/[0-9a-f-]+/klar)"', page)
    assert found
    assert 'hx-target="closest li"' in page
    row = await client.post(found.group(1), data={"_csrf_token": cast.csrf(page)}, headers={"HX-Request": "true"})
    assert row.text.strip().startswith("<li")
    after = (await client.get("/oversikt")).text
    assert found.group(1) not in after


async def test_without_script_a_duty_is_done_all_the_same(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise(rhythms=(Rhythm("KSAU", "half_year", 30),))
    client = await browser_of("bo")
    page = (await client.get("/oversikt")).text
    found = re.search(r'action="(/frister/[0-9a-f-]+/klar)"', page)
    assert found
    assert (await client.post(found.group(1), data={"_csrf_token": cast.csrf(page)})).status_code == 303


async def test_what_got_stuck_is_said_to_those_who_can_do_something(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    told = await _update(promise_id, "Kontroller", published=SHARED)
    await _delivery(promise_id, told, "mastodon", "unclear", "inget svar från servern")
    page = (await (await browser_of("anna")).get("/oversikt")).text
    assert "Ett utskick behöver en människa" in page
    assert "inget svar från servern" in page
    assert "slå upp eller bestäm" in page
    assert "behöver en människa" not in (await (await browser_of("ragna")).get("/oversikt")).text


async def test_an_ended_promise_is_said_to_have_ended_with_no_job_having_run(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise(title="Löftet 2018", valid_from=dt.date(2018, 1, 1), valid_until=dt.date(2018, 12, 31))
    page = (await (await browser_of("anna")).get("/oversikt")).text
    assert "Gick ut 31 december 2018" in page
    assert "2\u00a0101 dagar försenat" in page
    assert "Tyst" not in page


async def test_forty_activities_are_a_few_pictures_and_a_table(database_url: str, browser_of: cast.BrowserOf) -> None:
    activities = tuple(
        ActivityDraft(
            title=f"Insats {number}", at_least=number + 1, per="year", unit="insatser", due_on=dt.date(2024, 10, 2) + dt.timedelta(days=number)
        )
        for number in range(40)
    )
    await made.promise(areas=(AreaDraft(title="Allt", activities=activities),))
    page = (await (await browser_of("anna")).get("/oversikt")).text
    assert page.count('class="counter"') == 6
    assert "Visa alla 40 som tabell" in page
    assert "35 saker till väntar det närmaste kvartalet" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


async def test_what_people_wrote_is_text(database_url: str, browser_of: cast.BrowserOf) -> None:
    evil = "<img src=x onerror=alert(1)>"
    promise_id = await made.promise(
        title=evil,
        areas=(AreaDraft(title=evil, activities=(ActivityDraft(title=evil, at_least=2, unit=evil),)),),
        definitions=(Definition(term=evil, meaning=evil),),
    )
    await _update(promise_id, evil)
    for who in ("anna", "ragna", "pia"):
        assert evil not in (await (await browser_of(who)).get("/oversikt")).text


# ---------------------------------------------------------------- a police area
async def test_a_chief_sees_every_municipality_of_the_area(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    waiting = await _update(promise_id, "Dialogen är hållen")
    await _approved(promise_id, waiting, cast.BJORKEN, "bo")
    page = (await (await browser_of("pia")).get("/oversikt")).text
    assert _heading(page) == "Två kommuner, en nyckel väntar"
    assert "En kommun har inget löfte." in page
    assert re.findall(r'<th role="rowheader" scope="row">(?:<a [^>]*>)?(\w+)', page) == ["Björken", "Eken"]
    assert "Väntar på er nyckel" in page
    assert "väntat 6 dagar" in page
    assert "Läs och godkänn" in page
    assert "Tyst 639 dagar" in page
    assert "Öns kommun" not in page


async def test_a_municipality_that_has_left_the_area_is_no_longer_there(database_url: str, browser_of: cast.BrowserOf) -> None:
    async with database.across_organisations() as link:
        await link.execute("UPDATE area_membership SET until_on = '2024-09-30' WHERE municipality_id = $1", cast.EKEN)
    page = (await (await browser_of("pia")).get("/oversikt")).text
    assert _heading(page) == "En kommun, inget väntar på er"


async def test_words_that_mean_different_things_are_pointed_out(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    await made.promise(
        by=cast.EKEN,
        title="Löftet i Eken",
        area_name="Eken",
        parties=(made.EKEN, made.SKOGEN),
        definitions=(Definition(term="Infart", meaning="alla vägar in i kommunen"),),
    )
    page = (await (await browser_of("per")).get("/oversikt")).text
    assert "Samma ord, olika innebörd" in page
    assert "Björken och Eken använder båda ordet" in page


# ---------------------------------------------------------------- the walls
async def test_eken_sees_nothing_of_bjorken(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    told = await _update(promise_id, "Björkens nyhet", published=SHARED)
    await _delivery(promise_id, told, "page", "failed", "något")
    await _update(promise_id, "Björkens väntande")
    for who in ("carl", "cecilia", "oda"):
        page = (await (await browser_of(who)).get("/oversikt")).text
        assert _heading(page) == "Inget löfte ännu"
        assert "Björken" not in page
    for stranger in (cast.EKEN, cast.ON):
        async with database.within(stranger):
            for found in (await store.board(stranger, dt.date(2024, 10, 1)), await store.area_board(stranger, dt.date(2024, 10, 1))):
                assert (found.promises, found.duties, found.keys, found.told, found.activities, found.meanings, found.stuck) == (
                    (),
                    (),
                    (),
                    (),
                    (),
                    (),
                    0,
                )


async def test_what_is_not_shared_stays_with_its_author(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    await _update(promise_id, "Bara vårt utkast", shared=False)
    assert "Bara vårt utkast" not in (await (await browser_of("pia")).get("/oversikt")).text


# ---------------------------------------------------------------- few questions
@pytest.mark.parametrize("promises", [1, 12])
async def test_the_number_of_queries_does_not_grow_with_what_there_is(database_url: str, promises: int) -> None:
    for number in range(promises):
        promise_id = await made.promise(title=f"Löftet {number}")
        await _update(promise_id, f"Nyhet {number}", published=SHARED)
    async with database.within(cast.BJORKEN) as link:
        assert await _asked(link, lambda: store.board(cast.BJORKEN, dt.date(2024, 10, 1))) == 6
    async with database.within(cast.SKOGEN) as link:
        assert await _asked(link, lambda: store.area_board(cast.SKOGEN, dt.date(2024, 10, 1))) == 6


async def _asked(link: Any, read: Callable[[], Awaitable[object]]) -> int:
    """How many queries a reading takes on a connection that has learned the types of their answers."""
    await read()
    asked: list[str] = []

    def note(record: Any) -> None:
        asked.append(record.query)

    link.add_query_logger(note)
    await read()
    await checkpoint()  # the link notes each query a turn of the loop later
    link.remove_query_logger(note)
    return len(asked)
