"""A country of invented tenants, entered by INSERT ... SELECT: municipalities with people, a police area for each hundred, a promise each.

Every municipality has a coordinator, a leader and an administrator of its own, and one follow-up of its promise that is due in thirty days, so
that the reminder of today is true when it is sent. What is written here is only what somebody would have typed; planning, handing out and
sending are the product's.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from trygghet import clock
from trygghet.reminders import ladders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = ladders.next_opening(clock.wall()) + dt.timedelta(minutes=2)
"""The next moment in which reminders go out: at other times the product lets them wait for it."""
TODAY = clock.day(NOW)
DUE_ON = TODAY + dt.timedelta(days=30)
AREA = 100
"""So many municipalities in a police area, where nothing else is said."""
SEATS = ("coordinator", "leader", "administrator")


@contextlib.asynccontextmanager
async def filling(url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that enters much at once: what it refers to is known to be there and is not asked for, row by row."""
    link = await asyncpg.connect(url)
    try:
        await link.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        yield link
    finally:
        await link.close()


def id_of(what: str, number: int) -> UUID:
    """The id that `enter` gave it."""
    import hashlib

    return UUID(hashlib.md5(f"{what}{number}".encode(), usedforsecurity=False).hexdigest())


_ID = "md5('{}' || {})::uuid"
_TENANTS = """
INSERT INTO organisation (id, slug, name, short_name, kind, created_at)
  SELECT md5('organisation' || g)::uuid, 'kommun-' || g, 'Kommun ' || g, 'Kommun ' || g, 'municipality', $2 FROM generate_series(1, $1::int) g;
INSERT INTO organisation (id, slug, name, short_name, kind, created_at)
  SELECT md5('police' || a)::uuid, 'lpo-' || a, 'LPO ' || a, 'LPO ' || a, 'police', $2 FROM generate_series(0, $1::int / $3::int) a;
INSERT INTO area_membership (police_id, municipality_id, from_on)
  SELECT md5('police' || g / $3::int)::uuid, md5('organisation' || g)::uuid, date '2020-01-01' FROM generate_series(1, $1::int) g;
INSERT INTO person (id, email, name, password_hash, created_at)
  SELECT md5(s || o.slug)::uuid, s || '.' || o.slug || '@example.org', initcap(s) || ' ' || initcap(o.slug), '', $2
  FROM organisation o, unnest($4::text[]) s;
INSERT INTO office (id, organisation_id, title, role, created_at)
  SELECT md5('office' || s || o.slug)::uuid, o.id, initcap(s), s, $2 FROM organisation o, unnest($4::text[]) s;
INSERT INTO member (organisation_id, person_id, office_id, from_on, created_at)
  SELECT o.id, md5(s || o.slug)::uuid, md5('office' || s || o.slug)::uuid, date '2020-01-01', $2 FROM organisation o, unnest($4::text[]) s;
INSERT INTO promise (id, title, area_name, oath, valid_from, valid_until, stage, tell_every_days, created_by, created_at, updated_at)
  SELECT md5('promise' || g)::uuid, 'Medborgarlöfte för Kommun ' || g, 'Kommun ' || g, 'Vi ska synas mer där invånarna är otrygga.', $5, $6, 'signed', 30,
         md5('organisation' || g)::uuid, $2, $2 FROM generate_series(1, $1::int) g;
INSERT INTO promise_version (promise_id, number, kind, signed_on, valid_until)
  SELECT md5('promise' || g)::uuid, 1, 'first', $5, $6 FROM generate_series(1, $1::int) g;
INSERT INTO party (promise_id, organisation_id, side, signed, signed_on)
  SELECT md5('promise' || g)::uuid, o.id, o.side, true, $5 FROM generate_series(1, $1::int) g,
         LATERAL (VALUES (md5('organisation' || g)::uuid, 'municipality'), (md5('police' || g / $3::int)::uuid, 'police')) o (id, side);
INSERT INTO access (promise_id, organisation_id, since) SELECT promise_id, organisation_id, $2 FROM party;
INSERT INTO obligation (id, promise_id, key, kind, title, due_on, period_from, period_until)
  SELECT md5('obligation' || g)::uuid, md5('promise' || g)::uuid, 'follow_up:' || extract(year FROM $7::date), 'follow_up',
         'Gemensam uppföljning för ' || extract(year FROM $7::date), $7, $5, $7 FROM generate_series(1, $1::int) g
"""


async def enter(link: asyncpg.Connection[Any], tenants: int, *, area: int = AREA, until: dt.date | None = None, duties: bool = True) -> None:
    """So many municipalities with all that they need. `until` is the promises' last day; without `duties` the product is to plan them."""
    first = dt.date(TODAY.year, 1, 1)
    given = {1: tenants, 2: NOW, 3: area, 4: list(SEATS), 5: first, 6: until or DUE_ON, 7: DUE_ON}
    for statement in _TENANTS.split(";\n"):
        if "INTO obligation" in statement and not duties:
            continue
        used = [number for number in given if f"${number}" in statement]
        for place, number in enumerate(used, 1):
            statement = statement.replace(f"${number}", f"${place}")  # noqa: PLW2901 - PostgreSQL wants them without gaps
        await link.execute(statement, *(given[number] for number in used))
    await link.execute("ANALYZE")


_REMINDERS = """
INSERT INTO delivery (organisation_id, key, kind, channel, title, promise_id, obligation_id, seat, lead_days, due_at, created_at)
SELECT md5('organisation' || t)::uuid, format('reminder:%s:%s:%s:%s:coordinator', md5('obligation' || t)::uuid, $4::date, n + $5::int, md5('organisation' || t)::uuid),
       'reminder', 'mail', 'Uppföljningen för 2026 i Kommun ' || t || ' ska vara klar om ' || n || ' dagar', md5('promise' || t)::uuid, md5('obligation' || t)::uuid,
       'coordinator', n + $5::int, $3::timestamptz + make_interval(secs => CASE WHEN $6 THEN (hashint8(t::bigint * 7919 + n)::bigint + 2147483648) % 94608000 ELSE 0 END), $7
FROM generate_series(1, $1::int) t, generate_series(0, $2::int - 1) n
"""


_INDEXES = """
SELECT format('ALTER TABLE %1$I DROP CONSTRAINT %2$I', $1::text, c.conname) AS away,
       format('ALTER TABLE %1$I ADD CONSTRAINT %2$I %3$s', $1::text, c.conname, pg_get_constraintdef(c.oid)) AS back
FROM pg_constraint c WHERE c.conrelid = $1::text::regclass AND c.contype = 'u'
  AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid)
UNION ALL SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
FROM pg_index i WHERE i.indrelid = $1::text::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


@contextlib.asynccontextmanager
async def without_indexes(link: asyncpg.Connection[Any], table: str) -> AsyncIterator[None]:
    """For much at once into one table: its indexes are made anew when all is in."""
    indexes = await link.fetch(_INDEXES, table)
    for one in indexes:
        await link.execute(one["away"])
    yield
    for one in indexes:
        await link.execute(one["back"])


async def ahead(link: asyncpg.Connection[Any], tenants: int, each: int) -> None:
    """So many reminders for each tenant, scattered over three years that begin in two days."""
    async with without_indexes(link, "delivery"):
        await link.execute(_REMINDERS, tenants, each, NOW + dt.timedelta(days=2), DUE_ON, 1000, True, NOW)
    await link.execute("VACUUM (ANALYZE) delivery")


async def due(link: asyncpg.Connection[Any], tenants: int, each: int = 1, *, lead: int = 30) -> None:
    """So many for each tenant that are due in the same instant, now."""
    await link.execute(_REMINDERS, tenants, each, NOW - dt.timedelta(minutes=1), DUE_ON, lead, False, NOW)
