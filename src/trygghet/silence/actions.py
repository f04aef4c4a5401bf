"""Reads who has been quiet, plans the week's summaries, and writes them when they go."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet import clock, database, periods
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Matter, Skip, Unseat
from trygghet.reminders import actions as reminders
from trygghet.silence import rules, store, summary
from trygghet.silence.english import ENGLISH
from trygghet.silence.summary import SWEDISH, Reader, Week

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.deliveries.rules import Delivery
    from trygghet.silence.rules import Acted


async def idle_offices(organisation: UUID, today: dt.date) -> list[Acted]:
    """The coordinators' and reporters' offices that have done nothing for long. For the organisation's own leaders: no one else is shown it."""
    async with database.within(organisation, readonly=True):
        return rules.idle(await store.offices(organisation, today), today)


async def across_organisations_plan(*, now: dt.datetime) -> None:
    """One summary a week for the leaders of each organisation that has a part in a promise. Run twice it changes nothing."""
    async with database.across_organisations(readonly=True):
        leading = await store.across_organisations_leading(clock.day(now))
    for organisation, planned_until in leading:
        wanted = summary.planned(organisation, max(now, planned_until or now), until=now + summary.AHEAD)
        if wanted:
            await deliveries.plan(organisation, wanted, now=now)


async def across_organisations_matters(rows: Sequence[Delivery], public_url: str, now: dt.datetime) -> dict[UUID, Matter | Skip | Unseat]:
    """What each summary has to say now, by the row's id; why there is nothing to say; or that its person has left.

    Needs an open unit of work across organisations.
    """
    today = clock.day(now)
    whose, monday = list({row.organisation_id for row in rows}), today - dt.timedelta(days=today.weekday())
    names, offices = await store.across_organisations_names(whose), await store.across_organisations_offices(_people(rows), today)
    english_readers = await reminders.across_organisations_english(_people(rows))
    owed = await store.across_organisations_owed(whose, today + summary.NEAR)
    listened = await store.across_organisations_listened(whose, today)
    told = await store.across_organisations_told(whose, periods.instant(monday - summary.WEEK, 0), periods.instant(monday, 0))
    found: dict[UUID, Matter | Skip | Unseat] = {}
    for row in rows:
        one = row.organisation_id
        office = offices.get((one, row.person_id)) if row.person_id else None
        week = Week(names[one], owed.get(one, ()), listened.get(one, ()), told.get(one, ()))
        say = ENGLISH if row.person_id in english_readers else SWEDISH
        found[row.id] = Unseat() if office is None else summary.matter(week, Reader(office, row.via), public_url, today, say)
    return found


def _people(rows: Sequence[Delivery]) -> list[UUID]:
    return list({row.person_id for row in rows if row.person_id})
