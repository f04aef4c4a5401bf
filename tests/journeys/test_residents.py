"""Residents against the whole product: one finds and follows, a journalist adds up, somebody of the council prints."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import itertools
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys import acts
from tests.journeys.test_main_job import example  # noqa: F401 - a fixture
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.server import product

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RESIDENT, TORBJORN = "gun.berg@example.org", "torbjorn.ekwall@amal.example.org"
PAGES = ("/jamfor", "/polisomrade/lpo-ostra-fyrbodal", "/amal/tillganglighet")


def test_a_resident_finds_follows_gets_the_update_and_leaves(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    resident = Visitor(browser, example.address, axe)
    page = resident.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Till innehållet", "the keyboard comes there first"
    page.goto("/amaal")
    resident.look()
    page.get_by_label("Sök kommun").fill("åm")
    page.get_by_role("button", name="Sök").click()
    page.get_by_label("Sök kommun").fill("")
    page.get_by_label("Sök kommun").press_sequentially("amal")
    page.get_by_role("status").get_by_text("1 kommun").wait_for()
    resident.look()
    page.get_by_role("link", name="Åmål", exact=True).first.click()
    resident.look()
    page.get_by_label("Din e-postadress").fill(RESIDENT)
    page.get_by_role("button", name="Följ med mejl").click()
    page.get_by_role("heading", name="Titta i din inkorg").wait_for()
    resident.look()
    assert acts.reached(example, RESIDENT, "Bekräfta att du vill följa")
    page.goto(_link(example, "Bekräfta att du vill följa"))
    resident.look()
    page.get_by_role("button", name="Ja, jag vill följa").click()
    page.get_by_text("Klart. Nu följer du.").wait_for()
    resident.look()

    mayor = Visitor(browser, example.address, axe, TORBJORN)
    mayor.open("/uppdateringar")
    mayor.page.get_by_role("main").get_by_role("link", name=re.compile("^(?!Ny|Till)")).first.click()
    title = mayor.page.get_by_role("heading", level=1).inner_text()
    mayor.page.get_by_role("button", name="Godkänn just den här texten").click()
    assert product.until(lambda: title in resident.page.request.get("/amal/flode.atom").text(), product.patience(40))
    acts.move_clock(mayor, "2024-10-02")  # a letter waits until a slip could have been mended
    assert acts.reached(example, RESIDENT, title), acts.letters(example, RESIDENT)
    for path in PAGES:
        resident.go(path)
    assert resident.context.cookies() == []

    page.goto(_link(example, title, "/sluta"))
    page.get_by_role("button", name="Sluta följa och radera min adress").click()
    page.get_by_role("heading", name="Du följer inte längre").wait_for()
    resident.look()


def _link(example: product.Product, *words: str) -> str:  # noqa: F811
    """The address of one's own in the letter whose subject begins so, with what comes after it."""
    subject, after = words[0], words[1] if len(words) > 1 else ""
    for path in (example.var / "mail").glob("[!.]*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        if RESIDENT in str(mail["To"]) and subject in str(mail["Subject"]) + (body.get_content() if body else ""):
            found = re.search(r"https?://[^/\s]+(/folj/[\w.~-]+)", str(body.get_content()) if body else "")
            assert found, "a letter that can be answered"
            assert mail["List-Unsubscribe"] or not after
            return example.address + found[1] + after
    raise AssertionError(acts.letters(example, RESIDENT))


def test_a_journalist_adds_up_what_the_page_shows(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    page = Visitor(browser, example.address, axe).go("/amal")
    shown = page.locator("table").filter(has_text="Lovat").first
    figures = {
        str(row.locator("th").text_content()).strip(): int(str(row.locator("td").nth(1).text_content())) for row in shown.locator("tbody tr").all()
    }
    year = page.request.get("/amal/data/utfall.csv").body().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(year), delimiter=";"))
    sums = {name: sum(int(row["antal"]) for row in rows if row["aktivitet"] == name and row["dag"].startswith("2024")) for name in figures}
    assert figures, "there is something to add up"
    assert sums == figures


def test_somebody_of_the_council_prints_the_whole_promise(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    page = Visitor(browser, example.address, axe).go("/amal")
    shown = [one.inner_text() for one in page.locator("main h2, main h3").all() if one.is_visible()]
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    plain = re.sub(r"\s+", "", text)
    assert len(shown) > 5
    assert [one for one in shown if re.sub(r"\s+", "", one) not in plain and "Följ" not in one] == []


def test_pages_hold_in_forced_colours_and_at_four_times_the_size(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    visitor = Visitor(browser, example.address, axe)
    visitor.page.emulate_media(forced_colors="active")
    visitor.page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 per cent (WCAG 1.4.10)
    for path in ("/", "/en", "/amal", "/en/amal"):
        page = visitor.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.get_by_role("heading", level=1).wait_for()


def test_pages_are_read_aloud_in_the_order_that_they_are_seen(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    """The tree that the browser hands to screen readers: landmarks in order, headings that skip no level, and nothing to press or see without a name."""
    visitor = Visitor(browser, example.address, axe)
    for path in ("/", "/lan/vastra-gotalands-lan", "/jamfor", "/amal", "/en/amal", "/amal/tillganglighet", "/oppna-data"):
        told = _read_aloud(visitor.open(path))
        assert [role for role, _, _ in told if role in {"banner", "main", "contentinfo"}] == ["banner", "main", "contentinfo"], path
        levels = [level for role, _, level in told if role == "heading"]
        assert levels[0] == 1, (path, levels)
        assert levels.count(1) == 1, (path, levels)
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)
        assert [role for role, name, _ in told if role in {"link", "button", "textbox", "searchbox", "combobox", "image"} and not name] == [], path
        visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.press("Enter")
        expect(visitor.page).to_have_url(re.compile("#innehall$"))


def _read_aloud(page: Page) -> list[tuple[str, str, int]]:
    """Role, name and level of all that is read, in its order."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {one["nodeId"]: one for one in nodes}
    found, ahead = [], [nodes[0]["nodeId"]]
    while ahead:
        one = by_id[ahead.pop()]
        ahead += reversed([child for child in one.get("childIds", []) if child in by_id])
        if not one["ignored"]:
            level = next((int(part["value"]["value"]) for part in one.get("properties", []) if part["name"] == "level"), 0)
            found.append((one["role"]["value"], one.get("name", {}).get("value", ""), level))
    return found
