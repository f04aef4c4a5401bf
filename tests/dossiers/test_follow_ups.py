"""What the file of everything holds of the yearly follow-ups."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.dossiers.test_pages import fetched, table, told
from tests.followups.room import LATER, TEXTS, assessed, made_room, signed
from tests.paper import reading
from trygghet.followups import actions
from trygghet.followups.rules import Verdict

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
FOLDER = "uppfoljningar/2024"


async def test_a_signed_follow_up_is_in_it_by_its_very_bytes_and_on_paper(browser_of: BrowserOf, clock: HandClock) -> None:
    standing = await signed()
    clock.at = LATER
    found = await fetched(await browser_of("pia"), standing.room.promise_id)
    kept = found.read(f"{FOLDER}/uppfoljning.json")
    assert hashlib.sha256(kept).hexdigest() == standing.kept.content_hash
    assert json.loads(kept)["summary"] == TEXTS.summary
    paper = found.read(f"{FOLDER}/uppfoljning.pdf")
    assert standing.kept.content_hash in reading.said(paper)
    assert paper == (await (await browser_of("anna")).get(f"/uppfoljning/{standing.room.id}/pdf")).content
    keys = told(found, f"{FOLDER}/godkannanden.json")
    assert keys["content_hash"] == standing.kept.content_hash
    assert {(one["party"], one["name"]) for one in keys["approvals"]} == {("Björkens kommun", "Bo Bsson"), ("LPO Skogen", "Pia Psson")}
    assert {row["Part"] for row in table(found, f"{FOLDER}/bedomningar.csv")} == {"Björkens kommun", "LPO Skogen"}
    assert {one["by_name"] for one in told(found, f"{FOLDER}/bedomningar.json")["handed_in"]} == {"Anna Asson", "Per Psson"}
    assert "uppfoljningar/" in found.read("README.txt").decode()


async def test_what_is_sealed_is_in_nobodys_file(browser_of: BrowserOf, clock: HandClock) -> None:
    room_id = await made_room()
    standing = await assessed(room_id, Verdict.NOT_ACHIEVED, reason="Bara vi vet det här")
    clock.at = LATER
    for who in ("anna", "per"):
        found = await fetched(await browser_of(who), standing.room.promise_id)
        assert not [name for name in found.namelist() if name.startswith("uppfoljningar/")]
        assert not any("Bara vi vet det här".encode() in found.read(name) for name in found.namelist())
        assert "uppfoljningar/" not in found.read("README.txt").decode()


async def test_the_promises_own_page_lists_its_follow_ups_with_their_state(browser_of: BrowserOf, clock: HandClock) -> None:
    standing = await signed()
    clock.at = LATER
    page = (await (await browser_of("anna")).get(f"/loften/{standing.room.promise_id}")).text
    assert "klar 27 november 2024" in page
    assert "försenad, skulle ha varit klar 31 december 2023" in page
    for one in await actions.rooms(standing.room.parties[0], promise_id=standing.room.promise_id):
        assert f'href="/uppfoljning/{one.room.id}"' in page
