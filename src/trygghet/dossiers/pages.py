"""A promise as a PDF, all about it as one file, and the number that one's own organisation has given it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from trygghet import web
from trygghet.dossiers import actions, rules
from trygghet.dossiers.zipped import File, zipped
from trygghet.swedish import Refusal
from trygghet.tenancy import Act


@web.get("/loften/{promise_id:uuid}/pdf", may=Act.READ)
async def download_promise(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Response[bytes]:
    """The signed promise to print and file."""
    return _saved(await actions.promise_on_paper(web.asking(request).organisation, promise_id))


@web.get("/lydelser/{wording_id:uuid}/pdf", may=Act.READ)
async def download_wording(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Response[bytes]:
    """One text on paper; what is not signed says so on every page."""
    return _saved(await actions.wording_on_paper(web.asking(request).organisation, wording_id))


def _saved(pdf: File) -> Response[bytes]:
    return Response(pdf.body, media_type="application/pdf", headers=_saved_as(pdf.path))


def _saved_as(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


@web.get("/loften/{promise_id:uuid}/akt", may=Act.FILE)
async def download_dossier(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Stream:
    """Everything about the promise as one ZIP, sent while it is made. Who fetched it is logged first."""
    who, now = web.asking(request), web.now(request)
    dossier = await actions.gather(who.organisation, promise_id, by=who, now=now)
    pieces = zipped(actions.dossier_files(who.organisation, dossier), at=now)
    return Stream(pieces, media_type="application/zip", headers=_saved_as(f"akt-{rules.file_name(dossier.title)}-{web.today(request)}.zip"))


@web.get("/loften/{promise_id:uuid}/diarienummer", may=Act.READ)
async def show_diary_numbers(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """Each party's own number, a form for one's own, and the way to the file of everything."""
    return await _numbers(request, promise_id)


@web.post("/loften/{promise_id:uuid}/diarienummer", may=Act.FILE)
async def set_diary_number(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template | Redirect:
    """Keeps one's own organisation's number; an empty one takes it away."""
    who, typed = web.asking(request), (await web.form(request)).get("diarienummer", "")
    try:
        await actions.set_diary_number(who.organisation, promise_id, typed, by=who, now=web.now(request))
    except Refusal as refusal:
        return await _numbers(request, promise_id, typed=typed, errors=refusal.sentences)
    return web.go(f"/loften/{promise_id}/diarienummer?sparat=ja")


async def _numbers(request: Request[Any, Any, Any], promise_id: UUID, *, typed: str | None = None, errors: dict[str, str] | None = None) -> Template:
    who = web.asking(request).organisation
    title, numbers, signed = await actions.diary_numbers(who, promise_id)
    own = next((one.number for one in numbers if one.organisation_id == who), "")
    return web.page(
        request,
        "dossiers/diary.html",
        status=422 if errors else 200,
        promise_id=promise_id,
        title=title,
        signed=signed,
        numbers=numbers,
        typed=own if typed is None else typed,
        errors=errors or {},
        saved=request.query_params.get("sparat", "") == "ja",
    )


handlers = [download_promise, download_wording, download_dossier, show_diary_numbers, set_diary_number]
