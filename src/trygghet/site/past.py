"""A promise's past as residents may leaf through it: every signed text of it, and all that was promised and told, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath

from trygghet import web
from trygghet.site import actions, answers, parts, versions
from trygghet.site.leaves import leaf

if TYPE_CHECKING:
    from trygghet.site.leaves import Leaf


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/historik", **answers.OPTIONS)
async def show_history(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """Every version of the promise with what it changed and why."""
    shown, texts = await actions.across_organisations_versions(slug, promise_id)
    return answers.page(
        request, "site/history.html", shown=shown, versions=versions.history(shown, texts, web.today(request), answers.tongue(request))
    )


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppdateringar", **answers.OPTIONS)
async def show_updates(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """All that has been told about the promise, latest first. Raises `NotFound` for a page that is not there."""
    asked: Leaf = leaf(request.query_params.get("sida", "1"))
    shown, told, count = await actions.across_organisations_all_updates(slug, promise_id, asked)
    return answers.page(request, "site/updates.html", shown=shown, updates=told, leaf=asked.of(count))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/mal", **answers.OPTIONS)
async def show_goals(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """The goals and activities of a promise that has more than one page holds. Raises `NotFound` for a page that is not there."""
    today, asked = web.today(request), leaf(request.query_params.get("sida", "1"), parts.ON_A_LEAF)
    shown = (await actions.across_organisations_versions(slug, promise_id))[0]
    found = parts.some(shown.content, today, asked.before)
    return answers.page(request, "site/goals.html", shown=shown, areas=shown.areas(today, found.content), leaf=asked.of(found.total))


handlers = [show_history, show_updates, show_goals]
