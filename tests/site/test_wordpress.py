"""The card inside a real WordPress: pasted as HTML by an administrator, and as an address alone, which WordPress puts into its own sandbox."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests import cast, made
from tests.outside.wordpress import DebianWordPress
from tests.site import given
from trygghet.site import actions
from trygghet.site.colours import Dress
from trygghet.site.snippets import snippets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianWordPress]:
    """Debian's own WordPress on a port of this machine."""
    running = DebianWordPress.start(tmp_path_factory.mktemp("wordpress"))
    yield running
    running.stop()


async def look(visitor: Browser, address: str, **options: Any) -> Page:
    page = await visitor.new_page(locale="sv-SE", **options)
    await page.goto(address)
    return page


async def page_of(blog: DebianWordPress, content: str) -> str:
    """A page that an administrator has made of this."""
    return await asyncio.to_thread(blog.page, content)


async def test_a_pasted_address_becomes_the_card_in_wordpress_own_sandbox(visitor: Browser, ours: str, blog: DebianWordPress) -> None:
    promise_id = await made.promise()
    newest = await given.told(promise_id)
    page = await look(visitor, await page_of(blog, f"{ours}/bjorken"))
    frame, card = page.locator("iframe.wp-embedded-content"), page.frame_locator("iframe.wp-embedded-content")
    await expect(frame).to_have_attribute("sandbox", "allow-scripts")
    await expect(card.get_by_role("heading", level=2)).to_have_text("Medborgarlöfte i Björken 2023–2024")
    await expect(page.get_by_role("link", name="Medborgarlöfte i Björken")).to_be_hidden()  # the plain link has done its duty
    box = await card.locator("section").bounding_box()
    assert box
    await expect(frame).to_have_attribute("height", str(-(-box["height"] // 1)).removesuffix(".0"))
    assert box["height"] > 200
    await card.get_by_role("link", name=given.TITLE).click()
    await page.wait_for_url(f"{ours}/bjorken/uppdateringar/{newest}")


async def test_an_update_can_be_pasted_too_and_without_scripts_its_link_stands(visitor: Browser, ours: str, blog: DebianWordPress) -> None:
    update = await given.told(await made.promise())
    address = await page_of(blog, f"{ours}/bjorken/uppdateringar/{update}")
    page = await look(visitor, address)
    await expect(page.frame_locator("iframe").get_by_role("heading", level=2)).to_have_text(given.TITLE)
    plain = await look(visitor, address, java_script_enabled=False)
    await expect(plain.get_by_role("link", name=given.TITLE)).to_have_attribute("href", f"{ours}/bjorken/uppdateringar/{update}")


async def test_what_the_organisation_copies_works_in_a_page_of_html(visitor: Browser, ours: str, blog: DebianWordPress) -> None:
    promise_id = await made.promise()
    await given.told(promise_id)
    found = await actions.across_organisations_municipality("bjorken", cast.START.date())
    script, frame, *_ = snippets(found.shown, Dress(), "", ours)
    page = await look(visitor, await page_of(blog, f"<!-- wp:html -->{script.text}\n{frame.text}<!-- /wp:html -->"))
    await expect(page.locator("trygghet-kort section").get_by_role("heading")).to_have_text(["Medborgarlöfte i Björken 2023–2024", "Senaste nytt"])
    await expect(page.frame_locator("iframe").get_by_role("link", name=given.TITLE)).to_be_visible()
    height = await page.frame_locator("iframe").locator("section").evaluate("one => Math.ceil(one.getBoundingClientRect().height)")
    await expect(page.locator("iframe")).to_have_css("height", f"{height}px")
    await page.locator("trygghet-kort").get_by_role("link", name="Läs hela löftet").click()
    await page.wait_for_url(f"{ours}/bjorken")
