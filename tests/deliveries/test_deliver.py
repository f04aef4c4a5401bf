"""From a planned row to a settled one, with real rows and a channel that answers as it is told."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.deliveries import outside
from tests.deliveries.outside import NOW, WALL, Answering, deliver, hand_out, letter, plan, post, row, rows, turn
from tests.server.product import patience
from trygghet import database
from trygghet.channels import Letter, NotSent, Receipt, Unclear
from trygghet.deliveries import actions, sending
from trygghet.deliveries.rules import MAX_ATTEMPTS, MAX_LOOKUPS, Delivery, Fan, Patience, Skip
from trygghet.history.rules import Actor
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.anyio
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
ANNA = Actor(cast.person_id("anna"), "Anna Asson", "Säkerhetssamordnare")


async def test_a_due_letter_goes_out_once_and_is_recorded(database_url: str) -> None:
    mail = Answering(repeatable=True)
    await plan(letter())
    assert await turn(mail=mail) == 1
    assert await turn(mail=mail, wall=WALL + 10 * MINUTE) == 0
    sent = await row("reminder:1")
    assert (sent["state"], sent["attempts"], sent["settled_at"], len(mail.sent)) == ("sent", 1, NOW, 1)
    assert isinstance(mail.sent[0], Letter)
    assert sent["message_id"] == mail.sent[0].message_id == f"<{sent['id']}@trygghet.example.org>"
    assert sent["address"] == "coordinator@example.org"
    assert mail.closed == 1


async def test_what_is_not_due_stays(database_url: str) -> None:
    await plan(letter(due_at=NOW + SECOND))
    assert await hand_out() == []
    assert len(await hand_out(now=NOW + SECOND)) == 1


async def test_the_same_wish_twice_is_one_row_also_when_twenty_plan_it_at_once(database_url: str) -> None:
    await asyncio.gather(*(plan(letter()) for _ in range(20)))
    assert len(await rows()) == 1


async def test_twenty_simultaneous_claims_have_one_winner(database_url: str) -> None:
    mastodon = Answering(repeatable=False)
    await plan(post())
    [[delivery_id]] = await hand_out()
    await asyncio.gather(*(deliver([delivery_id], mastodon=mastodon) for _ in range(20)))
    assert len(mastodon.sent) == 1
    assert (await row("publication:1"))["attempts"] == 1


async def test_four_timetables_at_once_hand_out_every_row_once(database_url: str) -> None:
    await plan(*(letter(f"reminder:{number}") for number in range(60)))
    handed = [batch for found in await asyncio.gather(*(hand_out() for _ in range(4))) for batch in found]
    ids = [one for batch in handed for one in batch]
    assert len(ids) == len(set(ids)) == 60
    assert await hand_out() == []


async def test_what_the_queue_lost_is_handed_out_again(database_url: str) -> None:
    await plan(letter())
    first = await hand_out()
    assert await hand_out(wall=WALL + 59 * SECOND) == []
    assert await hand_out(wall=WALL + 60 * SECOND) == first
    await sending.across_organisations_take_back(first[0])
    assert await hand_out(wall=WALL + 61 * SECOND) == first


async def test_letters_go_many_in_one_message_and_publications_alone(database_url: str) -> None:
    await plan(*(letter(f"reminder:{number}") for number in range(105)), post("publication:1"), post("publication:2"))
    assert sorted(len(batch) for batch in await hand_out()) == [1, 1, 5, 100]


async def test_a_temporary_no_waits_twice_as_long_each_time_up_to_four_hours_and_fails_in_the_end(database_url: str) -> None:
    mail = Answering(repeatable=True, answers=[NotSent("Upptaget.") for _ in range(MAX_ATTEMPTS)])
    await plan(letter())
    now, waits = NOW, []
    for _ in range(MAX_ATTEMPTS - 1):
        assert await turn(mail=mail, now=now) == 1
        again = (await row("reminder:1"))["due_at"]
        waits.append((again - now) / MINUTE)
        assert await turn(mail=mail, now=again - SECOND) == 0
        now = again
    assert waits == [2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240]
    await turn(mail=mail, now=now)
    failed = await row("reminder:1")
    assert (failed["state"], failed["reason"], failed["attempts"]) == ("failed", "Upptaget.", MAX_ATTEMPTS)
    assert await turn(mail=mail, now=now + dt.timedelta(days=1)) == 0


async def test_a_server_that_asks_for_more_time_gets_it(database_url: str) -> None:
    await plan(post())
    await turn(mastodon=Answering(repeatable=False, answers=[NotSent("För mycket.", after=dt.timedelta(minutes=40))]))
    assert (await row("publication:1"))["due_at"] == NOW + 40 * MINUTE


async def test_a_permanent_no_fails_at_once_and_a_person_may_try_again(database_url: str) -> None:
    mail = Answering(repeatable=True, answers=[NotSent("Adressen finns inte.", permanent=True)])
    await plan(letter())
    await turn(mail=mail)
    failed = await row("reminder:1")
    assert failed["state"] == "failed"
    await actions.retry(cast.BJORKEN, failed["id"], by=ANNA, now=NOW + MINUTE)
    await turn(mail=mail, now=NOW + MINUTE)
    assert (await row("reminder:1"))["state"] == "sent"
    with pytest.raises(Refusal):
        await actions.retry(cast.BJORKEN, failed["id"], by=ANNA, now=NOW + MINUTE)


async def test_another_organisations_delivery_is_not_found(database_url: str) -> None:
    await plan(letter())
    with pytest.raises(NotFound):
        await actions.retry(cast.ON, (await row("reminder:1"))["id"], by=ANNA, now=NOW)


async def test_a_letter_whose_answer_was_lost_is_sent_again_with_the_same_id(database_url: str) -> None:
    mail = Answering(repeatable=True, answers=[Unclear("Bröts.")])
    await plan(letter())
    await turn(mail=mail)
    await turn(mail=mail, now=NOW + 2 * MINUTE)
    first, second = mail.sent
    assert isinstance(first, Letter)
    assert isinstance(second, Letter)
    assert first.message_id == second.message_id
    assert (await row("reminder:1"))["state"] == "sent"


async def test_a_post_whose_answer_was_lost_is_looked_up_and_found(database_url: str) -> None:
    mastodon = Answering(repeatable=False, answers=[Unclear("Bröts.")], looks=[Receipt("7", "https://social.example.org/7")])
    await plan(post())
    await turn(mastodon=mastodon)
    assert ((await row("publication:1"))["state"], (await row("publication:1"))["reason"]) == ("unclear", "Bröts.")
    assert await turn(mastodon=mastodon, wall=WALL + 4 * SECOND) == 0
    assert await turn(mastodon=mastodon, wall=WALL + 5 * SECOND) == 1
    found = await row("publication:1")
    assert (found["state"], found["remote_id"], found["reason"], len(mastodon.sent)) == ("sent", "7", "", 1)


async def test_a_post_that_is_absent_twice_is_posted_again(database_url: str) -> None:
    mastodon = Answering(repeatable=False, answers=[Unclear("Bröts.")], looks=[None, None])
    await plan(post())
    await turn(mastodon=mastodon)
    await turn(mastodon=mastodon, wall=WALL + 5 * SECOND)
    assert (await row("publication:1"))["state"] == "unclear"  # the server may still be at work with it
    assert await turn(mastodon=mastodon, wall=WALL + 29 * SECOND) == 0
    await turn(mastodon=mastodon, wall=WALL + 30 * SECOND)
    assert (await row("publication:1"))["state"] == "planned"
    await turn(mastodon=mastodon, wall=WALL + 31 * SECOND)
    assert ((await row("publication:1"))["state"], len(mastodon.sent)) == ("sent", 2)


async def test_what_cannot_be_told_stays_for_a_person(database_url: str) -> None:
    mastodon = Answering(repeatable=False, answers=[Unclear("Bröts.")], looks=[Unclear("Svarar inte.") for _ in range(20)])
    await plan(post())
    wall = WALL
    for _ in range(20):
        await turn(mastodon=mastodon, wall=wall)
        wall += dt.timedelta(hours=6)
    left = await row("publication:1")
    assert (left["state"], left["reason"], left["lookups"], len(mastodon.sent)) == ("unclear", "Svarar inte.", MAX_LOOKUPS, 1)


async def test_silence_gives_a_letter_back_and_makes_a_post_unclear(database_url: str) -> None:
    await plan(letter(), post())
    for batch in await hand_out():
        async with database.across_organisations() as link:  # a worker that claimed and died
            await link.execute(
                "UPDATE delivery SET state = 'sending', attempts = 1, fence = 1, lease_until = $2 WHERE id = ANY($1::uuid[])",
                batch,
                WALL + 120 * SECOND,
            )
    assert await hand_out(wall=WALL + 119 * SECOND) == []
    again = await hand_out(wall=WALL + 120 * SECOND)
    assert [one["state"] for one in await rows()] == ["unclear", "planned"]
    await deliver(again[0], mail=Answering(repeatable=True), wall=WALL + 120 * SECOND)
    assert (await row("reminder:1"))["state"] == "sent"


async def test_a_late_answer_settles_what_is_unclear_and_nothing_else(database_url: str) -> None:
    await plan(post(), letter())
    batches = await hand_out()

    async def lease_runs_out() -> Receipt:
        await hand_out(wall=WALL + 120 * SECOND)
        return Receipt("late")

    for batch in batches:
        await deliver(
            batch, mastodon=Answering(repeatable=False, answers=[lease_runs_out]), mail=Answering(repeatable=True, answers=[lease_runs_out])
        )
    assert ((await row("publication:1"))["state"], (await row("publication:1"))["remote_id"]) == ("sent", "late")
    assert (await row("reminder:1"))["state"] == "planned"


async def test_what_there_is_no_time_for_within_the_lease_is_given_back(database_url: str) -> None:
    busy = patience(1)

    async def slowly() -> Receipt:
        await asyncio.sleep(0.15 * busy)
        return Receipt()

    mail = Answering(repeatable=True, answers=[slowly] * 8)
    await plan(*(letter(f"reminder:{number}") for number in range(8)))
    [batch] = await hand_out()
    await deliver(batch, mail=mail, patience=Patience(dt.timedelta(seconds=0.8 * busy)))
    states = [(one["state"], one["attempts"]) for one in await rows()]
    assert set(states) == {("sent", 1), ("planned", 0)}
    mail.answers.clear()
    assert await turn(mail=mail) == states.count(("planned", 0))
    assert len(mail.sent) == 8


async def test_a_channel_that_does_not_answer_in_time_is_left(database_url: str) -> None:
    async def never() -> Receipt:
        await asyncio.sleep(60)
        return Receipt()

    await plan(post())
    [batch] = await hand_out()
    await deliver(batch, mastodon=Answering(repeatable=False, answers=[never]), patience=Patience(dt.timedelta(seconds=0.4)))
    assert (await row("publication:1"))["state"] == "unclear"


async def test_a_chain_goes_in_order_and_a_skipped_link_takes_the_rest_with_it(database_url: str) -> None:
    promise = [post("p:page", channel="page"), post("p:feed", channel="feed", after_key="p:page"), post("p:social", after_key="p:feed")]
    await plan(*promise)
    channels = {"page": Answering(repeatable=True), "feed": Answering(repeatable=True), "mastodon": Answering(repeatable=False)}
    seen = []
    for _ in range(3):
        await turn(**channels)
        seen.append([one["state"] for one in await rows()])  # by key: feed, page, social
    assert seen == [["planned", "sent", "planned"], ["sent", "sent", "planned"], ["sent", "sent", "sent"]]

    async def withdrawn(delivery: Delivery, now: dt.datetime) -> Skip:
        return Skip("Tillbakadragen.")

    await plan(
        *(post(f"q:{channel}", channel=channel, after_key=after) for channel, after in (("page", None), ("feed", "q:page"), ("mastodon", "q:feed")))
    )
    await turn(composers={"publication": withdrawn}, **channels)
    await hand_out()
    assert {one["key"]: (one["state"], one["reason"]) for one in await rows() if one["key"].startswith("q:")} == dict.fromkeys(
        ("q:page", "q:feed", "q:mastodon"), ("skipped", "Tillbakadragen.")
    )


async def test_a_seat_that_several_hold_becomes_a_row_for_each(database_url: str) -> None:
    holders = (cast.person_id("anna"), cast.person_id("berit"))

    async def fanned(delivery: Delivery, now: dt.datetime) -> Any:
        return await outside.compose_letter(delivery, now) if delivery.person_id else Fan(holders)

    mail = Answering(repeatable=True)
    await plan(letter())
    for _ in range(3):
        await turn(mail=mail, composers={"notice": fanned})
    assert sorted(one.to_address for one in mail.sent if isinstance(one, Letter)) == sorted(f"{holder}@example.org" for holder in holders)
    assert [(one["key"], one["state"], one["person_id"]) for one in await rows()] == [
        ("reminder:1", "sent", holders[0]),
        (f"reminder:1:{holders[1]}", "sent", holders[1]),
    ]


async def test_a_row_that_cannot_be_composed_does_not_hold_up_the_others(database_url: str) -> None:
    async def broken(delivery: Delivery, now: dt.datetime) -> Any:
        if delivery.key == "reminder:1":
            async with database.within(delivery.organisation_id) as link:
                await link.execute("SELECT 1/0")
        return await outside.compose_letter(delivery, now)

    await plan(letter("reminder:1"), letter("reminder:2"))
    await turn(mail=Answering(repeatable=True), composers={"notice": broken})
    first, second = await rows()
    assert (first["state"], first["due_at"], second["state"]) == ("planned", NOW + 2 * MINUTE, "sent")


async def test_letters_of_several_organisations_share_a_message_and_each_is_composed_as_its_own(database_url: str) -> None:
    seen: list[UUID] = []

    async def own(delivery: Delivery, now: dt.datetime) -> Any:
        async with database.within(delivery.organisation_id):
            seen.append(delivery.organisation_id)
        return await outside.compose_letter(delivery, now)

    await plan(letter())
    await plan(letter(organisation_id=cast.EKEN))
    [batch] = await hand_out()
    mail = Answering(repeatable=True)
    await deliver(batch, mail=mail, composers={"notice": own})
    assert (len(mail.sent), set(seen), mail.closed) == (2, {cast.BJORKEN, cast.EKEN}, 1)
