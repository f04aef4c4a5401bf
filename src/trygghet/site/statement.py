"""How accessible the pages are, one statement for each organisation, with a form for what somebody could not use (13 § lagen 2018:1937).

The organisation's own colour and crest have their addresses here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.status_codes import HTTP_422_UNPROCESSABLE_ENTITY

from trygghet import web
from trygghet.profiles import actions, rules
from trygghet.site import actions as site
from trygghet.site import answers
from trygghet.swedish import NotFound, Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.profiles.rules import Profile

_UNKEPT = {"Cache-Control": "no-store"}


@litestar.get("/tillganglighet", **answers.OPTIONS)
async def show_all(request: Request[Any, Any, Any]) -> Response[Any]:
    """What holds for every page, and whose statements there are."""
    return answers.page(request, "site/statements.html", profiles=await actions.across_organisations_profiles())


@litestar.get("/{slug:str}/tillganglighet", **answers.OPTIONS)
async def show(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """An organisation's statement."""
    profile = await site.across_organisations_profile(slug)
    return answers.page(request, "site/statement.html", **_shown(profile))


@litestar.post("/{slug:str}/tillganglighet", status_code=200, **answers.OPTIONS)
async def report(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """Takes in what somebody could not use. Nothing but the form is asked for: no session, no cookie, no account."""
    profile, fields = await site.across_organisations_profile(slug), await web.form(request)
    try:
        fault = rules.fault(fields)
        await actions.report_fault(profile.id, fault, _network(request), now=web.now(request))
    except (Refusal, Slips) as no:
        return _answer(request, profile, status=HTTP_422_UNPROCESSABLE_ENTITY, fields=fields, errors=answers.tongue(request).refused(no))
    return _answer(request, profile, sent=True)


@litestar.get("/{slug:str}/utseende.css", **answers.OPTIONS)
async def show_colour(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The organisation's colour, for the light page and the dark one."""
    profile = await site.across_organisations_profile(slug)
    if not profile.look.colour:
        raise NotFound
    return answers.answer(request, profile.look.css.encode(), "text/css")


@litestar.get("/{slug:str}/vapen.png", **answers.OPTIONS)
async def show_crest(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The organisation's crest."""
    return answers.answer(request, await site.across_organisations_crest(slug), "image/png")


def _network(request: Request[Any, Any, Any]) -> str:
    address = request.client.host if request.client else ""
    return rules.network(address, web.today(request), request.app.state.settings.secret_key)


def _shown(
    profile: Profile, *, fields: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, sent: bool = False
) -> dict[str, Any]:
    return {"profile": profile, "look": profile.look, "fields": fields or {}, "errors": errors or {}, "sent": sent}


def _answer(request: Request[Any, Any, Any], profile: Profile, *, status: int = 200, **more: Any) -> Response[Any]:
    body = answers.drawn(request, "site/statement.html", **_shown(profile, **more))
    return answers.answer(request, body, "text/html", status=status, headers=_UNKEPT)


handlers = [show_all, show, report, show_colour, show_crest]
