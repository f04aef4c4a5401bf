"""Nothing is published while a stop stands, by whoever presses, and what waited goes out when it is lifted."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import cast
from trygghet import database
from trygghet.stops import actions

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio


async def press(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    token = cast.csrf((await client.get("/stopp")).text)
    return await client.post(path, data={**fields, "_csrf_token": token})


async def test_one_press_with_a_reason_stops_and_another_lets_it_go_and_both_are_in_the_log(browser_of: cast.BrowserOf) -> None:
    anna, bo, ragna, adam = [await browser_of(who) for who in ("anna", "bo", "ragna", "adam")]
    assert "Publiceringen är i gång." in (await anna.get("/stopp")).text
    nothing = await press(anna, "/stopp", varfor=" ")
    assert (nothing.status_code, "Varför" in nothing.text) == (422, True)
    assert (await press(anna, "/stopp", varfor="Fel bild kan ha gått ut.")).status_code == 303
    for reader in (anna, bo, ragna):
        seen = (await reader.get("/uppdateringar")).text
        assert "All er publicering är stoppad." in seen
        assert "Fel bild kan ha gått ut. Anna Asson, Säkerhetssamordnare" in seen
    assert "All er publicering är stoppad." in (await anna.get("/oversikt")).text
    assert "All er publicering är stoppad." not in (await anna.get("/frister")).text
    again = await press(bo, "/stopp", varfor="Jag också.")
    assert (again.status_code, "redan stoppad. Bakom stoppet: Anna Asson" in again.text) == (422, True)
    assert "stoppad" not in (await (await browser_of("per")).get("/uppdateringar")).text, "it is the organisation's own"
    assert (await press(ragna, "/stopp/lyft")).status_code == 403
    assert (await press(bo, "/stopp/lyft")).status_code == 303, "whoever may share lifts it, not only who stopped it"
    assert (await press(bo, "/stopp/lyft")).status_code == 422
    assert "Släppt av Bo" in (await anna.get("/stopp")).text
    log = (await adam.get("/medlemmar/historik")).text
    assert "All publicering stoppades: Fel bild kan ha gått ut." in log
    assert "Publiceringen släpptes fri. Den hade stoppats så här: Fel bild kan ha gått ut." in log


async def test_a_reason_with_a_personal_number_is_refused(browser_of: cast.BrowserOf) -> None:
    answer = await press(await browser_of("anna"), "/stopp", varfor="Gäller 640823-3234.")
    assert answer.status_code == 422
    assert await _stops() == []


async def test_whoever_runs_the_installation_stops_all_by_a_command_and_everybody_reads_why(
    browser_of: cast.BrowserOf, database_url: str, tmp_path: Path
) -> None:
    environ = {"DATABASE_URL": database_url, "REDIS_URL": "redis://127.0.0.1:1", "SECRET_KEY": "x" * 40, "EXAMPLE": "0", "VAR_DIR": str(tmp_path)}

    async def command(*typed: str) -> tuple[int, str]:
        words = [str(Path(sys.executable).with_name("trygghet")), *typed]
        done = await asyncio.to_thread(subprocess.run, words, env=environ, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert (await command("halt", "Vi byter server."))[0] == 0
    assert await command("halt", "Igen.") == (1, "Publiceringen är redan stoppad. Bakom stoppet: Den som sköter driften.\n")
    for who in ("anna", "per", "oda"):
        seen = (await (await browser_of(who)).get("/stopp")).text
        assert "All publicering är stoppad i hela installationen." in seen
        assert "Vi byter server. Den som sköter driften" in seen
    check = await actions.across_organisations_examine()
    assert (check.mark, "Vi byter server." in check.found) == ("obs", True)
    assert (await command("resume"))[0] == 0
    assert (await actions.across_organisations_examine()).found == "går ut"
    assert "i hela installationen" not in (await (await browser_of("anna")).get("/stopp")).text


async def _stops() -> list[str]:
    async with database.across_organisations() as link:
        return [row["why"] for row in await link.fetch("SELECT why FROM publishing_stop")]
