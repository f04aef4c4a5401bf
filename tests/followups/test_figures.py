"""What a room gathers from all over before it is assessed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, made, telling
from tests.followups.room import LATER, TEXTS, approved, assessed, written
from tests.indicators import given
from trygghet.followups import actions, figures
from trygghet.followups.facts import Prefilled, Said, ToldUpdate
from trygghet.followups.rules import AGREED, BOTH, Joint, Room, Verdict
from trygghet.indicators import actions as indicators
from trygghet.promises import actions as promises

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]

TODAY = dt.date(2024, 11, 27)


async def gathered(promise_id: UUID, *, by: UUID = cast.BJORKEN) -> tuple[list[Prefilled], list[ToldUpdate]]:
    return await figures.gather(by, await room_of(promise_id), await promises.read(by, promise_id), today=TODAY)


async def room_of(promise_id: UUID, year: int = 2024) -> Room:
    return next(one.room for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if one.room.year == year)


async def test_earlier_years_are_told_with_the_reason_that_was_published() -> None:
    promise_id = await made.promise()
    room_id = (await room_of(promise_id, 2023)).id
    await assessed(room_id, Verdict.PARTLY, Verdict.ACHIEVED, reason="Hälften blev av.")
    await assessed(room_id, Verdict.PARTLY, Verdict.NOT_ACHIEVED, who="per", reason="För få.")
    _, talks = (await actions.read(cast.BJORKEN, room_id)).subjects
    seen = (await actions.read(cast.BJORKEN, room_id)).kept.content_hash
    await actions.decide(cast.BJORKEN, room_id, talks.key, Joint(BOTH), seen=seen, by=cast.asking("anna"), now=LATER)
    await written(room_id, TEXTS)
    (before, _), _ = await gathered(promise_id)
    assert before.earlier == ()  # it is not signed
    await approved(room_id, "bo", "pia")
    (same, both), _ = await gathered(promise_id)
    assert [one.year for one in same.earlier] == [2023]
    assert same.earlier[0].said == (Said("", Verdict.PARTLY, "Björkens kommun: Hälften blev av. LPO Skogen: För få."),)
    assert both.earlier[0].said == (
        Said("Björkens kommun", Verdict.ACHIEVED, "Hälften blev av."),
        Said("LPO Skogen", Verdict.NOT_ACHIEVED, "För få."),
    )


async def test_what_was_agreed_on_is_told_with_the_joint_reason() -> None:
    promise_id = await made.promise()
    room_id = (await room_of(promise_id, 2023)).id
    await assessed(room_id, Verdict.ACHIEVED)
    await assessed(room_id, Verdict.PARTLY, who="per")
    for subject in (await actions.read(cast.BJORKEN, room_id)).subjects:
        seen = (await actions.read(cast.BJORKEN, room_id)).kept.content_hash
        said = Joint(AGREED, Verdict.PARTLY, "Vi enades.")
        await actions.decide(cast.BJORKEN, room_id, subject.key, said, seen=seen, by=cast.asking("anna"), now=LATER)
    await written(room_id, TEXTS)
    await approved(room_id, "bo", "pia")
    (found, _), _ = await gathered(promise_id)
    assert found.earlier[0].said == (Said("", Verdict.PARTLY, "Vi enades."),)


async def test_what_residents_have_been_told_is_gathered_where_it_belongs(browser_of: BrowserOf, settings: Settings) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 7)
    await telling.agree(browser_of, promise_id, rubrik="Sju trafikkontroller")
    await telling.agree(browser_of, promise_id, rubrik="Något annat")
    await telling.write(await browser_of("anna"), promise_id, rubrik="Ett utkast om trafikkontroller")
    await telling.go_out(await browser_of(), settings, LATER)
    (checks, talks), rest = await gathered(promise_id)
    assert [one.title for one in checks.updates] == ["Sju trafikkontroller"]
    assert talks.updates == ()
    assert [one.title for one in rest] == ["Något annat"]


async def test_what_is_frozen_is_the_same_whichever_party_froze_it() -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 7, note="Vid skolan.")
    series_id = await given.series()
    await given.measured(series_id, 2024, "32", n=412)
    room, promise = await room_of(promise_id), await promises.read(cast.BJORKEN, promise_id)
    await indicators.attach(cast.BJORKEN, series_id, promise.areas[0].goals[0].id, by=cast.asking("anna"), now=cast.START)
    ours = await figures.frozen(cast.BJORKEN, room, promise, today=TODAY)
    theirs = await figures.frozen(cast.SKOGEN, room, await promises.read(cast.SKOGEN, promise_id), today=TODAY)
    assert ours == theirs
    assert [one["done"] for one in ours[room.subjects[0].key]["figures"]] == [7]
    assert [one["source"] for one in ours[room.subjects[0].key]["indicators"]] == ["Polisens trygghetsmätning"]
    assert "Vid skolan." not in str(ours)
