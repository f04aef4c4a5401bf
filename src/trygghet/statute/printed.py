"""What the law asks for and what has been done, as a document to lay before the council."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.document import Document, Heading, Paragraph, Table
from trygghet.statute import rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from trygghet.document import Block
    from trygghet.statute.rules import Record, Shown


def document(name: str, found: Sequence[Shown], today: dt.date) -> Document:
    """Section by section: what is asked for, what is recorded, what comes next and why that day."""
    return Document(
        title="Det brottsförebyggande arbetet enligt lagen",
        subtitle=f"Lag (2023:196) om kommuners ansvar för brottsförebyggande arbete. Läget {swedish.long_date(today)}.",
        kicker=name,
        blocks=(Paragraph(rules.heading(found, today), style="lead"), *(block for one in found for block in _section(one, today))),
        voice="municipality",
    )


def _section(one: Shown, today: dt.date) -> Iterator[Block]:
    yield Heading(f"{one.section.heading}, {one.section.paragraphs}")
    yield Paragraph(one.section.demand)
    if one.is_missing:
        yield Paragraph(one.section.nothing)
    if one.records:
        yield Table(
            f"Antecknat: {swedish.first_down(one.section.heading)}",
            ("Vad", "Dag", "Av", "Diarienummer"),
            tuple(map(_row, one.records)),
            widths=(4, 3, 4, 3),
        )
    if one.due:
        yield Paragraph(f"{one.next_line(today)} {one.due.why}", strong="Nästa gång:", style="small")


def _row(record: Record) -> tuple[str, ...]:
    entry = record.entry
    what = f"{rules.SORTS[entry.kind].name}, {rules.EVERY[entry.every_months]}" if entry.every_months else rules.SORTS[entry.kind].name
    return what, swedish.long_date(entry.happened_on), entry.body, entry.diary_number
