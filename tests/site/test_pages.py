from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import made

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio


async def test_the_first_page_lists_every_municipality(browser_of: BrowserOf) -> None:
    await made.promise()
    browser = await browser_of()
    page = await browser.get("/")
    assert page.status_code == 200, page.text
    page = await browser.get("/bjorken")
    assert page.status_code == 200, page.text
