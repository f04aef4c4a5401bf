"""Which rooms a validity gives, when they open, and by which days their steps are done."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import workdays
from trygghet.followups import rules
from trygghet.followups.rules import Assessment, Room, Side, Subject, Verdict
from trygghet.obligations.rules import Facts, Kind, duties
from trygghet.periods import Validity
from trygghet.swedish import Refusal, short_date

DAY = dt.date.fromisoformat
BJORKEN, SKOGEN = uuid.UUID(int=1), uuid.UUID(int=2)
SIDES = (Side(BJORKEN, "Björkens kommun", "Björken", "bjorken", "municipality"), Side(SKOGEN, "LPO Skogen", "Skogen", "lpo-skogen", "police"))


def rooms(first: str, last: str | None, review: str | None = None) -> list[Room]:
    """The rooms that a promise with these days gets."""
    held = Validity(DAY(first), DAY(last) if last else None, DAY(review) if review else None)
    found = duties(Facts(uuid.UUID(int=3), "Björken", held, (), (), (BJORKEN, SKOGEN)))
    return [
        Room(uuid.uuid4(), uuid.UUID(int=3), "Löftet", "Björken", one.period_from, one.period_until, one.due_on, SIDES, ())
        for one in found
        if one.kind is Kind.FOLLOW_UP and one.period_from and one.period_until
    ]


def days(room: Room) -> list[str]:
    """Opens, own assessment, comparison, text, keys, publication."""
    return [room.opens_on.isoformat()[5:], *(step.due_on.isoformat()[5:] for step in rules.steps(room, "own"))]


@pytest.mark.parametrize(
    ("validity", "wanted"),
    [
        pytest.param(
            ("2023-01-01", "2024-12-31"),
            {
                "1 jan 2023": ["10-01", "11-30", "12-07", "12-14", "12-21", "12-31"],
                "1 jan 2024": ["10-01", "11-28", "12-05", "12-12", "12-19", "12-31"],
            },
            id="two whole years",
        ),
        pytest.param(
            ("2023-03-06", "2025-12-31"),
            {
                "6 mar 2023": ["10-01", "11-30", "12-07", "12-14", "12-21", "12-31"],
                "1 jan 2024": ["10-01", "11-28", "12-05", "12-12", "12-19", "12-31"],
                "1 jan 2025": ["10-01", "11-28", "12-05", "12-12", "12-19", "12-31"],
            },
            id="a partial first year",
        ),
        pytest.param(
            ("2024-12-31", "2025-12-31"),
            {"31 dec 2024": ["12-31"] * 6, "1 jan 2025": ["10-01", "11-28", "12-05", "12-12", "12-19", "12-31"]},
            id="begins on 31 December",
        ),
        pytest.param(("2024-05-15", "2024-05-15"), {"15 maj 2024": ["05-15"] * 6}, id="one day"),
        pytest.param(
            ("2024-02-01", "2024-04-30"),
            {"1 feb 2024": ["02-01", "04-02", "04-09", "04-16", "04-23", "04-30"]},
            id="three months: 90 days before the end is before it began",
        ),
        pytest.param(
            ("2019-01-01", "2020-04-30"),
            {
                "1 jan 2019": ["10-01", "11-28", "12-05", "12-12", "12-19", "12-31"],
                "1 jan 2020": ["01-31", "03-31", "04-07", "04-16", "04-23", "04-30"],
            },
            id="ends in spring, over Easter",
        ),
        pytest.param(
            ("2024-07-01", None, "2025-06-30"),
            {
                "1 jul 2024": ["10-01", "11-28", "12-05", "12-12", "12-19", "12-31"],
                "1 jan 2025": ["10-01", "11-28", "12-05", "12-12", "12-19", "12-31"],
            },
            id="open end: followed up every year that is planned for",
        ),
        pytest.param(("2024-01-01", "2024-07-05"), {"1 jan 2024": ["04-06", "06-05", "06-13", "06-20", "06-28", "07-05"]}, id="over midsummer"),
    ],
)
def test_every_calendar_year_that_a_promise_touches_has_a_room_with_its_days(
    validity: tuple[str, str | None, str | None], wanted: dict[str, list[str]]
) -> None:
    assert {short_date(room.first): days(room) for room in rooms(*validity)} == wanted


def test_an_extension_in_mid_year_moves_the_rooms_last_day_and_with_it_every_step() -> None:
    (before,) = rooms("2024-01-01", "2024-06-30")
    after = rooms("2024-01-01", "2025-12-31")
    assert (before.due_on, before.opens_on) == (DAY("2024-06-30"), DAY("2024-04-01"))
    assert [(one.due_on, one.opens_on) for one in after] == [(DAY(f"{year}-12-31"), DAY(f"{year}-10-01")) for year in (2024, 2025)]


@given(first=st.dates(dt.date(2015, 1, 1), dt.date(2040, 1, 1)), length=st.integers(0, 1500))
def test_steps_come_in_order_on_working_days_between_the_opening_and_the_last_day(first: dt.date, length: int) -> None:
    for room in rooms(first.isoformat(), (first + dt.timedelta(length)).isoformat()):
        found = [step.due_on for step in rules.steps(room, "own")]
        assert found == sorted(found)
        assert all(room.opens_on <= day <= room.due_on for day in found)
        assert all(workdays.is_workday(day) for day in found[:-1] if day != room.opens_on)
        assert room.first <= room.opens_on <= room.due_on
        assert rules.why_these_days(room)


@given(day=st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), count=st.integers(0, 60))
def test_counting_back_passes_exactly_that_many_working_days(day: dt.date, count: int) -> None:
    found = workdays.before(day, count)
    assert workdays.between(found, day - dt.timedelta(1)) == count
    assert not count or workdays.is_workday(found)


@pytest.mark.parametrize(
    "day", ["2024-12-24", "2024-12-31", "2024-06-21", "2024-12-25", "2024-06-06", "2024-05-09", "2024-03-29", "2024-12-28", "2024-12-29"]
)
def test_eves_holidays_and_weekends_are_no_working_days(day: str) -> None:
    assert not workdays.is_workday(DAY(day))


@pytest.mark.parametrize("day", ["2024-12-23", "2024-12-30", "2024-06-20", "2024-05-10", "2024-04-30", "2024-10-31"])
def test_squeezed_days_are_working_days(day: str) -> None:
    assert workdays.is_workday(DAY(day))


def test_the_sum_behind_the_days_is_told_with_the_holidays_in_it() -> None:
    room = rooms("2023-01-01", "2024-12-31")[1]
    assert rules.why_these_days(room) == (
        "Löftet följs upp före årets utgång, alltså senast 31 december 2024. Räknat bakåt i arbetsdagar: fem till nycklarna (19 december), tio till "
        "texten (12 december), 15 till jämförelsen (5 december) och 20 till egen bedömning (28 november). Lördagar, söndagar och julafton, juldagen, "
        "annandag jul och nyårsafton räknas inte."
    )


def test_who_hands_in_has_said_how_everything_went_and_why_not_all_was_done() -> None:
    wanted = [Subject(f"goal:{number}", "goal", uuid.uuid4(), "Mål") for number in range(3)]
    found = {"goal:0": Assessment(Verdict.ACHIEVED, ""), "goal:1": Assessment(Verdict.PARTLY, " ")}
    assert [(one.code, one.field) for one in rules.missing(found, wanted)] == [
        ("followup.no_reason", "skal-goal:1"),
        ("followup.no_verdict", "bedomning-goal:2"),
    ]
    assert not rules.missing({one.key: Assessment(Verdict.NOT_ASSESSED, "") for one in wanted}, wanted)


@pytest.mark.parametrize(("first", "is_short"), [("2023-07-01", True), ("2023-06-30", False), ("2023-12-31", True)])
def test_only_half_a_first_year_may_be_followed_up_with_the_next(first: str, *, is_short: bool) -> None:
    room = rooms(first, "2024-12-31")[0]
    if is_short:
        rules.may_merge(room, is_first=True, is_last=False, begun=False)
    with pytest.raises(Refusal, match=r"followup\.merge_short" if not is_short else r"followup\.merge_begun"):
        rules.may_merge(room, is_first=True, is_last=False, begun=True)
    with pytest.raises(Refusal, match=r"followup\.merge_short"):
        rules.may_merge(room, is_first=True, is_last=True, begun=False)
