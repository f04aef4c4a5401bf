"""The database as the application's role meets it: what is handed in stays, and what is another's is not there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests import cast
from tests.reports import given
from trygghet import database
from trygghet.reports import actions, planning
from trygghet.reports.meetings import Change

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]

CHANGES = (
    "snapshot = '{}', content_hash = encode(sha256('{}'), 'hex')",
    "snapshot = NULL, content_hash = NULL, handed_in_at = NULL",
    "handed_in_name = 'Någon annan'",
    "handed_in_at = handed_in_at - interval '1 day'",
    "parts = '[]'",
    "figures = '{}'",
    "title = 'Något annat'",
    "own = true",
    "period_until = period_until + 1",
    "obligation_id = gen_random_uuid()",
)


async def run(organisation: UUID, sql: str, *values: object) -> str:
    async with database.within(organisation) as link:
        done: str = await link.execute(sql, *values)
    return done


@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_that_was_handed_in_can_be_changed(change: str) -> None:
    found = await given.handed_in(await given.promise())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(cast.BJORKEN, f"UPDATE report SET {change} WHERE id = $1", found.id)
    async with database.across_organisations() as link:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await link.execute(f"UPDATE report SET {change} WHERE id = $1", found.id)


async def test_nothing_that_was_handed_in_can_be_taken_away_nor_the_promise_that_it_is_about() -> None:
    promise_id = await given.promise()
    found = await given.handed_in(promise_id)
    assert await run(cast.BJORKEN, "DELETE FROM report WHERE id = $1", found.id) == "DELETE 0"
    assert await run(cast.BJORKEN, "DELETE FROM promise WHERE id = $1", promise_id) == "DELETE 0"
    async with database.across_organisations() as link:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await link.execute("DELETE FROM report WHERE id = $1", found.id)


async def test_a_hash_that_is_not_that_of_the_content_is_refused() -> None:
    found = await given.draft(await given.promise())
    with pytest.raises(asyncpg.CheckViolationError):
        await run(cast.BJORKEN, "UPDATE report SET handed_in_at = $2, snapshot = '{}', content_hash = 'x' WHERE id = $1", found.id, cast.START)


async def test_another_partys_draft_and_its_own_reports_are_not_there() -> None:
    promise_id = await given.promise()
    await planning.add_rhythm(cast.BJORKEN, promise_id, given.Rhythm("Ledningsgruppen", "quarter"), by=cast.asking("anna"), now=cast.START)
    draft, own = await given.draft(promise_id), await given.handed_in(promise_id, "own:Ledningsgruppen:2024Q4")
    for organisation in (cast.SKOGEN, cast.EKEN, cast.ON):
        async with database.within(organisation) as link:
            for table in ("report", "own_rhythm"):
                assert await link.fetch(f"SELECT * FROM {table}") == [], table
            assert await link.fetch("SELECT * FROM obligation WHERE key LIKE 'own:%'") == []
        for report_id in (draft.id, own.id):
            assert await run(organisation, "UPDATE report SET title = 'x', parts = '[]' WHERE id = $1", report_id) == "UPDATE 0"
            assert await run(organisation, "DELETE FROM report WHERE id = $1", report_id) == "DELETE 0"


async def test_what_another_party_has_handed_in_is_read_and_not_written() -> None:
    found = await given.handed_in(await given.promise())
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetchval("SELECT count(*) FROM report WHERE id = $1", found.id) == 1
    assert await run(cast.SKOGEN, "UPDATE report SET paragraph = '1', reported_on = $2 WHERE id = $1", found.id, dt.date(2024, 10, 1)) == "UPDATE 0"
    async with database.within(cast.ON) as link:
        assert await link.fetchval("SELECT count(*) FROM report WHERE id = $1", found.id) == 0


async def test_nobody_writes_a_report_a_rhythm_or_a_date_in_anothers_name() -> None:
    promise_id = await given.promise()
    await given.draft(promise_id)
    copied = "INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(), 'organisation_id', $1::uuid))).* FROM {table} t"
    await planning.add_rhythm(cast.SKOGEN, promise_id, given.Rhythm("Ledningsgruppen", "quarter"), by=cast.asking("per"), now=cast.START)
    await planning.change_meetings(cast.SKOGEN, Change("BRÅ", (dt.date(2024, 10, 22),)), by=cast.asking("per"), now=cast.START)
    for organisation, other, table in (
        (cast.BJORKEN, cast.SKOGEN, "report"),
        (cast.SKOGEN, cast.BJORKEN, "own_rhythm"),
        (cast.SKOGEN, cast.BJORKEN, "meeting"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(organisation, copied.format(table=table), other)


async def test_where_it_stands_in_the_minutes_may_be_put_right() -> None:
    found = await given.handed_in(await given.promise())
    await run(cast.BJORKEN, "UPDATE report SET reported_on = $2, paragraph = '143' WHERE id = $1", found.id, dt.date(2024, 11, 12))
    assert (await actions.read(cast.BJORKEN, found.id)).noted == "Anmäld i KSAU 2024-11-12 § 143"
