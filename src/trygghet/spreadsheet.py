"""Tables as Swedish spreadsheets save and open them: text with a separator, in any of the encodings that they use."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet import shield, swedish
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
"""Larger files are parted: a person reads through what they take in, and the whole of it is written in one go."""

_DELIMITERS = {";": "semikolon", "\t": "tabb", ",": "komma"}
"""Swedish Excel's own first, then what it calls Unicode text, then everybody else's."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet may take for a formula, with as many apostrophes before it as it has got."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class Row(NamedTuple):
    """One row of a sheet. `line` is its number as a spreadsheet shows it, the header being 1; a cell that is missing is empty."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table that was read: its columns by name, in small letters, and the rows that have anything in them."""

    header: tuple[str, ...]
    rows: list[Row]


def read(body: bytes, needed: Sequence[str] = ()) -> Sheet:
    """The table in a file: UTF-8, cp1252 or UTF-16; parted by semicolons, tabs or commas. Cells are trimmed, and line breaks are plain.

    `needed` are the columns that it must have, in small letters. Raises `Refusal`: `csv.empty`, `csv.unreadable`, `csv.too_large`,
    `csv.too_many`, `csv.quotes`, `csv.columns`, `csv.twice`, and `csv.outside` for text in a column without a name.
    """
    if len(body) > MOST_BYTES:
        raise Refusal("csv.too_large", field="fil", most=MOST_BYTES // 1_000_000, size=swedish.number(len(body) / 1_000_000))
    text = _decoded(body)
    told = re.match(r"sep=(.)(?:\r\n|\r|\n)", text)  # a line for Excel alone, which shows it to nobody
    text = text[told.end() :] if told else text
    records = _records(text, told[1] if told else _delimiter(text))
    line, names = next(((line, cells) for line, cells in records if any(cells)), (0, []))
    if not line:
        raise Refusal("csv.empty", field="fil")
    header = [name.lower() for name in names]
    _check_header(header, needed)
    rows: list[Row] = []
    for line, cells in records:
        if not any(cells):
            continue
        if len(rows) == MOST_ROWS:
            raise Refusal("csv.too_many", field="fil", most=swedish.number(MOST_ROWS, 0))
        rows.append(_row(line, cells, header))
    return Sheet(tuple(name for name in header if name), rows)


def _decoded(body: bytes) -> str:
    """The text of a file. UTF-16 says what it is in its first bytes; what is no UTF-8 is cp1252, as older Excel saves."""
    if body.startswith(_WORKBOOKS):
        raise Refusal("csv.unreadable", field="fil")
    for encoding in ("utf-16",) if body.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refusal("csv.unreadable", field="fil")


def _delimiter(text: str) -> str:
    """What parts the first row that has anything in it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return next((one for one in _DELIMITERS if one in re.sub(r'"[^"]*"', "", first)), ";")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, also the empty ones, which a spreadsheet counts too."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, 1):
            yield line, [_cell(cell) for cell in cells]
    except csv.Error as error:
        raise Refusal("csv.quotes", field="fil", line=line + 1) from error


def _cell(text: str) -> str:
    """The cell as it was before `write` made it harmless."""
    seen = shield.seen(re.sub(r"\r\n?", "\n", text))
    return seen[1:] if seen.startswith("'") and _FORMULA.match(seen) else seen


def _check_header(header: Sequence[str], needed: Sequence[str]) -> None:
    if missing := [name for name in needed if name not in header]:
        raise Refusal(
            "csv.columns", field="fil", missing=swedish.listed([f"”{name}”" for name in missing]), found=", ".join(filter(None, header))[:200]
        )
    if twice := next((name for name in header if name and header.count(name) > 1), ""):
        raise Refusal("csv.twice", field="fil", name=twice)


def _row(line: int, cells: Sequence[str], header: Sequence[str]) -> Row:
    for place, cell in enumerate(cells):
        if cell and not (place < len(header) and header[place]):
            raise Refusal("csv.outside", field="fil", line=line, text=cell[:40])
    return Row(line, {name: cells[place] if place < len(cells) else "" for place, name in enumerate(header) if name})


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table that Swedish Excel opens as it is: UTF-8 with a mark first, semicolons, CRLF.

    What could be taken for a formula gets an apostrophe, which `read` takes away again; a number stays a number.
    """
    return codecs.BOM_UTF8 + lines([header, *rows])


def lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as `write` spells them, to come after what it wrote: a file that is too long to hold is written a stretch at a time."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return table.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
