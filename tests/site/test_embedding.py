from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests import cast, made
from tests.server import product
from tests.site import given

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.async_api import Browser, Page

    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from tests.site.conftest import Elsewhere

pytestmark = pytest.mark.anyio
DAY = dt.timedelta(days=1)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LARGEST = 15_000


async def promised() -> tuple[UUID, UUID]:
    """A promise with three updates; its id and the newest update's."""
    promise_id = await made.promise()
    await made.recorded(promise_id, 8)
    for number in (2, 1):
        await given.told(promise_id, at=cast.START - number * DAY, title=f"Nytt nummer {number}")
    return promise_id, await given.told(promise_id)


def script(ours: str) -> str:
    return f'<script type="module" src="{ours}/kort.js"></script>'


def element(ours: str, attributes: str = "") -> str:
    return f'<main><h1>Trygghet</h1><trygghet-kort kommun="bjorken"{attributes}><a href="{ours}/bjorken">Medborgarlöftet</a></trygghet-kort></main>'


async def opened(visitor: Browser, address: str, **options: Any) -> tuple[Page, list[str]]:
    """The page, and what the browser complained of."""
    page, complaints = await visitor.new_page(locale="sv-SE", **options), []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    return page, complaints


async def faults(page: Page, axe: str) -> list[str]:
    """What axe finds wrong, also inside shadow roots and frames."""
    await page.evaluate(axe)
    found = await page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


# ---------------------------------------------------------------- by the script
STRICT = "default-src 'none'; script-src {ours}; connect-src {ours}; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"


async def test_the_script_shows_the_card_under_a_strict_policy_and_leaves_nothing_behind(visitor: Browser, ours: str, elsewhere: Elsewhere) -> None:
    _, newest = await promised()
    asked: list[str] = []
    address = elsewhere.put(script(ours) + element(ours), content_security_policy=STRICT.format(ours=ours))
    page, complaints = await opened(visitor, "about:blank", viewport={"width": 320, "height": 700})
    page.on("request", lambda one: asked.append(one.url))
    await page.goto(address)
    card = page.locator("trygghet-kort section")
    await expect(card.get_by_role("heading", level=2)).to_have_text("Medborgarlöfte i Björken 2023–2024")
    await expect(card.get_by_role("list").get_by_role("listitem")).to_have_count(3)
    await expect(card).to_contain_text("Gäller · 1 januari 2023 – 31 december 2024")
    await expect(card).to_contain_text("8 kontroller hittills i år.")
    assert [one for one in complaints if "favicon" not in one and "404" not in one] == []
    assert await page.evaluate("document.querySelector('trygghet-kort').shadowRoot.adoptedStyleSheets[0].cssRules.length") > 10
    assert (
        await page.evaluate("getComputedStyle(document.querySelector('trygghet-kort').shadowRoot.querySelector('section')).borderTopWidth") == "1px"
    )
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert {one for one in asked if not one.startswith(elsewhere.address)} == {f"{ours}/kort.js", f"{ours}/kort.css", f"{ours}/bjorken/kort.json"}
    assert await page.context.cookies() == []
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == given.TITLE
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{ours}/bjorken/uppdateringar/{newest}")


async def test_the_card_can_be_used_by_everybody_light_and_dark(visitor: Browser, ours: str, elsewhere: Elsewhere, axe: str) -> None:
    await promised()
    for dark in (False, True):
        styles = f"<style>:root {{ color-scheme: {'dark' if dark else 'light'} }}</style>"
        frame = f'<iframe src="{ours}/bjorken/kort{"?tema=morkt" if dark else ""}" title="Löftet" width="100%" height="420"></iframe>'
        page, _ = await opened(visitor, elsewhere.put(styles + element(ours) + frame + script(ours)))
        await expect(page.locator("trygghet-kort section")).to_be_visible()
        ground = await page.evaluate("getComputedStyle(document.querySelector('trygghet-kort').shadowRoot.querySelector('section')).backgroundColor")
        assert ground == ("rgb(23, 33, 38)" if dark else "rgb(255, 255, 255)")
        assert [one for one in await faults(page, axe) if "region" not in one.partition(":")[0]] == []


async def test_without_the_host_the_link_stands(visitor: Browser, ours: str, elsewhere: Elsewhere) -> None:
    await promised()
    blocked = elsewhere.put(script(ours) + element(ours), content_security_policy=f"default-src 'none'; script-src {ours}")
    unknown = elsewhere.put(script(ours) + element(ours).replace('kommun="bjorken"', 'kommun="../logga-in?"'))
    for address in (blocked, unknown):
        page, _ = await opened(visitor, address)
        await page.wait_for_load_state("networkidle")
        await expect(page.get_by_role("link", name="Medborgarlöftet")).to_be_visible()
        assert await page.evaluate("document.querySelector('trygghet-kort').shadowRoot") is None


CHOSEN = {
    "": ("rgb(255, 255, 255)", "rgb(22, 34, 42)"),
    "--trygghet-bakgrund: #fdf6e3; --trygghet-text: #002b36; --trygghet-lank: #00518c": ("rgb(253, 246, 227)", "rgb(0, 43, 54)"),
    "--trygghet-bakgrund: #222": ("rgb(34, 34, 34)", "rgb(233, 238, 236)"),  # our dark text goes with it
    "--trygghet-bakgrund: #fff; --trygghet-text: #999": ("rgb(255, 255, 255)", "rgb(22, 34, 42)"),
    "--trygghet-lank: #eee": ("rgb(255, 255, 255)", "rgb(22, 34, 42)"),
    "--trygghet-bakgrund: rgb(0 0 0 / 50%)": ("rgb(255, 255, 255)", "rgb(22, 34, 42)"),
}


async def test_the_card_takes_the_pages_colours_as_long_as_they_can_be_read(visitor: Browser, ours: str, elsewhere: Elsewhere) -> None:
    await promised()
    page, _ = await opened(visitor, "about:blank")
    for chosen, (ground, ink) in CHOSEN.items():
        await page.goto(elsewhere.put(f"<style>trygghet-kort {{ {chosen} }}</style>" + element(ours) + script(ours)))
        card = page.locator("trygghet-kort section")
        await expect(card).to_have_css("background-color", ground)
        await expect(card).to_have_css("color", ink)


async def test_what_is_new_comes_by_itself_and_is_said_once(visitor: Browser, ours: str, elsewhere: Elsewhere) -> None:
    promise_id, _ = await promised()
    page, _ = await opened(visitor, "about:blank")
    await page.clock.install()
    await page.goto(elsewhere.put(element(ours, ' niva="3"') + script(ours)))
    card, said = page.locator("trygghet-kort section"), page.locator("trygghet-kort [aria-live=polite]")
    await expect(card.get_by_role("heading", level=3)).to_have_text("Medborgarlöfte i Björken 2023–2024")
    await expect(said).to_have_text("")
    await given.told(promise_id, at=cast.START + DAY, title="<b>Ännu</b> en gata")
    await page.clock.fast_forward("16:00")
    await expect(said).to_have_text("Nytt: <b>Ännu</b> en gata")
    await expect(card.get_by_role("link").first).to_have_text("<b>Ännu</b> en gata")
    await expect(card.get_by_role("listitem")).to_have_count(3)


# ---------------------------------------------------------------- in a frame
async def as_high_as_its_card(page: Page, frame: str, than: float) -> float:
    """Waits until the frame is as high as what is in it, and higher than that; by hand, since a page's policy may forbid what Playwright waits with."""
    outer = inner = 0.0
    inside = await (await page.query_selector(frame)).content_frame()  # type: ignore[union-attr]
    began = time.monotonic()
    while time.monotonic() - began < product.patience(10):
        outer = await page.evaluate("frame => document.querySelector(frame).clientHeight", frame)
        inner = await inside.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")  # type: ignore[union-attr]
        if outer == inner and outer > than:
            return outer
        await page.wait_for_timeout(20)
    pytest.fail(f"{frame} is {outer} high, its card {inner}, and it was to be higher than {than}")


async def test_the_frame_becomes_as_high_as_the_card_and_its_links_lead_out(visitor: Browser, ours: str, elsewhere: Elsewhere) -> None:
    await promised()
    frame = f'<iframe src="{ours}/bjorken/kort" title="Löftet" width="100%" height="150" frameborder="0"></iframe>'
    policy = f"default-src 'none'; script-src {ours}; frame-src {ours}"
    for order in (frame + script(ours), script(ours) + frame):
        page, complaints = await opened(visitor, elsewhere.put(order, content_security_policy=policy), viewport={"width": 700, "height": 800})
        await expect(page.frame_locator("iframe").get_by_role("heading", level=2)).to_be_visible()
        wide = await as_high_as_its_card(page, "iframe", 200)
        await page.set_viewport_size({"width": 320, "height": 800})
        await as_high_as_its_card(page, "iframe", wide)
        assert [one for one in complaints if "favicon" not in one and "404" not in one] == []
        await page.frame_locator("iframe").get_by_role("link", name="Läs hela löftet").click()
        await page.wait_for_url(f"{ours}/bjorken")


async def test_nobody_else_decides_how_high_a_frame_is(visitor: Browser, ours: str, elsewhere: Elsewhere) -> None:
    await promised()
    liar = elsewhere.put("<script>parent.postMessage({trygghet: 'kort', height: 999}, '*'); parent.frames[0].postMessage('x', '*')</script>")
    page, _ = await opened(
        visitor,
        elsewhere.put(
            f'{script(ours)}<iframe id="a" src="{ours}/bjorken/kort" title="a" height="150"></iframe><iframe id="b" src="{liar}" title="b" height="150"></iframe>'
        ),
    )
    await as_high_as_its_card(page, "#a", 200)
    for forged in ("{trygghet: 'kort', height: 3}", "{trygghet: 'kort', height: 'x'}", "null"):
        await page.evaluate(f"window.postMessage({forged}, '*')")
    await page.evaluate("new Promise(done => { addEventListener('message', one => one.data === 'last' && done()); postMessage('last', '*') })")
    assert await page.evaluate("document.querySelector('#b').clientHeight") == 150
    assert await page.evaluate("document.querySelector('#a').clientHeight") > 200


# ---------------------------------------------------------------- what it weighs
async def test_the_card_weighs_little(visitor: Browser, ours: str, elsewhere: Elsewhere, clock: HandClock) -> None:
    promise_id, _ = await promised()
    for _ in range(3):
        await given.told(promise_id, at=cast.START + DAY, title="Ett ord " * 15)
    clock.at = cast.START + 2 * DAY
    frame = f'<iframe src="{ours}/bjorken/kort" title="Löftet"></iframe>'
    page, _ = await opened(visitor, "about:blank")
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    came: dict[str, str] = {}
    weights: dict[str, int] = {}
    session.on("Network.responseReceived", lambda one: came.update({one["requestId"]: one["response"]["url"]}))
    session.on("Network.loadingFinished", lambda one: weights.update({came[one["requestId"]]: one["encodedDataLength"]}))
    by_script = {f"{ours}/{name}" for name in ("kort.js", "kort.css", "bjorken/kort.json")}
    by_frame = {f"{ours}/{name}" for name in ("bjorken/kort", "kort.css", "kort-ram.js")}
    for body, parts in ((element(ours) + script(ours), by_script), (frame, by_frame), (frame + script(ours), {*by_frame, f"{ours}/kort.js"})):
        weights.clear()
        await page.goto(elsewhere.put(body))
        while not parts <= weights.keys():
            await page.wait_for_timeout(20)
        found = {address: weight for address, weight in weights.items() if address.startswith(ours)}
        assert found.keys() == parts
        assert 1_000 < sum(found.values()) < LARGEST, found


# ---------------------------------------------------------------- what is copied
async def test_what_is_to_be_copied_is_copied_by_a_press_and_shown_beside(visitor: Browser, ours: str, browser_of: BrowserOf, axe: str) -> None:
    await promised()
    anna = await browser_of("anna")
    context = await visitor.new_context(locale="sv-SE", permissions=["clipboard-read", "clipboard-write"])
    await context.add_cookies([{"name": one.name, "value": str(one.value), "url": ours} for one in anna.cookies.jar])
    page = await context.new_page()
    await page.goto(f"{ours}/webbplats?bakgrund=%23004b50")
    field = page.get_by_role("textbox", name="Kort med skript")
    await page.get_by_role("button", name="Kopiera kort med skript").click()
    await expect(page.get_by_role("status").filter(has_text="Kopierat")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == await field.input_value()
    assert "--trygghet-bakgrund: #004b50" in copied
    await expect(page.frame_locator("iframe").locator("section")).to_have_css("background-color", "rgb(0, 75, 80)")
    assert await faults(page, axe) == []
    await context.close()
