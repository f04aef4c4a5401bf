"""Somebody goes to another server, gives us leave there and comes back; and leave is taken back when an account is disconnected."""

from __future__ import annotations

import contextlib
import json
import secrets
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from trygghet import channels, database
from trygghet.accounts import rules, store, typed
from trygghet.accounts.typed import Wanted
from trygghet.channels import NotSent, Unclear, atproto, oauth, wordpress
from trygghet.channels.atproto import Identity
from trygghet.channels.oauth import App
from trygghet.channels.sealing import seal, unseal
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.channels import Account
    from trygghet.channels.http import Http
    from trygghet.connections.rules import Connection
    from trygghet.settings import Settings
    from trygghet.tenancy import Asking


class Leave(NamedTuple):
    """Where somebody goes to give us leave."""

    url: str
    host: str


def refused(no: NotSent | Unclear, field: str) -> Refusal:
    """What a server said, to somebody who waits for it: nothing is tried again by itself."""
    return Refusal("account.refused", field=field, why=rules.for_who_waits(no.reason))


async def reach(url: str, field: str, settings: Settings) -> None:
    """Looks where an address leads, and sends nothing. Raises `Refusal` where we may not speak to it."""
    try:
        await channels.to_typed(settings).aims(url, {})
    except NotSent as no:
        raise refused(no, field) from None


async def answers(url: str, field: str, settings: Settings) -> None:
    """Looks whether somebody answers there at all, whatever it is. Raises `Refusal`."""
    try:
        await channels.to_typed(settings).request("HEAD", url)
    except (NotSent, Unclear) as no:
        raise refused(no, field) from None


# ---------------------------------------------------------------- there and back
async def begin(channel: str, base_url: str, kept: dict[str, str], *, by: Asking, settings: Settings, wall: dt.datetime) -> str:
    """Remembers for ten minutes that this person goes to another server. Returns the `state` that must come back with them."""
    state = secrets.token_urlsafe(24)
    sealed = seal(settings.secret_keys, json.dumps({**kept, "state": state}))
    async with database.within(by.organisation):
        row = await store.begin(by.organisation, by.person_id, channel, base_url, sealed, wall + rules.MINUTES, wall)
    return f"{row}.{state}"


async def returned(channel: str, state: str, *, by: Asking, settings: Settings, wall: dt.datetime) -> tuple[str, dict[str, str]]:
    """The server that this person went to and what we remembered, once. Raises `Refusal` where it was somebody else, too late, or made up."""
    row, _, secret = state.partition(".")
    row_id = typed.row_id(row)
    async with database.within(by.organisation):
        found = await store.take(by.organisation, row_id, by.person_id, wall) if row_id else None
    if found is not None and found[0] == channel:
        kept: dict[str, str] = json.loads(unseal(settings.secret_keys, found[2].decode("ascii")) or "{}")
        if kept and secrets.compare_digest(kept["state"].encode(), secret.encode()):
            return found[1], kept
    raise Refusal("account.too_late")


# ---------------------------------------------------------------- Mastodon
def back_at(settings: Settings) -> str:
    """Where a Mastodon server sends people back to."""
    return f"{settings.public_url}/kopplingar/mastodon/klar"


async def at_mastodon(base_url: str, renews: UUID | None, *, by: Asking, settings: Settings, now: dt.datetime, wall: dt.datetime) -> Leave:
    """Makes us known to the server, once, and says where to log in. Raises `Refusal`."""
    await reach(base_url, "server", settings)
    app = await _app(base_url, settings, now)
    verifier = secrets.token_urlsafe(48)
    state = await begin("mastodon", base_url, {"verifier": verifier, "renews": str(renews or "")}, by=by, settings=settings, wall=wall)
    return Leave(oauth.authorize_url(base_url, app, back_at(settings), state=state, verifier=verifier), base_url.partition("://")[2])


async def from_mastodon(state: str, code: str, *, by: Asking, settings: Settings, now: dt.datetime, wall: dt.datetime) -> Wanted:
    """The account that the person has given us leave for, with its token. Raises `Refusal`."""
    base_url, kept = await returned("mastodon", state, by=by, settings=settings, wall=wall)
    if not code:
        raise Refusal("account.denied", host=base_url.partition("://")[2])
    app = await _app(base_url, settings, now)
    try:
        token = await oauth.exchange(channels.to_typed(settings), base_url, app, back_at(settings), code=code, verifier=kept["verifier"])
    except NotSent as no:
        if no.account:
            await _forget(base_url)  # it may not know us any more: next time we make ourselves known again
        raise refused(no, "server") from None
    return Wanted("mastodon", base_url.partition("://")[2], base_url, token, "server", renews=typed.row_id(kept["renews"]))


# ---------------------------------------------------------------- WordPress
async def at_wordpress(site: str, renews: UUID | None, *, by: Asking, settings: Settings, wall: dt.datetime) -> Leave:
    """Finds the site's own page for giving programs passwords. Raises `Refusal`."""
    http = channels.to_typed(settings)
    try:
        base_url = (await wordpress.discover(http, site)).base_url
        state = await begin("wordpress", base_url, {"renews": str(renews or "")}, by=by, settings=settings, wall=wall)
        back = f"{settings.public_url}/kopplingar/wordpress/klar?{urlencode({'state': state})}"
        url = await wordpress.authorize_url(http, base_url, "Trygghet", back, back)
    except NotSent as no:
        raise refused(no, "adress") from None
    return Leave(url, base_url.partition("://")[2])


async def from_wordpress(state: str, user: str, password: str, *, by: Asking, settings: Settings, wall: dt.datetime) -> Wanted:
    """The site with the password that it sent along. Which site it is we remember ourselves. Raises `Refusal`."""
    base_url, kept = await returned("wordpress", state, by=by, settings=settings, wall=wall)
    if not user or not password:
        raise Refusal("account.denied", host=base_url.partition("://")[2])
    return typed.by_password(base_url, user, password, typed.row_id(kept["renews"]))


# ---------------------------------------------------------------- where an account lives
async def located(wanted: Wanted, settings: Settings) -> Wanted:
    """The account where it really lives: a Bluesky handle's server, with a session there; a WordPress behind its front door. Raises `Refusal`."""
    http = channels.to_typed(settings)
    try:
        match wanted.channel:
            case "bluesky":
                who = await _identity(http, wanted)
                session = await atproto.sign_in(http, who, wanted.token)
                return wanted._replace(base_url=who.pds, token=session.text())
            case "wordpress":
                found = await wordpress.discover(http, wanted.base_url)  # the site is there, so what it refuses from now on is the password
                return wanted._replace(base_url=found.base_url, field="hemligt_losenord")
            case _:
                return wanted
    except NotSent as no:
        raise refused(no, wanted.field) from None


async def _identity(http: Http, wanted: Wanted) -> Identity:
    """Where a server was typed, what that says of the handle; else what the network does."""
    if not wanted.base_url:
        return await atproto.identify(http, wanted.name)
    try:
        answer = await atproto.call(http, wanted.base_url, "GET", "com.atproto.identity.resolveHandle", params={"handle": wanted.name})
    except Unclear as lost:
        raise NotSent(lost.reason) from lost
    found = answer.json()
    if not isinstance(found, dict) or not isinstance(found.get("did"), str):
        raise NotSent(f"Det finns inget konto som heter {wanted.name} på {wanted.base_url}. Kontrollera namn och server.", permanent=True)
    return Identity(found["did"], wanted.name, wanted.base_url)


# ---------------------------------------------------------------- taking leave back
async def take_back(connection: Connection, account: Account, *, settings: Settings) -> str:
    """Ends our leave at the server, where that can be done. Returns what only a person can do there, in Swedish; empty where nothing is left."""
    token, http = unseal(settings.secret_keys, account.token), channels.to_typed(settings)
    left = rules.leftover(connection)
    if not token:
        return left
    with contextlib.suppress(NotSent, ValueError):
        if connection.channel == "mastodon" and (app := await _known(connection.base_url, settings)) is not None:
            await oauth.revoke(http, connection.base_url, app, token)
            return ""
        if connection.channel == "bluesky":
            await atproto.sign_out(http, connection.base_url, atproto.session(token))
    return left


# ---------------------------------------------------------------- what a server knows us as
async def _app(base_url: str, settings: Settings, now: dt.datetime) -> App:
    """What the server knows us as; once for each server, and again where our own address has changed. Raises `Refusal`."""
    known = await _known(base_url, settings)
    if known is not None:
        return known
    try:
        app = await oauth.register_app(channels.to_typed(settings), base_url, back_at(settings), website=settings.public_url)
    except NotSent as no:
        raise refused(no, "server") from None
    sealed = seal(settings.secret_keys, json.dumps({"id": app.client_id, "secret": app.client_secret, "back": back_at(settings)}))
    async with database.across_organisations():
        await store.across_organisations_keep_app("mastodon", base_url, sealed, now)
    return app


async def _known(base_url: str, settings: Settings) -> App | None:
    async with database.across_organisations():
        sealed = await store.across_organisations_app("mastodon", base_url)
    kept = json.loads((unseal(settings.secret_keys, sealed.decode("ascii")) if sealed else None) or "{}")
    return App(kept["id"], kept["secret"]) if kept.get("back") == back_at(settings) else None


async def _forget(base_url: str) -> None:
    async with database.across_organisations():
        await store.across_organisations_forget_app("mastodon", base_url)
