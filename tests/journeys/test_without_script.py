"""The same path without JavaScript: every step of a promise's text is a page and a form. And the page to read it on, empty and long."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from trygghet.wordings.rules import seen

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.server import product

HAMPUS, ANNA_STINA = "hampus.wallgren@astorp.example.org", "anna-stina.palbrant@astorp.example.org"
LINNEA, MATS = "linnea.dahlskog@polisen.example.org", "mats.ornborg@polisen.example.org"
TITLE = "Medborgarlöfte i Åstorp 2026"
OATH = "Under 2026 gör kommunen och polisen vägen till skolan trygg."


def test_from_first_draft_to_signed_and_extended(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    hampus, anna_stina, linnea, mats = (Visitor(browser, example.address, axe, one, script=False) for one in (HAMPUS, ANNA_STINA, LINNEA, MATS))
    page = hampus.open("/loften")
    page.get_by_role("link", name="Börja på ett löfte").click()
    page.get_by_label("Medborgarlöfte i Åstorp 2023–2025").check()
    page.get_by_role("button", name="Börja skriva").click()
    for label, value in {"Löftets namn": TITLE, "Löftet i en eller två meningar": OATH, "Gäller till och med": "2026-12-31"}.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Spara", exact=True).first.click()
    page.get_by_text("Sparat").first.wait_for()
    page.get_by_role("button", name="Lägg till aktivitet").last.click()
    walk = page.locator(".part-activity").filter(has=page.get_by_role("button", name="Spara", exact=True)).last
    walk.get_by_label("Aktivitet", exact=True).fill("Gående skolbuss")
    walk.get_by_label("Så följs det upp").select_option(label="Räknas: minst så många")
    walk.get_by_role("button", name="Spara", exact=True).click()
    walk.get_by_label("Minst antal").fill("20")
    walk.get_by_label("Vad som räknas").fill("promenader")
    walk.get_by_role("button", name="Spara", exact=True).click()
    text = acts.share(hampus)
    _talked_over(hampus, linnea, text)
    acts.agree(text, anna_stina, mats)
    page = mats.open("/loften")
    page.get_by_role("link", name=TITLE).click()
    assert "20 promenader på vägen till skolan" not in mats.says
    assert "Gående skolbuss till Björnås" in mats.says
    _extended(linnea, anna_stina, mats)
    resident = Visitor(browser, example.address, axe, script=False)
    page = resident.open("/astorp")
    page.get_by_role("link", name=TITLE).first.click()
    for words in (OATH, "Skolan byggs om"):
        expect(page.locator("body")).to_contain_text(words)


def _talked_over(hampus: Visitor, linnea: Visitor, text: str) -> None:
    """A comment and a suggestion beside the activity, answered and taken in."""
    page = linnea.open(text)
    page.get_by_label("Aktivitet: Gående skolbuss").get_by_role("link", name="Kommentera").click()
    page.get_by_label("Kommentar", exact=True).fill("Vi går med på måndagar.")
    page.get_by_role("button", name="Lämna kommentaren").click()
    page.get_by_label("Aktivitet: Gående skolbuss").get_by_role("link", name="Kommentera").click()
    page.get_by_text("Föreslå en annan lydelse").click()
    page.locator("summary").get_by_text("Aktivitet", exact=True).click()
    page.get_by_label("Aktivitet", exact=True).fill("Gående skolbuss till Björnås")
    page.get_by_role("button", name="Lämna förslaget").first.click()
    page = hampus.open(text)
    page.get_by_role("button", name="Ta in förslaget").click()
    walk = page.get_by_label("Aktivitet: Gående skolbuss till Björnås")
    walk.get_by_text("Svara", exact=True).click()
    walk.get_by_label("Svar").fill("Tack, då går vi tillsammans.")
    walk.get_by_role("button", name="Markera som besvarad").click()
    walk.get_by_text("2 besvarade").wait_for()


def _extended(linnea: Visitor, *leaders: Visitor) -> None:
    page = linnea.open("/loften")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Förläng").click()
    page.get_by_label("Skälet till ändringen").fill("Skolan byggs om och öppnar först i augusti 2027.")
    page.get_by_label("Gäller till och med").first.fill("2027-06-30")
    page.get_by_role("button", name="Spara", exact=True).first.click()
    text = acts.share(linnea)
    acts.agree(text, *leaders)
    assert "Löftet gäller nu till och med 30 juni 2027" in leaders[-1].says


def test_the_page_to_read_a_text_on_is_calm_when_empty_and_holds_forty_activities(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    hampus = Visitor(browser, example.address, axe, HAMPUS)
    page = hampus.open("/loften/ny")
    page.get_by_role("button", name="Börja skriva").click()
    page.get_by_role("link", name="Läs igenom", exact=True).click()
    assert "Själva löftet är inte skrivet än." in hampus.says
    hampus.look()
    page.get_by_role("link", name="Dela texten").click()
    assert "behöver rättas innan texten kan delas" in hampus.says
    hampus.look()
    page.get_by_role("link", name="Rätta i texten").click()
    at = page.url.split("/skriv")[0]
    token = page.locator("input[name=_csrf_token]").first.input_value()
    for number in range(40):
        part = str(uuid.uuid4())
        page.request.post(f"{at}/delar", form={"_csrf_token": token, "till": "activity:", "ny": part})
        words: dict[str, str | float | bool] = {"_csrf_token": token, "title": f"Kvällsvandring {number + 1}", "was-title": seen("")}
        page.request.post(f"{at}/delar/{part}", form=words)
    hampus.go(at)
    assert page.get_by_role("link", name="Kommentera Kvällsvandring").count() == 40
