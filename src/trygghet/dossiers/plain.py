"""The same words as on paper, as plain text that any machine can show in fifty years."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WIDTH = 96


def text(sheet: Mapping[str, Any]) -> str:
    """A sheet of `sheet.sheet` as text: headings underlined, an empty line between paragraphs."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Mapping[str, Any]) -> Iterator[str]:
    if sheet["mark"]:
        yield from (f"{sheet['mark'].upper()}. {sheet['mark_words']}", "")
    yield from (*_heading(sheet["title"], "="), *_wrapped(sheet["oath"]), "")
    for one in sheet["facts"]:
        yield from (*_wrapped(f"{one['name']}: {'; '.join(one['lines'])}"),)
    for one in sheet["before"]:
        yield from (*_heading(one["heading"]), *_prose(one["body"]))
    for area in sheet["areas"]:
        yield from (*_heading(area["title"]), *_prose(area["body"]))
        yield from (*_why("Problemet", area["problem"]), *_why("Den troliga orsaken", area["cause"]))
        yield from (*_goals(area["goals"]), *_activities(area["activities"]))
    for name, found in (("Mål", _goals(sheet["goals"])), ("Aktiviteter", _activities(sheet["activities"]))):
        lines = list(found)
        yield from (*_heading(name), *lines) if lines else ()
    for one in sheet["after"]:
        yield from (*_heading(one["heading"]), *_prose(one["body"]))
    for one in sheet["tables"]:
        yield from (*_heading(one["heading"]), *(line for row in one["rows"] for line in _row(one["heads"], row)))
    yield from (*_heading("Underskrifter"), *_wrapped(sheet["signed_words"]), "")
    for one in sheet["signatures"]:
        yield from (*(words for words in (one["organisation"], one["name"], one["office"], *one["lines"]) if words), "")
    yield sheet["foot"]
    if sheet["hash"]:
        yield f"Textens SHA-256: {sheet['hash']}"


def _heading(words: str, under: str = "-") -> list[str]:
    lines = _wrapped(words)
    return ["", *lines, under * max(len(line) for line in lines), ""] if lines else []


def _prose(blocks: Sequence[Mapping[str, Any]], indent: str = "") -> Iterator[str]:
    for one in blocks:
        for line in one["lines"]:
            yield from _wrapped(line, indent + ("- " if one["list"] else ""), indent + ("  " if one["list"] else ""))
        yield ""


def _why(words: str, blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if blocks:
        yield from (f"{words}:", *_prose(blocks, "  "))


def _goals(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for goal in found:
        yield from _wrapped(f"Mål: {goal['title']}")
        yield from _wrapped(f"Så följs det upp: {', '.join(goal['target'])}") if goal["target"] else ()
        yield from ("", *_prose(goal["body"]), *_activities(goal["activities"]))


def _activities(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in found:
        yield from _wrapped(f"{one['number']}. {one['title']}", "", "   ")
        for name, lines in (("Måltal", one["target"]), ("Ansvarar", one["responsible"])):
            yield from _wrapped(f"{name}: {', '.join(lines)}", "   ", "   ") if lines else ()
        yield from ("", *_prose(one["body"], "   "))


def _row(heads: Sequence[str], row: Sequence[str]) -> list[str]:
    cells = [f"{head}: {cell}" for head, cell in zip(heads, row, strict=True) if cell]
    return [line for cell in cells for line in _wrapped(cell, "", "  ")] + [""]


def _wrapped(words: str, first: str = "", rest: str = "") -> list[str]:
    return [
        line
        for part in words.split("\n")
        for line in textwrap.wrap(part, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)
    ]
