"""Remembers what was said beside texts, by whom, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.comments.rules import Comment
from trygghet.swedish import NotFound
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.tenancy import Asking
    from trygghet.wordings.rules import Wording

_READ = """
SELECT c.id, c.wording_id, c.promise_id, c.part_id, c.body, c.field, c.was, c.suggested, c.shared, c.organisation_id, o.name AS organisation_name, o.kind,
       c.person_id, c.by_name, c.by_office, c.at, c.settled_at, c.settled_how, c.settled_by, c.answer
FROM comment c JOIN organisation o ON o.id = c.organisation_id JOIN access a ON a.promise_id = c.promise_id
WHERE a.organisation_id = $1 AND (c.organisation_id = $1 OR c.shared)
"""


async def of_wordings(organisation: UUID, wording_ids: Sequence[UUID]) -> list[Comment]:
    """All that the organisation may read of what was said about these texts, first to last."""
    rows = await database.connection().fetch(f"{_READ} AND c.wording_id = ANY($2::uuid[]) ORDER BY c.at, c.id", organisation, list(wording_ids))
    return [Comment(*row) for row in rows]


async def one(organisation: UUID, comment_id: UUID) -> Comment:
    """That comment. Raises `NotFound`."""
    return _found(await database.connection().fetchrow(f"{_READ} AND c.id = $2", organisation, comment_id))


async def sent_before(organisation: UUID, form_key: UUID) -> Comment | None:
    """What the organisation said with this very form, if it has been sent before."""
    row = await database.connection().fetchrow(f"{_READ} AND c.organisation_id = $1 AND c.form_key = $2", organisation, form_key)
    return Comment(*row) if row else None


def _found(row: Any) -> Comment:
    if row is None:
        raise NotFound
    return Comment(*row)


async def add(
    organisation: UUID, wording: Wording, part_id: UUID, body: str, suggestion: tuple[str, str, str], form_key: UUID, *, by: Asking, now: dt.datetime
) -> Comment:
    """Says something in the organisation's own name. `suggestion` is the field, what stood there and what should, or three empty texts."""
    found: UUID = await database.connection().fetchval(
        "INSERT INTO comment (promise_id, wording_id, part_id, body, field, was, suggested, shared, organisation_id, person_id, by_name, by_office, at,"
        " form_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        wording.promise_id,
        wording.id,
        part_id,
        body,
        *suggestion,
        not wording.is_private,
        organisation,
        by.person_id,
        by.name,
        by.office_for(Act.COMMENT),
        now,
        form_key,
    )
    return await one(organisation, found)


async def settle(organisation: UUID, comment: Comment, how: str, answer: str, *, by: Asking, now: dt.datetime) -> None:
    """What became of it: done, taken or declined."""
    await database.connection().execute(
        "UPDATE comment c SET settled_at = $3, settled_how = $4, settled_by = $5, answer = $6 WHERE c.id = $2 AND c.settled_at IS NULL"
        " AND c.promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) AND (c.organisation_id = $1 OR c.shared)",
        organisation,
        comment.id,
        now,
        how,
        f"{by.name}, {by.office_for(Act.COMMENT)}",
        answer,
    )
