"""The feed as JSON Feed 1.1 (jsonfeed.org/version/1.1), for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trygghet.site import feed as feeds
from trygghet.site.feed import seen

if TYPE_CHECKING:
    from trygghet.site.feed import Feed
    from trygghet.site.told import Told


def json_feed(feed: Feed) -> bytes:
    """The same entries in the same order under the same names as in Atom."""
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": seen(feed.title),
        "home_page_url": feed.page,
        "feed_url": f"{feed.page}/flode.json",
        "language": "sv",
        "authors": [{"name": seen(feed.author)}],
        "items": [_item(feed, one) for one in feed.entries],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _item(feed: Feed, one: Told) -> dict[str, Any]:
    said = {"content_text": "Uppdateringen är tillbakadragen."} if one.withdrawn_at else {"content_html": seen(feeds.html(one, feed.public_url))}
    return {
        "id": one.urn,
        "url": feed.permalink(one),
        "title": seen(one.title),
        **said,  # one of the two must be there
        "date_published": feeds.moment(one.published_at),
        "date_modified": feeds.moment(one.changed_at),
        "authors": [{"name": seen(one.teller)}],
        "language": "sv",
    }
