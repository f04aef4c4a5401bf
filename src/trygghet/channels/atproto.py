"""AT Protocol's wire: calls and what their errors mean, who is behind a handle, and sessions by app password.

https://atproto.com/specs/xrpc, https://atproto.com/specs/handle, https://atproto.com/specs/did. An error's name is what counts: a session that has run
out is 400, and so is a post that is too long.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet.channels.http import retry_after, until
from trygghet.channels.messages import NotSent, Unclear

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.channels.http import Answer, Http

RESOLVER, DIRECTORY = "https://public.api.bsky.app", "https://plc.directory"
"""Who knows which account a handle is, and where accounts say on which server they live."""
_HANDLE = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_DID = re.compile(r"did:(plc:[a-z2-7]{24}|web:[a-z0-9.-]+)")
_LOCKED_OUT = re.compile(
    r"InvalidToken|ExpiredToken|AuthMissing|AuthenticationRequired|AuthFactorTokenRequired|(Account|Repo)\w+|Forbidden|InvalidPassword"
)


@dataclass(frozen=True)
class Session:
    """What an account is opened with. `access` is good for about two hours, `refresh` for ninety days, and the app password until it is revoked."""

    did: str
    pds: str
    password: str = field(repr=False)
    access: str = field(repr=False)
    refresh: str = field(repr=False)

    def text(self) -> str:
        """As it is sealed."""
        return json.dumps({"password": self.password, "accessJwt": self.access, "refreshJwt": self.refresh, "pds": self.pds, "did": self.did})


def session(text: str) -> Session:
    """What was sealed. Raises `ValueError`."""
    found = json.loads(text)
    return Session(*(str(found[name]) for name in ("did", "pds", "password", "accessJwt", "refreshJwt")))


class Identity(NamedTuple):
    """An account: its name for ever, its handle now, and the server that it lives on."""

    did: str
    handle: str
    pds: str


# ---------------------------------------------------------------- calls
async def call(
    http: Http, base_url: str, method: str, name: str, *, token: str = "", headers: Mapping[str, str] | None = None, **content: Any
) -> Answer:
    """One call (XRPC). Raises what `Http` does, and nothing for an error that was answered."""
    said = {**({"authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
    return await http.request(method, f"{base_url}/xrpc/{name}", headers=said, **content)


def code(answer: Answer) -> str:
    """The error's name; empty where the answer has none."""
    found = answer.json() if answer.status >= HTTPStatus.BAD_REQUEST else None
    return str(found.get("error", "")) if isinstance(found, dict) else ""


def refused(answer: Answer, base_url: str, name: str) -> None:
    """Raises `NotSent` for every answer that says that nothing was done, and `Unclear` where nobody can say. `name` is the account's."""
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return
    said = code(answer) or str(answer.status)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise NotSent(f"{name} har skrivit så mycket som servern tillåter just nu. Vi försöker igen.", after=_until_reset(answer))
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or _LOCKED_OUT.fullmatch(said):
        raise NotSent(f"{name} släpper inte in oss längre ({said}). Anslut kontot igen med ett nytt applösenord.", permanent=True, account=True)
    if answer.status < HTTPStatus.BAD_REQUEST or answer.status == HTTPStatus.NOT_FOUND:
        raise NotSent(f"{base_url} är ingen server för Bluesky längre ({said}). Anslut kontot igen.", permanent=True, account=True)
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        raise NotSent(f"{base_url} svarade {said}. Vi försöker igen.", after=retry_after(answer))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unclear(f"{base_url} svarade med fel {answer.status}. Det kan ha kommit fram ändå.")
    raise NotSent(f"{base_url} tog inte emot inlägget: {said}{_why(answer)}. Ändra uppdateringen.", permanent=True)


def _why(answer: Answer) -> str:
    found = answer.json()
    why = found.get("message") if isinstance(found, dict) else None
    return f", ”{why[:200]}”" if isinstance(why, str) else ""


def _until_reset(answer: Answer) -> dt.timedelta | None:
    """How long the server asks us to wait: its reset is in seconds since 1970, where it does not say it in so many seconds."""
    asked = retry_after(answer)
    try:
        return asked if asked is not None else until(answer, dt.datetime.fromtimestamp(int(answer.headers["ratelimit-reset"]), dt.UTC))
    except (KeyError, ValueError, OverflowError, OSError):
        return None


# ---------------------------------------------------------------- who it is
async def identify(http: Http, handle: str, *, resolver: str = RESOLVER, directory: str = DIRECTORY) -> Identity:
    """The account behind a handle as it was typed, held against what the account says of itself. Raises `NotSent` with what to do."""
    name = handle.strip().lstrip("@").rstrip(".").lower()
    if not _HANDLE.fullmatch(name):
        raise NotSent(f"”{handle.strip()[:80]}” är inget användarnamn på Bluesky. Skriv det som kommunen.bsky.social.", permanent=True)
    did = await _did(http, name, resolver)
    where = f"{directory}/{did}" if did.startswith("did:plc:") else f"https://{did.removeprefix('did:web:')}/.well-known/did.json"
    document = (await _get(http, where)).json()
    known = document.get("alsoKnownAs", []) if isinstance(document, dict) else []
    services = document.get("service", []) if isinstance(document, dict) else []
    pds = next((one.get("serviceEndpoint") for one in services if str(one.get("id", "")).endswith("#atproto_pds")), None)
    if f"at://{name}" not in known or not isinstance(pds, str):
        raise NotSent(f"Kontot {name} känns inte igen av den server som det säger sig finnas på. Kontrollera namnet.", permanent=True)
    return Identity(did, name, pds.rstrip("/"))


async def _did(http: Http, handle: str, resolver: str) -> str:
    """By the network's own look-up, and else by the handle's website (which is how one without a record in DNS is proved)."""
    found = ""
    answer = await _get(http, f"{resolver}/xrpc/com.atproto.identity.resolveHandle", {"handle": handle})
    if answer.status == HTTPStatus.OK and isinstance(said := answer.json(), dict):
        found = str(said.get("did", ""))
    elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        answer = await _get(http, f"https://{handle}/.well-known/atproto-did")
        found = answer.text.strip() if answer.status == HTTPStatus.OK else ""
    if not _DID.fullmatch(found):
        raise NotSent(f"Det finns inget konto som heter {handle}. Kontrollera namnet.", permanent=True)
    return found


async def _get(http: Http, url: str, params: dict[str, str] | None = None) -> Answer:
    try:
        return await http.request("GET", url, params=params)
    except Unclear as lost:
        raise NotSent(lost.reason) from lost


# ---------------------------------------------------------------- sessions
async def sign_in(http: Http, identity: Identity, password: str) -> Session:
    """A session by app password. A server allows thirty in five minutes and three hundred a day, so they are kept. Raises `NotSent`."""
    asked = {"identifier": identity.did, "password": password}
    answer = await _ask(http, identity.pds, "com.atproto.server.createSession", identity.handle, json=asked)
    return _renewed(Session(identity.did, identity.pds, password, "", ""), answer, identity.handle)


async def renew(http: Http, base_url: str, kept: Session, name: str) -> Session:
    """The session with new tokens: by its refresh token, and where that has run out by the app password. Raises `NotSent`."""
    try:
        answer = await _ask(http, base_url, "com.atproto.server.refreshSession", name, token=kept.refresh)
    except NotSent as no:
        if not no.account:
            raise
        answer = await _ask(http, base_url, "com.atproto.server.createSession", name, json={"identifier": kept.did, "password": kept.password})
    return _renewed(kept, answer, name)


async def sign_out(http: Http, base_url: str, kept: Session) -> None:
    """Ends the session; one that has ended already is well. What the server has given for two hours goes on until then. Raises `NotSent`."""
    try:
        await _ask(http, base_url, "com.atproto.server.deleteSession", kept.did, token=kept.refresh)
    except NotSent as no:
        if not no.account:
            raise


async def _ask(http: Http, base_url: str, method: str, name: str, **content: Any) -> Answer:
    """A call about the session itself, which publishes nothing whatever becomes of it."""
    try:
        answer = await call(http, base_url, "POST", method, **content)
        refused(answer, base_url, name)
    except Unclear as lost:
        raise NotSent(f"{lost.reason} Vi försöker igen.") from lost
    return answer


def _renewed(kept: Session, answer: Answer, name: str) -> Session:
    found = answer.json()
    try:
        return replace(kept, access=str(found["accessJwt"]), refresh=str(found["refreshJwt"]))
    except (KeyError, TypeError):
        raise NotSent(f"Servern för {name} svarade med något som inte går att läsa. Vi försöker igen.") from None
