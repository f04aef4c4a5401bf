"""The card on other people's websites: as a frame, as data for the script, as plain HTML and text, and as an answer to oEmbed."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_410_GONE, HTTP_501_NOT_IMPLEMENTED

from trygghet import fresh, web
from trygghet.settings import ROOT
from trygghet.site import actions, answers, colours, oembed, rules
from trygghet.site.card import Card, card, item
from trygghet.site.colours import Dress, Palette
from trygghet.swedish import NotFound, Slips

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.site.oembed import Target

BASES = ("/{slug:str}", "/{slug:str}/loften/{promise_id:uuid}")
"""A municipality's card, and that of one of its promises."""
_FILES = {"kort.js": "text/javascript", "kort.css": "text/css", "kort-ram.js": "text/javascript"}


@litestar.get([f"{base}/kort" for base in BASES], **answers.OPTIONS)
async def show_frame(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The card as a page for a frame, on any website: it is public and has nothing to press but links."""
    return _frame(request, "site/kort.html", card=await _card(request, slug))


@litestar.get("/{slug:str}/uppdateringar/{update_id:uuid}/kort", **answers.OPTIONS)
async def show_update_frame(request: Request[Any, Any, Any], slug: FromPath[str], update_id: FromPath[UUID]) -> Response[Any]:
    """One update as a page for a frame; 410 once it has been taken back."""
    told, shown, _ = await actions.across_organisations_update(slug, update_id)
    status = HTTP_410_GONE if told.withdrawn_at else HTTP_200_OK
    line = item(told, slug, request.app.state.settings.public_url)
    return _frame(request, "site/kort_update.html", status=status, told=told, shown=shown, line=line, excerpt=rules.excerpt(told.content["body"]))


@litestar.get([f"{base}/kort.json" for base in BASES], **answers.OPTIONS)
async def show_data(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The card for the script."""
    found = await _card(request, slug)
    return answers.answer(request, found.as_json(), "application/json", headers=answers.ANYWHERE)


@litestar.get([f"{base}/kort.html" for base in BASES], **answers.OPTIONS)
async def show_fragment(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The card as a piece of HTML for a server to put into its own page: no script, no styles, whole addresses."""
    body = answers.drawn(request, "site/_kort.html", card=await _card(request, slug), target="")
    return answers.answer(request, body, "text/html", headers=answers.ANYWHERE)


@litestar.get([f"{base}/text" for base in BASES], **answers.OPTIONS)
async def show_text(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """The card as text to copy."""
    found = await _card(request, slug)
    return answers.answer(request, found.as_text().encode(), "text/plain", headers=answers.ANYWHERE)


@litestar.get([f"/{name}" for name in _FILES], **answers.OPTIONS)
async def show_file(request: Request[Any, Any, Any]) -> Response[Any]:
    """The script and the styles, which modules may be only if any origin may read them."""
    name = request.url.path.removeprefix("/")
    headers = {**answers.ANYWHERE, "Cross-Origin-Resource-Policy": "cross-origin"}
    return fresh.answer(request, _file(name), _FILES[name], freshness="public, max-age=600", headers=headers)


@litestar.get("/oembed", **answers.OPTIONS)
async def show_oembed(request: Request[Any, Any, Any]) -> Response[Any]:
    """How one of our pages is shown where its address is pasted. 404 for what is no such page, 501 for another form than JSON."""
    asked = dict(request.query_params)
    if asked.get("format", "json") != "json":
        return Response(b"", status_code=HTTP_501_NOT_IMPLEMENTED, media_type="text/plain", headers=answers.ANYWHERE)
    public_url = request.app.state.settings.public_url
    target = oembed.target(asked.get("url", ""), public_url)
    if target is None:
        raise NotFound
    title, author = await _named(target, web.today(request))
    body = json.dumps(oembed.answer(target, title, author, public_url, asked), ensure_ascii=False).encode()
    return answers.answer(request, body, "application/json", headers=answers.ANYWHERE)


async def _named(target: Target, today: dt.date) -> tuple[str, str]:
    """The page's heading, and who is behind it. Raises `NotFound`, also where it has been taken back."""
    if target.kind == "uppdateringar" and target.id:
        told, _, _ = await actions.across_organisations_update(target.slug, target.id)
        if told.withdrawn_at:
            raise NotFound
        return told.content["title"], told.teller
    found = await actions.across_organisations_municipality(target.slug, today, target.id)
    return found.shown.content["title"], found.shown.party_names


async def _card(request: Request[Any, Any, Any], slug: str) -> Card:
    promise_id, today = request.path_params.get("promise_id"), web.today(request)
    found = await actions.across_organisations_municipality(slug, today, promise_id)
    return card(found, today, request.app.state.settings.public_url, of_promise=promise_id is not None)


def _frame(request: Request[Any, Any, Any], template: str, *, status: int = HTTP_200_OK, **context: Any) -> Response[Any]:
    """A page for a frame. Colours that nobody could read are left out, as is what is no colour: who reads the card has not chosen them."""
    try:
        dress = colours.dress(dict(request.query_params), ours())
    except Slips:
        dress = Dress()
    body = answers.drawn(request, template, dress=dress, target="_top", **context)
    policy = f"default-src 'none'; script-src 'self'; style-src 'self'{dress.source}; base-uri 'none'; form-action 'none'; frame-ancestors *"
    return answers.answer(request, body, "text/html", status=status, headers={"Content-Security-Policy": policy})


@functools.cache
def ours() -> Palette:
    """The product's own colours."""
    return colours.palette((ROOT / "static" / "tokens.css").read_text(encoding="utf-8"))


@functools.cache
def _file(name: str) -> bytes:
    body = (ROOT / "static" / name).read_bytes()
    return ours().css().encode() + body if name.endswith(".css") else body


handlers = [show_frame, show_update_frame, show_data, show_fragment, show_text, show_file, show_oembed]
