"""What the parties do in the room of a year's follow-up, in a browser; and everybody who has a seat somewhere in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.journeys.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, Page

    from tests.server import product

Said = tuple[str, str]
"""A verdict, as it stands on the page, and the reason for it."""


class Seats:
    """People by their address, each signed in once and then kept in a browser of their own."""

    def __init__(self, example: product.Product, opened: Browser, axe: str) -> None:
        self.example, self.opened, self.axe = example, opened, axe
        self.taken: dict[tuple[str, bool], Visitor] = {}

    def __call__(self, who: str = "", *, script: bool = True) -> Visitor:
        """Whose seat it is; a resident's where nobody is named."""
        if (who, script) not in self.taken:
            self.taken[who, script] = Visitor(self.opened, self.example.address, self.axe, who or None, script=script)
        return self.taken[who, script]


def enter(who: Visitor, name: str, *, by: str = "") -> Page:
    """From the list of rooms into one, by its name or by the button that stands for what waits there."""
    page = who.open("/uppfoljning")
    page.get_by_role("link", name=re.compile(rf"^{by}\s?: {name}$" if by else f"^{name}$")).click()
    page.get_by_role("heading", name=f"Gemensam uppföljning {name[-4:]}").wait_for()
    return page


def judge(who: Visitor, said: Mapping[str, Said]) -> None:
    """Fills in one's own assessment, and neither saves nor hands in."""
    for goal, (verdict, reason) in said.items():
        box = who.page.locator(".judging").filter(has=who.page.get_by_role("heading", name=goal, exact=True))
        box.get_by_role("radio", name=re.compile(f"^{verdict}")).check()
        box.get_by_label(f"Skäl: {goal}").fill(reason)


def hand_in(who: Visitor, name: str, said: Mapping[str, Said]) -> None:
    """Assesses a year and hands in."""
    enter(who, name, by="Gör er bedömning")
    judge(who, said)
    who.page.get_by_role("button", name="Lämna in bedömningen").click()
    who.page.get_by_text("Bedömningen är inlämnad").wait_for()


def write(who: Visitor, **texts: str) -> None:
    """The common text, by the names of its fields."""
    page = who.page
    page.wait_for_load_state()  # half a page has no open box yet: it would be folded up by the press that is to open it
    if not page.get_by_label("Sammanfattning").is_visible():
        page.locator("#text summary").click()
    for name, text in texts.items():
        page.locator(f"#{name}").fill(text)
    page.get_by_role("button", name="Spara texten").click()
    page.get_by_text("Texten är sparad").wait_for()


def turn_key(who: Visitor, name: str) -> None:
    """A leader says yes to all that stands there; with the last yes it is signed."""
    page = enter(who, name, by="Läs och godkänn")
    button = page.get_by_role("button", name="Godkänn uppföljningen")
    button.click()
    button.wait_for(state="detached")
    page.wait_for_load_state()
