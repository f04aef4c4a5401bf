"""Whatever a resident can ask for under a name that an organisation had before leads on to the same thing under the name that it has now."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests import cast, made, open_routes, retold
from tests.followups.room import signed
from tests.profiles.test_statement import PATH
from tests.site import given
from trygghet import app
from trygghet.members import actions as members
from trygghet.organisations import actions as organisations
from trygghet.profiles import actions as profiles
from trygghet.profiles.rules import Wanted
from trygghet.retellings.rules import Written

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
BELOW = sorted(one.removeprefix("GET ") for one in open_routes.ANYONES if "{slug}" in one and one.startswith("GET ") and "/lan/" not in one)
"""A county has its name for ever."""


async def _everything() -> dict[str, UUID]:
    """A municipality about which every address leads somewhere, by the names that stand in addresses."""
    follow_up = await signed(2024)
    promise_id = follow_up.room.promise_id
    await retold.published(promise_id)
    await retold.published(promise_id, Written("fi", "Rauhallisemmat tiet", "Kunta ja poliisi."))
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), "#2c6b3f").save(picture, "PNG")
    by = members.actor(cast.asking("anna"))
    for whose in (cast.BJORKEN, cast.SKOGEN):
        wanted = Wanted("#2c6b3f", "", "", "", "", None)
        await profiles.choose(whose, wanted, picture.getvalue(), without_crest=False, seen="", by=by, now=cast.START)
    return {"promise_id": promise_id, "update_id": await given.told(promise_id)}


async def _renamed(old: str, new: str) -> None:
    await organisations.across_organisations_rename(old, new, app.first_names(), now=cast.START)


async def _asked(residents: httpx.AsyncClient, path: str) -> tuple[int, str]:
    answer = await residents.get(path)
    return answer.status_code, answer.headers.get("location", "")


async def test_every_address_leads_on_with_the_rest_of_it_kept(browser_of: BrowserOf, clock: HandClock) -> None:
    known, residents = await _everything(), await browser_of()
    asked = {}
    for path in BELOW:
        old = "lpo-skogen" if "/polisomrade/" in path else "bjorken"
        filled = [path.format(slug=one, key=2024, code="fi", **known) + "?a=b%20c" for one in (old, f"nya-{old}")]
        asked[filled[0]] = filled[1]
        assert await _asked(residents, filled[0]) == (200, ""), path
    assert len(asked) > 50
    await _renamed("bjorken", "nya-bjorken")
    await _renamed("lpo-skogen", "nya-lpo-skogen")
    assert {old: (await _asked(residents, old)) for old in asked} == {old: (301, new) for old, new in asked.items()}
    assert {new: (await residents.get(new)).status_code for new in asked.values()} == dict.fromkeys(asked.values(), 200)


async def test_what_is_asked_behind_the_question_mark_and_what_is_sent_lead_on_too(browser_of: BrowserOf) -> None:
    promise_id, residents = await made.promise(), await browser_of()
    await _renamed("bjorken", "nya-bjorken")
    for asked, led in [
        (f"/folj?kommun=bjorken&vad=promise:bjorken:{promise_id}", f"/folj?kommun=nya-bjorken&vad=promise%3Anya-bjorken%3A{promise_id}"),
        ("/en/folj?kommun=bjorken", "/en/folj?kommun=nya-bjorken"),
        ("/api/v1/promises?municipality=bjorken&page=1", "/api/v1/promises?municipality=nya-bjorken&page=1"),
        ("/api/v1/updates?municipality=bjorken", "/api/v1/updates?municipality=nya-bjorken"),
        ("/api/v1/follow-ups?municipality=bjorken", "/api/v1/follow-ups?municipality=nya-bjorken"),
        ("/oembed?url=http://testserver/bjorken&maxwidth=300", "/oembed?url=http%3A%2F%2Ftestserver%2Fnya-bjorken&maxwidth=300"),
    ]:
        assert await _asked(residents, asked) == (301, led)
        assert await _asked(residents, led) == (200, ""), led
    answer = await residents.post("/bjorken/tillganglighet", data={"text": "Knappen syns inte."})
    assert (answer.status_code, answer.headers["location"]) == (308, PATH.replace("bjorken", "nya-bjorken"))
    assert (await residents.post(answer.headers["location"], data={"text": "Knappen syns inte."})).status_code == 200
    for what in (f"promise:bjorken:{promise_id}", "municipality:bjorken"):
        sent = await residents.post("/folj", data={"kommun": "bjorken", "vad": what, "takt": "each", "epost": "elsa@example.org"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/folj/tack"), what
    wrong = await residents.post("/folj", data={"kommun": "bjorken", "vad": "municipality:bjorken", "takt": "each", "epost": "elsa"})
    assert wrong.status_code == 422
    assert f"promise:nya-bjorken:{promise_id}" in wrong.text


async def test_a_name_that_nobody_ever_had_leads_nowhere(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    await _renamed("bjorken", "nya-bjorken")
    for path in ("/hittepa", "/polisomrade/bjorken-1", "/api/v1/municipalities/hittepa", "/folj?kommun=hittepa"):
        assert (await residents.get(path)).status_code == 404, path
    assert (await residents.get("/api/v1/promises?municipality=hittepa")).json()["total"] == 0
