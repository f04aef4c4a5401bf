"""Log an act, read the log, and look whether every chain is whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.history import rules, store
from trygghet.history.rules import Actor, Entry, Event
from trygghet.swedish import NotFound
from trygghet.tenancy import Act, Asking

if TYPE_CHECKING:
    from uuid import UUID


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
