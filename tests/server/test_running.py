"""One command gives the whole product, and one key takes all of it away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.server.product import TRYGGHET, Product, alive, below, environment, open_folder, patience, running, status, until
from trygghet import embedded
from trygghet.local import read_note

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """One data folder for this file: that it is found again is part of what is tested."""
    with open_folder() as folder:
        yield folder


def trygghet(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command beside."""
    return subprocess.run([TRYGGHET, *arguments], env=environment(var, **more), capture_output=True, text=True, timeout=patience(60), check=False)


async def _ask(url: str, query: str) -> object:
    link = await asyncpg.connect(url)
    try:
        return await link.fetchval(query)
    finally:
        await link.close()


def test_from_nothing_to_a_first_page_and_ctrl_c_leaves_nothing(var: Path) -> None:
    with running(var) as product:
        assert until(lambda: status(f"{product.address}/logga-in") == 200, patience(15))
        for word in ("maj.lindroth@amal.example.org", "samordnare", "ledare", "rapportör", "administratör", "två-nycklar-räcker", "/exempel/mejl"):
            assert word in product.text
        children = below(product.process.pid)
        for part in ("postgres", "valkey", "trygghet.app", "workers.queue", "workers.timetable", "example.catcher"):
            assert any(part in command for command in children.values()), part
        assert product.stop() == 0
        assert not [command for pid, command in children.items() if alive(pid)]
        assert "Stoppar …" in product.lines[-1]
        assert stat.S_IMODE((var / "secret-key").stat().st_mode) == 0o600
        assert not (var / "running.json").exists()


@pytest.mark.anyio
async def test_a_second_start_finds_the_same_data_and_loads_nothing_twice(var: Path) -> None:
    with running(var) as product:
        url = json.loads((var / "running.json").read_text())["DATABASE_URL"]
        assert stat.S_IMODE((var / "running.json").stat().st_mode) == 0o600
        before = await _ask(url, "SELECT count(*) FROM promise")
        await _ask(url, "UPDATE person SET name = 'Maj Nygift' WHERE email = 'maj.lindroth@amal.example.org'")
        product.stop()
    with running(var) as product:
        url = json.loads((var / "running.json").read_text())["DATABASE_URL"]
        assert await _ask(url, "SELECT name FROM person WHERE email = 'maj.lindroth@amal.example.org'") == "Maj Nygift"
        assert await _ask(url, "SELECT count(*) FROM promise") == before == 5
        product.stop()


def test_nothing_survives_a_kill_9_of_the_supervisor_and_a_start_at_once_works(var: Path) -> None:
    with running(var) as product:
        assert until(lambda: sum("workers.queue" in one for one in below(product.process.pid).values()) >= 3, patience(20)), (
            "the worker has children of its own"
        )
        children = below(product.process.pid)
        product.process.kill()
        with running(var) as again:
            assert status(f"{again.address}/health/ready") == 200
            again.stop()
        assert not [command for pid, command in children.items() if alive(pid)]


def test_five_seconds_after_a_kill_9_not_even_a_busy_worker_is_left(var: Path) -> None:
    with running(var) as product:
        children = below(product.process.pid)
        for pid, command in children.items():
            if "workers.queue" in command:
                os.kill(pid, signal.SIGSTOP)  # deaf to every polite signal
        product.process.kill()
        assert until(lambda: not [pid for pid in children if alive(pid)], patience(5)), [children[pid] for pid in children if alive(pid)]


def test_beside_a_running_one_a_second_says_where_it_is_and_the_commands_work(var: Path) -> None:
    with running(var) as product:
        second = trygghet(var, "run")
        assert second.returncode == 1
        assert f"Trygghet körs redan med datat i {var}: {product.address}" in second.stderr
        listed = trygghet(var, "schedule", "--organisation", "amal", "--from", "2024-07-01", "--to", "2024-12-31", "--format", "json")
        assert listed.returncode == 0, listed.stderr
        lines = json.loads(listed.stdout)
        assert any(line["at"] == "2024-10-02T07:30:00+02:00" and line["lead_days"] == 90 and line["to"][0]["email"] for line in lines)
        assert until(lambda: not embedded.is_free(int(read_note(var)["SMTP_URL"].rpartition(":")[2])), patience(20)), "the catcher listens"
        well = trygghet(var, "doctor", PORT=product.address.rsplit(":", 1)[1])
        assert well.returncode == 0, well.stdout
        assert "Trygghet svarar på" in well.stdout
        product.stop()


def test_what_dies_is_started_again(var: Path) -> None:
    with running(var) as product:
        web = product.pid_of("trygghet.app")
        os.kill(web, signal.SIGKILL)
        assert until(lambda: "webben är igång igen." in product.text and status(f"{product.address}/health/ready") == 200, patience(15)), product.text
        os.kill(product.pid_of("embedded_postgres"), signal.SIGKILL)
        assert until(lambda: "PostgreSQL är igång igen." in product.text and status(f"{product.address}/health/ready") == 200, patience(20)), (
            product.text
        )
        assert product.stop(signal.SIGTERM) == 0


def test_what_dies_again_and_again_stops_everything_with_the_end_of_its_log(var: Path) -> None:
    with running(var) as product:
        for times in range(1, 6):
            os.kill(product.pid_of("trygghet.app"), signal.SIGKILL)
            assert until(
                lambda times=times: product.text.count("webben är igång igen.") == times or product.process.poll() is not None, patience(20)
            ), product.text
        assert product.process.wait(patience(20)) == 1
        assert "webben stannar gång på gång" in product.text
        assert "web.log" in product.text


def test_a_taken_port_that_was_asked_for_is_a_sentence_and_nothing_starts(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = trygghet(var, "run", PORT=str(port))
    assert answer.returncode == 1
    assert f"Port {port} är upptagen" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_usual_port_being_taken_gives_another(var: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if embedded.is_free(8000):
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        with running(var) as product:
            assert not product.address.endswith(":8000")
            assert status(f"{product.address}/health/live") == 200
            assert "Port 8000 är upptagen, så det blir" in product.text
            product.stop()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"SMTP_URL": "smtp://mejl.kommunen.example:25"}, "Exemplet (EXAMPLE=1) skickar bara till den här maskinen, men SMTP_URL"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL måste börja med postgres"),
        ({"SECRET_KEY_FILE": "/finns/inte"}, "SECRET_KEY_FILE pekar på /finns/inte"),
        ({"PORT": "åtta"}, "PORT måste vara ett heltal"),
        ({"DATABASE_URL": "postgresql://ingen@127.0.0.1:1/ingen"}, "127.0.0.1:1"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL"),
    ],
)
def test_a_wrong_setting_is_one_sentence(var: Path, more: dict[str, str], sentence: str) -> None:
    answer = trygghet(var, "run", **more)
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_real_servers_stand_in_each_for_itself(var: Path) -> None:
    with open_folder() as elsewhere:
        database = embedded.PostgreSQL(elsewhere / "postgresql").start()
        try:
            (elsewhere / "address").write_text(database.url + "\n")
            with running(elsewhere / "var", DATABASE_URL_FILE=str(elsewhere / "address")) as product:
                assert status(f"{product.address}/health/ready") == 200
                commands = below(product.process.pid).values()
                assert not any("embedded_postgres" in one for one in commands)
                assert any("valkey" in one for one in commands)
                product.stop()
        finally:
            database.stop()


@pytest.mark.skipif(not AS_ROOT, reason="only root runs PostgreSQL as somebody else")
def test_root_in_a_closed_home_simply_works() -> None:
    closed = Path(tempfile.mkdtemp(prefix="trygghet-closed-"))  # 0700
    var = closed / "var"
    home = embedded.server_home(var)
    try:
        with running(var) as product:
            assert status(f"{product.address}/logga-in") == 200
            product.stop()
        assert home.parent == Path("/var/tmp")
        assert str(home) in (var / "databasen-ligger-i.txt").read_text()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(closed, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def test_an_old_lock_file_is_in_nobodys_way() -> None:
    with open_folder() as var:
        (var / "lock").write_text("1")
        assert trygghet(var, "migrate").returncode == 0


def test_make_takes_the_product_with_it(var: Path) -> None:
    """`kill -9` of make, which started us, is no reason to go on."""
    parent = subprocess.Popen(
        ["sh", "-c", f"{TRYGGHET} run --with-parent; true"], env=environment(var), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert parent.stdout is not None
        assert any("Ctrl-C stoppar allt" in line for line in iter(parent.stdout.readline, ""))
        children = below(parent.pid)
        parent.kill()
        assert until(lambda: not [pid for pid in children if alive(pid)], patience(15)), [children[pid] for pid in children if alive(pid)]
    finally:
        parent.kill()
        parent.wait()
        assert parent.stdout is not None
        parent.stdout.close()


def test_a_product_that_is_still_starting_is_stopped_too(var: Path) -> None:
    for part in ("postgres", "trygghet.app"):
        product = Product(var)
        try:
            assert until(lambda product=product, part=part: any(part in one for one in below(product.process.pid).values()), patience(30)), (
                product.text
            )
            children = below(product.process.pid)
            assert product.stop() == 0, product.text
            assert not [command for pid, command in children.items() if alive(pid)]
        finally:
            product.end()


def test_a_second_ctrl_c_ends_it_at_once(var: Path) -> None:
    with running(var) as product:
        children = below(product.process.pid)
        os.kill(product.pid_of("trygghet.app"), signal.SIGSTOP)  # one that would make us wait
        product.process.send_signal(signal.SIGINT)
        assert until(lambda: "Stoppar …" in product.text, patience(5))
        assert product.stop(signal.SIGINT, seconds=2) == 130
        assert until(lambda: not [pid for pid in children if alive(pid)], patience(5))
