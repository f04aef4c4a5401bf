"""An answer that is sent only to who lacks it."""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Request


def answer(
    request: Request[Any, Any, Any],
    body: bytes,
    media_type: str,
    *,
    freshness: str,
    status: int = HTTP_200_OK,
    headers: Mapping[str, str] | None = None,
    modified: dt.datetime | None = None,
    whole: bool = False,
) -> Response[Any]:
    """The body with its ETag, or 304 where the reader has it already (RFC 9110, 8.8.3 and 13.1.2). `freshness` is for caches.

    `modified` is told as Last-Modified, and believed of a reader that asks by it alone (13.1.3).
    `whole` is for who stands between us and the reader, and says 304 itself.
    """
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    kept = {"ETag": etag, "Cache-Control": freshness, **(headers or {})}
    if modified is not None:
        kept["Last-Modified"] = email.utils.format_datetime(modified.astimezone(dt.UTC), usegmt=True)
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if not whole and status == HTTP_200_OK and (etag in known or "*" in known or _is_unchanged(request, modified)):
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=kept)
    return Response(body, status_code=status, media_type=media_type, headers=kept)


def _is_unchanged(request: Request[Any, Any, Any], modified: dt.datetime | None) -> bool:
    since = request.headers.get("if-modified-since", "")
    if modified is None or not since or "if-none-match" in request.headers:
        return False
    try:
        return modified.replace(microsecond=0) <= email.utils.parsedate_to_datetime(since)
    except (ValueError, TypeError):  # not a date, or one without a zone
        return False
