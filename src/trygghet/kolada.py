"""Kolada's open figures about municipalities, as version 3 of its interface gives them: `{url}/kpi/…`, `/municipality/…`, `/data/…`.

A pull is whole or nothing. Every fault is a `Refusal` that says what happened and that nothing was kept. Time, size and pages have
ceilings, no redirect is followed, and a next page lies on the same server: what is asked for is all that is fetched.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

MOST_BYTES = 4_000_000
MOST_PAGES = 20
SECONDS = 20
"""For a whole pull, all its pages together."""
ALL = "T"
"""The value for women and men together."""
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Figure(NamedTuple):
    """A municipality's value of one year, for women and men together."""

    year: int
    value: Decimal


@dataclass(frozen=True)
class Pulled:
    """What a pull gave: the KPI's title and the municipality's name as they read on the server now, and the years that have a value."""

    title: str
    municipality: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Kolada:
    """A server that speaks the interface. `url` is its address without a slash at the end, empty where fetching is off.

    `source` is what the figures are said to come from.
    """

    url: str
    source: str = "Kolada"
    seconds: float = SECONDS

    async def look_up(self, kpi: str, code: str) -> tuple[str, str]:
        """What a KPI and a municipality are called now. Raises `Refusal`."""
        async with self._asking() as server:
            return await server.title(kpi), await server.municipality(code)

    async def pull(self, kpi: str, title: str, code: str) -> Pulled:
        """All values of a KPI for a municipality. Raises `Refusal`, also where the KPI is not called `title` any more."""
        async with self._asking() as server:
            now = await server.title(kpi)
            if now != title:
                raise Refusal("kolada.title", chosen=title, now=now)
            name = await server.municipality(code)
            found = {figure.year: figure async for figure in server.figures(kpi, code)}
        if not found:
            raise Refusal("kolada.nothing", kpi=kpi, name=name)
        return Pulled(now, name, tuple(found[year] for year in sorted(found)))

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[_Asking]:
        """One conversation with one limit of time for all of it. Whatever the network does becomes a sentence."""
        if not self.url:
            raise Refusal("kolada.off")
        host = urlsplit(self.url).hostname or self.url
        limits, headers = httpx.Limits(max_connections=1), {"accept": "application/json", "user-agent": "Trygghet"}
        try:
            async with (
                asyncio.timeout(self.seconds),
                httpx.AsyncClient(limits=limits, headers=headers, timeout=self.seconds, follow_redirects=False, trust_env=False) as client,
            ):
                yield _Asking(client, self.url, host)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise Refusal("kolada.slow", host=host) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Refusal("kolada.away", host=host) from error


def kpi_id(text: str) -> str:
    """N07403 as it was typed. Raises `Refusal`."""
    found = text.strip().upper()
    if not re.fullmatch(r"[A-ZÅÄÖ][0-9]{4,6}", found):
        raise Refusal("kolada.kpi_form", field="kpi", text=text[:40])
    return found


def code(text: str) -> str:
    """A municipality's four digits, text with its leading zero. Raises `Refusal`."""
    found = text.strip()
    if not re.fullmatch(r"[0-9]{4}", found):
        raise Refusal("kolada.code_form", field="kommunkod", text=text[:40])
    return found


@dataclass(frozen=True)
class _Asking:
    """What may be asked of the server."""

    client: httpx.AsyncClient
    url: str
    host: str

    async def title(self, kpi: str) -> str:
        found = _named(await self._get(f"{self.url}/kpi/{kpi}", unknown=Refusal("kolada.unknown_kpi", field="kpi", kpi=kpi)), kpi)
        if found is None:
            raise Refusal("kolada.unknown_kpi", field="kpi", kpi=kpi)
        return found

    async def municipality(self, code: str) -> str:
        unknown = Refusal("kolada.unknown_municipality", field="kommunkod", municipality=code)
        found = _named(await self._get(f"{self.url}/municipality/{code}", unknown=unknown), code)
        if found is None:
            raise unknown
        return found

    async def figures(self, kpi: str, code: str) -> AsyncIterator[Figure]:
        """Every page's values. Raises `Refusal`."""
        address, seen = f"{self.url}/data/kpi/{kpi}/municipality/{code}?per_page=5000", set[str]()
        while address:
            if address in seen or len(seen) == MOST_PAGES or urlsplit(address)[:2] != urlsplit(self.url)[:2]:
                raise Refusal("kolada.unreadable", host=self.host)
            seen.add(address)
            page = await self._get(address)
            if not isinstance(page, dict) or not isinstance(page.get("values"), list):
                raise Refusal("kolada.unreadable", host=self.host)
            for figure in _figures(page["values"], kpi, code):
                yield figure
            address = _next(page, address)

    async def _get(self, address: str, *, unknown: Refusal | None = None) -> Any:
        async with self.client.stream("GET", address) as response:
            if response.status_code == httpx.codes.NOT_FOUND and unknown:
                raise unknown
            if response.status_code != httpx.codes.OK:
                raise Refusal("kolada.status", host=self.host, status=response.status_code)
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise Refusal("kolada.large", host=self.host, most=MOST_BYTES // 1_000_000)
        try:
            return json.loads(body, parse_float=Decimal)
        except ValueError as error:
            raise Refusal("kolada.unreadable", host=self.host) from error


def _named(answer: Any, wanted: str) -> str | None:
    """The title of the one that was asked for: the answer itself, or one in its list; both shapes have been seen."""
    listed = answer.get("values", [answer]) if isinstance(answer, dict) else answer
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("id") == wanted and isinstance(one.get("title"), str) and one["title"].strip():
            return " ".join(str(one["title"]).split())
    return None


def _figures(rows: list[Any], kpi: str, code: str) -> Iterator[Figure]:
    """The rows of this KPI and municipality that have a value for all; what has none is left out, and other rows are not ours."""
    for row in rows:
        if not isinstance(row, dict) or row.get("kpi") != kpi or row.get("municipality") != code:
            continue
        year = _year(row.get("period"))
        values = row.get("values")
        for one in values if isinstance(values, list) else []:
            if isinstance(one, dict) and one.get("gender") == ALL and year and (value := _value(one.get("value"))) is not None:
                yield Figure(year, value)


def _year(period: Any) -> int | None:
    year = int(period) if re.fullmatch(r"[0-9]{4}", str(period)) else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _value(found: Any) -> Decimal | None:
    """A number; anything else is no value."""
    if isinstance(found, bool) or not isinstance(found, (int, Decimal)):
        return None
    value = Decimal(found)
    return value if value.is_finite() and abs(value) < Decimal(10) ** 12 else None


def _next(page: dict[str, Any], address: str) -> str:
    """Where the next page is. The interface has been seen to call it `next_url` and `next_page`; a bare number counts pages."""
    found = page.get("next_url") or page.get("next_page")
    if isinstance(found, int) and not isinstance(found, bool):
        return str(httpx.URL(address).copy_set_param("page", str(found)))
    return urljoin(address, found) if isinstance(found, str) and found else ""
