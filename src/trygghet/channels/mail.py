"""Mail by SMTP: text and HTML, the same Message-ID at every attempt, one connection for all letters of a task."""

from __future__ import annotations

import asyncio
import contextlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from trygghet import clock
from trygghet.channels.messages import Letter, Message, NotSent, Receipt, Unclear, letter
from trygghet.settings import LOOPBACK

SECONDS = 20
REFUSED_FOR_GOOD = 500


class Mail:
    """Repeatable: a reminder that arrives twice is a nuisance, one that does not is a broken promise."""

    repeatable = True

    def __init__(self, smtp_url: str, sender: str) -> None:
        self._url, self._sender = smtp_url, sender
        self._open: aiosmtplib.SMTP | None = None

    async def send(self, message: Message) -> Receipt:
        """Hands the letter to the mail server. Up to the letter itself nothing has been sent; a cut after it leaves us not knowing."""
        to = letter(message)
        wire = _wire(to, self._sender)
        server = await self._server()
        begun = False
        try:
            await server.mail(to.return_path or parseaddr(self._sender)[1], options=["BODY=8BITMIME"] if server.supports_extension("8bitmime") else None)
            await server.rcpt(to.to_address)
            begun = True
            answer = await server.data(wire)
        except aiosmtplib.SMTPResponseException as no:
            raise await self._refused(server, no, to.to_address) from no
        except (aiosmtplib.SMTPException, OSError) as lost:
            self._hang_up()
            if begun:
                raise Unclear("Mejlservern bröt förbindelsen efter att den hade fått brevet.") from lost
            raise NotSent("Mejlservern bröt förbindelsen. Vi försöker igen.") from lost
        except asyncio.CancelledError:  # taking too long: what the server says next would be taken for the answer to the next letter
            self._hang_up()
            raise
        return Receipt(remote_id=answer.message[:200])

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
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self._open.quit(timeout=2)
        self._hang_up()

    def _hang_up(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    async def _server(self) -> aiosmtplib.SMTP:
        if self._open is not None and self._open.is_connected:
            return self._open
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
        except aiosmtplib.SMTPAuthenticationError as no:
            raise NotSent("Mejlservern godtar inte inloggningen. Den som sköter driften rättar SMTP_URL; vi försöker igen.") from no
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent("Mejlservern gick inte att nå. Vi försöker igen.") from error
        self._open = server
        return server

    async def _refused(self, server: aiosmtplib.SMTP, no: aiosmtplib.SMTPResponseException, address: str) -> NotSent:
        """The server said no: 4xx for now, 5xx for good. The connection is made ready for the next letter."""
        try:
            await server.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._hang_up()
        said = f"{no.code} {no.message}"[:200]
        if no.code >= REFUSED_FOR_GOOD:
            return NotSent(f"Mejlservern tar inte emot brev till {address} ({said}). Rätta adressen under Medlemmar och försök igen.", permanent=True)
        return NotSent(f"Mejlservern kunde inte ta emot brevet nu ({said}). Vi försöker igen.")


def _start_tls(host: str | None, scheme: str, user: str | None) -> bool | None:
    """A password never goes in clear text to another machine; without one, encryption is used where it is offered."""
    if scheme == "smtps":
        return False
    return True if user and host not in LOOPBACK else None


def _wire(to: Letter, sender: str) -> bytes:
    """The letter as bytes. Raises `NotSent` for good when its head cannot be written."""
    mail = EmailMessage(policy=WIRE.clone(max_line_length=200))
    try:
        mail["From"] = sender
        mail["To"] = Address(display_name=to.to_name, addr_spec=to.to_address)
        mail["Subject"] = to.subject
        mail["Date"] = format_datetime(to.at or clock.wall())
        mail["Message-ID"] = to.message_id
        mail["Auto-Submitted"] = "auto-generated"
        for name, value in to.headers:
            mail[name] = value
    except (ValueError, IndexError) as error:
        raise NotSent(f"Adressen {to.to_address} går inte att skriva till. Rätta den under Medlemmar och försök igen.", permanent=True) from error
    mail.set_content(to.text)
    mail.add_alternative(to.html, subtype="html")
    return mail.as_bytes()
