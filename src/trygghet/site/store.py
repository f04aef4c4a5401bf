"""Reads what was published, as the role that can see nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.site.followed import Followed, followed
from trygghet.site.rules import NEWEST, Published
from trygghet.site.told import Told

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

_PROMISES = "SELECT promise_id, slug, name, content, published_at, changed_at, calendar FROM published_promise"
_UPDATES = "SELECT id, promise_id, content, published_at, changed_at, withdrawn_at, withdrawn_why FROM published_update"


async def across_organisations_promises() -> list[Published]:
    """Every published promise."""
    return [Published(*row) for row in await database.connection().fetch(_PROMISES)]


async def across_organisations_promises_of(slug: str) -> list[Published]:
    """A municipality's promises, latest first."""
    rows = await database.connection().fetch(f"{_PROMISES} WHERE slug = $1 ORDER BY valid_from DESC, promise_id", slug)
    return [Published(*row) for row in rows]


async def across_organisations_updates_of(slug: str, since: dt.datetime) -> list[Told]:
    """The newest updates on a municipality's promises, those too that have been withdrawn since then."""
    rows = await database.connection().fetch(
        f"{_UPDATES} WHERE promise_id IN (SELECT promise_id FROM published_promise WHERE slug = $1)"
        " AND (withdrawn_at IS NULL OR withdrawn_at >= $3) ORDER BY published_at DESC, id LIMIT $2",
        slug,
        NEWEST,
        since,
    )
    return [Told(*row) for row in rows]


async def across_organisations_update(slug: str, update_id: UUID) -> Told | None:
    """One update on a promise of this municipality."""
    row = await database.connection().fetchrow(
        f"{_UPDATES} WHERE id = $2 AND promise_id IN (SELECT promise_id FROM published_promise WHERE slug = $1)", slug, update_id
    )
    return Told(*row) if row else None


async def across_organisations_follow_ups(slug: str | None = None) -> list[Followed]:
    """Every signed follow-up of a municipality's promises, or of all promises, by year."""
    rows = await database.connection().fetch(
        "SELECT f.id, f.promise_id, p.slug, f.key, f.frozen, f.content_hash, f.approvals, f.signed_at FROM published_follow_up f"
        " JOIN published_promise p ON p.promise_id = f.promise_id WHERE $1::text IS NULL OR p.slug = $1 ORDER BY f.key, f.signed_at, f.id",
        slug,
    )
    return [followed(row) for row in rows]


async def across_organisations_picture(picture_id: UUID) -> tuple[bytes, str, str] | None:
    """A published picture's bytes, kind and hash."""
    row = await database.connection().fetchrow("SELECT body, mime, sha256 FROM published_picture WHERE id = $1", picture_id)
    return (bytes(row["body"]), row["mime"], row["sha256"]) if row else None
