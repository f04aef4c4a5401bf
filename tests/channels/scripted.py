"""A mail server of a few lines that answers each command as it was told, cuts or falls silent, and keeps what it was sent packet by packet."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

CUT, SILENT = "cut", "silent"


class Scripted:
    """`answers` by command, "body" for the letter itself; what is not named is said yes to. Each answer is given once, then yes again."""

    def __init__(self, answers: Mapping[str, str], *, pipelining: bool) -> None:
        self.answers, self.pipelining = dict(answers), pipelining
        self.packets: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 scripted\r\n")
        waiting, body = b"", False
        while data := await reader.read(65536):
            self.packets.append(data)
            waiting += data
            said = b""
            while (end := self._end(waiting, body=body)) >= 0:
                line, waiting = waiting[:end], waiting[end:]
                name = "body" if body else line[:4].decode().upper()
                answer = self.answers.pop(name, self._yes(name))
                if body:
                    self.bodies.append(line)
                body = name == "DATA" and answer.startswith("354")
                if answer == CUT:
                    return
                if answer == SILENT:
                    await asyncio.Event().wait()
                said += answer.encode() + b"\r\n"
            writer.write(said)

    @staticmethod
    def _end(waiting: bytes, *, body: bool) -> int:
        """Where the next command, or the letter, ends."""
        if body and waiting.startswith(b".\r\n"):
            return 3
        edge = b"\r\n.\r\n" if body else b"\r\n"
        found = waiting.find(edge)
        return found + len(edge) if found >= 0 else -1

    def _yes(self, name: str) -> str:
        if name == "EHLO":
            return "250-scripted\r\n" + ("250-PIPELINING\r\n" if self.pipelining else "") + "250 8BITMIME"
        return "354 go on" if name == "DATA" else "250 2.0.0 ok"


@asynccontextmanager
async def scripted(answers: Mapping[str, str], *, pipelining: bool) -> AsyncIterator[Scripted]:
    """Listens on a free port for the time of one test."""
    made = Scripted(answers, pipelining=pipelining)
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(made.serve(reader, writer))
        tasks.add(task)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    made.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the loop closes its sockets in its next turn
