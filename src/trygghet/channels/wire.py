"""A letter as the bytes of a mail (RFC 5322, MIME in RFC 2045-2049), the same bytes at every attempt.

The standard library's `EmailMessage` takes a hundred times as long over it as the text takes to be put together, so the few shapes that
our letters have are written here. A test lets the library's parser read them back.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING

from trygghet import clock
from trygghet.channels.messages import NotSent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from trygghet.channels.messages import Letter

LONGEST_LINE = 998
"""Octets in a line, without its end (RFC 5322 section 2.1.1)."""
_IN_A_WORD = 39
"""Octets in an encoded word: with what stands round it, and "Subject: " before it, it is within the 76 characters of a line (RFC 2047 section 2)."""
_WITHIN = range(0x80, 0xC0)
"""Octets that go on with a character (RFC 3629)."""
_PLAIN_LINE = 200
"""A line of the head that is no longer is left unfolded: strict receivers want List-Unsubscribe whole."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_VISIBLE = re.compile(r"[ -~]+")
_NOT_IN_TEXT = bytes({*range(32), 127} - {*b"\t\n\r"})


def address(text: str) -> str:
    """An address as it may stand in a head and in a command; its domain in ASCII (RFC 5891). Raises `NotSent` for good."""
    local, at, domain = text.rpartition("@")
    try:
        found = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        found = ""
    if not _ADDRESS.fullmatch(found):
        raise NotSent(f"Adressen {text} går inte att skriva till. Rätta den under Medlemmar och försök igen.", permanent=True)
    return found


def write(to: Letter, sender: str, *, eight_bit: bool) -> bytes:
    """The mail, lines ended by CRLF and no dots doubled. `eight_bit`: the server takes octets above 127 (RFC 6152).

    Raises `NotSent` for good when something in its head cannot be written.
    """
    parts = [_part("plain", to.text, eight_bit=eight_bit), _part("html", to.html, eight_bit=eight_bit)]
    # Equal letters get equal bytes, and no text can hold a digest of itself.
    edge = b"=_" + hashlib.blake2b(b"\0".join(parts), digest_size=15).hexdigest().encode()
    return b"".join((_head(to, sender, edge), *(b"--" + edge + b"\r\n" + part + b"\r\n" for part in parts), b"--" + edge + b"--\r\n"))


def _head(to: Letter, sender: str, edge: bytes) -> bytes:
    name = _phrase(to.to_name)
    more = "".join(f"{header}: {_checked(header, value)}\r\n" for header, value in to.headers)
    return (
        f"From: {_mailbox(sender)}\r\n"
        f"To: {f'{name} ' if name else ''}<{address(to.to_address)}>\r\n"
        f"Subject: {_words('Subject', to.subject)}\r\n"
        f"Date: {_date(to.at or clock.wall())}\r\n"
        f"Message-ID: {_checked('Message-ID', to.message_id)}\r\n"
        f"Auto-Submitted: auto-generated\r\n{more}"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{edge.decode()}"\r\n\r\n'
    ).encode("ascii")


@lru_cache(maxsize=16)
def _date(at: dt.datetime) -> str:
    """Many letters are written in the same moment."""
    return format_datetime(at)


def _checked(name: str, value: str) -> str:
    """A value that cannot end its line: nothing but visible ASCII, and short enough to stand on it."""
    if not _HEADER_NAME.fullmatch(name) or not _VISIBLE.fullmatch(value) or len(name) + len(value) + 2 > LONGEST_LINE:
        raise NotSent(f"Uppgiften {name} i brevets huvud går inte att skriva; felet är vårt.", permanent=True)
    return value


@lru_cache(maxsize=2048)
def _words(name: str, text: str) -> str:
    """Words in the head: as they are, or encoded (RFC 2047) and folded. Whatever would end the line is a space."""
    clean = " ".join(text.split())
    if "=?" not in clean and _VISIBLE.fullmatch(clean or " ") and len(name) + len(clean) <= _PLAIN_LINE:
        return clean
    if not clean.isprintable():
        clean = "".join(one if one.isprintable() else " " for one in clean)
    return "\r\n ".join(_encoded_words(clean.encode("utf-8", "replace")))


def _encoded_words(octets: bytes) -> Iterator[str]:
    """Words of at most 75 characters, none of which ends within a character (RFC 2047, sections 2 and 5), the first beside the header's name."""
    start = 0
    while start < len(octets):
        end = start + _IN_A_WORD
        while end < len(octets) and octets[end] in _WITHIN:
            end -= 1
        yield f"=?utf-8?b?{binascii.b2a_base64(octets[start:end], newline=False).decode()}?="
        start = end


@lru_cache(maxsize=2048)
def _phrase(name: str) -> str:
    """A display name before an address: quoted where it is ASCII, encoded where it is not."""
    found = _words("To", name)
    if found.startswith("=?") or not found:
        return found
    return '"' + found.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=16)
def _mailbox(sender: str) -> str:
    name, where = parseaddr(sender)
    return f"{_phrase(name)} <{address(where)}>" if name else address(where)


def _is_plain(body: bytes) -> bool:
    """Whether it may stand in a mail as it is: no line too long, and nothing in it but text."""
    return max(map(len, body.split(b"\r\n"))) <= LONGEST_LINE and len(body.translate(None, _NOT_IN_TEXT)) == len(body)


def _part(subtype: str, text: str, *, eight_bit: bool) -> bytes:
    """One of the two forms of the text, with its own head. It ends in a line's end of its own, before the edge's."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    body = text.replace("\n", "\r\n").encode("utf-8", "replace")
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    encoding = b"7bit" if body.isascii() else b"8bit"
    if (encoding == b"8bit" and not eight_bit) or not _is_plain(body):
        encoding, body = b"quoted-printable", binascii.b2a_qp(body, istext=True)
    return b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: %s\r\n\r\n%s' % (subtype.encode(), encoding, body)
