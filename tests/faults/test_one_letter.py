"""What could give somebody two letters on one day, or none: two timetables, many rounds, a refusal, a replan, somebody who leaves or hands over."""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests import cast, chain
from tests.faults import crowd
from tests.faults.crowd import TUESDAY
from tests.obligations import given
from trygghet import clock, database
from trygghet.bounces import store as bounced
from trygghet.deliveries import sending
from trygghet.digests import actions as digests
from trygghet.notices import actions as notices
from trygghet.reminders import actions as reminders
from trygghet.reminders import seating
from trygghet.reminders.ladders import moment

if TYPE_CHECKING:
    from tests.faults.crowd import Crowd
    from tests.letterbox import Letterbox
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
NOW = moment(TUESDAY)
NOON = NOW + dt.timedelta(hours=4, minutes=30)
BUSY = "451 4.7.1 Try later"


async def sql(statement: str, *values: object) -> list[Any]:
    async with database.across_organisations() as link:
        return list(await link.fetch(statement, *values))


async def owing(organisations: int = 3, each: int = 6) -> Crowd:
    made = await crowd.enter(organisations, each)
    await crowd.owe(made, TUESDAY)
    return made


async def hand_out(now: dt.datetime = NOW) -> list[list[UUID]]:
    return await digests.across_organisations_hand_out(now=now, wall=clock.wall())


async def all_turns(settings: Settings, now: dt.datetime = NOW) -> None:
    while await chain.turn(settings, now):
        pass


def got(box: Letterbox) -> Counter[str]:
    """How many letters each address has."""
    return Counter(box.recipients)


def everybody(these: Crowd) -> Counter[str]:
    return Counter(these.people.values())


# ---------------------------------------------------------------- who hands out
async def test_several_timetables_at_once_give_each_person_one_letter(database_url: str, posted: Settings, box: Letterbox, monkeypatch: Any) -> None:
    monkeypatch.setattr(seating, "AT_A_TIME", 3)
    these = await owing()
    for batches in await asyncio.gather(*(hand_out() for _ in range(4))):
        for batch in batches:
            await chain.deliver(posted, batch, NOW)
    await all_turns(posted)
    assert got(box) == everybody(these)


async def test_nothing_is_handed_out_while_another_still_seats_and_a_row_that_cannot_be_seated_holds_nobody_up_for_long(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await owing()
    async with database.across_organisations() as link:
        await link.fetch("SELECT id FROM delivery WHERE seat = 'coordinator' ORDER BY due_at, id LIMIT 1 FOR UPDATE")
        assert await asyncio.create_task(_elsewhere(NOW)) == []
        assert await asyncio.create_task(_elsewhere(NOW + dt.timedelta(minutes=6))) != []
    await sql("UPDATE delivery SET handed_out_until = NULL")
    await all_turns(posted)
    assert got(box) == everybody(these)


async def _elsewhere(now: dt.datetime) -> list[list[UUID]]:
    """As another process does it: in no unit of work of ours."""
    return await asyncio.get_running_loop().create_task(hand_out(now), context=contextvars.Context())


async def test_fewer_at_a_time_than_there_are_people(database_url: str, posted: Settings, box: Letterbox, monkeypatch: Any) -> None:
    monkeypatch.setattr(seating, "AT_A_TIME", 4)
    these = await owing()
    await seating.across_organisations_seat(now=NOW, wall=clock.wall())
    while batches := await sending.across_organisations_hand_out(now=NOW, wall=clock.wall(), limit=5):
        for batch in batches:
            await chain.deliver(posted, batch, NOW)
    assert got(box) == everybody(these)


async def test_somebody_in_two_organisations_reads_of_both_in_one_letter(database_url: str, posted: Settings, box: Letterbox) -> None:
    these = await owing()
    await all_turns(posted)
    twice = {row["email"] for row in await sql("SELECT p.email FROM member m JOIN person p ON p.id = m.person_id GROUP BY 1 HAVING count(*) > 1")}
    both = {str(one["To"]).split("<")[1].rstrip(">") for one in box.letters if len(set(_towns(one))) == 2}
    assert both == twice & set(these.people.values())
    assert got(box) == everybody(these)


def _towns(letter: Any) -> list[str]:
    text = letter.get_body(("plain",)).get_content()
    return [name for name in ("Orts 0 kommun", "Orts 1 kommun", "Orts 2 kommun") if name in text]


# ---------------------------------------------------------------- what was refused
async def test_what_was_refused_joins_the_next_days_letter_under_the_name_it_had(database_url: str, posted: Settings, box: Letterbox) -> None:
    these = await owing(1, 2)
    await crowd.owe(these, TUESDAY + dt.timedelta(days=1))
    address = list(these.people.values())[1]
    box.refusals[address] = BUSY
    await all_turns(posted)
    assert got(box)[address] == 0
    named = {row["message_id"] for row in await sql("SELECT DISTINCT message_id FROM delivery WHERE state = 'planned' AND attempts = 1")}
    await sql(
        "UPDATE delivery SET due_at = $1 WHERE state = 'planned' AND attempts = 1", NOW + dt.timedelta(days=1, hours=3)
    )  # its next attempt is later
    del box.refusals[address]
    await all_turns(posted, NOW + dt.timedelta(days=1))
    assert got(box)[address] == 1
    mine = next(one for one in box.letters if address in str(one["To"]))
    assert {str(mine["Message-ID"])} == named
    rows = await sql("SELECT d.state FROM delivery d JOIN person p ON p.id = d.person_id WHERE p.email = $1 AND d.state <> 'planned'", address)
    assert [row["state"] for row in rows] == ["sent"] * 4


async def test_what_may_have_arrived_is_repeated_as_it_was_and_what_is_new_is_another_letter(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await owing(1, 1)
    await crowd.owe(these, TUESDAY + dt.timedelta(days=1))
    box.hang_ups = 1
    await all_turns(posted)
    await sql("UPDATE delivery SET due_at = $1 WHERE state = 'planned' AND attempts = 1", NOW + dt.timedelta(days=1))
    await all_turns(posted, NOW + dt.timedelta(days=1))
    names = Counter(box.message_ids)
    assert sorted(names.values()) == [1, 1, 1, 2], "two people, two days, one letter cut after it had been taken"


# ---------------------------------------------------------------- what changes meanwhile
async def test_a_replan_and_another_ladder_between_the_seat_and_the_hand_out_lose_nothing(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await owing()
    await seating.across_organisations_seat(now=NOW, wall=clock.wall())
    for home in these.organisations:
        await sql(
            "INSERT INTO ladder (organisation_id, kind, steps, by_name, by_office, changed_at)"
            ' VALUES ($1, \'statute\', \'[{"count": 15, "unit": "days", "to": ["owner"]}, {"count": 3, "unit": "days", "to": ["owner"]}]\', \'\', \'\', $2)',
            home,
            NOW,
        )
        await reminders.replan_own(home, now=NOW - dt.timedelta(hours=1))  # also by a clock that has been set back
        await reminders.replan_own(home, now=NOW)
    await all_turns(posted)
    assert got(box) == everybody(these)


async def test_a_duty_that_is_done_after_the_seat_was_found_is_not_mentioned(database_url: str, posted: Settings, box: Letterbox) -> None:
    await owing(1, 3)
    batches = await hand_out()
    await sql("UPDATE obligation SET done_at = $1 WHERE key LIKE 'statute:%:0'", NOW)
    for batch in batches:
        await chain.deliver(posted, batch, NOW)
    texts = [one.get_body(("plain",)).get_content() for one in box.letters]  # type: ignore[union-attr]
    assert len(texts) == 4
    assert all("Lägesbild 1" in text and "Lägesbild 0" not in text for text in texts)
    assert {row["reason"] for row in await sql("SELECT reason FROM delivery WHERE state = 'skipped' AND person_id IS NOT NULL")} == {
        "Fristen är redan klar."
    }


async def test_a_handover_that_begins_today_brings_one_letter_with_both_peoples_matters(database_url: str, posted: Settings, box: Letterbox) -> None:
    these = await owing(1, 2)
    leader, first, second = these.people
    await sql(
        "INSERT INTO handover (organisation_id, person_id, to_person_id, from_on, until_on, by_name, created_at) VALUES ($1, $2, $3, $4, $4, '', $5)",
        these.organisations[0],
        leader,
        first,
        TUESDAY,
        NOW,
    )
    await all_turns(posted)
    assert got(box) == Counter({these.people[first]: 1, these.people[second]: 1})


async def test_an_office_that_ends_at_noon_while_its_letter_is_tried_again_goes_to_who_has_it_then(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await owing(1, 1)
    leader, coordinator = these.people
    box.refusals[these.people[leader]] = BUSY
    await all_turns(posted)
    await sql("UPDATE member SET until_on = $2, ended_at = $3 WHERE person_id = $1", leader, TUESDAY, NOON)
    await sql("UPDATE office SET role = 'administrator' WHERE role = 'leader'")
    await sql("UPDATE delivery SET due_at = $1 WHERE state = 'planned' AND attempts = 1", NOON)
    await sql(
        "INSERT INTO member (organisation_id, person_id, office_id, from_on, created_at)"
        " SELECT organisation_id, $1, id, $2, $3 FROM office WHERE role = 'administrator'",
        cast.person_id("olof"),
        TUESDAY,
        NOON,
    )
    box.refusals.clear()
    await all_turns(posted, NOON)
    assert got(box) == Counter({these.people[coordinator]: 1, cast.email("olof"): 1})


async def test_who_shares_a_seat_with_one_who_leaves_does_not_get_that_ones_copy(database_url: str, posted: Settings, box: Letterbox) -> None:
    these = await owing(1, 3)
    leader, *gone = these.people
    for person in gone[:2]:
        box.refusals[these.people[person]] = BUSY
    await all_turns(posted)
    await sql("UPDATE member SET until_on = $2 WHERE person_id = ANY($1::uuid[])", gone[:2], TUESDAY - dt.timedelta(days=1))
    await sql("UPDATE delivery SET due_at = $1 WHERE state = 'planned' AND attempts = 1", NOON)
    await all_turns(posted, NOON)
    await all_turns(posted, NOON)
    assert got(box) == Counter({these.people[leader]: 1, these.people[gone[2]]: 1})
    left = await sql("SELECT DISTINCT state, reason FROM delivery WHERE due_at <= $1 AND state <> 'sent' AND seat = 'coordinator'", NOON)
    assert [tuple(row) for row in left] == [("skipped", "De andra på samma plats har fått påminnelsen.")]


async def test_whoever_dies_while_the_alarm_is_raised_leaves_it_to_the_next(database_url: str, posted: Settings, monkeypatch: Any) -> None:
    promise_id = await given.promise("2023-01-01", "2024-12-31")
    await sql("UPDATE obligation SET done_at = '2024-01-15' WHERE key = 'follow_up:2023'")
    await reminders.replan(cast.BJORKEN, promise_id, now=cast.START)
    await sql("DELETE FROM member WHERE organisation_id = $1 AND person_id <> $2", cast.BJORKEN, cast.person_id("ragna"))
    now = (await sql("SELECT min(due_at) AS at FROM delivery WHERE organisation_id = $1", cast.BJORKEN))[0]["at"]
    with monkeypatch.context() as dying:
        dying.setattr(notices, "plan", _dies)
        with pytest.raises(ConnectionResetError):
            await hand_out(now)
    await hand_out(now)
    assert await sql("SELECT id FROM delivery WHERE key LIKE '%nobody:%' AND organisation_id = $1", cast.SKOGEN)
    waiting = await sql("SELECT state FROM delivery WHERE organisation_id = $1 AND kind = 'reminder' AND due_at <= $2", cast.BJORKEN, now)
    assert {row["state"] for row in waiting} == {"skipped"}


async def _dies(*_: object, **__: object) -> None:
    raise ConnectionResetError


# ---------------------------------------------------------------- a worker that dies
async def _all_turns_dying(settings: Settings, monkeypatch: Any) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(sending, "_settle_taken", _dies)
        with pytest.raises(ConnectionResetError):
            await all_turns(settings)


async def test_a_worker_that_dies_before_it_settles_repeats_its_letters_under_their_names_and_what_is_new_is_another(
    database_url: str, posted: Settings, box: Letterbox, monkeypatch: Any
) -> None:
    these = await owing(1, 2)
    await _all_turns_dying(posted, monkeypatch)
    assert got(box) == everybody(these)
    unsettled = await sql("SELECT DISTINCT state, address FROM delivery WHERE fence > 0")
    assert [(row["state"], row["address"]) for row in unsettled] == [("sending", "")]
    await sql(  # one more of the same day
        "INSERT INTO obligation (organisation_id, key, kind, title, due_on) VALUES ($1, 'statute:more', 'statute', 'Ett till', $2)",
        these.organisations[0],
        TUESDAY + crowd.LEAD,
    )
    await reminders.replan_own(these.organisations[0], now=NOW - dt.timedelta(days=1))
    await sql("UPDATE delivery SET lease_until = now() - interval '1 hour' WHERE state = 'sending'")
    await all_turns(posted)
    names = Counter(box.message_ids)
    assert sorted(names.values()) == [1] * len(these.people) + [2] * len(these.people)
    texts: dict[str, set[str]] = {}
    for one in box.letters:
        texts.setdefault(str(one["Message-ID"]), set()).add(one.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert all(len(found) == 1 for found in texts.values()), "the same name is the same letter"
    assert {row["state"] for row in await sql("SELECT state FROM delivery WHERE fence > 0")} == {"sent"}


async def test_a_letter_that_comes_back_before_its_row_is_settled_is_known_by_its_name(
    database_url: str, posted: Settings, box: Letterbox, monkeypatch: Any
) -> None:
    these = await owing(1, 1)
    await _all_turns_dying(posted, monkeypatch)
    async with database.across_organisations():
        found = [await bounced.across_organisations_rows(name) for name in box.message_ids]
    assert {row.address for rows in found for row in rows} == set(these.people.values())
    assert all(found)


async def test_a_row_that_has_nothing_to_say_does_not_keep_the_name_of_the_letter_it_was_left_out_of(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    these = await owing(1, 1)
    await sql(
        "UPDATE obligation SET done_at = now() WHERE id IN (SELECT obligation_id FROM delivery WHERE due_at <= $1 ORDER BY obligation_id LIMIT 1)",
        NOW,
    )
    await all_turns(posted)
    rows = await sql("SELECT state, reason, message_id FROM delivery WHERE fence > 0")
    skipped = {(row["reason"], row["message_id"]) for row in rows if row["state"] == "skipped"}
    assert skipped == {("Fristen är redan klar.", "")}
    assert {row["message_id"] for row in rows if row["state"] == "sent"} == set(box.message_ids)
    assert got(box) == everybody(these)
