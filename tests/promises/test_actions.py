from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, made
from tests.made import ANNA, read, recorded
from trygghet import database
from trygghet.obligations import actions as obligations
from trygghet.promises import actions
from trygghet.promises.outcomes import Reporter
from trygghet.promises.rules import PartyDraft
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
PER = Reporter(cast.person_id("per"), "Per Psson", "Kommunpolis")


async def snapshot(promise_id: uuid.UUID) -> Any:
    """What residents read."""
    async with database.published() as link:
        return await link.fetchrow("SELECT * FROM published_promise WHERE promise_id = $1 AND slug = 'bjorken'", promise_id)


async def test_residents_see_counts_and_dates_and_no_notes(database_url: str) -> None:
    promise_id = await made.promise()
    first = await recorded(promise_id, 2, note="Känsligt")
    await actions.correct_outcome(
        cast.BJORKEN, first, by=ANNA, amount=1, happened_on=dt.date(2024, 9, 12), note="dubbel", form_key=uuid.uuid4(), now=cast.START
    )
    row = await snapshot(promise_id)
    activity = row["content"]["areas"][0]["goals"][0]["activities"][0]
    assert activity["outcomes"] == [{"on": "2024-09-12", "amount": 1}]
    assert (activity["at_least"], activity["per"], activity["unit"]) == (12, "year", "kontroller")
    assert row["content"]["follow_ups"] == [
        {"year": 2023, "due_on": "2023-12-31", "done_on": None},
        {"year": 2024, "due_on": "2024-12-31", "done_on": None},
    ]
    assert (row["name"], row["code"], row["valid_until"]) == ("Björken", "0001", dt.date(2024, 12, 31))
    assert "Känsligt" not in str(row["content"])
    assert "Asson" not in str(row["content"]["areas"])


async def test_outcomes_recorded_at_the_same_moment_all_reach_the_residents(database_url: str) -> None:
    promise_id = await made.promise()
    _, activity = await read(promise_id)
    await asyncio.gather(
        *(
            actions.record_outcome(
                organisation,
                promise_id,
                activity.id,
                by=by,
                amount=1,
                happened_on=dt.date(2024, 9, 1),
                note="",
                form_key=uuid.uuid4(),
                now=cast.START,
            )
            for organisation, by in ((cast.BJORKEN, ANNA), (cast.SKOGEN, PER)) * 3
        )
    )
    found = (await snapshot(promise_id))["content"]["areas"][0]["goals"][0]["activities"][0]["outcomes"]
    assert found == [{"on": "2024-09-01", "amount": 6}]


async def test_residents_see_that_a_follow_up_is_done_when_it_is_signed(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    first = next(one for one in await obligations.obligations(cast.BJORKEN, promise_id=promise_id) if one.duty.key == "follow_up:2023")
    assert (await snapshot(promise_id))["content"]["follow_ups"][0]["done_on"] is None
    await obligations.settle_follow_up(cast.SKOGEN, first.id, now=cast.START)
    told = (await snapshot(promise_id))["content"]["follow_ups"][0]
    assert (told["year"], told["due_on"], told["done_on"]) == (2023, "2023-12-31", "2024-10-01")
    assert "Gemensam uppföljning för 2023, gjord 1 oktober" in (await (await browser_of("anna")).get(f"/loften/{promise_id}")).text


async def test_moved_days_move_the_duties_and_their_reminders(database_url: str) -> None:
    promise_id = await made.promise()
    assert await planned(promise_id) == {dt.date(2024, 12, 31)}
    await made.effect(promise_id, kind="extension", valid_until=dt.date(2025, 6, 30))
    assert await planned(promise_id) == {dt.date(2024, 12, 31), dt.date(2025, 6, 30)}
    await made.effect(promise_id, kind="early_end", valid_until=dt.date(2024, 10, 31))
    assert await planned(promise_id) == {dt.date(2024, 10, 31)}
    assert (await snapshot(promise_id))["valid_until"] == dt.date(2024, 10, 31)


async def planned(promise_id: uuid.UUID) -> set[dt.date]:
    """The due days that reminders ahead of them are planned for."""
    async with database.within(cast.BJORKEN) as link:
        rows = await link.fetch(
            "SELECT DISTINCT o.due_on FROM delivery d JOIN obligation o ON o.id = d.obligation_id WHERE d.promise_id = $1 AND d.state = 'planned'"
            " AND d.lead_days > 0",
            promise_id,
        )
    return {row["due_on"] for row in rows}


async def test_impossible_days_change_nothing(database_url: str) -> None:
    promise_id = await made.promise()
    with pytest.raises(Refusal):
        await made.effect(promise_id, valid_until=dt.date(2022, 12, 31))
    assert (await read(promise_id))[0].validity.last == dt.date(2024, 12, 31)


@pytest.mark.parametrize("stranger", [cast.EKEN, cast.ON])
async def test_a_stranger_can_neither_read_nor_change(database_url: str, stranger: uuid.UUID) -> None:
    promise_id = await made.promise()
    outcome_id = await recorded(promise_id, 1)
    _, activity = await read(promise_id)
    same: dict[str, Any] = {"by": ANNA, "amount": 1, "happened_on": dt.date(2024, 9, 1), "note": "x", "form_key": uuid.uuid4(), "now": cast.START}
    for attempt in (
        actions.read(stranger, promise_id),
        actions.record_outcome(stranger, promise_id, activity.id, **same),
        actions.correct_outcome(stranger, outcome_id, **same),
        actions.publish_snapshot(stranger, promise_id, now=cast.START),
        actions.take_effect(
            stranger,
            promise_id,
            made.DRAFT,
            version=2,
            kind="change",
            reason="x",
            signatures=made.signatures(cast.BJORKEN, cast.SKOGEN),
            now=cast.START,
        ),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await actions.read_all(stranger) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parties": (made.EKEN, made.SKOGEN)}, "promise.no_party"),
        ({"parties": (made.BJORKEN, PartyDraft(organisation="finns-inte", side="police"))}, "promise.unknown_party"),
        ({"valid_until": None}, "validity.open"),
    ],
)
async def test_a_promise_that_cannot_be_is_not_entered(database_url: str, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=re.escape(code)):
        await made.promise(**changes)
    assert await actions.read_all(cast.BJORKEN) == []
