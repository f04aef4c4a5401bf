"""Asks Valkey or Redis whether it answers: the one word PING, without the client that belongs to the queue."""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import unquote, urlsplit


class ValkeyError(Exception):
    """It did not answer PONG; the text says what it did, without its password."""


async def ping(url: str, *, seconds: float = 2.0) -> None:
    """Returns when the server at `url` answers. Raises `ValkeyError`."""
    try:
        async with asyncio.timeout(seconds):
            answer = await _ask(url)
    except TimeoutError:
        raise ValkeyError(f"svarade inte inom {seconds:g} s") from None
    except OSError as error:
        raise ValkeyError("tar inte emot någon förbindelse") from error
    if answer != b"+PONG":
        raise ValkeyError(
            "fel lösenord" if answer.startswith((b"-WRONGPASS", b"-NOAUTH")) else answer.decode(errors="replace")[:80] or "stängde förbindelsen"
        )


async def _ask(url: str) -> bytes:
    parts = urlsplit(url)
    if parts.scheme in {"unix", "redis+socket"}:
        reader, writer = await asyncio.open_unix_connection(parts.path)
    else:
        secure = ssl.create_default_context() if parts.scheme == "rediss" else None
        reader, writer = await asyncio.open_connection(parts.hostname or "127.0.0.1", parts.port or 6379, ssl=secure)
    try:
        if parts.password:
            name = [unquote(parts.username)] if parts.username else []
            writer.write(_command("AUTH", *name, unquote(parts.password)))
            answer = (await reader.readline()).rstrip()
            if not answer.startswith(b"+OK"):
                return answer
        writer.write(_command("PING"))
        return (await reader.readline()).rstrip()
    finally:
        writer.close()


def _command(*words: str) -> bytes:
    encoded = [word.encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
