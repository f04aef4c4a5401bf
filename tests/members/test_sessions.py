"""One's own sessions and organisations, and who belongs where."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast
from trygghet import database

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36 Edg/129.0"


async def _post(client: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
    token = cast.csrf((await client.get("/inloggningar")).text)
    return await client.post(path, data={**fields, "_csrf_token": token}, headers=headers)


async def _browser(browser_of: cast.BrowserOf, who: str, agent: str) -> httpx.AsyncClient:
    client: httpx.AsyncClient = await browser_of()
    client.headers["User-Agent"] = agent
    await cast.sign_in(client, who)
    return client


async def _ids(who: str) -> list[uuid.UUID]:
    async with database.across_organisations() as link:
        return [row["id"] for row in await link.fetch("SELECT id FROM session WHERE person_id = $1 ORDER BY created_at", cast.person_id(who))]


async def test_my_sessions_are_listed_with_the_browser_and_which_one_is_this(browser_of: cast.BrowserOf) -> None:
    await _browser(browser_of, "anna", FIREFOX)
    here = await _browser(browser_of, "anna", EDGE)
    await _browser(browser_of, "bo", "Lynx")
    page = (await here.get("/inloggningar")).text
    assert "Du är inloggad på två ställen." in page
    assert "Firefox på Linux" in page
    assert page.index("Edge på Windows") < page.index("Den här") < page.index("Firefox på Linux")
    assert "Okänd webbläsare" not in page, "Bo's session is Bo's"


async def test_one_session_is_ended_from_another(browser_of: cast.BrowserOf) -> None:
    there, here = await _browser(browser_of, "anna", FIREFOX), await _browser(browser_of, "anna", EDGE)
    first = (await _ids("anna"))[0]
    assert (await _post(here, f"/inloggningar/{first}/avsluta")).headers["location"] == "/inloggningar"
    assert (await there.get("/hem")).headers["location"].startswith("/logga-in")
    assert "Du är inloggad här och ingen annanstans." in (await here.get("/inloggningar")).text


async def test_htmx_gets_the_list_alone(browser_of: cast.BrowserOf) -> None:
    await _browser(browser_of, "anna", FIREFOX)
    here = await _browser(browser_of, "anna", EDGE)
    answer = await _post(here, f"/inloggningar/{(await _ids('anna'))[0]}/avsluta", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="inloggningar"')
    assert "Du är inloggad här och ingen annanstans." in answer.text
    assert "Firefox" not in answer.text
    assert "<html" not in answer.text


async def test_all_the_others_are_ended_at_once(browser_of: cast.BrowserOf) -> None:
    for _ in range(3):
        await browser_of("anna")
    here, bo = await browser_of("anna"), await browser_of("bo")
    assert (await _post(here, "/inloggningar/avsluta-andra")).status_code == 303
    assert len(await _ids("anna")) == 1
    assert (await here.get("/hem")).headers["location"] == "/oversikt"
    assert (await bo.get("/hem")).headers["location"] == "/oversikt"


async def test_somebody_elses_session_is_not_found_and_goes_on(browser_of: cast.BrowserOf) -> None:
    anna, bo = await browser_of("anna"), await browser_of("bo")
    assert (await _post(anna, f"/inloggningar/{(await _ids('bo'))[0]}/avsluta")).status_code == 404
    assert (await bo.get("/hem")).headers["location"] == "/oversikt"


async def test_sessions_that_have_run_out_are_neither_listed_nor_kept(browser_of: cast.BrowserOf) -> None:
    await _browser(browser_of, "anna", FIREFOX)
    async with database.across_organisations() as link:
        await link.execute("UPDATE session SET seen_at = seen_at - $1::interval", dt.timedelta(hours=9))
    here = await _browser(browser_of, "anna", EDGE)
    assert "Firefox" not in (await here.get("/inloggningar")).text
    assert len(await _ids("anna")) == 1


async def test_one_switches_between_ones_own_organisations(browser_of: cast.BrowserOf) -> None:
    berit = await browser_of("berit")
    page = (await berit.get("/inloggningar")).text
    assert "Björkens kommun · fritidsledare" in page
    assert "Ekens kommun · brottsförebyggande samordnare" in page
    assert (await _post(berit, "/byt-organisation", organisation=str(cast.EKEN))).headers["location"] == "/hem"
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT organisation_id FROM session") == cast.EKEN


@pytest.mark.parametrize("organisation", [str(cast.EKEN), str(uuid.UUID(int=7)), "eken", ""])
async def test_an_organisation_that_is_not_ones_own_is_not_found(browser_of: cast.BrowserOf, organisation: str) -> None:
    anna = await browser_of("anna")
    assert (await _post(anna, "/byt-organisation", organisation=organisation)).status_code == 404
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT organisation_id FROM session") == cast.BJORKEN


async def test_an_administrator_sees_the_members_of_the_own_organisation(browser_of: cast.BrowserOf) -> None:
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2024-12-31' WHERE person_id = $1", cast.person_id("ragna"))
    page = (await (await browser_of("adam")).get("/medlemmar")).text
    assert "Fem personer har en befattning hos er i dag." in page
    for expected in ("Anna Asson", "Säkerhetssamordnare", "Rapportör", "31 dec 2024", "Tills vidare"):
        assert expected in page
    assert "Cecilia" not in page
    assert "oda@" not in page


@pytest.mark.parametrize("who", ["anna", "bo", "ragna", "oda"])
async def test_only_administrators_see_the_members(browser_of: cast.BrowserOf, who: str) -> None:
    answer = await (await browser_of(who)).get("/medlemmar")
    assert answer.status_code == 403
    assert "Din roll räcker inte hit" in answer.text
