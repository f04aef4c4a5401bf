"""Which night, when it goes and when it must be back, what proves it and what is red."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from trygghet import swedish
from trygghet.canary import rules
from trygghet.canary.rules import Night, Proof, State

DAY = dt.date(2024, 10, 2)
MORNING = rules.back_by(DAY)
SECRET = "x" * 40
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""By the wall: long enough for any letter to have come."""
SENT = rules.goes_at(DAY)
WELL = Night(DAY, SENT, SENT, SENT, LONG_AGO)
A_MINUTE_ON = LONG_AGO + dt.timedelta(minutes=1)


def test_the_night_to_come_is_the_one_whose_two_o_clock_is_ahead() -> None:
    assert rules.night_to_come(SENT - dt.timedelta(seconds=1)) == DAY
    assert rules.night_to_come(SENT) == DAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "goes", "back"),
    [
        ("2025-03-30", "2025-03-30T01:00+00:00", "2025-03-30T05:00+00:00"),  # 02.00 does not exist: it goes at 03.00
        ("2025-10-26", "2025-10-26T00:00+00:00", "2025-10-26T06:00+00:00"),  # 02.00 comes twice: it goes the first time
        ("2024-10-02", "2024-10-02T00:00+00:00", "2024-10-02T05:00+00:00"),
        ("2025-01-15", "2025-01-15T01:00+00:00", "2025-01-15T06:00+00:00"),
    ],
)
def test_both_hours_are_swedish_also_when_the_clocks_change(day: str, goes: str, back: str) -> None:
    night = dt.date.fromisoformat(day)
    assert rules.goes_at(night) == dt.datetime.fromisoformat(goes)
    assert rules.back_by(night) == dt.datetime.fromisoformat(back)
    assert swedish.local(rules.back_by(night)).hour == 7


@pytest.mark.parametrize("change", [dt.date(2025, 3, 30), dt.date(2025, 10, 26)])
def test_every_night_around_a_change_of_the_clocks_is_planned_once(change: dt.date) -> None:
    first = rules.goes_at(change - dt.timedelta(days=1))
    planned = [rules.night_to_come(first + dt.timedelta(minutes=10 * step)) for step in range(6 * 24 * 3)]
    assert list(dict.fromkeys(planned)) == [change + dt.timedelta(days=ahead) for ahead in range(4)][: len(set(planned))]


def test_a_proof_that_is_back_is_well_and_before_the_morning_nothing_is_said() -> None:
    assert rules.standing([WELL], MORNING, A_MINUTE_ON, comes_back=True).state is State.WELL
    waiting = rules.standing([Night(DAY)], MORNING - dt.timedelta(seconds=1), LONG_AGO, comes_back=True)
    assert (waiting.state, waiting.trouble) == (State.UNTRIED, "")


@pytest.mark.parametrize(
    ("lacks", "lacking"),
    [({"returned_at": None}, (Proof.LETTER,)), ({"read_at": None}, (Proof.PAGE,)), ({"returned_at": None, "read_at": None}, tuple(Proof))],
)
def test_what_is_not_back_at_seven_is_red_and_named(lacks: dict[str, None], lacking: tuple[Proof, ...]) -> None:
    found = rules.standing([replace(WELL, **lacks)], MORNING, A_MINUTE_ON, comes_back=True)
    assert (found.state, found.lacking) == (State.RED, lacking)
    assert all(rules.WORDS[one] in found.trouble for one in lacking)
    assert "2 oktober 2024" in found.trouble


def test_the_reason_is_for_whoever_mends_it() -> None:
    found = rules.standing([Night(DAY, why="Mejlservern svarade nej.")], MORNING, LONG_AGO, comes_back=True)
    assert "svarade nej" not in found.trouble
    assert found.trouble_with_reason == f"{found.trouble} Mejlservern svarade nej."
    assert rules.standing([WELL], MORNING, LONG_AGO, comes_back=True).trouble_with_reason == ""


def test_a_proof_that_comes_late_makes_it_well_again() -> None:
    late = replace(WELL, returned_at=MORNING + dt.timedelta(hours=2))
    found = rules.standing([late], MORNING + dt.timedelta(hours=3), A_MINUTE_ON, comes_back=True)
    assert (found.state, found.last_proof_at) == (State.WELL, late.returned_at)


def test_without_mail_that_comes_in_the_servers_receipt_is_the_proof_and_that_is_said() -> None:
    taken = replace(WELL, returned_at=None)
    found = rules.standing([taken], MORNING, A_MINUTE_ON, comes_back=False)
    assert found.state is State.WELL
    assert "bara mejlserverns kvitto" in found.found
    assert "kvitto" not in rules.standing([WELL], MORNING, A_MINUTE_ON, comes_back=True).found
    assert rules.standing([replace(taken, taken_at=None)], MORNING, A_MINUTE_ON, comes_back=False).state is State.RED


def test_nights_that_nobody_was_there_to_plan_say_nothing() -> None:
    """The example's clock leaps over a month: the last night that was planned is the one that counts."""
    assert rules.standing([WELL], MORNING + dt.timedelta(days=30), A_MINUTE_ON, comes_back=True).state is State.WELL
    ahead = Night(DAY + dt.timedelta(days=31))
    assert rules.standing([ahead, WELL], MORNING + dt.timedelta(days=30), A_MINUTE_ON, comes_back=True).state is State.WELL


def test_a_timetable_that_has_stopped_is_red_the_first_morning_and_stays_so() -> None:
    """It had planned the night to come before it stopped."""
    nights = [Night(DAY), replace(WELL, night=DAY - dt.timedelta(days=1))]
    for days in (0, 1, 9):
        assert rules.standing(nights, MORNING + dt.timedelta(days=days), A_MINUTE_ON, comes_back=True).state is State.RED


def test_a_letter_that_left_this_minute_is_given_time_also_when_the_clock_has_leapt() -> None:
    under_way = replace(WELL, returned_at=None)
    leapt = MORNING + dt.timedelta(days=30)
    assert rules.standing([under_way], leapt, LONG_AGO + dt.timedelta(seconds=59), comes_back=True).state is State.UNTRIED
    assert rules.standing([under_way], leapt, A_MINUTE_ON, comes_back=True).state is State.RED
    refused = replace(under_way, taken_at=None)
    assert rules.standing([refused], leapt, LONG_AGO, comes_back=True).state is State.RED, "what was refused is not on its way"


@pytest.mark.parametrize(
    ("given", "begins", "ends"), [("", "kanarie+20241002", "@example.org"), ("Prov@kommunen.example", "prov+20241002", "@kommunen.example")]
)
def test_each_night_has_an_address_of_its_own(given: str, begins: str, ends: str) -> None:
    made = rules.address(DAY, SECRET, given, "example.org")
    assert made.startswith(begins)
    assert made.endswith(ends)
    assert made != rules.address(DAY + dt.timedelta(days=1), SECRET, given, "example.org")
    assert len(made.partition("@")[0]) <= 64, "RFC 5321, 4.5.3.1.1"


def test_only_an_address_that_we_sealed_at_our_own_domain_is_ours() -> None:
    made = rules.address(DAY, SECRET, "", "example.org")
    assert rules.is_ours(made, SECRET, "example.org")
    assert rules.is_ours(made.upper(), SECRET, "example.org"), "servers may change the case"
    token = made.partition("+")[2].partition("@")[0]
    for other in (
        made.replace("20241002", "20241003"),
        f"studs+{token}@example.org",
        f"kanarie+{token}@annan.example.org",
        "kanarie@example.org",
        "kanarie+20241399aa@example.org",
        "kanarie+20241002å@example.org",
    ):
        assert not rules.is_ours(other, SECRET, "example.org"), other
    assert not rules.is_ours(made, "another key", "example.org")


def test_a_copy_that_may_not_speak_is_not_judged() -> None:
    assert rules.standing([Night(DAY)], MORNING, A_MINUTE_ON, comes_back=True).state is State.RED
    assert rules.standing([Night(DAY)], MORNING, A_MINUTE_ON, comes_back=True, may_speak=False).state is State.UNTRIED
