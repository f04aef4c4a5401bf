"""A report as it is read on paper: the same content fixed as JSON, set as a PDF and as a Word file, and what is left out for lack of room."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from trygghet import swedish
from trygghet.document import Document, Heading, Paragraph, Table, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.document import Block
    from trygghet.reports.rules import Report

HEAD = ("Aktivitet", "Ansvarig", "Under perioden", "Gjort av det lovade", "Läge")
_FORM = {"written": "Skriftligt underlag", "oral": "Stöd för muntlig dragning", "figures": "Siffror"}


def content(report: Report, shown: int) -> dict[str, Any]:
    """All that it says with so many rows in its table, as it is fixed. Rows that deviate come before the others, so they go last."""
    rows = [] if report.form == "oral" else list(report.figures.rows)
    return {
        "title": report.title,
        "form": report.form,
        "receiver": report.receiver,
        "promise": report.promise_title,
        "promise_id": str(report.promise_id),
        "organisation": report.organisation,
        "period_from": report.period_from.isoformat(),
        "period_until": report.period_until.isoformat(),
        "meeting_on": report.meeting_on.isoformat() if report.meeting_on else None,
        "figures_at": report.figures_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "sections": [{"heading": heading.name, "text": section.text} for heading, section in report.headings if section.text.strip()],
        "rows": [[row.title, row.owner, row.within, row.done, row.state] for row in rows[:shown]],
        "left_out": left_out(len(rows), shown, report.figures.deviating),
    }


def left_out(rows: int, shown: int, deviating: int) -> str:
    """What the table leaves out for lack of room, in a sentence; nothing where it holds all."""
    if shown >= rows:
        return ""
    well, badly = rows - max(shown, deviating), max(deviating - shown, 0)
    parts = []
    if badly:
        parts.append(f"{swedish.word(badly)} som avviker")
    if well:
        parts.append(f"{swedish.word(well)} som inte avviker")
    return f"För att rymmas är {swedish.counted(rows - shown, 'aktivitet', 'aktiviteter')} inte med i tabellen: {swedish.listed(parts)}."


def draft(report: Report, shown: int) -> Document:
    """A draft as it would be with so many rows in its table."""
    return document(content(report, shown), mark="Utkast, inte lämnat")


def fixed(report: Report) -> Document:
    """What was handed in, from what was fixed then and nothing else; only where it stands in the minutes is added."""
    said = json.loads(report.snapshot or "{}")
    name, office, at = said["handed_in"]
    handed_in = f"{name}, {swedish.first_down(office)}, {swedish.long_date(swedish.local(dt.datetime.fromisoformat(at)).date())}"
    return document(said, stamp=report.content_hash or "", handed_in=handed_in, noted=report.noted)


def document(said: Mapping[str, Any], *, mark: str = "", stamp: str = "", handed_in: str = "", noted: str = "") -> Document:
    """The content set in blocks. `mark` stands on every page of a draft, `stamp` is the hash of what has been handed in."""
    first, last = (dt.date.fromisoformat(said[name]) for name in ("period_from", "period_until"))
    meeting = swedish.long_date(dt.date.fromisoformat(said["meeting_on"])) if said["meeting_on"] else ""
    fetched = swedish.long_moment(dt.datetime.fromisoformat(said["figures_at"]))
    facts = [
        ("Löfte", said["promise"]),
        ("Gäller", f"{swedish.long_date(first)} till och med {swedish.long_date(last)}"),
        ("Till", f"{said['receiver']}, sammanträdet {meeting}" if meeting else said["receiver"]),
        ("Från", f"{said['organisation']}{f', {handed_in}' if handed_in else ''}"),
        ("Siffror hämtade", fetched),
        *([("Anmäld", noted)] if noted else []),
    ]
    blocks: list[Block] = []
    for one in said["sections"]:
        blocks += [Heading(one["heading"]), *typed(one["text"])]
    if said["form"] != "oral":
        blocks += [Heading("Alla aktiviteter"), *_table(said)]
    return Document(
        title=said["title"],
        kicker=_FORM[said["form"]],
        facts=tuple(facts),
        blocks=tuple(blocks),
        mark=mark,
        stamp=stamp,
        stamp_words="Underlaget är lämnat och ändras inte. Kontrollsumman gäller hela innehållet." if stamp else "",
    )


def _table(said: Mapping[str, Any]) -> list[Block]:
    rows = tuple(tuple(row) for row in said["rows"])
    found: list[Block] = [Table("", HEAD, rows, numeric=(2,), widths=(9, 6, 4, 6, 6))] if rows else []
    if said["left_out"]:
        found.append(Paragraph(said["left_out"], style="small"))
    return found or [Paragraph("Löftet har inga aktiviteter att följa.")]
