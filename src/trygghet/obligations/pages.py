"""/frister: all that the organisation owes, nearest first, and done in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.members import actions as members
from trygghet.obligations import actions, rules
from trygghet.reminders import actions as reminders
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from trygghet.obligations.rules import Obligation


@web.get("/frister", may=Act.READ)
async def show_obligations(request: Request[Any, Any, Any]) -> Template:
    """What remains, and what is done."""
    organisation, now = web.asking(request).organisation, web.now(request)
    found = await actions.obligations(organisation)
    remaining = rules.open_first(found)
    return web.page(
        request,
        "obligations/list.html",
        remaining=remaining,
        finished=rules.done_last(found),
        heading=rules.heading(remaining, web.today(request)),
        why=rules.why,
        marking=rules.MARKING,
        receipts=await reminders.receipts(organisation, [one.id for one in remaining]),
        alone=await reminders.unreachable(organisation, now=now),
        vacancies=await members.vacancies(organisation, web.today(request)),
    )


@web.get("/frister/{obligation_id:uuid}", may=Act.READ)
async def show_obligation(request: Request[Any, Any, Any], obligation_id: FromPath[UUID]) -> Template | Redirect:
    """A duty's own address, for letters: a fragment is lost at sign-in. Who reads it by another organisation of theirs is asked to change."""
    who = web.asking(request)
    for one in sorted(who.memberships, key=lambda one: one.organisation_id != who.organisation):
        try:
            await actions.obligation(one.organisation_id, obligation_id)
        except NotFound:
            continue
        if one.organisation_id == who.organisation:
            return web.go(f"/frister#frist-{obligation_id}")
        return web.page(request, "obligations/elsewhere.html", theirs=one)
    raise NotFound


@web.post("/frister/{obligation_id:uuid}/klar", may=Act.MARK)
async def mark_done(request: Request[Any, Any, Any], obligation_id: FromPath[UUID]) -> Template | Redirect:
    """One party says that its part is done. A refusal comes back in the row."""
    who, fields = web.asking(request), await web.form(request)
    try:
        done = await actions.mark_done(who.organisation, obligation_id, by=who, note=fields.get("anteckning", ""), now=web.now(request))
    except Refusal as refusal:
        if not web.is_htmx(request):
            raise
        unchanged = await actions.obligation(who.organisation, obligation_id)
        return await _row(request, unchanged, status=422, problem=refusal.sentence, typed=fields.get("anteckning", ""))
    return await _row(request, done)


@web.post("/frister/{obligation_id:uuid}/angra", may=Act.MARK)
async def undo_mark(request: Request[Any, Any, Any], obligation_id: FromPath[UUID]) -> Template | Redirect:
    """One party takes its word back."""
    who = web.asking(request)
    return await _row(request, await actions.undo_mark(who.organisation, obligation_id, by=who, now=web.now(request)))


@web.post("/frister/{obligation_id:uuid}/inget-nytt", may=Act.APPROVE)
async def decline(request: Request[Any, Any, Any], obligation_id: FromPath[UUID]) -> Template | Redirect:
    """A leader says why no new promise will follow. A refusal comes back in the row."""
    who, fields = web.asking(request), await web.form(request)
    try:
        said = await actions.decline(who.organisation, obligation_id, by=who, reason=fields.get("anteckning", ""), now=web.now(request))
    except Refusal as refusal:
        if not web.is_htmx(request):
            raise
        unchanged = await actions.obligation(who.organisation, obligation_id)
        return await _row(request, unchanged, status=422, problem=refusal.sentence, typed=fields.get("anteckning", ""))
    return await _row(request, said)


@web.post("/frister/{obligation_id:uuid}/angra-inget-nytt", may=Act.APPROVE)
async def reconsider(request: Request[Any, Any, Any], obligation_id: FromPath[UUID]) -> Template | Redirect:
    """A leader takes that back."""
    who = web.asking(request)
    return await _row(request, await actions.reconsider(who.organisation, obligation_id, by=who, now=web.now(request)))


async def _row(
    request: Request[Any, Any, Any], obligation: Obligation, *, status: int = 200, problem: str = "", typed: str = ""
) -> Template | Redirect:
    if web.is_htmx(request):
        organisation = web.asking(request).organisation
        reminded = {
            "receipts": await reminders.receipts(organisation, [obligation.id]),
            "alone": await reminders.unreachable(organisation, now=web.now(request)),
        }
        words = {"why": rules.why, "marking": rules.MARKING, "problem": problem, "typed": typed, **reminded}
        return web.page(request, "obligations/_row.html", status=status, obligation=obligation, **words)
    return web.go(f"/frister#frist-{obligation.id}")


handlers = [show_obligations, show_obligation, mark_done, undo_mark, decline, reconsider]
