import datetime as dt
import uuid

import pytest

from trygghet.periods import Validity
from trygghet.promises import outcomes
from trygghet.promises.outcomes import Entry, Outcome
from trygghet.swedish import Refusal, Slips

D = dt.date
TODAY = D(2024, 10, 1)
HELD = Validity(D(2023, 1, 1), D(2024, 12, 31))


def said(refusal: Refusal) -> str:
    return refusal.sentence


@pytest.mark.parametrize(("text", "amount"), [("1", 1), (" 2 ", 2), ("1 200", 1200), ("100000", 100_000)])
def test_an_amount_is_a_whole_number(text: str, amount: int) -> None:
    assert outcomes.parse_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Antal: skriv ett heltal, minst 1."),
        ("två", "Antal: skriv ett heltal, minst 1. Du skrev ”två”."),
        ("0", "Antal: skriv ett heltal, minst 1. Du skrev ”0”."),
        ("-2", "Antal: skriv ett heltal, minst 1. Du skrev ”-2”."),
        ("1,5", "Antal: skriv ett heltal, minst 1. Du skrev ”1,5”."),
        ("٣", "Antal: skriv ett heltal, minst 1. Du skrev ”٣”."),
        ("100001", "Antal: högst 100\u00a0000 på en gång. Du skrev ”100001”."),
        ("9" * 5000, f"Antal: högst 100\u00a0000 på en gång. Du skrev ”{'9' * 40}”."),
    ],
)
def test_anything_else_is_quoted_back(text: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        outcomes.parse_amount(text)
    assert said(refused.value) == sentence
    assert refused.value.field == "antal"


def test_a_correction_may_take_everything_away() -> None:
    assert outcomes.parse_amount("0", correcting=True) == 0


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Slips) as slips:
        outcomes.entry({"antal": "två", "datum": "2024-10-02", "anteckning": "Gäller 811228-9874"}, TODAY)
    assert {one.field: said(one) for one in slips.value.refusals} == {
        "antal": "Antal: skriv ett heltal, minst 1. Du skrev ”två”.",
        "datum": "Datum: 2 oktober 2024 har inte varit än. Skriv i dag, 1 oktober 2024, eller en tidigare dag.",
        "anteckning": "Anteckning: ”811228-9874” ser ut som ett personnummer och sparas inte. Numret pekar ut en person, och texten kan bli offentlig. "
        "Ta bort det och skriv utan personuppgifter.",
    }


@pytest.mark.parametrize(
    ("happened_on", "held", "field"),
    [
        (D(2022, 12, 31), HELD, "datum"),
        (D(2024, 10, 2), HELD, "datum"),
        (D(2018, 6, 1), Validity(D(2018, 1, 1), D(2018, 5, 31)), "datum"),
        (D(2023, 12, 31), Validity(D(2024, 1, 1), None, D(2025, 1, 1)), "datum"),
    ],
)
def test_only_what_happened_while_the_promise_held_is_recorded(happened_on: D, held: Validity, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        outcomes.check(Entry(happened_on, 1, "", uuid.uuid4()), held, TODAY)
    assert refused.value.field == field
    assert said(refused.value)


@pytest.mark.parametrize("happened_on", [D(2023, 1, 1), D(2024, 10, 1)])
def test_both_ends_are_included(happened_on: D) -> None:
    outcomes.check(Entry(happened_on, 1, "", uuid.uuid4()), HELD, TODAY)


def row(amount: int, *, day: int, corrects: Outcome | None = None) -> Outcome:
    return Outcome(
        uuid.uuid4(),
        uuid.UUID(int=1),
        uuid.UUID(int=2),
        "Björken",
        D(2024, 9, day),
        amount,
        "",
        "Fältsekreterare",
        corrects.id if corrects else None,
        dt.datetime(2024, 9, day, tzinfo=dt.UTC),
    )


def test_only_the_last_word_counts_and_a_withdrawn_row_does_not() -> None:
    first, other = row(2, day=1), row(3, day=2)
    corrected = row(1, day=1, corrects=first)
    withdrawn = row(0, day=2, corrects=other)
    assert outcomes.standing([first, other, corrected, withdrawn]) == [corrected]


def test_a_correction_stands_directly_above_what_it_corrects() -> None:
    first, other = row(2, day=1), row(3, day=5)
    second = row(4, day=1, corrects=first)
    third = row(5, day=9, corrects=second)
    assert [(line.outcome, line.struck) for line in outcomes.lines([first, other, second, third])] == [
        (third, False),
        (second, True),
        (first, True),
        (other, False),
    ]


def test_a_long_list_is_not_parted_in_the_middle_of_a_correction() -> None:
    first = row(1, day=1)
    found = outcomes.lines([row(1, day=9), first, row(2, day=1, corrects=first), row(1, day=1)])
    shown, rest = outcomes.parted(found, most=2)
    assert not any(line.struck for line in rest[:1])
    assert [*shown, *rest] == found
