"""/oppna-data: the page that says what there is, the tables for spreadsheets, and what catalogues and search engines read."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from trygghet import spreadsheet, web
from trygghet.opendata import actions, api, catalogue, rules, sitemap, tables
from trygghet.opendata.rules import Scope, Wanted
from trygghet.opendata.shaping import Shaping
from trygghet.opendata.store import Part
from trygghet.site import answers
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "text/csv; header=present"
_IN_TURN = asyncio.Semaphore(2)
"""So many stretches of tables are made at the same time in a process, whoever asks for how many."""


class Table(NamedTuple):
    """A table: its header, the rows of one thing, and how the things of a scope are read, some at a time."""

    header: tuple[str, ...]
    rows: Callable[[Shaping, Any], Iterator[tuple[str, ...]]]
    lots: Callable[[Scope], AsyncIterator[list[Any]]]


TABLES = {
    "loften": Table(tables.PROMISES, tables.promises, actions.across_organisations_every_promise),
    "aktiviteter": Table(tables.ACTIVITIES, tables.activities, actions.across_organisations_every_promise),
    "utfall": Table(tables.OUTCOMES, tables.outcomes, actions.across_organisations_every_promise),
    "uppdateringar": Table(tables.UPDATES, tables.updates, actions.across_organisations_every_update),
    "uppfoljningar": Table(tables.FOLLOW_UPS, tables.follow_ups, actions.across_organisations_every_follow_up),
}


def _addresses(folder: str) -> list[str]:
    return [f"{folder}/{name}.csv" for name in TABLES]


@litestar.get("/oppna-data", **answers.OPTIONS)
async def show(request: Request[Any, Any, Any]) -> Response[Any]:
    """What there is, for whom, and on which terms."""
    stamp = await actions.across_organisations_stamp()
    limits = {"usual": rules.PER_MINUTE, "with_key": rules.PER_MINUTE_WITH_KEY}
    return answers.page(request, "opendata/index.html", stamp=stamp, licence=rules.LICENCE, limits=limits)


@litestar.get(_addresses("/oppna-data"), **api.LIMITED)
async def download_everything(request: Request[Any, Any, Any]) -> Response[Any]:
    """A table of everything. It is sent while it is read, so that it may be as long as it is."""
    name, stamp = _name(request), await actions.across_organisations_stamp()
    told = f"{name} {TABLES[name].header} {stamp} {web.today(request)} {request.app.state.settings.public_url}"
    headers = {**_headers(name), "ETag": f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"', "Cache-Control": answers.freshness(request)}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Stream(_written(request, name, Scope()), media_type=MEDIA_TYPE, headers=headers)


@litestar.get(_addresses("/{slug:str}/data"), **api.LIMITED)
async def download_municipality(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """A table of one municipality's promises."""
    return await _whole(request, Scope(slug), slug)


@litestar.get(_addresses("/{slug:str}/loften/{promise_id:uuid}/data"), **api.LIMITED)
async def download_promise(request: Request[Any, Any, Any], slug: FromPath[str], promise_id: FromPath[UUID]) -> Response[Any]:
    """A table of one promise."""
    return await _whole(request, Scope(slug, promise_id), f"{slug}-{str(promise_id)[:8]}")


async def _whole(request: Request[Any, Any, Any], scope: Scope, whose: str) -> Response[Any]:
    await actions.across_organisations_known(scope)
    name = _name(request)
    body = b"".join([stretch async for stretch in _written(request, name, scope)])
    return answers.answer(request, body, MEDIA_TYPE, headers=_headers(f"{name}-{whose}"))


async def _written(request: Request[Any, Any, Any], name: str, scope: Scope) -> AsyncIterator[bytes]:
    table, shaping = TABLES[name], Shaping(web.today(request), request.app.state.settings.public_url)
    yield spreadsheet.write(table.header, [])
    lots = table.lots(scope)
    while True:
        async with _IN_TURN:
            lot = await anext(lots, None)
            if lot is None:
                return
            stretch = spreadsheet.lines(row for one in lot for row in table.rows(shaping, one))
        yield stretch  # out of turn: who reads slowly keeps nobody else waiting


def _name(request: Request[Any, Any, Any]) -> str:
    return request.url.path.rpartition("/")[2].removesuffix(".csv")


def _headers(name: str) -> Mapping[str, str]:
    return {"content-disposition": f'attachment; filename="medborgarloften-{name}.csv"', **answers.ANYWHERE}


@litestar.get("/oppna-data/dcat.rdf", **api.LIMITED)
async def show_catalogue(request: Request[Any, Any, Any]) -> Response[Any]:
    """The description for catalogues of data."""
    settings, stamp = request.app.state.settings, await actions.across_organisations_stamp()
    found = await actions.across_organisations_homes("municipality", Wanted(1, rules.MOST_HOMES))
    body = catalogue.document([one for one in found.found if one.promises], stamp, settings.public_url, settings.mail_from)
    return answers.answer(request, body, catalogue.MEDIA_TYPE, headers=answers.ANYWHERE)


@litestar.get("/sitemap.xml", **api.LIMITED)
async def show_sitemap(request: Request[Any, Any, Any]) -> Response[Any]:
    """The pages that there are: in one file, or a list of files where they are many."""
    base, asked = request.app.state.settings.public_url, request.query_params.get("del")
    number = rules.part(asked)
    found, total = await actions.across_organisations_addresses(Part(sitemap.SIZE, (number - 1) * sitemap.SIZE))
    count = sitemap.parts(total)
    if number > count:
        raise NotFound
    body = sitemap.index(count, base) if asked is None and count > 1 else sitemap.pages(found, base, with_ours=number == 1)
    return answers.answer(request, body, "application/xml")


@litestar.get("/robots.txt", **answers.OPTIONS)
async def show_robots(request: Request[Any, Any, Any]) -> Response[Any]:
    """What search engines may read."""
    return answers.answer(request, sitemap.robots(request.app.state.settings.public_url), "text/plain")


handlers = [show, download_everything, download_municipality, download_promise, show_catalogue, show_sitemap, show_robots]
