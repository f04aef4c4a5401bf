"""Promises of the cast that duties and reminders follow from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet import database
from trygghet.obligations.rules import Rhythm
from trygghet.promises import actions as promises
from trygghet.promises.rules import ActivityDraft, Draft, PartyDraft

if TYPE_CHECKING:
    from uuid import UUID

BOTH = (PartyDraft(organisation="bjorken", side="municipality", signed=True), PartyDraft(organisation="lpo-skogen", side="police", signed=True))


async def promise(
    first: str = "2023-01-01", last: str | None = "2024-12-31", *, by: UUID = cast.BJORKEN, now: dt.datetime = cast.START, **more: Any
) -> UUID:
    """A signed promise between Björken and Skogen, entered by Björken unless something else is said."""
    draft = Draft(
        title=more.pop("title", "Medborgarlöfte i Björken"),
        area_name="Björken",
        oath="Vi håller ihop.",
        valid_from=dt.date.fromisoformat(first),
        valid_until=dt.date.fromisoformat(last) if last else None,
        parties=more.pop("parties", BOTH),
        **more,
    )
    return await promises.enter(by, draft, now=now)


def quarterly(receiver: str = "KSAU", days_after: int = 0) -> tuple[Rhythm, ...]:
    """A report each quarter."""
    return (Rhythm(receiver, "quarter", days_after),)


def dated(title: str, day: str) -> tuple[ActivityDraft, ...]:
    """One activity with a last day."""
    return (ActivityDraft(title=title, due_on=dt.date.fromisoformat(day)),)


async def obligation_id(promise_id: UUID, key: str) -> UUID:
    """The duty's id."""
    async with database.across_organisations() as link:
        found: UUID = await link.fetchval("SELECT id FROM obligation WHERE promise_id = $1 AND key = $2", promise_id, key)
    return found


async def keys(promise_id: UUID) -> list[str]:
    """The keys of the promise's duties, nearest first."""
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT key FROM obligation WHERE promise_id = $1 ORDER BY due_on, key", promise_id)
    return [row["key"] for row in rows]


async def planned(obligation_id: UUID, organisation: UUID) -> list[tuple[dt.datetime, str]]:
    """The reminders that wait, in order: when, and for which seat."""
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT due_at, seat FROM delivery WHERE obligation_id = $1 AND organisation_id = $2 AND state = 'planned' ORDER BY due_at, seat",
            obligation_id,
            organisation,
        )
    return [(row["due_at"], row["seat"]) for row in rows]
