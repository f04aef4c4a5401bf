"""/paminnelser/flytta: let a colleague get reminders for a time. Every reminder links here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.handovers import actions, rules
from trygghet.swedish import Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping


@web.get("/paminnelser/flytta", may=Act.HAND_OVER)
async def show(request: Request[Any, Any, Any]) -> Template:
    """What is arranged, and a form."""
    return await _page(request, {})


@web.post("/paminnelser/flytta", may=Act.HAND_OVER)
async def hand_over(request: Request[Any, Any, Any]) -> Redirect | Template:
    """My reminders go to a colleague; an administrator says whose."""
    who, fields = web.asking(request), await web.form(request)
    try:
        asked = rules.wish(fields, who.person_id, web.today(request))
        await actions.hand_over(who.organisation, asked, by=who, now=web.now(request))
    except Refusal as no:
        return await _page(request, fields, no)
    return web.go("/paminnelser/flytta")


@web.post("/paminnelser/flytta/{handover_id:uuid}/avsluta", may=Act.HAND_OVER)
async def end(request: Request[Any, Any, Any], handover_id: FromPath[UUID]) -> Redirect:
    """It is over."""
    who = web.asking(request)
    await actions.end(who.organisation, handover_id, by=who, now=web.now(request))
    return web.go("/paminnelser/flytta")


async def _page(request: Request[Any, Any, Any], fields: Mapping[str, str], no: Refusal | None = None) -> Template:
    who, today = web.asking(request), web.today(request)
    found = await actions.read(who.organisation, by=who, today=today)
    shown = {"fields": fields, "errors": no.sentences if no else {}, "problem": no.sentence if no and not no.field else ""}
    return web.page(request, "handovers/handovers.html", status=422 if no else 200, arranged=found, **shown)


handlers = [show, hand_over, end]
