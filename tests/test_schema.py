"""tables/ and migrations/ say the same, and the second wall stands around every table."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
from piccolo.columns import Array
from piccolo.table import Table

from trygghet import database, tables

if TYPE_CHECKING:
    from piccolo.columns import Column

pytestmark = pytest.mark.anyio

TABLES = {found._meta.tablename: found for _, found in inspect.getmembers(tables, inspect.isclass) if issubclass(found, Table) and found is not Table}
TYPES = {"timestamptz": "timestamp with time zone"}

NOT_A_REFERENCE = {
    ("comment", "part_id"),  # a part of the manuscript
    ("event", "organisation_id"),  # the log outlives what it tells of
    ("event", "person_id"),
    ("event", "promise_id"),
    ("event", "subject_id"),
    ("event_head", "promise_id"),
    ("approval", "subject_id"),  # what it points to depends on subject_kind
    ("bounce", "message_id"),  # a mail's own name
    ("connection", "account_id"),  # the other place's own name for the account
    ("delivery", "message_id"),
    ("delivery", "remote_id"),  # the social server's name for it
}
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
} | {"follower", "former_follower", "follow_attempt"}
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


def _type(column: Column) -> str:
    if isinstance(column, Array):
        return "ARRAY"
    name = column.column_type.lower()
    return TYPES.get(name, name)


async def test_tables_and_migrations_name_the_same_columns_types_and_nullability(database_url: str) -> None:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public'"
        )
    migrated = {
        (row["table_name"], row["column_name"], row["data_type"], row["is_nullable"] == "YES") for row in rows if row["table_name"] != "migration"
    }
    declared = {
        (name, column._meta.db_column_name, _type(column), column._meta.null) for name, table in TABLES.items() for column in table._meta.columns
    }
    assert declared == migrated


async def test_row_level_security_is_enabled_and_forced_on_every_table(database_url: str) -> None:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT relname, relrowsecurity AND relforcerowsecurity AS walled FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    assert {row["relname"] for row in rows if not row["walled"]} == {"migration"}
    assert {row["relname"] for row in rows if row["walled"]} == set(TABLES)


async def test_no_role_of_ours_owns_a_table_or_passes_by_the_wall(database_url: str) -> None:
    async with database.across_organisations() as link:
        roles = await link.fetch("SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname LIKE 'trygghet\\_%'")
        owned = await link.fetchval("SELECT count(*) FROM pg_tables WHERE tableowner LIKE 'trygghet\\_%'")
    assert {tuple(row) for row in roles} == {(name, False, False, False, False) for name in ("trygghet_app", "trygghet_system", "trygghet_site")}
    assert owned == 0


async def _granted(role: str) -> set[tuple[str, str]]:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT relname, right_to FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS right_to"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND has_table_privilege($1, pg_class.oid, right_to)",
            role,
        )
    return {tuple(row) for row in rows}


async def test_every_table_that_the_application_may_touch_has_a_policy_that_names_a_tenant(database_url: str) -> None:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT tablename, bool_or(coalesce(qual, '') || coalesce(with_check, '') ~ 'current_organisation|access|member|person|status_update|obligation') AS names_one"
            " FROM pg_policies WHERE 'trygghet_app' = ANY (roles) AND permissive = 'PERMISSIVE' GROUP BY tablename"
        )
    assert {name for name, _ in await _granted("trygghet_app")} == set(TABLES) - SYSTEM_ONLY
    assert {row["tablename"] for row in rows} == set(TABLES) - SYSTEM_ONLY
    assert {row["tablename"] for row in rows if not row["names_one"]} == set()


async def test_residents_role_may_read_what_is_published_and_the_example_clock_and_nothing_else(database_url: str) -> None:
    assert await _granted("trygghet_site") == {(name, "SELECT") for name in (*PUBLISHED, "example_clock")}


async def test_every_reference_is_held_by_the_database(database_url: str) -> None:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT c.conrelid::regclass::text AS name, a.attname AS part FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f'"
        )
    held = {(row["name"], row["part"]) for row in rows}
    named = {(name, column._meta.name) for name, table in TABLES.items() for column in table._meta.columns if column._meta.name.endswith("_id")}
    assert named - held == NOT_A_REFERENCE


async def test_no_column_reads_the_time_by_itself(database_url: str) -> None:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration'"
            " AND column_default ~* 'now|clock_timestamp|current_date|current_timestamp'"
        )
    assert rows == []
