"""/paminnelser/stegar and /loften/…/paminnelser: which ladders hold, another one as a form, what it would change, and letting it hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.deliveries.rules import SEATS
from trygghet.reminders import choosing, forms, reasons
from trygghet.reminders.ladders import KINDS, NAMES, UNITS
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from trygghet.reminders.choosing import Chosen
    from trygghet.reminders.forms import Draft
    from trygghet.reminders.ladders import Ladder

WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "names": NAMES,
    "units": UNITS,
    "whens": forms.WHENS,
    "seats": SEATS,
    "whose": reasons.WHOSE,
    "told": reasons.told,
}


# ---------------------------------------------------------------- for all promises
@web.get("/paminnelser/stegar", may=Act.SEE_LADDERS)
async def show_ladders(request: Request[Any, Any, Any]) -> Template:
    """The ladder of each kind of duty, and where it comes from."""
    return await _listed(request, None)


@web.get("/paminnelser/stegar/{kind:str}", may=Act.SET_LADDERS)
async def edit(request: Request[Any, Any, Any], kind: FromPath[str]) -> Template:
    """The form of one."""
    return await _form(request, kind, None)


@web.post("/paminnelser/stegar/{kind:str}", may=Act.SET_LADDERS)
async def change(request: Request[Any, Any, Any], kind: FromPath[str]) -> Template | Redirect:
    """One more row, what it would change, back, or letting it hold."""
    return await _answered(request, kind, None)


# ---------------------------------------------------------------- for one promise
@web.get("/loften/{promise_id:uuid}/paminnelser", may=Act.SEE_LADDERS)
async def show_promises_ladders(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """The same for one promise."""
    return await _listed(request, promise_id)


@web.get("/loften/{promise_id:uuid}/paminnelser/{kind:str}", may=Act.SET_LADDERS)
async def edit_promises(request: Request[Any, Any, Any], promise_id: FromPath[UUID], kind: FromPath[str]) -> Template:
    """The form of one of its ladders."""
    return await _form(request, kind, promise_id)


@web.post("/loften/{promise_id:uuid}/paminnelser/{kind:str}", may=Act.SET_LADDERS)
async def change_promises(request: Request[Any, Any, Any], promise_id: FromPath[UUID], kind: FromPath[str]) -> Template | Redirect:
    """The same for one promise."""
    return await _answered(request, kind, promise_id)


# ---------------------------------------------------------------- pieces
def _here(promise_id: UUID | None) -> str:
    return f"/loften/{promise_id}/paminnelser" if promise_id else "/paminnelser/stegar"


async def _listed(request: Request[Any, Any, Any], promise_id: UUID | None) -> Template:
    found = await choosing.read(web.asking(request).organisation, promise_id)
    done = KINDS.get(request.query_params.get("andrad", ""), "")
    return web.page(request, "reminders/ladders.html", choices=found, promise_id=promise_id, here=_here(promise_id), done=done, **WORDS)


async def _form(
    request: Request[Any, Any, Any], kind: str, promise_id: UUID | None, draft: Draft | None = None, no: Refusal | Slips | None = None
) -> Template:
    found = await choosing.read(web.asking(request).organisation, promise_id)
    chosen = found.of(kind)
    return web.page(
        request,
        "reminders/ladder.html",
        status=422 if no else 200,
        title=found.title,
        chosen=chosen,
        draft=draft or forms.draft(chosen.ladder),
        errors=no.sentences if no else {},
        promise_id=promise_id,
        here=_here(promise_id),
        **WORDS,
    )


async def _answered(request: Request[Any, Any, Any], kind: str, promise_id: UUID | None) -> Template | Redirect:
    fields, organisation = await web.form(request), web.asking(request).organisation
    draft = forms.typed(fields)
    if fields.keys() & {"rad", "bort", "tillbaka"}:
        return await _form(request, kind, promise_id, None if "aterstall" in fields else draft)
    try:
        ladder = None if "aterstall" in fields else forms.ladder(draft)
        if "spara" not in fields:
            return await _previewed(request, kind, promise_id, draft, ladder)
        seen, who = fields.get("sett", ""), web.asking(request)
        await choosing.change_ladder(organisation, kind, promise_id, ladder, seen=seen, by=who, now=web.now(request))
    except Slips as no:
        return await _form(request, kind, promise_id, draft, no)
    except Refusal as no:
        return await _form(request, kind, promise_id, None, no)
    return web.go(f"{_here(promise_id)}?andrad={kind}#{kind}")


async def _previewed(request: Request[Any, Any, Any], kind: str, promise_id: UUID | None, draft: Draft, ladder: Ladder | None) -> Template:
    organisation = web.asking(request).organisation
    found = await choosing.read(organisation, promise_id)
    chosen: Chosen = found.of(kind)
    difference = await choosing.preview(organisation, kind, promise_id, ladder, now=web.now(request))
    return web.page(
        request,
        "reminders/preview.html",
        title=found.title,
        chosen=chosen,
        draft=draft,
        ladder=ladder,
        difference=difference,
        promise_id=promise_id,
        here=_here(promise_id),
        **WORDS,
    )


handlers = [show_ladders, edit, change, show_promises_ladders, edit_promises, change_promises]
