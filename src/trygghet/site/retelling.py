"""A promise in easy Swedish at /lattlast, and in other languages at /sprak/…: what every party has approved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_410_GONE

from trygghet.retellings.languages import EASY
from trygghet.site import actions, answers
from trygghet.swedish import NotFound


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/lattlast", **answers.OPTIONS)
async def show_easy(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """The promise in easy Swedish; 410 with the reason once it has been taken back."""
    return await _page(request, slug, promise_id, EASY)


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/sprak/{code:str}", **answers.OPTIONS)
async def show_language(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], code: FromPath[str]) -> Response[Any]:
    """The promise in another language."""
    if code == EASY:
        raise NotFound  # one thing has one address
    return await _page(request, slug, promise_id, code)


async def _page(request: Request[Any, Any, Any], slug: str, promise_id: UUID, code: str) -> Response[Any]:
    shown, told, every = await actions.across_organisations_retelling(slug, promise_id, code)
    status = HTTP_410_GONE if told.withdrawn_at else HTTP_200_OK
    return answers.page(request, "site/retelling.html", status=status, shown=shown, told=told, retold=every)


handlers = [show_easy, show_language]
