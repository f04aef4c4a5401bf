"""/loften/…/sammanfattningar: a promise in easy Swedish and in other languages, written, weighed, approved and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from trygghet import web
from trygghet.retellings import actions, rules
from trygghet.retellings.languages import EASY, LANGUAGES
from trygghet.retellings.rules import Written
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHERE = "/loften/{promise_id:uuid}/sammanfattningar"


@web.get(_WHERE, may=Act.READ)
async def show(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """All languages, and a form that begins with the text there is in the one asked for."""
    return await _page(request, promise_id, None)


@web.post(_WHERE, may=Act.WRITE)
async def offer(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Redirect | Template:
    """Offers the text to all parties, or gives it back with how heavy it is to read (`prova`); then nothing is saved."""
    who, typed = web.asking(request), await web.form(request)
    written = _written(typed)
    if "prova" in typed:
        return await _page(request, promise_id, written)
    try:
        await actions.offer(who.organisation, promise_id, written, by=who, now=web.now(request))
    except (Slips, Refusal) as slip:
        return await _page(request, promise_id, written, slip.sentences)
    return web.go(f"/loften/{promise_id}/sammanfattningar#{written.code}")


@web.post(f"{_WHERE}/{{retelling_id:uuid}}/godkann", may=Act.APPROVE)
async def approve(request: Request[Any, Any, Any], promise_id: FromPath[UUID], retelling_id: FromPath[UUID]) -> Redirect:
    """Turns the organisation's key on the text as it was read."""
    who, typed = web.asking(request), await web.form(request)
    await actions.approve(who.organisation, promise_id, retelling_id, seen=typed.get("lydelse", ""), by=who, now=web.now(request))
    return web.go(f"/loften/{promise_id}/sammanfattningar")


@web.post(f"{_WHERE}/{{retelling_id:uuid}}/dra-tillbaka", may=Act.SHARE)
async def withdraw(request: Request[Any, Any, Any], promise_id: FromPath[UUID], retelling_id: FromPath[UUID]) -> Redirect:
    """Takes the text back, with a reason that residents read."""
    who, typed = web.asking(request), await web.form(request)
    await actions.withdraw(who.organisation, promise_id, retelling_id, typed.get("varfor", ""), by=who, now=web.now(request))
    return web.go(f"/loften/{promise_id}/sammanfattningar")


def _written(typed: Mapping[str, str]) -> Written:
    return Written(typed.get("sprak", ""), typed.get("rubrik", ""), typed.get("text", "").replace("\r\n", "\n"))


async def _page(request: Request[Any, Any, Any], promise_id: UUID, typed: Written | None, errors: dict[str, str] | None = None) -> Template:
    found = await actions.read(web.asking(request).organisation, promise_id)
    asked = request.query_params.get("sprak", EASY)
    kept = next((one.latest.written for one in found.standings if one.latest.code == asked), None)
    written = typed or kept or Written(asked if asked in LANGUAGES else EASY, "", "")
    return web.page(
        request,
        "retellings/retellings.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if errors else HTTP_200_OK,
        promise=found.promise,
        standings=found.standings,
        written=written,
        weight=written.readability,
        errors=errors or {},
        languages=LANGUAGES,
        easy_lix=rules.EASY_LIX,
        slug=next((one.slug for one in found.promise.homes), ""),
        limits={"rubrik": rules.LONGEST_TITLE, "text": rules.LONGEST_BODY, "varfor": rules.LONGEST_WHY},
    )


handlers = [show, offer, approve, withdraw]
