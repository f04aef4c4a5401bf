"""Reads what was published, as the role that can see nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.profiles.rules import Look
from trygghet.site.followed import Followed, followed
from trygghet.site.homes import Home
from trygghet.site.retold import Retold
from trygghet.site.rules import NEWEST, Published
from trygghet.site.told import Told

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

_PROMISES = (
    "SELECT p.promise_id, p.slug, p.name, p.content, p.published_at, p.changed_at, p.calendar,"
    " coalesce(o.name, p.name), coalesce(o.colour, ''), coalesce(o.crest_hash, ''), coalesce(o.crest_width, 0), coalesce(o.crest_height, 0), coalesce(o.council, ''),"
    " coalesce((SELECT f.slug FROM former_slug f WHERE f.organisation_id = o.id ORDER BY f.until LIMIT 1), p.slug)"
    " FROM published_promise p LEFT JOIN published_organisation o ON o.slug = p.slug"
)
_UPDATES = "SELECT id, promise_id, content, published_at, changed_at, withdrawn_at, withdrawn_why FROM published_update"


_IN_SHORT = (
    "p.content - '{areas,goals,activities,removed,chapters,definitions,links,contacts,rhythms}'::text[]"
    " || jsonb_build_object('themes', jsonb_path_query_array(p.content, '$.areas[*].title') || jsonb_path_query_array(p.content, '$.goals[*].title')"
    " || jsonb_path_query_array(p.content, '$.activities[*] ? (!exists(@.public_after) || @.public_after == null).title'))"
)
"""A promise without what it is made of, which may be much; of its focus areas, and what stands beside them, the headings. What it builds on is there."""


async def across_organisations_homes() -> list[Home]:
    """Every municipality and police area."""
    rows = await database.connection().fetch(
        "SELECT id, slug, kind, name, short_name, code, municipalities, inhabitants, counted_on FROM published_organisation"
    )
    return [Home(*row) for row in rows]


async def across_organisations_homes_around(slug: str) -> list[Home]:
    """A municipality, and the police areas that have it among theirs on any day."""
    rows = await database.connection().fetch(
        "SELECT id, slug, kind, name, short_name, code, municipalities, inhabitants, counted_on FROM published_organisation"
        " WHERE slug = $1 OR kind = 'police' AND municipalities @> jsonb_build_array(jsonb_build_object('slug', $1::text))",
        slug,
    )
    return [Home(*row) for row in rows]


async def across_organisations_promises_in_short() -> list[Published]:
    """Every published promise, without its parts."""
    return [_published(row) for row in await database.connection().fetch(_PROMISES.replace("p.content", _IN_SHORT, 1))]


async def across_organisations_told_since(since: dt.datetime) -> dict[UUID, tuple[int, dt.datetime | None]]:
    """How many updates stand that came after that, and when the newest of all came, by promise."""
    rows = await database.connection().fetch(
        "SELECT promise_id, count(*) FILTER (WHERE published_at >= $1), max(published_at) FROM published_update WHERE withdrawn_at IS NULL GROUP BY 1",
        since,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def across_organisations_promises() -> list[Published]:
    """Every published promise."""
    return [_published(row) for row in await database.connection().fetch(_PROMISES)]


async def across_organisations_promises_of(slug: str) -> list[Published]:
    """A municipality's promises, latest first."""
    rows = await database.connection().fetch(f"{_PROMISES} WHERE p.slug = $1 ORDER BY p.valid_from DESC, p.promise_id", slug)
    return [_published(row) for row in rows]


async def across_organisations_updates_of(slug: str, since: dt.datetime, promise_id: UUID | None = None) -> list[Told]:
    """The newest updates on a municipality's promises, or on one of them, those too that have been withdrawn since then."""
    rows = await database.connection().fetch(
        f"{_UPDATES} WHERE promise_id IN (SELECT promise_id FROM published_promise WHERE slug = $1) AND ($4::uuid IS NULL OR promise_id = $4)"
        " AND (withdrawn_at IS NULL OR withdrawn_at >= $3) ORDER BY published_at DESC, id LIMIT $2",
        slug,
        NEWEST,
        since,
        promise_id,
    )
    return [Told(*row) for row in rows]


async def across_organisations_leaf(promise_id: UUID, skip: int, most: int) -> list[Told]:
    """So many of the updates that stand, latest first, after as many others."""
    rows = await database.connection().fetch(
        f"{_UPDATES} WHERE promise_id = $1 AND withdrawn_at IS NULL ORDER BY published_at DESC, id OFFSET $2 LIMIT $3", promise_id, skip, most
    )
    return [Told(*row) for row in rows]


async def across_organisations_told_count(promise_id: UUID) -> int:
    """How many updates on the promise stand."""
    found: int = await database.connection().fetchval(
        "SELECT count(*) FROM published_update WHERE promise_id = $1 AND withdrawn_at IS NULL", promise_id
    )
    return found


async def across_organisations_versions(promise_id: UUID) -> list[dict[str, Any]]:
    """The kept texts of a promise as they were signed, the first first."""
    rows = await database.connection().fetch("SELECT content FROM published_version WHERE promise_id = $1 ORDER BY number", promise_id)
    return [row["content"] for row in rows]


async def across_organisations_moved(slug: str) -> str | None:
    """What an organisation is called in addresses now that was called this before; None where none was."""
    found: str | None = await database.connection().fetchval(
        "SELECT o.slug FROM former_slug f JOIN published_organisation o ON o.id = f.organisation_id WHERE f.slug = $1", slug
    )
    return found


async def across_organisations_update(slug: str, update_id: UUID) -> Told | None:
    """One update on a promise of this municipality."""
    row = await database.connection().fetchrow(
        f"{_UPDATES} WHERE id = $2 AND promise_id IN (SELECT promise_id FROM published_promise WHERE slug = $1)", slug, update_id
    )
    return Told(*row) if row else None


async def across_organisations_follow_ups(slug: str) -> list[Followed]:
    """Every signed follow-up of a municipality's promises, by year."""
    rows = await database.connection().fetch(
        "SELECT f.id, f.promise_id, p.slug, f.key, f.frozen, f.content_hash, f.approvals, f.signed_at FROM published_follow_up f"
        " JOIN published_promise p ON p.promise_id = f.promise_id WHERE p.slug = $1 ORDER BY f.key, f.signed_at, f.id",
        slug,
    )
    return [followed(row) for row in rows]


async def across_organisations_latest_follow_ups() -> dict[UUID, Followed]:
    """The last signed follow-up of each promise, by promise."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT ON (f.promise_id) f.id, f.promise_id, p.slug, f.key, f.frozen, f.content_hash, f.approvals, f.signed_at"
        " FROM published_follow_up f JOIN published_promise p ON p.promise_id = f.promise_id"
        " ORDER BY f.promise_id, f.frozen::jsonb->>'due_on' DESC, f.signed_at DESC, p.slug"
    )
    return {row["promise_id"]: followed(row) for row in rows}


async def across_organisations_picture(picture_id: UUID) -> tuple[bytes, str, str] | None:
    """A published picture's bytes, kind and hash."""
    row = await database.connection().fetchrow("SELECT body, mime, sha256 FROM published_picture WHERE id = $1", picture_id)
    return (bytes(row["body"]), row["mime"], row["sha256"]) if row else None


def _published(row: Any) -> Published:
    name, colour, crest, width, height, council, first_slug = tuple(row)[7:]
    look = Look(row["slug"], name, colour, crest, width, height)
    return Published(*_held(row), look, council, first_slug)


def _held(row: Any) -> tuple[Any, Any, Any, Any, Any, Any, Any]:
    """What is the promise's own of a row of `_PROMISES`."""
    promise_id, slug, name, content, published_at, changed_at, calendar = tuple(row)[:7]
    return promise_id, slug, name, content, published_at, changed_at, calendar


async def across_organisations_retellings(promise_id: UUID) -> list[Retold]:
    """A promise in easy Swedish and in other languages, those too that have been taken back."""
    rows = await database.connection().fetch(
        "SELECT promise_id, code, content, published_at, withdrawn_at, withdrawn_why FROM published_retelling WHERE promise_id = $1", promise_id
    )
    return [Retold(*row) for row in rows]
