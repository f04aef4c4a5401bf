"""How the night went, for machines; the page that it writes to; and the lines that every administrator sees when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import litestar
from litestar import MediaType, Request, Response
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from prometheus_client import CollectorRegistry, Gauge

from trygghet import clock, web
from trygghet.canary import actions, rules
from trygghet.canary.rules import ADDRESS, State
from trygghet.installation import actions as installation
from trygghet.installation.rules import SILENT
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt

    from litestar.types import ASGIApp, Receive, Scope, Send

    from trygghet.settings import Settings
    from trygghet.tenancy import Asking

FRESH = {"Cache-Control": "no-store"}


@litestar.get(ADDRESS, opt=web.public(), include_in_schema=False)
async def nest() -> Response[str]:
    """The mark of the last night that was published, and nothing else."""
    return Response(await actions.across_organisations_marker(), media_type=MediaType.TEXT, headers=FRESH)


@litestar.get("/health/canary", opt=web.public(), include_in_schema=False)
async def standing(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Whether the proof of the night came back: 200, or 503 and what did not."""
    found = await actions.across_organisations_standing(request.app.state.settings, now=web.now(request), wall=clock.wall())
    told = {
        "canary": found.state,
        "night": found.night.isoformat() if found.night else None,
        "lacking": found.lacking,
        "last_proof_at": found.last_proof_at.isoformat() if found.last_proof_at else None,
    }
    return Response(told, status_code=503 if found.state is State.RED else 200, headers=FRESH)


async def across_organisations_measure(settings: Settings, now: dt.datetime) -> CollectorRegistry:
    """For /metrics: whether it is well, and how long ago it last was proved."""
    found = await actions.across_organisations_standing(settings, now=now, wall=clock.wall())
    registry = CollectorRegistry()
    Gauge("trygghet_canary_ok", "Whether the last night's proof is back.", registry=registry).set(found.state is not State.RED)
    if found.last_proof_at:
        since = Gauge("trygghet_canary_last_proof_seconds", "How long ago the chain was last proved from end to end.", registry=registry)
        since.set((now - found.last_proof_at).total_seconds())
    return registry


class Alarm(NamedTuple):
    """One line at the top of an administrator's pages: what is wrong, and what to do."""

    text: str
    mend: str


class Alarms(ASGIMiddleware):
    """Puts what is wrong with the installation into the requests of those who are administrators."""

    exclude_opt_key = "bare"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP:
            who: Asking | None = scope["state"].get("asking")
            if who is not None and who.may(Act.MANAGE):
                scope["state"]["alarms"] = await _across_organisations_alarms(scope["litestar_app"].state.settings, scope["state"]["now"])
        await next_app(scope, receive, send)


async def _across_organisations_alarms(settings: Settings, now: dt.datetime) -> tuple[Alarm, ...]:
    """A copy that is silent says only that: its nights cannot come back."""
    voice = await installation.across_organisations_voice()
    if not voice.may_speak:
        return (Alarm(f"{SILENT}.", f"{voice.why} Ska den göra det, be den som sköter driften att köra trygghet doctor."),)
    found = await actions.across_organisations_standing(settings, now=now, wall=clock.wall())
    return (Alarm(found.trouble, rules.ADVICE),) if found.trouble else ()


handlers = [nest, standing]
