from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

from tests import cast, made, telling
from trygghet import database
from trygghet.promises import actions as promises
from trygghet.promises.outcomes import Reporter
from trygghet.promises.rules import ActivityDraft

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
SOON = cast.START + dt.timedelta(minutes=1)
DATA = '<script type="application/ld+json">'
"""For other programs to read; no browser runs it."""
SEARCH = '<script src="/static/htmx-2.min.js" defer></script>'
"""On the first page, where one searches while one types; its button does the same without."""


async def told(browser_of: BrowserOf, settings: Settings, **typed: Any) -> str:
    """A published update; returns its public address."""
    address = await telling.agree(browser_of, await made.promise(), **typed)
    await telling.go_out(await browser_of(), settings, SOON)
    return f"/bjorken{address}"


# ---------------------------------------------------------------- for anybody
async def test_residents_get_every_page_without_a_cookie_or_a_script(browser_of: BrowserOf, settings: Settings) -> None:
    address = await told(browser_of, settings)
    residents = await browser_of()
    for path in ("/", "/bjorken", address, "/bjorken/flode.atom"):
        page = await residents.get(path)
        assert page.status_code == 200, path
        assert "set-cookie" not in page.headers
        assert "<script" not in page.text.replace(DATA, "").replace(SEARCH, "")
        assert page.headers["cache-control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
        assert page.headers["content-type"].count("charset=utf-8") == 1
        again = await residents.get(path, headers={"If-None-Match": f'"x", W/{page.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
    assert not residents.cookies


async def test_somebody_signed_in_reads_the_very_same_page(browser_of: BrowserOf, settings: Settings) -> None:
    await told(browser_of, settings)
    assert (await (await browser_of("anna")).get("/bjorken")).content == (await (await browser_of()).get("/bjorken")).content


async def test_what_is_not_published_is_not_there(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    address = await telling.write(await browser_of("anna"), promise_id)
    residents = await browser_of()
    for path in (
        f"/bjorken{address}",
        "/eken",
        "/eken/flode.atom",
        f"/bilder/{uuid.uuid4()}",
        f"/bjorken/loften/{uuid.uuid4()}",
        f"/eken/loften/{promise_id}",
        "/bjorken/uppdateringar/1",
    ):
        assert (await residents.get(path)).status_code == 404, path
    assert telling.TITLE not in (await residents.get("/bjorken")).text


async def test_an_update_is_found_at_its_own_municipality_only(browser_of: BrowserOf, settings: Settings) -> None:
    address = await told(browser_of, settings)
    await made.promise(parties=(made.EKEN, made.SKOGEN), by=cast.EKEN)
    assert (await (await browser_of()).get(address.replace("/bjorken/", "/eken/"))).status_code == 404


async def test_the_residents_role_can_read_nothing_but_what_was_published(database_url: str) -> None:
    await made.promise()
    async with database.published() as link:
        assert await link.fetchval("SELECT count(*) FROM published_promise") == 1
    for table in ("promise", "status_update", "picture", "person", "session", "delivery", "connection", "approval", "outcome"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.published() as link:
                await link.fetch(f"SELECT * FROM {table}")


# ---------------------------------------------------------------- the municipality's page
async def test_the_page_tells_the_whole_promise(browser_of: BrowserOf) -> None:
    await made.promise(activities=(ActivityDraft(title="Mall för lägesbilden", due_on=dt.date(2024, 11, 15)),))
    page = (await (await browser_of()).get("/bjorken")).text
    for words in (
        "Det här lovar kommunen och polisen i Björken",
        "Gäller till och med 31 december 2024",
        "göra vägarna tryggare tillsammans",
        "91 dagar av löftet är kvar",
        "Många kör för fort genom tätorten.",
        "Lugnare trafik vid skolorna.",
        "Trafikkontroller",
        "Ansvarar: Polisen: områdespolis",
        "Sista dag: 15 november 2024",
        "väg in i tätorten",
        "Anna Asson",
        "tel:0500000000",
        "Pia Psson, Lokalpolisområdeschef",
        "Undertecknat 20 december 2022",
        "rapport löpande",
        "Ingen uppdatering sedan 14 augusti 2023",
        "https://police.example.org/bjorken",
        "Visa allt som tabell",
        "/bjorken/flode.atom",
    ):
        assert words in page, words


async def test_a_recorded_outcome_is_on_the_page_at_once_without_its_note(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    activity = next((await promises.read(cast.BJORKEN, promise_id)).all_activities)
    residents = await browser_of()
    before = await residents.get("/bjorken")
    await promises.record_outcome(
        cast.BJORKEN,
        promise_id,
        activity.id,
        by=Reporter(cast.person_id("ragna"), "Ragna Rsson", "Fältsekreterare"),
        amount=8,
        happened_on=dt.date(2024, 9, 24),
        note="Bara för oss",
        form_key=uuid.uuid4(),
        now=cast.START,
    )
    page = await residents.get("/bjorken", headers={"If-None-Match": before.headers["etag"]})
    assert page.status_code == 200, "another page has another tag"
    assert "8 av 12" in page.text
    assert "Jämn takt hade gett 9,0" in page.text
    assert "Senast den 24 september" in page.text
    assert "Bara för oss" not in page.text
    assert "Ragna" not in page.text


async def test_after_the_last_day_the_page_says_that_it_has_ended_with_no_job_having_run(browser_of: BrowserOf, clock: HandClock) -> None:
    await made.promise()
    residents = await browser_of()
    clock.at = dt.datetime(2024, 12, 31, 22, 59, tzinfo=dt.UTC)
    assert "Gäller till och med 31 december 2024" in (await residents.get("/bjorken")).text
    clock.at = dt.datetime(2024, 12, 31, 23, 1, tzinfo=dt.UTC)  # past midnight in Sweden
    page = (await residents.get("/bjorken")).text
    assert "<strong>Löftet gick ut 31 december 2024.</strong>" in page
    assert "Något nytt löfte är inte undertecknat." in page
    assert "Det här lovade kommunen och polisen" in page
    assert "Gick ut 31 december 2024" in (await residents.get("/")).text


async def test_the_days_between_two_promises_are_told_by_themselves(browser_of: BrowserOf, clock: HandClock) -> None:
    await made.promise()
    new = await made.promise(title="Nästa löfte", valid_from=dt.date(2025, 3, 1), valid_until=dt.date(2025, 12, 31))
    residents = await browser_of()
    page = (await residents.get("/bjorken")).text
    assert "Nästa löfte börjar gälla 1 mars 2025." in page
    assert "Från 1 januari till och med 28 februari 2025, 59 dagar, gäller inget löfte." in page
    assert f'href="/bjorken/loften/{new}"' in page
    clock.at = dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC)
    page = (await residents.get("/bjorken")).text
    assert "Inget löfte gäller i dag." in page
    assert "Det förra gick ut 31 december 2024 och nästa börjar gälla 1 mars 2025." in page
    clock.at = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
    assert "inget löfte" not in (await residents.get("/bjorken")).text.lower()


async def test_earlier_promises_keep_a_page_of_their_own(browser_of: BrowserOf) -> None:
    old = await made.promise(title="Det gamla löftet", valid_from=dt.date(2018, 1, 1), valid_until=dt.date(2018, 12, 31))
    await made.promise()
    residents = await browser_of()
    assert f'href="/bjorken/loften/{old}">Det gamla löftet' in (await residents.get("/bjorken")).text
    page = (await residents.get(f"/bjorken/loften/{old}")).text
    assert "<strong>Löftet gick ut 31 december 2018.</strong>" in page
    assert (
        "Från 1 januari 2019 till och med 31 december 2022, 1\u00a0461 dagar, gällde inget löfte. Nästa löfte gäller från och med 1 januari 2023."
        in page
    )


async def test_the_first_page_lists_municipalities_and_their_states(browser_of: BrowserOf) -> None:
    residents = await browser_of()
    assert "Inget löfte är publicerat än" in (await residents.get("/")).text
    await made.promise(
        parties=(made.EKEN, made.SKOGEN), by=cast.EKEN, area_name="Eken", valid_from=dt.date(2025, 1, 1), valid_until=dt.date(2025, 12, 31)
    )
    await made.promise()
    page = (await residents.get("/")).text
    assert re.findall(r'<a href="/([a-z]+)">[A-ZÅÄÖ][a-zåäö]+</a></th>', page) == ["bjorken", "eken"]
    assert "Börjar gälla 1 januari 2025" in page
    assert 'href="/logga-in"' in page


async def test_markup_in_a_text_is_only_text(browser_of: BrowserOf, settings: Settings) -> None:
    address = await told(browser_of, settings, rubrik="<b>Fet</b> & co", text="<script>alert(1)</script>\n\n]]> &amp;")
    residents = await browser_of()
    for path in ("/bjorken", address):
        page = (await residents.get(path)).text
        assert "<script" not in page.replace(DATA, "")
        assert "&lt;script&gt;" in page
    [entry] = feedparser.parse((await residents.get("/bjorken/flode.atom")).content).entries
    assert entry.title == "<b>Fet</b> & co"
    assert "<script" not in entry.content[0].value


# ---------------------------------------------------------------- updates
async def test_a_published_update_stands_on_the_page_and_at_its_own_address(browser_of: BrowserOf, settings: Settings) -> None:
    promise_id = await made.promise()
    address = await telling.agree(browser_of, promise_id, telling.picture(), bildtext="En gata i skymning.")
    await telling.go_out(await browser_of(), settings, SOON)
    residents = await browser_of()
    page = (await residents.get("/bjorken")).text
    assert telling.TITLE in page
    assert "Senast uppdaterad i dag" in page
    own = await residents.get(f"/bjorken{address}")
    assert f'data-update="{address.rpartition("/")[2]}"' in own.text
    assert f'<link rel="canonical" href="http://testserver/bjorken{address}">' in own.text
    assert 'alt="En gata i skymning."' in own.text
    picture = await residents.get(re.search(r'src="(/bilder/[^"]+)"', own.text).group(1))  # type: ignore[union-attr]
    assert (picture.status_code, picture.headers["content-type"], picture.headers["cache-control"]) == (
        200,
        "image/jpeg",
        "public, max-age=0, s-maxage=1, stale-while-revalidate=1",
    )
    assert (await residents.get(picture.url.path, headers={"If-None-Match": picture.headers["etag"]})).status_code == 304


# ---------------------------------------------------------------- the feed
def parsed(answer: httpx.Response) -> feedparser.FeedParserDict:
    found = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not found.bozo, found.get("bozo_exception")
    return found


async def test_the_feed_is_atom_with_names_that_never_change(browser_of: BrowserOf, settings: Settings) -> None:
    address = await told(browser_of, settings)
    answer = await (await browser_of()).get("/bjorken/flode.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    found = parsed(answer)
    assert found.version == "atom10"
    assert (found.feed.title, found.feed.author, found.feed.language) == ("Medborgarlöften i Björken", "Björkens kommun och LPO Skogen", "sv")
    assert {(one.rel, one.href) for one in found.feed.links} == {
        ("self", "http://testserver/bjorken/flode.atom"),
        ("alternate", "http://testserver/bjorken"),
    }
    [entry] = found.entries
    assert entry.id == f"urn:uuid:{address.rpartition('/')[2]}"
    assert (entry.title, entry.link) == (telling.TITLE, f"http://testserver{address}")
    assert entry.published == entry.updated == found.feed.updated == "2024-10-01T06:01:00Z"
    assert entry.content[0].value == "<p>Trettiotvå boende gick med den 26 september.</p>\n<p>Tre gator får ny belysning före november.</p>"
    assert found.feed.id == f"urn:uuid:{uuid.UUID(found.feed.id.removeprefix('urn:uuid:'))}"


async def test_a_retraction_stays_in_the_feed_without_its_text(browser_of: BrowserOf, settings: Settings, clock: HandClock) -> None:
    address = await told(browser_of, settings)
    residents = await browser_of()
    before = parsed(await residents.get("/bjorken/flode.atom"))
    clock.at = cast.START + dt.timedelta(days=2)
    await telling.press(await browser_of("per"), address.removeprefix("/bjorken"), "dra-tillbaka", varfor="Fel gata.")
    after = parsed(await residents.get("/bjorken/flode.atom"))
    assert after.entries[0].id == before.entries[0].id
    assert after.entries[0].title == f"ÅTERKALLAD: {telling.TITLE}"
    assert (after.entries[0].published, after.entries[0].updated) == (before.entries[0].published, "2024-10-03T06:00:00Z")
    assert "content" not in after.entries[0]
    assert after.feed.id == before.feed.id


async def test_a_feed_without_entries_is_still_a_feed(browser_of: BrowserOf) -> None:
    await made.promise()
    found = parsed(await (await browser_of()).get("/bjorken/flode.atom"))
    assert found.entries == []
    assert found.feed.updated == "2024-10-01T06:00:00Z"


async def test_what_xml_cannot_carry_does_not_break_the_feed(browser_of: BrowserOf, settings: Settings) -> None:
    await told(browser_of, settings, text="Före\x0befter")
    assert "Föreefter" in parsed(await (await browser_of()).get("/bjorken/flode.atom")).entries[0].content[0].value
