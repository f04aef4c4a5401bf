"""Entering promises, letting signed texts take effect, recording what was done; each in one transaction, with what residents read."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.history import actions as history
from trygghet.history.rules import Actor
from trygghet.history.rules import Entry as Logged
from trygghet.indicators import actions as indicators
from trygghet.obligations import actions as obligations
from trygghet.obligations.rules import told
from trygghet.promises import outcomes, rules, snapshot, store
from trygghet.promises.outcomes import Entry
from trygghet.promises.promise import Version
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from trygghet.promises.outcomes import Reporter
    from trygghet.promises.promise import Promise
    from trygghet.promises.rules import Change, Draft, PartyDraft, Signed, Stage


async def read(organisation: UUID, promise_id: UUID) -> Promise:
    """The whole signed promise. Raises `NotFound`."""
    async with database.within(organisation):
        return await store.one(organisation, promise_id)


async def read_all(organisation: UUID) -> list[Promise]:
    """Every signed promise that the organisation has access to, by area and first day."""
    async with database.within(organisation):
        return await store.every(organisation)


async def enter(organisation: UUID, draft: Draft, *, by: Actor | None = None, now: dt.datetime) -> UUID:
    """Enters a promise that was signed elsewhere, opens it to all its parties, plans its duties and shows it to residents.

    Without `by` the system does.

    Raises `Refusal` where the text may not be kept, a party is unknown, or the organisation is no party itself.
    """
    promise_id = uuid.uuid4()
    days = [one.signed_on for one in draft.parties]
    async with database.within(organisation):
        await store.add(organisation, promise_id, now=now)
        await history.record(organisation, promise_id, Logged("promise.entered", promise_id), by=by, now=now)
        signed_on = max((day for day in days if day), default=None) if None not in days else None
        await _write(organisation, promise_id, draft, Version(1, "first", "", signed_on, draft.valid_until), "signed", now=now)
    return promise_id


async def take_effect(
    organisation: UUID, promise_id: UUID, draft: Draft, *, version: int, kind: Change, reason: str, signatures: Sequence[Signed], now: dt.datetime
) -> None:
    """Makes the promise what all its parties have signed: for the first time, or as a new version that residents read the reason of.

    What was counted, marked and followed up stays; duties and reminders follow the new text. Raises `NotFound`, or `Refusal` where
    the signature of a party, or of one that was a party until now, is missing on this very text, or the text may not be kept.
    """
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        before = None if kind == "first" else await store.one(organisation, promise_id)
        ids = await store.organisations(organisation, draft.slugs)
        by_party = {one.organisation_id: one for one in signatures}
        needed = {ids.get(one.organisation) for one in draft.parties} | {one.organisation_id for one in (before.parties if before else ())}
        if not needed <= set(by_party) or len({one.content_hash for one in signatures}) != 1:
            raise Refusal("promise.not_all_signed")
        if before:
            rules.check_change(kind, before.validity, draft)
            await store.publish_version(organisation, promise_id, before.version, snapshot.signed_text(before), now=now)
        signed = replace(draft, parties=tuple(_signed(one, by_party[ids[one.organisation]]) for one in draft.parties))
        signed_on = max(clock.day(one.at) for one in signatures)
        stage = rules.stage_after(kind, before.stage if before else None, before.validity.last if before else None, draft.valid_until)
        await _write(organisation, promise_id, signed, Version(version, kind, reason, signed_on, draft.valid_until), stage, now=now)


def _signed(party: PartyDraft, signature: Signed) -> PartyDraft:
    return replace(
        party,
        signatory_name=signature.name,
        signatory_office=signature.office,
        signed=True,
        signed_on=clock.day(signature.at),
        signed_at=signature.at,
        content_hash=signature.content_hash,
    )


async def _write(organisation: UUID, promise_id: UUID, draft: Draft, version: Version, stage: Stage, *, now: dt.datetime) -> None:
    """The text with all that follows from it: duties, reminders, what residents read."""
    rules.check(draft)
    named = await store.organisations(organisation, draft.slugs)
    for slug in draft.slugs:
        if slug not in named:
            raise Refusal("promise.unknown_party", slug=slug)
    if organisation not in {named[one.organisation] for one in draft.parties}:
        raise Refusal("promise.no_party")
    await store.write(organisation, promise_id, draft, named, version=version.number, stage=stage, now=now)
    await store.add_version(organisation, promise_id, version)
    made = await store.one(organisation, promise_id)
    await obligations.replan(organisation, made.facts, now=now)
    await publish_snapshot(organisation, promise_id, now=now)
    await store.publish_version(organisation, promise_id, made.version, snapshot.signed_text(made), now=now)


async def merge_years(organisation: UUID, promise_id: UUID, years: Collection[int], *, now: dt.datetime) -> None:
    """Lets each of these years be followed up together with the year after, and the others by themselves again: duties, reminders and
    what residents read follow.

    The caller holds what proves that every party has agreed. Raises `NotFound`, or `Refusal` for a year that the promise does not touch,
    its last one, or one that has been followed up already.
    """
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        found = await store.one(organisation, promise_id)
        done = {one.duty.due_on.year for one in await obligations.obligations(organisation, promise_id=promise_id) if one.joint and one.done_at}
        rules.check_merge(sorted(set(years) - set(found.merged_years)), found.validity, done)
        if not await store.merge(organisation, promise_id, sorted(set(years))):
            raise NotFound
        await obligations.replan(organisation, (await store.one(organisation, promise_id)).facts, now=now)
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
    place: str = "",
    now: dt.datetime,
) -> UUID:
    """Records what was done and shows residents the new count. The same form sent twice is one row.

    Raises `NotFound`, or `Refusal` for an amount, a day, a place or a note that cannot be recorded, or a removed activity.
    """
    entry = Entry(happened_on, amount, note, form_key, place)
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        found = await store.one(organisation, promise_id)
        return await _record(organisation, found, activity_id, entry, by, corrects_id=None, now=now)


async def correct_outcome(
    organisation: UUID,
    outcome_id: UUID,
    *,
    by: Reporter,
    amount: int,
    happened_on: dt.date,
    note: str,
    form_key: UUID,
    place: str = "",
    now: dt.datetime,
) -> UUID:
    """Replaces one's own organisation's row by a new one; `note` says why, and amount 0 withdraws. The old row stays as history.

    Raises `NotFound`, or `Refusal` also when the row is another party's or has been corrected already.
    """
    entry = Entry(happened_on, amount, note, form_key, place)
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
    if organisation not in {one.organisation_id for one in found.parties}:
        raise Refusal("outcome.no_party")
    before = await store.recorded_before(organisation, entry.form_key)
    if before is not None:
        outcomes.check_repeat(entry, before, activity, corrects_id)
        return before.id
    old = found.outcome(corrects_id) if corrects_id else None
    entry = outcomes.fitting(entry, activity, found.validity, clock.day(now), old=old)
    if old is not None and any(row.corrects_id == old.id for row in activity.recorded):
        raise Refusal("outcome.corrected")
    made = await store.add_outcome(organisation, found.id, activity_id, entry, by, corrects_id=corrects_id, now=now)
    logged = Logged("outcome.corrected" if old else "outcome.recorded", made, words=outcomes.told(entry, activity.title, old))
    await history.record(organisation, found.id, logged, by=Actor(by.person_id, by.name, by.office), now=now)
    await publish_snapshot(organisation, found.id, now=now)
    return made


async def record_many(
    organisation: UUID, promise_id: UUID, rows: Sequence[tuple[UUID, Entry]], *, by: Reporter, content_hash: str, now: dt.datetime
) -> int:
    """Records rows of a file, each with its activity's id, all or none; returns how many were new. The log has one event, with the file's SHA-256.

    Raises `NotFound`, or `Refusal` for the first row that cannot be recorded, or that says another thing than its key has recorded already.
    """
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        found = await store.one(organisation, promise_id)
        if organisation not in {one.organisation_id for one in found.parties}:
            raise Refusal("outcome.no_party")
        known = await store.recorded_by(organisation, [entry.form_key for _, entry in rows])
        new: list[tuple[UUID, Entry]] = []
        for activity_id, entry in rows:
            activity = found.activity(activity_id)
            if activity is None:
                raise NotFound
            if entry.form_key in known:
                outcomes.check_repeat(entry, known[entry.form_key], activity, None)
            else:
                new.append((activity_id, outcomes.fitting(entry, activity, found.validity, clock.day(now))))
        if new:
            await store.add_outcomes(organisation, promise_id, new, by, now=now)
            logged = Logged("outcome.imported", content_hash=content_hash, words=outcomes.told_of_many([entry for _, entry in new]))
            await history.record(organisation, promise_id, logged, by=Actor(by.person_id, by.name, by.office), now=now)
            await publish_snapshot(organisation, promise_id, now=now)
        return len(new)


async def publish_snapshot(organisation: UUID, promise_id: UUID, *, now: dt.datetime) -> None:
    """Writes anew what residents read of a signed promise. Raises `NotFound`, also while it is unsigned."""
    async with database.within(organisation):
        found = await store.one(organisation, promise_id)
        duties = await obligations.obligations(organisation, promise_id=promise_id)
        series = await indicators.of_goals(organisation, [goal.id for goal in found.all_goals])
        await store.publish(organisation, found, snapshot.published(found, told(duties), series), now=now)
