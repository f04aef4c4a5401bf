"""The delivery rows that stand in somebody's inbox. Which they are is said once, by `in_inbox` of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.inbox.rules import PAGE_LENGTH, Item, link

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

_MINE = "d.organisation_id = $1 AND d.person_id = $2 AND in_inbox(d)"


async def items(organisation: UUID, person_id: UUID, number: int) -> list[Item]:
    """One page, the latest first, and one item more when there are more."""
    rows = await database.connection().fetch(
        "SELECT d.id, d.kind, d.title, d.settled_at, d.words, d.promise_id, d.read_at, d.via, d.silenced, d.state, d.reason, d.bounced_at,"
        " o.id AS duty, o.kind AS duty_kind, coalesce(p.area_name, '') AS area_name"
        " FROM delivery d LEFT JOIN obligation o ON o.id = d.obligation_id LEFT JOIN promise p ON p.id = d.promise_id"
        f" WHERE {_MINE} ORDER BY d.settled_at DESC, d.id LIMIT $3 OFFSET $4",
        organisation,
        person_id,
        PAGE_LENGTH + 1,
        (number - 1) * PAGE_LENGTH,
    )
    return [_item(row) for row in rows]


def _item(row: Any) -> Item:
    duty = (row["duty"], row["duty_kind"]) if row["duty"] else None
    return Item(
        row["id"],
        row["kind"],
        row["title"],
        row["settled_at"],
        link(row["kind"], row["words"], duty, row["promise_id"]),
        row["area_name"],
        row["read_at"],
        row["via"],
        row["reason"] if row["state"] == "failed" else "",
        row["bounced_at"] is not None,
        row["silenced"],
    )


async def unread(organisation: UUID, person_id: UUID) -> int:
    """How many have not been read, 100 for all above."""
    found: int = await database.connection().fetchval("SELECT unread($1, $2)", organisation, person_id)
    return found


async def mark_read(organisation: UUID, person_id: UUID, delivery_id: UUID, now: dt.datetime) -> bool:
    """Marks one as read; False when there is no such thing in that inbox. What is read already keeps its moment."""
    done = await database.connection().execute(
        f"UPDATE delivery d SET read_at = coalesce(d.read_at, $4) WHERE {_MINE} AND d.id = $3", organisation, person_id, delivery_id, now
    )
    return bool(done == "UPDATE 1")


async def mark_all_read(organisation: UUID, person_id: UUID, latest: UUID, now: dt.datetime) -> bool:
    """Marks all that had come when the newest of them was `latest`; False when there is no such thing in that inbox."""
    until = await database.connection().fetchval(f"SELECT d.settled_at FROM delivery d WHERE {_MINE} AND d.id = $3", organisation, person_id, latest)
    await database.connection().execute(
        f"UPDATE delivery d SET read_at = $4 WHERE {_MINE} AND d.read_at IS NULL AND d.settled_at <= $3", organisation, person_id, until, now
    )
    return until is not None
