"""Planning reminders, writing each one when its moment comes, and telling what goes out when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trygghet import clock, database, periods, swedish
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Skip, Unseat
from trygghet.reminders import english, lines, queue, recipients, rules, store, told
from trygghet.reminders import receipts as receipts_
from trygghet.reminders.ladders import COORDINATOR, PRODUCT
from trygghet.reminders.rules import Party
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from trygghet.deliveries.rules import Delivery, Matter
    from trygghet.reminders.ladders import Ladders
    from trygghet.reminders.lines import Line
    from trygghet.reminders.receipts import Receipt
    from trygghet.reminders.store import Due, Left


async def replan(organisation: UUID, promise_id: UUID, *, now: dt.datetime) -> None:
    """Makes the planned reminders of what a promise's parties owe together what its duties want. Run twice it changes nothing."""
    async with database.within(organisation):
        await store.lock(organisation, promise_id)
        found = [due for due in await store.duties(organisation, promise_id=promise_id) if due.lives and due.owed.owner is None]
        parties = await _parties(organisation, promise_id, found[0].parties if found else (), now)
        await deliveries.replan(organisation, promise_id, "reminder", rules.wanted([due.owed for due in found], parties, now), now=now)


async def replan_own(organisation: UUID, *, now: dt.datetime) -> None:
    """The same for what the organisation owes alone."""
    async with database.within(organisation):
        await store.lock_own(organisation)
        found = [due.owed for due in await store.duties(organisation) if due.lives and due.owed.owner is not None]
        parties = await _parties(organisation, None, (organisation,), now)
        await deliveries.replan_own(organisation, "reminder", rules.wanted(found, parties, now), now=now)


async def _parties(organisation: UUID, promise_id: UUID | None, parties: Collection[UUID], now: dt.datetime) -> list[Party]:
    chosen = await store.ladders(organisation, list(parties))
    reminded = await store.reminded(organisation, promise_id, now)
    return [Party(one, chosen[one], reminded.get(one, {})) for one in parties]


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
        return lines.schedule(await known(organisation, first, now=now), first, last, now)


async def known(organisation: UUID, first: dt.date, *, now: dt.datetime) -> lines.Known:
    """All that the organisation's schedule from that day on is made of."""
    async with database.within(organisation, readonly=True):
        duties = await store.duties(organisation)
        party = (await _parties(organisation, None, (organisation,), now))[0]
        return lines.Known(
            organisation,
            tuple((due.promise_title, due.owed) for due in duties if due.lives),
            tuple(await store.holders(organisation)),
            await store.went(organisation, periods.instant(first, 0)),
            party.ladders,
            tuple(await store.handed(organisation, clock.day(now))),
            await store.stopped(organisation, now),
        )


async def receipts(organisation: UUID, obligation_ids: Sequence[UUID]) -> dict[UUID, tuple[Receipt, ...]]:
    """Each party's latest reminder of each of these duties, so far as the organisation may know: that it went out, when, and what became of it."""
    async with database.within(organisation, readonly=True):
        return receipts_.of(await store.receipts(organisation, obligation_ids))


async def unreachable(organisation: UUID, *, now: dt.datetime) -> dict[UUID, tuple[str, ...]]:
    """The duties still to be done of which somebody who owes them has nobody left who can be reminded today: whose, by the duty's id."""
    async with database.within(organisation, readonly=True):
        waiting = [due for due in await store.duties(organisation) if due.lives and due.owed.done_at is None]
    parties = {party for due in waiting for party in due.parties}
    async with database.across_organisations(readonly=True):
        staff = await queue.across_organisations_staff(list(parties), clock.day(now), now)
    alone = {party for party in parties if not recipients.of(COORDINATOR, staff.get(party, ()))}
    found = ((due, tuple(name for party, name in due.parties.items() if party in alone - due.owed.settled)) for due in waiting)
    return {due.owed.obligation_id: names for due, names in found if names}


async def across_organisations_matters(rows: Sequence[Delivery], public_url: str, now: dt.datetime) -> dict[UUID, Matter | Skip | Unseat]:
    """What each reminder has to say now, by the row's id; why it is not to be said any more; or that its person has left.

    Needs an open unit of work across organisations.
    """
    today = clock.day(now)
    duties = await store.across_organisations_duties([row.obligation_id for row in rows if row.obligation_id])
    chosen = await store.across_organisations_ladders(list({row.organisation_id for row in rows}))
    offices = await store.across_organisations_offices(list({row.person_id for row in rows if row.person_id}), today)
    english_readers = await store.across_organisations_english([row.person_id for row in rows if row.person_id])
    remaining: dict[UUID | None, list[Left]] = defaultdict(list)
    for one in await store.across_organisations_remaining(list({row.promise_id for row in rows if row.promise_id}), today.year):
        remaining[one.promise_id].append(one)
    found: dict[UUID, Matter | Skip | Unseat] = {}
    for row in rows:
        due = duties.get(row.obligation_id) if row.obligation_id else None
        ladders = chosen.get(row.organisation_id, PRODUCT)
        if reason := _no_longer_true(due, row, ladders, now):
            found[row.id] = Skip(reason)
        elif due is not None:
            office = offices.get((row.organisation_id, row.person_id), {}) if row.person_id else {}
            tell = english.matter if row.person_id in english_readers else told.matter
            story = _story(row, due, ladders, office, remaining.get(row.promise_id, ()), today) if office else None
            found[row.id] = tell(story, public_url) if story else Unseat()
    return found


async def across_organisations_english(people: Sequence[UUID]) -> set[UUID]:
    """Those of these who have their letters in English. Needs an open unit of work across organisations."""
    return await store.across_organisations_english(people)


def _no_longer_true(due: Due | None, row: Delivery, ladders: Ladders, now: dt.datetime) -> str:
    """Why the reminder is not to be sent; empty when it is."""
    if due is None:
        return "Fristen finns inte längre."
    owed, planned_for = due.owed, rules.due_on_of(row.key)
    if reason := _is_over(due, row.organisation_id):
        return reason
    if row.organisation_id in owed.settled and not rules.tells_all_leaders(owed, ladders, row.lead_days or 0, row.seat):
        return "Er del är redan klar."
    if owed.due_on != planned_for:
        return f"Fristen är flyttad till {swedish.long_date(owed.due_on)}."
    if row.via != "bounced" and rules.overtaken(owed, ladders, row.lead_days or 0, row.seat, now):
        return "En senare påminnelse om samma frist har tagit över."
    return ""


def _is_over(due: Due, organisation: UUID) -> str:
    """Why nobody there has anything to do about it any more."""
    if not due.lives:
        return "Löftet är ersatt av ett nytt."
    if due.owed.done_at is not None:
        return "Fristen är redan klar."
    return "" if organisation in due.parties else "Organisationen är inte längre part i löftet."


def _story(row: Delivery, due: Due, ladders: Ladders, office: Mapping[str, str], remaining: Sequence[Left], today: dt.date) -> told.Story:
    organisation = row.organisation_id
    settled = organisation in due.owed.settled
    return told.Story(
        due.owed,
        due.promise_title,
        row.seat,
        row.lead_days or 0,
        ladders,
        due.parties[organisation],
        office.get("coordinator" if row.seat == "deputy" else row.seat) or next(iter(office.values())),
        row.via,
        clock.day(row.created_at),
        tuple(name for party, name in due.parties.items() if party != organisation and party not in due.owed.settled),
        tuple((one.due_on, one.title) for one in remaining if organisation not in one.settled),
        today,
        settled,
    )
