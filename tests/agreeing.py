"""A text to share, agree on and sign: Björken's and Skogen's promise for 2025 and 2026, or somebody else's."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet.signatures import actions as signatures
from trygghet.wordings import actions as wordings
from trygghet.wordings.manuscript import HEAD_ID, Manuscript, empty

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.signatures.standing import Standing
    from trygghet.tenancy import Asking

NOW = cast.START
HEAD = {
    "title": "Medborgarlöfte för Björken 2025–2026",
    "area": "Björken",
    "oath": "Kommunen och polisen lovar att göra kvällarna lugnare tillsammans.",
    "valid_from": "2025-01-01",
    "valid_until": "2026-12-31",
}
AREA, GOAL, WALKS = (uuid.UUID(int=number) for number in (101, 102, 103))
ANNA, BO, PER, PIA, CECILIA, CARL = (cast.asking(name) for name in ("anna", "bo", "per", "pia", "cecilia", "carl"))
LEADERS = {cast.BJORKEN: BO, cast.SKOGEN: PIA, cast.EKEN: CECILIA}


def text(parties: Sequence[UUID] = (cast.BJORKEN, cast.SKOGEN), **head: str) -> Manuscript:
    """A whole text: an area with a goal and an activity below it. `head` changes its first fields.

    Its parts have the ids above, so one of them can be signed in a database; `another` has ids of its own.
    """
    made = empty()
    for name, typed in (HEAD | head).items():
        made = made.set_field(HEAD_ID, name, typed)
    for party in parties:
        made = made.add("party", part_id=party).set_field(party, "organisation", str(party))
    made = made.add("area", part_id=AREA).set_field(AREA, "title", "Centrum på kvällen").set_field(AREA, "problem", "Bråk vid torget.")
    made = made.add("goal", AREA, part_id=GOAL).set_field(GOAL, "title", "Färre bråk vid torget på fredagar.")
    made = made.add("activity", GOAL, part_id=WALKS).set_field(WALKS, "title", "Gemensamma kvällspass")
    for name, typed in {"organisation": str(parties[0]), "measure": "count", "at_least": "3", "per": "month", "unit": "pass"}.items():
        made = made.set_field(WALKS, name, typed)
    return made


def another(made: Manuscript) -> Manuscript:
    """The same text with other parts, for another promise in the same database."""
    ids = {one.id: uuid.uuid4() for one in made.parts if one.id != HEAD_ID} | {None: None, HEAD_ID: HEAD_ID}
    return Manuscript(tuple(replace(one, id=ids[one.id], under=ids[one.under]) for one in made.parts))


async def begun(made: Manuscript | None = None, by: Asking = ANNA, **head: str) -> UUID:
    """A private text of somebody's organisation."""
    return await wordings.start(by.organisation, made or text(**head), by=by, now=NOW)


async def seen(wording_id: UUID, by: Asking = ANNA) -> str:
    """The hash of what stands there now."""
    return (await wordings.read(by.organisation, wording_id)).content_hash


async def shared(made: Manuscript | None = None, by: Asking = ANNA, **head: str) -> UUID:
    """A text that its author has shared with all its parties."""
    wording_id = await begun(made, by, **head)
    await signatures.share(by.organisation, wording_id, seen=await seen(wording_id, by), by=by, now=NOW)
    return wording_id


async def approve(wording_id: UUID, *leaders: Asking, now: dt.datetime = NOW) -> Standing:
    """These leaders say yes to what stands there."""
    for one in leaders or (BO, PIA):
        standing = await signatures.approve(one.organisation, wording_id, seen=await seen(wording_id, one), by=one, now=now)
    return standing


async def sign(wording_id: UUID, *leaders: Asking, now: dt.datetime = NOW) -> Standing:
    """These leaders put their names to what stands there; their passwords have been looked at."""
    for one in leaders or (BO, PIA):
        standing = await signatures.put_name(one.organisation, wording_id, seen=await seen(wording_id, one), by=one, now=now)
    return standing


async def edit(
    wording_id: UUID, part_id: UUID = HEAD_ID, name: str = "oath", value: str = "Kommunen och polisen lovar mer ljus.", **who: Any
) -> None:
    """Somebody writes something else in one field; Per, where nobody is named."""
    by, now = who.get("by", PER), who.get("now", NOW)
    await wordings.set_field(by.organisation, wording_id, part_id, name, value, was=None, by=by, now=now)
