"""What every feed of a municipality or a promise holds, and its Atom form (RFC 4287): what was told, put right and taken back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from trygghet.document import as_html
from trygghet.site import told
from trygghet.site.rules import feed_urn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.site.actions import Municipality
    from trygghet.site.told import Told

ATOM = "http://www.w3.org/2005/Atom"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry, however it is spelled."""


@dataclass(frozen=True)
class Feed:
    """The same in all forms: name, title, the page it tells of, who tells, when anything changed the last time, and the entries, newest first."""

    urn: str
    title: str
    page: str
    author: str
    updated: dt.datetime
    entries: Sequence[Told]
    slug: str
    public_url: str

    def permalink(self, entry: Told) -> str:
        """The entry's own page, for ever."""
        return f"{self.public_url}/{self.slug}/uppdateringar/{entry.id}"


def of_municipality(found: Municipality, public_url: str) -> Feed:
    """All that is told in a municipality."""
    slug, entries = found.shown.slug, found.all_updates
    published = max(one.published_at for one in found.promises)
    return Feed(
        feed_urn(found.shown.known_as),
        f"Medborgarlöften i {found.shown.name}",
        f"{public_url}/{slug}",
        found.shown.party_names,
        told.last_change(entries, published),
        entries,
        slug,
        public_url,
    )


def of_promise(found: Municipality, public_url: str) -> Feed:
    """What is told of the promise that is shown."""
    shown = found.shown
    entries = [one for one in found.all_updates if one.promise_id == shown.promise_id]
    return Feed(
        feed_urn(shown.known_as, shown.promise_id),
        shown.content["title"],
        f"{public_url}/{shown.slug}/loften/{shown.promise_id}",
        shown.party_names,
        told.last_change(entries, shown.published_at),
        entries,
        shown.slug,
        public_url,
    )


def atom(feed: Feed) -> bytes:
    """The feed with the newest entries first. An entry keeps its id for ever; one that was taken back keeps its place and loses its text."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "sv"})
    text(root, "id", feed.urn)
    text(root, "title", feed.title)
    text(root, "updated", moment(feed.updated))
    _author(root, feed.author)
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=f"{feed.page}/flode.atom")
    ET.SubElement(root, "link", rel="alternate", type="text/html", hreflang="sv", href=feed.page)
    for one in feed.entries:
        root.append(_entry(feed, one))
    return written(root)


def _entry(feed: Feed, one: Told) -> ET.Element:
    entry = ET.Element("entry")
    text(entry, "id", one.urn)
    text(entry, "title", one.title)
    text(entry, "published", moment(one.published_at))
    text(entry, "updated", moment(one.changed_at))
    _author(entry, one.teller)
    ET.SubElement(entry, "link", rel="alternate", type="text/html", hreflang="sv", href=feed.permalink(one))
    if not one.withdrawn_at:
        text(entry, "content", html(one, feed.public_url)).set("type", "html")
    return entry


def html(one: Told, public_url: str) -> str:
    """The text of an entry in whole, with its picture, below it what has been put right; as HTML that needs nothing else."""
    parts = [str(as_html(one.content["body"]))]
    if picture := one.content["picture"]:
        parts.insert(
            0,
            f'<p><img src="{public_url}/bilder/{picture["id"]}" alt="{escape(picture["alt"])}" width="{picture["width"]}" '
            f'height="{picture["height"]}"></p>',
        )
    parts += [f"<p><strong>{escape(fix.heading)}:</strong> {escape(fix.text)}</p>" for fix in one.corrections]
    return "".join(parts)


def written(root: ET.Element) -> bytes:
    """The document's bytes, with its declaration."""
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _author(parent: ET.Element, name: str) -> None:
    text(ET.SubElement(parent, "author"), "name", name)


def text(parent: ET.Element, name: str, words: str) -> ET.Element:
    """An element with these words, without what XML cannot carry."""
    found = ET.SubElement(parent, name)
    found.text = seen(words)
    return found


def seen(words: str) -> str:
    """The words without what XML cannot carry; every form of the feed says the same."""
    return _FORBIDDEN.sub("", words)


def moment(at: dt.datetime) -> str:
    """A date and time as RFC 3339 writes it, in UTC."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
