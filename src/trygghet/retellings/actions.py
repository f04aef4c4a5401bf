"""Offer a retelling, turn a key on it, take it back. What every party has approved is published in the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet import database
from trygghet.agreements import actions as agreements
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.notices import actions as notices
from trygghet.promises import actions as promises
from trygghet.retellings import news, rules, store
from trygghet.stops import actions as stops
from trygghet.swedish import Refusal, first_down

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.promises.promise import Promise
    from trygghet.retellings.rules import Retelling, Standing, Written
    from trygghet.tenancy import Asking


class Retold(NamedTuple):
    """A promise with all its retellings, one standing for each language."""

    promise: Promise
    standings: Sequence[Standing]


async def read(organisation: UUID, promise_id: UUID) -> Retold:
    """All that is retold of a promise. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        promise = await promises.read(organisation, promise_id)
        texts = await store.of_promise(organisation, promise_id)
        approvals = await agreements.approvals(organisation, rules.KIND, [one.id for one in texts])
        return Retold(promise, rules.standings(texts, approvals, promise.parties, promise.version))


async def offer(organisation: UUID, promise_id: UUID, written: Written, *, by: Asking, now: dt.datetime) -> None:
    """Offers a text to all parties; what residents read stays until every key is turned on the new one. The same words again are nothing new.

    Raises `Slips`, `Refusal` or `NotFound`.
    """
    rules.check(written)
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        promise, standings = await read(organisation, promise_id)
        _check_party(promise, organisation)
        content_hash = rules.hashed(promise_id, promise.version, written)
        before = next((one for one in standings if one.latest.code == written.code), None)
        if before and before.latest.content_hash == content_hash and not before.latest.withdrawn_at:
            return
        parties = [one.organisation_id for one in promise.parties]
        if before:
            await notices.drop(organisation, promise_id, news.asked_keys(before.latest, parties))
        found = await store.add(organisation, promise_id, written, promise.version, content_hash, by=by, now=now)
        await _log(organisation, found, "retelling.offered", by=by, now=now)
        await notices.plan(organisation, promise_id, news.asked(found, promise.title, parties, by), now=now)


async def approve(organisation: UUID, promise_id: UUID, retelling_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> None:
    """Turns this party's key on the text as it was `seen`; with the last one residents can read it, unless any party has stopped its publishing.

    Raises `Refusal` where it is not the latest text in its language, is withdrawn or cannot be published now, and `NotFound`.
    """
    promise, _ = await read(organisation, promise_id)
    is_stopped = await stops.across_organisations_any([one.organisation_id for one in promise.parties])
    async with database.within(organisation):
        found = await store.take(organisation, promise_id, retelling_id)
        standing = await _standing(organisation, found)
        if not standing.waits or standing.latest.id != found.id:
            raise Refusal("retelling.not_waiting")
        if standing.is_old:
            raise Refusal("retelling.old")
        parties = [one.organisation_id for one in standing.parties]
        await agreements.approve(organisation, found.subject, parties, seen=seen, by=by, now=now)
        await _log(organisation, found, "retelling.approved", by=by, now=now)
        await notices.drop(organisation, promise_id, news.asked_keys(found, [organisation]))
        if (await _standing(organisation, found)).agreed:
            if is_stopped:
                raise Refusal("retelling.stopped")
            await _publish(organisation, found, standing, by=by, now=now)


async def _publish(organisation: UUID, found: Retelling, standing: Standing, *, by: Asking, now: dt.datetime) -> None:
    await store.publish(organisation, found, rules.published(found, standing.parties), now=now)
    await _log(organisation, found, "retelling.published", by=by, now=now)


async def withdraw(organisation: UUID, promise_id: UUID, retelling_id: UUID, why: str, *, by: Asking, now: dt.datetime) -> None:
    """One party is enough to take it back: who asks for it gets the reason. Raises `Refusal` or `NotFound`."""
    rules.check_why(why)
    async with database.within(organisation):
        found = await store.take(organisation, promise_id, retelling_id)
        promise = await promises.read(organisation, promise_id)
        if found.withdrawn_at:
            raise Refusal("retelling.not_waiting")
        await store.withdraw(organisation, found, why, now=now)
        await notices.drop(organisation, promise_id, news.asked_keys(found, [one.organisation_id for one in promise.parties]))
        await _log(organisation, found, "retelling.withdrawn", by=by, now=now, why=why)


async def _standing(organisation: UUID, found: Retelling) -> Standing:
    _, standings = await read(organisation, found.promise_id)
    return next(one for one in standings if one.latest.code == found.code)


def _check_party(promise: Promise, organisation: UUID) -> None:
    if organisation not in {one.organisation_id for one in promise.parties}:
        raise Refusal("agreement.no_party")


async def _log(organisation: UUID, found: Retelling, act: str, *, by: Asking, now: dt.datetime, **more: str) -> None:
    words = {"language": first_down(found.language.swedish), **more}
    entry = Entry(act, found.id, str(found.number), found.content_hash, words)
    await history.record(organisation, found.promise_id, entry, by=by, now=now)
