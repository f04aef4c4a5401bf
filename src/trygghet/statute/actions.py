"""Recording what a municipality has done for the law, and letting its duties follow from that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from trygghet import clock, database
from trygghet.obligations import actions as obligations
from trygghet.statute import rules, store
from trygghet.swedish import NotFound
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.statute.rules import Entry, Record
    from trygghet.tenancy import Asking


class Kept(NamedTuple):
    """A municipality with every row that it has recorded, and the day when it came here."""

    name: str
    since: dt.date
    records: list[Record]


async def read(organisation: UUID) -> Kept:
    """All that is recorded. Raises `NotFound` for whoever is no municipality: the law asks nothing of them."""
    async with database.within(organisation):
        found = await store.municipality(organisation)
        if found is None:
            raise NotFound
        return Kept(*found, await store.records(organisation))


async def record(organisation: UUID, entry: Entry, form_key: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Records what has been done: it settles what was due, and the next is planned. The same form sent twice is one row.

    Raises `NotFound`, or `Slips` for what may not be kept.
    """
    async with database.within(organisation):
        await store.lock(organisation)
        await read(organisation)
        rules.check(entry, clock.day(now))
        await store.add(organisation, entry, form_key, office=by.office_for(Act.WRITE), by=by, now=now)
        await follow(organisation, now=now)


async def correct(organisation: UUID, record_id: UUID, entry: Entry, form_key: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Puts another row in the place of one that was wrong; the old one stays, and the duties follow the new. The kind stays as it was.

    Raises `NotFound`, `Slips`, or `Refusal` where it has been corrected already.
    """
    async with database.within(organisation):
        await store.lock(organisation)
        old = _one((await read(organisation)).records, record_id)
        entry = replace(entry, kind=old.entry.kind)
        rules.check(entry, clock.day(now))
        rules.may_correct(await store.records(organisation), old)
        await store.add(organisation, entry, form_key, office=by.office_for(Act.WRITE), by=by, corrects_id=old.id, now=now)
        await follow(organisation, now=now)


async def strike(organisation: UUID, record_id: UUID, why: str, form_key: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Says that what a row tells never happened, and why; the row stays. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        await store.lock(organisation)
        found = (await read(organisation)).records
        old = _one(found, record_id)
        rules.check_reason(why)
        rules.may_correct(found, old)
        entry, office = replace(old.entry, note=why.strip()), by.office_for(Act.WRITE)
        await store.add(organisation, entry, form_key, office=office, by=by, corrects_id=old.id, withdrawn=True, now=now)
        await follow(organisation, now=now)


def _one(records: list[Record], record_id: UUID) -> Record:
    found = next((one for one in records if one.id == record_id), None)
    if found is None:
        raise NotFound
    return found


async def follow(organisation: UUID, *, now: dt.datetime) -> None:
    """Makes the municipality's duties and reminders what its records say. Run twice it changes nothing. Raises `NotFound`."""
    async with database.within(organisation):
        kept = await read(organisation)
        turns = rules.turns(kept.records, kept.since)
        done = {one.duty.key: one.done_at for one in turns if one.done_at is not None}
        await obligations.sync_own(organisation, rules.PREFIX, [one.duty for one in turns], done=done, now=now)


async def across_organisations_follow(*, now: dt.datetime) -> None:
    """Every municipality's: also those that have recorded nothing owe what the law asks for."""
    async with database.across_organisations(readonly=True):
        found = await store.across_organisations_municipalities()
    for organisation in found:
        await follow(organisation, now=now)
