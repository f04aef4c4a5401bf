# ruff: noqa: N802 - the names and arguments of the methods are aiosmtpd's
"""A real SMTP server in the test's own process, which refuses, holds and hangs up as it is told."""

from __future__ import annotations

import asyncio
import threading
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

from trygghet import embedded

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSALS = {"ingen@": "550 5.1.1 No such user", "full@": "452 4.2.2 Mailbox full", "senare@": "451 4.7.1 Try later"}


class Letterbox:
    """`letters` are those it took; `refusals` what it says to addresses that begin so. While `hold` is set it reads a letter and does not answer.

    `hang_ups` letters are cut after they were taken, `early_hang_ups` before. It takes `slowness` seconds over each letter. `pipelining`: it says that it takes several commands at a time.
    """

    def __init__(self, *, pipelining: bool = False) -> None:
        self.pipelining = pipelining
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.hang_ups = 0
        self.early_hang_ups = 0
        self.refusals = dict(REFUSALS)
        self.hold = False
        self.slowness = 0.0
        self.held = threading.Event()
        self._transports: set[asyncio.BaseTransport] = set()
        self._controller = Controller(self, hostname="127.0.0.1", port=embedded.free_port(), ready_timeout=10)
        self._controller.start()
        self.url = f"smtp://127.0.0.1:{self._controller.port}"

    def stop(self) -> None:
        """Stops listening."""
        self._controller.stop()

    def die(self) -> None:
        """Cuts every connection wherever it is, as a server does that is killed; what it has taken stays taken. It is back at once."""
        self._controller.loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for transport in self._transports:
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        self._transports.clear()

    def forget(self) -> None:
        """Begins to count anew."""
        self.letters.clear()
        self.recipients.clear()

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        """Counts who comes."""
        self.connections += session.host_name is None
        session.host_name = hostname
        if server.transport is not None:
            self._transports.add(server.transport)
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]) -> str:
        """Refuses those it is known to refuse."""
        if self.early_hang_ups:
            self.early_hang_ups -= 1
            assert server.transport is not None
            server.transport.abort()
        for start, refusal in self.refusals.items():
            if address.startswith(start):
                return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes the letter, or what else it was told."""
        if self.hold:
            self.held.set()
            await asyncio.sleep(3600)
        await asyncio.sleep(self.slowness)
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append(letter)  # type: ignore[arg-type]  # the policy makes it one
        self.recipients += envelope.rcpt_tos
        if self.hang_ups:
            self.hang_ups -= 1
            assert server.transport is not None
            server.transport.abort()
        return "250 2.0.0 queued"

    @property
    def message_ids(self) -> list[str]:
        """In the order of arrival."""
        return [str(letter["Message-ID"]) for letter in self.letters]
