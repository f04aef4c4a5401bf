"""Bjud in någon, skicka igen, återkalla; och sidan som länken i mejlet leder till."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import clock, swedish, web
from trygghet.invitations import actions, rules
from trygghet.members import actions as members
from trygghet.members import door, offices
from trygghet.swedish import Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.invitations.actions import Opened

GONE = 410


# ---------------------------------------------------------------- for the administrator
@web.get("/medlemmar/bjud-in", may=Act.MANAGE)
async def invite_page(request: Request[Any, Any, Any]) -> Template:
    """A form; the office may have been chosen on the page that led here."""
    return await _form(request, {"befattning": request.query_params.get("befattning", "")})


@web.post("/medlemmar/bjud-in", may=Act.MANAGE)
async def invite(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Sends a letter with a link."""
    who, fields = web.asking(request), await web.form(request)
    try:
        term = offices.term(fields.get("fran", ""), fields.get("till", ""), web.today(request), acting="tf" in fields)
        wish, by = offices.wish(fields), members.actor(who)
        await actions.invite(who.organisation, fields.get("epost", ""), wish, term, by=by, now=web.now(request), wall=clock.wall())
    except Refusal as no:
        return await _form(request, fields, no)
    return web.go("/medlemmar#inbjudningar")


async def _form(request: Request[Any, Any, Any], fields: Mapping[str, str], no: Refusal | None = None) -> Template:
    today = web.today(request)
    found = await members.people(web.asking(request).organisation, today=today, events=0)
    return web.page(
        request,
        "invitations/form.html",
        status=422 if no else 200,
        fields=fields,
        errors=no.sentences if no else {},
        offices=offices.open_offices(found.offices, today),
        roles=swedish.ROLES,
    )


@web.post("/medlemmar/inbjudningar/{invitation_id:uuid}/igen", may=Act.MANAGE)
async def send_again(request: Request[Any, Any, Any], invitation_id: FromPath[UUID]) -> Redirect:
    """A new letter with a new link; the old one opens nothing."""
    who = web.asking(request)
    await actions.send_again(who.organisation, invitation_id, by=members.actor(who), now=web.now(request), wall=clock.wall())
    return web.go("/medlemmar#inbjudningar")


@web.post("/medlemmar/inbjudningar/{invitation_id:uuid}/aterkalla", may=Act.MANAGE)
async def revoke(request: Request[Any, Any, Any], invitation_id: FromPath[UUID]) -> Redirect:
    """Takes an invitation back."""
    who = web.asking(request)
    await actions.revoke(who.organisation, invitation_id, by=members.actor(who), now=web.now(request))
    return web.go("/medlemmar#inbjudningar")


# ---------------------------------------------------------------- for the invited
@web.get("/inbjudan/{link:str}", may=Act.ANYONE)
async def open_link(request: Request[Any, Any, Any], link: FromPath[str]) -> Template:
    """Choose name and password, or come in with the account one has; or why the link no longer works."""
    return _door(request, await _opened(request, link), {})


@web.post("/inbjudan/{link:str}", may=Act.ANYONE)
async def accept(request: Request[Any, Any, Any], link: FromPath[str]) -> Redirect | Template:
    """Comes in. A link that stopped working meanwhile says so."""
    fields, typed = await web.form(request), await request.form()
    chosen = actions.Chosen(fields.get("namn", ""), str(typed.get("losenord", "")), str(typed.get("igen", "")), _me(request))
    try:
        came = await actions.across_organisations_accept(link, chosen, door.visitor(request), wall=clock.wall(), now=web.now(request))
    except Refusal as no:
        return _door(request, await _opened(request, link), fields, no)
    if not came.session:
        return web.page(request, "invitations/later.html", came=came)
    answer = web.go("/hem")
    answer.set_cookie(web.session_cookie(request, came.session))
    return answer


def _me(request: Request[Any, Any, Any]) -> UUID | None:
    who = request.scope["state"].get("asking")
    return who.person_id if who else None


async def _opened(request: Request[Any, Any, Any], link: str) -> Opened:
    secret = request.app.state.settings.secret_key
    return await actions.across_organisations_open(link, secret=secret, wall=clock.wall(), now=web.now(request))


def _door(request: Request[Any, Any, Any], opened: Opened, fields: Mapping[str, str], no: Refusal | None = None) -> Template:
    if not opened.is_open or opened.invitation is None:
        shut = rules.shut(opened.state, opened.invitation)
        return web.page(request, "invitations/shut.html", status=GONE if opened.invitation else 404, shut=shut)
    status = 200 if no is None else 429 if no.code == "sign_in.later" else 422
    words = {"invitation": opened.invitation, "inviter": rules.inviter(opened.invitation), "does": rules.DOES[opened.invitation.office.role]}
    words |= {"has_account": opened.person is not None, "is_me": opened.person is not None and opened.person.id == _me(request)}
    errors = no.sentences if no else {}
    return web.page(request, "invitations/door.html", status=status, fields=fields, errors=errors, problem=errors.get("", ""), **words)


handlers = [invite_page, invite, send_again, revoke, open_link, accept]
