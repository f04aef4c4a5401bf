"""What is taken back or put right, whatever has become of it by then: taken away where it is or may be, told anew where it is wanted again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, telling
from tests.deliveries.place import look, tell
from trygghet.channels import Message, NotSent, Receipt, Unclear

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.deliveries.place import Told
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
NOW, WALL = cast.START + dt.timedelta(minutes=1), telling.WALL
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


async def test_what_is_in_flight_is_waited_for_and_then_taken_away(told: Told) -> None:
    for _ in range(2):  # the page, the feed
        [batch] = await told.hand_out(NOW)
        await told.deliver(batch, NOW)
    [batch] = await told.hand_out(NOW)
    flight = told.place.send

    async def meanwhile(message: object) -> object:
        receipt = await flight(message)  # type: ignore[arg-type]
        await told.withdraw(NOW)
        assert await told.hand_out(NOW) == [], "one at a time in a place"
        return receipt

    told.place.send = meanwhile  # type: ignore[method-assign,assignment]
    await told.deliver(batch, NOW)
    assert len(told.place.there) == 1
    await told.go_out(NOW)
    assert (told.place.there, await told.state("retract")) == ({}, "sent")


async def test_what_was_withdrawn_after_the_hand_out_is_never_told(told: Told) -> None:
    for _ in range(2):
        [batch] = await told.hand_out(NOW)
        await told.deliver(batch, NOW)
    [batch] = await told.hand_out(NOW)
    await told.withdraw(NOW)
    await told.deliver(batch, NOW)
    await told.go_out(NOW)
    assert told.place.acts == []


async def test_what_our_own_page_did_not_show_before_it_was_taken_back_is_skipped_and_nobody_is_asked(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(told.reading, "send", _not_yet)
        [batch] = await told.hand_out(NOW)
        await told.deliver(batch, NOW)
    again = (await told.row(channel="page"))["due_at"]
    await told.withdraw(again)
    await told.go_out(again)
    assert await told.state(channel="page") == "skipped"


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_is_repeated_blindly_and_withdrawn_meanwhile_is_looked_up_also_when_the_withdrawal_came_last(
    browser_of: BrowserOf, settings: Settings, *, arrived: bool
) -> None:
    told = await tell(await browser_of(), settings, cast.START, channel="bluesky")
    told.place.said["send"] = [Unclear("Svaret försvann.")]
    await told.go_out(NOW)
    if not arrived:
        told.place.there.clear()
    again = (await told.row())["due_at"]
    [batch] = await told.hand_out(again)
    await told.withdraw(again)
    await told.deliver(batch, again)
    await told.go_out(again)
    await told.go_out(again, WALL + HOUR)
    assert (await told.state(), told.place.there) == ("skipped", {})
    assert "find" in told.place.acts


async def _not_yet(message: Message) -> Receipt:
    raise NotSent("Den publika adressen visar det inte ännu.")


async def test_a_withdrawal_of_what_nobody_knows_of_looks_first_and_takes_away_what_is_there(told: Told) -> None:
    told.place.said["send"] = [Unclear("Svaret försvann.")]
    await told.go_out(NOW)
    await told.withdraw(NOW)
    await told.go_out(NOW)
    assert (told.place.there, await told.state("retract"), await told.state()) == ({}, "sent", "sent")
    assert told.place.acts == ["send", "find", "retract"]


async def test_a_withdrawal_of_what_never_arrived_looks_twice_before_it_believes_it(told: Told) -> None:
    told.place.said["send"] = [Unclear("Svaret försvann.")]
    await told.go_out(NOW)
    told.place.there.clear()
    await told.withdraw(NOW)
    await told.go_out(NOW)
    assert await told.state("retract") == "planned"
    await told.go_out(NOW + HOUR)
    assert (await told.state("retract"), await told.state()) == ("sent", "skipped")
    assert told.place.acts == ["send", "find", "find"]


async def test_a_withdrawal_whose_answer_is_lost_is_made_again(told: Told) -> None:
    await told.go_out(NOW)
    told.place.said["retract"] = [Unclear("Svaret försvann.")]
    await told.withdraw(NOW)
    await told.go_out(NOW)
    assert await told.state("retract") == "planned"
    await told.go_out(NOW + HOUR)
    assert (await told.state("retract"), told.place.acts.count("retract")) == ("sent", 2)


# ---------------------------------------------------------------- put right
async def test_a_withdrawal_takes_a_correction_along_that_may_have_arrived_unanswered(browser_of: BrowserOf, settings: Settings) -> None:
    told = await tell(await browser_of(), settings, cast.START, channel="bluesky")
    await told.go_out(NOW)
    await told.correct("Fem gator.", NOW + MINUTE)
    told.place.said["send"] = [Unclear("Svaret försvann.")]
    await told.go_out(NOW + MINUTE)
    assert (await told.state("edit"), len(told.place.there)) == ("planned", 2), "there each correction is an answer of its own"
    await told.withdraw(NOW + 2 * MINUTE)
    await told.go_out(NOW + 2 * MINUTE)
    assert (told.place.there, await told.state("retract"), await told.state("edit")) == ({}, "sent", "skipped")


async def test_what_a_correction_took_from_an_account_is_not_missed_there_and_is_told_anew_when_the_account_is_chosen_again(told: Told) -> None:
    await told.go_out(NOW)
    await told.edit("Fem gator.", NOW + HOUR, also_there=False)
    await told.approve(NOW + HOUR)
    await told.go_out(NOW + HOUR)
    assert (told.place.there, await told.state("retract")) == ({}, "sent")
    assert [await look(told, NOW + days * DAY) for days in (8, 9)] == [0, 0], "nobody misses what was to go"
    await told.correct("Fem gator, i oktober.", NOW + 10 * DAY)
    await told.go_out(NOW + 10 * DAY)
    assert [one.act for one in told.place.there.values()] == ["publish"]
    await told.correct("Fem gator, i november.", NOW + 11 * DAY)
    await told.go_out(NOW + 11 * DAY)
    [there] = told.place.there.values()
    assert (there.act, "i november" in there.text) == ("edit", True)
    await told.withdraw(NOW + 12 * DAY)
    await told.go_out(NOW + 12 * DAY)
    assert told.place.there == {}


async def test_a_correction_waits_for_what_it_corrects_and_is_repeated_when_its_answer_is_lost(told: Told) -> None:
    await told.go_out(NOW)
    told.place.said["edit"] = [Unclear("Svaret försvann.")]
    await told.correct("Fem gator får ny belysning.", NOW)
    await told.go_out(NOW)
    assert await told.state("edit") == "planned"
    await told.go_out(NOW + HOUR)
    assert (await told.state("edit"), list(told.place.there)) == ("sent", ["1"])
    assert "Fem gator" in told.place.there["1"].text


async def test_a_correction_of_what_nobody_knows_of_waits_until_that_is_known(told: Told) -> None:
    told.place.said["send"] = [Unclear("Svaret försvann.")]
    await told.go_out(NOW)
    await told.correct("Fem gator får ny belysning.", NOW)
    await told.go_out(NOW)
    assert (await told.state("edit"), await told.state(channel="page", act="edit")) == ("planned", "sent")
    await told.go_out(NOW, WALL + MINUTE)
    assert (await told.state(), await told.state("edit"), told.place.acts.count("send")) == ("sent", "sent", 1)
