"""/utskick/adresser: addresses from which mail comes back, and what an administrator does about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template
from prometheus_client import CollectorRegistry, Gauge

from trygghet import web
from trygghet.bounces import actions
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.settings import Settings


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


async def across_organisations_measure(settings: Settings, now: dt.datetime) -> CollectorRegistry:
    """For /metrics: what has come in by mail, by what it was. Many forged ones are somebody's attempt."""
    del settings, now
    registry = CollectorRegistry()
    counted = Gauge(
        "trygghet_inbound_mails", "Mails to our return paths since the installation began, by what they were.", ("outcome",), registry=registry
    )
    for outcome, count in (await actions.across_organisations_counts()).items():
        counted.labels(outcome).set(count)
    return registry


handlers = [show, lift]
