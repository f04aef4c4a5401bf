"""When a promise is quiet, from its facts alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from trygghet.periods import Validity
from trygghet.silence import rules
from trygghet.silence.rules import Acted, Heard, Kind, Level

D = dt.date.fromisoformat
TODAY = D("2024-10-01")
HEARD = Heard("signed", Validity(D("2023-01-01"), D("2024-12-31")), 30, 60, D("2024-09-19"), D("2024-09-19"), counts=True)


def _levels(**changes: Any) -> dict[Kind, Level]:
    return {one.kind: one.level for one in rules.listen(replace(HEARD, **changes), TODAY)}


@pytest.mark.parametrize(
    ("changes", "told", "counted"),
    [
        ({}, Level.FRESH, Level.FRESH),
        ({"told_on": D("2024-09-01")}, Level.SOON, Level.FRESH),  # the last day that is within the rhythm
        ({"told_on": D("2024-08-31")}, Level.QUIET, Level.FRESH),
        ({"told_on": D("2024-09-08")}, Level.SOON, Level.FRESH),  # the last quarter of a short rhythm
        ({"told_on": D("2024-09-09")}, Level.FRESH, Level.FRESH),
        ({"counted_on": D("2024-08-02")}, Level.FRESH, Level.SOON),
        ({"counted_on": D("2024-08-01")}, Level.FRESH, Level.QUIET),
        ({"told_on": None}, Level.QUIET, Level.FRESH),  # counted from the promise's first day
        ({"counted_on": None}, Level.FRESH, Level.QUIET),
        ({"told_on": None, "signed_on": D("2024-09-20")}, Level.FRESH, Level.FRESH),  # nobody could have told anything before
        ({"tell_every_days": None, "told_on": D("2024-07-01")}, Level.SOON, Level.FRESH),  # 92 days, where none is agreed
        ({"tell_every_days": None, "told_on": D("2024-06-30")}, Level.QUIET, Level.FRESH),
        ({"count_every_days": 365, "counted_on": D("2023-10-02")}, Level.FRESH, Level.SOON),  # two weeks at most, of a long one
        ({"told_on": D("2024-10-05")}, Level.FRESH, Level.FRESH),  # a clock that was moved back
    ],
)
def test_a_promise_is_quiet_when_longer_has_passed_than_was_agreed(changes: dict[str, Any], told: Level, counted: Level) -> None:
    assert _levels(**changes) == {Kind.TOLD: told, Kind.COUNTED: counted}


@pytest.mark.parametrize(
    "changes",
    [
        {"validity": Validity(D("2024-10-02"), D("2026-12-31"))},
        {"validity": Validity(D("2022-01-01"), D("2024-09-30"))},
        {"stage": "replaced"},
        {"stage": "ended_early", "validity": Validity(D("2022-01-01"), D("2024-09-30"))},
        {"signed_on": D("2024-10-02")},
    ],
)
def test_nobody_waits_to_hear_of_what_has_not_begun_or_is_over(changes: dict[str, Any]) -> None:
    assert _levels(**{"told_on": None, "counted_on": None, **changes}) == {}


def test_where_nothing_remains_to_be_counted_no_outcome_is_missed() -> None:
    assert _levels(counts=False, counted_on=None) == {Kind.TOLD: Level.FRESH}


def test_a_promise_that_ends_early_is_listened_to_until_its_last_day() -> None:
    assert _levels(stage="ended_early", told_on=D("2024-06-01"))[Kind.TOLD] is Level.QUIET


def test_an_extension_goes_on_in_the_rhythm_from_what_was_last_heard() -> None:
    over = replace(HEARD, validity=Validity(D("2023-01-01"), D("2024-09-30")), told_on=D("2024-08-15"))
    assert rules.listen(over, TODAY) == []
    extended = replace(over, validity=Validity(D("2023-01-01"), D("2025-12-31")))
    assert [(one.kind, one.days) for one in rules.quiet(extended, TODAY)] == [(Kind.TOLD, 47)]


def test_what_is_longest_past_its_rhythm_stands_first() -> None:
    found = rules.quiet(replace(HEARD, told_on=D("2024-07-18"), counted_on=None), TODAY)
    assert [(one.kind, one.limit_on) for one in found] == [(Kind.COUNTED, D("2023-03-02")), (Kind.TOLD, D("2024-08-17"))]


@pytest.mark.parametrize(
    ("changes", "chip", "heading", "text"),
    [
        (
            {"told_on": D("2024-07-18")},
            "Tyst 75 dagar",
            "Invånarna har inget hört sedan 18 juli 2024",
            "Ni har kommit överens om att berätta minst en gång i månaden. Det skulle ha varit senast 17 augusti 2024.",
        ),
        (
            {"told_on": D("2024-09-05")},
            "Dags snart",
            "Invånarna har inget hört sedan 5 september 2024",
            "Ni har kommit överens om att berätta minst en gång i månaden. Nästa senast 5 oktober 2024.",
        ),
        (
            {"told_on": None, "tell_every_days": None, "signed_on": D("2024-09-20")},
            "I takt",
            "Invånarna har inget hört sedan löftet började gälla 20 september 2024",
            "Ingen rytm är avtalad; vi räknar med en gång i kvartalet. Första gången senast 21 december 2024.",
        ),
    ],
)
def test_how_it_stands_is_said_in_words(changes: dict[str, Any], chip: str, heading: str, text: str) -> None:
    told = rules.listen(replace(HEARD, **changes), TODAY)[0]
    assert (told.chip.text, told.heading, told.text) == (chip, heading, text)


def test_missing_outcomes_have_words_of_their_own() -> None:
    heard = replace(HEARD, counted_on=D("2024-05-01"), count_every_days=42)
    [counted] = rules.quiet(heard, TODAY)
    assert counted.heading == "Inga utfall registrerade sedan 1 maj 2024"
    assert counted.text == "Ni har kommit överens om att registrera utfall minst var 42:a dag. Det skulle ha varit senast 12 juni 2024."
    [never] = rules.quiet(replace(heard, counted_on=None), TODAY)
    assert never.heading == "Inga utfall registrerade sedan löftet började gälla 1 januari 2023"


# ---------------------------------------------------------------- who does nothing
def test_who_never_did_anything_stands_first_then_who_has_done_nothing_for_longest() -> None:
    begun = D("2023-01-01")
    found = [
        Acted("Fritidsledare", D("2024-03-03"), begun),
        Acted("Samordnare", D("2024-09-30"), begun),
        Acted("Fältsekreterare", None, begun),
        Acted("Ny", None, D("2024-07-15")),
        Acted("Kommunpolis", D("2024-01-10"), begun),
    ]
    assert [one.name for one in rules.idle(found, TODAY)] == ["Fältsekreterare", "Kommunpolis", "Fritidsledare"]
    assert [one.words for one in rules.idle(found, TODAY)] == [
        "inget gjort än, sedan 1 januari 2023",
        "inget gjort sedan 10 januari 2024",
        "inget gjort sedan 3 mars 2024",
    ]


@pytest.mark.parametrize(("since", "idle"), [("2024-07-01", False), ("2024-06-30", True)])
def test_a_quarter_may_pass_before_anybody_is_listed(since: str, *, idle: bool) -> None:
    assert bool(rules.idle([Acted("Rapportör", None, D(since))], TODAY)) is idle


def test_what_was_done_before_the_promise_began_is_not_counted_against_its_beginning() -> None:
    assert rules.idle([Acted("Samordnare", D("2023-12-01"), D("2024-09-01"))], TODAY) == []
