"""The end of a year in the browser: residents read the last one, Åmål signs in time, Mellerud without JavaScript, Åstorp at odds and late."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import acts, rooms
from tests.journeys.visitor import axe  # noqa: F401 - a fixture
from tests.server import begun, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.journeys.rooms import Said, Seats
    from tests.journeys.visitor import Visitor

MAJ, TORBJORN = "maj.lindroth@amal.example.org", "torbjorn.ekwall@amal.example.org"
JONAS, KATARINA = "jonas.hedmark@polisen.example.org", "katarina.vinge@polisen.example.org"
SIGNE, RAGNHILD = "signe.holmer@dalsland.example.org", "ragnhild.tengroth@mellerud.example.org"
HAMPUS, ANNA_STINA = "hampus.wallgren@astorp.example.org", "anna-stina.palbrant@astorp.example.org"
LINNEA, MATS = "linnea.dahlskog@polisen.example.org", "mats.ornborg@polisen.example.org"
POLICE = "Fler insatser för ett tryggt näringsliv"
"""The goal that Åmål and the police do not judge alike."""
AMAL: dict[str, Said] = {
    "Fler insatser mot brottsaktiva": ("Delvis", "Åtta insatser av tolv, och två till är planerade."),
    "Fler insatser för unga i riskzon": ("Uppnått", "Varje familj som skolan nämnde fick ett samtal."),
    POLICE: ("Delvis", "Tre dialoger av fyra, och hamnens företagare kom för första gången."),
}
JONAS_SAYS: dict[str, Said] = {
    "Fler insatser mot brottsaktiva": ("Delvis", "Passen i november fick ställas in."),
    "Fler insatser för unga i riskzon": ("Uppnått", "Skolan hörde av sig tidigare än förut."),
    POLICE: ("Ej uppnått", "Anmälningarna om stöld är fler än i fjol."),
}
SUMMARY = "Året gick bättre än det förra. Samtalen med unga kom alla familjer till del, men insatserna blev färre än vi lovade."


@pytest.fixture(scope="module")
def example() -> Iterator[product.Product]:
    """One product for the journeys below; each leaves it as the next one expects."""
    with begun.running() as running:
        yield running


@pytest.fixture
def seats(example: product.Product, browser: Browser, axe: str) -> Seats:  # noqa: F811
    """Everybody, in browsers of their own."""
    return rooms.Seats(example, browser, axe)


# ---------------------------------------------------------------- last year
def test_a_resident_reads_two_verdicts_and_reckons_the_checksum(seats: Seats) -> None:
    resident = seats()
    page = resident.go("/amal")
    page.get_by_role("link", name=re.compile("^Gemensam uppföljning 2023")).click()
    resident.look()
    assert "Kommunen och polisen har bedömt det här olika." in resident.says
    assert "båda ledde till saker som företagen hade bett om" in resident.says
    assert "anmälningarna från företagen har inte minskat" in resident.says
    with page.expect_download() as paper:
        page.get_by_role("link", name="Uppföljningen som PDF").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")
    with page.expect_download() as data:
        page.get_by_role("link", name="Ladda ner uppföljningens data").click()
    found = data.value.path().read_bytes()
    assert hashlib.sha256(found).hexdigest() in resident.says.replace("\u200b", "")
    assert json.loads(found)["summary"].startswith("Det första året gick det mesta åt rätt håll")


# ---------------------------------------------------------------- in time
def test_two_people_assess_apart_and_agree_and_two_leaders_sign(example: product.Product, seats: Seats) -> None:
    maj, jonas = seats(MAJ), seats(JONAS)
    acts.move_clock(maj, "2024-12-10")
    _judged(maj)
    _sealed(maj, jonas)
    _compared(example, maj, jonas)
    _agreed(jonas)
    rooms.enter(maj, "Åmål 2024", by="Skriv tillsammans")
    rooms.write(maj, summary=SUMMARY, lessons="Sommaren behöver planeras i april.", next_year="En företagsdialog i varje kvartal.")
    maj.look()
    _signed(example, seats(TORBJORN), seats(KATARINA))
    _filed(maj)
    _read(seats())
    _told(seats(TORBJORN), seats(KATARINA), seats())


def _judged(maj: Visitor) -> None:
    """All that is known stands there already; a verdict without its reason is sent back, with the words that were typed."""
    maj.go("/uppfoljning")
    rooms.enter(maj, "Åmål 2024", by="Gör er bedömning")
    page, goal = maj.page, maj.page.locator(".judging").filter(has_text=POLICE)
    told = goal.inner_text()
    for known in (
        "minst 4 företagsdialoger varje år",
        "3 av 4",
        "2023",
        "Hälften av dialogerna uteblev",
        "Halvtid: tolv samtal",
        "Siffrorna föreslår",
    ):
        assert known in told, (known, told)
    for more in ("Varför föreslås det?", "Månad för månad"):
        goal.locator("summary").filter(has_text=more).click()
    page.get_by_text("Varför just dessa datum?").click()
    assert "julafton" in maj.says
    maj.look()
    rooms.judge(maj, {**AMAL, POLICE: ("Delvis", "")})
    page.get_by_role("button", name="Lämna in bedömningen").click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label(f"Skäl: {POLICE}")).to_be_focused()
    assert page.get_by_label("Skäl: Fler insatser mot brottsaktiva").input_value() == AMAL["Fler insatser mot brottsaktiva"][1]
    maj.look()
    rooms.judge(maj, AMAL)
    page.get_by_role("button", name="Lämna in bedömningen").click()
    page.get_by_text("Bedömningen är inlämnad").wait_for()
    maj.look()


def _sealed(maj: Visitor, jonas: Visitor) -> None:
    """Until both have handed in neither reads a word of the other's, whichever page they open."""
    page = rooms.enter(jonas, "Åmål 2024", by="Gör er bedömning")
    assert "Kommunens svar är förseglat" in jonas.says
    jonas.look()
    rooms.judge(jonas, JONAS_SAYS)
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Sparat").first.wait_for()
    room = page.url.split("?")[0]
    promise = page.locator("main .eyebrow a").first.get_attribute("href")
    for address in (room, f"{room}/pdf", "/uppfoljning", "/oversikt", promise, f"{promise}/historik"):
        answer = jonas.page.request.get(str(address))
        assert answer.ok, address
        for _, reason in AMAL.values():
            assert reason.encode() not in answer.body(), (address, reason)
    maj.open(room)
    assert "Polisens svar är förseglat" in maj.says
    assert "Anmälningarna om stöld" not in maj.page.content()


def _compared(example: product.Product, maj: Visitor, jonas: Visitor) -> None:
    """Jonas hands in, and in that moment both stand side by side for both."""
    assert acts.reached(example, JONAS, "Åmåls kommun har lämnat in sin bedömning för 2024")
    page = jonas.page
    page.get_by_role("button", name="Lämna in bedömningen").click()
    page.get_by_role("heading", name="Två bedömningar, sida vid sida").wait_for()
    jonas.look()
    row = page.get_by_role("row").filter(has_text=POLICE)
    assert "Anmälningarna om stöld" in row.inner_text()
    assert "hamnens företagare kom" in row.inner_text()
    assert "Ni bedömer olika" in row.inner_text()
    assert acts.reached(example, MAJ, "Bedömningarna för 2024 i Åmål är öppnade", "1 mål olika")


def _agreed(jonas: Visitor) -> None:
    """One verdict with a joint reason; without the reason it is sent back. What each said stays."""
    page = jonas.page
    page.get_by_label("Enas om en bedömning").check()
    page.get_by_label("Gemensam bedömning, om ni enas").select_option("Delvis")
    page.get_by_role("button", name="Spara det gemensamma svaret").click()
    page.get_by_role("alert").wait_for()
    jonas.look()
    page.get_by_label("Gemensamt skäl, om ni enas").fill("Tre dialoger av fyra är delvis. Stölderna är ett annat mål.")
    page.get_by_role("button", name="Spara det gemensamma svaret").click()
    page.get_by_text("Det gemensamma svaret är sparat").wait_for()
    row = page.get_by_role("row").filter(has_text=POLICE).inner_text()
    assert "Tre dialoger av fyra är delvis." in row
    assert "Anmälningarna om stöld" in row


def _signed(example: product.Product, torbjorn: Visitor, katarina: Visitor) -> None:
    rooms.turn_key(torbjorn, "Åmål 2024")
    assert acts.reached(example, KATARINA, "Uppföljningen för 2024 i Åmål väntar på er nyckel")
    rooms.turn_key(katarina, "Åmål 2024")
    katarina.page.get_by_role("heading", name="Undertecknad 10 december 2024").wait_for()
    katarina.look()
    assert acts.reached(example, JONAS, "Uppföljningen för 2024 i Åmål är undertecknad")


def _filed(maj: Visitor) -> None:
    """The PDF and the Word file say what the page says, with its checksum."""
    page = rooms.enter(maj, "Åmål 2024")
    with page.expect_download() as paper:
        page.get_by_role("link", name="Öppna som PDF").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")
    with page.expect_download() as word:
        page.get_by_role("link", name="Hämta som Word-fil").click()
    with zipfile.ZipFile(io.BytesIO(word.value.path().read_bytes())) as found:
        text = re.sub("<[^>]+>", "", found.read("word/document.xml").decode())
    assert SUMMARY in text
    assert page.locator(".hash").last.inner_text() in text


def _read(resident: Visitor) -> None:
    page = resident.open("/amal")
    page.get_by_role("link", name=re.compile("^Gemensam uppföljning 2024")).click()
    assert SUMMARY in resident.says
    assert "Tre dialoger av fyra är delvis." in resident.says
    assert "Undertecknad 10 december 2024" in resident.says
    resident.look()


def _told(torbjorn: Visitor, katarina: Visitor, resident: Visitor) -> None:
    """An update about it lies ready, and goes out with both keys."""
    assert "Uppföljning av löftet för 2024" not in _text(resident, "/amal")
    for leader in (torbjorn, katarina):
        page = leader.open("/uppdateringar")
        page.get_by_role("link", name="Uppföljning av löftet för 2024").click()
        button = page.get_by_role("button", name="Godkänn just den här texten")
        button.wait_for()
        if leader is torbjorn:
            leader.look()
        button.click()
        button.wait_for(state="detached")
        page.wait_for_load_state()
    assert product.until(lambda: "Uppföljning av löftet för 2024" in _text(resident, "/amal"), product.patience(30))


def _text(who: Visitor, path: str) -> str:
    return who.open(path).inner_text("main")


# ---------------------------------------------------------------- without JavaScript
def test_the_same_without_javascript(seats: Seats) -> None:
    signe, jonas, ragnhild, katarina = (seats(one, script=False) for one in (SIGNE, JONAS, RAGNHILD, KATARINA))
    said: dict[str, Said] = {"Riktade insatser mot brottsaktiva": ("Delvis", "Fem av åtta."), "Trafikkontroller": ("Uppnått", "")}
    rooms.hand_in(signe, "Mellerud 2024", {**said, "Trafikkontroller": ("Delvis", "Fler vid skolorna hade behövts.")})
    rooms.hand_in(jonas, "Mellerud 2024", said)
    page = jonas.page
    page.get_by_label("Enas om en bedömning").check()
    page.get_by_role("button", name="Spara det gemensamma svaret").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Gemensam bedömning, om ni enas").select_option("Uppnått")
    page.get_by_label("Gemensamt skäl, om ni enas").fill("Antalet är nått.")
    page.get_by_role("button", name="Spara det gemensamma svaret").click()
    page.get_by_text("Det gemensamma svaret är sparat").wait_for()  # the page that follows is there: an alert is gone between two pages too
    rooms.write(jonas, summary="Kontrollerna blev av, insatserna blev för få.")
    rooms.turn_key(ragnhild, "Mellerud 2024")
    rooms.turn_key(katarina, "Mellerud 2024")
    katarina.page.get_by_role("heading", name="Undertecknad 10 december 2024").wait_for()
    assert "Kontrollerna blev av, insatserna blev för få." in _follow_up(seats(script=False), "/mellerud", 2024)


def _follow_up(resident: Visitor, path: str, year: int) -> str:
    """What residents read of a year."""
    resident.open(path).get_by_role("link", name=re.compile(f"^Gemensam uppföljning {year}")).click()
    return resident.says


# ---------------------------------------------------------------- at odds, and late
def test_three_rooms_of_one_promise_one_at_odds_and_late_one_brought_forward(example: product.Product, seats: Seats) -> None:
    _three(seats)
    _at_odds(example, seats)
    _brought_forward(seats)


def _three(seats: Seats) -> None:
    """The first year was short and signed late, this one is open, and the last one says when it opens."""
    hampus = seats(HAMPUS)
    page = hampus.go("/uppfoljning")
    assert "Undertecknad sent" in page.get_by_role("row", name=re.compile("^Åstorp 2023")).inner_text()
    assert "Öppnar 1 oktober 2025" in page.get_by_role("row", name=re.compile("^Åstorp 2025")).inner_text()
    page = rooms.enter(hampus, "Åstorp 2023")
    assert "Gäller 6 mars – 31 december 2023" in hampus.says
    assert "Undertecknad sent: 11 januari 2024" in hampus.says
    assert "skulle ha varit undertecknad 31 december 2023" in hampus.says
    hampus.look()
    page = rooms.enter(hampus, "Åstorp 2025")
    assert "Rummet öppnar 1 oktober 2025" in hampus.says
    assert page.get_by_role("button", name="Lämna in bedömningen").count() == 0
    hampus.look()
    told = _follow_up(seats(), "/astorp", 2023)
    assert "sent" in told
    seats().look()


def _at_odds(example: product.Product, seats: Seats) -> None:
    """A disagreement is published as such, after the last day; the weekly reminders stop with it."""
    hampus, linnea = seats(HAMPUS), seats(LINNEA)
    rooms.hand_in(hampus, "Åstorp 2024", _astorp(("Ej uppnått", "Den säljs öppet på torget.")))
    rooms.hand_in(linnea, "Åstorp 2024", _astorp(("Ej bedömt", "")))
    acts.move_clock(hampus, "2025-01-21")
    assert _late(example, ANNA_STINA) == _late(example, MATS) == ["14 dagar", "21 dagar", "7 dagar"]
    hampus.go("/uppfoljning")
    page = rooms.enter(linnea, "Åstorp 2024", by="Jämför och avgör")
    assert "Skulle ha varit undertecknad 31 december 2024" in linnea.says
    page.get_by_label("Publicera båda bedömningarna").check()
    page.get_by_role("button", name="Spara det gemensamma svaret").click()
    page.get_by_text("Det gemensamma svaret är sparat").wait_for()  # the page that follows is there, and nothing is folded up again below
    rooms.write(linnea, summary="Tillsynen höll, men om narkotikan är vi inte överens.")
    linnea.look()
    rooms.turn_key(seats(MATS), "Åstorp 2024")
    rooms.turn_key(seats(ANNA_STINA), "Åstorp 2024")
    assert "Undertecknad sent: 21 januari 2025" in seats(ANNA_STINA).says
    told = _follow_up(seats(), "/astorp", 2024)
    assert "Kommunen och polisen har bedömt det här olika." in told
    assert "Den säljs öppet på torget." in told
    assert "sent" in told
    acts.move_clock(hampus, "2025-02-04")
    assert len(_late(example, ANNA_STINA)) == len(_late(example, MATS)) == 3, "no more once it is signed"


def _astorp(drugs: Said) -> dict[str, Said]:
    same: Said = ("Uppnått", "")
    others = [
        "Brott förebyggs, upptäcks och hindras vid tillsyn",
        "Unga begår inte brott och värvas inte till brott",
        "Trygga platser ute och där man bor",
        "Gemensam lägesbild",
        "Dialog med näringslivet",
        "Trygghetsdialoger",
    ]
    return {"Mindre narkotika i Åstorp": drugs, **dict.fromkeys(others, same)}


def _late(example: product.Product, to: str) -> list[str]:
    """How late the follow-up was said to be, in each reminder that has reached somebody."""
    found = [re.search(r"2024 i Åstorp skulle ha varit klar för (.+) sedan", subject) for subject, _ in acts.letters(example, to)]
    return sorted(one[1] for one in found if one)


def _brought_forward(seats: Seats) -> None:
    """The promise is ended early, and the room of its last year opens and is due sooner."""
    hampus, leaders = seats(HAMPUS), (seats(ANNA_STINA), seats(MATS))
    page: Page = hampus.open("/loften")
    page.get_by_role("link", name="Medborgarlöfte i Åstorp 2023–2025", exact=True).click()
    page.get_by_role("button", name="Avsluta i förtid").click()
    acts.write(hampus, "Skälet till ändringen", "Ett nytt löfte tas fram efter sommaren.")
    acts.write(hampus, "Gäller till och med", "2025-06-30")
    acts.agree(acts.share(hampus), *leaders)
    hampus.open("/uppfoljning")
    assert "Öppnar 1 april 2025" in page.get_by_role("row", name=re.compile("^Åstorp 2025")).inner_text()
    rooms.enter(hampus, "Åstorp 2025")
    assert "Gäller 1 januari – 30 juni 2025" in hampus.says
    hampus.look()
