"""One attempt at a publication in its place: nothing in its way, nobody else at the account, and what became of it written at once."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from trygghet import channels as outside
from trygghet import database
from trygghet.channels import ByHand, NotSent, Post, Receipt, Unclear
from trygghet.connections import actions as connections
from trygghet.connections import keeping
from trygghet.copies import actions as copies
from trygghet.deliveries import publications, queue, rules, store
from trygghet.deliveries.rules import Act, Settled, State
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from trygghet.channels import Channel
    from trygghet.deliveries.publications import Located
    from trygghet.deliveries.rules import Delivery, Patience

log = structlog.get_logger()


@dataclass(frozen=True)
class Turn:
    """What an attempt is made with. `elapsed` is how many seconds of the lease have gone."""

    channel: Channel
    now: dt.datetime
    wall: dt.datetime
    patience: Patience
    elapsed: Callable[[], float]

    def look_at(self, settled: Settled) -> dt.datetime | None:
        """When an unclear row is looked up for the first time."""
        return self.wall + self.patience.look(0) if settled.state is State.UNCLEAR else None


async def may_begin(delivery: Delivery, *, now: dt.datetime, wall: dt.datetime) -> bool:
    """Whether nothing stands in the way; where something does the row is settled, or waits for a person and says so."""
    async with database.across_organisations():
        obstacle = await queue.across_organisations_obstacle(delivery)
        if obstacle is None:
            return True
        organisation = delivery.organisation_id
        if obstacle.for_good:
            settled = publications.unneeded(delivery, obstacle.reason, repeatable=delivery.channel in outside.REPEATABLE)
            await store.settle(organisation, delivery, settled, was=State.SENDING, now=now, look_at=wall)
        else:
            await store.hold(organisation, delivery, obstacle.reason)
    log.info("publication_held", delivery=str(delivery.id), channel=delivery.channel, for_good=obstacle.for_good)
    return False


async def attempt(delivery: Delivery, composed: Post, turn: Turn) -> None:
    """One attempt, and what became of it. What there is no time for within the lease is given back untouched."""
    async with _alone(delivery):
        limit = turn.patience.send.total_seconds()
        if turn.elapsed() + limit > turn.patience.lease.total_seconds():
            async with database.across_organisations():
                await queue.across_organisations_give_back([delivery])
            return
        if not await may_begin(delivery, now=turn.now, wall=turn.wall):
            return
        post, located = await _in_its_place(delivery, composed)
        try:
            async with asyncio.timeout(limit):
                receipt = await _perform(delivery, post, located, turn)
        except ByHand as waits:
            await _settle(delivery, Settled(State.MANUAL, waits.reason), turn)
        except NotSent as no:
            await _not_sent(delivery, no, turn)
        except (Unclear, TimeoutError) as lost:
            await _no_answer(delivery, lost.reason if isinstance(lost, Unclear) else "Mottagaren svarade inte i tid.", turn)
        except Exception:  # a fault of ours in a channel: the row must still be settled, as carefully as if the answer was lost
            log.exception("delivery_bug", delivery=str(delivery.id), channel=delivery.channel)
            await _no_answer(delivery, "Något gick fel hos oss medan det skickades; felet är antecknat.", turn)
        else:
            if receipt is not None:
                await done(delivery, post, receipt, turn, was=State.SENDING)


def _alone(delivery: Delivery) -> AbstractAsyncContextManager[None]:
    """Nobody else speaks through the same account meanwhile."""
    return keeping.alone(delivery.connection_id) if delivery.connection_id else nullcontext()


async def _in_its_place(delivery: Delivery, composed: Post) -> tuple[Post, Located | None]:
    """The post with what is known of it where it is; and where that is, if it is of an update."""
    async with database.within(delivery.organisation_id):
        located = await store.located(delivery.organisation_id, delivery)
    if located is None:
        return replace(composed, act=delivery.act), None
    remote_id, remote_url = located.remotes[-1] if located.remotes else ("", "")
    post = replace(composed, act=delivery.act, payload=composed.payload or located.payload, minted=located.minted, since=located.since)
    return replace(post, remote_id=remote_id, remote_url=remote_url), located


async def _perform(delivery: Delivery, post: Post, located: Located | None, turn: Turn) -> Receipt | None:
    """Does it. None where a look was all that could be done by now."""
    place: Any = turn.channel
    way = delivery.words.get("way", "")
    if delivery.act == Act.RETRACT:
        return await _take_away(delivery, post, located, turn)
    if delivery.act == Act.EDIT and way == publications.REPLY:
        return await turn.channel.send(post)
    if delivery.act == Act.EDIT and way == publications.ANEW:
        await _take_away_all(post, located, place)
    elif delivery.act == Act.EDIT and hasattr(place, "edit"):  # our own page and feed show what they are told, and are read back
        receipt: Receipt = await place.edit(post)
        return receipt
    return await turn.channel.send(replace(post, remote_id="", remote_url=""))


async def _take_away_all(post: Post, located: Located | None, place: Any) -> None:
    for remote_id, remote_url in located.remotes if located else ():
        await place.retract(replace(post, act=Act.RETRACT, remote_id=remote_id, remote_url=remote_url))


async def _take_away(delivery: Delivery, post: Post, located: Located | None, turn: Turn) -> Receipt | None:
    """Whatever was told there. Where nobody knows whether anything was it is looked for first, twice before that is believed."""
    place: Any = turn.channel
    if located is None or located.remotes or place.repeatable:
        await _take_away_all(post, located, place)
        if located is None or not located.remotes:
            await place.retract(post)
        for minted in located.lost if located and place.repeatable else ():
            await place.retract(replace(post, remote_id="", remote_url="", minted=minted))
        return Receipt(post.remote_id, post.remote_url)
    found = await place.find(replace(post, act=Act.PUBLISH))
    if found is not None:
        await place.retract(replace(post, remote_id=found.remote_id, remote_url=found.remote_url))
    elif delivery.lookups < 1:
        again = Settled(
            State.PLANNED, "Det hittades inte. Vi ser efter en gång till.", turn.now + turn.patience.look(1), lookups=delivery.lookups + 1
        )
        await _settle(delivery, again, turn)
        return None
    await _settle_first(delivery, located, found, turn)
    return found or Receipt()


async def _settle_first(delivery: Delivery, located: Located, found: Receipt | None, turn: Turn) -> None:
    """Nobody knew what had become of the publication, and now one does."""
    if located.first_state is not State.UNCLEAR:
        return
    organisation = delivery.organisation_id
    settled = Settled(State.SENT) if found else Settled(State.SKIPPED, "Drogs tillbaka. Det hade inte kommit fram.")
    async with database.within(organisation):
        first = await store.get(organisation, located.first_id)
        remote = (found.remote_id, found.remote_url) if found else ("", "")
        await store.settle(organisation, first, settled, was=State.UNCLEAR, now=turn.now, remote=remote)


# ---------------------------------------------------------------- what became of it
async def _not_sent(delivery: Delivery, no: NotSent, turn: Turn) -> None:
    """It surely was not done. An account that is refused holds all that goes through it until somebody renews it, and nothing is counted."""
    organisation = delivery.organisation_id
    if no.account and delivery.connection_id:
        async with database.within(organisation):
            await connections.needs_human(organisation, delivery.connection_id, why=no.reason, now=turn.now)
            await store.hold(organisation, delivery, no.reason)
        log.info("publication_held", delivery=str(delivery.id), channel=delivery.channel, for_good=False)
        return
    settled = publications.not_sent(delivery, no.reason, wait=None if no.permanent else _wait(delivery), after=no.after, now=turn.now)
    await _settle(delivery, settled, turn, why_not=None if no.permanent else no.reason)


def _wait(delivery: Delivery) -> dt.timedelta | None:
    """By the place's own schedule, where it has one."""
    schedule = outside.WAITS.get(delivery.channel)
    return schedule(delivery.attempts, str(delivery.id)) if schedule else publications.wait(delivery)


async def _no_answer(delivery: Delivery, reason: str, turn: Turn) -> None:
    if not publications.is_repeatable(delivery, channel=turn.channel.repeatable):
        await _settle(delivery, Settled(State.UNCLEAR, reason), turn)
        return
    await _settle(delivery, publications.not_sent(delivery, reason, wait=_wait(delivery), after=None, now=turn.now), turn, why_not=reason)


async def _settle(delivery: Delivery, settled: Settled, turn: Turn, *, why_not: str | None = None) -> None:
    """`why_not`: nothing got through, and neither the content nor the account is to blame so far as one can tell."""
    organisation = delivery.organisation_id
    async with database.within(organisation):
        if why_not is not None and delivery.connection_id:
            await connections.fails(organisation, delivery.connection_id, why=why_not, now=turn.now)
        in_time = await store.settle(organisation, delivery, settled, was=State.SENDING, now=turn.now, look_at=turn.look_at(settled))
    log.info("delivery_settled", delivery=str(delivery.id), channel=delivery.channel, attempt=delivery.attempts, state=settled.state, in_time=in_time)


async def done(delivery: Delivery, post: Post, receipt: Receipt, turn: Turn, *, was: State) -> None:
    """It has gone out: the row, the copy that is kept and the account say so in one unit of work; then it is looked for where residents are."""
    organisation, remote = delivery.organisation_id, (receipt.remote_id, receipt.remote_url)
    async with database.within(organisation):
        in_time = await store.settle(organisation, delivery, Settled(State.SENT), was=was, now=turn.now, remote=remote)
        arrived = in_time or await store.late_receipt(organisation, delivery, remote, turn.now)
        if arrived:
            await copies.keep(organisation, delivery.id, _shown(post), sha256=_sha256(post), url=receipt.remote_url, now=turn.now)
            if delivery.words.get("way") == publications.ANEW and (located := await store.located(organisation, delivery)):
                await store.moved(organisation, located.first_id, remote)
            if delivery.connection_id:
                await connections.works(organisation, delivery.connection_id, now=turn.now)
    log.info("delivery_settled", delivery=str(delivery.id), channel=delivery.channel, attempt=delivery.attempts, state="sent", in_time=in_time)
    if arrived and delivery.act != Act.RETRACT:
        await look_for(delivery, replace(post, remote_id=receipt.remote_id or post.remote_id, remote_url=receipt.remote_url or post.remote_url), turn)


def _shown(post: Post) -> dict[str, Any] | None:
    return {"text": post.text, "payload": dict(post.payload)} if post.account else None


def _sha256(post: Post) -> str:
    return hashlib.sha256(post.picture.body).hexdigest() if post.picture and post.act != Act.RETRACT else ""


# ---------------------------------------------------------------- looking
async def look_for(delivery: Delivery, post: Post, turn: Turn) -> bool:
    """Fetches it as residents would. Returns whether it had been there and is gone; what cannot be told is looked for again later."""
    organisation, place = delivery.organisation_id, turn.channel
    found: Receipt | None = None
    seen = True
    if hasattr(place, "confirm"):
        try:
            async with asyncio.timeout(turn.patience.send.total_seconds()):
                found = await place.confirm(post)
        except (Unclear, NotSent, TimeoutError):
            seen = False
        except Exception:  # a fault of ours: what is there stays there
            log.exception("delivery_bug", delivery=str(delivery.id), channel=delivery.channel)
            seen = False
    elif delivery.connection_id is None:
        found = Receipt(post.remote_id, post.remote_url)  # sending was reading back
    else:
        seen = False
    async with database.within(organisation):
        if found is None:
            return await store.missed(organisation, delivery, turn.now, seen=seen)
        await store.confirm(organisation, delivery, (found.remote_id, found.remote_url), turn.now)
    return False


async def located_post(delivery: Delivery) -> Post | None:
    """What to look for, whatever has become of the update since: no gate is asked. None where nothing says where it would be."""
    organisation = delivery.organisation_id
    async with database.within(organisation):
        located = await store.located(organisation, delivery)
        if located is None or delivery.connection_id is None:
            return None
        try:
            account = await connections.account(organisation, delivery.connection_id)
        except NotFound:
            return None
    remote_id, remote_url = (delivery.remote_id, delivery.remote_url)
    if not (remote_id or remote_url) and located.remotes:
        remote_id, remote_url = located.remotes[-1]
    return Post(
        delivery.channel,
        located.key,
        located.text,
        located.permalink,
        str(delivery.status_update_id),
        check_url=located.permalink,
        account=account,
        payload=located.payload,
        minted=located.minted,
        act=delivery.act,
        remote_id=remote_id,
        remote_url=remote_url,
        since=located.since,
    )


async def found_or_not(delivery: Delivery, post: Post, found: Receipt | None, turn: Turn) -> bool:
    """What follows when one has looked up what nobody knew of. False: look once more."""
    if found is not None:
        await done(delivery, post, found, turn, was=State.UNCLEAR)
        return True
    settled = rules.absent(lookups=delivery.lookups, attempts=delivery.attempts, now=turn.now)
    if settled is None:
        return False
    async with database.within(delivery.organisation_id):
        await store.settle(delivery.organisation_id, delivery, settled, was=State.UNCLEAR, now=turn.now)
    log.info("delivery_looked_up", delivery=str(delivery.id), channel=delivery.channel, state=settled.state)
    return True
