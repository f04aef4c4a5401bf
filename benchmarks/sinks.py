"""A mail server that takes everything and keeps nothing but the count: `sinks.py bare|aiosmtpd`, which prints its two ports.

The bare one reads no more of SMTP than a sink must, so that the sender is the limit; aiosmtpd is a whole server in Python. Whoever connects to the
second port reads one line: letters taken, connections made, Message-IDs that came more than once. After `GET` it reads the last letter instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Taken:
    letters: int = 0
    connections: int = 0
    again: int = 0
    last: bytes = b""
    ids: set[bytes] = field(default_factory=set)

    def take(self, letter: bytes) -> None:
        self.letters += 1
        self.last = letter
        if found := _MESSAGE_ID.search(letter):
            self.again += found[1] in self.ids
            self.ids.add(found[1])


class Bare(asyncio.Protocol):
    """As little as a client with PIPELINING needs to get rid of its letters."""

    def __init__(self, taken: Taken) -> None:
        self.taken, self.waiting, self.in_letter = taken, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.taken.connections += 1
        transport.write(b"220 sink ESMTP\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        answers: list[bytes] = []
        while self._one(answers):
            pass
        self.transport.write(b"".join(answers))
        if answers and answers[-1].startswith(b"221"):
            self.transport.close()

    def _one(self, answers: list[bytes]) -> bool:
        end = b"\r\n.\r\n" if self.in_letter else b"\r\n"
        line, found, rest = self.waiting.partition(end)
        if not found:
            return False
        self.waiting = rest
        if self.in_letter:
            self.in_letter = False
            self.taken.take(line)
            answers.append(b"250 2.0.0 taken\r\n")
            return True
        verb = line[:4].upper()
        self.in_letter = verb == b"DATA"
        answers.append(
            {
                b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n",
                b"DATA": b"354 go on\r\n",
                b"QUIT": b"221 2.0.0 bye\r\n",
            }.get(verb, b"250 2.0.0 ok\r\n")
        )
        return True


class Whole:
    """What aiosmtpd calls when it has a letter."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken.take(envelope.original_content)
        return "250 2.0.0 taken"


async def _serve(kind: str) -> None:
    taken, loop = Taken(), asyncio.get_running_loop()
    if kind == "aiosmtpd":
        from aiosmtpd.smtp import SMTP

        server = await loop.create_server(lambda: SMTP(Whole(taken), hostname="sink", loop=loop), HOST, 0, backlog=512)
    else:
        server = await loop.create_server(lambda: Bare(taken), HOST, 0, backlog=512)

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wants_letter = await reader.readline() == b"GET\n"
        writer.write(taken.last if wants_letter else f"{taken.letters} {taken.connections} {taken.again}\n".encode())
        writer.close()

    asking = await asyncio.start_server(tell, HOST, 0)
    print(*(one.sockets[0].getsockname()[1] for one in (server, asking)), flush=True)
    await asyncio.Event().wait()


# ---------------------------------------------------------------- seen from the one who measures
class Count(NamedTuple):
    letters: int
    connections: int
    again: int


@dataclass(frozen=True)
class Sink:
    port: int
    asking: int

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def count(self) -> Count:
        return Count(*map(int, self._ask(b"COUNT\n").split()))

    def letter(self) -> bytes:
        """The last one as it came, with the dots that SMTP doubled."""
        return self._ask(b"GET\n")

    def _ask(self, line: bytes) -> bytes:
        with socket.create_connection((HOST, self.asking), timeout=10) as link:
            link.sendall(line)
            return b"".join(iter(lambda: link.recv(65536), b""))


@contextlib.contextmanager
def running(kind: str) -> Iterator[Sink]:
    """A sink in a process of its own, for the time of a block."""
    from trygghet import embedded

    process = subprocess.Popen(
        [sys.executable, str(Path(__file__)), kind],
        stdout=subprocess.PIPE,
        preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - no thread runs
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        yield Sink(*map(int, process.stdout.readline().split()))
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve(sys.argv[1]))
