"""Write, edit, share, approve, withdraw: one verb, one unit of work. And what the worker sends once both keys are turned."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import database
from trygghet.agreements import actions as agreements
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.notices import actions as notices
from trygghet.promises import actions as signed
from trygghet.swedish import Slips
from trygghet.updates import news, occasions, planning, publishing, rendering, rules, saving, store
from trygghet.updates.rules import KIND, Attached
from trygghet.updates.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from uuid import UUID

    from trygghet.channels import Post
    from trygghet.connections.rules import Connection
    from trygghet.deliveries.rules import Delivery, Hold, Skip
    from trygghet.notices.rules import Notice
    from trygghet.settings import Settings
    from trygghet.tenancy import Asking
    from trygghet.updates.occasions import Begun, Offered
    from trygghet.updates.rules import Side, Update, Written
    from trygghet.updates.store import Activity, Promised

LOOKED_BACK = dt.timedelta(days=3)
"""So far back what has stopped is looked for: longer than a timetable is ever away unnoticed."""


async def read(organisation: UUID, update_id: UUID, *, now: dt.datetime | None = None) -> Standing:
    """The update with all that its page shows; without `now` nothing has become too late. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        update = await store.one(organisation, update_id)
        sides = await _sides(organisation, update)
        return Standing(
            update,
            sides,
            (await agreements.approvals(organisation, KIND, [update_id]))[update_id],
            (await deliveries.of_updates(organisation, [update_id]))[update_id],
            list((await saving.accounts(organisation, sides)).values()),
            await store.versions(organisation, update_id),
            await store.contacts(organisation, update.promise_id),
            now=now,
        )


async def read_all(organisation: UUID, *, now: dt.datetime | None = None) -> list[Standing]:
    """Every update that the organisation may see, latest first, without their older texts."""
    async with database.within(organisation, readonly=True):
        found = await store.listed(organisation)
        ids = [one.id for one in found]
        sides = await store.sides(organisation, [one.promise_id for one in found])
        approvals, sent = await agreements.approvals(organisation, KIND, ids), await deliveries.of_updates(organisation, ids)
        accounts = await connections.of(organisation, list({side.organisation_id for those in sides.values() for side in those}))
        return [Standing(one, sides[one.promise_id], approvals[one.id], sent[one.id], accounts, now=now) for one in found]


class Choices(NamedTuple):
    """What an update on a promise may be written with. `activities` are those that residents may know of by name, and those that
    they may not yet, with the day; `offered` are ways to begin that there are facts for.
    """

    promised: Promised
    sides: Sequence[Side]
    accounts: Sequence[Connection]
    activities: Sequence[Activity]
    offered: Sequence[Offered]

    def side_of(self, organisation: UUID) -> Side | None:
        """The organisation as a party of the promise."""
        return next((one for one in self.sides if one.organisation_id == organisation), None)


async def choices(organisation: UUID, promise_id: UUID, *, today: dt.date) -> Choices:
    """What an update on this promise may be written about and sent to. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        promised = await store.promise(organisation, promise_id)
        sides = (await store.sides(organisation, [promise_id]))[promise_id]
        activities = await store.activities(organisation, promise_id)
        offered = occasions.offered(await signed.read(organisation, promise_id), _secret(activities, today), today)
        return Choices(promised, sides, list((await saving.accounts(organisation, sides)).values()), activities, offered)


async def begin(organisation: UUID, promise_id: UUID, occasion: str, activity: UUID | None, *, today: dt.date) -> Begun:
    """A title and a text of that occasion, made of what is known of the promise. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        await store.promise(organisation, promise_id)
        secret = _secret(await store.activities(organisation, promise_id), today)
        found = await signed.read(organisation, promise_id)
        told = [one for one in await store.listed(organisation) if one.promise_id == promise_id and one.follow_up_id and one.published_at]
        return occasions.begin(found, occasion, activity, secret, today, followed_up=bool(told))


def _secret(activities: Sequence[Activity], today: dt.date) -> list[UUID]:
    return [one.id for one in activities if one.public_after and today < one.public_after]


async def promises(organisation: UUID) -> list[Promised]:
    """The promises that an update may be written about."""
    async with database.within(organisation, readonly=True):
        return await store.promises(organisation)


async def picture(organisation: UUID, update_id: UUID, sha256: str = "") -> tuple[bytes, str]:
    """The update's picture and what kind it is, or the smaller one of it that has that sum. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        if sha256:
            return await store.picture_by(organisation, update_id, sha256)
        return await store.picture(organisation, update_id)


async def write(
    organisation: UUID,
    promise_id: UUID,
    written: Written,
    attached: Attached | None = None,
    *,
    form_key: UUID | None = None,
    follow_up: UUID | None = None,
    public_url: str,
    by: Asking,
    now: dt.datetime,
) -> UUID:
    """Begins an update that only the author's organisation sees. Returns its id, which is the key that its form was minted with:
    the same form sent twice is one draft. `follow_up` is the signed one that it is written out of; `public_url` is where residents read.
    Raises `Slips`, `Refusal` or `NotFound`.
    """
    update_id, attached = form_key or uuid.uuid4(), attached or Attached()
    async with database.within(organisation):
        await store.promise(organisation, promise_id)
        is_new = await store.add(organisation, update_id, promise_id, follow_up, now=now)
        update = await store.one(organisation, update_id)
        if is_new:
            await _put(organisation, update, written, attached, public_url=public_url, by=by, now=now)
        else:
            made = await saving.make(
                organisation, replace(update, picture=None), rules.heard(update, written), attached, public_url=public_url, now=now
            )
            rules.check_repeat(update, promise_id, made.content_hash)
        return update_id


async def edit(
    organisation: UUID,
    update_id: UUID,
    written: Written,
    attached: Attached | None = None,
    *,
    seen: str,
    public_url: str,
    by: Asking,
    now: dt.datetime,
) -> None:
    """Changes an update. Every key that bound to the old text falls, and nothing that was planned for it goes out. What residents read
    already stays as it is until the keys are turned on what is to replace it.

    `seen` is the hash of what the writer had before them. Raises `Slips`, `Refusal` or `NotFound`.
    """
    async with database.within(organisation):
        # Deliveries before the update, as the worker has it: it holds its row when it asks the gate, and two orders would lock each other out.
        await deliveries.drop(organisation, status_update_id=update_id)
        update = await store.one(organisation, update_id, lock=True)
        rules.may_edit(update, seen, organisation)
        await _put(organisation, update, written, attached or Attached(), public_url=public_url, by=by, now=now)
        await _plan_what_is_agreed(organisation, update_id, now=now)  # nothing was changed, so the keys still hold


async def preview(
    organisation: UUID,
    promise_id: UUID,
    written: Written,
    attached: Attached,
    *,
    update_id: UUID | None,
    form_key: UUID | None,
    public_url: str,
    now: dt.datetime,
) -> Mapping[str, Any]:
    """What each channel would be given, as `rendering.content` says it; nothing is saved. Raises `Slips`, `Refusal` or `NotFound`."""
    async with database.within(organisation, readonly=True):
        if update_id:
            update = await store.one(organisation, update_id)
        else:
            update = saving.blank(form_key or uuid.uuid4(), await store.promise(organisation, promise_id), organisation, now)
        written = rules.heard(update, written)
        if slips := [*rules.check_words(written), *rules.check_written(update, written, organisation, now)]:
            raise Slips(slips)
        return (await saving.make(organisation, update, written, attached, public_url=public_url, now=now)).content


async def _put(organisation: UUID, update: Update, written: Written, attached: Attached, *, public_url: str, by: Asking, now: dt.datetime) -> None:
    """The words into the row, the hash of what they become, and what follows from that it is another than before."""
    written, kept = rules.heard(update, written), None if attached.remove else update.picture
    slips = [
        *rules.check_words(written),
        *rules.check_picture(attached, has_picture=bool(attached.new or kept)),
        *rules.check_written(update, written, organisation, now),
    ]
    if slips:
        raise Slips(slips)
    await saving.check(organisation, update, written, now=now)
    made = await saving.make(organisation, update, written, attached, public_url=public_url, now=now)
    if made.content_hash == update.content_hash:
        return
    if update.shared_at is not None:
        rules.check_problems(rendering.problems(made.content))
    saved = await saving.save(organisation, update, written, attached, made, now=now)
    if saved.shared_at is None and update.picture and (saved.picture is None or saved.picture.id != update.picture.id):
        await store.forget_picture(organisation, update.picture.id)
    await _log(organisation, saved, "update.edited" if update.content_hash else "update.written", by=by, now=now)
    if saved.shared_at is not None:
        await _ask_no_more(organisation, update)
        await store.add_version(organisation, saved, made.content, by=by, now=now)
        await _let_fall(organisation, saved, "Texten ändrades.", whatever=False, by=by, now=now)
        await _ask(organisation, saved, made.content_hash, by=by, again=True, now=now)


async def _let_fall(organisation: UUID, update: Update, why: str, *, whatever: bool, by: Asking, now: dt.datetime) -> None:
    names = {one.organisation_id: one.name for one in await _sides(organisation, update)}
    for key in await agreements.fall(organisation, update.subject, whatever=whatever, why=why, now=now):
        await _log(organisation, update, "update.key_fell", by=by, now=now, party=names[key.organisation_id])


async def _ask(organisation: UUID, update: Update, content_hash: str, *, by: Asking, again: bool, now: dt.datetime) -> None:
    """Asks every party whose key is needed, and plans that the slower ones are reminded."""
    parties = rules.holders(update, await _sides(organisation, update))
    await notices.plan(organisation, update.promise_id, news.asked(update, content_hash, parties, by, again=again), now=now)
    for notice, at in news.reminders(update, content_hash, parties, now):
        await notices.plan(organisation, update.promise_id, notice, wait=at - now, now=now)
    if update.not_after:
        late = news.too_late(update, content_hash, parties)
        await notices.plan(organisation, update.promise_id, late, wait=update.not_after - now, now=now)


async def _ask_no_more(organisation: UUID, update: Update) -> None:
    """The text as it stands waits for nobody any more: it has become another, or is not to go out."""
    parties = [one.organisation_id for one in await _sides(organisation, update)]
    await notices.drop(organisation, update.promise_id, [*news.waiting_keys(update, parties), *news.late_keys(update, parties)])


async def _log(organisation: UUID, update: Update, act: str, *, by: Asking | None, now: dt.datetime, **more: str) -> None:
    """Into the promise's log; what nobody else has seen of an update is not theirs to read there either."""
    shared = update.shared_at is not None
    entry = Entry(act, update.id, str(update.version) if shared else "", update.content_hash, {"title": update.title, **more}, shared=shared)
    await history.record(organisation, update.promise_id, entry, by=by, now=now)


async def share(organisation: UUID, update_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> None:
    """Opens the update to the other parties. From then on it may be a public document; that is why it is an act of its own."""
    async with database.within(organisation):
        update = await store.one(organisation, update_id, lock=True)
        rules.may_share(update, seen, organisation, now)
        await _share(organisation, update, by=by, now=now)
        await _ask(organisation, update, update.content_hash, by=by, again=False, now=now)


async def _share(organisation: UUID, update: Update, *, by: Asking, now: dt.datetime) -> None:
    rules.check_rendering(update)
    rules.check_problems(rendering.problems(update.rendered))
    await store.share(organisation, update.id, now=now)
    await store.add_version(organisation, update, update.rendered, by=by, now=now)
    await _log(organisation, replace(update, shared_at=now), "update.shared", by=by, now=now)


async def approve(organisation: UUID, update_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> None:
    """Turns this party's key on the text with the hash `seen`. The last key plans the publication in the same unit of work.

    What a party says alone needs no other key than its own, and is shared by it.
    """
    async with database.within(organisation):
        update = await store.one(organisation, update_id, lock=True)
        rules.may_approve(update, organisation, now)
        rules.check_rendering(update)
        if update.shared_at is None:
            rules.may_share(update, seen, organisation, now)
            await _share(organisation, update, by=by, now=now)
            update = await store.one(organisation, update_id)
        parties = rules.holders(update, await _sides(organisation, update))
        await agreements.approve(organisation, update.subject, parties, seen=seen, by=by, now=now)
        await _log(organisation, update, "update.approved", by=by, now=now)
        await notices.drop(organisation, update.promise_id, [*news.asked_keys(update, organisation), *news.waiting_keys(update, [organisation])])
        await _plan_what_is_agreed(organisation, update_id, now=now)


async def _plan_what_is_agreed(organisation: UUID, update_id: UUID, *, now: dt.datetime) -> None:
    standing = await read(organisation, update_id)
    if standing.agreed:
        update, accounts = standing.update, {str(one.id): one for one in standing.accounts}
        wanted = (
            planning.corrections(update, accounts, standing.deliveries, now)
            if update.rendered["correction"]
            else planning.publications(update, accounts, now)
        )
        await deliveries.plan(organisation, wanted, now=now)


async def withdraw(organisation: UUID, update_id: UUID, why: str, *, by: Asking, now: dt.datetime) -> None:
    """Takes the update back: what has not gone out never does, and where it was published residents read why it is gone.

    One person of one party suffices; taking back needs no second key.
    """
    async with database.within(organisation):
        await deliveries.retract(organisation, update_id, why=why, now=now)
        update = await store.one(organisation, update_id, lock=True)
        rules.may_withdraw(update, why, organisation)
        if rules.is_correcting(update):  # what residents have read is what is taken back; nobody has read what waits
            await saving.restore(organisation, update, by=by, now=now)
        await store.withdraw(organisation, update, why, now=now)
        await _ask_no_more(organisation, update)
        await _log(organisation, update, "update.withdrawn", by=by, now=now, why=why)
        await _tell_the_others(organisation, update, news.taken_back, why, by=by, now=now)


async def stop(organisation: UUID, update_id: UUID, why: str, *, by: Asking, now: dt.datetime) -> None:
    """Stops what is agreed on and not out: nothing goes, and every key falls with the reason. One person of one party suffices.

    The text stays, and may be changed and approved anew; of a correction the text that residents read stays alone.
    Raises `Refusal` or `NotFound`.
    """
    async with database.within(organisation):
        await deliveries.drop(organisation, status_update_id=update_id)
        update = await store.one(organisation, update_id, lock=True)
        rules.may_stop(update, why, organisation)
        is_correcting = rules.is_correcting(update)
        if is_correcting:
            await saving.restore(organisation, update, by=by, now=now)
        await _let_fall(organisation, update, f"Stoppad: {why}", whatever=True, by=by, now=now)
        await _ask_no_more(organisation, update)
        await _log(organisation, update, "update.correction_stopped" if is_correcting else "update.stopped", by=by, now=now, why=why)
        await _tell_the_others(organisation, update, news.stopped, why, by=by, now=now)


async def _tell_the_others(organisation: UUID, update: Update, news_of: Callable[..., Notice], why: str, *, by: Asking, now: dt.datetime) -> None:
    others = [one.organisation_id for one in await _sides(organisation, update) if one.organisation_id != organisation]
    if others:
        await notices.plan(organisation, update.promise_id, news_of(update, others, why, by, now=now), now=now)


async def discard(organisation: UUID, update_id: UUID, *, by: Asking, now: dt.datetime) -> UUID:
    """Throws a draft away that nobody else has seen; returns which promise it was about."""
    async with database.within(organisation):
        update = await store.one(organisation, update_id, lock=True)
        rules.may_discard(update)
        await store.discard(organisation, update_id)
        await _log(organisation, update, "update.discarded", by=by, now=now)
        if update.picture:
            await store.forget_picture(organisation, update.picture.id)
        return update.promise_id


async def across_organisations_tell_what_is_stuck(*, now: dt.datetime) -> None:
    """Whoever coordinates is told of each publication that has failed or that nobody knows of, once for each time."""
    async with database.across_organisations(readonly=True):
        found = await store.across_organisations_stuck(now - LOOKED_BACK)
    for one in found:
        async with database.within(one.organisation):
            parties = [side.organisation_id for side in (await store.sides(one.organisation, [one.promise_id]))[one.promise_id]]
            await notices.plan(one.organisation, one.promise_id, news.stuck(one, parties), now=now)


async def _sides(organisation: UUID, update: Update) -> list[Side]:
    return (await store.sides(organisation, [update.promise_id]))[update.promise_id]


def composer(settings: Settings) -> Callable[[Delivery, dt.datetime], Awaitable[Post | Skip | Hold]]:
    """The composer of deliveries of the kind "publication", for the worker."""

    async def compose_with_settings(delivery: Delivery, now: dt.datetime) -> Post | Skip | Hold:
        return await publishing.compose(delivery.organisation_id, delivery, public_url=settings.public_url, now=now)

    return compose_with_settings
