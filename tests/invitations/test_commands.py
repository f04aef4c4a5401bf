"""How the first person comes into a real installation: two commands, then the link."""

from __future__ import annotations

import asyncio
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.server.product import TRYGGHET, environment
from trygghet import clock as clocks
from trygghet import database

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
ADD = "organisation add dalen --name Dalens_kommun --short Dalen --kind kommun --code 0004"
INVITE = "invite Dora@Dalen.example.org -o dalen --role administratör --office Systemförvaltare"


async def _run(database_url: str, var: Path, *words: str) -> tuple[int, str]:
    given = environment(var, DATABASE_URL=database_url, REDIS_URL="redis://unused", SECRET_KEY="x" * 40, EXAMPLE="0", PUBLIC_URL="http://testserver")
    done = await asyncio.to_thread(subprocess.run, [TRYGGHET, *words], env=given, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


async def test_an_organisation_is_laid_up_and_its_administrator_let_in(
    database_url: str, tmp_path: Path, browser_of: cast.BrowserOf, clock: HandClock
) -> None:
    clock.at = clocks.wall()  # the commands are a real installation's
    code, said = await _run(database_url, tmp_path, *ADD.split())
    assert (code, "Bjud in den första: trygghet invite" in said) == (0, True)
    code, link = await _run(database_url, tmp_path, *INVITE.split())
    assert code == 0
    assert re.fullmatch(r"http://testserver/inbjudan/[\w=-]+", link)
    async with database.across_organisations() as connection:
        assert await connection.fetchval("SELECT title FROM delivery WHERE kind = 'invitation'") == "Inbjudan till dora@dalen.example.org"

    dora = await browser_of()
    path = link.removeprefix("http://testserver")
    page = (await dora.get(path)).text
    assert "Den som sköter driften (Dalens_kommun) bjuder in dig som systemförvaltare" in page
    fields = {"namn": "Dora Dal", "losenord": "hasselmus i gummistövlar", "igen": "hasselmus i gummistövlar", "_csrf_token": cast.csrf(page)}
    assert (await dora.post(path, data=fields)).headers["location"] == "/hem"
    page = (await dora.get("/medlemmar")).text
    assert "Ledare" in page
    assert "Två befattningar är vakanta" in page, "nobody leads or coordinates yet"
    page = (await dora.get("/medlemmar/historik")).text
    assert "Organisationen Dalens_kommun lades upp." in page
    assert "Den som sköter driften" in page


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("organisation add bjorken --name B --short B --kind kommun", "Det finns redan en organisation som heter bjorken."),
        ("organisation add Åmål --name B --short B --kind kommun", "Åmål går inte att använda i adresser."),
        ("organisation add frister --name B --short B --kind kommun", "frister går inte att använda i adresser."),
        ("organisation add dalen --name B --short B --kind kommun --code 17", "Kommunkoden är fyra siffror, till exempel 1492. Du skrev 17."),
        ("invite dora -o bjorken --role ledare --office Chef", "skriv en adress som"),
        ("invite d@example.org -o dalen --role ledare --office Chef", "Det finns ingen organisation som heter dalen."),
        ("invite d@example.org -o bjorken --role ledare --office Chef --from 2024-06-31", "2024-06-31 finns inte."),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence(database_url: str, tmp_path: Path, words: str, sentence: str) -> None:
    code, said = await _run(database_url, tmp_path, *words.split())
    assert code == 1
    assert sentence in said
    assert "Traceback" not in said


async def test_the_help_says_how_it_is_typed(database_url: str, tmp_path: Path) -> None:
    for words, expected in (
        (("invite", "--help"), "trygghet invite ove@amal.example.org"),
        (("organisation", "add", "-h"), "--kind [kommun|polis|annan]"),
    ):
        code, said = await _run(database_url, tmp_path, *words)
        assert (code, expected in said) == (0, True), said
        assert "Skrivs så:" in said
