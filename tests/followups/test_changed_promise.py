"""What becomes of a room when the promise that it is about changes under it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests import cast, made
from tests.followups import room
from tests.followups.room import LATER
from trygghet import clock, database
from trygghet.followups import actions, merging, turns
from trygghet.followups.rules import Assessment, Verdict
from trygghet.swedish import Refusal

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
TODAY = clock.day(LATER)


async def whole(**changes: object) -> tuple[object, object]:
    """A room in which all but the keys is there."""
    room_id = await room.made_room(**changes)
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    return room_id, (await room.written(room_id)).room.promise_id


async def test_a_key_cannot_be_turned_on_days_that_are_no_longer_the_promises() -> None:
    room_id, promise_id = await whole()
    await room.approved(room_id, "bo")
    await made.effect(promise_id, kind="early_end", valid_until=dt.date(2024, 11, 30), now=LATER)
    with pytest.raises(Refusal, match=r"followup\.overtaken"):
        await room.approved(room_id, "pia")
    seen = (await actions.read(cast.SKOGEN, room_id)).kept.content_hash
    fresh = await actions.refresh(cast.SKOGEN, room_id, seen=seen, by=cast.asking("per"), now=LATER)
    assert fresh.kept.content is not None
    assert (fresh.kept.content["until"], dict(fresh.keys)) == ("2024-11-30", {})
    assert (await room.approved(room_id, "pia", "bo")).is_signed


async def test_the_rest_of_a_year_is_signed_after_one_that_was_cut_short_and_lengthened_again() -> None:
    room_id, promise_id = await whole()
    await made.effect(promise_id, kind="early_end", valid_until=dt.date(2024, 11, 30), now=LATER)
    seen = (await actions.read(cast.SKOGEN, room_id)).kept.content_hash
    await actions.refresh(cast.SKOGEN, room_id, seen=seen, by=cast.asking("per"), now=LATER)
    await room.approved(room_id, "bo", "pia")
    await made.effect(promise_id, kind="extension", valid_until=dt.date(2024, 12, 31), now=LATER)
    rest = next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if not one.is_signed and one.room.year == 2024)
    for who in ("anna", "per"):
        await room.assessed(rest, Verdict.ACHIEVED, who=who, now=LATER + dt.timedelta(days=7))
    await room.written(rest, now=LATER + dt.timedelta(days=7))
    assert (await room.approved(rest, "bo", "pia", now=LATER + dt.timedelta(days=7))).is_signed


async def test_a_party_that_leaves_is_not_waited_for() -> None:
    three = (made.BJORKEN, made.EKEN, made.SKOGEN)
    room_id = await room.made_room(parties=three)
    for who in ("anna", "per"):
        standing = await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    by = cast.asking("carl")
    drafted = {one.key: Assessment(Verdict.PARTLY, "Aldrig inlämnat.") for one in standing.subjects}
    await actions.assess(cast.EKEN, room_id, drafted, by=by, now=LATER)
    await made.effect(standing.room.promise_id, parties=(made.BJORKEN, made.SKOGEN), now=LATER)
    waiting = await actions.read(cast.BJORKEN, room_id)
    assert turns.waits_for(waiting, cast.BJORKEN, TODAY)
    opened = await actions.assess(cast.BJORKEN, room_id, {}, hand_in=True, by=cast.asking("anna"), now=LATER)
    assert opened.is_revealed
    async with database.within(cast.BJORKEN) as link:
        assert "Aldrig inlämnat." not in repr(await link.fetch("SELECT * FROM assessment")), "what was never handed in is nobody else's"
    await room.written(room_id)
    assert (await room.approved(room_id, "bo", "pia")).is_signed


async def test_a_party_that_leaves_after_the_others_have_turned_their_keys_is_not_waited_for_either() -> None:
    room_id = await room.made_room(parties=(made.BJORKEN, made.EKEN, made.SKOGEN))
    for who in ("anna", "per", "carl"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    await room.written(room_id)
    standing = await room.approved(room_id, "bo", "pia")
    await made.effect(standing.room.promise_id, parties=(made.BJORKEN, made.SKOGEN), now=LATER)
    left = await actions.read(cast.BJORKEN, room_id)
    assert turns.waits_for(left, cast.BJORKEN, TODAY)
    await actions.refresh(cast.BJORKEN, room_id, seen=left.kept.content_hash, by=cast.asking("anna"), now=LATER)
    assert (await room.approved(room_id, "bo", "pia")).is_signed


async def test_a_verdict_on_a_goal_that_has_been_rewritten_since_is_none_on_the_new_one() -> None:
    room_id = await room.made_room()
    standing = await room.assessed(room_id, Verdict.ACHIEVED)
    draft = await made.draft_of(standing.room.promise_id)
    area = draft.areas[0]
    other = replace(area, goals=(replace(area.goals[0], title="Ett helt annat mål."),))
    await made.effect(standing.room.promise_id, areas=(other,), now=LATER)
    opened = await room.assessed(room_id, Verdict.ACHIEVED, who="per")
    assert [[one.verdict for _, one in row.said] for row in opened.rows] == [
        [Verdict.NOT_ASSESSED, Verdict.ACHIEVED],
        [Verdict.ACHIEVED, Verdict.ACHIEVED],
    ]


async def test_a_reason_without_a_verdict_on_what_came_and_went_stops_nobody() -> None:
    room_id = await room.made_room(areas=(), activities=())
    standing = await actions.read(cast.BJORKEN, room_id)
    promise_id = standing.room.promise_id
    await actions.assess(cast.BJORKEN, room_id, {"promise": Assessment(None, "Bara ett skäl.")}, by=cast.asking("anna"), now=LATER)
    await made.effect(promise_id, activities=(made.TALKS,), now=LATER)
    await room.assessed(room_id, Verdict.ACHIEVED)
    await made.effect(promise_id, activities=(), now=LATER)
    opened = await room.assessed(room_id, Verdict.ACHIEVED, who="per")
    assert [[one.verdict for _, one in row.said] for row in opened.rows] == [[Verdict.NOT_ASSESSED, Verdict.ACHIEVED]]


async def test_a_year_does_not_go_into_one_that_has_been_begun() -> None:
    first = await room.made_room(2023, valid_from=dt.date(2023, 9, 1))
    promise_id = (await actions.read(cast.BJORKEN, first)).room.promise_id
    await merging.propose(cast.BJORKEN, first, "Löftet hade bara börjat.", by=cast.asking("anna"), now=LATER)
    second = next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if one.room.year == 2024)
    await room.assessed(second, Verdict.ACHIEVED)
    merge = (await actions.read(cast.BJORKEN, first)).merge
    assert merge is not None
    with pytest.raises(Refusal, match=r"followup\.merge_begun"):
        await merging.approve(cast.BJORKEN, first, seen=merge.content_hash, by=cast.asking("bo"), now=LATER)


async def test_nothing_is_taken_back_that_was_not_handed_in() -> None:
    room_id = await room.made_room()
    with pytest.raises(Refusal, match=r"followup\.not_handed_in"):
        await actions.take_back(cast.BJORKEN, room_id, by=cast.asking("anna"), now=LATER)
