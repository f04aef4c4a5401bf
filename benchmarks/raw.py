"""What SMTP itself can take: a client that has its bytes ready and does nothing but hand them over."""

from __future__ import annotations

import contextlib
import smtplib
import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

from sinks import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER = "paminnelser@trygghet.example.org"
DIGITS = 12
"""A number in each letter makes it another one; so many of the letter's first Message-ID's characters are taken for it."""


def numbered(letter: bytes) -> tuple[bytes, bytes]:
    """A letter in two halves, between which a number of `DIGITS` digits goes: the same length, and another Message-ID."""
    place = letter.index(b"Message-ID: <") + len(b"Message-ID: <")
    return letter[:place], letter[place + DIGITS :]


def pipelined(port: int, letter: bytes, first: int, many: int) -> None:
    """One connection. MAIL, RCPT and DATA go in one write (RFC 2920)."""
    before, after = numbered(letter)
    with _talking(port) as stream:
        for number in range(first, first + many):
            stream.write(b"MAIL FROM:<%s>\r\nRCPT TO:<samordnare@example.org>\r\nDATA\r\n" % SENDER.encode())
            stream.flush()
            _expect(stream, b"250", b"250", b"354")
            stream.write(before + b"%0*d" % (DIGITS, number) + after + b"\r\n.\r\n")
            stream.flush()
            _expect(stream, b"250")


@contextlib.contextmanager
def _talking(port: int) -> Iterator[Any]:
    with socket.create_connection((HOST, port), timeout=30) as link, link.makefile("rwb") as stream:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _expect(stream, b"220")
        stream.write(b"EHLO bench.example.org\r\n")
        stream.flush()
        while stream.readline()[3:4] == b"-":
            pass
        yield stream
        stream.write(b"QUIT\r\n")
        stream.flush()
        _expect(stream, b"221")


def _expect(stream: Any, *codes: bytes) -> None:
    for code in codes:
        if not (line := stream.readline()).startswith(code):
            raise RuntimeError(f"the sink said {line!r} and not {code!r}")


# ---------------------------------------------------------------- as most programs write mail
def parts_of(letter: bytes) -> tuple[str, str]:
    """The text and the HTML of a letter."""
    found = message_from_bytes(letter, policy=SMTP)
    text, page = (found.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    return text.get_content(), page.get_content()


def message(number: int, text: str, page: str) -> EmailMessage:
    """The same letter as the standard library makes it."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = f"Trygghet <{SENDER}>", f"Samordnare {number} <samordnare{number}@example.org>"
    made["Subject"] = f"Uppföljningen för 2026 i Kommun {number} ska vara klar om 30 dagar"
    made["Message-ID"] = f"<{number:0{DIGITS}d}@trygghet.example.org>"
    made["Date"] = "Sat, 21 Nov 2026 12:00:00 +0000"
    made.set_content(text)
    made.add_alternative(page, subtype="html")
    return made


def one_connection(port: int, text: str, page: str, many: int) -> None:
    """The loop that Django's `send_messages` is: one connection, and an `EmailMessage` for each letter."""
    with smtplib.SMTP(HOST, port, local_hostname="bench.example.org", timeout=30) as server:
        for number in range(many):
            server.send_message(message(number, text, page))
