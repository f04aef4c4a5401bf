from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests import cast, made
from trygghet.profiles import rules
from trygghet.profiles.contrast import DARK_GROUNDS, LIGHT_GROUNDS, SEEN, for_dark, for_light, least
from trygghet.settings import ROOT

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
PROFILE = {"farg": "egen", "egen": "2c6b3f", "rad": "Rådet möts fyra gånger om året.", "niva": "", "brister": "", "granskad": "", "epost": ""}
CSS = "/bjorken/utseende.css"


def picture(size: tuple[int, int] = (400, 500), kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "#2c6b3f").save(written, kind)
    return written.getvalue()


async def saved(browser: httpx.AsyncClient, *, crest: bytes = b"", **typed: str) -> httpx.Response:
    """The form, sent as a browser sends it."""
    page = (await browser.get("/profil")).text
    seen = re.search(r'name="sett" value="(\w+)"', page)
    files = {"bild": ("vapen.png", crest, "image/png")}
    return await browser.post("/profil", data={"sett": seen[1] if seen else "", **PROFILE, **typed, "_csrf_token": cast.csrf(page)}, files=files)


async def test_what_a_colleague_has_changed_since_the_page_was_opened_is_not_overwritten_unseen(browser_of: BrowserOf) -> None:
    adam, other = await browser_of("adam"), await browser_of("adam")
    old = re.search(r'name="sett" value="(\w+)"', (await adam.get("/profil")).text)
    assert old
    assert (await saved(other, rad="Rådet möts två gånger om året.")).status_code == 303
    refused = await saved(adam, epost="kommun@bjorken.example.org", sett=old[1])
    assert refused.status_code == 422
    assert "En kollega har ändrat medan du skrev." in refused.text
    assert "Sparar du igen gäller ditt för rådet och kontakten om tillgänglighet." in refused.text
    assert 'value="kommun@bjorken.example.org"' in refused.text, "what was typed stays"
    assert "Rådet möts två gånger om året." in (await (await browser_of("anna")).get("/profil")).text
    again = re.search(r'name="sett" value="(\w+)"', refused.text)
    assert again
    assert (await saved(adam, epost="kommun@bjorken.example.org", sett=again[1])).status_code == 303


# ---------------------------------------------------------------- colours
def test_grounds_are_those_of_the_style_sheet() -> None:
    tokens = (ROOT / "static" / "tokens.css").read_text(encoding="utf-8")
    grounds = [re.findall(rf"--{name}: (#[0-9a-f]+)", tokens)[:2] for name in ("surface", "ground")]
    assert [tuple("#ffffff" if one == "#fff" else one for one in pair) for pair in zip(*grounds, strict=True)] == [LIGHT_GROUNDS, DARK_GROUNDS]


@pytest.mark.parametrize("colour", [*rules.COLOURS, "#000000", "#ffd100", "#7f7f7f"])
def test_whatever_colour_is_chosen_is_seen_in_light_and_in_dark(colour: str) -> None:
    assert least(for_light(colour), LIGHT_GROUNDS) >= SEEN
    assert least(for_dark(colour), DARK_GROUNDS) >= SEEN
    if colour in rules.COLOURS:
        assert for_light(colour) == colour, "what is offered is taken as it is"


# ---------------------------------------------------------------- inhabitants
async def test_how_many_live_there_is_told_with_its_day_and_only_of_a_municipality(browser_of: BrowserOf) -> None:
    adam = await browser_of("adam")
    assert (await saved(adam, invanare="12 006", raknade="2023-12-31")).status_code == 303
    page = (await adam.get("/profil")).text
    assert re.search(r'name="invanare" value="12\s006"', page)
    assert "12\xa0006 den 31 december 2023" in (await (await browser_of("anna")).get("/profil")).text
    residents = await browser_of()
    told = (await residents.get("/api/v1/municipalities/bjorken")).json()
    assert (told["inhabitants"], told["counted_on"]) == (12006, "2023-12-31")
    assert (await saved(adam)).status_code == 303
    assert (await residents.get("/api/v1/municipalities/bjorken")).json()["inhabitants"] is None
    assert 'name="invanare"' not in (await (await browser_of("siri")).get("/profil")).text, "a police area has its municipalities' inhabitants"


@pytest.mark.parametrize(
    ("number", "day", "wrong"),
    [
        ("många", "2023-12-31", "Antal invånare: ”många” är inget antal."),
        ("0", "2023-12-31", "Antal invånare: ”0” är inget antal."),
        ("99 999 999", "2023-12-31", "är inget antal."),
        ("12 006", "", "Räknade: skriv vilken dag antalet gäller"),
        ("", "2023-12-31", "är inget antal."),
        ("12 006", "2099-12-31", "Räknade: 31 december 2099 har inte varit än."),
        ("12 006", "i fjol", "Räknade"),
    ],
)
async def test_a_number_of_inhabitants_that_is_none_is_told_and_nothing_typed_is_lost(
    browser_of: BrowserOf, number: str, day: str, wrong: str
) -> None:
    answer = await saved(await browser_of("adam"), invanare=number, raknade=day)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert f'name="invanare" value="{number}"' in answer.text
    assert "Rådet möts fyra gånger om året." in answer.text


# ---------------------------------------------------------------- name, colour, crest
async def test_an_organisations_colour_and_crest_stand_on_its_pages_and_on_nobody_elses(browser_of: BrowserOf) -> None:
    await made.promise()
    adam, residents = await browser_of("adam"), await browser_of()
    before = (await residents.get("/bjorken")).text
    assert "utseende.css" not in before
    assert (await residents.get(CSS)).status_code == 404
    answer = await saved(adam, crest=picture())
    assert (answer.status_code, answer.headers["location"]) == (303, "/profil?sparat=ja")
    page = (await residents.get("/bjorken")).text
    assert f'href="{CSS}?' in page
    assert re.search(r'<img src="/bjorken/vapen\.png\?\w+" alt="" width="77" height="96">Björkens kommun', page)
    css = (await residents.get(CSS)).text
    assert css.startswith(":root{--own:#2c6b3f}@media")
    assert least(css.rpartition("--own:")[2][:7], DARK_GROUNDS) >= SEEN
    crest = await residents.get("/bjorken/vapen.png")
    assert (crest.headers["content-type"], "set-cookie" in crest.headers) == ("image/png", False)
    with Image.open(io.BytesIO(crest.content)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (77, 96))
    assert (await residents.get("/on/utseende.css")).status_code == 404


async def test_a_crest_can_be_taken_away(browser_of: BrowserOf) -> None:
    adam, residents = await browser_of("adam"), await browser_of()
    await saved(adam, crest=picture(), farg="")
    assert (await residents.get("/bjorken/vapen.png")).status_code == 200
    await saved(adam, farg="", utan="ja")
    assert (await residents.get("/bjorken/vapen.png")).status_code == 404


async def test_a_colour_that_could_not_be_seen_is_refused_with_the_nearest_that_can(browser_of: BrowserOf) -> None:
    answer = await saved(await browser_of("adam"), egen="#FFD100")
    assert answer.status_code == 422
    near = re.search(r"(#[0-9a-f]{6}) är den närmaste som fungerar", answer.text)
    assert near
    assert least(near[1], LIGHT_GROUNDS) >= SEEN
    assert "Rådet möts fyra gånger om året." in answer.text, "what was typed stays"
    assert (await saved(await browser_of("adam"), egen=near[1])).status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"egen": "grön"}, "Du skrev ”grön”"),
        ({"egen": ""}, "Egen färg: skriv färgen"),
        ({"niva": "partly"}, "Kända brister: skriv vad som brister"),
        ({"niva": "best"}, "Bedömning: välj ett av alternativen"),
        ({"granskad": "2031-01-01"}, "har inte varit än"),
        ({"epost": "kommun"}, "E-postadress: skriv en adress"),
        ({"rad": "Ordförande är 19811218-9876."}, "personnummer"),
    ],
)
async def test_what_cannot_be_kept_is_said_beside_its_field(browser_of: BrowserOf, typed: dict[str, str], said: str) -> None:
    answer = await saved(await browser_of("adam"), **typed)
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_file_that_is_no_picture_is_refused(browser_of: BrowserOf) -> None:
    answer = await saved(await browser_of("adam"), crest=b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    assert answer.status_code == 422
    assert "Bild: det gick inte att läsa filen" in answer.text


async def test_who_changed_the_profile_stands_in_the_log_and_saving_the_same_again_does_not(browser_of: BrowserOf) -> None:
    adam = await browser_of("adam")
    for _ in range(2):
        await saved(adam)
    log = (await adam.get("/medlemmar/historik")).text
    assert log.count("Hur organisationen visar sig för invånarna ändrades: färgen och rådet.") == 1


async def test_everybody_in_the_organisation_reads_the_profile_and_only_the_administrator_changes_it(browser_of: BrowserOf) -> None:
    await saved(await browser_of("adam"))
    page = (await (await browser_of("anna")).get("/profil")).text
    assert "Rådet möts fyra gånger om året." in page
    assert "Spara och visa" not in page
