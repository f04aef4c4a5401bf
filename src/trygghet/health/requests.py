"""Counts and logs every request by its route: method, path template, status, time and id. Never an address, a body or who asked."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from litestar.enums import ScopeType
from prometheus_client import CollectorRegistry, Counter, Histogram

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

log = structlog.get_logger("trygghet.request")
NO_ROUTE = "(ingen)"
"""What is logged instead of an address that leads nowhere: such addresses may hold anything."""
_QUIET = ("/static", "/health", "/metrics")


class Requests:
    """Stands outside the routes and sees each answer leave. Its numbers are this process's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.registry = CollectorRegistry()
        self.count = Counter("trygghet_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry)
        self.seconds = Histogram(
            "trygghet_request_seconds",
            "Time to answer a request.",
            ("method", "route"),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: HTTPScope, status: int, seconds: float) -> None:
        method, route = scope["method"], scope.get("path_template") or NO_ROUTE
        self.count.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)
        write = log.debug if route.startswith(_QUIET) and status < HTTPStatus.INTERNAL_SERVER_ERROR else log.info
        write("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1), request_id=scope.get("state", {}).get("request_id"))
