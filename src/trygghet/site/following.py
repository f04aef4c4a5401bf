"""/folj: a resident asks to follow by mail, says yes, changes and leaves. No session, no cookie and no token of a form: the letter's link is the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_422_UNPROCESSABLE_ENTITY, HTTP_429_TOO_MANY_REQUESTS

from trygghet import clock, web
from trygghet.followers import actions, rules
from trygghet.site import actions as site
from trygghet.site import answers
from trygghet.site.moved import Moved
from trygghet.swedish import NotFound, Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trygghet.followers.rules import Follower

LARGEST = 20_000
"""Octets of what somebody sends: a form of four short fields."""
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
"""Of what is one follower's own: kept by nobody, and its address is told to nobody."""
_RETRY = {"Retry-After": "3600"}


@litestar.get("/folj", **answers.OPTIONS)
async def show(request: Request[Any, Any, Any]) -> Response[Any]:
    """The form, with what can be followed from the page that one comes from (`kommun`), and what is chosen there already (`vad`)."""
    choices = await _choices(request, request.query_params.get("kommun", ""))
    fields = {"kommun": request.query_params.get("kommun", ""), "vad": request.query_params.get("vad", ""), "takt": "each", "epost": ""}
    return answers.page(request, "site/follow.html", choices=choices, fields=fields, errors={})


async def _choices(request: Request[Any, Any, Any], slug: str) -> Sequence[Mapping[str, Any]]:
    try:
        return await actions.across_organisations_choices(slug[: rules.LONGEST_SUBJECT], web.today(request))
    except NotFound:
        raise await site.across_organisations_absent(slug) from None


@litestar.post("/folj", status_code=HTTP_200_OK, request_max_body_size=LARGEST, **answers.OPTIONS)
async def ask(request: Request[Any, Any, Any]) -> Response[Any] | Redirect:
    """Asks by the form, from a page of ours or anybody's. The answer is the same whoever's address it is."""
    fields = await web.form(request)
    errors = await _asked(request, fields)
    if errors is None:
        return web.go(answers.tongue(request).at("/folj/tack"))
    try:
        choices = await _choices(request, fields.get("kommun", ""))
    except Moved as moved:
        choices = await _choices(request, moved.slug)
    except NotFound:
        choices = []
    kept = {name: fields.get(name, "")[:200] for name in ("kommun", "vad", "takt", "epost")}
    return _own(request, "site/follow.html", status=_status(errors), choices=choices, fields=kept, errors=errors)


@litestar.post("/api/v1/folj", status_code=HTTP_202_ACCEPTED, request_max_body_size=LARGEST, opt=web.public(), include_in_schema=False)
async def ask_by_program(request: Request[Any, Any, Any]) -> Response[Any]:
    """The same as JSON: `epost`, `vad` and `takt`, by the same rules and limits."""
    try:
        body = await request.json()
    except Exception:  # noqa: BLE001 - whatever it is, it is no JSON
        body = None
    errors = await _asked(request, body if isinstance(body, dict) else {})
    if errors is None:
        said = {
            "besked": "Det kommer ett mejl till adressen, om inte flera nyss har skickats dit. Följandet börjar när någon har bekräftat det därifrån."
        }
        return Response(said, status_code=HTTP_202_ACCEPTED, headers={**_PRIVATE, **answers.ANYWHERE})
    status = _status(errors)
    headers = {**_PRIVATE, **answers.ANYWHERE, **(_RETRY if status == HTTP_429_TOO_MANY_REQUESTS else {})}
    return Response({"fel": errors}, status_code=status, headers=headers)


async def _asked(request: Request[Any, Any, Any], fields: Mapping[str, Any]) -> dict[str, str] | None:
    """What is wrong with it, by field; None where the letter is on its way or would be."""
    address = request.client.host if request.client else ""
    try:
        wish = rules.wish(fields, answers.tongue(request))
        secret = request.app.state.settings.secret_key
        await actions.across_organisations_ask(wish, address=address, secret_key=secret, now=web.now(request), wall=clock.wall())
    except (Refusal, Slips) as no:
        return answers.tongue(request).refused(no)
    return None


def _status(errors: Mapping[str, str]) -> int:
    """Too much from the same place is no fault of any field."""
    return HTTP_429_TOO_MANY_REQUESTS if "" in errors else HTTP_422_UNPROCESSABLE_ENTITY


@litestar.get("/folj/tack", **answers.OPTIONS)
async def show_thanks(request: Request[Any, Any, Any]) -> Response[Any]:
    """What happens next, to everybody who has asked."""
    return answers.page(request, "site/follow_thanks.html")


@litestar.get("/folj/{link:str}", **answers.OPTIONS)
async def show_mine(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """What somebody follows, with a button. Nothing changes: mail scanners open every link."""
    return _mine(request, link, await actions.across_organisations_get(_named(request, link)))


@litestar.post("/folj/{link:str}", status_code=HTTP_200_OK, request_max_body_size=LARGEST, **answers.OPTIONS)
async def change_mine(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Says yes, or asks to be told more or less often."""
    who, fields = _named(request, link), await web.form(request)
    if "takt" not in fields:
        secret = request.app.state.settings.secret_key
        return _mine(request, link, await actions.across_organisations_confirm(who, secret_key=secret, now=web.now(request)), done="bekraftat")
    try:
        changed = await actions.across_organisations_change(who, fields["takt"], answers.tongue(request), now=web.now(request))
        return _mine(request, link, changed, done="andrat")
    except Refusal as no:
        found = await actions.across_organisations_get(who)
        return _mine(request, link, found, status=HTTP_422_UNPROCESSABLE_ENTITY, errors=answers.tongue(request).refused(no))


@litestar.get("/folj/{link:str}/sluta", **answers.OPTIONS)
async def show_leaving(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """A button that ends it. Nothing changes."""
    return _mine(request, link, await actions.across_organisations_get(_named(request, link)), leaving=True)


@litestar.post("/folj/{link:str}/sluta", status_code=HTTP_200_OK, request_max_body_size=LARGEST, **answers.OPTIONS)
async def leave(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Ends it, for a mail program as for the page's own button (RFC 8058 section 3.1). Answered here and now: no redirect is followed."""
    secret = request.app.state.settings.secret_key
    await actions.across_organisations_leave(_named(request, link), secret_key=secret, now=web.now(request))
    return _mine(request, link, None)


def _named(request: Request[Any, Any, Any], link: str) -> UUID:
    found = rules.named_by(link, request.app.state.settings.secret_keys)
    if found is None:
        raise NotFound
    return found


def _mine(
    request: Request[Any, Any, Any],
    link: str,
    follower: Follower | None,
    *,
    status: int = HTTP_200_OK,
    leaving: bool = False,
    done: str = "",
    errors: dict[str, str] | None = None,
) -> Response[Any]:
    found = {"follower": follower, "link": f"/folj/{link}", "leaving": leaving, "done": done, "errors": errors or {}}
    return _own(request, "site/follow_mine.html", status=status, **found)


def _own(request: Request[Any, Any, Any], template: str, *, status: int, **context: Any) -> Response[Any]:
    """One person's own page. It is not told when it would be the same another time."""
    headers = {**_PRIVATE, **(_RETRY if status == HTTP_429_TOO_MANY_REQUESTS else {})}
    return Response(answers.drawn(request, template, **context), status_code=status, media_type="text/html", headers=headers)


handlers = [show, ask, ask_by_program, show_thanks, show_mine, change_mine, show_leaving, leave]
