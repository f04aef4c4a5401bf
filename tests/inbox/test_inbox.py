"""What has come to somebody stands in their inbox, whatever became of the mail; nothing but their own press marks it as read."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, made, world
from trygghet import database
from trygghet.inbox.rules import PAGE_LENGTH, link

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
NOW = cast.START


async def came(title: str = "Besked", who: str = "anna", **changes: Any) -> uuid.UUID:
    """A row of the ledger, sent to somebody in Björken."""
    row = {
        "organisation_id": cast.BJORKEN,
        "key": f"notice:{uuid.uuid4()}",
        "kind": "notice",
        "channel": "mail",
        "title": title,
        "state": "sent",
        "person_id": cast.person_id(who),
        "due_at": NOW,
        "created_at": NOW,
        "settled_at": NOW,
        **changes,
    }
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    async with database.across_organisations() as unit:
        found: uuid.UUID = await unit.fetchval(f"INSERT INTO delivery ({', '.join(row)}) VALUES ({places}) RETURNING id", *row.values())
    return found


async def press(browser: httpx.AsyncClient, address: str, **form: str) -> httpx.Response:
    """A button of the page."""
    token = cast.csrf((await browser.get("/inkorg")).text)
    return await browser.post(address, data={"_csrf_token": token, **form}, follow_redirects=True)


def menu(page: str) -> str:
    """What the menu says of the inbox, as it is read aloud."""
    found = re.search(r'href="/inkorg"[^>]*>(.*?)</a>', page)
    assert found
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split())


# ---------------------------------------------------------------- what stands there
async def test_each_persons_inbox_holds_what_came_to_them_and_nothing_else(browser_of: BrowserOf) -> None:
    await came("Till Anna")
    await came("Till Bo", "bo")
    await came("Till Anna i en annan organisation", organisation_id=cast.EKEN)
    page = (await (await browser_of("anna")).get("/inkorg")).text
    assert "Till Anna<" in page
    assert "Till Bo" not in page
    assert "i en annan organisation" not in page


async def test_what_bounced_failed_or_was_turned_off_can_be_read_and_what_is_no_longer_true_is_not_there(browser_of: BrowserOf) -> None:
    await came("Kom tillbaka", bounced_at=NOW)
    await came("Gick inte", state="failed", reason="550 5.1.1 No such user")
    await came("Bortvalt", state="skipped", silenced=True)
    await came("Inte längre sant", state="skipped", reason="Fristen är redan klar.")
    await came("Inte än", state="planned", settled_at=None)
    await came("En publicering", kind="publication", channel="page")
    page = (await (await browser_of("anna")).get("/inkorg")).text
    assert page.count("Mejlet kom inte fram till dig.") == 2
    assert "Inget mejl: du har valt bort sådana." in page
    assert {one for one in ("Kom tillbaka", "Gick inte", "Bortvalt", "Inte längre sant", "Inte än", "En publicering") if one in page} == {
        "Kom tillbaka",
        "Gick inte",
        "Bortvalt",
    }
    assert menu(page) == "Inkorg, 3 olästa"


@pytest.mark.parametrize(
    ("via", "why"), [("vacant", "ingen annan har den plats"), ("bounced", "inte kommer fram"), ("handed_over", "i stället för till en kollega")]
)
async def test_it_says_why_something_came_to_somebody_else_than_it_was_for(via: str, why: str, browser_of: BrowserOf) -> None:
    await came(kind="reminder", via=via)
    assert why in (await (await browser_of("anna")).get("/inkorg")).text


async def test_each_thing_leads_straight_to_what_it_is_about(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    async with database.across_organisations() as unit:
        duties = {row["kind"]: row["id"] for row in await unit.fetch("SELECT DISTINCT ON (kind) kind, id FROM obligation ORDER BY kind, due_on DESC")}
    await came(words={"link": "/lydelser/7"})
    for duty in duties.values():
        await came(kind="reminder", obligation_id=duty, promise_id=promise)
    anna = await browser_of("anna")
    page = (await anna.get("/inkorg")).text
    assert 'href="/lydelser/7"' in page
    assert f'href="/uppfoljning/{duties["follow_up"]}"' in page
    assert f'href="/frister/{duties["renewal"]}"' in page
    assert "Påminnelse, Björken" in page
    for found in re.findall(r'<div><p><a href="(/uppfoljning[^"#]+)', page):
        assert (await anna.get(found)).status_code == 200


def test_what_names_no_duty_leads_to_its_promise_or_to_the_page_of_its_kind() -> None:
    promise = uuid.UUID(int=3)
    assert link("reminder", {}, None, promise) == f"/loften/{promise}"
    assert link("reminder", {}, None, None) == "/frister"
    assert link("summary", {}, None, None) == "/oversikt"
    assert link("reminder", {}, (promise, "statute"), None) == "/lagen"
    assert link("notice", {"link": "https://elsewhere.example.org"}, None, promise) == f"/loften/{promise}", "never away from here"


async def test_an_administrator_reads_what_came_and_goes_where_it_leads(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await came("En påminnelse", "adam", kind="reminder", promise_id=promise)
    await came("Ingen kan påminnas", "adam", words={"link": "/medlemmar"})
    adam = await browser_of("adam")
    page = (await adam.get("/inkorg")).text
    assert f'<a href="/loften/{promise}">En påminnelse</a>' in page
    assert (await adam.get(f"/loften/{promise}")).status_code == 200
    assert '<a href="/medlemmar">Ingen kan påminnas</a>' in page


# ---------------------------------------------------------------- read and unread
async def test_opening_the_page_or_the_thing_marks_nothing_and_a_press_marks_one(browser_of: BrowserOf) -> None:
    first = await came("Det ena")
    await came("Det andra", settled_at=NOW - dt.timedelta(hours=1))
    anna = await browser_of("anna")
    before = await world.everything()
    for method in ("GET", "HEAD"):
        await anna.request(method, "/inkorg")
    page = (await anna.get("/oversikt")).text
    assert menu(page) == "Inkorg, 2 olästa", "on every page"
    assert await world.everything() == before
    page = (await press(anna, f"/inkorg/{first}/last")).text
    assert menu(page) == "Inkorg, 1 oläst"
    assert page.count(">Oläst<") == page.count(">Läst<") == 1
    async with database.across_organisations() as unit:
        read_at = await unit.fetchval("SELECT read_at FROM delivery WHERE id = $1", first)
    await press(anna, f"/inkorg/{first}/last")
    async with database.across_organisations() as unit:
        assert await unit.fetchval("SELECT read_at FROM delivery WHERE id = $1", first) == read_at == NOW, "a second press moves nothing"


async def test_marking_all_leaves_what_came_after_the_page_was_opened(browser_of: BrowserOf) -> None:
    newest = await came("Nyast när sidan öppnades")
    await came("Äldre", settled_at=NOW - dt.timedelta(days=400))
    anna = await browser_of("anna")
    assert f'name="senaste" value="{newest}"' in (await anna.get("/inkorg")).text
    await came("Kom medan jag läste", settled_at=NOW + dt.timedelta(minutes=1))
    page = (await press(anna, "/inkorg/alla-lasta", senaste=str(newest))).text
    assert menu(page) == "Inkorg, 1 oläst"
    unread = re.search(r'class="new".*?</li>', page, re.DOTALL)
    assert unread
    assert "Kom medan jag läste" in unread[0]


@pytest.mark.parametrize("typed", ["", "x", str(uuid.UUID(int=5))])
async def test_marking_all_up_to_nothing_is_not_found(typed: str, browser_of: BrowserOf) -> None:
    await came()
    anna = await browser_of("anna")
    assert (await press(anna, "/inkorg/alla-lasta", senaste=typed)).status_code == 404
    assert menu((await anna.get("/inkorg")).text) == "Inkorg, 1 oläst"


async def test_a_colleagues_letter_cannot_be_marked(browser_of: BrowserOf) -> None:
    theirs = await came(who="bo")
    anna = await browser_of("anna")
    await came()
    assert (await press(anna, f"/inkorg/{theirs}/last")).status_code == 404
    assert menu((await (await browser_of("bo")).get("/inkorg")).text) == "Inkorg, 1 oläst"


async def test_the_inbox_has_pages_and_goes_back_to_the_one_that_was_read(browser_of: BrowserOf) -> None:
    ids = [await came(f"Nr {number}.", settled_at=NOW - dt.timedelta(hours=number)) for number in range(PAGE_LENGTH + 2)]
    anna = await browser_of("anna")
    first = (await anna.get("/inkorg")).text
    assert "Nr 0." in first
    assert f"Nr {PAGE_LENGTH}." not in first
    second = await press(anna, f"/inkorg/{ids[-1]}/last", sida="2")
    assert second.url.query == b"sida=2"
    assert f"Nr {PAGE_LENGTH + 1}." in second.text
    assert "Nr 0." not in second.text
    for odd in ("0", "-1", "x", "999999999999"):
        assert (await anna.get(f"/inkorg?sida={odd}")).status_code == 200


async def test_more_than_the_menu_has_room_for_is_said_as_more(browser_of: BrowserOf) -> None:
    async with database.across_organisations() as unit:
        await unit.execute(
            "INSERT INTO delivery (organisation_id, key, kind, channel, title, state, person_id, due_at, created_at, settled_at)"
            " SELECT $1, 'notice:' || i, 'notice', 'mail', 'Besked', 'sent', $2, $3, $3, $3 FROM generate_series(1, 105) AS i",
            cast.BJORKEN,
            cast.person_id("anna"),
            NOW,
        )
    anna = await browser_of("anna")
    page = (await anna.get("/inkorg")).text
    assert menu(page) == "Inkorg, 99+ olästa"
    assert "Fler än 99 olästa." in page


async def test_an_empty_inbox_says_what_will_stand_there(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("ragna")).get("/inkorg")).text
    assert "Här är tomt än" in page
    assert menu(page) == "Inkorg"
