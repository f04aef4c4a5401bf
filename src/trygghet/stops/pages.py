"""/stopp: all publishing is stopped by one press and a reason, and let go by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.members import actions as members
from trygghet.stops import actions
from trygghet.stops.rules import BANNER_ON, LONGEST_WHY
from trygghet.swedish import Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

    from trygghet.tenancy import Asking


@web.get("/stopp", may=Act.READ)
async def show(request: Request[Any, Any, Any]) -> Template:
    """How it stands, and what may be done about it."""
    return await _page(request)


@web.post("/stopp", may=Act.SHARE)
async def stop(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Stops all that the organisation has a part in."""
    who, typed = web.asking(request), await web.form(request)
    try:
        await actions.stop(who.organisation, typed.get("varfor", "").strip(), by=members.actor(who), now=web.now(request))
    except Refusal as no:
        return await _page(request, no, typed.get("varfor", ""))
    return web.go("/stopp")


@web.post("/stopp/lyft", may=Act.SHARE)
async def lift(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Lets it go again."""
    who = web.asking(request)
    try:
        await actions.lift(who.organisation, by=members.actor(who), now=web.now(request))
    except Refusal as no:
        return await _page(request, no)
    return web.go("/stopp")


async def _page(request: Request[Any, Any, Any], problem: Refusal | None = None, why: str = "") -> Template:
    found = await actions.read(web.asking(request).organisation, now=web.now(request))
    errors = {problem.field: problem.sentence} if problem and problem.field else {}
    said = problem.sentence if problem and not problem.field else ""
    status = 422 if problem else 200
    return web.page(request, "stops/stops.html", status=status, found=found, errors=errors, problem=said, why=why, longest=LONGEST_WHY)


class Banners(ASGIMiddleware):
    """Puts a stop that stands on top of the pages where somebody might wonder why nothing goes out."""

    exclude_opt_key = "bare"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP and scope["path"].startswith(BANNER_ON):
            who: Asking | None = scope["state"].get("asking")
            if who is not None:
                scope["state"]["alarms"] = (*scope["state"].get("alarms", ()), *await actions.banners(who.organisation, who.version))
        await next_app(scope, receive, send)


handlers = [show, stop, lift]
