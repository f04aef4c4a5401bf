"""Wanted minus planned: what is added, what is deleted and what is left in peace."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.deliveries.outside import NOW, Answering, letter, row, rows, turn
from trygghet.deliveries import actions

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.deliveries.rules import Planned

pytestmark = pytest.mark.anyio
DAY = dt.timedelta(days=1)


async def bare_promise() -> UUID:
    """A promise whose own reminders are out of the way."""
    promise_id = await made.promise()
    await actions.replan(cast.BJORKEN, promise_id, "reminder", [], now=NOW - 3000 * DAY)
    assert await rows() == []
    return promise_id


def ahead(promise_id: UUID, key: str, days: int = 1) -> Planned:
    return letter(key, promise_id=promise_id, due_at=NOW + days * DAY)


async def test_replanning_twice_changes_nothing(database_url: str) -> None:
    promise_id = await bare_promise()
    wanted = [ahead(promise_id, "a"), ahead(promise_id, "b", 2)]
    await actions.replan(cast.BJORKEN, promise_id, "notice", wanted, now=NOW)
    before = await rows()
    await actions.replan(cast.BJORKEN, promise_id, "notice", wanted, now=NOW)
    assert await rows() == before
    assert len(before) == 2


async def test_a_wish_that_is_gone_is_deleted_and_may_come_back(database_url: str) -> None:
    promise_id = await bare_promise()
    for wanted in (["a", "b"], ["b"], ["a", "b"]):
        await actions.replan(cast.BJORKEN, promise_id, "notice", [ahead(promise_id, key) for key in wanted], now=NOW)
        assert [one["key"] for one in await rows()] == wanted


async def test_what_is_due_and_not_yet_sent_is_not_lost_when_a_promise_changes(database_url: str) -> None:
    promise_id = await bare_promise()
    await actions.replan(cast.BJORKEN, promise_id, "notice", [ahead(promise_id, "a")], now=NOW)
    await actions.replan(cast.BJORKEN, promise_id, "notice", [], now=NOW + DAY)  # rungs in the past are no longer planned
    assert [one["state"] for one in await rows()] == ["planned"]


async def test_what_was_ever_attempted_is_history(database_url: str) -> None:
    promise_id = await bare_promise()
    await actions.replan(cast.BJORKEN, promise_id, "notice", [ahead(promise_id, "a")], now=NOW)
    await turn(mail=Answering(repeatable=True), now=NOW + DAY)
    await actions.replan(cast.BJORKEN, promise_id, "notice", [], now=NOW - DAY)
    await actions.replan(cast.BJORKEN, promise_id, "notice", [ahead(promise_id, "a")], now=NOW - DAY)
    assert [one["state"] for one in await rows()] == ["sent"]


async def test_a_waiting_row_follows_a_new_title_and_a_sent_one_keeps_its_own(database_url: str) -> None:
    promise_id = await bare_promise()
    await actions.replan(cast.BJORKEN, promise_id, "notice", [ahead(promise_id, "a"), ahead(promise_id, "b", 2)], now=NOW)
    await turn(mail=Answering(repeatable=True), now=NOW + DAY)
    wanted = [letter(key, promise_id=promise_id, due_at=NOW + 2 * DAY, title="Nytt namn") for key in ("a", "b")]
    await actions.replan(cast.BJORKEN, promise_id, "notice", wanted, now=NOW)
    assert [one["title"] for one in await rows()] == [letter().title, "Nytt namn"]


async def test_one_party_replans_for_both_and_a_stranger_for_none(database_url: str) -> None:
    promise_id = await bare_promise()
    theirs = letter("theirs", promise_id=promise_id, due_at=NOW + DAY, organisation_id=cast.SKOGEN)
    await actions.replan(cast.BJORKEN, promise_id, "notice", [theirs], now=NOW)
    assert (await row("theirs"))["organisation_id"] == cast.SKOGEN
    await actions.replan(cast.ON, promise_id, "notice", [], now=NOW)
    assert len(await rows()) == 1
    await actions.replan(cast.SKOGEN, promise_id, "notice", [], now=NOW)
    assert await rows() == []
