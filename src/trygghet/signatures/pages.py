"""/lydelser/…: read a text, compare its versions, share it, say yes or no to it, sign it, open it again, take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import clock, web
from trygghet.members import door
from trygghet.signatures import actions
from trygghet.signatures.showing import Showing
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_PASSWORD = 1000


# ---------------------------------------------------------------- reading
@web.get("/lydelser/{wording_id:uuid}", may=Act.READ)
async def show(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template:
    """The text with its keys, what is said beside it, and what one may do."""
    return await _shown(request, wording_id)


@web.get("/lydelser/{wording_id:uuid}/skillnad", may=Act.READ)
async def compare(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template:
    """What differs between two texts; without a choice, between the last two. Raises `NotFound` for a text that is not there."""
    standing = await actions.read(web.asking(request).organisation, wording_id)
    names, query = [one.name for one in standing.texts], request.query_params
    old = standing.text(query.get("fran", names[-2] if len(names) > 1 else names[0]))
    new = standing.text(query.get("till", names[-1]))
    if old is None or new is None:
        raise NotFound
    return web.page(request, "signatures/difference.html", standing=standing, difference=standing.difference(old, new))


# ---------------------------------------------------------------- sharing
@web.get("/lydelser/{wording_id:uuid}/dela", may=Act.SHARE)
async def open_share(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """What sharing means and who will read it, or what the text lacks first."""
    return await _share(request, wording_id)


@web.post("/lydelser/{wording_id:uuid}/dela", may=Act.SHARE)
async def share(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """Opens the text to all its parties."""
    who = web.asking(request)
    try:
        await actions.share(who.organisation, wording_id, seen=_seen(await web.form(request)), by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return await _share(request, wording_id, no)
    return web.go(f"/lydelser/{wording_id}?gjort=delad")


async def _share(request: Request[Any, Any, Any], wording_id: UUID, no: Slips | Refusal | None = None) -> Template | Redirect:
    organisation = web.asking(request).organisation
    standing = await actions.read(organisation, wording_id)
    if not standing.wording.is_open or (not standing.wording.is_private and not standing.unreached):
        return web.go(f"/lydelser/{wording_id}")
    lacks, found = await _lacks(organisation, wording_id), await actions.warnings(organisation, standing, web.today(request))
    said = "" if no is None or isinstance(no, Slips) else no.sentence
    return web.page(request, "signatures/share.html", status=422 if no else 200, standing=standing, lacks=lacks, warnings=found, said=said)


async def _lacks(organisation: UUID, wording_id: UUID) -> list[str]:
    try:
        await actions.draft(organisation, await actions.read(organisation, wording_id))
    except Slips as slips:
        return [one.sentence for one in slips.refusals]
    return []


# ---------------------------------------------------------------- yes and no
@web.post("/lydelser/{wording_id:uuid}/godkann", may=Act.APPROVE)
async def approve(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """Our yes to exactly the text that the form was shown with."""
    who = web.asking(request)
    try:
        await actions.approve(who.organisation, wording_id, seen=_seen(await web.form(request)), by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return await _shown(request, wording_id, _sentences(no))
    return web.go(f"/lydelser/{wording_id}#nycklar")


@web.post("/lydelser/{wording_id:uuid}/avvisa", may=Act.APPROVE)
async def reject(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """Our no, and why."""
    who, typed = web.asking(request), await web.form(request)
    try:
        await actions.reject(who.organisation, wording_id, typed.get("varfor", ""), seen=_seen(typed), by=who, now=web.now(request))
    except Refusal as no:
        return await _shown(request, wording_id, _at("avvisa", no))
    return web.go(f"/lydelser/{wording_id}#nycklar")


# ---------------------------------------------------------------- signing
@web.get("/lydelser/{wording_id:uuid}/skriv-under", may=Act.APPROVE)
async def open_sign(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """What one is about to sign, and the password once more."""
    return await _sign(request, wording_id)


@web.post("/lydelser/{wording_id:uuid}/skriv-under", may=Act.APPROVE)
async def sign(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """Puts our leader's name to exactly the text that the form was shown with."""
    who, typed = web.asking(request), await web.form(request)
    password = str((await request.form()).get("losenord", ""))[:LONGEST_PASSWORD]  # as it was typed, spaces and all
    visitor, now = door.visitor(request), web.now(request)
    try:
        done = await actions.sign(who.organisation, wording_id, password, visitor, seen=_seen(typed), by=who, wall=clock.wall(), now=now)
    except (Slips, Refusal) as no:
        return await _sign(request, wording_id, _sentences(no))
    return web.go(f"/lydelser/{wording_id}?gjort={'undertecknad' if done.wording.signed_at else 'underskriven'}")


async def _sign(request: Request[Any, Any, Any], wording_id: UUID, errors: Mapping[str, str] | None = None) -> Template | Redirect:
    organisation = web.asking(request).organisation
    standing = await actions.read(organisation, wording_id)
    if not standing.waits_for_signature(organisation):
        return await _shown(request, wording_id, errors) if errors else web.go(f"/lydelser/{wording_id}")
    found = await actions.warnings(organisation, standing, web.today(request))
    return web.page(
        request,
        "signatures/sign.html",
        status=422 if errors else 200,
        standing=standing,
        key=standing.key_of(organisation),
        warnings=found,
        errors=errors or {},
    )


# ---------------------------------------------------------------- going back
@web.post("/lydelser/{wording_id:uuid}/oppna-igen", may=Act.SHARE)
async def reopen(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """Lets a signed text be changed again, and says why."""
    who, why = web.asking(request), (await web.form(request)).get("varfor", "")
    try:
        await actions.reopen(who.organisation, wording_id, why, by=who, now=web.now(request))
    except Refusal as no:
        return await _shown(request, wording_id, _at("oppna", no))
    return web.go(f"/lydelser/{wording_id}#nycklar")


@web.post("/lydelser/{wording_id:uuid}/dra-tillbaka", may=Act.SHARE)
async def withdraw(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """Takes the text back for good, and says why."""
    who, why = web.asking(request), (await web.form(request)).get("varfor", "")
    try:
        await actions.withdraw(who.organisation, wording_id, why, by=who, now=web.now(request))
    except Refusal as no:
        return await _shown(request, wording_id, _at("tillbaka", no))
    return web.go(f"/lydelser/{wording_id}")


# ---------------------------------------------------------------- pieces
def _seen(typed: Mapping[str, str]) -> str:
    return typed.get("lydelse", "")


def _at(form: str, no: Refusal) -> Mapping[str, str]:
    """The sentence on the form that it belongs to; several on the page ask why."""
    return {f"{form}-{no.field}" if no.field else "": no.sentence}


def _sentences(no: Slips | Refusal) -> Mapping[str, str]:
    """What was refused; that a text lacks something is said on the page as a whole."""
    return {"": " ".join(one.sentence for one in no.refusals)} if isinstance(no, Slips) else no.sentences


async def _shown(request: Request[Any, Any, Any], wording_id: UUID, errors: Mapping[str, str] | None = None) -> Template:
    standing = await actions.read(web.asking(request).organisation, wording_id)
    return web.page(
        request,
        "signatures/wording.html",
        status=422 if errors else 200,
        standing=standing,
        showing=Showing(standing),
        errors=errors or {},
        done=request.query_params.get("gjort", "") if not errors else "",
        is_open_already="pagar" in request.query_params,
        new_key=uuid4(),
    )


handlers = [show, compare, open_share, share, approve, reject, open_sign, sign, reopen, withdraw]
