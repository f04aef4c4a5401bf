"""What a page looks like where its address is shared, and on a wall: pictures with words, posters with a code."""

from __future__ import annotations

import io
import re
import uuid
from typing import TYPE_CHECKING

import pytest
from lxml import html
from PIL import Image
from pypdf import PdfReader

from tests import made, retold
from tests.site import given
from trygghet.retellings.rules import Written
from trygghet.site import poster, social
from trygghet.site.social import HEIGHT, LONGEST, WIDTH, Picture

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio


async def _shared(residents: httpx.AsyncClient, path: str) -> dict[str, str]:
    """What the page says of itself to those who share it."""
    page = html.fromstring((await residents.get(path)).text)
    return {one.get("property") or one.get("name"): one.get("content") for one in page.findall(".//meta") if one.get("content")}


async def test_every_page_has_a_picture_with_words_and_it_is_there(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    update, residents = await given.told(promise), await browser_of()
    for path in ("/bjorken", f"/bjorken/loften/{promise}", f"/bjorken/uppdateringar/{update}", f"/en/bjorken/uppdateringar/{update}"):
        said = await _shared(residents, path)
        assert said["twitter:card"] == "summary_large_image", path
        assert said["og:url"].endswith(path)
        assert "Björken" in said["og:image:alt"]
        answer = await residents.get(said["og:image"].removeprefix("http://testserver"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(answer.content)).size == (WIDTH, HEIGHT)
        assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
    assert said["og:title"] == given.TITLE


async def test_a_promise_in_other_words_is_shared_in_them(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await retold.published(promise)
    await retold.published(promise, Written("fi", "Rauhallisemmat tiet", "Kunta ja poliisi lupaavat."))
    await retold.published(promise, Written("ar", "طرق أكثر أمانا", "وعدت البلدية والشرطة معا."))
    residents, whole = await browser_of(), f"/bjorken/loften/{promise}"
    for end, title, locale, picture in [
        ("lattlast", "Vi gör vägarna lugnare", "sv_SE", "lattlast/"),
        ("sprak/fi", "Rauhallisemmat tiet", None, "sprak/fi/"),
        ("sprak/ar", "طرق أكثر أمانا", None, ""),
    ]:
        said = await _shared(residents, f"{whole}/{end}")
        assert (said["og:title"], said.get("og:locale"), said["og:url"]) == (title, locale, f"http://testserver{whole}/{end}")
        assert said["og:description"] == said["description"]
        address = said["og:image"].removeprefix("http://testserver")
        assert address.startswith(f"{whole}/{picture}bild.png?"), end
        assert (title in said["og:image:alt"]) == bool(picture)
        answer = await residents.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert (await residents.get(f"{whole}/sprak/so/bild.png")).status_code == 404


async def test_another_state_is_another_picture_at_another_address(browser_of: BrowserOf, clock: HandClock) -> None:
    await made.promise()
    residents = await browser_of()
    before = (await _shared(residents, "/bjorken"))["og:image"]
    assert before == (await _shared(residents, "/bjorken"))["og:image"]
    clock.at = clock.at.replace(year=2025)
    after = await _shared(residents, "/bjorken")
    assert after["og:image"] != before
    assert "Gick ut 31 december 2024" in after["og:image:alt"]


async def test_what_was_taken_back_or_never_was_has_no_picture(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    gone, residents = await given.told(promise, withdrawn=given.cast.START), await browser_of()
    nobody = uuid.uuid4()
    for path in (f"uppdateringar/{gone}/bild.png", f"uppdateringar/{nobody}/bild.png", f"loften/{nobody}/bild.png", f"loften/{nobody}/affisch"):
        assert (await residents.get(f"/bjorken/{path}")).status_code == 404, path
    for path in ("/eken/bild.png", f"/eken/loften/{promise}/affisch", f"/en/bjorken/loften/{promise}/affisch", "/en/bjorken/bild.png"):
        assert (await residents.get(path)).status_code == 404, path


@pytest.mark.parametrize(("end", "size"), [("", (595, 842)), ("/a3", (842, 1191))])
async def test_a_poster_is_one_page_with_a_code_and_an_address_that_can_be_typed(browser_of: BrowserOf, end: str, size: tuple[int, int]) -> None:
    promise = await made.promise()
    answer = await (await browser_of()).get(f"/bjorken/loften/{promise}/affisch{end}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    [page] = PdfReader(io.BytesIO(answer.content)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size
    words = " ".join(page.extract_text().replace("\u200b", "").split())
    assert "testserver/bjorken" in words
    assert "Kommunen och polisen lovar att göra vägarna tryggare tillsammans." in words
    assert "Lugnare trafik vid skolorna." in words
    assert "Gäller 1 januari 2023 – 31 december 2024." in words


async def test_however_much_is_promised_the_poster_is_one_page(browser_of: BrowserOf) -> None:
    area = made.DRAFT.areas[0]
    words = "Brottsförebyggande samordningsfunktionens återkommande trygghetsvandringar och annat "
    goals = tuple(made.GoalDraft(title=f"{number} {words * 3}"[:200]) for number in range(9))
    promise = await made.promise(oath=(words * 9)[:600], areas=(made.replace(area, goals=goals),))
    answer = await (await browser_of()).get(f"/bjorken/loften/{promise}/affisch")
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_the_code_is_of_the_whole_address_and_stands_a_tear() -> None:
    drawn = poster.code("https://example.org/bjorken/loften/1")
    assert drawn.startswith("<svg")
    assert drawn != poster.code("https://example.org/bjorken/loften/2")


def test_a_long_title_is_cut_at_a_word_in_the_picture_and_in_its_words() -> None:
    picture = Picture("/bjorken", "joint", "Medborgarlöfte", "Björken", "ord " * 100, "Gäller", "Björkens kommun", "")
    assert "ord …" in picture.alt
    assert len(picture.alt) < LONGEST + 100
    assert re.fullmatch(r"/bjorken/bild\.png\?[0-9a-f]{12}", picture.address)
    assert social.shortened("kort", LONGEST) == "kort"
