"""Promises of the cast that duties and reminders follow from."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet import database
from trygghet.obligations.rhythms import Rhythm
from trygghet.obligations.rules import DatedActivity, Facts
from trygghet.periods import validity
from trygghet.promises import actions as promises
from trygghet.promises.rules import ActivityDraft, Change, Draft, PartyDraft, Signed

if TYPE_CHECKING:
    from uuid import UUID

BOTH = (PartyDraft(organisation="bjorken", side="municipality", signed=True), PartyDraft(organisation="lpo-skogen", side="police", signed=True))


async def promise(
    first: str = "2023-01-01", last: str | None = "2024-12-31", *, by: UUID = cast.BJORKEN, now: dt.datetime = cast.START, **more: Any
) -> UUID:
    """A signed promise between Björken and Skogen, entered by Björken unless something else is said."""
    return await promises.enter(by, draft(first, last, **more), now=now)


def draft(first: str, last: str | None, **more: Any) -> Draft:
    """The promise as it is written down."""
    return Draft(
        title=more.pop("title", "Medborgarlöfte i Björken"),
        area_name="Björken",
        oath="Vi håller ihop.",
        valid_from=dt.date.fromisoformat(first),
        valid_until=dt.date.fromisoformat(last) if last else None,
        parties=more.pop("parties", BOTH),
        **more,
    )


def facts(first: str, last: str | None, *rhythms: Rhythm, review: str | None = None, activities: tuple[DatedActivity, ...] = ()) -> Facts:
    """What two parties' duties follow from."""
    day = dt.date.fromisoformat
    held = validity(day(first), day(last) if last else None, day(review) if review else None)
    return Facts(uuid.uuid4(), "Björken", held, rhythms, activities, (uuid.uuid4(), uuid.uuid4()))


async def changed(
    promise_id: UUID,
    kind: Change,
    first: str = "2023-01-01",
    last: str = "2024-12-31",
    *,
    version: int = 2,
    now: dt.datetime = cast.START,
    **more: Any,
) -> None:
    """The promise as both have signed it anew."""
    await _signed(promise_id, kind, version, now)
    signatures = [Signed(cast.BJORKEN, "Bo Bsson", "Ordförande", now, "h"), Signed(cast.SKOGEN, "Pia Psson", "Chef", now, "h")]
    reason = "Parterna är överens om det."
    text = draft(first, last, **more)
    await promises.take_effect(cast.SKOGEN, promise_id, text, version=version, kind=kind, reason=reason, signatures=signatures, now=now)


async def _signed(promise_id: UUID, kind: Change, version: int, now: dt.datetime) -> None:
    """The text of that change, with both kinds of key from both parties; the one that is open, or one made here."""
    async with database.across_organisations() as link:
        wording_id = await link.fetchval(
            "SELECT id FROM wording WHERE promise_id = $1 AND signed_at IS NULL AND withdrawn_at IS NULL", promise_id
        ) or await link.fetchval(
            "INSERT INTO wording (promise_id, number, kind, manuscript, content_hash, organisation_id, shared_at, edited_at, created_at)"
            " VALUES ($1, $2, $3, '[]', 'h', $4, $5, $5, $5) RETURNING id",
            promise_id,
            version,
            kind,
            cast.BJORKEN,
            now,
        )
        for organisation, who in ((cast.BJORKEN, "bo"), (cast.SKOGEN, "pia")):
            await link.execute(
                "INSERT INTO approval (promise_id, subject_kind, subject_id, content_hash, organisation_id, person_id, person_name, office, at)"
                " SELECT $1, key, $2, w.content_hash, $3, $4, 'x', 'x', $5 FROM wording w, unnest(ARRAY['wording', 'signature']) key WHERE w.id = $2",
                promise_id,
                wording_id,
                organisation,
                cast.person_id(who),
                now,
            )
        await link.execute("UPDATE wording SET shared_at = coalesce(shared_at, $2), signed_at = $2 WHERE id = $1", wording_id, now)


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
