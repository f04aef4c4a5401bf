"""What becomes of a follow-up once it is signed: what residents read of it, and an update ready for approval."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from trygghet import canonical, database
from trygghet.followups import frozen, store
from trygghet.followups.telling import telling
from trygghet.swedish import Refusal, Slips
from trygghet.updates import actions as updates
from trygghet.updates.rules import Written

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.followups.frozen import Frozen
    from trygghet.followups.standing import Standing
    from trygghet.tenancy import Asking


async def publish(organisation: UUID, standing: Standing, *, public_url: str, by: Asking, now: dt.datetime) -> None:
    """Shows residents the signed follow-up and lays an update about it ready for both keys. Run by the last approval, in its unit of work."""
    found = frozen.of(standing)
    async with database.within(organisation):
        await store.publish(organisation, standing.room.id, standing.room.promise_id, found, canonical.text(found.content))
        await _tell(organisation, standing, found, public_url=public_url, by=by, now=now)


async def _tell(organisation: UUID, standing: Standing, found: Frozen, *, public_url: str, by: Asking, now: dt.datetime) -> None:
    """Written in the name of whoever signed last, and shared where all of it could be told; otherwise a draft of theirs alone.

    A promise that no page can tell of gets none: nothing about an update may keep a follow-up from being signed.
    """
    told, room = telling(found), standing.room
    key = uuid.uuid5(room.id, "update")  # the same follow-up twice is the same update
    try:
        async with database.within(organisation):
            update_id = await updates.write(
                organisation,
                room.promise_id,
                Written(told.title, told.body, occasion="follow_up"),
                form_key=key,
                follow_up=room.id,
                public_url=public_url,
                by=by,
                now=now,
            )
            if told.is_whole:
                written = await updates.read(organisation, update_id)
                await updates.share(organisation, update_id, seen=written.update.content_hash, by=by, now=now)
    except (Refusal, Slips):
        return
