"""What there was before offices becomes offices and those who hold them, also where the database's owner passes by no wall."""

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
EARLIER = [path for path in sorted((ROOT / "migrations").glob("*.sql")) if path.stem < "0003"]


@pytest.fixture
async def earlier(postgresql: embedded.PostgreSQL, template: str, anyio_backend: str) -> AsyncIterator[str]:
    """A database as it was before offices, owned by somebody who is no superuser."""
    name, admin = f"t_{uuid.uuid4().hex[:12]}", await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p' NOSUPERUSER NOBYPASSRLS CREATEROLE")
    await admin.execute(f"GRANT trygghet_app, trygghet_system, trygghet_site TO {name}")
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    host = postgresql.url.rpartition("@")[2].partition("/")[0]
    url = f"postgresql://{name}:p@{host}/{name}"
    link = await asyncpg.connect(url)
    await link.execute("CREATE TABLE migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())")
    for path in EARLIER:
        await link.execute(path.read_text(encoding="utf-8"))
        await link.execute("INSERT INTO migration (name) VALUES ($1)", path.stem)
    await link.close()
    yield url
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.execute(f"DROP ROLE {name}")
    await admin.close()


async def _as_system(link: asyncpg.Connection[Any], sql: str, *values: object) -> list[Any]:
    async with link.transaction():
        await link.execute("SET LOCAL ROLE trygghet_system")
        found: list[Any] = await link.fetch(sql, *values)
    return found


async def test_each_member_becomes_the_holder_of_an_office(earlier: str) -> None:
    link = await asyncpg.connect(earlier)
    at = dt.datetime(2024, 3, 31, 22, 30, tzinfo=dt.UTC)  # the first of April in Sweden
    await _as_system(
        link,
        "INSERT INTO organisation (slug, name, short_name, kind, created_at) VALUES ('a', 'A', 'A', 'municipality', $1), ('b', 'B', 'B', 'other', $1)",
        at,
    )
    await _as_system(
        link,
        "INSERT INTO person (email, name, password_hash, created_at) SELECT e || '@example.org', e, '', $1 FROM unnest(ARRAY['x', 'y', 'z']) e",
        at,
    )
    for who, slug, role, office, until in (
        ("x", "a", "coordinator", "Säkerhetsstrateg", None),
        ("y", "a", "coordinator", "Säkerhetsstrateg", "2024-12-31"),
        ("z", "a", "leader", "Kommunchef", "2024-01-15"),
        ("x", "b", "reporter", "Säkerhetsstrateg", None),
    ):
        await _as_system(
            link,
            "INSERT INTO member (organisation_id, person_id, role, office, until_on, created_at)"
            " SELECT o.id, p.id, $3, $4, $5, $6 FROM organisation o, person p WHERE p.name = $1 AND o.slug = $2",
            *(who, slug, role, office, dt.date.fromisoformat(until) if until else None, at),
        )
    assert "0003_people" in await database.migrate(earlier)
    rows = await _as_system(
        link,
        "SELECT p.name, o.slug, f.title, f.role, m.from_on, m.until_on, m.acting FROM member m JOIN office f ON f.id = m.office_id"
        " JOIN person p ON p.id = m.person_id JOIN organisation o ON o.id = m.organisation_id ORDER BY p.name, o.slug",
    )
    april, day = dt.date(2024, 4, 1), dt.date.fromisoformat
    assert [tuple(row) for row in rows] == [
        ("x", "a", "Säkerhetsstrateg", "coordinator", april, None, False),
        ("x", "b", "Säkerhetsstrateg", "reporter", april, None, False),
        ("y", "a", "Säkerhetsstrateg", "coordinator", april, day("2024-12-31"), False),
        ("z", "a", "Kommunchef", "leader", day("2024-01-15"), day("2024-01-15"), False),
    ]
    assert (await _as_system(link, "SELECT count(*) FROM office"))[0][0] == 3, "two people share one"
    await link.close()
