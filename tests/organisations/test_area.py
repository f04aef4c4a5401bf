"""A police area's register of municipalities: kept by its own administrator, read by the municipality's, dated throughout."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests import cast
from trygghet import database
from trygghet.app import first_names
from trygghet.organisations import rules
from trygghet.organisations.rules import Organisation
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import httpx
    from litestar import Litestar

    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio


async def _post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    token = cast.csrf((await client.get("/inloggningar")).text)
    return await client.post(path, data={**fields, "_csrf_token": token})


async def _one(sql: str, *values: object) -> Any:
    async with database.across_organisations() as link:
        return await link.fetchval(sql, *values)


async def test_a_police_area_takes_in_a_municipality_from_a_day(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    siri, pia = await browser_of("siri"), await browser_of("pia")
    assert "Två kommuner hör till LPO Skogen i dag." in (await siri.get("/omrade")).text
    answer = await _post(siri, "/omrade", kommun=str(cast.ON), fran="2024-11-01", till="2024-11-30")
    assert answer.status_code == 303
    assert "Från 1 nov 2024" in (await siri.get("/omrade")).text
    for day, there in (("2024-10-31", False), ("2024-11-01", True), ("2024-11-30", True), ("2024-12-01", False)):
        clock.at = dt.datetime.fromisoformat(f"{day}T12:00:00+01:00")
        assert (">Ön<" in (await pia.get("/oversikt")).text) is there, day
    assert "Öns kommun lades till i polisområdet, 1 november 2024 till och med 30 november 2024." in (await siri.get("/medlemmar/historik")).text


async def test_a_municipality_leaves_after_its_last_day(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    siri = await browser_of("siri")
    row = await _one("SELECT id FROM area_membership WHERE municipality_id = $1", cast.EKEN)
    assert (await _post(siri, f"/omrade/{row}/avsluta", till="2024-10-05")).status_code == 303
    clock.at = dt.datetime.fromisoformat("2024-10-06T00:00:00+02:00")
    page = (await siri.get("/omrade")).text
    assert "En kommun hör till LPO Skogen i dag." in page
    assert "Har lämnat" in page
    answer = await _post(siri, f"/omrade/{row}/avsluta", till="2024-12-31")
    assert "Ekens kommun har redan lämnat området." in answer.text
    assert (await _post(siri, "/omrade", kommun=str(cast.EKEN))).status_code == 303, "and may come back"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Kommun: välj en i listan."),
        ({"kommun": "x"}, "Kommun: välj en i listan."),
        ({"kommun": str(cast.SKOGEN)}, "Kommun: välj en i listan."),
        ({"kommun": str(cast.BJORKEN)}, "Björkens kommun hör redan till området, 1 januari 2020 till tills vidare."),
        ({"kommun": str(cast.ON), "fran": "2024-11-02", "till": "2024-11-01"}, "2024-11-01 ligger före 2024-11-02."),
        ({"kommun": str(cast.ON), "fran": "31 juni"}, "skriv datumet som 2024-12-31. Du skrev ”31 juni”."),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field(browser_of: cast.BrowserOf, fields: dict[str, str], sentence: str) -> None:
    answer = await _post(await browser_of("siri"), "/omrade", **fields)
    assert answer.status_code == 422
    assert sentence.replace("till tills", "till tills") in answer.text


async def test_a_last_day_before_the_first_is_refused_in_its_own_row(browser_of: cast.BrowserOf) -> None:
    row = await _one("SELECT id FROM area_membership WHERE municipality_id = $1", cast.EKEN)
    answer = await _post(await browser_of("siri"), f"/omrade/{row}/avsluta", till="2019-12-31")
    assert answer.status_code == 422
    assert '<details class="why" open>' in answer.text
    assert "2019-12-31 ligger före 2020-01-01." in answer.text


async def test_a_municipality_reads_where_it_belongs_and_changes_nothing(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    page = (await adam.get("/omrade")).text
    assert "LPO Skogen" in page
    assert "Ekens kommun" not in page, "which others are in the area is the police's register"
    assert '<form class="form"' not in page
    row = await _one("SELECT id FROM area_membership WHERE municipality_id = $1", cast.BJORKEN)
    for path, fields in (("/omrade", {"kommun": str(cast.ON)}), (f"/omrade/{row}/avsluta", {"till": "2024-12-31"})):
        assert (await _post(adam, path, **fields)).status_code == 404


async def test_who_belongs_to_no_area_is_told_what_will_stand_there(browser_of: cast.BrowserOf) -> None:
    assert "Inget polisområde än" in (await (await browser_of("orvar")).get("/omrade")).text


@pytest.mark.parametrize(
    "change",
    [
        f"INSERT INTO area_membership (police_id, municipality_id, from_on) VALUES ('{cast.BJORKEN}', '{cast.ON}', '2024-01-01')",
        f"INSERT INTO area_membership (police_id, municipality_id, from_on) VALUES ('{cast.SKOGEN}', '{cast.ON}', '2024-01-01')",
        "DELETE FROM area_membership",
        "UPDATE area_membership SET from_on = '2010-01-01'",
    ],
)
async def test_the_second_wall_holds_the_register(database_url: str, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute(change)


async def test_a_municipality_cannot_end_its_own_membership_by_sql(database_url: str) -> None:
    async with database.within(cast.BJORKEN) as link:
        assert await link.execute("UPDATE area_membership SET until_on = '2024-12-31'") == "UPDATE 0"


@pytest.mark.parametrize("slug", ["Åmål", "a b", "", "-x", "loften", "medlemmar", "A"])
def test_an_address_that_would_not_work_is_refused(slug: str) -> None:
    with pytest.raises(Refusal, match=r"organisation.slug"):
        rules.check(Organisation(slug, "Namn", "Kort", "municipality"), first_names())


@pytest.mark.parametrize("code", ["149", "14922", "abcd"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(Refusal, match=r"organisation.code"):
        rules.check(Organisation("amal", "Åmåls kommun", "Åmål", "municipality", code), ())


def test_no_organisation_can_be_called_what_an_address_of_ours_begins_with(application: Litestar) -> None:
    first = {route.path.split("/")[1] for route in application.routes}
    assert {name for name in first if name and "{" not in name and "." not in name} - first_names() == set()
