"""Why a reminder goes out on just its day: which step of which ladder, what moved it, and what gathered it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from trygghet import swedish, workdays
from trygghet.reminders.ladders import NAMES, UNITS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from trygghet.reminders.ladders import Ladder, Ladders, Mark, To
    from trygghet.reminders.rules import Owed

WHOSE = {"product": "Tryggets stege", "organisation": "er egen stege", "promise": "löftets egen stege"}
"""Where a ladder comes from."""


def because(owed: Owed, mark: Mark | None, ladders: Ladders, goes_on: dt.date, *, gathered: bool = False) -> str:
    """A sentence or two. `goes_on` is the day when it goes or went; `gathered`: the step had been passed, and it speaks for all before it too."""
    if mark is None:
        return "Gick ut enligt den stege som gällde då."
    found = [_step(owed, mark, ladders)]
    if mark.day != mark.named:
        found.append(_moved(mark))
    if gathered:
        found.append(f"Steget var redan passerat, så det samlas med tidigare steg i ett brev {swedish.long_date(goes_on)}.")
    elif goes_on > mark.day:
        found.append(f"Tjänsten kunde inte skicka den dagen, så det går {swedish.long_date(goes_on)}.")
    return " ".join(found)


def _step(owed: Owed, mark: Mark, ladders: Ladders) -> str:
    whose = WHOSE[ladders.source(owed.kind, owed.promise_id)]
    if mark.time:
        return f"{every(mark.count, mark.unit).capitalize()} efter det sista steget tills det är klart, enligt {whose}."
    if mark.count == 0:
        return f"Samma dag som fristen, enligt {whose}."
    way = "före" if mark.count > 0 else "efter"
    counted = f"{amount(abs(mark.count), mark.unit)} {way} {swedish.long_date(owed.due_on)}"
    return f"{counted}, enligt {whose}.{' Helger och helgdagar räknas inte.' if mark.unit == 'workdays' else ''}"


def every(count: int, unit: str) -> str:
    """Varje dag; var 7:e dag; var 21:a arbetsdag (in lower case)."""
    day = "arbetsdag" if unit == "workdays" else "dag"
    if count == 1:
        return f"varje {day}"
    ending = "a" if count % 10 in {1, 2} and count % 100 not in {11, 12} else "e"
    return f"var {count}:{ending} {day}"


def amount(count: int, unit: str) -> str:
    """1 dag; 3 arbetsdagar."""
    return swedish.counted(count, "arbetsdag", UNITS[unit]) if unit == "workdays" else swedish.days(count)


def _moved(mark: Mark) -> str:
    holiday = workdays.name(mark.named)
    day = f"{swedish.weekday(mark.named)} {swedish.long_date(mark.named)}{f', {holiday}' if holiday else ''}"
    where = "arbetsdagen före" if mark.day < mark.named else "den första arbetsdagen efter fristen"
    return f"Det är {day}, så det går {where}: {swedish.weekday(mark.day)} {swedish.day_month(mark.day)}."


def told(ladder: Ladder) -> list[tuple[str, str]]:
    """A ladder in words: on which days, and to whom; days that follow upon each other and go to the same stand together."""
    found = [
        (_days([abs(one.count) for one in together], unit, late=late), _to(to))
        for (unit, late, to), together in groupby(ladder.steps, key=lambda one: (one.unit, one.count < 0, one.to))
    ]
    repeat = ladder.repeat
    return [*found, (f"sedan {every(repeat.every, repeat.unit)} tills det är klart", _to(repeat.to))] if repeat else found


def _days(counts: list[int], unit: str, *, late: bool) -> str:
    if counts == [0]:
        return "samma dag"
    return f"{swedish.listed([*map(str, counts[:-1]), amount(counts[-1], unit)])} {'efter' if late else 'före'}"


def _to(to: Iterable[To]) -> str:
    return swedish.listed([NAMES[one] for one in to])
