"""What a municipality sees of each promise: its follow-ups on the time line, its counters, and the year as a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.dashboard.rules import LONG_AGO, OVER, Lede
from trygghet.drawing import pace_words
from trygghet.obligations.rules import Kind
from trygghet.promises.rules import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.dashboard.facts import Activity, Board, Promise
    from trygghet.dashboard.rules import Owed
    from trygghet.promises.counting import Tally

COUNTERS = 6
"""So many counters are drawn on a card; the rest stand in a table."""
ALIVE = {State.IN_FORCE: 0, State.ENDING: 0, State.COMING: 1}


@dataclass(frozen=True)
class Counter:
    """One activity that is counted. `expected` is None before the promise begins; `pace` says how it stands, in words."""

    activity: Activity
    tally: Tally
    expected: float | None
    unit: str

    @property
    def pace(self) -> str:
        """How it stands, in words; empty where no number was promised."""
        return "" if self.tally.promised is None else pace_words(self.tally.done, self.tally.promised, self.expected)

    @property
    def behind(self) -> float:
        """How far behind an even pace, as a share of what was promised; negative when ahead."""
        return 0.0 if not self.tally.promised else ((self.expected or 0.0) - self.tally.done) / self.tally.promised


@dataclass(frozen=True)
class Card:
    """One promise as it is shown. `drawn` are the counters with a picture, `counted` all that have a number to reach."""

    promise: Promise
    marks: tuple[tuple[dt.date, str, bool], ...]
    drawn: tuple[Counter, ...]
    counted: tuple[Counter, ...]
    uncounted: tuple[Counter, ...]

    @property
    def shortened(self) -> bool:
        """Whether only those furthest behind are drawn."""
        return len(self.drawn) < len(self.counted)


def current(board: Board, today: dt.date) -> list[Promise]:
    """The promises that are alive, those in force first; where none is, the last one that was."""
    alive = [one for one in board.promises if one.state(today) in ALIVE]
    if not alive:
        over = sorted((one for one in board.promises), key=_ends, reverse=True)
        return over[:1]
    return sorted(alive, key=lambda one: (ALIVE[one.state(today)], _ends(one)))


def earlier(board: Board, today: dt.date) -> list[Promise]:
    """The promises that are over, the latest first."""
    shown = {one.id for one in current(board, today)}
    return sorted((one for one in board.promises if one.id not in shown), key=_ends, reverse=True)


def _ends(promise: Promise) -> dt.date:
    return promise.validity.last or dt.date.max


def card(board: Board, promise: Promise, today: dt.date) -> Card:
    """One promise with its follow-ups and counters."""
    marks = tuple(
        (duty.due_on, "Gemensam uppföljning", duty.done) for duty in board.duties if duty.promise_id == promise.id and duty.kind == Kind.FOLLOW_UP
    )
    counters = [_counter(one, promise, today) for one in board.activities if one.promise_id == promise.id]
    counted = [one for one in counters if one.tally.promised is not None]
    drawn = counted
    if len(counted) > COUNTERS:
        furthest = {one.activity.id for one in sorted(counted, key=lambda one: one.behind, reverse=True)[:COUNTERS]}
        drawn = [one for one in counted if one.activity.id in furthest]
    return Card(promise, marks, tuple(drawn), tuple(counted), tuple(one for one in counters if one.tally.promised is None))


def _counter(activity: Activity, promise: Promise, today: dt.date) -> Counter:
    tally = activity.tally(promise.validity, today)
    expected = None if today < promise.validity.first else tally.expected
    return Counter(activity, tally, expected, f"{activity.unit or 'gånger'} {tally.period_name}")


# ---------------------------------------------------------------- the year
@dataclass(frozen=True)
class YearMark:
    """One number on the year wheel: all that falls on one day."""

    on: dt.date
    text: str
    hot: bool


def touches(promise: Promise, year: int) -> bool:
    """Whether the promise holds on any day of that calendar year."""
    return promise.validity.first.year <= year and (promise.validity.last is None or promise.validity.last.year >= year)


def year_marks(rows: Sequence[Owed], year: int) -> list[YearMark]:
    """What is owed in that calendar year, one mark for each day; late ones and a promise's end are hot."""
    days: dict[dt.date, list[Owed]] = {}
    for row in rows:
        if row.on.year == year and (row.duty_id or row.key_id or row.gap):
            days.setdefault(row.on, []).append(row)
    return [
        YearMark(on, "; ".join(dict.fromkeys(_short(row) for row in same)), any(row.late or row.chip is not None for row in same))
        for on, same in sorted(days.items())
    ]


def _short(row: Owed) -> str:
    text = swedish.first_down(row.heading)
    return f"{text}, försenad" if row.late else text


# ---------------------------------------------------------------- who counts
def reporter_lede(cards: Sequence[Card], today: dt.date) -> Lede:
    """For the one who records what has been done: when that last happened, and what is behind."""
    counters = [one for card in cards for one in (*card.counted, *card.uncounted)]
    if cards and all(card.promise.state(today) in OVER for card in cards):
        return Lede("Löftet har gått ut", "Det som hände medan det gällde kan fortfarande registreras.")
    if not counters:
        return Lede("Inget att räkna än", "Här kommer löftets aktiviteter att stå, så att du kan registrera vad ni har gjort.")
    days = [row.on for one in counters for row in one.activity.outcomes]
    last = (
        "Inget är registrerat än."
        if not days
        else f"Senast registrerade utfall är från {swedish.long_date(max(days))}{_ago((today - max(days)).days)}."
    )
    behind = sum(1 for card in cards for one in card.counted if one.pace.endswith("efter takten"))
    pace = "" if behind == 0 else f" {swedish.first_up(swedish.word(behind))} {'aktivitet' if behind == 1 else 'aktiviteter'} ligger efter takten."
    return Lede("Vad har ni gjort sedan sist?", last + pace)


def _ago(days: int) -> str:
    return {0: ", i dag", 1: ", i går"}.get(days, f", för {swedish.word(days)} dagar sedan" if days <= LONG_AGO else "")
