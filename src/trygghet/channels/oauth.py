"""How a person gives us leave to write in their account at a Mastodon server: the wire of it, without anything that is kept.

OAuth 2.0's authorization code (RFC 6749, 4.1) with PKCE (RFC 7636) and revocation (RFC 7009), and Mastodon's own registration of programs:
https://docs.joinmastodon.org/methods/apps/. Tokens neither expire nor are renewed; they end when they are revoked.
"""

from __future__ import annotations

import base64
import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from trygghet.channels.messages import NotSent, Unclear

if TYPE_CHECKING:
    from trygghet.channels.http import Answer, Http

NAME = "Trygghet"
SCOPES = "read:accounts read:statuses write:statuses write:media"
"""No more than posting and finding again needs."""


class App(NamedTuple):
    """What a server calls this installation, and the secret that it knows it by."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"App({self.client_id})"


async def register_app(http: Http, base_url: str, redirect_uri: str, *, website: str = "") -> App:
    """Makes the installation known to a server, once for all its accounts there. Raises `NotSent` where the server speaks another language."""
    form = {"client_name": NAME, "redirect_uris": redirect_uri, "scopes": SCOPES, **({"website": website} if website else {})}
    found = await _post(http, base_url, "/api/v1/apps", form)
    return App(_word(found, "client_id", base_url), _word(found, "client_secret", base_url))


def authorize_url(base_url: str, app: App, redirect_uri: str, *, state: str, verifier: str) -> str:
    """Where the person goes to say yes. `state` comes back with them; `verifier` is ours to keep (43 to 128 characters, RFC 7636, 4.1)."""
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    return f"{base_url}/oauth/authorize?{urlencode(asked)}"


def challenge(verifier: str) -> str:
    """What the server is told of the verifier beforehand (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


async def exchange(http: Http, base_url: str, app: App, redirect_uri: str, *, code: str, verifier: str) -> str:
    """The token for the code that the person came back with. Raises `NotSent` where the code is used up or not ours."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "scope": SCOPES, "code_verifier": verifier}
    found = await _post(http, base_url, "/oauth/token", {**form, "client_id": app.client_id, "client_secret": app.client_secret})
    return _word(found, "access_token", base_url)


async def revoke(http: Http, base_url: str, app: App, token: str) -> None:
    """Ends the token at the server; one that has ended already is well, whatever the server says of it. Raises `NotSent` where it is away."""
    try:
        await _post(http, base_url, "/oauth/revoke", {"client_id": app.client_id, "client_secret": app.client_secret, "token": token})
    except NotSent as no:
        if not no.account:
            raise


async def _post(http: Http, base_url: str, path: str, form: dict[str, str]) -> Any:
    """No answer is told as it came: it may repeat what it was asked with."""
    try:
        answer = await http.request("POST", base_url + path, headers={"accept": "application/json"}, data=form)
    except Unclear as lost:
        raise NotSent(lost.reason) from lost  # nothing is published by this, and it is begun anew
    _refused(answer, base_url)
    return answer.json()


def _refused(answer: Answer, base_url: str) -> None:
    if answer.status == HTTPStatus.OK:
        return
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise NotSent(f"{base_url} svarade {answer.status}. Försök igen om en stund.")
    raise NotSent(f"{base_url} gav oss inte tillåtelse (svar {answer.status}). Börja om med att ansluta kontot.", permanent=True, account=True)


def _word(found: Any, name: str, base_url: str) -> str:
    word = found.get(name) if isinstance(found, dict) else None
    if not isinstance(word, str) or not word:
        raise NotSent(f"{base_url} svarar inte som en Mastodonserver. Kontrollera adressen.", permanent=True)
    return word
