"""Reporting what was done, taking it back, and taking in whole files of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

from trygghet import clock, database, swedish
from trygghet.outcomes import files, rules, store
from trygghet.promises import actions as promises
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.outcomes.files import Plan
    from trygghet.outcomes.rules import Into, Mine, Task
    from trygghet.promises.outcomes import Entry, Reporter
    from trygghet.promises.promise import Promise


class Board(NamedTuple):
    """What a reporter's page shows."""

    tasks: Sequence[Task]
    mine: Sequence[Mine]


async def board(organisation: UUID, person_id: UUID, *, today: dt.date) -> Board:
    """The activities that somebody may report on, what they used last first, and their latest reports."""
    async with database.within(organisation):
        tasks = await store.tasks(organisation, person_id, first=today - rules.AFTERWARDS, last=today)
        named = await store.places(organisation, list({one.promise_id for one in tasks}), most=rules.SUGGESTED)
        return Board(rules.with_places(tasks, named), await store.mine(organisation, person_id, most=rules.RECENT))


async def report(organisation: UUID, activity_id: UUID, entry: Entry, *, by: Reporter, now: dt.datetime) -> Mine:
    """Records what was done on an activity; the same form sent twice is one row. Raises `NotFound` or `Refusal`."""
    async with database.within(organisation):
        promise_id = await store.promise_of(organisation, activity_id)
        made = await promises.record_outcome(organisation, promise_id, activity_id, by=by, **asdict(entry), now=now)
        return await store.one_of_mine(organisation, by.person_id, made)


async def undo(organisation: UUID, outcome_id: UUID, *, by: Reporter, now: dt.datetime) -> Mine:
    """Takes a report of one's own back by a correction; the row stays as history. Once done it is done, however often it is asked for.

    Raises `NotFound`, or `Refusal` where somebody has corrected it to something else.
    """
    async with database.within(organisation):
        found = await store.one_of_mine(organisation, by.person_id, outcome_id)
        await promises.correct_outcome(
            organisation,
            outcome_id,
            by=by,
            amount=0,
            happened_on=found.happened_on,
            note=rules.UNDO_NOTE,
            form_key=rules.undo_key(outcome_id),
            place=found.place,
            now=now,
        )
        return await store.one_of_mine(organisation, by.person_id, outcome_id)


async def may_take_in(organisation: UUID) -> list[Into]:
    """The promises that a file of outcomes may be taken into."""
    async with database.within(organisation):
        return await store.promises(organisation)


async def into(organisation: UUID, promise_id: UUID) -> Promise:
    """One of those promises. Raises `NotFound`, or `Refusal` where the organisation is no party."""
    found = await promises.read(organisation, promise_id)
    if organisation not in {one.organisation_id for one in found.parties}:
        raise Refusal("outcome.no_party")
    return found


async def look_through(organisation: UUID, promise_id: UUID, body: bytes, *, now: dt.datetime) -> Plan:
    """What a file would record on a promise; nothing is kept. Raises `NotFound`, or `Refusal` for a file that cannot be read."""
    return files.plan(body, await into(organisation, promise_id), organisation, clock.day(now))


async def take_in(organisation: UUID, promise_id: UUID, body: bytes, *, seen: str, by: Reporter, now: dt.datetime) -> int:
    """Records all new rows of a file, or none; returns how many. `seen` is the mark of what its reader looked through.

    Raises `NotFound`, or `Refusal` where a row is wrong, nothing is new, or something has changed since.
    """
    async with database.within(organisation):
        found = await look_through(organisation, promise_id, body, now=now)
        if found.mark != seen:
            raise Refusal("import.stale")
        if wrong := found.having("wrong"):
            raise Refusal("import.wrong", count=swedish.counted(len(wrong), "rad", "rader"))
        if not found.rows:
            raise Refusal("import.nothing")
        return await promises.record_many(organisation, promise_id, found.rows, by=by, content_hash=found.content_hash, now=now)


async def table(organisation: UUID, promise_id: UUID) -> bytes:
    """All that was recorded on a promise, for spreadsheets. Raises `NotFound`."""
    return files.table(await promises.read(organisation, promise_id))
