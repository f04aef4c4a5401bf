"""For machines: alive, ready, and the numbers. Public, without cookie; nothing of it says who or what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import litestar
import prometheus_client
from litestar import MediaType, Request, Response
from prometheus_client import CollectorRegistry, Gauge

from trygghet import web
from trygghet.health import actions, rules
from trygghet.installation import actions as installation

if TYPE_CHECKING:
    from trygghet.health.requests import Requests

FRESH = {"Cache-Control": "no-store"}


@litestar.get("/health/live", opt=web.public(bare=True), include_in_schema=False)
async def live() -> Response[dict[str, bool]]:
    """The process answers. Asks nobody else, so that a database on its knees does not make everything restart."""
    return Response({"live": True}, headers=FRESH)


@litestar.get("/health/ready", opt=web.public(bare=True), include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Whether requests may be sent here: 200, or 503 and what is wrong."""
    checks = await actions.across_organisations_look(request.app.state.settings.redis_url)
    well = rules.is_ready(checks)
    told = {"ready": well, "checks": {check.name: check.wrong or check.found or "ok" for check in checks}}
    return Response(told, status_code=200 if well else 503, headers=FRESH)


@litestar.get("/metrics", opt=web.public(), include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Prometheus' text: this process's requests, everybody's deliveries, and what features above this one measure."""
    requests: Requests = request.app.state.requests
    settings, now = request.app.state.settings, web.now(request)
    queue, voice = await actions.across_organisations_queue(now=now), await installation.across_organisations_voice()
    measured = [await measure(settings, now) for measure in request.app.state.measures]
    text = b"".join(prometheus_client.generate_latest(one) for one in (requests.registry, _deliveries(queue, outbound=voice.may_speak), *measured))
    return Response(text, media_type=MediaType.TEXT, headers={**FRESH, "Content-Type": prometheus_client.CONTENT_TYPE_LATEST})


def _deliveries(queue: rules.Queue, *, outbound: bool) -> CollectorRegistry:
    registry = CollectorRegistry()
    by_state = Gauge("trygghet_deliveries", "Deliveries by state.", ("state",), registry=registry)
    for state, count in queue.by_state.items():
        by_state.labels(state).set(count)
    Gauge("trygghet_oldest_due_seconds", "How long the oldest planned delivery has been due.", registry=registry).set(queue.oldest_due_seconds)
    Gauge("trygghet_outbound", "Whether anything may leave: 0 in a copy, whose database is another installation's.", registry=registry).set(outbound)
    return registry


handlers = [live, ready, metrics]
