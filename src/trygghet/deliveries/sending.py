"""What a worker does: hands out what is due, claims it, sends it, settles it, and looks up what nobody knows of."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import structlog

from trygghet import channels as outside
from trygghet import database
from trygghet.channels import Channel, Letter, Message, NotSent, Post, Receipt, Unclear
from trygghet.connections import actions as connections
from trygghet.deliveries import attempting, publications, queue, rules, store
from trygghet.deliveries.attempting import Turn
from trygghet.deliveries.composing import Composed, Composer, Going, Together
from trygghet.deliveries.rules import Broken, Delivery, Fan, Hold, Patience, Planned, Settled, Skip, State, Unseat
from trygghet.installation import actions as installation

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.deliveries.queue import Letterhead

log = structlog.get_logger()
LETTERS_IN_ONE_MESSAGE = 100
REPEATED_AT_MOST = 10
"""Letters that may go out once more when a worker dies: so many are settled together."""
USUAL = Patience()


# ---------------------------------------------------------------- handing out
async def across_organisations_hand_out(*, now: dt.datetime, wall: dt.datetime, limit: int = 5000, patience: Patience = USUAL) -> list[list[UUID]]:
    """What is due, as the ids that go into each message of the queue; silent workers' rows are taken back first.

    `now` decides what is due, `wall` who is silent. Mails go many in one message, all of one person's day together; publications alone:
    each must be claimed just before it is sent. What goes into a day's letter is handed out once it has found its person. In a copy of
    another installation's database nothing is.
    """
    async with database.across_organisations():
        if not await installation.across_organisations_may_speak():
            return []
        await queue.across_organisations_shorten(wall, patience.lease)
        for delivery in await queue.across_organisations_silent(wall, limit):
            await _settle_silence(delivery, now, wall, patience)
        await queue.across_organisations_expire(now, wall, sorted(outside.REPEATABLE))
        await queue.across_organisations_skip_followers(now)
        await queue.across_organisations_hold(now)
        due = await queue.across_organisations_hand_out(now, wall, wall + patience.queue, limit)
        daily = await queue.across_organisations_hand_out_daily(now, wall, wall + patience.queue, limit)
    letters = [(delivery_id,) for delivery_id, channel in due if channel == "mail"] + [ids for _, ids in daily]
    together = [letters[start : start + LETTERS_IN_ONE_MESSAGE] for start in range(0, len(letters), LETTERS_IN_ONE_MESSAGE)]
    return [
        *([delivery_id for ids in chunk for delivery_id in ids] for chunk in together),
        *([delivery_id] for delivery_id, channel in due if channel != "mail"),
    ]


async def _settle_silence(delivery: Delivery, now: dt.datetime, wall: dt.datetime, patience: Patience) -> None:
    await queue.across_organisations_may_have_gone(delivery)
    repeatable = publications.is_repeatable(delivery, channel=delivery.channel in outside.REPEATABLE)
    settled = rules.silence(repeatable=repeatable, attempts=delivery.attempts, now=now)
    await store.settle(delivery.organisation_id, delivery, settled, was=State.SENDING, now=now, look_at=_look_at(settled, wall, patience))
    log.warning("delivery_silent", delivery=str(delivery.id), channel=delivery.channel, attempt=delivery.attempts, state=settled.state)


def _look_at(settled: Settled, wall: dt.datetime, patience: Patience) -> dt.datetime | None:
    return wall + patience.look(0) if settled.state is State.UNCLEAR else None


async def across_organisations_take_back(ids: Sequence[UUID]) -> None:
    """The queue could not be reached: these are handed out anew at the next tick."""
    async with database.across_organisations():
        await queue.across_organisations_take_back(ids)


# ---------------------------------------------------------------- delivering
@dataclasses.dataclass(frozen=True)
class _Task:
    """What one message of the queue is carried out with. `wall` was read when it began; `began` is the loop's time then.

    `taken` are letters that the mail server has taken and whose rows do not say so yet.
    """

    composers: Mapping[str, Composer | Together]
    channels: Mapping[str, Channel]
    now: dt.datetime
    wall: dt.datetime
    patience: Patience
    began: float
    taken: list[tuple[Delivery, Letterhead, str]] = dataclasses.field(default_factory=list)

    @property
    def elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self.began

    def turn(self, channel: str) -> Turn:
        """What one attempt at a publication is made with."""
        return Turn(self.channels[channel], self.now, self.wall, self.patience, lambda: self.elapsed)

    def look_at(self, settled: Settled) -> dt.datetime | None:
        return _look_at(settled, self.wall, self.patience)


async def across_organisations_deliver(
    ids: Sequence[UUID],
    *,
    composers: Mapping[str, Composer | Together],
    channels: Mapping[str, Channel],
    now: dt.datetime,
    wall: dt.datetime,
    patience: Patience = USUAL,
) -> None:
    """Sends what was handed out and looks up what is unclear. Doing it twice, or by two at once, sends nothing twice.

    A copy sends nothing either of what was handed out before it became one: it stays planned.
    """
    task = _Task(composers, channels, now, wall, patience, asyncio.get_running_loop().time())
    async with database.across_organisations():
        if not await installation.across_organisations_may_speak():
            return
        unclear = await queue.across_organisations_unclear(ids)
        claimed = await queue.across_organisations_claim(ids, wall + patience.lease, _domain(composers))
    try:
        messages = await _messages(claimed, task)
        for going, following in zip_longest(messages, messages[1:]):
            first = going.rows[0]
            if first.kind == publications.KIND and isinstance(going.message, Post):
                await attempting.attempt(first, going.message, task.turn(first.channel))
            else:
                await _send(going, following, task)
        for organisation, delivery_id in unclear:
            await _look_up(organisation, delivery_id, task)
    finally:
        await _settle_taken(task)
        for channel in channels.values():
            await channel.close()


def _domain(composers: Mapping[str, Composer | Together]) -> str:
    return next((one.domain for one in composers.values() if isinstance(one, Together)), "")


async def _messages(claimed: Sequence[Delivery], task: _Task) -> list[Going]:
    """What there is to send, each message with its rows; committed before anything goes out."""
    together: dict[int, tuple[Together, list[Delivery]]] = {}
    found: list[Going] = []
    for delivery in claimed:
        composer = task.composers[delivery.kind]
        if isinstance(composer, Together):
            together.setdefault(id(composer), (composer, []))[1].append(delivery)
            continue
        if delivery.kind == publications.KIND and not await attempting.may_begin(delivery, now=task.now, wall=task.wall):
            continue
        async with database.within(delivery.organisation_id):
            message = await _message(composer, delivery, task)
        if message is not None:
            found.append(Going((delivery,), message))
    for composer, rows in together.values():
        found += await _of_many(await composer.compose(rows, task.now), task)
    return found


async def _of_many(composed: Sequence[Composed], task: _Task) -> list[Going]:
    """Settles what there is nothing to send of. A letter that takes in rows of an earlier one has that one's name, and they all say so."""
    letters = [Going(one.rows, one.answer, one.titles) for one in composed if isinstance(one.answer, Letter)]
    nothing = [one for one in composed if not isinstance(one.answer, Letter)]
    renamed = [going for going in letters if any(row.message_id != head.message_id for row, head in going.heads)]
    if not nothing and not renamed:
        return letters
    async with database.across_organisations():
        for one in nothing:
            if isinstance(one.answer, Unseat):
                await queue.across_organisations_unseat(one.rows)
            elif isinstance(one.answer, Skip | Broken):
                settled = Settled(State.SKIPPED, one.answer.reason, silenced=one.answer.silenced) if isinstance(one.answer, Skip) else None
                for row in one.rows:
                    await store.settle(row.organisation_id, row, settled or _broken(one.rows, task), was=State.SENDING, now=task.now)
        await queue.across_organisations_unname([row for one in nothing for row in one.rows])
        await queue.across_organisations_address([head for going in renamed for head in going.heads])
    return letters


def _broken(rows: Sequence[Delivery], task: _Task) -> Settled:
    reason = "Meddelandet kunde inte sättas ihop; felet är vårt och är antecknat."
    return rules.not_sent(reason, permanent=False, after=None, attempts=_attempts(rows), now=task.now)


async def _message(composer: Composer, delivery: Delivery, task: _Task) -> Message | None:
    """The message as things are now. None when the row is settled without one, because it is no longer true."""
    organisation = delivery.organisation_id
    try:
        async with database.within(organisation):
            composed = await _compose(composer, delivery, task)
    except Exception:  # one row that cannot be composed must not hold up the others in its message
        log.exception("delivery_not_composed", delivery=str(delivery.id), kind=delivery.kind)
        await store.settle(organisation, delivery, _broken([delivery], task), was=State.SENDING, now=task.now)
        return None
    if isinstance(composed, Hold):
        await store.hold(organisation, delivery, composed.reason)
        return None
    if isinstance(composed, Skip):
        await store.settle(organisation, delivery, _skipped(delivery, composed), was=State.SENDING, now=task.now, look_at=task.wall)
        return None
    where, message_id = (composed.to_address, composed.message_id) if isinstance(composed, Letter) else (_where(composed), "")
    await store.address(organisation, delivery, where, message_id)
    return composed


def _skipped(delivery: Delivery, skip: Skip) -> Settled:
    if delivery.kind == publications.KIND:
        return publications.unneeded(delivery, skip.reason, repeatable=delivery.channel in outside.REPEATABLE)
    return Settled(State.SKIPPED, skip.reason, silenced=skip.silenced)


def _where(post: Post) -> str:
    return post.account.name if post.account is not None else post.permalink


async def _compose(composer: Composer, delivery: Delivery, task: _Task) -> Message | Skip | Hold:
    composed = await composer(delivery, task.now)
    if not isinstance(composed, Fan):
        return composed
    first, *others = composed.person_ids
    await store.take_first(delivery.organisation_id, delivery, first)
    await store.insert(delivery.organisation_id, [_sibling(delivery, person_id) for person_id in others], task.now)
    again = await composer(dataclasses.replace(delivery, person_id=first), task.now)
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


async def _send(going: Going, following: Going | None, task: _Task) -> None:
    """One attempt, and what became of it. What there is no time for within the lease is given back untouched."""
    rows = going.rows
    limit = task.patience.send.total_seconds()
    if task.elapsed + limit > task.patience.lease.total_seconds():
        async with database.across_organisations():
            await queue.across_organisations_give_back(rows)
        return
    first = rows[0]
    channel, attempts = task.channels[first.channel], _attempts(rows)
    try:
        async with asyncio.timeout(limit):
            if isinstance(channel, outside.Mail) and following is not None and isinstance(following.message, Letter):
                receipt = await channel.send(going.message, following.message)
            else:
                receipt = await channel.send(going.message)
    except NotSent as no:
        settled = rules.not_sent(no.reason, permanent=no.permanent, after=no.after, attempts=attempts, now=task.now)
        await _settle(going, settled, task, broken=no.reason if no.account else None)
        if first.kind in rules.DAILY and settled.state is State.PLANNED:
            async with database.across_organisations():
                await queue.across_organisations_not_taken(rows)
    except (Unclear, TimeoutError) as lost:
        reason = lost.reason if isinstance(lost, Unclear) else "Mottagaren svarade inte i tid."
        await _settle(going, rules.no_answer(reason, repeatable=channel.repeatable, attempts=attempts, now=task.now), task)
    except Exception:  # a fault of ours in a channel: the row must still be settled, as carefully as if the answer was lost
        log.exception("delivery_bug", delivery=str(first.id), channel=first.channel)
        reason = "Något gick fel hos oss medan det skickades; felet är antecknat."
        await _settle(going, rules.no_answer(reason, repeatable=channel.repeatable, attempts=attempts, now=task.now), task)
    else:
        if first.channel != "mail":
            await _settle(going, Settled(State.SENT), task, receipt=receipt)
            return
        task.taken.extend((row, head, receipt.remote_id) for row, head in going.heads)
        if len(task.taken) >= REPEATED_AT_MOST:
            await _settle_taken(task)


def _attempts(rows: Sequence[Delivery]) -> int:
    """Of a letter: those of the row that has been tried least, so that all of it is tried again together and none gives up before another."""
    return min(row.attempts for row in rows)


async def _settle_taken(task: _Task) -> None:
    """Notes what the mail server has taken. A worker that dies before it has is the reason for at most so many repeats."""
    taken = [*task.taken]
    if not taken:
        return
    task.taken.clear()
    async with database.across_organisations():
        in_time = await queue.across_organisations_sent(taken, task.now)
        for row, _, remote_id in taken:
            if row.id not in in_time:
                await store.late_receipt(row.organisation_id, row, (remote_id, ""), task.now)
    log.info("letters_settled", count=len(taken), in_time=len(in_time))


async def _settle(going: Going, settled: Settled, task: _Task, *, receipt: Receipt | None = None, broken: str | None = None) -> None:
    rows = going.rows
    if rows[0].channel == "mail":
        async with database.across_organisations():
            await queue.across_organisations_address(going.heads)
            for row in rows:  # all of a letter or none: each that is left would become a letter of its own
                await _settle_one(row, settled, task, receipt, broken)
        return
    for row in rows:
        async with database.within(row.organisation_id):
            await _settle_one(row, settled, task, receipt, broken)


async def _settle_one(delivery: Delivery, settled: Settled, task: _Task, receipt: Receipt | None, broken: str | None) -> None:
    organisation = delivery.organisation_id
    remote = (receipt.remote_id, receipt.remote_url) if receipt else ("", "")
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
            await connections.needs_human(organisation, delivery.connection_id, why=broken, now=task.now)
        elif receipt is not None:
            await connections.works(organisation, delivery.connection_id, now=task.now)
    log.info("delivery_settled", delivery=str(delivery.id), channel=delivery.channel, attempt=delivery.attempts, state=settled.state, in_time=in_time)


# ---------------------------------------------------------------- looking up what is unclear
async def _look_up(organisation: UUID, delivery_id: UUID, task: _Task) -> None:
    """Asks the other side whether it is there. What cannot be told stays unclear for a person."""
    async with database.within(organisation):
        delivery = await store.get(organisation, delivery_id)
    if delivery.state is not State.UNCLEAR:
        return
    post = await attempting.located_post(delivery) or await _composed(delivery, task)
    if not isinstance(post, Post):
        await _looked(delivery, "Kontot är bortkopplat, så vi kan inte slå upp det. Se efter där.", task)
        return
    found = await _find(delivery, post, task)
    if isinstance(found, str):
        await _looked(delivery, found, task)
    elif not await attempting.found_or_not(delivery, post, found, task.turn(delivery.channel)):
        await _looked(delivery, delivery.reason, task)


async def _composed(delivery: Delivery, task: _Task) -> Message | Fan | Skip | Hold | None:
    """What its composer says of a row that is of no update with a place of its own."""
    composer = task.composers[delivery.kind]
    async with database.within(delivery.organisation_id):
        return None if isinstance(composer, Together) else await composer(delivery, task.now)


async def _find(delivery: Delivery, message: Message, task: _Task) -> Receipt | str | None:
    """The receipt, None when it is surely absent, or a sentence why it cannot be told."""
    try:
        async with asyncio.timeout(task.patience.send.total_seconds()):
            return await task.channels[delivery.channel].find(message)
    except (Unclear, NotSent) as cannot:
        return cannot.reason
    except TimeoutError:
        return "Servern svarade inte när vi slog upp det."


async def _looked(delivery: Delivery, reason: str, task: _Task) -> None:
    async with database.within(delivery.organisation_id):
        await store.looked(delivery.organisation_id, delivery, reason, task.wall + task.patience.look(delivery.lookups + 1))
