"""A promise of three municipalities, a local police area and a housing company: all must, nobody may for two; and the police's own."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest
from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.server import product

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AREA = "lpo-vastra-malardalen"
SOFIA, HENRIK, STAFFAN = "sofia.brannmark@polisen.example.org", "henrik.lofgard@polisen.example.org", "staffan.rydmark@hallstahammar.example.org"
NEW = (
    ("koping", "Köpings kommun", "Köping", "kommun", "1983"),
    ("arboga", "Arboga kommun", "Arboga", "kommun", "1984"),
    ("malarbostader", "Mälarbostäder AB", "Mälarbostäder", "annan", ""),
)
TITLE = "Medborgarlöfte för tre kommuner 2026"
PASSWORD = "tre kommuner och ett hus"


class Guest(NamedTuple):
    """Somebody who is invited: the address, where to, as what."""

    email: str
    organisation: str
    role: str
    office: str


RUNA = Guest("runa.ek@polisen.example.org", AREA, "administratör", "Verksamhetsutvecklare")
KIM = Guest("kim.ros@koping.example.org", "koping", "ledare", "Kommunalråd")
KIM_TOO = Guest("kim.ros@koping.example.org", "arboga", "ledare", "Tillförordnad kommunchef")
AINO = Guest("aino.berg@arboga.example.org", "arboga", "ledare", "Kommunalråd")
HANS = Guest("hans.lind@malarbostader.example.org", "malarbostader", "ledare", "Verkställande direktör")


@pytest.fixture(scope="module")
def town(example: product.Product) -> product.Product:
    """The product with two municipalities and a housing company more, as whoever sets it up adds them."""
    for slug, name, short, kind, code in NEW:
        _told(example, "organisation", "add", slug, "--name", name, "--short", short, "--kind", kind, *(("--code", code) if code else ()))
    return example


def _told(example: product.Product, *command: str) -> str:
    """What a command at the terminal answers."""
    environment = product.environment(example.var)
    return subprocess.run([product.TRYGGHET, *command], env=environment, capture_output=True, text=True, check=True).stdout.strip()


def _invited(town: product.Product, guest: Guest) -> str:
    """The path of the link that they get."""
    link = _told(town, "invite", guest.email, "-o", guest.organisation, "--role", guest.role, "--office", guest.office)
    return link.removeprefix(town.address)


def _come_in(browser: Browser, town: product.Product, axe: str, guest: Guest) -> Visitor:  # noqa: F811
    """Follows the link of the invitation, and lands signed in."""
    visitor = Visitor(browser, town.address, axe, password=PASSWORD)
    page = visitor.open(_invited(town, guest))
    page.get_by_label("Ditt namn").fill(guest.email.partition("@")[0].replace(".", " ").title())
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    page.get_by_label("Lösenordet en gång till").fill(PASSWORD)
    page.get_by_role("button", name="Skapa kontot och logga in").click()
    page.get_by_role("link", name="Översikt").or_(page.get_by_role("link", name="Medlemmar")).first.wait_for()
    return visitor


def test_all_five_must_and_nobody_may_for_two(town: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    _registered(browser, town, axe)
    sofia, henrik, staffan = (Visitor(browser, town.address, axe, one) for one in (SOFIA, HENRIK, STAFFAN))
    kim, aino, hans = (_come_in(browser, town, axe, one) for one in (KIM, AINO, HANS))
    text = _written(sofia)
    for one in (staffan, kim, hans, henrik):
        acts.approve(one, text)
    _two_hats(town, kim, text)
    _one_says_no(town, aino, sofia, text)
    for one in (staffan, kim, hans, henrik, aino):
        acts.approve(one, text)
    for one in (staffan, kim, hans, henrik):
        acts.sign(one, text)
        one.page.get_by_text("Underskriften är sparad").wait_for()
    resident = Visitor(browser, town.address, axe)
    assert resident.page.request.get("/koping").status == 404, "four of five is nothing"
    for one in (aino, hans):
        one.go("/oversikt")
    acts.sign(aino, text)
    aino.page.get_by_text("Löftet är undertecknat och gäller från 1 januari 2026").first.wait_for()
    aino.look()
    for slug in ("koping", "arboga", "hallstahammar"):
        page = resident.open(f"/{slug}")
        if slug == "hallstahammar":
            page.get_by_role("link", name=TITLE).first.click()
        for words in ("Mälarbostäder AB", "Hans Lind"):
            expect(page.locator("body")).to_contain_text(words)
    resident.go("/arboga")


def _registered(browser: Browser, town: product.Product, axe: str) -> None:  # noqa: F811
    """The police's administrator takes the two municipalities into the area."""
    runa = _come_in(browser, town, axe, RUNA)
    for name in ("Köpings kommun", "Arboga kommun"):
        page = runa.open("/omrade")
        page.get_by_label("Kommun", exact=True).select_option(label=name)
        page.get_by_role("button", name="Lägg till kommunen").click()
        page.get_by_role("row", name=re.compile(name)).wait_for()
    runa.look()


def _written(sofia: Visitor) -> str:
    """From an empty sheet, for whoever takes part."""
    page = sofia.open("/loften/ny")
    page.get_by_role("button", name="Börja skriva").click()
    page.get_by_role("heading", name="Parter").wait_for()
    sofia.look()
    for name in ("Hallstahammars kommun", "Köpings kommun", "Arboga kommun", "Mälarbostäder AB"):
        page.get_by_label("Lägg till en part").select_option(label=name)
        page.get_by_role("button", name="Lägg till", exact=True).click()
        page.locator(".parties").get_by_text(name).first.wait_for()
    head = {"Löftets namn": TITLE, "Området": "Tre kommuner vid Mälaren", "Löftet i en eller två meningar": "Vi gör trapphusen trygga, tillsammans."}
    for label, value in {**head, "Gäller från och med": "2026-01-01", "Gäller till och med": "2026-12-31"}.items():
        acts.write(sofia, label, value)
    visits = {"Aktivitet": "Kvällsvandring i trapphusen", "Ansvarig part": "Mälarbostäder AB", "Så följs det upp": "Räknas: minst så många"}
    acts.add(sofia, "aktivitet", {**visits, "Minst antal": "6", "Hur ofta": "per år", "Vad som räknas": "vandringar"})
    page.get_by_role("link", name="Se vad som saknas").click()
    page.get_by_text("Inget saknas").wait_for()
    return acts.share(sofia)


def _two_hats(town: product.Product, kim: Visitor, text: str) -> None:
    """Kim leads Köping and stands in at Arboga: one person, and still one key."""
    page = kim.open(_invited(town, KIM_TOO))
    page.get_by_role("button", name="Ta emot befattningen").click()
    page.get_by_text("Arboga kommun").first.wait_for()
    kim.open(text)
    page.get_by_role("button", name="Godkänn just den här texten").click()
    page.get_by_text("Ingen vrider om två parters nycklar i samma löfte").wait_for()
    kim.look()
    kim.page.locator("details.org summary").click()
    kim.page.get_by_role("button", name=re.compile("Köpings kommun")).click()


def _one_says_no(town: product.Product, aino: Visitor, sofia: Visitor, text: str) -> None:
    """Arboga's no reaches all who had said yes; the text is mended, and every key falls."""
    page = aino.open(text)
    page.get_by_text("Avvisa texten").first.click()
    page.get_by_label("Varför").first.fill("Vandringarna ska vara öppna för alla som bor i husen.")
    page.get_by_role("button", name="Avvisa texten").click()
    page.get_by_text("Avvisad").first.wait_for()
    for one in (STAFFAN, KIM.email, HANS.email, HENRIK):
        assert acts.reached(town, one, TITLE, "öppna för alla"), one
    page = sofia.open(text)
    sofia.look()
    page.get_by_role("link", name="Skriv i texten").click()
    acts.write(sofia, "Löftet i en eller två meningar", "Vi gör trapphusen trygga, tillsammans med dem som bor där.")


def test_one_promise_is_the_start_of_three_that_each_live_their_own_life(town: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    sofia = Visitor(browser, town.address, axe, SOFIA)
    page = sofia.open("/loften/ny")
    for name in ("Hallstahammars kommun", "Köpings kommun", "Arboga kommun"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_label("Medborgarlöfte i Hallstahammar 2024").check()
    page.get_by_role("button", name="Börja skriva").click()
    page.get_by_role("heading", name="Skrivs och väntar").wait_for()
    sofia.look()
    drafts = {}
    for name in ("Hallstahammar", "Köping", "Arboga"):
        link = page.locator(".making").get_by_role("link", name=re.compile(rf"^Medborgarlöfte i {name} 20\d\d$"))
        drafts[name] = link.get_attribute("href") or ""
    sofia.open(drafts["Köping"]).get_by_role("link", name="Skriv i texten").click()
    acts.write(sofia, "Löftet i en eller två meningar", "I Köping börjar vi vid hamnen.")
    sofia.look()
    for name, draft in drafts.items():
        sofia.open(draft)
        assert (f"{name}s kommun" if name != "Arboga" else "Arboga kommun") in sofia.says
        assert ("I Köping börjar vi vid hamnen." in sofia.says) is (name == "Köping")


def test_what_the_police_promise_alone_is_shown_as_such(town: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    sofia, henrik, resident = (
        Visitor(browser, town.address, axe, SOFIA),
        Visitor(browser, town.address, axe, HENRIK),
        Visitor(browser, town.address, axe),
    )
    page = sofia.open("/loften/ny")
    page.get_by_role("button", name="Börja skriva").click()
    page.get_by_label("Kommunen som löftet gäller").wait_for()
    for label, value in {
        "Löftets namn": "Polisens löfte för Köping hösten 2025",
        "Området": "Köping",
        "Löftet i en eller två meningar": "Vi är vid skolorna när dagen slutar.",
        "Gäller från och med": "2025-08-01",
        "Gäller till och med": "2025-12-31",
        "Kommunen som löftet gäller": "Köpings kommun",
    }.items():
        acts.write(sofia, label, value)
    page.get_by_role("link", name="Läs igenom", exact=True).click()
    page.get_by_role("link", name="Gå vidare med löftet").click()
    assert "ensidigt löfte" in sofia.says
    sofia.look()
    page.get_by_role("button", name="Gå vidare med ett ensidigt löfte").click()
    page.get_by_text("Texten är delad").or_(page.get_by_text("Väntar på ert godkännande")).first.wait_for()
    text = page.url.split("?")[0]
    acts.agree(text, henrik)
    henrik.look()
    page = resident.go("/koping")
    assert "Ensidigt löfte" in page.inner_text("body")
    assert "Vi är vid skolorna när dagen slutar." in page.inner_text("body")
    assert "Ett löfte i ord för 2025, undertecknat av polisen." in page.inner_text("body")
