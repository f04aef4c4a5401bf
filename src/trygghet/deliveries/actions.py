"""Plan, hand out, deliver, settle; and what a person may decide."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from trygghet import channels as outside
from trygghet import database
from trygghet.channels import Channel, Letter, Message, NotSent, Post, Receipt, Unclear
from trygghet.connections import actions as connections
from trygghet.deliveries import ledger, rules, store
from trygghet.deliveries.ledger import Ledger
from trygghet.deliveries.rules import Delivery, Fan, Patience, Planned, Settled, Skip, State
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.history.rules import Actor
    from trygghet.tenancy import Asking

log = structlog.get_logger()
Composer = Callable[[Delivery, "dt.datetime"], Awaitable[Message | Fan | Skip]]
"""Makes a delivery's message as things are now, inside a unit of work for the delivery's organisation."""
MAILS_IN_ONE_MESSAGE = 25
USUAL = Patience()


# ---------------------------------------------------------------- planning
async def plan(organisation: UUID, wanted: Sequence[Planned], *, now: dt.datetime) -> None:
    """Plans what is not planned yet. A wish may follow upon one before it in the same sequence."""
    async with database.within(organisation):
        await store.insert(organisation, wanted, now)


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


async def of_promise(organisation: UUID, promise_id: UUID) -> list[ledger.Entry]:
    """All that was or will be sent because of a promise: the organisation's own, and what is published; the other party's letters are its own matter."""
    async with database.within(organisation, readonly=True):
        return await store.of_promise(organisation, promise_id)


# ---------------------------------------------------------------- handing out
async def across_organisations_hand_out(*, now: dt.datetime, wall: dt.datetime, limit: int = 1000, patience: Patience = USUAL) -> list[list[UUID]]:
    """What is due, as the ids that go into each message of the queue; silent workers' rows are taken back first.

    `now` decides what is due, `wall` who is silent. Mails go many in one message, publications alone: each must be claimed
    just before it is sent.
    """
    async with database.across_organisations():
        for delivery in await store.across_organisations_silent(wall, limit):
            await _settle_silence(delivery, now, wall, patience)
        await store.across_organisations_skip_followers(now)
        due = await store.across_organisations_hand_out(now, wall, wall + patience.queue, limit)
    mails = [delivery_id for delivery_id, channel in due if channel == "mail"]
    together = [mails[start : start + MAILS_IN_ONE_MESSAGE] for start in range(0, len(mails), MAILS_IN_ONE_MESSAGE)]
    return [*together, *([delivery_id] for delivery_id, channel in due if channel != "mail")]


async def _settle_silence(delivery: Delivery, now: dt.datetime, wall: dt.datetime, patience: Patience) -> None:
    settled = rules.silence(repeatable=delivery.channel in outside.REPEATABLE, attempts=delivery.attempts, now=now)
    await store.settle(delivery.organisation_id, delivery, settled, was=State.SENDING, now=now, look_at=_look_at(settled, wall, patience))
    log.warning("delivery_silent", delivery=str(delivery.id), channel=delivery.channel, attempt=delivery.attempts, state=settled.state)


def _look_at(settled: Settled, wall: dt.datetime, patience: Patience) -> dt.datetime | None:
    return wall + patience.look(0) if settled.state is State.UNCLEAR else None


async def across_organisations_take_back(ids: Sequence[UUID]) -> None:
    """The queue could not be reached: these are handed out anew at the next tick."""
    async with database.across_organisations():
        await store.across_organisations_take_back(ids)


# ---------------------------------------------------------------- delivering
@dataclasses.dataclass(frozen=True)
class _Task:
    """What one message of the queue is carried out with. `wall` was read when it began; `began` is the loop's time then."""

    composers: Mapping[str, Composer]
    channels: Mapping[str, Channel]
    now: dt.datetime
    wall: dt.datetime
    patience: Patience
    began: float

    @property
    def elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self.began

    def look_at(self, settled: Settled) -> dt.datetime | None:
        return _look_at(settled, self.wall, self.patience)


async def across_organisations_deliver(
    ids: Sequence[UUID],
    *,
    composers: Mapping[str, Composer],
    channels: Mapping[str, Channel],
    now: dt.datetime,
    wall: dt.datetime,
    patience: Patience = USUAL,
) -> None:
    """Sends what was handed out and looks up what is unclear. Doing it twice, or by two at once, sends nothing twice."""
    task = _Task(composers, channels, now, wall, patience, asyncio.get_running_loop().time())
    async with database.across_organisations(readonly=True):
        whose = await store.across_organisations_whose(ids)
    planned: dict[UUID, list[UUID]] = defaultdict(list)
    for delivery_id, organisation, state in whose:
        if state is State.PLANNED:
            planned[organisation].append(delivery_id)
    try:
        for organisation, theirs in planned.items():
            for delivery, message in await _claim(organisation, theirs, task):
                await _send(delivery, message, task)
        for delivery_id, organisation, state in whose:
            if state is State.UNCLEAR:
                await _look_up(organisation, delivery_id, task)
    finally:
        for channel in channels.values():
            await channel.close()


async def _claim(organisation: UUID, ids: Sequence[UUID], task: _Task) -> list[tuple[Delivery, Message]]:
    """Claims and composes in one unit of work that is committed before anything goes out."""
    async with database.within(organisation):
        claimed = await store.claim(organisation, ids, task.wall + task.patience.lease)
        found = [(delivery, await _message(delivery, task)) for delivery in claimed]
    return [(delivery, message) for delivery, message in found if message is not None]


async def _message(delivery: Delivery, task: _Task) -> Message | None:
    """The message as things are now. None when the row is settled without one, because it is no longer true."""
    organisation = delivery.organisation_id
    try:
        async with database.within(organisation):
            composed = await _compose(delivery, task)
    except Exception:  # one row that cannot be composed must not hold up the others in its message
        log.exception("delivery_not_composed", delivery=str(delivery.id), kind=delivery.kind)
        settled = rules.not_sent(
            "Meddelandet kunde inte sättas ihop; felet är vårt och är antecknat.",
            permanent=False,
            after=None,
            attempts=delivery.attempts,
            now=task.now,
        )
        await store.settle(organisation, delivery, settled, was=State.SENDING, now=task.now)
        return None
    if isinstance(composed, Skip):
        await store.settle(organisation, delivery, Settled(State.SKIPPED, composed.reason), was=State.SENDING, now=task.now)
        return None
    where, message_id = (composed.to_address, composed.message_id) if isinstance(composed, Letter) else (_where(composed), "")
    await store.address(organisation, delivery, where, message_id)
    return composed


def _where(post: Post) -> str:
    return post.account.name if post.account is not None else post.permalink


async def _compose(delivery: Delivery, task: _Task) -> Message | Skip:
    composed = await task.composers[delivery.kind](delivery, task.now)
    if not isinstance(composed, Fan):
        return composed
    first, *others = composed.person_ids
    await store.take_first(delivery.organisation_id, delivery, first)
    await store.insert(delivery.organisation_id, [_sibling(delivery, person_id) for person_id in others], task.now)
    again = await task.composers[delivery.kind](dataclasses.replace(delivery, person_id=first), task.now)
    if isinstance(again, Fan):
        raise TypeError("a delivery that has its person cannot be fanned out again")
    return again


def _sibling(delivery: Delivery, person_id: UUID) -> Planned:
    return Planned(
        delivery.organisation_id,
        rules.sibling_key(delivery.key, person_id),
        delivery.kind,
        delivery.channel,
        delivery.title,
        delivery.due_at,
        delivery.promise_id,
        delivery.obligation_id,
        delivery.status_update_id,
        delivery.connection_id,
        delivery.seat,
        person_id,
        delivery.lead_days,
        words=delivery.words,
    )


async def _send(delivery: Delivery, message: Message, task: _Task) -> None:
    """One attempt, and what became of it. What there is no time for within the lease is given back untouched."""
    limit = task.patience.send.total_seconds()
    if task.elapsed + limit > task.patience.lease.total_seconds():
        async with database.within(delivery.organisation_id):
            await store.give_back(delivery.organisation_id, delivery)
        return
    channel = task.channels[delivery.channel]
    try:
        async with asyncio.timeout(limit):
            receipt = await channel.send(message)
    except NotSent as no:
        settled = rules.not_sent(no.reason, permanent=no.permanent, after=no.after, attempts=delivery.attempts, now=task.now)
        await _settle(delivery, settled, task, broken=no.reason if no.account else None)
    except (Unclear, TimeoutError) as lost:
        reason = lost.reason if isinstance(lost, Unclear) else "Mottagaren svarade inte i tid."
        await _settle(delivery, rules.no_answer(reason, repeatable=channel.repeatable, attempts=delivery.attempts, now=task.now), task)
    except Exception:  # a fault of ours in a channel: the row must still be settled, as carefully as if the answer was lost
        log.exception("delivery_bug", delivery=str(delivery.id), channel=delivery.channel)
        await _settle(
            delivery,
            rules.no_answer(
                "Något gick fel hos oss medan det skickades; felet är antecknat.",
                repeatable=channel.repeatable,
                attempts=delivery.attempts,
                now=task.now,
            ),
            task,
        )
    else:
        await _settle(delivery, Settled(State.SENT), task, receipt=receipt)


async def _settle(delivery: Delivery, settled: Settled, task: _Task, *, receipt: Receipt | None = None, broken: str | None = None) -> None:
    organisation = delivery.organisation_id
    remote = (receipt.remote_id, receipt.remote_url) if receipt else ("", "")
    async with database.within(organisation):
        # Waiting for the disk after each letter costs more than sending it; if the server crashes, a few go out once more.
        in_time = await store.settle(
            organisation,
            delivery,
            settled,
            was=State.SENDING,
            now=task.now,
            look_at=task.look_at(settled),
            remote=remote,
            lasting=not task.channels[delivery.channel].repeatable,
        )
        if not in_time and receipt is not None:
            in_time = await store.late_receipt(organisation, delivery, remote, task.now)
        if delivery.connection_id is not None:
            if broken is not None:
                await connections.needs_human(organisation, delivery.connection_id, why=broken)
            elif receipt is not None:
                await connections.works(organisation, delivery.connection_id)
    log.info("delivery_settled", delivery=str(delivery.id), channel=delivery.channel, attempt=delivery.attempts, state=settled.state, in_time=in_time)


# ---------------------------------------------------------------- looking up what is unclear
async def _look_up(organisation: UUID, delivery_id: UUID, task: _Task) -> None:
    """Asks the other side whether it is there. What cannot be told stays unclear for a person."""
    async with database.within(organisation):
        delivery = await store.get(organisation, delivery_id)
        message = await task.composers[delivery.kind](delivery, task.now) if delivery.state is State.UNCLEAR else None
    if isinstance(message, Letter | Post):
        await _found_or_not(delivery, await _find(delivery, message, task), task)
    elif message is not None:
        await _looked(delivery, delivery.reason, task)  # withdrawn meanwhile: only a person can tell what became of it


async def _find(delivery: Delivery, message: Message, task: _Task) -> Receipt | str | None:
    """The receipt, None when it is surely absent, or a sentence why it cannot be told."""
    try:
        async with asyncio.timeout(task.patience.send.total_seconds()):
            return await task.channels[delivery.channel].find(message)
    except (Unclear, NotSent) as cannot:
        return cannot.reason
    except TimeoutError:
        return "Servern svarade inte när vi slog upp det."


async def _found_or_not(delivery: Delivery, found: Receipt | str | None, task: _Task) -> None:
    organisation = delivery.organisation_id
    if isinstance(found, str):
        await _looked(delivery, found, task)
        return
    settled = Settled(State.SENT) if found else rules.absent(lookups=delivery.lookups, attempts=delivery.attempts, now=task.now)
    if settled is None:
        await _looked(delivery, delivery.reason, task)
        return
    remote = (found.remote_id, found.remote_url) if found else ("", "")
    async with database.within(organisation):
        await store.settle(organisation, delivery, settled, was=State.UNCLEAR, now=task.now, remote=remote)
    log.info("delivery_looked_up", delivery=str(delivery.id), channel=delivery.channel, state=settled.state)


async def _looked(delivery: Delivery, reason: str, task: _Task) -> None:
    async with database.within(delivery.organisation_id):
        await store.looked(delivery.organisation_id, delivery, reason, task.wall + task.patience.look(delivery.lookups + 1))


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


async def decide(organisation: UUID, delivery_id: UUID, *, went_out: bool, by: Asking, now: dt.datetime) -> None:
    """A person has looked and says whether an unclear delivery went out; what did not is planned once more. Refuses what is not unclear."""
    async with database.within(organisation):
        delivery = await store.get(organisation, delivery_id)
        if not rules.may_decide(delivery):
            raise Refusal("delivery.not_unclear")
        settled = (
            Settled(State.SENT, f"{by.name} såg att det hade kommit fram.")
            if went_out
            else Settled(State.PLANNED, f"{by.name} såg att det inte hade kommit fram.", now)
        )
        await store.settle(organisation, delivery, settled, was=State.UNCLEAR, now=now)
        await _log(organisation, delivery, "delivery.arrived" if went_out else "delivery.lost", by=by, now=now)


async def _log(organisation: UUID, delivery: Delivery, act: str, *, by: Asking | Actor, now: dt.datetime) -> None:
    """Into the promise's log, where the delivery is of one. Publications are all parties' business, letters the organisation's own."""
    if delivery.promise_id is not None:
        entry = Entry(act, delivery.id, words={"title": delivery.title}, shared=delivery.status_update_id is not None)
        await history.record(organisation, delivery.promise_id, entry, by=by, now=now)
