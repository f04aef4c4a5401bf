"""Planning reminders, writing each one when its moment comes, and telling what goes out when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import clock, database, swedish
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import SEATS, Fan, Skip
from trygghet.reminders import letter, lines, rules, store
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from trygghet.channels.messages import Letter
    from trygghet.deliveries.rules import Delivery
    from trygghet.reminders.lines import Line
    from trygghet.reminders.rules import Holder
    from trygghet.reminders.store import Due
    from trygghet.settings import Settings


async def replan(organisation: UUID, promise_id: UUID, *, now: dt.datetime) -> None:
    """Makes the planned reminders of what a promise's parties owe together what its duties want. Run twice it changes nothing."""
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        found = [due for due in await store.duties(organisation, promise_id=promise_id) if due.lives and due.owed.owner is None]
        parties = found[0].parties if found else ()
        await deliveries.replan(organisation, promise_id, "reminder", rules.wanted([due.owed for due in found], parties, now), now=now)


async def replan_own(organisation: UUID, *, now: dt.datetime) -> None:
    """The same for what the organisation owes alone."""
    async with database.within(organisation):
        await store.lock_own(organisation)
        found = [due.owed for due in await store.duties(organisation) if due.lives and due.owed.owner is not None]
        await deliveries.replan_own(organisation, "reminder", rules.wanted(found, (organisation,), now), now=now)


async def across_organisations_replan_all(*, now: dt.datetime) -> None:
    """All reminders: a ladder which an upgrade has changed reaches what nobody touches, and those of what is late are carried on."""
    async with database.across_organisations(readonly=True):
        promises, owners = await store.across_organisations_promises(), await store.across_organisations_owners()
    for organisation, promise_id in promises:
        await replan(organisation, promise_id, now=now)
    for organisation in owners:
        await replan_own(organisation, now=now)


async def schedule(organisation: UUID, first: dt.date, last: dt.date, *, now: dt.datetime) -> list[Line]:
    """What goes out to the organisation between two days inclusive, also in the past. Raises `Refusal` when they are reversed."""
    if last < first:
        raise Refusal("schedule.reversed", field="till", first=first.isoformat(), last=last.isoformat())
    async with database.within(organisation, readonly=True):
        duties = await store.duties(organisation)
        known = lines.Known(
            organisation,
            tuple((due.promise_title, due.owed) for due in duties if due.lives),
            tuple(await store.holders(organisation)),
            await store.went(organisation),
        )
    return lines.schedule(known, first, last, now)


def composer(settings: Settings) -> Callable[[Delivery, dt.datetime], Awaitable[Letter | Fan | Skip]]:
    """The composer of reminders, for the worker: it knows the product's address and who the mail is from."""

    async def compose_with_settings(delivery: Delivery, now: dt.datetime) -> Letter | Fan | Skip:
        return await compose(delivery.organisation_id, delivery, settings=settings, now=now)

    return compose_with_settings


async def compose(organisation: UUID, delivery: Delivery, *, settings: Settings, now: dt.datetime) -> Letter | Fan | Skip:
    """The letter as it is true now: who holds the seat, and whether the duty still waits. `Skip` says why nothing is to be sent."""
    async with database.within(organisation):
        duties = [
            one for one in await store.duties(organisation, promise_id=delivery.promise_id) if (one.owed.owner is None) == bool(delivery.promise_id)
        ]
        due = next((one for one in duties if one.owed.obligation_id == delivery.obligation_id), None)
        if due is None:
            return Skip("Fristen finns inte längre.")
        if reason := _no_longer_true(due, delivery, now):
            return Skip(reason)
        people = rules.in_seat(await store.holders(organisation), delivery.seat, clock.day(now))
        to = _to(people, delivery)
        if not isinstance(to, rules.Holder):
            return to
        return letter.write(await _story(organisation, delivery, due, duties, to, now), delivery.id, settings, now=now)


def _no_longer_true(due: Due, delivery: Delivery, now: dt.datetime) -> str:
    """Why the reminder is not to be sent; empty when it is."""
    owed, planned_for = due.owed, rules.due_on_of(delivery.key)
    if not due.lives:
        return "Löftet är ersatt av ett nytt."
    if owed.done_at is not None:
        return "Fristen är redan klar."
    if delivery.organisation_id not in due.parties:
        return "Organisationen är inte längre part i löftet."
    if delivery.organisation_id in owed.settled:
        return "Er del är redan klar."
    if owed.due_on != planned_for:
        return f"Fristen är flyttad till {swedish.long_date(owed.due_on)}."
    if rules.overtaken(owed, delivery.lead_days or 0, delivery.seat, now):
        return "En senare påminnelse om samma frist har tagit över."
    return ""


def _to(people: list[Holder], delivery: Delivery) -> Holder | Fan | Skip:
    if delivery.person_id is not None:
        found = next((holder for holder in people if holder.person_id == delivery.person_id), None)
        return found or Skip(f"Mottagaren har inte längre rollen {SEATS[delivery.seat].lower()}.")
    if not people:
        return Skip(f"Ingen har rollen {SEATS[delivery.seat].lower()}.")
    return people[0] if len(people) == 1 else Fan(tuple(holder.person_id for holder in people))


async def _story(organisation: UUID, delivery: Delivery, due: Due, duties: list[Due], to: Holder, now: dt.datetime) -> letter.Story:
    today = clock.day(now)
    partners = tuple(name for party, name in due.parties.items() if party != organisation and party not in due.owed.settled)
    remaining = tuple(
        one.owed
        for one in duties
        if one.owed.done_at is None and organisation not in one.owed.settled and (one.owed.due_on.year <= today.year or one is due)
    )
    return letter.Story(due.owed, delivery.seat, delivery.lead_days or 0, to.recipient, await store.name(organisation), partners, remaining, today)
