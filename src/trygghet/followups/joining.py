"""/uppfoljning/{room}/tillsammans: a short first year proposed to go with the next, decided, or taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.followups import actions, merging
from trygghet.followups.showing import shown
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act


@web.post("/uppfoljning/{room_id:uuid}/tillsammans", may=Act.ASSESS)
async def propose(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """Proposes to all parties that the year is followed up together with the next, and says why."""
    who, typed = web.asking(request), await web.form(request)
    try:
        await merging.propose(who.organisation, room_id, typed.get("skal", ""), by=who, now=web.now(request))
    except Refusal as no:
        return await shown(request, room_id, no, typed)
    return web.go(f"/uppfoljning/{room_id}?gjort=forslag#tillsammans")


@web.post("/uppfoljning/{room_id:uuid}/tillsammans/godkann", may=Act.APPROVE)
async def approve(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """Our yes to the proposal; with the last one the year has no room of its own, and the next one tells of both."""
    who, typed = web.asking(request), await web.form(request)
    before = (await actions.read(who.organisation, room_id)).room
    try:
        await merging.approve(who.organisation, room_id, seen=typed.get("lydelse", ""), by=who, now=web.now(request))
    except Refusal as no:
        return await shown(request, room_id, no)
    try:
        await actions.read(who.organisation, room_id)
    except NotFound:  # the room has gone into the next year's
        rooms = await actions.rooms(who.organisation, promise_id=before.promise_id)
        return web.go(f"/uppfoljning/{next(one.room.id for one in rooms if one.room.year > before.year)}")
    return web.go(f"/uppfoljning/{room_id}?gjort=ja#tillsammans")


@web.post("/uppfoljning/{room_id:uuid}/tillsammans/dra-tillbaka", may=Act.ASSESS)
async def withdraw(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """Takes the proposal back."""
    who = web.asking(request)
    try:
        await merging.withdraw(who.organisation, room_id, by=who, now=web.now(request))
    except Refusal as no:
        return await shown(request, room_id, no)
    return web.go(f"/uppfoljning/{room_id}?gjort=nej")


handlers = [propose, approve, withdraw]
