"""Reports from a phone in a real browser: the connection goes, the answer is lost, the tab is killed, the session ends; each is recorded once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.test_main_job import COORDINATOR, REPORTER
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

    from tests.server import product

CHECKS = "Trafikkontroller"


@pytest.fixture
def reporter(example: product.Product, browser: Browser, axe: str) -> Visitor:  # noqa: F811
    """Elin, who reports for the police, with a phone."""
    found = Visitor(browser, example.address, axe, REPORTER)
    expect(found.page.get_by_role("heading", name="Vad är gjort?")).to_be_visible()
    found.page.set_viewport_size({"width": 390, "height": 844})
    return found


def begin(page: Page, note: str, *, title: str = CHECKS) -> Locator:
    """Opens an activity and writes a note; everything else stays as it is offered."""
    form = page.locator(".tasks form").filter(has=page.get_by_label("Dag")).and_(page.locator(f'[data-title="{title}"]')).first
    page.wait_for_load_state()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)  # what is about to be folded up is no open form
    if not form.is_visible():
        page.locator(".tasks summary").filter(has_text=title).first.click()
    form.get_by_label("Anteckning").fill(note)
    return form


def done(form: Locator) -> None:
    form.get_by_role("button", name="Klart").click()


def times(page: Page, note: str) -> int:
    """How often this stands among what the server has."""
    page.goto("/rapportera")
    return page.locator("#senaste").get_by_text(note, exact=True).count()


def kept(page: Page) -> str:
    """All that this browser keeps."""
    return str(page.evaluate("JSON.stringify({...localStorage})"))


def test_two_in_nossebro_today_are_four_presses_and_can_be_taken_back(reporter: Visitor) -> None:
    page = reporter.page
    form = begin(page, "")
    form.get_by_label("Plats").fill("Nossebro")
    done(form)
    expect(page.locator("#klart")).to_contain_text("Registrerat: Trafikkontroller")
    page.goto("/rapportera")
    page.locator(".tasks summary").first.click()
    form = page.locator(".tasks form").first
    form.get_by_role("button", name="En till").click()
    form.get_by_role("button", name="Nossebro").click()
    reporter.look()
    done(form)
    expect(page.locator("#klart")).to_contain_text("2 kontroller, Nossebro, 1 okt 2024.")
    expect(page.locator("#klart .flash")).to_be_focused()
    expect(page.locator(".tasks details[open]")).to_have_count(0)
    reporter.look()
    page.locator("#klart").get_by_role("button", name="Ångra").click()
    expect(page.locator("#klart")).to_contain_text("Ångrat: Trafikkontroller")
    expect(page.locator("#senaste li").first).to_contain_text("ångrad")
    reporter.look()


def test_without_contact_it_waits_survives_a_killed_tab_and_is_recorded_once(reporter: Visitor) -> None:
    page = reporter.page
    reporter.context.set_offline(True)
    done(begin(page, "Skriven utan kontakt"))
    expect(page.get_by_role("heading", name="Väntar på kontakt (1)")).to_be_visible()
    assert "Skriven utan kontakt" in kept(page)
    reporter.look()
    page.close()
    reporter.context.set_offline(False)
    reporter.page = reporter.context.new_page()
    reporter.page.goto("/rapportera")
    expect(reporter.page.locator("#klart")).to_contain_text("Registrerat")
    expect(reporter.page.locator("#vantar")).to_be_hidden()
    assert times(reporter.page, "Skriven utan kontakt") == 1
    assert "Skriven utan kontakt" not in kept(reporter.page)


def test_an_answer_that_was_lost_is_asked_for_again_and_is_the_same_row(reporter: Visitor) -> None:
    page, lost = reporter.page, []

    def cut(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server has read it and answered
        route.abort("connectionreset")

    page.route(re.compile(r"/rapportera/[0-9a-f-]{36}$"), cut)
    done(begin(page, "Svaret kom aldrig fram"))
    expect(page.get_by_role("heading", name="Väntar på kontakt (1)")).to_be_visible()
    expect(page.locator("#klart")).to_contain_text("Registrerat")
    assert lost == [200]
    assert times(page, "Svaret kom aldrig fram") == 1


def test_two_tabs_send_it_once(reporter: Visitor) -> None:
    page, other = reporter.page, reporter.context.new_page()
    other.goto("/rapportera")
    sent: list[str] = []
    reporter.context.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    reporter.context.set_offline(True)
    done(begin(page, "Två flikar"))
    expect(other.get_by_role("heading", name="Väntar på kontakt (1)")).to_be_attached()
    sent.clear()
    reporter.context.set_offline(False)
    for one in (page, other):
        expect(one.locator("#vantar")).to_be_hidden()
    assert len([one for one in sent if "/rapportera/" in one]) == 1
    assert times(page, "Två flikar") == 1


def test_a_session_that_has_ended_keeps_it_until_the_same_person_has_signed_in(reporter: Visitor) -> None:
    page = reporter.page
    reporter.context.clear_cookies()
    done(begin(page, "Utloggad under tiden"))
    expect(page.get_by_role("heading", name="Väntar (1)")).to_be_visible()
    expect(page.locator("#vantar")).to_contain_text("Du är inte inloggad längre")
    reporter.look()
    page.locator("#vantar").get_by_role("link", name="Logga in").click()
    reporter.sign_in(COORDINATOR)
    page.goto("/rapportera")
    expect(page.locator("#vantar")).to_be_hidden()
    assert "Utloggad under tiden" not in page.content(), "it is somebody else's"
    reporter.context.clear_cookies()
    page.goto("/logga-in?vidare=/rapportera")
    reporter.sign_in(REPORTER)
    expect(page.locator("#klart")).to_contain_text("Registrerat")
    assert times(page, "Utloggad under tiden") == 1


def test_a_page_that_somebody_left_open_sends_nothing_in_another_name(reporter: Visitor) -> None:
    page = reporter.page
    form = begin(page, "Skrivet av Elin")
    other = reporter.context.new_page()
    reporter.context.clear_cookies(name="trygghet_session")
    other.goto("/logga-in")
    other.get_by_label("E-postadress").fill(COORDINATOR)
    other.get_by_label("Lösenord").fill(reporter.password)
    other.get_by_role("main").get_by_role("button", name="Logga in").click()
    other.get_by_role("heading", level=1).first.wait_for()
    done(form)
    expect(page.locator("#vantar")).to_contain_text("Någon annan är inloggad")
    assert times(other, "Skrivet av Elin") == 0


def test_what_is_refused_comes_back_with_its_reason_and_can_be_mended_or_thrown_away(reporter: Visitor) -> None:
    page = reporter.page
    reporter.context.set_offline(True)
    for note in ("Fel dag", "Slängs"):
        form = begin(page, note)
        form.get_by_text("Annan dag").click()
        form.get_by_label("Vilken dag").fill("2024-10-09")
        done(form)
    expect(page.get_by_role("heading", name="Väntar på kontakt (2)")).to_be_visible()
    reporter.context.set_offline(False)
    expect(page.get_by_role("heading", name="Behöver rättas (2)")).to_be_visible()
    expect(page.locator("#vantar")).to_contain_text("9 oktober 2024 har inte varit än")
    reporter.look()
    page.locator("#vantar").get_by_role("button", name="Släng").last.click()
    page.locator("#vantar").get_by_role("button", name="Rätta").click()
    form = page.locator(".tasks details[open] form")
    expect(form.locator("[data-problem=datum]")).to_contain_text("9 oktober 2024 har inte varit än")
    reporter.look()
    form.get_by_label("I dag, 1 okt").check()
    done(form)
    expect(page.locator("#klart")).to_contain_text("Registrerat")
    assert [times(page, note) for note in ("Fel dag", "Slängs")] == [1, 0]


@pytest.mark.parametrize("number", ["811228-9874", "19811228 9874", "8112289874", "811228\u20139874"])
def test_a_personal_identity_number_is_never_kept_in_the_browser(reporter: Visitor, number: str) -> None:
    page = reporter.page
    reporter.context.set_offline(True)
    form = begin(page, f"Gäller {number} i dag")
    assert number not in kept(page)
    done(form)
    expect(form.locator("[data-problem=anteckning]")).to_contain_text("ser ut som ett personnummer och sparas inte")
    expect(page.locator("#vantar")).to_be_hidden()
    assert number not in kept(page)
    form.get_by_label("Anteckning").fill("Väg 45, 2024-09-30, kl. 18.30–20.15")
    assert "Väg 45" in kept(page)


def test_what_is_half_typed_is_there_after_a_reload(reporter: Visitor) -> None:
    page = reporter.page
    form = begin(page, "Halvskrivet")
    form.get_by_role("button", name="En till").click()
    form.get_by_text("I går").click()
    page.reload()
    form = page.locator(".tasks details[open] form")
    expect(form.get_by_label("Anteckning")).to_have_value("Halvskrivet")
    expect(form.get_by_label("Antal kontroller")).to_have_value("2")
    expect(form.get_by_label("I går, 30 sep")).to_be_checked()
    done(form)
    expect(page.locator("#klart")).to_contain_text("30 sep 2024")
    assert times(page, "Halvskrivet") == 1


def test_a_page_that_was_left_open_over_midnight_offers_the_days_of_today(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    left = Visitor(browser, example.address, axe)
    left.context.clock.install()
    left.page.goto("/logga-in")
    left.sign_in(REPORTER)
    left.page.get_by_role("heading", name="Vad är gjort?").wait_for()
    left.context.clock.fast_forward(24 * 3600 * 1000)
    left.page.locator(".tasks summary").filter(has_text=CHECKS).first.click()
    expect(left.page.locator(".tasks details[open] form .days")).to_contain_text("I dag, 2 okt")
    expect(left.page.locator(".tasks details[open] form .days")).to_contain_text("I går, 1 okt")


def test_without_javascript_it_is_reported_refused_and_taken_back_on_plain_pages(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    plain = Visitor(browser, example.address, axe, REPORTER, script=False)
    page = plain.page
    form = begin(page, "Utan skript")
    form.get_by_label("Antal").fill("två")
    done(form)
    form = page.locator(".tasks details[open] form")
    expect(form).to_contain_text("Du skrev ”två”.")
    assert form.get_by_label("Anteckning").input_value() == "Utan skript"
    form.get_by_label("Antal").fill("2")
    done(form)
    expect(page.locator("#klart")).to_contain_text("Registrerat: Trafikkontroller")
    page.locator("#klart").get_by_role("button", name="Ångra").click()
    expect(page.locator("#klart")).to_contain_text("Ångrat: Trafikkontroller")
    expect(page.locator("#senaste li").first).to_contain_text("ångrad")


def test_a_file_is_looked_through_on_a_page_that_all_can_use(reporter: Visitor) -> None:
    page = reporter.page
    reporter.go("/rapportera/import")
    page.get_by_role("link", name="Medborgarlöfte i Mellerud 2023–2024").click()
    reporter.look()
    rows = "2024-09-01;Trafikkontroller;två;;;\r\n2024-09-02;Trafikkontroller;3;Infarten;;\r\n"
    for content in (rows, rows.replace("två", "2")):
        table = {"name": "utfall.csv", "mimeType": "text/csv", "buffer": f"datum;aktivitet;antal;plats;anteckning;nyckel\r\n{content}".encode()}
        page.get_by_label("Fil", exact=True).set_input_files(table)  # type: ignore[arg-type]
        page.get_by_role("button", name="Se igenom filen").click()
        page.get_by_role("heading", name="Det här står i filen").wait_for()
        page.get_by_text("Visa de nya raderna").click()
        reporter.look()
    page.get_by_role("button", name="Läs in 2 rader").click()
    page.get_by_text("Inläst: 2 rader.").wait_for()
    reporter.look()
