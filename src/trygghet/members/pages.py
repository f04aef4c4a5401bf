"""Logga in, logga ut, inloggningar, byt organisation, medlemmar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import clock, database, swedish, web
from trygghet.members import actions, rules, store
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = {"email": "E-postadress", "password": "Lösenord"}


# ---------------------------------------------------------------- in and out
@web.get("/logga-in", may=Act.ANYONE)
async def sign_in_page(request: Request[Any, Any, Any]) -> Template:
    """The front door."""
    return _door(request, {"vidare": request.query_params.get("vidare", "")})


@web.post("/logga-in", may=Act.ANYONE)
async def sign_in(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Opens a session, or says the same sentence whichever of the two was wrong."""
    fields = await web.form(request)
    password = str((await request.form()).get("password", ""))  # untrimmed: a space may be part of it
    try:
        _check({**fields, "password": password})
        token = await actions.across_organisations_sign_in(fields["email"], password, _visitor(request), wall=clock.wall(), today=web.today(request))
    except Refusal as refusal:
        return _door(request, fields, refusal)
    answer = web.go(rules.local_path(fields.get("vidare", "")) or "/hem")
    answer.set_cookie(web.session_cookie(request, token))
    return answer


def _door(request: Request[Any, Any, Any], fields: Mapping[str, str], refusal: Refusal | None = None) -> Template:
    sentences = refusal.sentences if refusal else {}
    status = 200 if refusal is None else 429 if refusal.code == "sign_in.later" else 422
    return web.page(
        request,
        "members/sign_in.html",
        status=status,
        email=fields.get("email", ""),
        errors=sentences,
        vidare=rules.local_path(fields.get("vidare", "")),
        problem=sentences.get("", ""),
    )


def _check(fields: Mapping[str, str]) -> None:
    for field, name in FIELDS.items():
        value = fields.get(field, "")
        if not value:
            raise Refusal("field.required", field=field, name=name)
        if len(value) > rules.LONGEST_PASSWORD:
            raise Refusal("field.too_long", field=field, name=name, limit=rules.LONGEST_PASSWORD, length=len(value))


def _visitor(request: Request[Any, Any, Any]) -> actions.Visitor:
    return actions.Visitor(
        address=request.client.host if request.client else "",
        agent=request.headers.get("User-Agent", ""),
        token=web.session_token(request),
        secret=request.app.state.settings.secret_key,
    )


@web.post("/logga-ut", may=Act.ANYONE)
async def sign_out(request: Request[Any, Any, Any]) -> Redirect:
    """Ends the session. Harmless for who has none."""
    await actions.across_organisations_sign_out(web.session_token(request))
    answer = web.go("/logga-in")
    answer.set_cookie(web.session_cookie(request, ""))
    return answer


@web.get("/hem", may=Act.MYSELF)
async def home(request: Request[Any, Any, Any]) -> Redirect:
    """To the first page that one's role has here."""
    return web.go(web.home(web.asking(request)))


@web.post("/byt-organisation", may=Act.MYSELF)
async def switch(request: Request[Any, Any, Any]) -> Redirect:
    """Acts for another of one's own organisations from now on."""
    try:
        organisation = UUID((await web.form(request)).get("organisation", ""))
    except ValueError:
        raise NotFound from None
    await actions.switch(organisation, web.asking(request))
    return web.go("/hem")


# ---------------------------------------------------------------- my sessions
@web.get("/inloggningar", may=Act.MYSELF)
async def sessions(request: Request[Any, Any, Any]) -> Template:
    """Where I am signed in."""
    return await _sessions(request, "members/sessions.html")


@web.post("/inloggningar/{session_id:uuid}/avsluta", may=Act.MYSELF)
async def end_session(request: Request[Any, Any, Any], session_id: FromPath[UUID]) -> Redirect | Template:
    """Ends one of my sessions."""
    await actions.across_organisations_end_session(web.asking(request), session_id)
    return await _after_ending(request)


@web.post("/inloggningar/avsluta-andra", may=Act.MYSELF)
async def end_other_sessions(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Ends all my sessions but this one."""
    await actions.across_organisations_end_other_sessions(web.asking(request))
    return await _after_ending(request)


async def _after_ending(request: Request[Any, Any, Any]) -> Redirect | Template:
    return await _sessions(request, "members/_sessions.html") if web.is_htmx(request) else web.go("/inloggningar")


async def _sessions(request: Request[Any, Any, Any], template: str) -> Template:
    wall = clock.wall()
    found = await actions.across_organisations_my_sessions(web.asking(request), wall=wall)
    return web.page(request, template, sessions=found, wall=wall)


# ---------------------------------------------------------------- members
@web.get("/medlemmar", may=Act.MANAGE)
async def members(request: Request[Any, Any, Any]) -> Template:
    """Who belongs to the organisation, in which office and role."""
    who = web.asking(request)
    async with database.within(who.organisation, readonly=True):
        found = await store.members(who.organisation)
    return web.page(request, "members/index.html", members=sorted(found, key=lambda one: swedish.sort_key(one.name)), roles=swedish.ROLES)


handlers = [sign_in_page, sign_in, sign_out, home, switch, sessions, end_session, end_other_sessions, members]
