"""What residents are told of an end, by the day they read it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.site.test_rules import published
from trygghet.site import ends

D = dt.date.fromisoformat
OLD = published()
EARLY: dict[str, Any] = {
    "ended_early": True,
    "changes": [
        {"number": 2, "kind": "early_end", "reason": "Kommunen och polisen gör om arbetet.", "signed_on": "2024-07-01", "valid_until": "2024-08-14"}
    ],
}


def test_while_it_holds_and_nothing_is_missing_nothing_is_said() -> None:
    for others in ([], [published("2025-01-01", "2026-12-31")], [published("2024-06-01", "2025-12-31")]):
        assert ends.end(OLD, [OLD, *others], D("2024-12-31")) is None


def test_without_a_next_promise_the_page_says_so_from_the_day_after() -> None:
    assert ends.end(OLD, [OLD], D("2025-01-01")) == ("Löftet gick ut 31 december 2024.", "Något nytt löfte är inte undertecknat.", None)


@pytest.mark.parametrize(
    ("first", "today", "text"),
    [
        ("2025-01-01", "2025-02-01", "Nästa löfte gäller från och med 1 januari 2025."),
        ("2024-10-01", "2025-02-01", "Nästa löfte gäller från och med 1 oktober 2024."),
        ("2025-01-02", "2025-02-01", "Den 1 januari 2025 gällde inget löfte. Nästa löfte gäller från och med 2 januari 2025."),
        (
            "2025-03-01",
            "2025-02-01",
            "Från 1 januari till och med 28 februari 2025, 59 dagar, gäller inget löfte. Nästa löfte börjar gälla 1 mars 2025.",
        ),
        (
            "2026-03-01",
            "2026-04-01",
            "Från 1 januari 2025 till och med 28 februari 2026, 424 dagar, gällde inget löfte. Nästa löfte gäller från och med 1 mars 2026.",
        ),
    ],
)
def test_between_two_promises_the_days_that_none_covers_are_told(first: str, today: str, text: str) -> None:
    new = published(first, "2026-12-31")
    assert ends.end(OLD, [new, OLD], D(today)) == ("Löftet gick ut 31 december 2024.", text, new)


def test_any_promise_of_the_municipality_covers_its_days() -> None:
    new, other = published("2025-03-01", "2025-12-31"), published("2024-06-01", "2025-02-14")
    found = ends.end(OLD, [OLD, new, other], D("2025-02-20"))
    assert found is not None
    assert found.text == "Nästa löfte gäller från och med 1 juni 2024."
    later = ends.end(other, [OLD, new, other], D("2025-02-20"))
    assert later is not None
    assert later.text == "Från 15 februari till och med 28 februari 2025, 14 dagar, gäller inget löfte. Nästa löfte börjar gälla 1 mars 2025."


def test_another_promise_that_began_earlier_still_holds() -> None:
    other = published("2022-01-01", "2025-12-31")
    assert ends.end(OLD, [OLD, other], D("2025-01-01")) == ("Löftet gick ut 31 december 2024.", "Ett annat löfte gäller i dag.", other)


def test_a_gap_that_is_to_come_is_told_beforehand() -> None:
    new = published("2025-03-01", "2025-12-31")
    assert ends.end(OLD, [OLD, new], D("2024-11-01")) == (
        "Nästa löfte börjar gälla 1 mars 2025.",
        "Från 1 januari till och med 28 februari 2025, 59 dagar, gäller inget löfte.",
        new,
    )


def test_in_the_gap_the_promise_to_come_says_that_none_holds() -> None:
    new = published("2025-03-01", "2025-12-31")
    found = ends.end(new, [OLD, new], D("2025-01-15"))
    assert found is not None
    assert found.heading == "Inget löfte gäller i dag."
    assert found.text.endswith("Däremellan är det 59 dagar som inget löfte gäller.")
    assert ends.end(new, [new], D("2025-01-15")) is None  # nothing came before it
    assert ends.end(new, [OLD, new], D("2024-11-01")) is None  # the one before still holds


def test_an_early_end_says_why_before_and_after() -> None:
    early = published(last="2024-08-14", **EARLY)
    before = ends.end(early, [early], D("2024-08-01"))
    after = ends.end(early, [early], D("2024-08-15"))
    assert before == ("Löftet avslutas i förtid 14 augusti 2024.", "Skäl: Kommunen och polisen gör om arbetet.", None)
    assert after == (
        "Löftet avslutades i förtid 14 augusti 2024.",
        "Skäl: Kommunen och polisen gör om arbetet. Något nytt löfte är inte undertecknat.",
        None,
    )
    assert early.chip(D("2024-08-14")).text == "Gäller till och med 14 augusti 2024"
    assert early.chip(D("2024-08-15")).text == "Avslutat i förtid 14 augusti 2024"


def test_an_open_promise_never_ends_by_itself() -> None:
    open_ended = published(last=None)
    assert ends.end(open_ended, [open_ended], D("2040-01-01")) is None
