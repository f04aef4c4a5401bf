"""A session ends in the middle of a sentence, in a real browser, with JavaScript and without: nothing typed is lost, and nothing is sent by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.test_main_job import ADMINISTRATOR, COORDINATOR
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.server import begun, product
from trygghet.example.story import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

OTHER_CHIEF = "henrik.lofgard@polisen.example.org"
"""Leads the area of Hallstahammar, which owes KSAU a report."""
TITLE = "Tre kvällar vid stationen"
TEXT = 'Vi var där tre kvällar.\n\nDet var "lugnt" & <b>ljust</b>.'


@pytest.fixture(scope="module")
def example() -> Iterator[product.Product]:
    """One product for both journeys."""
    with begun.running() as running:
        yield running


def an_update(visitor: Visitor) -> Page:
    """The form for an update on the promise in Åmål, filled in."""
    page = visitor.page
    page.goto("/loften")
    page.get_by_role("link", name="Medborgarlöfte i Åmål 2023–2024").click()
    page.goto(f"{page.url}/uppdateringar/ny")
    page.get_by_label("Rubrik").fill(TITLE)
    page.get_by_label("Text", exact=True).fill(TEXT)
    return page


def sign_in(page: Page, who: str) -> None:
    page.get_by_label("E-postadress").fill(who)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Logga in").click()


@pytest.mark.parametrize("script", [True, False])
def test_an_update_that_was_being_written_is_saved_after_signing_in_again(
    example: product.Product,
    browser: Browser,
    axe: str,  # noqa: F811
    script: bool,  # noqa: FBT001
) -> None:
    writer = Visitor(browser, example.address, axe, COORDINATOR, script=script)
    page = an_update(writer)
    writer.context.clear_cookies()  # the session, and with it the token of every form
    page.get_by_role("button", name="Spara").first.click()
    page.get_by_role("heading", name="Du har loggats ut").wait_for()
    writer.look()
    sign_in(page, COORDINATOR)
    page.get_by_role("heading", name="Det du skrev finns kvar").wait_for()
    writer.look()
    expect(page.get_by_role("main")).to_contain_text("Maj Lindroth, för Åmåls kommun")
    expect(page.get_by_role("main")).to_contain_text('"lugnt" & <b>ljust</b>')
    assert page.url.endswith("/logga-in"), "nothing was sent by itself"
    page.get_by_role("button", name="Skicka in det igen").click()
    page.get_by_role("heading", name=TITLE).first.wait_for()
    expect(page.get_by_role("main")).to_contain_text('"lugnt" & <b>ljust</b>.')
    page.goto("/loften")
    page.get_by_role("link", name="Medborgarlöfte i Åmål 2023–2024").click()
    page.get_by_role("link", name="Historik").click()
    page.get_by_role("link", name=f"Skrev en uppdatering: {TITLE}").first.wait_for()
    expect(page.get_by_role("main")).to_contain_text("Kedjan är hel")
    writer.look()


def _told(who: Visitor) -> int:
    """How many updates of that name there are."""
    return who.open("/uppdateringar").get_by_role("link", name=TITLE).count()


def test_somebody_else_who_signs_in_is_asked_and_cannot_send_what_is_not_theirs(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    writer, other = (Visitor(browser, example.address, axe, COORDINATOR) for _ in range(2))
    before = _told(other)
    page = an_update(writer)
    writer.context.clear_cookies(name="trygghet_session")
    page.get_by_role("button", name="Spara").first.click()
    sign_in(page, ADMINISTRATOR)
    page.get_by_text("Du är inloggad igen som Ove Stenfors").wait_for()
    page.get_by_role("button", name="Skicka in det igen").click()
    page.get_by_role("heading", name="Din roll räcker inte hit").wait_for()
    assert _told(other) == before


def test_what_htmx_would_have_saved_stays_on_the_page_and_is_saved_from_there(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    chief = Visitor(browser, example.address, axe, OTHER_CHIEF)
    page = chief.page
    page.goto("/frister")
    page.get_by_text("Rapporten är lämnad på annat sätt").first.click()
    note = page.get_by_label("Anteckning").first
    note.fill("Genomgången är gjord med båda.")
    chief.context.clear_cookies()
    note.press("Enter")
    page.get_by_text("Du har loggats ut").wait_for()
    chief.look()
    assert note.input_value() == "Genomgången är gjord med båda."
    with chief.context.expect_page() as opened:
        page.get_by_role("link", name="Logga in i en ny flik").click()
    sign_in(opened.value, OTHER_CHIEF)
    opened.value.get_by_role("heading", level=1).wait_for()
    opened.value.close()
    note.press("Enter")
    page.get_by_text("Genomgången är gjord med båda.").first.wait_for()
    expect(page.locator("#besked")).to_have_text("")
