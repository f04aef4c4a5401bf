"""What was typed, as it is read: organisations by their names, choices by their words, days and targets written out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import swedish
from trygghet.tongue import SWEDISH
from trygghet.wordings.kinds import KINDS, TARGET_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trygghet.tongue import Tongue
    from trygghet.wordings.changes import Say
    from trygghet.wordings.kinds import Field
    from trygghet.wordings.manuscript import Part
    from trygghet.wordings.rules import Side

PROSE = {"text"}
"""The shapes that are set as running text; the rest are facts in a list."""
_TARGET = frozenset(name for names in TARGET_FIELDS.values() for name in names) | {"measure"}
_CALLED = {"title", "heading", "term", "office", "receiver"}


def speaker(sides: Iterable[Side]) -> Say:
    """How a typed value reads, with the names of the organisations that may be chosen. What cannot be read stays as it was typed."""
    names = {str(one.organisation_id): one.name for one in sides}

    def say(field: Field, value: str) -> str:
        if field.shape == "organisation":
            return names.get(value, value)
        if field.shape == "choice":
            return dict(field.choices).get(value, value)
        return day(value) if field.shape == "day" else value

    return say


def day(typed: str, t: Tongue = SWEDISH) -> str:
    """31 december 2026; anything that is no day as it was typed."""
    try:
        return t.long_date(dt.date.fromisoformat(typed.strip()))
    except ValueError:
        return typed


def held(head: Part) -> str:
    """Gäller 1 januari 2025 till och med 31 december 2026."""
    if not head["valid_from"]:
        return "Första dagen är inte skriven än."
    first = f"Gäller från {day(head['valid_from'])}"
    if head["valid_until"]:
        return f"{first} till och med {day(head['valid_until'])}."
    return f"{first} och tills vidare{'; ses över senast ' + day(head['review_on']) if head['review_on'] else ''}."


def facts(part: Part, say: Say) -> list[tuple[str, str]]:
    """The short fields with their labels, as they are listed below the part's own words; the target last, in one line."""
    kind = KINDS[part.kind]
    found = [
        _fact(part, one, say)
        for one in kind.fields
        if part[one.name]
        and one.shape not in PROSE
        and one.name not in _CALLED
        and (part.kind, one.name) not in _ABOVE
        and not ("measure" in kind.names and one.name in _TARGET)
    ]
    return [*found, ("Så följs det upp", target(part, say))] if part["measure"] else found


def _fact(part: Part, field: Field, say: Say) -> tuple[str, str]:
    if (part.kind, field.name) in _RHYTHMS and part[field.name].isdecimal():  # its label has a gap to write in
        return _RHYTHMS[part.kind, field.name], f"minst var {part[field.name]}:e dag"
    return field.label, say(field, part[field.name])


_RHYTHMS = {("head", "tell_every_days"): "Invånarna får veta mer", ("head", "count_every_days"): "Utfall registreras"}
_ABOVE = {("chapter", "kind"), ("head", "valid_from"), ("head", "valid_until"), ("head", "review_on"), ("link", "url"), ("party", "organisation")}
"""Fields that the page shows in a place of their own."""


def prose(part: Part) -> list[tuple[str, str]]:
    """The running texts below the part's name, with a label where there is more than one kind of them."""
    kind = KINDS[part.kind]
    shown = [one for one in kind.fields if one.shape in PROSE and part[one.name] and not one.names]
    return [("" if one.name in {"body", "meaning", "oath", "note"} else one.label, part[one.name]) for one in shown if one.name != "oath"]


def target(part: Part, say: Say) -> str:
    """Minst 3 kontroller per månad på var och en av platserna Torget och Parken."""
    measure = part["measure"]
    field = KINDS[part.kind].field
    if measure == "count":
        places = [line.strip() for line in part["places"].splitlines() if line.strip()]
        counted = " ".join(word for word in ("Minst", part["at_least"], part["unit"], say(field("per"), part["per"] or "period")) if word)
        return f"{counted}, på {'var och en av platserna ' if len(places) > 1 else ''}{swedish.listed(places)}" if places else counted
    if measure == "indicator":
        began = f" från {part['baseline']}" if part["baseline"] else ""
        measured = f" ({day(part['baseline_on'])})" if part["baseline_on"] else ""
        ends = f" till {part['level']}" if part["level"] else ""
        by = f" senast {day(part['level_on'])}" if part["level_on"] else ""
        course = say(field("direction"), part["direction"]) if part["direction"] else "följs"
        return f"{part['indicator'] or 'Ett mätvärde'} {course}{began}{measured}{ends}{by}"
    return say(field("measure"), measure)


def organisation_of(part: Part) -> UUID | None:
    """The organisation that the part names, if it is one."""
    try:
        return UUID(part["organisation"])
    except ValueError:
        return None
