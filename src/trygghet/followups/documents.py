"""A follow-up as files: a PDF to read and file, and a Word file for the case systems."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from trygghet import clock, database, paper, wordfile
from trygghet.followups import actions, content, figures, frozen, report
from trygghet.followups.frozen import Frozen
from trygghet.followups.rules import Texts
from trygghet.promises import actions as promises

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.document import Document
    from trygghet.followups.standing import Standing

TEMPLATE = "paper/document.typ"


class File(NamedTuple):
    """A file to save: what it is called, and its bytes."""

    name: str
    body: bytes


async def pdf(organisation: UUID, room_id: UUID, *, now: dt.datetime) -> File:
    """The follow-up as it stands; what is not signed says so on every page, and tells nothing that is sealed. Raises `NotFound`."""
    name, document, at = await _document(organisation, room_id, now=now)
    return File(f"{name}.pdf", await set_pdf(document, at))


async def word(organisation: UUID, room_id: UUID, *, now: dt.datetime) -> File:
    """The same as a Word file. Raises `NotFound`."""
    name, document, at = await _document(organisation, room_id, now=now)
    return File(f"{name}.docx", await asyncio.to_thread(wordfile.docx, document, at=at))


async def set_pdf(document: Document, at: dt.datetime) -> bytes:
    """Made in a thread, so that others are answered meanwhile."""
    return await asyncio.to_thread(paper.pdf, TEMPLATE, document.as_json(), at=at)


async def _document(organisation: UUID, room_id: UUID, *, now: dt.datetime) -> tuple[str, Document, dt.datetime]:
    async with database.within(organisation):
        standing = await actions.read(organisation, room_id)
        found = frozen.of(standing) if standing.kept.content is not None else await _facts_alone(organisation, standing, today=clock.day(now))
    kept, room = standing.kept, standing.room
    home = next((one.slug for one in room.sides if one.side == "municipality"), room.sides[0].slug)
    name = f"{'' if kept.signed_at else 'utkast-'}uppfoljning-{room.key}-{home}"
    at = kept.signed_at or (kept.edited.at if kept.edited else now)
    return name, report.document(found, is_sealed=kept.content is None), at


async def _facts_alone(organisation: UUID, standing: Standing, *, today: dt.date) -> Frozen:
    """What is known before the seal is broken: the figures, and nobody's verdict."""
    promise = await promises.read(organisation, standing.room.promise_id)
    facts = await figures.frozen(organisation, standing.room, promise, today=today)
    why = standing.merge.reason if standing.merge and standing.merge.agreed_at else ""
    return Frozen(content.content(standing.room, promise, facts, {}, {}, Texts(), merged_why=why), "")
