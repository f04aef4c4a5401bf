"""How residents are answered: the same to everybody, kept by caches for a moment, and sent again only to who lacks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar.status_codes import HTTP_200_OK

from trygghet import fresh, web
from trygghet.edge.rules import FRESHNESS
from trygghet.swedish import NotFound
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from litestar import Request, Response

OPTIONS: dict[str, Any] = {"opt": web.public(translated=True), "include_in_schema": False}
ANYWHERE = {"Access-Control-Allow-Origin": "*"}
"""Other pages' scripts may read it."""
_SOON = {"Link": "</static/tokens.css>; rel=preload; as=style, </static/trygghet.css>; rel=preload; as=style"}
"""Looks that nothing is painted without are fetched before the page is read (RFC 8288): on a slow phone a tenth of a second sooner."""


def tongue(request: Request[Any, Any, Any]) -> Tongue:
    """The language that the address asks for."""
    found: Tongue = request.scope["state"].get("tongue", SWEDISH)
    return found


def drawn(request: Request[Any, Any, Any], template: str, **context: Any) -> bytes:
    """A template of residents' with the same surroundings as every page."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = web.page(request, template, here=here, **context)
    body: str = request.app.state.spoken[tongue(request).code].get_template(template).render(**asked.context)
    return body.encode()


def freshness(request: Request[Any, Any, Any]) -> str:
    """What caches are told: what was taken back is gone everywhere within five seconds. The example's clock jumps: there nothing is kept."""
    return "no-cache" if request.app.state.settings.example else FRESHNESS


def page(request: Request[Any, Any, Any], template: str, *, status: int = HTTP_200_OK, **context: Any) -> Response[Any]:
    """A whole page."""
    return answer(request, drawn(request, template, **context), "text/html", status=status, headers=_SOON)


def answer(
    request: Request[Any, Any, Any],
    body: bytes,
    media_type: str,
    *,
    status: int = HTTP_200_OK,
    headers: Mapping[str, str] | None = None,
    modified: dt.datetime | None = None,
) -> Response[Any]:
    """These bytes, with the names that caches know them by. Pages alone are there in other languages: files have one address each."""
    if tongue(request) is not SWEDISH and media_type != "text/html":
        raise NotFound
    whole, freshly = taken_in(request), freshness(request)
    return fresh.answer(request, body, media_type, freshness=freshly, status=status, headers=headers, modified=modified, whole=whole)


def taken_in(request: Request[Any, Any, Any]) -> bool:
    """Says at the door that the answer is made of what is published alone; whether there is one, which then takes the answer in whole."""
    door = request.scope["state"].get("door")
    if door is not None:
        door.take_in()
    return door is not None
