"""What somebody had typed when their sign-in had ended: sealed into the page where they sign in, and handed back to be sent again.

Nothing of it is stored. The seal says that this very text came here once from a page of ours, so that nobody can make the
product hand out a form with an address or words of their own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from litestar.datastructures import Cookie
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash, generate_csrf_token
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState

from trygghet import shield
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from litestar import Request
    from litestar.types import Scope

LARGEST = 200_000
"""Bytes that are carried along; more must be fetched by going back in the browser."""
FIELD = "kvar"
"""The sealed text's name in the sign-in form."""
_SECRET = re.compile(r"password|l[oö]sen|hemlig", re.IGNORECASE)
_FORMS = {RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART}
_NEVER_STORED = re.compile(rf"{_SECRET.pattern}|^(?:igen|_csrf_token|{FIELD})$", re.IGNORECASE)
"""Fields that are compared, hashed or handed back, and never stored as they were typed."""
_MACHINE = re.compile(r"[0-9a-f-]{16,}|[0-9]{1,4}", re.IGNORECASE)
"""Ids, hashes and page numbers, which stand in hidden fields and which nobody typed."""


@dataclass(frozen=True)
class Kept:
    """A form as it was sent to `path`: its text fields, and the names of `files`, which must be chosen again. Passwords are never kept.

    What is `too_large` has no fields.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()
    too_large: bool = False

    @property
    def typed(self) -> list[str]:
        """The texts that a person may know as their own."""
        return [value for _, value in self.fields if value.strip() and not _MACHINE.fullmatch(value.strip())]


def collect(path: str, items: Iterable[tuple[str, Any]]) -> Kept | None:
    """What is worth keeping of a form's fields; None where a person has typed nothing, as when they only pressed a button."""
    items = list(items)
    texts = tuple((name, value) for name, value in items if isinstance(value, str) and name != "_csrf_token" and not _SECRET.search(name))
    files = tuple(value.filename for _, value in items if not isinstance(value, str) and value.filename)
    found = Kept(path, texts, files)
    if not found.typed and not files:
        return None
    if sum(len(part.encode("utf-8", "replace")) for pair in texts for part in pair) > LARGEST:
        return Kept(path, (), files, too_large=True)
    return found


def seal(kept: Kept, key: str) -> str:
    """The form as one line of plain characters that nobody can change or make without the installation's key."""
    told = json.dumps([kept.path, kept.fields, kept.files])
    return f"{_mac(told, key)}{told}"


def unseal(sealed: str, key: str) -> Kept | None:
    """The form that was sealed; None for anything else."""
    length = hashlib.sha256().digest_size * 2
    mac, told = sealed[:length], sealed[length:]
    if not _same(mac, _mac(told, key)):
        return None
    path, fields, files = json.loads(told)
    return Kept(path, tuple((name, value) for name, value in fields), tuple(files))


def _mac(told: str, key: str) -> str:
    return hmac.new(key.encode(), f"kept form:{told}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _same(given: str, reckoned: str) -> bool:
    """Without telling by its time how far they are alike; what is given may be anything."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), reckoned.encode())


# ---------------------------------------------------------------- of a request that may go on
class NotStored(Exception):
    """Something in a form must never be stored, and its page had not seen it. No `Refusal`, so that no page takes it for one of its own."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


async def objection(request: Request[Any, Any, Any]) -> NotStored | None:
    """Why nothing that this request sends may be stored: a personal identity number in any field of its form.

    Pages refuse it earlier and say in which field; this holds where one has forgotten to look. Passwords may look like anything.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.content_type[0] not in _FORMS:
        return None
    for field, typed in (await request.form()).multi_items():
        if isinstance(typed, str) and not _NEVER_STORED.search(field) and (number := shield.personal_number(typed)):
            return NotStored(Refusal("text.personal_number", field=field, name="Det du skrev", text=number))
    return None


# ---------------------------------------------------------------- of a request that was turned away
def of(request: Request[Any, Any, Any]) -> Kept | None:
    """What a request to a route of ours carried, as far as it was read before it was turned away; None where nothing was typed."""
    form = ScopeState.from_scope(request.scope).form
    if form is Empty or not form or not request.url.path.startswith("/") or request.url.path.startswith("//"):
        return None
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return collect(path, FormMultiDict.from_form_data(form).multi_items())


async def let_go(scope: Scope) -> None:
    """Closes the files of a request that never reached its page; there the framework does it."""
    form = ScopeState.from_scope(scope).form
    if form is not Empty and form:
        await FormMultiDict.from_form_data(form).close()


def is_from_here(request: Request[Any, Any, Any], public_url: str) -> bool:
    """Whether the browser says that the form was sent from a page of ours. A form that somebody else's page sends is not kept."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc in {urlsplit(public_url).netloc, request.headers.get("Host", "")}


def csrf(request: Request[Any, Any, Any]) -> tuple[str, Cookie | None]:
    """The token for a form on a page about a request that was turned away, and the cookie to set where the browser has lost its own."""
    passed = ScopeState.from_scope(request.scope).csrf_token
    if isinstance(passed, str):
        return passed, None
    config = request.app.csrf_config
    assert config is not None, "the application has one"
    held = request.cookies.get(config.cookie_name, "")
    if _same(held[CSRF_SECRET_LENGTH:], generate_csrf_hash(held[:CSRF_SECRET_LENGTH], config.secret)):
        return held, None
    token = generate_csrf_token(config.secret)
    return token, Cookie(
        config.cookie_name, value=token, path="/", httponly=config.cookie_httponly, secure=config.cookie_secure, samesite=config.cookie_samesite
    )
