"""Remembers status updates, the texts that were shared, their pictures, and what residents were shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.deliveries.rules import MAX_LOOKUPS
from trygghet.swedish import NotFound
from trygghet.tenancy import Act
from trygghet.updates.news import Stuck
from trygghet.updates.rules import Shown, Side, Update, Version

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.tenancy import Asking
    from trygghet.updates.rules import Image, Written

_UPDATES = """
SELECT s.id, s.promise_id, p.title AS promise_title, p.area_name, s.organisation_id, o.name AS organisation_name, s.title, s.body,
       s.picture_id, s.picture_alt, c.sha256, c.mime, c.width, c.height, s.channels, s.earliest_at, s.version, s.content_hash,
       s.shared_at, s.published_at, s.withdrawn_at, s.withdrawn_why, s.created_at, s.updated_at, s.follow_up_id,
       s.voice, s.occasion, s.activity_id, s.not_after, s.wordings, s.ways, s.rendered, s.correction, s.published_hash
FROM status_update s JOIN promise p ON p.id = s.promise_id JOIN organisation o ON o.id = s.organisation_id LEFT JOIN picture c ON c.id = s.picture_id
WHERE s.promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) AND (s.organisation_id = $1 OR s.shared_at IS NOT NULL)
"""
_OURS = """promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) AND (organisation_id = $1 OR shared_at IS NOT NULL)"""


@dataclass(frozen=True)
class Promised:
    """A promise that an update may be about."""

    id: UUID
    title: str
    area_name: str


@dataclass(frozen=True)
class Activity:
    """An activity of a promise that an update may tell of. `public_after`: not a word of it before that day."""

    id: UUID
    title: str
    public_after: dt.date | None


# ---------------------------------------------------------------- read
async def promises(organisation: UUID) -> list[Promised]:
    """The signed promises that the organisation is a party of, latest first."""
    rows = await database.connection().fetch(
        "SELECT p.id, p.title, p.area_name FROM promise p JOIN party y ON y.promise_id = p.id WHERE y.organisation_id = $1"
        " AND p.stage IN ('signed', 'ended_early', 'replaced')"
        " ORDER BY p.valid_from DESC, p.area_name, p.title, p.id",
        organisation,
    )
    return [Promised(*row) for row in rows]


async def promise(organisation: UUID, promise_id: UUID) -> Promised:
    """One signed promise that the organisation is a party of. Raises `NotFound`."""
    found = next((one for one in await promises(organisation) if one.id == promise_id), None)
    if found is None:
        raise NotFound
    return found


async def sides(organisation: UUID, promise_ids: Sequence[UUID]) -> dict[UUID, list[Side]]:
    """The parties of these promises: municipalities, then police, then others."""
    rows = await database.connection().fetch(
        "SELECT y.promise_id, o.id, o.name, o.short_name, o.slug, y.side, coalesce(c.slug, '') FROM party y"
        " JOIN organisation o ON o.id = y.organisation_id JOIN promise p ON p.id = y.promise_id LEFT JOIN organisation c ON c.id = p.concerns_id"
        " WHERE y.promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) AND y.promise_id = ANY($2)"
        " ORDER BY array_position(ARRAY['municipality', 'police', 'other'], y.side), o.name",
        organisation,
        list(promise_ids),
    )
    found: dict[UUID, list[Side]] = {one: [] for one in promise_ids}
    for row in rows:
        found[row["promise_id"]].append(Side(*row[1:]))
    return found


async def activities(organisation: UUID, promise_id: UUID) -> list[Activity]:
    """What the promise's parties do, in the order of the promise."""
    rows = await database.connection().fetch(
        "SELECT id, title, public_after FROM activity"
        " WHERE promise_id = $2 AND promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) ORDER BY position, title",
        organisation,
        promise_id,
    )
    return [Activity(*row) for row in rows]


async def contacts(organisation: UUID, promise_id: UUID) -> list[str]:
    """The telephone numbers and e-mail addresses that the promise gives residents."""
    rows = await database.connection().fetch(
        "SELECT unnest(ARRAY[phone, email]) FROM contact"
        " WHERE promise_id = $2 AND promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1)",
        organisation,
        promise_id,
    )
    return [row[0] for row in rows if row[0]]


async def listed(organisation: UUID) -> list[Update]:
    """Every update that the organisation may see, latest first."""
    rows = await database.connection().fetch(f"{_UPDATES} ORDER BY coalesce(s.withdrawn_at, s.published_at, s.updated_at) DESC, s.id", organisation)
    return [_update(row) for row in rows]


async def one(organisation: UUID, update_id: UUID, *, lock: bool = False) -> Update:
    """The update; `lock` holds its row until the unit of work ends. Raises `NotFound`."""
    row = await database.connection().fetchrow(f"{_UPDATES} AND s.id = $2{' FOR UPDATE OF s' if lock else ''}", organisation, update_id)
    if row is None:
        raise NotFound
    return _update(row)


async def versions(organisation: UUID, update_id: UUID) -> list[Version]:
    """Every text that was shared, oldest first."""
    rows = await database.connection().fetch(
        "SELECT version, content, content_hash, organisation_id, by_name, by_office, at FROM status_update_version"
        f" WHERE status_update_id = (SELECT id FROM status_update WHERE {_OURS} AND id = $2) ORDER BY version",
        organisation,
        update_id,
    )
    return [Version(*row) for row in rows]


async def picture(organisation: UUID, update_id: UUID) -> tuple[bytes, str]:
    """The update's picture and what kind it is. Raises `NotFound`."""
    row = await database.connection().fetchrow(
        f"SELECT body, mime FROM picture WHERE id = (SELECT picture_id FROM status_update WHERE {_OURS} AND id = $2)", organisation, update_id
    )
    if row is None:
        raise NotFound
    return bytes(row["body"]), str(row["mime"])


async def picture_by(organisation: UUID, update_id: UUID, sha256: str) -> tuple[bytes, str]:
    """The update's picture, or the smaller one of it, whose bytes have that sum; and what kind it is. Raises `NotFound`."""
    row = await database.connection().fetchrow(
        f"WITH mine AS (SELECT picture_id AS id FROM status_update WHERE {_OURS} AND id = $2)"
        " SELECT p.body, p.mime FROM picture p JOIN mine USING (id) WHERE p.sha256 = $3"
        " UNION ALL SELECT v.body, v.mime FROM picture_variant v JOIN mine ON mine.id = v.picture_id WHERE v.sha256 = $3 LIMIT 1",
        organisation,
        update_id,
        sha256,
    )
    if row is None:
        raise NotFound
    return bytes(row["body"]), str(row["mime"])


def _update(row: Mapping[str, Any]) -> Update:
    shown = Shown(row["picture_id"], row["sha256"], row["picture_alt"], row["width"], row["height"], row["mime"]) if row["picture_id"] else None
    kept = {name: row[name] for name in Update.__dataclass_fields__ if name not in {"picture", "channels"}}
    return Update(**kept, picture=shown, channels=tuple(row["channels"]))


# ---------------------------------------------------------------- write
async def add(organisation: UUID, update_id: UUID, promise_id: UUID, follow_up: UUID | None = None, *, now: dt.datetime) -> bool:
    """An empty draft of the organisation's own; `save` gives it its words in the same unit of work. False when the id is taken."""
    made = await database.connection().fetchval(
        "INSERT INTO status_update (id, promise_id, organisation_id, follow_up_id, title, body, content_hash, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, '', '', '', $5, $5)"
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        update_id,
        promise_id,
        organisation,
        follow_up,
        now,
    )
    return made is not None


async def save(
    organisation: UUID, update: Update, written: Written, shown: Shown | None, content: Mapping[str, Any], content_hash: str, *, now: dt.datetime
) -> Update:
    """Writes what the update says now; a text that has been shared gets the next version number."""
    await database.connection().execute(
        "UPDATE status_update SET title = $3, body = $4, picture_id = $5, picture_alt = $6, channels = $7, earliest_at = $8, content_hash = $9,"
        " not_after = $11, voice = $12, wordings = $13, ways = $14, correction = $15, activity_id = $16, occasion = $17, rendered = $18,"
        f" version = version + CASE WHEN shared_at IS NULL THEN 0 ELSE 1 END, updated_at = $10 WHERE {_OURS} AND id = $2",
        organisation,
        update.id,
        written.title,
        written.body,
        shown.id if shown else None,
        shown.alt if shown else "",
        content["channels"],
        written.earliest_at,
        content_hash,
        now,
        written.not_after,
        written.voice,
        dict(written.wordings),
        dict(written.ways),
        written.correction,
        written.activity,
        written.occasion,
        content,
    )
    return await one(organisation, update.id)


async def restore(organisation: UUID, update: Update, told: Version, picture_id: UUID | None, *, now: dt.datetime) -> None:
    """The row says what that version said, under a number of its own."""
    said = told.content
    await database.connection().execute(
        "UPDATE status_update SET title = $3, body = $4, picture_id = $5, picture_alt = $6, channels = $7, content_hash = $8, correction = $9,"
        " rendered = $10, wordings = '{}', ways = '{}', version = version + 1, updated_at = $11"
        f" WHERE {_OURS} AND id = $2",
        organisation,
        update.id,
        said["title"],
        said["body"],
        picture_id,
        (said["picture"] or {}).get("alt", ""),
        said["channels"],
        told.content_hash,
        said.get("correction", ""),
        said if "permalink" in said else {},
        now,
    )


async def add_picture(organisation: UUID, promise_id: UUID, picture_id: UUID, image: Image, *, now: dt.datetime) -> None:
    """Keeps a picture's bytes; the same picture of the same update is kept once."""
    await database.connection().execute(
        "INSERT INTO picture (id, promise_id, organisation_id, mime, body, width, height, sha256, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        "ON CONFLICT (id) DO NOTHING",
        picture_id,
        promise_id,
        organisation,
        image.mime,
        image.body,
        image.width,
        image.height,
        image.sha256,
        now,
    )


async def add_variant(organisation: UUID, promise_id: UUID, picture_id: UUID, channel: str, image: Image) -> None:
    """Keeps a picture as a kind of place takes it; once."""
    del organisation  # the policies hold both parties to their own promises
    await database.connection().execute(
        "INSERT INTO picture_variant (promise_id, picture_id, channel, mime, body, width, height, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (picture_id, channel) DO NOTHING",
        promise_id,
        picture_id,
        channel,
        image.mime,
        image.body,
        image.width,
        image.height,
        image.sha256,
    )


async def add_version(organisation: UUID, update: Update, content: Mapping[str, Any], *, by: Asking, now: dt.datetime) -> None:
    """Keeps a text that the other parties can read from now on."""
    await database.connection().execute(
        "INSERT INTO status_update_version (promise_id, status_update_id, version, content, content_hash, organisation_id, by_name, by_office, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        update.promise_id,
        update.id,
        update.version,
        content,
        update.content_hash,
        organisation,
        by.name,
        by.office_for(Act.WRITE),
        now,
    )


async def share(organisation: UUID, update_id: UUID, *, now: dt.datetime) -> None:
    """Opens the update to the other parties."""
    await database.connection().execute(
        "UPDATE status_update SET shared_at = $3, updated_at = $3 WHERE organisation_id = $1 AND id = $2", organisation, update_id, now
    )


async def forget_picture(organisation: UUID, picture_id: UUID) -> None:
    """Deletes a picture of the organisation's own that no update shows any more."""
    await database.connection().execute(
        "DELETE FROM picture c WHERE c.organisation_id = $1 AND c.id = $2 AND NOT EXISTS (SELECT FROM status_update s WHERE s.picture_id = c.id)",
        organisation,
        picture_id,
    )


async def discard(organisation: UUID, update_id: UUID) -> None:
    """Deletes a draft."""
    await database.connection().execute(
        "DELETE FROM status_update WHERE organisation_id = $1 AND id = $2 AND shared_at IS NULL", organisation, update_id
    )


async def publish(organisation: UUID, update: Update, snapshot: Mapping[str, Any], *, now: dt.datetime) -> bool:
    """Lets residents read it as it was agreed on, in place of what they read before; False where they can already."""
    link = database.connection()
    told = await link.fetchval(
        "UPDATE status_update SET published_at = coalesce(published_at, $3), published_hash = content_hash"
        f" WHERE {_OURS} AND id = $2 AND published_hash <> content_hash RETURNING true",
        organisation,
        update.id,
        now,
    )
    if not told:
        return False
    await link.execute(
        "INSERT INTO published_update (id, promise_id, content, published_at, changed_at) VALUES ($1, $2, $3, $4, $4)"
        " ON CONFLICT (id) DO UPDATE SET content = excluded.content, changed_at = excluded.changed_at",
        update.id,
        update.promise_id,
        snapshot,
        now,
    )
    if update.picture:
        await link.execute(
            "INSERT INTO published_picture (id, promise_id, mime, body, sha256) SELECT id, promise_id, mime, body, sha256 FROM picture WHERE id = $1"
            " ON CONFLICT (id) DO NOTHING",
            update.picture.id,
        )
    return True


async def read_by_residents(organisation: UUID, update_id: UUID) -> dict[str, Any]:
    """The snapshot that residents read now; empty where they read none."""
    found = await database.connection().fetchval(
        f"SELECT content FROM published_update WHERE id = (SELECT id FROM status_update WHERE {_OURS} AND id = $2)", organisation, update_id
    )
    return dict(found or {})


async def hide_picture(organisation: UUID, promise_id: UUID, picture_id: UUID) -> None:
    """Residents see that picture no more."""
    del organisation  # the policies hold both parties to their own promises
    await database.connection().execute("DELETE FROM published_picture WHERE promise_id = $1 AND id = $2", promise_id, picture_id)


async def withdraw(organisation: UUID, update: Update, why: str, *, now: dt.datetime) -> None:
    """Takes it back. Where it was published, residents read why instead, and the picture is gone at once."""
    link = database.connection()
    taken = await link.fetchval(
        f"UPDATE status_update SET withdrawn_at = $3, withdrawn_why = $4, updated_at = $3 WHERE {_OURS} AND id = $2 RETURNING id",
        organisation,
        update.id,
        now,
        why,
    )
    shown = await link.fetchval(
        "UPDATE published_update SET withdrawn_at = $2, withdrawn_why = $3, changed_at = $2 WHERE id = $1 RETURNING (content #>> '{picture,id}')::uuid",
        taken,
        now,
        why,
    )
    if shown:  # what they see may be another than the update's own, while a correction waits
        await link.execute("DELETE FROM published_picture WHERE id = $1", shown)


async def across_organisations_stuck(since: dt.datetime) -> list[Stuck]:
    """Publications that have failed since then, of which nobody could tell even by looking them up, that wait for a hand, or that have been found
    gone; those that nobody is told of yet.
    """
    rows = await database.connection().fetch(
        """
        SELECT d.id, d.organisation_id, d.promise_id, d.title, d.channel, d.state, d.reason, d.since FROM (
          SELECT f.*, f.settled_at AS since FROM delivery f
          WHERE f.kind = 'publication' AND f.state IN ('failed', 'unclear') AND f.settled_at > $1 AND (f.state = 'failed' OR f.lookups >= $2)
          UNION ALL SELECT m.*, m.settled_at FROM delivery m WHERE m.kind = 'publication' AND m.state = 'manual' AND m.settled_at > $1
          UNION ALL SELECT v.*, v.vanished_at FROM delivery v WHERE v.vanished_at > $1) d
        WHERE d.promise_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM delivery n WHERE n.kind = 'notice' AND n.promise_id = d.promise_id AND n.created_at >= d.since
            AND n.key LIKE 'notice:update_stuck:' || d.id || ':%')""",
        since,
        MAX_LOOKUPS,
    )
    return [Stuck(*row) for row in rows]
