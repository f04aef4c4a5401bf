"""/utskick, through the front door."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.deliveries.outside import NOW, Answering, letter, plan, post, row, rows, turn
from trygghet import database
from trygghet.channels import NotSent, Unclear

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio
DAY = dt.timedelta(days=1)


async def press(client: httpx.AsyncClient, path: str, *, htmx: bool = False, **fields: str) -> httpx.Response:
    token = cast.csrf((await client.get("/utskick")).text)
    return await client.post(path, data={**fields, "_csrf_token": token}, headers={"HX-Request": "true"} if htmx else {})


async def test_the_ledger_says_what_goes_where_and_how_it_stands(browser_of: cast.BrowserOf) -> None:
    await plan(letter("sent", kind="reminder", title="Löftet går ut om 90 dagar", person_id=cast.person_id("anna")))
    await turn(mail=Answering(repeatable=True))
    await plan(letter("soon", title="Snart", due_at=NOW + DAY), letter("later", title="Senare", due_at=NOW + 30 * DAY))
    anna = await browser_of("anna")
    text = (await anna.get("/utskick")).text
    assert "Inget av det behöver er hjälp." in text
    for said in (
        "Löftet går ut om 90 dagar",
        "Påminnelse 90 dagar före",
        "Säkerhetssamordnare, Björken",
        "mottaget 08.00",
        "Skickat",
        "Snart",
        "Planerad",
    ):
        assert said in text
    assert "Senare" not in text
    planned = (await anna.get("/utskick", params={"visa": "planerade"})).text
    assert planned.index("Snart") < planned.index("Senare")


async def test_what_failed_stands_first_and_one_press_tries_again(browser_of: cast.BrowserOf) -> None:
    await plan(letter())
    await turn(mail=Answering(repeatable=True, answers=[NotSent("Rätta adressen under Medlemmar.", permanent=True)]))
    anna = await browser_of("anna")
    text = (await anna.get("/utskick")).text
    assert "Ett utskick behöver en människa." in text
    assert "kom inte fram till samordnare, Björken" in text
    assert "Rätta adressen under Medlemmar." in text
    path = f"/utskick/{(await row('reminder:1'))['id']}/forsok-igen"
    answer = await press(anna, path, visa="manniska", sida="1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/utskick?visa=manniska&sida=1")
    assert (await row("reminder:1"))["state"] == "planned"
    again = await press(anna, path, htmx=True)
    assert again.status_code == 422
    assert "inte misslyckats" in again.text
    assert "<html" not in again.text


@pytest.mark.parametrize(("said", "state"), [("ja", "sent"), ("nej", "planned")])
async def test_a_person_decides_what_is_unclear_and_the_row_says_who(browser_of: cast.BrowserOf, said: str, state: str) -> None:
    await plan(post())
    await turn(mastodon=Answering(repeatable=False, answers=[Unclear("Servern bröt innan den hade svarat.")]))
    anna = await browser_of("anna")
    assert "Oklart om ”Tredje dialogen” kom fram" in (await anna.get("/utskick")).text
    path = f"/utskick/{(await row('publication:1'))['id']}/avgor"
    assert (await press(anna, path)).status_code == 422
    answer = await press(anna, path, htmx=True, kom_fram=said)
    decided = await row("publication:1")
    assert (answer.status_code, decided["state"]) == (200, state)
    assert decided["reason"].startswith("Anna Asson såg")


async def test_a_leader_sees_and_does_not_settle_a_reporter_does_not_see_and_strangers_find_nothing(browser_of: cast.BrowserOf) -> None:
    await plan(letter())
    await turn(mail=Answering(repeatable=True, answers=[NotSent("Nej.", permanent=True)]))
    path = f"/utskick/{(await row('reminder:1'))['id']}/forsok-igen"
    bo, ragna, oda = await browser_of("bo"), await browser_of("ragna"), await browser_of("oda")
    seen = (await bo.get("/utskick")).text
    assert "behöver en människa" in seen
    assert "forsok-igen" not in seen
    assert (await press(bo, path)).status_code == 403
    assert (await ragna.get("/utskick")).status_code == 403
    assert "Löftet går ut" not in (await oda.get("/utskick")).text
    assert (await press(oda, path)).status_code == 404


async def test_the_other_partys_reminders_are_not_listed_and_joint_publications_are(browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM delivery")
    await plan(
        letter("mine", title="Till Björken", promise_id=promise_id),
        letter("theirs", title="Till polisen", promise_id=promise_id, organisation_id=cast.SKOGEN),
        post("joint", title="Gemensamt nytt", promise_id=promise_id),
    )
    assert len(await rows()) == 3
    anna, per = await browser_of("anna"), await browser_of("per")
    ours, police = (await anna.get("/utskick")).text, (await per.get("/utskick")).text
    assert "Gemensamt nytt" in ours
    assert "Gemensamt nytt" in police
    assert ("Till Björken" in ours, "Till polisen" in ours) == (True, False)
    assert ("Till Björken" in police, "Till polisen" in police) == (False, True)


async def test_a_long_ledger_has_pages(browser_of: cast.BrowserOf) -> None:
    await plan(*(letter(f"reminder:{number:03}", title=f"Nummer {number:03}") for number in range(60)))
    anna = await browser_of("anna")
    first, second = (await anna.get("/utskick")).text, (await anna.get("/utskick", params={"sida": "2"})).text
    assert (first.count("Nummer "), second.count("Nummer ")) == (50, 10)
    assert "Nästa sida" in first
    assert "Föregående sida" in second


@pytest.mark.parametrize("typed", ["0", "-1", "²", "٢x", "1e9", "9" * 5000])
async def test_a_page_number_that_is_none_shows_the_first_page(browser_of: cast.BrowserOf, typed: str) -> None:
    await plan(letter("reminder:1", title="Nummer ett"))
    answer = await (await browser_of("anna")).get("/utskick", params={"sida": typed})
    assert answer.status_code == 200
    assert "Nummer ett" in answer.text
