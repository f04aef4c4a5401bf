"""Mails on our own letter paper: subject, plain text and HTML, from a folder of templates under templates/mail/."""

from __future__ import annotations

import base64
import hmac
import re
from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import escape

from trygghet import swedish
from trygghet.channels.messages import Letter
from trygghet.settings import ROOT, Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence


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
    return _letter(_rendered(folder, words), envelope, at)


def _letter(rendered: Sequence[str], envelope: Envelope, at: dt.datetime, headers: tuple[tuple[str, str], ...] = ()) -> Letter:
    subject, text, html = rendered
    return Letter(envelope.address, envelope.name, " ".join(subject.split()), text, html, envelope.message_id, at, envelope.return_path, headers)


def _rendered(folder: str, words: Mapping[str, Any]) -> list[str]:
    """Subject, text and HTML."""
    return [_paper().get_template(f"mail/{folder}/{name}").render(words) for name in ("subject.txt", "body.txt", "body.html")]


# ---------------------------------------------------------------- letters of the same shape
def blank(number: int) -> str:
    """What stands in a form where the value with that number goes: nothing that a template would change or escape."""
    return f"\ue000{number}\ue001"


_BLANK = re.compile("\ue000([0-9]+)\ue001")


class Form:
    """A kind of letter in one shape: the templates have been rendered once, with blanks for words, and only the words differ from letter to letter.

    That is a tenth of what rendering costs. A shape is all that a template asks about: how many lines there are, in which language.
    """

    def __init__(self, folder: str, words: Mapping[str, Any]) -> None:
        self._parts = [_BLANK.split(one) for one in _rendered(folder, words)]
        self._places = [[int(number) for number in part[1::2]] for part in self._parts]

    def write(self, values: Sequence[str], envelope: Envelope, headers: tuple[tuple[str, str], ...] = (), *, at: dt.datetime) -> Letter:
        """The letter with these values in its blanks; in HTML they are escaped as templates do it."""
        filled = []
        for part, places, words in zip(self._parts, self._places, (values, values, _escaped(values)), strict=True):
            part[1::2] = [words[place] for place in places]
            filled.append("".join(part))
        return _letter(filled, envelope, at, headers)


def _escaped(values: Sequence[str]) -> list[str]:
    """All in one call, unless one of them holds what parts them."""
    found = str(escape(_BETWEEN.join(values))).split(_BETWEEN)
    return found if len(found) == len(values) else [str(escape(one)) for one in values]


_BETWEEN = "\ue002"


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
