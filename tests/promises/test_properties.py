import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from trygghet.periods import Validity
from trygghet.promises.counting import tally
from trygghet.promises.rules import State, days_left, state

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))
PERS = st.sampled_from(["day", "week", "month", "quarter", "year", "period"])


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    first = draw(DAYS)
    last = first + dt.timedelta(days=draw(st.integers(0, 2000)))
    return Validity(first, last) if draw(st.booleans()) else Validity(first, None, last)


@given(validities(), PERS, st.integers(1, 500), DAYS)
def test_an_even_pace_lies_between_nothing_and_all_that_was_promised(held: Validity, per: str, at_least: int, today: dt.date) -> None:
    found = tally(at_least, per, held, [], today)
    assert found.promised is not None
    assert found.expected is not None
    assert 0 <= found.expected <= found.promised
    assert found.promised >= at_least
    assert held.first <= found.period_first <= found.period_last
    assert held.last is None or found.period_last <= held.last
    if today <= found.period_first:
        assert found.expected == 0
    if today > found.period_last:
        assert found.expected == found.promised


@given(validities(), PERS, st.integers(1, 500), DAYS)
def test_a_day_that_goes_never_lowers_the_pace_within_a_period(held: Validity, per: str, at_least: int, today: dt.date) -> None:
    before, after = (tally(at_least, per, held, [], day) for day in (today, today + dt.timedelta(1)))
    if before.period_first == after.period_first:
        assert (before.expected or 0) <= (after.expected or 0)


@given(validities(), PERS, DAYS, st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=20))
def test_what_happened_outside_the_period_is_not_counted_in_it(held: Validity, per: str, today: dt.date, rows: list[tuple[dt.date, int]]) -> None:
    found = tally(1, per, held, rows, today)
    assert found.done == sum(amount for day, amount in rows if found.period_first <= day <= found.period_last)


@given(validities(), DAYS)
def test_a_signed_promise_is_in_exactly_the_state_of_its_days(held: Validity, today: dt.date) -> None:
    found = state("signed", held, today)
    left = days_left(held, today)
    assert (found is State.COMING) is (today < held.first)
    assert (found is State.ENDED) is (left is not None and left < 0)
    assert (found in {State.IN_FORCE, State.ENDING}) is held.holds(today)
