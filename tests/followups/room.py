"""A room to test in: Björken and Skogen follow up 2024, on the made promise's two subjects."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tests import cast, made
from trygghet.followups import actions
from trygghet.followups.rules import Assessment, Texts, Verdict

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.followups.standing import Standing

LATER = cast.START + dt.timedelta(days=57)
"""27 November 2024."""
TEXTS = Texts("Året gick som vi lovade i det mesta.", "Börja tidigare.", "Fler kontroller på våren.")


async def made_room(year: int = 2024, **changes: object) -> UUID:
    """The room of that year of a new promise."""
    promise_id = await made.promise(**changes)
    return next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if one.room.year == year)


async def assessed(
    room_id: UUID, *verdicts: Verdict, who: str = "anna", reason: str = "Så gick det.", hand_in: bool = True, now: dt.datetime = LATER
) -> Standing:
    """Somebody's party gives these verdicts, in the order of the subjects, the last one for all that remain."""
    by = cast.asking(who)
    standing = await actions.read(by.organisation, room_id)
    every = [*verdicts, *[verdicts[-1]] * len(standing.subjects)]
    found = {one.key: Assessment(verdict, reason) for one, verdict in zip(standing.subjects, every, strict=False)}
    return await actions.assess(by.organisation, room_id, found, hand_in=hand_in, by=by, now=now)


async def written(room_id: UUID, texts: Texts = TEXTS, *, who: str = "per", now: dt.datetime = LATER) -> Standing:
    """Somebody writes the joint texts."""
    by = cast.asking(who)
    seen = (await actions.read(by.organisation, room_id)).kept.content_hash
    return await actions.write(by.organisation, room_id, texts, seen=seen, by=by, now=now)


async def approved(room_id: UUID, *who: str, now: dt.datetime = LATER) -> Standing:
    """These leaders approve what stands there now."""
    for one in who:
        by = cast.asking(one)
        seen = (await actions.read(by.organisation, room_id)).kept.content_hash
        standing = await actions.approve(by.organisation, room_id, seen=seen, public_url=cast.HERE, by=by, now=now)
    return standing


async def signed(year: int = 2024, *, now: dt.datetime = LATER, **changes: object) -> Standing:
    """A room of that year from its beginning to its signing: everybody agrees that all went well."""
    room_id = await made_room(year, **changes)
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who, now=now)
    await written(room_id, now=now)
    return await approved(room_id, "bo", "pia", now=now)
