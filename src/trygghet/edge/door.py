"""The outermost of all: what is kept is answered before anything is routed, what is not is let in a few at a time."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import time
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from trygghet import clock, tenancy
from trygghet.edge.rules import LARGEST, LONGEST_QUERY, Answer, Headers, Key, Memory, whole
from trygghet.web import SESSION_COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar.datastructures import State
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
    from prometheus_client import CollectorRegistry

AT_ONCE = 5
"""Residents' pages that are made at the same time in a process: three of its eight connections are left to those who are signed in."""
IN_LINE = 60
"""Readers who wait for one to be made; the next is told at once to come back."""
PATIENCE = 2.0
"""Seconds that somebody waits in line."""
_ALWAYS_IN = ("/static/", "/health/", "/metrics", "/logga-in", "/exempel", "/oppna-data/")
"""The last are tables that are as long as they are: they take turns by themselves, and who reads one slowly must not stand in the line."""
_READING = frozenset({"GET", "HEAD"})
_SESSION = frozenset({SESSION_COOKIE.encode(), b"__Host-" + SESSION_COOKIE.encode()})
_BUSY = (
    '<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Många läser just nu</title>'
    "<h1>Många läser just nu</h1><p>Vänta några sekunder och ladda om sidan.</p>"
    '<p lang="en">Many people are reading right now. Wait a few seconds and load the page again.</p></html>'
).encode()
_BUSY_HEADERS: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-length", b"%d" % len(_BUSY)),
    (b"retry-after", b"3"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors *"),
    (b"x-content-type-options", b"nosniff"),
    (b"access-control-allow-origin", b"*"),
]
_NOTHING: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class Tally(Collector):
    """What was answered at the door since the process began: plain numbers of the one thread that answers, which a counter with a lock of its own would
    count at a tenth of the cost of an answer.
    """

    def __init__(self) -> None:
        self.kept = self.unchanged = self.busy = 0

    def collect(self) -> Iterator[CounterMetricFamily]:
        """What is told when somebody asks for the numbers."""
        told = CounterMetricFamily("trygghet_answers_at_door", "Requests answered before they were routed.", labels=("how",))
        for how, count in vars(self).items():
            told.add_metric((how,), count)
        yield told


class _Days:
    """The calendar day in Sweden, reckoned once an hour: Swedish midnight is a whole hour everywhere in UTC. Clocks may jump, so both ends are looked at."""

    def __init__(self) -> None:
        self._first = self._next = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._day = dt.date.min

    def of(self, now: dt.datetime) -> dt.date:
        """The day at an instant."""
        if not self._first <= now < self._next:
            self._first = now.replace(minute=0, second=0, microsecond=0)
            self._next, self._day = self._first + dt.timedelta(hours=1), clock.day(now)
        return self._day


class Door:
    """Sees each request first. Who carries a session that we gave out, sends a form or asks through htmx goes straight in; so does everything in the example."""

    def __init__(self, app: ASGIApp, state: State, memory: Memory, registry: CollectorRegistry) -> None:
        self.app, self.state, self.memory = app, state, memory
        self._line = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._made: dict[Key, asyncio.Future[Answer | None]] = {}
        self._days, self._tally = _Days(), Tally()
        registry.register(self._tally)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. What most of them are, a whole page from memory, is answered here: each further call costs a tenth of that."""
        if scope["type"] != ScopeType.HTTP or scope["method"] not in _READING:
            await self.app(scope, receive, send)
            return
        asked, key = dict(scope["headers"]), None
        if self._is_for_all(scope, asked):
            key = (scope["path"], scope["query_string"], self._days.of(await self.state["clock"].now()))
            found = self.memory.find(key, time.monotonic())
            if found is not None:
                start, body = self._told(found, scope, asked, is_kept=True)
                await send(start)
                await send(body)
                return
        if scope["path"].startswith(_ALWAYS_IN) or self._is_known(asked.get(b"cookie", b"")):
            await self._let_in(scope, asked, receive, send, key)
        elif key is None:
            await self._in_turn(scope, asked, receive, send, None)
        else:
            await self._together(scope, asked, receive, send, (self.memory.edition, *key))

    def _is_known(self, cookie: bytes) -> bool:
        """Whether a session was given out here; a forged one waits in line with everybody. Whether it is open still is asked of the database inside."""
        pairs = (one.strip().partition(b"=") for one in cookie.split(b";"))
        token = next((value for name, _, value in pairs if name in _SESSION), b"")
        return bool(token) and tenancy.was_given_out(token.decode("latin-1"), self.state.settings.secret_keys)

    def _is_for_all(self, scope: HTTPScope, asked: dict[bytes, bytes]) -> bool:
        """Whether the answer is the same to everybody who asks for one address, with its language, on one day; it may be another to each."""
        if b"authorization" in asked or b"hx-request" in asked or b"range" in asked or len(scope["query_string"]) > LONGEST_QUERY:
            return False
        settings = self.state["settings"]  # by their keys: as attributes they take as long to find as all the rest here
        return not settings.example and asked.get(b"host", b"").lower() == _host(settings.public_url)

    async def _together(self, scope: HTTPScope, asked: dict[bytes, bytes], receive: Receive, send: Send, key: Key) -> None:
        """Many who ask for the same at the same time wait for the one answer. One who comes after a change waits for no older one."""
        if (made := self._made.get(key)) is not None:
            found = await asyncio.shield(made)
            if found is not None:
                await self._answer(found, scope, asked, send, is_kept=True)
            else:
                await self._in_turn(scope, asked, receive, send, None)
            return
        mine = self._made[key] = asyncio.get_running_loop().create_future()
        found = None
        try:
            found = await self._in_turn(scope, asked, receive, send, key)
        finally:
            del self._made[key]
            mine.set_result(found)

    async def _in_turn(self, scope: HTTPScope, asked: dict[bytes, bytes], receive: Receive, send: Send, key: Key | None) -> Answer | None:
        if self._line.locked() and self._waiting >= IN_LINE:
            await self._refuse(send)
            return None
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE):
                await self._line.acquire()
        except TimeoutError:
            await self._refuse(send)
            return None
        finally:
            self._waiting -= 1
        try:
            found = await self._made_by_the_application(scope, receive, send, key[1:] if key else None, cast("int", key[0]) if key else -1)
        finally:
            self._line.release()  # who reads slowly holds nobody up
        if found is not None:
            await self._answer(found, scope, asked, send)
        return found

    async def _refuse(self, send: Send) -> None:
        self._tally.busy += 1
        await send({"type": "http.response.start", "status": 503, "headers": _BUSY_HEADERS})
        await send({"type": "http.response.body", "body": _BUSY, "more_body": False})

    async def _let_in(self, scope: HTTPScope, asked: dict[bytes, bytes], receive: Receive, send: Send, key: Key | None) -> None:
        found = await self._made_by_the_application(scope, receive, send, key, self.memory.edition)
        if found is not None:
            await self._answer(found, scope, asked, send)

    async def _made_by_the_application(self, scope: HTTPScope, receive: Receive, send: Send, key: Key | None, began: int) -> Answer | None:
        """What is public is taken in whole, kept if nothing has changed since that edition, and returned; anything else is sent as it comes."""
        held = _Held(send, is_file=scope["path"].startswith("/static/"))
        inner = cast("Scope", {**scope, "method": "GET", "state": {**scope.get("state", {}), "door": held}})
        if scope["method"] == "HEAD":
            held.is_head = True
        await self.app(inner, receive, held)
        found = held.answer
        if found is None or key is None:
            return found
        if began != self.memory.edition:
            return found.told_late()
        self.memory.keep(key, found, began, time.monotonic())
        return found

    async def _answer(self, found: Answer, scope: HTTPScope, asked: dict[bytes, bytes], send: Send, *, is_kept: bool = False) -> None:
        for message in self._told(found, scope, asked, is_kept=is_kept):
            await send(message)

    def _told(self, found: Answer, scope: HTTPScope, asked: dict[bytes, bytes], *, is_kept: bool) -> tuple[Message, Message]:
        """What is sent to this reader, how it begins and its body, and counted where it was kept."""
        unchanged = found.unchanged(asked) if b"if-none-match" in asked or b"if-modified-since" in asked else None
        if unchanged is not None:
            self._tally.unchanged += is_kept
            return {"type": "http.response.start", "status": 304, "headers": unchanged}, _NOTHING
        self._tally.kept += is_kept
        headers, body = found.form(asked.get(b"accept-encoding", b""))
        start: Message = {"type": "http.response.start", "status": found.status, "headers": headers}
        return start, _NOTHING if scope["method"] == "HEAD" else {"type": "http.response.body", "body": body, "more_body": False}


@functools.lru_cache(maxsize=10)
def _host(public_url: str) -> bytes:
    return urlsplit(public_url).netloc.lower().encode()


class _Held:
    """Takes in an answer that the application has said is the same to everybody, and sends any other on as it comes."""

    def __init__(self, send: Send, *, is_file: bool) -> None:
        self._send = send
        self._is_public, self.is_head = is_file, False
        self._start: Any = None
        self._pieces: list[bytes] = []
        self.answer: Answer | None = None

    def take_in(self) -> None:
        """Said by who knows that the answer is made of what is published alone: it is wanted whole, whatever the reader has already."""
        self._is_public = True

    async def __call__(self, message: Message) -> None:
        """One piece of the answer."""
        if message["type"] == "http.response.start" and self._is_public and message["status"] in {200, 301, 410}:
            length = dict(message["headers"]).get(b"content-length", b"")
            if b"no-store" not in dict(message["headers"]).get(b"cache-control", b"") and length.isdigit() and int(length) <= LARGEST:
                self._start = message
                return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        if self._start is None:
            await self._send({**message, "body": b""} if self.is_head else message)
            return
        self._pieces.append(message["body"])
        if not message.get("more_body"):
            self.answer = Answer(self._start["status"], list(self._start["headers"]), whole(self._pieces))
