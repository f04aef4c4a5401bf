"""What the timetable does at each tick. That it runs, stops and is taken over is shown in tests/faults with real processes."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from tests import cast, made
from tests.deliveries.outside import NOW, hand_out, letter, plan, row, rows
from trygghet import clock, database
from trygghet.deliveries import confirming

pytestmark = pytest.mark.anyio


async def test_ten_timetables_at_one_tick_do_the_job_once(database_url: str, timetable: Any) -> None:
    wall = clock.wall()
    for job in ("look", "tidy"):
        assert sorted(await asyncio.gather(*(timetable._ours(job, wall, dt.timedelta(hours=1)) for _ in range(10)))) == [False] * 9 + [True]
    assert await timetable._ours("look", wall + dt.timedelta(hours=1), dt.timedelta(hours=1))


async def test_old_ticks_are_forgotten(database_url: str, timetable: Any) -> None:
    now = clock.wall()
    async with database.across_organisations() as link:
        await link.executemany("INSERT INTO tick (job, slot) VALUES ('look', $1)", [(now - dt.timedelta(minutes=ago),) for ago in (5, 55, 65, 600)])
    await timetable.tidy()
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM tick WHERE job = 'look'") == 2


async def test_what_the_queue_does_not_take_is_handed_out_at_the_next_tick(database_url: str, timetable: Any) -> None:
    await plan(letter())
    await timetable.look()
    waiting = await row("reminder:1")
    assert (waiting["state"], waiting["handed_out_until"]) == ("planned", None)
    assert len(await hand_out()) == 1


async def test_what_is_out_is_asked_for_once_a_minute_and_a_queue_that_is_away_loses_nothing(database_url: str, timetable: Any) -> None:
    promise = await made.promise()
    async with database.across_organisations() as link:
        connection = await link.fetchval(
            "INSERT INTO connection (organisation_id, channel, name, base_url, secret, created_at)"
            " VALUES ($1, 'mastodon', '@bjorken', 'https://social.example.org', 'x', $2) RETURNING id",
            cast.BJORKEN,
            NOW,
        )
        update = await link.fetchval(
            "INSERT INTO status_update (promise_id, organisation_id, title, body, channels, content_hash, created_at, updated_at)"
            " VALUES ($1, $2, 'Nytt', 'Text', '{}', '', $3, $3) RETURNING id",
            promise,
            cast.BJORKEN,
            NOW,
        )
        await link.execute(
            "INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, state, promise_id, status_update_id, connection_id, remote_id,"
            " created_at, settled_at) VALUES ($1, 'ute', 'publication', 'mastodon', 'Nytt', $2, 'sent', $3, $4, $5, '7', $2, $2)",
            cast.BJORKEN,
            NOW,
            promise,
            update,
            connection,
        )
    await timetable.look_for()
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM tick WHERE job = 'look_for'") == 1
    assert [str(one["id"]) for one in await rows() if one["key"] == "ute"] == [
        str(one) for one in await confirming.across_organisations_due(now=clock.wall())
    ]


async def test_the_nightly_replanning_mends_what_is_missing_and_else_changes_nothing(database_url: str, timetable: Any) -> None:
    far = cast.START.date() + dt.timedelta(days=3650)
    await made.promise(valid_until=far, now=NOW)
    await timetable.replan()
    before = await rows()
    kept = {one["key"] for one in before if one["due_at"] > clock.wall()}
    assert {one["promise_id"] is None for one in before} == {True, False}, "also what the law asks of each municipality"
    for lost in ("false", "due_at > $1"):
        async with database.across_organisations() as link:
            await link.execute("DELETE FROM tick")
            await link.execute(f"DELETE FROM delivery WHERE {lost}", *([clock.wall()] if "$1" in lost else []))
        await timetable.replan()
        assert {one["key"] for one in await rows() if one["due_at"] > clock.wall()} == kept
