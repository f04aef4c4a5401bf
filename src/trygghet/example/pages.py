"""The example's own pages: the strip with the clock, and all that was sent."""

from __future__ import annotations

import asyncio
import datetime as dt
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from litestar import Request, Response
from litestar.enums import MediaType, ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import FromPath
from litestar.response import Template

from trygghet import clock, periods, web
from trygghet.example import actions, caught, story
from trygghet.swedish import Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

STRIDES = {"timme": dt.timedelta(hours=1), "dygn": dt.timedelta(days=1)}
MORNING = 8
"""A day that is chosen means its morning: reminders go out then."""


class Shown(NamedTuple):
    """What the pages of the example show beyond the product: where the clock stands, and who there is to sign in as."""

    shows_at: dt.datetime
    target_at: dt.datetime | None
    stuck: bool
    places: tuple[story.Organisation, ...] = story.place().organisation
    password: str = story.PASSWORD


async def _shown() -> Shown:
    face = await actions.across_organisations_face()
    return Shown(face.shows_at, face.target_at, face.stuck)


class Strip(ASGIMiddleware):
    """Gives every page of the example the clock's face, for the strip at its top."""

    exclude_opt_key = "bare"  # files have no strip

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP:
            scope["state"]["strip"] = await _shown()
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
        template = "example/_strip.html" if web.is_htmx(request) else "example/clock.html"
        return web.page(request, template, status=422, clock_problem=refusal.sentence, clock_typed=typed.get("dag", ""))
    if not web.is_htmx(request):
        return web.go("/exempel/klocka")
    request.scope["state"]["strip"] = await _shown()
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


# ---------------------------------------------------------------- what was caught
@web.get("/exempel/mejl", may=Act.EXAMPLE)
async def show_mails(request: Request[Any, Any, Any]) -> Template:
    """Every mail that was sent, newest first."""
    found, count = await asyncio.to_thread(caught.mails, _var(request))
    sent_at = await actions.across_organisations_sent_at([one.message_id for one in found])
    return web.page(request, "example/mails.html", mails=found, count=count, sent_at=sent_at)


@web.get("/exempel/mejl/{name:str}", may=Act.EXAMPLE)
async def show_mail(request: Request[Any, Any, Any], name: FromPath[str]) -> Template:
    """One mail as its reader has it, and as text. Only this page may hold a frame, and only of our own."""
    found = await asyncio.to_thread(caught.mail, _var(request), name)
    sent_at = await actions.across_organisations_sent_at([found.message_id])
    answer = web.page(request, "example/mail.html", mail=found, at=sent_at.get(found.message_id))
    answer.headers["content-security-policy"] = web.content_policy(request.scope["state"]["nonce"], "frame-src 'self'")
    return answer


@web.get("/exempel/mejl/{name:str}/brev", may=Act.EXAMPLE, media_type=MediaType.HTML)
async def show_letter(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    """The mail's own HTML, shut in: it runs nothing and fetches nothing, and its links open in place of the page around it."""
    found = await asyncio.to_thread(caught.mail, _var(request), name)
    return Response(LINKS_OUT + found.html, media_type=MediaType.HTML, headers={"content-security-policy": SHUT_IN, "x-frame-options": "SAMEORIGIN"})


LINKS_OUT = '<!doctype html><base target="_top">'
SHUT_IN = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)


@web.get("/exempel/inlagg", may=Act.EXAMPLE)
async def show_posts(request: Request[Any, Any, Any]) -> Template:
    """Every post on the social accounts and in the rooms of chats, newest first."""
    found, count = await asyncio.to_thread(caught.posts, _var(request))
    chats = await asyncio.to_thread(caught.chats, _var(request))
    sent_at = await actions.across_organisations_sent_at([*(one.id for one in found), *(one.id for one in chats)])
    return web.page(request, "example/posts.html", posts=found, chats=chats, count=count, sent_at=sent_at)


@web.get("/exempel/inlagg/bild/{file:str}", may=Act.EXAMPLE)
async def show_picture(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """A picture of a post."""
    body = await asyncio.to_thread(caught.picture, _var(request), file)
    return Response(body, media_type=mimetypes.guess_type(file)[0] or "application/octet-stream")


def _var(request: Request[Any, Any, Any]) -> Path:
    var: Path = request.app.state.settings.var
    return var


handlers = [show_clock, show_strip, move_clock, show_mails, show_mail, show_letter, show_posts, show_picture]
