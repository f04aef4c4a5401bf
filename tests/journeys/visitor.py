"""Somebody in a browser: every page that they look at is held to WCAG 2.2 AA, wide and narrow, light and dark."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.server import product
from trygghet.example.story import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
KINDS = """() => [...new Set([...document.querySelectorAll("body *")].map(one => [one.tagName, ...one.attributes].map(
  part => part.name && ["class", "role", "type", "aria-live", "aria-current", "hidden", "open", "scope", "alt", "lang"].includes(part.name)
    ? `${part.name}=${part.value}` : part.name || part).sort().join(" ")))].sort().join("|")"""
"""What a page is made of: each kind of element once, whatever it says."""
READ: set[tuple[str, str]] = set()
"""What axe, which is slow, has read already: the address without its ids, and what the page was made of."""
STICKS_OUT = """width => [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > width)
  .map(one => `${one.tagName} ${one.textContent.trim().slice(0, 60)}`)"""


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's own file, from the locked package that carries it."""
    package = importlib.util.find_spec("axe_playwright_python")
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


class Visitor:
    """One person with a browser of their own; nobody in particular where no address is given."""

    def __init__(self, opened: Browser, address: str, axe: str, who: str | None = None, *, script: bool = True, password: str = PASSWORD) -> None:
        self.address, self.axe, self.script, self.password = address, axe, script, password
        self.context = opened.new_context(base_url=address, locale="sv-SE", java_script_enabled=script, viewport={"width": 1280, "height": 900})
        patience = product.patience(15) * 1000
        self.context.set_default_timeout(patience)
        expect.set_options(timeout=patience)  # it has a shorter one of its own
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" and "status of 4" not in said.text else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if who is not None:
            self.page.goto("/logga-in")
            self.sign_in(who)

    def sign_in(self, who: str) -> None:
        """Through the form that stands on the page."""
        self.page.get_by_label("E-postadress").fill(who)
        self.page.get_by_label("Lösenord").fill(self.password)
        self.page.get_by_role("main").get_by_role("button", name="Logga in").click()

    def look(self) -> None:
        """The page as it stands now is usable by all, and nothing sticks out of a phone. What axe has read is not read by it again."""
        if not self.script:
            return
        self.page.wait_for_load_state()
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
        kinds = (re.sub(r"[0-9a-f-]{32,}|[0-9]+|[?].*", "", self.page.url), self.page.evaluate(KINDS))
        is_read = kinds in READ
        READ.add(kinds)
        if not is_read:
            self.page.evaluate(self.axe)  # by the debugger, past the page's own policy
        for width, scheme in (
            (1280, "light"),
            (390, ""),
            (320, "dark"),
        ):  # a phone's two widths have one layout: axe, which is slow, reads the narrower
            self.page.set_viewport_size({"width": width, "height": 900})
            if scheme and not is_read:
                self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found: dict[str, Any] = self.page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
                faults = [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]
                assert faults == [], (self.page.url, width, scheme, faults)
            wide = self.page.evaluate(STICKS_OUT, width) if self.page.evaluate("document.documentElement.scrollWidth") > width else []
            assert wide == [], (self.page.url, width, wide)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.emulate_media(color_scheme="light")
        assert self.complaints == [], (self.page.url, self.complaints)

    def go(self, path: str) -> Page:
        """Opens and looks."""
        self.open(path)
        self.look()
        return self.page

    def open(self, path: str) -> Page:
        """Opens."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, (path, answer.status)
        return self.page

    @property
    def says(self) -> str:
        """What the page says in its main part, when all of it is there."""
        self.page.wait_for_load_state()
        return self.page.get_by_role("main").inner_text()
