"""Wordings and their revisions in the database."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.swedish import NotFound
from trygghet.tenancy import Act
from trygghet.wordings import manuscript
from trygghet.wordings.rules import Neighbour, Published, Revision, Side, Wording

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.tenancy import Asking
    from trygghet.wordings.manuscript import Manuscript, Part

_COLUMNS = (
    "w.id, w.promise_id, w.number, w.kind, w.reason, w.manuscript, w.content_hash, w.organisation_id, w.shared_at, w.signed_at, w.withdrawn_at,"
    " w.withdrawn_why, w.edits, w.edited_by, w.edited_for, w.edited_name, w.edited_office, w.edited_at, w.created_at, w.shared_with"
)
_READER = "(w.organisation_id = $1 OR $1 = ANY(w.shared_with) OR w.signed_at IS NOT NULL)"
_READ = f"""
SELECT {_COLUMNS}, (SELECT array_agg(p.organisation_id ORDER BY p.id) FROM party p WHERE p.promise_id = w.promise_id) AS sides
FROM wording w JOIN access a ON a.promise_id = w.promise_id
WHERE a.organisation_id = $1 AND {_READER}
"""
_OPEN = "w.signed_at IS NULL AND w.withdrawn_at IS NULL"


def _made(row: Any) -> Wording:
    fields = {name: row[name] for name in Wording.__dataclass_fields__ if name in row}
    text = manuscript.from_json(row["manuscript"])
    sides = (row["sides"] or []) if row["number"] > 1 else []
    return Wording(
        **{**fields, "manuscript": text, "shared_with": tuple(row["shared_with"]), "parties": tuple(dict.fromkeys([*_named(text), *sides]))}
    )


def _named(text: Manuscript) -> list[UUID]:
    """The organisations that a text names as its parties."""
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
        f" WHERE a.organisation_id = $1 AND w.id = $2 AND {_READER}) FOR NO KEY UPDATE",
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


async def once_approved(organisation: UUID, wording_ids: Sequence[UUID]) -> dict[UUID, list[Revision]]:
    """The kept texts that this organisation's keys have fallen from, by the wording and first to last."""
    rows = await database.connection().fetch(
        "SELECT r.wording_id, r.number, r.reason, r.manuscript, r.content_hash, r.shared, r.organisation_id, r.by_name, r.by_office, r.at"
        " FROM wording_revision r JOIN access a ON a.promise_id = r.promise_id AND a.organisation_id = $1"
        " WHERE r.wording_id = ANY($2::uuid[]) AND (r.organisation_id = $1 OR r.shared)"
        " AND EXISTS (SELECT FROM approval k WHERE k.subject_id = r.wording_id AND k.content_hash = r.content_hash AND k.organisation_id = $1"
        " AND k.fell_at IS NOT NULL) ORDER BY r.wording_id, r.number",
        organisation,
        list(wording_ids),
    )
    found: dict[UUID, list[Revision]] = {}
    for row in rows:
        fields = {name: value for name, value in row.items() if name != "wording_id"}
        found.setdefault(row["wording_id"], []).append(Revision(**{**fields, "manuscript": manuscript.from_json(row["manuscript"])}))
    return found


async def sides(organisation: UUID, ids: Sequence[UUID]) -> list[Side]:
    """These organisations, municipalities first; names are public facts."""
    del organisation
    return [Side(*row) for row in await database.connection().fetch(f"{_SIDES} WHERE o.id = ANY($1::uuid[]) ORDER BY {_IN_ORDER}", list(ids))]


_SIDES = "SELECT o.id, o.slug, o.name, o.short_name, o.kind FROM organisation o"
_IN_ORDER = "array_position(ARRAY['municipality', 'police', 'other'], o.kind), o.name"


async def removed(organisation: UUID, wording_id: UUID, kept: Sequence[UUID]) -> list[Part]:
    """Parts of earlier texts that are not among the `kept` ones, each as it stood last."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT ON (part->>'id') part FROM wording_revision r JOIN access a ON a.promise_id = r.promise_id,"
        " jsonb_array_elements(r.manuscript) part WHERE a.organisation_id = $1 AND r.wording_id = $2 AND (r.organisation_id = $1 OR r.shared)"
        " AND NOT part->>'id' = ANY($3::text[]) ORDER BY part->>'id', r.number DESC",
        organisation,
        wording_id,
        [str(one) for one in kept],
    )
    return list(manuscript.from_json([row["part"] for row in rows]).parts)


async def everybody(organisation: UUID) -> list[Side]:
    """Every organisation that a text may name, municipalities first; names are public facts."""
    del organisation
    return [Side(*row) for row in await database.connection().fetch(f"{_SIDES} ORDER BY {_IN_ORDER}")]


async def near(organisation: UUID, today: dt.date) -> list[UUID]:
    """Those that share a police area with the organisation that day, itself left out: an LPO's municipalities, a municipality's LPO."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT other.id FROM area_membership mine JOIN area_membership m ON m.police_id = mine.police_id"
        " JOIN organisation other ON other.id IN (m.police_id, m.municipality_id)"
        " WHERE $1 IN (mine.police_id, mine.municipality_id) AND other.id <> $1"
        " AND mine.from_on <= $2 AND coalesce(mine.until_on >= $2, true) AND m.from_on <= $2 AND coalesce(m.until_on >= $2, true)",
        organisation,
        today,
    )
    return [row["id"] for row in rows]


async def follows(organisation: UUID, promise_id: UUID) -> UUID | None:
    """The promise that this one was begun as the successor of."""
    found: UUID | None = await database.connection().fetchval(
        "SELECT p.follows_id FROM promise p JOIN access a ON a.promise_id = p.id WHERE a.organisation_id = $1 AND p.id = $2", organisation, promise_id
    )
    return found


async def neighbours(organisation: UUID, promise_id: UUID, municipalities: Sequence[UUID]) -> list[Neighbour]:
    """The days of the signed promises for any of these municipalities that the organisation has access to, this one left out, by first day."""
    rows = await database.connection().fetch(
        "SELECT p.id, p.valid_from, p.valid_until FROM promise p JOIN access a ON a.promise_id = p.id WHERE a.organisation_id = $1 AND p.id <> $2"
        " AND p.stage NOT IN ('draft', 'shared') AND (p.concerns_id = ANY($3::uuid[])"
        " OR EXISTS (SELECT FROM party y WHERE y.promise_id = p.id AND y.organisation_id = ANY($3::uuid[]))) ORDER BY p.valid_from, p.id",
        organisation,
        promise_id,
        list(municipalities),
    )
    return [Neighbour(*row) for row in rows]


async def across_organisations_published(search: str, most: int) -> list[Published]:
    """What residents may read anywhere, by its title alone and latest first, where that or the municipality's name has `search` in it."""
    rows = await database.connection().fetch(
        "SELECT promise_id, name, valid_from, valid_until, jsonb_build_object('title', content->'title') FROM published_promise"
        " WHERE $1 = '' OR strpos(lower(name || ' ' || (content->>'title')), lower($1)) > 0 ORDER BY valid_from DESC, name, promise_id LIMIT $2",
        search,
        most,
    )
    return [Published(*row) for row in rows]


async def across_organisations_one_published(promise_id: UUID) -> Published | None:
    """One promise as residents read it; None where there is no such."""
    row = await database.connection().fetchrow(
        "SELECT promise_id, name, valid_from, valid_until, content FROM published_promise WHERE promise_id = $1 ORDER BY slug LIMIT 1", promise_id
    )
    return Published(*row) if row else None


# ---------------------------------------------------------------- writing
async def add_promise(organisation: UUID, promise_id: UUID, *, follows_id: UUID | None, now: dt.datetime) -> bool:
    """A promise that nobody but its author sees, and that has no days yet; False where it is there already."""
    made = await database.connection().execute(
        "INSERT INTO promise (id, title, area_name, oath, stage, follows_id, created_by, created_at, updated_at)"
        " VALUES ($1, '', '', '', 'draft', $2, $3, $4, $4) ON CONFLICT DO NOTHING",
        promise_id,
        follows_id,
        organisation,
        now,
    )
    if made != "INSERT 0 1":
        return False
    await give_access(organisation, promise_id, [organisation], now=now)
    return True


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
        by.office_for(Act.WRITE),
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
        by.office_for(Act.WRITE),
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
    """All its parties see it from now on; of a first text they become the promise's parties too."""
    link = database.connection()
    await link.execute(
        "UPDATE wording w SET shared_at = coalesce(w.shared_at, $3), shared_with = (SELECT array_agg(DISTINCT one) FROM unnest(w.shared_with || $4::uuid[]) one)"
        f" WHERE w.id = $2 AND {_HAS.replace('$2', 'w.promise_id')}",
        organisation,
        wording.id,
        now,
        [wording.organisation_id, *wording.parties],
    )
    if wording.number > 1:
        return  # who joins by a change is no party before it is signed
    await link.execute(
        f"UPDATE promise SET stage = 'shared', updated_at = $3 WHERE id = $2 AND stage = 'draft' AND {_HAS}", organisation, wording.promise_id, now
    )
    await link.execute(
        f"INSERT INTO party (promise_id, organisation_id, side) SELECT $2, o.id, o.kind FROM organisation o WHERE o.id = ANY($3::uuid[]) AND {_HAS}"
        " ON CONFLICT DO NOTHING",
        organisation,
        wording.promise_id,
        list(wording.parties),
    )


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
