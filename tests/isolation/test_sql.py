"""The second wall: what plain SQL sees and may change, in each role that a unit of work acts as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests import cast
from trygghet import database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.world import World

pytestmark = pytest.mark.anyio

SYSTEM_ONLY = {
    "session",
    "former_slug",
    "sign_in_attempt",
    "tick",
    "example_clock",
    "installation",
    "calendar_address",
    "bounce",
    "inbound_count",
    "channel_app",
    "follower",
    "former_follower",
    "follow_attempt",
    "migration",
}
PUBLISHED = {
    "published_version",
    "former_slug",
    "published_organisation",
    "published_promise",
    "published_update",
    "published_picture",
    "published_follow_up",
    "published_retelling",
}


async def _counts(link: asyncpg.Connection[Any], role: str, organisation: str) -> dict[str, int | None]:
    """Rows that a role sees of each table; None where it may not even ask."""
    tables = [row[0] for row in await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    found: dict[str, int | None] = {}
    for table in tables:
        try:
            async with link.transaction():
                await link.execute("SELECT set_config('role', $1, true), set_config('app.organisation', $2, true)", role, organisation)
                found[table] = await link.fetchval(f"SELECT count(*) FROM {table}")
        except asyncpg.InsufficientPrivilegeError:
            found[table] = None
    return found


@pytest.fixture
async def superuser(shared: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that may take on any role."""
    link = await asyncpg.connect(shared)
    yield link
    await link.close()


async def test_without_a_tenant_no_row_of_any_tenant_is_seen(superuser: asyncpg.Connection[Any]) -> None:
    seen = await _counts(superuser, "trygghet_app", "")
    assert {table for table, rows in seen.items() if rows is None} == SYSTEM_ONLY
    assert {table for table, rows in seen.items() if rows} == {"organisation"}, "names are public facts; all else is a tenant's"


async def test_the_whole_world_is_there_to_be_seen_by_its_owner(superuser: asyncpg.Connection[Any]) -> None:
    seen = await _counts(superuser, "trygghet_app", str(cast.BJORKEN))
    empty = {table for table, rows in seen.items() if rows == 0}
    assert empty <= {"published_update", "published_picture", "published_follow_up"}, "nothing is proved by a table that is empty for everybody"


async def test_with_a_strangers_tenant_nothing_of_others_is_seen(superuser: asyncpg.Connection[Any]) -> None:
    seen = await _counts(superuser, "trygghet_app", str(cast.ON))
    assert {table for table, rows in seen.items() if rows} == {"organisation", "published_organisation", "office", "member", "person"}
    own = len([seat for seat in cast.SEATS if seat.organisation == cast.ON])
    assert (seen["member"], seen["person"]) == (own, own)


async def test_the_residents_role_sees_what_is_published_and_nothing_else(superuser: asyncpg.Connection[Any]) -> None:
    for organisation in ("", str(cast.BJORKEN)):
        seen = await _counts(superuser, "trygghet_site", organisation)
        assert {table for table, rows in seen.items() if rows is not None} == PUBLISHED | {"example_clock"}
        assert seen["published_promise"] == 5


@pytest.mark.parametrize(
    "table",
    ["outcome", "obligation_mark", "approval", "status_update", "status_update_version", "picture", "event", "series", "observation", "goal_series"],
)
async def test_nobody_writes_in_anothers_name(table: str, superuser: asyncpg.Connection[Any], built: tuple[str, World]) -> None:
    """Skogen is a party of the promise, and still may not put a row there that says Björken."""
    told = "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position"
    columns = [row[0] for row in await superuser.fetch(told, table)]
    values = ", ".join("gen_random_uuid()" if name in {"id", "form_key", "subject_id"} else f"t.{name}" for name in columns)
    async with superuser.transaction():
        await superuser.execute("SELECT set_config('role', 'trygghet_app', true), set_config('app.organisation', $1, true)", str(cast.SKOGEN))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await superuser.execute(f"INSERT INTO {table} SELECT {values} FROM {table} t WHERE organisation_id = '{cast.BJORKEN}' LIMIT 1")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE outcome SET amount = 99",
        "DELETE FROM outcome",
        "UPDATE status_update_version SET content = '{}'",
        "UPDATE event SET office = 'x'",
        "DELETE FROM event",
        "DELETE FROM event_head",
        "UPDATE observation SET value = 99",
        "DELETE FROM observation",
    ],
)
async def test_what_was_recorded_or_shared_is_never_overwritten(change: str, walked: World) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute(change)


async def test_nobody_takes_back_anothers_word(walked: World) -> None:
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetchval("SELECT count(*) FROM obligation_mark") == 1, "Björken's"
        assert await link.execute("DELETE FROM obligation_mark") == "DELETE 0"


async def test_a_query_outside_a_unit_of_work_is_refused(walked: World) -> None:
    from trygghet.tables import Promise

    with pytest.raises(RuntimeError, match="unit of work"):
        await Promise.select()
    with pytest.raises(RuntimeError, match="unit of work"):
        database.connection()


async def test_a_unit_of_work_cannot_change_tenant_halfway(walked: World) -> None:
    async with database.within(cast.ON):
        with pytest.raises(RuntimeError, match="change tenant"):
            async with database.within(cast.BJORKEN):
                pass
        with pytest.raises(RuntimeError, match="change tenant"):
            async with database.across_organisations():
                pass


async def test_the_tenant_does_not_stay_with_the_connection(walked: World) -> None:
    async with database.within(cast.BJORKEN) as link:
        assert await link.fetchval("SELECT count(*) FROM promise")
    assert database.DB.pool
    async with database.DB.pool.acquire() as link:
        assert await link.fetchval("SELECT count(*) FROM promise") == 0
