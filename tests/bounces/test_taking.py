"""A letter that comes back: what happens to its rows, its address and the duty that it told of."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.bounces import reports
from tests.bounces.world import DAY, HOME, NOW, address, counts, instead, key, listening, path, post, report, rows, sent
from trygghet import clock, database, inbound
from trygghet.bounces import actions

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.anyio
FULL = ("4.2.2", "smtp; 452 4.2.2 Mailbox full")


async def take(letter_id: UUID, *said: str, now: dt.datetime = NOW, **more: str) -> str:
    return await inbound.across_organisations_take(HOME, path(letter_id), report(letter_id, *said, **more), now=now)


async def test_a_bounce_comes_in_by_mail_and_the_leader_gets_the_reminder_the_same_day(database_url: str) -> None:
    letter_id = await sent("anna", at=clock.wall())
    async with listening() as door:
        assert await post(door, path(letter_id), report(letter_id)) == "250"
    [row] = await rows("key = $1", key())
    assert (row["state"], row["reason"]) == ("failed", "Mejlet kom tillbaka. Mottagarens mejlserver svarade: 550 5.1.1 User unknown")
    assert row["bounced_at"] is not None
    [successor] = await rows("via = 'bounced'")
    assert (successor["key"], successor["person_id"]) == (f"{key()}:studs:{cast.person_id('bo')}", cast.person_id("bo"))
    assert (successor["state"], successor["seat"]) == ("planned", "coordinator")
    assert dt.timedelta(0) <= successor["due_at"] - row["bounced_at"] < dt.timedelta(minutes=1)
    assert successor["due_at"].second == successor["due_at"].microsecond == 0
    stopped = await address("anna")
    assert (stopped["tier"], stopped["status"], stopped["reason"]) == ("stopped", "5.1.1", "550 5.1.1 User unknown")
    assert await counts() == {"bounced": 1}


async def test_a_deputy_is_next_before_the_leader(database_url: str) -> None:
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Säkerhetssamordnare", acting=True)
    await take(await sent("anna"))
    assert await instead() == {f"{key()}:studs:{cast.person_id('ragna')}": cast.person_id("ragna")}


async def test_what_was_moved_to_somebody_from_whom_it_comes_back_goes_to_the_person_themself(database_url: str) -> None:
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO handover (organisation_id, person_id, to_person_id, from_on, until_on, by_name, created_at) VALUES ($1, $2, $3, $4, $5, 'Anna', $6)",
            cast.BJORKEN,
            cast.person_id("anna"),
            cast.person_id("adam"),
            (NOW - DAY).date(),
            (NOW + DAY).date(),
            NOW,
        )
    await take(await sent("adam", via="handed_over"))
    assert list((await instead()).values()) == [cast.person_id("anna")]


async def test_a_colleague_in_the_same_seat_who_got_it_is_enough(database_url: str) -> None:
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Säkerhetssamordnare", acting=True)
    await sent("ragna", key=f"{key()}:{cast.person_id('ragna')}")
    await take(await sent("anna"))
    assert await instead() == {}


async def test_when_the_next_bounces_too_it_climbs_and_at_the_top_the_whole_ladder_is_asked_once(database_url: str) -> None:
    await take(await sent("anna"))
    for who, above in (("bo", "adam"), ("adam", None)):
        [(planned, person)] = (await instead()).items()
        assert person == cast.person_id(who)
        letter_id = uuid.uuid4()
        async with database.across_organisations() as link:
            await link.execute(
                "UPDATE delivery SET state = 'sent', message_id = $2, address = $3 WHERE key = $1",
                planned,
                f"<{letter_id}@trygghet.example.org>",
                cast.email(who),
            )
        await take(letter_id)
        assert list((await instead()).values()) == [cast.person_id(above) if above else None]


@pytest.mark.parametrize("state", ["sent", "planned"])
async def test_who_hears_of_the_duty_that_day_in_another_seat_does_not_hear_of_it_twice(database_url: str, state: str) -> None:
    await sent("bo", key=key(seat="leader", lead=14), seat="leader", state=state, settled_at=NOW if state == "sent" else None)
    letter_id = await sent("anna")
    await take(letter_id)
    await take(letter_id)
    assert await instead() == {}


async def test_who_heard_of_the_duty_yesterday_or_hears_of_another_today_gets_the_reminder(database_url: str) -> None:
    await sent("bo", key=key(seat="leader", lead=31), seat="leader", at=NOW - DAY)
    await sent("bo", key=key(seat="leader", obligation=uuid.UUID(int=78)), seat="leader")
    await take(await sent("anna"))
    assert list((await instead()).values()) == [cast.person_id("bo")]


async def test_what_comes_back_within_a_minute_goes_on_as_one_letter(database_url: str) -> None:
    for seconds in (1, 20, 59.5):
        await take(await sent("anna", key=key(obligation=uuid.uuid4())), now=NOW + DAY / 86400 * seconds)
    assert [row["due_at"] for row in await rows("via = 'bounced'")] == [NOW + DAY / 1440] * 3


async def test_all_rows_of_the_letter_have_bounced_whatever_organisation_they_are_of(database_url: str) -> None:
    letter_id = await sent("berit", organisation=cast.EKEN)
    await sent("berit", letter_id=letter_id, organisation=cast.EKEN, key="notice:1", kind="notice")
    await sent("berit", letter_id=letter_id, organisation=cast.BJORKEN, key=key(seat="leader"), seat="leader")
    await take(letter_id)
    assert {row["state"] for row in await rows("message_id <> ''")} == {"failed"}
    assert all(row["bounced_at"] == NOW for row in await rows("message_id <> ''"))
    assert set(await instead()) == {f"{key(cast.EKEN)}:studs:{cast.person_id('carl')}", f"{key(seat='leader')}:studs:{cast.person_id('bo')}"}


async def test_the_same_report_again_changes_nothing_and_mends_what_was_cut_half_way(database_url: str) -> None:
    letter_id = await sent("anna")
    await take(letter_id)
    before = [dict(row) for row in await rows()]
    assert await take(letter_id) == "repeated"
    assert [dict(row) for row in await rows()] == before
    assert (await address("anna"))["bounces"] == 1
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM delivery WHERE via = 'bounced' OR kind = 'notice'")  # as if the process had died before they were planned
    await take(letter_id)
    assert [row["key"] for row in await rows()] == [row["key"] for row in before]


async def test_a_worker_that_still_holds_the_row_settles_it_too_late(database_url: str) -> None:
    letter_id = await sent("anna", state="sending", fence=3, lease_until=NOW + DAY)
    await take(letter_id)
    [row] = await rows("key = $1", key())
    assert (row["state"], row["fence"], row["lease_until"]) == ("failed", 4, None)


async def test_administrators_hear_of_an_address_once(database_url: str) -> None:
    await cast.seated("orvar", cast.BJORKEN, "administrator", "Systemförvaltare 2")
    for lead in (30, 14, 7):
        await take(await sent("anna", key=key(lead=lead)))
    [notice] = await rows("kind = 'notice'")
    assert (notice["organisation_id"], notice["seat"], notice["promise_id"]) == (cast.BJORKEN, "administrator", None)
    assert notice["title"] == "Mejl till Anna Asson kommer tillbaka"
    assert "anna@cast.example.org" in " ".join(notice["words"]["lines"])


@pytest.mark.parametrize(("gone", "hears"), [([], []), (["administrator"], ["leader"]), (["administrator", "leader"], ["coordinator"])])
async def test_where_there_is_no_administrator_leaders_hear_of_an_address_or_else_who_coordinates(
    database_url: str, gone: list[str], hears: list[str]
) -> None:
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Säkerhetssamordnare")
    async with database.across_organisations() as link:
        await link.execute(
            "DELETE FROM member WHERE organisation_id = $1 AND office_id IN (SELECT id FROM office WHERE role = ANY($2))", cast.BJORKEN, gone
        )
    await take(await sent("anna"))
    assert {row["seat"] for row in await rows("kind = 'notice'")} == {"administrator", *hears}


# ---------------------------------------------------------------- tiers
async def test_a_full_mailbox_is_watched_and_three_days_within_two_weeks_make_a_pause(database_url: str) -> None:
    for number, day in enumerate((0, 0, 5, 12)):
        assert (await address("anna") or {"tier": "watched"})["tier"] == "watched"
        await take(await sent("anna", key=key(lead=number)), *FULL, now=NOW + day * DAY)
    found = await address("anna")
    assert (found["tier"], found["until_at"], found["bounces"]) == ("paused", NOW + 19 * DAY, 4)


async def test_three_bounces_on_one_bad_day_do_not_pause(database_url: str) -> None:
    for lead in range(5):
        await take(await sent("anna", key=key(lead=lead)), *FULL)
    assert (await address("anna"))["tier"] == "watched"
    assert not await rows("kind = 'notice'")


async def test_three_days_too_far_apart_do_not_pause(database_url: str) -> None:
    for day in (0, 8, 16, 24):
        await take(await sent("anna", key=key(lead=day)), *FULL, now=NOW + day * DAY)
    assert (await address("anna"))["tier"] == "watched"


async def test_a_reminder_from_a_full_mailbox_goes_to_the_next_though_the_address_is_only_watched(database_url: str) -> None:
    await take(await sent("anna"), *FULL)
    assert list((await instead()).values()) == [cast.person_id("bo")]


async def test_a_letter_that_stays_where_it_was_sent_clears_a_watched_address_and_never_a_stopped_one(database_url: str) -> None:
    await take(await sent("anna"), *FULL)
    await take(await sent("bo", key=key(seat="leader"), seat="leader"))
    for who in ("anna", "bo"):
        await sent(who, key=f"later:{who}", at=NOW + DAY)
    await actions.across_organisations_forgive(now=NOW + DAY + DAY / 2)
    assert await address("anna") is not None  # it may still come back
    await actions.across_organisations_forgive(now=NOW + 2 * DAY)
    assert await address("anna") is None
    assert (await address("bo"))["tier"] == "stopped"


async def test_a_pause_ends_by_itself_and_is_forgotten_when_a_letter_arrives_after_it(database_url: str) -> None:
    for day in range(3):
        await take(await sent("anna", key=key(lead=day)), *FULL, now=NOW + day * DAY)
    async with database.across_organisations() as link:
        for day, stopped in ((2, True), (8, True), (9, False)):
            assert await link.fetchval("SELECT stopped($1, $2)", cast.email("anna"), NOW + day * DAY) is stopped
    await sent("anna", key="later", at=NOW + 10 * DAY)
    await actions.across_organisations_forgive(now=NOW + 11 * DAY)
    assert await address("anna") is None


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
async def test_an_address_that_does_not_exist_is_stopped_at_once(database_url: str, status: str) -> None:
    await take(await sent("anna"), status, "smtp; no")
    assert (await address("anna"))["tier"] == "stopped"


@pytest.mark.parametrize("status", ["5.1.7", "5.1.8", "5.2.2", "5.3.4", "5.7.1", "5.0.0", "4.4.1", "4.1.1"])
async def test_what_may_pass_or_is_about_the_letter_does_not_stop_the_address(database_url: str, status: str) -> None:
    await take(await sent("anna"), status, "smtp; no")
    assert (await address("anna"))["tier"] == "watched"


# ---------------------------------------------------------------- a report that comes too late
async def _changes_nothing(letter_id: UUID, now: dt.datetime) -> None:
    before = [dict(row) for row in await rows()]
    assert await take(letter_id, now=now) == "old"
    assert [dict(row) for row in await rows()] == before
    assert await address("anna") is None
    assert await counts() == {"old": 1}


async def test_a_report_about_a_letter_from_last_week_is_counted_and_nothing_more(database_url: str) -> None:
    await _changes_nothing(await sent("anna"), NOW + 6 * DAY)


async def test_a_report_about_a_letter_before_one_that_has_arrived_is_counted_and_nothing_more(database_url: str) -> None:
    letter_id = await sent("anna")
    await sent("anna", key="later", at=NOW + DAY)
    await _changes_nothing(letter_id, NOW + 2 * DAY)


async def test_a_later_letter_that_may_still_come_back_clears_nobody(database_url: str) -> None:
    letter_id = await sent("anna")
    await sent("anna", key="later", at=NOW + DAY)
    assert await take(letter_id, now=NOW + DAY + DAY / 2) == "bounced"
    assert (await address("anna"))["tier"] == "stopped"


async def test_a_report_about_a_letter_from_before_somebody_lifted_the_address_is_counted_and_nothing_more(database_url: str) -> None:
    letter_id = await sent("anna")
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO member_event (organisation_id, at, by_name, by_office, act, about) VALUES ($1, $2, 'Adam', 'Systemförvaltare', 'mail_resumed', $3)",
            cast.BJORKEN,
            NOW + DAY / 2,
            cast.email("anna"),
        )
    await _changes_nothing(letter_id, NOW + DAY)
    assert await take(await sent("anna", key=key(lead=14), at=NOW + DAY), now=NOW + DAY) == "bounced"


# ---------------------------------------------------------------- what is no bounce
@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (reports.VACATION, "automatic"),
        (reports.dsn("4.4.1", "smtp; 451 later", action="delayed"), "delayed"),
        (reports.HUMAN, "unreadable"),
        (b"\xff", "unreadable"),
    ],
)
async def test_what_is_no_bounce_changes_nothing(database_url: str, raw: bytes, outcome: str) -> None:
    letter_id = await sent("anna")
    before = [dict(row) for row in await rows()]
    async with listening() as door:
        assert await post(door, path(letter_id), raw) == "250"
    assert [dict(row) for row in await rows()] == before
    assert await address("anna") is None
    assert await counts() == {outcome: 1}


async def test_a_forged_return_path_is_refused_at_the_door_and_counted(database_url: str) -> None:
    letter_id = await sent("anna")
    own = path(letter_id)
    async with listening() as door:
        for forged in (
            own.replace("studs+", "studs+a"),
            f"studs+{letter_id}@studs.example.org",
            "anna@studs.example.org",
            own.replace("studs.ex", "ex"),
        ):
            assert await post(door, forged, report(letter_id)) == "550"
    [row] = await rows()
    assert row["state"] == "sent"
    assert await counts() == {"forged": 4}


async def test_a_report_with_characters_that_nothing_can_keep_is_taken_at_once(database_url: str) -> None:
    letter_id = await sent("anna", at=clock.wall())
    async with listening() as door:
        assert await post(door, path(letter_id), report(letter_id, "5.1.1", "smtp; 550 5.1.1 User\0 unknown\x1b")) == "250"
    assert (await address("anna"))["reason"] == "550 5.1.1 User unknown"


async def test_a_sealed_path_of_a_letter_that_no_row_has_sent_is_counted_and_forgotten(database_url: str) -> None:
    await sent("anna")
    assert await take(uuid.uuid4()) == "unknown"
    assert await address("anna") is None


async def test_whom_it_was_for_is_never_read_from_the_report(database_url: str) -> None:
    await take(await sent("anna"), to=cast.email("bo"))
    assert await address("bo") is None
    assert (await address("anna"))["tier"] == "stopped"


async def test_what_the_other_server_said_is_not_kept_where_it_holds_a_personal_number(database_url: str) -> None:
    await take(await sent("anna"), "5.1.1", "smtp; 550 no such user 19121212-1212")
    assert (await address("anna"))["reason"] == ""
    assert (await rows("key = $1", key()))[0]["reason"] == "Mejlet kom tillbaka. Koden var 5.1.1."
