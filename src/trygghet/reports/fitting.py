"""A report set on paper, with as many rows in its table as its pages hold."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from trygghet import paper
from trygghet.reports import rules, sheet

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.document import Document
    from trygghet.reports.rules import Report

TEMPLATE = "paper/document.typ"


class Fit(NamedTuple):
    """How the report stands on paper: its pages with so many rows in its table, and how many pages it may have."""

    pages: int
    shown: int
    most: int

    @property
    def fits(self) -> bool:
        """Whether its texts leave it short enough."""
        return self.pages <= self.most


async def pdf(document: Document, at: dt.datetime) -> bytes:
    """Made in a thread, so that others are answered meanwhile."""
    return await asyncio.to_thread(paper.pdf, TEMPLATE, document.as_json(), at=at)


async def fit(report: Report) -> Fit:
    """The most rows with which the report keeps within its pages, found by setting it; none where its texts alone are too long."""
    most, rows = rules.PAGES[report.form], len(report.figures.rows)

    async def pages(shown: int) -> int:
        return paper.pages(await pdf(sheet.draft(report, shown), report.figures_at))

    whole = await pages(rows)
    if whole <= most:
        return Fit(whole, rows, most)
    bare = await pages(0)
    fits, too_many = 0, rows
    while bare <= most and too_many - fits > 1:
        half = (fits + too_many) // 2
        fits, too_many = (half, too_many) if await pages(half) <= most else (fits, half)
    return Fit(max(most, bare), fits, most)
