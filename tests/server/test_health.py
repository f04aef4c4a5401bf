"""What load balancers and Prometheus see."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import uuid
from typing import TYPE_CHECKING

import asyncpg
import httpx
import pytest

from tests import cast
from trygghet import app, database, embedded, logs

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator

    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def probe(database_url: str, valkey: embedded.Valkey, settings: Settings, clock: HandClock) -> AsyncIterator[httpx.AsyncClient]:
    """What a load balancer has: the address of a running application, and no session."""
    made = app.create_app(dataclasses.replace(settings, database_url=database_url, redis_url=valkey.url), clock=clock)
    async with made.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://testserver") as client:
        yield client


async def test_ready_looks_at_database_migrations_and_valkey(probe: httpx.AsyncClient) -> None:
    answer = await probe.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"postgresql": "ok", "migrations": "ok", "outbound": "ok", "valkey": "ok"}}
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


async def test_a_missing_migration_is_not_ready_and_is_named(probe: httpx.AsyncClient, database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute("DELETE FROM migration WHERE name = '0001_start'")
    await owner.close()
    answer = await probe.get("/health/ready")
    assert answer.status_code == 503
    assert "0001_start" in answer.json()["checks"]["migrations"]


async def test_a_closed_database_is_not_ready_but_alive(probe: httpx.AsyncClient, postgresql: embedded.PostgreSQL, database_url: str) -> None:
    admin = await asyncpg.connect(postgresql.url)
    name = database_url.rsplit("/", 1)[1]
    await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    await admin.close()
    ready, live = await probe.get("/health/ready"), await probe.get("/health/live")
    assert ready.status_code == 503
    assert ready.json()["checks"]["postgresql"] != "ok"
    assert live.status_code == 200


@pytest.mark.parametrize(("address", "why"), [("redis://127.0.0.1:1/0", "tar inte emot"), ("redis://:fel@{there}/0", "fel lösenord")])
async def test_an_unreachable_valkey_is_not_ready(
    database_url: str, valkey: embedded.Valkey, settings: Settings, clock: HandClock, address: str, why: str
) -> None:
    url = address.format(there=f"127.0.0.1:{valkey.port}")
    made = app.create_app(dataclasses.replace(settings, database_url=database_url, redis_url=url), clock=clock)
    async with made.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://testserver") as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert why in answer.json()["checks"]["valkey"]


async def test_metrics_tell_deliveries_by_state_and_the_age_of_the_oldest_due(probe: httpx.AsyncClient, clock: HandClock) -> None:
    async with database.across_organisations() as link:
        for number, (state, hours) in enumerate([("planned", 2), ("planned", -5), ("failed", 30), ("sent", 31)]):
            await link.execute(
                "INSERT INTO delivery (id, organisation_id, key, kind, channel, title, due_at, state, created_at) VALUES ($1, $2, $3, 'reminder', 'mail', 'x', $4, $5, $4)",
                uuid.uuid4(),
                cast.BJORKEN,
                f"k{number}",
                clock.at - dt.timedelta(hours=hours),
                state,
            )
    await probe.get("/nej/alls-inte")
    text = (await probe.get("/metrics")).text
    assert 'trygghet_deliveries{state="planned"} 2.0' in text
    assert 'trygghet_deliveries{state="failed"} 1.0' in text
    assert 'trygghet_deliveries{state="unclear"} 0.0' in text
    assert "trygghet_oldest_due_seconds 7200.0" in text
    assert 'trygghet_requests_total{method="GET",route="(ingen)",status="404"} 1.0' in text


async def test_the_request_log_has_the_route_and_nothing_that_was_sent(probe: httpx.AsyncClient, logged: io.StringIO) -> None:
    await probe.post("/logga-in?vidare=/hemlig-sida", data={"email": "anna@cast.example.org", "password": "mitt-lösenord"})
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    request = next(line for line in lines if line["event"] == "request")
    assert request["method"] == "POST"
    assert request["route"] == "/logga-in"
    assert request["status"] == 403
    assert request["ms"] > 0
    assert len(request["request_id"]) == 16
    assert not any(word in json.dumps(lines, ensure_ascii=False) for word in ("anna", "lösenord", "hemlig"))


@pytest.mark.usefixtures("logged")
def test_the_web_servers_own_lines_about_who_asked_for_what_stay_unwritten(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", readable=False)  # once more: pytest has begun to listen to loggers that pass nothing on
    assert not logging.getLogger("uvicorn.access").hasHandlers(), "uvicorn writes the lines where anybody would hear"
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "192.0.2.7:4711", "GET", "/logga-in?vidare=/hemlig", "1.1", 200)
    logging.getLogger("uvicorn.error").info("up")
    written = capsys.readouterr().err
    assert "up" in written
    assert "192.0.2.7" not in written
