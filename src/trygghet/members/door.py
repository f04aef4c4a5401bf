"""The browser at the door: what signing in, and typing one's password once more, needs to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import web

if TYPE_CHECKING:
    from litestar import Request


class Visitor(NamedTuple):
    """Who knocks. `token` is the cookie that the browser already has, or nothing; `secret` keys the hashes of addresses."""

    address: str
    agent: str
    token: str
    secret: str


def visitor(request: Request[Any, Any, Any]) -> Visitor:
    """The browser of this request."""
    return Visitor(
        address=request.client.host if request.client else "",
        agent=request.headers.get("User-Agent", ""),
        token=web.session_token(request),
        secret=request.app.state.settings.secret_key,
    )
