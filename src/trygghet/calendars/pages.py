"""/kalender: the address of one's own calendar, what is in it, and the calendar itself, which asks for no sign-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import fresh, web
from trygghet.calendars import actions, ics, rules
from trygghet.calendars.ics import Feed
from trygghet.tenancy import Act


@web.get("/kalender", may=Act.MYSELF)
async def show_calendar(request: Request[Any, Any, Any]) -> Template:
    """What one's calendar holds, and how to have it where one looks every day."""
    who, settings = web.asking(request), request.app.state.settings
    found = await actions.across_organisations_entries(who.person_id, public_url=settings.public_url, now=web.now(request))
    address = await actions.across_organisations_address(who.person_id)
    where = f"{settings.public_url}{rules.path(address, settings.secret_key)}" if address else ""
    subscribed = f"webcal{where.removeprefix(urlsplit(where).scheme)}"
    return web.page(
        request, "calendars/calendar.html", found=found, ahead=rules.ahead(found or []), address=address, where=where, subscribed=subscribed
    )


@web.post("/kalender/adress", may=Act.MYSELF)
async def renew_address(request: Request[Any, Any, Any]) -> Redirect:
    """Gives an address; the one before leads nowhere from now on."""
    await actions.across_organisations_renew(web.asking(request).person_id, now=web.now(request))
    return web.go("/kalender")


@litestar.get("/kalender/{name:str}", opt=web.public(), include_in_schema=False)
async def read_calendar(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """The calendar, for a program that knows the address and nothing else. No cache but the reader's own may keep it."""
    settings = request.app.state.settings
    found = await actions.across_organisations_read(name, secret=settings.secret_key, public_url=settings.public_url, now=web.now(request))
    told = "Det ni ska göra, och när. Den som har den här adressen kan läsa allt som står här."
    feed = Feed(f"kalender-{found.address.id}", "Trygghet: frister", told, settings.mail_from)
    return fresh.answer(request, ics.written(feed, found.entries), ics.MEDIA_TYPE, freshness="private, no-cache")


handlers = [show_calendar, renew_address, read_calendar]
