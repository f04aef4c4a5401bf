"""Validity, periods and the duties that follow; no database."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.obligations.given import facts
from trygghet import swedish
from trygghet.obligations import rules
from trygghet.obligations.rhythms import Rhythm
from trygghet.obligations.rules import DatedActivity, Facts, Kind
from trygghet.periods import MONTHS_IN, Validity, instant, parse_day, periods, validity, years
from trygghet.swedish import Refusal

D = dt.date.fromisoformat
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
NEAR_DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2050, 12, 31))


FIVE = [
    ("Åmål", "2023-01-01", "2024-12-31", (), ["2023-12-31", "2024-12-31"], []),
    ("Älmhult", "2018-01-01", "2018-12-31", (), ["2018-12-31"], []),
    ("Mellerud", "2023-01-01", "2024-12-31", (), ["2023-12-31", "2024-12-31"], []),
    ("Åstorp", "2023-03-06", "2025-12-31", (Rhythm("BRÅ", "continuous"),), ["2023-12-31", "2024-12-31", "2025-12-31"], []),
    (
        "Hallstahammar",
        "2024-01-01",
        "2024-12-31",
        (Rhythm("KSAU", "quarter"),),
        ["2024-12-31"],
        [("KSAU", "2024-03-31"), ("KSAU", "2024-06-30"), ("KSAU", "2024-09-30"), ("KSAU", "2024-12-31")],
    ),
]


@pytest.mark.parametrize(("name", "first", "last", "rhythms", "follow_ups", "reports"), FIVE, ids=[row[0] for row in FIVE])
def test_the_five_promises_owe_what_their_table_says(
    name: str, first: str, last: str, rhythms: tuple[Rhythm, ...], follow_ups: list[str], reports: list[tuple[str, str]]
) -> None:
    found = rules.duties(facts(first, last, *rhythms))
    assert [duty.due_on.isoformat() for duty in found if duty.kind is Kind.FOLLOW_UP] == follow_ups
    assert [(duty.receiver, duty.due_on.isoformat()) for duty in found if duty.kind is Kind.REPORT] == reports
    assert [(duty.key, duty.due_on.isoformat()) for duty in found if duty.kind is Kind.RENEWAL] == [(f"renewal:{last}", last)]
    assert len(found) == len(follow_ups) + len(reports) + 1


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        ("2019-05-01", "2020-04-30", ["2019-12-31", "2020-04-30"]),
        ("2018-07-01", "2020-06-30", ["2018-12-31", "2019-12-31", "2020-06-30"]),
        ("2024-12-31", "2025-01-01", ["2024-12-31", "2025-01-01"]),
        ("2024-02-29", "2024-02-29", ["2024-02-29"]),
    ],
)
def test_a_promise_that_ends_within_a_year_is_followed_up_by_its_last_day(first: str, last: str, due: list[str]) -> None:
    assert [duty.due_on.isoformat() for duty in rules.duties(facts(first, last)) if duty.kind is Kind.FOLLOW_UP] == due


def test_an_open_promise_is_followed_up_each_year_until_its_review() -> None:
    found = rules.duties(facts("2023-05-01", None, Rhythm("BRÅ", "half_year"), review="2025-06-01"))
    assert [(duty.kind.value, duty.due_on.isoformat()) for duty in found] == [
        ("report", "2023-06-30"),
        ("follow_up", "2023-12-31"),
        ("report", "2023-12-31"),
        ("report", "2024-06-30"),
        ("follow_up", "2024-12-31"),
        ("report", "2024-12-31"),
        ("review", "2025-06-01"),
        ("report", "2025-06-30"),
        ("follow_up", "2025-12-31"),
    ]


@pytest.mark.parametrize(
    ("per", "keys", "names"),
    [
        ("month", ["2024-03", "2024-04", "2024-05"], ["mars 2024", "april 2024", "maj 2024"]),
        ("quarter", ["2024Q1", "2024Q2"], ["kvartal 1 2024", "kvartal 2 2024"]),
        ("tertial", ["2024T1", "2024T2"], ["tertial 1 2024", "tertial 2 2024"]),
        ("half_year", ["2024H1"], ["halvår 1 2024"]),
        ("year", ["2024"], ["2024"]),
        ("continuous", [], []),
    ],
)
def test_periods_are_named_as_people_name_them(per: str, keys: list[str], names: list[str]) -> None:
    found = periods(per, validity(D("2024-03-06"), D("2024-05-10")))
    assert [period.key for period in found] == keys
    assert [period.name for period in found] == names
    assert not found or (found[0].first, found[-1].last) == (D("2024-03-06"), D("2024-05-10"))


def test_a_report_is_due_so_many_days_after_its_period() -> None:
    found = [duty for duty in rules.duties(facts("2024-01-01", "2024-12-31", Rhythm("KSAU", "tertial", 20))) if duty.kind is Kind.REPORT]
    assert [(duty.title, duty.due_on.isoformat()) for duty in found] == [
        ("Lägesrapport för tertial 1 2024 till KSAU", "2024-05-20"),
        ("Lägesrapport för tertial 2 2024 till KSAU", "2024-09-20"),
        ("Lägesrapport för tertial 3 2024 till KSAU", "2025-01-20"),
    ]


def test_a_dated_activity_is_a_duty_of_its_own() -> None:
    activity = DatedActivity(uuid.uuid4(), "Trygghetsvandring", D("2024-05-17"))
    found = rules.duties(facts("2024-01-01", "2024-12-31", activities=(activity,)))
    assert (found[0].key, found[0].title, found[0].due_on) == (f"activity:{activity.id}", "Trygghetsvandring", D("2024-05-17"))


# ---------------------------------------------------------------- properties
@given(DAYS, DAYS)
def test_any_pair_of_dates_in_order_is_a_validity_and_no_other_is(first: dt.date, last: dt.date) -> None:
    if last < first:
        with pytest.raises(Refusal) as refused:
            validity(first, last)
        assert refused.value.code == "validity.reversed"
        assert first.isoformat() in refused.value.sentence
    else:
        held = validity(first, last)
        assert held.holds(first)
        assert held.holds(last)
        assert not held.holds(first - dt.timedelta(days=1))
        assert not held.holds(last + dt.timedelta(days=1))


@given(DAYS, DAYS)
def test_an_open_promise_needs_a_day_to_review_it(first: dt.date, review: dt.date) -> None:
    with pytest.raises(Refusal, match=r"validity\.open"):
        validity(first, None)
    if review < first:
        with pytest.raises(Refusal, match=r"validity\.review_early"):
            validity(first, None, review)
    else:
        held = validity(first, None, review)
        assert held.holds(review + dt.timedelta(days=1))
        assert held.known_until == review


@given(NEAR_DAYS, NEAR_DAYS)
def test_one_follow_up_for_each_calendar_year_due_on_the_first_of_its_end_and_the_promises(first: dt.date, last: dt.date) -> None:
    assume(first <= last)
    found = [duty for duty in rules.duties(facts(first.isoformat(), last.isoformat())) if duty.kind is Kind.FOLLOW_UP]
    assert [duty.due_on.year for duty in found] == years(Validity(first, last)) == list(range(first.year, last.year + 1))
    for duty in found:
        assert duty.due_on == min(dt.date(duty.due_on.year, 12, 31), last)
        assert first <= duty.due_on <= last
    assert len({duty.key for duty in found}) == len(found)


@given(NEAR_DAYS, st.integers(0, 1200), st.sampled_from(sorted(MONTHS_IN)))
def test_periods_cover_the_validity_without_a_gap_or_an_overlap(first: dt.date, length: int, per: str) -> None:
    last = first + dt.timedelta(days=length)
    found = periods(per, Validity(first, last))
    assert found[0].first == first
    assert found[-1].last == last
    for before, after in itertools.pairwise(found):
        assert after.first - before.last == dt.timedelta(days=1)
        assert after.first.day == 1
        assert (after.first.month - 1) % MONTHS_IN[per] == 0


@given(NEAR_DAYS, st.integers(0, 1200))
def test_the_same_facts_give_the_same_duties_with_keys_of_their_own(first: dt.date, length: int) -> None:
    these = Facts(
        uuid.uuid4(),
        "Björken",
        Validity(first, first + dt.timedelta(days=length)),
        (Rhythm("KSAU", "quarter"), Rhythm("KSAU", "half_year"), Rhythm("BRÅ", "quarter", 14), Rhythm("KS", "month")),
        (),
        (),
    )
    found = rules.duties(these)
    assert found == rules.duties(these)
    assert len({duty.key for duty in found}) == len(found)
    assert found == sorted(found, key=lambda duty: (duty.due_on, duty.key))


@given(NEAR_DAYS, st.integers(3, 23))
def test_an_hour_from_three_on_is_that_hour_in_sweden_every_day_of_the_year(day: dt.date, hour: int) -> None:
    local = swedish.local(instant(day, hour))
    assert (local.date(), local.hour, local.minute) == (day, hour, 0)


# ---------------------------------------------------------------- what is typed
@given(DAYS)
def test_a_day_typed_as_it_is_shown_is_understood(day: dt.date) -> None:
    assert parse_day(f" {day.isoformat()} ", "Dag") == day


@pytest.mark.parametrize(
    ("text", "code", "quoted"),
    [
        ("", "date.missing", "2024-12-31"),
        ("31/12 2024", "date.form", "31/12 2024"),
        ("2024-1-5", "date.form", "2024-1-5"),
        ("i morgon", "date.form", "i morgon"),
        ("2023-02-29", "date.impossible", "Februari 2023 har 28 dagar"),
        ("2024-04-31", "date.impossible", "April 2024 har 30 dagar"),
        ("2024-06-00", "date.impossible", "2024-06-00"),
        ("2024-13-01", "date.month", "2024-13-01"),
        ("0204-01-01", "date.far", "0204-01-01"),
        ("2924-01-01", "date.far", "2924-01-01"),
        ("²⁰²⁴-01-01", "date.form", "²⁰²⁴"),
    ],
)
def test_an_impossible_day_is_refused_with_a_sentence_that_quotes_it(text: str, code: str, quoted: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_day(text, "Första dagen", field="valid_from")
    assert (refused.value.code, refused.value.field) == (code, "valid_from")
    assert quoted in refused.value.sentence


@given(st.integers(1900, 2199), st.integers(1, 12), st.integers(0, 99))
def test_every_day_that_no_month_has_is_refused(year: int, month: int, day: int) -> None:
    assume(not 1 <= day <= calendar.monthrange(year, month)[1])
    with pytest.raises(Refusal, match=r"date\.impossible"):
        parse_day(f"{year}-{month:02}-{day:02}", "Dag")


@pytest.mark.parametrize(
    ("first", "last", "review", "code"),
    [
        ("2024-01-01", None, None, "validity.open"),
        ("2024-01-02", "2024-01-01", None, "validity.reversed"),
        ("2024-01-01", None, "2023-12-31", "validity.review_early"),
        ("2024-01-01", "2024-06-30", "2024-07-01", "validity.review_late"),
        ("1899-12-31", "2024-01-01", None, "date.far"),
        ("2024-01-01", "2200-01-01", None, "date.far"),
    ],
)
def test_impossible_validity_is_refused_with_a_sentence(first: str, last: str | None, review: str | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        validity(D(first), D(last) if last else None, D(review) if review else None)
    assert refused.value.code == code
    assert refused.value.field
    assert refused.value.sentence.endswith(".")
