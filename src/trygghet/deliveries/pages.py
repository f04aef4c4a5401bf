"""/utskick: what went out and what did not, and what a person does about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.deliveries import actions, ledger
from trygghet.swedish import Refusal
from trygghet.tenancy import Act


@web.get("/utskick", may=Act.LEDGER)
async def show_ledger(request: Request[Any, Any, Any]) -> Template:
    """All that leaves the building, what needs a person first."""
    return await _page(request, "deliveries/ledger.html", request.query_params)


@web.post("/utskick/{delivery_id:uuid}/forsok-igen", may=Act.SETTLE)
async def retry(request: Request[Any, Any, Any], delivery_id: FromPath[UUID]) -> Template | Redirect:
    """Plans what failed once more."""
    who = web.asking(request)
    try:
        await actions.retry(who.organisation, delivery_id, by=who, now=web.now(request))
    except Refusal as refusal:
        return await _answer(request, refusal)
    return await _answer(request)


@web.post("/utskick/{delivery_id:uuid}/avgor", may=Act.SETTLE)
async def decide(request: Request[Any, Any, Any], delivery_id: FromPath[UUID]) -> Template | Redirect:
    """A person says whether what is unclear went out."""
    who, typed = web.asking(request), await web.form(request)
    try:
        await actions.decide(who.organisation, delivery_id, went_out=_yes_or_no(typed.get("kom_fram", "")), by=who, now=web.now(request))
    except Refusal as refusal:
        return await _answer(request, refusal)
    return await _answer(request)


def _yes_or_no(typed: str) -> bool:
    if typed not in {"ja", "nej"}:
        raise Refusal("delivery.yes_or_no")
    return typed == "ja"


async def _answer(request: Request[Any, Any, Any], refusal: Refusal | None = None) -> Template | Redirect:
    """The ledger again, with the sentence of a refusal; a browser without JavaScript is sent back to where it was."""
    typed = await web.form(request)
    if refusal is None and not web.is_htmx(request):
        found = ledger.choice(typed.get("visa", ""))
        return web.go(f"/utskick?visa={found.name}&sida={ledger.number(typed.get('sida', ''))}")
    template = "deliveries/_ledger.html" if web.is_htmx(request) else "deliveries/ledger.html"
    return await _page(request, template, typed, problem=refusal.sentence if refusal else "")


async def _page(request: Request[Any, Any, Any], template: str, typed: Any, problem: str = "") -> Template:
    found = await actions.read_ledger(
        web.asking(request).organisation, ledger.choice(typed.get("visa", "")), ledger.number(typed.get("sida", "")), now=web.now(request)
    )
    return web.page(request, template, status=422 if problem else 200, ledger=found, choices=ledger.CHOICES.values(), problem=problem)


handlers = [show_ledger, retry, decide]
