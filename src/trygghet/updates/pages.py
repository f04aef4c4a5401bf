"""/uppdateringar: what residents are told or are to be, the keys on it, taking it back, and where it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.deliveries import actions as deliveries
from trygghet.swedish import Refusal
from trygghet.tenancy import Act
from trygghet.updates import actions, writing
from trygghet.updates.forms import seen
from trygghet.updates.standing import grouped, heading

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.tenancy import Asking


# ---------------------------------------------------------------- reading
@web.get("/uppdateringar", may=Act.READ)
async def list_updates(request: Request[Any, Any, Any]) -> Template:
    """Everything that is told or is to be: what waits for our key first."""
    organisation = web.asking(request).organisation
    found = await actions.read_all(organisation, now=web.now(request))
    return web.page(
        request,
        "updates/list.html",
        groups=grouped(found, organisation),
        heading=heading(found, organisation),
        promises=await actions.promises(organisation),
    )


@web.get("/uppdateringar/{update_id:uuid}", may=Act.READ)
async def show_update(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template:
    """One update: the text, the keys, where it has arrived."""
    return await _shown(request, update_id)


@web.get("/uppdateringar/{update_id:uuid}/bild", may=Act.READ)
async def show_picture(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Response[bytes]:
    """The picture, for those who may see the update."""
    sha256 = request.query_params.get("summa", "")
    body, mime = await actions.picture(web.asking(request).organisation, update_id, sha256)
    return Response(body, media_type=mime, headers={"content-disposition": "attachment"} if sha256 else {})


# ---------------------------------------------------------------- the keys
@web.post("/uppdateringar/{update_id:uuid}/dela", may=Act.SHARE)
async def share(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Hands the draft over for approval: the other parties see it from now on."""
    who = web.asking(request)
    try:
        await actions.share(who.organisation, update_id, seen=await seen(request), by=who, now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal)
    return await _changed(request, update_id)


@web.post("/uppdateringar/{update_id:uuid}/godkann", may=Act.APPROVE)
async def approve(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Turns our key on exactly the text that the form was shown with."""
    who = web.asking(request)
    try:
        await actions.approve(who.organisation, update_id, seen=await seen(request), by=who, now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal)
    return await _changed(request, update_id)


@web.post("/uppdateringar/{update_id:uuid}/dra-tillbaka", may=Act.SHARE)
async def withdraw(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Takes the update back, and says why."""
    who, why = web.asking(request), (await web.form(request)).get("varfor", "")
    try:
        await actions.withdraw(who.organisation, update_id, why, by=who, now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal)
    return await _changed(request, update_id)


@web.post("/uppdateringar/{update_id:uuid}/stoppa", may=Act.SHARE)
async def stop(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Stops what is agreed on before it goes out, and says why."""
    who, why = web.asking(request), (await web.form(request)).get("varfor", "")
    try:
        await actions.stop(who.organisation, update_id, why, by=who, now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal)
    return await _changed(request, update_id)


# ---------------------------------------------------------------- where it arrived
@web.post("/uppdateringar/{update_id:uuid}/utskick/{delivery_id:uuid}", may=Act.SETTLE)
async def settle(request: Request[Any, Any, Any], update_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Template | Redirect:
    """A person says what became of it in one place: it is there, it is not, try again, or done by hand."""
    try:
        await _settle(delivery_id, await web.form(request), by=web.asking(request), now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal, delivery_id)
    return await _changed(request, update_id)


async def _settle(delivery_id: UUID, typed: dict[str, str], *, by: Asking, now: dt.datetime) -> None:
    organisation, where = by.organisation, typed.get("adress", "")
    match typed.get("svar", ""):
        case "gjort":
            await deliveries.done_by_hand(organisation, delivery_id, where, by=by, now=now)
        case "igen":
            await deliveries.retry(organisation, delivery_id, by=by, now=now)
        case "finns" | "saknas" as answer:
            await deliveries.decide(organisation, delivery_id, went_out=answer == "finns", url=where, by=by, now=now)
        case _:
            raise Refusal("delivery.yes_or_no")


# ---------------------------------------------------------------- pieces
async def _changed(request: Request[Any, Any, Any], update_id: UUID) -> Template | Redirect:
    return await _shown(request, update_id) if web.is_htmx(request) else web.go(f"/uppdateringar/{update_id}")


async def _shown(request: Request[Any, Any, Any], update_id: UUID, refusal: Refusal | None = None, about: UUID | None = None) -> Template:
    """The update for htmx, the whole page otherwise; with the refusal and 422 where something was refused."""
    standing = await actions.read(web.asking(request).organisation, update_id, now=web.now(request))
    template = "updates/_update.html" if web.is_htmx(request) else "updates/update.html"
    errors = refusal.sentences if refusal else {}
    return web.page(request, template, status=422 if refusal else 200, standing=standing, errors=errors, about=about)


handlers = [list_updates, show_update, show_picture, share, approve, withdraw, stop, settle, *writing.handlers]
