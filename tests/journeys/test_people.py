"""People in a real browser against the whole product: invited by mail, standing in for a time, reminded for a colleague, and gone at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.test_main_job import example  # noqa: F401 - a fixture
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.server import product

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OVE, MAJ, SIGNE = "ove.stenfors@amal.example.org", "maj.lindroth@amal.example.org", "signe.holmer@dalsland.example.org"
KEEPER, CHIEF, OFFICER = "runa.ekelov@polisen.example.org", "katarina.vinge@polisen.example.org", "jonas.hedmark@polisen.example.org"
PASSWORD = "hasselmus i gummistövlar"


def test_from_an_invitation_to_a_seat_that_nobody_holds(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    keeper = Visitor(browser, example.address, axe, KEEPER)
    page = keeper.page
    keeper.look()
    for address in ("/medlemmar/historik", "/medlemmar/befattningar/ny", "/omrade"):
        keeper.go(address)

    keeper.go("/medlemmar/bjud-in")
    page.get_by_label("E-postadress").fill("nils@polisen")
    page.get_by_role("button", name="Skicka inbjudan").click()
    page.get_by_text("Du skrev ”nils@polisen”.").wait_for()
    keeper.look()
    page.get_by_label("E-postadress").fill("nils@polisen.example.org")
    page.get_by_label("Befattning", exact=True).select_option(label="Kommunpolis (samordnare)")
    page.get_by_role("button", name="Skicka inbjudan").click()
    page.get_by_text("Länken fungerar 7 dagar till").wait_for()
    keeper.look()

    letter = page.get_by_role("link", name="Du är inbjuden till LPO Östra Fyrbodal")

    def has_come() -> int:
        keeper.open("/exempel/mejl")
        return letter.count()

    assert product.until(has_come, product.patience(30)), "the timetable and the worker send it"
    letter.click()
    keeper.look()
    found = re.search(r"/inbjudan/[\w=-]+", page.content())
    assert found
    link = found.group(0)

    nils = Visitor(browser, example.address, axe)
    nils.go(link)
    nils.page.get_by_label("Ditt namn").fill("Nils Nyström")
    nils.page.get_by_label("Lösenord", exact=True).fill("kort")
    nils.page.get_by_role("button", name="Skapa kontot").click()
    nils.page.get_by_text("Du skrev 4.").wait_for()
    nils.look()
    for label in ("Lösenord", "Lösenordet en gång till"):
        nils.page.get_by_label(label, exact=True).fill(PASSWORD)
    nils.page.get_by_role("button", name="Skapa kontot").click()
    nils.page.get_by_text("LPO Östra Fyrbodal").first.wait_for()
    assert "/oversikt" in nils.page.url

    late = Visitor(browser, example.address, axe, script=False)
    late.page.goto(link)
    assert "Inbjudan är redan använd" in late.page.content()

    officer = Visitor(browser, example.address, axe, OFFICER)
    for who in ("Nils Nyström", "Jonas Hedmark"):
        keeper.go("/medlemmar")
        page.get_by_role("link", name=who).first.click()
        keeper.look()
        page.get_by_role("button", name="Avsluta genast").click()
        page.get_by_text("Har ingen befattning hos er i dag").wait_for()
        keeper.look()
    for gone in (nils, officer):
        gone.open("/oversikt")
        assert "/logga-in" in gone.page.url, "their open browsers are shut with the next page"

    chief = Visitor(browser, example.address, axe, CHIEF)
    for address in ("/oversikt", "/frister"):
        chief.go(address)
        chief.page.get_by_role("heading", name="Samordnare: vakant").wait_for()
        chief.look()
    keeper.go("/medlemmar")
    page.get_by_role("link", name="Utse någon till Kommunpolis").click()
    keeper.look()
    page.get_by_label("Person", exact=True).select_option(label="Elin Sjögård")
    page.get_by_label("Tillförordnad (tf)").check()
    page.get_by_role("button", name="Utse").click()
    page.get_by_text("den som är tillförordnad har en sista dag").wait_for()
    keeper.look()
    page.locator("#utse-till").fill("2024-10-31")
    page.get_by_role("button", name="Utse").click()
    page.get_by_role("rowheader", name="Tf kommunpolis").first.wait_for()
    keeper.look()
    chief.go("/oversikt")
    assert "vakant" not in chief.page.content()
    for visitor in (keeper, nils, chief):
        assert visitor.complaints == []


def test_the_register_of_an_area_without_a_script(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    keeper = Visitor(browser, example.address, axe, KEEPER, script=False)
    page = keeper.go("/omrade")
    page.get_by_label("Kommun", exact=True).select_option(label="Åstorps kommun")
    page.get_by_label("Från och med").fill("2024-11-01")
    page.get_by_role("button", name="Lägg till kommunen").click()
    row = page.get_by_role("row").filter(has_text="Åstorps kommun")
    expect(row).to_contain_text("Från 1 nov 2024")
    row.get_by_text("Ändra sista dag").click()
    row.get_by_label("Sista dag").fill("2024-11-30")
    row.get_by_role("button", name="Spara sista dagen").click()
    expect(row).to_contain_text("30 nov 2024")


def test_a_colleagues_reminders_come_in_one_letter_with_ones_own(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    administrator, maj = Visitor(browser, example.address, axe, OVE), Visitor(browser, example.address, axe, MAJ)
    page = administrator.open("/medlemmar/befattningar/ny")
    page.get_by_label("Ny befattning").fill("Trygghetschef")
    page.get_by_label("Roll").select_option(label="Ledare: läser, godkänner och skriver under")
    page.get_by_role("button", name="Lägg till befattningen").click()
    page.get_by_label("Person", exact=True).select_option(label="Signe Holmér")
    page.get_by_role("button", name="Utse").click()
    page.get_by_role("rowheader", name="Trygghetschef").first.wait_for()

    page = maj.go("/paminnelser/flytta")
    page.get_by_label("Till vem").select_option(label="Signe Holmér, trygghetschef")
    page.get_by_label("Till och med").fill("2024-10-31")
    page.get_by_role("button", name="Flytta påminnelserna").click()
    page.get_by_text("Dina påminnelser går till Signe Holmér").wait_for()
    maj.look()
    assert acts.reached(example, SIGNE, "Maj Lindroths påminnelser")

    signe = Visitor(browser, example.address, axe, SIGNE)
    signe.open("/inkorg")
    signe.page.locator("header details summary").click()
    signe.page.get_by_role("button", name=re.compile("^Åmåls kommun")).click()
    inbox = signe.page.get_by_role("navigation").get_by_role("link", name=re.compile("^Inkorg"))
    expect(inbox).to_contain_text("1 oläst")
    acts.move_clock_to_the_next_reminder(maj)
    told = [text for _, text in acts.letters(example, SIGNE) if "går ut om 90 dagar" in text]
    assert len(told) == 1, "one letter a person and day, whoever the matters come from"
    for words in ("Löftet i Åmål går ut om 90 dagar", "Löftet i Mellerud går ut om 90 dagar", "Åmåls kommun", "Melleruds kommun"):
        assert words in told[0]
    assert not [text for _, text in acts.letters(example, MAJ) if "går ut om 90 dagar" in text]

    signe.go("/inkorg")
    expect(inbox).to_contain_text("2 olästa")
    signe.page.get_by_role("link", name="Löftet i Åmål går ut om 90 dagar").wait_for()
    signe.page.get_by_role("button", name="Markera alla som lästa").click()
    expect(inbox).not_to_contain_text("oläst")
    signe.look()
    chief = Visitor(browser, example.address, axe, CHIEF)
    chief.go("/frister")
    assert "Åmål 2 okt, mottaget" in chief.says, "the other party sees that it was taken, and not by whom"
    assert "Signe" not in chief.says
