"""Reads what was published in parts of bounded size, as the role that can see nothing else; and the keys, which residents' role never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import database
from trygghet.opendata.rules import Key, Scope, Stamp
from trygghet.opendata.shaping import Home, Known, Voiced
from trygghet.site.followed import Followed, followed
from trygghet.site.rules import Published
from trygghet.site.told import Told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.members.log import Actor

_HEAD = """jsonb_build_object('title', p.content -> 'title', 'area', p.content -> 'area', 'oath', p.content -> 'oath',
  'valid_from', p.content -> 'valid_from', 'valid_until', p.content -> 'valid_until', 'review_on', p.content -> 'review_on',
  'version', p.content -> 'version', 'ended_early', p.content -> 'ended_early', 'signed_on', p.content -> 'signed_on',
  'parties', p.content -> 'parties', 'follows', p.content -> 'follows')"""
"""What a list tells of a promise: thousands of outcomes stay where they are."""
_FIRST = "p.slug = (SELECT min(q.slug) FROM published_promise q WHERE q.promise_id = p.promise_id)"
"""A promise of several municipalities has a page at each, and is told once."""
_WANTED = (
    "($1::text IS NULL OR EXISTS (SELECT FROM published_promise q WHERE q.promise_id = {id} AND q.slug = $1)) AND ($2::uuid IS NULL OR {id} = $2)"
)
"""Of one municipality, of one promise, of both, or of all."""

_UPDATES = """SELECT u.id, u.promise_id, u.content, u.published_at, u.changed_at, u.withdrawn_at, u.withdrawn_why, p.slug, p.names FROM published_update u
  CROSS JOIN LATERAL (SELECT min(q.slug) AS slug, array_agg(q.name ORDER BY q.slug) AS names FROM published_promise q WHERE q.promise_id = u.promise_id) p"""

_PAGES = """SELECT '/' || slug AS path, max(changed_at) AS changed_at FROM published_promise GROUP BY slug
  UNION ALL SELECT '/' || slug || '/loften/' || promise_id, changed_at FROM published_promise
  UNION ALL SELECT '/polisomrade/' || slug, changed_at FROM published_organisation WHERE kind = 'police'
  UNION ALL SELECT '/' || p.slug || '/uppdateringar/' || u.id, u.changed_at FROM published_update u
    JOIN published_promise p ON p.promise_id = u.promise_id WHERE u.withdrawn_at IS NULL
  UNION ALL SELECT '/' || p.slug || '/loften/' || f.promise_id || '/uppfoljning/' || f.key, f.signed_at FROM published_follow_up f
    JOIN published_promise p ON p.promise_id = f.promise_id"""


class Part(NamedTuple):
    """So many of a list from a place in it."""

    limit: int
    offset: int


def _columns(content: str) -> str:
    return (
        f"SELECT p.promise_id, p.slug, p.name, {content} AS content, p.published_at, p.changed_at, p.calendar,"
        " ARRAY(SELECT q.slug FROM published_promise q WHERE q.promise_id = p.promise_id ORDER BY q.slug) AS slugs,"
        " ARRAY(SELECT q.name FROM published_promise q WHERE q.promise_id = p.promise_id ORDER BY q.slug) AS names FROM published_promise p"
    )


def _known(row: Any) -> Known:
    return Known(Published(*tuple(row)[:7]), row["slugs"], row["names"])


async def across_organisations_homes(kind: str, part: Part) -> list[Home]:
    """The organisations of a kind, by their names in addresses, with how many promises each has published."""
    rows = await database.connection().fetch(
        "SELECT id, slug, name, short_name, code, municipalities, changed_at, (SELECT count(*) FROM published_promise p WHERE p.slug = o.slug)::int, inhabitants, counted_on"
        " FROM published_organisation o WHERE kind = $1 ORDER BY slug LIMIT $2 OFFSET $3",
        kind,
        *part,
    )
    return [Home(*row) for row in rows]


async def across_organisations_home(kind: str, slug: str) -> Home | None:
    """One of them."""
    row = await database.connection().fetchrow(
        "SELECT id, slug, name, short_name, code, municipalities, changed_at, (SELECT count(*) FROM published_promise p WHERE p.slug = o.slug)::int, inhabitants, counted_on"
        " FROM published_organisation o WHERE kind = $1 AND slug = $2",
        kind,
        slug,
    )
    return Home(*row) if row else None


async def across_organisations_moved(slug: str) -> str | None:
    """What the organisation that had this name in addresses is called there now."""
    found: str | None = await database.connection().fetchval(
        "SELECT o.slug FROM former_slug f JOIN published_organisation o ON o.id = f.organisation_id WHERE f.slug = $1", slug
    )
    return found


async def across_organisations_home_count(kind: str) -> int:
    """How many they are."""
    found: int = await database.connection().fetchval("SELECT count(*) FROM published_organisation WHERE kind = $1", kind)
    return found


async def across_organisations_heads(scope: Scope, part: Part) -> list[Known]:
    """Promises in short, the latest first."""
    rows = await database.connection().fetch(
        f"{_columns(_HEAD)} WHERE {_FIRST} AND {_WANTED.format(id='p.promise_id')} ORDER BY p.valid_from DESC, p.promise_id LIMIT $3 OFFSET $4",
        *scope,
        *part,
    )
    return [_known(row) for row in rows]


async def across_organisations_whole(scope: Scope, part: Part) -> list[Known]:
    """The same with all that is published of them."""
    rows = await database.connection().fetch(
        f"{_columns('p.content')} WHERE {_FIRST} AND {_WANTED.format(id='p.promise_id')} ORDER BY p.valid_from DESC, p.promise_id LIMIT $3 OFFSET $4",
        *scope,
        *part,
    )
    return [_known(row) for row in rows]


async def across_organisations_promise_count(scope: Scope) -> int:
    """How many promises there are."""
    found: int = await database.connection().fetchval(
        f"SELECT count(*) FROM published_promise p WHERE {_FIRST} AND {_WANTED.format(id='p.promise_id')}", *scope
    )
    return found


async def across_organisations_updates(scope: Scope, since: dt.datetime | None, part: Part) -> list[Voiced]:
    """Updates with the municipality whose page they are on, newest first; those too that were taken back. `since`: changed then or later."""
    rows = await database.connection().fetch(
        f"{_UPDATES} WHERE {_WANTED.format(id='u.promise_id')} AND p.slug IS NOT NULL"
        " AND ($3::timestamptz IS NULL OR u.changed_at >= $3) ORDER BY u.published_at DESC, u.id LIMIT $4 OFFSET $5",
        *scope,
        since,
        *part,
    )
    return [Voiced(Told(*tuple(row)[:7]), row["slug"], row["names"]) for row in rows]


async def across_organisations_update_count(scope: Scope, since: dt.datetime | None) -> int:
    """How many they are."""
    found: int = await database.connection().fetchval(
        f"SELECT count(*) FROM published_update u WHERE {_WANTED.format(id='u.promise_id')}"
        " AND EXISTS (SELECT FROM published_promise q WHERE q.promise_id = u.promise_id) AND ($3::timestamptz IS NULL OR u.changed_at >= $3)",
        *scope,
        since,
    )
    return found


async def across_organisations_follow_ups(scope: Scope, part: Part) -> list[Followed]:
    """Signed follow-ups, by the day they were signed."""
    rows = await database.connection().fetch(
        "SELECT f.id, f.promise_id, (SELECT min(q.slug) FROM published_promise q WHERE q.promise_id = f.promise_id) AS slug, f.key, f.frozen,"
        " f.content_hash, f.approvals, f.signed_at FROM published_follow_up f"
        f" WHERE {_WANTED.format(id='f.promise_id')} AND EXISTS (SELECT FROM published_promise q WHERE q.promise_id = f.promise_id)"
        " ORDER BY f.signed_at, f.id LIMIT $3 OFFSET $4",
        *scope,
        *part,
    )
    return [followed(row) for row in rows]


async def across_organisations_follow_up_count(scope: Scope) -> int:
    """How many they are."""
    found: int = await database.connection().fetchval(
        f"SELECT count(*) FROM published_follow_up f WHERE {_WANTED.format(id='f.promise_id')}"
        " AND EXISTS (SELECT FROM published_promise q WHERE q.promise_id = f.promise_id)",
        *scope,
    )
    return found


async def across_organisations_stamp() -> Stamp:
    """How much there is of everything, and when it changed the last time."""
    row = await database.connection().fetchrow(
        "SELECT (SELECT count(*) FROM published_promise)::int, (SELECT count(*) FROM published_update)::int,"
        " (SELECT count(*) FROM published_follow_up)::int, "
        " coalesce((SELECT max(published_at) FROM published_promise), (SELECT max(changed_at) FROM published_organisation)),"
        " greatest((SELECT max(changed_at) FROM published_promise), (SELECT max(changed_at) FROM published_update),"
        " (SELECT max(signed_at) FROM published_follow_up))"
    )
    return Stamp(*row)


async def across_organisations_addresses(part: Part) -> list[tuple[str, dt.datetime]]:
    """Every page about what is published, without the host, with when it changed; what was taken back has none."""
    rows = await database.connection().fetch(f"SELECT path, changed_at FROM ({_PAGES}) pages ORDER BY path LIMIT $1 OFFSET $2", *part)
    return [(row["path"], row["changed_at"]) for row in rows]


async def across_organisations_address_count() -> int:
    """How many they are."""
    found: int = await database.connection().fetchval(f"SELECT count(*) FROM ({_PAGES}) pages")
    return found


async def across_organisations_covered(slugs: Sequence[str]) -> list[Published]:
    """The promises on the pages of these municipalities, the latest first."""
    rows = await database.connection().fetch(
        "SELECT promise_id, slug, name, content, published_at, changed_at, calendar FROM published_promise WHERE slug = ANY($1)"
        " ORDER BY valid_from DESC, promise_id, slug",
        list(slugs),
    )
    return [Published(*row) for row in rows]


async def across_organisations_newest(promise_ids: Sequence[UUID] | None, since: dt.datetime, most: int) -> list[Voiced]:
    """The newest updates on these promises, or on all, with a municipality whose page they are on; those too that were taken back since then."""
    rows = await database.connection().fetch(
        f"{_UPDATES} WHERE ($1::uuid[] IS NULL OR u.promise_id = ANY($1)) AND (u.withdrawn_at IS NULL OR u.withdrawn_at >= $2)"
        " AND p.slug IS NOT NULL ORDER BY u.published_at DESC, u.id LIMIT $3",
        None if promise_ids is None else list(promise_ids),
        since,
        most,
    )
    return [Voiced(Told(*tuple(row)[:7]), row["slug"], row["names"]) for row in rows]


# ---------------------------------------------------------------- keys
async def keys(organisation: UUID) -> list[Key]:
    """The organisation's keys, the newest first."""
    rows = await database.connection().fetch(
        "SELECT id, name, issued_by, issued_at, revoked_at, revoked_by FROM api_key WHERE organisation_id = $1 ORDER BY issued_at DESC, id",
        organisation,
    )
    return [Key(*row) for row in rows]


async def add_key(organisation: UUID, name: str, key_hash: bytes, by: Actor, now: dt.datetime) -> None:
    """Keeps a key by its hash."""
    await database.connection().execute(
        "INSERT INTO api_key (organisation_id, name, key_hash, issued_by, issued_at) VALUES ($1, $2, $3, $4, $5)",
        organisation,
        name,
        key_hash,
        ", ".join(filter(None, (by.name, by.office))),
        now,
    )


async def revoke_key(organisation: UUID, key_id: UUID, by: Actor, now: dt.datetime) -> None:
    """Takes a key of the organisation's back."""
    await database.connection().execute(
        "UPDATE api_key SET revoked_at = $3, revoked_by = $4 WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL",
        organisation,
        key_id,
        now,
        ", ".join(filter(None, (by.name, by.office))),
    )


async def across_organisations_key(key_hash: bytes) -> UUID | None:
    """The key with that hash that works."""
    found: UUID | None = await database.connection().fetchval("SELECT id FROM api_key WHERE key_hash = $1 AND revoked_at IS NULL", key_hash)
    return found
