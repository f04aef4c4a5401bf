"""An address that an organisation had before leads to the one that it has now, whatever page under it was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from litestar import Response
from litestar.status_codes import HTTP_301_MOVED_PERMANENTLY, HTTP_308_PERMANENT_REDIRECT

from trygghet import web
from trygghet.site import answers
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    from litestar import Request


class Moved(NotFound):
    """Not there under this name, but there under another; `was` is the name that was asked for, `slug` the one in addresses now."""

    def __init__(self, was: str, slug: str) -> None:
        super().__init__(was)
        self.was, self.slug = was, slug


def on_moved(request: Request[Any, Any, Any], moved: Moved) -> Response[Any]:
    """The same page under the name that holds, wherever in the address the name stands; 404 where it does not stand there.

    301 (RFC 9110, section 15.4.2), and 308 (15.4.9) for what is sent, which a browser then sends again as it was.
    """
    template, parts, query = request.scope["path_template"].split("/"), request.url.path.split("/"), request.url.query
    place = template.index("{slug}") if "{slug}" in template else None
    if place is not None and parts[place] == moved.was:
        parts[place] = moved.slug
    elif (led := _led(query, moved)) != query:
        query = led
    else:
        return web.on_not_found(request, moved)
    status = HTTP_301_MOVED_PERMANENTLY if request.method in {"GET", "HEAD"} else HTTP_308_PERMANENT_REDIRECT
    onward = answers.tongue(request).at("/".join(parts)) + (f"?{query}" if query else "")
    answers.taken_in(request)
    return Response(b"", status_code=status, headers={"location": onward, "Cache-Control": answers.freshness(request), **answers.ANYWHERE})


def _led(query: str, moved: Moved) -> str:
    """What is asked for behind the question mark, with the name that holds: as a value, or within one such as an address. The same where there is none."""
    whole = re.compile(rf"(?<![\w-]){re.escape(moved.was)}(?![\w-])")
    asked = parse_qsl(query, keep_blank_values=True)
    led = [(key, whole.sub(moved.slug, value, count=1)) for key, value in asked]
    return urlencode(led) if led != asked else query
