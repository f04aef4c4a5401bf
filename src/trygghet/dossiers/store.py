"""Each party's own number of a promise in its diary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.dossiers.rules import DiaryNumber

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

_OPEN = "EXISTS (SELECT FROM access a WHERE a.organisation_id = $1 AND a.promise_id = $2)"


async def diary_numbers(organisation: UUID, promise_id: UUID) -> list[DiaryNumber]:
    """Every party's own, by the party's name."""
    rows = await database.connection().fetch(
        "SELECT d.organisation_id, o.name, d.number, d.at FROM diary_number d JOIN organisation o ON o.id = d.organisation_id"
        f" WHERE d.promise_id = $2 AND {_OPEN} ORDER BY o.name",
        organisation,
        promise_id,
    )
    return [DiaryNumber(*row) for row in rows]


async def set_diary_number(organisation: UUID, promise_id: UUID, number: str, *, now: dt.datetime) -> None:
    """The organisation's own; another one replaces it."""
    await database.connection().execute(
        f"INSERT INTO diary_number (promise_id, organisation_id, number, at) SELECT $2, $1, $3, $4 WHERE {_OPEN}"
        " ON CONFLICT (promise_id, organisation_id) DO UPDATE SET number = excluded.number, at = excluded.at",
        organisation,
        promise_id,
        number,
        now,
    )


async def remove_diary_number(organisation: UUID, promise_id: UUID) -> None:
    """Takes the organisation's own away."""
    await database.connection().execute("DELETE FROM diary_number WHERE organisation_id = $1 AND promise_id = $2", organisation, promise_id)
