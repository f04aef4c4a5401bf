"""What is taken back by its button, asked for everywhere all the time, through the nginx that we ship and two processes behind it."""

from __future__ import annotations

import functools
import re
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
import httpx
import pytest

from tests import cast, conftest, made, retold, telling
from tests.edge import proxied
from tests.edge.conftest import keeping
from tests.site.conftest import listening
from trygghet import embedded
from trygghet.edge.rules import FRESH, GONE_WITHIN, MEANWHILE, TRUSTED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path
    from uuid import UUID

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(proxied.NGINX is None, reason="nginx is not installed")]


@pytest.fixture
async def product(database_url: str, clock: HandClock, tmp_path: Path) -> AsyncIterator[tuple[str, proxied.Line]]:
    """Two processes' worth of the product behind nginx, whose address it is, and the line on which both hear of changes."""
    parts = urlsplit(database_url)
    line, before, behind = proxied.Line(parts.port or 0), embedded.free_port(), [embedded.free_port() for _ in range(2)]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(line.open())
        heard_at = database_url.replace(f":{parts.port}/", f":{line.port}/")
        for number, port in enumerate(behind):
            one = keeping(number)
            one.state.clock = clock
            one.state.settings = replace(
                conftest.SETTINGS, var=tmp_path, page_memory=4_000_000, database_url=heard_at, public_url=f"http://127.0.0.1:{before}"
            )
            await stack.enter_async_context(one.lifespan())
            await stack.enter_async_context(listening(one, port))
        yield await stack.enter_async_context(proxied.through(tmp_path, before, *behind)), line
        line.cut = False


def _everywhere(promise: UUID, update: str, picture: str, address: str) -> dict[str, str]:
    """Where residents meet the update, and the word that tells that it is there; of a picture, nothing but that it is answered."""
    of_promise, of_update = f"/bjorken/loften/{promise}", f"/bjorken/uppdateringar/{update}"
    ends = ("", "/flode.atom", "/flode.rss", "/flode.json", "/kort", "/kort.json", "/kort.html", "/text")
    wide = ("/api/v1/updates", "/flode.atom", f"/oembed?url={address}{of_update}", "/oppna-data/uppdateringar.csv")
    pages = [
        *(base + end for base in ("/bjorken", of_promise) for end in ends),
        of_update,
        f"/en{of_update}",
        f"{of_update}/kort",
        f"{of_promise}/uppdateringar",
        *wide,
    ]
    heading_stays = ("/flode.", "/api/", ".csv")  # where who has read it is told what is gone, and why
    return {
        **{path: telling.BODY[:20] if any(part in path for part in heading_stays) else telling.TITLE for path in pages},
        **dict.fromkeys((picture, f"{of_update}/bild.png"), ""),
        f"{of_promise}/lattlast": retold.EASY.title,
    }


def test_all_that_can_be_late_together_fits_in_five_seconds() -> None:
    whole_seconds, making = 1, 0.5  # nginx reckons in whole ones; a page may have been begun just before
    assert TRUSTED + FRESH + MEANWHILE + whole_seconds + making <= GONE_WITHIN


class Watched:
    """Asks for every address all the time, and remembers when each last showed what is taken back."""

    def __init__(self, address: str, everywhere: Mapping[str, str]) -> None:
        self.address, self.everywhere = address, everywhere
        self.seen: dict[str, float] = {}
        self.asked = 0

    async def look(self, client: httpx.AsyncClient) -> None:
        """Once at each."""
        for path, told in self.everywhere.items():
            sent = time.monotonic()
            answer = await client.get(path)
            assert answer.status_code < 500, (path, answer.text)
            self.asked += 1
            if answer.status_code == 200 and told in answer.text:
                self.seen[path] = sent

    async def during(self, seconds: float) -> None:
        """Two readers, one of whom takes no smaller form."""

        async def read(**headers: str) -> None:
            async with httpx.AsyncClient(base_url=self.address, headers=headers) as client:
                while time.monotonic() < until_then:
                    await self.look(client)

        until_then = time.monotonic() + seconds
        async with anyio.create_task_group() as group:
            group.start_soon(read)
            group.start_soon(functools.partial(read, **{"Accept-Encoding": "identity"}))


async def _form(browser: httpx.AsyncClient, address: str, button: str) -> Callable[[], Awaitable[httpx.Response]]:
    """The button on the page at that address, ready to be pressed."""
    page = await browser.get(address)
    form = re.search(rf'action="([^"]+/{button})"(.+?)</form>', page.text, re.DOTALL)
    assert form, page.text
    hidden = {"_csrf_token": cast.csrf(page.text), **dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[2]))}
    return functools.partial(browser.post, form[1], data={**hidden, "varfor": "Fel gata."})


@pytest.mark.parametrize("is_cut", [False, True], ids=["while processes hear", "while the line is cut without a word"])
async def test_what_is_taken_back_by_its_button_is_gone_within_five_seconds(
    product: tuple[str, proxied.Line],
    browser_of: BrowserOf,
    is_cut: bool,  # noqa: FBT001
) -> None:
    address, line = product
    promise = await made.promise()
    inside = await telling.agree(browser_of, promise, telling.picture(), bildtext="En lykta.")
    reader = await browser_of()
    assert await telling.go_out(reader, conftest.SETTINGS, cast.START)
    await retold.published(promise)
    update = inside.rpartition("/")[2]
    picture = re.search(r'"(/bilder/[^"]+)"', (await reader.get(f"/bjorken/uppdateringar/{update}")).text)
    assert picture
    watched = Watched(address, _everywhere(promise, update, picture[1], address))
    async with httpx.AsyncClient(base_url=address, timeout=10) as anna:
        await cast.sign_in(anna, "anna")
        buttons = [await _form(anna, page, "dra-tillbaka") for page in (inside, f"/loften/{promise}/sammanfattningar")]
        await watched.during(0.5)  # each in both processes' memory, and in nginx'
        assert watched.seen.keys() == watched.everywhere.keys(), watched.everywhere.keys() - watched.seen.keys()
        line.cut = is_cut
        pressed = [(await press()).status_code for press in buttons]
    began = time.monotonic()
    assert pressed == [303, 303]
    await watched.during(GONE_WITHIN + 0.2)
    late = {path: round(at - began, 1) for path, at in watched.seen.items() if at - began >= GONE_WITHIN}
    assert not late, late
