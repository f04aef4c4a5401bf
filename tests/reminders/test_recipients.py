"""Who gets a reminder on the day: the seat's holders, who stands in for them, or the next above; no database."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet.reminders import recipients
from trygghet.reminders.ladders import ADMINISTRATOR, COORDINATOR, DEPUTY, LEADER
from trygghet.reminders.recipients import Recipient, Staff

ANNA, BO, CARL, DORA = (uuid.UUID(int=number) for number in range(1, 5))
SEATS = (COORDINATOR, DEPUTY, LEADER, ADMINISTRATOR)


@pytest.mark.parametrize(
    ("seat", "staff", "found"),
    [
        (COORDINATOR, [Staff(ANNA, COORDINATOR), Staff(BO, LEADER)], [Recipient(ANNA)]),
        (COORDINATOR, [Staff(ANNA, COORDINATOR), Staff(CARL, COORDINATOR, acting=True)], [Recipient(ANNA), Recipient(CARL)]),
        (DEPUTY, [Staff(ANNA, COORDINATOR), Staff(CARL, COORDINATOR, acting=True)], [Recipient(CARL)]),
        (DEPUTY, [Staff(ANNA, COORDINATOR), Staff(BO, LEADER)], []),
        (COORDINATOR, [Staff(BO, LEADER), Staff(DORA, ADMINISTRATOR)], [Recipient(BO, "vacant")]),
        (COORDINATOR, [Staff(ANNA, COORDINATOR, stopped=True), Staff(BO, LEADER)], [Recipient(BO, "bounced")]),
        (COORDINATOR, [Staff(ANNA, COORDINATOR, stopped=True), Staff(CARL, COORDINATOR)], [Recipient(CARL)]),
        (COORDINATOR, [Staff(DORA, ADMINISTRATOR)], [Recipient(DORA, "vacant")]),
        (LEADER, [Staff(ANNA, COORDINATOR)], []),
        (COORDINATOR, [Staff(ANNA, COORDINATOR, to=BO)], [Recipient(BO, "handed_over")]),
        (COORDINATOR, [Staff(ANNA, COORDINATOR, to=BO, stopped=True), Staff(DORA, ADMINISTRATOR)], [Recipient(BO, "handed_over")]),
        (COORDINATOR, [Staff(ANNA, COORDINATOR, to=CARL), Staff(CARL, COORDINATOR)], [Recipient(CARL)]),
        (COORDINATOR, [], []),
    ],
)
def test_a_reminder_finds_whoever_can_be_reached(seat: str, staff: list[Staff], found: list[Recipient]) -> None:
    assert recipients.of(seat, staff) == found


def test_what_does_not_climb_is_for_the_seat_alone() -> None:
    dora = Staff(DORA, ADMINISTRATOR)
    assert recipients.of(LEADER, [Staff(BO, LEADER), dora], climbs=False) == [Recipient(BO)]
    assert recipients.of(LEADER, [Staff(BO, LEADER, stopped=True), dora], climbs=False) == []
    assert recipients.of(LEADER, [Staff(ANNA, COORDINATOR), dora], climbs=False) == []


@pytest.mark.parametrize(
    ("staff", "had", "found"),
    [
        ([Staff(ANNA, COORDINATOR, stopped=True), Staff(BO, LEADER)], [ANNA], [BO]),
        ([Staff(ANNA, COORDINATOR, stopped=True), Staff(CARL, COORDINATOR, acting=True), Staff(BO, LEADER)], [ANNA, CARL], []),
        ([Staff(ANNA, COORDINATOR, stopped=True), Staff(CARL, COORDINATOR, acting=True), Staff(BO, LEADER)], [ANNA], [CARL]),
        ([Staff(ANNA, COORDINATOR, stopped=True), Staff(DORA, ADMINISTRATOR)], [ANNA], [DORA]),
        ([Staff(ANNA, COORDINATOR, stopped=True)], [ANNA], []),
    ],
)
def test_after_a_bounce_somebody_else_is_reminded_unless_somebody_of_the_seat_has_been(
    staff: list[Staff], had: list[uuid.UUID], found: list[uuid.UUID]
) -> None:
    assert [one.person_id for one in recipients.after_a_bounce(COORDINATOR, staff, had)] == found
    assert {one.via for one in recipients.after_a_bounce(COORDINATOR, staff, had)} <= {"bounced"}


_STAFF = st.builds(
    Staff, st.sampled_from([ANNA, BO, CARL, DORA]), st.sampled_from([COORDINATOR, LEADER, ADMINISTRATOR]), st.booleans(), st.none(), st.booleans()
)


@given(st.sampled_from(SEATS), st.lists(_STAFF, max_size=8))
def test_nobody_is_reminded_twice_nobody_whose_mail_comes_back_and_always_somebody_if_anybody_above_can_be(seat: str, staff: list[Staff]) -> None:
    found = recipients.of(seat, staff)
    assert len({one.person_id for one in found}) == len(found)
    assert {one.person_id for one in found} <= {one.person_id for one in staff if not one.stopped}
    above = {role for role in recipients.UP[seat] if role != DEPUTY}
    if any(one.role in above and not one.stopped for one in staff):
        assert found
