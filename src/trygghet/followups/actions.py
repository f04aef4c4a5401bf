"""Assess, hand in, say together, approve: one verb, one unit of work. The last approval signs, freezes and publishes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import canonical, clock, database, swedish
from trygghet.agreements import actions as agreements
from trygghet.followups import changed, content, figures, news, result, rules, store
from trygghet.followups.rules import AGREED, KIND, MERGE, Room
from trygghet.followups.standing import Edited, Kept, Standing
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.notices import actions as notices
from trygghet.obligations import actions as obligations
from trygghet.promises import actions as promises
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.difference import Piece
    from trygghet.followups.rules import Assessment, Joint, Texts
    from trygghet.followups.standing import Merge
    from trygghet.obligations.rules import Obligation
    from trygghet.promises.promise import Promise
    from trygghet.tenancy import Asking


# ---------------------------------------------------------------- reading
async def rooms(organisation: UUID, *, promise_id: UUID | None = None) -> list[Standing]:
    """Every room that the organisation has a part in, or those of one promise, nearest last day first."""
    async with database.within(organisation):
        duties = [one for one in await obligations.obligations(organisation, promise_id=promise_id) if one.joint]
        wanted = {one.promise_id for one in duties}
        found = {one.id: one for one in await promises.read_all(organisation) if one.id in wanted}
        return await _standings(organisation, [one for one in duties if one.promise_id in found], found)


async def waiting(organisation: UUID, today: dt.date) -> int:
    """In how many rooms something waits for the organisation, for the menu: one query."""
    async with database.within(organisation, readonly=True):
        found = await store.our_turn(organisation, today)
    return sum(rules.opens_on(first, due_on) <= today for first, due_on in found)


async def read(organisation: UUID, room_id: UUID) -> Standing:
    """One room. Raises `NotFound`."""
    async with database.within(organisation):
        return (await _read(organisation, room_id))[0]


async def _read(organisation: UUID, room_id: UUID) -> tuple[Standing, Promise]:
    duty = await obligations.obligation(organisation, room_id)
    if not duty.joint or duty.promise_id is None:
        raise NotFound
    promise = await promises.read(organisation, duty.promise_id)
    (standing,) = await _standings(organisation, [duty], {promise.id: promise})
    return standing, promise


async def _standings(organisation: UUID, duties: Sequence[Obligation], found: Mapping[UUID, Promise]) -> list[Standing]:
    ids = [one.id for one in duties]
    sides = await store.sides(organisation, list(found))
    kept, approvals = await store.kept(organisation, ids), await agreements.approvals(organisation, KIND, ids)
    merges = await _merges(organisation, list(found))
    made = [_room(one, found[one.promise_id], sides[one.promise_id]) for one in duties if one.promise_id is not None]
    standings = [
        Standing(room, kept.get(room.id, Kept()), approvals[room.id], next((one for one in merges if _is_of(one, room)), None)) for room in made
    ]
    return sorted(standings, key=lambda one: (one.room.due_on, swedish.sort_key(one.room.area_name)))


def _room(duty: Obligation, promise: Promise, sides: tuple[rules.Side, ...]) -> Room:
    assert duty.duty.period_from is not None, "a follow-up is about a stretch of days"
    assert duty.duty.period_until is not None, "a follow-up is about a stretch of days"
    days = (duty.duty.period_from, duty.duty.period_until)
    return Room(duty.id, promise.id, promise.title, promise.area_name, *days, duty.duty.due_on, sides, rules.subjects(promise), duty.done_at)


async def _merges(organisation: UUID, promise_ids: Sequence[UUID]) -> list[Merge]:
    found = await store.merges(organisation, promise_ids)
    approvals = await agreements.approvals(organisation, MERGE, [one.id for one in found])
    return [replace(one, approvals=tuple(approvals[one.id])) for one in found]


def _is_of(merge: Merge, room: Room) -> bool:
    """The proposal stands in the room that would go, the decision in the one that took over."""
    return merge.promise_id == room.promise_id and merge.year == (room.year - 1 if merge.agreed_at else room.year)


async def fallen_changes(organisation: UUID, standing: Standing) -> list[tuple[str, list[Piece]]]:
    """Where the organisation's key has fallen: each place that reads differently from what it had approved."""
    fallen, now = standing.fallen(organisation), standing.kept.content
    async with database.within(organisation):
        before = await store.approved(organisation, standing.room.id, fallen.content_hash) if fallen else None
    return changed.changes(before, now) if before and now else []


# ---------------------------------------------------------------- each party by itself
async def assess(
    organisation: UUID, room_id: UUID, found: Mapping[str, Assessment], *, hand_in: bool = False, by: Asking, now: dt.datetime
) -> Standing:
    """Keeps one's own assessment, which nobody else can read, and hands it in. The last to hand in breaks the seal for all.

    Raises `NotFound`, `Refusal` where it cannot be changed now, or `Slips` for what is missing or may not stand there.
    """
    async with database.within(organisation):
        standing, promise = await _take(organisation, room_id, alone=hand_in, now=now)
        if standing.is_revealed:
            raise Refusal("followup.revealed")
        if standing.has_handed_in(organisation):
            if hand_in and not standing.awaited:  # whoever was waited for is a party no more
                return await _after_hand_in(organisation, room_id, by=by, now=now)
            raise Refusal("followup.handed_in")
        known = {one.key for one in standing.subjects}
        rules.check_reasons(found)
        await store.assess(organisation, room_id, promise.id, {key: one for key, one in found.items() if key in known})
        if not hand_in:
            return await read(organisation, room_id)
        slips = rules.missing({**standing.own(organisation), **found}, standing.subjects)
        if slips:
            raise Slips(slips)
        await store.hand_in(organisation, room_id, promise.id, standing.subjects, name=by.name, office=by.office_for(Act.ASSESS), now=now)
        await _log(standing, "followup.handed_in", by=by, now=now)
        return await _after_hand_in(organisation, room_id, by=by, now=now)


async def _after_hand_in(organisation: UUID, room_id: UUID, *, by: Asking, now: dt.datetime) -> Standing:
    standing, promise = await _read(organisation, room_id)
    if standing.awaited:
        await notices.plan(organisation, promise.id, news.awaited(standing, by), now=now)
        return standing
    await store.reveal(organisation, room_id, standing.subjects, now=now)
    standing = await read(organisation, room_id)
    await _freeze(organisation, standing, promise, now=now)
    await _log(standing, "followup.opened", by=by, now=now)
    await notices.plan(organisation, promise.id, news.opened(standing, by), now=now)
    return await read(organisation, room_id)


async def take_back(organisation: UUID, room_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """One's own verdicts may be changed again; possible until the last party has handed in. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        standing, _ = await _take(organisation, room_id, alone=True, now=now)
        if standing.is_revealed:
            raise Refusal("followup.revealed")
        if not standing.has_handed_in(organisation):
            raise Refusal("followup.not_handed_in")
        await store.take_back(organisation, room_id)
        await _log(standing, "followup.taken_back", by=by, now=now)


async def _take(organisation: UUID, room_id: UUID, *, alone: bool, now: dt.datetime) -> tuple[Standing, Promise]:
    """The room, held until the unit of work ends, by a party of its promise while it is open."""
    standing, promise = await _read(organisation, room_id)
    rules.must_be_open(standing.room, clock.day(now))
    rules.must_be_party(standing.room, organisation)
    await store.take(organisation, room_id, promise.id, alone=alone, now=now)
    standing, promise = await _read(organisation, room_id)  # as it is now that nobody else changes it
    rules.must_be_open(standing.room, clock.day(now))
    return standing, promise


# ---------------------------------------------------------------- together
async def decide(organisation: UUID, room_id: UUID, subject: str, said: Joint, *, seen: str, by: Asking, now: dt.datetime) -> Standing:
    """What shall stand of a subject that the parties judged differently: one verdict with a joint reason, or both as they are.

    `seen` is the hash of what the writer had before them. Raises `NotFound`, `Refusal` or `Slips`.
    """
    rules.check_joints({subject: said})
    async with database.within(organisation):
        standing, promise = await _take_together(organisation, room_id, seen, now=now)
        row = next((one for one in standing.rows if one.subject.key == subject), None)
        if row is None:
            raise NotFound
        if row.is_same:
            raise Refusal("followup.same")
        joint = {**standing.kept.joint, subject: said if said.how == AGREED else replace(said, verdict=None)}
        return await _rewrite(organisation, standing, promise, joint, standing.kept.texts, by=by, now=now)


async def decide_all(organisation: UUID, room_id: UUID, said: Mapping[str, Joint], *, seen: str, by: Asking, now: dt.datetime) -> None:
    """Decides of several subjects at once, all of them or none. Raises as `decide` does, with the slips of them all."""
    rules.check_joints(said)
    async with database.within(organisation):
        await _take_together(organisation, room_id, seen, now=now)
        for subject, one in said.items():
            seen = (await decide(organisation, room_id, subject, one, seen=seen, by=by, now=now)).kept.content_hash


async def write(organisation: UUID, room_id: UUID, texts: Texts, *, seen: str, by: Asking, now: dt.datetime) -> Standing:
    """The summary, the lessons and what changes next year. Any change lets every key fall. Raises `NotFound`, `Refusal`, `Slips`."""
    rules.check_texts(texts)
    async with database.within(organisation):
        standing, promise = await _take_together(organisation, room_id, seen, now=now)
        return await _rewrite(organisation, standing, promise, standing.kept.joint, texts, by=by, now=now)


async def refresh(organisation: UUID, room_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> Standing:
    """Takes in what has been recorded since the figures were fetched; keys fall where that changes anything. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        standing, promise = await _take_together(organisation, room_id, seen, now=now)
        if await _freeze(organisation, standing, promise, by=by, now=now):
            await _log(standing, "followup.refreshed", by=by, now=now)
        return await read(organisation, room_id)


async def _take_together(organisation: UUID, room_id: UUID, seen: str, *, now: dt.datetime) -> tuple[Standing, Promise]:
    standing, promise = await _take(organisation, room_id, alone=True, now=now)
    if not standing.is_revealed:
        raise Refusal("followup.sealed")
    if seen != standing.kept.content_hash:
        raise Refusal("followup.changed")
    return standing, promise


async def _rewrite(
    organisation: UUID, standing: Standing, promise: Promise, joint: Mapping[str, Joint], texts: Texts, *, by: Asking, now: dt.datetime
) -> Standing:
    if (dict(joint), texts) != (dict(standing.kept.joint), standing.kept.texts):
        await store.write(organisation, standing.room.id, joint, texts, Edited(by.name, by.office_for(Act.ASSESS), organisation, now))
        await _log(standing, "followup.written", by=by, now=now)
    await _freeze(organisation, await read(organisation, standing.room.id), promise, by=by, now=now)
    return await read(organisation, standing.room.id)


async def _freeze(organisation: UUID, standing: Standing, promise: Promise, *, by: Asking | None = None, now: dt.datetime) -> bool:
    """Writes the whole as it is to be approved, with today's figures. Keys on anything else fall, and who turned them is told."""
    kept, room = standing.kept, replace(standing.room, subjects=standing.subjects)
    facts = await figures.frozen(organisation, room, promise, today=clock.day(now))
    made = content.content(room, promise, facts, kept.assessments, kept.joint, kept.texts, merged_why=_merged_why(standing))
    made_hash = canonical.hashed(made)
    if made_hash == kept.content_hash:
        return False
    await store.set_content(organisation, room.id, made, made_hash)
    frozen = await read(organisation, room.id)
    fallen = await agreements.fall(organisation, frozen.bound, why="Texten eller siffrorna ändrades.", now=now)
    names = {one.organisation_id: one.name for one in room.sides}
    for one in fallen:
        await _log(frozen, "followup.key_fell", by=by, now=now, party=names[one.organisation_id])
    if fallen and by is not None:
        await notices.plan(organisation, room.promise_id, news.fell(frozen, fallen, by), now=now)
    return True


def _merged_why(standing: Standing) -> str:
    return standing.merge.reason if standing.merge and standing.merge.agreed_at else ""


def is_overtaken(standing: Standing, promise: Promise) -> bool:
    """Whether the promise, its days or its parties have changed since what is to be approved was written."""
    found = standing.kept.content
    return found is not None and not standing.is_signed and not content.is_of(found, content.frame(standing.room, promise, _merged_why(standing)))


# ---------------------------------------------------------------- the keys
async def approve(organisation: UUID, room_id: UUID, *, seen: str, public_url: str, by: Asking, now: dt.datetime) -> Standing:
    """Turns this party's key on what was `seen`. With the last key the follow-up is signed: frozen, published, and the duty done.
    `public_url` is where residents read.

    Raises `NotFound`, or `Refusal` where something is missing, it has changed since it was read, or the key is not this person's to turn.
    """
    async with database.within(organisation):
        standing, promise = await _take(organisation, room_id, alone=True, now=now)
        if lacks := standing.lacks():
            raise Refusal("followup.incomplete", lacks=" ".join(lacks))
        if is_overtaken(standing, promise):
            raise Refusal("followup.overtaken")
        await agreements.approve(organisation, standing.bound, standing.room.parties, seen=seen, by=by, now=now)
        await store.keep_approved(organisation, room_id)
        await _log(standing, "followup.approved", by=by, now=now)
        standing = await read(organisation, room_id)
        if standing.is_agreed:
            return await _sign(organisation, standing, public_url=public_url, by=by, now=now)
        missing = [one for one in standing.room.sides if one.organisation_id not in standing.keys]
        await notices.plan(organisation, promise.id, news.wanted(standing, missing, by), now=now)
        return standing


async def _sign(organisation: UUID, standing: Standing, *, public_url: str, by: Asking, now: dt.datetime) -> Standing:
    await store.sign(organisation, standing.room.id, now=now)
    await _log(standing, "followup.signed", by=by, now=now)
    await obligations.settle_follow_up(organisation, standing.room.id, now=now)
    signed = await read(organisation, standing.room.id)
    await result.publish(organisation, signed, public_url=public_url, by=by, now=now)
    await notices.plan(organisation, signed.room.promise_id, news.signed(signed, by), now=now)
    return signed


async def _log(standing: Standing, act: str, *, by: Asking | None, now: dt.datetime, **words: str) -> None:
    room = standing.room
    organisation = by.organisation if by else room.parties[0]
    entry = Entry(act, room.id, content_hash=standing.kept.content_hash, words={"title": room.title, **words})
    await history.record(organisation, room.promise_id, entry, by=by, now=now)
