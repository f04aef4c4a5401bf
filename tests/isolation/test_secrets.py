"""What opens an account is read by its server alone: it is in no log, on no page, and in no copy of the database."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, databases, made, telling
from tests.outside.hook import SignedWebhook
from tests.outside.mastodon_mock import LIMITS, MastodonMock
from trygghet import database
from trygghet.channels import Health
from trygghet.channels.hook import Hook
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon
from trygghet.connections import actions as connections
from trygghet.deliveries import sending
from trygghet.notices import actions as notices
from trygghet.updates import actions as updates
from trygghet.updates.rules import Written

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
TOKEN, BROKEN = "mock_token", "hemlighet-som-ingen-kan-tyda"
MOST_PAGES = 40
NOT_PAGES = ("/static", "/bjorken", "/paminnelser")
"""Files, what residents read, and a hundred pages of the same kind."""


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[tuple[MastodonMock, SignedWebhook]]:
    social, hook = MastodonMock.start(tmp_path), SignedWebhook.start(tmp_path)
    yield social, hook
    social.stop()
    hook.stop()


async def test_what_opens_an_account_is_in_no_log_on_no_page_and_in_no_copy_of_the_database(
    browser_of: BrowserOf, settings: Settings, outside: tuple[MastodonMock, SignedWebhook], logged: io.StringIO
) -> None:
    social, hook = outside
    secrets = (TOKEN, BROKEN, *hook.secrets)
    parts = json.dumps({"url": f"{hook.wire.url}/krok?nyckel=HEMLIG", "secrets": hook.receiver.secrets})
    accounts = (
        await _connect(settings, "mastodon", "@bjorken@example.org", social.wire.url, TOKEN),
        await _connect(settings, "hook", "Intranätet", "https://intranat.example.org", parts),
        await _connect(settings, "hook", "Trasig", "https://trasig.example.org", BROKEN),
    )
    update = await _agree(accounts)
    social.wire.cut("POST /api/v1/statuses")
    hook.wire.answer("POST", 500, {"error": parts})
    await _go_out(browser := await browser_of(), settings, minutes=0)
    social.wire.answer("GET /api/v1", 401, {"error": f"{TOKEN} is no more"})
    await _go_out(browser, settings, minutes=1)
    await _go_out(browser, settings, minutes=10)
    await updates.withdraw(cast.BJORKEN, update, "Fel gata.", by=cast.asking("anna"), now=cast.START)
    for begins in ("GET /api/v1", "DELETE ", "POST "):
        social.wire.answer(begins, 401, {"error": f"{TOKEN} is no more"})
        hook.wire.lose("POST")
    await _go_out(browser, settings, minutes=20)
    states = await _states()
    assert {"sent", "planned"} <= states, f"or else nothing has gone well, or nothing wrong: {states}"
    told = {
        "the pages": "\n".join([await _pages(await browser_of(who), update) for who in ("anna", "adam", "pia")]),
        "the database": await _dump(),
        "the log": logged.getvalue(),
    }
    assert "delivery_bug" in told["the log"]
    assert "request" in told["the log"]
    assert "/kopplingar" in told["the pages"]
    for where, text in told.items():
        for secret in secrets:
            assert secret not in text, f"{secret} is in {where}: {text[max(0, text.find(secret) - 200) :][:300]}"


async def _connect(settings: Settings, channel: str, name: str, base_url: str, token: str) -> str:
    health = Health("ok", limits=LIMITS if channel == "mastodon" else {})
    return str(
        await connections.add(
            cast.BJORKEN,
            channel=channel,
            name=name,
            base_url=base_url,
            token=token,
            secret_key=settings.secret_key,
            health=health,
            owner_id=cast.person_id("anna"),
            now=cast.START,
        )
    )


async def _agree(accounts: tuple[str, ...]) -> uuid.UUID:
    anna = cast.asking("anna")
    written = Written(telling.TITLE, telling.BODY, accounts)
    update = await updates.write(cast.BJORKEN, await made.promise(), written, public_url="http://testserver", by=anna, now=cast.START)
    async with database.across_organisations() as link:
        seen = await link.fetchval("SELECT content_hash FROM status_update WHERE id = $1", update)
    await updates.share(cast.BJORKEN, update, seen=seen, by=anna, now=cast.START)
    for who in ("bo", "pia"):
        await updates.approve(cast.asking(who).organisation, update, seen=seen, by=cast.asking(who), now=cast.START)
    return update


async def _go_out(browser: httpx.AsyncClient, settings: Settings, *, minutes: int) -> None:
    """All that is due, by the product's own channels, so many minutes later."""
    later = dt.timedelta(minutes=minutes)
    now, wall = cast.START + later, telling.WALL + later
    reading = telling.Reading(browser)
    channels: dict[str, Any] = {
        "page": reading,
        "feed": reading,
        "mail": telling.Swallowing(),
        "mastodon": Mastodon(Http(loopback_only=True), settings.secret_keys),
        "hook": Hook(Http(loopback_only=True, public_only=True), settings.secret_keys),
    }
    composers: dict[str, Any] = {"publication": updates.composer(settings), "notice": notices.composer(settings)}
    while batches := await sending.across_organisations_hand_out(now=now, wall=wall):
        for batch in batches:
            await sending.across_organisations_deliver(batch, composers=composers, channels=channels, now=now, wall=wall)


async def _states() -> set[str]:
    async with database.across_organisations() as link:
        return {row["state"] for row in await link.fetch("SELECT state FROM delivery WHERE connection_id IS NOT NULL")}


async def _pages(browser: httpx.AsyncClient, update: uuid.UUID) -> str:
    """Every page that one comes to by following links, from those about accounts and publications on."""
    waiting = [
        "/kopplingar",
        "/utskick",
        f"/uppdateringar/{update}",
        f"/uppdateringar/{update}/kopior",
        "/uppdateringar",
        "/oversikt",
        "/medlemmar/historik",
    ]
    read: dict[str, str] = {}
    while waiting and len(read) < MOST_PAGES:
        address = waiting.pop(0)
        if address in read:
            continue
        answer = await browser.get(address)
        read[address] = answer.text
        waiting += [one for one in re.findall(r'href="(/[^"#]*)"', answer.text) if not one.startswith(NOT_PAGES)]
    return "\n".join(f"{address}\n{text}" for address, text in read.items())


async def _dump() -> str:
    """Every row of every table, with what is stored as bytes read as text too."""
    async with database.across_organisations() as link:
        await link.execute("SET LOCAL ROLE trygghet_system")
        rows = [text for _, text in await databases.rows(link)]
    octets = [bytes.fromhex(one).decode("latin-1") for text in rows for one in re.findall(r"\\x([0-9a-f]{2,})", text)]
    return "\n".join([*rows, *octets])
