"""What is typed to connect an account, as it may be connected. Pure; nothing typed that may be a secret is repeated in a refusal."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from trygghet import shield
from trygghet.accounts.rules import BY_HAND
from trygghet.connections.rules import ASSISTED, HOOK
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from uuid import UUID

LONGEST_NAME, LONGEST_ADDRESS = 80, 2000
FACEBOOK = "https://graph.facebook.com"
_HANDLE = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class Wanted(NamedTuple):
    """An account as it was typed, with its secret; without a `base_url` its server is looked up by its name. `field` is where a refusal of its server belongs; `renews` the connection that it renews."""

    channel: str
    name: str
    base_url: str
    token: str
    field: str
    form: str = ""
    owner_id: UUID | None = None
    renews: UUID | None = None


def wanted(channel: str, typed: Mapping[str, str], here: Collection[str] = ()) -> Wanted:
    """The account that a form asks for, its secret as it is stored. Raises `Refusal`, and `NotFound` for what is no form."""
    read = _FORMS.get(channel)
    if read is None:
        raise NotFound
    return read(typed, here)


def _bluesky(typed: Mapping[str, str], here: Collection[str]) -> Wanted:
    konto = handle(typed.get("konto", ""))
    password = secret(typed.get("hemligt_losenord", ""), "hemligt_losenord")
    base = site(typed["server"], "server", here, whole=False) if typed.get("server") else ""
    return Wanted("bluesky", konto, base, password, "konto")


def by_password(base: str, user: str, password: str, renews: UUID | None = None) -> Wanted:
    """A WordPress with what it has given us."""
    return Wanted("wordpress", base.partition("://")[2], base, json.dumps({"user": user, "password": password}), "adress", renews=renews)


def _wordpress(typed: Mapping[str, str], here: Collection[str]) -> Wanted:
    base = wordpress_site(typed, here)
    user = short(typed.get("anvandare", ""), "Användare", "anvandare")
    password = secret(typed.get("hemligt_losenord", ""), "hemligt_losenord")
    return by_password(base, user, password)


def wordpress_site(typed: Mapping[str, str], here: Collection[str]) -> str:
    """The address of a site. Raises `Refusal`."""
    return site(typed.get("adress", ""), "adress", here)


def _facebook(typed: Mapping[str, str], here: Collection[str]) -> Wanted:
    del here
    page, token = short(typed.get("sida", ""), "Sida", "sida"), secret(typed.get("hemlig_nyckel", ""), "hemlig_nyckel")
    return Wanted("facebook", page, FACEBOOK, json.dumps({"page": page, "token": token}), "sida")


def _assisted(typed: Mapping[str, str], here: Collection[str]) -> Wanted:
    called, where = short(typed.get("namn", ""), "Namn", "namn"), form(typed.get("plats", ""))
    return Wanted(ASSISTED, called, site(typed.get("adress", ""), "adress", here), "", "adress", where, row_id(typed.get("vem", "")))


def _hook(typed: Mapping[str, str], here: Collection[str]) -> Wanted:
    """Its address is a secret of its own, as those of a chat's rooms: only its server is ever shown."""
    called, url = short(typed.get("namn", ""), "Namn", "namn"), site(typed.get("hemlig_adress", ""), "hemlig_adress", here)
    return Wanted(HOOK, called, site(url, "hemlig_adress", here, whole=False), url, "hemlig_adress")


_FORMS: Mapping[str, Callable[[Mapping[str, str], Collection[str]], Wanted]] = {
    "bluesky": _bluesky,
    "wordpress": _wordpress,
    "facebook": _facebook,
    ASSISTED: _assisted,
    HOOK: _hook,
}


def site(text: str, field: str, here: Collection[str] = (), *, whole: bool = True) -> str:
    """An address that we may speak to: https, or http to `here`, the example's own hosts. `whole`: with its path. Raises `Refusal`.

    Nothing of it is repeated: it may be a secret that was pasted in the wrong place.
    """
    typed = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(typed)
        usable = bool(parts.hostname) and parts.port != 0 and not parts.username and not parts.password
    except ValueError:
        raise Refusal("account.address", field=field) from None
    schemes = {"https", "http"} if parts.hostname in here else {"https"}
    if not usable or not re.fullmatch(r"[!-~]+", typed) or len(typed) > LONGEST_ADDRESS or parts.scheme not in schemes:
        raise Refusal("account.address", field=field)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') if whole else ''}{f'?{parts.query}' if whole and parts.query else ''}"


def server(text: str, here: Collection[str] = ()) -> str:
    """A Mastodon server, also from an account's whole name (@amal@social.example.org) or an address on it. Raises `Refusal`."""
    name = text.strip().removeprefix("@")
    return site(name.rpartition("@")[2] if "://" not in name else name, "server", here, whole=False)


def handle(text: str) -> str:
    """A Bluesky handle (https://atproto.com/specs/handle). Raises `Refusal`."""
    found = text.strip().removeprefix("@").lower()
    if not _HANDLE.fullmatch(found):
        raise Refusal("account.handle", field="konto")
    return found


def short(text: str, name: str, field: str) -> str:
    """A name in one line, as `field` asks for it. Raises `Refusal`."""
    shield.check_text(text, name, field=field, longest=LONGEST_NAME, needed=True)
    return text


def form(text: str) -> str:
    """A place where somebody posts by hand. Raises `Refusal`."""
    if text not in BY_HAND:
        raise Refusal("account.form", field="plats")
    return text


def secret(text: str, field: str) -> str:
    """A password or a key. An empty one is none, and never takes the place of one that is there. Raises `Refusal`."""
    if not text:
        raise Refusal("connection.no_secret", field=field)
    return text


def row_id(text: str) -> UUID | None:
    """An id as it came in an address; None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
