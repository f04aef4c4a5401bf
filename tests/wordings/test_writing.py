"""A text is written through the front door, without script and field by field."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio
HEAD = str(uuid.UUID(int=1))


async def begun(client: httpx.AsyncClient, **form: Any) -> str:
    """The address of a new text's page to write on."""
    page = await client.get("/loften/ny")
    key = re.search(r'name="form_key" value="([^"]+)"', page.text)
    assert key, page.text
    answer = await client.post("/loften/ny", data={"_csrf_token": cast.csrf(page.text), "form_key": key.group(1), **form})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removesuffix("/skriv")


async def test_an_empty_text_can_be_begun_and_its_page_shows_every_kind_of_part(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    at = await begun(anna)
    page = await anna.get(f"{at}/skriv")
    assert page.status_code == 200, page.text
    for heading in (
        "Löftet",
        "Parter",
        "Underlag",
        "Texter",
        "Fokusområden, mål och aktiviteter",
        "Begrepp",
        "Rapporter genom året",
        "Kontakter",
        "Länkar",
    ):
        assert f">{heading}</h2>" in page.text
    assert "Björkens kommun" in page.text
    assert "LPO Skogen" in page.text
