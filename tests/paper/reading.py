"""Reads PDFs back: as words, as structure, as pages."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

from pypdf import PdfReader


def opened(pdf: bytes) -> PdfReader:
    """The document; strict, so that what is malformed raises."""
    return PdfReader(io.BytesIO(pdf), strict=True)


def words(text: str) -> str:
    """Text as one line: a hyphen at a line's end joins, whatever else parts lines is one space."""
    joined = re.sub("\u00ad\n", "", text).replace("\u00ad", "-")  # the hyphen's glyph is read back as a soft one
    return re.sub(r"\s+", " ", joined)


def pages(pdf: bytes) -> list[str]:
    """The words of each page."""
    return [words(page.extract_text()) for page in opened(pdf).pages]


def said(pdf: bytes) -> str:
    """The words of the whole document, without page feet between them."""
    return " ".join(pages(pdf))


def squeezed(text: str) -> str:
    """Without any white space: for texts that are parted where a column ends."""
    return re.sub(r"\s+", "", words(text))


def headings(pdf: bytes) -> list[str]:
    """The outline, each level two spaces further in."""

    def walk(found: list[Any], depth: int) -> list[str]:
        return [line for one in found for line in (walk(one, depth + 1) if isinstance(one, list) else ["  " * depth + str(one.title)])]

    return walk(opened(pdf).outline, 0)


def tags(pdf: bytes) -> Counter[str]:
    """How often each kind of element stands in the structure that screen readers walk."""
    found: Counter[str] = Counter()

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found[str(node["/S"]).removeprefix("/")] += 1
            walk(node.get("/K", []))

    walk(opened(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts that it uses, and whether each lies in the file itself."""
    found = {}
    for page in opened(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            found[str(inner["/BaseFont"])] = any(f"/FontFile{kind}" in inner["/FontDescriptor"].get_object() for kind in ("", 2, 3))
    return found
