from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import pytest

from tests import cast, made, telling
from trygghet import database
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries import sending
from trygghet.deliveries.rules import Skip
from trygghet.updates import actions as updates
from trygghet.updates import publishing

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import httpx

    from tests.cast import BrowserOf
    from trygghet.deliveries.rules import Delivery
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
SOON = cast.START + dt.timedelta(minutes=1)


async def account_of(organisation: UUID, settings: Settings) -> str:
    return str(
        await connections.add(
            organisation,
            channel="mastodon",
            name="@skogen@example.org",
            base_url="https://social.example.org",
            token="t",
            secret_key=settings.secret_key,
            now=cast.START,
        )
    )


async def rows(address: str) -> list[Delivery]:
    update_id = UUID(address.rpartition("/")[2])
    return (await deliveries.of_updates(cast.BJORKEN, [update_id]))[update_id]


async def test_page_then_feed_then_the_account_and_each_is_read_back(browser_of: BrowserOf, settings: Settings) -> None:
    promise_id = await made.promise()
    account = telling.Account()
    address = await telling.agree(browser_of, promise_id, telling.picture(), bildtext="En gata.", kanaler=await account_of(cast.SKOGEN, settings))
    assert await telling.go_out(await browser_of(), settings, SOON, account) == ["page", "feed", "mastodon"]
    assert {one.state for one in await rows(address)} == {"sent"}
    public = f"http://testserver/bjorken{address}"
    [post] = account.posts
    assert post.text.endswith(public)
    assert post.text.startswith(telling.TITLE)
    assert post.picture.alt == "En gata."
    page = (await (await browser_of("pia")).get(address)).text
    assert "Publicerad tisdag 1 oktober 2024, 08.01" in page
    assert "https://social.example.org/1" in page
    ledger = (await (await browser_of("pia")).get("/utskick")).text
    assert list(dict.fromkeys(re.findall("Publika sidan|Flödet|Mastodon", ledger))) == ["Publika sidan", "Flödet", "Mastodon"]


async def test_nothing_goes_out_before_its_time(browser_of: BrowserOf, settings: Settings) -> None:
    address = await telling.agree(browser_of, await made.promise(), dag="2024-10-04", tid="09.30")
    residents = await browser_of()
    assert await telling.go_out(residents, settings, dt.datetime(2024, 10, 4, 7, 29, tzinfo=dt.UTC)) == []
    assert (await residents.get(f"/bjorken{address}")).status_code == 404
    assert await telling.go_out(residents, settings, dt.datetime(2024, 10, 4, 7, 30, tzinfo=dt.UTC)) == ["page", "feed"]
    assert (await residents.get(f"/bjorken{address}")).status_code == 200


async def test_what_is_published_is_changed_only_together_with_what_is_put_right(browser_of: BrowserOf, settings: Settings) -> None:
    address = await telling.agree(browser_of, await made.promise())
    await telling.go_out(await browser_of(), settings, SOON)
    refused = await telling.send(await browser_of("anna"), f"{address}/andra", {"rubrik": telling.TITLE, "text": "Fyra gator."})
    assert refused.status_code == 422
    assert "Vad rättas: skriv något här." in refused.text


async def test_taken_back_after_publication_the_address_says_why_and_the_picture_is_gone(browser_of: BrowserOf, settings: Settings) -> None:
    promise_id = await made.promise()
    account = telling.Account()
    address = await telling.agree(browser_of, promise_id, telling.picture(), bildtext="En gata.", kanaler=await account_of(cast.BJORKEN, settings))
    residents = await browser_of()
    await telling.go_out(residents, settings, SOON, account)
    before = await residents.get(f"/bjorken{address}")
    picture = before.text.partition('src="/bilder/')[2].partition('"')[0]
    assert (await residents.get(f"/bilder/{picture}")).status_code == 200
    await telling.press(await browser_of("pia"), address, "dra-tillbaka", varfor="Fel gata.", headers={"HX-Request": "true"})
    await telling.go_out(residents, settings, SOON, account)
    assert account.gone == ["1"], "and the post is taken away, without a second key"
    gone = await residents.get(f"/bjorken{address}")
    assert gone.status_code == 410
    assert "Fel gata." in gone.text
    assert "Trettiotvå boende" not in gone.text
    assert (await residents.get(f"/bilder/{picture}")).status_code == 404
    assert "Trettiotvå boende" not in (await residents.get("/bjorken")).text


async def test_taken_back_between_the_page_and_the_account_it_never_reaches_the_account(browser_of: BrowserOf, settings: Settings) -> None:
    account = telling.Account()
    address = await telling.agree(browser_of, await made.promise(), kanaler=await account_of(cast.BJORKEN, settings))
    page = (await rows(address))[0].id
    [batch] = [one for one in await sending.across_organisations_hand_out(now=SOON, wall=telling.WALL) if page in one]
    await sending.across_organisations_deliver(
        batch,
        composers={"publication": updates.composer(settings)},
        channels={"page": telling.Reading(await browser_of())},
        now=SOON,
        wall=telling.WALL,
    )
    await telling.press(await browser_of("bo"), address, "dra-tillbaka", varfor="Fel gata.")
    assert await telling.go_out(await browser_of(), settings, SOON, account) == []
    assert [one.channel for one in await rows(address)] == ["page"]


async def test_the_gate_is_asked_again_when_the_worker_composes(browser_of: BrowserOf, settings: Settings) -> None:
    address = await telling.agree(browser_of, await made.promise())
    page, feed = await rows(address)
    async with database.across_organisations() as link:
        await link.execute("UPDATE status_update SET body = 'Något helt annat.'")
    composed = await publishing.compose(cast.BJORKEN, page, public_url=cast.HERE, now=SOON)
    assert composed == Skip("Alla parter har inte godkänt texten så som den är nu.")
    async with database.across_organisations() as link:
        await link.execute("UPDATE status_update SET body = $1", telling.BODY)
        await link.execute("UPDATE approval SET fell_at = at WHERE organisation_id = $1", cast.SKOGEN)
    assert isinstance(await publishing.compose(cast.BJORKEN, feed, public_url=cast.HERE, now=SOON), Skip)
    lost = dataclasses.replace(page, status_update_id=None)
    assert isinstance(await publishing.compose(cast.BJORKEN, lost, public_url=cast.HERE, now=SOON), Skip)
    assert (await (await browser_of()).get(f"/bjorken{address}")).status_code == 404


@pytest.mark.parametrize("composed_between", [True, False])
async def test_an_edit_that_meets_the_last_key_delays_the_publication_and_does_not_lose_it(
    browser_of: BrowserOf, settings: Settings, database_url: str, *, composed_between: bool
) -> None:
    """The edit looks for planned deliveries before the key has planned them, and changes the text after."""
    anna, bo, pia, nobody = [await browser_of(who) for who in ("anna", "bo", "pia", None)]
    address = await telling.write(anna, await made.promise())
    await telling.press(anna, address, "dela")
    await telling.press(bo, address, "godkann")
    await _meet(
        database_url, telling.press(pia, address, "godkann"), telling.send(anna, f"{address}/andra", {"rubrik": "Fyra gator", "text": "Ny text."})
    )
    if composed_between:
        assert await telling.go_out(nobody, settings, SOON) == []
        assert {one.state for one in await rows(address)} == {"skipped"}
    for leader in (bo, pia):
        assert (await telling.press(leader, address, "godkann")).status_code == 303
    assert await telling.go_out(nobody, settings, SOON) == ["page", "feed"]
    assert {one.state for one in await rows(address)} == {"sent"}
    assert "Fyra gator" in (await nobody.get(f"/bjorken{address}")).text


async def test_an_edit_that_meets_the_last_key_leaves_no_earlier_time_behind(browser_of: BrowserOf, settings: Settings, database_url: str) -> None:
    anna, bo, pia, nobody = [await browser_of(who) for who in ("anna", "bo", "pia", None)]
    words = {"rubrik": telling.TITLE, "text": telling.BODY, "tid": "12.00"}
    address = await telling.write(anna, await made.promise(), dag="2024-10-02", tid="12.00")
    await telling.press(anna, address, "dela")
    await telling.press(bo, address, "godkann")
    await _meet(database_url, telling.press(pia, address, "godkann"), telling.send(anna, f"{address}/andra", {**words, "dag": "2024-10-09"}))
    for leader in (bo, pia):
        assert (await telling.press(leader, address, "godkann")).status_code == 303
    assert await telling.go_out(nobody, settings, cast.START + dt.timedelta(days=2)) == []
    assert await telling.go_out(nobody, settings, cast.START + dt.timedelta(days=9)) == ["page", "feed"]


async def _meet(database_url: str, first: Coroutine[Any, Any, httpx.Response], second: Coroutine[Any, Any, httpx.Response]) -> None:
    """Lets both reach the lock on the update while somebody else holds it; the first then gets it first."""
    link, running = await asyncpg.connect(database_url), []
    async with link.transaction():
        await link.execute("SELECT FROM status_update FOR UPDATE")
        for one in (first, second):
            running.append(asyncio.create_task(one))
            while await link.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < len(running):  # noqa: ASYNC110 - the event is PostgreSQL's
                await asyncio.sleep(0.01)
    await link.close()
    assert [(await one).status_code for one in running] == [303, 303]


async def test_composing_twice_publishes_once(browser_of: BrowserOf, settings: Settings) -> None:
    address = await telling.agree(browser_of, await made.promise())
    page, _ = await rows(address)
    first = await publishing.compose(cast.BJORKEN, page, public_url=cast.HERE, now=SOON)
    assert await publishing.compose(cast.BJORKEN, page, public_url=cast.HERE, now=SOON + dt.timedelta(days=1)) == first
    assert "1 oktober 2024" in (await (await browser_of()).get(f"/bjorken{address}")).text


async def test_an_account_that_was_disconnected_is_skipped_with_its_reason(browser_of: BrowserOf, settings: Settings) -> None:
    account = await account_of(cast.BJORKEN, settings)
    address = await telling.agree(browser_of, await made.promise(), kanaler=account)
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM connection WHERE id = $1", UUID(account))
    assert await telling.go_out(await browser_of(), settings, SOON) == ["page", "feed"]
    assert [one.reason for one in await rows(address) if one.state == "skipped"] == ["Kontot är bortkopplat."]


async def test_a_post_in_an_account_that_was_disconnected_is_for_a_person_to_take_away(browser_of: BrowserOf, settings: Settings) -> None:
    chosen = await account_of(cast.BJORKEN, settings)
    address = await telling.agree(browser_of, await made.promise(), kanaler=chosen)
    assert await telling.go_out(await browser_of(), settings, SOON, telling.Account()) == ["page", "feed", "mastodon"]
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM connection WHERE id = $1", UUID(chosen))
    await telling.press(await browser_of("pia"), address, "dra-tillbaka", varfor="Fel gata.")
    await telling.go_out(await browser_of(), settings, SOON)
    [left] = [one for one in await rows(address) if one.act == "retract"]
    assert (left.state, left.reason) == ("manual", "Kontot är bortkopplat. Finns inlägget kvar behöver ni ta bort det där.")
    assert left.reason in (await (await browser_of("anna")).get("/utskick?visa=manniska")).text


async def test_two_keys_turned_at_the_same_moment_do_not_miss_each_other(browser_of: BrowserOf) -> None:
    for _ in range(5):
        address = await telling.write(await browser_of("anna"), await made.promise())
        await telling.press(await browser_of("anna"), address, "dela")
        answers = await asyncio.gather(*[telling.press(await browser_of(leader), address, "godkann") for leader in ("bo", "pia")])
        assert [one.status_code for one in answers] == [303, 303]
        assert [one.channel for one in await rows(address)] == ["page", "feed"]
