"""How a promise went over a stretch of days."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest

from tests.built import activity, corrected, day, goal, promise, row
from trygghet.promises import progress
from trygghet.promises.progress import Progress
from trygghet.promises.promise import FocusArea, Promise, Version
from trygghet.promises.stretches import Days

TODAY = day("2024-10-01")


def year(of: Promise, today: dt.date = TODAY, number: int = 2024) -> list[Progress]:
    return progress.stretch(of, dt.date(number, 1, 1), dt.date(number, 12, 31), today)


def alone(*rows: object, today: dt.date = TODAY, **fields: object) -> Progress:
    (found,) = year(promise("2024-01-01", "2024-12-31", activities=(activity("Insatser", *rows, **fields),)), today)  # type: ignore[arg-type]
    return found


def test_goals_and_activities_come_in_the_order_of_the_page() -> None:
    served, loose, last = activity("Kontroller"), activity("Samtal"), activity("Dialog")
    area = FocusArea(uuid4(), "Trafik", "", "", "", goals=(goal("Lugnare trafik", served),), activities=(loose,))
    found = year(promise("2024-01-01", "2024-12-31", areas=(area,), goals=(goal("Trygghet"),), activities=(last,)))
    assert [(one.kind, one.title, one.area) for one in found] == [
        ("goal", "Lugnare trafik", "Trafik"),
        ("activity", "Kontroller", "Trafik"),
        ("activity", "Samtal", "Trafik"),
        ("goal", "Trygghet", ""),
        ("activity", "Dialog", ""),
    ]
    assert found[1].goal_id == found[0].id
    assert found[2].goal_id is None


def test_outside_its_validity_a_promise_has_nothing_to_tell() -> None:
    assert year(promise("2024-01-01", "2024-12-31", activities=(activity("Insatser"),)), number=2025) == []


def test_a_goal_with_a_number_is_counted_on_its_activities_in_the_same_unit() -> None:
    held = promise(
        "2024-01-01",
        "2024-12-31",
        goals=(
            goal(
                "Fler samtal",
                activity("I skolan", row("2024-02-01", 4), unit="samtal"),
                activity("På torget", row("2024-03-01", 3), unit="Samtal"),
                activity("Kontroller", row("2024-03-01", 50), unit="kontroller"),
                measure="count",
                at_least=10,
                per="year",
                unit="samtal",
            ),
            goal("Utan aktiviteter", measure="count", at_least=10, per="year", unit="samtal"),
        ),
    )
    counted, *_, empty = year(held)
    assert counted.count
    assert (counted.count.done, counted.count.promised) == (7, 10)
    assert empty.count is None


def test_corrected_and_withdrawn_rows_are_counted_as_they_became_and_told_as_corrections() -> None:
    wrong, gone, kept = row("2024-02-08", 3, "Torget."), row("2024-03-01", 5, "Samma som ovan."), row("2024-04-01", 1, "Stationen.", "torget")
    found = alone(wrong, gone, kept, corrected(wrong, 2, "Två möten hölls.", "2024-03-12"), corrected(gone, 0, "Skrevs två gånger.", "2024-03-15"))
    assert found.count
    assert found.count.done == 3
    assert [note.text for note in found.notes] == ["Stationen."]
    assert (found.notes[0].place, found.notes[0].by) == ("torget", "Björken, säkerhetssamordnare")
    assert [(one.recorded_on, one.words) for one in found.corrections] == [
        (day("2024-03-12"), "Rättat: 3 blev 2 (8 februari 2024). Två möten hölls."),
        (day("2024-03-15"), "Rättat: raden togs bort (1 mars 2024). Skrevs två gånger."),
    ]


def test_a_row_that_is_moved_to_another_year_by_a_correction_counts_in_that_year() -> None:
    old = row("2024-12-30", 2)
    moved = replace(corrected(old, 2, "Det var i januari.", "2025-01-20"), happened_on=day("2025-01-02"))
    held = promise("2024-01-01", "2025-12-31", activities=(activity("Insatser", old, moved),))
    (before,), (after,) = year(held, day("2025-02-01")), year(held, day("2025-02-01"), 2025)
    assert before.count
    assert after.count
    assert (before.count.done, after.count.done) == (0, 2)
    assert len(before.corrections) == len(after.corrections) == 1


GAPS = {
    "a quarter of the year without a row, the promise gives no rhythm": (
        {}, ["2024-03-02", "2024-08-21"], TODAY, ["2024-01-01 2024-03-01", "2024-03-03 2024-08-20"]),
    "sixty days are no gap": ({}, ["2024-01-01", "2024-03-02", "2024-05-02", "2024-07-02", "2024-09-01"], TODAY, []),
    "nothing at all": ({}, [], TODAY, ["2024-01-01 2024-09-30"]),
    "a month that passed without a row, when each month owes one": (
        {"at_least": 1, "per": "month"}, ["2024-01-31", "2024-02-01", "2024-03-31", "2024-05-01", "2024-06-30", "2024-08-01"], TODAY,
        ["2024-04-01 2024-04-30", "2024-07-01 2024-07-31", "2024-08-02 2024-09-30"]),
    "two rows far apart in neighbouring months leave no month empty": (
        {"at_least": 1, "per": "month"}, ["2024-01-01", "2024-02-29", "2024-03-01", "2024-04-30"], day("2024-05-02"), []),
    "one a year may take the whole year": ({"at_least": 1}, [], TODAY, []),
    "what has reached its number owes no more rows": ({"at_least": 2}, ["2024-01-10", "2024-01-11"], day("2025-01-01"), []),
    "a quarter that runs is not empty yet": ({"at_least": 1, "per": "quarter"}, ["2024-02-01", "2024-05-01"], day("2024-09-30"), []),
    "a quarter that has gone is": ({"at_least": 1, "per": "quarter"}, ["2024-02-01", "2024-05-01"], TODAY, ["2024-05-02 2024-09-30"]),
    "what is done or not is not expected to be told again": ({"measure": "yes_no"}, [], TODAY, []),
    "what is told in words, when nothing is told": ({"measure": "narrative"}, [], TODAY, ["2024-01-01 2024-09-30"]),
    "and not between two tellings": ({"measure": "narrative"}, ["2024-01-03"], TODAY, []),
    "before the first day": ({}, [], day("2023-12-01"), []),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "rows", "today", "expected"), GAPS.values(), ids=GAPS)
def test_days_without_a_row_are_told_when_they_are_longer_than_the_promise_gives_reason_for(
    fields: dict[str, object], rows: list[str], today: dt.date, expected: list[str]
) -> None:
    found = alone(*map(row, rows), today=today, **fields)
    assert [f"{gap.first} {gap.last}" for gap in found.gaps] == expected


def test_gaps_are_said_in_words_the_longest_three_by_their_days() -> None:
    assert alone(row("2024-03-02"), row("2024-08-21"), at_least=40).gap_words == (
        "Inget utfall registrerat 1 januari – 1 mars 2024 och 3 mars – 20 augusti 2024."
    )
    weekly = alone(*map(row, ["2024-01-15", "2024-03-18", "2024-05-27", "2024-08-19", "2024-09-09"]), at_least=1, per="week")
    assert weekly.gap_words == (
        "Inget utfall registrerat 16 januari – 17 mars 2024, 19 mars – 26 maj 2024, 28 maj – 18 augusti 2024 och 3 kortare tider till."
    )
    assert alone(at_least=1).gap_words == ""


def test_what_is_due_in_the_stretch_is_late_once_its_day_has_gone_and_it_is_not_done() -> None:
    asked = {"measure": "yes_no", "due_on": day("2024-09-30")}
    assert (alone(**asked).is_due, alone(**asked).is_late) == (True, True)
    assert not alone(today=day("2024-09-30"), **asked).is_late
    assert not alone(row("2024-11-01"), today=day("2024-12-01"), **asked).is_late
    counted = {"at_least": 2, "due_on": day("2024-09-30")}
    assert alone(row("2024-03-01"), **counted).is_late
    assert not alone(row("2024-03-01", 2), **counted).is_late
    assert not alone(measure="yes_no", due_on=day("2025-03-01")).is_due


def test_what_a_change_took_away_is_told_where_it_had_been_counted_or_went_and_owes_nothing() -> None:
    went = Version(2, "change", "Färre poster.", day("2024-05-02"), None)
    counted, silent = activity("Kontroller", row("2023-05-01", 3), at_least=12, removed_in=2), activity("Samtal", at_least=4, removed_in=2)
    held = promise("2023-01-01", "2025-12-31", removed=(counted, silent), versions=(went,))
    today = day("2025-06-01")
    assert [one.title for one in year(held, today, 2023)] == ["Kontroller"]
    assert [one.title for one in year(held, today)] == ["Kontroller", "Samtal"]
    assert year(held, today, 2025) == []
    (found,) = year(held, today, 2023)
    assert found.count
    assert (found.count.done, found.count.promised, found.gaps, found.removed_in) == (3, None, (), 2)


def test_a_quarter_tells_its_own_notes_and_counts_the_year_so_far() -> None:
    held = promise(
        "2024-01-01", "2024-12-31", activities=(activity("Insatser", row("2024-02-01", 2, "Först."), row("2024-05-03", 4, "Sedan."), at_least=12),)
    )
    (found,) = progress.stretch(held, day("2024-04-01"), day("2024-06-30"), day("2024-07-10"))
    assert found.count
    assert (found.count.before.done, found.count.within, found.count.done, found.count.needed) == (2, 4, 6, 6)
    assert [note.text for note in found.notes] == ["Sedan."]
    assert found.done_on == day("2024-05-03")


def test_the_worst_deviation_comes_first_and_what_goes_as_promised_is_not_among_them() -> None:
    behind = activity("Lite efter", row("2024-01-02", 7), at_least=12)
    far = activity("Långt efter", row("2024-01-02", 1), at_least=12)
    late = activity("Lägesbild", measure="yes_no", due_on=day("2024-06-30"))
    quiet = activity("Tyst", row("2024-01-02", 9), unit="pass")
    fine = activity("I takt", *(row(f"2024-{month:02}-10", 1) for month in range(1, 10)), at_least=12)
    found = progress.deviations(year(promise("2024-01-01", "2024-12-31", activities=(quiet, behind, fine, far, late))))
    assert [one.progress.title for one in found] == ["Lägesbild", "Långt efter", "Lite efter", "Tyst"]
    assert found[0].sentences == ("Skulle vara gjort 30 juni 2024 och är inte klart.",)
    assert found[1].sentences[0] == "1 av minst 12 insatser. Jämn takt hade gett 9,0: 8 efter takten."
    assert found[3].sentences == ("Inget utfall registrerat 3 januari – 30 september 2024.",)


def test_a_place_that_lacks_is_named_and_after_the_last_day_there_is_no_pace() -> None:
    fields = {"at_least": 4, "places": ("torget", "parken")}
    rows = (row("2024-02-01", 9, place="torget"), row("2024-02-01", 1, place="parken"))
    held = promise("2024-01-01", "2024-12-31", activities=(activity("Insatser", *rows, **fields),))
    (running,), (over,) = progress.deviations(year(held)), progress.deviations(year(held, day("2025-01-01")))
    assert running.sentences[0] == "5 av minst 8 insatser. Jämn takt hade gett 6,0: 2 efter takten. Saknas: parken 1 av 4."
    assert over.sentences[0] == "5 av minst 8 insatser: 3 färre än lovat. Saknas: parken 1 av 4."


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("2024-03-03", "2024-08-20"), "3 mars – 20 augusti 2024"),
        (("2023-12-30", "2024-01-02"), "30 december 2023 – 2 januari 2024"),
        (("2024-02-29", "2024-02-29"), "29 februari 2024"),
    ],
)
def test_days_are_said_with_the_year_once(days: tuple[str, str], said: str) -> None:
    assert progress.between(Days(*map(day, days))) == said
