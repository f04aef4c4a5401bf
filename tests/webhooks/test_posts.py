"""What a room is told, when, and what becomes of it: with PostgreSQL, and a server on a real socket."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.channels.chat import Told
from tests.obligations import given as duties
from tests.webhooks import given
from trygghet import swedish
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.members import actions as members
from trygghet.webhooks import actions, rules

if TYPE_CHECKING:
    from tests.channels.chat import Room
    from trygghet.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
DAY = dt.timedelta(days=1)


# ---------------------------------------------------------------- the morning
async def test_a_morning_with_reminders_is_one_post_however_often_it_is_planned(room: Room, settings: Settings) -> None:
    await duties.promise()
    await given.connected(room, settings)
    now = await given.reminded_on()
    for minutes in range(3):
        await given.minute(now + dt.timedelta(minutes=minutes), settings)
    [got] = room.got
    [row] = await given.posts()
    assert (row["title"], row["state"], row["address"]) == ("Det här väntar hos oss i dag", "sent", given.NAME)
    assert swedish.clock_time(row["due_at"]) == "07.30"
    assert got["text"].startswith("*Det här väntar hos oss i dag*\nBjörkens kommun, ")


async def test_the_post_lists_each_duty_once_with_its_days_and_its_link_and_names_nobody(room: Room, settings: Settings) -> None:
    promise_id = await duties.promise()
    await given.connected(room, settings)
    renewal = await duties.obligation_id(promise_id, "renewal:2024-12-31")
    now = await given.sql("SELECT min(due_at) FROM delivery WHERE obligation_id = $1 AND organisation_id = $2", renewal, cast.BJORKEN)
    today = swedish.local(now).date()
    await given.minute(now, settings)
    text = room.got[0]["text"]
    left = (dt.date(2024, 12, 31) - today).days
    assert text.count(f"http://testserver/frister/{renewal}|Löftet i Björken går ut om {left} dagar>") == 1, "coordinator and leader are one"
    assert "Senast tisdag 31 december 2024" in text
    for seat in cast.SEATS:
        assert seat.who.title() not in text.replace("Björken", "")
        assert cast.email(seat.who) not in text


async def test_every_room_of_each_party_hears_of_its_own(room: Room, settings: Settings) -> None:
    await duties.promise()
    for name, by in (("Ledningen", cast.BJORKEN), ("Fältet", cast.BJORKEN), ("Området", cast.SKOGEN), ("Ön", cast.ON)):
        await given.connected(room, settings, name=name, by=by)
    await given.minute(await given.reminded_on(), settings)
    assert sorted(row["address"] for row in await given.posts()) == ["Fältet", "Ledningen", "Området"]
    assert sorted(got["text"].splitlines()[1].partition(",")[0] for got in room.got) == ["Björkens kommun", "Björkens kommun", "LPO Skogen"]


async def test_nothing_is_posted_on_a_day_without_reminders_or_before_they_go(room: Room, settings: Settings) -> None:
    await duties.promise()
    await given.connected(room, settings)
    first = await given.reminded_on()
    await given.minute(first - dt.timedelta(minutes=1), settings)
    assert await given.posts() == []
    await given.minute(first, settings)
    await given.sql("DELETE FROM delivery WHERE kind = 'reminder' AND due_at > $1", first)
    await given.minute(first + 2 * DAY, settings)
    assert len(room.got) == 1


async def test_what_is_done_before_the_post_goes_is_not_told(room: Room, settings: Settings) -> None:
    await duties.promise()
    await given.connected(room, settings)
    now = await given.reminded_on()
    await actions.across_organisations_plan(now=now)
    await given.sql("UPDATE obligation SET done_at = $1", now)
    await given.deliver(now, settings)
    [row] = await given.posts()
    assert (row["state"], row["reason"], room.got) == ("skipped", "Inget väntar längre i dag.", [])


async def test_our_own_part_being_done_is_enough(room: Room, settings: Settings) -> None:
    await duties.promise()
    await given.connected(room, settings)
    now = await given.reminded_on()
    await given.sql(
        "INSERT INTO obligation_mark (obligation_id, promise_id, organisation_id, by_name, by_office, at)"
        " SELECT id, promise_id, $1, 'A', 'B', $2 FROM obligation",
        cast.BJORKEN,
        now,
    )
    await given.minute(now, settings)
    assert [row["state"] for row in await given.posts()] == ["skipped"]


async def test_a_post_that_could_not_go_all_day_is_not_posted_the_day_after(room: Room, settings: Settings) -> None:
    await duties.promise()
    await given.connected(room, settings)
    room.told = [Told(503, b"")]
    now = await given.reminded_on()
    await given.minute(now, settings)
    [row] = await given.posts()
    assert (row["state"], row["attempts"]) == ("planned", 1)
    await given.deliver(now + DAY, settings)
    [row] = await given.posts()
    assert row["state"] == "skipped"
    assert row["reason"] == "Dagen är över. Trygghetsgruppen svarade med ett fel (503)."
    assert len(room.got) == 1


# ---------------------------------------------------------------- alarms
async def _failed(*, due: dt.datetime = cast.START) -> str:
    return str(
        await given.sql(
            "INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, created_at, settled_at, state, attempts)"
            " VALUES ($1, 'publication:1', 'publication', 'mastodon', 'Tredje dialogen', $2, $2, $3, 'failed', 12) RETURNING id",
            cast.BJORKEN,
            due,
            cast.START,
        )
    )


@pytest.mark.parametrize("kept_back", [dt.timedelta(0), rules.RECENT + DAY], ids=["at its time", "after a long stop"])
async def test_a_publication_that_failed_is_told_once_and_at_once(room: Room, settings: Settings, kept_back: dt.timedelta) -> None:
    await given.connected(room, settings)
    await _failed(due=cast.START - kept_back)
    now = cast.START + dt.timedelta(minutes=1)
    await given.minute(now, settings)
    await given.minute(now + dt.timedelta(minutes=1), settings)
    [got] = room.got
    assert "*”Tredje dialogen” kom inte ut*" in got["text"]
    assert "http://testserver/utskick?visa=manniska" in got["text"]


async def test_what_somebody_has_seen_to_meanwhile_is_no_alarm(room: Room, settings: Settings) -> None:
    await given.connected(room, settings)
    await _failed()
    await actions.across_organisations_plan(now=cast.START)
    await given.sql("UPDATE delivery SET state = 'sent' WHERE key = 'publication:1'")
    await given.deliver(cast.START, settings)
    assert [(row["state"], row["reason"]) for row in await given.posts()] == [("skipped", "Någon har redan tagit hand om det.")]
    assert room.got == []


async def test_a_room_that_is_connected_today_does_not_hear_of_last_week(room: Room, settings: Settings) -> None:
    await given.connected(room, settings)
    await _failed()
    await given.minute(cast.START + rules.RECENT + DAY, settings)
    assert room.got == []


async def test_a_duty_that_nobody_can_be_reminded_of_is_told_to_the_rooms_of_all_parties(room: Room, settings: Settings) -> None:
    from trygghet import clock
    from trygghet.digests import actions as digests

    await duties.promise()
    await given.connected(room, settings)
    await given.connected(room, settings, name="Området", by=cast.SKOGEN)
    await given.sql(
        "UPDATE member SET until_on = '2024-09-30', ended_at = $2 WHERE organisation_id = $1 AND office_id NOT IN (SELECT id FROM office WHERE role = 'reporter')",
        cast.BJORKEN,
        cast.START,
    )
    now = await given.reminded_on()
    await digests.across_organisations_hand_out(now=now, wall=clock.wall())
    await given.minute(now, settings)
    told = [row for row in await given.posts() if row["title"].startswith("Ingen hos Björkens kommun kan påminnas om ")]
    assert {row["address"] for row in told} == {given.NAME, "Området"}
    assert all(row["state"] == "sent" for row in told)
    titles = [row["title"] for row in told if row["address"] == given.NAME]
    assert len(titles) == len(set(titles)), "once for each duty"


# ---------------------------------------------------------------- connections that do not work
async def test_an_address_that_is_gone_stops_the_room_until_it_is_connected_again(room: Room, settings: Settings) -> None:
    await duties.promise()
    channel = await given.connected(room, settings)
    room.told = [Told(410, b"channel_is_archived")]
    now = await given.reminded_on()
    await given.minute(now, settings)
    [row] = await given.posts()
    assert (row["state"], row["attempts"]) == ("failed", 1)
    [one] = await connections.webhooks(cast.BJORKEN)
    assert one.state == "needs_human"
    assert "channel_is_archived" in one.state_why
    await _failed()
    await given.minute(now + dt.timedelta(minutes=1), settings)
    assert len(room.got) == 1, "nothing more is tried"
    assert await given.connected(room, settings) == channel, "the same name is the same room"
    await deliveries.retry(cast.BJORKEN, row["id"], by=cast.asking("adam"), now=now)
    await given.deliver(now, settings)
    assert [(one.state, one.state_why) for one in await connections.webhooks(cast.BJORKEN)] == [("ok", "")]
    assert len(room.got) == 2


async def test_a_lost_answer_is_posted_again_and_nobody_has_to_decide(room: Room, settings: Settings) -> None:
    await duties.promise()
    await given.connected(room, settings)
    room.told = [Told(cut=True)]
    now = await given.reminded_on()
    await given.minute(now, settings)
    [row] = await given.posts()
    assert row["state"] == "planned"
    await given.deliver(row["due_at"], settings)
    assert [row["state"] for row in await given.posts()] == ["sent"]
    assert room.got[0] == room.got[1], "twice the same, which is a nuisance and no more"


async def test_a_server_that_asks_for_time_gets_it(room: Room, settings: Settings) -> None:
    await duties.promise()
    await given.connected(room, settings)
    room.told = [Told(429, b"rate_limited", (("retry-after", "3600"),))]
    now = await given.reminded_on()
    await given.minute(now, settings)
    [row] = await given.posts()
    assert (row["state"], row["due_at"]) == ("planned", now + dt.timedelta(hours=1))


async def test_a_paused_room_hears_nothing_and_a_late_answer_does_not_wake_it(room: Room, settings: Settings) -> None:
    await duties.promise()
    channel = await given.connected(room, settings)
    now = await given.reminded_on()
    await actions.across_organisations_plan(now=now)
    adam = members.actor(cast.asking("adam"))
    await actions.switch(cast.BJORKEN, channel, on=False, by=adam, now=now)
    await connections.works(cast.BJORKEN, channel, now=cast.START)
    await connections.needs_human(cast.BJORKEN, channel, why="Sent svar.", now=cast.START)
    await given.minute(now, settings)
    assert [(row["state"], row["reason"]) for row in await given.posts()] == [("skipped", "Kanalen är pausad.")]
    assert [one.state for one in await connections.webhooks(cast.BJORKEN)] == ["off"]
    await actions.switch(cast.BJORKEN, channel, on=True, by=adam, now=now)
    await actions.test(cast.BJORKEN, channel, now=now)
    await given.deliver(now, settings)
    assert room.got[0]["text"].startswith("*Provinlägg från Trygghet*")


async def test_a_room_that_was_removed_before_its_post_went_gets_nothing_and_its_address_is_forgotten(room: Room, settings: Settings) -> None:
    await duties.promise()
    channel = await given.connected(room, settings)
    now = await given.reminded_on()
    await actions.across_organisations_plan(now=now)
    await actions.remove(cast.BJORKEN, channel, by=members.actor(cast.asking("adam")), now=now)
    await given.deliver(now, settings)
    assert [(row["state"], row["reason"]) for row in await given.posts()] == [("skipped", "Kanalen är borttagen.")]
    assert await given.sql("SELECT count(*) FROM connection") == 0
    assert room.got == []
