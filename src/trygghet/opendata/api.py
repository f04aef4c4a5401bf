"""/api/v1: what residents can read, as JSON for whoever builds on it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import litestar
import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from litestar.status_codes import HTTP_401_UNAUTHORIZED, HTTP_404_NOT_FOUND, HTTP_422_UNPROCESSABLE_ENTITY, HTTP_429_TOO_MANY_REQUESTS

from trygghet import clock, web
from trygghet.opendata import actions, openapi, rules, shapes
from trygghet.opendata.shaping import Shaping
from trygghet.site import answers
from trygghet.site.moved import Moved, on_moved
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

    from trygghet.opendata.actions import Listed
    from trygghet.opendata.rules import TooMany, UnknownKey, Wanted


# ---------------------------------------------------------------- who may ask how often, and what is said when there is no answer
async def counted(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Counts a question: by its key, else by the network that it came from."""
    state, told = connection.app.state, connection.headers.get("authorization", "")
    who, most = rules.network(connection.client.host if connection.client else ""), rules.PER_MINUTE
    if told:
        who, most = str(await actions.across_organisations_key(told.removeprefix("Bearer ").strip())), rules.PER_MINUTE_WITH_KEY
    wall, at = clock.wall(), time.monotonic()
    state.meter.take(who, most, at)
    if await state.tally.count(who, wall=wall, at=at) > most:
        raise rules.TooMany(rules.MINUTE - int(wall.timestamp()) % rules.MINUTE)


def _problem(status: int, title: str, detail: str, **headers: str) -> Response[bytes]:
    body = msgspec.json.encode(shapes.Problem("about:blank", title, status, detail))
    return Response(body, status_code=status, media_type="application/problem+json", headers={**answers.ANYWHERE, **headers})


def _on_absent(*_: Any) -> Response[bytes]:
    return _problem(HTTP_404_NOT_FOUND, "Not Found", "Det finns inget sådant här. /api/v1/openapi.json beskriver vad som finns.")


def _on_refusal(_: Any, refusal: Refusal) -> Response[bytes]:
    return _problem(HTTP_422_UNPROCESSABLE_ENTITY, "Unprocessable Content", refusal.sentence)


def on_too_many(_: Any, error: TooMany) -> Response[bytes]:
    """429 with how long to wait (RFC 6585, 4)."""
    detail = f"Högst {rules.PER_MINUTE} frågor i minuten från samma nät, {rules.PER_MINUTE_WITH_KEY} med en nyckel. Vänta {error.wait} sekunder."
    return _problem(HTTP_429_TOO_MANY_REQUESTS, "Too Many Requests", detail, **{"Retry-After": str(error.wait), "Cache-Control": "no-store"})


def on_unknown_key(_: Any, __: UnknownKey) -> Response[bytes]:
    """401 with the way to say who one is (RFC 9110, 11.6.1)."""
    detail = "Nyckeln finns inte, eller har återkallats. Utan nyckel svarar samma adress också."
    return _problem(HTTP_401_UNAUTHORIZED, "Unauthorized", detail, **{"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})


LIMITED: dict[str, Any] = {
    "opt": web.public(),
    "include_in_schema": False,
    "guards": [counted],
    "exception_handlers": {rules.TooMany: on_too_many, rules.UnknownKey: on_unknown_key},
}
_OPTIONS = {**LIMITED, "exception_handlers": {**LIMITED["exception_handlers"], Moved: on_moved, NotFound: _on_absent, Refusal: _on_refusal}}


def _shaping(request: Request[Any, Any, Any]) -> Shaping:
    return Shaping(web.today(request), request.app.state.settings.public_url)


def _json(request: Request[Any, Any, Any], found: Any) -> Response[Any]:
    return answers.answer(request, msgspec.json.encode(found), "application/json", headers=answers.ANYWHERE)


def _page(request: Request[Any, Any, Any], wanted: Wanted, total: int, data: Sequence[Any]) -> Response[Any]:
    onward = None
    if wanted.offset + wanted.size < total:
        kept = {**dict(request.query_params), "page": wanted.page + 1, "page_size": wanted.size}
        onward = f"{request.app.state.settings.public_url}{request.url.path}?{urlencode(kept)}"
    return _json(request, shapes.Page(list(data), wanted.page, wanted.size, total, onward))


def _listed(request: Request[Any, Any, Any], wanted: Wanted, found: Listed, shape: Callable[[Any], Any]) -> Response[Any]:
    return _page(request, wanted, found.total, [shape(one) for one in found.found])


# ---------------------------------------------------------------- the addresses
@litestar.get("/api/v1", **_OPTIONS)
async def show_start(request: Request[Any, Any, Any]) -> Response[Any]:
    """Where to begin."""
    base = request.app.state.settings.public_url
    lists = [f"{base}/api/v1/{name}" for name in ("municipalities", "police-areas", "promises", "updates", "follow-ups")]
    about = (rules.LICENCE, f"{base}/oppna-data", f"{base}/api/v1/openapi.json", f"{base}/oppna-data/dcat.rdf")
    return _json(request, shapes.Entry("Medborgarlöften", *about, *lists))


@litestar.get("/api/v1/openapi.json", **_OPTIONS)
async def show_description(request: Request[Any, Any, Any]) -> Response[Any]:
    """The description of all of it."""
    return answers.answer(request, openapi.document(request.app.state.settings.public_url), "application/json", headers=answers.ANYWHERE)


@litestar.get("/api/v1/municipalities", **_OPTIONS)
async def list_municipalities(request: Request[Any, Any, Any]) -> Response[Any]:
    """Municipalities."""
    wanted = rules.wanted(request.query_params)
    return _listed(request, wanted, await actions.across_organisations_homes("municipality", wanted), _shaping(request).municipality)


@litestar.get("/api/v1/municipalities/{slug:str}", **_OPTIONS)
async def read_municipality(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """One municipality."""
    return _json(request, _shaping(request).municipality(await actions.across_organisations_home("municipality", slug)))


@litestar.get("/api/v1/police-areas", **_OPTIONS)
async def list_police_areas(request: Request[Any, Any, Any]) -> Response[Any]:
    """Local police areas."""
    wanted = rules.wanted(request.query_params)
    return _listed(request, wanted, await actions.across_organisations_homes("police", wanted), _shaping(request).police_area)


@litestar.get("/api/v1/promises", **_OPTIONS)
async def list_promises(request: Request[Any, Any, Any]) -> Response[Any]:
    """Promises in short."""
    wanted, scope = rules.wanted(request.query_params), rules.scope(request.query_params)
    return _listed(request, wanted, await actions.across_organisations_promises(scope, wanted), _shaping(request).summary)


@litestar.get("/api/v1/promises/{promise_id:str}", **_OPTIONS)
async def read_promise(request: Request[Any, Any, Any], promise_id: FromPath[str]) -> Response[Any]:
    """A whole promise."""
    return _json(request, _shaping(request).promise(await actions.across_organisations_promise(rules.named(promise_id))))


@litestar.get("/api/v1/promises/{promise_id:str}/outcomes", **_OPTIONS)
async def list_outcomes(request: Request[Any, Any, Any], promise_id: FromPath[str]) -> Response[Any]:
    """Every dated count of a promise."""
    wanted, known = rules.wanted(request.query_params), await actions.across_organisations_promise(rules.named(promise_id))
    every = _shaping(request).outcomes(known.found)
    return _page(request, wanted, len(every), every[wanted.offset : wanted.offset + wanted.size])


@litestar.get("/api/v1/updates", **_OPTIONS)
async def list_updates(request: Request[Any, Any, Any]) -> Response[Any]:
    """What residents have been told."""
    asked = request.query_params
    wanted = rules.wanted(asked)
    found = await actions.across_organisations_updates(rules.scope(asked), rules.since(asked), wanted)
    return _listed(request, wanted, found, _shaping(request).update)


@litestar.get("/api/v1/follow-ups", **_OPTIONS)
async def list_follow_ups(request: Request[Any, Any, Any]) -> Response[Any]:
    """Signed follow-ups."""
    wanted = rules.wanted(request.query_params)
    found = await actions.across_organisations_follow_ups(rules.scope(request.query_params), wanted)
    return _listed(request, wanted, found, _shaping(request).follow_up)


@litestar.get("/api/v1/{rest:path}", **_OPTIONS)
async def show_nothing(rest: FromPath[str]) -> None:
    """Any other address: 404, in the same form as all that the API says."""
    raise NotFound(rest)


handlers = [
    show_start,
    show_description,
    list_municipalities,
    read_municipality,
    list_police_areas,
    list_promises,
    read_promise,
    list_outcomes,
    list_updates,
    list_follow_ups,
    show_nothing,
]
