"""Who reads and writes a series, as the database itself holds it."""

from __future__ import annotations

import uuid

import asyncpg
import pytest

from tests import cast
from tests.indicators import given
from trygghet import database
from trygghet.indicators import actions
from trygghet.swedish import NotFound

pytestmark = pytest.mark.anyio


async def _seen(who: object) -> tuple[int, int, int]:
    async with database.within(who) as link:  # type: ignore[arg-type]
        return tuple([await link.fetchval(f"SELECT count(*) FROM {table}") for table in ("series", "observation", "goal_series")])  # type: ignore[return-value]


async def test_a_series_is_its_owners_until_it_stands_beside_a_goal_and_then_the_parties_read_it(database_url: str) -> None:
    _, goal_id = await given.goal()
    series_id, private = await given.series(), await given.series()
    for one in (series_id, private):
        await given.measured(one, 2023, "36")
    assert await _seen(cast.SKOGEN) == (0, 0, 0)
    await actions.attach(cast.BJORKEN, series_id, goal_id, by=given.ANNA, now=cast.START)
    assert await _seen(cast.BJORKEN) == (2, 2, 1)
    assert await _seen(cast.SKOGEN) == (1, 1, 1), "the one beside the goal, and not the other"
    assert await _seen(cast.ON) == (0, 0, 0)


async def test_a_party_that_reads_a_series_changes_nothing_in_it(database_url: str) -> None:
    _, goal_id = await given.goal()
    series_id = await given.series()
    await given.measured(series_id, 2023, "36")
    await actions.attach(cast.BJORKEN, series_id, goal_id, by=given.ANNA, now=cast.START)
    for change in ("UPDATE series SET name = 'x'", "DELETE FROM goal_series", "DELETE FROM series"):
        async with database.within(cast.SKOGEN) as link:
            assert (await link.execute(change)).endswith(" 0"), change
    with pytest.raises(NotFound):
        await actions.detach(cast.SKOGEN, series_id, goal_id, by=cast.asking("per"), now=cast.START)


async def test_nobody_sets_anothers_series_beside_a_goal_or_ones_own_beside_a_strangers(database_url: str) -> None:
    promise_id, goal_id = await given.goal()
    series_id = await given.series()
    insert = "INSERT INTO goal_series (organisation_id, series_id, promise_id, goal_id, by_name, by_office, at) VALUES ($1, $2, $3, $4, '', '', $5)"
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with database.across_organisations() as link:
            await link.execute(insert, cast.ON, series_id, promise_id, goal_id, cast.START)
    own = await actions.add(cast.ON, given.ABOUT, form_key=uuid.uuid4(), now=cast.START)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.ON) as link:
            await link.execute(insert, cast.ON, own, promise_id, goal_id, cast.START)


async def test_the_database_keeps_one_chain_of_values_for_each_year(database_url: str) -> None:
    series_id = await given.series()
    await given.measured(series_id, 2022, "31")
    await given.measured(series_id, 2023, "36")
    first, second = (await given.read(series_id)).observations
    insert = (
        "INSERT INTO observation (organisation_id, series_id, year, value, replaces_id, reason, by_name, by_office, recorded_at)"
        " VALUES ($1, $2, $3, 1, $4, $5, '', '', $6)"
    )
    for year, replaces, reason in ((2022, None, ""), (2022, second.id, "Skälet."), (2023, second.id, "")):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with database.within(cast.BJORKEN) as link:
                await link.execute(insert, cast.BJORKEN, series_id, year, replaces, reason, cast.START)
    async with database.within(cast.BJORKEN) as link:
        await link.execute(insert, cast.BJORKEN, series_id, 2022, first.id, "Skälet.", cast.START)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute(insert, cast.BJORKEN, series_id, 2022, first.id, "En gång till.", cast.START)


async def test_a_goal_that_a_change_takes_away_takes_its_drawing_with_it_and_leaves_the_values(database_url: str) -> None:
    from tests import made

    promise_id, goal_id = await given.goal()
    series_id = await given.series()
    await given.measured(series_id, 2023, "36")
    await actions.attach(cast.BJORKEN, series_id, goal_id, by=given.ANNA, now=cast.START)
    await made.effect(promise_id, areas=())
    assert await _seen(cast.BJORKEN) == (1, 1, 0)
    assert await _seen(cast.SKOGEN) == (0, 0, 0)


async def test_a_goal_that_a_change_keeps_keeps_its_drawing(database_url: str) -> None:
    from tests import made

    promise_id, goal_id = await given.goal()
    series_id = await given.series()
    await given.measured(series_id, 2023, "36")
    await actions.attach(cast.BJORKEN, series_id, goal_id, by=given.ANNA, now=cast.START)
    await made.effect(promise_id, title="Ett löfte med ett nytt namn")
    found = await actions.of_goals(cast.SKOGEN, [goal_id])
    assert [one.name for one in found[goal_id]] == ["Otrygga utomhus sena kvällar"]
    async with database.published() as link:
        told = await link.fetchval("SELECT content -> 'series' FROM published_promise WHERE promise_id = $1", promise_id)
    assert list(told) == [str(goal_id)]
