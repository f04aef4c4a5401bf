"""An address that an organisation had before leads to the one that it has now, whatever page under it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.status_codes import HTTP_301_MOVED_PERMANENTLY

from trygghet import web
from trygghet.site import answers
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    from litestar import Request


class Moved(NotFound):
    """Not there under this name, but there under another; `slug` is the name in addresses now."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def on_moved(request: Request[Any, Any, Any], moved: Moved) -> Response[Any]:
    """301 to the same page under the name that holds (RFC 9110, section 15.4.2); 404 where the address itself names no organisation."""
    parts = request.url.path.split("/")
    if "slug" not in request.path_params or parts[1] != request.path_params["slug"]:
        return web.on_not_found(request, moved)
    path = answers.tongue(request).at("/".join(["", moved.slug, *parts[2:]]))
    query = f"?{request.url.query}" if request.url.query else ""
    return Response(b"", status_code=HTTP_301_MOVED_PERMANENTLY, headers={"location": path + query, **answers.ANYWHERE})
