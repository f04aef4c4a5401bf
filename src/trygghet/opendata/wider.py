"""Feeds and calendars that are about more than one promise: of a police area, of a municipality, of everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

import litestar
from litestar import Request, Response
from litestar.params import FromPath

from trygghet import web
from trygghet.calendars import ics
from trygghet.opendata import actions
from trygghet.site import answers, days, feed, json_feed, rss, told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from trygghet.opendata.actions import Heard
    from trygghet.site.rules import Published
    from trygghet.site.told import Told

_FEEDS = {
    "flode.atom": (feed.atom, "application/atom+xml; charset=utf-8"),
    "flode.rss": (rss.rss, "application/rss+xml; charset=utf-8"),
    "flode.json": (json_feed.json_feed, "application/feed+json; charset=utf-8"),
}
EVERYBODY = "Kommuner och lokalpolisområden"


@dataclass(frozen=True)
class Wide(feed.Feed):
    """A feed whose entries are on the pages of several municipalities: `slugs` says whose, by the entry's id."""

    slugs: Mapping[UUID, str]

    def permalink(self, entry: Told) -> str:
        """The entry's own page, for ever."""
        return f"{self.public_url}/{self.slugs[entry.id]}/uppdateringar/{entry.id}"


def wide(name: str, title: str, author: str, page: str, heard: Heard, public_url: str) -> Wide:
    """What is told within a scope. `name` is the feed's own for ever, also when the host changes."""
    entries, urn = [one.told for one in heard.updates], f"urn:uuid:{uuid5(NAMESPACE_URL, f'trygghet:flode:{name}')}"
    slugs = {one.told.id: one.slug for one in heard.updates}
    return Wide(urn, title, page, author, told.last_change(entries, heard.changed_at), entries, "", public_url, slugs)


@litestar.get([f"/{name}" for name in _FEEDS], **answers.OPTIONS)
async def show_feed(request: Request[Any, Any, Any]) -> Response[Any]:
    """All that is told anywhere."""
    base = request.app.state.settings.public_url
    heard = await actions.across_organisations_heard(web.today(request))
    return _feed(request, wide("*", "Medborgarlöften", EVERYBODY, base, heard, base))


@litestar.get([f"/polisomrade/{{slug:str}}/{name}" for name in _FEEDS], **answers.OPTIONS)
async def show_area_feed(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """What is told in the municipalities that the police area covers today."""
    base = request.app.state.settings.public_url
    home, heard = await actions.across_organisations_heard_in(slug, web.today(request))
    return _feed(request, wide(str(home.id), f"Medborgarlöften i {home.name}", home.name, f"{base}/polisomrade/{slug}", heard, base))


def _feed(request: Request[Any, Any, Any], found: Wide) -> Response[Any]:
    written, media_type = _FEEDS[request.url.path.rpartition("/")[2]]
    return answers.answer(request, written(found), media_type, headers=answers.ANYWHERE, modified=found.updated)


@litestar.get("/{slug:str}/kalender.ics", **answers.OPTIONS)
async def show_calendar(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The days of all promises of a municipality."""
    home = await actions.across_organisations_home("municipality", slug)
    return _calendar(request, f"kommun-{home.id}", home.short_name, await actions.across_organisations_promises_in([home.slug]))


@litestar.get("/polisomrade/{slug:str}/kalender.ics", **answers.OPTIONS)
async def show_area_calendar(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The days of all promises in a police area."""
    home, found = await actions.across_organisations_promises_of_area(slug, web.today(request))
    return _calendar(request, f"polisomrade-{home.id}", home.name, found)


def _calendar(request: Request[Any, Any, Any], key: str, where: str, found: Sequence[Published]) -> Response[Any]:
    settings = request.app.state.settings
    whole = ics.Feed(key, f"Medborgarlöften i {where}", "När löftena börjar och slutar gälla, och när de följs upp.", settings.mail_from)
    entries = [entry for one in found for entry in days.entries(one, settings.public_url)]
    return answers.answer(request, ics.written(whole, sorted(entries, key=_order)), ics.MEDIA_TYPE, headers=answers.ANYWHERE)


def _order(entry: ics.Entry) -> tuple[dt.date, str]:
    return entry.day, entry.key


handlers = [show_feed, show_area_feed, show_calendar, show_area_calendar]
