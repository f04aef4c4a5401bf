"""Through the year in the browser: a reporter's phone, the quarters of Hallstahammar's committee, and the year-end that rests on them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.journeys import acts, rooms
from tests.journeys.visitor import axe  # noqa: F401 - a fixture
from tests.server import begun, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Download, Locator, Page, Route

    from tests.journeys.rooms import Said, Seats
    from tests.journeys.visitor import Visitor

ELIN = "elin.sjogard@polisen.example.org"
PETRA, STAFFAN = "petra.hagelin@hallstahammar.example.org", "staffan.rydmark@hallstahammar.example.org"
SOFIA, HENRIK = "sofia.brannmark@polisen.example.org", "henrik.lofgard@polisen.example.org"
DIALOGUES, WALKS, EVENINGS = "Medborgardialoger", "Trygghetsvandringar", "Kvällar då fältgruppen och polisen är ute"
TALKS = "Samtal med unga i riskzon och deras vårdnadshavare"
SAID: dict[str, Said] = {
    DIALOGUES: ("Delvis", "Två dialoger av fyra."),
    "Fler är trygga ute om kvällen": ("Ej bedömt", "Svaren från årets enkät kommer i februari."),
    WALKS: ("Delvis", "Fem vandringar av sex."),
    EVENINGS: ("Delvis", "Juli blev utan kvällar."),
    "Ny mall för den gemensamma lägesbilden": ("Inställt", "Länet tar fram en mall för alla."),
}


@pytest.fixture(scope="module")
def example() -> Iterator[product.Product]:
    """One product for the journeys below; each leaves it as the next one expects."""
    with begun.running() as running:
        yield running


@pytest.fixture
def seats(example: product.Product, browser: Browser, axe: str) -> Seats:  # noqa: F811
    """Everybody, in browsers of their own."""
    return rooms.Seats(example, browser, axe)


# ---------------------------------------------------------------- a phone
def test_a_reporter_taps_three_times_and_what_is_typed_without_contact_is_sent_once(seats: Seats) -> None:
    elin, resident = seats(ELIN), seats()
    page = elin.go("/rapportera")
    page.set_viewport_size({"width": 390, "height": 844})
    assert "17 av 20" in _public(resident)
    task = _opened(page)
    task.get_by_role("button", name="Klart").click()
    page.get_by_text(f"Registrerat: {TALKS}").wait_for()
    elin.look()
    _without_contact(elin)
    assert "19 av 20" in _public(resident), "one with contact, one without, each of them once"
    page.locator("#senaste").get_by_role("button", name=re.compile(f"^Ångra.*{TALKS}, 1 st")).first.click()
    page.get_by_text(f"Ångrat: {TALKS}").wait_for()
    elin.look()
    assert "18 av 20" in _public(resident)


def _opened(page: Page) -> Locator:
    """The form of an activity, by a tap on its name."""
    page.get_by_text(TALKS, exact=True).first.click()
    form = page.get_by_role("form", name=TALKS)
    form.wait_for()
    return form


def _without_contact(elin: Visitor) -> None:
    """The answer is lost on the way back, and then the connection: it waits in the phone and is sent again when the page is opened anew."""
    page = elin.page

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/rapportera/*", lose, times=1)
    task = _opened(page)
    task.get_by_label("Anteckning, om det behövs").fill("På skolan, utan täckning")
    with page.expect_event("requestfailed"):
        task.get_by_role("button", name="Klart").click()
    elin.context.set_offline(True)
    page.get_by_role("heading", name="Väntar på kontakt (1)").wait_for()
    elin.complaints.clear()  # the browser's own, about a connection that is not there
    elin.look()
    elin.context.set_offline(False)
    page.reload()
    page.locator("#senaste").get_by_text("På skolan, utan täckning").wait_for()
    page.get_by_role("heading", name="Väntar på kontakt").wait_for(state="hidden")
    elin.complaints.clear()


def _public(resident: Visitor) -> str:
    return resident.open("/amal").inner_text("main")


# ---------------------------------------------------------------- quarters
def test_four_quarters_to_the_committee_and_the_year_that_they_become(seats: Seats) -> None:
    petra = seats(PETRA)
    third = _made(petra, "kvartal 3 2024")
    _written(petra)
    _handed_in(petra)
    _shared(seats(SOFIA), third)
    acts.move_clock(petra, "2024-12-16")
    _in_the_minutes(petra, third)
    fourth = _made(petra, "kvartal 4 2024")
    _sent(petra)
    page = petra.go("/underlag")
    done = [row.inner_text() for row in page.get_by_role("listitem").filter(has_text="Underlag KSAU kvartal").all()]
    assert [sum(quarter in one for one in done) for quarter in ("kvartal 1", "kvartal 2", "kvartal 3", "kvartal 4")] == [1, 1, 1, 1], done
    assert fourth != third
    _year(seats)


def _made(petra: Visitor, period: str) -> str:
    """With one press, from the list of what is due; what does not go as promised stands first."""
    page = petra.open("/underlag")
    page.get_by_role("button", name=re.compile(f"^Gör underlag.*{period}")).click()
    page.get_by_role("heading", name=f"Underlag KSAU {period}").wait_for()
    deviating = re.findall(r"^- ([^.]+)\.", page.get_by_label("Avvikelser", exact=True).input_value(), re.MULTILINE)
    assert DIALOGUES in deviating
    assert [one.inner_text() for one in page.get_by_role("rowheader").all()][: len(deviating)] == deviating
    return page.url.split("?")[0]


def _written(petra: Visitor) -> None:
    """People's own words stay; a personal identity number does not."""
    page = petra.page
    petra.look()
    page.get_by_label("Det här gör vi åt avvikelserna").fill("Ring 811228-9874 om dialogen i Kolbäck.")
    page.get_by_role("button", name="Spara", exact=True).click()
    assert "personnummer" in page.get_by_role("alert").inner_text()
    petra.look()
    page.get_by_label("Det här gör vi åt avvikelserna").fill("Två dialoger till hålls i november, en av dem i Kolbäck.")
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Sparat.").wait_for()


def _handed_in(petra: Visitor) -> None:
    """Read as it will stand, and then it does not change any more."""
    page = petra.page
    page.get_by_role("button", name="Spara och gå vidare").click()
    page.get_by_role("heading", name="Lämna underlaget").wait_for()
    assert petra.says.index("Avvikelser") < petra.says.index("Går som lovat")
    petra.look()
    page.get_by_role("button", name="Lämna underlaget").click()
    page.get_by_text("Underlaget är lämnat.").wait_for()
    petra.look()
    with page.expect_download() as paper:
        page.get_by_role("link", name="Underlaget som PDF").click()
    assert _bytes(paper.value).startswith(b"%PDF-")
    with page.expect_download() as word:
        page.get_by_role("link", name="Underlaget som Word-fil").click()
    with zipfile.ZipFile(io.BytesIO(_bytes(word.value))) as found:
        assert "Två dialoger till hålls i november" in re.sub("<[^>]+>", "", found.read("word/document.xml").decode())


def _bytes(fetched: Download) -> bytes:
    return fetched.path().read_bytes()


def _shared(sofia: Visitor, report: str) -> None:
    """The other party reads it, and has nothing to change there."""
    page = sofia.open(report)
    assert "Två dialoger till hålls i november" in sofia.says
    assert page.get_by_role("main").get_by_role("button").count() == 0


def _in_the_minutes(petra: Visitor, report: str) -> None:
    """The day of the meeting is proposed, the paragraph is typed."""
    page = petra.open(report)
    assert page.get_by_label("Sammanträdesdag").input_value() == "2024-10-22"
    page.get_by_label("Paragraf").fill("131")
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Anmäld i KSAU 2024-10-22 § 131").first.wait_for()
    petra.look()


def _sent(petra: Visitor) -> None:
    page = petra.page
    page.get_by_role("button", name="Spara och gå vidare").click()
    page.get_by_role("button", name="Lämna underlaget").click()
    page.get_by_text("Underlaget är lämnat.").wait_for()


def _year(seats: Seats) -> None:
    """Both judge alike: nothing is left to settle, and the text is all that the leaders wait for."""
    petra, sofia = seats(PETRA), seats(SOFIA)
    for one in (petra, sofia):
        rooms.hand_in(one, "Hallstahammar 2024", SAID)
    assert sofia.page.get_by_role("button", name="Spara det gemensamma svaret").count() == 0
    sofia.look()
    rooms.write(sofia, summary="Vandringarna och kvällarna blev nästan så många som vi lovade, men dialogerna för få.")
    for leader in (STAFFAN, HENRIK):
        rooms.turn_key(seats(leader), "Hallstahammar 2024")
    assert "Undertecknad 16 december 2024" in seats(HENRIK).says
    page = seats().go("/hallstahammar")
    page.get_by_role("link", name=re.compile("^Gemensam uppföljning 2024")).click()
    assert "men dialogerna för få" in seats().says
    seats().look()
