"""What search engines are told: which pages there are (sitemaps.org) and where that list is (RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from trygghet.site import feed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

SIZE = 5_000
"""So many addresses has one file; ten times as many are allowed, and would take a second to put together."""
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
OURS = ("/", "/oppna-data")
"""Pages of the product's own, which change with what is published."""


def parts(total: int) -> int:
    """How many files the addresses need."""
    return max(1, -(-total // SIZE))


def pages(found: Sequence[tuple[str, dt.datetime]], base: str, *, with_ours: bool) -> bytes:
    """One file of addresses with when each page changed."""
    root = ET.Element("urlset", {"xmlns": _SPACE})
    for path in OURS if with_ours else ():
        feed.text(ET.SubElement(root, "url"), "loc", f"{base}{path}")
    for path, changed_at in found:
        url = ET.SubElement(root, "url")
        feed.text(url, "loc", f"{base}{path}")
        feed.text(url, "lastmod", feed.moment(changed_at))
    return feed.written(root)


def index(count: int, base: str) -> bytes:
    """A list of the files, where there are several. They lie beside it, since a file speaks only for what lies below it."""
    root = ET.Element("sitemapindex", {"xmlns": _SPACE})
    for number in range(1, count + 1):
        feed.text(ET.SubElement(root, "sitemap"), "loc", f"{base}/sitemap.xml?del={number}")
    return feed.written(root)


def robots(base: str) -> bytes:
    """Everything may be read but searches, which are without end."""
    return f"User-agent: *\nDisallow: /sok\nDisallow: /logga-in\nAllow: /\n\nSitemap: {base}/sitemap.xml\n".encode()
