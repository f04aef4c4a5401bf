"""One at a time at an account, and what its server renews is kept; secrets outlive the key that sealed them."""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING

import pytest

from tests import cast
from trygghet import database
from trygghet.channels.sealing import seal, unseal
from trygghet.connections import actions, keeping
from trygghet.connections.keeping import Keeper

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]

OLD, NEW = "o" * 40, "n" * 40


async def connected(token: str = "den första", key: str = OLD) -> UUID:
    return await actions.add(
        cast.BJORKEN, channel="bluesky", name="bjorken.test", base_url="https://pds.example.org", token=token, secret_key=key, now=cast.START
    )


async def stored(one: UUID, *keys: str) -> str | None:
    return unseal(keys or (OLD,), (await actions.account(cast.BJORKEN, one)).token)


async def test_whoever_waits_for_an_account_gets_it_as_it_was_renewed_meanwhile() -> None:
    one = await connected()
    account, keeper, seen = await actions.account(cast.BJORKEN, one), Keeper(OLD), []

    async def renew(number: int) -> None:
        async with keeper.alone(account) as mine:
            seen.append(unseal(OLD, mine.token))
            await asyncio.sleep(0.02)
            await keeper.renewed(mine, seal(OLD, f"nummer {number}").decode())

    await asyncio.gather(*(renew(number) for number in range(3)))
    assert seen[0] == "den första"
    assert len(set(seen)) == 3, "each found what the one before had left"


async def test_two_accounts_do_not_wait_for_each_other_and_nobody_for_himself() -> None:
    first = await connected()
    async with keeping.alone(first), asyncio.timeout(2), keeping.alone(cast.BJORKEN), keeping.alone(first):
        pass


async def test_whoever_comes_from_elsewhere_waits() -> None:
    one, order = await connected(), []

    async def second() -> None:
        async with keeping.alone(one):
            order.append("second")

    elsewhere = contextvars.copy_context()  # of before anything is held
    async with keeping.alone(one):
        waiting = elsewhere.run(asyncio.create_task, second())
        await asyncio.sleep(0.05)
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_an_account_that_was_connected_anew_keeps_its_new_password() -> None:
    one = await connected()
    before = await actions.account(cast.BJORKEN, one)
    await connected("lösenordet som en människa skrev")
    await Keeper(OLD).renewed(before, seal(OLD, "en token som kom för sent").decode())
    assert await stored(one) == "lösenordet som en människa skrev"


async def test_a_secret_that_is_sealed_anew_on_the_way_is_still_the_same_secret() -> None:
    one = await connected()
    before = await actions.account(cast.BJORKEN, one)
    await actions.across_organisations_rotate((NEW, OLD), now=cast.START)
    await Keeper((NEW, OLD)).renewed(before, seal(NEW, "nästa").decode())
    assert await stored(one, NEW) == "nästa"


async def test_an_account_that_is_taken_away_meanwhile_stays_away() -> None:
    one = await connected()
    account = await actions.account(cast.BJORKEN, one)
    await actions.remove(cast.BJORKEN, one)
    await Keeper(OLD).renewed(account, seal(OLD, "nästa").decode())
    assert await actions.accounts(cast.BJORKEN) == []


# ---------------------------------------------------------------- keys
async def test_a_changed_key_opens_what_was_sealed_before_and_seals_all_anew() -> None:
    one = await connected()
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO channel_app (channel, base_url, secret, created_at) VALUES ('mastodon', 'https://a.example', $1, $2)",
            seal(OLD, "vi"),
            cast.START,
        )
    assert await stored(one, NEW) is None
    assert await stored(one, NEW, OLD) == "den första"
    assert await actions.across_organisations_rotate((NEW, OLD), now=cast.START) == (2, ())
    assert await stored(one, NEW) == "den första"
    assert await stored(one, OLD) is None
    async with database.across_organisations() as link:
        assert unseal(NEW, (await link.fetchval("SELECT secret FROM channel_app")).decode()) == "vi"


async def test_what_no_key_opens_is_named_left_as_it_is_and_asks_for_a_person() -> None:
    one = await connected(key="u" * 40)
    assert await actions.across_organisations_rotate((NEW, OLD), now=cast.START) == (0, ("bjorken.test (Björken)",))
    found = await actions.get(cast.BJORKEN, one)
    assert (found.state, found.state_why) == ("needs_human", "Kopplingen kan inte läsas, för SECRET_KEY har bytts. Anslut den igen.")
    assert await stored(one, "u" * 40) == "den första"
    assert (await actions.across_organisations_examine()).found == "1 av 1 måste återanslutas"


async def test_no_object_that_is_passed_around_shows_a_secret() -> None:
    one = await connected()
    account = await actions.account(cast.BJORKEN, one)
    for text in (repr(account), str(account), repr(await actions.get(cast.BJORKEN, one))):
        assert "den första" not in text
        assert account.token not in text
