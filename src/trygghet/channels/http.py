"""The only outgoing HTTP client: time limits, a ceiling for answers, no redirects, and in the example no way out of the machine."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime as dt
import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

import httpx

from trygghet import clock
from trygghet.channels.messages import NotSent, Unclear
from trygghet.settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_BYTES = 2_000_000
CONNECT_SECONDS = 10
READ_SECONDS = 20
WHOLE_SECONDS = 90
"""A server that says a little now and then must not hold a worker for ever."""
LONGEST_WAIT = dt.timedelta(hours=3)
"""We ask again by then, however long a server tells us to wait."""
MOST_ADDRESSES = 2
"""So many of a server's addresses are tried before it counts as out of reach."""


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


def retry_after(answer: Answer) -> dt.timedelta | None:
    """How long the server asks us to wait: seconds, or a date by its own clock (RFC 9110, 10.2.3). Three hours at most."""
    asked = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return min(dt.timedelta(seconds=int(asked)), LONGEST_WAIT)
    try:
        return until(answer, parsedate_to_datetime(asked))
    except (ValueError, TypeError):
        return None


def until(answer: Answer, instant: dt.datetime) -> dt.timedelta:
    """How long it is until an instant that the server named, by the clock that it goes by itself. Three hours at most. Raises `ValueError`."""
    begun = parsedate_to_datetime(answer.headers["date"]) if "date" in answer.headers else clock.wall()
    return max(dt.timedelta(0), min(instant - begun, LONGEST_WAIT))


class Aim(NamedTuple):
    """Where a request goes: an address, and what makes the server there known by its name all the same."""

    url: str
    headers: Mapping[str, str]
    extensions: Mapping[str, Any]


class Http:
    """Speaks to other servers. Each request has its own connection: one kept alive may die under a post, and then nobody knows.

    `public_only` is for addresses that a tenant has typed: https to the open internet and nowhere else, whatever a name leads to.
    `here` are hosts that may be spoken to whatever else holds.
    """

    def __init__(self, *, loopback_only: bool, here: Collection[str] = LOOPBACK, public_only: bool = False) -> None:
        self._loopback_only, self._here, self._public_only = loopback_only, here, public_only

    async def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Answer:
        """One request. Raises `NotSent` when nothing reached the server, `Unclear` when something did and the answer was lost."""
        host = _parts(url).hostname
        aims = await self.aims(url, headers or {})
        for aim in aims:
            try:
                async with asyncio.timeout(WHOLE_SECONDS):
                    return await _ask(method, aim, headers or {}, content)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                if aim == aims[-1]:
                    raise NotSent(f"{host} gick inte att nå. Vi försöker igen.") from error
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:  # whose text, like the address, may hold a token
                raise NotSent(f"Adressen till {host} går inte att använda. Kontrollera den i kopplingen.", permanent=True) from error
            except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
                raise Unclear(f"{host} bröt förbindelsen innan den hade svarat.") from error
        raise AssertionError("there is always one to try")

    async def aims(self, url: str, headers: Mapping[str, str]) -> list[Aim]:
        """Where a request to this address would go. Raises `NotSent` where it may not, or where nobody knows the name."""
        parts = _parts(url)
        if parts.hostname in self._here:
            return [Aim(url, {}, {})]
        if self._loopback_only:
            raise NotSent("Exemplet skickar ingenting ut ur datorn.", permanent=True)
        if (self._public_only or "authorization" in headers) and parts.scheme != "https":
            raise NotSent(f"Kopplingen till {parts.hostname} är inte krypterad. Anslut den igen med en adress som börjar med https.", permanent=True)
        if not self._public_only:
            return [Aim(url, {}, {})]
        return [pinned(url, address) for address in await _public(parts.hostname or "")]


def _parts(url: str) -> SplitResult:
    """An address in its parts. Raises `NotSent` where it has none; its text may hold a token and is not repeated."""
    try:
        httpx.URL(url)
        return urlsplit(url)
    except (ValueError, httpx.InvalidURL):
        raise NotSent("Adressen går inte att läsa. Kontrollera att den är rätt skriven.", permanent=True) from None


async def _ask(method: str, aim: Aim, headers: Mapping[str, str], content: Mapping[str, Any]) -> Answer:
    limits = httpx.Limits(max_keepalive_connections=0)
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    said = {"user-agent": "Trygghet", **headers, **aim.headers}
    async with (
        httpx.AsyncClient(verify=_trusted(), limits=limits, timeout=timeout, follow_redirects=False, trust_env=False) as client,
        client.stream(method, aim.url, headers=said, extensions=dict(aim.extensions), **content) as response,
    ):
        body = await _read(response)
        return Answer(response.status_code, response.headers, body if response.is_success else _unsaid(body, _proofs(headers, content)))


_PROVING = frozenset({"password", "token", "access_token", "refresh_token", "client_secret", "code", "code_verifier", "appsecret_proof"})
"""What the parts of a form, an address or a JSON body are called that prove who we are."""


def _proofs(headers: Mapping[str, str], content: Mapping[str, Any]) -> list[str]:
    """All that a request proves itself with."""
    scheme, _, proof = headers.get("authorization", "").partition(" ")
    found = [proof]
    if scheme.lower() == "basic":  # RFC 7617: the password after the first colon
        with contextlib.suppress(ValueError):
            found.append(base64.b64decode(proof).decode("utf-8", "replace").partition(":")[2])
    for part in (content.get("json"), content.get("data"), content.get("params")):
        if isinstance(part, Mapping):
            found += [str(value) for name, value in part.items() if name in _PROVING]
    return [one for one in found if one]


def _unsaid(body: bytes, proofs: list[str]) -> bytes:
    """What a server says of a refusal may end up before people, so whatever we proved ourselves with is not repeated."""
    for one in proofs:
        body = body.replace(one.encode(), "…".encode())
    return body


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Whose certificates we trust: read once, for it takes longer than most answers."""
    return httpx.create_ssl_context(trust_env=False)


async def _read(response: httpx.Response) -> bytes:
    found = bytearray()
    async for part in response.aiter_bytes():
        found += part
        if len(found) > MOST_BYTES:
            break  # what we look for stands early; a server that never stops must not fill the memory
    return bytes(found)


# ---------------------------------------------------------------- addresses that somebody has typed
def pinned(url: str, address: str) -> Aim:
    """A request to exactly this address, in the name that was looked up: a name may lead elsewhere a moment later.

    The certificate is still held against the name.
    """
    named = httpx.URL(url)
    host = named.raw_host.decode("ascii")
    return Aim(str(named.copy_with(host=address)), {"host": named.netloc.decode("ascii")}, {"sni_hostname": host})


async def _public(host: str) -> list[str]:
    """The addresses of a name, where all of them lie on the open internet. Raises `NotSent`."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise NotSent(f"{host} gick inte att slå upp. Vi försöker igen.") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not all(is_public(one) for one in addresses):
        raise NotSent(
            f"{host} leder till ett slutet nät, och dit skickar vi inget. Anslut kanalen med en öppen adress.", permanent=True, account=True
        )
    return addresses[:MOST_ADDRESSES]


def is_public(address: str) -> bool:
    """Whether an address may belong to anybody on the internet, by IANA's special-purpose registries (RFC 6890).

    An IPv6 address that carries an IPv4 address is judged by the latter.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None) or _translated(found)
        if carried is not None:
            return is_public(str(carried))
    return found.is_global and not found.is_multicast and not any(found in one for one in _CLOSED)


_CLOSED = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "fec0::/10", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
"""What Python calls global and is not: IETF's protocol assignments (RFC 6890), site-local (RFC 3879), local NAT64 (RFC 8215), IPv4-compatible
(RFC 4291, 2.5.5.1) and IPv4-translated (RFC 2765)."""
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def _translated(found: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that NAT64 would reach (RFC 6052)."""
    return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _TRANSLATED else None
