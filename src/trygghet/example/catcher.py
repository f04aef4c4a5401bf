"""Catches all that the example sends: a real SMTP server, the few calls of a social server that the product makes, and rooms in a chat.

`python -m trygghet.example.catcher`. Mails are files in VAR_DIR/mail, posts and pictures in VAR_DIR/posts; the example's
pages read them from there. Both servers listen on this machine alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import logging
import re
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import aiosmtplib
import structlog
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from litestar import Litestar, Request, Response, delete, get, post, put
from litestar.exceptions import HTTPException, NotAuthorizedException, NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from trygghet import clock, logs, settings
from trygghet.canary.rules import LOCAL_PART

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

log = structlog.get_logger()
MOST_BYTES = 30_000_000
LONGEST_POST = 500
_LEAVE = """<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Exemplets sociala server</title><h1>Exemplets sociala server</h1><p>Trygghet vill skriva inlägg i ett konto här.</p>
<form method="post"><p><label>Konto <input name="konto" value="amal@example.org" required></label></p><p><button>Godkänn</button></p></form></html>"""
KINDS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


class Shelf:
    """A folder of files whose names sort as they came. A reader never meets half a file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._last = folder, 0
        folder.mkdir(parents=True, exist_ok=True)

    def next_name(self) -> str:
        """A name later than all before it: microseconds on the wall."""
        self._last = max(self._last + 1, int(clock.wall().timestamp() * 1_000_000))
        return f"{self._last:018d}"

    def write(self, file_name: str, body: bytes) -> None:
        """Writes beside, then renames."""
        draft = self.folder / f".{file_name}"
        draft.write_bytes(body)
        draft.replace(self.folder / file_name)


class Postbox:
    """What the SMTP server does with a mail: keeps it exactly as it came. The night's trial letter is handed back to whoever takes mail in."""

    def __init__(self, shelf: Shelf, inbound: tuple[str, int] | None = None) -> None:
        self._shelf, self._inbound = shelf, inbound

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """One mail, whoever it is for."""
        assert isinstance(envelope.content, bytes), "the server is told not to decode"
        if all(to.startswith(f"{LOCAL_PART}+") for to in envelope.rcpt_tos):
            return await self._hand_back(envelope, envelope.content)
        name = self._shelf.next_name()
        self._shelf.write(f"{name}.eml", envelope.content)
        log.info("mail_caught", mail=name, recipients=len(envelope.rcpt_tos))
        return "250 2.0.0 OK"

    async def _hand_back(self, envelope: Envelope, content: bytes) -> str:
        """As the mail server of the receiving domain would."""
        if self._inbound is not None:
            host, port = self._inbound
            try:
                await aiosmtplib.send(content, sender=envelope.mail_from, recipients=envelope.rcpt_tos, hostname=host, port=port)
            except (aiosmtplib.SMTPException, OSError) as error:
                log.warning("canary_not_handed_back", error=repr(error)[:200])
                return "451 4.4.1 Try later"
        return "250 2.0.0 OK"


# ---------------------------------------------------------------- the social server
@get("/api/v1/accounts/verify_credentials")
async def who_am_i(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The account that the token belongs to."""
    return _account(request)


@post("/api/v2/media", status_code=200)
async def take_picture(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """A picture that a post may show afterwards."""
    account, sent = _account(request), await request.form()
    body, mime = await sent["file"].read(), sent["file"].content_type
    if mime not in KINDS:
        raise HTTPException(detail="Validation failed: File has contents that are not what they are reported to be", status_code=422)
    shelf: Shelf = request.app.state.shelf
    name = shelf.next_name()
    shelf.write(f"{name}.{KINDS[mime]}", body)
    described = {"id": name, "file": f"{name}.{KINDS[mime]}", "type": "image", "mime": mime, "description": str(sent.get("description", ""))}
    shelf.write(f"{name}.media.json", json.dumps(described | {"account": account["id"]}).encode())
    return described


@post("/api/v1/statuses", status_code=200)
async def take_post(request: Request[Any, Any, Any], data: dict[str, Any]) -> dict[str, Any] | Response[dict[str, str]]:
    """A post. The same account's same idempotency key again is the same post."""
    account, shelf = _account(request), request.app.state.shelf
    text, key = str(data.get("status", "")), request.headers.get("idempotency-key", "")
    for known in _posts(shelf, account["id"]):
        if key and known["idempotency_key"] == key:
            return known
    if not text or len(re.sub(r"https?://\S+", "x" * 23, text)) > LONGEST_POST:
        return Response({"error": f"Validation failed: Text character limit of {LONGEST_POST} exceeded"}, status_code=422)
    name = shelf.next_name()
    kept = {
        "id": name,
        "created_at": clock.wall().isoformat(),
        "text": text,
        "content": _as_html(text),
        "account": account,
        "idempotency_key": key,
        "url": f"{request.base_url}@{account['username']}/{name}",
        "media_attachments": _media(shelf, data.get("media_ids") or []),
    }
    shelf.write(f"{name}.post.json", json.dumps(kept, ensure_ascii=False).encode())
    log.info("post_caught", post=name)
    return kept


@get("/api/v1/accounts/{account_id:str}/statuses")
async def own_posts(
    request: Request[Any, Any, Any], account_id: FromPath[str], limit: FromQuery[int] = 20, max_id: FromQuery[str] = ""
) -> list[dict[str, Any]]:
    """The account's posts, newest first."""
    _account(request)
    return [one for one in _posts(request.app.state.shelf, account_id) if not max_id or one["id"] < max_id][:limit]


@get("/api/v1/statuses/{post_id:str}")
async def read_post(request: Request[Any, Any, Any], post_id: FromPath[str]) -> dict[str, Any]:
    """A post, as everybody may read it."""
    return _post(request.app.state.shelf, post_id)


@put("/api/v1/statuses/{post_id:str}")
async def change_post(request: Request[Any, Any, Any], post_id: FromPath[str], data: dict[str, Any]) -> dict[str, Any]:
    """The same post with other words."""
    account, shelf = _account(request), request.app.state.shelf
    known = _post(shelf, post_id, account["id"])
    text = str(data.get("status", ""))
    kept = {**known, "text": text, "content": _as_html(text), "media_attachments": _media(shelf, data.get("media_ids") or [])}
    shelf.write(f"{post_id}.post.json", json.dumps(kept, ensure_ascii=False).encode())
    log.info("post_changed", post=post_id)
    return kept


@delete("/api/v1/statuses/{post_id:str}", status_code=200)
async def remove_post(request: Request[Any, Any, Any], post_id: FromPath[str]) -> dict[str, Any]:
    """Takes a post away."""
    known = _post(request.app.state.shelf, post_id, _account(request)["id"])
    (request.app.state.shelf.folder / f"{post_id}.post.json").unlink()
    log.info("post_removed", post=post_id)
    return known


@get("/api/v1/instance")
async def instance() -> dict[str, Any]:
    """What the server takes."""
    return {"configuration": {"statuses": {"max_characters": LONGEST_POST, "characters_reserved_per_url": 23, "max_media_attachments": 4}}}


# ---------------------------------------------------------------- leave to write in an account (OAuth 2.0, RFC 6749)
@post("/api/v1/apps", status_code=200)
async def register() -> dict[str, str]:
    """Makes a program known; here all are one."""
    return {"client_id": "exemplet", "client_secret": "exemplet"}


@get("/oauth/authorize")
async def ask_for_leave() -> Response[str]:
    """Where a person says which account it is about. No password is asked for."""
    return Response(_LEAVE, media_type="text/html")


@post("/oauth/authorize")
async def give_leave(request: Request[Any, Any, Any]) -> Redirect:
    """Sends the person back with a code, which is the account's name."""
    asked, name = request.query_params, str((await request.form()).get("konto", "")).strip().removeprefix("@").lower()
    back = {"code": name if "@" in name else f"{name}@example.org", "state": asked.get("state", "")}
    return Redirect(f"{asked['redirect_uri']}?{urlencode(back)}", status_code=303)


@post("/oauth/token", status_code=200)
async def hand_over(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The token for a code."""
    return {"access_token": str((await request.form()).get("code", "")), "token_type": "Bearer"}


@post("/oauth/revoke", status_code=200)
async def take_back() -> dict[str, str]:
    """Leave is taken back; the example's tokens are names, and go on."""
    return {}


# ---------------------------------------------------------------- a program that is told
@post("/webhook/{program:str}", status_code=204)
async def take_event(request: Request[Any, Any, Any], program: FromPath[str]) -> None:
    """A signed message, as Standard Webhooks has it; an unsigned one is refused."""
    shelf: Shelf = request.app.state.shelf
    if not re.fullmatch(r"(v1,[A-Za-z0-9+/=]+ ?)+", request.headers.get("webhook-signature", "")):
        raise NotAuthorizedException(detail="The signature is missing")
    name = shelf.next_name()
    kept = {"id": request.headers.get("webhook-id", ""), "program": program, "told": json.loads(await request.body())}
    shelf.write(f"{name}.event.json", json.dumps(kept, ensure_ascii=False).encode())
    log.info("webhook_caught", told=name)


# ---------------------------------------------------------------- the rooms in a chat
@post("/krokar/{room:str}")
async def take_chat(request: Request[Any, Any, Any], room: FromPath[str]) -> Response[str]:
    """A post in a room, in either of the two forms, answered as Teams and Slack answer."""
    shelf: Shelf = request.app.state.shelf
    try:
        said = json.loads(await request.body())
        cards = [one["content"]["type"] for one in said.get("attachments", ()) if said["type"] == "message"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Response("invalid_payload", status_code=400, media_type="text/plain")
    is_teams = bool(cards) and set(cards) == {"AdaptiveCard"}
    if not is_teams and not isinstance(said.get("text"), str):
        return Response("no_text", status_code=400, media_type="text/plain")
    name = shelf.next_name()
    shelf.write(f"{name}.chat.json", json.dumps({"id": name, "room": room, "form": "teams" if is_teams else "slack", "said": said}).encode())
    log.info("chat_caught", chat=name)
    if is_teams:
        return Response("", status_code=202, headers={"x-ms-workflow-run-id": name}, media_type="text/plain")
    return Response("ok", status_code=200, media_type="text/plain")


def _account(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The example's tokens are the accounts' own names: amal@example.org."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not re.fullmatch(r"[a-z0-9_]+@[a-z0-9.-]+", token):
        raise NotAuthorizedException(detail="The access token is invalid")
    name = token.partition("@")[0]
    return {"id": name, "username": name, "acct": token}


def _posts(shelf: Shelf, account_id: str) -> list[dict[str, Any]]:
    found = [json.loads(path.read_bytes()) for path in sorted(shelf.folder.glob("[0-9]*.post.json"), reverse=True)]
    return [one for one in found if one["account"]["id"] == account_id]


def _post(shelf: Shelf, post_id: str, account_id: str = "") -> dict[str, Any]:
    """One post, an account's own where one is named. Raises `NotFoundException`."""
    path = shelf.folder / f"{post_id}.post.json"
    found: dict[str, Any] = json.loads(path.read_bytes()) if re.fullmatch(r"[0-9]{18}", post_id) and path.is_file() else {}
    if not found or (account_id and found["account"]["id"] != account_id):
        raise NotFoundException(detail="Record not found")
    return found


def _media(shelf: Shelf, ids: list[Any]) -> list[dict[str, Any]]:
    names = [str(one) for one in ids if re.fullmatch(r"[0-9]+", str(one))]
    return [json.loads((shelf.folder / f"{name}.media.json").read_bytes()) for name in names]


def _as_html(text: str) -> str:
    """As a social server hands it out again: paragraphs, and addresses made into links."""
    linked = re.sub(r"https?://[^\s<]+", lambda found: f'<a href="{found[0]}">{found[0]}</a>', html.escape(text))
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in linked.split("\n\n"))


def _error(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, str]]:
    return Response({"error": error.detail}, status_code=error.status_code)


def social_server(folder: Path) -> Litestar:
    """The social server, keeping its posts in the folder."""
    app = Litestar(
        [
            *(who_am_i, instance, take_picture, take_post, read_post, change_post, remove_post, own_posts),
            *(register, ask_for_leave, give_leave, hand_over, take_back),
            *(take_event, take_chat),
        ],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=MOST_BYTES,
        exception_handlers={HTTPException: _error},
    )
    app.state.shelf = Shelf(folder)
    return app


# ---------------------------------------------------------------- both, until they are told to stop
async def catch(chosen: settings.Settings, what: Collection[str]) -> None:
    """Listens until SIGTERM or SIGINT. `what` is mail, posts or both: what a real server does it leaves alone."""
    mail, social = urlsplit(chosen.smtp_url), urlsplit(chosen.example_social_url)
    async with contextlib.AsyncExitStack() as stack:
        if "mail" in what:
            inbound = (settings.near(chosen.inbound_host), chosen.inbound_port) if chosen.inbound_port else None
            postbox = Postbox(Shelf(chosen.var / "mail"), inbound)
            served = await asyncio.get_running_loop().create_server(
                lambda: SMTP(postbox, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, hostname="localhost"), mail.hostname, mail.port or 25
            )
            stack.callback(served.close)
        log.info("catcher_listens", what=sorted(what), smtp=mail.port, social=social.port)
        if "posts" not in what:
            await asyncio.Event().wait()
        host = social.hostname or "127.0.0.1"
        await uvicorn.Server(
            uvicorn.Config(social_server(chosen.var / "posts"), host=host, port=social.port or 80, log_config=None, access_log=False)
        ).serve()


if __name__ == "__main__":
    _chosen = settings.load()
    logs.configure(_chosen.log_level)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # writes whole conversations, and so addresses
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(catch(_chosen, sys.argv[1:] or ["mail", "posts"]))
