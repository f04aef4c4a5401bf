"""A text is shared, agreed on, refused, signed, opened again and taken back."""

from __future__ import annotations

import pytest

from tests import cast
from tests.agreeing import ANNA, BO, NOW, PIA, approve, begun, edit, seen, sign
from trygghet.signatures import actions
from trygghet.swedish import NotFound, Refusal
from trygghet.wordings.rules import State

pytestmark = pytest.mark.anyio


async def test_a_whole_life_until_it_is_signed(database_url: str) -> None:
    wording_id = await begun()
    with pytest.raises(NotFound):
        await actions.read(cast.SKOGEN, wording_id)
    assert (await actions.read(cast.BJORKEN, wording_id)).state is State.PRIVATE
    standing = await actions.share(cast.BJORKEN, wording_id, seen=await seen(wording_id), by=ANNA, now=NOW)
    assert standing.state is State.SHARED
    assert (await actions.read(cast.SKOGEN, wording_id)).waits_for_approval(cast.SKOGEN)
    await approve(wording_id, BO)
    await edit(wording_id)
    standing = await actions.read(cast.BJORKEN, wording_id)
    change = standing.changed_since(cast.BJORKEN)
    assert change is not None
    assert [one.part.kind for one in change.parts] == ["head"]
    assert [one.what for one in await actions.waiting(cast.BJORKEN)] == ["changed"]
    assert [one.what for one in await actions.waiting(cast.SKOGEN)] == ["approve"]
    assert (await approve(wording_id)).state is State.AGREED
    assert [one.what for one in await actions.waiting(cast.SKOGEN)] == ["sign"]
    standing = await sign(wording_id, BO)
    assert standing.locked
    with pytest.raises(Refusal, match=r"wording\.locked"):
        await edit(wording_id, value="Nej.")
    standing = await sign(wording_id, PIA)
    assert standing.state is State.SIGNED
    assert standing.sentence(cast.BJORKEN) == "Löftet är undertecknat och gäller från 1 januari 2025."
