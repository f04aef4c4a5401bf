"""Feeds and calendars of a police area, of a municipality and of everything."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import vobject
from icalendar import Calendar

from tests import cast, made
from tests.site import given
from tests.site.test_feeds import FORMS, read
from trygghet import database

if TYPE_CHECKING:
    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
DAY = dt.timedelta(days=1)
AREA = "/polisomrade/lpo-skogen"


async def _two() -> list[str]:
    """An update in Björken and, the day before, one in Eken; as entries are named, newest first."""
    here = await made.promise()
    there = await made.promise(by=cast.EKEN, parties=(made.EKEN, made.SKOGEN), contacts=())
    return [f"urn:uuid:{await given.told(here)}", f"urn:uuid:{await given.told(there, at=cast.START - DAY)}"]


async def test_a_police_area_and_everything_have_feeds_whose_entries_lead_to_their_own_pages(browser_of: BrowserOf) -> None:
    names = await _two()
    residents = await browser_of()
    for base in ("", AREA):
        forms = [read(await residents.get(f"{base}/flode.{form}")) for form in FORMS]
        assert forms[0] == forms[1] == forms[2]
        assert [one.id for one in forms[0]] == names
        assert [one.url.split("/")[3] for one in forms[0]] == ["bjorken", "eken"]
        for one in forms[0]:
            assert (await residents.get(one.url)).status_code == 200


async def test_a_municipality_that_has_left_the_area_is_told_of_there_no_more(browser_of: BrowserOf) -> None:
    names = await _two()
    async with database.across_organisations() as link:
        await link.execute("UPDATE area_membership SET until_on = $1 WHERE municipality_id = $2", (cast.START - DAY).date(), cast.EKEN)
    residents = await browser_of()
    assert [one.id for one in read(await residents.get(f"{AREA}/flode.json"))] == names[:1]
    assert [one.id for one in read(await residents.get("/flode.json"))] == names


async def test_the_days_of_all_promises_can_be_subscribed_to(browser_of: BrowserOf) -> None:
    await _two()
    await made.promise(title="Det gamla", valid_from=dt.date(2021, 1, 1), valid_until=dt.date(2021, 12, 31))
    residents = await browser_of()
    own = [await residents.get(one) for one in ("/bjorken/kalender.ics", "/eken/kalender.ics", f"{AREA}/kalender.ics")]
    found = []
    for answer in own:
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["access-control-allow-origin"] == "*"
        vobject.readOne(answer.text).validate()
        found.append({str(one["UID"]): one.decoded("DTSTART") for one in Calendar.from_ical(answer.content).walk("VEVENT")})
    assert len(found[0]) > len(found[1]) > 2
    assert found[2] == found[0] | found[1]
    again = await residents.get(f"{AREA}/kalender.ics", headers={"If-None-Match": own[2].headers["etag"]})
    assert again.status_code == 304


async def test_before_anything_is_published_they_are_there_and_empty_and_of_nobody_there_are_none(browser_of: BrowserOf) -> None:
    residents = await browser_of()
    for base in ("", AREA):
        assert [read(await residents.get(f"{base}/flode.{form}")) for form in FORMS] == [[], [], []]
    for path in ("/on/kalender.ics", f"{AREA}/kalender.ics"):
        assert Calendar.from_ical((await residents.get(path)).content).walk("VEVENT") == []
    for path in (
        "/polisomrade/x/flode.atom",
        "/polisomrade/bjorken/flode.rss",
        "/polisomrade/x/kalender.ics",
        "/lpo-skogen/kalender.ics",
        "/x/kalender.ics",
    ):
        assert (await residents.get(path)).status_code == 404, path
