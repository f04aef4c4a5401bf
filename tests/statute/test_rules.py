"""What is due by which day, from what is recorded: the table, and what holds whatever is recorded."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import periods
from trygghet.statute import rules
from trygghet.statute.rules import Entry, Record
from trygghet.swedish import Refusal, Slips

D = dt.date.fromisoformat
TODAY, SINCE = D("2024-10-01"), D("2024-10-01")


def row(kind: str, day: str | dt.date, **more: Any) -> Record:
    day = D(day) if isinstance(day, str) else day
    months = {"every_months": more.pop("months", 12)} if kind == "rhythm" else {}
    at = more.pop("at", periods.instant(day, 15))
    kept = Record(
        uuid.uuid4(),
        Entry(kind, day, body="Kommunstyrelsen", **months),
        withdrawn=False,
        corrects_id=None,
        by_name="A",
        by_office="B",
        recorded_at=at,
    )
    return replace(kept, **more)


def due(records: list[Record], chain: str, since: dt.date = SINCE) -> dt.date:
    return next(one.duty.due_on for one in rules.turns(records, since) if one.chain == chain and one.done_at is None)


@pytest.mark.parametrize(
    ("records", "chain", "expected"),
    [
        ([], "lagesbild", "2026-07-01"),
        ([], "atgardsplan", "2026-07-01"),
        ([], "rapport", "2025-12-31"),
        ([row("situation", "2024-03-19")], "lagesbild", "2026-03-19"),
        ([row("situation", "2022-05-02")], "lagesbild", "2025-07-01"),  # older than the law: counted from its first day
        ([row("situation", "2024-02-29")], "lagesbild", "2026-02-28"),
        ([row("situation", "2024-03-19"), row("situation", "2024-09-30")], "lagesbild", "2026-09-30"),
        ([row("plan", "2024-09-02")], "atgardsplan", "2026-09-02"),
        ([row("plan", "2023-09-02")], "atgardsplan", "2026-07-01"),  # before a plan was demanded
        ([row("plan", "2023-09-02"), row("plan_follow_up", "2024-09-20")], "atgardsplan", "2026-09-20"),
        ([row("plan_follow_up", "2024-08-01"), row("plan", "2024-09-02")], "atgardsplan", "2026-09-02"),
        ([row("rhythm", "2024-11-25")], "rapport", "2024-11-25"),
        ([row("rhythm", "2025-02-24"), row("report", "2024-02-26")], "rapport", "2025-02-24"),
        ([row("rhythm", "2024-11-25"), row("report", "2024-11-18")], "rapport", "2025-11-25"),  # a little early settles it
        ([row("rhythm", "2024-11-25"), row("report", "2025-01-20")], "rapport", "2025-11-25"),  # and so does a late one
        ([row("rhythm", "2024-10-31", months=3), row("report", "2024-10-30")], "rapport", "2025-01-31"),
        ([row("report", "2024-09-25")], "rapport", "2025-12-31"),
        ([row("council", "2024-09-10"), row("coordinator", "2023-07-01"), row("agreement", "2022-12-20")], "atgardsplan", "2026-07-01"),
    ],
)
def test_what_is_recorded_decides_when_the_next_is_due(records: list[Record], chain: str, expected: str) -> None:
    assert due(records, chain) == D(expected)


def test_the_rhythm_that_was_said_last_counts() -> None:
    said = [row("rhythm", "2025-02-24", at=periods.instant(TODAY, 9)), row("rhythm", "2024-12-16", months=6, at=periods.instant(TODAY, 10))]
    assert due(said, "rapport") == D("2024-12-16")


def test_a_corrected_row_counts_no_more_and_a_struck_one_never_did() -> None:
    old = row("situation", "2024-09-19")
    right = replace(row("situation", "2024-03-19"), corrects_id=old.id)
    assert due([old, right], "lagesbild") == D("2026-03-19")
    struck = replace(right, id=uuid.uuid4(), corrects_id=right.id, withdrawn=True)
    assert due([old, right, struck], "lagesbild") == D("2026-07-01")
    assert rules.standing([old, right, struck]) == []
    for one in (old, right, struck):
        with pytest.raises(Refusal, match="corrected"):
            rules.may_correct([old, right, struck], one)


def test_what_was_done_here_is_done_and_what_was_done_before_was_never_due_here() -> None:
    before, after = row("situation", "2024-03-19"), row("situation", "2026-02-10")
    found = [one for one in rules.turns([before, after], SINCE) if one.chain == "lagesbild"]
    assert [(one.duty.key, one.duty.due_on.isoformat(), one.done_at) for one in found] == [
        ("statute:lagesbild:1", "2026-03-19", periods.instant(D("2026-02-10"), 12)),
        ("statute:lagesbild:2", "2028-02-10", None),
    ]


@pytest.mark.parametrize(
    "records", [[], [row("situation", "2022-05-02"), row("plan", "2024-09-02"), row("report", "2024-09-25"), row("rhythm", "2025-09-24")]]
)
def test_every_day_says_how_it_comes_about(records: list[Record]) -> None:
    for one in rules.turns(records, SINCE):
        assert "§" in one.duty.why
        assert str(one.duty.due_on.year) in one.duty.why or "rapportdag" in one.duty.why or "Tills vidare" in one.duty.why


DAYS = st.dates(D("2015-01-01"), D("2045-12-31"))
ROWS = st.lists(st.builds(row, st.sampled_from(["situation", "plan", "plan_follow_up", "report", "council"]), DAYS), max_size=12)


@given(ROWS, DAYS)
def test_each_chain_has_one_thing_to_do_and_never_a_key_twice(records: list[Record], since: dt.date) -> None:
    found = rules.turns(records, since)
    assert sorted(one.chain for one in found if one.done_at is None) == ["atgardsplan", "lagesbild", "rapport"]
    assert len({one.duty.key for one in found}) == len(found)
    for chain, kinds in (("lagesbild", {"situation"}), ("atgardsplan", {"plan", "plan_follow_up"})):
        last = max((one.entry.happened_on for one in records if one.entry.kind in kinds), default=None)
        if last is not None:
            assert periods.months_before(last, -24) <= due(records, chain, since) or due(records, chain, since) == periods.months_before(
                rules.PLAN_FROM, -24
            )


@given(DAYS, st.sampled_from(sorted(rules.EVERY)), DAYS)
def test_a_rhythm_never_leaves_more_than_its_own_time_between(first: dt.date, months: int, earliest: dt.date) -> None:
    found = rules.rhythm_day(first, months, earliest)
    assert earliest <= found
    assert (found - earliest).days <= months * 31
    assert ((found.year - first.year) * 12 + found.month - first.month) % months == 0


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        (Entry("council", D("2024-10-02")), "datum", "2 oktober 2024"),
        (Entry("council", D("1999-12-31")), "datum", "1 januari 2000"),
        (Entry("rhythm", D("2024-09-30"), every_months=12), "datum", "1 oktober 2024"),
        (Entry("rhythm", D("2024-12-01")), "intervall", "Hur ofta"),
        (Entry("plan", D("2024-09-01")), "organ", "Beslutad av"),
        (Entry("council", D("2024-09-01"), url="javascript:alert(1)"), "lank", "javascript:alert(1)"),
        (Entry("council", D("2024-09-01"), url="https://bara-en-dator"), "lank", "https://bara-en-dator"),
        (Entry("council", D("2024-09-01"), note="Ring 811228-9874"), "anteckning", "811228-9874"),
        (Entry("council", D("2024-09-01"), diary_number="x" * 61), "diarienummer", "60"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(entry: Entry, field: str, words: str) -> None:
    with pytest.raises(Slips) as no:
        rules.check(entry, TODAY)
    assert words in no.value.sentences[field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Slips) as no:
        rules.check(Entry("plan", D("2025-01-01"), url="x"), TODAY)
    assert set(no.value.sentences) == {"datum", "organ", "lank"}


def test_the_heading_says_what_is_late_what_comes_and_what_is_missing() -> None:
    empty = rules.heading(rules.shown([], SINCE), TODAY)
    assert empty.startswith("Inget är försenat. Rapporten till kommunfullmäktige: senast 31 december 2025")
    assert "Inget är antecknat om lägesbild, åtgärdsplan, överenskommelser, strategiskt råd, samordning och rapport till kommunfullmäktige." in empty
    assert rules.heading(rules.shown([row("rhythm", "2024-09-02")], SINCE), TODAY).startswith("En frist är försenad.")


def test_a_section_says_in_a_chip_how_it_stands() -> None:
    def chips(*records: Record) -> dict[str, str]:
        return {one.section.id: one.chip(TODAY).text for one in rules.shown(list(records), SINCE)}

    assert set(chips().values()) == {"Inget antecknat"}
    found = chips(row("situation", "2024-03-19"), row("council", "2024-09-10"), row("rhythm", "2024-10-31"), row("plan_follow_up", "2024-09-01"))
    assert found == {
        "lagesbild": "Senast 19 mar 2024",
        "atgardsplan": "Inget antecknat",  # a follow-up of a plan that is not there is no plan
        "overenskommelser": "Inget antecknat",
        "strategiskt-rad": "Senast 10 sep 2024",
        "samordning": "Inget antecknat",
        "rapport": "30 dagar kvar",
    }
