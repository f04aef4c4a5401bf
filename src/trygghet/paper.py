"""Documents that can be printed, signed and filed: a Typst template and data in, a tagged PDF (PDF/UA-1) out.

Typst refuses to make a PDF that lacks a title, a language or words for a picture, so what comes out has them. Fonts come from
two locked packages and never from the machine, and nothing is fetched.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from trygghet.settings import ROOT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

TEMPLATES = ROOT / "templates"
_UNDRAWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_PAGE = re.compile(rb"/Type\s*/Page\b")
_ROUNDS = 3
"""What no font can draw is all told at once; another round is for a letter that could be drawn only together with one that could not."""


def pdf(template: str, data: Mapping[str, Any], *, at: dt.datetime) -> bytes:
    """The template, a path under templates/, filled with `data`; `at` is the document's own date.

    The template reads `data` as JSON, so a text in it is never read as Typst's code. A letter that no font here can draw is written
    as its number, [U+1F389]. Takes tenths of a second of one core: ask for it in a thread. Raises `typst.TypstError` for a mistake in the
    template alone.
    """
    given = _each(data, _one_kind_of_white)
    for _ in range(_ROUNDS):
        try:
            return _set(template, given, at)
        except typst.TypstError as error:
            undrawn = _undrawn(str(error.diagnostic))
            if not undrawn:
                raise
            given = _written_out(given, undrawn)
    return _set(template, given, at)


def png(template: str, data: Mapping[str, Any]) -> bytes:
    """The template's only page as a picture, a pixel for each of its points. What no font can draw becomes an empty frame. Ask for it in a thread."""
    compiler = _compiler(template)
    made = compiler.compile(format="png", ppi=72, sys_inputs=_inputs(_each(data, _one_kind_of_white)))
    assert isinstance(made, bytes), "a picture is one page"
    return made


def pages(made: bytes) -> int:
    """How many pages a PDF of ours has; typst writes each as an object that can be read as it stands."""
    return len(_PAGE.findall(made))


def _set(template: str, data: Any, at: dt.datetime) -> bytes:
    second = at.replace(microsecond=0)  # a PDF's date has no smaller parts
    made = _compiler(template).compile(format="pdf", pdf_standards="ua-1", sys_inputs=_inputs(data), timestamp=second)
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)


def _inputs(data: Any) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False)}


@functools.cache
def _fonts() -> typst.Fonts:
    """Typst's own and the one grotesk; read once for the process."""
    package = importlib.util.find_spec("font_source_sans_pro")
    assert package is not None, "font-source-sans-pro is in the lock file"
    assert package.origin is not None, "font-source-sans-pro is a package with files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[Path(package.origin).parent / "files"])


def _undrawn(diagnostic: str) -> set[str]:
    """The letters that Typst names as impossible to draw; unseen ones it writes as numbers."""
    found = _UNDRAWN.findall(diagnostic)
    return {re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), one) for one in found}


def _written_out(data: Any, undrawn: set[str]) -> Any:
    """The same data with those letters as numbers, longest first: a flag is two letters."""

    def change(text: str) -> str:
        for one in sorted(undrawn, key=len, reverse=True):
            text = text.replace(one, "".join(f"[U+{ord(letter):04X}]" for letter in one))
        return text

    return _each(data, change)


def _one_kind_of_white(text: str) -> str:
    """Tabs and the line ends of other machines come with what people paste; no font draws them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def _each(data: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text in it changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {key: _each(value, change) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_each(one, change) for one in data]
    return data
