"""Copies of what went out. They are written once, and nothing here takes one away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.copies.rules import Copy
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

_OURS = "promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1)"
_AS_THEY_GO = "array_position(ARRAY['page', 'feed'], k.channel), k.place, k.id"  # page, feed, then accounts
_COPIES = f"""
SELECT k.id, k.status_update_id, s.title, k.version, k.act, k.channel, k.place, k.shown, k.sha256, k.remote_url, k.at
FROM published_copy k JOIN status_update s ON s.id = k.status_update_id WHERE k.{_OURS}
"""


async def add(organisation: UUID, delivery_id: UUID, shown: Mapping[str, Any] | None, sha256: str, url: str, now: dt.datetime) -> None:
    """Keeps what a delivery has sent, or done. `shown` None: as it was approved; of a withdrawal always why."""
    await database.connection().execute(
        f"""
        INSERT INTO published_copy (promise_id, status_update_id, version, act, channel, place, shown, sha256, remote_url, at)
        SELECT d.promise_id, s.id, CASE WHEN d.act = 'retract' THEN s.version ELSE coalesce((d.words->>'version')::int, s.version) END, d.act, d.channel, coalesce(c.name, ''),
               CASE WHEN d.act = 'retract' THEN jsonb_build_object('why', s.withdrawn_why)
                    WHEN d.connection_id IS NULL THEN coalesce(p.content, '{{}}')
                    ELSE coalesce($3::jsonb, v.content->'posts'->d.connection_id::text, s.rendered->'posts'->d.connection_id::text, '{{}}') END,
               $4, $5, $6
        FROM delivery d JOIN status_update s ON s.id = d.status_update_id LEFT JOIN connection c ON c.id = d.connection_id
        LEFT JOIN published_update p ON p.id = s.id
        LEFT JOIN status_update_version v ON v.status_update_id = s.id AND v.version = (d.words->>'version')::int
        WHERE d.id = $2 AND d.{_OURS}""",
        organisation,
        delivery_id,
        shown,
        sha256,
        url,
        now,
    )


async def add_own_withdrawal(organisation: UUID, status_update_id: UUID, why: str, now: dt.datetime) -> None:
    """Keeps that our own page and feed, where it had been told, say since when and why it is gone. Once for each."""
    await database.connection().execute(
        f"""
        INSERT INTO published_copy (promise_id, status_update_id, version, act, channel, place, shown, remote_url, at)
        SELECT k.promise_id, k.status_update_id, max(k.version), 'retract', k.channel, '', jsonb_build_object('why', $3::text), max(k.remote_url), $4
        FROM published_copy k WHERE k.{_OURS} AND k.status_update_id = $2 AND k.channel IN ('page', 'feed')
        GROUP BY k.promise_id, k.status_update_id, k.channel HAVING NOT bool_or(k.act = 'retract')""",
        organisation,
        status_update_id,
        why,
        now,
    )


async def of_update(organisation: UUID, status_update_id: UUID) -> list[Copy]:
    """All copies of an update, the oldest first."""
    rows = await database.connection().fetch(f"{_COPIES} AND k.status_update_id = $2 ORDER BY k.at, {_AS_THEY_GO}", organisation, status_update_id)
    return [Copy(*row) for row in rows]


async def of_promise(organisation: UUID, promise_id: UUID) -> list[Copy]:
    """All copies of a promise's updates, the oldest first."""
    rows = await database.connection().fetch(f"{_COPIES} AND k.promise_id = $2 ORDER BY k.at, {_AS_THEY_GO}", organisation, promise_id)
    return [Copy(*row) for row in rows]


async def one(organisation: UUID, copy_id: UUID) -> Copy:
    """One copy. Raises `NotFound`."""
    row: Any = await database.connection().fetchrow(f"{_COPIES} AND k.id = $2", organisation, copy_id)
    if row is None:
        raise NotFound
    return Copy(*row)
