"""/arshjul: every deadline of a calendar year, as a wheel and as a table."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.response import Template

from trygghet import web
from trygghet.dashboard import year
from trygghet.obligations import actions as obligations
from trygghet.tenancy import Act


@web.get("/arshjul", may=Act.READ)
async def show(request: Request[Any, Any, Any]) -> Template:
    """The year that is asked for, else this one. Where an organisation has many promises at once the wheel does not say when each holds."""
    who, today = web.asking(request), web.today(request)
    found = await obligations.obligations(who.organisation)
    wanted = year.asked(request.query_params.get("ar", ""), today)
    return web.page(request, "dashboard/year.html", turned=year.of(found, wanted, today, shows_spans=who.here.organisation_kind != "police"))


handlers = [show]
