"""What is seen beforehand and afterwards: each colleague's letters, why each day, who gets what an empty seat cannot, and receipts for all parties."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.obligations import given
from trygghet import database
from trygghet.reminders import actions, ladders, queue, recipients

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
D = dt.date.fromisoformat


async def sql(statement: str, *values: object) -> None:
    async with database.across_organisations() as link:
        await link.execute(statement, *values)


async def vacate(role: str, organisation: UUID = cast.BJORKEN, last: str = "2024-09-30") -> None:
    await sql(
        "UPDATE member SET until_on = $3 WHERE organisation_id = $1 AND office_id IN (SELECT id FROM office WHERE role = $2)",
        organisation,
        role,
        D(last),
    )


async def went_out(duty: UUID, organisation: UUID, day: str, *, to: str, **columns: object) -> None:
    """One of the duty's reminders as a worker would have left it."""
    sets = "".join(f", {name} = ${number}" for number, name in enumerate(columns, 5))
    await sql(
        "UPDATE delivery SET state = 'sent', attempts = 1, due_at = $3, settled_at = $3, address = $4" + sets + " WHERE id ="
        " (SELECT id FROM delivery WHERE obligation_id = $1 AND organisation_id = $2 AND seat = 'coordinator' AND state = 'planned' ORDER BY due_at LIMIT 1)",
        duty,
        organisation,
        ladders.moment(D(day)),
        to,
        *columns.values(),
    )


# ---------------------------------------------------------------- one colleague's letters
async def test_a_colleagues_letters_are_one_a_day_with_all_its_things(browser_of: BrowserOf) -> None:
    for title in ("Ena löftet", "Andra löftet", "Tredje löftet"):
        await given.promise("2024-01-01", "2024-12-31", title=title)
    page = (await (await browser_of("anna")).get(f"/paminnelser?person={cast.person_id('anna')}")).text
    assert "Så här påminns Anna Asson" in page
    letters = re.findall(r"<h3>Ett brev med (\w+) saker?</h3>", page)
    assert letters[0] == "tre", "three promises end on the same day, and are one letter"
    assert "Varför detta datum?" in page
    assert "60 dagar före 31 december 2024, enligt Tryggets stege." in page
    assert "Bo Bsson" in page, "the form lets one choose another"
    assert "Ledare" not in re.sub(r"(?s)<aside.*", "", page)


async def test_what_may_never_come_is_not_counted_among_the_letters(browser_of: BrowserOf) -> None:
    await given.promise("2024-01-01", "2025-12-31", activities=given.dated("Vandring", "2024-11-15"))
    anna = await browser_of("anna")
    page = (await anna.get(f"/paminnelser?person={cast.person_id('anna')}&fran=2024-10-01&till=2024-12-15")).text
    assert "ska vara gjord" in page
    assert "skulle ha varit gjord" not in page
    whole = (await anna.get("/paminnelser?fran=2024-10-01&till=2026-04-01")).text
    assert "Om det inte blir klart i tid" in whole
    assert re.search(r"Och så vidare, [0-9]+ gånger", whole)


async def test_an_unknown_person_or_promise_shows_an_empty_page(browser_of: BrowserOf) -> None:
    await given.promise()
    anna = await browser_of("anna")
    for query in ("person=nagon", f"person={cast.person_id('olof')}", f"lofte={cast.person_id('anna')}", "lofte=x"):
        assert (await anna.get(f"/paminnelser?{query}")).status_code == 200


async def test_eighteen_months_are_shown_unless_other_days_are_asked_for(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("anna")).get("/paminnelser")).text
    assert 'value="2024-10-01"' in page
    assert 'value="2026-04-01"' in page


async def test_the_leaders_weekly_summary_is_foretold_with_a_way_out(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("anna")).get("/paminnelser")).text
    assert "Den som leder får dessutom veckan i tio rader, den första arbetsdagen varje vecka då det finns något att berätta." in page
    assert 'kan välja bort dem i <a href="/mina-val">Mina val</a>' in page


async def test_many_promises_are_rows_that_lead_to_their_own_ladders(browser_of: BrowserOf) -> None:
    ids = [await given.promise("2024-01-01", "2024-12-31", title=f"Löfte {number}") for number in range(5)]
    anna = await browser_of("anna")
    page = (await anna.get("/paminnelser")).text
    assert "Löfte för löfte" in page
    assert f"lofte={ids[3]}" in page
    assert 'class="ladder"' not in page
    assert 'class="ladder"' in (await anna.get(f"/paminnelser?lofte={ids[3]}")).text


# ---------------------------------------------------------------- who gets it
async def test_an_empty_seat_says_who_gets_it_instead(browser_of: BrowserOf) -> None:
    await given.promise("2024-01-01", "2024-12-31")
    await vacate("coordinator", last="2024-11-10")
    found = await actions.schedule(cast.BJORKEN, D("2024-11-01"), D("2024-12-31"), now=cast.START)
    told = {(line.day.isoformat(), line.seat): [(one.person.name, one.because) for one in line.gets] for line in found if line.owed.kind == "renewal"}
    assert told["2024-11-01", "coordinator"] == [("Anna Asson", "")]
    assert told["2024-12-17", "coordinator"] == [("Bo Bsson", "ingen är samordnare den dagen")]
    assert "ingen är samordnare den dagen" in (await (await browser_of("bo")).get("/paminnelser")).text


async def test_nobody_left_is_red_and_in_words(browser_of: BrowserOf) -> None:
    await given.promise("2024-01-01", "2024-12-31")
    for role in ("coordinator", "administrator"):
        await vacate(role, last="2024-11-10")
    await vacate("leader", last="2024-12-01")
    page = (await (await browser_of("bo")).get("/paminnelser")).text
    assert "Ingen kan få den" in page
    assert re.search(r"[0-9]+ påminnelser kan ingen hos er få", page)


async def test_a_handover_and_a_stopped_address_say_who_gets_it(browser_of: BrowserOf) -> None:
    await given.promise("2024-01-01", "2024-12-31")
    await sql(
        "INSERT INTO handover (organisation_id, person_id, to_person_id, from_on, until_on, by_name, created_at)"
        " VALUES ($1, $2, $3, '2024-11-01', '2024-11-30', 'Anna', now())",
        cast.BJORKEN,
        cast.person_id("anna"),
        cast.person_id("bo"),
    )
    await sql(
        "INSERT INTO suppression (email, tier, until_at, reason, last_at, created_at) VALUES ($1, 'paused', '2024-12-20', '550', now(), now())",
        cast.email("anna"),
    )
    found = await actions.schedule(cast.BJORKEN, D("2024-10-01"), D("2024-12-31"), now=cast.START)
    told = {line.day.isoformat(): line.gets[0][::2] for line in found if line.owed.kind == "renewal" and line.seat == "coordinator"}
    assert told["2024-11-01"][1] == "Anna Asson har flyttat sina påminnelser"
    assert (told["2024-11-01"][0].name, told["2024-12-17"][0].name, told["2024-12-30"][0].name) == ("Bo Bsson", "Bo Bsson", "Anna Asson")
    assert told["2024-12-17"][1] == "mejl till Anna Asson kommer tillbaka"
    assert told["2024-12-30"][1] == "", "the pause is over by then"


async def test_what_has_been_moved_to_somebody_whom_mail_does_not_reach_stays_with_the_person(browser_of: BrowserOf) -> None:
    await given.promise("2024-01-01", "2024-12-31")
    await sql(
        "INSERT INTO handover (organisation_id, person_id, to_person_id, from_on, until_on, by_name, created_at)"
        " VALUES ($1, $2, $3, '2024-10-20', '2024-11-30', 'Anna', now())",
        cast.BJORKEN,
        cast.person_id("anna"),
        cast.person_id("adam"),
    )
    stop = "INSERT INTO suppression (email, tier, reason, last_at, created_at) VALUES ($1, 'stopped', '550', now(), now())"
    for who, sent, ahead in (
        ("adam", ("anna", ""), ("Anna Asson", "")),
        ("anna", ("bo", "bounced"), ("Bo Bsson", "mejl till Anna Asson kommer tillbaka")),
    ):
        await sql(stop, cast.email(who))
        async with database.across_organisations(readonly=True):
            staff = (await queue.across_organisations_staff([cast.BJORKEN], D("2024-11-01"), cast.START))[cast.BJORKEN]
        assert recipients.of("coordinator", staff) == [(cast.person_id(sent[0]), sent[1])]
        found = await actions.schedule(cast.BJORKEN, D("2024-11-01"), D("2024-11-01"), now=cast.START)
        [line] = [line for line in found if line.owed.kind == "renewal" and line.seat == "coordinator"]
        assert [(one.person.name, one.because) for one in line.gets] == [ahead]


async def test_a_deputy_is_there_only_while_somebody_stands_in(browser_of: BrowserOf) -> None:
    await given.promise("2024-01-01", "2024-12-31")
    days = D("2025-01-01"), D("2025-01-10")
    assert "deputy" not in {line.seat for line in await actions.schedule(cast.BJORKEN, *days, now=cast.START)}
    await sql(
        "INSERT INTO member (organisation_id, office_id, person_id, acting, from_on, until_on, created_at)"
        " SELECT $1, f.id, $2, true, '2024-12-01', '2025-02-01', now() FROM office f WHERE f.organisation_id = $1 AND f.role = 'coordinator'",
        cast.BJORKEN,
        cast.person_id("ragna"),
    )
    found = await actions.schedule(cast.BJORKEN, *days, now=cast.START)
    assert {one.person.name for line in found if line.seat == "deputy" for one in line.gets} == {"Ragna Rsson"}


async def test_steps_that_were_passed_are_shown_on_the_morning_when_they_really_go(database_url: str) -> None:
    await given.promise("2024-01-01", "2024-12-20")
    found = await actions.schedule(cast.BJORKEN, D("2024-10-01"), D("2024-10-04"), now=cast.START)
    (line,) = [line for line in found if line.owed.kind == "renewal"]
    assert (line.day, line.title) == (D("2024-10-02"), "Löftet i Björken går ut om 79 dagar"), "in the words of the day when it goes"
    assert line.because.startswith("90 dagar före 20 december 2024")
    assert "samlas med tidigare steg i ett brev 2 oktober 2024" in line.because


async def test_what_went_out_late_or_by_an_earlier_ladder_is_still_told(database_url: str) -> None:
    promise_id = await given.promise("2024-01-01", "2024-12-31")
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await went_out(renewal, cast.BJORKEN, "2024-10-03", to=cast.email("anna"))
    now = ladders.moment(D("2024-10-10"))
    (late,) = [line for line in await actions.schedule(cast.BJORKEN, D("2024-10-03"), D("2024-10-03"), now=now) if line.owed.obligation_id == renewal]
    assert "Tjänsten kunde inte skicka den dagen, så det går 3 oktober 2024." in late.because
    await sql(
        "INSERT INTO ladder (organisation_id, kind, steps, by_name, by_office, changed_at) VALUES ($1, 'renewal', $2, 'Bo', 'Chef', now())",
        cast.BJORKEN,
        [{"count": 10, "unit": "days", "to": ["owner"]}],
    )
    (gone,) = [line for line in await actions.schedule(cast.BJORKEN, D("2024-10-03"), D("2024-10-03"), now=now) if line.owed.obligation_id == renewal]
    assert (gone.state, gone.because, gone.people[0].name) == ("sent", "Gick ut enligt den stege som gällde då.", "Anna Asson")


# ---------------------------------------------------------------- receipts
async def test_both_parties_see_that_each_was_reminded_and_nobodys_name(browser_of: BrowserOf) -> None:
    promise_id = await given.promise("2024-01-01", "2024-12-31")
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await went_out(renewal, cast.BJORKEN, "2024-10-02", to=cast.email("anna"))
    await went_out(renewal, cast.SKOGEN, "2024-10-02", to=cast.email("per"), bounced_at=ladders.moment(D("2024-10-02")))
    await sql(
        "INSERT INTO delivery (organisation_id, key, kind, channel, title, promise_id, obligation_id, seat, lead_days, due_at, created_at, state, settled_at, address, via)"
        " SELECT organisation_id, key || ':x', kind, channel, title, promise_id, obligation_id, seat, lead_days, due_at, created_at, 'sent', $3, 'pia@x.example.org', 'bounced'"
        " FROM delivery WHERE obligation_id = $1 AND organisation_id = $2 AND bounced_at IS NOT NULL",
        renewal,
        cast.SKOGEN,
        ladders.moment(D("2024-10-03")),
    )
    for who, told in (
        ("anna", "Björken 2 okt, mottaget</span>; <span>LPO Skogen 2 okt, studs → ersättare 3 okt"),
        ("per", "LPO Skogen 2 okt, studs → ersättare 3 okt</span>; <span>Björken 2 okt, mottaget"),
    ):
        page = (await (await browser_of(who)).get("/frister")).text
        assert f"Påmint: <span>{told}" in page
        assert told in (await (await browser_of(who)).get(f"/loften/{promise_id}")).text
    assert cast.email("per") not in (await (await browser_of("anna")).get("/frister")).text
    assert (await actions.receipts(cast.ON, [renewal])) == {}


async def test_the_room_tells_who_was_reminded(browser_of: BrowserOf) -> None:
    promise_id = await given.promise("2024-01-01", "2024-12-31")
    room = await given.obligation_id(promise_id, "follow_up:2024")
    await went_out(room, cast.BJORKEN, "2024-10-02", to=cast.email("anna"))
    assert "Påmint: <span>Björken 2 okt, mottaget</span>." in (await (await browser_of("pia")).get(f"/uppfoljning/{room}")).text


async def test_a_party_with_nobody_left_is_red_to_all_parties(browser_of: BrowserOf) -> None:
    promise_id = await given.promise("2024-01-01", "2024-12-31")
    assert await actions.unreachable(cast.SKOGEN, now=cast.START) == {}
    for role in ("coordinator", "leader", "administrator"):
        await vacate(role)
    found = await actions.unreachable(cast.SKOGEN, now=cast.START)
    assert found[await given.obligation_id(promise_id, "renewal:2024-12-31")] == ("Björkens kommun",)
    assert await actions.unreachable(cast.EKEN, now=cast.START) == {}
    pia = await browser_of("pia")
    assert "Ingen hos Björkens kommun kan påminnas" in (await pia.get("/frister")).text
    assert re.search(r"Ingen hos Björkens kommun kan påminnas om [0-9]+ frister", (await pia.get("/oversikt")).text)
