"""The Atom feed of a municipality (RFC 4287): what was told, and what was taken back."""

from __future__ import annotations

import datetime as dt
import re
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from trygghet.site.rules import feed_urn

if TYPE_CHECKING:
    from trygghet.site.actions import Municipality
    from trygghet.site.rules import Told

ATOM = "http://www.w3.org/2005/Atom"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry, however it is spelled."""


def atom(found: Municipality, public_url: str) -> bytes:
    """The feed with the newest entries first. An entry keeps its id for ever; one that was taken back keeps its place and loses its text."""
    slug = found.shown.slug
    page = f"{public_url}/{slug}"
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "sv"})
    _text(feed, "id", feed_urn(slug))
    _text(feed, "title", f"Medborgarlöften i {found.shown.name}")
    _text(feed, "updated", _moment(max([one.changed_at for one in found.all_updates] or [one.published_at for one in found.promises])))
    _author(feed, found.shown.party_names)
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{page}/flode.atom")
    ET.SubElement(feed, "link", rel="alternate", type="text/html", hreflang="sv", href=page)
    for told in found.all_updates:
        feed.append(_entry(told, f"{page}/uppdateringar/{told.id}", public_url))
    ET.indent(feed)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry(told: Told, address: str, public_url: str) -> ET.Element:
    entry = ET.Element("entry")
    withdrawn = told.withdrawn_at is not None
    _text(entry, "id", told.urn)
    _text(entry, "title", f"ÅTERKALLAD: {told.content['title']}" if withdrawn else told.content["title"])
    _text(entry, "published", _moment(told.published_at))
    _text(entry, "updated", _moment(told.changed_at))
    _author(entry, ", ".join(told.content["parties"]))
    ET.SubElement(entry, "link", rel="alternate", type="text/html", hreflang="sv", href=address)
    if not withdrawn:
        _text(entry, "content", _html(told, public_url)).set("type", "html")
    return entry


def _html(told: Told, public_url: str) -> str:
    paragraphs = [f"<p>{escape(block.strip())}</p>" for block in told.content["body"].split("\n\n") if block.strip()]
    if picture := told.content["picture"]:
        paragraphs.insert(
            0,
            f'<p><img src="{public_url}/bilder/{picture["id"]}" alt="{escape(picture["alt"])}" width="{picture["width"]}" '
            f'height="{picture["height"]}"></p>',
        )
    return "".join(paragraphs)


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    found = ET.SubElement(parent, name)
    found.text = _FORBIDDEN.sub("", text)
    return found


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
