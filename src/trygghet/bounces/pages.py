"""/utskick/adresser: addresses from which mail comes back, and what an administrator does about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.bounces import actions
from trygghet.tenancy import Act


@web.get("/utskick/adresser", may=Act.LEDGER)
async def show(request: Request[Any, Any, Any]) -> Template:
    """Whose mail comes back, how the address is treated, and what the other mail server said."""
    found = await actions.addresses(web.asking(request).organisation)
    return web.page(request, "bounces/addresses.html", addresses=found, now=web.now(request))


@web.post("/utskick/adresser/{suppression_id:uuid}/lyft", may=Act.MANAGE)
async def lift(request: Request[Any, Any, Any], suppression_id: FromPath[UUID]) -> Redirect:
    """Writes to the address again."""
    who = web.asking(request)
    await actions.lift(who.organisation, suppression_id, by=who, now=web.now(request))
    return web.go("/utskick/adresser")


handlers = [show, lift]
