"""What search engines are told: which pages there are (sitemaps.org) and where that list is (RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from trygghet.site import feed
from trygghet.tongue import ENGLISH, SWEDISH

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

SIZE = 2_000
"""So many pages has one file, each with two addresses; more are allowed (50 000 addresses), and would take long to put together."""
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
OURS = ("/", "/oppna-data")
"""Pages of the product's own, which change with what is published."""


def parts(total: int) -> int:
    """How many files the addresses need."""
    return max(1, -(-total // SIZE))


def pages(found: Sequence[tuple[str, dt.datetime]], base: str, *, with_ours: bool) -> bytes:
    """One file of addresses with when each page changed: each page in each language, with the other one beside it.

    Alternates as search engines read them (developers.google.com/search/docs/specialty/international/localized-versions).
    """
    root = ET.Element("urlset", {"xmlns": _SPACE, "xmlns:xhtml": _XHTML})
    for path in OURS if with_ours else ():
        _page(root, base, path, None)
    for path, changed_at in found:
        _page(root, base, path, feed.moment(changed_at))
    return feed.written(root)


def _page(root: ET.Element, base: str, path: str, changed: str | None) -> None:
    addresses = [(one.code, f"{base}{one.at(path)}") for one in (SWEDISH, ENGLISH)]
    for _, address in addresses:
        url = ET.SubElement(root, "url")
        feed.text(url, "loc", address)
        if changed:
            feed.text(url, "lastmod", changed)
        for code, other in addresses:
            ET.SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": code, "href": other})


def index(count: int, base: str) -> bytes:
    """A list of the files, where there are several. They lie beside it, since a file speaks only for what lies below it."""
    root = ET.Element("sitemapindex", {"xmlns": _SPACE})
    for number in range(1, count + 1):
        feed.text(ET.SubElement(root, "sitemap"), "loc", f"{base}/sitemap.xml?del={number}")
    return feed.written(root)


def robots(base: str) -> bytes:
    """Everything may be read but searches, which are without end."""
    return f"User-agent: *\nDisallow: /*?sok=\nDisallow: /logga-in\nAllow: /\n\nSitemap: {base}/sitemap.xml\n".encode()
