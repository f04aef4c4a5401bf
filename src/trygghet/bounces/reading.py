"""What a mail to one of our return paths says: that the letter failed, is late, or nothing of the kind.

Reports are read as RFC 3464 has them. Older servers answer in prose; they are believed when they enclose our letter, known by its
Message-ID. Whom it was for is never read here: the return path knows.
"""

from __future__ import annotations

import email
import email.utils
import html
import re
from dataclasses import dataclass
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_SAID = 300
"""Characters kept of what the other server said."""
LONGEST_TEXT = 200_000
"""Characters read of a report in prose."""


class Kind(StrEnum):
    """What a mail to a return path turned out to be."""

    FAILED = "failed"
    DELAYED = "delayed"
    AUTOMATIC = "automatic"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Report:
    """`status` is an enhanced status code (RFC 3463), empty where the report has none; `said` is the other mail server's own words."""

    kind: Kind
    status: str = ""
    said: str = ""


_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])(\d\d)(?=[ \-#]|\s)")
_SENDERS = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mdaemon|mail delivery (sub)?system|mail administrator)\b", re.IGNORECASE)
_FAILURE = re.compile(
    r"undeliver|returned (mail|to sender)|delivery (has )?fail|failure notice|delivery (status )?notification|mail delivery failed|could not be delivered"
    r"|nondeliverable|permanent (fatal )?error|mail system error|non remis|unzustellbar|kunde inte levereras|går inte att leverera",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"(delivery|message).{0,40}(delayed|still being retried|temporarily deferred)|warning: could not send|this is a warning message only|will (continue|keep) (to try|trying)"
    r"|no action is required|har fördröjts|försenad",
    re.IGNORECASE | re.DOTALL,
)
_ABSENCE = re.compile(r"auto-?(matic )?reply|out of (the )?office|vacation|autosvar|frånvaro|semester|abwesen", re.IGNORECASE)


def read(raw: bytes, message_id: str) -> Report:
    """What it says of the letter with this Message-ID. Never raises: whatever arrives from the outside is some kind of mail."""
    try:
        mail = email.message_from_bytes(raw, policy=policy.compat32)
        return _delivery_status(mail) or _prose(mail, message_id)
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError, email.errors.MessageError):
        return Report(Kind.UNREADABLE)


# ---------------------------------------------------------------- RFC 3464
def _delivery_status(mail: Message) -> Report | None:
    """The report's machine-readable part; None where it has none. Of several recipients the worst off is told of."""
    blocks = [block for part in mail.walk() if part.get_content_type() == "message/delivery-status" for block in _blocks(part) if block["Action"]]
    if not blocks:
        return None
    for action, kind in (("failed", Kind.FAILED), ("delayed", Kind.DELAYED)):
        for block in blocks:
            if _plain(block["Action"]).lower().split()[:1] == [action]:
                return _report(kind, block)
    return Report(Kind.AUTOMATIC)  # delivered, relayed, expanded: good news needs nothing of us


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, Message))
    else:  # some servers encode it, which RFC 3464 forbids
        for text in re.split(r"\n\s*\n", _text(part).replace("\r\n", "\n")):
            yield email.message_from_string(text.strip() + "\n\n", policy=policy.compat32)


def _report(kind: Kind, block: Message) -> Report:
    said = re.sub(r"^[\w-]+;\s*", "", _plain(block["Diagnostic-Code"]))
    status = _code(_plain(block["Status"]))
    if status[1:] in {"", ".0.0"}:  # "other or undefined": the server's own words may know more
        status = _code(said) or status
    return Report(kind, status, _printable(said))


def refused(said: str) -> Report:
    """A refusal in the dialogue itself, as a report of the same."""
    return Report(Kind.FAILED, _code(said), _printable(said))


def _printable(said: str) -> str:
    """The words without control characters and broken ones, which no page shows and no database takes; no longer than is kept."""
    return " ".join("".join(one if one.isprintable() else " " for one in said).split())[:LONGEST_SAID]


def _code(text: str) -> str:
    """The enhanced status code in a text; where there is only a reply code, its class."""
    if found := _STATUS.search(text):
        return ".".join(found.groups())
    return f"{found.group(1)}.0.0" if (found := _REPLY.search(text)) else ""


# ---------------------------------------------------------------- in prose
def _prose(mail: Message, message_id: str) -> Report:
    if mail["X-Failed-Recipients"]:  # Exim, which marks its own failures as answers by a machine
        text = _all_text(mail)
        return Report(Kind.DELAYED if _LATE.search(text) else Kind.FAILED, _code(_without_original(text)), _words(text))
    subject, sender = _plain(mail["Subject"]), _plain(mail["From"])
    is_daemon = any(_SENDERS.match(one) for one in (sender, *email.utils.parseaddr(sender)))
    if not is_daemon and _is_automatic(mail, subject):
        return Report(Kind.AUTOMATIC)
    if not (is_daemon or _FAILURE.search(subject)):
        return Report(Kind.UNREADABLE)
    text = _all_text(mail)
    if message_id not in text:
        return Report(Kind.UNREADABLE)
    told = _without_original(text)
    if _LATE.search(f"{subject}\n{told}"):
        return Report(Kind.DELAYED)
    status = _code(told)
    if not status and not _FAILURE.search(f"{subject}\n{told}"):
        return Report(Kind.UNREADABLE)
    return Report(Kind.FAILED, status, _words(told))


def _is_automatic(mail: Message, subject: str) -> bool:
    """An answer by a machine on somebody's behalf (RFC 3834), which proves that the letter arrived."""
    submitted = _plain(mail["Auto-Submitted"]).lower()
    return (
        submitted.startswith("auto-replied")
        or any(mail[name] for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
        or _plain(mail["Precedence"]).lower() in {"auto_reply", "auto-reply"}
        or bool(_ABSENCE.search(subject))
    )


def _all_text(mail: Message) -> str:
    """All that can be read in it, enclosed heads too."""
    found: list[str] = []
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            text = _text(part)
            found.append(html.unescape(re.sub(r"<(?!\S+@)[^>]{0,500}>", " ", text)) if part.get_content_subtype() == "html" else text)
        if part is not mail and part["Message-ID"]:
            found.append(f"Message-ID: {_plain(part['Message-ID'])}")
    return "\n".join(found)[:LONGEST_TEXT]


_ORIGINAL = re.compile(
    r"^[ >-]*(-{2,}.*(original|returned|copy of|unsent|your message|header)|received: |return-path: |message-id: )", re.IGNORECASE | re.MULTILINE
)


def _without_original(text: str) -> str:
    """What the server says itself, before it shows our own letter."""
    found = _ORIGINAL.search(text)
    return text[: found.start()] if found and found.start() else text


def _words(text: str) -> str:
    """The line that says why: the one with a code in it, else the first."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return _printable(next((line for line in lines if _code(line)), lines[0] if lines else ""))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return payload.decode("latin-1")


def _plain(value: object) -> str:
    """A line of a head without folds; encoded words are decoded where they can be."""
    text = " ".join(str(value or "").split())
    try:
        return str(make_header(decode_header(text))) if "=?" in text else text
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return text
