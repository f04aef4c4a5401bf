"""A room as its page needs it: where it stands, the figures of each goal, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.followups import actions, facts, figures, frozen, merging, turns
from trygghet.promises import actions as promises
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.difference import Piece
    from trygghet.followups.facts import Prefilled, ToldUpdate
    from trygghet.followups.frozen import Frozen
    from trygghet.followups.rules import Side
    from trygghet.followups.standing import Standing
    from trygghet.updates.standing import Standing as Update


@dataclass(frozen=True)
class Opened:
    """The room before one organisation. `figures` are today's while it is sealed, and those that are to be approved afterwards;
    `untied` what residents were told that is about none of the subjects.

    `updates` are those that were written out of it. `changed` is what reads differently since the organisation approved, where its key has fallen.
    `has_news`: something has been recorded since those were fetched. `may_merge`: the year may be proposed to go with the next.
    """

    standing: Standing
    organisation: UUID
    today: dt.date
    figures: tuple[Prefilled, ...]
    untied: tuple[ToldUpdate, ...] = ()
    has_news: bool = False
    changed: Sequence[tuple[str, list[Piece]]] = ()
    updates: tuple[Update, ...] = ()
    may_merge: bool = False

    @cached_property
    def phase(self) -> str:
        """As `Standing.phase`."""
        return self.standing.phase(self.today)

    @property
    def lede(self) -> str:
        """How it stands, in words."""
        return turns.lede(self.standing, self.organisation, self.today)

    @property
    def is_party(self) -> bool:
        """Whether the organisation has an answer and a key here."""
        return self.organisation in self.standing.room.parties

    @property
    def us(self) -> Side | None:
        """The organisation as a party."""
        return next((one for one in self.standing.room.sides if one.organisation_id == self.organisation), None)

    @property
    def others(self) -> list[Side]:
        """The other parties."""
        return [one for one in self.standing.room.sides if one.organisation_id != self.organisation]

    def called(self, side: Side) -> str:
        """Kommunen, Polisen, or by name."""
        return turns.called(side, self.standing.room)

    @cached_property
    def whole(self) -> Frozen:
        """What is to be approved, or has been; only once the seal is broken."""
        return frozen.of(self.standing)

    @cached_property
    def assessed(self) -> int:
        """How many subjects the organisation has set a verdict on so far."""
        own = self.standing.own(self.organisation)
        return sum(one.key in own and own[one.key].verdict is not None for one in self.standing.subjects)


async def opened(organisation: UUID, room_id: UUID, today: dt.date) -> Opened:
    """The room. Raises `NotFound`."""
    async with database.within(organisation):
        standing = await actions.read(organisation, room_id)
        if standing.room.done_at is not None and not standing.is_signed:
            return Opened(standing, organisation, today, ())
        if standing.is_signed:
            told = tuple(one for one in await updates.read_all(organisation) if one.update.follow_up_id == room_id)
            return Opened(standing, organisation, today, _kept(standing), updates=told)
        promise = await promises.read(organisation, standing.room.promise_id)
        room = replace(standing.room, subjects=standing.subjects)
        found, untied = await figures.gather(organisation, room, promise, today=today)
        if standing.is_revealed:
            kept, changed = _kept(standing), await actions.fallen_changes(organisation, standing)
            return Opened(
                standing,
                organisation,
                today,
                kept,
                tuple(untied),
                has_news=actions.is_overtaken(standing, promise) or [one.recorded for one in found] != [one.recorded for one in kept],
                changed=changed,
            )
        return Opened(standing, organisation, today, tuple(found), tuple(untied), may_merge=await merging.may_propose(organisation, standing))


def _kept(standing: Standing) -> tuple[Prefilled, ...]:
    assert standing.kept.content is not None, "it is written when the seal is broken"
    stored: Mapping[str, Mapping[str, Any]] = {one["key"]: one["facts"] for one in standing.kept.content["subjects"]}
    return tuple(facts.from_json(one, stored.get(one.key, {})) for one in standing.subjects)
