"""Entering promises, recording what was done, and keeping what residents read up to date; each in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import clock, database, periods
from trygghet.history import actions as history
from trygghet.history.rules import Actor
from trygghet.history.rules import Entry as Logged
from trygghet.obligations import actions as obligations
from trygghet.obligations.rules import told
from trygghet.promises import outcomes, promise, store
from trygghet.promises.outcomes import Entry
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.promises.outcomes import Reporter
    from trygghet.promises.promise import Promise
    from trygghet.promises.rules import Draft


async def read(organisation: UUID, promise_id: UUID) -> Promise:
    """The whole promise. Raises `NotFound`."""
    async with database.within(organisation):
        return await store.one(organisation, promise_id)


async def read_all(organisation: UUID) -> list[Promise]:
    """Every promise that the organisation has access to, by area and first day."""
    async with database.within(organisation):
        return await store.every(organisation)


async def enter(organisation: UUID, draft: Draft, *, by: Actor | None = None, now: dt.datetime) -> UUID:
    """Enters a signed promise, opens it to all its parties, plans its duties and shows it to residents. Without `by` the system does.

    Raises `Refusal` where the days are impossible, a party is unknown, or the organisation is no party itself.
    """
    periods.validity(draft.valid_from, draft.valid_until, draft.review_on)
    async with database.within(organisation):
        party_ids = await store.parties(organisation, [one.organisation for one in draft.parties])
        for one in draft.parties:
            if one.organisation not in party_ids:
                raise Refusal("promise.unknown_party", slug=one.organisation)
        if organisation not in party_ids.values():
            raise Refusal("promise.no_party")
        promise_id = await store.add(organisation, draft, party_ids, now=now)
        await history.record(organisation, promise_id, Logged("promise.entered", promise_id), by=by, now=now)
        made = await store.one(organisation, promise_id)
        await obligations.replan(organisation, made.facts, now=now)
        await publish_snapshot(organisation, promise_id, now=now)
    return promise_id


async def change_validity(
    organisation: UUID, promise_id: UUID, *, first: dt.date, last: dt.date | None, review_on: dt.date | None, now: dt.datetime
) -> None:
    """Moves the days of a promise. Duties and reminders that no longer apply go, new ones come, in the same transaction.

    Raises `NotFound`, or `Refusal` for days that cannot be.
    """
    held = periods.validity(first, last, review_on)
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        await store.set_validity(organisation, promise_id, held, now=now)
        changed = await store.one(organisation, promise_id)
        await obligations.replan(organisation, changed.facts, now=now)
        await publish_snapshot(organisation, promise_id, now=now)


async def record_outcome(
    organisation: UUID,
    promise_id: UUID,
    activity_id: UUID,
    *,
    by: Reporter,
    amount: int,
    happened_on: dt.date,
    note: str,
    form_key: UUID,
    now: dt.datetime,
) -> UUID:
    """Records what was done and shows residents the new count. The same form sent twice is one row.

    Raises `NotFound`, or `Refusal` for an amount, a day or a note that cannot be recorded.
    """
    entry = Entry(happened_on, amount, note, form_key)
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        found = await store.one(organisation, promise_id)
        return await _record(organisation, found, activity_id, entry, by, corrects_id=None, now=now)


async def correct_outcome(
    organisation: UUID, outcome_id: UUID, *, by: Reporter, amount: int, happened_on: dt.date, note: str, form_key: UUID, now: dt.datetime
) -> UUID:
    """Replaces one's own organisation's row by a new one; `note` says why, and amount 0 withdraws. The old row stays as history.

    Raises `NotFound`, or `Refusal` also when the row is another party's or has been corrected already.
    """
    entry = Entry(happened_on, amount, note, form_key)
    async with database.within(organisation):
        promise_id = await store.promise_of(organisation, outcome_id)
        await store.lock(organisation, promise_id)
        found = await store.one(organisation, promise_id)
        old = found.outcome(outcome_id)
        if old is None:
            raise NotFound
        if old.organisation_id != organisation:
            raise Refusal("outcome.other_party", name=old.organisation_short)
        return await _record(organisation, found, old.activity_id, entry, by, corrects_id=old.id, now=now)


async def _record(
    organisation: UUID, found: Promise, activity_id: UUID, entry: Entry, by: Reporter, *, corrects_id: UUID | None, now: dt.datetime
) -> UUID:
    """The promise is locked, so what was read still holds when the row is written."""
    activity = found.activity(activity_id)
    if activity is None:
        raise NotFound
    before = await store.recorded_before(organisation, entry.form_key)
    if before is not None:
        outcomes.check_repeat(entry, before, activity_id, corrects_id)
        return before.id
    outcomes.check(entry, found.validity, found.stage, clock.day(now), correcting=corrects_id is not None)
    if corrects_id is not None and any(row.corrects_id == corrects_id for row in activity.recorded):
        raise Refusal("outcome.corrected")
    made = await store.add_outcome(organisation, found.id, activity_id, entry, by, corrects_id=corrects_id, now=now)
    old = found.outcome(corrects_id) if corrects_id else None
    logged = Logged("outcome.corrected" if old else "outcome.recorded", made, words=outcomes.told(entry, activity.title, activity.unit, old))
    await history.record(organisation, found.id, logged, by=Actor(by.person_id, by.name, by.office), now=now)
    await publish_snapshot(organisation, found.id, now=now)
    return made


async def publish_snapshot(organisation: UUID, promise_id: UUID, *, now: dt.datetime) -> None:
    """Writes anew what residents read of the promise; nothing while it is unsigned. Raises `NotFound`."""
    async with database.within(organisation):
        found = await store.one(organisation, promise_id)
        if found.stage in {"draft", "shared", "agreed"}:
            return
        duties = await obligations.obligations(organisation, promise_id=promise_id)
        await store.publish(organisation, found, promise.published(found, told(duties)), now=now)
