"""A text is begun, written by several, kept and thrown away."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid

import pytest

from tests import cast
from trygghet import database
from trygghet.swedish import NotFound, Refusal
from trygghet.wordings import actions
from trygghet.wordings.manuscript import HEAD_ID, empty
from trygghet.wordings.rules import Conflict

pytestmark = pytest.mark.anyio
NOW = cast.START


ANNA = cast.asking("anna")


async def test_what_is_written_is_there_and_only_its_author_sees_it(database_url: str) -> None:
    wording_id = await actions.start(cast.BJORKEN, empty(), by=ANNA, now=NOW)
    saved = await actions.set_field(cast.BJORKEN, wording_id, HEAD_ID, "title", "Löfte 2025", was="", by=ANNA, now=NOW)
    assert saved.manuscript.head["title"] == "Löfte 2025"
    for other in (cast.SKOGEN, cast.EKEN, cast.ON):
        with pytest.raises(NotFound):
            await actions.read(other, wording_id)


async def test_the_same_field_changed_by_another_is_a_conflict_and_another_field_is_not(database_url: str) -> None:
    wording_id = await actions.start(cast.BJORKEN, empty(), by=ANNA, now=NOW)
    await actions.set_field(cast.BJORKEN, wording_id, HEAD_ID, "title", "Deras", was="", by=ANNA, now=NOW)
    with pytest.raises(Conflict) as conflict:
        await actions.set_field(cast.BJORKEN, wording_id, HEAD_ID, "title", "Min", was="", by=ANNA, now=NOW)
    assert (conflict.value.mine, conflict.value.theirs) == ("Min", "Deras")
    saved = await actions.set_field(cast.BJORKEN, wording_id, HEAD_ID, "area", "Björken", was="", by=ANNA, now=NOW)
    assert (saved.manuscript.head["title"], saved.manuscript.head["area"]) == ("Deras", "Björken")


async def test_a_personal_number_is_never_kept(database_url: str) -> None:
    wording_id = await actions.start(cast.BJORKEN, empty(), by=ANNA, now=NOW)
    with pytest.raises(Refusal, match=r"text\.personal_number"):
        await actions.set_field(cast.BJORKEN, wording_id, HEAD_ID, "oath", "Om 640823-3234.", was="", by=ANNA, now=NOW)


async def test_a_sitting_is_kept_once_and_a_new_one_begins_after_a_pause(database_url: str) -> None:
    wording_id = await actions.start(cast.BJORKEN, empty(), by=ANNA, now=NOW)
    for minute, title in enumerate(("L", "Lö", "Löfte")):
        await actions.set_field(cast.BJORKEN, wording_id, HEAD_ID, "title", title, was=None, by=ANNA, now=NOW + dt.timedelta(minutes=minute))
    assert await actions.revisions(cast.BJORKEN, wording_id) == []
    later = NOW + dt.timedelta(hours=1)
    await actions.set_field(cast.BJORKEN, wording_id, HEAD_ID, "title", "Löfte 2025", was=None, by=ANNA, now=later)
    kept = await actions.revisions(cast.BJORKEN, wording_id)
    assert [(one.number, one.manuscript.head["title"], one.shared) for one in kept] == [(1, "Löfte", False)]


async def test_the_same_form_sent_twice_begins_one_promise(database_url: str) -> None:
    key = uuid.uuid4()
    assert {await actions.start(cast.BJORKEN, empty(), form_key=key, by=ANNA, now=NOW) for _ in range(2)} == {key}
    assert len(await actions.open_wordings(cast.BJORKEN)) == 1


async def test_the_same_form_sent_twice_at_once_or_long_afterwards_begins_one_promise_too(database_url: str) -> None:
    key = uuid.uuid4()
    made = await asyncio.gather(*(actions.start(cast.BJORKEN, empty(), form_key=key, by=ANNA, now=NOW) for _ in range(3)))
    assert set(made) == {key}
    wording = await actions.read(cast.BJORKEN, key)
    await actions.set_withdrawn(cast.BJORKEN, wording, "Vi väntar.", now=NOW)
    assert await actions.start(cast.BJORKEN, empty(), form_key=key, by=ANNA, now=NOW) == key
    assert await actions.wordings(cast.BJORKEN, wording.promise_id) == [await actions.read(cast.BJORKEN, key)]


async def test_a_discarded_text_leaves_nothing(database_url: str) -> None:
    wording_id = await actions.start(cast.BJORKEN, empty(), by=ANNA, now=NOW)
    await actions.discard(cast.BJORKEN, wording_id, by=ANNA, now=NOW)
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM promise") == 0
