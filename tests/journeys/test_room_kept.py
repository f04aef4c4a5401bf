"""The connection goes while somebody assesses a year, in a real browser: what was typed is there when the page is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.journeys.test_main_job import COORDINATOR
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.server import begun, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

REASON = "Ett skäl som skrevs på tåget."


@pytest.fixture(scope="module")
def example() -> Iterator[product.Product]:
    """The example, at its beginning."""
    with begun.running() as running:
        yield running


def test_an_assessment_survives_a_lost_connection_and_leaves_nothing_behind_once_it_is_saved(
    example: product.Product,
    browser: Browser,
    axe: str,  # noqa: F811
) -> None:
    page = Visitor(browser, example.address, axe, COORDINATOR).page
    page.goto("/uppfoljning")
    page.get_by_role("link", name="Gör er bedömning").click()
    room, goal = page.url, page.locator(".judging").first
    goal.get_by_role("radio").nth(1).check()
    goal.get_by_role("textbox").fill(REASON)
    page.context.set_offline(True)
    try:
        page.get_by_role("button", name="Spara", exact=True).click()
        page.wait_for_load_state()
    except Error:
        pass  # the browser's own page about the lost connection
    page.context.set_offline(False)
    page.goto(room)
    page.get_by_text("Det du skrev förra gången finns kvar i den här webbläsaren").wait_for()
    assert goal.get_by_role("textbox").input_value() == REASON
    assert goal.get_by_role("radio").nth(1).is_checked()
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Det syns bara hos er tills alla parter har lämnat in.").wait_for()
    assert goal.get_by_role("textbox").input_value() == REASON
    assert page.get_by_text("Det du skrev förra gången").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kvar/')).length") == 0
