"""Validity, periods and the duties that follow; no database."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trygghet import swedish
from trygghet.obligations import rules
from trygghet.obligations.renewal import Followed, Making
from trygghet.obligations.rhythms import Rhythm
from trygghet.obligations.rules import DatedActivity, Duty, Facts, Kind, Mark, Obligation, Part
from trygghet.periods import MONTHS_IN, Validity, instant, parse_day, periods, validity, years
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

D = dt.date.fromisoformat
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
NEAR_DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2050, 12, 31))


def facts(first: str, last: str | None, *rhythms: Rhythm, review: str | None = None, activities: tuple[DatedActivity, ...] = ()) -> Facts:
    held = validity(D(first), D(last) if last else None, D(review) if review else None)
    return Facts(uuid.uuid4(), "Björken", held, rhythms, activities, (uuid.uuid4(), uuid.uuid4()))


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
