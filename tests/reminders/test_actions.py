"""From a duty to a mail, with PostgreSQL: what is planned, what is true when it is sent, and what the schedule tells."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.obligations import given
from tests.reminders.letters import at, deliver_until, entered, settled, sql
from trygghet import database, swedish
from trygghet.reminders import actions

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
D = dt.date.fromisoformat
FIRST, LAST = D("2024-01-01"), D("2025-12-31")


# ---------------------------------------------------------------- planning
async def test_entering_a_promise_plans_both_parties_reminders(database_url: str) -> None:
    promise_id = await given.promise()
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    near = [(day, seat) for day in ("2024-11-01", "2024-11-29", "2024-12-17", "2024-12-23", "2024-12-30") for seat in ("coordinator", "leader")]
    late = [("2025-01-02", "coordinator"), ("2025-01-02", "deputy"), ("2025-01-07", "coordinator"), ("2025-01-07", "leader")]
    latest = [("2025-01-28", "administrator"), ("2025-01-28", "coordinator"), ("2025-01-28", "leader")]
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        found = await given.planned(renewal, organisation)
        told = [(swedish.local(when).date().isoformat(), seat) for when, seat in found]
        assert told[: 1 + len(near + late + latest)] == [("2024-10-02", "coordinator"), *near, *late, *latest]
        assert {swedish.clock_time(when) for when, _ in found} == {"07.30"}
    weekly = [
        swedish.local(when).date()
        for when, seat in await given.planned(await given.obligation_id(promise_id, "follow_up:2023"), cast.BJORKEN)
        if seat == "leader"
    ]
    assert len(weekly) == 52, "what is late already is reminded of every week for a year ahead"
    assert weekly[:3] == [D("2024-10-04"), D("2024-10-11"), D("2024-10-18")]


# ---------------------------------------------------------------- the letter
async def test_planning_a_promise_reads_its_own_reminders_and_nobody_elses(database_url: str) -> None:
    """Also right after much was entered, when PostgreSQL has not counted it yet."""
    crowd, mine = await entered(), await entered()
    await sql(
        "INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, promise_id, obligation_id, seat, lead_days, created_at)"
        " SELECT organisation_id, key || ':' || g, kind, channel, title, due_at, promise_id, obligation_id, seat, lead_days, created_at"
        " FROM delivery, generate_series(1, 150) g WHERE promise_id = $1",
        crowd,
    )
    rows_read = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'delivery'"
    async with database.within(cast.BJORKEN) as link:
        before = await link.fetchval(rows_read)
        await actions.replan(cast.BJORKEN, mine, now=cast.START)
        read = await link.fetchval(rows_read) - before
        own, all_of_them = await link.fetchrow("SELECT count(*) FILTER (WHERE promise_id = $1), count(*) FROM delivery", mine)
    assert all_of_them > 150 * own
    assert read <= 4 * own, "once for each question about them"


async def test_the_letter_tells_the_whole_news_to_those_who_hold_the_seat(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    letters = await deliver_until(at("2024-10-02"), settings)
    assert sorted(one.to_address for one in letters) == [cast.email("anna"), cast.email("per")]
    anna = next(one for one in letters if one.to_address == cast.email("anna"))
    assert anna.subject == "Löftet i Björken går ut om 90 dagar"
    for body in (anna.text, anna.html):
        assert "Till Anna Asson, Säkerhetssamordnare, Björkens kommun" in body
        assert "tisdag 31 december 2024" in body
        assert "från den 1 januari att löftet har gått ut" in body
        assert f"http://testserver/frister/{renewal}" in body
        assert "http://testserver/paminnelser" in body
        assert "påminnelse 2 av 7" in body
        assert "1 november 2024" in body
        assert "Gemensam uppföljning för 2024" in body
        assert "Fristen är gemensam med LPO Skogen." in body
        assert "Varför får jag detta?" in body
    assert "\n\n\n" not in anna.text
    assert "&" not in anna.text
    async with database.across_organisations() as link:
        row = await link.fetchrow(
            "SELECT state, address, message_id FROM delivery WHERE obligation_id = $1 AND organisation_id = $2 AND state <> 'planned'",
            renewal,
            cast.BJORKEN,
        )
    assert (row["state"], row["address"], row["message_id"]) == ("sent", cast.email("anna"), anna.message_id)
    assert re.fullmatch(r"<[0-9a-f-]{36}@trygghet\.example\.org>", anna.message_id)
    assert anna.at == at("2024-10-02")


async def test_each_kind_of_duty_has_its_letter(database_url: str, settings: Settings) -> None:
    await entered(
        "2024-01-01", None, review_on=D("2025-01-31"), rhythms=given.quarterly("KSAU", 15), activities=given.dated("Vandring <i>", "2024-11-15")
    )
    told = ""
    day = dt.date(2024, 10, 2)
    while day <= dt.date(2025, 2, 1):
        told += "".join(f"{one.subject}\n{one.text}" for one in await deliver_until(at(day.isoformat()), settings))
        day += dt.timedelta(days=1)
    for headline in (
        "”Vandring <i>” i Björken ska vara gjord om 14 dagar",
        "Rapporten till KSAU om löftet i Björken ska lämnas i morgon",
        "Uppföljningen för 2024 i Björken ska vara klar om 60 dagar",
        "Löftet i Björken ska ses över om 91 dagar",
    ):
        assert headline in told


async def test_what_people_wrote_is_text_in_the_html(database_url: str, settings: Settings) -> None:
    await entered(activities=given.dated("<script>x</script>", "2024-10-16"))
    letters = [one for one in await deliver_until(at("2024-10-02"), settings) if "script" in one.text]
    assert letters
    assert "<script>x</script>" in letters[0].text
    assert all("<script>" not in one.html for one in letters)


async def test_a_subject_is_one_line_whatever_the_promise_says(database_url: str, settings: Settings) -> None:
    await entered(activities=given.dated("Rad ett\r\nBcc: x@example.org", "2024-10-16"))
    letters = await deliver_until(at("2024-10-02"), settings)
    assert all("\n" not in one.subject and "\r" not in one.subject for one in letters)


# ---------------------------------------------------------------- truth when it is sent
async def test_a_seat_held_by_several_gives_each_of_them_one_letter(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Bråsamordnare")
    letters = await deliver_until(at("2024-10-02"), settings)
    assert sorted(one.to_address for one in letters) == [cast.email("anna"), cast.email("per"), cast.email("ragna")]
    assert len({one.message_id for one in letters}) == 3
    assert await deliver_until(at("2024-10-02"), settings) == []
    (line,) = await actions.schedule(cast.BJORKEN, D("2024-10-02"), D("2024-10-02"), now=at("2024-10-03"))
    assert (line.state, {one.name for one in line.people}) == ("sent", {"Anna Asson", "Ragna Rsson"})
    assert len(await settled(await given.obligation_id(promise_id, "renewal:2024-12-31"))) == 3


async def leave(organisation: UUID, *roles: str, on: str = "2024-10-01") -> None:
    await sql(
        "UPDATE member SET until_on = $3 WHERE organisation_id = $1 AND office_id IN (SELECT id FROM office WHERE role = ANY($2))",
        organisation,
        list(roles),
        D(on),
    )


async def test_an_empty_seats_reminder_goes_to_the_next_above_and_says_why(database_url: str, settings: Settings) -> None:
    await entered()
    await leave(cast.BJORKEN, "coordinator")
    letters = await deliver_until(at("2024-10-02"), settings)
    assert sorted(one.to_address for one in letters) == [cast.email("bo"), cast.email("per")]
    bo = next(one for one in letters if one.to_address == cast.email("bo"))
    assert "Ingen har den plats som påminnelsen är till, så den går till dig." in bo.text
    assert await settled_vias() == {"vacant", ""}


async def settled_vias() -> set[str]:
    async with database.across_organisations() as link:
        return {row["via"] for row in await link.fetch("SELECT via FROM delivery WHERE state = 'sent'")}


async def test_when_nobody_is_left_the_administrators_of_all_parties_are_alarmed_once(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await leave(cast.BJORKEN, "coordinator", "leader", "administrator")
    letters = await deliver_until(at("2024-10-02"), settings)
    assert sorted(one.to_address for one in letters) == [cast.email("per"), cast.email("siri")]
    assert ("coordinator", "skipped", "Ingen hos er kan ta emot påminnelsen.") in await settled(renewal)
    for _ in range(2):
        await actions.replan(cast.SKOGEN, promise_id, now=at("2024-10-03"))
        await deliver_until(at("2024-10-04"), settings)
    async with database.across_organisations() as link:
        alarms = await link.fetch(
            "SELECT organisation_id, seat, title FROM delivery WHERE kind = 'notice' AND key LIKE 'notice:nobody:' || $1 || '%'", str(renewal)
        )
    assert {(row["organisation_id"], row["seat"]) for row in alarms} == {(cast.BJORKEN, "administrator"), (cast.SKOGEN, "administrator")}
    assert alarms[0]["title"] == "Ingen hos Björkens kommun kan påminnas om fristen ”Löftet går ut” i Björken"


async def test_where_no_party_has_an_administrator_leaders_are_alarmed(database_url: str, settings: Settings) -> None:
    await entered()
    await leave(cast.BJORKEN, "coordinator", "leader", "administrator")
    await leave(cast.SKOGEN, "administrator")
    letters = await deliver_until(at("2024-10-02"), settings)
    alarms = [one.to_address for one in letters if one.subject.startswith("Ingen hos Björkens kommun kan påminnas")]
    async with database.across_organisations() as link:
        leaders = await link.fetch(
            "SELECT p.email FROM member m JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id"
            " WHERE m.organisation_id = $1 AND f.role = 'leader'",
            cast.SKOGEN,
        )
    assert alarms == [row["email"] for row in leaders] != []


async def test_an_empty_seat_above_others_that_are_reminded_is_no_alarm(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await leave(cast.SKOGEN, "administrator")
    await deliver_until(at("2025-01-28"), settings)
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM delivery WHERE key LIKE 'notice:nobody:%'") == 0
    assert ("administrator", "skipped", "Ingen har den platsen. Andra hos er påminns om samma frist.") in await settled(renewal)
    told = (await actions.receipts(cast.BJORKEN, [renewal]))[renewal]
    assert [one.is_bad for one in told] == [False, False]


async def test_the_last_day_of_a_membership_counts(database_url: str, settings: Settings) -> None:
    await entered()
    await sql(
        "UPDATE member SET until_on = '2024-10-02' WHERE organisation_id = $1 AND office_id IN (SELECT id FROM office WHERE role = 'coordinator')",
        cast.BJORKEN,
    )
    assert cast.email("anna") in {one.to_address for one in await deliver_until(at("2024-10-02"), settings)}


async def test_who_leaves_after_the_row_had_found_them_is_replaced_by_whoever_sits_there_now(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await sql("UPDATE delivery SET person_id = $3 WHERE obligation_id = $1 AND organisation_id = $2", renewal, cast.BJORKEN, cast.person_id("pia"))
    letters = await deliver_until(at("2024-10-02"), settings)
    assert sorted(one.to_address for one in letters) == [cast.email("anna"), cast.email("per")]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE obligation SET done_at = '2024-10-01' WHERE id = $1", "Fristen är redan klar."),
        ("UPDATE obligation SET due_on = '2025-06-30' WHERE id = $1", "Fristen är flyttad till 30 juni 2025."),
        ("UPDATE promise SET stage = 'replaced' WHERE id = (SELECT promise_id FROM obligation WHERE id = $1)", "Löftet är ersatt av ett nytt."),
    ],
)
async def test_what_is_no_longer_true_is_skipped_with_the_reason(database_url: str, settings: Settings, statement: str, reason: str) -> None:
    promise_id = await entered()
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await sql(statement, renewal)
    assert await deliver_until(at("2024-10-02"), settings) == []
    assert await settled(renewal) == [("coordinator", "skipped", reason)] * 2


async def test_a_duty_that_is_gone_is_skipped(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    await sql("DELETE FROM obligation WHERE promise_id = $1 AND kind = 'renewal'", promise_id)
    assert await deliver_until(at("2024-10-02"), settings) == []
    async with database.across_organisations() as link:
        assert {row["reason"] for row in await link.fetch("SELECT reason FROM delivery WHERE state = 'skipped'")} == {"Fristen finns inte längre."}


async def test_a_party_that_has_done_its_part_between_is_not_reminded(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    duty = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await sql(
        "INSERT INTO obligation_mark (promise_id, obligation_id, organisation_id, by_name, by_office, at) VALUES ($1, $2, $3, 'A', 'B', '2024-10-01')",
        promise_id,
        duty,
        cast.BJORKEN,
    )
    letters = [one for one in await deliver_until(at("2024-11-01"), settings) if "går ut" in one.subject]
    assert sorted(one.to_address for one in letters) == [cast.email("per"), cast.email("pia")]
    assert "Fristen är gemensam med Björkens kommun" not in letters[0].text.partition("Uppföljningen")[0]
    assert ("leader", "skipped", "Er del är redan klar.") in await settled(duty)


async def test_after_an_outage_the_latest_reminder_speaks_for_all(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    letters = [one for one in await deliver_until(at("2024-12-20"), settings) if "går ut" in one.subject]
    assert {one.subject for one in letters} == {"Löftet i Björken går ut om 11 dagar, och en sak till"}
    assert "skulle ha kommit 17 december 2024, men gick inte fram då" in letters[0].text
    assert len(letters) == 4
    found = await settled(await given.obligation_id(promise_id, "renewal:2024-12-31"))
    assert found.count(("coordinator", "skipped", "En senare påminnelse om samma frist har tagit över.")) == 6


async def test_a_reminder_that_is_late_says_what_has_happened(database_url: str, settings: Settings) -> None:
    await given.promise()
    letters = await deliver_until(at("2025-01-03"), settings)
    anna = next(one for one in letters if one.to_address == cast.email("anna"))
    for said in ("Löftet i Björken gick ut för 3 dagar sedan", "Löftet har gått ut", "Fristen står nu som försenad hos er."):
        assert said in anna.text


async def test_what_is_due_already_survives_a_replan(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    now = at("2024-10-02") + dt.timedelta(seconds=2)
    await made.effect(promise_id, now=now)
    assert len(await deliver_until(now, settings)) == 2
