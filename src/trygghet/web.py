"""Between HTTP and the features: routes that name their right, pages and partials, refusals in Swedish, headers."""

from __future__ import annotations

import contextlib
import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar import get as litestar_get
from litestar import post as litestar_post
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, PermissionDeniedException, ValidationException
from litestar.middleware import ASGIMiddleware
from litestar.response import Redirect, Template

from trygghet import clock, database, kept, shield, tenancy
from trygghet.kept import Kept, NotStored
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act, Asking, Role
from trygghet.tongue import SWEDISH

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
SESSION_COOKIE = "trygghet_session"  # with the prefix __Host- over https: no other host of the domain can set it


class SignInFirst(Exception):
    """Nobody is signed in where somebody must be."""


class NotYours(Exception):
    """Signed in, but the role here does not include this."""


# ---------------------------------------------------------------- routes
def get(path: str | list[str], *, may: Act, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A route that reads. `may` is the right that it needs."""
    return litestar_get(path, opt=_opt(may), guards=[_allowed], include_in_schema=False, **options)


def post(path: str, *, may: Act, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A route that changes something. `may` is the right that it needs; CSRF is checked before it is reached."""
    options.setdefault("status_code", 200)
    return litestar_post(path, opt=_opt(may), guards=[_allowed], include_in_schema=False, **options)


def _opt(may: Act) -> dict[str, Any]:
    return {"may": may}


def public(**options: Any) -> dict[str, Any]:
    """`opt` for residents' routes: no session is looked up and no cookie set, so that caches may keep the answer."""
    return {"may": Act.ANYONE, "exclude_from_csrf": True, "cookieless": True, **options}


def _allowed(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    may: Act = handler.opt["may"]
    if may is Act.ANYONE:
        return
    if may is Act.EXAMPLE:
        if not connection.app.state.settings.example:
            raise NotFound
        return
    who = connection.scope["state"].get("asking")
    if who is None:
        raise SignInFirst
    if not who.may(may):
        raise NotYours


def asking(request: Request[Any, Any, Any]) -> Asking:
    """Who is signed in. Raises `SignInFirst`."""
    who: Asking | None = request.scope["state"].get("asking")
    if who is None:
        raise SignInFirst
    return who


def now(request: Request[Any, Any, Any]) -> dt.datetime:
    """The product's time, read once for the request."""
    moment: dt.datetime = request.scope["state"]["now"]
    return moment


def today(request: Request[Any, Any, Any]) -> dt.date:
    """The calendar day in Sweden at `now`."""
    return clock.day(now(request))


def _cookie_name(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    return f"__Host-{SESSION_COOKIE}" if request.app.state.settings.https else SESSION_COOKIE


def session_token(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The session cookie that the browser sent, or nothing."""
    return request.cookies.get(_cookie_name(request), "")


def session_cookie(request: Request[Any, Any, Any], token: str) -> Cookie:
    """The cookie that carries a session; an empty token takes it away. It lives as long as the browser does."""
    return Cookie(
        _cookie_name(request),
        value=token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.https,
        max_age=None if token else 0,
    )


def home(who: Asking) -> str:
    """The first page that a role has: a reporter comes to report, and an administrator to the members."""
    if who.here.roles == {Role.REPORTER}:
        return "/rapportera"
    return "/medlemmar" if who.here.roles == {Role.ADMINISTRATOR} else "/oversikt"


# ---------------------------------------------------------------- answers
def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any) -> Template:
    """A whole page, or a partial when the template's name says so (`_row.html`); both get the same surroundings."""
    state = request.scope["state"]
    return Template(
        template,
        status_code=status,
        context={
            "asking": state.get("asking"),
            "now": state.get("now"),
            "today": clock.day(state["now"]) if "now" in state else None,
            "nonce": state.get("nonce", ""),
            "example": request.app.state.settings.example,
            "strip": state.get("strip"),
            "alarms": state.get("alarms", ()),
            "path": request.url.path,
            "csrf_token": _csrf(request),
            "public_url": request.app.state.settings.public_url,
            "t": state.get("tongue", SWEDISH),
            **context,
        },
    )


def _csrf(request: Request[Any, Any, Any]) -> str:
    from litestar.utils.scope.state import ScopeState

    token = ScopeState.from_scope(request.scope).csrf_token
    if isinstance(token, str):
        return token
    config = request.app.csrf_config
    if config is None or _is_cookieless(request.scope):
        return ""
    return request.cookies.get(config.cookie_name, "")  # a page about an unknown address or an old form has met no CSRF check


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx asks for a partial. A page restored from history asks for the whole page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def go(path: str) -> Redirect:
    """Sends the browser on after a change, so that a reload repeats nothing."""
    return Redirect(path, status_code=303)


async def form(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The form's text fields as they can be seen, trimmed; uploads and the CSRF token left out."""
    return {key: shield.seen(value) for key, value in (await request.form()).items() if isinstance(value, str) and key != "_csrf_token"}


# ---------------------------------------------------------------- errors become Swedish answers
def _render(request: Request[Any, Any, Any], status: int, title: str, text: str, **context: Any) -> Template:
    if request.scope["state"].get("asking") is None:
        context |= {"path": "", "here": "/"}  # residents' frame names the page that it is, and what was asked for may be a secret or a trap
    return page(request, "_error.html" if is_htmx(request) else "error.html", status=status, title=title, text=text, **context)


def on_not_found(request: Request[Any, Any, Any], _: Exception) -> Template:
    """404, the same for what is absent and for what is somebody else's."""
    if request.scope["state"].get("asking") is None:
        return _render(request, 404, "Sidan finns inte", "Adressen kan vara felskriven, eller så är sidan inte öppen för alla.", lost=True)
    return _render(request, 404, "Sidan finns inte", "Adressen leder ingenstans, eller så hör det den leder till en annan organisation.")


def on_sign_in_first(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    """To the sign-in page, and back afterwards. What was typed goes along; a page that htmx asks for stays with all that is typed in it."""
    if is_htmx(request):
        return _stay(request, 401)
    if request.method not in {"GET", "HEAD"} and (typed := kept.of(request)):
        return door(request, status=401, typed=typed)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go(f"/logga-in?vidare={quote(wanted)}" if request.method in {"GET", "HEAD"} else "/logga-in")


def _on_old_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """A form whose token does not fit, most often because the browser was closed in between. Is it from a page of ours, nothing typed is lost."""
    if kept.is_from_here(request, request.app.state.settings.public_url) and request.route_handler.opt.get("may") is not Act.ANYONE:
        signed_in = request.scope["state"].get("asking") is not None
        if is_htmx(request):
            return _stay(request, 403 if signed_in else 401)
        if typed := kept.of(request):
            return hand_back(request, typed, status=403) if signed_in else door(request, status=401, typed=typed)
    return _render(request, 403, "Sidan hade legat öppen för länge", "Inget sparades. Gå tillbaka, ladda om sidan och gör om det.")


def _stay(request: Request[Any, Any, Any], status: int) -> Template:
    """For htmx: a line on the page as it stands, and a token that fits for all its forms; nothing that is typed in it goes away."""
    token, cookie = kept.csrf(request)
    answer = page(request, "_stay.html", status=status, signed_out=status == 401)  # noqa: PLR2004
    answer.headers |= {"HX-Retarget": "#besked", "HX-Reswap": "innerHTML", "HX-Reselect": "#besked-text", "HX-Trigger": json.dumps({"token": token})}
    return _with(answer, cookie)


def door(
    request: Request[Any, Any, Any],
    *,
    status: int = 200,
    email: str = "",
    onward: str = "",
    errors: dict[str, str] | None = None,
    typed: Kept | None = None,
) -> Template:
    """The sign-in page. `onward` is the address to go to afterwards; `typed` is what waits to be sent again."""
    token, cookie = kept.csrf(request)
    found = {"email": email, "vidare": onward, "errors": errors or {}, "problem": (errors or {}).get("", ""), "csrf_token": token}
    sealed = kept.seal(typed, request.app.state.settings.secret_key) if typed and not typed.too_large else ""
    return _with(page(request, "members/sign_in.html", status=status, typed=typed, sealed=sealed, **found), cookie)


def hand_back(request: Request[Any, Any, Any], typed: Kept, *, status: int = 200) -> Template:
    """What was typed, with one button that sends it where it was going. Nothing is sent by itself."""
    token, cookie = kept.csrf(request)
    return _with(page(request, "kept.html", status=status, typed=typed, csrf_token=token), cookie)


def _with(answer: Template, cookie: Cookie | None) -> Template:
    if cookie is not None:
        answer.set_cookie(cookie)
    return answer


def on_not_yours(request: Request[Any, Any, Any], _: Exception) -> Template:
    """403 inside one's own organisation."""
    return _render(request, 403, "Din roll räcker inte hit", "Den som är administratör hos er kan ändra vad du får göra.")


def on_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Template:
    """422 with the sentence; pages that show it beside a field catch the refusal themselves."""
    return _render(request, 422, "Det gick inte", refusal.sentence)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own refusals: unknown addresses, a form that is too old, a body that is too large."""
    if error.status_code in {404, 405} or isinstance(error, ValidationException):
        return on_not_found(request, error)
    if error.status_code == 413:  # noqa: PLR2004
        return _render(
            request, 413, "Det du skickade är för stort", "Inget sparades. Gå tillbaka, välj en mindre bild eller skriv kortare, och försök igen."
        )
    if isinstance(error, PermissionDeniedException):
        return _on_old_form(request)
    return _render(request, error.status_code, "Det gick inte", "Begäran kunde inte läsas. Gå tillbaka och försök igen.")


def on_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """400 for a form whose bytes are no text in the encoding that it names; the framework lets Python's own error through."""
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    if not is_form or type(error) not in {UnicodeDecodeError, LookupError}:  # more narrow ones are mistakes of ours
        return on_bug(request, error)
    return on_http_error(request, HTTPException(status_code=400))


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Template:
    """Anything else is ours to mend: 500, logged once, nothing of it shown."""
    route = request.scope.get("path_template", "")  # an address itself may be a secret
    log.error("bug", route=route, method=request.method, request_id=request.scope["state"].get("request_id"), exc_info=error)
    return _render(request, 500, "Något gick fel hos oss", "Inget av det du gjorde sparades till hälften. Försök igen om en stund.")


ERRORS: dict[Any, Any] = {
    NotFound: on_not_found,
    SignInFirst: on_sign_in_first,
    NotYours: on_not_yours,
    Refusal: on_refusal,
    NotStored: lambda request, error: on_refusal(request, error.refusal),
    HTTPException: on_http_error,
    UnicodeDecodeError: on_unreadable,
    LookupError: on_unreadable,
    Exception: on_bug,
}


# ---------------------------------------------------------------- around every request
class Surroundings(ASGIMiddleware):
    """Puts time and the signed-in person into the request, once it is known which route it is for."""

    exclude_opt_key = "bare"  # files and /health/live answer also when the database does not

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP:
            if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
                raise NotFound  # PostgreSQL's text cannot hold it, so nothing has that name
            await look_around(scope)
            with database.barred(await kept.objection(Request[Any, Any, Any](scope, receive))):
                await next_app(scope, receive, send)
            return
        await next_app(scope, receive, send)


async def look_around(scope: Scope) -> None:
    """Reads the clock and the session cookie; a route for residents has no use for the cookie."""
    app, state = scope["litestar_app"], scope["state"]
    state["now"] = await app.state.clock.now()
    if not _is_cookieless(scope):
        token = session_token(Request[Any, Any, Any](scope))
        state["asking"] = await tenancy.asking(token, wall=clock.wall(), today=clock.day(state["now"])) if token else None


async def after_exception(_: Exception, scope: Scope) -> None:
    """An address without a route has passed no middleware; its page gets its surroundings here, if they can be had at all."""
    await kept.let_go(scope)
    if scope["type"] == ScopeType.HTTP and "now" not in scope["state"]:
        with contextlib.suppress(Exception):  # an error page without a menu is better than none
            await look_around(scope)


class Edge:
    """The outermost of all, so that nothing leaves without its headers: unknown addresses, static files and faults included.

    HEAD is answered as GET without the body.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        inner = cast("Scope", {**scope, "method": "GET"} if is_head else {**scope})
        state = inner.setdefault("state", {})
        state["nonce"], state["request_id"] = secrets.token_urlsafe(16), secrets.token_hex(8)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                if b"content-security-policy" in present:
                    present.add(b"x-frame-options")  # a page with a policy of its own says there who may frame it
                added = _headers(state["nonce"], https=self.https, for_caches=_is_cookieless(inner) and message["status"] < 400)  # noqa: PLR2004
                message["headers"] = [*message["headers"], *((name, value) for name, value in added if name not in present)]
            elif message["type"] == "http.response.body" and is_head:
                message["body"] = b""
            await send(message)

        await self.app(inner, receive, send_on)


def _is_cookieless(scope: Scope) -> bool:
    return bool(getattr(scope.get("route_handler"), "opt", {}).get("cookieless"))


def content_policy(nonce: str, *more: str) -> str:
    """What a page of ours may load and do: our own files, and scripts that carry the request's nonce. `more` are directives one page adds."""
    own = ("script-src 'nonce-{}'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "font-src 'self'")
    return "; ".join(["default-src 'none'", *own, "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", *more]).format(nonce)


def _headers(nonce: str, *, https: bool, for_caches: bool) -> list[tuple[bytes, bytes]]:
    found = [
        (b"content-security-policy", content_policy(nonce).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        (b"cache-control", b"public, max-age=60" if for_caches else b"no-store"),
    ]
    if https:
        found.append((b"strict-transport-security", b"max-age=31536000"))
    return found


TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
