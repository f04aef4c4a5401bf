"""Let somebody's reminders go to a colleague for a time, and end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet import clock, database
from trygghet.handovers import rules, store
from trygghet.handovers.rules import Handover
from trygghet.members import actions as members
from trygghet.members.log import Actor, Happened
from trygghet.notices import actions as notices
from trygghet.swedish import NotFound
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.handovers.rules import Colleague, Wish
    from trygghet.tenancy import Asking


class Arranged(NamedTuple):
    """What is arranged now and ahead, as somebody may see it, and who there is to choose among."""

    handovers: Sequence[Handover]
    people: Sequence[Colleague]


async def read(organisation: UUID, *, by: Asking, today: dt.date) -> Arranged:
    """What concerns oneself; an administrator sees all."""
    async with database.within(organisation, readonly=True):
        found = await store.handovers(organisation, today)
        return Arranged([one for one in found if _may_see(one, by)], await store.people(organisation, today))


def _may_see(one: Handover, by: Asking) -> bool:
    return one.is_of(by.person_id) or by.may(Act.MANAGE)


async def hand_over(organisation: UUID, asked: Wish, *, by: Asking, now: dt.datetime) -> None:
    """Somebody's reminders go to a colleague on those days: one's own, or anybody's for an administrator. Raises `Refusal` and `NotFound`."""
    if asked.whose != by.person_id and not by.may(Act.MANAGE):
        raise NotFound
    today = clock.day(now)
    async with database.within(organisation):
        await store.lock(organisation)
        whose, to = rules.check(asked, await store.people(organisation, today), await store.handovers(organisation, today))
        made = await store.add(organisation, asked, by.name, now)
        if made is None:
            raise NotFound
        one = Handover(made, whose.person_id, whose.name, to.person_id, to.name, asked.days, by.name)
        await _log(organisation, "handed_over", one, by=by, now=now)
        await notices.plan(organisation, None, rules.began(one, organisation, (by.person_id, by.name)), now=now)


async def end(organisation: UUID, handover_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """It is over: for either of the two, or an administrator. Raises `NotFound` for what is over already or somebody else's."""
    async with database.within(organisation):
        await store.lock(organisation)
        one = next((one for one in await store.handovers(organisation, clock.day(now)) if one.id == handover_id and _may_see(one, by)), None)
        if one is None:
            raise NotFound
        await store.end(organisation, handover_id, now)
        await _log(organisation, "handover_ended", one, by=by, now=now)
        await notices.plan(organisation, None, rules.ended(one, organisation, (by.person_id, by.name)), now=now)


async def _log(organisation: UUID, act: str, one: Handover, *, by: Asking, now: dt.datetime) -> None:
    happened = Happened(act, one.name, one.person_id, first=one.days.first, last=one.days.last, colleague=one.to_name)
    actor = Actor(by.name, by.office_for(Act.HAND_OVER), by.person_id, by.email)
    await members.record(organisation, happened, by=actor, now=now)
