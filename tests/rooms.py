"""Rooms of follow-ups in every phase that a walk needs: whatever Björken says in them carries the world's secret."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from tests import cast, made
from trygghet import database
from trygghet.agreements import actions as agreements
from trygghet.followups import actions, merging
from trygghet.followups.rules import Assessment, Texts, Verdict

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.followups.standing import Merge, Standing

NOW = cast.START


class Rooms(NamedTuple):
    """`drafted` has words of Björken's, `handed` its hand-in, `full` everybody's with the seal still there, `differing` two verdicts,
    `whole` all but the keys, `agreed` all keys and no signature yet, `short` may go with the next year and `proposed` has been proposed to.
    """

    drafted: Standing
    handed: Standing
    full: Standing
    differing: Standing
    whole: Standing
    agreed: Standing
    short: Standing
    proposed: Standing
    merge: Merge


async def build(promise_id: UUID, secret: str) -> Rooms:
    """Works in the room of 2024 of that promise, and in those of two promises of its own."""
    old = await made.promise(title="Ett gammalt löfte", valid_from=dt.date(2016, 10, 1), valid_until=dt.date(2022, 12, 31))
    far = await made.promise(title="Ett löfte med kort första år", valid_from=dt.date(2026, 11, 1), valid_until=dt.date(2027, 12, 31))
    ids = {one.room.year: one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=old)}
    drafted = next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=promise_id) if one.room.year == NOW.year)
    short = next(one.room.id for one in await actions.rooms(cast.BJORKEN, promise_id=far))
    await _assess(drafted, "anna", Verdict.PARTLY, secret, hand_in=False)
    await _assess(ids[2018], "anna", Verdict.PARTLY, secret)
    await _fill(ids[2019], secret)
    for year, other in ((2020, Verdict.ACHIEVED), (2021, Verdict.PARTLY), (2022, Verdict.PARTLY)):
        await _assess(ids[year], "anna", Verdict.PARTLY, secret)
        await _assess(ids[year], "per", other, secret)
    for year in (2021, 2022):
        await _write(ids[year], secret)
    await made.recorded(old, 3, happened_on=dt.date(2021, 6, 1))  # after the figures of that year were fetched
    await _agree(ids[2022])
    await merging.propose(cast.BJORKEN, ids[2016], f"För kort {secret}", by=cast.asking("anna"), now=NOW)
    proposed = await actions.read(cast.BJORKEN, ids[2016])
    assert proposed.merge
    return Rooms(
        drafted=await actions.read(cast.BJORKEN, drafted),
        handed=await actions.read(cast.BJORKEN, ids[2018]),
        full=await actions.read(cast.BJORKEN, ids[2019]),
        differing=await actions.read(cast.BJORKEN, ids[2020]),
        whole=await actions.read(cast.BJORKEN, ids[2021]),
        agreed=await actions.read(cast.BJORKEN, ids[2022]),
        short=await actions.read(cast.BJORKEN, short),
        proposed=proposed,
        merge=proposed.merge,
    )


async def _assess(room_id: UUID, who: str, verdict: Verdict, reason: str, *, hand_in: bool = True) -> None:
    by = cast.asking(who)
    standing = await actions.read(by.organisation, room_id)
    said = {one.key: Assessment(verdict, reason) for one in standing.subjects}
    await actions.assess(by.organisation, room_id, said, hand_in=hand_in, by=by, now=NOW)


async def _fill(room_id: UUID, secret: str) -> None:
    """The last has handed in, and nobody has drawn the conclusion yet."""
    await _assess(room_id, "anna", Verdict.PARTLY, secret)
    await _assess(room_id, "per", Verdict.PARTLY, secret, hand_in=False)
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO hand_in (promise_id, follow_up_id, organisation_id, by_name, by_office, at)"
            " SELECT promise_id, id, $2, 'Per', 'Kommunpolis', $3 FROM follow_up WHERE id = $1",
            room_id,
            cast.SKOGEN,
            NOW,
        )


async def _write(room_id: UUID, secret: str) -> None:
    by, seen = cast.asking("anna"), (await actions.read(cast.BJORKEN, room_id)).kept.content_hash
    await actions.write(cast.BJORKEN, room_id, Texts(f"Så gick det {secret}", "", ""), seen=seen, by=by, now=NOW)


async def _agree(room_id: UUID) -> None:
    """Approved by all, and nobody has drawn the conclusion yet."""
    bo, pia = cast.asking("bo"), cast.asking("pia")
    standing = await actions.approve(
        cast.BJORKEN, room_id, seen=(await actions.read(cast.BJORKEN, room_id)).kept.content_hash, public_url=cast.HERE, by=bo, now=NOW
    )
    await agreements.approve(cast.SKOGEN, standing.bound, standing.room.parties, seen=standing.kept.content_hash, by=pia, now=NOW)
