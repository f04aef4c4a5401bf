"""An installation from before upgrades whole, also where the database's owner is an ordinary one that passes by no wall."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from trygghet import database
from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trygghet import embedded

pytestmark = pytest.mark.anyio
AT = dt.datetime(2024, 10, 1, 6, tzinfo=dt.UTC)
FILLED = """
WITH o AS (INSERT INTO organisation (slug, name, short_name, kind, created_at) VALUES ('a', 'A', 'A', 'municipality', $1) RETURNING id),
w AS (INSERT INTO person (email, name, password_hash, created_at) VALUES ('x@example.org', 'X', '', $1) RETURNING id),
m AS (INSERT INTO member (organisation_id, person_id, role, office, created_at) SELECT o.id, w.id, 'leader', '', $1 FROM o, w),
p AS (INSERT INTO promise (title, area_name, oath, valid_from, valid_until, stage, contact_office, contact_phone, created_by, created_at, updated_at)
      SELECT 'T', 'A', 'O', '2024-01-01', '2024-12-31', 'signed', 'Växeln', '0500-00 00 00', o.id, $1, $1 FROM o RETURNING id)
INSERT INTO published_promise (promise_id, slug, name, valid_from, content, published_at, changed_at)
SELECT p.id, 'a', 'A', '2024-01-01', '{"contact": {"office": "Växeln", "name": "", "phone": "", "email": ""}}', $1, $1 FROM p
"""


@pytest.fixture
async def first(postgresql: embedded.PostgreSQL, template: str, anyio_backend: str) -> AsyncIterator[str]:
    """A database after the very first migration, owned by somebody who is no superuser and has the rights of its roles only when it takes them on."""
    name, admin = f"t_{uuid.uuid4().hex[:12]}", await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p' NOSUPERUSER NOBYPASSRLS NOINHERIT CREATEROLE")
    await admin.execute(f"GRANT trygghet_app, trygghet_system, trygghet_site TO {name}")
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    url = f"postgresql://{name}:p@{postgresql.url.rpartition('@')[2].partition('/')[0]}/{name}"
    link = await asyncpg.connect(url)
    await link.execute("CREATE TABLE migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())")
    await link.execute((ROOT / "migrations" / "0001_start.sql").read_text(encoding="utf-8"))
    await link.execute("INSERT INTO migration (name) VALUES ('0001_start')")
    await link.close()
    yield url
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.execute(f"DROP ROLE {name}")
    await admin.close()


async def _as_system(url: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
    link = await asyncpg.connect(url)
    async with link.transaction():
        await link.execute("SET LOCAL ROLE trygghet_system")
        found = [tuple(row) for row in await link.fetch(sql, *values)]
    await link.close()
    return found


async def test_nothing_is_lost_from_an_installation_whose_owner_sees_no_rows(first: str) -> None:
    await _as_system(first, FILLED, AT)
    await database.migrate(first)
    assert await _as_system(first, "SELECT office, phone FROM contact") == [("Växeln", "0500-00 00 00")]
    assert await _as_system(first, "SELECT number, kind, valid_until FROM promise_version") == [(1, "first", dt.date(2024, 12, 31))]
    assert await _as_system(first, "SELECT content -> 'contacts' -> 0 ->> 'office', content ? 'contact' FROM published_promise") == [
        ("Växeln", False)
    ]
    assert await _as_system(first, "SELECT f.title, f.role FROM member m JOIN office f ON f.id = m.office_id") == [("Befattning", "leader")]
