"""A PDF that anybody can read and file, whatever people have typed."""

from __future__ import annotations

import datetime as dt
import socket
from typing import TYPE_CHECKING, Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paper import reading
from trygghet import paper

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = dt.datetime(2024, 10, 1, 6, 0, 0, 123456, tzinfo=dt.UTC)  # as clocks tell it
SHEET: dict[str, Any] = {
    "title": "Medborgarlöfte i Björken",
    "keywords": ["medborgarlöfte"],
    "kind": "Medborgarlöfte",
    "voice": "joint",
    "parties": [{"name": "Björkens kommun", "side": "municipality"}],
    "area": "Björken",
    "oath": "",
    "facts": [],
    "before": [],
    "areas": [],
    "goals": [],
    "activities": [],
    "after": [],
    "tables": [],
    "signatures": [],
    "signed_words": "",
    "versions": [],
    "mark": "",
    "mark_words": "",
    "foot": "Version 1",
    "hash": "",
}
HOSTILE = [
    '#read("/etc/passwd") #panic("nej") #import "@preview/x:1.0.0"',
    r"\ \u{41} \n $x^2$ *fet* _kursiv_ `kod` ~ -- --- ...",
    "<etikett> @hänvisning // inte kommentar /* inte heller */ [hak] {klam} ${{7*7}}",
    "= inte en rubrik",
    "'enkla' \"dubbla\" och % & | ^ ´ ` ¨",
]


def made(**changes: Any) -> bytes:
    return paper.pdf("promises/promise.typ", SHEET | changes, at=AT)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise AssertionError("a PDF asks nobody for anything")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return


def test_it_says_what_it_is_in_the_words_that_programs_read(no_network: None) -> None:
    pdf = made()
    root = reading.opened(pdf).trailer["/Root"]
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    told = reading.opened(pdf).metadata
    assert told is not None
    assert told.title == "Medborgarlöfte i Björken"
    assert told.creation_date == AT.replace(microsecond=0)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reading.opened(pdf).xmp_metadata.stream.get_data()  # type: ignore[union-attr]


def test_its_fonts_lie_in_it_and_none_is_the_machines() -> None:
    used = reading.fonts(made(oath="Vi lovar.", hash="ab" * 32))
    assert used
    assert all(used.values())
    assert {name.split("+")[1].split("-")[0] for name in used} <= {"LibertinusSerif", "SourceSansPro", "DejaVuSansMono", "NewCMMath"}


def test_the_same_data_gives_the_same_bytes() -> None:
    assert made(oath="Vi lovar.") == made(oath="Vi lovar.")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_is_text_and_never_code(text: str, no_network: None) -> None:
    pdf = made(title=text, oath=text, facts=[{"name": "Berättas", "lines": [text]}], foot=text)
    assert reading.squeezed(reading.said(pdf)).count(reading.squeezed(text)) == 4
    assert reading.headings(pdf) == [text, "  Underskrifter"]


def test_a_letter_that_no_font_here_has_is_written_as_its_number() -> None:
    found = reading.said(made(oath="Fest 🎉 och 漢字, men ≥ 12 → går bra."))
    assert "Fest [U+1F389] och [U+6F22][U+5B57], men ≥ 12 → går bra." in found


def test_a_word_that_no_line_holds_is_parted_and_copied_whole() -> None:
    long = "x" * 400
    address = "https://www.kommun.example.org/samhalle-och-trygghet/" + "brottsforebyggande/" * 8
    flat = reading.squeezed(reading.said(made(oath=long, facts=[{"name": "Sida", "lines": [address]}])))
    assert long in flat
    assert address in flat


def test_nothing_stands_outside_the_page_however_long_a_word_is() -> None:
    activity = {
        "number": "1",
        "title": "Samordning",
        "body": [],
        "target": ["Minst 4 informationsutbytestillfällen"],
        "responsible": ["Kommunledningsförvaltningens säkerhetsskyddssamordningsfunktion", "y" * 90],
    }
    found = reading.opened(made(activities=[activity])).pages[0]
    rights: list[float] = []
    found.extract_text(visitor_text=lambda text, _cm, tm, _font, size: rights.append(tm[4] + 0.4 * size * len(text)) if text.strip() else None)
    assert max(rights) < 595 - 60


def test_headings_and_tables_are_told_as_such() -> None:
    activity = {"number": "1", "title": "Kontroller", "body": [], "target": ["Minst 12"], "responsible": ["LPO Skogen"]}
    goal = {"title": "Lugnare trafik", "body": [], "target": [], "activities": [activity, activity]}
    area = {"title": "1. Trafik", "body": [], "problem": [], "cause": [], "goals": [goal], "activities": []}
    pdf = made(areas=[area], before=[{"heading": "Läget", "body": [{"list": True, "lines": ["ett", "två"]}]}])
    assert reading.headings(pdf) == ["Medborgarlöfte i Björken", "  Läget", "  1. Trafik", "    Lugnare trafik", "  Underskrifter"]
    found = reading.tags(pdf)
    assert (found["H1"], found["H2"], found["H3"]) == (1, 3, 1)
    assert (found["Table"], found["TH"], found["TR"]) == (1, 4, 3)
    assert (found["L"], found["LI"]) == (1, 2)


def test_a_mark_stands_on_every_page() -> None:
    pages = reading.pages(made(mark="Inte undertecknat", before=[{"heading": "Läget", "body": [{"list": False, "lines": ["Lång text. " * 900]}]}]))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "Inte undertecknat" in page
        assert f"sida {number} av {len(pages)}" in page


def test_a_mistake_in_a_template_is_not_hidden() -> None:
    with pytest.raises(typst.TypstError):
        paper.pdf("promises/promise.typ", {}, at=AT)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_can_be_set(text: str) -> None:
    assert made(title=text or "Utan namn", oath=text, facts=[{"name": text, "lines": [text]}]).startswith(b"%PDF")
