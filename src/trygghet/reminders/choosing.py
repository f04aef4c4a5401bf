"""The ladders that an organisation has, what another one would change, and letting it hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import clock, database, periods
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.members import actions as members
from trygghet.members.log import Actor, Happened
from trygghet.reminders import actions, changes, store
from trygghet.reminders.house import House
from trygghet.reminders.ladders import KINDS, Ladders
from trygghet.reminders.rules import Party
from trygghet.reminders.store import Own
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.reminders.changes import Difference
    from trygghet.reminders.ladders import Ladder
    from trygghet.tenancy import Asking

MONTHS_AHEAD = 18


@dataclass(frozen=True)
class Chosen:
    """The ladder that holds for a kind of duty, for all promises or for one. `own` is who changed it at this level, if somebody did."""

    kind: str
    ladder: Ladder
    source: str
    own: Own | None
    elsewhere: int
    """How many single promises have one of their own."""

    @property
    def seen(self) -> str:
        """What a form was shown with."""
        return self.own.changed_at.isoformat() if self.own else ""


@dataclass(frozen=True)
class Choices:
    """The ladders of an organisation, or of one of its promises."""

    title: str
    chosen: tuple[Chosen, ...]

    def of(self, kind: str) -> Chosen:
        """The one for that kind of duty. Raises `NotFound`."""
        found = next((one for one in self.chosen if one.kind == kind), None)
        if found is None:
            raise NotFound
        return found


async def read(organisation: UUID, promise_id: UUID | None = None) -> Choices:
    """Which ladders hold, and where they come from. What the law asks for belongs to no promise. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        title = await store.promise_title(organisation, promise_id) if promise_id else ""
        return _choices(title, await store.own_ladders(organisation), promise_id)


def _choices(title: str, own: list[Own], promise_id: UUID | None) -> Choices:
    ladders = Ladders({(one.promise_id, one.kind): one.ladder for one in own})
    return Choices(
        title,
        tuple(
            Chosen(
                kind,
                ladders.of(kind, promise_id),
                ladders.source(kind, promise_id),
                next((one for one in own if (one.promise_id, one.kind) == (promise_id, kind)), None),
                sum(one.kind == kind and one.promise_id is not None for one in own),
            )
            for kind in KINDS
            if kind != "statute" or promise_id is None
        ),
    )


async def preview(organisation: UUID, kind: str, promise_id: UUID | None, ladder: Ladder | None, *, now: dt.datetime) -> Difference:
    """What that ladder would change in the coming eighteen months; None is to go back to the level above. Raises `NotFound`."""
    until = periods.months_before(clock.day(now), -MONTHS_AHEAD)
    async with database.within(organisation, readonly=True):
        (await read(organisation, promise_id)).of(kind)
        known = await actions.known(organisation, clock.day(now), now=now)
        concerned = [
            (title, owed)
            for title, owed in known.owed
            if owed.kind == kind and owed.done_at is None and (promise_id is None or owed.promise_id == promise_id)
        ]
        reminded = await store.own_reminded(organisation, [owed.obligation_id for _, owed in concerned], now)
    party, house = Party(organisation, known.ladders, reminded), House(known.holders, known.handed, known.stopped)
    after = changes.with_ladder(known.ladders, kind, promise_id, ladder)
    return changes.difference(concerned, party, after, house, until=until, now=now)


async def change_ladder(
    organisation: UUID, kind: str, promise_id: UUID | None, ladder: Ladder | None, *, seen: str, by: Asking, now: dt.datetime
) -> None:
    """That ladder holds from now on, for all promises or for one; None is to go back to the level above. All that it concerns is planned anew.

    `seen` is what the form was shown with: a colleague's change is not written over. What has gone out is not sent again.
    Raises `Refusal` and `NotFound`.
    """
    async with database.within(organisation):
        chosen = (await read(organisation, promise_id)).of(kind)
        if chosen.seen != seen:
            raise Refusal("ladder.changed", name=chosen.own.by_name) if chosen.own else Refusal("ladder.was_reset")
        if ladder is None:
            await store.drop_ladder(organisation, kind, promise_id)
        else:
            await store.set_ladder(organisation, Own(promise_id, kind, ladder, by.name, by.office_for(Act.SET_LADDERS), now))
        await _log(organisation, kind, promise_id, by=by, is_reset=ladder is None, now=now)
        await _replan(organisation, kind, promise_id, now)


async def _replan(organisation: UUID, kind: str, promise_id: UUID | None, now: dt.datetime) -> None:
    duties = await store.duties(organisation, promise_id=promise_id)
    for concerned in sorted({due.owed.promise_id for due in duties if due.owed.kind == kind and due.owed.owner is None and due.owed.promise_id}):
        await actions.replan(organisation, concerned, now=now)
    await actions.replan_own(organisation, now=now)


async def _log(organisation: UUID, kind: str, promise_id: UUID | None, *, by: Asking, is_reset: bool, now: dt.datetime) -> None:
    """In the promise's history, where it is about one, and nobody else's to read; otherwise in the organisation's own."""
    if promise_id:
        entry = Entry("ladder.reset" if is_reset else "ladder.changed", promise_id, words={"what": KINDS[kind]}, shared=False)
        await history.record(organisation, promise_id, entry, by=by, now=now)
        return
    actor = Actor(by.name, by.office_for(Act.SET_LADDERS), by.person_id, by.email)
    await members.record(organisation, Happened("ladder_reset" if is_reset else "ladder_changed", KINDS[kind]), by=actor, now=now)
