"""Mail by SMTP: text and HTML, the same Message-ID at every attempt, one connection for all letters of a task."""

from __future__ import annotations

import asyncio
import re
from email.utils import parseaddr
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

import aiosmtplib

from trygghet.channels import wire
from trygghet.channels.dialogue import FOR_GOOD, SECONDS, Answer, Cut, Dialogue, Refused
from trygghet.channels.messages import Message, NotSent, Receipt, Unclear, letter
from trygghet.settings import LOOPBACK

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class Mail:
    """Repeatable: a reminder that arrives twice is a nuisance, one that does not is a broken promise.

    `sign` puts a signature before a mail; what is signed keeps to seven bits, which no server on the way has reason to rewrite.
    """

    repeatable = True

    def __init__(self, smtp_url: str, sender: str, sign: Callable[[bytes], bytes] | None = None) -> None:
        self._url, self._sender, self._sign = smtp_url, sender, sign
        self._from = parseaddr(sender)[1]
        self._open: Dialogue | None = None

    async def send(self, message: Message) -> Receipt:
        """Hands the letter to the mail server. Up to the letter itself nothing has been sent; a cut after it leaves us not knowing."""
        to = letter(message)
        sender, recipient = wire.address(to.return_path or self._from), wire.address(to.to_address)
        server = await self._server()
        mail = wire.write(to, self._sender, eight_bit=server.eight_bit and self._sign is None)
        if self._sign is not None:
            mail = self._sign(mail)
        try:
            answer = await server.letter(sender, recipient, mail)
        except Refused as no:
            raise _refused(no.answer, recipient) from no
        except Cut as lost:
            if lost.after:
                raise Unclear("Mejlservern bröt förbindelsen efter att den hade fått brevet.") from lost
            raise NotSent("Mejlservern bröt förbindelsen. Vi försöker igen.") from lost
        return Receipt(remote_id=answer.text[:200])

    async def find(self, message: Message) -> Receipt | None:
        """A mail server does not tell what it has taken."""
        del message
        raise Unclear("Det går inte att slå upp ett mejl hos mottagaren.")

    async def greet(self) -> None:
        """Connects and signs in, and sends nothing. Raises `NotSent` when a letter could not go out either."""
        await self._server()

    async def close(self) -> None:
        """Says good-bye, or hangs up where the server no longer listens."""
        if self._open is not None:
            await self._open.quit()
        self._open = None

    async def _server(self) -> Dialogue:
        if self._open is not None and self._open.is_open:
            return self._open
        if self._open is not None:
            self._open.close()
        self._open = None
        if not self._url:
            raise NotSent("Ingen mejlserver är angiven. Den som sköter driften anger SMTP_URL; försök sedan igen.", permanent=True)
        parts = urlsplit(self._url)
        server = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if parts.scheme == "smtps" else 587 if parts.username else 25),
            use_tls=parts.scheme == "smtps",
            start_tls=_start_tls(parts.hostname, parts.scheme, parts.username),
            timeout=SECONDS,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )
        try:
            await server.connect()
            if server.is_ehlo_or_helo_needed:
                await server.ehlo()
        except aiosmtplib.SMTPAuthenticationError as no:
            raise NotSent("Mejlservern godtar inte inloggningen. Den som sköter driften rättar SMTP_URL; vi försöker igen.") from no
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent("Mejlservern gick inte att nå. Vi försöker igen.") from error
        self._open = Dialogue(
            cast("asyncio.Transport", server.transport),
            pipelining=server.supports_extension("pipelining"),
            eight_bit=server.supports_extension("8bitmime"),
        )
        return self._open


_REFUSAL = re.compile(r"Mejlservern tar inte emot brev till \S+ \((.*)\)\. Rätta adressen", re.DOTALL)


def refusal(reason: str) -> str:
    """What the mail server said when it refused a letter for good, out of the reason that was given for it; empty for any other reason."""
    found = _REFUSAL.match(reason)
    return found.group(1) if found else ""


def _refused(no: Answer, address: str) -> NotSent:
    """The server said no: 4xx for now, 5xx for good."""
    said = f"{no.code} {no.text}"[:200]
    if no.code >= FOR_GOOD:
        return NotSent(f"Mejlservern tar inte emot brev till {address} ({said}). Rätta adressen under Medlemmar och försök igen.", permanent=True)
    return NotSent(f"Mejlservern kunde inte ta emot brevet nu ({said}). Vi försöker igen.")


def _start_tls(host: str | None, scheme: str, user: str | None) -> bool | None:
    """A password never goes in clear text to another machine; without one, encryption is used where it is offered."""
    if scheme == "smtps":
        return False
    return True if user and host not in LOOPBACK else None
