"""A page in another language has the same address with the language before it, and is made by the same route."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware

from trygghet.swedish import NotFound
from trygghet.tongue import ENGLISH

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

_FOUND = ("route_handler", "path_template")
"""What routing finds out, for those who stand further out to see."""


class Languages:
    """Takes the language off the address before it is routed. Innermost of what stands outside the routes: who keeps answers sees whole addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        whole = scope["path"]
        if scope["type"] != ScopeType.HTTP or not (whole == ENGLISH.root or whole.startswith(f"{ENGLISH.root}/")):
            await self.app(scope, receive, send)
            return
        inner = cast("Scope", {**scope, "path": whole.removeprefix(ENGLISH.root) or "/"})
        inner.setdefault("state", {})["tongue"] = ENGLISH

        async def send_on(message: Message) -> None:
            scope.update({name: inner[name] for name in _FOUND if name in inner})  # type: ignore[typeddict-item, literal-required]
            await send(message)

        await self.app(inner, receive, send_on)


class Translated(ASGIMiddleware):
    """Only residents' pages are there in another language; with it before the address of anything else the address leads nowhere."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP and "tongue" in scope["state"] and not scope["route_handler"].opt.get("translated"):
            raise NotFound
        await next_app(scope, receive, send)
