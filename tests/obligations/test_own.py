"""A duty that one organisation owes alone: done and reminded of as any other, and nowhere to be found for the other party."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests import cast
from tests.obligations import given
from trygghet import database
from trygghet.obligations import actions
from trygghet.obligations.rules import Duty, Kind
from trygghet.promises import actions as promises
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
D = dt.date.fromisoformat
TITLE = "Rapport om larmen till trygghetsutskottet"


def duty(key: str = "own:1", due: str = "2024-12-15", title: str = TITLE) -> Duty:
    return Duty(key, Kind.REPORT, title, D(due), receiver="Trygghetsutskottet", why="Utskottet sammanträder den dagen.")


async def own(promise_id: UUID | None, *duties: Duty, by: UUID = cast.BJORKEN) -> None:
    await actions.sync_own(by, "own:", duties, promise_id=promise_id, now=cast.START)


async def the_id(title: str = TITLE, by: UUID = cast.BJORKEN) -> UUID:
    return next(one.id for one in await actions.obligations(by) if one.duty.title == title)


@pytest.mark.parametrize("beside", [True, False])
async def test_it_is_seen_reminded_of_and_done_by_its_owner_and_nowhere_at_the_other_party(browser_of: BrowserOf, *, beside: bool) -> None:
    promise_id = await given.promise()
    await own(promise_id if beside else None, duty())
    anna, per = await browser_of("anna"), await browser_of("per")
    found = await the_id()
    before = [seat for when, seat in await given.planned(found, cast.BJORKEN) if when.date() < D("2024-12-15")]
    assert sorted(before) == ["coordinator", "coordinator", "coordinator", "leader"], (
        "14, 7 and 1 days before to the coordinator, the last to the leader too"
    )
    addresses = ["/frister", "/paminnelser", "/paminnelser.csv", "/oversikt", "/utskick?visa=planerade", f"/loften/{promise_id}"]
    for address in addresses:
        assert TITLE not in (await per.get(address)).text, address
    for address in addresses[:2]:
        assert TITLE in (await anna.get(address)).text, address
    for client, status in ((per, 404), (anna, 303)):
        form = {"_csrf_token": cast.csrf((await client.get("/frister")).text), "anteckning": "Lämnad i hemlighet"}
        assert (await client.post(f"/frister/{found}/klar", data=form)).status_code == status
    assert (await actions.obligation(cast.BJORKEN, found)).done_at == cast.START
    assert await given.planned(found, cast.BJORKEN) == []
    if beside:
        assert "Lämnad i hemlighet" in (await anna.get(f"/loften/{promise_id}/historik")).text
    assert "Lämnad i hemlighet" not in (await per.get(f"/loften/{promise_id}/historik")).text
    packed = zipfile.ZipFile(io.BytesIO((await per.get(f"/loften/{promise_id}/akt")).content))
    assert not any(TITLE.encode() in packed.read(name) or b"i hemlighet" in packed.read(name) for name in packed.namelist())
    with pytest.raises(NotFound):
        await actions.obligation(cast.SKOGEN, found)


async def test_the_database_itself_shows_it_to_nobody_else(database_url: str) -> None:
    promise_id = await given.promise()
    await own(promise_id, duty())
    found = await the_id()
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetchval("SELECT count(*) FROM obligation WHERE organisation_id IS NOT NULL") == 0
        assert await link.fetchval("SELECT count(*) FROM delivery WHERE obligation_id = $1 OR title LIKE '%trygghetsutskottet%'", found) == 0
        assert await link.execute("UPDATE obligation SET done_at = '2024-10-01' WHERE id = $1", found) == "UPDATE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.within(cast.SKOGEN):
                await link.execute(
                    "INSERT INTO obligation (promise_id, organisation_id, key, kind, title, due_on) VALUES ($1, $2, 'own:9', 'report', 'x', '2024-12-01')",
                    promise_id,
                    cast.BJORKEN,
                )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.within(cast.SKOGEN):
                await link.execute(
                    "INSERT INTO obligation_mark (obligation_id, organisation_id, by_name, by_office, at) VALUES ($1, $2, 'x', 'x', '2024-10-01')",
                    found,
                    cast.SKOGEN,
                )
        with pytest.raises(asyncpg.CheckViolationError):
            async with database.within(cast.SKOGEN):
                await link.execute("INSERT INTO obligation (key, kind, title, due_on) VALUES ('x', 'report', 'x', '2024-12-01')")


async def test_both_parties_may_have_the_same_one_each_beside_the_joint_ones(database_url: str) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    await own(promise_id, duty("own:1"))
    await own(promise_id, duty("own:1", title="Polisens egen"), by=cast.SKOGEN)
    keys = set(await given.keys(promise_id))
    assert {one.duty.title for one in await actions.obligations(cast.BJORKEN) if one.duty.owner} == {TITLE}
    assert {one.duty.title for one in await actions.obligations(cast.SKOGEN) if one.duty.owner} == {"Polisens egen"}
    await given.changed(promise_id, "change", rhythms=given.quarterly())
    assert set(await given.keys(promise_id)) == keys, "a new text of the promise leaves what each owes alone"


async def test_they_are_exactly_those_that_are_wanted_and_what_is_done_stays(database_url: str) -> None:
    await own(None, duty("own:1"), duty("own:2", title="Den andra"))
    await actions.sync_own(cast.BJORKEN, "own:", [duty("own:1"), duty("own:2")], done={"own:1": cast.START}, now=cast.START)
    assert await given.planned(next(one.id for one in await actions.obligations(cast.BJORKEN) if one.duty.key == "own:1"), cast.BJORKEN) == []
    await own(None, duty("own:3", title="Den tredje"))
    assert {(one.duty.key, one.done_at is not None) for one in await actions.obligations(cast.BJORKEN)} == {("own:1", True), ("own:3", False)}
    await actions.sync_own(cast.BJORKEN, "own:", [], done={}, now=cast.START)
    assert await actions.obligations(cast.BJORKEN) == []


async def test_it_stands_beside_no_promise_that_is_not_open_to_its_owner(database_url: str) -> None:
    promise_id = await given.promise()
    with pytest.raises(NotFound):
        await own(promise_id, duty(), by=cast.ON)


# ---------------------------------------------------------------- years that go together
async def test_an_extension_after_the_years_follow_up_brings_one_for_the_rest(database_url: str) -> None:
    promise_id = await given.promise("2023-01-01", "2024-06-30", now=dt.datetime(2024, 5, 1, 8, tzinfo=dt.UTC))
    done = await given.obligation_id(promise_id, "follow_up:2024")
    await actions.settle_follow_up(cast.BJORKEN, done, now=dt.datetime(2024, 6, 20, 8, tzinfo=dt.UTC))
    await given.changed(promise_id, "extension", "2023-01-01", "2024-12-31")
    found = {one.duty.key: one for one in await actions.obligations(cast.SKOGEN) if one.joint}
    assert set(found) == {"follow_up:2023", "follow_up:2024", "follow_up:2024-07-01"}
    rest = found["follow_up:2024-07-01"].duty
    assert (rest.title, rest.due_on) == ("Gemensam uppföljning för 1 juli till 31 december 2024", D("2024-12-31"))
    assert (found["follow_up:2024"].duty.period_until, found["follow_up:2024"].done_at is not None) == (D("2024-06-30"), True)


async def test_only_years_that_go_on_and_are_not_done_can_be_joined(database_url: str) -> None:
    promise_id = await given.promise("2023-11-06", "2024-12-31")
    for year in (2022, 2024):
        with pytest.raises(Refusal, match=r"merge\.year"):
            await promises.merge_years(cast.BJORKEN, promise_id, [year], now=cast.START)
    await actions.settle_follow_up(cast.BJORKEN, await given.obligation_id(promise_id, "follow_up:2023"), now=cast.START)
    with pytest.raises(Refusal, match=r"merge\.done"):
        await promises.merge_years(cast.BJORKEN, promise_id, [2023], now=cast.START)
