"""/lagen: vad lagen kräver av kommunen, vad som är gjort och vad som saknas. Bara kommuner har sidan."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import paper, periods, web, wordfile
from trygghet.statute import actions, printed, rules
from trygghet.statute.rules import Entry
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.document import Document
    from trygghet.statute.rules import Record

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@web.get("/lagen", may=Act.READ)
async def show(request: Request[Any, Any, Any]) -> Template:
    """Section by section, with a form for each thing that can be recorded."""
    return await _whole(request, {}, {})


@web.post("/lagen", may=Act.WRITE)
async def record(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Records one thing; what is wrong with it is said in its form."""
    who, fields = web.asking(request), await web.form(request)
    try:
        entry = _entry(fields, fields.get("slag", ""))
        await actions.record(who.organisation, entry, _form_key(fields), by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return await _whole(request, fields, no.sentences)
    return web.go(f"/lagen?sparat={entry.kind}#{_section_of(entry.kind)}")


async def _whole(request: Request[Any, Any, Any], fields: Mapping[str, str], errors: dict[str, str]) -> Template:
    kept, today = await actions.read(web.asking(request).organisation), web.today(request)
    found = rules.shown(kept.records, kept.since)
    words = {"sorts": rules.SORTS, "every": rules.EVERY, "saved": request.query_params.get("sparat", "")}
    shown = {"found": found, "heading": rules.heading(found, today), "replaced": rules.replaced(kept.records), "new_key": uuid.uuid4}
    return web.page(request, "statute/index.html", status=422 if errors else 200, fields=fields, errors=errors, **shown, **words)


# ---------------------------------------------------------------- what was wrong
@web.get("/lagen/rader/{record_id:uuid}", may=Act.WRITE)
async def open_correction(request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Template:
    """A row with a form to correct it, and one to strike it out."""
    old = await _own(request, record_id)
    return _correction(request, old, _fields(old.entry), {})


@web.post("/lagen/rader/{record_id:uuid}", may=Act.WRITE)
async def correct(request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Redirect | Template:
    """Puts another row in its place."""
    who, fields, old = web.asking(request), await web.form(request), await _own(request, record_id)
    try:
        entry = _entry(fields, old.entry.kind)
        await actions.correct(who.organisation, record_id, entry, _form_key(fields), by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return _correction(request, old, fields, no.sentences)
    return web.go(f"/lagen?sparat={old.entry.kind}#{_section_of(old.entry.kind)}")


@web.post("/lagen/rader/{record_id:uuid}/stryk", may=Act.WRITE)
async def strike(request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Redirect | Template:
    """Says that it never happened, and why."""
    who, fields, old = web.asking(request), await web.form(request), await _own(request, record_id)
    try:
        await actions.strike(who.organisation, record_id, fields.get("skal", ""), _form_key(fields), by=who, now=web.now(request))
    except Refusal as no:
        return _correction(request, old, {**_fields(old.entry), **fields}, no.sentences)
    return web.go(f"/lagen#{_section_of(old.entry.kind)}")


async def _own(request: Request[Any, Any, Any], record_id: UUID) -> Record:
    found = next((one for one in (await actions.read(web.asking(request).organisation)).records if one.id == record_id), None)
    if found is None:
        raise NotFound
    return found


def _correction(request: Request[Any, Any, Any], old: Record, fields: Mapping[str, str], errors: dict[str, str]) -> Template:
    words = {"sort": rules.SORTS[old.entry.kind], "every": rules.EVERY, "form_key": str(uuid.uuid4())}
    return web.page(request, "statute/correct.html", status=422 if errors else 200, old=old, fields=fields, errors=errors, **words)


# ---------------------------------------------------------------- for the council
@web.get("/lagen/pdf", may=Act.READ)
async def download_pdf(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page to print and lay before the council."""
    made = await asyncio.to_thread(paper.pdf, "paper/document.typ", (await _document(request)).as_json(), at=web.now(request))
    return _saved(made, f"lagen-{web.today(request)}.pdf", "application/pdf")


@web.get("/lagen/word", may=Act.READ)
async def download_word(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same for the case system."""
    made = await asyncio.to_thread(wordfile.docx, await _document(request), at=web.now(request))
    return _saved(made, f"lagen-{web.today(request)}.docx", WORD)


async def _document(request: Request[Any, Any, Any]) -> Document:
    kept = await actions.read(web.asking(request).organisation)
    return printed.document(kept.name, rules.shown(kept.records, kept.since), web.today(request))


def _saved(body: bytes, name: str, media_type: str) -> Response[bytes]:
    return Response(body, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


# ---------------------------------------------------------------- what was typed
def _entry(fields: Mapping[str, str], kind: str) -> Entry:
    if kind not in rules.SORTS:
        raise NotFound
    body, number, note, url = (fields.get(name, "").strip() for name in ("organ", "diarienummer", "anteckning", "lank"))
    every = fields.get("intervall", "")
    months = int(every) if kind == "rhythm" and every in map(str, rules.EVERY) else None
    return Entry(kind, periods.parse_day(fields.get("datum", ""), rules.SORTS[kind].day, field="datum"), body, number, note, url, months)


def _fields(entry: Entry) -> dict[str, str]:
    """An entry as its form has it."""
    texts = {"organ": entry.body, "diarienummer": entry.diary_number, "anteckning": entry.note, "lank": entry.url}
    return {**texts, "datum": entry.happened_on.isoformat(), "intervall": str(entry.every_months or "")}


def _form_key(fields: Mapping[str, str]) -> UUID:
    """The key that was minted with the form. Raises `NotFound` for what no form of ours has."""
    try:
        return UUID(fields.get("form_key", ""))
    except ValueError as error:
        raise NotFound from error


def _section_of(kind: str) -> str:
    return next(one.id for one in rules.SECTIONS if kind in one.kinds)


handlers = [show, record, open_correction, correct, strike, download_pdf, download_word]
