"""Values from a spreadsheet: what each row would do, said before anything is kept. The same file again does nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trygghet import shield, spreadsheet
from trygghet.indicators import rules, typed
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from trygghet.indicators.rules import Measured, Observation, Series
    from trygghet.spreadsheet import Row, Sheet

COLUMNS = {
    "år": "ar",
    "värde": "varde",
    "antal svar": "svar",
    "svarsfrekvens": "svarsfrekvens",
    "preliminärt": "preliminart",
    "seriebrott": "seriebrott",
    "datum": "datum",
    "källa": "kalla",
}
"""What a column is called in a spreadsheet, and in our form. Only the first two must be there."""
NEEDED = ("år", "värde")
_YES, _NO = {"ja", "j", "x", "1", "sant"}, {"", "nej", "n", "0", "falskt"}
_PARTS = {"varde": "value", "svar": "n", "svarsfrekvens": "response_rate", "preliminart": "preliminary", "seriebrott": "break_note"}
_PARTS |= {"datum": "observed_on", "kalla": "source"}


REASON = "Ny uppgift i inläst fil"


@dataclass(frozen=True)
class Planned:
    """What a row would do: a new value, one that replaces `before`, nothing because it is there already; or what is wrong with it."""

    line: int
    measured: Measured | None = None
    before: Observation | None = None
    wrong: str = ""
    text: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the year has no value yet."""
        return self.measured is not None and (self.before is None or self.before.value is None)

    @property
    def is_known(self) -> bool:
        """Whether the very same value is there."""
        return self.measured is not None and self.before is not None and self.before.measured.says_the_same(self.measured)

    @property
    def replaces(self) -> bool:
        """Whether another value of that year stands."""
        return self.measured is not None and not self.is_new and not self.is_known


def read(body: bytes) -> Sheet:
    """The table in the file, without personal identity numbers. Raises `Refusal`."""
    found = spreadsheet.read(body, NEEDED)
    for row in found.rows:
        for cell in row.cells.values():
            if number := shield.personal_number(cell):
                raise Refusal("text.personal_number", field="fil", name=f"Rad {row.line}", text=number)
    return found


def plan(sheet: Sheet, series: Series, today: dt.date) -> list[Planned]:
    """What each row would do, in the order of the file. A column that is not in the file leaves what a value says there as it is."""
    heads = rules.heads(series.recorded)
    fields = {COLUMNS[name] for name in sheet.header if name in COLUMNS}
    found: list[Planned] = []
    years: set[int] = set()
    for row in sheet.rows:
        planned = _planned(row, heads, fields, today)
        if planned.measured and planned.measured.year in years:
            planned = Planned(row.line, wrong=Refusal("observation.twice", year=planned.measured.year).sentence, text=_text(row))
        if planned.measured:
            years.add(planned.measured.year)
        found.append(planned)
    return found


def mark(planned: Sequence[Planned]) -> str:
    """What the rows would do, in few letters: it is another when somebody has changed a value in between."""
    told = [(str(one.measured), str(one.before.id) if one.before else "") for one in planned if one.measured]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _planned(row: Row, heads: dict[int, Observation], fields: set[str], today: dt.date) -> Planned:
    cells = {COLUMNS[name]: cell for name, cell in row.cells.items() if name in COLUMNS}
    try:
        cells["preliminart"] = _yes(cells.get("preliminart", ""))
        measured = typed.value(cells, today)
    except (Refusal, Slips) as no:
        return Planned(row.line, wrong=" ".join(no.sentences.values()), text=_text(row))
    before = heads.get(measured.year)
    if before and before.value is not None:
        kept = {part: getattr(before, part) for field, part in _PARTS.items() if field not in fields}
        measured = replace(measured, **kept)
    return Planned(row.line, measured, before)


def _yes(text: str) -> str:
    if text.lower() not in _YES | _NO:
        raise Refusal("choice.unknown", field="preliminart", name="Preliminärt (ja eller nej)", text=text[:40])
    return "ja" if text.lower() in _YES else ""


def _text(row: Row) -> str:
    return "; ".join(cell for cell in row.cells.values() if cell)[:80]


def again(body: bytes) -> str:
    """The same table as plain text, to be carried by the page that asks whether to keep it."""
    found = read(body)
    return spreadsheet.write(found.header, [[row.cells[name] for name in found.header] for row in found.rows]).decode("utf-8-sig")


def template() -> bytes:
    """A file to fill in, with a row that shows how."""
    return spreadsheet.write(tuple(COLUMNS), [("2023", "34,5", "412", "52", "nej", "", "2023-10-15", "")])


def written(series: Series) -> bytes:
    """The values that stand, in the columns that an import takes."""
    rows = []
    for one in series.observations:
        fields = typed.value_fields(one.measured)
        fields["preliminart"] = fields["preliminart"] or "nej"
        rows.append([fields[name] for name in COLUMNS.values()])
    return spreadsheet.write(tuple(COLUMNS), rows)
