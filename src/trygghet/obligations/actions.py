"""Following a promise's duties, and saying that one's part of a duty is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.obligations import renewal, rules, store
from trygghet.reminders import actions as reminders
from trygghet.swedish import NotFound
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.obligations.cancelled import Cancelled
    from trygghet.obligations.renewal import Making
    from trygghet.obligations.rules import Duty, Facts, Obligation
    from trygghet.tenancy import Asking


async def replan(organisation: UUID, facts: Facts, *, now: dt.datetime) -> None:
    """Makes duties and their reminders follow a promise that is new or has changed. Run twice it changes nothing.

    Whoever was reminded of the end of a promise that this one takes over from is reminded of it no more.
    """
    async with database.within(organisation):
        facts = replace(facts, followed=await store.followed(organisation, facts.promise_id))
        await store.sync(organisation, facts.promise_id, rules.duties(facts), now=now)
        await reminders.replan(organisation, facts.promise_id, now=now)
        for earlier in await store.taken_over(organisation, facts.promise_id):
            await reminders.replan(organisation, earlier, now=now)


async def sync_own(
    organisation: UUID,
    prefix: str,
    duties: Sequence[Duty],
    *,
    promise_id: UUID | None = None,
    done: Mapping[str, dt.datetime] | None = None,
    now: dt.datetime,
) -> None:
    """Makes the organisation's own duties whose key begins with `prefix` exactly these, and its reminders follow. Nobody else sees them.

    With `promise_id` they stand beside that promise; it must be open to the organisation, else `NotFound`. Without `done` what has been
    done or marked stays; with it, by key, it says when each was done, and a duty that it does not name is open.
    """
    async with database.within(organisation):
        await store.sync_own(organisation, prefix, duties, promise_id=promise_id, done=done, now=now)
        await reminders.replan_own(organisation, now=now)


async def settle_follow_up(organisation: UUID, obligation_id: UUID, *, now: dt.datetime) -> None:
    """The parties have signed the follow-up: it is done, residents read that it is, and nobody is reminded of it any more.

    The caller holds what proves it. A second time changes nothing. Raises `NotFound`, also for any other kind of duty.
    """
    async with database.within(organisation):
        await store.lock(organisation, obligation_id)
        found = await store.obligation(organisation, obligation_id)
        if not found.joint:
            raise NotFound
        if found.done_at is None:
            await _set_done(organisation, found, now, now=now)


async def mark_done(organisation: UUID, obligation_id: UUID, *, by: Asking, note: str, now: dt.datetime) -> Obligation:
    """One party's word that its part is done. Raises `NotFound`, or `Refusal` before the duty's time has begun and for a promise's end."""
    rules.check_note(note)
    async with database.within(organisation):
        await store.lock(organisation, obligation_id)
        found = await store.obligation(organisation, obligation_id)
        rules.may_mark(found, clock.day(now))
        if await store.add_mark(organisation, found, rules.Mark(by.name, by.office_for(Act.MARK), note, now)):
            await _log(organisation, found, "obligation.marked", note, by=by, now=now)
        return await _settle(organisation, obligation_id, now=now)


async def undo_mark(organisation: UUID, obligation_id: UUID, *, by: Asking, now: dt.datetime) -> Obligation:
    """Takes one's own organisation's word back; the reminders that are still to come return. Raises `NotFound`, `Refusal` for a promise's end."""
    async with database.within(organisation):
        await store.lock(organisation, obligation_id)
        found = await store.obligation(organisation, obligation_id)
        rules.may_take_back(found, organisation)
        if await store.remove_mark(organisation, obligation_id):
            await _log(organisation, found, "obligation.unmarked", "", by=by, now=now)
        return await _settle(organisation, obligation_id, now=now)


async def decline(organisation: UUID, obligation_id: UUID, *, by: Asking, reason: str, now: dt.datetime) -> Obligation:
    """A leader's word that no new promise follows the one that ends, with the reason; done when a leader of every party has said so.

    Raises `NotFound`, or `Refusal` without a reason or where a new promise is signed or being written already.
    """
    async with database.within(organisation):
        await store.lock(organisation, obligation_id)
        found = await obligation(organisation, obligation_id)
        rules.may_decline(found, reason)
        if await store.add_mark(organisation, found, rules.Mark(by.name, by.office_for(Act.APPROVE), reason.strip(), now)):
            await _log(organisation, found, "renewal.declined", reason.strip(), by=by, now=now)
        return await _settle(organisation, obligation_id, now=now)


async def reconsider(organisation: UUID, obligation_id: UUID, *, by: Asking, now: dt.datetime) -> Obligation:
    """A leader takes back that no new promise will follow. Raises `NotFound`."""
    async with database.within(organisation):
        await store.lock(organisation, obligation_id)
        found = await store.obligation(organisation, obligation_id)
        rules.must_end(found)
        if await store.remove_mark(organisation, obligation_id):
            await _log(organisation, found, "renewal.reconsidered", "", by=by, now=now)
        return await _settle(organisation, obligation_id, now=now)


async def _log(organisation: UUID, marked: Obligation, act: str, note: str, *, by: Asking, now: dt.datetime) -> None:
    """Into the promise's log; what one party owes alone is read by it alone there, and what belongs to no promise is in no such log."""
    if marked.promise_id is None:
        return
    words = ({} if marked.ends else {"title": marked.duty.title}) | ({"note": note} if note else {})
    entry = Entry(act, marked.id, words=words, shared=marked.duty.owner is None)
    await history.record(organisation, marked.promise_id, entry, by=by, now=now)


async def _settle(organisation: UUID, obligation_id: UUID, *, now: dt.datetime) -> Obligation:
    found = await store.obligation(organisation, obligation_id)
    marked = [part.organisation for part in found.parts if part.mark is not None]
    is_done = rules.done(found.duty.kind, [part.organisation for part in found.parts], marked)
    if is_done != (found.done_at is not None):
        await _set_done(organisation, found, now if is_done else None, now=now)
    else:
        await _replan(organisation, found, now=now)
    return await obligation(organisation, obligation_id)


async def _set_done(organisation: UUID, found: Obligation, done_at: dt.datetime | None, *, now: dt.datetime) -> None:
    await store.settle(organisation, found, done_at, now=now)
    if found.joint and found.promise_id is not None:
        told = rules.told(await store.obligations(organisation, promise_id=found.promise_id))
        await store.tell(organisation, found.promise_id, told, now=now)
    await _replan(organisation, found, now=now)


async def _replan(organisation: UUID, found: Obligation, *, now: dt.datetime) -> None:
    if found.duty.owner is not None or found.promise_id is None:
        await reminders.replan_own(organisation, now=now)
    else:
        await reminders.replan(organisation, found.promise_id, now=now)


async def obligations(organisation: UUID, *, promise_id: UUID | None = None) -> list[Obligation]:
    """Every duty that the organisation has a part in, or those of one promise."""
    async with database.within(organisation):
        found = await store.obligations(organisation, promise_id=promise_id)
        texts = await store.makings(organisation) if any(one.ends and one.settled_at is None for one in found) else []
    return [_with_making(one, texts) for one in found]


async def obligation(organisation: UUID, obligation_id: UUID) -> Obligation:
    """One duty. Raises `NotFound`."""
    async with database.within(organisation):
        found = await store.obligation(organisation, obligation_id)
        return _with_making(found, await store.makings(organisation) if found.ends else [])


async def cancelled(organisation: UUID, since: dt.datetime) -> list[Cancelled]:
    """The duties that it had a part in and that were cancelled after `since`."""
    async with database.within(organisation):
        return await store.cancelled(organisation, since)


async def makings(organisation: UUID) -> list[Making]:
    """The texts that may come to follow a promise which ends, so far as the organisation may see them."""
    async with database.within(organisation):
        return await store.makings(organisation)


def _with_making(one: Obligation, texts: list[Making]) -> Obligation:
    if not one.ends or one.promise_id is None or one.validity is None:
        return one
    return replace(one, making=renewal.making_of(one.promise_id, one.validity, one.places, texts))
