from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given as drawn
from hypothesis import settings as how
from hypothesis import strategies as st
from lxml import html as markup

from tests import cast, made
from tests.site import given
from trygghet.site import oembed

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
DAY = dt.timedelta(days=1)
FORMS = ("kort", "kort.json", "kort.html", "text")
HERE = "http://testserver"


async def promised() -> tuple[UUID, list[UUID]]:
    """A promise with something done and five updates, the second of them taken back; the updates' ids, newest first."""
    promise_id = await made.promise()
    await made.recorded(promise_id, 8)
    found = []
    for number in range(5):
        content = {"voice": "police", "parties": ["LPO Skogen"]} if number == 2 else {}
        taken = cast.START if number == 1 else None
        found.append(await given.told(promise_id, at=cast.START - number * DAY, withdrawn=taken, title=f"Nytt nummer {number}", **content))
    return promise_id, found


# ---------------------------------------------------------------- the card in all its forms
async def test_every_form_of_the_card_says_the_same(browser_of: BrowserOf) -> None:
    _, ids = await promised()
    residents = await browser_of()
    for form in FORMS:
        answer = await residents.get(f"/bjorken/{form}")
        assert answer.status_code == 200, form
        for words in (
            "Medborgarlöfte i Björken 2023–2024",
            "Gäller",
            "1 januari 2023 – 31 december 2024",
            "8 kontroller hittills i år. Senast den 12 september.",
            "1 oktober 2024",
            "Gemensamt",
            "Polisen berättar",
            "Nytt nummer 0",
            "Nytt nummer 3",
            f"{HERE}/bjorken/uppdateringar/{ids[2]}",
        ):
            assert words in answer.text, (form, words)
        assert "Nytt nummer 1" not in answer.text, "it was taken back"
        assert "Nytt nummer 4" not in answer.text, "three are enough"


async def test_the_card_of_a_promise_keeps_to_it_also_when_another_is_in_force(browser_of: BrowserOf) -> None:
    old = await made.promise(title="Det gamla löftet", valid_from=dt.date(2018, 1, 1), valid_until=dt.date(2018, 12, 31))
    await promised()
    residents = await browser_of()
    for form in FORMS:
        answer = await residents.get(f"/bjorken/loften/{old}/{form}")
        assert "Det gamla löftet" in answer.text, form
        assert "Gick ut 31 december 2018" in answer.text
        assert f"{HERE}/bjorken/loften/{old}" in answer.text
        assert (await residents.get(f"/eken/loften/{old}/{form}")).status_code == 404
        assert (await residents.get(f"/eken/{form}")).status_code == 404


async def test_the_card_follows_the_day(browser_of: BrowserOf, clock: HandClock) -> None:
    await made.promise(valid_from=dt.date(2024, 10, 2))
    residents = await browser_of()
    assert (await residents.get("/bjorken/kort.json")).json()["state"] == "Börjar gälla 2 oktober 2024"
    assert (await residents.get("/bjorken/kort.json")).json()["progress"] == ""
    clock.at = cast.START + DAY
    assert (await residents.get("/bjorken/kort.json")).json()["state"] == "Gäller"
    clock.at = dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.UTC)  # past midnight in Sweden
    found = (await residents.get("/bjorken/kort.json")).json()
    assert (found["state"], found["progress"], found["updates"]) == ("Gick ut 31 december 2024", "Inget är registrerat.", [])


async def test_other_websites_may_read_frame_and_keep_it_without_cookies(browser_of: BrowserOf) -> None:
    _, ids = await promised()
    residents = await browser_of()
    for path in (*(f"/bjorken/{form}" for form in FORMS), f"/bjorken/uppdateringar/{ids[0]}/kort", "/kort.js", "/kort.css", "/kort-ram.js"):
        answer = await residents.get(path)
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"].startswith("public, max-age=")
        assert (await residents.get(path, headers={"If-None-Match": answer.headers["etag"]})).status_code == 304, path
        is_frame = path.endswith("/kort")
        assert ("x-frame-options" in answer.headers) != is_frame, path
        assert ("frame-ancestors *" in answer.headers["content-security-policy"]) == is_frame, path
        assert is_frame or answer.headers["access-control-allow-origin"] == "*", path
    for path in ("/eken/kort", f"/bjorken/uppdateringar/{uuid.uuid4()}/kort", "/bjorken", "/logga-in"):
        answer = await residents.get(path)
        assert answer.headers["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path


async def test_what_is_put_into_other_pages_is_whole_addresses_without_scripts_or_styles(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await given.told(promise_id, title='<img src=x onerror=alert(1)> & "co"')
    residents = await browser_of()
    fragment = markup.fragment_fromstring((await residents.get("/bjorken/kort.html")).text)
    assert fragment.tag == "section"
    assert {one.tag for one in fragment.iter()} == {"section", "h2", "h3", "p", "strong", "ol", "li", "time", "a"}
    assert all(name.startswith("trygghet-") for one in fragment.iter() for name in one.get("class", "").split())
    assert all(one.get("href").startswith(f"{HERE}/bjorken") for one in fragment.iter("a"))
    assert not {name for one in fragment.iter() for name in one.keys()} & {"style", "id", "target"}  # noqa: SIM118 - an element of lxml
    assert fragment.xpath("//li//a")[0].text == '<img src=x onerror=alert(1)> & "co"'
    assert (await residents.get("/bjorken/kort.json")).json()["updates"][0]["title"] == '<img src=x onerror=alert(1)> & "co"'
    assert '<img src=x onerror=alert(1)> & "co"' in (await residents.get("/bjorken/text")).text
    assert (await residents.get("/bjorken/text")).headers["content-type"] == "text/plain; charset=utf-8"


async def test_an_update_can_stand_in_a_frame_until_it_is_taken_back(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    told = await given.told(promise_id, corrections=[{"on": "2024-05-03", "text": "Fyra gator."}])
    gone = await given.told(promise_id, withdrawn=cast.START)
    residents = await browser_of()
    assert (await residents.get("/bjorken/kort.json")).json()["updates"][0]["voice"] == "Gemensamt, rättad 3 maj 2024"
    page = (await residents.get(f"/bjorken/uppdateringar/{told}/kort")).text
    for words in (given.TITLE, "1 oktober 2024", "Gemensamt", "Trettiotvå boende gick med den 26 september.", "Rättad 3 maj 2024:", "Fyra gator."):
        assert words in page
    answer = await residents.get(f"/bjorken/uppdateringar/{gone}/kort")
    assert answer.status_code == 410
    assert "Skäl: Fel gata." in answer.text
    assert given.BODY[:20] not in answer.text


# ---------------------------------------------------------------- colours
async def test_chosen_colours_are_taken_into_the_frame(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    answer = await residents.get("/bjorken/kort?bakgrund=123&text=fff&lank=9cf&tema=morkt")
    [styles] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', answer.text)
    assert styles == "/kort.css?tema=morkt&amp;bakgrund=112233&amp;text=ffffff&amp;lank=99ccff"
    assert '<html lang="sv" class="morkt">' in answer.text
    chosen, usual = (await residents.get(styles.replace("&amp;", "&"))).text, (await residents.get("/kort.css")).text
    assert chosen == usual + ".trygghet-kort{--trygghet-bakgrund:#112233;--trygghet-text:#ffffff;--trygghet-lank:#99ccff;}"
    plain = await residents.get("/bjorken/kort")
    for asked in ("bakgrund=777", "text=fff", "bakgrund=red", "tema=rosa", "bakgrund=%3C/style%3E%3Cscript%3E", "text=%F0%9F%99%82"):
        assert (await residents.get(f"/bjorken/kort?{asked}")).content == plain.content, asked
        assert (await residents.get(f"/kort.css?{asked}")).text == usual, asked


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["<script>x</script>", '"><img src=x>', "'-alert(1)-'", "\r\nset-cookie: a=b", "{{7*7}}", "%00", "..", "９"]),
)
ASKED = st.dictionaries(
    st.sampled_from(["bakgrund", "text", "lank", "tema", "url", "format", "maxwidth", "maxheight", "kommun", "callback"]), HOSTILE, max_size=6
)


async def test_whatever_is_asked_for_nothing_breaks_and_nothing_of_it_comes_back_as_markup(browser_of: BrowserOf) -> None:
    promise_id, _ = await promised()
    residents, anna = await browser_of(), await browser_of("anna")
    asked: list[dict[str, str]] = []

    @how(max_examples=60, database=None, derandomize=True)
    @drawn(ASKED)
    def draw(one: dict[str, str]) -> None:
        asked.append(one)

    draw()
    for one in asked:
        query = "&".join(f"{name}={quote(value, safe='', errors='surrogatepass')}" for name, value in one.items())
        for browser, path in (
            (residents, "/bjorken/kort"),
            (residents, f"/bjorken/loften/{promise_id}/kort.html"),
            (residents, "/oembed"),
            (anna, "/webbplats"),
        ):
            answer = await browser.get(f"{path}?{query}")
            assert answer.status_code in {200, 404, 422, 501}, (path, one)
            assert "set-cookie" not in answer.headers or path == "/webbplats"
            for value in one.values():
                if re.search(r"[<\"]", value):
                    assert value not in answer.text, (path, one)


# ---------------------------------------------------------------- oEmbed
async def asked(residents: httpx.AsyncClient, path: str, **more: str) -> httpx.Response:
    return await residents.get("/oembed", params={"url": f"{HERE}{path}", **more})


async def test_a_pasted_address_becomes_a_link_and_a_frame(browser_of: BrowserOf) -> None:
    promise_id, ids = await promised()
    residents = await browser_of()
    for path, title, author in (
        ("/bjorken", "Medborgarlöfte i Björken 2023–2024", "Björkens kommun och LPO Skogen"),
        (f"/bjorken/loften/{promise_id}", "Medborgarlöfte i Björken 2023–2024", "Björkens kommun och LPO Skogen"),
        (f"/bjorken/uppdateringar/{ids[2]}", "Nytt nummer 2", "LPO Skogen"),
    ):
        page = (await residents.get(path)).text.partition("</head>")[0]
        [address] = re.findall(r'<link rel="alternate" type="application/json\+oembed" title="[^"]+" href="([^"]+)">', page)
        answer = await residents.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("application/json")
        found = answer.json()
        assert {"version": "1.0", "type": "rich", "title": title, "author_name": author, "width": 600, "height": 420}.items() <= found.items()
        quoted, frame = markup.fragments_fromstring(found["html"])
        assert (quoted.tag, quoted[0].tag, quoted[0].get("href"), quoted[0].text) == ("blockquote", "a", HERE + path, title)
        assert (frame.tag, frame.get("src"), frame.get("title")) == ("iframe", f"{HERE}{path}/kort", title)
        assert (await residents.get(f"{path}/kort")).status_code == 200
        assert (await residents.get(address.replace("&amp;", "&"), headers={"If-None-Match": answer.headers["etag"]})).status_code == 304


async def test_oembed_keeps_to_the_room_that_there_is(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    for more, size in (
        ({"maxwidth": "320"}, (320, 420)),
        ({"maxwidth": "9999", "maxheight": "9999"}, (700, 420)),
        ({"maxwidth": "300", "maxheight": "300"}, (300, 300)),
        ({"maxwidth": "1"}, (oembed.WIDTHS[0], 420)),
        ({"maxwidth": "-5", "maxheight": "x"}, (600, 420)),
    ):
        found = (await asked(residents, "/bjorken/?utm=1#topp", **more)).json()
        assert (found["width"], found["height"]) == size, more
        assert f'width="{size[0]}" height="{size[1]}"' in found["html"]


async def test_oembed_knows_only_pages_of_ours_that_are_there_and_one_form(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    gone = await given.told(promise_id, withdrawn=cast.START)
    residents = await browser_of()
    for path in (
        "/",
        "/eken",
        "/logga-in",
        "/bjorken/flode.atom",
        f"/bjorken/uppdateringar/{gone}",
        f"/bjorken/uppdateringar/{promise_id}",
        f"/eken/loften/{promise_id}",
        "/bjorken/loften/" + "-" * 36,
    ):
        assert (await asked(residents, path)).status_code == 404, path
    for url in ("", "https://other.example.org/bjorken", f"{HERE}.example.org/bjorken", f"{HERE}@other.example.org/bjorken"):
        assert (await residents.get("/oembed", params={"url": url})).status_code == 404, url
    assert (await asked(residents, "/bjorken", format="xml")).status_code == 501
    assert (await asked(residents, "/bjorken", format="json")).status_code == 200
    assert "oembed" not in (await residents.get(f"/bjorken/uppdateringar/{gone}")).text


# ---------------------------------------------------------------- what is copied
def fields(page: httpx.Response) -> dict[str, str]:
    return {one.get("aria-labelledby"): (one.text or "").lstrip("\n") for one in markup.fromstring(page.text).iter("textarea")}


async def test_the_organisation_copies_what_works_as_it_stands(browser_of: BrowserOf) -> None:
    await made.promise()
    anna, residents = await browser_of("anna"), await browser_of()
    page = await anna.get("/webbplats")
    ways = fields(page)
    assert list(ways) == ["skript", "ram", "adress", "html", "text", "floden", "folj"]
    assert f'<script type="module" src="{HERE}/kort.js"></script>' in ways["skript"]
    assert '<trygghet-kort kommun="bjorken"><a href="http://testserver/bjorken">Medborgarlöftet i Björken</a></trygghet-kort>' in ways["skript"]
    for address in re.findall(rf"{HERE}[^\s\"<]*", " ".join(ways.values())):
        assert (await residents.get(address)).status_code == 200, address
    assert ways["text"] == (await residents.get("/bjorken/text")).text.strip()
    assert 'href="/webbplats"' in (await anna.get("/uppdateringar")).text


async def test_chosen_colours_are_in_what_is_copied_and_bad_ones_are_explained(browser_of: BrowserOf) -> None:
    await made.promise()
    anna = await browser_of("anna")
    ways = fields(await anna.get("/webbplats?tema=morkt&bakgrund=%23112233&text=%23fff&lank=9cf"))
    assert "<style>trygghet-kort { --trygghet-bakgrund: #112233; --trygghet-text: #ffffff; --trygghet-lank: #99ccff }</style>" in ways["skript"]
    assert 'kommun="bjorken" tema="morkt"' in ways["skript"]
    assert "/bjorken/kort?tema=morkt&amp;bakgrund=112233&amp;text=ffffff&amp;lank=99ccff" in ways["ram"]
    wrong = await anna.get("/webbplats?text=%23777&bakgrund=%23fff")
    assert wrong.status_code == 422
    assert "Kontrasten är 4,4 och behöver vara minst 4,5." in wrong.text
    assert 'value="#777"' in wrong.text
    assert "#777" not in "".join(fields(wrong).values())


async def test_a_police_area_chooses_among_its_municipalities_and_no_others(browser_of: BrowserOf) -> None:
    await made.promise()
    await made.promise(title="Löftet i Eken", parties=(made.EKEN, made.SKOGEN), by=cast.EKEN, area_name="Eken")
    per, anna = await browser_of("per"), await browser_of("anna")
    page = markup.fromstring((await per.get("/webbplats?kommun=eken")).text)
    assert [one.get("value") for one in page.xpath("//select[@id='kommun']/option")] == ["bjorken", "eken"]
    assert 'kommun="eken"' in fields(await per.get("/webbplats?kommun=eken"))["skript"]
    assert (await anna.get("/webbplats?kommun=eken")).status_code == 404
    empty = await (await browser_of("oda")).get("/webbplats")
    assert (empty.status_code, fields(empty)) == (200, {})
    assert "Inget löfte är publicerat än" in empty.text
