"""What the worker sends of an update: what was approved, as it was saved. The gate is asked again each time."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from trygghet import clock, database, swedish
from trygghet.agreements import actions as agreements
from trygghet.channels import Picture, Post
from trygghet.connections import actions as connections
from trygghet.deliveries import publications
from trygghet.deliveries.rules import Act, Hold, Skip
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.notices import actions as notices
from trygghet.swedish import NotFound
from trygghet.updates import news, rules, store
from trygghet.updates.rules import KIND, OWN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.deliveries.rules import Delivery
    from trygghet.updates.rules import Side, Update


async def compose(organisation: UUID, delivery: Delivery, *, public_url: str, now: dt.datetime) -> Post | Skip | Hold:
    """What goes out, or why it does not or must wait, with the update's row locked. `public_url` is for posts from before their address was kept.

    For the page the snapshot that residents read is written in the same unit of work; the channel then looks that it is there.
    """
    async with database.within(organisation):
        try:
            update = await store.one(organisation, delivery.status_update_id or uuid.UUID(int=0), lock=True)
        except NotFound:
            return Skip("Uppdateringen finns inte längre.")
        sides = (await store.sides(organisation, [update.promise_id]))[update.promise_id]
        if delivery.act == Act.RETRACT:
            where = public_url + rules.address(sides, update.organisation_id, update.id)
            return await _in_an_account(organisation, delivery, update, {}, update.rendered.get("permalink", where))
        if why := await _why_not(organisation, update, sides, now):
            return Skip(why)
        if why := await _secret(organisation, update, now):
            return Hold(f"Väntar: {why}")
        if delivery.channel == publications.PAGE:
            await _show(organisation, update, sides, now=now)
        return await _post(organisation, delivery, update)


async def _why_not(organisation: UUID, update: Update, sides: Sequence[Side], now: dt.datetime) -> str:
    """A Swedish sentence; empty where it may go out."""
    if update.withdrawn_at:
        return f"Tillbakadragen: {update.withdrawn_why}"
    approvals = await agreements.approvals(organisation, KIND, [update.id])
    if not rules.agreed(update, sides, approvals[update.id]):
        return "Alla parter har inte godkänt texten så som den är nu."
    if rules.has_expired(update, now):
        return "Hann inte ut före den senaste tiden."
    return ""


async def _secret(organisation: UUID, update: Update, now: dt.datetime) -> str:
    """A Swedish sentence where the parties have agreed, since they approved the text, to say nothing of its activity yet; or empty."""
    for one in await store.activities(organisation, update.promise_id) if update.activity_id else ():
        if one.id == update.activity_id and one.public_after and clock.day(now) < one.public_after:
            return f"”{one.title}” får inte berättas före {swedish.long_date(one.public_after)}"
    return ""


async def _show(organisation: UUID, update: Update, sides: Sequence[Side], *, now: dt.datetime) -> None:
    """Lets residents read it; where they read an older text, in its place, and what was put right is said."""
    before = await store.read_by_residents(organisation, update.id)
    if not await store.publish(organisation, update, _snapshot(update, sides, before), now=now):
        return
    old = (before.get("picture") or {}).get("id")
    if old and (update.picture is None or str(update.picture.id) != old):
        await store.hide_picture(organisation, update.promise_id, uuid.UUID(old))
    await notices.drop(organisation, update.promise_id, news.late_keys(update, [one.organisation_id for one in sides]))
    entry = Entry("update.corrected" if before else "update.published", update.id, str(update.version), update.content_hash, {"title": update.title})
    await history.record(organisation, update.promise_id, entry, by=None, now=now)


def _snapshot(update: Update, sides: Sequence[Side], before: dict[str, Any]) -> dict[str, Any]:
    said, shown = update.rendered, update.picture
    own = [one for one in sides if update.voice == OWN and one.organisation_id == update.organisation_id]
    put_right = [{"on": said["corrected_on"], "text": said["correction"]}] if said["correction"] else []
    return {
        "title": said["title"],
        "body": said["body"],
        "voice": {"police": "police"}.get(own[0].side, "municipality") if own else "joint",
        "promise_title": update.promise_title,
        "parties": [one.name for one in own or sides],
        "picture": {"id": str(shown.id), "alt": shown.alt, "width": shown.width, "height": shown.height} if shown else None,
        "follow_up": str(update.follow_up_id) if update.follow_up_id else None,
        "corrections": [*before.get("corrections", []), *put_right],
    }


async def _post(organisation: UUID, delivery: Delivery, update: Update) -> Post | Skip:
    permalink = update.rendered["permalink"]
    if delivery.channel == publications.PAGE:
        return Post(publications.PAGE, delivery.key, update.title, permalink, str(update.id), check_url=permalink)
    if delivery.channel == publications.FEED:
        feed = permalink.partition("/uppdateringar/")[0] + "/flode.atom"
        return Post(publications.FEED, delivery.key, update.title, permalink, f"urn:uuid:{update.id}", check_url=feed)
    if delivery.connection_id is None:
        return Skip("Kontot är bortkopplat.")
    found = update.rendered["posts"].get(str(delivery.connection_id))
    if found is None:
        return Skip("Kontot är inte längre bland dem som har valts.")
    return await _in_an_account(
        organisation, delivery, update, found["reply"] if delivery.words.get("way") == publications.REPLY else found, permalink
    )


async def _in_an_account(organisation: UUID, delivery: Delivery, update: Update, said: Mapping[str, Any], permalink: str) -> Post | Skip:
    """What is said there, as it was approved; of what is to be taken away nothing but where it was."""
    try:
        account = await connections.account(organisation, delivery.connection_id or uuid.UUID(int=0))
    except NotFound:
        return Skip("Kontot är bortkopplat.")
    return Post(
        delivery.channel,
        delivery.key,
        said.get("text", ""),
        permalink,
        str(update.id),
        check_url=permalink,
        picture=await _picture(organisation, update, said.get("picture_sha256", "")),
        account=account,
        payload=said.get("payload", {}),
        minted=delivery.words.get("minted", {}),
        act=delivery.act,
        since=delivery.created_at,
    )


async def _picture(organisation: UUID, update: Update, sha256: str) -> Picture | None:
    if not sha256 or update.picture is None:
        return None
    body, mime = await store.picture_by(organisation, update.id, sha256)
    return Picture(body, mime, update.picture.alt)
