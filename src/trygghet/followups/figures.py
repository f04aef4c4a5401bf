"""Gathers what a room is filled with beforehand: figures, updates that residents have read, earlier years' verdicts, indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database, swedish
from trygghet.followups import facts, store
from trygghet.followups.facts import EarlierVerdict, Said, ToldUpdate
from trygghet.followups.rules import KIND, Verdict
from trygghet.indicators import actions as indicators
from trygghet.obligations import actions as obligations
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from trygghet.followups.facts import Prefilled
    from trygghet.followups.rules import Room
    from trygghet.promises.promise import Promise


async def gather(organisation: UUID, room: Room, promise: Promise, *, today: dt.date) -> tuple[list[Prefilled], list[ToldUpdate]]:
    """Each subject of the room with what is known of it, and the year's updates that are about none of them."""
    async with database.within(organisation):
        told = await _told(organisation, room, promise, today)
        series = await indicators.of_goals(organisation, [one.id for one in room.subjects if one.id is not None and one.kind == "goal"])
        found = facts.prefill(promise, room, told, await _earlier(organisation, room), series, today)
    return found, facts.untied(told, found)


async def frozen(organisation: UUID, room: Room, promise: Promise, *, today: dt.date) -> dict[str, dict[str, Any]]:
    """The same by subject, as it is written into what is approved; the same for every party."""
    found, _ = await gather(organisation, room, promise, today=today)
    return {one.subject.key: one.as_json() for one in found}


async def _told(organisation: UUID, room: Room, promise: Promise, today: dt.date) -> list[ToldUpdate]:
    """What residents have been told about these days and still read; an update about a follow-up is not evidence for one."""
    found = []
    for one in await updates.read_all(organisation):
        update = one.update
        if update.promise_id != room.promise_id or update.published_at is None or update.withdrawn_at is not None or update.follow_up_id:
            continue
        told_on = swedish.local(update.published_at).date()
        if room.first <= told_on <= min(room.last, today):
            link = f"/{promise.homes[0].slug}/uppdateringar/{update.id}" if promise.homes else ""
            found.append(ToldUpdate(update.id, update.title, update.body, told_on, link))
    return found


async def _earlier(organisation: UUID, room: Room) -> list[EarlierVerdict]:
    """What the promise's signed follow-ups of earlier days said."""
    duties = [one for one in await obligations.obligations(organisation, promise_id=room.promise_id) if one.duty.kind == KIND]
    before = [one.id for one in duties if one.duty.due_on < room.due_on]
    kept = await store.kept(organisation, before)
    return [one for each in kept.values() if each.signed_at and each.content for one in _verdicts(each.content)]


def _verdicts(content: Mapping[str, Any]) -> Iterator[EarlierVerdict]:
    """Of what all judged alike, each party's own reason; of what they agreed on, the joint one."""
    names = {one["id"]: one["name"] for one in content["parties"]}
    for subject in content["subjects"]:
        joint = subject["joint"]
        own = tuple(Said(names[one["party"]], Verdict(one["verdict"]), one["reason"]) for one in subject["assessments"])
        why = joint["reason"] or " ".join(f"{one.who}: {one.reason}" for one in own if one.reason)
        yield EarlierVerdict(subject["key"], content["year"], (Said("", Verdict(joint["verdict"]), why),) if joint["verdict"] else own)
