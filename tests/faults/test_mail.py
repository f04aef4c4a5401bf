"""A mail server that refuses, hangs and hangs up, and a row that cannot be written: whom it concerns, and whom it must not."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.faults import crowd
from tests.faults.crowd import TUESDAY
from trygghet import channels, clock, database
from trygghet.deliveries import sending
from trygghet.deliveries.rules import Patience
from trygghet.digests import actions as digests
from trygghet.reminders import actions as reminders
from trygghet.reminders import seating
from trygghet.reminders.ladders import moment

if TYPE_CHECKING:
    from tests.letterbox import Letterbox
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
NOW = moment(TUESDAY)
SHORT = Patience(dt.timedelta(seconds=4))
"""One second for each letter."""


async def sql(statement: str, *values: object) -> list[Any]:
    async with database.across_organisations() as link:
        return list(await link.fetch(statement, *values))


async def turn(settings: Settings, now: dt.datetime = NOW, patience: Patience = sending.USUAL) -> None:
    """Once, for all that is due."""
    batches = await digests.across_organisations_hand_out(now=now, wall=clock.wall(), patience=patience)
    for batch in batches:
        await sending.across_organisations_deliver(
            batch,
            composers={"reminder": digests.composer(settings)},
            channels=channels.ready(settings),
            now=now,
            wall=clock.wall(),
            patience=patience,
        )


async def standing(address: str) -> set[tuple[str, int, str]]:
    """State, attempts and reason of all of somebody's rows of the day."""
    rows = await sql(
        "SELECT d.state, d.attempts, d.reason FROM delivery d JOIN person p ON p.id = d.person_id WHERE p.email = $1 AND d.fence > 0", address
    )
    return {(row["state"], row["attempts"], row["reason"]) for row in rows}


async def three_duties() -> tuple[list[UUID], list[str]]:
    """Five people of one organisation that owes three things."""
    these = await crowd.enter(1, 4)
    await crowd.owe(these, TUESDAY, duties=3)
    return list(these.people), list(these.people.values())


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        ("452 4.2.2 Mailbox full", "planned", "Mejlservern kunde inte ta emot brevet nu (452 4.2.2 Mailbox full). Vi försöker igen."),
        ("550 5.1.1 No such user", "failed", "Mejlservern tar inte emot brev till "),
    ],
)
async def test_a_no_concerns_its_own_letter_and_all_rows_of_it(
    database_url: str, posted: Settings, box: Letterbox, answer: str, state: str, words: str
) -> None:
    _, addresses = await three_duties()
    box.refusals[addresses[2]] = answer
    await turn(posted)
    assert Counter(box.recipients) == Counter([*addresses[:2], *addresses[3:]])
    ((found, attempts, reason),) = await standing(addresses[2])
    assert (found, attempts) == (state, 1)
    assert reason.startswith(words)
    box.refusals.clear()
    await turn(posted, NOW + dt.timedelta(minutes=2))
    assert Counter(box.recipients)[addresses[2]] == (state == "planned")
    assert len(box.recipients) == len(set(box.recipients))


async def test_a_cut_before_the_letter_repeats_nothing_and_a_cut_after_it_repeats_that_letter_under_its_own_name(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    _, addresses = await three_duties()
    box.early_hang_ups = 1
    box.hang_ups = 1
    await turn(posted)
    assert len(box.letters) == 4
    await turn(posted, NOW + dt.timedelta(minutes=2))
    names = Counter(box.message_ids)
    assert sorted(names.values()) == [1, 1, 1, 1, 2]
    assert set(box.recipients) == set(addresses)
    assert {state for one in addresses for state, *_ in await standing(one)} == {"sent"}
    first, again = (one for one in box.letters if names[str(one["Message-ID"])] == 2)
    assert first.get_body(("plain",)).get_content() == again.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_server_that_hangs_costs_one_letters_time_and_the_rest_is_given_back_for_the_next(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    _, addresses = await three_duties()
    box.hold = True
    await turn(posted, patience=SHORT)
    states = Counter(row["state"] for row in await sql("SELECT state, person_id FROM delivery WHERE due_at <= $1 AND person_id IS NOT NULL", NOW))
    assert box.letters == []
    assert set(states) == {"planned"}
    tried = await sql("SELECT DISTINCT attempts FROM delivery WHERE state = 'planned' AND fence > 0 ORDER BY 1")
    assert [row["attempts"] for row in tried] == [0, 1]
    box.hold = False
    await turn(posted, NOW + dt.timedelta(minutes=2))
    assert Counter(box.recipients) == Counter(addresses)


# ---------------------------------------------------------------- what cannot be written
async def poison(which: str) -> None:
    """A key that no rule of ours has made: reading it raises when the reminder is written."""
    await sql(f"UPDATE delivery SET key = 'poison:' || id WHERE id IN ({which})")


async def test_a_row_that_cannot_be_written_keeps_nobody_elses_letter_and_none_of_the_same_persons_other_matters(
    database_url: str, posted: Settings, box: Letterbox
) -> None:
    people, addresses = await three_duties()
    await seating.across_organisations_seat(now=NOW, wall=clock.wall())
    await poison(f"SELECT id FROM delivery WHERE person_id = '{people[2]}' AND due_at <= '{NOW.isoformat()}' ORDER BY title LIMIT 1")
    await turn(posted)
    assert Counter(box.recipients) == Counter(addresses)
    spoilt = "Meddelandet kunde inte sättas ihop; felet är vårt och är antecknat."
    assert await standing(addresses[2]) == {("sent", 1, ""), ("planned", 1, spoilt)}
    text = next(one for one in box.letters if addresses[2] in str(one["To"])).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert sum(f"Lägesbild {number}" in text for number in range(3)) == 2
    for minutes in (2, 6, 14):
        await turn(posted, NOW + dt.timedelta(minutes=minutes))
    assert Counter(box.recipients) == Counter(addresses), "nobody has another letter because of it"
    assert await standing(addresses[2]) == {("sent", 1, ""), ("planned", 4, spoilt)}


async def test_a_whole_letter_that_cannot_be_written_waits_alone_and_goes_when_it_can(database_url: str, posted: Settings, box: Letterbox) -> None:
    people, addresses = await three_duties()
    await seating.across_organisations_seat(now=NOW, wall=clock.wall())
    await sql("UPDATE delivery SET key = 'poison:' || key WHERE person_id = $1", people[1])
    await turn(posted)
    assert Counter(box.recipients) == Counter([addresses[0], *addresses[2:]])
    await sql("UPDATE delivery SET key = substr(key, 8) WHERE person_id = $1", people[1])
    await turn(posted, NOW + dt.timedelta(minutes=2))
    assert Counter(box.recipients) == Counter(addresses)


async def test_a_reminder_of_a_seat_that_does_not_exist_is_an_alarm_and_stops_nobody(database_url: str, posted: Settings, box: Letterbox) -> None:
    _, addresses = await three_duties()
    await sql("UPDATE delivery SET seat = '' WHERE id = (SELECT id FROM delivery WHERE due_at <= $1 AND seat = 'leader' LIMIT 1)", NOW)
    await turn(posted)
    assert Counter(box.recipients) == Counter(addresses)


async def test_after_a_fault_the_nightly_plan_changes_nothing_of_what_was_tried(database_url: str, posted: Settings, box: Letterbox) -> None:
    _, addresses = await three_duties()
    box.refusals[addresses[1]] = "451 4.7.1 Try later"
    await turn(posted)
    await reminders.across_organisations_replan_all(now=NOW + dt.timedelta(minutes=1))
    box.refusals.clear()
    await turn(posted, NOW + dt.timedelta(minutes=2))
    assert Counter(box.recipients) == Counter(addresses)
