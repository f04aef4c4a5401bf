"""What stands, what is said of it and what is drawn: nothing across a break, nothing filled in, nothing that people wrote as mark-up."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from trygghet.indicators import chart, rules, typed
from trygghet.indicators.rules import About, Observation, Series
from trygghet.swedish import Refusal

ABOUT = About("Otrygga", "survey", "procent", "Kommunen", "Enkäten", "Inne bland oss", "down", Decimal(3), "åtgärder behövs över")


def _one(year: int, value: str | None, **more: Any) -> Observation:
    return Observation(uuid.uuid4(), year, None if value is None else Decimal(value), **more)


def _series(*recorded: Observation, about: About = ABOUT, **more: Any) -> Series:
    return Series(uuid.uuid4(), uuid.uuid4(), "Björken", about, recorded, **more)


def _drawn(series: Series) -> ET.Element:
    return ET.fromstring(str(chart.series(series, uid="x")))


def _classes(series: Series, tag: str) -> list[str]:
    return [one.get("class", "") for one in _drawn(series).iter(tag)]


def test_the_last_of_a_years_values_stands_and_one_without_a_value_takes_it_back() -> None:
    first = _one(2022, "31")
    second = _one(2022, "30", replaces_id=first.id, reason="Slutlig.")
    gone = _one(2021, "5")
    back = _one(2021, None, replaces_id=gone.id, reason="Fel år.")
    series = _series(back, second, gone, first)
    assert [one.value for one in series.observations] == [Decimal(30)]
    assert [(line.observation.value, line.struck) for line in rules.lines(series.recorded)] == [
        (Decimal(30), False),
        (Decimal(31), True),
        (None, True),
        (Decimal(5), True),
    ]


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ((), "Inga värden än."),
        ((_one(2023, "36"),), "36 procent 2023."),
        ((_one(2021, "31"), _one(2023, "36", preliminary=True)), "Ökat från 31 procent 2021 till 36 procent 2023 (preliminärt)."),
        ((_one(2021, "31"), _one(2022, "90"), _one(2023, "30.5")), "Minskat från 31 procent 2021 till 30,5 procent 2023."),
        ((_one(2021, "31"), _one(2023, "31.0")), "31 procent 2021, och samma 2023."),
        ((_one(2021, "31"), _one(2023, "36", break_note="Ny fråga.")), "36 procent 2023."),
        ((_one(2019, "9"), _one(2021, "31", break_note="Ny fråga."), _one(2023, "30")), "Minskat från 31 procent 2021 till 30 procent 2023."),
    ],
)
def test_a_change_is_told_between_the_first_and_the_last_value_since_the_last_break(recorded: tuple[Observation, ...], words: str) -> None:
    assert _series(*recorded).change_words == words


def test_without_a_unit_the_year_cannot_be_taken_for_one() -> None:
    series = _series(_one(2019, "2.6"), _one(2023, "2.9", preliminary=True), about=replace(ABOUT, unit=""))
    assert series.change_words == "Ökat från 2,6 (2019) till 2,9 (2023, preliminärt)."


def test_a_line_joins_neighbours_is_dotted_over_years_without_a_value_and_never_crosses_a_break() -> None:
    series = _series(_one(2018, "1"), _one(2019, "2"), _one(2021, "2"), _one(2022, "3", break_note="Ny fråga."), _one(2023, "3"))
    lines = [kind for kind in _classes(series, "line") if kind.startswith(("c-line", "c-break"))]
    assert lines == ["c-line", "c-line c-between", "c-break", "c-line"]
    assert "Seriebrott före 2022: Ny fråga." in "".join(_drawn(series).itertext())
    assert "seriebrott" in [one.text for one in _drawn(series).iter("text")]


def test_what_is_preliminary_is_hollow_and_says_so_and_n_stands_under_its_year() -> None:
    series = _series(_one(2022, "3", n=402), _one(2023, "4", preliminary=True))
    assert _classes(series, "circle") == ["c-run", "c-mark"]
    told = [one.text for one in _drawn(series).iter("text")]
    assert {"n 402", "prel.", "2022", "2023"} <= set(told)


def test_nought_is_in_the_picture_so_that_no_change_looks_larger_than_it_is() -> None:
    low, high = [float(one.get("cy", "0")) for one in _drawn(_series(_one(2022, "98"), _one(2023, "100"))).iter("circle")]
    assert 0 < low - high < 5


def test_a_figure_that_the_threshold_would_cross_stands_under_its_point() -> None:
    series = _series(_one(2022, "2.7"), _one(2023, "3.4"))
    places = {one.text: float(one.get("y", "0")) for one in _drawn(series).iter("text")}
    points = [float(one.get("cy", "0")) for one in _drawn(series).iter("circle")]
    assert places["2,7"] > points[0]
    assert places["3,4"] < points[1]


def test_nothing_is_drawn_of_a_series_without_values() -> None:
    assert str(chart.series(_series(), uid="x")) == str(chart.spark(_series())) == ""


def test_what_people_wrote_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    about = About(evil, "survey", evil, evil, evil, evil, "", Decimal(3), evil)
    series = _series(_one(2022, "1"), _one(2023, "4", break_note=evil), about=about)
    for drawn in (chart.series(series, uid="x"), chart.spark(series)):
        assert "<script" not in str(drawn)
        ET.fromstring(str(drawn))


def test_a_snapshot_reads_back_as_what_was_told_and_keeps_what_is_the_parties_own_inside() -> None:
    old = _one(2022, "30.50", reason="", by_name="Anna", observed_on=dt.date(2022, 11, 30), n=402, response_rate=Decimal("52.5"), source="Rapporten")
    new = _one(2022, "31.10", replaces_id=old.id, reason="Hemligt skäl", by_name="Anna", n=402, break_note="Ny fråga.", preliminary=True)
    series = _series(old, new, retrieved_at=dt.datetime(2024, 10, 2, 22, 30, tzinfo=dt.UTC))
    stored = json.dumps(rules.as_json(series))
    for inside in ("Inne bland oss", "Hemligt skäl", "Anna", "30.5"):
        assert inside not in stored
    read = rules.from_json(json.loads(stored))
    assert (read.name, read.unit, read.area, read.about.threshold) == ("Otrygga", "procent", "Kommunen", Decimal(3))
    assert [one.measured for one in read.observations] == [new.measured]
    assert read.source_words == series.source_words == "Källa: Enkäten. Hämtat 3 oktober 2024."
    assert rules.as_json(read) == {**rules.as_json(series), "organisation": "Björken"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("34,5", "34.5"), ("34.5", "34.5"), ("1 034,2", "1034.2"), ("1\u00a0034", "1034"), ("52 %", "52"), ("\u22123", "-3"), ("0", "0")],
)
def test_numbers_are_read_as_swedes_write_them(text: str, value: str) -> None:
    assert typed.decimal(text, "Värde", field="varde") == Decimal(value)


@pytest.mark.parametrize("text", ["", "1,2,3", "1e5", "NaN", "tolv", "1.034,2", "=1+1", "1234567890123"])
def test_what_is_no_number_is_refused_with_what_was_typed(text: str) -> None:
    with pytest.raises(Refusal):
        typed.decimal(text, "Värde", field="varde")


def test_a_kpis_title_ends_with_its_unit() -> None:
    about = rules.of_kpi("N07403", "Anmälda våldsbrott, antal/100 000 inv", "0765", "Älmhult", "Kolada")
    assert (about.name, about.unit, about.municipality_code) == ("Anmälda våldsbrott", "antal/100 000 inv", "0765")
    assert rules.of_kpi("N07403", "Anmälda brott", "0765", "", "Kolada").unit == ""
