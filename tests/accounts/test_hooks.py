"""A program of theirs is told, with a secret that is shown once and can be changed while it goes on."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.accounts import given
from tests.accounts.given import press
from trygghet.connections import actions as connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio

PATH = "/ta-emot/en-nyckel-i-adressen"
DAY = dt.timedelta(days=1)


class Program:
    """Takes what is signed with a secret that it knows, and refuses the rest, as the libraries of Standard Webhooks do."""

    def __init__(self) -> None:
        self.secrets: list[str] = []
        self.got: list[Any] = []
        self.status = 204
        program = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self._answer(405)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
                ours = {f"v1,{base64.b64encode(hmac.digest(_key(one), signed, hashlib.sha256)).decode()}" for one in program.secrets}
                known = ours & set(self.headers["webhook-signature"].split())
                if known:
                    program.got.append(json.loads(body))
                self._answer(program.status if known else 401)

            def _answer(self, status: int) -> None:
                self.send_response_only(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


@pytest.fixture
def program() -> Iterator[Program]:
    made = Program()
    yield made
    made.close()


async def connected(adam: httpx.AsyncClient, program: Program, **form: str) -> str:
    """Connects it; returns the secret that the page shows."""
    page = await press(adam, "/kopplingar/anslut/hook", namn="Intranätet", hemlig_adress=program.url, **form)
    return _shown(page)


def _shown(page: httpx.Response) -> str:
    found = re.search(r'value="(whsec_[^"]+)"', page.text)
    assert found, page.text
    return found.group(1)


async def test_the_secret_is_shown_once_and_nothing_of_it_or_the_address_again(adam: httpx.AsyncClient, program: Program) -> None:
    secret = await connected(adam, program)
    assert 24 <= len(_key(secret)) <= 64
    one = await given.the_one()
    assert one.base_url == program.url.removesuffix(PATH)
    for path in ("/kopplingar", "/medlemmar/historik", "/utskick", f"/kopplingar/ny/hook?fornyar={one.id}&namn=Intran%C3%A4tet"):
        text = (await adam.get(path)).text
        assert secret not in text, path
        assert PATH not in text, path


async def test_a_trial_is_signed_so_that_the_program_knows_us(adam: httpx.AsyncClient, program: Program) -> None:
    secret = await connected(adam, program)
    one = await given.the_one()
    assert "Varning" in (await press(adam, f"/kopplingar/{one.id}/prova")).text, "it does not know the secret yet"
    program.secrets = [secret]
    assert ">Ok<" in (await press(adam, f"/kopplingar/{one.id}/prova")).text
    assert [said["type"] for said in program.got] == ["connection.test"]


async def test_after_a_change_the_secret_before_signs_for_a_day(
    adam: httpx.AsyncClient, program: Program, at_home: Settings, clock: HandClock
) -> None:
    first = await connected(adam, program)
    one = await given.the_one()
    second = _shown(await press(adam, f"/kopplingar/{one.id}/byt-hemlighet"))
    assert second != first
    for known in (first, second):
        program.secrets = [known]
        assert ">Ok<" in (await press(adam, f"/kopplingar/{one.id}/prova")).text
    await given.attend(at_home, clock.at + DAY)
    program.secrets = [first]
    assert "Varning" in (await press(adam, f"/kopplingar/{one.id}/prova")).text
    program.secrets = [second]
    assert ">Ok<" in (await press(adam, f"/kopplingar/{one.id}/prova")).text
    assert "Hemligheten för Intranätet byttes." in (await adam.get("/medlemmar/historik")).text


async def test_what_has_failed_for_five_days_is_switched_off_and_its_owner_told(
    adam: httpx.AsyncClient, program: Program, at_home: Settings, clock: HandClock
) -> None:
    await connected(adam, program)
    for days in range(1, 8):
        clock.at = cast.START + days * DAY
        await given.attend(at_home, clock.at)
        found = await given.the_one()
        assert found.state == ("off" if days >= 6 else "warning"), days
    [letter] = await given.letters("är avstängd: Intranätet")
    assert letter["person_id"] == cast.person_id("adam")
    page = (await adam.get("/kopplingar")).text
    assert "inget hade kommit fram på fem dagar" in page
    program.secrets = [await connected(adam, program, fornyar=str(found.id))]
    assert ">Ok<" in (await press(adam, f"/kopplingar/{found.id}/prova")).text


async def test_something_that_gets_through_begins_the_count_anew(adam: httpx.AsyncClient, program: Program, at_home: Settings) -> None:
    await connected(adam, program)
    one = await given.the_one()
    await connections.fails(cast.BJORKEN, one.id, why="Intranätet svarade 500.", now=cast.START)
    await connections.works(cast.BJORKEN, one.id, now=cast.START + 4 * DAY)
    await connections.fails(cast.BJORKEN, one.id, why="Intranätet svarade 500.", now=cast.START + 5 * DAY)
    found = await given.the_one()
    assert (found.state, found.failing_since) == ("warning", cast.START + 5 * DAY)


async def test_a_program_that_wants_no_more_needs_a_person(adam: httpx.AsyncClient, program: Program) -> None:
    program.secrets, program.status = [await connected(adam, program)], 410
    assert "Måste återanslutas" in (await press(adam, f"/kopplingar/{(await given.the_one()).id}/prova")).text


async def test_a_name_that_is_taken_keeps_its_secret(adam: httpx.AsyncClient, program: Program) -> None:
    await connected(adam, program)
    again = await press(adam, "/kopplingar/anslut/hook", namn="Intranätet", hemlig_adress=program.url)
    assert again.status_code == 422
    assert "är redan ansluten" in again.text
    assert "whsec_" not in again.text
