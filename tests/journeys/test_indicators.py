"""Hallstahammar keeps its measurements: by hand, from a spreadsheet and from the example's own Kolada, and residents see them beside the goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.server import product

COORDINATOR, LEADER = "petra.hagelin@hallstahammar.example.org", "henrik.lofgard@polisen.example.org"
SHEET = "år;värde;antal svar;svarsfrekvens;preliminärt;seriebrott\r\n2019;12,5;431;54;;\r\n2021;11;402;51;;Ny fråga.\r\n20222;9;;;;\r\n"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_series_is_kept_by_hand_and_from_a_spreadsheet(script: bool, example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811, FBT001
    petra = Visitor(browser, example.address, axe, COORDINATOR, script=script)
    page = petra.page
    name = f"Utsatta för stöld, {'med' if script else 'utan'} skript"
    petra.go("/loften")
    page.get_by_role("link", name="Indikatorer").click()
    expect(page.get_by_role("heading", name="Indikatorer", exact=True)).to_be_visible()
    petra.look()
    page.get_by_role("link", name="Lägg till en indikator").click()
    petra.look()
    page.get_by_role("button", name="Lägg till indikatorn").click()
    expect(page.get_by_role("alert")).to_contain_text("Vad som mäts: skriv något här")
    petra.look()
    page.get_by_label("Vad som mäts").fill(name)
    page.get_by_label("Enhet").fill("procent")
    page.get_by_label("Källa", exact=True).fill("Egen enkät, exempelvärden")
    page.get_by_role("button", name="Lägg till indikatorn").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    petra.look()
    page.get_by_label("Fil").set_input_files({"name": "varden.csv", "mimeType": "text/csv", "buffer": SHEET.encode("utf-8-sig")})
    page.get_by_role("button", name="Visa vad filen gör").click()
    expect(page.get_by_text("Rad 4.")).to_be_visible()
    petra.look()
    page.get_by_role("button", name="Ta in 2 värden").click()
    expect(page.get_by_role("status").first).to_contain_text("Filen är inläst")
    page.get_by_label("År", exact=True).fill("2023")
    page.get_by_label("Värde (procent)").fill("10,5")
    page.get_by_label("Preliminärt: kan ändras").check()
    page.get_by_role("button", name="Spara värdet").click()
    expect(page.get_by_role("paragraph").filter(has_text="Minskat från 11 procent 2021 till 10,5 procent 2023 (preliminärt).")).to_be_visible()
    page.get_by_role("link", name="Ändra värdet för 2023").click()
    petra.look()
    page.get_by_label("Värde (procent)").fill("10")
    page.get_by_label("Varför värdet ändras").fill("Slutlig siffra.")
    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.get_by_text("Ändrat: Slutlig siffra.")).to_be_visible()
    petra.look()


def test_a_kpi_is_fetched_from_the_examples_own_kolada_and_stands_beside_the_goal_for_residents(
    example: product.Product,
    browser: Browser,
    axe: str,  # noqa: F811
) -> None:
    petra = Visitor(browser, example.address, axe, COORDINATOR)
    page = petra.page
    petra.open("/indikatorer/ny")
    expect(page.get_by_label("Kommunkod")).to_have_value("1961")
    page.get_by_label("Nyckeltal", exact=True).fill("N99999")
    page.get_by_role("button", name="Lägg till nyckeltalet").click()
    expect(page.get_by_role("alert")).to_contain_text("Kolada har inget som heter N99999")
    page.get_by_label("Nyckeltal", exact=True).fill("N07403")
    page.get_by_role("button", name="Lägg till nyckeltalet").click()
    expect(page.get_by_text("Inget är hämtat än.")).to_be_visible()
    petra.look()
    page.get_by_role("button", name="Hämta värdena").click()
    expect(page.get_by_role("status").first).to_contain_text("6 nya värden, 0 ändrade, 0 fanns redan.")
    expect(page.get_by_text("Källa: Påhittade värden i exemplet, inte Kolada. Hämtat")).to_be_visible()
    petra.look()
    page.get_by_role("button", name="Hämta igen").click()
    expect(page.get_by_role("status").first).to_contain_text("0 nya värden, 0 ändrade, 6 fanns redan.")
    page.get_by_role("listitem").filter(has_text="Fler är trygga ute om kvällen").get_by_role("button", name="Lägg vid målet").click()
    expect(page.get_by_role("status").first).to_contain_text("Indikatorn ligger vid målet")
    police = Visitor(browser, example.address, axe, LEADER)
    police.go("/loften")
    police.page.get_by_role("link", name="Medborgarlöfte i Hallstahammar 2024").first.click()
    figure = police.page.get_by_role("figure", name="Anmälda våldsbrott (exempelvärden)")
    expect(figure).to_contain_text("Det visar inte vad ändringen beror på.")
    police.look()
    resident = Visitor(browser, example.address, axe)
    resident.go("/hallstahammar")
    figures = resident.page.get_by_role("figure")
    expect(figures.filter(has_text="Andel som känner sig trygga utomhus")).to_contain_text("Seriebrott 2022.")
    expect(figures.filter(has_text="Anmälda våldsbrott")).to_contain_text("1 025,7")
    page.bring_to_front()
    page.get_by_role("listitem").filter(has_text="Fler är trygga ute om kvällen").get_by_role("button", name="Ta bort").click()
    resident.go("/hallstahammar")
    expect(resident.page.get_by_role("figure").filter(has_text="Anmälda våldsbrott")).to_have_count(0)
