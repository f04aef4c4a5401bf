"""How pages of ours show themselves where their address is pasted (oembed.com, version 1.0)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID

WIDTHS = (220, 700)
"""The narrowest and the widest that a card is shown."""
USUAL = (600, 420)
KEPT = 300
"""Seconds that an answer may be kept: what is taken back is soon gone."""
_PATH = re.compile(r"/(?P<slug>[a-z0-9-]+)(?:/(?P<kind>loften|uppdateringar)/(?P<id>[0-9a-f-]{36}))?/?")


@dataclass(frozen=True)
class Target:
    """A page that can be shown: a municipality's, one of its promises or one of its updates."""

    slug: str
    kind: str = ""
    id: UUID | None = None

    @property
    def path(self) -> str:
        """The page's own address on the host."""
        return f"/{self.slug}" + (f"/{self.kind}/{self.id}" if self.kind else "")


def target(url: str, public_url: str) -> Target | None:
    """The page that this address names; None where it is none of ours that can be shown."""
    path = re.split(r"[?#]", url, maxsplit=1)[0].strip()
    if not path.startswith(f"{public_url}/"):
        return None
    found = _PATH.fullmatch(path.removeprefix(public_url))
    if found is None:
        return None
    try:
        return Target(found["slug"], found["kind"] or "", UUID(found["id"]) if found["id"] else None)
    except ValueError:
        return None


def answer(target: Target, title: str, author: str, public_url: str, asked: dict[str, str]) -> dict[str, Any]:
    """A plain link for who takes away the frame or may not follow links in it, and the frame."""
    width = min(_number(asked, "maxwidth", USUAL[0]), WIDTHS[1])
    height = min(_number(asked, "maxheight", USUAL[1]), USUAL[1])
    page = public_url + target.path
    frame = f'<iframe src="{escape(page)}/kort" width="{width}" height="{height}" title="{escape(title)}" frameborder="0" loading="lazy"></iframe>'
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": author,
        "provider_name": "Medborgarlöften",
        "provider_url": public_url,
        "cache_age": KEPT,
        "html": f'<blockquote><a href="{escape(page)}">{escape(title)}</a></blockquote>{frame}',
        "width": width,
        "height": height,
    }


def _number(asked: dict[str, str], name: str, usual: int) -> int:
    """A number of pixels that can be meant; anything else is as if nothing was asked for."""
    text = asked.get(name, "")
    return max(int(text), WIDTHS[0]) if re.fullmatch(r"[0-9]{1,5}", text) else usual
