"""/uppfoljning: every room, and each room from the day it exists until it is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.followups import actions, forms, turns
from trygghet.followups.showing import shown
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.followups.standing import Standing


# ---------------------------------------------------------------- reading
@web.get("/uppfoljning", may=Act.READ)
async def list_rooms(request: Request[Any, Any, Any]) -> Template:
    """All rooms of the organisation: what waits for it first."""
    organisation, today = web.asking(request).organisation, web.today(request)
    found = await actions.rooms(organisation)
    return web.page(
        request,
        "followups/list.html",
        groups=turns.grouped(found, organisation, today),
        heading=turns.heading(found, organisation, today),
        needs=lambda one: turns.needs(one, organisation, today),
        task=lambda one: turns.task(one, today),
        rooms_wait=sum(turns.waits_for(one, organisation, today) for one in found),
    )


@web.get("/uppfoljning/{room_id:uuid}", may=Act.READ)
async def show_room(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template:
    """One room, as it stands for the organisation."""
    return await shown(request, room_id)


# ---------------------------------------------------------------- each party by itself
@web.post("/uppfoljning/{room_id:uuid}/bedomning", may=Act.ASSESS)
async def assess(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """Saves our own assessment, or saves it and hands it in."""
    who, typed = web.asking(request), await web.form(request)
    try:
        standing = await _assess(request, room_id, typed)
    except (Slips, Refusal) as no:
        return await shown(request, room_id, no, typed)
    done = "oppnad" if standing.is_revealed else "lamnad" if standing.has_handed_in(who.organisation) else "sparad"
    return web.go(f"/uppfoljning/{room_id}?gjort={done}")


async def _assess(request: Request[Any, Any, Any], room_id: UUID, typed: Mapping[str, str]) -> Standing:
    """What a colleague has changed meanwhile is not written over; then nothing is handed in, and both are shown. Raises `Slips`."""
    who = web.asking(request)
    standing = await actions.read(who.organisation, room_id)
    if standing.has_handed_in(who.organisation):  # there is nothing to save; what can be done is to open the room when nobody is waited for
        return await actions.assess(who.organisation, room_id, {}, hand_in="lamna" in typed, by=who, now=web.now(request))
    found, kept = forms.assessments(typed, standing.subjects), standing.own(who.organisation)
    taken = forms.taken(typed, found, kept, standing.subjects)
    hands_in = "lamna" in typed and not taken
    standing = await actions.assess(who.organisation, room_id, forms.written(typed, found, kept), hand_in=hands_in, by=who, now=web.now(request))
    if taken:
        raise Slips(taken)
    return standing


@web.post("/uppfoljning/{room_id:uuid}/ta-tillbaka", may=Act.ASSESS)
async def take_back(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """Our own assessment may be changed again."""
    who = web.asking(request)
    try:
        await actions.take_back(who.organisation, room_id, by=who, now=web.now(request))
    except Refusal as no:
        return await shown(request, room_id, no)
    return web.go(f"/uppfoljning/{room_id}?gjort=tillbaka")


# ---------------------------------------------------------------- together
@web.post("/uppfoljning/{room_id:uuid}/avgor", may=Act.ASSESS)
async def decide(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """What shall stand where the parties differ."""
    who, typed = web.asking(request), await web.form(request)
    try:
        standing = await actions.read(who.organisation, room_id)
        said, clash = forms.joints(typed, [row for row in standing.rows if not row.is_same])
        seen = typed.get("lydelse", "") if clash else standing.kept.content_hash
        await actions.decide_all(who.organisation, room_id, said, seen=seen, by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return await shown(request, room_id, no, typed)
    return web.go(f"/uppfoljning/{room_id}?gjort=avgjort")


@web.post("/uppfoljning/{room_id:uuid}/text", may=Act.ASSESS)
async def write(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """The common text."""
    who, typed = web.asking(request), await web.form(request)
    try:
        kept = (await actions.read(who.organisation, room_id)).kept
        texts, clash = forms.texts(typed, kept.texts)
        seen = typed.get("lydelse", "") if clash else kept.content_hash
        await actions.write(who.organisation, room_id, texts, seen=seen, by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return await shown(request, room_id, no, typed)
    return web.go(f"/uppfoljning/{room_id}?gjort=text#nycklar")


@web.post("/uppfoljning/{room_id:uuid}/nya-siffror", may=Act.ASSESS)
async def refresh(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """Takes in what has been recorded since."""
    who, typed = web.asking(request), await web.form(request)
    try:
        await actions.refresh(who.organisation, room_id, seen=typed.get("lydelse", ""), by=who, now=web.now(request))
    except Refusal as no:
        return await shown(request, room_id, no)
    return web.go(f"/uppfoljning/{room_id}?gjort=siffror")


@web.post("/uppfoljning/{room_id:uuid}/godkann", may=Act.APPROVE)
async def approve(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Template | Redirect:
    """Turns our key on exactly what the form was shown with; the last key signs."""
    who, typed = web.asking(request), await web.form(request)
    try:
        public_url = request.app.state.settings.public_url
        standing = await actions.approve(
            who.organisation, room_id, seen=typed.get("lydelse", ""), public_url=public_url, by=who, now=web.now(request)
        )
    except Refusal as no:
        return await shown(request, room_id, no)
    return web.go(f"/uppfoljning/{room_id}{'' if standing.is_signed else '?gjort=godkant#nycklar'}")


handlers = [list_rooms, show_room, assess, take_back, decide, write, refresh, approve]
