"""A promise from first draft to the one that follows it, as four people of a municipality and a local police area meet it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.server import product

MAJ, TORBJORN = "maj.lindroth@amal.example.org", "torbjorn.ekwall@amal.example.org"
JONAS, KATARINA = "jonas.hedmark@polisen.example.org", "katarina.vinge@polisen.example.org"
OATH = "Våren 2025 gör kommunen och polisen stationen ljusare och lugnare, tillsammans och så att det märks."
NEXT = "Medborgarlöfte i Åmål sommaren 2025"
TITLE = "Medborgarlöfte i Åmål våren 2025"


@pytest.fixture
def four(example: product.Product, browser: Browser, axe: str) -> tuple[Visitor, Visitor, Visitor, Visitor]:  # noqa: F811
    """Maj and Torbjörn of Åmål, Jonas and Katarina of the police: who writes and who leads, each in a browser of their own."""
    maj, torbjorn, jonas, katarina = (Visitor(browser, example.address, axe, one) for one in (MAJ, TORBJORN, JONAS, KATARINA))
    return maj, torbjorn, jonas, katarina


def test_from_last_periods_promise_to_a_signed_one(example: product.Product, four: tuple[Visitor, Visitor, Visitor, Visitor]) -> None:
    maj, _, jonas, _ = four
    _begun(maj)
    _advised(maj)
    _written(maj)
    _refused(maj)
    text = _shared(maj)
    _commented(example, maj, jonas, text)
    _agreed_upon(example, four, text)
    _signed(four, text)


def _begun(maj: Visitor) -> None:
    """From last period's promise, with days that go on where it ends."""
    page = maj.go("/loften")
    page.get_by_role("link", name="Börja på ett löfte").click()
    maj.look()
    page.get_by_label("Medborgarlöfte i Åmål 2023–2024").check()
    page.get_by_role("button", name="Börja skriva").click()
    page.get_by_role("heading", name="Medborgarlöfte i Åmål 2025–2026").wait_for()
    assert page.get_by_label("Gäller från och med").input_value() == "2025-01-01"


def _commented(example: product.Product, maj: Visitor, jonas: Visitor, text: str) -> None:
    """The police are told, comment beside a part and suggest other words; Maj takes them in and answers."""
    assert acts.reached(example, JONAS, TITLE)
    page = jonas.go("/oversikt")
    page.get_by_role("link", name=TITLE).first.click()
    walks = page.get_by_label("Aktivitet: Gemensamma kvällspass")
    walks.get_by_role("link", name="Kommentera").click()
    walks.get_by_label("Kommentar", exact=True).fill("Vi har folk till två pass, inte fler.")
    jonas.look()
    walks.get_by_role("button", name="Lämna kommentaren").click()
    walks.get_by_text("Vi har folk till två pass").wait_for()
    goal = page.get_by_label("Mål: Fler känner sig trygga vid stationen")
    goal.get_by_role("link", name="Kommentera").click()
    goal.get_by_text("Föreslå en annan lydelse").click()
    goal.locator("summary").get_by_text("Mål", exact=True).click()
    goal.get_by_label("Mål", exact=True).fill("Fler känner sig trygga vid stationen på kvällen")
    goal.get_by_label("Varför").first.fill("Det är då det är tomt.")
    goal.get_by_role("button", name="Lämna förslaget").first.click()
    goal.get_by_text("Det är då det är tomt.").wait_for()
    jonas.look()
    _answered(maj)


def _answered(maj: Visitor) -> None:
    page = maj.open("/oversikt")
    page.get_by_role("link", name=re.compile("Läs och svara")).click()
    page.get_by_role("button", name="Ta in förslaget").click()
    page.get_by_role("heading", name="Fler känner sig trygga vid stationen på kvällen").wait_for()
    walks = page.get_by_label("Aktivitet: Gemensamma kvällspass")
    walks.get_by_text("Svara", exact=True).click()
    walks.get_by_label("Svar").fill("Två pass blir det.")
    walks.get_by_role("button", name="Markera som besvarad").click()
    walks.get_by_text("1 besvarad").wait_for()
    maj.look()


def _agreed_upon(example: product.Product, four: tuple[Visitor, Visitor, Visitor, Visitor], text: str) -> None:
    """Torbjörn approves, Katarina says no and why, Jonas edits: Torbjörn is told, and reads in words what is different."""
    _, torbjorn, jonas, katarina = four
    acts.approve(torbjorn, text)
    torbjorn.look()
    page = katarina.open(text)
    page.get_by_text("Avvisa texten").first.click()
    page.get_by_role("button", name="Avvisa texten").click()
    page.get_by_text("Varför").first.wait_for()
    page.get_by_label("Varför").first.fill("Passen ska ligga på fredagar, annars räcker vi inte till.")
    page.get_by_role("button", name="Avvisa texten").click()
    page.get_by_text("Avvisad").first.wait_for()
    katarina.look()
    assert acts.reached(example, TORBJORN, TITLE, "Passen ska ligga på fredagar")
    _edited(jonas, torbjorn, text)


def _edited(jonas: Visitor, torbjorn: Visitor, text: str) -> None:
    """An edit lets the key fall, and whoever had turned it sees which words are new."""
    page = jonas.open(f"{text}/skriv")
    walks = page.locator(".part-activity").filter(has=page.locator(".part-name", has_text="Gemensamma kvällspass"))
    walks.locator("summary").first.click()
    acts.write(jonas, "Aktivitet", "Gemensamma kvällspass på fredagar", walks)
    _read_again(torbjorn)


def _read_again(torbjorn: Visitor) -> None:
    page = torbjorn.go("/oversikt")
    assert "sedan ni godkände den" in torbjorn.says
    page.get_by_role("link", name=re.compile("^Se skillnaden")).click()
    changed = page.get_by_role("region", name="Ändrat sedan ni godkände")
    assert "på fredagar" in changed.locator("ins").inner_text()
    torbjorn.look()
    page.get_by_role("link", name="Bara ändringarna").click()
    torbjorn.look()


def _signed(four: tuple[Visitor, Visitor, Visitor, Visitor], text: str) -> None:
    """Both approve the same text, and both sign it with their password; a wrong one signs nothing."""
    _, torbjorn, _, katarina = four
    for one in (torbjorn, katarina):
        acts.approve(one, text)
    acts.sign(torbjorn, text, "något-annat-helt")
    torbjorn.page.locator("[aria-invalid=true]").wait_for()
    torbjorn.look()
    acts.sign(torbjorn, text)
    torbjorn.page.get_by_text("Underskriften är sparad").wait_for()
    torbjorn.look()
    katarina.open("/oversikt").get_by_role("link", name=re.compile("^Skriv under")).first.click()
    katarina.page.get_by_label("Ditt lösenord").wait_for()
    acts.sign(katarina, text)
    katarina.page.get_by_text("Löftet är undertecknat och gäller från 1 januari 2025").first.wait_for()
    katarina.look()


def _advised(maj: Visitor) -> None:
    """Last year's text gets advice, with a way to the field, and nothing is held up by it."""
    page = maj.page
    page.locator("#rad summary").click()
    assert "ordagrant det förra löftet" in page.inner_text("#rad")
    page.locator("#rad").get_by_role("link", name=re.compile("Fler insatser mot brottsaktiva")).first.click()
    goal = page.get_by_label("Mål", exact=True).and_(page.locator(":focus"))
    assert goal.input_value().startswith("Fler insatser mot brottsaktiva")


def _written(maj: Visitor) -> None:
    """What is new this time: a goal of every kind that can be followed up, and what a promise rests on."""
    page = maj.page
    for label, value in {"Löftets namn": TITLE, "Gäller till och med": "2025-03-31", "Löftet i en eller två meningar": OATH}.items():
        acts.write(maj, label, value)
    area = {"Fokusområde": "Stationen efter skymning", "Problemet": "Resande går omvägar runt stationen.", "Den troliga orsaken": "Mörkt och tomt."}
    acts.add(maj, "fokusområde", area)
    measured = {"Mål": "Fler känner sig trygga vid stationen", "Så följs det upp": "Mäts: ett mätvärde som ska ändras", "Mätvärde": "Andel trygga"}
    measured |= {
        "Utgångsvärde": "58",
        "Utgångsvärdet mättes": "2024-09-01",
        "Riktning": "ska öka",
        "Målvärde": "70,5",
        "Målvärdet ska nås senast": "2025-03-31",
    }
    acts.add(maj, "mål", measured, below="Stationen efter skymning")
    walks = {"Aktivitet": "Gemensamma kvällspass", "Ansvarig part": "LPO Östra Fyrbodal", "Så följs det upp": "Räknas: minst så många"}
    walks |= {"Minst antal": "2", "Hur ofta": "per månad", "Vad som räknas": "kvällspass", "Platser": "Stationen\nHamnplan"}
    acts.add(maj, "aktivitet", walks, below="Fler känner sig trygga vid stationen")
    lights = {"Aktivitet": "Laga belysningen på perrongen", "Ansvarig part": "Åmåls kommun", "Ansvarig enhet": "Gatukontoret"}
    acts.add(maj, "aktivitet", {**lights, "Så följs det upp": "Görs: ja eller nej"}, below="Fler känner sig trygga vid stationen")
    told = {"Aktivitet": "Fråga resande hur det går", "Ansvarig part": "Åmåls kommun", "Så följs det upp": "Beskrivs: berättas med ord"}
    acts.add(maj, "aktivitet", told, below="Stationen efter skymning")
    acts.add(
        maj,
        "underlag",
        {
            "Slag": "Trygghetsmätning",
            "Vad det är": "Höstens mätning",
            "Dag": "2024-09-01",
            "Antal som deltog eller svarade": "312",
            "Svarsfrekvens i procent": "47",
        },
    )
    acts.add(maj, "kontakt", {"Part": "LPO Östra Fyrbodal", "Befattning": "Kommunpolis", "E-post": JONAS})
    acts.add(maj, "rapport", {"Rapporteras till": "BRÅ", "Hur ofta": "varje månad", "Dagar efter periodens slut": "10"})
    acts.add(maj, "begrepp", {"Begrepp": "kvällspass", "Betyder här": "Minst två timmar mellan 18 och 24."})
    maj.look()
    page.reload()
    assert "Gemensamma kvällspass" in maj.says, "all of it is saved"
    assert "Minst 2 kvällspass per månad" in maj.says, maj.says


def _refused(maj: Visitor) -> None:
    """A personal identity number goes nowhere, and the page says why."""
    page = maj.page
    box = page.locator(".part").filter(has=page.locator(".part-name", has_text="Stationen efter skymning")).last
    box.locator("summary").first.click()
    cause = box.get_by_label("Den troliga orsaken")
    cause.fill("Kontakta 811228-9874 om lamporna.")
    box.get_by_text("personnummer").first.wait_for()
    page.reload()
    box.locator("summary").first.click()
    assert box.get_by_label("Den troliga orsaken").input_value() == "Mörkt och tomt.", "what stood there before"
    acts.write(maj, "Den troliga orsaken", "Mörkt, och tomt efter sista tåget.", box)


def _shared(maj: Visitor) -> str:
    """Who shares reads what it means first."""
    page = maj.page
    page.get_by_role("link", name="Läs igenom", exact=True).click()
    maj.look()
    page.get_by_role("link", name="Dela texten").click()
    assert "allmän handling" in maj.says
    assert "Det går inte att göra ogjort" in maj.says
    maj.look()
    page.get_by_role("link", name="Vänta").click()
    text = acts.share(maj)
    maj.look()
    return text


def test_it_comes_into_force_is_extended_ended_early_and_followed_by_the_next(
    example: product.Product,
    four: tuple[Visitor, Visitor, Visitor, Visitor],
    browser: Browser,
    axe: str,  # noqa: F811
) -> None:
    maj, _, jonas, _ = four
    resident = Visitor(browser, example.address, axe)
    resident.open("/amal").get_by_role("link", name=TITLE).first.click()
    expect(resident.page.locator("body")).to_contain_text("Börjar gälla 1 januari 2025")
    acts.move_clock(maj, "2025-01-02")
    _in_force(four, resident)
    _counted(jonas)
    _extended(four, resident)
    _ended_early(four, resident)
    acts.move_clock(maj, "2025-03-03")
    _uncovered(four, resident)
    _followed(four, resident)


def _promise(who: Visitor) -> Page:
    """The promise's own page."""
    page = who.open("/loften")
    page.get_by_role("link", name=TITLE, exact=True).click()
    return page


def _row(who: Visitor) -> str:
    """Åmål in the police's table of all municipalities."""
    return who.page.get_by_role("row", name=re.compile("^Åmål")).inner_text()


def _in_force(four: tuple[Visitor, Visitor, Visitor, Visitor], resident: Visitor) -> None:
    """On both parties' first pages, on the residents' page, and as a PDF."""
    maj, torbjorn, jonas, katarina = four
    assert torbjorn.go("/oversikt").get_by_role("link", name=TITLE).count() == 1
    assert "Löper ut om 88 dagar" in torbjorn.says
    katarina.go("/oversikt")
    assert "2025-01-01 – 2025-03-31" in _row(katarina)
    page = resident.go("/amal")
    assert OATH in page.inner_text("body")
    assert page.get_by_text("Undertecknat 1 oktober 2024").count() == 2
    page = _promise(maj)
    maj.look()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Löftet som PDF").click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF-")
    page = _promise(jonas)
    page.get_by_role("link", name="Historik").click()
    jonas.look()


def _counted(jonas: Visitor) -> None:
    """What is done from now on is to stay, whatever becomes of the text."""
    page = _promise(jonas)
    walks = page.locator("[id^=aktivitet-]").filter(has_text="Gemensamma kvällspass").first
    walks.get_by_text("Registrera utfall").first.click()
    walks.get_by_label("Antal").fill("2")
    walks.get_by_label("Plats").select_option("Stationen")
    walks.get_by_role("button", name="Spara utfallet").click()
    walks.get_by_text("2 av").first.wait_for()


def _extended(four: tuple[Visitor, Visitor, Visitor, Visitor], resident: Visitor) -> None:
    """With a reason that residents read; what was done stays."""
    _, torbjorn, jonas, katarina = four
    page = _promise(jonas)
    page.get_by_role("button", name="Förläng").click()
    jonas.look()
    why = "Belysningen blir klar först i april, och vi vill se vad den betyder."
    acts.write(jonas, "Skälet till ändringen", why)
    acts.write(jonas, "Gäller till och med", "2025-04-30")
    text = acts.share(jonas)
    acts.agree(text, torbjorn, katarina)
    katarina.page.get_by_text("Löftet gäller nu till och med 30 april 2025").first.wait_for()
    page = resident.go("/amal")
    assert why in page.inner_text("body")
    assert "30 april 2025" in page.inner_text("body")
    page = _promise(jonas)
    expect(page.locator("[id^=aktivitet-]").filter(has_text="Gemensamma kvällspass").first).to_contain_text("2 av")
    jonas.look()


def _ended_early(four: tuple[Visitor, Visitor, Visitor, Visitor], resident: Visitor) -> None:
    maj, torbjorn, _, katarina = four
    page = _promise(maj)
    page.get_by_role("button", name="Avsluta i förtid").click()
    acts.write(maj, "Skälet till ändringen", "Stationen stängs för ombyggnad i mars.")
    acts.write(maj, "Gäller till och med", "2025-02-28")
    text = acts.share(maj)
    acts.agree(text, torbjorn, katarina)
    page = resident.go("/amal")
    assert "avslutas i förtid 28 februari 2025" in page.inner_text("body")
    assert "Stationen stängs för ombyggnad i mars." in page.inner_text("body")


def _uncovered(four: tuple[Visitor, Visitor, Visitor, Visitor], resident: Visitor) -> None:
    """Days without a promise are told to both parties, to the chief on the page of all municipalities, and to residents, by the day alone."""
    maj, torbjorn, _, katarina = four
    for one in (maj, torbjorn):
        one.open("/oversikt")
        assert "Löfteslucka, 3 dagar" in one.says
    katarina.go("/oversikt")
    assert "Löfteslucka, 3 dagar" in _row(katarina)
    page = resident.go("/amal")
    assert "avslutades i förtid 28 februari 2025" in page.inner_text("body")
    assert "Något nytt löfte är inte undertecknat." in page.inner_text("body")


def _followed(four: tuple[Visitor, Visitor, Visitor, Visitor], resident: Visitor) -> None:
    """The next one is begun with one press, and signed after its first day: the gap closes, and the page says how long it was."""
    maj = four[0]
    page = maj.open("/oversikt")
    page.get_by_role("link", name=re.compile("^Börja på nästa löfte")).click()
    page.get_by_role("button", name="Börja skriva").click()
    _named_and_signed(four, resident)


def _named_and_signed(four: tuple[Visitor, Visitor, Visitor, Visitor], resident: Visitor) -> None:
    maj, torbjorn, _, katarina = four
    page = maj.page
    assert page.get_by_label("Gäller från och med").input_value() == "2025-03-01", "the day after the one that was ended"
    acts.write(maj, "Löftets namn", NEXT)
    acts.write(maj, "Gäller till och med", "2025-08-31")
    text = acts.share(maj)
    acts.agree(text, torbjorn, katarina)
    assert "Undertecknat 3 mars 2025, gäller från 1 mars 2025" in katarina.says
    assert torbjorn.open("/oversikt").get_by_role("link", name=NEXT).count() == 1
    assert "Löfteslucka" not in torbjorn.says
    katarina.open("/oversikt")
    assert "Löfteslucka" not in _row(katarina)
    page = resident.go("/amal")
    assert "Undertecknat 3 mars 2025" in page.inner_text("body")
    assert "Något nytt löfte är inte undertecknat" not in page.inner_text("body")
    page.get_by_role("link", name=TITLE).first.click()
    resident.look()
    assert "Nästa löfte gäller från och med 1 mars 2025." in page.inner_text("body")
