"""The feed as RSS 2.0 (rssboard.org/rss-specification), which Sitevision and older readers import."""

from __future__ import annotations

import datetime as dt
import email.utils
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from trygghet.site import feed as feeds
from trygghet.site.rules import excerpt

if TYPE_CHECKING:
    from trygghet.site.feed import Feed
    from trygghet.site.told import Told

_NAMES = {"xmlns:atom": feeds.ATOM, "xmlns:content": "http://purl.org/rss/1.0/modules/content/", "xmlns:dc": "http://purl.org/dc/elements/1.1/"}


def rss(feed: Feed) -> bytes:
    """The same entries in the same order under the same names as in Atom; a name is no address (`isPermaLink`)."""
    root = ET.Element("rss", {"version": "2.0", **_NAMES})
    channel = ET.SubElement(root, "channel")
    feeds.text(channel, "title", feed.title)
    feeds.text(channel, "link", feed.page)
    feeds.text(channel, "description", f"Det {feed.author} berättar om hur det går.")
    feeds.text(channel, "language", "sv")
    feeds.text(channel, "lastBuildDate", _moment(feed.updated))
    ET.SubElement(channel, "atom:link", rel="self", type="application/rss+xml", href=f"{feed.page}/flode.rss")
    for one in feed.entries:
        channel.append(_item(feed, one))
    return feeds.written(root)


def _item(feed: Feed, one: Told) -> ET.Element:
    item = ET.Element("item")
    feeds.text(item, "title", one.title)
    feeds.text(item, "link", feed.permalink(one))
    feeds.text(item, "guid", one.urn).set("isPermaLink", "false")
    feeds.text(item, "pubDate", _moment(one.published_at))
    feeds.text(item, "atom:updated", feeds.moment(one.changed_at))
    feeds.text(item, "dc:creator", one.teller)
    if not one.withdrawn_at:
        feeds.text(item, "description", escape(excerpt(one.content["body"])))  # readers take it for HTML
        feeds.text(item, "content:encoded", feeds.html(one, feed.public_url))
    return item


def _moment(at: dt.datetime) -> str:
    """As RFC 822 with four digits of the year."""
    return email.utils.format_datetime(at.astimezone(dt.UTC), usegmt=True)
