"""The administrator's page about the organisation's own rooms, over the front door; and that an address is never seen again."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import cast
from tests.channels.chat import SECRET, Told
from tests.obligations import given as duties
from tests.webhooks import given
from trygghet import app, database
from trygghet.connections import actions as connections

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from tests.channels.chat import Room
    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def at_home(settings: Settings, room: Room) -> Settings:
    """Settings of an example: the only installation that may write to a room on this machine."""
    return replace(settings, example=True, example_social_url=room.base)


@pytest.fixture
async def adam(database_url: str, at_home: Settings, clock: HandClock) -> AsyncIterator[httpx.AsyncClient]:
    """Björken's administrator, signed in."""
    made = app.create_app(at_home, clock=clock)
    transport = httpx.ASGITransport(app=made, raise_app_exceptions=False)
    async with made.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        await cast.sign_in(client, "adam")
        yield client


async def press(client: httpx.AsyncClient, path: str, **form: str) -> httpx.Response:
    """Sends a form of the page, and goes where that leads."""
    token = cast.csrf((await client.get("/kanaler")).text)
    return await client.post(path, data={**form, "_csrf_token": token}, follow_redirects=True)


async def connect(client: httpx.AsyncClient, url: str, name: str = given.NAME, form: str = "teams") -> httpx.Response:
    return await press(client, "/kanaler", namn=name, form=form, hemlig_adress=url)


async def channel_id() -> UUID:
    [one] = await connections.webhooks(cast.BJORKEN)
    return one.id


async def test_a_room_is_connected_tried_paused_taken_up_again_and_removed(adam: httpx.AsyncClient, room: Room, at_home: Settings) -> None:
    assert "Ingen kanal är ansluten" in (await adam.get("/kanaler")).text
    page = (await connect(adam, room.url)).text
    assert "Ansluten" in page
    assert f"Teams, {room.base.removeprefix('http://')}" in page
    path = f"/kanaler/{await channel_id()}"
    assert "Planerad" in (await press(adam, f"{path}/prova")).text
    await given.deliver(cast.START, at_home)
    assert room.got[0]["attachments"][0]["content"]["body"][0]["text"] == "Provinlägg från Trygghet"
    page = (await adam.get("/kanaler")).text
    assert "Provinlägg" in page
    assert "Skickat" in page
    page = (await press(adam, f"{path}/pausa")).text
    assert "Pausad" in page
    assert "Skicka ett prov" not in page
    assert "Ansluten" in (await press(adam, f"{path}/ateruppta")).text
    assert "Ingen kanal är ansluten" in (await press(adam, f"{path}/ta-bort")).text
    history = (await adam.get("/medlemmar/historik")).text
    for act in ("anslöts", "pausades", "togs i bruk igen", "togs bort"):
        assert f"Kanalen Trygghetsgruppen {act}." in history


async def test_pressing_twice_within_a_minute_is_one_post(adam: httpx.AsyncClient, room: Room, at_home: Settings) -> None:
    await connect(adam, room.url)
    for _ in range(2):
        await press(adam, f"/kanaler/{await channel_id()}/prova")
    await given.deliver(cast.START, at_home)
    assert len(room.got) == 1


async def test_what_a_room_answers_stands_on_the_page_and_in_the_ledger(adam: httpx.AsyncClient, room: Room, at_home: Settings) -> None:
    await connect(adam, room.url)
    room.told = [Told(404, b"no_service")]
    await press(adam, f"/kanaler/{await channel_id()}/prova")
    await given.deliver(cast.START, at_home)
    page = (await adam.get("/kanaler")).text
    assert "Behöver en ny adress" in page
    assert "gäller inte längre (404 no_service)" in page
    ledger = (await adam.get("/utskick")).text
    assert "”Provinlägg” kom inte fram till kanalen Trygghetsgruppen" in ledger
    page = (await connect(adam, room.url)).text
    assert "Behöver en ny adress" not in page, "the same name again is the same room with a new address"
    assert page.count("Ta bort<") == 1


# ---------------------------------------------------------------- the secret
async def test_the_address_is_in_no_page_table_or_export(adam: httpx.AsyncClient, room: Room, at_home: Settings, logged: io.StringIO) -> None:
    promise_id = await duties.promise()
    shown = [(await connect(adam, room.url)).text]
    room.told = [Told(500, room.url.encode()), Told(410, room.url.encode())]
    now = await given.reminded_on()
    await given.minute(now, at_home)
    await press(adam, f"/kanaler/{await channel_id()}/prova")
    await given.deliver(cast.START, at_home)
    shown += [(await adam.get(path)).text for path in ("/kanaler", "/utskick", "/utskick?visa=manniska", "/medlemmar", "/medlemmar/historik")]
    async with httpx.AsyncClient(transport=adam._transport, base_url="http://testserver") as anna:
        await cast.sign_in(anna, "anna")
        shown += [(await anna.get(path)).text for path in ("/utskick", "/uppdateringar", f"/loften/{promise_id}")]
        packed = await anna.get(f"/loften/{promise_id}/akt")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as dossier:
        shown += [dossier.read(name).decode("utf-8", "replace") for name in dossier.namelist()]
    async with database.across_organisations() as link:
        for table in [row[0] for row in await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")]:
            shown += [row[0] for row in await link.fetch(f"SELECT t::text FROM {table} t")]
            if table == "connection":
                shown += [row[0].decode() for row in await link.fetch("SELECT secret FROM connection")]
    shown += [logged.getvalue()]
    assert len(room.got) == 2
    assert "/prova" in logged.getvalue()
    assert not [one for one in shown if "HEMLIG" in one or SECRET in one]


def test_the_address_is_in_no_log_however_much_is_logged(room: Room) -> None:
    code = (
        "import asyncio, sys; from trygghet import logs; from trygghet.channels import Account, Post; from trygghet.channels.http import Http; "
        "from trygghet.channels.sealing import seal; from trygghet.channels.webhook import Webhook; logs.configure('debug', readable=False); "
        "account = Account('', seal('k' * 40, sys.argv[1]).decode(), 'Rum', 'slack'); "
        "asyncio.run(Webhook(Http(loopback_only=True), 'k' * 40).send(Post('webhook', 'k', 'Hej', '', '', '', account=account)))"
    )
    done = subprocess.run([sys.executable, "-c", code, room.url], capture_output=True, text=True, check=True)
    assert "Using selector" in done.stderr, "much is logged"
    assert len(room.got) == 1
    assert "HEMLIG" not in done.stdout + done.stderr


async def test_a_refused_form_keeps_the_name_and_not_the_address(adam: httpx.AsyncClient) -> None:
    answer = await connect(adam, f"http://chat.example.org/{SECRET}")
    assert answer.status_code == 422
    assert 'value="Trygghetsgruppen"' in answer.text
    assert "HEMLIG" not in answer.text
    assert "Den börjar med https://" in answer.text


async def test_an_address_typed_when_the_sign_in_had_ended_is_not_carried_along(adam: httpx.AsyncClient, room: Room) -> None:
    token = cast.csrf((await adam.get("/kanaler")).text)
    adam.cookies.delete("trygghet_session")
    form = {"namn": "Trygghetsgruppen", "form": "slack", "hemlig_adress": room.url, "_csrf_token": token}
    answer = await adam.post("/kanaler", data=form, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 401
    assert "Trygghetsgruppen" in answer.text, "the rest is"
    assert "HEMLIG" not in answer.text


# ---------------------------------------------------------------- what is refused
async def test_an_address_that_leads_to_a_closed_net_is_refused_with_the_reason(browser_of: cast.BrowserOf) -> None:
    client = await browser_of("adam")
    closed = dict.fromkeys(("10.0.0.8", "localhost", "169.254.169.254"), "leder till ett slutet nät")
    for host, said in {**closed, "finns-inte.invalid": "gick inte att slå upp"}.items():
        answer = await connect(client, f"https://{host}/1")
        assert answer.status_code == 422
        assert said in answer.text
    assert await connections.webhooks(cast.BJORKEN) == []


async def test_all_that_is_wrong_is_said_at_once(browser_of: cast.BrowserOf) -> None:
    answer = await connect(await browser_of("adam"), "", name="", form="sms")
    for said in ("Namn: skriv något här.", "Form: välj Teams eller Slack.", "Adress: klistra in"):
        assert said in answer.text


# ---------------------------------------------------------------- whose it is
async def test_a_partner_neither_sees_the_room_nor_can_send_an_update_there(room: Room, settings: Settings, database_url: str) -> None:
    await duties.promise()
    channel = await given.connected(room, settings)
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetchval("SELECT count(*) FROM connection") == 0, "an account is shown to partners, a room is not"
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        assert channel not in {one.id for one in await connections.of(organisation, [cast.BJORKEN, cast.SKOGEN])}


async def test_only_an_administrator_has_the_page(browser_of: cast.BrowserOf) -> None:
    for who, status in (("adam", 200), ("anna", 403), ("bo", 403), ("ragna", 403)):
        assert (await (await browser_of(who)).get("/kanaler")).status_code == status, who
