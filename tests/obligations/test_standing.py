"""When a duty is done, why it is due the day it is, and years that are followed up together; no database."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.obligations.given import facts
from trygghet.obligations import rules
from trygghet.obligations.renewal import Followed, Making
from trygghet.obligations.rhythms import Rhythm
from trygghet.obligations.rules import Duty, Kind, Mark, Obligation, Part
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

D = dt.date.fromisoformat
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
NEAR_DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2050, 12, 31))


# ---------------------------------------------------------------- when it is done, and why it is due
A, B = uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize(
    ("kind", "marked", "expected"),
    [
        ("report", (), False),
        ("report", (B,), True),
        ("renewal", (A,), False),
        ("renewal", (A, B), True),
        ("review", (A,), True),
        ("activity", (B,), True),
    ],
)
def test_that_nothing_follows_needs_every_partys_word_and_the_rest_one(kind: str, marked: tuple[uuid.UUID, ...], expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert rules.done(kind, (A, B), marked) is expected


def test_an_end_is_never_just_marked_and_only_an_end_is_declined() -> None:
    end, follow_up = _standing("2024-01-01", "2024-12-31", "renewal:2024-12-31"), _standing("2024-01-01", "2024-12-31", "follow_up:2024")
    for forbidden in (lambda: rules.may_mark(end, D("2024-12-01")), lambda: rules.may_undo(end), lambda: rules.may_decline(end, "  ")):
        with pytest.raises(Refusal, match="renewal"):
            forbidden()
    rules.may_decline(end, "Vi arbetar vidare inom samverkansöverenskommelsen.")
    with pytest.raises(NotFound):
        rules.may_decline(follow_up, "Nej.")
    followed = replace(end, followed=Followed(uuid.uuid4(), "Nästa", D("2025-01-01"), dt.datetime(2024, 11, 1, tzinfo=dt.UTC)))
    with pytest.raises(Refusal, match=r"renewal\.followed"):
        rules.may_decline(followed, "Nej.")
    making = Making(uuid.uuid4(), uuid.uuid4(), None, extends=False, is_shared=True, first=None, last=None, places=frozenset())
    with pytest.raises(Refusal, match=r"renewal\.making"):
        rules.may_decline(replace(end, making=making), "Nej.")
    assert followed.task(A, D("2024-12-01")) is None
    assert followed.settled_at == dt.datetime(2024, 11, 1, tzinfo=dt.UTC)


def test_an_end_without_parties_is_never_declined() -> None:
    assert rules.done("renewal", (), ()) is False


def test_a_follow_up_and_what_the_law_asks_for_are_never_just_marked() -> None:
    follow_up = _standing("2024-01-01", "2024-12-31", "follow_up:2024")
    by_law = replace(follow_up, promise_id=None, validity=None, duty=Duty("statute:lagesbild:1", Kind.STATUTE, "Lägesbilden", D("2026-07-01")))
    for standing, code in ((follow_up, "room"), (by_law, "by_law")):
        with pytest.raises(Refusal, match=code):
            rules.may_mark(standing, D("2024-12-01"))
        with pytest.raises(Refusal, match=code):
            rules.may_undo(standing)


def _standing(first: str, last: str | None, key: str, *rhythms: Rhythm, review: str | None = None) -> Obligation:
    these = facts(first, last, *rhythms, review=review)
    duty = next(duty for duty in rules.duties(these) if duty.key == key)
    return Obligation(
        uuid.uuid4(),
        these.promise_id,
        "Löftet",
        "Björken",
        these.validity,
        duty,
        (Part(A, "Björkens kommun", None), Part(B, "LPO Skogen", None)),
        None,
    )


@pytest.mark.parametrize(
    ("first", "last", "key", "words"),
    [
        ("2023-03-06", "2025-12-31", "follow_up:2024", ["6 mars 2023", "31 december 2025", "kalenderår"]),
        ("2019-05-01", "2020-04-30", "follow_up:2020", ["2020 slutar löftet före årets slut"]),
        ("2024-01-01", "2024-12-31", "report:KSAU:2024Q3", ["1 juli 2024", "30 september 2024", "14 dagar senare"]),
        ("2024-01-01", "2024-12-31", "renewal:2024-12-31", ["till och med 31 december 2024", "räknas med"]),
    ],
)
def test_every_due_day_can_say_why(first: str, last: str, key: str, words: list[str]) -> None:
    said = rules.why(_standing(first, last, key, Rhythm("KSAU", "quarter", 14)))
    for word in words:
        assert word in said


def test_an_open_promise_says_that_it_goes_on() -> None:
    assert "tills vidare" in rules.why(_standing("2024-01-01", None, "review:2025-03-01", review="2025-03-01"))
    assert "tills vidare" in rules.why(_standing("2024-01-01", None, "follow_up:2024", review="2025-03-01"))


def test_a_report_cannot_be_done_before_its_time() -> None:
    standing = _standing("2023-01-01", "2025-12-31", "report:KSAU:2025Q1", Rhythm("KSAU", "quarter", 14))
    with pytest.raises(Refusal, match=r"obligation\.not_begun"):
        rules.may_mark(standing, D("2024-12-31"))
    rules.may_mark(standing, D("2025-01-01"))


# ---------------------------------------------------------------- years followed up together, and the rest of a year
def _follow_ups(
    first: str, last: str | None, *, merged: Iterable[int] = (), followed: Mapping[int, str] | None = None
) -> list[tuple[str, str, str, str]]:
    these = replace(facts(first, last), merged=frozenset(merged), followed={year: D(day) for year, day in (followed or {}).items()})
    return [
        (duty.key, duty.title.partition(" för ")[2], str(duty.period_from), str(duty.due_on))
        for duty in rules.duties(these)
        if duty.kind is Kind.FOLLOW_UP
    ]


def test_a_merged_year_is_followed_up_with_the_next() -> None:
    assert _follow_ups("2023-11-06", "2025-06-30", merged={2023}) == [
        ("follow_up:2024", "2023 och 2024", "2023-11-06", "2024-12-31"),
        ("follow_up:2025", "2025", "2025-01-01", "2025-06-30"),
    ]
    assert _follow_ups("2023-11-06", "2025-06-30", merged={2023, 2024}) == [("follow_up:2025", "2023, 2024 och 2025", "2023-11-06", "2025-06-30")]


def test_the_last_year_and_one_before_a_year_that_is_done_are_followed_up_by_themselves() -> None:
    assert [key for key, *_ in _follow_ups("2023-11-06", "2023-12-31", merged={2023})] == ["follow_up:2023"]
    assert [key for key, *_ in _follow_ups("2023-11-06", "2024-12-31", merged={2023}, followed={2024: "2024-12-31"})] == ["follow_up:2023"]


def test_what_came_to_a_year_after_it_was_followed_up_has_one_of_its_own() -> None:
    assert _follow_ups("2024-01-01", "2025-12-31", followed={2024: "2024-06-30"}) == [
        ("follow_up:2024-07-01", "1 juli till 31 december 2024", "2024-07-01", "2024-12-31"),
        ("follow_up:2025", "2025", "2025-01-01", "2025-12-31"),
    ]
    assert _follow_ups("2024-01-01", "2024-06-30", followed={2024: "2024-06-30"}) == []
    assert _follow_ups("2024-01-01", "2024-03-31", followed={2024: "2024-06-30"}) == []


@given(DAYS, DAYS, st.sets(st.integers(2014, 2046)), st.sets(st.integers(2014, 2046)))
def test_whatever_is_merged_every_day_is_followed_up_once(first: dt.date, last: dt.date, merged: set[int], done: set[int]) -> None:
    assume(first <= last)
    these = replace(facts(first.isoformat(), last.isoformat()), merged=frozenset(merged))
    touched = [year for year in done if first.year <= year <= last.year]
    these = replace(these, followed={year: min(last, dt.date(year, 12, 31)) for year in touched})
    spans = sorted((duty.period_from, duty.due_on) for duty in rules.duties(these) if duty.kind is Kind.FOLLOW_UP and duty.period_from)
    days = sum((until - since).days + 1 for since, until in spans)
    followed = sum((min(last, dt.date(year, 12, 31)) - max(first, dt.date(year, 1, 1))).days + 1 for year in touched)
    assert days + followed == (last - first).days + 1
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))


def test_a_merged_and_a_later_follow_up_say_why() -> None:
    one = _standing("2023-11-06", "2025-12-31", "follow_up:2024")
    both = replace(one, duty=replace(one.duty, period_from=D("2023-11-06")))
    assert "6 november 2023 till 31 december 2024 på en gång" in rules.why(both)
    rest = replace(one, duty=replace(one.duty, key="follow_up:2024-07-01", period_from=D("2024-07-01")))
    assert "följts upp till och med 30 juni 2024" in rules.why(rest)


def test_the_heading_says_how_it_stands() -> None:
    standing = _standing("2023-01-01", "2024-12-31", "follow_up:2024")
    assert rules.heading([], D("2024-10-01")) == "Ingenting återstår just nu."
    assert rules.heading([standing], D("2024-10-01")) == "Inget är försenat. Närmast ligger 31 december, om 91 dagar."
    assert rules.heading([standing], D("2024-12-31")) == "Inget är försenat. Närmast ligger 31 december, i dag."
    assert rules.heading([standing], D("2025-01-01")) == "En frist är försenad."
    assert rules.heading([standing, standing], D("2025-01-01")) == "Två frister är försenade."


def test_what_remains_and_what_is_done_are_kept_apart() -> None:
    remains = _standing("2023-01-01", "2024-12-31", "follow_up:2024")
    mark = Mark("Anna Asson", "Säkerhetssamordnare", "", dt.datetime(2024, 1, 3, 8, tzinfo=dt.UTC))
    finished = replace(remains, done_at=mark.at, parts=tuple(replace(part, mark=mark) for part in remains.parts))
    assert rules.open_first([finished, remains]) == [remains]
    assert rules.done_last([finished, remains]) == [finished]
    assert finished.missing == ()
    assert [part.name for part in remains.missing] == ["Björkens kommun", "LPO Skogen"]
