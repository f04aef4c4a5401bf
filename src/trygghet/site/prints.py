"""Posters and pictures for sharing, set on the server. The same words always give the same bytes, so the last ones are kept.

One at a time in a thread of their own: however many are asked for at once, the pages beside them are not held up by more than one core.
"""

from __future__ import annotations

import asyncio
import functools
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath

from trygghet import web
from trygghet.paper import pdf, png
from trygghet.retellings.languages import EASY
from trygghet.site import actions, answers, poster, social
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

_ONE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prints")


@litestar.get(["/{slug:str}/bild.png", "/{slug:str}/loften/{promise_id:uuid}/bild.png"], **answers.OPTIONS)
async def show_promise(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID | None] = None) -> Response[Any]:
    """The picture of a municipality's page, or of a promise's."""
    found = await actions.across_organisations_municipality(slug, web.today(request), promise_id)
    return await _picture(request, social.of_promise(found.shown, web.today(request)))


@litestar.get("/{slug:str}/uppdateringar/{update_id:uuid}/bild.png", **answers.OPTIONS)
async def show_update(request: Request[Any, Any, Any], slug: FromPath[str], update_id: FromPath[UUID]) -> Response[Any]:
    """The picture of an update's page; none where it has been taken back."""
    told, shown, _ = await actions.across_organisations_update(slug, update_id)
    if told.withdrawn_at:
        raise NotFound
    return await _picture(request, social.of_update(told, shown))


@litestar.get([f"/{{slug:str}}/loften/{{promise_id:uuid}}/{end}/bild.png" for end in (EASY, "sprak/{code:str}")], **answers.OPTIONS)
async def show_retelling(
    request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], code: FromPath[str] = EASY
) -> Response[Any]:
    """The picture of a promise in easy Swedish or in another language; none where the text has been taken back."""
    shown, told, _ = await actions.across_organisations_retelling(slug, promise_id, code)
    if told.withdrawn_at:
        raise NotFound
    return await _picture(request, social.of_retelling(told, shown, web.today(request)))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppfoljning/{key:str}/bild.png", **answers.OPTIONS)
async def show_follow_up(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], key: FromPath[str]) -> Response[Any]:
    """The picture of a signed follow-up's page."""
    one, _ = await actions.across_organisations_follow_up(slug, promise_id, key)
    return await _picture(request, social.of_follow_up(one))


@litestar.get([f"/{{slug:str}}/loften/{{promise_id:uuid}}/affisch{end}" for end in ("", "/a3")], **answers.OPTIONS)
async def download_poster(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """The promise as a poster, A4 or A3."""
    today, public_url = web.today(request), request.app.state.settings.public_url
    shown = (await actions.across_organisations_municipality(slug, today, promise_id)).shown
    size: poster.Size = "a3" if request.url.path.endswith("/a3") else "a4"
    data = json.dumps(poster.poster(shown, today, public_url, size), ensure_ascii=False, sort_keys=True)
    headers = {"content-disposition": f'inline; filename="affisch-{slug}-{size}.pdf"'}
    return answers.answer(request, await _apart(_poster, data, shown.changed_at), "application/pdf", headers=headers)


async def _picture(request: Request[Any, Any, Any], drawn: social.Picture) -> Response[Any]:
    return answers.answer(request, await _apart(_drawn, drawn.data), "image/png", headers=answers.ANYWHERE)


async def _apart(make: Callable[..., bytes], *what: object) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(_ONE, functools.partial(make, *what))


@functools.lru_cache(maxsize=200)
def _drawn(data: str) -> bytes:
    return png("site/social.typ", json.loads(data))


@functools.lru_cache(maxsize=32)
def _poster(data: str, at: dt.datetime) -> bytes:
    return pdf("site/poster.typ", json.loads(data), at=at)


handlers = [show_promise, show_update, show_retelling, show_follow_up, download_poster]
