"""Mails on our own letter paper: subject, plain text and HTML, from a folder of templates under templates/mail/."""

from __future__ import annotations

import base64
import hmac
from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from trygghet import swedish
from trygghet.channels.messages import Letter
from trygghet.settings import ROOT, Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


class Envelope(NamedTuple):
    """Whom a letter is for, what makes a repeat of it known for one, and where it comes back when it cannot be delivered."""

    name: str
    address: str
    message_id: str
    return_path: str = ""


def host(settings: Settings) -> str:
    """The domain that our mails come from; Message-IDs end in it."""
    return _domain(settings.mail_from)


@cache
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


BOUNCES = "studs"
"""What the local part of a return path begins with, before a plus sign."""
_SEAL = 10
"""Octets of the seal: 80 bits, of which somebody would have to guess half, one mail at a time."""


def envelope(settings: Settings, name: str, address: str, letter_id: UUID) -> Envelope:
    """The envelope of the letter with that id: Message-ID and return path are made of it and are the same at every attempt."""
    return Envelope(name, address, message_id(settings, letter_id), return_path(settings, letter_id))


def message_id(settings: Settings, letter_id: UUID) -> str:
    """The same for every attempt, so that a mail that arrives twice can be known for one."""
    return f"<{letter_id}@{host(settings)}>"


def return_path(settings: Settings, letter_id: UUID) -> str:
    """The envelope sender of the letter with that id; what comes back to it tells by itself which letter it was (VERP).

    Empty where nobody takes in what comes back: a return path that its own server does not know has mail refused.
    """
    if not settings.return_domain:
        return ""
    token = base64.b32encode(letter_id.bytes + _seal(settings, letter_id)).decode().rstrip("=").lower()  # servers may change the case
    return f"{BOUNCES}+{token}@{settings.return_domain}"


def returned(settings: Settings, address: str) -> UUID | None:
    """The id of the letter that an address names as its return path; None when the address is not one of ours or its seal is not."""
    local, _, domain = address.lower().rpartition("@")
    word, _, token = local.partition("+")
    if word != BOUNCES or domain != settings.return_domain:
        return None
    try:
        found = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    if len(found) != _ID + _SEAL:
        return None
    letter_id = UUID(bytes=found[:_ID])
    return letter_id if hmac.compare_digest(found[_ID:], _seal(settings, letter_id)) else None


_ID = 16


def _seal(settings: Settings, letter_id: UUID) -> bytes:
    key = hmac.digest(settings.secret_key.encode(), b"trygghet return path", "sha256")  # a key of its own: nothing else is sealed with it
    return hmac.digest(key, letter_id.bytes, "sha256")[:_SEAL]


def write(folder: str, words: Mapping[str, Any], envelope: Envelope, *, at: dt.datetime) -> Letter:
    """The letter of that kind, with these words filled in. The sheet itself needs `headline`, `to`, `organisation`, `action` and `link`."""
    subject, text, html = (_paper().get_template(f"mail/{folder}/{name}").render(words) for name in ("subject.txt", "body.txt", "body.html"))
    return Letter(envelope.address, envelope.name, " ".join(subject.split()), text, html, envelope.message_id, at, envelope.return_path)


@cache
def _paper() -> Environment:
    """Letters are written outside any request, and plain text must not be escaped as HTML is."""
    paper = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # or each letter would ask the disk whether its templates are the same
    )
    for name in ("long_date", "short_day", "day_month", "first_up", "first_down"):
        paper.filters[name] = getattr(swedish, name)
    return paper
