from __future__ import annotations

import calendar
import datetime as dt
import json
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import feedparser
import jsonschema
import pytest
from lxml import etree, html

from tests import cast, made
from tests.site import given

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
HERE = Path(__file__).parent
FORMS = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
DAY = dt.timedelta(days=1)


class Entry(NamedTuple):
    """An entry as any of the forms tells it."""

    id: str
    title: str
    url: str
    published: dt.datetime
    changed: dt.datetime
    author: str
    html: str


def read(answer: httpx.Response) -> list[Entry]:
    """The entries of a feed that keeps to its form: its own grammar, a reader of others' making, and no name twice."""
    form = answer.url.path.rpartition(".")[2]
    assert answer.headers["content-type"] == f"{FORMS[form]}; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    found = _json(answer) if form == "json" else _xml(answer, form)
    assert len({one.id for one in found}) == len(found)
    assert all(one.published <= one.changed for one in found)
    return found


def _xml(answer: httpx.Response, form: str) -> list[Entry]:
    etree.RelaxNG(etree.parse(HERE / f"{form}.rng")).assertValid(etree.fromstring(answer.content))
    found = feedparser.parse(
        answer.content, response_headers={"content-type": answer.headers["content-type"]}, sanitize_html=False, resolve_relative_uris=False
    )
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == {"atom": "atom10", "rss": "rss20"}[form]
    [own] = [one.href for one in found.feed.links if one.rel == "self"]
    assert own == str(answer.url)
    return [
        Entry(
            one.id,
            one.title,
            one.link,
            _at(one.published_parsed),
            _at(one.updated_parsed),
            one.author,
            one.content[0].value if "content" in one else "",
        )
        for one in found.entries
    ]


def _at(parsed: Any) -> dt.datetime:
    return dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC)


def _json(answer: httpx.Response) -> list[Entry]:
    found = answer.json()
    jsonschema.validate(found, json.loads((HERE / "json_feed.json").read_text(encoding="utf-8")))
    assert found["feed_url"] == str(answer.url)
    days = dt.datetime.fromisoformat
    return [
        Entry(
            one["id"],
            one["title"],
            one["url"],
            days(one["date_published"]),
            days(one["date_modified"]),
            one["authors"][0]["name"],
            one.get("content_html", ""),
        )
        for one in found["items"]
    ]


async def everything() -> tuple[UUID, list[UUID]]:
    """A promise with an update of each kind, newest first."""
    promise_id = await made.promise()
    picture = {"id": str(uuid.uuid4()), "alt": 'En gata "i" skymning.', "width": 80, "height": 60}
    put_right = [{"on": "2024-05-03", "text": "Mötet är den 12 maj & inte den 2."}]
    return promise_id, [
        await given.told(promise_id, title="<b>Fet</b> & co", body="<script>alert(1)</script>\n\n]]> &amp;"),
        await given.told(promise_id, at=cast.START - DAY, changed=cast.START, corrections=put_right, picture=picture),
        await given.told(promise_id, at=cast.START - 2 * DAY, withdrawn=cast.START - DAY),
        await given.told(promise_id, at=cast.START - 3 * DAY, voice="police", parties=["LPO Skogen"]),
    ]


async def test_the_three_forms_say_the_same_in_the_same_order(browser_of: BrowserOf) -> None:
    _, ids = await everything()
    residents = await browser_of()
    atom, rss, json_feed = [read(await residents.get(f"/bjorken/flode.{form}")) for form in FORMS]
    assert atom == rss == json_feed
    assert [one.id for one in atom] == [f"urn:uuid:{one}" for one in ids]
    assert [one.url for one in atom] == [f"http://testserver/bjorken/uppdateringar/{one}" for one in ids]
    assert [one.title for one in atom] == ["<b>Fet</b> & co", given.TITLE, f"ÅTERKALLAD: {given.TITLE}", given.TITLE]
    assert [one.author for one in atom] == [*["Björkens kommun och LPO Skogen"] * 3, "LPO Skogen"]
    assert atom[0].html == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>]]&gt; &amp;amp;</p>"


async def test_what_rss_readers_show_of_the_text_is_what_was_written(browser_of: BrowserOf) -> None:
    await given.told(await made.promise(), body="Farten är nu < 30 km/h & gatan lugn. <b>Så</b> här.")
    channel = etree.fromstring((await (await browser_of()).get("/bjorken/flode.rss")).content)
    [description] = channel.xpath("//item/description/text()")
    shown = html.fromstring(f"<div>{description}</div>")  # what readers take the description for
    assert shown.text_content() == "Farten är nu < 30 km/h & gatan lugn. <b>Så</b> här."


async def test_what_was_put_right_is_said_below_the_text_and_changes_the_entry(browser_of: BrowserOf) -> None:
    await everything()
    residents = await browser_of()
    for form in FORMS:
        entry = read(await residents.get(f"/bjorken/flode.{form}"))[1]
        assert entry.html.endswith("<p><strong>Rättad 3 maj 2024:</strong> Mötet är den 12 maj &amp; inte den 2.</p>"), form
        assert re.match(
            r'<p><img src="http://testserver/bilder/[0-9a-f-]{36}" alt="En gata &quot;i&quot; skymning." width="80" height="60"></p>', entry.html
        )
        assert (entry.published, entry.changed) == (cast.START - DAY, cast.START)


async def test_what_was_taken_back_loses_its_text_and_is_told_of_for_thirty_days(browser_of: BrowserOf, clock: HandClock) -> None:
    _, ids = await everything()
    residents = await browser_of()
    for days, there in ((0, True), (29, True), (30, False)):
        clock.at = cast.START + days * DAY
        for form in FORMS:
            found = {one.id: one for one in read(await residents.get(f"/bjorken/flode.{form}"))}
            gone = found.get(f"urn:uuid:{ids[2]}")
            assert (gone is not None) == there, (form, days)
            if gone is not None:
                assert gone.html == ""
                assert gone.changed == cast.START - DAY
    assert (await residents.get(f"/bjorken/uppdateringar/{ids[2]}")).status_code == 410


async def test_a_feed_holds_the_fifty_newest(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ids = [await given.told(promise_id, at=cast.START - number * DAY) for number in range(51)]
    residents = await browser_of()
    for form in FORMS:
        assert [one.id for one in read(await residents.get(f"/bjorken/flode.{form}"))] == [f"urn:uuid:{one}" for one in ids[:50]]


async def test_a_promise_has_feeds_of_its_own(browser_of: BrowserOf) -> None:
    old = await made.promise(title="Det gamla löftet", valid_from=dt.date(2018, 1, 1), valid_until=dt.date(2018, 12, 31))
    await made.promise()
    await everything()
    about_old = await given.told(old, title="Så gick det 2018")
    residents = await browser_of()
    for form in FORMS:
        answer = await residents.get(f"/bjorken/loften/{old}/flode.{form}")
        assert [one.id for one in read(answer)] == [f"urn:uuid:{about_old}"]
        assert "Det gamla löftet" in answer.text
        assert len(read(await residents.get(f"/bjorken/flode.{form}"))) == 5
        assert (await residents.get(f"/eken/loften/{old}/flode.{form}")).status_code == 404


@pytest.mark.parametrize("form", FORMS)
async def test_a_reader_that_has_it_gets_nothing_again_until_something_has_changed(form: str, browser_of: BrowserOf) -> None:
    promise_id, _ = await everything()
    residents = await browser_of()
    first = await residents.get(f"/bjorken/flode.{form}")
    assert first.headers["cache-control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
    assert first.headers["last-modified"] == "Tue, 01 Oct 2024 06:00:00 GMT"
    for known in ({"If-None-Match": first.headers["etag"]}, {"If-Modified-Since": first.headers["last-modified"]}):
        again = await residents.get(f"/bjorken/flode.{form}", headers=known)
        assert (again.status_code, again.content) == (304, b""), known
        assert again.headers["access-control-allow-origin"] == "*"
    for unknown in (
        {"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]},
        {"If-Modified-Since": "Tue, 01 Oct 2024 05:59:59 GMT"},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Tue, 01 Oct 2024 06:00:00"},
    ):
        assert (await residents.get(f"/bjorken/flode.{form}", headers=unknown)).status_code == 200, unknown
    await given.told(promise_id, at=cast.START + DAY)
    for known in ({"If-None-Match": first.headers["etag"]}, {"If-Modified-Since": first.headers["last-modified"]}):
        assert (await residents.get(f"/bjorken/flode.{form}", headers=known)).status_code == 200, known


async def test_readers_find_the_feeds_from_the_pages(browser_of: BrowserOf) -> None:
    _, ids = await everything()
    residents = await browser_of()
    for path in ("/bjorken", f"/bjorken/uppdateringar/{ids[0]}"):
        page = (await residents.get(path)).text
        head = page.partition("</head>")[0]
        for form, kind in FORMS.items():
            assert re.search(rf'<link rel="alternate" type="{re.escape(kind)}" title="[^"]+" href="/bjorken/flode.{form}">', head), (path, form)
    body = (await residents.get("/bjorken")).text.partition("<body")[2]
    for form in FORMS:
        assert f'href="/bjorken/flode.{form}"' in body


async def test_an_update_says_on_the_pages_whose_voice_it_is_and_what_was_put_right(browser_of: BrowserOf) -> None:
    _, ids = await everything()
    residents = await browser_of()
    whole, listed = (await residents.get(f"/bjorken/uppdateringar/{ids[1]}")).text, (await residents.get("/bjorken")).text
    for page in (whole, listed):
        assert "<strong>Rättad 3 maj 2024:</strong> Mötet är den 12 maj &amp; inte den 2." in page
    assert "Gemensamt: Björkens kommun och LPO Skogen" in whole
    own = (await residents.get(f"/bjorken/uppdateringar/{ids[3]}")).text
    assert "Polisen berättar: LPO Skogen" in own
    assert "Polisen berättar" in listed
    assert f'data-update="{ids[3]}"' in own


async def test_a_list_is_a_list_in_every_feed_and_on_the_page(browser_of: BrowserOf) -> None:
    update = await given.told(await made.promise(), body="Vi har:\n- mätt farten\n- pratat med <alla>")
    residents, listed = await browser_of(), "<ul><li>mätt farten</li><li>pratat med &lt;alla&gt;</li></ul>"
    for name in ("atom", "rss", "json"):
        [entry] = feedparser.parse((await residents.get(f"/bjorken/flode.{name}")).content).entries if name != "json" else [None]
        html = entry.content[0].value if entry else (await residents.get("/bjorken/flode.json")).json()["items"][0]["content_html"]
        assert "".join(html.split()) == "".join(f"<p>Vi har:</p>{listed}".split()), name
    assert listed.replace("<ul>", '<ul class="listed">') in (await residents.get(f"/bjorken/uppdateringar/{update}")).text
