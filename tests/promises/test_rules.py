import datetime as dt

import msgspec
import pytest

from trygghet.periods import Validity
from trygghet.promises import rules
from trygghet.promises.counting import tally
from trygghet.promises.rules import Draft, State
from trygghet.swedish import Refusal

D = dt.date
TWO_YEARS = Validity(D(2023, 1, 1), D(2024, 12, 31))
LEAP_YEAR = Validity(D(2024, 1, 1), D(2024, 12, 31))
UNEVEN = Validity(D(2023, 3, 6), D(2025, 12, 31))
OPEN = Validity(D(2024, 1, 1), None, D(2025, 6, 30))


# ---------------------------------------------------------------- state
@pytest.mark.parametrize(
    ("stage", "today", "expected"),
    [
        ("signed", D(2022, 12, 31), State.COMING),
        ("signed", D(2023, 1, 1), State.IN_FORCE),
        ("signed", D(2024, 7, 3), State.IN_FORCE),  # 181 days left
        ("signed", D(2024, 7, 4), State.ENDING),  # 180
        ("signed", D(2024, 12, 31), State.ENDING),  # the last day is included
        ("signed", D(2025, 1, 1), State.ENDED),
        ("ended_early", D(2024, 12, 31), State.ENDING),  # it holds until the day that was brought forward has passed
        ("ended_early", D(2025, 1, 1), State.ENDED_EARLY),
        ("replaced", D(2030, 6, 1), State.REPLACED),
    ],
)
def test_the_state_follows_from_stage_and_days(stage: str, today: D, expected: State) -> None:
    assert rules.state(stage, TWO_YEARS, today) is expected


@pytest.mark.parametrize("today", [D(2024, 1, 1), D(2025, 6, 30), D(2031, 1, 1)])
def test_an_open_promise_does_not_run_out_by_itself(today: D) -> None:
    assert rules.state("signed", OPEN, today) is State.IN_FORCE
    assert rules.days_left(OPEN, today) is None


@pytest.mark.parametrize(("today", "left"), [(D(2024, 10, 1), 91), (D(2024, 12, 31), 0), (D(2025, 1, 1), -1), (D(2022, 12, 31), 731)])
def test_days_left_are_counted_to_the_last_day(today: D, left: int) -> None:
    assert rules.days_left(TWO_YEARS, today) == left


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_and_an_icon(state: State) -> None:
    chip = rules.state_chip(state, TWO_YEARS, D(2024, 10, 1))
    assert chip.text
    assert chip.icon


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (D(2024, 10, 1), "Löper ut om 91 dagar"),
        (D(2024, 12, 30), "Löper ut om 1 dag"),
        (D(2024, 12, 31), "Löper ut i dag"),
        (D(2025, 1, 1), "Gick ut 31 december 2024"),
        (D(2022, 12, 31), "Börjar gälla 1 januari 2023"),
    ],
)
def test_the_state_is_said_in_words(today: D, words: str) -> None:
    assert rules.state_chip(rules.state("signed", TWO_YEARS, today), TWO_YEARS, today).text == words


# ---------------------------------------------------------------- counting
def test_nine_months_into_a_leap_year_an_even_pace_gives_nine_of_twelve() -> None:
    found = tally(12, "year", TWO_YEARS, [(D(2023, 12, 31), 5), (D(2024, 1, 1), 3), (D(2024, 9, 24), 5)], D(2024, 10, 1))
    assert (found.done, found.promised, found.period_name) == (8, 12, "2024")
    assert found.expected == pytest.approx(274 / 366 * 12)
    assert found.difference == pytest.approx(8 - 274 / 366 * 12)
    assert found.why == "274 av årets 366 dagar har gått. 274 ÷ 366 × 12 = 9,0. Dagens datum räknas inte med."


@pytest.mark.parametrize(
    ("per", "held", "today", "promised", "expected", "name"),
    [
        ("year", LEAP_YEAR, D(2024, 1, 1), 12, 0, "2024"),
        ("year", LEAP_YEAR, D(2024, 12, 31), 12, 365 / 366 * 12, "2024"),
        ("year", LEAP_YEAR, D(2025, 1, 1), 12, 12, "2024"),  # over: the last year stands
        ("year", TWO_YEARS, D(2022, 5, 1), 12, 0, "2023"),  # not begun: the first year
        ("year", UNEVEN, D(2023, 3, 6), 12, 0, "6 mar – 31 dec 2023"),  # a short first year owes all twelve
        ("year", UNEVEN, D(2023, 3, 7), 12, 1 / 301 * 12, "6 mar – 31 dec 2023"),
        ("year", OPEN, D(2026, 1, 1), 12, 0, "2026"),  # an open promise goes on after its review
        ("period", TWO_YEARS, D(2024, 1, 1), 12, 365 / 731 * 12, "2023–2024"),
        ("period", UNEVEN, D(2026, 5, 1), 12, 12, "6 mar 2023 – 31 dec 2025"),
        ("period", OPEN, D(2024, 7, 1), 12, 182 / 547 * 12, "1 jan 2024 – 30 jun 2025"),  # up to the review
        ("quarter", LEAP_YEAR, D(2024, 9, 30), 48, 24, "2024"),
        ("quarter", LEAP_YEAR, D(2024, 10, 1), 48, 36, "2024"),
        ("month", LEAP_YEAR, D(2024, 10, 1), 144, 108, "2024"),
        ("month", UNEVEN, D(2023, 4, 1), 120, 12, "6 mar – 31 dec 2023"),  # most of March is inside
        ("week", LEAP_YEAR, D(2024, 1, 8), 624, 12, "2024"),
        ("week", LEAP_YEAR, D(2024, 1, 7), 624, 0, "2024"),
        ("week", Validity(D(2025, 1, 1), D(2025, 12, 31)), D(2025, 12, 28), 624, 51 * 12, "2025"),  # 29 December belongs to 2026
        ("day", LEAP_YEAR, D(2024, 10, 1), 366 * 12, 274 * 12, "2024"),
        ("month", Validity(D(2024, 5, 1), D(2024, 5, 5)), D(2024, 5, 3), 12, 0, "1 maj – 5 maj 2024"),  # shorter than half a month
        ("month", Validity(D(2024, 5, 1), D(2024, 5, 5)), D(2024, 5, 6), 12, 12, "1 maj – 5 maj 2024"),
    ],
)
def test_an_even_pace_follows_the_target_s_unit(per: str, held: Validity, today: D, promised: int, expected: float, name: str) -> None:
    found = tally(12, per, held, [], today)
    assert found.promised == promised
    assert found.expected == pytest.approx(expected)
    assert found.period_name == name
    assert found.why


def test_without_a_target_it_is_counted_and_measured_against_nothing() -> None:
    found = tally(None, "period", TWO_YEARS, [(D(2023, 5, 1), 2), (D(2024, 5, 1), 3)], D(2024, 10, 1))
    assert (found.done, found.promised, found.expected, found.difference) == (5, None, None, None)


# ---------------------------------------------------------------- the draft, and what is said of promises
def test_a_draft_can_be_built_from_plain_data() -> None:
    made = msgspec.convert(
        {
            "title": "Löfte",
            "area_name": "Björken",
            "oath": "Vi lovar.",
            "valid_from": D(2024, 1, 1),
            "valid_until": D(2024, 12, 31),
            "parties": [{"organisation": "bjorken", "side": "municipality"}],
            "rhythms": [{"receiver": "KSAU", "per": "quarter"}],
            "areas": [{"title": "Trafik", "goals": [{"title": "Lugnare", "activities": [{"title": "Kontroll", "at_least": 4, "per": "year"}]}]}],
        },
        Draft,
    )
    assert made.areas[0].goals[0].activities[0].at_least == 4
    assert made.validity == LEAP_YEAR


def test_a_draft_with_impossible_days_is_refused() -> None:
    with pytest.raises(Refusal):
        _ = Draft(title="", area_name="", oath="", valid_from=D(2024, 1, 2), valid_until=D(2024, 1, 1)).validity
