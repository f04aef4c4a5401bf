"""Wordings and their revisions in the database."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.swedish import NotFound
from trygghet.wordings import manuscript
from trygghet.wordings.rules import Revision, Wording

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.tenancy import Asking
    from trygghet.wordings.manuscript import Manuscript

_COLUMNS = (
    "w.id, w.promise_id, w.number, w.kind, w.reason, w.manuscript, w.content_hash, w.organisation_id, w.shared_at, w.signed_at, w.withdrawn_at,"
    " w.withdrawn_why, w.edits, w.edited_by, w.edited_for, w.edited_name, w.edited_office, w.edited_at, w.created_at"
)
_READ = f"""
SELECT {_COLUMNS}, (SELECT array_agg(p.organisation_id ORDER BY p.id) FROM party p WHERE p.promise_id = w.promise_id) AS sides
FROM wording w JOIN access a ON a.promise_id = w.promise_id
WHERE a.organisation_id = $1 AND (w.organisation_id = $1 OR w.shared_at IS NOT NULL)
"""
_OPEN = "w.signed_at IS NULL AND w.withdrawn_at IS NULL"


def _made(row: Any) -> Wording:
    fields = {name: row[name] for name in Wording.__dataclass_fields__ if name in row}
    text = manuscript.from_json(row["manuscript"])
    return Wording(**{**fields, "manuscript": text, "parties": tuple(row["sides"] or _named(text))})


def _named(text: Manuscript) -> list[UUID]:
    """The organisations that an unshared text names as its parties."""
    found = []
    for one in text.of("party"):
        try:
            found.append(uuid.UUID(one["organisation"]))
        except ValueError:
            continue  # not chosen yet
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- reading
async def one(organisation: UUID, wording_id: UUID) -> Wording:
    """That wording. Raises `NotFound`, also for one that another organisation has not shared."""
    row = await database.connection().fetchrow(f"{_READ} AND w.id = $2", organisation, wording_id)
    if row is None:
        raise NotFound
    return _made(row)


async def open_ones(organisation: UUID) -> list[Wording]:
    """All that are being written or agreed on, latest first."""
    rows = await database.connection().fetch(f"{_READ} AND {_OPEN} ORDER BY w.edited_at DESC, w.id", organisation)
    return [_made(row) for row in rows]


async def of_promise(organisation: UUID, promise_id: UUID) -> list[Wording]:
    """Every text of a promise that the organisation may see, first to last."""
    rows = await database.connection().fetch(f"{_READ} AND w.promise_id = $2 ORDER BY w.number, w.created_at", organisation, promise_id)
    return [_made(row) for row in rows]


async def lock(organisation: UUID, wording_id: UUID) -> Wording:
    """One act on a promise at a time: the promise's row first, as everywhere, and then the wording is read. Raises `NotFound`."""
    found = await database.connection().fetchval(
        "SELECT p.id FROM promise p WHERE p.id = (SELECT w.promise_id FROM wording w JOIN access a ON a.promise_id = w.promise_id"
        " WHERE a.organisation_id = $1 AND w.id = $2 AND (w.organisation_id = $1 OR w.shared_at IS NOT NULL)) FOR NO KEY UPDATE",
        organisation,
        wording_id,
    )
    if found is None:
        raise NotFound
    return await one(organisation, wording_id)


async def lock_promise(organisation: UUID, promise_id: UUID) -> tuple[str, int]:
    """The promise's stage and version, held until the unit of work ends. Raises `NotFound`."""
    row = await database.connection().fetchrow(
        "SELECT p.stage, p.version FROM promise p WHERE p.id = $2 AND p.id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1)"
        " FOR NO KEY UPDATE",
        organisation,
        promise_id,
    )
    if row is None:
        raise NotFound
    return row["stage"], row["version"]


_HAS = "EXISTS (SELECT FROM access a WHERE a.organisation_id = $1 AND a.promise_id = $2)"


async def revisions(organisation: UUID, wording_id: UUID) -> list[Revision]:
    """Every kept text of a wording that the organisation may read, first to last."""
    rows = await database.connection().fetch(
        "SELECT r.number, r.reason, r.manuscript, r.content_hash, r.shared, r.organisation_id, r.by_name, r.by_office, r.at"
        " FROM wording_revision r JOIN access a ON a.promise_id = r.promise_id"
        " WHERE a.organisation_id = $1 AND r.wording_id = $2 AND (r.organisation_id = $1 OR r.shared) ORDER BY r.number",
        organisation,
        wording_id,
    )
    return [Revision(**{**row, "manuscript": manuscript.from_json(row["manuscript"])}) for row in rows]


# ---------------------------------------------------------------- writing
async def add_promise(organisation: UUID, promise_id: UUID, *, follows_id: UUID | None, now: dt.datetime) -> None:
    """A promise that nobody but its author sees, and that has no days yet."""
    await database.connection().execute(
        "INSERT INTO promise (id, title, area_name, oath, stage, follows_id, created_by, created_at, updated_at)"
        " VALUES ($1, '', '', '', 'draft', $2, $3, $4, $4)",
        promise_id,
        follows_id,
        organisation,
        now,
    )
    await give_access(organisation, promise_id, [organisation], now=now)


async def give_access(organisation: UUID, promise_id: UUID, to: Sequence[UUID], *, now: dt.datetime) -> None:
    """Lets these organisations open the promise; who has access already keeps it. The policy lets only who has it give it."""
    del organisation
    await database.connection().executemany(
        "INSERT INTO access (promise_id, organisation_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [(promise_id, one, now) for one in to]
    )


async def add(
    organisation: UUID, wording_id: UUID, promise_id: UUID, number: int, kind: str, text: Manuscript, *, by: Asking, now: dt.datetime
) -> bool:
    """Begins a wording that only this organisation sees; False where this one, or another open one of the promise, is there already."""
    made = await database.connection().fetchval(
        "INSERT INTO wording (id, promise_id, number, kind, manuscript, content_hash, organisation_id, edited_by, edited_for, edited_name,"
        " edited_office, edited_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9, $10, $11, $11) ON CONFLICT DO NOTHING RETURNING id",
        wording_id,
        promise_id,
        number,
        kind,
        text.as_json(),
        manuscript.content_hash(text, number, kind, ""),
        organisation,
        by.person_id,
        by.name,
        by.here.office,
        now,
    )
    return made is not None


async def save(organisation: UUID, wording: Wording, text: Manuscript, reason: str, content_hash: str, *, by: Asking, now: dt.datetime) -> None:
    """Another text, in this person's sitting. While the promise is unsigned its own row follows along, for lists."""
    await database.connection().execute(
        f"UPDATE wording SET manuscript = $3, reason = $4, content_hash = $5, edits = edits + 1, edited_by = $6, edited_for = $1, edited_name = $7,"
        f" edited_office = $8, edited_at = $9 WHERE id = $2 AND {_HAS.replace('$2', 'wording.promise_id')}",
        organisation,
        wording.id,
        text.as_json(),
        reason,
        content_hash,
        by.person_id,
        by.name,
        by.here.office,
        now,
    )
    await database.connection().execute(
        f"UPDATE promise SET title = $3, area_name = $4, oath = $5, updated_at = $6 WHERE id = $2 AND stage IN ('draft', 'shared') AND {_HAS}",
        organisation,
        wording.promise_id,
        text.head["title"],
        text.head["area"],
        text.head["oath"],
        now,
    )


async def add_revision(organisation: UUID, wording: Wording) -> int:
    """Keeps the text as it stands, in its writer's name; returns its number. The text that was kept last is not kept twice."""
    found: int | None = await database.connection().fetchval(_ADD_REVISION, organisation, wording.id)
    if found is None:
        raise NotFound
    return found


_ADD_REVISION = """
WITH w AS (SELECT w.* FROM wording w JOIN access a ON a.promise_id = w.promise_id WHERE w.id = $2 AND a.organisation_id = $1),
last AS (SELECT r.number, r.content_hash, r.shared FROM wording_revision r WHERE r.wording_id = $2 ORDER BY r.number DESC LIMIT 1),
made AS (
  INSERT INTO wording_revision (promise_id, wording_id, number, reason, manuscript, content_hash, shared, organisation_id, by_name, by_office, at)
  SELECT w.promise_id, w.id, coalesce((SELECT number FROM last), 0) + 1, w.reason, w.manuscript, w.content_hash, w.shared_at IS NOT NULL, w.edited_for,
         w.edited_name, w.edited_office, w.edited_at
  FROM w WHERE NOT EXISTS (SELECT FROM last WHERE last.content_hash = w.content_hash AND last.shared = (w.shared_at IS NOT NULL))
  RETURNING number)
SELECT coalesce((SELECT number FROM made), (SELECT number FROM last)) FROM w
"""


async def set_shared(organisation: UUID, wording: Wording, *, now: dt.datetime) -> None:
    """The parties see it from now on."""
    await _set(organisation, wording, "shared_at", now)


async def set_signed(organisation: UUID, wording: Wording, *, now: dt.datetime) -> None:
    """All have signed it; the policy lets nothing change it afterwards."""
    await _set(organisation, wording, "signed_at", now)


async def _set(organisation: UUID, wording: Wording, column: str, now: dt.datetime) -> None:
    await database.connection().execute(
        f"UPDATE wording SET {column} = $3 WHERE id = $2 AND {column} IS NULL AND {_HAS.replace('$2', 'wording.promise_id')}",
        organisation,
        wording.id,
        now,
    )


async def set_withdrawn(organisation: UUID, wording: Wording, why: str, *, now: dt.datetime) -> None:
    """It comes to nothing, and stays as history."""
    await database.connection().execute(
        f"UPDATE wording SET withdrawn_at = $3, withdrawn_why = $4 WHERE id = $2 AND {_HAS.replace('$2', 'wording.promise_id')}",
        organisation,
        wording.id,
        now,
        why,
    )


async def discard(organisation: UUID, wording: Wording) -> None:
    """Away with a text that nobody else has seen, and with its promise when that was its only text."""
    link = database.connection()
    await link.execute("DELETE FROM wording WHERE id = $2 AND organisation_id = $1 AND shared_at IS NULL", organisation, wording.id)
    await link.execute(
        f"DELETE FROM promise WHERE id = $2 AND stage = 'draft' AND created_by = $1 AND {_HAS}"
        " AND NOT EXISTS (SELECT FROM wording w WHERE w.promise_id = $2)",
        organisation,
        wording.promise_id,
    )
