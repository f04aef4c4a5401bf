"""The only outgoing HTTP client: time limits, a ceiling for answers, no redirects, and in the example no way out of the machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from trygghet.channels.messages import NotSent, Unclear
from trygghet.settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOST_BYTES = 2_000_000
CONNECT_SECONDS = 10
READ_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    """What a server answered, read to the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8, whatever it is."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; None when it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Http:
    """Speaks to other servers. Each request has its own connection: one kept alive may die under a post, and then nobody knows."""

    def __init__(self, *, loopback_only: bool, here: Collection[str] = LOOPBACK) -> None:
        self._loopback_only, self._here = loopback_only, here

    async def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Answer:
        """One request. Raises `NotSent` when nothing reached the server, `Unclear` when something did and the answer was lost."""
        self._may_go_to(url, headers or {})
        host = urlsplit(url).hostname
        limits = httpx.Limits(max_keepalive_connections=0)
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        try:
            async with (
                httpx.AsyncClient(limits=limits, timeout=timeout, follow_redirects=False, trust_env=False) as client,
                client.stream(method, url, headers={"user-agent": "Trygghet", **(headers or {})}, **content) as response,
            ):
                return Answer(response.status_code, response.headers, await _read(response))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(f"{host} gick inte att nå. Vi försöker igen.") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise NotSent(f"Adressen {url} går inte att använda. Kontrollera den i kopplingen.", permanent=True) from error
        except httpx.TransportError as error:
            raise Unclear(f"{host} bröt förbindelsen innan den hade svarat.") from error

    def _may_go_to(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        if parts.hostname in self._here:
            return
        if self._loopback_only:
            raise NotSent("Exemplet skickar ingenting ut ur datorn.", permanent=True)
        if "authorization" in headers and parts.scheme != "https":
            raise NotSent(f"Kopplingen till {parts.hostname} är inte krypterad. Anslut den igen med en adress som börjar med https.", permanent=True)


async def _read(response: httpx.Response) -> bytes:
    found = bytearray()
    async for part in response.aiter_bytes():
        found += part
        if len(found) > MOST_BYTES:
            break  # what we look for stands early; a server that never stops must not fill the memory
    return bytes(found)
