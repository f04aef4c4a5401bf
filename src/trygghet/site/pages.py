"""The residents' pages: every municipality, one municipality, one update, the feed, the calendars, the pictures. No session, no cookie, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_410_GONE

from trygghet import fresh, web
from trygghet.calendars import ics
from trygghet.followups import trend
from trygghet.followups.rules import VERDICTS
from trygghet.followups.squares import squares
from trygghet.promises import words
from trygghet.site import actions, days, ends, feed, followed, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.site.actions import Municipality

OPTIONS: dict[str, Any] = {"opt": web.public(), "include_in_schema": False}


@litestar.get("/", **OPTIONS)
async def show_all(request: Request[Any, Any, Any]) -> Response[Any]:
    """All municipalities with their promises, and how they stand today."""
    every, follow_ups = await actions.across_organisations_overview()
    promises = rules.overview(every, web.today(request))
    return _page(request, "site/all.html", promises=promises, scale=rules.scale(promises) if promises else None, followed=followed.latest(follow_ups))


@litestar.get("/{slug:str}", **OPTIONS)
async def show_municipality(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """One municipality's promise."""
    return _municipality(request, await actions.across_organisations_municipality(slug, web.today(request)))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}", **OPTIONS)
async def show_promise(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """A promise of its own address, so that one that has ended can still be read."""
    return _municipality(request, await actions.across_organisations_municipality(slug, web.today(request), promise_id))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppfoljning/{key:str}", **OPTIONS)
async def show_follow_up(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], key: FromPath[str]) -> Response[Any]:
    """A signed follow-up: what was promised, what was done, what the parties say of it, and who has approved it."""
    one, shown = await actions.across_organisations_follow_up(slug, promise_id, key)
    return _page(request, "site/follow_up.html", one=one, whole=one.found, shown=shown, verdicts=VERDICTS, trend=trend, squares=squares)


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppfoljning/{key:str}/pdf", **OPTIONS)
async def download_follow_up(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], key: FromPath[str]) -> Response[Any]:
    """The same to print and keep, made of the same frozen content as the parties' own."""
    one, _ = await actions.across_organisations_follow_up(slug, promise_id, key)
    return _answer(request, await actions.across_organisations_paper(one), "application/pdf", headers=_saved_as(f"{one.file_name}.pdf"))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppfoljning/{key:str}/data.json", **OPTIONS)
async def download_follow_up_data(
    request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], key: FromPath[str]
) -> Response[Any]:
    """The very bytes that the parties approved: their SHA-256 is the printed checksum."""
    one, _ = await actions.across_organisations_follow_up(slug, promise_id, key)
    headers = {**_saved_as(f"{one.file_name}.json"), "Access-Control-Allow-Origin": "*"}
    return _answer(request, one.text.encode(), "application/json", headers=headers)


@litestar.get("/{slug:str}/uppdateringar/{update_id:uuid}", **OPTIONS)
async def show_update(request: Request[Any, Any, Any], slug: FromPath[str], update_id: FromPath[UUID]) -> Response[Any]:
    """An update's permanent address; 410 with the reason once it has been taken back."""
    told, shown, source = await actions.across_organisations_update(slug, update_id)
    return _page(request, "site/update.html", status=HTTP_410_GONE if told.withdrawn_at else HTTP_200_OK, told=told, shown=shown, source=source)


@litestar.get("/{slug:str}/flode.atom", **OPTIONS)
async def show_feed(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The Atom feed. Other pages' scripts may read it."""
    found = await actions.across_organisations_municipality(slug, web.today(request))
    body = feed.atom(found, request.app.state.settings.public_url)
    return _answer(request, body, "application/atom+xml; charset=utf-8", headers={"Access-Control-Allow-Origin": "*"})


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/kalender.ics", **OPTIONS)
async def show_calendar(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """The promise's days, to subscribe to."""
    found, settings = await actions.across_organisations_municipality(slug, web.today(request), promise_id), request.app.state.settings
    feed_, entries = days.feed(found.shown, settings.mail_from), days.entries(found.shown, settings.public_url)
    return _answer(request, ics.written(feed_, entries), ics.MEDIA_TYPE, headers={"Access-Control-Allow-Origin": "*"})


@litestar.get("/bilder/{picture_id:uuid}", **OPTIONS)
async def show_picture(request: Request[Any, Any, Any], picture_id: FromPath[UUID]) -> Response[Any]:
    """A picture of a published update."""
    body, mime, _ = await actions.across_organisations_picture(picture_id)
    return _answer(request, body, mime)


def _municipality(request: Request[Any, Any, Any], found: Municipality) -> Response[Any]:
    today = web.today(request)
    shown = found.shown
    return _page(
        request,
        "site/municipality.html",
        found=found,
        shown=shown,
        calendar=days.path(shown),
        end=ends.end(shown, found.promises, today),
        age=rules.age(shown, found.updates, today),
        chain=rules.chain(shown, today, {one.found.due_on: one.found.short for one in found.followed}),
        squares=squares,
        source_kinds=words.SOURCES,
        source_words=words.source,
    )


def _saved_as(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _page(request: Request[Any, Any, Any], template: str, *, status: int = HTTP_200_OK, **context: Any) -> Response[Any]:
    asked = web.page(request, template, **context)
    engine = request.app.template_engine
    assert engine is not None, "the application has templates"
    body = engine.get_template(template).render(**asked.context)
    return _answer(request, body.encode(), "text/html", status=status)


def _answer(
    request: Request[Any, Any, Any], body: bytes, media_type: str, *, status: int = HTTP_200_OK, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    # The example's clock jumps: a page that is a minute old may be a year old.
    freshness = "no-cache" if request.app.state.settings.example else "public, max-age=60"
    return fresh.answer(request, body, media_type, freshness=freshness, status=status, headers=headers)


handlers = [
    show_all,
    show_municipality,
    show_promise,
    show_follow_up,
    download_follow_up,
    download_follow_up_data,
    show_update,
    show_feed,
    show_calendar,
    show_picture,
]
