"""A follow-up from its first assessment to its signing, by the actions that the pages call."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import asyncpg
import pytest

from tests import cast, made
from tests.followups import room
from tests.followups.room import LATER
from trygghet import canonical, clock, database
from trygghet.followups import actions, content, merging
from trygghet.followups.rules import AGREED, BOTH, Joint, Texts, Verdict
from trygghet.history import actions as history
from trygghet.obligations import actions as obligations
from trygghet.swedish import NotFound, Refusal, Slips

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
TODAY = clock.day(LATER)


async def test_a_room_is_there_from_the_signing_and_opens_on_the_first_of_october() -> None:
    promise_id = await made.promise(now=cast.START)
    found = await actions.rooms(cast.SKOGEN, promise_id=promise_id)
    assert [(one.room.year, one.phase(dt.date(2024, 9, 30)), one.phase(dt.date(2024, 10, 1))) for one in found] == [
        (2023, "own", "own"),
        (2024, "coming", "own"),
    ]
    with pytest.raises(Refusal, match=r"followup\.not_open"):
        await room.assessed(found[1].room.id, Verdict.ACHIEVED, now=cast.START - dt.timedelta(days=1))


async def test_two_parties_assess_apart_agree_and_sign_and_the_duty_is_done() -> None:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.PARTLY, Verdict.ACHIEVED)
    sealed = await actions.read(cast.SKOGEN, room_id)
    assert not sealed.is_revealed
    assert sealed.own(cast.BJORKEN) == {}
    assert [one.name for one in sealed.awaited] == ["LPO Skogen"]
    opened = await room.assessed(room_id, Verdict.PARTLY, Verdict.PARTLY, who="per")
    assert [[one.verdict for _, one in row.said] for row in opened.rows] == [[Verdict.PARTLY, Verdict.PARTLY], [Verdict.ACHIEVED, Verdict.PARTLY]]
    assert opened.lacks() == ["Punkt 2 saknar gemensamt svar.", "Sammanfattningen är inte skriven."]
    by = cast.asking("per")
    decided = await actions.decide(
        by.organisation,
        room_id,
        opened.rows[1].subject.key,
        Joint(AGREED, Verdict.PARTLY, "Samtalen hölls, men sent."),
        seen=opened.kept.content_hash,
        by=by,
        now=LATER,
    )
    assert decided.phase(TODAY) == "text"
    await room.written(room_id)
    half = await room.approved(room_id, "pia")
    assert not half.is_signed
    done = await room.approved(room_id, "bo")
    assert done.is_signed
    assert done.phase(TODAY) == "signed"
    assert (await obligations.obligation(cast.SKOGEN, room_id)).done_at == LATER
    assert done.kept.content is not None
    assert hashlib.sha256(canonical.text(done.kept.content).encode()).hexdigest() == done.kept.content_hash
    assert content.tally(done.kept.content) == {"partly": 2}


async def test_a_disagreement_may_be_published_as_such_and_is_never_averaged() -> None:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.ACHIEVED, who="anna")
    opened = await room.assessed(room_id, Verdict.NOT_ACHIEVED, who="per")
    seen = opened.kept.content_hash
    for row in opened.rows:
        found = await actions.decide(
            cast.BJORKEN, room_id, row.subject.key, Joint(BOTH, Verdict.PARTLY, ""), seen=seen, by=cast.asking("anna"), now=LATER
        )
        seen = found.kept.content_hash
    assert found.kept.content is not None
    assert {one["joint"]["verdict"] for one in found.kept.content["subjects"]} == {None}
    assert content.tally(found.kept.content) == {"both": 2}
    assert [[said["verdict"] for said in one["assessments"]] for one in found.kept.content["subjects"]] == [["achieved", "not_achieved"]] * 2


async def test_who_hands_in_says_all_and_gives_reasons() -> None:
    room_id = await room.made_room()
    with pytest.raises(Slips) as slips:
        await room.assessed(room_id, Verdict.CANCELLED, reason="")
    assert [one.code for one in slips.value.refusals] == ["followup.no_reason"] * 2
    assert (await actions.read(cast.BJORKEN, room_id)).own(cast.BJORKEN) == {}, "nothing half-done is kept"
    with pytest.raises(Slips) as slips:
        await room.assessed(room_id, Verdict.PARTLY, reason="Det gäller 640823-3234.")
    assert {one.code for one in slips.value.refusals} == {"text.personal_number"}


async def test_what_was_handed_in_is_taken_back_until_the_other_has_handed_in_too() -> None:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.ACHIEVED)
    with pytest.raises(Refusal, match=r"followup\.handed_in"):
        await room.assessed(room_id, Verdict.PARTLY)
    await actions.take_back(cast.BJORKEN, room_id, by=cast.asking("anna"), now=LATER)
    await room.assessed(room_id, Verdict.PARTLY)
    await room.assessed(room_id, Verdict.PARTLY, who="per")
    for act in (
        actions.take_back(cast.BJORKEN, room_id, by=cast.asking("anna"), now=LATER),
        room.assessed(room_id, Verdict.ACHIEVED),
        room.assessed(room_id, Verdict.ACHIEVED, who="per"),
    ):
        with pytest.raises(Refusal, match=r"followup\.revealed"):
            await act


async def test_any_change_after_an_approval_lets_it_fall_and_both_must_read_anew() -> None:
    room_id = await room.made_room()
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    await room.written(room_id)
    before = await room.approved(room_id, "bo")
    after = await room.written(room_id, Texts("Ett annat år."))
    assert cast.BJORKEN in before.keys
    assert cast.BJORKEN not in after.keys
    fallen = after.fallen(cast.BJORKEN)
    assert fallen is not None
    assert fallen.content_hash == before.kept.content_hash
    with pytest.raises(Refusal, match=r"agreement\.stale"):
        await actions.approve(cast.SKOGEN, room_id, seen=before.kept.content_hash, public_url=cast.HERE, by=cast.asking("pia"), now=LATER)
    done = await room.approved(room_id, "pia", "bo")
    assert done.is_signed


async def test_two_who_write_at_once_do_not_overwrite_each_other() -> None:
    room_id = await room.made_room()
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    seen = (await actions.read(cast.BJORKEN, room_id)).kept.content_hash
    await room.written(room_id)
    with pytest.raises(Refusal, match=r"followup\.changed"):
        await actions.write(cast.BJORKEN, room_id, Texts("Mitt."), seen=seen, by=cast.asking("anna"), now=LATER)
    assert (await actions.read(cast.BJORKEN, room_id)).kept.texts == room.TEXTS


async def test_nothing_can_be_approved_before_all_is_there() -> None:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.ACHIEVED)
    with pytest.raises(Refusal, match=r"followup\.incomplete"):
        await room.approved(room_id, "bo")
    await room.assessed(room_id, Verdict.ACHIEVED, who="per")
    with pytest.raises(Refusal, match=r"followup\.incomplete"):
        await room.approved(room_id, "bo")


async def test_a_room_that_is_signed_late_says_so_and_one_in_time_does_not() -> None:
    late = await room.signed(now=dt.datetime(2025, 2, 3, 9, tzinfo=dt.UTC))
    in_time = await room.signed()
    assert (late.is_late(dt.date(2025, 3, 1)), in_time.is_late(dt.date(2025, 3, 1))) == (True, False)
    assert late.chip(dt.date(2025, 3, 1)).text == "Undertecknad sent"


async def test_what_is_signed_does_not_change_whoever_asks() -> None:
    done = await room.signed()
    room_id = done.room.id
    with pytest.raises(Refusal, match=r"followup\.signed"):
        await room.written(room_id, Texts("Ett annat år."))
    for change in ("summary = 'x'", "content = '{}'", "signed_at = NULL", "revealed_at = NULL"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.within(cast.BJORKEN) as link:
                await link.execute(f"UPDATE follow_up SET {change} WHERE id = $1", room_id)
    await made.recorded(done.room.promise_id, 3)
    assert (await actions.read(cast.SKOGEN, room_id)).kept.content == done.kept.content


async def test_a_key_on_what_is_signed_does_not_fall_not_by_sql_either() -> None:
    fall = "UPDATE approval SET fell_at = now(), fell_why = 'Vi ångrade oss.' WHERE subject_id = $1 AND fell_at IS NULL"
    room_id = await room.made_room()
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    await room.written(room_id)
    await room.approved(room_id, "bo")
    async with database.within(cast.BJORKEN) as link:
        assert await link.execute(fall, room_id) == "UPDATE 1", "before the other has signed too, it does"
    done = await room.approved(room_id, "bo", "pia")
    assert done.is_signed
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="a key on a signed follow-up stays"):
            async with database.within(organisation) as link:
                await link.execute(fall, room_id)
    assert (await actions.read(cast.SKOGEN, room_id)).is_signed


async def test_no_signature_without_both_keys_on_exactly_that_hash_not_by_sql_either() -> None:
    room_id = await room.made_room()
    for who in ("anna", "per"):
        await room.assessed(room_id, Verdict.ACHIEVED, who=who)
    await room.written(room_id)
    await room.approved(room_id, "bo")
    for change in ("signed_at = now()", "content = '{}'", "content = '{}', content_hash = repeat('0', 64), signed_at = now()"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.within(cast.BJORKEN) as link:
                await link.execute(f"UPDATE follow_up SET {change} WHERE id = $1", room_id)


async def test_a_promise_of_the_police_alone_has_one_assessment_and_one_key() -> None:
    promise_id = await made.promise(by=cast.SKOGEN, parties=(made.SKOGEN,), concerns="bjorken", contacts=())
    (_, found) = await actions.rooms(cast.SKOGEN, promise_id=promise_id)
    assert found.room.title == "Uppföljning 2024"
    opened = await room.assessed(found.room.id, Verdict.ACHIEVED, who="per")
    assert opened.is_revealed
    await room.written(found.room.id)
    assert (await room.approved(found.room.id, "pia")).is_signed


async def test_a_promise_of_three_waits_for_all_three() -> None:
    room_id = await room.made_room(parties=(made.BJORKEN, made.EKEN, made.SKOGEN))
    for who in ("anna", "carl"):
        assert not (await room.assessed(room_id, Verdict.ACHIEVED, who=who)).is_revealed
    assert (await room.assessed(room_id, Verdict.ACHIEVED, who="per")).is_revealed
    await room.written(room_id)
    assert not (await room.approved(room_id, "bo", "pia")).is_signed
    assert (await room.approved(room_id, "cecilia")).is_signed


async def test_a_goal_that_comes_after_one_has_handed_in_is_not_assessed_by_that_one() -> None:
    room_id = await room.made_room()
    first = await room.assessed(room_id, Verdict.ACHIEVED)
    draft = await made.draft_of(first.room.promise_id)
    await made.effect(first.room.promise_id, activities=(*draft.activities, replace(made.TALKS, title="Grannsamverkan")), now=LATER)
    opened = await room.assessed(room_id, Verdict.ACHIEVED, who="per")
    assert [[one.verdict for _, one in row.said] for row in opened.rows][-1] == [Verdict.NOT_ASSESSED, Verdict.ACHIEVED]
    assert len(opened.kept.subjects) == 3


async def test_a_room_that_somebody_has_handed_in_to_outlives_an_end_that_is_brought_forward_past_it() -> None:
    room_id = await room.made_room()
    standing = await room.assessed(room_id, Verdict.ACHIEVED)
    await made.effect(standing.room.promise_id, kind="early_end", valid_until=dt.date(2023, 12, 31), now=LATER)
    assert (await actions.read(cast.SKOGEN, room_id)).has_handed_in(cast.BJORKEN)


async def test_somebody_elses_room_is_not_there() -> None:
    room_id = await room.made_room()
    with pytest.raises(NotFound):
        await actions.read(cast.ON, room_id)
    with pytest.raises(NotFound):
        await room.assessed(room_id, Verdict.ACHIEVED, who="oda")


async def test_a_follow_up_is_not_done_by_a_mark() -> None:
    room_id = await room.made_room()
    with pytest.raises(Refusal):
        await obligations.mark_done(cast.BJORKEN, room_id, by=cast.asking("anna"), note="", now=LATER)


async def test_the_log_tells_what_happened_and_never_what_was_answered() -> None:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.PARTLY, reason="Hemligheten.", hand_in=False)
    await room.assessed(room_id, Verdict.PARTLY, reason="Hemligheten.")
    standing = await actions.read(cast.BJORKEN, room_id)
    events = await history.events(cast.SKOGEN, standing.room.promise_id)
    assert [one.act for one in events if one.act.startswith("followup.")] == ["followup.handed_in"]
    assert "Hemligheten" not in repr(events)


# ---------------------------------------------------------------- two years as one
SHORT = {"valid_from": dt.date(2023, 9, 1)}


async def test_a_short_first_year_is_followed_up_with_the_next_when_all_have_said_yes() -> None:
    room_id = await room.made_room(2023, **SHORT)
    await merging.propose(cast.BJORKEN, room_id, "Löftet hade bara börjat.", by=cast.asking("anna"), now=LATER)
    standing = await actions.read(cast.SKOGEN, room_id)
    assert standing.merge is not None
    seen = standing.merge.content_hash
    await merging.approve(cast.SKOGEN, room_id, seen=seen, by=cast.asking("pia"), now=LATER)
    assert len(await actions.rooms(cast.BJORKEN, promise_id=standing.room.promise_id)) == 2, "one yes decides nothing"
    await merging.approve(cast.BJORKEN, room_id, seen=seen, by=cast.asking("bo"), now=LATER)
    (left,) = await actions.rooms(cast.BJORKEN, promise_id=standing.room.promise_id)
    assert (left.room.first, left.room.last) == (dt.date(2023, 9, 1), dt.date(2024, 12, 31))
    assert left.merge is not None
    assert left.merge.reason == "Löftet hade bara börjat."
    with pytest.raises(NotFound):
        await actions.read(cast.BJORKEN, room_id)


async def test_two_years_become_one_neither_silently_nor_without_need() -> None:
    whole = await room.made_room(2023)
    with pytest.raises(Refusal, match=r"followup\.merge_short"):
        await merging.propose(cast.BJORKEN, whole, "Vi hann inte.", by=cast.asking("anna"), now=LATER)
    short = await room.made_room(2023, **SHORT)
    with pytest.raises(Refusal, match=r"followup\.merge_reason"):
        await merging.propose(cast.BJORKEN, short, " ", by=cast.asking("anna"), now=LATER)
    await merging.propose(cast.BJORKEN, short, "Löftet hade bara börjat.", by=cast.asking("anna"), now=LATER)
    with pytest.raises(Refusal, match=r"followup\.merge_open"):
        await merging.propose(cast.SKOGEN, short, "Vi också.", by=cast.asking("per"), now=LATER)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute("UPDATE follow_up_merge SET agreed_at = now()")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute("UPDATE promise SET merged_years = '{2023}'")
    await merging.withdraw(cast.SKOGEN, short, by=cast.asking("per"), now=LATER)
    await merging.propose(cast.SKOGEN, short, "Vi också.", by=cast.asking("per"), now=LATER)
