"""The residents' pages: every municipality, one municipality, one update, the feeds, the calendars, the pictures. No session, no cookie, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_410_GONE

from trygghet import web
from trygghet.calendars import ics
from trygghet.followups import trend
from trygghet.followups.rules import VERDICTS
from trygghet.followups.squares import squares
from trygghet.promises import words
from trygghet.site import actions, answers, days, ends, feed, json_feed, linked, parts, rss, rules, years
from trygghet.site.leaves import Leaf

if TYPE_CHECKING:
    from trygghet.site.actions import Municipality
    from trygghet.site.feed import Feed

_FEEDS = {
    "flode.atom": (feed.atom, "application/atom+xml; charset=utf-8"),
    "flode.rss": (rss.rss, "application/rss+xml; charset=utf-8"),
    "flode.json": (json_feed.json_feed, "application/feed+json; charset=utf-8"),
}


@litestar.get("/{slug:str}", **answers.OPTIONS)
async def show_municipality(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """One municipality's promise."""
    return _municipality(request, await actions.across_organisations_municipality(slug, web.today(request)))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}", **answers.OPTIONS)
async def show_promise(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """A promise of its own address, so that one that has ended can still be read."""
    return _municipality(request, await actions.across_organisations_municipality(slug, web.today(request), promise_id))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppfoljning/{key:str}", **answers.OPTIONS)
async def show_follow_up(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], key: FromPath[str]) -> Response[Any]:
    """A signed follow-up: what was promised, what was done, what the parties say of it, and who has approved it."""
    one, shown = await actions.across_organisations_follow_up(slug, promise_id, key)
    return answers.page(request, "site/follow_up.html", one=one, whole=one.found, shown=shown, verdicts=VERDICTS, trend=trend, squares=squares)


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppfoljning/{key:str}/pdf", **answers.OPTIONS)
async def download_follow_up(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], key: FromPath[str]) -> Response[Any]:
    """The same to print and keep, made of the same frozen content as the parties' own."""
    one, _ = await actions.across_organisations_follow_up(slug, promise_id, key)
    return answers.answer(request, await actions.across_organisations_paper(one), "application/pdf", headers=_saved_as(f"{one.file_name}.pdf"))


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/uppfoljning/{key:str}/data.json", **answers.OPTIONS)
async def download_follow_up_data(
    request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID], key: FromPath[str]
) -> Response[Any]:
    """The very bytes that the parties approved: their SHA-256 is the printed checksum."""
    one, _ = await actions.across_organisations_follow_up(slug, promise_id, key)
    headers = {**_saved_as(f"{one.file_name}.json"), **answers.ANYWHERE}
    return answers.answer(request, one.text.encode(), "application/json", headers=headers)


@litestar.get("/{slug:str}/uppdateringar/{update_id:uuid}", **answers.OPTIONS)
async def show_update(request: Request[Any, Any, Any], slug: FromPath[str], update_id: FromPath[UUID]) -> Response[Any]:
    """An update's permanent address; 410 with the reason once it has been taken back."""
    told, shown, source = await actions.across_organisations_update(slug, update_id)
    status, public_url = HTTP_410_GONE if told.withdrawn_at else HTTP_200_OK, request.app.state.settings.public_url
    data = linked.of_update(told, shown, public_url)
    return answers.page(request, "site/update.html", status=status, told=told, shown=shown, source=source, linked=data)


@litestar.get([f"/{{slug:str}}/{name}" for name in _FEEDS], **answers.OPTIONS)
async def show_feed(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """A municipality's feed, in the form that the address ends with."""
    found = await actions.across_organisations_municipality(slug, web.today(request))
    return _feed(request, feed.of_municipality(found, request.app.state.settings.public_url))


@litestar.get([f"/{{slug:str}}/loften/{{promise_id:uuid}}/{name}" for name in _FEEDS], **answers.OPTIONS)
async def show_promise_feed(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """The feed of one promise."""
    found = await actions.across_organisations_municipality(slug, web.today(request), promise_id)
    return _feed(request, feed.of_promise(found, request.app.state.settings.public_url))


def _feed(request: Request[Any, Any, Any], found: Feed) -> Response[Any]:
    written, media_type = _FEEDS[request.url.path.rpartition("/")[2]]
    return answers.answer(request, written(found), media_type, headers=answers.ANYWHERE, modified=found.updated)


@litestar.get("/{slug:str}/loften/{promise_id:uuid}/kalender.ics", **answers.OPTIONS)
async def show_calendar(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """The promise's days, to subscribe to."""
    found, settings = await actions.across_organisations_municipality(slug, web.today(request), promise_id), request.app.state.settings
    feed_, entries = days.feed(found.shown, settings.mail_from), days.entries(found.shown, settings.public_url)
    return answers.answer(request, ics.written(feed_, entries), ics.MEDIA_TYPE, headers=answers.ANYWHERE)


@litestar.get("/bilder/{picture_id:uuid}", **answers.OPTIONS)
async def show_picture(request: Request[Any, Any, Any], picture_id: FromPath[UUID]) -> Response[Any]:
    """A picture of a published update."""
    body, mime, _ = await actions.across_organisations_picture(picture_id)
    return answers.answer(request, body, mime)


def _municipality(request: Request[Any, Any, Any], found: Municipality) -> Response[Any]:
    today, t = web.today(request), answers.tongue(request)
    shown = found.shown
    some = parts.some(shown.content, today)
    return answers.page(
        request,
        "site/municipality.html",
        found=found,
        shown=shown,
        calendar=days.path(shown),
        end=ends.end(shown, found.promises, today, t),
        age=rules.age(shown, found.updates, today, t),
        chain=rules.chain(shown, today, {one.found.due_on: one.found.short_in(t) for one in found.followed}, t),
        linked=linked.of_promise(shown, found.updates, found.within(today)[:1], request.app.state.settings.public_url, request.url.path),
        areas=shown.areas(today, some.content),
        parted=Leaf(1, some.total, parts.ON_A_LEAF),
        squares=squares,
        years=years,
        source_kinds=words.SOURCES,
        source_words=words.source,
    )


def _saved_as(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


handlers = [
    show_municipality,
    show_promise,
    show_follow_up,
    download_follow_up,
    download_follow_up_data,
    show_update,
    show_feed,
    show_promise_feed,
    show_calendar,
    show_picture,
]
