"""An organisation's year: every day when something is due, in order, with how it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.obligations.rules import Obligation

MOST_MARKS = 40
"""With more days than this a mark is for a month: they would cover each other in the wheel."""


@dataclass(frozen=True)
class Row:
    """One duty in the year."""

    id: UUID
    on: dt.date
    title: str
    whose: str
    chip: Chip
    is_done: bool
    is_late: bool


@dataclass(frozen=True)
class Mark:
    """One number in the wheel, and the rows it stands for: those of a day, or of a month where there are many."""

    number: int
    rows: tuple[Row, ...]

    @property
    def on(self) -> dt.date:
        """Where in the year it is drawn."""
        return self.rows[0].on

    @property
    def kind(self) -> str:
        """How it is drawn: late, all done, or neither."""
        return "w-warn" if any(one.is_late for one in self.rows) else "w-done" if all(one.is_done for one in self.rows) else "w-dot"


@dataclass(frozen=True)
class Year:
    """One calendar year. `years` are those that have any duty, with this one and the one that is now."""

    year: int
    today: dt.date
    marks: Sequence[Mark]
    spans: Sequence[tuple[dt.date, dt.date | None]]
    years: Sequence[int]
    by_month: bool

    @property
    def drawn(self) -> list[tuple[dt.date, str]]:
        """The marks for the picture."""
        return [(one.on, one.kind) for one in self.marks]

    @property
    def middle(self) -> tuple[str, str]:
        """What stands in the middle of the wheel."""
        rows = self._rows
        open_ = [one for one in rows if not one.is_done]
        if not rows:
            return str(self.year), "inga frister"
        if not open_:
            return str(len(rows)), "frist, klar" if len(rows) == 1 else "frister, alla klara"
        return str(len(open_)), "frist återstår" if len(open_) == 1 else "frister återstår"

    @property
    def heading(self) -> str:
        """The year in a sentence or two."""
        rows = self._rows
        open_, late = [one for one in rows if not one.is_done], sum(one.is_late for one in rows)
        if not rows:
            return f"Inga frister infaller {self.year}."
        done = len(rows) - len(open_)
        parts = [f"{swedish.first_up(swedish.word(len(rows)))} {'frist' if len(rows) == 1 else 'frister'} infaller {self.year}"]
        if not open_:
            return f"{parts[0]}, och {'den är klar' if done == 1 else 'alla är klara'}."
        parts += [f"{swedish.word(done)} är {'klar' if done == 1 else 'klara'}"] if done else []
        parts += [f"{swedish.word(late)} är {'försenad' if late == 1 else 'försenade'}"] if late else []
        ahead = next((one for one in open_ if one.on >= self.today), None)
        nearest = f" Närmast ligger {swedish.day_month(ahead.on)}: {swedish.first_down(ahead.title)}." if ahead else ""
        return f"{', '.join(parts[:-1])} och {parts[-1]}.{nearest}" if len(parts) > 1 else f"{parts[0]}.{nearest}"

    @property
    def before(self) -> int | None:
        """The year before it that has anything."""
        return max((one for one in self.years if one < self.year), default=None)

    @property
    def after(self) -> int | None:
        """The year after it that has anything."""
        return min((one for one in self.years if one > self.year), default=None)

    @property
    def _rows(self) -> list[Row]:
        return [row for one in self.marks for row in one.rows]


def asked(text: str, today: dt.date) -> int:
    """The year that an address asks for; this one where it names none."""
    return int(text) if text.isascii() and text.isdigit() and dt.MINYEAR <= int(text[:5]) < dt.MAXYEAR else today.year


def of(found: Sequence[Obligation], year: int, today: dt.date, *, shows_spans: bool) -> Year:
    """That calendar year of an organisation's duties, late ones and done ones too."""
    rows = sorted(
        (_row(one, today) for one in found if one.duty.due_on.year == year), key=lambda row: (row.on, swedish.sort_key(row.whose), row.title)
    )
    by_month = len({row.on for row in rows}) > MOST_MARKS
    groups = groupby(rows, key=lambda row: row.on.replace(day=1) if by_month else row.on)
    marks = [Mark(number, tuple(same)) for number, (_, same) in enumerate(groups, start=1)]
    spans = {one.promise_id: one.validity for one in found if one.validity is not None and one.promise_id} if shows_spans else {}
    years = sorted({one.duty.due_on.year for one in found} | {year, today.year})
    return Year(year, today, marks, [(one.first, one.last) for one in spans.values()], years, by_month)


def _row(one: Obligation, today: dt.date) -> Row:
    done, days = one.settled_at is not None, one.days_left(today)
    late = not done and days < 0
    chip = (
        Chip("good", "check", "Klar")
        if done
        else Chip("bad", "late", "Försenad")
        if late
        else Chip("", "clock", swedish.first_up(swedish.when(days)))
    )
    return Row(one.id, one.duty.due_on, one.duty.title, one.promise_title or one.area_name, chip, done, late)
