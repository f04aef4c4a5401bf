"""How a counting stands in any stretch of days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import drawing
from trygghet.periods import Validity
from trygghet.promises import counting, stretches
from trygghet.promises.counting import Done
from trygghet.promises.stretches import Days

FIRST, LAST = dt.date(2019, 1, 1), dt.date(2027, 12, 31)
DAYS = st.dates(FIRST, LAST)
PERS = st.sampled_from(["day", "week", "month", "quarter", "year", "period"])
PLACES = st.sampled_from([(), ("torget",), ("torget", "parken", "stationen")])
LEAST = st.none() | st.integers(1, 200)


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    first = draw(DAYS)
    last = first + dt.timedelta(draw(st.integers(0, 1500)))
    return Validity(first, last) if draw(st.booleans()) else Validity(first, None, last)


@st.composite
def days_of(draw: st.DrawFn, held: Validity) -> Days:
    """Some days of a validity."""
    whole = (held.known_until - held.first).days
    begins = draw(st.integers(0, whole))
    return Days(held.first + dt.timedelta(begins), held.first + dt.timedelta(draw(st.integers(begins, whole))))


ROWS = st.lists(st.builds(Done, DAYS, st.integers(1, 30), st.sampled_from(["", "torget", "parken", "annanstans"])), max_size=15)


@given(validities(), LEAST, PERS, PLACES, ROWS, DAYS, st.data())
def test_the_months_of_a_stretch_add_up_to_what_is_done(
    held: Validity, at_least: int | None, per: str, places: tuple[str, ...], rows: list[Done], today: dt.date, data: st.DataObject
) -> None:
    found = stretches.count(at_least, per, places, held, rows, data.draw(days_of(held)), today)
    steps = [found.before.done, *(month.done for month in found.months)]
    assert steps == sorted(steps)
    assert steps[-1] == found.done
    assert len({(month.first.year, month.first.month) for month in found.months}) == len(found.months)
    assert all(found.days.first <= month.first <= found.days.last for month in found.months)


@given(validities(), st.integers(1, 200), PERS, PLACES, DAYS, st.data())
def test_an_even_pace_never_passes_what_is_owed_nor_that_the_whole_promise(
    held: Validity, at_least: int, per: str, places: tuple[str, ...], today: dt.date, data: st.DataObject
) -> None:
    found = stretches.count(at_least, per, places, held, [], data.draw(days_of(held)), today)
    assert found.expected is not None
    assert found.owed is not None
    assert found.promised is not None
    assert 0 <= found.expected <= found.owed <= found.promised
    assert found.needed <= found.promised
    paces = [month.expected or 0.0 for month in (found.before, *found.months)]
    assert paces == sorted(paces)
    assert paces[-1] <= found.owed
    assert found.since <= found.days.first <= found.until <= found.days.last


@given(validities(), LEAST, PLACES, ROWS, DAYS)
def test_over_the_whole_validity_a_number_for_all_of_it_is_counted_as_on_the_promise_page(
    held: Validity, at_least: int | None, places: tuple[str, ...], rows: list[Done], today: dt.date
) -> None:
    days = Days(held.first, held.known_until)
    found = stretches.count(at_least, "period", places, held, rows, days, today)
    assert _figures(found) == _figures(counting.count(at_least, "period", places, held, rows, today))


@given(validities(), LEAST, PERS.filter(lambda per: per != "period"), PLACES, ROWS, DAYS)
def test_over_a_calendar_year_every_other_number_is_counted_as_on_the_promise_page_that_year(
    held: Validity, at_least: int | None, per: str, places: tuple[str, ...], rows: list[Done], today: dt.date
) -> None:
    year = max(today, held.first).year if held.last is None else min(max(today, held.first), held.last).year
    days = Days(dt.date(year, 1, 1), dt.date(year, 12, 31))
    found = stretches.count(at_least, per, places, held, rows, days, today)
    assert _figures(found) == _figures(counting.count(at_least, per, places, held, rows, today))


@given(validities(), st.integers(1, 200), PERS, ROWS, DAYS)
def test_the_pace_is_put_in_the_same_words_as_on_the_promise_page(held: Validity, at_least: int, per: str, rows: list[Done], today: dt.date) -> None:
    page = counting.count(at_least, per, (), held, rows, today)
    found = stretches.count(at_least, per, (), held, rows, Days(page.period_first, page.period_last), today)
    assert page.promised is not None
    assert found.pace_words == drawing.pace_words(page.done, page.promised, page.expected)


def _figures(found: stretches.Count | counting.Tally) -> tuple[object, ...]:
    return found.done, found.promised, pytest.approx(found.expected), pytest.approx(found.difference)


@given(validities(), st.integers(1, 50), PERS, PLACES, ROWS, DAYS, st.integers(1, 20), st.data())
def test_more_done_is_never_less_reached(
    held: Validity, at_least: int, per: str, places: tuple[str, ...], rows: list[Done], today: dt.date, amount: int, data: st.DataObject
) -> None:
    days = data.draw(days_of(held))
    more = Done(data.draw(st.dates(days.first, days.last)), amount, data.draw(st.sampled_from(["", "torget", "parken"])))
    before, after = (stretches.count(at_least, per, places, held, found, days, today) for found in (rows, [*rows, more]))
    assert before.reached <= after.reached <= after.needed
    assert before.needed == after.needed


@pytest.mark.parametrize("per", ["week", "month", "quarter"])
def test_four_quarters_owe_what_their_year_owes(per: str) -> None:
    for year in range(2019, 2028):
        held = Validity(dt.date(year, 1, 1), dt.date(year, 12, 31))
        quarters = [
            Days(dt.date(year, month, 1), counting.unit_after("quarter", dt.date(year, month, 1)) - dt.timedelta(1)) for month in (1, 4, 7, 10)
        ]
        owed = [stretches.count(3, per, (), held, [], days, held.known_until).owed or 0 for days in quarters]
        whole = stretches.count(3, per, (), held, [], Days(held.first, held.known_until), held.known_until)
        assert sum(owed) == whole.owed


TABLE = {
    # title: at_least, per, validity, days, today -> since, promised, owed, expected
    "a year's number in its second quarter counts from new year": (
        (12, "year", ("2024-01-01", "2024-12-31"), ("2024-04-01", "2024-06-30"), "2024-07-10"), ("2024-01-01", 12, 12 * 182 / 366, 12 * 182 / 366)),
    "a number for two years in the first of them": (
        (12, "period", ("2023-01-01", "2024-12-31"), ("2023-01-01", "2023-12-31"), "2024-02-01"), ("2023-01-01", 12, 12 * 365 / 731, 12 * 365 / 731)),
    "and in the second counts from the first": (
        (12, "period", ("2023-01-01", "2024-12-31"), ("2024-01-01", "2024-12-31"), "2024-12-01"), ("2023-01-01", 12, 12, 12 * 700 / 731)),
    "a year that began in March owes its whole number": (
        (20, "year", ("2023-03-06", "2025-12-31"), ("2023-01-01", "2023-12-31"), "2024-01-01"), ("2023-03-06", 20, 20, 20)),
    "months of a year that began in March": (
        (1, "month", ("2023-03-06", "2025-12-31"), ("2023-01-01", "2023-12-31"), "2023-12-05"), ("2023-03-06", 10, 10, 9)),
    "a promise that begins on New Year's Eve owes the year's number on one day": (
        (4, "year", ("2024-12-31", "2025-12-31"), ("2024-01-01", "2024-12-31"), "2025-01-01"), ("2024-12-31", 4, 4, 4)),
    "and that day is not gone while it lasts": (
        (4, "year", ("2024-12-31", "2025-12-31"), ("2024-01-01", "2024-12-31"), "2024-12-31"), ("2024-12-31", 4, 4, 0)),
    "a monthly number is owed in full for that one day, as on the promise's page": (
        (31, "month", ("2024-12-31", "2025-12-31"), ("2024-01-01", "2024-12-31"), "2025-01-01"), ("2024-12-31", 31, 31, 31)),
    "a promise of one day": (
        (1, "period", ("2024-05-08", "2024-05-08"), ("2024-05-08", "2024-05-08"), "2024-05-09"), ("2024-05-08", 1, 1, 1)),
    "a leap year's first quarter": (
        (366, "year", ("2024-01-01", "2024-12-31"), ("2024-01-01", "2024-03-31"), "2024-04-01"), ("2024-01-01", 366, 91, 91)),
    "29 February alone": (
        (29, "month", ("2024-01-01", "2024-12-31"), ("2024-02-29", "2024-02-29"), "2024-03-01"), ("2024-02-01", 29, 29, 29)),
    "a month of a number that is owed each quarter": (
        (92, "quarter", ("2024-01-01", "2024-12-31"), ("2024-07-01", "2024-07-31"), "2024-09-01"), ("2024-07-01", 92, 31, 31)),
    "days of two quarters, less than half of either, owe a share of both": (
        (91, "quarter", ("2024-01-01", "2024-12-31"), ("2024-06-01", "2024-07-10"), "2024-09-01"), ("2024-04-01", 182, 91 + 91 * 10 / 92, 91 + 91 * 10 / 92)),
    "the last week of March, where a promise begins, owes a week's share of a quarter": (
        (90, "quarter", ("2025-03-25", "2025-12-31"), ("2025-01-01", "2025-03-31"), "2025-04-01"), ("2025-03-25", 90, 7, 7)),
    "and the first week of October, where it ends": (
        (92, "quarter", ("2025-01-01", "2025-10-07"), ("2025-10-01", "2025-12-31"), "2025-12-01"), ("2025-10-01", 92, 7, 7)),
    "an open promise owes for its review, in its first year a share": (
        (10, "period", ("2024-07-01", None, "2025-06-30"), ("2024-07-01", "2024-12-31"), "2025-01-01"), ("2024-07-01", 10, 10 * 184 / 365, 10 * 184 / 365)),
    "and after its review no more than that": (
        (10, "period", ("2024-07-01", None, "2025-06-30"), ("2026-01-01", "2026-12-31"), "2026-03-01"), ("2024-07-01", 10, 10, 10)),
    "a short first year that is followed up with the next owes both": (
        (20, "year", ("2023-10-06", "2025-12-31"), ("2023-10-06", "2024-12-31"), "2025-01-01"), ("2023-10-06", 40, 40, 40)),
    "before its first day nothing is expected": (
        (20, "year", ("2023-10-06", "2025-12-31"), ("2023-10-06", "2023-12-31"), "2023-09-01"), ("2023-10-06", 20, 20, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), TABLE.values(), ids=TABLE)
def test_what_a_stretch_owes(asked: tuple[int, str, tuple[str, ...], tuple[str, str], str], expected: tuple[str, int, float, float]) -> None:
    at_least, per, held, days, today = asked
    dates = [dt.date.fromisoformat(one) if one else None for one in held]
    assert dates[0]
    found = stretches.count(
        at_least, per, (), Validity(dates[0], *dates[1:]), [], Days(*map(dt.date.fromisoformat, days)), dt.date.fromisoformat(today)
    )
    since, promised, owed, pace = expected
    assert (found.since, found.promised) == (dt.date.fromisoformat(since), promised)
    assert found.owed == pytest.approx(owed)
    assert found.expected == pytest.approx(pace)


def test_what_was_done_before_the_stretch_counts_where_the_number_is_owed_over_more() -> None:
    held = Validity(dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    rows = [Done(dt.date(2023, 5, 2), 5), Done(dt.date(2024, 3, 1), 4), Done(dt.date(2024, 3, 9), 1), Done(dt.date(2024, 11, 4), 2)]
    found = stretches.count(12, "period", (), held, rows, Days(dt.date(2024, 1, 1), dt.date(2024, 9, 30)), dt.date(2024, 10, 10))
    assert (found.before.done, found.within, found.done, found.needed) == (5, 5, 10, 10)
    assert [(month.first.month, month.done) for month in found.months][1:4] == [(2, 5), (3, 10), (4, 10)]
    assert found.is_over


def test_what_one_place_has_too_much_of_helps_no_other() -> None:
    held = Validity(dt.date(2024, 1, 1), dt.date(2025, 12, 31))
    rows = [Done(dt.date(2024, 2, 1), 9, "torget"), Done(dt.date(2024, 2, 1), 1, "parken"), Done(dt.date(2024, 2, 1), 3)]
    found = stretches.count(4, "period", ("torget", "parken"), held, rows, Days(dt.date(2024, 1, 1), dt.date(2024, 12, 31)), dt.date(2025, 1, 1))
    assert (found.done, found.within, found.promised, found.needed, found.reached) == (5, 13, 8, 4, 3)
    assert [(place.name, place.done, place.promised, place.needed) for place in found.places] == [
        ("torget", 9, 4, 2),
        ("parken", 1, 4, 2),
        ("", 3, None, 0),
    ]
    assert "Talet gäller på var och en av 2 platser: 2 × 2,0 = 4,0." in found.sum


@pytest.mark.parametrize(
    ("days", "today", "said"),
    [
        (("2024-01-01", "2024-12-31"), "2024-10-01", "274 av årets 366 dagar har gått. 274 ÷ 366 × 12 = 9,0. Dagens datum räknas inte med."),
        (("2024-01-01", "2024-12-31"), "2025-02-01", "366 av årets 366 dagar har gått. 366 ÷ 366 × 12 = 12,0."),
        (("2024-01-01", "2024-03-31"), "2024-04-10", "Till och med 31 mars 2024: 91 av årets 366 dagar har gått. 91 ÷ 366 × 12 = 3,0."),
    ],
)
def test_the_sum_is_said_and_today_is_left_out_only_while_the_days_run(days: tuple[str, str], today: str, said: str) -> None:
    held = Validity(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert stretches.count(12, "year", (), held, [], Days(*map(dt.date.fromisoformat, days)), dt.date.fromisoformat(today)).sum == said
