"""One letter after the other over an SMTP connection that is open already (RFC 5321), in as few turns as the server allows (RFC 2920)."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

SECONDS = 20
"""How long an answer is waited for."""
GO_ON, OK, REFUSED, FOR_GOOD, GOING_AWAY = 354, 250, 400, 500, 421
_TURNS = 3
"""MAIL, RCPT and DATA."""
LONGEST_ANSWER = 32_768
"""Octets without an end of an answer: whoever sends more is no mail server."""


class Answer(NamedTuple):
    """What the server said to one command."""

    code: int
    text: str


class Way(NamedTuple):
    """A letter's envelope."""

    sender: str
    recipient: str


class Refused(Exception):
    """The server said no; the letter has not been taken and the next may go."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.code} {answer.text}")
        self.answer = answer


class Cut(Exception):
    """The connection is of no more use. `after`: the letter itself was on its way, so that nobody knows whether it was taken."""

    def __init__(self, *, after: bool) -> None:
        super().__init__()
        self.after = after


class Dialogue(asyncio.Protocol):
    """Takes over the transport of a connection that has greeted, and keeps the answers in order whatever packets they come in.

    aiosmtplib opens, encrypts and signs in; its own protocol drops what follows upon an answer in the same packet, which is what pipelining gives.
    """

    def __init__(self, transport: asyncio.Transport, *, pipelining: bool, eight_bit: bool) -> None:
        self._transport, self._pipelining = transport, pipelining
        self.eight_bit = eight_bit
        self._read = bytearray()
        self._lines: list[str] = []
        self._answers: deque[Answer] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost = False
        self._announced: Way | None = None
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether another letter can be tried: nobody has hung up, nor said something that was not asked for, which is how servers take their leave."""
        return not self._lost and not (self._answers and self._announced is None) and not self._transport.is_closing()

    @property
    def announced(self) -> Way | None:
        """The way of the letter that the server waits for; it takes no other."""
        return self._announced

    def close(self) -> None:
        """Hangs up."""
        self._lost = True
        self._transport.close()

    async def quit(self) -> None:
        """Says good-bye and waits a moment for the answer, so that the server is not cut off."""
        if self.is_open and self._announced is None:
            self._transport.write(b"QUIT\r\n")
            try:
                async with asyncio.timeout(2):
                    await self._answer(after=False)
            except (TimeoutError, Cut):
                pass
        self.close()

    async def letter(self, way: Way, mail: bytes, following: Way | None = None) -> Answer:
        """Hands over one mail. Raises `Refused` or `Cut`; what else breaks in has hung up.

        `following` is the way of the letter that comes next: its envelope goes in the same packet as the end of this one (RFC 2920 section 3.1).
        """
        try:
            if self._announced is not None and len(self._answers) >= _TURNS:  # they came with the last letter's, as they mostly do
                await self._envelope(way)
            else:
                async with asyncio.timeout(SECONDS):
                    await self._envelope(way)
        except TimeoutError:
            self.close()
            raise Cut(after=False) from None
        except asyncio.CancelledError:  # what the server says next would be taken for the answer to the next letter
            self.close()
            raise
        return await self._mail(mail.replace(b"\r\n.", b"\r\n..") + b".\r\n", following if self._pipelining else None)

    def _commands(self, way: Way) -> list[bytes]:
        body = " BODY=8BITMIME" if self.eight_bit else ""
        return [f"MAIL FROM:<{way.sender}>{body}\r\n".encode("ascii"), f"RCPT TO:<{way.recipient}>\r\n".encode("ascii"), b"DATA\r\n"]

    async def _envelope(self, way: Way) -> None:
        """Up to where the server waits for the letter."""
        no: Answer | None = None
        was_announced, self._announced = self._announced is not None, None
        if self._pipelining:
            if not was_announced:
                self._write(b"".join(self._commands(way)))
            *envelope, data = [await self._answer(after=False) for _ in range(_TURNS)]
            no = next((one for one in envelope if one.code >= REFUSED), None)
            if no is not None and data.code == GO_ON:  # the server waits for a letter all the same: an empty one, to nobody (RFC 2920 section 3.1)
                self._write(b".\r\n")
                await self._answer(after=False)
            no = no or (data if data.code != GO_ON else None)
        else:
            for command in (commands := self._commands(way)):
                self._write(command)
                answer = await self._answer(after=False)
                if answer.code >= REFUSED or (command is commands[-1] and answer.code != GO_ON):
                    no = answer
                    break
        if no is not None:
            await self._begin_anew(no)
            raise Cut(after=False) if was_announced and no.code == GOING_AWAY else Refused(no)  # it left after the letter before this one

    async def _mail(self, mail: bytes, following: Way | None) -> Answer:
        self._write(mail if following is None else b"".join((mail, *self._commands(following))))
        self._announced = following
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._answer(after=True)
        except TimeoutError:
            self.close()
            raise Cut(after=True) from None
        except asyncio.CancelledError:
            self.close()
            raise
        if answer.code >= REFUSED:
            if answer.code == GOING_AWAY:
                self.close()
            raise Refused(answer)
        return answer

    async def _begin_anew(self, no: Answer) -> None:
        """After a no half-way the server forgets what it had taken of the envelope."""
        if no.code == GOING_AWAY:
            self.close()
            return
        try:
            self._write(b"RSET\r\n")
            answer = await self._answer(after=False)
        except Cut:
            return
        if answer.code != OK:
            self.close()

    def _write(self, command: bytes) -> None:
        if self._lost or self._transport.is_closing():
            raise Cut(after=False)
        self._transport.write(command)

    async def _answer(self, *, after: bool) -> Answer:
        while not self._answers:
            if self._lost:
                raise Cut(after=after)
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._answers.popleft()

    # ------------------------------------------------------------ asyncio's side
    def data_received(self, data: bytes) -> None:
        """Lines of answers; `250-` goes on, `250 ` ends one (RFC 5321 section 4.2.1)."""
        self._read += data
        end = 0
        while (line_end := self._read.find(b"\n", end)) >= 0:
            start, end = end, line_end + 1
            line = self._read[start:line_end]
            if not line[:3].isdigit():
                return self.connection_lost(None)
            self._lines.append(line[4:].decode("utf-8", "replace").strip())
            if line[3:4] != b"-":
                self._answers.append(Answer(int(line[:3]), " ".join(self._lines)))
                self._lines.clear()
        del self._read[:end]
        if len(self._read) + sum(map(len, self._lines)) > LONGEST_ANSWER:
            return self.connection_lost(None)
        self._wake()
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever it was, nothing more comes this way."""
        del exc
        self.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
