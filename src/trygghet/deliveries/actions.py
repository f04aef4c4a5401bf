"""Plan, take back, and what a person sees and decides. What a worker does stands in sending.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import channels as outside
from trygghet import database
from trygghet.copies import actions as copies
from trygghet.deliveries import ledger, publications, rules, store
from trygghet.deliveries.ledger import Ledger
from trygghet.deliveries.rules import Delivery, Planned, Settled, State
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.history.rules import Actor
    from trygghet.tenancy import Asking


# ---------------------------------------------------------------- planning
async def plan(organisation: UUID, wanted: Sequence[Planned], *, now: dt.datetime) -> None:
    """Plans what is not planned yet. A wish may follow upon one before it in the same sequence."""
    async with database.within(organisation):
        await store.insert(organisation, wanted, now)


async def across_organisations_plan(wanted: Sequence[Planned], *, now: dt.datetime) -> None:
    """The same for letters that no organisation may see, though they are sent in its name."""
    async with database.across_organisations():
        for organisation in dict.fromkeys(one.organisation_id for one in wanted):
            await store.insert(organisation, [one for one in wanted if one.organisation_id == organisation], now)


async def replan(organisation: UUID, promise_id: UUID, kind: str, wanted: Sequence[Planned], *, now: dt.datetime) -> None:
    """Makes the promise's planned deliveries of this kind equal to what is wanted. Doing it twice changes nothing.

    What is due already is left as it is, and what was ever attempted is history.
    """
    async with database.within(organisation):
        await store.delete_unwanted(organisation, promise_id, kind, [one.key for one in wanted], now)
        await store.insert(organisation, wanted, now)


async def replan_own(organisation: UUID, kind: str, wanted: Sequence[Planned], *, now: dt.datetime) -> None:
    """The same for what the organisation has planned for itself alone: none of it names a promise, so that no other party can see it."""
    async with database.within(organisation):
        await store.delete_own_unwanted(organisation, kind, [one.key for one in wanted], now)
        await store.insert(organisation, wanted, now)


async def drop(organisation: UUID, *, status_update_id: UUID) -> None:
    """Takes back what a status update planned and nobody has begun to send."""
    async with database.within(organisation):
        await store.delete_of_update(organisation, status_update_id)


async def drop_planned(organisation: UUID, promise_id: UUID, keys: Sequence[str]) -> None:
    """Takes back what a promise planned under these keys and nobody has begun to send."""
    async with database.within(organisation):
        await store.delete_planned(organisation, promise_id, keys)


async def of_updates(organisation: UUID, status_update_ids: Sequence[UUID]) -> dict[UUID, list[Delivery]]:
    """Where each status update went, goes or did not arrive, in the order in which its channels go."""
    found: dict[UUID, list[Delivery]] = {one: [] for one in status_update_ids}
    async with database.within(organisation, readonly=True):
        for delivery in await store.of_update(organisation, status_update_ids):
            if delivery.status_update_id is not None:
                found[delivery.status_update_id].append(delivery)
    return found


async def published(organisation: UUID, update_id: UUID) -> list[Delivery]:
    """What became of an update in each of its places, in the order in which they go: one publication for each, whatever was corrected since."""
    return [one for one in (await of_updates(organisation, [update_id]))[update_id] if one.act == rules.Act.PUBLISH]


async def retract(organisation: UUID, update_id: UUID, *, why: str, now: dt.datetime) -> list[Delivery]:
    """Takes back what of an update nobody has begun to send, and plans that it is taken away wherever it is or may be; returns those places.

    It waits for what is being sent now. Our own page and feed show a withdrawal, and `why`, by themselves: of them only a copy is kept.
    Run twice it changes nothing.
    """
    async with database.within(organisation):
        await store.delete_of_update(organisation, update_id)
        found = (await of_updates(organisation, [update_id]))[update_id]
        out = [
            one
            for one in publications.standing(found)
            if one.channel not in publications.OWN and publications.may_be_out(one, repeatable=one.channel in outside.REPEATABLE)
        ]
        await store.insert(organisation, [publications.retraction(one, now) for one in out], now)
        await copies.keep_own_withdrawal(organisation, update_id, why, now=now)
    return out


async def of_promise(organisation: UUID, promise_id: UUID) -> list[ledger.Entry]:
    """All that was or will be sent because of a promise: the organisation's own, and what is published; the other party's letters are its own matter."""
    async with database.within(organisation, readonly=True):
        return await store.of_promise(organisation, promise_id)


# ---------------------------------------------------------------- what a person sees and decides
async def read_ledger(organisation: UUID, choice: ledger.Choice, number: int, *, now: dt.datetime) -> Ledger:
    """One page of all that leaves the building, and first what needs a person."""
    async with database.within(organisation, readonly=True):
        found = await store.entries(organisation, choice, number, now + ledger.AHEAD)
        return Ledger(choice, number, found[: ledger.PAGE_LENGTH], len(found) > ledger.PAGE_LENGTH, await store.needs_human(organisation))


async def retry(organisation: UUID, delivery_id: UUID, *, by: Asking | Actor, now: dt.datetime) -> None:
    """Plans what failed once more, at once. Refuses what has not failed."""
    async with database.within(organisation):
        delivery = await store.get(organisation, delivery_id)
        if not rules.may_retry(delivery):
            raise Refusal("delivery.not_failed")
        await store.settle(organisation, delivery, Settled(State.PLANNED, "", now), was=State.FAILED, now=now)
        await _log(organisation, delivery, "delivery.retried", by=by, now=now)


async def decide(organisation: UUID, delivery_id: UUID, *, went_out: bool, url: str = "", by: Asking, now: dt.datetime) -> None:
    """A person has looked and says whether an unclear delivery went out; what did not is planned once more.
    `url` is where it was seen, where that is known. Refuses what is not unclear, and an address that is none.
    """
    async with database.within(organisation):
        delivery = await store.get(organisation, delivery_id)
        if not rules.may_decide(delivery):
            raise Refusal("delivery.not_unclear")
        remote = ("", rules.check_address(url, needed=False) if went_out else "")
        settled = (
            Settled(State.SENT, f"{by.name} såg att det hade kommit fram.")
            if went_out
            else Settled(State.PLANNED, f"{by.name} såg att det inte hade kommit fram.", now)
        )
        await store.settle(organisation, delivery, settled, was=State.UNCLEAR, now=now, remote=remote)
        if went_out:
            await copies.keep(organisation, delivery.id, None, url=remote[1], now=now)
        await _log(organisation, delivery, "delivery.arrived" if went_out else "delivery.lost", by=by, now=now)


async def done_by_hand(organisation: UUID, delivery_id: UUID, url: str, *, by: Asking, now: dt.datetime) -> None:
    """A person has done what no machine does for them: `url` is where it stands now, empty for what was taken away.

    It is looked for there afterwards. Raises `Refusal` for what waits for nobody and for an address that is none.
    """
    async with database.within(organisation):
        delivery = await store.get(organisation, delivery_id)
        if not rules.may_finish(delivery):
            raise Refusal("delivery.not_manual")
        where = rules.check_address(url, needed=delivery.act == rules.Act.PUBLISH)
        settled = Settled(State.SENT, f"{by.name} har gjort det.")
        await store.settle(organisation, delivery, settled, was=State.MANUAL, now=now, remote=("", where))
        await copies.keep(organisation, delivery.id, None, url=where, now=now)
        await _log(organisation, delivery, "delivery.by_hand", by=by, now=now)


async def needs(organisation: UUID) -> list[ledger.Entry]:
    """The organisation's own rows that wait for a person: failed, unclear, or done by hand."""
    async with database.within(organisation, readonly=True):
        return await store.needs_human(organisation)


async def _log(organisation: UUID, delivery: Delivery, act: str, *, by: Asking | Actor, now: dt.datetime) -> None:
    """Into the promise's log, where the delivery is of one. Publications are all parties' business, letters the organisation's own."""
    if delivery.promise_id is not None:
        entry = Entry(act, delivery.id, words={"title": delivery.title}, shared=delivery.status_update_id is not None)
        await history.record(organisation, delivery.promise_id, entry, by=by, now=now)
