"""Pictures say the right numbers, in words as well, and let nothing through that people wrote."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from math import hypot

import pytest

from trygghet import drawing

TODAY = dt.date(2024, 10, 1)
FIRST, LAST = dt.date(2023, 1, 1), dt.date(2024, 12, 31)
FOLLOW_UPS = ((dt.date(2023, 12, 31), "Gemensam uppföljning", True), (dt.date(2024, 12, 31), "Gemensam uppföljning", False))


def _widths(picture: str, kind: str) -> list[float]:
    return [float(found) for found in re.findall(rf'class="{kind}" x="[\d.]+%?" width="([\d.]+)%"', picture)]


def _all() -> list[str]:
    points = [(LAST - dt.timedelta(days=lead), lead > 90) for lead in (180, 90, 60, 30, 14, 7, 1)]
    return [
        str(one)
        for one in (
            drawing.validity_line("Löfte", FIRST, LAST, TODAY, FOLLOW_UPS, uid="a"),
            drawing.validity_bar("Åmål", FIRST, LAST, TODAY, FIRST, dt.date(2026, 12, 31)),
            drawing.counter("Insatser", 8, 12, 8.98, "insatser 2024"),
            drawing.wheel(2024, TODAY, FIRST, LAST, [(dt.date(2024, 9, 27), True)], uid="b"),
            drawing.rings(91),
            drawing.ladder(points, LAST, TODAY, "Löftet går ut"),
        )
    ]


def test_every_picture_is_well_formed_and_named_for_those_who_do_not_see_it() -> None:
    for picture in _all():
        for svg in (found for found in ET.fromstring(picture).iter("svg") if found.get("class")):
            assert svg.get("role") == "img"
            assert svg.get("aria-label") or [svg.find("title"), svg.find("desc")]


def test_no_picture_carries_a_style_a_script_or_a_colour() -> None:
    for picture in _all():
        assert not re.search(r"style=|<script|#[0-9a-f]{3,6}\b|fill=|stroke=", picture)


def test_ids_are_unique_and_the_label_points_at_them() -> None:
    together = "".join(_all())
    ids = re.findall(r'\bid="([^"]+)"', together)
    assert sorted(ids) == ["ad", "at", "bd", "bt"]
    assert re.findall(r'aria-labelledby="([^"]+)"', together) == ["at ad", "bt bd"]


def test_what_people_wrote_cannot_become_markup() -> None:
    evil = '<script>alert("1")</script>'
    for picture in (
        drawing.validity_line(evil, FIRST, LAST, TODAY, [(LAST, evil, False)], uid=evil),
        drawing.validity_bar(evil, FIRST, LAST, TODAY, FIRST, LAST),
        drawing.counter(evil, 1, 2, 1.0, evil),
        drawing.counter(evil, 1, None, None, evil),
        drawing.ladder([], LAST, TODAY, evil),
    ):
        assert "<script" not in picture
        assert "&lt;script&gt;" in picture
        assert 'alert("' not in picture


# ---------------------------------------------------------------- validity
def test_the_line_is_filled_up_to_the_beginning_of_today_and_ends_at_midnight_after_the_last_day() -> None:
    picture = drawing.validity_line("Löfte", FIRST, LAST, TODAY, uid="a")
    assert _widths(picture, "c-base") == [100.0]
    assert _widths(picture, "c-run") == [87.41]  # 639 of 731 days
    assert "91 dagar kvar" in picture


@pytest.mark.parametrize(
    ("today", "kind", "words"),
    [
        (dt.date(2022, 12, 31), None, "Börjar gälla om 1 dag"),
        (FIRST, None, "730 dagar kvar"),
        (dt.date(2023, 1, 2), "c-run", "729 dagar kvar"),
        (LAST, "c-run", "0 dagar kvar"),
        (dt.date(2025, 1, 1), "c-done", "Har upphört"),
    ],
)
def test_the_line_on_the_days_around_the_edges(today: dt.date, kind: str | None, words: str) -> None:
    picture = drawing.validity_line("Löfte", FIRST, LAST, today, uid="a")
    assert [found for found in ("c-run", "c-done") if f'"{found}"' in picture] == ([kind] if kind else [])
    assert words in picture


def test_a_promise_from_years_ago_fills_the_picture_and_today_is_left_out() -> None:
    picture = drawing.validity_line("Löfte", dt.date(2018, 1, 1), dt.date(2018, 12, 31), TODAY, uid="a")
    assert _widths(picture, "c-done") == [100.0]
    assert "c-now" not in picture
    assert "1 oktober 2024" in picture


def test_an_open_promise_runs_out_of_the_picture() -> None:
    picture = drawing.validity_line("Löfte", dt.date(2024, 3, 1), None, TODAY, uid="a")
    assert "tills vidare" in picture
    assert "M-14-4L-9 0L-14 4" in picture


def test_follow_ups_are_diamonds_with_a_tick_once_done() -> None:
    picture = drawing.validity_line("Löfte", FIRST, LAST, TODAY, FOLLOW_UPS, uid="a")
    assert (picture.count(drawing.DIAMOND), picture.count(drawing.TICK)) == (2, 1)
    assert "Gemensam uppföljning 31 december 2023, gjord. Gemensam uppföljning 31 december 2024, återstår." in picture


def test_twelve_years_still_have_room_for_their_labels() -> None:
    picture = drawing.validity_line("Löfte", dt.date(2015, 1, 1), dt.date(2026, 12, 31), TODAY, uid="a")
    assert len(re.findall(r">20\d\d</text>", picture)) == 6


def test_bars_of_several_promises_share_one_scale() -> None:
    scale = (dt.date(2023, 1, 1), dt.date(2026, 12, 31))
    picture = drawing.validity_bar("Dals-Ed", dt.date(2024, 3, 1), dt.date(2026, 2, 28), TODAY, *scale)
    assert 'x="29.09%" width="49.97%"' in picture
    assert 'aria-label="Dals-Ed: 1 mar 2024 till 28 feb 2026; i dag 1 okt 2024"' in picture
    assert "c-now" in picture
    assert "c-now" not in drawing.validity_bar("Nu", dt.date(2020, 1, 1), dt.date(2020, 12, 31), TODAY, dt.date(2020, 1, 1), dt.date(2020, 12, 31))


# ---------------------------------------------------------------- counters
@pytest.mark.parametrize(
    ("done", "at_least", "expected", "words"),
    [
        (8, 12, 274 / 366 * 12, "1 efter takten"),
        (17, 20, 15.0, "2 före takten"),
        (3, 4, 2.7, "i takt"),
        (0, 4, 0.2, "i takt"),
        (3, 4, 2.5, "i takt"),
        (5, 4, 3.0, "målet nått"),
        (4, 4, 4.0, "målet nått"),
        (3, 4, 4.0, "1 färre än lovat"),
        (0, 4, None, "inte börjat än"),
        (2, 12, 9.0, "7 efter takten"),
    ],
)
def test_pace_in_words(done: int, at_least: int, expected: float | None, words: str) -> None:
    assert drawing.pace_words(done, at_least, expected) == words


def test_a_counter_says_what_an_even_pace_had_given() -> None:
    picture = drawing.counter("Insatser", 3, 4, 2.7, "insatser 2024")
    assert "<b>3 av 4</b>" in picture
    assert "Jämn takt hade gett 2,7 – <strong>i takt</strong>." in picture
    assert 'aria-label="Insatser: 3 av minst 4 insatser 2024. Jämn takt hade gett 2,7."' in picture
    assert (picture.count('"c-full"'), picture.count('"c-cell"'), picture.count('"c-over"')) == (3, 1, 0)
    assert 'x1="67.5%"' in picture


def test_more_than_promised_gets_cells_of_its_own() -> None:
    picture = drawing.counter("Dialoger", 6, 4, 3.0, "dialoger")
    assert (picture.count('"c-full"'), picture.count('"c-cell"'), picture.count('"c-over"')) == (4, 0, 2)
    assert 'x1="50%"' in picture


def test_a_number_too_large_for_cells_is_one_bar() -> None:
    picture = drawing.counter("Pass", 91, 364, 270.0, "pass")
    assert _widths(picture, "c-full") == [25.0]
    assert picture.count("<rect") == 2
    assert drawing.counter("Pass", 400, 364, 270.0, "pass").count("<rect") == 3


def test_when_the_time_is_out_there_is_no_pace_any_more() -> None:
    picture = drawing.counter("Dialoger", 3, 4, 4.0, "dialoger 2018")
    assert "Tiden är ute – <strong>1 färre än lovat</strong>." in picture
    assert "c-pace" not in picture


def test_without_a_target_only_the_count_is_shown() -> None:
    picture = drawing.counter("Samtal", 17, None, None, "samtal 2024")
    assert "<b>17</b>" in picture
    assert "<svg" not in picture


# ---------------------------------------------------------------- the wheel
def _centres(picture: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'class="w-(?:dot|warn)" cx="([\d.]+)" cy="([\d.]+)"', picture)]


def test_months_that_are_over_the_one_that_is_and_those_to_come() -> None:
    picture = drawing.wheel(2024, TODAY, FIRST, LAST, [], uid="a")
    assert (picture.count("w-past"), picture.count("w-here"), picture.count("w-month")) == (9, 1, 2)
    assert 'class="w-big" x="200" y="190">91</text>' in picture
    assert "dagar kvar av löftet" in picture


@pytest.mark.parametrize(
    "days",
    [
        [dt.date(2024, 12, 31 - i) for i in range(8)],
        [dt.date(2024, 1, 1 + i) for i in range(8)],
        [dt.date(2024, 12, 31), dt.date(2024, 1, 1)],
        [TODAY] * 12,
        [dt.date(2024, 1, 1) + dt.timedelta(days=8 * i) for i in range(45)],
    ],
)
def test_marks_never_cover_each_other(days: list[dt.date]) -> None:
    centres = _centres(drawing.wheel(2024, TODAY, FIRST, LAST, [(day, False) for day in sorted(days)], uid="a"))
    assert len(centres) == len(days)
    for (ax, ay), (bx, by) in pairwise([*centres, centres[0]]):
        assert hypot(ax - bx, ay - by) >= 23.5  # two radii of 11.5, and a hair


def test_a_mark_of_another_year_is_not_drawn_and_keeps_its_number() -> None:
    picture = drawing.wheel(2024, TODAY, FIRST, LAST, [(dt.date(2023, 12, 31), True), (dt.date(2024, 12, 31), False)], uid="a")
    assert re.findall(r'class="w-n"[^>]*>(\d+)<', picture) == ["2"]
    assert "En frist är markerad" in picture


@pytest.mark.parametrize(
    ("first", "last", "big", "small"),
    [
        (dt.date(2025, 1, 1), LAST.replace(year=2026), "92", "dagar tills löftet gäller"),
        (dt.date(2018, 1, 1), dt.date(2018, 12, 31), "2024", "löftet har upphört"),
        (dt.date(2024, 3, 1), None, "2024", "gäller tills vidare"),
        (FIRST, dt.date(2024, 10, 2), "1", "dag kvar av löftet"),
    ],
)
def test_what_stands_in_the_middle(first: dt.date, last: dt.date | None, big: str, small: str) -> None:
    picture = drawing.wheel(2024, TODAY, first, last, [], uid="a")
    assert f">{big}</text>" in picture
    assert f">{small}</text>" in picture


def test_only_the_valid_part_of_the_year_is_ringed() -> None:
    assert '<circle class="w-valid"' in drawing.wheel(2024, TODAY, FIRST, LAST, [], uid="a")
    assert "w-valid" not in drawing.wheel(2024, TODAY, dt.date(2018, 1, 1), dt.date(2018, 12, 31), [], uid="a")


# ---------------------------------------------------------------- rings and ladder
@pytest.mark.parametrize(
    ("left", "words"),
    [
        (91, "91 dagar av löftet är kvar."),
        (1, "1 dag av löftet är kvar."),
        (0, "0 dagar av löftet är kvar."),
        (None, 'lovar tillsammans."'),
        (-3, 'lovar tillsammans."'),
    ],
)
def test_the_rings_hold_the_days_that_are_left(left: int | None, words: str) -> None:
    assert words in drawing.rings(left)


def test_the_ladder_says_how_many_and_how_many_are_sent() -> None:
    points = [(LAST - dt.timedelta(days=lead), lead == 180) for lead in (180, 90, 60, 30, 14, 7, 1)]
    picture = drawing.ladder(points, LAST, TODAY, "Löftet går ut")
    assert (
        'aria-label="Löftet går ut, 31 december 2024. Sju påminnelser mellan 4 juli 2024 och 30 december 2024. En är skickad. Alla står i listan under."'
        in picture
    )
    assert (picture.count('"c-run"'), picture.count('"c-mark"')) == (1, 6)
    assert 'cx="2.59%"' in picture


def test_a_ladder_without_steps_says_so() -> None:
    assert "Inga påminnelser är planerade." in drawing.ladder([], LAST, TODAY, "Löftet går ut")
