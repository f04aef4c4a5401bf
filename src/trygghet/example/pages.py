"""The example's own pages: the strip with the clock, and all that was sent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.response import Template

from trygghet import clock, periods, swedish, web
from trygghet.example import actions
from trygghet.swedish import Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

STRIDES = {"timme": dt.timedelta(hours=1), "dygn": dt.timedelta(days=1)}
MORNING = 8
"""A day that is chosen means its morning: reminders go out then."""


class Strip(ASGIMiddleware):
    """Gives every page of the example the clock's face, for the strip at its top."""

    exclude_opt_key = "bare"  # files have no strip

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP:
            scope["state"]["strip"] = await actions.across_organisations_face()
        await next_app(scope, receive, send)


@web.get("/exempel/klocka", may=Act.EXAMPLE)
async def show_clock(request: Request[Any, Any, Any]) -> Template:
    """The clock on a page of its own: where one lands without JavaScript, and from pages that residents may cache."""
    return web.page(request, "example/clock.html")


@web.get("/exempel/klocka/remsa", may=Act.EXAMPLE)
async def show_strip(request: Request[Any, Any, Any]) -> Template:
    """The strip while the clock moves. When it has arrived the whole page is loaded anew: everything on it may have changed."""
    answer = web.page(request, "example/_strip.html")
    if request.scope["state"]["strip"].target_at is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@web.post("/exempel/klocka", may=Act.EXAMPLE)
async def move_clock(request: Request[Any, Any, Any]) -> Response[Any]:
    """Moves the clock: an hour, a day, to the next reminder, to the morning of a day; or stops it where it is."""
    typed = await web.form(request)
    try:
        await _move(typed)
    except Refusal as refusal:
        problem = swedish.refusal(refusal.code, refusal.words)
        template = "example/_strip.html" if web.is_htmx(request) else "example/clock.html"
        return web.page(request, template, status=422, problem=problem, typed=typed.get("dag", ""))
    if not web.is_htmx(request):
        return web.go("/exempel/klocka")
    request.scope["state"]["strip"] = await actions.across_organisations_face()
    return web.page(request, "example/_strip.html")


async def _move(typed: dict[str, str]) -> None:
    wall, how = clock.wall(), typed.get("hur", "")
    if how in STRIDES:
        await actions.across_organisations_move_on(STRIDES[how], wall=wall)
    elif how == "paminnelse":
        await actions.across_organisations_move_to_next_reminder(wall=wall)
    elif how == "stanna":
        await actions.across_organisations_stop(wall=wall)
    else:
        await actions.across_organisations_move_to(periods.instant(periods.parse_day(typed.get("dag", ""), "Dag"), MORNING), wall=wall)


handlers = [show_clock, show_strip, move_clock]
