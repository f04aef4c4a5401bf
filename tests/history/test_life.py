"""What is done about a text, from its beginning until it is signed, as each party may read it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.agreeing import ANNA, BO, NOW, PIA, approve, edit, seen, shared, sign, text
from trygghet.history import actions
from trygghet.history.rules import sentence
from trygghet.signatures import actions as signatures
from trygghet.wordings import actions as wordings
from trygghet.wordings import starting
from trygghet.wordings.manuscript import HEAD_ID
from trygghet.wordings.rules import Typed

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.anyio


async def told(organisation: UUID, promise_id: UUID) -> list[str]:
    return [sentence(one.act, one.words) for one in await actions.events(organisation, promise_id)]


async def test_every_step_on_the_way_to_a_signed_promise_is_told(database_url: str) -> None:
    wording_id = await shared()
    promise_id = (await wordings.read(cast.BJORKEN, wording_id)).promise_id
    await approve(wording_id, BO)
    await edit(wording_id)
    await signatures.reject(cast.SKOGEN, wording_id, "Det går inte att räkna.", seen=await seen(wording_id, PIA), by=PIA, now=NOW)
    await approve(wording_id)
    await sign(wording_id, BO)
    await signatures.reopen(cast.BJORKEN, wording_id, "Fel dag.", by=ANNA, now=NOW)
    await approve(wording_id)
    await sign(wording_id)
    assert await told(cast.BJORKEN, promise_id) == [
        "Började skriva löftet",
        "Delade texten med LPO Skogen",
        "Godkände texten",
        "Godkännandet från Björkens kommun föll",
        "Ändrade texten",
        "Avvisade texten",
        "Godkände texten",
        "Godkände texten",
        "Skrev under",
        "Öppnade texten igen",
        "Godkännandet från Björkens kommun föll",
        "Godkännandet från LPO Skogen föll",
        "Underskriften från Björkens kommun föll",
        "Godkände texten",
        "Godkände texten",
        "Skrev under",
        "Skrev under",
        "Alla parter har skrivit under löftet",
    ]
    assert await told(cast.SKOGEN, promise_id) == (await told(cast.BJORKEN, promise_id))[1:], "what came before the sharing is its author's own"
    assert (await actions.events(cast.BJORKEN, promise_id))[-1].person_id is None
    assert not (await actions.across_organisations_verify(promise_id)).faults


async def test_who_was_named_once_reads_nothing_of_a_later_change_that_it_was_not_shown(database_url: str) -> None:
    first = await shared(text((cast.BJORKEN, cast.SKOGEN)))
    await approve(first)
    promise_id = (await sign(first)).wording.promise_id
    withdrawn = await starting.propose(cast.BJORKEN, promise_id, "change", by=ANNA, now=NOW)
    await wordings.add(cast.BJORKEN, withdrawn, "party", part_id=cast.ON, by=ANNA, now=NOW)
    await wordings.set_field(cast.BJORKEN, withdrawn, cast.ON, "organisation", str(cast.ON), was=None, by=ANNA, now=NOW)
    await _share(withdrawn)
    await signatures.withdraw(cast.BJORKEN, withdrawn, "Vi väntar till våren.", by=ANNA, now=NOW)
    later = await starting.propose(cast.BJORKEN, promise_id, "change", by=ANNA, now=NOW)
    await _share(later)
    await signatures.reject(cast.SKOGEN, later, "Enbart för parterna.", seen=await seen(later, PIA), by=PIA, now=NOW)
    ours, theirs = [await actions.events(one, promise_id) for one in (cast.BJORKEN, cast.ON)]
    assert {one.act for one in ours if one.subject_id == later} >= {"wording.shared", "wording.rejected"}
    assert {one.subject_id for one in theirs} >= {first, withdrawn}
    assert not [one for one in theirs if one.subject_id == later]
    assert (await actions.across_organisations_verify(promise_id)).length == len(ours)


async def _share(wording_id: UUID) -> None:
    await wordings.save_part(cast.BJORKEN, wording_id, HEAD_ID, {"reason": Typed("Fler är med.", None)}, by=ANNA, now=NOW)
    await signatures.share(cast.BJORKEN, wording_id, seen=await seen(wording_id), by=ANNA, now=NOW)
