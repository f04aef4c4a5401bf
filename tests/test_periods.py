"""The days that no promise covers, and the same day some months earlier."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import periods
from trygghet.periods import Gap, Validity

D = dt.date.fromisoformat
DAYS = st.dates(D("2020-01-01"), D("2022-12-31"))


def held(*days: str) -> list[Validity]:
    """Promises from a day to a day; one without a last day is open."""
    found = []
    for one in days:
        first, _, last = one.partition("..")
        found.append(Validity(D(first), D(last) if last else None, None if last else D("2030-01-01")))
    return found


# ---------------------------------------------------------------- months
@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        ("2024-12-31", 6, "2024-06-30"),
        ("2024-12-31", 3, "2024-09-30"),
        ("2024-12-31", 1, "2024-11-30"),
        ("2024-08-31", 6, "2024-02-29"),
        ("2025-08-31", 6, "2025-02-28"),
        ("2025-03-31", 1, "2025-02-28"),
        ("2025-02-28", 3, "2024-11-28"),
        ("2025-01-15", 1, "2024-12-15"),
    ],
)
def test_months_are_calendar_months(day: str, months: int, earlier: str) -> None:
    assert periods.months_before(D(day), months) == D(earlier)


@given(st.dates(D("1900-01-01"), D("2199-12-31")), st.integers(0, 60))
def test_so_many_months_earlier_is_the_same_day_or_the_last_of_a_shorter_month(day: dt.date, months: int) -> None:
    found = periods.months_before(day, months)
    assert (day.year * 12 + day.month) - (found.year * 12 + found.month) == months
    assert found.day == min(day.day, calendar.monthrange(found.year, found.month)[1])


@given(st.dates(D("1950-01-01"), D("2199-12-31")), st.dates(D("1950-01-01"), D("2199-12-31")), st.integers(1, 12))
def test_an_earlier_day_never_comes_later(one: dt.date, other: dt.date, months: int) -> None:
    first, last = sorted((one, other))
    assert periods.months_before(first, months) <= periods.months_before(last, months) <= last


# ---------------------------------------------------------------- gaps
@pytest.mark.parametrize(
    ("promises", "found"),
    [
        ([], []),
        (["2024-01-01..2024-12-31"], [("2025-01-01", None)]),
        (["2024-01-01..2024-12-31", "2025-01-01..2025-12-31"], [("2026-01-01", None)]),
        (["2024-01-01..2024-12-31", "2025-03-01..2025-12-31"], [("2025-01-01", "2025-02-28"), ("2026-01-01", None)]),
        (["2024-01-01..2024-12-31", "2024-07-01..2025-06-30"], [("2025-07-01", None)]),  # they overlap
        (["2024-01-01..2026-12-31", "2024-06-01..2024-08-31"], [("2027-01-01", None)]),  # one inside the other
        (["2024-01-01..2024-12-31", "2025-01-02.."], [("2025-01-01", "2025-01-01")]),  # one day; then open
        (["2024-01-01.."], []),
        (["2024-01-01..", "2018-01-01..2018-12-31"], [("2019-01-01", "2023-12-31")]),
    ],
)
def test_the_days_that_no_promise_covers(promises: list[str], found: list[tuple[str, str | None]]) -> None:
    assert periods.gaps(held(*promises)) == [Gap(D(first), D(last) if last else None) for first, last in found]


def test_a_gap_is_told_from_its_first_day_and_beforehand_once_its_end_is_known() -> None:
    alone = held("2024-01-01..2024-12-31")
    assert periods.gap_to_tell(alone, D("2024-12-31")) is None
    assert periods.gap_to_tell(alone, D("2025-01-01")) == Gap(D("2025-01-01"), None)
    followed = held("2024-01-01..2024-12-31", "2025-03-01..2025-12-31")
    assert periods.gap_to_tell(followed, D("2024-10-01")) == Gap(D("2025-01-01"), D("2025-02-28"))
    assert periods.gap_to_tell(followed, D("2025-02-28")) == Gap(D("2025-01-01"), D("2025-02-28"))


def test_a_gap_closes_by_itself_with_a_successor_an_extension_or_any_other_promise() -> None:
    today = D("2025-01-20")
    old = "2024-01-01..2024-12-31"
    assert periods.gap_to_tell(held(old), today) is not None
    for closes in (["2025-01-01..2025-12-31", old], ["2024-01-01..2025-03-31"], [old, "2024-06-01.."], [old, "2025-01-20..2025-12-31"]):
        assert periods.gap_to_tell(held(*closes), today) is None


def test_a_promise_that_ended_early_leaves_a_gap_from_the_next_day() -> None:
    assert periods.gaps(held("2024-01-01..2024-08-14")) == [Gap(D("2024-08-15"), None)]


def test_how_long_a_gap_is_and_how_long_it_has_been() -> None:
    known, open_ended = Gap(D("2025-01-01"), D("2025-02-28")), Gap(D("2025-01-01"), None)
    assert (known.days, open_ended.days) == (59, None)
    assert [known.days_by(D(day)) for day in ("2024-12-31", "2025-01-01", "2025-02-28", "2025-06-01")] == [0, 1, 59, 59]
    assert open_ended.days_by(D("2025-01-14")) == 14


@given(st.lists(st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 500))), max_size=6), DAYS)
def test_a_day_is_in_a_gap_exactly_when_no_promise_holds_it_after_the_first_began(promises: list[tuple[dt.date, int | None]], day: dt.date) -> None:
    these = [
        Validity(first, None if length is None else first + dt.timedelta(days=length), D("2030-01-01") if length is None else None)
        for first, length in promises
    ]
    found = periods.gaps(these)
    begun = any(one.first <= day for one in these)
    assert any(gap.holds(day) for gap in found) == (begun and not any(one.holds(day) for one in these))
    assert all(gap.last is None or gap.first <= gap.last for gap in found)
    assert all(one.last is not None and one.last < other.first for one, other in itertools.pairwise(found))
