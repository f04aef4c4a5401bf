"""Every act adds one link to the promise's chain, and never more than one at a time."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import uuid

import asyncpg
import pytest

from tests import cast, made
from tests.server.product import patience
from trygghet import database
from trygghet.history import actions, rules, store
from trygghet.history.rules import Actor, Entry, Event
from trygghet.swedish import NotFound

pytestmark = pytest.mark.anyio
ANNA = Actor(cast.person_id("anna"), "Anna Asson", "Säkerhetssamordnare")
PIA = Actor(cast.person_id("pia"), "Pia Psson", "Lokalpolisområdeschef")
EDITED = Entry("update.edited", uuid.UUID(int=7), "1.2", "abc", {"title": "Så går det"})


async def chain(promise_id: uuid.UUID, organisation: uuid.UUID = cast.BJORKEN) -> list[Event]:
    async with database.within(organisation, readonly=True):
        return await store.of_promise(organisation, promise_id)


async def test_an_act_is_told_with_who_when_what_and_on_which_text(database_url: str) -> None:
    promise = await made.promise()
    before = len(await chain(promise))
    await actions.record(cast.BJORKEN, promise, EDITED, by=ANNA, now=cast.START)
    event = (await chain(promise))[-1]
    assert (event.seq, event.at, event.organisation_id, event.person_id) == (before + 1, cast.START, cast.BJORKEN, ANNA.person_id)
    assert (event.person_name, event.office, event.act, event.subject_id) == ("Anna Asson", "Säkerhetssamordnare", "update.edited", uuid.UUID(int=7))
    assert (event.version, event.content_hash, event.shared) == ("1.2", "abc", True)
    assert event.hash == rules.link_hash(event)


async def test_each_link_carries_the_hash_of_the_one_before(database_url: str) -> None:
    promise = await made.promise()
    for by in (ANNA, None):
        await actions.record(cast.BJORKEN, promise, EDITED, by=by, now=cast.START)
    await actions.record(cast.SKOGEN, promise, EDITED, by=PIA, now=cast.START)
    events = await chain(promise)
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    assert [one.previous_hash for one in events] == ["", *(one.hash for one in events[:-1])]


async def test_without_a_person_it_was_the_system_on_behalf_of_the_organisation(database_url: str) -> None:
    promise = await made.promise()
    await actions.record(cast.BJORKEN, promise, EDITED, by=None, now=cast.START)
    event = (await chain(promise))[-1]
    assert (event.person_id, event.person_name, event.office, event.organisation_id) == (None, "", "", cast.BJORKEN)


async def test_what_is_not_shared_only_its_own_organisation_sees(database_url: str) -> None:
    promise = await made.promise()
    await actions.record(cast.BJORKEN, promise, dataclasses.replace(EDITED, shared=False), by=ANNA, now=cast.START)
    await actions.record(cast.SKOGEN, promise, EDITED, by=PIA, now=cast.START)
    ours, theirs = await chain(promise), await chain(promise, cast.SKOGEN)
    assert [one.seq for one in theirs] == [one.seq for one in ours if one.shared]
    assert len(theirs) == len(ours) - 1


async def test_an_act_that_is_undone_is_not_logged(database_url: str) -> None:
    promise = await made.promise()
    before = await chain(promise)

    async def regret() -> None:
        async with database.within(cast.BJORKEN):
            await actions.record(cast.BJORKEN, promise, EDITED, by=ANNA, now=cast.START)
            raise RuntimeError("regret")

    with pytest.raises(RuntimeError, match="regret"):
        await regret()
    await actions.record(cast.BJORKEN, promise, EDITED, by=ANNA, now=cast.START)
    assert [one.seq for one in await chain(promise)] == list(range(1, len(before) + 2))


async def test_many_at_once_from_both_parties_make_one_chain(database_url: str) -> None:
    promise = await made.promise()
    before = len(await chain(promise))
    both = [(cast.BJORKEN, ANNA), (cast.SKOGEN, PIA)] * 10
    await asyncio.gather(*(actions.record(organisation, promise, EDITED, by=by, now=cast.START) for organisation, by in both))
    events = await chain(promise)
    assert [one.seq for one in events] == list(range(1, before + 21))
    walk = rules.Walk(promise)
    assert [fault for one in events for fault in walk.step(one)] == []


async def test_two_who_change_the_promise_before_and_after_logging_do_not_lock_each_other_out(database_url: str) -> None:
    promise = await made.promise()
    touch = "UPDATE promise SET updated_at = $2 WHERE id = $1"

    async def before() -> None:
        async with database.within(cast.BJORKEN) as link:
            await link.execute(touch, promise, cast.START)
            await asyncio.sleep(0.05)
            await actions.record(cast.BJORKEN, promise, EDITED, by=ANNA, now=cast.START)

    async def after() -> None:
        async with database.within(cast.SKOGEN) as link:
            await actions.record(cast.SKOGEN, promise, EDITED, by=PIA, now=cast.START)
            await asyncio.sleep(0.05)
            await link.execute(touch, promise, cast.START)

    await asyncio.wait_for(asyncio.gather(*(work() for work in (before, after) * 4)), timeout=patience(10))


async def test_a_stranger_cannot_log_anything(database_url: str) -> None:
    promise = await made.promise()
    with pytest.raises(NotFound):
        await actions.record(cast.ON, promise, EDITED, by=ANNA, now=cast.START)
    with pytest.raises(NotFound):
        await actions.record(cast.BJORKEN, uuid.uuid4(), EDITED, by=ANNA, now=cast.START)


async def test_an_act_without_the_words_that_its_sentence_needs_is_a_mistake_of_ours(database_url: str) -> None:
    promise = await made.promise()
    with pytest.raises(ValueError, match="others"):
        await actions.record(cast.BJORKEN, promise, Entry("wording.shared"), by=ANNA, now=cast.START)


async def test_nobody_logs_in_anothers_name(database_url: str) -> None:
    promise = await made.promise()
    await actions.record(cast.BJORKEN, promise, EDITED, by=ANNA, now=cast.START)
    event = dataclasses.replace((await chain(promise))[-1], id=uuid.uuid4(), seq=99)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.SKOGEN):
            await store.add(cast.BJORKEN, event)


def test_the_hash_does_not_depend_on_the_time_zone_that_a_moment_is_told_in() -> None:
    event = Event(
        id=uuid.UUID(int=1),
        promise_id=uuid.UUID(int=2),
        seq=1,
        at=cast.START,
        organisation_id=cast.BJORKEN,
        person_id=None,
        person_name="",
        office="",
        act="wording.edited",
        subject_id=None,
        version="",
        content_hash="",
        words={"note": "å"},
        shared=True,
        previous_hash="",
        hash="",
    )
    elsewhere = dataclasses.replace(event, at=cast.START.astimezone(dt.timezone(dt.timedelta(hours=2))))
    assert rules.link_hash(event) == rules.link_hash(elsewhere)
    assert rules.link_hash(event) != rules.link_hash(dataclasses.replace(event, at=cast.START + dt.timedelta(microseconds=1)))
