"""When a report through the year is due: by the period's end, or so many days before the receiver meets."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet.obligations import rhythms
from trygghet.obligations.rhythms import Meeting, Rhythm
from trygghet.periods import validity
from trygghet.reports import meetings
from trygghet.reports.meetings import Change
from trygghet.swedish import Refusal

HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)
D = dt.date.fromisoformat


def held(first: str = "2024-01-01", last: str = "2024-12-31") -> rhythms.Validity:
    return validity(D(first), D(last))


def sits(*days: str, body: str = "KSAU", organisation: uuid.UUID = HERE) -> list[Meeting]:
    return [Meeting(uuid.uuid5(organisation, f"{body} {day}"), organisation, body, D(day)) for day in days]


def due(rhythm: Rhythm, dates: list[Meeting], first: str = "2024-01-01", last: str = "2024-12-31") -> list[str]:
    return [one.due_on.isoformat() for one in rhythms.reports(held(first, last), [rhythm], dates)]


# what the rhythm says, when the body meets, and on which days its reports are due
TABLE = [
    ("no meeting known: the period's end", Rhythm("KSAU", "half_year", 10, days_before=14), [], ["2024-07-10", "2025-01-10"]),
    ("a meeting known, and the rhythm does not follow it", Rhythm("KSAU", "half_year", 10), ["2024-08-27"], ["2024-07-10", "2025-01-10"]),
    ("so many days before the first meeting after the end", Rhythm("KSAU", "half_year", 0, days_before=14), ["2024-08-27", "2024-09-24", "2025-01-21"], ["2024-08-13", "2025-01-07"]),
    ("on the meeting's own day", Rhythm("KSAU", "half_year", 0, days_before=0), ["2024-07-02", "2025-01-21"], ["2024-07-02", "2025-01-21"]),
    ("a meeting on the period's last day is before its end", Rhythm("KSAU", "half_year", 0, days_before=0), ["2024-06-30", "2024-08-01"], ["2024-08-01", "2024-12-31"]),
    ("due on the period's last day is soon enough", Rhythm("KSAU", "half_year", 0, days_before=14), ["2024-07-14"], ["2024-06-30", "2024-12-31"]),
    ("a meeting that the report cannot be in for is passed over", Rhythm("KSAU", "half_year", 0, days_before=14), ["2024-07-13", "2024-08-27"], ["2024-08-13", "2024-12-31"]),
    ("a meeting too far away is another's", Rhythm("KSAU", "half_year", 5, days_before=14), ["2025-01-21"], ["2024-07-05", "2025-01-07"]),
    ("a meeting for the next quarter's report is not this one's", Rhythm("KSAU", "quarter", 0, days_before=14), ["2024-10-22"], ["2024-03-31", "2024-06-30", "2024-10-08", "2024-12-31"]),
    ("another body's dates move nothing", Rhythm("BRÅ", "half_year", 0, days_before=14), ["2024-08-27"], ["2024-06-30", "2024-12-31"]),
    ("one for each meeting, and the first after the last day", Rhythm("KSAU", "meeting", 0, days_before=14), ["2024-03-19", "2024-09-24", "2025-01-21", "2025-02-18"], ["2024-03-05", "2024-09-10", "2025-01-07"]),
    ("a meeting that would be due before the promise begins is none of its", Rhythm("KSAU", "meeting", 0, days_before=14), ["2024-01-09", "2024-03-19"], ["2024-03-05"]),
    ("for each meeting, and none is known", Rhythm("KSAU", "meeting"), [], []),
    ("all the time, on no day", Rhythm("KSAU", "continuous", days_before=14), ["2024-08-27"], []),
    ("nothing that was due before it was added", Rhythm("KSAU", "half_year", since=D("2024-07-01")), [], ["2024-12-31"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rhythm", "dates", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_a_report_is_due(name: str, rhythm: Rhythm, dates: list[str], wanted: list[str]) -> None:
    assert due(rhythm, sits(*dates)) == wanted


def test_capitals_and_spaces_make_no_other_body() -> None:
    assert due(Rhythm("ksau ", "half_year", days_before=7), sits("2024-08-27", body="KSAU"))[0] == "2024-08-20"


def test_of_two_bodies_with_one_name_the_rhythm_says_which() -> None:
    dates = [*sits("2024-08-27"), *sits("2024-09-03", organisation=THERE)]
    both = [Rhythm("KSAU", "half_year", days_before=0, organisation_id=one) for one in (HERE, THERE)]
    found = rhythms.reports(held(), both, dates)
    assert [one.due_on.isoformat() for one in found if one.period.key == "2024H1"] == ["2024-08-27", "2024-09-03"]
    assert len({one.key for one in found}) == len(found)


def test_the_periods_of_reports_to_each_meeting_follow_each_other_and_end_with_the_promise() -> None:
    found = rhythms.reports(held(), [Rhythm("KSAU", "meeting", days_before=10)], sits("2024-03-19", "2024-09-24", "2025-01-21"))
    assert [(one.period.first.isoformat(), one.period.last.isoformat()) for one in found] == [
        ("2024-01-01", "2024-03-09"),
        ("2024-03-10", "2024-09-14"),
        ("2024-09-15", "2024-12-31"),
    ]


def test_why_says_the_sum_and_the_meeting_that_was_too_soon() -> None:
    one = rhythms.reports(held(), [Rhythm("KSAU", "half_year", days_before=14)], sits("2024-07-09", "2024-08-27"))[0]
    assert one.why == (
        "Rapporten gäller 1 januari 2024 till och med 30 juni 2024. Till sammanträdet 9 juli hinner den inte bli klar. KSAU sammanträder sedan "
        "27 augusti 2024. Rapporten ska vara inne 14 dagar före: 27 augusti 2024 minus 14 dagar är 13 augusti 2024."
    )


@given(
    st.sampled_from(["month", "quarter", "tertial", "half_year", "year", "meeting"]),
    st.integers(0, 60),
    st.lists(st.dates(D("2023-06-01"), D("2026-12-31")), unique=True, max_size=30),
)
def test_whatever_the_dates_no_report_is_due_before_its_period_has_ended_and_each_has_a_key_of_its_own(
    per: str, before: int, days: list[dt.date]
) -> None:
    found = rhythms.reports(held(), [Rhythm("KSAU", per, days_before=before)], sits(*(day.isoformat() for day in days)))
    assert all(one.due_on >= one.period.last for one in found)
    assert len({one.key for one in found}) == len(found)


def test_a_date_that_moves_moves_its_reports_and_no_others() -> None:
    before, after = sits("2024-08-27", "2024-10-22", "2025-01-21"), sits("2024-08-27", "2024-11-05", "2025-01-21")
    quarters = [Rhythm("KSAU", "quarter", days_before=14)]
    found = rhythms.moved(rhythms.reports(held(), quarters, before), rhythms.reports(held(), quarters, after))
    assert [(one.title, one.was, one.becomes) for one in found] == [("Lägesrapport för kvartal 3 2024 till KSAU", D("2024-10-08"), D("2024-10-22"))]


# ---------------------------------------------------------------- dates as people paste them
@pytest.mark.parametrize(
    "line",
    [
        "2024-11-12", "20241112", "2024.11.12", "12 november 2024", "tisdag 12 november 2024", "Tisdagen den 12 november 2024", "12 nov 2024", "12 nov. 2024",
        "12/11 2024", "12/11-2024", "12.11.2024", "- 12 november 2024", "12 november 2024, kl. 08.15", "2024-11-12 13:00-15:30", "tis 12 nov 2024",
        "12:e november 2024",
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written_in_calls_to_meetings(line: str) -> None:
    assert meetings.read_days(line) == [D("2024-11-12")]


def test_pasted_days_are_sorted_and_each_stands_once() -> None:
    assert meetings.read_days("2024-11-12\n\n  2024-10-22 \n12 november 2024") == [D("2024-10-22"), D("2024-11-12")]


@pytest.mark.parametrize("line", ["12 november", "31 november 2024", "2024-13-01", "nästa tisdag", "12 nowember 2024", "0012-11-12"])
def test_a_line_that_is_no_day_is_quoted_with_its_number(line: str) -> None:
    with pytest.raises(Refusal) as refused:
        meetings.read_days(f"2024-10-22\n{line}")
    assert f"rad 2 ”{line}”" in refused.value.sentence


def test_a_known_body_keeps_its_name_and_its_days_are_not_added_again() -> None:
    own = sits("2024-10-22")
    kept = meetings.changed(own, HERE, Change("ksau", (D("2024-10-22"), D("2024-11-12"))))
    assert [(one.body, one.held_on) for one in kept.new] == [("KSAU", D("2024-11-12"))]
    with pytest.raises(Refusal, match=r"meeting\.known"):
        meetings.changed(own, HERE, Change("KSAU", (D("2024-10-22"),)))
    with pytest.raises(Refusal, match=r"meeting\.taken"):
        meetings.changed([*own, *kept.new], HERE, Change(meeting_id=own[0].id, to=D("2024-11-12")))
