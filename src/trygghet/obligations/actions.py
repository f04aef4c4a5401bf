"""Following a promise's duties, and saying that one's part of a duty is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.obligations import renewal, rules, store
from trygghet.reminders import actions as reminders
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.obligations.renewal import Making
    from trygghet.obligations.rules import Facts, Obligation
    from trygghet.tenancy import Asking


async def replan(organisation: UUID, facts: Facts, *, now: dt.datetime) -> None:
    """Makes duties and their reminders follow a promise that is new or has changed. Run twice it changes nothing.

    Whoever was reminded of the end of a promise that this one takes over from is reminded of it no more.
    """
    async with database.within(organisation):
        await store.sync(organisation, facts.promise_id, rules.duties(facts))
        await reminders.replan(organisation, facts.promise_id, now=now)
        for earlier in await store.taken_over(organisation, facts.promise_id):
            await reminders.replan(organisation, earlier, now=now)


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
        rules.may_undo(found)
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
    words = ({} if marked.ends else {"title": marked.duty.title}) | ({"note": note} if note else {})
    await history.record(organisation, marked.promise_id, Entry(act, marked.id, words=words), by=by, now=now)


async def _settle(organisation: UUID, obligation_id: UUID, *, now: dt.datetime) -> Obligation:
    found = await store.obligation(organisation, obligation_id)
    marked = [part.organisation for part in found.parts if part.mark is not None]
    is_done = rules.done(found.duty.kind, [part.organisation for part in found.parts], marked)
    if is_done != (found.done_at is not None):
        await store.settle(organisation, found, now if is_done else None)
        told = rules.told(await store.obligations(organisation, promise_id=found.promise_id))
        await store.tell(organisation, found.promise_id, told, now=now)
    await reminders.replan(organisation, found.promise_id, now=now)
    return await obligation(organisation, obligation_id)


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


async def makings(organisation: UUID) -> list[Making]:
    """The texts that may come to follow a promise which ends, so far as the organisation may see them."""
    async with database.within(organisation):
        return await store.makings(organisation)


def _with_making(one: Obligation, texts: list[Making]) -> Obligation:
    return replace(one, making=renewal.making_of(one.promise_id, one.validity, one.places, texts)) if one.ends else one
