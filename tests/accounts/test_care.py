"""Accounts are looked at once a day, and whoever must do something about one is told in time and once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.accounts import given
from tests.accounts.given import press
from tests.social import TOKEN
from trygghet.accounts import care
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Planned
from trygghet.notices import actions as notices

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.conftest import HandClock
    from tests.social import Social
    from trygghet.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]

NAME = "@bjorken@social.example.org"
DAY = dt.timedelta(days=1)


async def connected(url: str, settings: Settings, *, token: str = TOKEN, channel: str = "mastodon", owner: str | None = "anna") -> UUID:
    """An account that was connected at the beginning."""
    return await connections.add(
        cast.BJORKEN,
        channel=channel,
        name=NAME,
        base_url=url,
        token=token,
        secret_key=settings.secret_keys,
        owner_id=cast.person_id(owner) if owner else None,
        now=cast.START,
    )


async def waits(connection: UUID, *titles: str) -> None:
    """Publications that are due through it."""
    await deliveries.plan(
        cast.BJORKEN,
        [Planned(cast.BJORKEN, f"publication:{title}", "publication", "mastodon", title, cast.START, connection_id=connection) for title in titles],
        now=cast.START,
    )


async def test_an_account_is_looked_at_a_day_after_it_was_connected_and_then_daily(social: Social, at_home: Settings) -> None:
    one = await connected(social.url, at_home)
    for hours, checked in ((23, None), (24, 24), (30, 24), (48, 48)):
        await given.attend(at_home, cast.START + dt.timedelta(hours=hours))
        found = await connections.get(cast.BJORKEN, one)
        assert found.checked_at == (cast.START + dt.timedelta(hours=checked) if checked else None), hours
    assert (found.state, found.limits["characters"], bool(found.account_id)) == ("ok", 500, True), "what the server says of itself is refreshed"


async def test_one_failure_is_a_warning_and_its_end_is_seen_the_next_day(social: Social, at_home: Settings) -> None:
    one = await connected(social.url, at_home)
    social.fault(method="GET", path="/api/v1/accounts/verify_credentials", type="status", status=503)
    await given.attend(at_home, cast.START + DAY)
    found = await connections.get(cast.BJORKEN, one)
    assert (found.state, found.failing_since) == ("warning", cast.START + DAY)
    assert "503" in found.state_why
    await given.attend(at_home, cast.START + 2 * DAY)
    found = await connections.get(cast.BJORKEN, one)
    assert (found.state, found.state_why, found.failing_since) == ("ok", "", None)
    assert await given.letters(NAME) == []


async def test_a_refused_account_asks_its_owner_once_and_the_overview_names_it(
    front: cast.BrowserOf, social: Social, at_home: Settings, clock: HandClock
) -> None:
    one = await connected(social.url, at_home, token="revoked")
    await waits(one, "Belysningen är klar", "Nytt datum")
    for hours in (24, 25, 49):
        await given.attend(at_home, cast.START + dt.timedelta(hours=hours))
    [letter] = await given.letters(NAME)
    assert letter["person_id"] == cast.person_id("anna")
    assert "måste återanslutas" in letter["title"]
    assert "Två utskick väntar, först ”Belysningen är klar”." in " ".join(letter["words"]["lines"])
    clock.at += 2 * DAY
    bo = await front("bo")
    page = (await bo.get("/oversikt")).text
    assert f"Mastodon måste återanslutas: {NAME}" in page
    assert "Ansluten av Anna A" in page
    assert "Två utskick väntar" in page
    await connected(social.url, at_home)
    assert "måste återanslutas" not in (await bo.get("/oversikt")).text
    assert (await connections.get(cast.BJORKEN, one)).state == "ok"


async def test_the_same_account_refused_again_is_news_again(at_home: Settings) -> None:
    one = await connected("https://social.example.org", at_home)
    for days in (1, 3):
        now = cast.START + days * DAY
        await connections.needs_human(cast.BJORKEN, one, why="Kontot får inte skriva längre.", now=now)
        await care.across_organisations_tell(now=now)
        await connections.works(cast.BJORKEN, one, now=now + dt.timedelta(hours=1))
    assert len(await given.letters(NAME)) == 2


async def test_where_the_owner_has_left_the_administrators_are_asked(at_home: Settings) -> None:
    one = await connected("https://social.example.org", at_home)
    await given.sql("UPDATE member SET until_on = '2024-09-01' WHERE person_id = $1", cast.person_id("anna"))
    await connections.needs_human(cast.BJORKEN, one, why="Kontot får inte skriva längre.", now=cast.START)
    await care.across_organisations_tell(now=cast.START)
    [letter] = await given.letters(NAME)
    assert (letter["person_id"], letter["seat"]) == (None, "administrator")


async def test_the_letter_says_what_waits_and_where_to_go(at_home: Settings) -> None:
    one = await connected("https://social.example.org", at_home)
    await connections.needs_human(cast.BJORKEN, one, why="Kontot får inte skriva längre.", now=cast.START)
    await care.across_organisations_tell(now=cast.START)
    row = (await given.letters(NAME))[0]
    from trygghet import database
    from trygghet.deliveries import store

    async with database.within(cast.BJORKEN):
        delivery = await store.get(cast.BJORKEN, row["id"])
    letter = await notices.compose(cast.BJORKEN, delivery, settings=at_home, now=cast.START)
    assert letter.to_address == cast.email("anna")
    for said in ("Kontot får inte skriva längre.", f"{at_home.public_url}/kopplingar", "Du anslöt kontot."):
        assert said in letter.text


async def test_what_ends_is_said_thirty_fourteen_seven_and_two_days_before(front: cast.BrowserOf, at_home: Settings, clock: HandClock) -> None:
    one = await connected("https://social.example.org", at_home)
    ends = cast.START + 40 * DAY
    await given.sql("UPDATE connection SET expires_at = $1", ends)
    told = []
    for days in range(41):
        before = len(await given.letters(NAME))
        await care.across_organisations_tell(now=cast.START + days * DAY)
        told += [40 - days] * (len(await given.letters(NAME)) - before)
    assert told == [30, 14, 7, 2]
    assert [letter["title"] for letter in await given.letters(NAME)][-1] == f"Mastodon går ut om två dagar: {NAME}"
    adam = await front("adam")
    clock.at = ends - 20 * DAY
    page = (await adam.get("/kopplingar")).text
    assert "Varning" in page
    assert "Den går ut om 20 dagar." in page
    assert NAME not in (await adam.get("/oversikt")).text
    clock.at = ends - 6 * DAY
    assert f"måste snart förnyas: {NAME}" in (await (await front("anna")).get("/oversikt")).text
    await connected("https://social.example.org", at_home)
    assert (await connections.get(cast.BJORKEN, one)).expires_at is None


async def test_a_warning_whose_day_was_missed_is_said_once_and_later_ones_in_their_time(at_home: Settings) -> None:
    await connected("https://social.example.org", at_home)
    await given.sql("UPDATE connection SET expires_at = $1", cast.START + 10 * DAY)
    for days in (0, 1, 3):
        await care.across_organisations_tell(now=cast.START + days * DAY)
    assert [letter["title"].partition(":")[0] for letter in await given.letters(NAME)] == [
        "Mastodon går ut om tio dagar",
        "Mastodon går ut om sju dagar",
    ]


async def test_what_is_switched_off_is_neither_looked_at_nor_warned_of(social: Social, at_home: Settings) -> None:
    one = await connected(social.url, at_home, token="revoked")
    await given.sql("UPDATE connection SET expires_at = $1", cast.START + 5 * DAY)
    await connections.switch(cast.BJORKEN, one, on=False, now=cast.START)
    await given.attend(at_home, cast.START + 2 * DAY)
    found = await connections.get(cast.BJORKEN, one)
    assert (found.state, found.checked_at) == ("off", None)
    assert await given.letters(NAME) == []


async def test_a_copy_looks_at_nothing(social: Social, at_home: Settings) -> None:
    one = await connected(social.url, at_home)
    await given.sql("UPDATE installation SET environment = 'somewhere else'")
    await given.attend(at_home, cast.START + 2 * DAY)
    assert (await connections.get(cast.BJORKEN, one)).checked_at is None


async def test_an_account_is_looked_at_when_somebody_asks(front: cast.BrowserOf, social: Social, at_home: Settings) -> None:
    one = await connected(social.url, at_home, token="revoked")
    adam: httpx.AsyncClient = await front("adam")
    page = (await press(adam, f"/kopplingar/{one}/prova")).text
    assert "Måste återanslutas" in page
    assert (await connections.get(cast.BJORKEN, one)).checked_at == cast.START
