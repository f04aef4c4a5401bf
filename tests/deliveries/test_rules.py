"""What follows from answers and from silence."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet.deliveries import rules
from trygghet.deliveries.rules import LONGEST_WAIT, MAX_ATTEMPTS, MAX_LOOKUPS, Patience, State

NOW = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)
ATTEMPTS = st.integers(1, 20)


@given(permanent=st.booleans(), after=st.none() | st.timedeltas(dt.timedelta(0), dt.timedelta(days=2)), attempts=ATTEMPTS)
def test_what_was_not_sent_is_tried_again_later_or_fails_with_its_reason(*, permanent: bool, after: dt.timedelta | None, attempts: int) -> None:
    settled = rules.not_sent("Skäl.", permanent=permanent, after=after, attempts=attempts, now=NOW)
    assert settled.reason == "Skäl."
    if permanent or attempts >= MAX_ATTEMPTS:
        assert (settled.state, settled.due_at) == (State.FAILED, None)
    else:
        assert settled.state is State.PLANNED
        assert settled.due_at is not None
        usual = min(dt.timedelta(minutes=2**attempts), LONGEST_WAIT)
        assert settled.due_at - NOW == max(usual, after or dt.timedelta(0))


@given(attempts=ATTEMPTS)
def test_what_must_not_be_repeated_is_never_planned_again_after_a_lost_answer(attempts: int) -> None:
    assert rules.no_answer("Skäl.", repeatable=False, attempts=attempts, now=NOW).state is State.UNCLEAR
    assert rules.silence(repeatable=False, attempts=attempts, now=NOW).state is State.UNCLEAR


@given(attempts=ATTEMPTS, lookups=st.integers(0, MAX_LOOKUPS))
def test_nothing_is_tried_for_ever(attempts: int, lookups: int) -> None:
    outcomes = [
        rules.silence(repeatable=True, attempts=attempts, now=NOW),
        rules.absent(lookups=lookups, attempts=attempts, now=NOW),
        rules.no_answer("Skäl.", repeatable=True, attempts=attempts, now=NOW),
    ]
    for settled in outcomes:
        if settled is not None and attempts >= MAX_ATTEMPTS:
            assert settled.state is State.FAILED
            assert settled.reason


def test_the_first_look_that_finds_nothing_proves_nothing() -> None:
    assert rules.absent(lookups=0, attempts=1, now=NOW) is None
    again = rules.absent(lookups=1, attempts=1, now=NOW)
    assert again is not None
    assert (again.state, again.due_at) == (State.PLANNED, NOW)


@pytest.mark.parametrize(("lookups", "seconds"), [(0, 5), (1, 25), (2, 125), (3, 625), (4, 3125), (5, 15625)])
def test_looks_grow_farther_apart(lookups: int, seconds: int) -> None:
    assert Patience().look(lookups) == dt.timedelta(seconds=seconds)


def test_one_message_takes_less_than_the_lease_and_the_queue_waits_no_longer() -> None:
    usual = Patience()
    assert (usual.send.total_seconds(), usual.queue.total_seconds(), usual.lease.total_seconds()) == (30, 60, 120)
