"""/inkorg: what has come to me in this organisation, by mail or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.inbox import actions, rules
from trygghet.tenancy import Act


@web.get("/inkorg", may=Act.MYSELF)
async def show(request: Request[Any, Any, Any]) -> Template:
    """What has come, the latest first. Opening it changes nothing."""
    who = web.asking(request)
    found = await actions.read(who.organisation, who.person_id, rules.number(request.query_params.get("sida", "")))
    return web.page(request, "inbox/inbox.html", inbox=found)


@web.post("/inkorg/{delivery_id:uuid}/last", may=Act.MYSELF)
async def mark_read(request: Request[Any, Any, Any], delivery_id: FromPath[UUID]) -> Redirect:
    """I have read it."""
    who = web.asking(request)
    await actions.mark_read(who.organisation, who.person_id, delivery_id, now=web.now(request))
    return await _back(request)


@web.post("/inkorg/alla-lasta", may=Act.MYSELF)
async def mark_all_read(request: Request[Any, Any, Any]) -> Redirect:
    """I have read all that the page showed, and what came before it."""
    who, fields = web.asking(request), await web.form(request)
    await actions.mark_all_read(who.organisation, who.person_id, rules.item_id(fields.get("senaste", "")), now=web.now(request))
    return await _back(request)


async def _back(request: Request[Any, Any, Any]) -> Redirect:
    number = rules.number((await web.form(request)).get("sida", ""))
    return web.go(f"/inkorg?sida={number}" if number > 1 else "/inkorg")


handlers = [show, mark_read, mark_all_read]
