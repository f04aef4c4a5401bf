"""Offices and their holders through the front door: deputies, changes, endings, and what each lets a person do that day."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests import cast, made
from tests.letterbox import Letterbox
from trygghet import clock as clocks
from trygghet import database
from trygghet.channels.mail import Mail
from trygghet.deliveries import sending
from trygghet.digests import actions as digests
from trygghet.members import actions as members
from trygghet.members.log import OPERATIONS
from trygghet.members.offices import Term, Wish
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    import httpx

    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
TODAY = dt.date(2024, 10, 1)


async def _post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    token = cast.csrf((await client.get("/inloggningar")).text)
    return await client.post(path, data={**fields, "_csrf_token": token})


async def _one(sql: str, *values: object) -> Any:
    async with database.across_organisations() as link:
        return await link.fetchval(sql, *values)


async def _office(title: str) -> uuid.UUID:
    found: uuid.UUID = await _one("SELECT id FROM office WHERE title = $1", title)
    return found


async def _holding(who: str, title: str = "") -> uuid.UUID:
    found: uuid.UUID = await _one(
        "SELECT m.id FROM member m JOIN office f ON f.id = m.office_id WHERE m.person_id = $1 AND ($2 = '' OR f.title = $2)",
        cast.person_id(who),
        title,
    )
    return found


async def _status(client: httpx.AsyncClient, path: str) -> int:
    return (await client.get(path)).status_code


# ---------------------------------------------------------------- deputies
async def test_a_deputys_rights_begin_and_end_by_date(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    siri, per = await browser_of("siri"), await browser_of("per")
    chief = await _office("Lokalpolisområdeschef")
    days = {"fran": "2024-10-07", "till": "2024-10-20", "tf": "ja"}
    answer = await _post(siri, f"/medlemmar/befattningar/{chief}/utse", person=str(cast.person_id("per")), **days)
    assert answer.status_code == 303
    promise_id = await made.promise()
    update = f"/loften/{promise_id}/uppdateringar/ny"
    assert (await _status(per, update)) == 200, "a coordinator writes, deputy or not"

    async def approving() -> int:
        return (await _post(per, f"/uppdateringar/{promise_id}/godkann", lydelse="x")).status_code

    for day, status in (("2024-10-06", 403), ("2024-10-07", 404), ("2024-10-20", 404), ("2024-10-21", 403)):
        clock.at = dt.datetime.fromisoformat(f"{day}T12:00:00+02:00")
        assert await approving() == status, f"{day}: 403 is no right, 404 the right to approve what is not there"
        assert (await _status(per, update)) == 200


async def test_what_a_deputy_approves_is_signed_as_deputy(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    await cast.seated("per", cast.SKOGEN, "leader", "Lokalpolisområdeschef", days=(TODAY, dt.date(2024, 10, 31)), acting=True)
    promise_id = await made.promise()
    anna, per = await browser_of("anna"), await browser_of("per")
    answer = await _post(anna, f"/loften/{promise_id}/uppdateringar/ny", rubrik="Så går det", text="Två kontroller i veckan.", gor="lamna")
    update = answer.headers["location"]
    seen = re.search(r'name="lydelse" value="([^"]+)"', (await anna.get(update)).text)
    if seen is not None:
        await _post(anna, f"{update}/dela", lydelse=seen.group(1))
    page = (await per.get(update)).text
    seen = re.search(r'name="lydelse" value="([^"]+)"', page)
    assert seen, page
    assert (await _post(per, f"{update}/godkann", lydelse=seen.group(1))).status_code == 303
    assert "tf lokalpolisområdeschef, 1 oktober 2024" in (await per.get(update)).text
    assert await _one("SELECT office FROM approval") == "tf lokalpolisområdeschef"


async def test_who_stands_in_is_shown_with_both_offices(browser_of: cast.BrowserOf) -> None:
    await cast.seated("per", cast.SKOGEN, "leader", "Lokalpolisområdeschef", days=(TODAY, dt.date(2024, 10, 31)), acting=True)
    page = (await (await browser_of("per")).get("/oversikt")).text
    assert "Kommunpolis, tf lokalpolisområdeschef" in page
    page = (await (await browser_of("siri")).get(f"/medlemmar/personer/{cast.person_id('per')}")).text
    assert "Kommunpolis och tf lokalpolisområdeschef hos er i dag." in page


async def test_a_deputy_needs_a_last_day(browser_of: cast.BrowserOf) -> None:
    siri = await browser_of("siri")
    chief = await _office("Lokalpolisområdeschef")
    answer = await _post(siri, f"/medlemmar/befattningar/{chief}/utse", person=str(cast.person_id("per")), tf="ja", fran="2024-10-07")
    assert answer.status_code == 422
    assert "den som är tillförordnad har en sista dag" in answer.text
    assert 'value="2024-10-07"' in answer.text, "what was typed is still there"


async def test_an_impossible_day_is_quoted_back_beside_its_field(browser_of: cast.BrowserOf) -> None:
    siri = await browser_of("siri")
    chief = await _office("Lokalpolisområdeschef")
    answer = await _post(siri, f"/medlemmar/befattningar/{chief}/utse", person=str(cast.person_id("per")), fran="2025-06-31")
    assert answer.status_code == 422
    assert "2025-06-31 finns inte. Juni 2025 har 30 dagar." in answer.text


# ---------------------------------------------------------------- changing and ending
async def test_an_ended_membership_loses_access_at_once_in_every_open_browser(browser_of: cast.BrowserOf) -> None:
    adam, here, there = await browser_of("adam"), await browser_of("anna"), await browser_of("anna")
    assert [await _status(one, "/oversikt") for one in (here, there)] == [200, 200]
    answer = await _post(adam, f"/medlemmar/personer/{cast.person_id('anna')}/avsluta", nar="genast")
    assert answer.status_code == 303
    for one in (here, there):
        gone = await one.get("/oversikt")
        assert gone.status_code == 303
        assert gone.headers["location"].startswith("/logga-in")
    door = await browser_of()
    token = cast.csrf((await door.get("/logga-in")).text)
    answer = await door.post("/logga-in", data={"email": cast.email("anna"), "password": cast.PASSWORD, "_csrf_token": token})
    assert answer.status_code == 422
    assert "du har ingen befattning i dag" in answer.text


async def test_a_membership_that_ends_on_a_day_lasts_that_whole_day(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    adam, anna = await browser_of("adam"), await browser_of("anna")
    await _post(adam, f"/medlemmar/personer/{cast.person_id('anna')}/avsluta", nar="dag", till="2024-10-04")
    clock.at = dt.datetime.fromisoformat("2024-10-04T23:59:59+02:00")
    assert await _status(anna, "/oversikt") == 200
    clock.at = dt.datetime.fromisoformat("2024-10-05T00:00:00+02:00")
    assert await _status(anna, "/oversikt") == 303


async def test_one_of_two_offices_ends_and_the_other_remains(browser_of: cast.BrowserOf) -> None:
    await cast.seated("per", cast.SKOGEN, "leader", "Lokalpolisområdeschef", days=(TODAY, dt.date(2024, 10, 31)), acting=True)
    siri, per = await browser_of("siri"), await browser_of("per")
    await _post(siri, f"/medlemmar/innehav/{await _holding('per', 'Lokalpolisområdeschef')}/avsluta")
    page = (await per.get("/oversikt")).text
    assert "tf lokalpolisområdeschef" not in page
    assert "Kommunpolis" in page


async def test_a_person_with_two_memberships_keeps_the_other(browser_of: cast.BrowserOf) -> None:
    adam, berit = await browser_of("adam"), await browser_of("berit")
    await _post(adam, f"/medlemmar/personer/{cast.person_id('berit')}/avsluta", nar="genast")
    assert await _status(berit, "/oversikt") == 303, "this browser acted for Björken"
    await cast.sign_in(berit, "berit")
    page = (await berit.get("/oversikt")).text
    assert "Ekens kommun" in page
    assert "Björkens kommun" not in page


async def test_another_office_brings_another_role_from_its_day(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    adam, ragna = await browser_of("adam"), await browser_of("ragna")
    answer = await _post(
        adam, f"/medlemmar/innehav/{await _holding('ragna')}/byt", titel="Trygghetssamordnare", roll="coordinator", fran="2024-10-03"
    )
    assert answer.status_code == 303
    promise_id = await made.promise()
    write = f"/loften/{promise_id}/uppdateringar/ny"
    assert await _status(ragna, write) == 403
    clock.at = dt.datetime.fromisoformat("2024-10-03T00:00:00+02:00")
    assert await _status(ragna, write) == 200
    page = (await adam.get(f"/medlemmar/personer/{cast.person_id('ragna')}")).text
    assert "Ragna Rsson fick befattningen Trygghetssamordnare (samordnare), från 3 oktober 2024 tills vidare." in page
    assert "Ragna Rsson, Fältsekreterare (rapportör): slutar, 2 oktober 2024." in page


async def test_a_change_from_today_holds_with_the_next_request(browser_of: cast.BrowserOf) -> None:
    adam, ragna = await browser_of("adam"), await browser_of("ragna")
    await _post(adam, f"/medlemmar/innehav/{await _holding('ragna')}/byt", befattning=str(await _office("Säkerhetssamordnare")))
    page = (await ragna.get("/oversikt")).text
    assert "Ni ser detta som samordnare" in page


async def test_the_last_administrator_cannot_be_taken_away_by_any_way(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    person, holding = cast.person_id("adam"), await _holding("adam")
    ways: list[tuple[str, dict[str, str]]] = [
        (f"/medlemmar/personer/{person}/avsluta", {"nar": "genast"}),
        (f"/medlemmar/personer/{person}/avsluta", {"nar": "dag", "till": "2025-01-31"}),
        (f"/medlemmar/innehav/{holding}/avsluta", {}),
        (f"/medlemmar/innehav/{holding}/dagar", {"till": "2025-01-31"}),
        (f"/medlemmar/innehav/{holding}/byt", {"titel": "Handläggare", "roll": "reporter"}),
    ]
    for path, fields in ways:
        answer = await _post(adam, path, **fields)
        assert answer.status_code == 422, path
        assert "Adam Asson är den enda administratören utan sista dag." in answer.text
    await cast.seated("ragna", cast.BJORKEN, "administrator", "Systemförvaltare")
    assert (await _post(adam, f"/medlemmar/innehav/{holding}/dagar", till="2025-01-31")).status_code == 303
    ragna = await browser_of("ragna")
    answer = await _post(ragna, f"/medlemmar/personer/{cast.person_id('ragna')}/avsluta", nar="genast")
    assert "Ragna Rsson är den enda administratören utan sista dag." in answer.text


async def test_two_administrators_cannot_take_each_other_away_at_once(database_url: str) -> None:
    import asyncio

    await cast.seated("ragna", cast.BJORKEN, "administrator", "Systemförvaltare")
    adam, ragna = await _holding("adam"), await _holding("ragna", "Systemförvaltare")

    async def end(one: uuid.UUID) -> str:
        try:
            await members.end_at_once(cast.BJORKEN, one, by=OPERATIONS, now=cast.START)
        except Refusal as no:
            return no.code
        return "ended"

    assert sorted(await asyncio.gather(end(adam), end(ragna))) == ["ended", "member.last_administrator"]


async def test_an_administrator_gives_nobody_the_leaders_key_to_themselves(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    await cast.seated("ragna", cast.BJORKEN, "administrator", "Systemförvaltare")
    me, chair = cast.person_id("adam"), await _office("Kommunstyrelsens ordförande")
    ways = [
        (f"/medlemmar/befattningar/{chair}/utse", {"person": str(me), "tf": "ja", "till": "2024-10-31"}),
        (f"/medlemmar/personer/{me}/befattningar", {"befattning": str(chair)}),
        (f"/medlemmar/personer/{me}/befattningar", {"titel": "Förvaltningschef", "roll": "leader"}),
        (f"/medlemmar/innehav/{await _holding('adam')}/byt", {"befattning": str(chair)}),
        ("/medlemmar/bjud-in", {"epost": cast.email("adam").upper(), "befattning": str(chair)}),
    ]
    for path, fields in ways:
        answer = await _post(adam, path, **fields)
        assert answer.status_code == 422, path
        assert "Ledarens nyckel ger man inte sig själv." in answer.text
    assert await _one("SELECT count(*) FROM office WHERE title = 'Förvaltningschef' AND organisation_id = $1", cast.BJORKEN) == 0, (
        "nothing of it is kept"
    )


async def test_nor_do_they_keep_it_longer_than_they_were_given_it(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    days = (TODAY, dt.date(2024, 10, 31))
    mine = await cast.seated("adam", cast.BJORKEN, "leader", "Kommunstyrelsens ordförande", days=days, acting=True)
    answer = await _post(adam, f"/medlemmar/innehav/{mine}/dagar", till="2024-11-01")
    assert (answer.status_code, "Ledarens nyckel ger man inte sig själv." in answer.text) == (422, True)
    assert (await _post(adam, f"/medlemmar/innehav/{mine}/dagar", till="2024-10-30")).status_code == 303


async def test_nothing_begins_in_the_past_and_what_is_over_stays(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    path = f"/medlemmar/personer/{cast.person_id('ragna')}/befattningar"
    assert "Du skrev 2024-09-30." in (await _post(adam, path, titel="X", roll="reporter", fran="2024-09-30")).text
    holding = await _holding("ragna")
    await _post(adam, f"/medlemmar/innehav/{holding}/avsluta")
    assert "Det innehavet är redan avslutat." not in (await adam.get(f"/medlemmar/innehav/{holding}")).text
    assert "Det som har varit ändras inte." in (await adam.get(f"/medlemmar/innehav/{holding}")).text
    for way, fields in (("avsluta", {}), ("dagar", {"till": "2024-12-31"}), ("byt", {"titel": "X", "roll": "reporter"})):
        assert (await _post(adam, f"/medlemmar/innehav/{holding}/{way}", **fields)).status_code == 422, way


async def test_what_was_to_begin_later_can_be_taken_back_and_given_again(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    siri = await browser_of("siri")
    chief = await _office("Lokalpolisområdeschef")
    fields = {"person": str(cast.person_id("per")), "fran": "2024-11-01", "till": "2024-11-30", "tf": "ja"}
    await _post(siri, f"/medlemmar/befattningar/{chief}/utse", **fields)
    await _post(siri, f"/medlemmar/innehav/{await _holding('per', 'Lokalpolisområdeschef')}/avsluta")
    clock.at = dt.datetime.fromisoformat("2024-11-01T12:00:00+01:00")
    assert "tf lokalpolisområdeschef" not in (await (await browser_of("per")).get("/oversikt")).text
    assert (await _post(siri, f"/medlemmar/befattningar/{chief}/utse", **fields)).status_code == 303


async def test_an_office_closes_when_nobody_holds_it_and_can_be_opened_again(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    office = await _office("Fältsekreterare")
    answer = await _post(adam, f"/medlemmar/befattningar/{office}/avsluta")
    assert "Fältsekreterare innehas av Ragna Rsson efter den dagen." in answer.text
    await _post(adam, f"/medlemmar/innehav/{await _holding('ragna')}/avsluta")
    assert (await _post(adam, f"/medlemmar/befattningar/{office}/avsluta")).status_code == 303
    assert "Befattningen avslutades" not in (await adam.get(f"/medlemmar/befattningar/{office}")).text, "today is its last day"
    answer = await _post(adam, "/medlemmar/befattningar/ny", titel="Fältsekreterare", roll="reporter")
    assert answer.headers["location"] == f"/medlemmar/befattningar/{office}"
    assert await _one("SELECT until_on FROM office WHERE id = $1", office) is None
    answer = await _post(adam, "/medlemmar/befattningar/ny", titel="Fältsekreterare", roll="reporter")
    assert "Fältsekreterare finns redan som rapportör." in answer.text


# ---------------------------------------------------------------- vacancies
async def test_who_leaves_leaves_a_vacancy_that_everybody_sees(browser_of: cast.BrowserOf) -> None:
    adam, bo = await browser_of("adam"), await browser_of("bo")
    assert "vakant" not in (await bo.get("/oversikt")).text
    await _post(adam, f"/medlemmar/personer/{cast.person_id('anna')}/avsluta", nar="genast")
    for client, path in ((adam, "/medlemmar"), (bo, "/oversikt"), (bo, "/frister")):
        assert "Samordnare: vakant" in (await client.get(path)).text, path
    page = (await adam.get(f"/medlemmar/befattningar/{await _office('Säkerhetssamordnare')}")).text
    assert "Vakant: ingen innehar den i dag." in page
    assert "Anna Asson" in page, "who held it"


@pytest.fixture
def box() -> Iterator[Letterbox]:
    made = Letterbox()
    yield made
    made.stop()


async def test_a_reminder_to_a_vacant_seat_does_not_vanish(browser_of: cast.BrowserOf, clock: HandClock, settings: Settings, box: Letterbox) -> None:
    await made.promise()
    adam, bo = await browser_of("adam"), await browser_of("bo")
    await _post(adam, f"/medlemmar/personer/{cast.person_id('anna')}/avsluta", nar="genast")
    clock.at = dt.datetime(2024, 10, 2, 6, tzinfo=dt.UTC)
    for batch in await digests.across_organisations_hand_out(now=clock.at, wall=clocks.wall()):
        await sending.across_organisations_deliver(
            batch,
            composers={"reminder": digests.composer(settings)},
            channels={"mail": Mail(box.url, settings.mail_from)},
            now=clock.at,
            wall=clocks.wall(),
        )
    assert {cast.email("per"), cast.email("bo")} <= {*box.recipients}, "whoever leads has it instead, and the other party is reminded as ever"
    assert cast.email("anna") not in box.recipients
    assert "Samordnare, Björken" not in (await bo.get("/utskick?visa=oversprungna")).text
    for client, path in ((adam, "/medlemmar"), (bo, "/oversikt")):
        assert "går till nästa som kan nås" in (await client.get(path)).text, path


# ---------------------------------------------------------------- the log
async def test_every_act_is_in_the_log_with_who_and_when(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    await _post(adam, "/medlemmar/befattningar/ny", titel="Förvaltningschef", roll="leader")
    await _post(
        adam, f"/medlemmar/befattningar/{await _office('Förvaltningschef')}/utse", person=str(cast.person_id("anna")), tf="ja", till="2024-10-31"
    )
    await _post(adam, f"/medlemmar/innehav/{await _holding('anna', 'Förvaltningschef')}/dagar", till="2024-11-15")
    await _post(adam, f"/medlemmar/innehav/{await _holding('anna', 'Förvaltningschef')}/avsluta")
    page = (await adam.get("/medlemmar/historik")).text
    for sentence in (
        "Befattningen Förvaltningschef (ledare) lades till.",
        "Anna Asson fick befattningen tf förvaltningschef (ledare), 1 oktober 2024 till och med 31 oktober 2024.",
        "Anna Asson, tf förvaltningschef (ledare): dagarna ändrades till 1 oktober 2024 till och med 15 november 2024.",
        "Anna Asson, tf förvaltningschef (ledare): slutar, med omedelbar verkan.",
    ):
        assert sentence in page
    assert page.count("Adam Asson, Systemförvaltare") == 4
    assert "1 okt 2024 kl. 08.00, genast" in page


@pytest.mark.parametrize("change", ["UPDATE member_event SET by_name = ''", "DELETE FROM member_event", "DELETE FROM member", "DELETE FROM office"])
async def test_nobody_rewrites_who_had_access(database_url: str, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute(change)
    if "event" in change:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.across_organisations() as link:
                await link.execute(change)


# ---------------------------------------------------------------- whose it is
@pytest.mark.parametrize("who", ["anna", "bo", "ragna"])
async def test_only_an_administrator_comes_here(browser_of: cast.BrowserOf, who: str) -> None:
    client = await browser_of(who)
    for path in ("/medlemmar", "/medlemmar/historik", "/medlemmar/bjud-in", "/medlemmar/befattningar/ny", "/omrade"):
        assert await _status(client, path) == 403, path


async def test_an_office_or_person_of_another_organisation_is_not_found(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    office, holding = await _office("Säkerhetschef"), await _holding("oda")
    for path in (f"/medlemmar/befattningar/{office}", f"/medlemmar/personer/{cast.person_id('oda')}", f"/medlemmar/innehav/{holding}"):
        assert await _status(adam, path) == 404, path
    mine = await _office("Fältsekreterare")
    for path, fields in (
        (f"/medlemmar/befattningar/{mine}/utse", {"person": str(cast.person_id("oda"))}),
        (f"/medlemmar/personer/{cast.person_id('ragna')}/befattningar", {"befattning": str(office)}),
        ("/medlemmar/bjud-in", {"epost": "x@example.org", "befattning": str(office)}),
    ):
        assert (await _post(adam, path, **fields)).status_code == 404, path


async def test_who_left_may_come_back_to_any_office(database_url: str) -> None:
    await members.leave(cast.BJORKEN, cast.person_id("anna"), None, by=OPERATIONS, now=cast.START)
    await members.appoint(
        cast.BJORKEN, cast.person_id("anna"), Wish(await _office("Säkerhetssamordnare")), Term(TODAY), by=OPERATIONS, now=cast.START
    )
    assert await members.vacancies(cast.BJORKEN, TODAY) == []
