"""A ladder as it is typed: rows that may be empty or wrong, and the ladder that they make when they are right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet.reminders.ladders import LATEST, LONGEST_LEAD, RAREST, UNITS, Ladder, Repeat, Step, To, check
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Mapping

WHENS = {"fore": "före", "efter": "efter"}
MOST_ROWS = 40
"""More than a ladder may have, so that somebody who has typed too many is told so."""


@dataclass(frozen=True)
class Row:
    """One step as it was typed."""

    count: str = ""
    unit: str = "days"
    when: str = "fore"
    to: frozenset[str] = frozenset({"owner"})


@dataclass(frozen=True)
class Draft:
    """The whole form as it was typed. `every` empty is no repeats."""

    rows: tuple[Row, ...]
    every: str = ""
    every_unit: str = "days"
    every_to: frozenset[str] = frozenset()


def draft(ladder: Ladder) -> Draft:
    """The form of a ladder that there is."""
    rows = tuple(Row(str(abs(one.count)), one.unit, "efter" if one.count < 0 else "fore", frozenset(one.to)) for one in ladder.steps)
    repeat = ladder.repeat
    return Draft(rows, str(repeat.every), repeat.unit, frozenset(repeat.to)) if repeat else Draft(rows)


def typed(fields: Mapping[str, str]) -> Draft:
    """What stands in the form; `bort` names a row to take away, `rad` asks for one more."""
    numbers = [number for number in range(MOST_ROWS) if f"antal-{number}" in fields and fields.get("bort") != str(number)]
    rows = [
        Row(fields[f"antal-{n}"], fields.get(f"enhet-{n}", ""), fields.get(f"nar-{n}", ""), frozenset(to for to in To if f"till-{n}-{to}" in fields))
        for n in numbers
    ]
    more = [Row()] if "rad" in fields else []
    every_to = frozenset(to for to in To if f"upprepa-{to}" in fields)
    return Draft((*rows, *more), fields.get("upprepa", ""), fields.get("upprepa-enhet", "days"), every_to)


def ladder(draft: Draft) -> Ladder:
    """The ladder, farthest step first. Empty rows are left out. Raises `Slips` with all that needs to be put right."""
    slips: list[Refusal] = []
    steps: list[Step] = []
    for number, row in enumerate(draft.rows):
        if row.count:
            wrong = _wrong(number, row)
            slips += wrong
            if not wrong:
                steps.append(Step(int(row.count) * (-1 if row.when == "efter" else 1), row.unit, _order(row.to)))
    repeat = _repeat(draft, slips)
    if slips:
        raise Slips(slips)
    found = Ladder(tuple(sorted(steps, key=lambda one: -one.count)), repeat)
    check(found)
    return found


def _wrong(number: int, row: Row) -> list[Refusal]:
    shown = {"row": number + 1, "text": row.count}
    most, least = (LATEST, 1) if row.when == "efter" else (LONGEST_LEAD, 0)
    count = _number(row.count)
    found = []
    if count is None or not least <= count <= most:
        found.append(Refusal("ladder.count", field=f"antal-{number}", lead=LONGEST_LEAD, late=LATEST, **shown))
    if row.unit not in UNITS:
        found.append(Refusal("ladder.unit", field=f"enhet-{number}", **shown))
    if row.when not in WHENS:
        found.append(Refusal("ladder.when", field=f"nar-{number}", **shown))
    if not row.to:
        found.append(Refusal("ladder.nobody", field=f"till-{number}", **shown))
    return found


def _repeat(draft: Draft, slips: list[Refusal]) -> Repeat | None:
    if not draft.every:
        return None
    every = _number(draft.every)
    if every is None or not 1 <= every <= RAREST:
        slips.append(Refusal("ladder.every", field="upprepa", most=RAREST, text=draft.every))
    if draft.every_unit not in UNITS:
        slips.append(Refusal("ladder.every_unit", field="upprepa-enhet"))
    if not draft.every_to:
        slips.append(Refusal("ladder.every_nobody", field="upprepa-till"))
    return Repeat(every or 1, draft.every_unit, _order(draft.every_to))


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def _order(to: frozenset[str]) -> tuple[To, ...]:
    return tuple(one for one in To if one in to)
