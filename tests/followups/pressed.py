"""A room in the browser: its forms sent, and its pages read as a reader has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests import cast
from trygghet.followups import actions

if TYPE_CHECKING:
    from uuid import UUID

    import httpx


async def post(browser: httpx.AsyncClient, path: str, **form: str) -> httpx.Response:
    token = cast.csrf((await browser.get("/uppfoljning")).text) if "_csrf_token" not in form else form.pop("_csrf_token")
    return await browser.post(path, data={**form, "_csrf_token": token})


def plain(page: str) -> str:
    """What a reader sees, on one line."""
    text = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


async def keys(room_id: UUID) -> list[str]:
    return [one.key for one in (await actions.read(cast.BJORKEN, room_id)).subjects]


def hidden(page: str) -> dict[str, str]:
    """What the page's forms send along by themselves, the token apart."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "_csrf_token"}
