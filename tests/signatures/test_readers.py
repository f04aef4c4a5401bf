"""Who was named once and is party no more: reads what it was shown, and neither reads nor decides anything else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.agreeing import ANNA, BO, NOW, WALKS, approve, edit, seen, shared, sign, text
from trygghet import database
from trygghet.promises import actions as promises
from trygghet.promises.outcomes import Reporter
from trygghet.signatures import actions as signatures
from trygghet.swedish import NotFound, Refusal
from trygghet.wordings import actions as wordings
from trygghet.wordings import starting
from trygghet.wordings.manuscript import HEAD_ID
from trygghet.wordings.rules import Typed

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from uuid import UUID

pytestmark = pytest.mark.anyio

ODA = cast.asking("oda")


async def _refused(act: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as no:
        await act
    return no.value.code


async def _change(promise_id: UUID, *parties: UUID) -> UUID:
    """A shared change of a signed promise that names these as new parties."""
    wording_id = await starting.propose(cast.BJORKEN, promise_id, "change", by=ANNA, now=NOW)
    for one in parties:
        await wordings.add(cast.BJORKEN, wording_id, "party", part_id=one, by=ANNA, now=NOW)
        await wordings.set_field(cast.BJORKEN, wording_id, one, "organisation", str(one), was=None, by=ANNA, now=NOW)
    await wordings.save_part(cast.BJORKEN, wording_id, HEAD_ID, {"reason": Typed(f"Skäl {uuid.uuid4()}", None)}, by=ANNA, now=NOW)
    await signatures.share(cast.BJORKEN, wording_id, seen=await seen(wording_id), by=ANNA, now=NOW)
    return wording_id


async def test_who_was_named_in_a_change_that_came_to_nothing_sees_no_later_change(database_url: str) -> None:
    first = await shared()
    await approve(first)
    promise_id = (await sign(first)).wording.promise_id
    withdrawn = await _change(promise_id, cast.ON)
    await signatures.withdraw(cast.BJORKEN, withdrawn, "Vi väntar till våren.", by=ANNA, now=NOW)
    later = await _change(promise_id)
    assert [one.id for one in await wordings.wordings(cast.ON, promise_id)] == [first, withdrawn]
    assert await wordings.open_wordings(cast.ON) == []
    for act in (wordings.read(cast.ON, later), edit(later, by=ODA), signatures.withdraw(cast.ON, later, "Nej.", by=ODA, now=NOW)):
        with pytest.raises(NotFound):
            await act
    async with database.within(cast.ON) as link:  # the second wall by itself
        for table, column in (("wording", "id"), ("wording_revision", "wording_id")):
            assert await link.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", later) == 0
            assert await link.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", withdrawn) > 0
    oda = Reporter(ODA.person_id, ODA.name, "Säkerhetschef")
    done: dict[str, Any] = {
        "amount": 1,
        "happened_on": dt.date(2025, 1, 2),
        "note": "",
        "form_key": uuid.uuid4(),
        "now": dt.datetime(2025, 1, 3, tzinfo=dt.UTC),
    }
    assert await _refused(promises.record_outcome(cast.ON, promise_id, WALKS, by=oda, **done)) == "outcome.no_party"
    assert await _refused(starting.propose(cast.ON, promise_id, "early_end", by=ODA, now=NOW)) == "wording.no_part"


async def test_who_was_taken_out_of_a_text_reads_it_and_decides_nothing_in_it(database_url: str) -> None:
    wording_id = await shared(text((cast.BJORKEN, cast.SKOGEN, cast.ON)))
    await wordings.remove(cast.BJORKEN, wording_id, cast.ON, by=ANNA, now=NOW)
    assert (await wordings.read(cast.ON, wording_id)).id == wording_id
    assert await _refused(edit(wording_id, by=ODA)) == "wording.no_part"
    await approve(wording_id)
    await sign(wording_id, BO)
    assert await _refused(signatures.reopen(cast.ON, wording_id, "Vi är inte med.", by=ODA, now=NOW)) == "wording.no_part"
    assert await _refused(signatures.withdraw(cast.ON, wording_id, "Vi är inte med.", by=ODA, now=NOW)) == "wording.no_part"


async def test_who_took_itself_out_may_put_itself_back(database_url: str) -> None:
    wording_id = await shared(text((cast.BJORKEN, cast.SKOGEN, cast.ON)))
    await wordings.remove(cast.ON, wording_id, cast.ON, by=ODA, now=NOW)
    await wordings.put_back(cast.ON, wording_id, cast.ON, by=ODA, now=NOW)
    assert cast.ON in (await wordings.read(cast.ON, wording_id)).parties
