"""/kanaler: organisationens egna kanaler i Teams och Slack. Adressen visas aldrig igen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.members import actions as members
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act
from trygghet.webhooks import actions, rules

if TYPE_CHECKING:
    from collections.abc import Mapping


@web.get("/kanaler", may=Act.MANAGE)
async def show(request: Request[Any, Any, Any]) -> Template:
    """The channels, and a form to connect one."""
    return await _page(request, {})


@web.post("/kanaler", may=Act.MANAGE)
async def connect(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Connects a channel."""
    who, fields, settings = web.asking(request), await web.form(request), request.app.state.settings
    try:
        wanted = rules.wanted(fields, settings.here if settings.example else ())
        await actions.connect(who.organisation, wanted, settings=settings, by=members.actor(who), now=web.now(request))
    except (Refusal, Slips) as no:
        return await _page(request, fields, no.sentences)
    return web.go("/kanaler")


@web.post("/kanaler/{connection_id:uuid}/prova", may=Act.MANAGE)
async def test(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Redirect:
    """Posts something to see whether posts arrive."""
    await actions.test(web.asking(request).organisation, connection_id, now=web.now(request))
    return web.go("/kanaler")


@web.post("/kanaler/{connection_id:uuid}/pausa", may=Act.MANAGE)
async def pause(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Redirect:
    """Posts nothing more there until it is taken into use again."""
    who = web.asking(request)
    await actions.switch(who.organisation, connection_id, on=False, by=members.actor(who), now=web.now(request))
    return web.go("/kanaler")


@web.post("/kanaler/{connection_id:uuid}/ateruppta", may=Act.MANAGE)
async def resume(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Redirect:
    """Takes a paused channel into use again."""
    who = web.asking(request)
    await actions.switch(who.organisation, connection_id, on=True, by=members.actor(who), now=web.now(request))
    return web.go("/kanaler")


@web.post("/kanaler/{connection_id:uuid}/ta-bort", may=Act.MANAGE)
async def remove(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Redirect:
    """Forgets a channel and its address."""
    who = web.asking(request)
    await actions.remove(who.organisation, connection_id, by=members.actor(who), now=web.now(request))
    return web.go("/kanaler")


async def _page(request: Request[Any, Any, Any], fields: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Template:
    shown = await actions.read(web.asking(request).organisation)
    social = request.app.state.settings.example_social_url
    return web.page(
        request,
        "webhooks/index.html",
        status=422 if errors else 200,
        channels=shown,
        forms_of=rules.FORMS,
        fields=fields,
        errors=errors or {},
        social=social,
    )


handlers = [show, connect, test, pause, resume, remove]
