"""The overview out of memory: never older than the last press, never mixed, never another's, and nothing of a browser's in it."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from anyio.lowlevel import checkpoint

from tests import cast, made
from trygghet import database
from trygghet.members.log import Actor
from trygghet.stops import actions as stops

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    import httpx

    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
ANNA = Actor("Anna Asson", "Säkerhetssamordnare", cast.person_id("anna"))


async def _page(browser: httpx.AsyncClient) -> str:
    answer = await browser.get("/oversikt")
    assert answer.status_code == 200
    return answer.text


async def _told(promise_id: UUID, number: int) -> None:
    """One transaction gives the promise and its update the same number."""
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise SET title = $2 WHERE id = $1", promise_id, f"Löfte nummer {number}.")
        await link.execute("UPDATE status_update SET title = $2 WHERE promise_id = $1", promise_id, f"Nytt nummer {number}.")


async def _update(promise_id: UUID) -> None:
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO status_update (promise_id, organisation_id, title, body, channels, content_hash, shared_at, published_at, published_hash,"
            " created_at, updated_at) VALUES ($1, $2, 'Nytt nummer 0.', 'Text.', '{page}', 'h', $3, $3, 'h', $3, $3)",
            promise_id,
            cast.BJORKEN,
            cast.START,
        )


def _numbers(html: str) -> set[int]:
    return {int(one) for one in re.findall(r"(?:Löfte|Nytt) nummer (\d+)\.", html)}


@pytest.fixture
async def asked(database_url: str) -> AsyncIterator[list[str]]:
    """What the connection that requests take one after the other is asked; `BEGIN` and its like apart."""
    found: list[str] = []

    def note(record: Any) -> None:
        found.append(record.query)

    async with database.published() as link:
        link.add_query_logger(note)
    yield found
    async with database.published() as link:
        link.remove_query_logger(note)


async def test_while_nothing_is_committed_only_the_session_is_looked_up(asked: list[str], browser_of: cast.BrowserOf) -> None:
    await made.promise()
    browser = await browser_of("anna")
    first = await _page(browser)
    for _ in range(5):  # the server's own housekeeping may commit something in between
        asked.clear()
        again = await _page(browser)
        await checkpoint()
        if len([one for one in asked if one.startswith(("SELECT", "\nSELECT")) and "token_hash" not in one]) == 0:
            break
    assert [one for one in asked if "token_hash" in one]
    assert not [one for one in asked if "FROM promise" in one or "publishing_stop" in one]
    assert _without_chance(again) == _without_chance(first)


def _without_chance(html: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", html)


async def test_whatever_was_done_is_seen_at_the_next_look(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    looking = [await browser_of(who) for who in ("anna", "bo", "ragna")]
    for done in range(6):
        for browser in looking * 2:  # the second look is out of memory
            assert f"<b>{done} av 12</b>" in await _page(browser)
        await made.recorded(promise_id, 1)


async def test_a_stop_and_its_end_are_seen_at_once(database_url: str, browser_of: cast.BrowserOf) -> None:
    browser = await browser_of("anna")
    for _ in range(2):
        assert "Fel bild ligger ute" not in await _page(browser)
        await stops.stop(cast.BJORKEN, "Fel bild ligger ute", by=ANNA, now=cast.START)
        assert "Fel bild ligger ute" in await _page(browser)
        assert "Fel bild ligger ute" in await _page(browser)
        await stops.lift(cast.BJORKEN, by=ANNA, now=cast.START)


async def test_what_the_day_changes_is_seen_without_a_press(database_url: str, clock: HandClock, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    browser = await browser_of("anna")
    assert "Löper ut om 91 dagar" in await _page(browser)
    clock.at += dt.timedelta(hours=7)  # a session ends after eight
    assert "Löper ut om 91 dagar" in await _page(browser)
    clock.at += dt.timedelta(days=1)
    assert "Löper ut om 90 dagar" in await _page(browser)


async def test_nothing_mixed_or_old_is_kept_while_others_write(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    await _update(promise_id)
    ours, stranger = [await browser_of(who) for who in ("anna", "bo", "ragna", "anna")], await browser_of("olof")
    number = 0

    async def write() -> None:
        nonlocal number
        for following in range(number + 1, number + 5):
            await _told(promise_id, following)
            number = following

    async def look(browser: httpx.AsyncClient) -> None:
        for _ in range(2):
            known = number
            assert max(_numbers(await _page(browser))) >= known

    for _ in range(6):
        await asyncio.gather(write(), *map(look, ours))
        for browser in ours:
            assert _numbers(await _page(browser)) <= {number}
        assert _numbers(await _page(ours[0])) == {number}
        assert not _numbers(await _page(stranger))


async def test_what_was_read_in_part_before_a_press_is_not_kept(database_url: str, browser_of: cast.BrowserOf) -> None:
    """The page has read the titles and waits for the last that it reads, while somebody changes both."""
    promise_id = await made.promise()
    await _update(promise_id)
    browser, admin = await browser_of("anna"), await asyncpg.connect(database_url)
    async with admin.transaction():
        await admin.execute("LOCK TABLE published_promise IN ACCESS EXCLUSIVE MODE")
        looking = asyncio.create_task(_page(browser))
        waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'published_promise'::regclass)"
        while not await admin.fetchval(waits):  # noqa: ASYNC110 - the event is in PostgreSQL
            await asyncio.sleep(0.01)
        await admin.execute("UPDATE promise SET title = 'Löfte nummer 7.' WHERE id = $1", promise_id)
        await admin.execute("UPDATE status_update SET title = 'Nytt nummer 7.' WHERE promise_id = $1", promise_id)
    assert _numbers(await looking) == {0}
    assert _numbers(await _page(browser)) == {7}
    await admin.close()


async def test_each_browser_gets_its_own_token_and_nobody_elses_name(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    first, second = await browser_of("anna"), await browser_of("anna")
    pages = [await _page(browser) for browser in (first, second, first)]
    tokens = [set(re.findall(r'name="_csrf_token" value="([^"]+)"', page)) for page in pages]
    assert all(len(found) == 1 for found in tokens)
    assert tokens[0] == tokens[2] != tokens[1]
    answer = await second.post("/byt-organisation", data={"organisation": str(cast.BJORKEN), "_csrf_token": tokens[1].pop()})
    assert answer.status_code == 303


async def test_a_lost_connection_makes_everything_be_read_anew(database_url: str) -> None:
    async with database.published():
        before = await database.version()
        assert await database.version() == before
    admin = await asyncpg.connect(database_url)
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'trygghet' AND datname = current_database()")
    await admin.close()
    await asyncio.sleep(0)
    for _ in range(20):
        try:
            async with database.published():
                after = await database.version()
            break
        except database.UNREACHABLE:
            continue
    assert after.epoch > before.epoch


async def test_what_is_within_a_unit_that_reads_cannot_write(database_url: str) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with database.within(cast.BJORKEN, readonly=True), database.within(cast.BJORKEN) as link:
            await link.execute("DELETE FROM outcome")
    with pytest.raises(RuntimeError, match="change tenant"):
        async with database.within(cast.BJORKEN, readonly=True), database.within(cast.EKEN):
            pass
