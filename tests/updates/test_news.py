"""Who is told that an update waits for a key, that it became another text, and that it did not arrive."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests import cast, made, telling
from trygghet import database
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio


async def notices(start: str) -> list[tuple[UUID, str, str]]:
    """Organisation, seat and headline of what is planned under keys that begin so."""
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT organisation_id, seat, title FROM delivery WHERE kind = 'notice' AND key LIKE 'notice:' || $1 || '%' ORDER BY organisation_id = $2 DESC",
            start,
            cast.BJORKEN,
        )
    return [tuple(row) for row in rows]


async def test_a_shared_update_asks_every_partys_leader_and_one_who_has_answered_no_more(browser_of: BrowserOf) -> None:
    address = await telling.write(await browser_of("anna"), await made.promise())
    assert await notices("update_asked") == []
    await telling.press(await browser_of("anna"), address, "dela")
    headline = f"”{telling.TITLE}” väntar på ert godkännande"
    assert await notices("update_asked") == [(cast.BJORKEN, "leader", headline), (cast.SKOGEN, "leader", headline)]
    await telling.press(await browser_of("bo"), address, "godkann")
    assert await notices("update_asked") == [(cast.SKOGEN, "leader", headline)]


async def test_another_text_is_asked_about_anew(browser_of: BrowserOf) -> None:
    address = await telling.write(await browser_of("anna"), await made.promise())
    await telling.press(await browser_of("anna"), address, "dela")
    await telling.press(await browser_of("bo"), address, "godkann")
    answer = await telling.send(await browser_of("anna"), f"{address}/andra", {"rubrik": telling.TITLE, "text": "En helt annan text."})
    assert answer.status_code == 303
    assert [seat for _, seat, _ in await notices("update_asked")] == ["leader"] * 3
    async with database.across_organisations() as link:
        lines = await link.fetchval(
            "SELECT words -> 'lines' ->> 1 FROM delivery WHERE key LIKE 'notice:update_asked%' AND organisation_id = $1", cast.BJORKEN
        )
    assert lines == "Texten ändrades, så de godkännanden som fanns gäller inte längre."


async def test_a_publication_that_stops_is_told_once_each_time_to_those_who_coordinate(browser_of: BrowserOf) -> None:
    await telling.agree(browser_of, await made.promise())
    now = cast.START + dt.timedelta(hours=1)
    async with database.across_organisations() as link:
        await link.execute(
            "UPDATE delivery SET state = 'failed', reason = 'Kontot är stängt.', settled_at = $1 WHERE kind = 'publication' AND channel = 'page'", now
        )
    for minutes in (1, 2):
        await updates.across_organisations_tell_what_is_stuck(now=now + dt.timedelta(minutes=minutes))
    headline = f"”{telling.TITLE}” kom inte fram till den publika sidan"
    assert await notices("update_stuck") == [(cast.BJORKEN, "coordinator", headline), (cast.SKOGEN, "coordinator", headline)]
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET settled_at = $1 WHERE kind = 'publication' AND channel = 'page'", now + dt.timedelta(minutes=5))
    await updates.across_organisations_tell_what_is_stuck(now=now + dt.timedelta(minutes=6))
    assert len(await notices("update_stuck")) == 4
