"""A resident follows by mail: asks, says yes, is told, changes and leaves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.followers import world
from tests.followers.world import WHO
from tests.site import given

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from tests.followers.world import Post

pytestmark = pytest.mark.anyio
START = cast.START
LATER = START + dt.timedelta(hours=3)


async def test_a_resident_follows_a_promise_is_told_and_leaves(browser_of: BrowserOf, clock: HandClock, post: Post) -> None:
    promise_id = await made.promise()
    resident = await browser_of()
    page = await resident.get("/bjorken")
    assert f'value="promise:bjorken:{promise_id}"' in page.text
    answer = await world.ask(resident, f"promise:bjorken:{promise_id}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/folj/tack")
    assert "set-cookie" not in answer.headers
    assert "Titta i din inkorg" in (await resident.get("/folj/tack")).text
    [letter] = await post.go(START)
    assert letter["To"] == WHO
    assert letter["Subject"].startswith("Bekräfta att du vill följa löftet ”")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    own = world.link(letter)
    assert f"http://testserver{own}" in world.text(letter)

    await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    assert "Ja, jag vill följa" in (await resident.get(own)).text, "a mail scanner opens the link, and nothing happens"
    assert await post.go(LATER) == [], "nobody has said yes"
    clock.at = START + dt.timedelta(minutes=2)
    answer = await resident.post(own)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Klart. Nu följer du." in answer.text

    update = await given.told(promise_id, at=START + dt.timedelta(minutes=3))
    [letter] = await post.go(LATER)
    assert letter["Subject"] == given.TITLE
    assert "Tre gator får ny belysning före november." in world.text(letter)
    assert f"Läs på sidan: http://testserver/bjorken/uppdateringar/{update}\n" in world.text(letter)
    assert await post.go(LATER) == [], "once"

    assert "Sluta följa?" in (await resident.get(f"{own}/sluta")).text
    for _ in range(2):
        answer = await resident.post(f"{own}/sluta", content="List-Unsubscribe=One-Click", headers={"content-type": "application/x-www-form-urlencoded"})
        assert answer.status_code == 200
        assert "Du följer inte längre" in answer.text
    assert "Du följer inte längre" in (await resident.get(own)).text
    assert await world.everywhere(WHO) == set()
    assert await world.everywhere("elsa") == set()
    await given.told(promise_id, at=LATER)
    assert await post.go(LATER + dt.timedelta(days=1)) == []
