"""Adds to the chains and reads them. Nothing is ever changed or taken away; the database's own rights see to that too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.history.log import Surroundings
from trygghet.history.rules import Event, Head

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence
    from uuid import UUID

_OURS = "promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1)"
_COLUMNS = (
    "id, promise_id, seq, at, organisation_id, person_id, person_name, office, act, subject_id, version, content_hash, words, shared,"
    " previous_hash, hash"
)


async def take_head(organisation: UUID, promise_id: UUID) -> Head | None:
    """Where the promise's chain ends, held until the unit of work ends; None where the organisation has no access to the promise.

    The promise's row is held before the chain's end, the order that everybody keeps, so that no two wait for each other.
    """
    row = await database.connection().fetchrow(
        "WITH held AS (SELECT p.id FROM promise p WHERE p.id = $2 AND p.id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1)"
        " FOR NO KEY UPDATE)"
        " INSERT INTO event_head (promise_id, seq, hash) SELECT id, 0, '' FROM held"
        " ON CONFLICT (promise_id) DO UPDATE SET seq = event_head.seq RETURNING seq, hash",
        organisation,
        promise_id,
    )
    return Head(*row) if row else None


async def add(organisation: UUID, event: Event) -> None:
    """Adds a link and moves the chain's end to it. The end is held by `take_head`; the event speaks in the organisation's own name."""
    await database.connection().execute(
        f"WITH added AS (INSERT INTO event ({_COLUMNS}) VALUES ($2, $3, $4, $5, $1, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        " RETURNING promise_id, seq, hash)"
        " UPDATE event_head h SET seq = added.seq, hash = added.hash FROM added WHERE h.promise_id = added.promise_id",
        organisation,
        event.id,
        event.promise_id,
        event.seq,
        event.at,
        event.person_id,
        event.person_name,
        event.office,
        event.act,
        event.subject_id,
        event.version,
        event.content_hash,
        event.words,
        event.shared,
        event.previous_hash,
        event.hash,
    )


async def of_promise(organisation: UUID, promise_id: UUID) -> list[Event]:
    """What the organisation may read of the promise's chain, first to last: its own doings, and all that is shared."""
    rows = await database.connection().fetch(
        f"SELECT {_COLUMNS} FROM event WHERE {_OURS} AND promise_id = $2 AND (organisation_id = $1 OR shared) ORDER BY seq", organisation, promise_id
    )
    return [Event(*row) for row in rows]


async def about(organisation: UUID, subjects: Sequence[UUID]) -> dict[UUID, list[Event]]:
    """What the organisation may read of these things, by the thing and first to last."""
    rows = await database.connection().fetch(
        f"SELECT {_COLUMNS} FROM event WHERE {_OURS} AND subject_id = ANY($2::uuid[]) AND (organisation_id = $1 OR shared) ORDER BY promise_id, seq",
        organisation,
        list(subjects),
    )
    found: dict[UUID, list[Event]] = {}
    for event in (Event(*row) for row in rows):
        found.setdefault(event.subject_id, []).append(event)  # type: ignore[arg-type]  # asked for by it
    return found


async def surroundings(organisation: UUID, promise_id: UUID) -> Surroundings | None:
    """What the promise's log is read with; None where the organisation has no access to the promise."""
    link = database.connection()
    promise = await link.fetchrow(
        f"SELECT title, stage FROM promise WHERE id = $2 AND {_OURS.replace('promise_id', 'id', 1)}", organisation, promise_id
    )
    if promise is None:
        return None
    names = await link.fetch("SELECT id, name FROM organisation")
    diary = await link.fetch(
        "SELECT o.name, d.number FROM diary_number d JOIN organisation o ON o.id = d.organisation_id"
        f" WHERE {_OURS} AND d.promise_id = $2 ORDER BY o.name",
        organisation,
        promise_id,
    )
    addresses = await link.fetch(_ADDRESSES, organisation, promise_id)
    is_signed = promise["stage"] not in {"draft", "shared"}
    return Surroundings(promise["title"], is_signed, dict(map(tuple, names)), [tuple(row) for row in diary], dict(map(tuple, addresses)))


_ADDRESSES = f"""
SELECT id, '/lydelser/' || id FROM wording WHERE {_OURS} AND promise_id = $2 AND (organisation_id = $1 OR $1 = ANY(shared_with) OR signed_at IS NOT NULL)
UNION ALL SELECT id, '/uppdateringar/' || id FROM status_update WHERE {_OURS} AND promise_id = $2 AND (organisation_id = $1 OR shared_at IS NOT NULL)
UNION ALL SELECT id, '/underlag/' || id FROM report WHERE {_OURS} AND promise_id = $2 AND (organisation_id = $1 OR (handed_in_at IS NOT NULL AND NOT own))
UNION ALL SELECT id, '/frister#frist-' || id FROM obligation WHERE {_OURS} AND promise_id = $2
"""


_ONE_OR_ALL = "WHERE $1::uuid IS NULL OR promise_id = $1"


async def across_organisations_chains(promise_id: UUID | None = None) -> AsyncIterator[tuple[Event | None, UUID, Head | None]]:
    """Every event of every chain in order, or of one promise's, with its chain's remembered end; a chain that has lost all its
    events comes once, as None.
    """
    rows: Any = database.connection().cursor(
        f"SELECT {', '.join(f'e.{name}' for name in _COLUMNS.split(', '))}, coalesce(e.promise_id, h.promise_id) AS chain,"
        " h.seq AS head_seq, h.hash AS head_hash"
        f" FROM (SELECT * FROM event {_ONE_OR_ALL}) e FULL JOIN (SELECT * FROM event_head {_ONE_OR_ALL}) h ON h.promise_id = e.promise_id"
        " ORDER BY chain, e.seq",
        promise_id,
        prefetch=1000,
    )
    async for row in rows:
        head = Head(row["head_seq"], row["head_hash"]) if row["head_seq"] is not None else None
        yield (Event(*row[:16]) if row["id"] else None), row["chain"], head


async def across_organisations_titles(promise_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these promises are called, as far as they are still there."""
    return dict(map(tuple, await database.connection().fetch("SELECT id, title FROM promise WHERE id = ANY($1)", list(promise_ids))))
