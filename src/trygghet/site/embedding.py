"""The card on other people's websites: as a frame, as data for the script, as plain HTML and text, and as an answer to oEmbed."""

from __future__ import annotations

import functools
import json
import re
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
_SCRIPTS = ("kort.js", "kort-ram.js")
_FREELY = {**answers.ANYWHERE, "Cross-Origin-Resource-Policy": "cross-origin"}
_KEPT = "public, max-age=600"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""What a page in a frame may do; anybody may frame it."""


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


@litestar.get([f"/{name}" for name in _SCRIPTS], **answers.OPTIONS)
async def show_script(request: Request[Any, Any, Any]) -> Response[Any]:
    """A script, which may be a module only if any origin may read it."""
    return fresh.answer(request, _script(request.url.path.removeprefix("/")), "text/javascript", freshness=_KEPT, headers=_FREELY)


@litestar.get("/kort.css", **answers.OPTIONS)
async def show_styles(request: Request[Any, Any, Any]) -> Response[Any]:
    """The card's styles, in the colours that are asked for."""
    body = f"{ours().css()}{_styles()}{_dress(request).css}".encode()
    return fresh.answer(request, body, "text/css", freshness=_KEPT, headers=_FREELY)


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
    body = answers.drawn(request, template, dress=_dress(request), target="_top", **context)
    return answers.answer(request, body, "text/html", status=status, headers={"Content-Security-Policy": POLICY})


def _dress(request: Request[Any, Any, Any]) -> Dress:
    """Colours that nobody could read are left out, as is what is no colour: who reads the card has not chosen them."""
    try:
        return colours.dress(dict(request.query_params), ours())
    except Slips:
        return Dress()


@functools.cache
def ours() -> Palette:
    """The product's own colours."""
    return colours.palette((ROOT / "static" / "tokens.css").read_text(encoding="utf-8"))


@functools.cache
def _styles() -> str:
    return (ROOT / "static" / "kort.css").read_text(encoding="utf-8")


@functools.cache
def _script(name: str) -> bytes:
    """Without what only we read: the comments, and the room in front of the lines."""
    text = (ROOT / "static" / name).read_text(encoding="utf-8")
    return re.sub(r"^\s+|(^|\s+)//.*$", "", text, flags=re.MULTILINE).encode()


handlers = [show_frame, show_update_frame, show_data, show_fragment, show_text, show_script, show_styles, show_oembed]
