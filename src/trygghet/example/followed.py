"""The example's past follow-ups: each party assesses, they say together what shall stand, and both keys are turned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trygghet.example import story
from trygghet.followups import actions
from trygghet.followups.rules import AGREED, BOTH, Assessment, Joint, Texts
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Mapping
    from uuid import UUID

    from trygghet.example.story import Assessed, Followed, Key, Story
    from trygghet.followups.standing import Standing
    from trygghet.tenancy import Asking

    Act = tuple[dt.datetime, Callable[[], Awaitable[object]]]


def acts(promise_id: UUID, told: Story, seats: Mapping[str, Asking], public_url: str) -> list[Act]:
    """Everything that was done in the promise's rooms, each with its time."""
    found: list[Act] = []
    for year in told.followed:
        found += [(story.moment(one.at), partial(_assess, promise_id, year, one, seats[one.by])) for one in year.assessed]
        found.append((story.moment(year.written), partial(_write, promise_id, year, seats[year.by])))
        found += [(story.moment(one.at), partial(_approve, promise_id, year, one, seats[one.by], public_url)) for one in year.approved]
    return found


async def _room(by: Asking, promise_id: UUID, year: Followed) -> Standing:
    return next(one for one in await actions.rooms(by.organisation, promise_id=promise_id) if one.room.year == year.year)


async def _assess(promise_id: UUID, year: Followed, told: Assessed, by: Asking) -> None:
    standing = await _room(by, promise_id, year)
    keys = {one.title: one.key for one in standing.subjects}
    found = {keys[one.goal]: Assessment(one.verdict, one.reason) for one in told.said}
    await actions.assess(by.organisation, standing.room.id, found, hand_in=True, by=by, now=story.moment(told.at))


async def _write(promise_id: UUID, year: Followed, by: Asking) -> None:
    standing, now = await _room(by, promise_id, year), story.moment(year.written)
    keys = {one.title: one.key for one in standing.subjects}
    for one in year.decided:
        said = Joint(AGREED if one.verdict else BOTH, one.verdict, one.reason)
        standing = await actions.decide(by.organisation, standing.room.id, keys[one.goal], said, seen=standing.kept.content_hash, by=by, now=now)
    texts = Texts(year.summary, year.lessons, year.next_year)
    await actions.write(by.organisation, standing.room.id, texts, seen=standing.kept.content_hash, by=by, now=now)


async def _approve(promise_id: UUID, year: Followed, key: Key, by: Asking, public_url: str) -> None:
    standing = await _room(by, promise_id, year)
    await actions.approve(by.organisation, standing.room.id, seen=standing.kept.content_hash, public_url=public_url, by=by, now=story.moment(key.at))


async def tell(promise_id: UUID, year: Followed, seats: Mapping[str, Asking]) -> None:
    """Turns both keys on the update that came of the follow-up."""
    for key in year.told:
        by = seats[key.by]
        room = (await _room(by, promise_id, year)).room
        update = next(one.update for one in await updates.read_all(by.organisation) if one.update.follow_up_id == room.id)
        await updates.approve(by.organisation, update.id, seen=update.content_hash, by=by, now=story.moment(key.at))
