"""Calendars as programs fetch them, read back by two libraries that know nothing of each other."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import icalendar
import pytest
import vobject

from tests import cast, made
from tests.obligations import given
from trygghet import database
from trygghet.calendars import ics, rules
from trygghet.calendars.ics import Entry, Feed
from trygghet.obligations import actions as obligations
from trygghet.obligations.rules import Duty, Kind

if TYPE_CHECKING:
    import io
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
D = dt.date.fromisoformat


def checked(body: bytes) -> dict[str, icalendar.Event]:
    """The events by the last part of their names, once both libraries have found nothing to say against the whole."""
    text = body.decode()
    assert vobject.readOne(text).validate(raiseException=True)
    whole = icalendar.Calendar.from_ical(body)
    assert isinstance(whole, icalendar.Calendar)
    assert [(part.name, part.errors) for part in whole.walk() if part.errors] == []
    whole.validate()
    lines = body.split(b"\r\n")
    assert text.count("\n") == text.count("\r\n"), "RFC 5545, 3.1: lines end in CRLF"
    assert max(map(len, lines)) <= 75, "and have 75 octets at most"
    assert (str(whole["METHOD"]), str(whole["CALSCALE"]), str(whole["VERSION"])) == ("PUBLISH", "GREGORIAN", "2.0")
    assert {b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H"} < set(lines)
    for event in whole.events:
        assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(days=1), "the day after, which is not part of it"
        assert {event["DTSTART"].params["VALUE"], event["DTEND"].params["VALUE"]} == {"DATE"}
        assert str(event["STATUS"]) in {"CONFIRMED", "CANCELLED"}
        assert (str(event["TRANSP"]), event["DTSTAMP"].dt) == ("TRANSPARENT", event["LAST-MODIFIED"].dt)
        assert event["ORGANIZER"].lower() == "mailto:paminnelser@trygghet.example.org"
    names = [str(event["UID"]) for event in whole.events]
    assert len(names) == len(set(names))
    assert all(name.endswith("@trygghet") for name in names)
    return {name.removesuffix("@trygghet"): event for name, event in zip(names, whole.events, strict=True)}


async def address(browser_of: BrowserOf, who: str) -> str:
    """The path of somebody's own calendar, asked for at the page."""
    client = await browser_of(who)
    page = await client.get("/kalender")
    assert (await client.post("/kalender/adress", data={"_csrf_token": cast.csrf(page.text)})).status_code == 303
    return await shown(client)


async def shown(client: httpx.AsyncClient) -> str:
    found = re.search(r'readonly value="(http://testserver/kalender/[^"]+\.ics)"', (await client.get("/kalender")).text)
    assert found
    return urlsplit(found[1]).path


async def fetched(browser_of: BrowserOf, path: str) -> dict[str, icalendar.Event]:
    """What a calendar program gets, which has no cookie."""
    answer = await (await browser_of()).get(path)
    assert answer.status_code == 200
    return checked(answer.content)


async def event(browser_of: BrowserOf, path: str, duty: UUID) -> icalendar.Event:
    return (await fetched(browser_of, path))[f"frist-{duty}"]


def facts(one: icalendar.Event) -> tuple[dt.date, int, str, dt.datetime]:
    return one["DTSTART"].dt, int(one["SEQUENCE"]), str(one["STATUS"]), one["LAST-MODIFIED"].dt


# ---------------------------------------------------------------- somebody's own
async def test_a_program_without_a_cookie_reads_each_duty_as_a_whole_day(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(rhythms=given.quarterly())
    found = await fetched(browser_of, await address(browser_of, "ragna"))
    one = found[f"frist-{await given.obligation_id(promise_id, 'follow_up:2024')}"]
    assert (one["DTSTART"].dt, one["DTEND"].dt) == (D("2024-12-31"), D("2025-01-01"))
    assert str(one["SUMMARY"]) == "Gemensam uppföljning för 2024, Björken"
    assert str(one["URL"]) == f"http://testserver/uppfoljning/{await given.obligation_id(promise_id, 'follow_up:2024')}"
    for words in ("Medborgarlöfte i Björken", "Följ upp året i uppföljningens rum", "Löftet gäller från 1 januari 2023", str(one["URL"])):
        assert words in str(one["DESCRIPTION"])
    assert len(found) == len(await given.keys(promise_id))


async def test_the_page_offers_it_and_shows_what_is_in_it(browser_of: BrowserOf) -> None:
    await given.promise()
    bo = await browser_of("bo")
    assert 'href="/kalender"' in (await bo.get("/frister")).text
    first = (await bo.get("/kalender")).text
    assert "Skapa min adress" in first
    assert ".ics" not in first, "there is no secret before somebody asks for one"
    path = await address(browser_of, "bo")
    page = (await bo.get("/kalender")).text
    assert f'href="webcal://testserver{path}"' in page
    for words in ("Gemensam uppföljning för 2024, Björken", "Outlook", "Google Kalender", "Byt adress", "Gäller sedan 1 oktober 2024"):
        assert words in page


async def test_whoever_has_it_already_is_told_so_and_no_cache_between_may_keep_it(browser_of: BrowserOf, clock: HandClock) -> None:
    await given.promise()
    path = await address(browser_of, "anna")
    program = await browser_of()
    first = await program.get(path)
    assert (first.headers["content-type"], first.headers["cache-control"]) == ("text/calendar; charset=utf-8", "private, no-cache")
    assert "set-cookie" not in first.headers
    clock.at += dt.timedelta(days=3)
    again = await program.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b""), "nothing in it tells when it was written"
    head = await program.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


async def test_a_new_day_a_new_number_and_a_cancelled_end_is_told(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await given.promise("2023-03-06", "2024-12-31")
    path = await address(browser_of, "anna")
    year, end = [await given.obligation_id(promise_id, key) for key in ("follow_up:2024", "renewal:2024-12-31")]
    assert facts(await event(browser_of, path, year)) == (D("2024-12-31"), 0, "CONFIRMED", cast.START)
    clock.at += dt.timedelta(hours=1)
    await given.changed(promise_id, "early_end", "2023-03-06", "2024-11-30", now=clock.at)
    assert facts(await event(browser_of, path, year)) == (D("2024-11-30"), 1, "CONFIRMED", clock.at)
    gone = await event(browser_of, path, end)
    assert facts(gone) == (D("2024-12-31"), 1, "CANCELLED", clock.at)
    assert str(gone["SUMMARY"]) == "Inställd: Löftet går ut, Björken"
    cancelled_at = clock.at
    clock.at = cancelled_at + dt.timedelta(days=399)
    assert f"frist-{end}" in await fetched(browser_of, path)
    clock.at = cancelled_at + dt.timedelta(days=401)
    assert f"frist-{end}" not in await fetched(browser_of, path)


async def test_a_change_that_does_not_show_moves_nothing(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await given.promise()
    path = await address(browser_of, "per")
    before = (await (await browser_of()).get(path)).content
    clock.at += dt.timedelta(hours=1)
    await given.changed(promise_id, "change", now=clock.at)
    assert (await (await browser_of()).get(path)).content == before


async def test_what_is_done_stays_as_done_and_may_be_undone(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await given.promise(activities=given.dated("Mall för lägesbilden", "2024-11-15"))
    activity = next(key for key in await given.keys(promise_id) if key.startswith("activity:"))
    duty = await given.obligation_id(promise_id, activity)
    path = await address(browser_of, "anna")
    clock.at += dt.timedelta(hours=1)
    await obligations.mark_done(cast.BJORKEN, duty, by=cast.asking("anna"), note="Anna gjorde det", now=clock.at)
    done = await event(browser_of, path, duty)
    assert str(done["SUMMARY"]) == "Klar: Mall för lägesbilden, Björken"
    assert "Klar 1 oktober 2024." in str(done["DESCRIPTION"])
    assert "Anna" not in str(done["DESCRIPTION"]), "who did it is nobody's business outside"
    assert facts(done) == (D("2024-11-15"), 1, "CONFIRMED", clock.at)
    clock.at += dt.timedelta(hours=1)
    await obligations.undo_mark(cast.BJORKEN, duty, by=cast.asking("anna"), now=clock.at)
    undone = await event(browser_of, path, duty)
    assert (str(undone["SUMMARY"]), facts(undone)[1:]) == ("Mall för lägesbilden, Björken", (2, "CONFIRMED", clock.at))


@pytest.mark.parametrize(("day", "after"), [("2028-02-29", "2028-03-01"), ("2027-12-31", "2028-01-01"), ("2028-03-26", "2028-03-27")])
async def test_a_leap_day_the_last_of_december_and_the_day_the_clocks_change_are_whole_days(browser_of: BrowserOf, day: str, after: str) -> None:
    promise_id = await given.promise("2023-01-01", "2028-12-31", activities=given.dated("Åtgärden", day))
    path = await address(browser_of, "anna")
    activity = next(key for key in await given.keys(promise_id) if key.startswith("activity:"))
    one = await event(browser_of, path, await given.obligation_id(promise_id, activity))
    assert (one["DTSTART"].dt, one["DTEND"].dt) == (D(day), D(after))


async def test_long_names_are_folded_between_letters_and_commas_are_kept(browser_of: BrowserOf) -> None:
    title = "Åtgärder på Ängöleden, Öster; enligt \\ planen – " + "ååååäääööö" * 12
    promise_id = await given.promise(activities=given.dated(title, "2024-11-15"))
    activity = next(key for key in await given.keys(promise_id) if key.startswith("activity:"))
    path = await address(browser_of, "anna")
    one = await event(browser_of, path, await given.obligation_id(promise_id, activity))
    assert str(one["SUMMARY"]) == f"{title}, Björken"
    theirs = [part for part in vobject.readOne((await (await browser_of()).get(path)).text).vevent_list if part.summary.value == f"{title}, Björken"]
    assert len(theirs) == 1


async def test_somebody_in_two_organisations_has_both_and_reads_whose_each_is(browser_of: BrowserOf) -> None:
    ours = await given.promise()
    theirs = await given.promise(by=cast.EKEN, parties=(made.EKEN, made.SKOGEN), title="Ekens löfte")
    common = await given.promise(parties=(made.BJORKEN, made.EKEN, made.SKOGEN), title="Alla tre")
    found = await fetched(browser_of, await address(browser_of, "berit"))
    names = [str(found[f"frist-{await given.obligation_id(one, 'follow_up:2024')}"]["SUMMARY"]) for one in (ours, theirs, common)]
    assert names == [f"Gemensam uppföljning för 2024, Björken{who}" for who in ("", " (Eken)", " (Björken och Eken)")]
    assert len(await fetched(browser_of, await address(browser_of, "anna"))) < len(found), "Anna acts for Björken alone"


async def test_another_organisations_duties_never_stand_in_it(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    for by in (cast.BJORKEN, cast.SKOGEN):
        wanted = [Duty("own:1", Kind.REPORT, f"Egen rapport {by}", D("2024-11-01")), Duty("own:2", Kind.REPORT, f"Borta {by}", D("2024-11-02"))]
        await obligations.sync_own(by, "own:", wanted, promise_id=promise_id, now=cast.START)
        await obligations.sync_own(by, "own:", wanted[:1], promise_id=promise_id, now=cast.START)
    stranger = await fetched(browser_of, await address(browser_of, "oda"))
    assert stranger == {}
    program = await browser_of()
    for who, own, other in (("anna", cast.BJORKEN, cast.SKOGEN), ("per", cast.SKOGEN, cast.BJORKEN)):
        text = (await program.get(await address(browser_of, who))).text.replace("\r\n ", "")
        assert f"Egen rapport {own}" in text
        assert f"Inställd: Borta {own}" in text
        assert str(other) not in text


async def test_it_closes_with_the_last_office_and_shows_only_what_the_others_let_one_read(browser_of: BrowserOf, clock: HandClock) -> None:
    await given.promise()
    theirs = await given.promise(by=cast.EKEN, parties=(made.EKEN, made.SKOGEN))
    path, program = await address(browser_of, "berit"), await browser_of()
    both = len(await fetched(browser_of, path))
    async with database.across_organisations() as link:
        ended = "UPDATE member SET until_on = $1 WHERE person_id = $2 AND organisation_id = $3"
        await link.execute(ended, D("2024-10-03"), cast.person_id("berit"), cast.BJORKEN)
    clock.at = dt.datetime(2024, 10, 3, 21, 59, tzinfo=dt.UTC)  # 23.59 in Stockholm on the last day
    assert len(await fetched(browser_of, path)) == both
    clock.at += dt.timedelta(minutes=1)
    left = await fetched(browser_of, path)
    assert len(left) == len(await given.keys(theirs))
    assert not any("(" in str(one["SUMMARY"]) for one in left.values()), "one organisation needs no brackets"
    async with database.across_organisations() as link:
        await link.execute(ended, D("2024-10-03"), cast.person_id("berit"), cast.EKEN)
    assert (await program.get(path)).status_code == 404


async def test_who_is_only_an_administrator_has_a_calendar_too(browser_of: BrowserOf) -> None:
    await given.promise()
    path = await address(browser_of, "anna")
    await cast.seated("anna", cast.BJORKEN, "administrator", "Systemförvaltare")
    assert await fetched(browser_of, path)
    async with database.across_organisations() as link:
        await link.execute(
            "UPDATE member m SET until_on = '2024-09-30' FROM office f WHERE f.id = m.office_id AND f.role = 'coordinator' AND m.person_id = $1",
            cast.person_id("anna"),
        )
    assert ".ics" in (await (await browser_of("anna")).get("/kalender")).text
    assert (await (await browser_of()).get(path)).status_code == 200


async def test_a_renewed_address_kills_the_old_one_and_nothing_but_the_whole_address_opens(browser_of: BrowserOf, logged: io.StringIO) -> None:
    await given.promise()
    old = await address(browser_of, "anna")
    new, program = await address(browser_of, "anna"), await browser_of()
    assert old != new
    assert (await program.get(new)).status_code == 200
    changed = new.replace(new[-10], "A" if new[-10] != "A" else "B")
    answers = [await program.get(path) for path in (old, changed, new.removesuffix(".ics"), f"{new}x", "/kalender/x.ics", "/kalender/åäö.ics")]
    assert {one.status_code for one in answers} == {404}
    assert len({re.sub(r'nonce="[^"]*"', "", one.text) for one in answers}) == 1, "and none of them tells why"
    assert "/kalender/{name}" in logged.getvalue()
    assert not any(path.removeprefix("/kalender/")[:40] in logged.getvalue() for path in (old, new))


def test_what_cannot_stand_in_a_calendar_is_left_out_and_an_empty_one_is_still_one() -> None:
    feed = Feed("x", "Dagar, och\x07 mer", "Två\r\nrader; här\u2028", "Trygghet <paminnelser@trygghet.example.org>")
    one = Entry("a", D("2024-02-29"), "Ett\x0bord", "", "http://testserver/", 0, cast.START)
    assert str(checked(ics.written(feed, [one]))["a"]["SUMMARY"]) == "Ett ord"
    whole = ics.written(feed, [one]).decode().split("\r\n")
    assert {"NAME:Dagar\\, och  mer", "X-WR-CALNAME:Dagar\\, och  mer", "X-WR-CALDESC:Två\\nrader\\; här "} < set(whole)
    assert checked(ics.written(feed, [])) == {}
    zone = icalendar.Calendar.from_ical(ics.written(feed, [])).walk("VTIMEZONE")[0].to_tz()
    for day, hours in (((2028, 3, 26, 1, 59), 1), ((2028, 3, 26, 3), 2), ((2028, 10, 29, 3, 1), 1)):
        assert dt.datetime(*day, tzinfo=zone).utcoffset() == dt.timedelta(hours=hours)


def test_an_address_is_named_only_by_what_has_its_form() -> None:
    whose = rules.NOBODYS._replace(nonce=b"n")
    name = f"{rules.token(whose, 's')}.ics"
    assert rules.named_by(name) == whose.id
    assert rules.fits(name, whose, "s")
    assert not rules.fits(name, whose, "another key")
    assert not rules.fits(name, whose._replace(nonce=b"m"), "s")
    assert [rules.named_by(one) for one in ("", ".ics", "åäö.ics", name.removesuffix(".ics"), f"A{name}")] == [None] * 5


# ---------------------------------------------------------------- residents'
def told(found: dict[str, icalendar.Event], promise_id: UUID) -> dict[str, icalendar.Event]:
    return {name.removeprefix(f"lofte-{promise_id}-bjorken-"): one for name, one in found.items()}


async def test_residents_follow_the_days_of_a_promise_and_no_others(browser_of: BrowserOf) -> None:
    promise_id = await given.promise(review_on=D("2024-02-29"), rhythms=given.quarterly(), activities=given.dated("Mall", "2024-11-15"))
    await obligations.sync_own(cast.BJORKEN, "own:", [Duty("own:1", Kind.REPORT, "Egen", D("2024-11-01"))], promise_id=promise_id, now=cast.START)
    residents = await browser_of()
    path = f"/bjorken/loften/{promise_id}/kalender.ics"
    page = (await residents.get("/bjorken")).text
    assert f'<link rel="alternate" type="text/calendar" title="Löftets dagar" href="{path}">' in page
    assert f'<a href="{path}">' in page
    answer = await residents.get(path)
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == (
        "public, max-age=0, s-maxage=1, stale-while-revalidate=1",
        "text/calendar; charset=utf-8",
    )
    assert "set-cookie" not in answer.headers
    assert (await residents.get(path, headers={"If-None-Match": answer.headers["etag"]})).status_code == 304
    found = told(checked(answer.content), promise_id)
    assert {name: one["DTSTART"].dt.isoformat() for name, one in found.items()} == {
        "first": "2023-01-01",
        "follow-up-2023": "2023-12-31",
        "review": "2024-02-29",
        "follow-up-2024": "2024-12-31",
        "last": "2024-12-31",
    }
    assert str(found["follow-up-2024"]["SUMMARY"]) == "Gemensam uppföljning av medborgarlöftet i Björken"
    assert str(found["review"]["URL"]) == f"http://testserver/bjorken/loften/{promise_id}"
    assert (await residents.get(path.replace("/bjorken/", "/eken/"))).status_code == 404


async def test_residents_are_told_of_a_new_last_day_of_what_is_done_and_of_what_will_not_be(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await given.promise("2023-01-01", "2025-12-31", review_on=D("2025-02-01"))
    path = f"/bjorken/loften/{promise_id}/kalender.ics"
    clock.at += dt.timedelta(hours=1)
    await obligations.settle_follow_up(cast.BJORKEN, await given.obligation_id(promise_id, "follow_up:2023"), now=clock.at)
    done = told(await fetched(browser_of, path), promise_id)
    assert str(done["follow-up-2023"]["SUMMARY"]).startswith("Klart: gemensam uppföljning")
    assert {name: facts(one)[1] for name, one in done.items() if facts(one)[1]} == {"follow-up-2023": 1}
    ended_at = clock.at + dt.timedelta(hours=1)
    await given.changed(promise_id, "early_end", "2023-01-01", "2024-11-30", now=ended_at)
    found = told(await fetched(browser_of, path), promise_id)
    assert facts(found["last"]) == (D("2024-11-30"), 1, "CONFIRMED", ended_at)
    assert facts(found["follow-up-2024"]) == (D("2024-11-30"), 1, "CONFIRMED", ended_at)
    for name, day in (("follow-up-2025", "2025-12-31"), ("review", "2025-02-01")):
        assert facts(found[name]) == (D(day), 1, "CANCELLED", ended_at)
        assert str(found[name]["SUMMARY"]).startswith("Inställt: ")
    assert facts(found["follow-up-2023"])[1:3] == (1, "CONFIRMED")
    await given.changed(promise_id, "extension", "2023-01-01", "2025-12-31", version=3, now=ended_at + dt.timedelta(hours=1))
    again = told(await fetched(browser_of, path), promise_id)
    assert facts(again["follow-up-2025"])[:3] == (D("2025-12-31"), 2, "CONFIRMED"), "what comes back has the name that it had"


async def test_the_number_is_the_databases_to_raise(database_url: str) -> None:
    promise_id = await given.promise()
    async with database.within(cast.BJORKEN) as link:
        await link.execute("UPDATE obligation SET sequence = 9, changed_at = '2030-01-01', why = 'x' WHERE promise_id = $1", promise_id)
        rows = await link.fetch("SELECT DISTINCT sequence, changed_at FROM obligation")
    assert [tuple(row) for row in rows] == [(0, cast.START)]
