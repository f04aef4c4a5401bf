"""/uppfoljning: every room, and each room from the day it exists until it is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.followups import actions, forms, reading, rules, turns
from trygghet.followups.rules import TEXTS
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.followups.standing import Standing

TOLD = {
    "sparad": ("Sparat", "Det syns bara hos er tills alla parter har lämnat in."),
    "lamnad": ("Bedömningen är inlämnad", "Ni kan läsa den här nedanför."),
    "oppnad": ("Bedömningen är inlämnad", "Alla har lämnat in, så förseglingen är bruten."),
    "tillbaka": ("Bedömningen är tillbakatagen", "Den går att ändra och lämna in igen."),
    "avgjort": ("Det gemensamma svaret är sparat", "Alla parters egna svar står kvar."),
    "text": ("Texten är sparad", "Alla parter läser den nu."),
    "siffror": ("Siffrorna är hämtade på nytt", "De gäller till och med i dag."),
    "godkant": ("Godkännandet är sparat", "Det gäller exakt det som står här."),
    "forslag": ("Förslaget är lämnat", "Det gäller först när en ledare hos varje part har sagt ja."),
    "ja": ("Ert ja är sparat", "Åren följs upp tillsammans först när alla parter har sagt ja."),
    "nej": ("Förslaget är tillbakadraget", "Varje år följs upp för sig."),
}
"""What is said after something was done."""


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
        standing = await actions.approve(who.organisation, room_id, seen=typed.get("lydelse", ""), by=who, now=web.now(request))
    except Refusal as no:
        return await shown(request, room_id, no)
    return web.go(f"/uppfoljning/{room_id}{'' if standing.is_signed else '?gjort=godkant#nycklar'}")


# ---------------------------------------------------------------- pieces
async def shown(
    request: Request[Any, Any, Any], room_id: UUID, no: Slips | Refusal | None = None, typed: Mapping[str, str] | None = None
) -> Template:
    """The room; with 422, the sentences and all that was typed where something was refused."""
    organisation, today = web.asking(request).organisation, web.today(request)
    found = await reading.opened(organisation, room_id, today)
    errors, typed = no.sentences if no else {}, forms.again(typed or {})
    waiting = await actions.waiting(organisation, today)
    return web.page(
        request,
        "followups/room.html",
        status=422 if no else 200,
        opened=found,
        why=rules.why_these_days(found.standing.room),
        errors=errors,
        typed=typed,
        is_texting=not typed.keys().isdisjoint(TEXTS),
        is_deciding=any(name.startswith("hur-") for name in typed),
        done="" if no else request.query_params.get("gjort", ""),
        told=TOLD,
        text_names=TEXTS,
        mark=lambda one: forms.mark(one or forms.EMPTY),
        joint_mark=forms.joint_mark,
        text_mark=forms.text_mark,
        rooms_wait=waiting,
    )


handlers = [list_rooms, show_room, assess, take_back, decide, write, refresh, approve]
