"""Mail by SMTP: text and HTML, the same Message-ID at every attempt, one connection for all letters of a task."""

from __future__ import annotations

import asyncio
import re
from email.utils import parseaddr
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

import aiosmtplib

from trygghet.channels import wire
from trygghet.channels.dialogue import FOR_GOOD, SECONDS, Answer, Cut, Dialogue, Refused, Way
from trygghet.channels.messages import Message, NotSent, Receipt, Unclear, letter
from trygghet.settings import LOOPBACK

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from trygghet.channels.messages import Letter


class Mail:
    """Repeatable: a reminder that arrives twice is a nuisance, one that does not is a broken promise.

    `sign` puts a signature before a mail; what is signed keeps to seven bits, which no server on the way has reason to rewrite.
    """

    repeatable = True

    def __init__(self, smtp_url: str, sender: str, sign: Callable[[bytes], bytes] | None = None) -> None:
        self._url, self._sender, self._sign = smtp_url, sender, sign
        self._from = parseaddr(sender)[1]
        self._open: Dialogue | None = None

    async def send(self, message: Message, following: Message | None = None) -> Receipt:
        """Hands the letter to the mail server. Up to the letter itself nothing has been sent; a cut after it leaves us not knowing.

        `following` is what is sent next, if anything is: the server hears of it in the same turn.
        """
        to = letter(message)
        way = self._way(to)
        server = await self._server(way)
        was_announced = server.announced is not None
        try:
            try:
                answer = await self._hand_over(server, to, way, following)
            except Cut as lost:
                if lost.after or not was_announced:
                    raise
                answer = await self._hand_over(await self._server(way), to, way, following)  # it left between two letters, as servers may
        except Cut as lost:
            raise _cut(lost) from lost
        return Receipt(remote_id=answer.text[:200])

    def _way(self, to: Letter) -> Way:
        return Way(wire.address(to.return_path or self._from), wire.address(to.to_address))

    async def _hand_over(self, server: Dialogue, to: Letter, way: Way, following: Message | None) -> Answer:
        mail = wire.write(to, self._sender, eight_bit=server.eight_bit and self._sign is None)
        if self._sign is not None:
            mail = self._sign(mail)
        try:
            coming = self._way(letter(following)) if following is not None else None
        except NotSent:  # its own turn will tell
            coming = None
        try:
            return await server.letter(way, mail, coming)
        except Refused as no:
            raise _refused(no.answer, way.recipient) from no

    async def find(self, message: Message) -> Receipt | None:
        """A mail server does not tell what it has taken."""
        del message
        raise Unclear("Det går inte att slå upp ett mejl hos mottagaren.")

    async def greet(self) -> None:
        """Connects and signs in, and sends nothing. Raises `NotSent` when a letter could not go out either."""
        await self._server(None)

    async def close(self) -> None:
        """Says good-bye, or hangs up where the server no longer listens."""
        if self._open is not None:
            await self._open.quit()
        self._open = None

    async def _server(self, way: Way | None) -> Dialogue:
        """A server that takes a letter that way: where another has been announced, it takes no other."""
        if self._open is not None and self._open.is_open and self._open.announced in {None, way}:
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


def _cut(lost: Cut) -> Unclear | NotSent:
    if lost.after:
        return Unclear("Mejlservern bröt förbindelsen efter att den hade fått brevet.")
    return NotSent("Mejlservern bröt förbindelsen. Vi försöker igen.")


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
