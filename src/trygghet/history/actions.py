"""Log an act, read the log, and look whether every chain is whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.health.rules import Check
from trygghet.history import log, rules, store
from trygghet.history.log import Verdict
from trygghet.history.rules import Actor, Entry, Event, Fault, Walk
from trygghet.swedish import NotFound
from trygghet.tenancy import Act, Asking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.history.log import Log, Surroundings

MOST_FAULTS = 1000
"""More than that is one disaster; the rest is not counted."""
SHOWN = 10
"""So many of them are told one by one."""


async def record(organisation: UUID, promise_id: UUID, entry: Entry, *, by: Asking | Actor | None, now: dt.datetime) -> None:
    """Adds an act to the promise's log, in the caller's own unit of work: what was done and that it was done stand or fall together.

    Without `by` it is the system that acts, on behalf of the organisation. Holds the promise's row, and then the end of its chain,
    until the unit of work ends; a caller that changes the promise as well may do so before or after. The promise must be
    open to the organisation: log what takes it away before it is gone. Raises `NotFound`.
    """
    missing = rules.needed_words(entry.act) - entry.words.keys()
    if missing:
        raise ValueError(f"{entry.act} needs the words {', '.join(sorted(missing))}")
    actor = by if by is None or isinstance(by, Actor) else Actor(by.person_id, by.name, by.office_for(Act(rules.ACTS[entry.act].right)))
    async with database.within(organisation):
        head = await store.take_head(organisation, promise_id)
        if head is None:
            raise NotFound
        await store.add(organisation, _event(organisation, promise_id, head, entry, actor, now))


async def events(organisation: UUID, promise_id: UUID) -> list[Event]:
    """What the organisation may read of the promise's chain, first to last: its own doings, and all that is shared."""
    async with database.within(organisation, readonly=True):
        return await store.of_promise(organisation, promise_id)


async def about(organisation: UUID, subjects: Sequence[UUID]) -> dict[UUID, list[Event]]:
    """What the organisation may read of these things, by the thing and first to last."""
    async with database.within(organisation, readonly=True):
        return await store.about(organisation, subjects)


def _event(organisation: UUID, promise_id: UUID, head: rules.Head, entry: Entry, actor: Actor | None, now: dt.datetime) -> Event:
    event = Event(
        id=uuid.uuid4(),
        promise_id=promise_id,
        seq=head.seq + 1,
        at=now,
        organisation_id=organisation,
        person_id=actor.person_id if actor else None,
        person_name=actor.name if actor else "",
        office=actor.office if actor else "",
        act=entry.act,
        subject_id=entry.subject_id,
        version=entry.version,
        content_hash=entry.content_hash,
        words=entry.words,
        shared=entry.shared,
        previous_hash=head.hash,
        hash="",
    )
    return dataclasses.replace(event, hash=rules.link_hash(event))


async def read(organisation: UUID, promise_id: UUID, *, kind: str = "", number: int = 1) -> Log:
    """One page of the promise's log, and whether the whole chain holds. Raises `NotFound`."""
    found, seen = await _seen(organisation, promise_id)
    return log.page(seen, found, await across_organisations_verify(promise_id), kind=kind, number=number)


async def as_json(organisation: UUID, promise_id: UUID) -> bytes:
    """What the organisation may read of the promise's log, as it is stored. Raises `NotFound`."""
    _, seen = await _seen(organisation, promise_id)
    return log.as_json(seen)


async def as_csv(organisation: UUID, promise_id: UUID) -> bytes:
    """What the organisation may read of the promise's log, for spreadsheets. Raises `NotFound`."""
    found, seen = await _seen(organisation, promise_id)
    return log.as_csv(seen, found.names)


async def _seen(organisation: UUID, promise_id: UUID) -> tuple[Surroundings, list[Event]]:
    async with database.within(organisation, readonly=True):
        found = await store.surroundings(organisation, promise_id)
        if found is None:
            raise NotFound
        return found, await store.of_promise(organisation, promise_id)


async def across_organisations_verify(promise_id: UUID | None = None) -> Verdict:
    """Follows one promise's chain, or all of them, link by link. Tells of others' own doings only that they are there."""
    count, faults, walk, head = 0, list[Fault](), None, None
    async with database.across_organisations(readonly=True):
        async for event, chain, its_head in store.across_organisations_chains(promise_id):
            if walk is None or chain != walk.promise_id:
                faults += walk.end(head) if walk else ()
                walk = Walk(chain)
            head = its_head
            if event is not None:
                count += 1
                faults += walk.step(event)
            if len(faults) >= MOST_FAULTS:
                return Verdict(count, faults)
    return Verdict(count, [*faults, *(walk.end(head) if walk else ())])


async def across_organisations_examine() -> Check:
    """For `trygghet doctor`: whether every chain is whole; else which promises and which of their events are wrong."""
    count, faults = await across_organisations_verify()
    if not faults:
        return Check("historik", found=f"{count} händelser, alla kedjor är hela")
    async with database.across_organisations(readonly=True):
        titles = await store.across_organisations_titles({one.promise_id for one in faults})
    told = [f"{titles.get(one.promise_id, 'ett borttaget löfte')} ({one.promise_id}), händelse {one.seq}: {one.wrong}" for one in faults[:SHOWN]]
    more = f"; och {len(faults) - SHOWN} fel till" if len(faults) > SHOWN else ""
    return Check(
        "historik",
        f"Kedjan är bruten. {'; '.join(told)}{more}.",
        "Jämför med en säkerhetskopia och med akter som har hämtats. Ändra inget i tabellen event innan ni vet vad som har hänt.",
    )
