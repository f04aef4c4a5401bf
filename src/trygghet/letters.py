"""Mails on our own letter paper: subject, plain text and HTML, from a folder of templates under templates/mail/."""

from __future__ import annotations

from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from trygghet import swedish
from trygghet.channels.messages import Letter
from trygghet.settings import ROOT, Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


class Envelope(NamedTuple):
    """Whom a letter is for, and what makes a repeat of it known for one."""

    name: str
    address: str
    message_id: str


def host(settings: Settings) -> str:
    """The domain that our mails come from; Message-IDs end in it."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2]


def write(folder: str, words: Mapping[str, Any], envelope: Envelope, *, at: dt.datetime) -> Letter:
    """The letter of that kind, with these words filled in. The sheet itself needs `headline`, `to`, `organisation`, `action` and `link`."""
    subject, text, html = (_paper().get_template(f"mail/{folder}/{name}").render(words) for name in ("subject.txt", "body.txt", "body.html"))
    return Letter(envelope.address, envelope.name, " ".join(subject.split()), text, html, envelope.message_id, at)


@cache
def _paper() -> Environment:
    """Letters are written outside any request, and plain text must not be escaped as HTML is."""
    paper = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("long_date", "short_day", "day_month", "first_up", "first_down"):
        paper.filters[name] = getattr(swedish, name)
    return paper
