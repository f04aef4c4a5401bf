"""Telling residents something, through the front door: write, hand over, turn the keys, and let it go out."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests import cast
from trygghet.channels import Message, NotSent, Receipt
from trygghet.channels.messages import post
from trygghet.deliveries import sending
from trygghet.notices import actions as notices
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from trygghet.settings import Settings

WALL = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
TITLE, BODY = "Tre gator får ny belysning", "Trettiotvå boende gick med den 26 september.\n\nTre gator får ny belysning före november."


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    """A small picture of that kind."""
    body = io.BytesIO()
    Image.new("RGB", size, "#6b8f71").save(body, kind, **options)
    return body.getvalue()


def field(page: httpx.Response, name: str) -> str:
    """What a hidden field on the page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"no field {name}"
    return html.unescape(found.group(1))


async def send(
    browser: httpx.AsyncClient, address: str, typed: dict[str, Any], upload: bytes | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    """The form at this address, filled in and sent as browsers do."""
    page = await browser.get(address)
    assert page.status_code == 200, page.text
    filled = {"_csrf_token": cast.csrf(page.text), **({"lydelse": field(page, "lydelse")} if 'name="lydelse"' in page.text else {}), **typed}
    files = {"bild": ("bild.jpg", upload or b"", "image/jpeg")}
    return await browser.post(address, data=filled, files=files, headers=headers)


async def write(browser: httpx.AsyncClient, promise_id: UUID, upload: bytes | None = None, **typed: Any) -> str:
    """A draft; returns its address."""
    answer = await send(browser, f"/loften/{promise_id}/uppdateringar/ny", {"rubrik": TITLE, "text": BODY, **typed}, upload)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def press(
    browser: httpx.AsyncClient, address: str, button: str, seen: str | None = None, headers: dict[str, str] | None = None, **typed: str
) -> httpx.Response:
    """A button on the update's page; `seen` in place of the hash that the page carries."""
    page = await browser.get(address)
    assert page.status_code == 200, page.text
    if seen is None:
        seen = field(page, "lydelse") if 'name="lydelse"' in page.text else ""
    return await browser.post(f"{address}/{button}", data={"_csrf_token": cast.csrf(page.text), "lydelse": seen, **typed}, headers=headers)


async def agree(browser_of: BrowserOf, promise_id: UUID, upload: bytes | None = None, **typed: Any) -> str:
    """An update that Anna has written and both leaders have approved; returns its address."""
    address = await write(await browser_of("anna"), promise_id, upload, **typed)
    assert (await press(await browser_of("anna"), address, "dela")).status_code == 303
    for leader in ("bo", "pia"):
        assert (await press(await browser_of(leader), address, "godkann")).status_code == 303
    return address


class Reading:
    """The page and the feed as residents get them: looks for the mark, over the application's own front door."""

    repeatable = True

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser
        self.read: list[str] = []

    async def send(self, message: Message) -> Receipt:
        wanted = post(message)
        self.read.append(wanted.channel)
        answer = await self.browser.get(wanted.check_url)
        if answer.status_code != 200 or wanted.marker not in answer.text:
            raise NotSent("Den publika adressen visar det inte.")
        return Receipt(remote_url=wanted.permalink)

    async def find(self, message: Message) -> Receipt | None:
        return await self.send(message)

    async def close(self) -> None:
        pass


class Account:
    """A social account that keeps what it is given."""

    repeatable = False

    def __init__(self) -> None:
        self.posts: list[Any] = []
        self.edits: list[Any] = []
        self.gone: list[str] = []

    async def send(self, message: Message) -> Receipt:
        self.posts.append(post(message))
        return Receipt("1", "https://social.example.org/1")

    async def find(self, message: Message) -> Receipt | None:
        return None

    async def edit(self, message: Message) -> Receipt:
        self.edits.append(post(message))
        return Receipt(post(message).remote_id, post(message).remote_url)

    async def retract(self, message: Message) -> Receipt:
        self.gone.append(post(message).remote_id)
        return Receipt(post(message).remote_id)

    async def confirm(self, message: Message) -> Receipt | None:
        return None if post(message).remote_id in self.gone else Receipt(post(message).remote_id, "https://social.example.org/1")

    async def close(self) -> None:
        pass


class Swallowing:
    """A mail server that takes every letter."""

    repeatable = True

    async def send(self, message: Message) -> Receipt:
        return Receipt()

    async def find(self, message: Message) -> Receipt | None:
        return None

    async def close(self) -> None:
        pass


async def go_out(
    browser: httpx.AsyncClient, settings: Settings, now: dt.datetime, account: Account | None = None, *, handed_out: Sequence[list[UUID]] = ()
) -> list[str]:
    """What was `handed_out` before, and then everything that is due, goes out; returns the channels in the order in which they went."""
    reading, account = Reading(browser), account or Account()
    while batches := handed_out or await sending.across_organisations_hand_out(now=now, wall=WALL):
        handed_out = ()
        for batch in batches:
            await sending.across_organisations_deliver(
                batch,
                composers={"publication": updates.composer(settings), "notice": notices.composer(settings)},
                channels={"page": reading, "feed": reading, "mastodon": account, "mail": Swallowing()},
                now=now,
                wall=WALL,
            )
    return [*reading.read, *(one.channel for one in account.posts)]
