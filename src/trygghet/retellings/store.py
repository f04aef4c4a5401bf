"""Texts that were offered, and the ones that residents read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.retellings.rules import Retelling
from trygghet.swedish import NotFound
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.retellings.rules import Written
    from trygghet.tenancy import Asking

_COLUMNS = (
    "r.id, r.promise_id, r.code, r.number, r.title, r.body, r.promise_version, r.content_hash, r.organisation_id, r.by_name, r.by_office, r.at,"
    " r.published_at, r.withdrawn_at, r.withdrawn_why"
)
_OURS = "r.promise_id IN (SELECT y.promise_id FROM party y WHERE y.organisation_id = $1)"


async def of_promise(organisation: UUID, promise_id: UUID) -> list[Retelling]:
    """Every text that was offered, the latest of each language first."""
    rows = await database.connection().fetch(
        f"SELECT {_COLUMNS} FROM retelling r WHERE {_OURS} AND r.promise_id = $2 ORDER BY r.code, r.number DESC", organisation, promise_id
    )
    return [Retelling(*row) for row in rows]


async def lock(organisation: UUID, promise_id: UUID) -> None:
    """The promise's row until the unit of work ends: two who offer a text at once come one after the other."""
    del organisation  # the policies hold each to their own promises
    await database.connection().execute("SELECT FROM promise WHERE id = $1 FOR NO KEY UPDATE", promise_id)


async def take(organisation: UUID, promise_id: UUID, retelling_id: UUID) -> Retelling:
    """One text, and its promise's row until the unit of work ends: two keys cannot miss each other. Raises `NotFound`."""
    await lock(organisation, promise_id)
    row = await database.connection().fetchrow(
        f"SELECT {_COLUMNS} FROM retelling r WHERE {_OURS} AND r.promise_id = $2 AND r.id = $3", organisation, promise_id, retelling_id
    )
    if row is None:
        raise NotFound
    return Retelling(*row)


async def add(
    organisation: UUID, promise_id: UUID, written: Written, promise_version: int, content_hash: str, *, by: Asking, now: dt.datetime
) -> Retelling:
    """Offers a text; the one before it in the language stays as it was. Raises `NotFound` where the organisation is no party."""
    row = await database.connection().fetchrow(
        "WITH r AS (INSERT INTO retelling (promise_id, code, number, title, body, promise_version, content_hash, organisation_id, by_name, by_office, at)"
        " SELECT $2, $3, (SELECT coalesce(max(o.number), 0) + 1 FROM retelling o WHERE o.promise_id = $2 AND o.code = $3), $4, $5, $6, $7, $1, $8, $9, $10"
        " WHERE EXISTS (SELECT FROM party y WHERE y.promise_id = $2 AND y.organisation_id = $1)"
        f" RETURNING *) SELECT {_COLUMNS} FROM r",
        organisation,
        promise_id,
        written.code,
        written.title,
        written.body,
        promise_version,
        content_hash,
        by.name,
        by.office_for(Act.WRITE),
        now,
    )
    if row is None:
        raise NotFound
    return Retelling(*row)


async def publish(organisation: UUID, found: Retelling, content: dict[str, Any], *, now: dt.datetime) -> None:
    """From now on residents read it in place of the one before it in the language."""
    link = database.connection()
    await link.execute(f"UPDATE retelling r SET published_at = $3 WHERE {_OURS} AND r.id = $2", organisation, found.id, now)
    await link.execute(
        f"DELETE FROM published_retelling r WHERE {_OURS} AND r.promise_id = $2 AND r.code = $3", organisation, found.promise_id, found.code
    )
    await link.execute(
        "INSERT INTO published_retelling (id, promise_id, code, content, published_at, changed_at)"
        f" SELECT r.id, r.promise_id, r.code, $3, $4, $4 FROM retelling r WHERE {_OURS} AND r.id = $2",
        organisation,
        found.id,
        content,
        now,
    )


async def withdraw(organisation: UUID, found: Retelling, why: str, *, now: dt.datetime) -> None:
    """It is offered no more, and residents who ask for it get the reason."""
    link = database.connection()
    await link.execute(
        f"UPDATE retelling r SET withdrawn_at = $3, withdrawn_why = $4 WHERE {_OURS} AND r.id = $2 AND r.withdrawn_at IS NULL",
        organisation,
        found.id,
        now,
        why,
    )
    await link.execute(
        f"UPDATE published_retelling r SET withdrawn_at = $3, withdrawn_why = $4, changed_at = $3 WHERE {_OURS} AND r.id = $2",
        organisation,
        found.id,
        now,
        why,
    )
