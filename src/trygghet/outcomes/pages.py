"""/rapportera…: what was done, from a phone in one hand or from a file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import spreadsheet, web
from trygghet.outcomes import actions, files, rules
from trygghet.promises import outcomes
from trygghet.promises.outcomes import Reporter
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from trygghet.outcomes.files import Plan
    from trygghet.tenancy import Asking


@dataclass(frozen=True)
class Typed:
    """What stands in the form of one activity, and a sentence for each field that is wrong."""

    activity_id: UUID
    fields: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


@web.get("/rapportera", may=Act.REPORT)
async def show_board(request: Request[Any, Any, Any]) -> Template:
    """The activities as large buttons, each with its form, and one's own latest reports."""
    return await _board(request)


@web.post("/rapportera/{activity_id:uuid}", may=Act.REPORT)
async def report(request: Request[Any, Any, Any], activity_id: FromPath[UUID]) -> Template | Redirect:
    """Records one report. A page that was left open sends what it kept here too, so it says whose it is."""
    who, typed = web.asking(request), await web.form(request)
    if _is_somebody_elses(who, typed):
        return _not_theirs(request)
    try:
        entry = outcomes.entry(rules.dated(typed), web.today(request))
        done = await actions.report(who.organisation, activity_id, entry, by=_reporter(who), now=web.now(request))
    except (Slips, Refusal) as slip:
        if web.is_htmx(request):
            return web.page(request, "outcomes/_refused.html", status=422, errors=slip.sentences)
        return await _board(request, typed=Typed(activity_id, typed, slip.sentences))
    return await _done(request, "klart", done.id)


@web.post("/rapportera/utfall/{outcome_id:uuid}/angra", may=Act.REPORT)
async def undo(request: Request[Any, Any, Any], outcome_id: FromPath[UUID]) -> Template | Redirect:
    """Takes one of one's own reports back."""
    who, typed = web.asking(request), await web.form(request)
    if _is_somebody_elses(who, typed):
        return _not_theirs(request)
    try:
        done = await actions.undo(who.organisation, outcome_id, by=_reporter(who), now=web.now(request))
    except Refusal as refusal:
        if web.is_htmx(request):
            return web.page(request, "outcomes/_refused.html", status=422, errors=refusal.sentences)
        raise
    return await _done(request, "angrat", done.id)


# ---------------------------------------------------------------- files
@web.get("/rapportera/import", may=Act.REPORT)
async def choose_promise(request: Request[Any, Any, Any]) -> Template:
    """Which promise the file is about."""
    return web.page(request, "outcomes/choose.html", promises=await actions.may_take_in(web.asking(request).organisation))


@web.get("/rapportera/import/{promise_id:uuid}", may=Act.REPORT)
async def open_import(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """What the file should hold, and where to choose it."""
    return await _import(request, promise_id, taken=request.query_params.get("inlasta", ""))


@web.post("/rapportera/import/{promise_id:uuid}", may=Act.REPORT)
async def take_in(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template | Redirect:
    """Shows what a chosen file would record; sent back from there, with the mark of what was shown, it is recorded."""
    who, typed, now = web.asking(request), await web.form(request), web.now(request)
    body = b""
    try:
        body = await _file(request, typed)
        if not typed.get("sett"):
            return await _import(request, promise_id, body=body, plan=await actions.look_through(who.organisation, promise_id, body, now=now))
        taken = await actions.take_in(who.organisation, promise_id, body, seen=typed["sett"], by=_reporter(who), now=now)
    except Refusal as refusal:
        plan = await actions.look_through(who.organisation, promise_id, body, now=now) if refusal.code.startswith("import.") and body else None
        return await _import(request, promise_id, body=body, plan=plan, problem=refusal.sentence)
    return web.go(f"/rapportera/import/{promise_id}?inlasta={taken}")


@web.get("/rapportera/import/{promise_id:uuid}/mall.csv", may=Act.REPORT)
async def fetch_template(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Response[bytes]:
    """A file to fill in."""
    return _csv(files.template(await actions.into(web.asking(request).organisation, promise_id)), "utfall-mall.csv")


@web.get("/loften/{promise_id:uuid}/utfall.csv", may=Act.READ)
async def fetch_outcomes(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Response[bytes]:
    """All that was recorded on a promise."""
    return _csv(await actions.table(web.asking(request).organisation, promise_id), "utfall.csv")


async def _file(request: Request[Any, Any, Any], typed: dict[str, str]) -> bytes:
    """The file that was chosen now, or the one that was looked through."""
    found = (await request.form()).get("fil")
    body = await found.read() if isinstance(found, UploadFile) else b""
    if not body and typed.get("innehall"):
        return files.unpacked(typed["innehall"])
    if not body:
        raise Refusal("import.no_file", field="fil")
    return body


async def _import(
    request: Request[Any, Any, Any], promise_id: UUID, *, body: bytes = b"", plan: Plan | None = None, problem: str = "", taken: str = ""
) -> Template:
    found = await actions.into(web.asking(request).organisation, promise_id)
    return web.page(
        request,
        "outcomes/import.html",
        status=422 if problem or (plan and plan.having("wrong")) else 200,
        promise=found,
        plan=plan,
        problem=problem,
        packed=files.packed(body) if plan else "",
        taken=int(taken) if taken.isascii() and taken.isdecimal() and len(taken) <= len(str(spreadsheet.MOST_ROWS)) else 0,
        shown=rules.SHOWN,
    )


def _csv(body: bytes, name: str) -> Response[bytes]:
    return Response(body, media_type="text/csv", headers={"content-disposition": f'attachment; filename="{name}"'})


# ---------------------------------------------------------------- pieces
def _reporter(who: Asking) -> Reporter:
    return Reporter(who.person_id, who.name, who.office_for(Act.REPORT))


def _whose(who: Asking) -> str:
    """For whom a browser keeps what it could not send: a person, acting for an organisation."""
    return f"{who.person_id}/{who.organisation}"


def _is_somebody_elses(who: Asking, typed: dict[str, str]) -> bool:
    return typed.get("vem", _whose(who)) != _whose(who)


def _not_theirs(request: Request[Any, Any, Any]) -> Template:
    return web.page(
        request,
        "_error.html" if web.is_htmx(request) else "error.html",
        status=409,
        title="Det skrevs av någon annan",
        text="Inget registrerades. Den som skrev det behöver vara inloggad, för samma organisation, när det skickas.",
    )


async def _board(request: Request[Any, Any, Any], *, typed: Typed | None = None) -> Template:
    who, asked = web.asking(request), request.query_params
    found = await actions.board(who.organisation, who.person_id, today=web.today(request))
    told = {str(one.id): one for one in found.mine}
    return web.page(
        request,
        "outcomes/board.html",
        status=422 if typed else 200,
        board=found,
        typed=typed,
        whose=_whose(who),
        many=rules.MANY,
        new_key=uuid.uuid4,
        klart=told.get(asked.get("klart", "")),
        angrat=told.get(asked.get("angrat", "")),
    )


async def _done(request: Request[Any, Any, Any], what: str, outcome_id: UUID) -> Template | Redirect:
    """For a page that sends by itself what to show in place of what it shows; otherwise on to the page anew."""
    if not web.is_htmx(request):
        return web.go(f"/rapportera?{what}={outcome_id}")
    who = web.asking(request)
    found = await actions.board(who.organisation, who.person_id, today=web.today(request))
    told = {what: next((one for one in found.mine if one.id == outcome_id), None)}
    return web.page(request, "outcomes/_answer.html", board=found, whose=_whose(who), klart=told.get("klart"), angrat=told.get("angrat"))


handlers = [show_board, report, undo, choose_promise, open_import, take_in, fetch_template, fetch_outcomes]
