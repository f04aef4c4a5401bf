"""/mina-val: my letters and their language; /avprenumerera: the link in a letter's head and foot, for who is not signed in."""

from __future__ import annotations

from typing import Any

import litestar
from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.preferences import actions, rules
from trygghet.preferences.rules import Choices, Kind
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

SHOWN = {"kinds": rules.KINDS, "languages": rules.LANGUAGES}
OPTIONS: dict[str, Any] = {"opt": web.public(), "include_in_schema": False}
"""No session, no cookie and no token of a form: a mail program has none of them (RFC 8058 section 3.2)."""


@web.get("/mina-val", may=Act.MYSELF)
async def show(request: Request[Any, Any, Any]) -> Template:
    """Which letters I get, and in which language."""
    chosen = await actions.across_organisations_choices(web.asking(request).person_id)
    return _page(request, chosen, saved=request.query_params.get("sparat", "") == "ja")


@web.post("/mina-val", may=Act.MYSELF)
async def choose(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Keeps my choices."""
    who, fields = web.asking(request), await web.form(request)
    wanted = frozenset(kind for kind in Kind if f"mejl-{kind}" in fields)
    try:
        chosen = rules.choices(fields.get("sprak", ""), wanted)
    except Refusal as no:
        return _page(request, Choices("", frozenset(Kind) - wanted), status=422, errors=no.sentences)
    await actions.across_organisations_choose(who.person_id, chosen, now=web.now(request))
    return web.go("/mina-val?sparat=ja")


def _page(
    request: Request[Any, Any, Any], chosen: Choices, *, status: int = 200, saved: bool = False, errors: dict[str, str] | None = None
) -> Template:
    return web.page(request, "preferences/choices.html", status=status, chosen=chosen, saved=saved, errors=errors or {}, **SHOWN)


@litestar.get("/avprenumerera/{link:str}", **OPTIONS)
async def show_link(request: Request[Any, Any, Any], link: FromPath[str]) -> Template:
    """What would be turned off, and a button. Nothing changes: mail scanners open every link."""
    person_id, kind = _named(request, link)
    return _answer(request, kind, await actions.across_organisations_choices(person_id))


@litestar.post("/avprenumerera/{link:str}", status_code=200, **OPTIONS)
async def turn_off(request: Request[Any, Any, Any], link: FromPath[str]) -> Template:
    """Turns it off, for a mail program as for the page's own button; `igen` turns it on again. Answered here and now: no redirect is followed."""
    person_id, kind = _named(request, link)
    wanted = "igen" in await web.form(request)
    return _answer(request, kind, await actions.across_organisations_turn(person_id, kind, wanted=wanted, now=web.now(request)))


def _named(request: Request[Any, Any, Any], link: str) -> tuple[Any, Kind]:
    named = rules.named_by(link, request.app.state.settings.secret_key)
    if named is None:
        raise NotFound
    return named


def _answer(request: Request[Any, Any, Any], kind: Kind, chosen: Choices) -> Template:
    """As it stands now, and never from a cache."""
    answer = web.page(request, "preferences/unsubscribe.html", chosen=chosen, about=rules.KINDS[kind], is_off=kind in chosen.silenced)
    answer.headers["cache-control"] = "no-store"
    return answer


handlers = [show, choose, show_link, turn_off]
