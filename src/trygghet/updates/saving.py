"""Making what a saved update shows in every channel, and putting it into its row."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trygghet import clock
from trygghet.channels import Depicted
from trygghet.connections import actions as connections
from trygghet.swedish import Refusal
from trygghet.updates import pictures, rendering, rules, store
from trygghet.updates.rules import OWN, Image, Shown, Update

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from trygghet.connections.rules import Connection
    from trygghet.tenancy import Asking
    from trygghet.updates.rules import Attached, Side, Written
    from trygghet.updates.store import Promised


@dataclass(frozen=True)
class Made:
    """What a text becomes: all that is shown, its hash, and the picture as the places take it that want it smaller."""

    content: Mapping[str, Any]
    content_hash: str
    fitted: Mapping[str, Image] = field(default_factory=dict)


async def accounts(organisation: UUID, sides: Iterable[Side]) -> dict[str, Connection]:
    """The accounts that any of the parties has, by the id as text."""
    parties = [one.organisation_id for one in sides]
    return {str(one.id): one for one in await connections.of(organisation, parties) if one.organisation_id in parties}


def blank(update_id: UUID, promised: Promised, organisation: UUID, now: dt.datetime) -> Update:
    """An update that nobody has written yet, to try out what one would look like."""
    return Update(
        id=update_id,
        promise_id=promised.id,
        promise_title=promised.title,
        area_name=promised.area_name,
        organisation_id=organisation,
        organisation_name="",
        title="",
        body="",
        picture=None,
        channels=(),
        earliest_at=None,
        version=1,
        content_hash="",
        shared_at=None,
        published_at=None,
        withdrawn_at=None,
        withdrawn_why="",
        created_at=now,
        updated_at=now,
    )


async def check(organisation: UUID, update: Update, written: Written, *, now: dt.datetime) -> None:
    """Raises `Refusal` for an account that is not the speakers', and for an activity that is unknown or may not be told of so early."""
    sides = (await store.sides(organisation, [update.promise_id]))[update.promise_id]
    known = await accounts(organisation, sides)
    if any(one not in known for one in written.connections):
        raise Refusal("update.channel", field="kanaler")
    if written.voice == OWN and any(known[one].organisation_id != update.organisation_id for one in written.connections):
        raise Refusal("update.own_accounts", field="kanaler")
    if written.activity:
        found = next((one for one in await store.activities(organisation, update.promise_id) if one.id == written.activity), None)
        if found is None:
            raise Refusal("update.activity", field="aktivitet")
        rules.check_day(found.title, found.public_after, clock.day(max(now, written.earliest_at or now)))


async def make(organisation: UUID, update: Update, written: Written, attached: Attached, *, public_url: str, now: dt.datetime) -> Made:
    """What it becomes, by each channel's own code. Raises `Refusal`."""
    sides = (await store.sides(organisation, [update.promise_id]))[update.promise_id]
    known = await accounts(organisation, sides)
    shown, image = await _picture(organisation, update, attached)
    smaller = await asyncio.to_thread(_fitted, image, {known[one].channel for one in written.connections if one in known}) if image else {}
    content = rendering.content(
        written,
        rendering.Telling(
            id=update.id,
            author=update.organisation_id,
            sides=sides,
            accounts=known,
            public_url=public_url,
            where=rules.address(sides, update.organisation_id, update.id),
            today=clock.day(now),
            promise=update.promise_title,
            picture=shown,
            fitted={name: Depicted(one.sha256, one.mime, shown.alt if shown else "", one.width, one.height) for name, one in smaller.items()},
            follow_up=update.follow_up_id,
            before=update.rendered,
        ),
    )
    return Made(content, rendering.content_hash(content), smaller)


async def _picture(organisation: UUID, update: Update, attached: Attached) -> tuple[Shown | None, Image | None]:
    """The picture that it is to have, and its bytes. A new one's id follows from what it is: it stands in addresses that are agreed before it is kept."""
    alt = "" if attached.decorative else attached.alt
    if new := attached.new:
        return Shown(uuid.uuid5(update.id, new.sha256), new.sha256, alt, new.width, new.height, new.mime), new
    kept = update.picture
    if attached.remove or kept is None:
        return None, None
    body, mime = await store.picture(organisation, update.id)
    return Shown(kept.id, kept.sha256, alt, kept.width, kept.height, mime), Image(body, mime, kept.width, kept.height, kept.sha256)


def _fitted(image: Image, kinds: Iterable[str]) -> dict[str, Image]:
    able = {one: rendering.abilities(one) for one in kinds}
    found = {name: pictures.fitted(image, one.longest_side, one.largest_bytes) for name, one in able.items() if one.picture}
    return {name: one for name, one in found.items() if one}


async def save(organisation: UUID, update: Update, written: Written, attached: Attached, made: Made, *, now: dt.datetime) -> Update:
    """Puts it into the row, with the pictures that are new."""
    shown, _ = await _picture(organisation, update, attached)
    if shown and attached.new:
        await store.add_picture(organisation, update.promise_id, shown.id, attached.new, now=now)
    saved = await store.save(organisation, update, written, shown, made.content, made.content_hash, now=now)
    for channel, image in made.fitted.items():
        if saved.picture:
            await store.add_variant(organisation, update.promise_id, saved.picture.id, channel, image)
    return saved


async def restore(organisation: UUID, update: Update, *, by: Asking, now: dt.datetime) -> None:
    """The correction that has not been told is dropped: the row says again, as a version of its own, what residents read.

    Own words for a channel are not kept with a version, so the next correction begins without them.
    """
    told = next(one for one in await store.versions(organisation, update.id) if one.content_hash == update.published_hash)
    picture = (await store.read_by_residents(organisation, update.id)).get("picture")
    await store.restore(organisation, update, told, uuid.UUID(picture["id"]) if picture else None, now=now)
    await store.add_version(organisation, await store.one(organisation, update.id), told.content, by=by, now=now)
