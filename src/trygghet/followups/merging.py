"""A short first year followed up together with the next: proposed with a reason, decided by a leader of every party, never silent."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from trygghet import canonical, database, shield
from trygghet.agreements import actions as agreements
from trygghet.agreements.rules import agreed
from trygghet.followups import actions, news, rules, store
from trygghet.followups.rules import LONGEST_REASON
from trygghet.followups.standing import Merge
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.notices import actions as notices
from trygghet.promises import actions as promises
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.followups.standing import Standing
    from trygghet.history.rules import Words
    from trygghet.tenancy import Asking


async def may_propose(organisation: UUID, standing: Standing) -> bool:
    """Whether that year may be followed up together with the next, as things stand."""
    try:
        await _check(organisation, standing)
    except Refusal:
        return False
    return True


async def _check(organisation: UUID, standing: Standing) -> None:
    await _check_years(organisation, standing)
    if standing.merge is not None:
        raise Refusal("followup.merge_open")


async def _check_years(organisation: UUID, standing: Standing) -> None:
    """A short first year with one after it, and nobody has handed in to either: a verdict is on the days that its giver saw."""
    rooms = await actions.rooms(organisation, promise_id=standing.room.promise_id)
    years, room = [one.room.year for one in rooms], standing.room
    both = [standing, *(one for one in rooms if one.room.year == room.year + 1)]
    begun = any(one.kept.handed_in or one.is_revealed or one.room.done_at for one in both)
    rules.may_merge(room, is_first=room.year == min(years), is_last=room.year == max(years), begun=begun)


async def propose(organisation: UUID, room_id: UUID, reason: str, *, by: Asking, now: dt.datetime) -> None:
    """Proposes it to all parties' leaders. Raises `NotFound`, or `Refusal` where it may not be, or without a reason."""
    if not reason.strip():
        raise Refusal("followup.merge_reason", field="skal")
    shield.check_text(reason, "Skäl", field="skal", longest=LONGEST_REASON)
    async with database.within(organisation):
        standing = await _take(organisation, room_id, now=now)
        rules.must_be_party(standing.room, organisation)
        await _check(organisation, standing)
        merge = _merge(standing, reason.strip(), by, now)
        await store.add_merge(organisation, merge)
        await _log(organisation, merge, "merge.proposed", by=by, now=now)
        await notices.plan(organisation, merge.promise_id, news.merge_proposed(standing.room, merge, by), now=now)


def _merge(standing: Standing, reason: str, by: Asking, now: dt.datetime) -> Merge:
    room, merge_id = standing.room, uuid.uuid4()
    bound = {"id": str(merge_id), "promise": str(room.promise_id), "year": room.year, "into": room.year + 1, "reason": reason}
    content_hash = canonical.hashed(bound)
    return Merge(merge_id, room.promise_id, room.year, reason, content_hash, by.organisation, by.name, by.office_for(Act.ASSESS), now, agreed_at=None)


async def approve(organisation: UUID, room_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> None:
    """Turns this party's key on the proposal; with the last one the year has no follow-up of its own. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        standing, merge = await _open(organisation, room_id, now=now)
        await _check_years(organisation, standing)
        await agreements.approve(organisation, merge.bound, standing.room.parties, seen=seen, by=by, now=now)
        await _log(organisation, merge, "merge.approved", by=by, now=now)
        approvals = (await agreements.approvals(organisation, rules.MERGE, [merge.id]))[merge.id]
        if agreed(standing.room.parties, approvals, merge.content_hash):
            await store.settle_merge(organisation, merge.id, agreed_at=now)
            await _log(organisation, merge, "merge.agreed", by=by, now=now)
            await promises.merge_years(organisation, merge.promise_id, [merge.year], now=now)


async def withdraw(organisation: UUID, room_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Takes the proposal back; any party may. Raises `NotFound` where there is none."""
    async with database.within(organisation):
        standing, merge = await _open(organisation, room_id, now=now)
        rules.must_be_party(standing.room, organisation)
        await store.settle_merge(organisation, merge.id, withdrawn_at=now)
        await agreements.fall(organisation, merge.bound, whatever=True, why="Förslaget drogs tillbaka.", now=now)
        await _log(organisation, merge, "merge.withdrawn", by=by, now=now)


async def _take(organisation: UUID, room_id: UUID, *, now: dt.datetime) -> Standing:
    """The room, held until the unit of work ends. Raises `NotFound`."""
    found = await actions.read(organisation, room_id)
    await store.take(organisation, room_id, found.room.promise_id, alone=True, now=now)
    return await actions.read(organisation, room_id)


async def _open(organisation: UUID, room_id: UUID, *, now: dt.datetime) -> tuple[Standing, Merge]:
    """The room and what is proposed there."""
    standing = await _take(organisation, room_id, now=now)
    if standing.merge is None or standing.merge.agreed_at is not None:
        raise NotFound
    return standing, standing.merge


async def _log(organisation: UUID, merge: Merge, act: str, *, by: Asking, now: dt.datetime) -> None:
    words: Words = {"year": merge.year, "why": merge.reason} if act == "merge.proposed" else {"year": merge.year}
    await history.record(organisation, merge.promise_id, Entry(act, merge.id, content_hash=merge.content_hash, words=words), by=by, now=now)
