"""Debian's own WordPress, as an author of it with an application password: a whole blog, with its database, on this machine."""

from __future__ import annotations

import html
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from tests import memory
from tests.outside import blog, installed
from tests.outside.places import KEY, Outside, Seen
from tests.outside.wire import Wire
from trygghet.channels import Account, Place
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal
from trygghet.channels.wordpress import WordPress

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHOR = "trygghet"


class DebianWordPress(Outside):
    """The site, its database in memory where there is room."""

    channel = "wordpress"
    writes = "POST /wp-json/wp/v2/posts"

    def __init__(self, home: Path) -> None:
        self._home = home
        self.running = blog.Running(installed.or_skip(installed.WORDPRESS), home)
        self.passwords = self.running.passwords()
        self.wire = Wire(self.running.port)
        self._admin = httpx.Client(base_url=f"{self.running.url}/wp-json/wp/v2", auth=("admin", self.passwords["admin"]), trust_env=False, timeout=30)

    @classmethod
    def start(cls, home: Path) -> Self:
        """Its data lies in memory, where there is room, and not in `home`."""
        del home
        return cls(Path(tempfile.mkdtemp(prefix="trygghet-test-wordpress-", dir=memory.folder())))

    def stop(self) -> None:
        self._admin.close()
        self.wire.close()
        self.running.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def empty(self) -> None:
        self.wire.heal()
        for kind in ("posts", "media", "pages"):
            for one in self.all(kind):
                self._admin.delete(f"/{kind}/{one['id']}", params={"force": "true"}).raise_for_status()

    def all(self, kind: str = "posts") -> list[dict[str, Any]]:
        """Everything there in every state, newest first."""
        states = "inherit" if kind == "media" else "any"
        answer = self._admin.get(f"/{kind}", params={"status": f"{states},trash" if kind != "media" else states, "context": "edit", "per_page": 100})
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    def files(self) -> list[Path]:
        """What has been uploaded, as it lies on the disk."""
        return [one for one in (self._home / "uploads").rglob("*") if one.is_file()]

    def page(self, content: str, title: str = "Trygghet hos oss") -> str:
        """A page that an administrator has made of raw HTML, or of an address alone on its line, which WordPress embeds; its address."""
        made = self._admin.post("/pages", json={"title": title, "content": content, "status": "publish"}).raise_for_status().json()
        return str(made["link"])

    def change(self, post: str, **fields: Any) -> None:
        """As somebody at the keyboard."""
        self._admin.post(f"/posts/{post}", json=fields).raise_for_status()

    def place(self) -> Place:
        return WordPress(Http(loopback_only=True), KEY)

    def account(self) -> Account:
        return self.account_of(AUTHOR, self.passwords[AUTHOR])

    def account_of(self, user: str, password: str, *, pretty: bool = True) -> Account:
        """One of the site's users, through the wire."""
        sealed = seal(KEY, json.dumps({"user": user, "password": password})).decode()
        return Account(self.wire.url, sealed, "Björkens kommun", limits={"pretty": pretty})

    def posts(self) -> list[Seen]:
        answer = httpx.get(f"{self.running.url}/wp-json/wp/v2/posts", params={"_embed": "wp:featuredmedia"}, trust_env=False, timeout=30)
        return [_seen(one) for one in answer.raise_for_status().json()]

    def expired(self) -> Account:
        return self.account_of(AUTHOR, self.secrets[1])

    def too_many(self, seconds: int) -> None:
        """WordPress itself counts nothing; those who host it do."""
        self.wire.answer(self.writes, 429, b"<h1>Too Many Requests</h1>", {"retry-after": str(seconds), "content-type": "text/html"})

    def unacceptable(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {**payload, "status": "hidden"}

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.passwords[AUTHOR], "revoked password of ours")


def _seen(one: Mapping[str, Any]) -> Seen:
    pictures = one.get("_embedded", {}).get("wp:featuredmedia", [])
    text = "\n\n".join(plain(part["rendered"]) for part in (one["title"], one["content"]))
    return Seen(str(one["id"]), one["link"], text, tuple(picture["alt_text"] for picture in pictures))


def plain(content: str) -> str:
    """A post as people read it, with the signs that WordPress prettifies as they were typed."""
    text = re.sub(r"</p>\s*<p[^>]*>", "\n\n", content.strip())
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br ?/?>\n?", "\n", text))).strip()
