"""What is to be done about a promise that ends: by the day, by how far the next text has come, and by what the leaders have said."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import periods
from trygghet.obligations import renewal
from trygghet.obligations.renewal import Ending, Making
from trygghet.periods import Validity

D = dt.date.fromisoformat
PROMISE, WORDING, HERE, POLICE = (uuid.uuid4() for _ in range(4))
HELD = Validity(D("2023-01-01"), D("2024-12-31"))
ENDING = Ending(PROMISE, D("2024-12-31"), ("LPO Skogen",))
NEW = Making(WORDING, uuid.uuid4(), PROMISE, False, False, None, None, frozenset({HERE}))  # noqa: FBT003 - neither an extension nor shared


def said(day: str, making: Making | None = None, *, we_declined: bool = False) -> renewal.Task:
    return renewal.task(replace(ENDING, making=making, we_declined=we_declined), D(day))


# ---------------------------------------------------------------- when
def test_the_steps_are_six_three_and_one_calendar_month_before() -> None:
    assert [step.on.isoformat() for step in renewal.steps(D("2024-12-31"))] == ["2024-06-30", "2024-09-30", "2024-11-30"]
    assert [step.on.isoformat() for step in renewal.steps(D("2025-08-31"))] == ["2025-02-28", "2025-05-31", "2025-07-31"]
    assert [step.on.isoformat() for step in renewal.steps(D("2024-08-31"))] == ["2024-02-29", "2024-05-31", "2024-07-31"]


@given(st.dates(D("1950-01-01"), D("2199-12-31")), st.integers(0, 400))
def test_the_steps_come_in_order_and_none_is_taken_back(last: dt.date, before: int) -> None:
    first, second, third = (step.on for step in renewal.steps(last))
    assert first < second < third < last
    today = last - dt.timedelta(days=before)
    assert renewal.reached(last, today) <= renewal.reached(last, today + dt.timedelta(days=1))
    assert (renewal.reached(last, today) > 0) == (today >= periods.months_before(last, 6))


# ---------------------------------------------------------------- what, with nothing begun
@pytest.mark.parametrize(
    ("day", "heading", "text"),
    [
        ("2024-06-29", "Löftet går ut", "Från 30 juni 2024 är det dags att börja på nästa löfte."),
        ("2024-06-30", "Löftet går ut utan efterföljare", "Ta fram lägesbilden och håll dialogen med invånarna."),
        ("2024-09-29", "Löftet går ut utan efterföljare", "Ta fram lägesbilden och håll dialogen med invånarna."),
        ("2024-09-30", "Löftet går ut utan efterföljare", "Inget nytt är påbörjat. Ett utkast skulle ha delats 30 september 2024."),
        (
            "2024-11-30",
            "Löftet går ut utan efterföljare",
            "Inget nytt är påbörjat. Sedan 30 november 2024 är det dags att skriva under. Den 1 januari säger",
        ),
        ("2024-12-31", "Löftet går ut utan efterföljare", "Inget nytt är påbörjat. Sedan 30 november 2024"),
        ("2025-01-01", "Löftet gick ut utan efterföljare", "Inget nytt är påbörjat. Den publika sidan säger att löftet har gått ut."),
    ],
)
def test_the_day_decides_what_is_to_be_done(day: str, heading: str, text: str) -> None:
    found = said(day)
    assert found.heading == heading
    assert found.text.startswith(text)
    assert (found.address, found.right) == (("", "") if day < "2024-06-30" else (f"/loften/ny?fran={PROMISE}", "write"))


# ---------------------------------------------------------------- what, once something is begun
@pytest.mark.parametrize(
    ("day", "making", "heading", "text"),
    [
        ("2024-07-15", NEW, "Löftet går ut, nästa löfte är påbörjat", "Utkastet är ert tills ni delar det. Det ska delas 30 september 2024."),
        ("2024-10-01", NEW, "Löftet går ut, nästa löfte är påbörjat", "Dela utkastet med LPO Skogen nu."),
        (
            "2024-10-01",
            replace(NEW, is_shared=True),
            "Löftet går ut, nästa löfte är delat",
            "Läs, kommentera och godkänn. Från 30 november 2024 är det dags att skriva under.",
        ),
        ("2024-12-01", replace(NEW, is_shared=True), "Löftet går ut, nästa löfte är delat", "Godkänn och skriv under senast 31 december 2024."),
        (
            "2025-01-10",
            replace(NEW, is_shared=True),
            "Löftet gick ut, nästa löfte är delat",
            "Godkänn och skriv under så snart ni är överens. Tills dess säger den publika sidan att löftet har gått ut.",
        ),
        ("2024-10-01", replace(NEW, extends=True), "Löftet går ut, förlängningen är påbörjad", "Dela utkastet med LPO Skogen nu."),
        ("2024-12-01", replace(NEW, extends=True, is_shared=True), "Löftet går ut, förlängningen är delad", "Godkänn och skriv under senast"),
    ],
)
def test_the_task_changes_by_itself_with_the_next_text(day: str, making: Making, heading: str, text: str) -> None:
    found = said(day, making)
    assert found.heading == heading
    assert found.text.startswith(text)
    assert (found.address, found.right) == (f"/lydelser/{WORDING}", "read")


def test_who_has_said_that_nothing_follows_waits_for_the_others() -> None:
    found = said("2024-12-01", we_declined=True)
    assert found == (
        "Löftet går ut, inget nytt är tänkt",
        "Ni har sagt att det inte blir något nytt löfte. LPO Skogen har inte sagt sitt.",
        "",
        "",
        "",
    )


@pytest.mark.parametrize(
    ("making", "day", "states"),
    [
        (None, "2024-06-01", ["", "", ""]),
        (None, "2024-07-01", ["now", "", ""]),
        (None, "2024-12-01", ["now", "", ""]),
        (NEW, "2024-07-01", ["done", "", ""]),
        (NEW, "2024-10-01", ["done", "now", ""]),
        (replace(NEW, is_shared=True), "2024-10-01", ["done", "done", ""]),
        (replace(NEW, is_shared=True), "2024-12-01", ["done", "done", "now"]),
    ],
)
def test_the_steps_show_what_is_done_and_what_is_due(making: Making | None, day: str, states: list[str]) -> None:
    assert [state for _, state in renewal.step_states(replace(ENDING, making=making), D(day), signed=False)] == states


# ---------------------------------------------------------------- which text it is
def test_the_text_that_follows_is_the_one_begun_as_a_successor_or_an_extension() -> None:
    extension = replace(NEW, wording_id=uuid.uuid4(), promise_id=PROMISE, follows_id=None, extends=True)
    other = replace(NEW, follows_id=uuid.uuid4())
    places = frozenset({HERE})
    assert renewal.making_of(PROMISE, HELD, places, [NEW]) is NEW
    assert renewal.making_of(PROMISE, HELD, places, [extension]) is extension
    assert renewal.making_of(PROMISE, HELD, places, [other]) is None
    assert renewal.making_of(PROMISE, HELD, places, [replace(extension, promise_id=uuid.uuid4())]) is None


@pytest.mark.parametrize(
    ("first", "last", "place", "follows"),
    [
        (None, None, HERE, True),
        ("2025-01-01", "2026-12-31", HERE, True),
        ("2024-07-01", "2025-06-30", HERE, True),
        ("2025-01-01", None, HERE, True),
        ("2024-06-01", "2024-08-31", HERE, False),  # a summer's promise in the middle
        ("2022-01-01", "2025-12-31", HERE, False),  # began before
        ("2025-01-01", "2026-12-31", POLICE, False),  # the police's next promise may be somebody else's
    ],
)
def test_one_begun_empty_follows_when_it_is_for_the_same_place_and_a_later_time(
    first: str | None, last: str | None, place: uuid.UUID, *, follows: bool
) -> None:
    text = replace(NEW, follows_id=None, first=D(first) if first else None, last=D(last) if last else None, places=frozenset({place}))
    assert (renewal.making_of(PROMISE, HELD, frozenset({HERE}), [text]) is text) is follows


def test_of_two_texts_the_shared_one_is_meant() -> None:
    shared = replace(NEW, wording_id=uuid.uuid4(), follows_id=None, is_shared=True)
    assert renewal.making_of(PROMISE, HELD, frozenset({HERE}), [NEW, shared]) is shared


@pytest.mark.parametrize(
    ("typed", "day"), [("2025-01-01", D("2025-01-01")), (" 2025-01-01 ", D("2025-01-01")), ("2025-1", None), ("", None), (None, None)]
)
def test_a_half_written_day_is_no_day(typed: str | None, day: dt.date | None) -> None:
    assert renewal.typed_day(typed) == day
    assert renewal.typed_ids([str(HERE), "", "kommunen"]) == {HERE}
