"""Tables from files: as Swedish Excel saves them, as everybody else does, and as they cannot be read."""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import shield, spreadsheet
from trygghet.spreadsheet import Row
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from pathlib import Path

SWEDISH = "Datum;Antal;Anteckning\r\n2024-10-01;2;Infart från Åmål\r\n"


def refused(body: bytes, *needed: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        spreadsheet.read(body, needed)
    assert caught.value.field == "fil"
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        SWEDISH.encode("utf-8-sig"),
        SWEDISH.encode(),
        SWEDISH.encode("cp1252"),
        SWEDISH.encode("utf-16"),
        b"\xfe\xff" + SWEDISH.encode("utf-16-be"),
        SWEDISH.replace(";", "\t").encode("utf-16"),
        SWEDISH.replace(";", ",").encode(),
        SWEDISH.replace("\r\n", "\n").encode(),
        SWEDISH.replace("\r\n", "\r").encode(),
        SWEDISH.removesuffix("\r\n").encode(),
        f"sep=;\r\n{SWEDISH}".encode("utf-8-sig"),
        SWEDISH.replace("Antal", '"Antal, st"').replace("Antal, st", "Antal").encode(),
        SWEDISH.replace("\r\n", ";;\r\n").encode(),
        SWEDISH.replace("2;", " 2\u200b ;").encode(),
    ],
)
def test_a_table_reads_the_same_however_it_was_saved(body: bytes) -> None:
    found = spreadsheet.read(body, ("datum", "antal"))
    assert found.header == ("datum", "antal", "anteckning")
    assert found.rows == [Row(2, {"datum": "2024-10-01", "antal": "2", "anteckning": "Infart från Åmål"})]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    body = 'a;b\r\n\r\n1;"två\r\nrader; och ""citat"""\r\n;\r\n3\r\n'.encode()
    assert spreadsheet.read(body).rows == [Row(3, {"a": "1", "b": 'två\nrader; och "citat"'}), Row(5, {"a": "3", "b": ""})]


def test_what_parts_the_columns_is_not_taken_from_inside_a_heading() -> None:
    assert spreadsheet.read(b'"a; b",c\r\n1,2\r\n').header == ("a; b", "c")
    assert spreadsheet.read(b"a, b;c\r\n1;2\r\n").header == ("a, b", "c")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Fil: det står ingenting i filen. Spara tabellen som CSV och välj den filen."),
        (b"\xef\xbb\xbf\r\n ; \r\n", "Fil: det står ingenting i filen. Spara tabellen som CSV och välj den filen."),
        (b"PK\x03\x04...", "Fil: det gick inte att läsa filen som en tabell. Välj Spara som i Excel, filformatet CSV UTF-8, och ta den filen."),
        (b"\xd0\xcf\x11\xe0", "Fil: det gick inte att läsa filen som en tabell. Välj Spara som i Excel, filformatet CSV UTF-8, och ta den filen."),
        (b"a;b\x00", "Fil: det gick inte att läsa filen som en tabell. Välj Spara som i Excel, filformatet CSV UTF-8, och ta den filen."),
        (b"\xff\xfe\x00", "Fil: det gick inte att läsa filen som en tabell. Välj Spara som i Excel, filformatet CSV UTF-8, och ta den filen."),
        (b"a\x81;b", "Fil: det gick inte att läsa filen som en tabell. Välj Spara som i Excel, filformatet CSV UTF-8, och ta den filen."),
        (b"a" * 2_100_000, "Fil: högst 2 MB. Den du valde är 2,1 MB. Dela den i flera."),
        (b"a\r\n" + b"1\r\n" * 5_001, "Fil: högst 5\u00a0000 rader på en gång. Dela filen i flera."),
        (
            b'a;b\r\n1;2\r\n3;"4\r\n5;6',
            "Fil: ett citattecken på rad 3 eller strax före saknar sitt andra. Rätta det, eller spara filen på nytt från Excel.",
        ),
        (b"a;A\r\n1;2", "Fil: rubriken ”a” står två gånger. Ta bort den ena kolumnen."),
        (
            b"a;b\r\n1;2;tre",
            "Fil: på rad 2 står ”tre” i en kolumn utan rubrik. Sätt text med semikolon i inom citattecken, eller ge kolumnen en rubrik.",
        ),
        (
            b"a;;b\r\n1;x;2",
            "Fil: på rad 2 står ”x” i en kolumn utan rubrik. Sätt text med semikolon i inom citattecken, eller ge kolumnen en rubrik.",
        ),
    ],
)
def test_what_cannot_be_read_says_what_to_do(body: bytes, sentence: str) -> None:
    assert refused(body).sentence == sentence


def test_missing_columns_are_named_beside_those_that_are_there() -> None:
    assert (
        refused(b"datum;summa\r\n1;2", "datum", "aktivitet", "antal").sentence
        == "Fil: den första raden ska vara rubriker. Det saknas ”aktivitet” och ”antal”. Rubrikerna i filen är datum, summa."
    )


def test_a_row_and_a_size_at_the_limit_are_read() -> None:
    assert len(spreadsheet.read(b"a\r\n" + b"1\r\n" * 5_000).rows) == 5_000
    assert spreadsheet.read(b"a\r\n" + b"1" * 100_000).rows[0].cells["a"] == "1" * 100_000


@pytest.mark.parametrize("cell", ["=1+1", "+46", "-cmd", "@sum", "'=1+1", "''@x"])
def test_nothing_that_people_wrote_is_run_as_a_formula_and_nothing_of_it_is_lost(cell: str) -> None:
    body = spreadsheet.write(("a",), [(cell,)])
    (_, (written,)) = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
    assert written.startswith("'") or written == "+46"
    assert spreadsheet.read(body).rows[0].cells == {"a": cell}


@pytest.mark.parametrize("number", ["-2,5", "+3", "-17", "4.5"])
def test_a_number_stays_a_number(number: str) -> None:
    assert f"\r\n{number}\r\n" in spreadsheet.write(("a",), [(number,)]).decode("utf-8-sig")


def test_what_is_written_opens_in_a_swedish_spreadsheet_as_it_is() -> None:
    assert spreadsheet.write(("År", "Värde"), [("2024", 'a;b "c"\nd')]) == b'\xef\xbb\xbf\xc3\x85r;V\xc3\xa4rde\r\n2024;"a;b ""c""\nd"\r\n'


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12).map(lambda text: shield.seen(text.replace("\r", "")))


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
def test_what_is_written_reads_back_the_same(rows: list[tuple[str, str, str]]) -> None:
    header = ("datum", "antal", "anteckning")
    found = spreadsheet.read(spreadsheet.write(header, rows))
    assert [tuple(row.cells.values()) for row in found.rows] == [row for row in rows if any(row)]
    assert [row.line for row in found.rows] == [line for line, row in enumerate(rows, 2) if any(row)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(Refusal):
        assert spreadsheet.read(body).header


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_reads_and_saves_the_same_table(tmp_path: Path) -> None:
    rows = [("2024-10-01", "2", "Åtta; nio"), ("2024-10-02", "1", 'två "rader"')]
    source = tmp_path / "in.csv"
    source.write_bytes(spreadsheet.write(("datum", "antal", "anteckning"), rows))
    taken = "--infilter=CSV:59,34,76,1,2/2/3/2"  # semicolon, quotes, UTF-8, from row 1; the columns as text
    saved = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false"
    subprocess.run(["soffice", "--headless", taken, "--convert-to", saved, "--outdir", str(tmp_path / "out"), str(source)], check=True, timeout=120)
    assert [tuple(row.cells.values()) for row in spreadsheet.read((tmp_path / "out" / "in.csv").read_bytes()).rows] == rows
