from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from lxml import html

from trygghet.settings import ROOT
from trygghet.site import identity

if TYPE_CHECKING:
    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("colour", identity.ours().colours, ids=lambda one: one.name)
def test_a_colour_is_told_from_what_it_stands_on_in_light_and_in_dark(colour: identity.Measured) -> None:
    assert min(colour.light_ratio, colour.dark_ratio) >= colour.wanted


def test_every_colour_and_icon_that_there_is_is_shown() -> None:
    tokens, icons = ((ROOT / "static" / name).read_text(encoding="utf-8") for name in ("tokens.css", "icons.svg"))
    named = {name for name in re.findall(r"--([a-z0-9-]+): #", tokens) if not re.search(r"soft$|^strip|^ground$|^surface$|^sunken$|^line$", name)}
    assert {one.name for one in identity.ours().colours} == named, "grounds and their lines are what the others are measured against"
    assert len(identity.ours().icons) == icons.count("<symbol") > 0


def test_a_colour_that_cannot_be_read_would_show() -> None:
    tokens = (ROOT / "static" / "tokens.css").read_text(encoding="utf-8")
    pale = identity.read(tokens.replace("--ink-2: #4a5760", "--ink-2: #d3d8d2"), "")
    assert next(one for one in pale.colours if one.name == "ink-2").light_ratio < 1.5


async def test_the_page_shows_each_step_and_sign_without_a_style_of_its_own(browser_of: BrowserOf) -> None:
    answer = await (await browser_of()).get("/utseende")
    page = html.fromstring(answer.content)
    found = identity.ours()
    for name in [*(one.name for one in found.colours), *(name for name, _ in found.type), *(name for name, _ in found.space)]:
        assert page.xpath(f"//code[text()='--{name}']"), name
    for name in found.icons:
        assert page.xpath(f"//*[local-name()='use' and @href='/static/icons.svg#{name}']"), name
    assert "style=" not in answer.text
    assert "set-cookie" not in answer.headers
