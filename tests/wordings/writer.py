"""What a browser does on the page to write on, with its forms as they stand there."""

from __future__ import annotations

import re
import uuid
from html import unescape
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet import database
from trygghet.wordings import actions

if TYPE_CHECKING:
    import httpx

HEAD = str(uuid.UUID(int=1))
HTMX = {"HX-Request": "true"}


async def begun(client: httpx.AsyncClient, **form: Any) -> str:
    """The address of a new text, begun through the front door."""
    page = await client.get("/loften/ny")
    key = re.search(r'name="form_key" value="([^"]+)"', page.text)
    assert key, page.text
    answer = await client.post("/loften/ny", data={"_csrf_token": cast.csrf(page.text), "form_key": key.group(1), **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removesuffix("/skriv")


def mark(part: str) -> str:
    """A part's short name on the page."""
    return uuid.UUID(part).hex[-12:]


def fields(html: str, part: str) -> dict[str, str]:
    """All that the forms of a part would send, as they stand on the page."""
    found: dict[str, str] = {}
    name = re.escape(mark(part))
    for control in re.finditer(rf'<input[^>]* id="[fw]-{name}-\w+" name="([\w-]+)"[^>]* value="([^"]*)"', html):
        found[control[1]] = unescape(control[2])
    for control in re.finditer(rf'<textarea id="f-{name}-\w+" name="(\w+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        found[control[1]] = unescape(control[2])
    for control in re.finditer(rf'<select id="f-{name}-\w+" name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        options = re.findall(r'<option value="([^"]*)"( selected)?>', control[2])
        found[control[1]] = next((value for value, chosen in options if chosen), options[0][0])
    return found


class Writer:
    """Somebody with the page open: what they send is what stood there when they opened it, and what they have typed since."""

    def __init__(self, client: httpx.AsyncClient, at: str) -> None:
        self.client, self.at, self.html = client, at, ""

    async def open(self, query: str = "") -> str:
        """Opens the page, or opens it anew."""
        answer = await self.client.get(f"{self.at}/skriv{query}")
        assert answer.status_code == 200, answer.text
        self.html = answer.text
        return answer.text

    async def type(self, part: str, *, htmx: bool = False, more: dict[str, str] | None = None, **typed: str) -> httpx.Response:
        """Sends the part's form with these fields changed."""
        return await self._send(part, {**typed, **(more or {})}, HTMX if htmx else {})

    async def _send(self, part: str, typed: dict[str, str], headers: dict[str, str]) -> httpx.Response:
        form = {**fields(self.html, part), **typed, "_csrf_token": cast.csrf(self.html)}
        return await self.client.post(f"{self.at}/delar/{part}", data=form, headers=headers)

    async def press(self, what: str, **form: str) -> httpx.Response:
        """Presses a button on the page."""
        return await self.client.post(f"{self.at}/{what}", data={**form, "_csrf_token": cast.csrf(self.html)})

    async def add(self, kind: str, under: str = "", **typed: str) -> str:
        """A new part with these fields; returns its id."""
        part = str(uuid.uuid4())
        answer = await self.press("delar", till=f"{kind}:{under}", ny=part)
        assert answer.status_code == 303, answer.text
        if typed:
            await self.open(f"?del={mark(part)}")
            answer = await self._send(part, typed, {})
            assert answer.status_code == 303, answer.text
        await self.open(f"?del={mark(part)}")
        return part


async def writing(browser_of: cast.BrowserOf, who: str = "anna", at: str = "") -> Writer:
    """Somebody with the page open, on a new text where no other is named."""
    client = await browser_of(who)
    writer = Writer(client, at or await begun(client))
    await writer.open()
    return writer


async def shared(writer: Writer) -> None:
    """Lets the other party write too, as sharing does."""
    async with database.within(cast.BJORKEN):
        wording = await actions.lock(cast.BJORKEN, uuid.UUID(writer.at.rsplit("/", 1)[1]))
        await actions.set_shared(cast.BJORKEN, wording, now=cast.START)


async def everything() -> str:
    """All that is stored of any text."""
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT manuscript::text, reason FROM wording UNION ALL SELECT manuscript::text, reason FROM wording_revision")
        return "\n".join(row["manuscript"] + row["reason"] for row in rows)
