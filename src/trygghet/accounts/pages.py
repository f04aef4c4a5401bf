"""/kopplingar: organisationens konton där invånarna är. Lösenord och nycklar visas aldrig igen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import clock, web
from trygghet.accounts import actions, leave, rules, typed
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from trygghet.accounts.rules import Gone
    from trygghet.settings import Settings


@web.get("/kopplingar", may=Act.READ)
async def show(request: Request[Any, Any, Any]) -> Template:
    """The accounts, how each stands, and what can be connected."""
    return await _list(request)


@web.get("/kopplingar/ny/{kind:str}", may=Act.MANAGE)
async def new(request: Request[Any, Any, Any], kind: FromPath[str]) -> Template:
    """The form that connects an account, filled in where one is to be renewed."""
    fields = {name: request.query_params.get(name, "") for name in ("server", "konto", "adress", "namn", "sida", "plats", "fornyar")}
    return await _form(request, kind, fields)


# ---------------------------------------------------------------- connecting
@web.post("/kopplingar/anslut/mastodon", may=Act.MANAGE)
async def connect_mastodon(request: Request[Any, Any, Any]) -> Template:
    """Makes us known to the server, and shows where to go on."""
    fields, settings = await web.form(request), _settings(request)
    try:
        base_url, renews = typed.server(fields.get("server", ""), _here(settings)), typed.row_id(fields.get("fornyar", ""))
        onward = await leave.at_mastodon(base_url, renews, by=web.asking(request), settings=settings, now=web.now(request), wall=clock.wall())
    except (Refusal, Slips) as no:
        return await _form(request, "mastodon", fields, no.sentences)
    return web.page(request, "accounts/leave.html", leave=onward)


@web.get("/kopplingar/mastodon/klar", may=Act.MANAGE)
async def back_from_mastodon(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Somebody comes back from their server, with leave or without."""
    who, settings, now = web.asking(request), _settings(request), web.now(request)
    state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
    try:
        wanted = await leave.from_mastodon(state, code, by=who, settings=settings, now=now, wall=clock.wall())
        await actions.connect(who.organisation, wanted, by=who, settings=settings, now=now)
    except (Refusal, Slips) as no:
        return await _form(request, "mastodon", {}, no.sentences, status=200)
    return web.go("/kopplingar")


@web.post("/kopplingar/anslut/wordpress/godkann", may=Act.MANAGE)
async def ask_wordpress(request: Request[Any, Any, Any]) -> Template:
    """Finds the page of their site where they give us leave, and shows where to go on."""
    fields, settings = await web.form(request), _settings(request)
    try:
        site, renews = typed.wordpress_site(fields, _here(settings)), typed.row_id(fields.get("fornyar", ""))
        onward = await leave.at_wordpress(site, renews, by=web.asking(request), settings=settings, wall=clock.wall())
    except (Refusal, Slips) as no:
        return await _form(request, "wordpress", fields, no.sentences)
    return web.page(request, "accounts/leave.html", leave=onward)


@web.get("/kopplingar/wordpress/klar", may=Act.MANAGE)
async def back_from_wordpress(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Somebody comes back from their site, with a password for us or without. Whatever came of it, no address of ours keeps it."""
    who, settings, asked = web.asking(request), _settings(request), request.query_params
    try:
        wanted = await leave.from_wordpress(
            asked.get("state", ""), asked.get("user_login", ""), asked.get("password", ""), by=who, settings=settings, wall=clock.wall()
        )
        await actions.connect(who.organisation, wanted, by=who, settings=settings, now=web.now(request))
    except (Refusal, Slips) as no:
        return await _form(request, "wordpress", {}, no.sentences, status=200)
    return web.go("/kopplingar")


@web.post("/kopplingar/anslut/hook", may=Act.MANAGE)
async def connect_hook(request: Request[Any, Any, Any]) -> Template:
    """Connects a program of theirs, and shows its secret this once."""
    who, fields, settings = web.asking(request), await web.form(request), _settings(request)
    try:
        wanted = typed.wanted("hook", fields, _here(settings))._replace(renews=typed.row_id(fields.get("fornyar", "")))
        fresh = await actions.connect_hook(who.organisation, wanted, by=who, settings=settings, now=web.now(request))
    except (Refusal, Slips) as no:
        return await _form(request, "hook", fields, no.sentences)
    return web.page(request, "accounts/secret.html", secret=fresh, name=wanted.name, changed=False)


@web.post("/kopplingar/anslut/{kind:str}", may=Act.MANAGE)
async def connect(request: Request[Any, Any, Any], kind: FromPath[str]) -> Redirect | Template:
    """Connects an account with what was typed, once it has been tested."""
    who, fields, settings = web.asking(request), await web.form(request), _settings(request)
    if kind not in actions.choices(settings):
        raise NotFound
    try:
        wanted = typed.wanted(kind, fields, _here(settings))._replace(renews=typed.row_id(fields.get("fornyar", "")))
        await actions.connect(who.organisation, wanted, by=who, settings=settings, now=web.now(request))
    except (Refusal, Slips) as no:
        return await _form(request, kind, fields, no.sentences)
    return web.go("/kopplingar")


# ---------------------------------------------------------------- what is done with one
@web.post("/kopplingar/{connection_id:uuid}/prova", may=Act.MANAGE)
async def check(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Redirect:
    """Asks the server how the account is."""
    await actions.check(web.asking(request).organisation, connection_id, settings=_settings(request), now=web.now(request))
    return web.go("/kopplingar")


@web.post("/kopplingar/{connection_id:uuid}/stang-av", may=Act.MANAGE)
async def switch_off(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Redirect:
    """Nothing more goes out there until it is switched on again."""
    who = web.asking(request)
    await actions.switch(who.organisation, connection_id, on=False, by=who, now=web.now(request))
    return web.go("/kopplingar")


@web.post("/kopplingar/{connection_id:uuid}/sla-pa", may=Act.MANAGE)
async def switch_on(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Redirect:
    """Takes it into use again."""
    who = web.asking(request)
    await actions.switch(who.organisation, connection_id, on=True, by=who, now=web.now(request))
    return web.go("/kopplingar")


@web.post("/kopplingar/{connection_id:uuid}/byt-hemlighet", may=Act.MANAGE)
async def change_secret(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Template:
    """A new secret for a program of theirs, shown this once."""
    who = web.asking(request)
    name, fresh = await actions.change_hook_secret(who.organisation, connection_id, by=who, settings=_settings(request), now=web.now(request))
    return web.page(request, "accounts/secret.html", secret=fresh, name=name, changed=True)


@web.post("/kopplingar/{connection_id:uuid}/koppla-fran", may=Act.MANAGE)
async def disconnect(request: Request[Any, Any, Any], connection_id: FromPath[UUID]) -> Template:
    """Forgets it and its tokens, and says what only a person can do."""
    who = web.asking(request)
    gone = await actions.disconnect(who.organisation, connection_id, by=who, settings=_settings(request), now=web.now(request))
    return await _list(request, gone=gone)


# ---------------------------------------------------------------- pages
async def _list(request: Request[Any, Any, Any], *, gone: Gone | None = None) -> Template:
    shown = await actions.read(web.asking(request).organisation, now=web.now(request))
    offered = [(one, *rules.PLACES[one]) for one in actions.choices(_settings(request))]
    return web.page(request, "accounts/index.html", accounts=shown, offered=offered, gone=gone)


async def _form(
    request: Request[Any, Any, Any], channel: str, fields: Mapping[str, str], errors: Mapping[str, str] | None = None, *, status: int = 422
) -> Template:
    """The form of one kind of place. What was secret in it is not handed back."""
    settings = _settings(request)
    if channel not in actions.choices(settings):
        raise NotFound
    people = await actions.people(web.asking(request).organisation, today=web.today(request))
    return web.page(
        request,
        "accounts/new.html",
        status=status if errors else 200,
        channel=channel,
        place=rules.PLACES[channel],
        by_hand=rules.BY_HAND,
        people=people,
        fields=fields,
        errors=errors or {},
        social=settings.example_social_url,
        sends_back=settings.https,
    )


def _settings(request: Request[Any, Any, Any]) -> Settings:
    found: Settings = request.app.state.settings
    return found


def _here(settings: Settings) -> Collection[str]:
    """The example's own hosts, which alone may be spoken to without encryption."""
    return settings.here if settings.example else ()


handlers = [
    show,
    new,
    connect_mastodon,
    back_from_mastodon,
    ask_wordpress,
    back_from_wordpress,
    connect_hook,
    connect,
    check,
    switch_off,
    switch_on,
    change_secret,
    disconnect,
]
