"""Gives reminders that are due their people, before they are handed out: all of one person's day together, or somebody is told that nobody is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from trygghet import clock, database, swedish
from trygghet.installation import actions as installation
from trygghet.notices import actions as notices
from trygghet.reminders import ladders, queue, recipients, store
from trygghet.reminders.alarm import alarm

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from trygghet.reminders.queue import Unseated
    from trygghet.reminders.recipients import Recipient, Staff

log = structlog.get_logger()
AT_A_TIME = 5000


async def across_organisations_seat(*, now: dt.datetime, wall: dt.datetime) -> None:
    """Every due row of a day's letter finds its person. Run twice, or by two at once, it changes nothing more.

    Outside the hours in which reminders go out, what has not been tried yet waits for the next opening. A silent copy seats nobody, so that
    what waits there is judged anew the day it may speak.
    """
    async with database.across_organisations(readonly=True):
        if not await installation.across_organisations_may_speak():
            return
    opens = ladders.next_opening(now)
    if opens > now:
        async with database.across_organisations():
            await queue.across_organisations_postpone(now, wall, opens, (clock.day(now), swedish.local(opens).date()))
    while True:
        async with database.across_organisations():
            rows = await queue.across_organisations_unseated(now, AT_A_TIME)
            nobodys = await _seat(rows, now)
        await _tell(nobodys, now)
        if len(rows) < AT_A_TIME:
            break


async def _seat(rows: Sequence[Unseated], now: dt.datetime) -> list[Unseated]:
    """Returns those that nobody can get. They are left as they are until it has been told, so that whoever dies before that leaves it to the next."""
    if not rows:
        return []
    staff = await _staff(rows, now)
    found = [(row, recipients.of(row.seat, staff.get(row.organisation, ()), climbs=row.kind != "summary")) for row in rows]
    await queue.across_organisations_skip([row.id for row, people in found if not people and row.kind == "summary"], recipients.NO_LEADER, now)
    nobodys = [row for row, people in found if not people and row.kind != "summary"]
    found = await _not_twice([one for one in found if one[1]], now)
    await queue.across_organisations_seat([(row.id, *people[0]) for row, people in found])
    await queue.across_organisations_add([(row.id, *one) for row, people in found for one in people[1:]])
    await queue.across_organisations_skip([row.id for row in nobodys if row.seat == ladders.DEPUTY], "Ingen är tillförordnad.", now)
    others = [row for row in nobodys if row.seat != ladders.DEPUTY]
    near = [row for row in others if _somebody(staff.get(row.organisation, ()))]
    await queue.across_organisations_skip([row.id for row in near], "Ingen har den platsen. Andra hos er påminns om samma frist.", now)
    return [row for row in others if row not in near]


async def _staff(rows: Sequence[Unseated], now: dt.datetime) -> dict[UUID, list[Staff]]:
    """Of each organisation those who hold the seats that are asked for, which mostly is enough; and everybody where one of them cannot be reached."""
    roles = {ladders.COORDINATOR if row.seat == ladders.DEPUTY else row.seat for row in rows}
    staff = await queue.across_organisations_staff({row.organisation for row in rows}, clock.day(now), now, roles)
    climbing = {row.organisation for row in rows if not recipients.of(row.seat, staff.get(row.organisation, ()), climbs=False)}
    return staff | await queue.across_organisations_staff(climbing, clock.day(now), now) if climbing else staff


def _somebody(staff: Collection[Staff]) -> bool:
    """Whether the organisation has somebody at all who can be reminded."""
    return any(recipients.of(seat, staff) for seat in (ladders.COORDINATOR, ladders.LEADER, ladders.ADMINISTRATOR))


async def _not_twice(found: list[tuple[Unseated, list[Recipient]]], now: dt.datetime) -> list[tuple[Unseated, list[Recipient]]]:
    """Whoever was left without its person, or had to wait, goes to nobody who has the same reminder already."""
    again = [row.id for row, _ in found if row.again]
    if not again:
        return found
    served = await queue.across_organisations_served(again)
    left = [(row, [one for one in people if one.person_id not in served.get(row.id, ())]) for row, people in found]
    await queue.across_organisations_skip([row.id for row, people in left if not people], "De andra på samma plats har fått påminnelsen.", now)
    return [one for one in left if one[1]]


async def _tell(nobodys: Sequence[Unseated], now: dt.datetime) -> None:
    """Raises the alarm for each and then writes that it has nobody."""
    if not nobodys:
        return
    for row in nobodys:
        if row.kind == "reminder":
            await _raise(row, now)
    async with database.across_organisations():
        await queue.across_organisations_skip([row.id for row in nobodys], recipients.NOBODY, now)


async def _raise(row: Unseated, now: dt.datetime) -> None:
    """Tells the administrators of all parties or who stands in for them, once for each duty and party, that nobody is left to be reminded."""
    log.warning("nobody_to_remind", organisation=str(row.organisation), obligation=str(row.obligation_id))
    if row.promise_id is None or row.obligation_id is None:
        return
    async with database.within(row.organisation, readonly=True):
        due = next(
            (one for one in await store.duties(row.organisation, promise_id=row.promise_id) if one.owed.obligation_id == row.obligation_id), None
        )
    if due is not None:
        seats = await across_organisations_heard_by(list(due.parties), now=now)
        await notices.plan(row.organisation, row.promise_id, alarm(due.owed, row.organisation, due.parties, seats), now=now)


async def across_organisations_heard_by(organisations: Sequence[UUID], *, now: dt.datetime) -> dict[UUID, tuple[str, ...]]:
    """The seats in each of them that an alarm is for today."""
    async with database.across_organisations(readonly=True):
        staff = await queue.across_organisations_staff(organisations, clock.day(now), now)
    return {one: recipients.heard_by(staff.get(one, ())) for one in organisations}


async def across_organisations_instead(
    organisation: UUID, seat: str, had: Sequence[UUID], lost: Collection[UUID], *, now: dt.datetime
) -> list[Recipient]:
    """Who gets a reminder instead of those from whom it came back, `lost`; nobody when others of the seat, `had`, got it or nobody is left."""
    async with database.across_organisations(readonly=True):
        staff = (await queue.across_organisations_staff([organisation], clock.day(now), now)).get(organisation, ())
    known = [replace(one, to=None if one.to in lost else one.to, stopped=one.stopped or one.person_id in lost) for one in staff]
    return recipients.after_a_bounce(seat, known, had)
