"""Clocks that jump, a timetable that stood still for a day, both changes of summer time and the leap day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests import chain
from tests.deliveries import outside
from tests.faults import crowd
from tests.faults.crowd import TUESDAY
from trygghet import clock, database
from trygghet.deliveries import queue
from trygghet.reminders import actions as reminders
from trygghet.reminders import ladders, rules, seating
from trygghet.reminders.ladders import moment

if TYPE_CHECKING:
    from tests.letterbox import Letterbox
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOW = moment(TUESDAY)
D = dt.date.fromisoformat


async def sql(statement: str, *values: object) -> list[Any]:
    async with database.across_organisations() as link:
        return list(await link.fetch(statement, *values))


async def all_turns(settings: Settings, now: dt.datetime) -> None:
    while await chain.turn(settings, now):
        pass


def texts(box: Letterbox) -> list[str]:
    return [one.get_body(("plain",)).get_content() for one in box.letters]  # type: ignore[union-attr]


# ---------------------------------------------------------------- the timetable stood still
async def test_what_came_due_while_the_timetable_stood_still_goes_at_the_next_opening_whatever_is_planned_meanwhile(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await crowd.enter(2, 5)
    await crowd.owe(these, TUESDAY)
    late = NOW + DAY + 3 * HOUR  # Wednesday 10.30
    await all_turns(posted, late)
    waiting = await sql("SELECT DISTINCT due_at, reason FROM delivery WHERE lead_days = 14 AND state = 'planned'")
    assert [row["due_at"] for row in waiting] == [moment(D("2024-10-10"))]
    assert waiting[0]["reason"].startswith("Påminnelser går ut på vardagar mellan 7.30 och 9.00.")
    for now in (late, late + 17 * HOUR):  # an edit, and the nightly replanning
        await reminders.across_organisations_replan_all(now=now)
        await all_turns(posted, now)
    assert box.letters == []
    await all_turns(posted, moment(D("2024-10-10")))
    assert Counter(box.recipients) == Counter(these.people.values())
    assert all("Påminnelsen skulle ha kommit 8 oktober 2024" in text for text in texts(box))


async def test_what_is_owed_before_the_next_opening_goes_at_once(database_url: str, posted: Settings, box: Letterbox) -> None:
    these = await crowd.enter(1, 3)
    await crowd.owe(these, TUESDAY, lead=DAY)
    await all_turns(posted, NOW + DAY + 3 * HOUR)  # the day itself, after nine
    assert Counter(box.recipients) == Counter(these.people.values())


async def test_people_who_had_been_found_when_everything_stopped_are_asked_for_anew_the_next_morning(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await crowd.enter(1, 4)
    await crowd.owe(these, TUESDAY)
    await seating.across_organisations_seat(now=NOW + HOUR, wall=clock.wall())
    gone = (
        await sql("SELECT person_id FROM delivery WHERE seat = 'coordinator' AND person_id IS NOT NULL AND key NOT LIKE '%:' || person_id LIMIT 1")
    )[0][0]
    await sql("UPDATE member SET until_on = $2 WHERE person_id = $1", gone, TUESDAY)
    await all_turns(posted, NOW + 12 * HOUR)
    await reminders.across_organisations_replan_all(now=NOW + 20 * HOUR)
    assert box.letters == []
    await all_turns(posted, NOW + DAY)
    assert Counter(box.recipients) == Counter(address for person, address in these.people.items() if person != gone)


async def test_what_is_made_up_for_goes_the_morning_that_was_promised_however_often_it_is_planned() -> None:
    made = NOW + 5 * HOUR
    promised = rules.made_up_at(D("2025-03-01"), made)
    assert promised == NOW + DAY
    for hours in range(5, 24):
        assert rules.made_up_at(D("2025-03-01"), NOW + hours * HOUR) == promised


# ---------------------------------------------------------------- the clock jumps
async def test_a_clock_that_goes_back_an_hour_a_day_on_and_back_again_sends_nothing_twice(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await crowd.enter(2, 5)
    await crowd.owe(these, TUESDAY)
    for now in (NOW - 1 * HOUR, NOW + HOUR / 60, NOW - HOUR, NOW + DAY, NOW, NOW + HOUR, NOW - DAY, NOW + 2 * DAY):
        await all_turns(posted, now)
        await reminders.across_organisations_replan_all(now=now)
    assert Counter(box.recipients) == Counter(these.people.values())
    assert len(set(box.message_ids)) == len(these.people)


async def test_a_month_gathers_its_steps_in_one_letter_and_what_was_said_too_early_is_said_again_in_time(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await crowd.enter(1, 2)
    await crowd.owe(these, TUESDAY)
    await all_turns(posted, NOW)
    box.forget()
    await all_turns(posted, moment(D("2024-11-07")))
    assert Counter(box.recipients) == Counter(these.people.values()), "five steps have gone by for each, and it is one letter"
    assert all("Allt som skulle ha sagts sedan dess står här." in text for text in texts(box))
    box.forget()
    await all_turns(posted, NOW + HOUR)  # and back
    assert box.letters == []
    await reminders.across_organisations_replan_all(now=NOW + 20 * HOUR)
    await all_turns(posted, NOW + 7 * DAY)
    coordinators = set(list(these.people.values())[1:])
    assert coordinators <= set(box.recipients), "the step of seven days is still to come"
    assert len(set(box.recipients)) == len(box.recipients)


async def test_what_a_clock_has_stamped_a_month_ahead_is_not_out_of_reach_when_it_is_set_right(database_url: str) -> None:
    await outside.plan(outside.letter("in the queue"), outside.letter("at work"), outside.letter("in the night"))
    ahead = outside.WALL + dt.timedelta(days=30)
    (ids,) = await outside.hand_out(wall=ahead)
    async with database.across_organisations():
        await queue.across_organisations_claim(ids[:1], ahead + outside.PATIENCE.lease, "trygghet.example.org")
    assert sum(map(len, await outside.hand_out())) == 2
    assert await outside.hand_out() == []
    assert sum(map(len, await outside.hand_out(wall=outside.WALL + outside.PATIENCE.lease))) == 3


# ---------------------------------------------------------------- the calendar
@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2024-10-25", "05:30"),  # the Friday before the clocks go back
        ("2024-10-28", "06:30"),  # the Monday after
        ("2025-03-28", "06:30"),  # the Friday before they go forward
        ("2025-03-31", "05:30"),  # the Monday after
        ("2028-02-15", "06:30"),  # of what is due on the leap day
        ("2028-02-29", "06:30"),  # on the leap day
    ],
)
async def test_reminders_go_at_half_past_seven_on_a_swedish_clock_and_not_before(
    database_url: str, posted: Settings, box: Letterbox, day: str, utc: str
) -> None:
    these = await crowd.enter(1, 2)
    await crowd.owe(these, D(day))
    opens = moment(D(day))
    assert f"{opens:%H:%M}" == utc
    await all_turns(posted, opens - dt.timedelta(seconds=1))
    assert box.letters == []
    await all_turns(posted, opens)
    assert Counter(box.recipients) == Counter(these.people.values())
    await all_turns(posted, opens + DAY)
    assert Counter(box.recipients) == Counter(these.people.values())


@pytest.mark.parametrize("sunday", ["2024-10-27", "2025-03-30"])
async def test_the_night_of_the_change_sends_nothing_and_loses_nothing(database_url: str, posted: Settings, box: Letterbox, sunday: str) -> None:
    these = await crowd.enter(1, 2)
    friday, monday = D(sunday) - 2 * DAY, D(sunday) + DAY
    await crowd.owe(these, friday)
    midnight = moment(D(sunday)) - 8 * HOUR
    for hour in range(10):  # the timetable has been away since Friday morning and comes back in the night of the change
        await all_turns(posted, midnight + hour * HOUR)
    assert box.letters == []
    await all_turns(posted, moment(monday) - dt.timedelta(seconds=1))
    assert box.letters == []
    assert ladders.is_open(moment(monday))
    await all_turns(posted, moment(monday))
    assert Counter(box.recipients) == Counter(these.people.values())
