"""Takes in mail by SMTP for our own return paths, and for nothing else. `python -m workers.inbound`, where INBOUND_PORT is set.

A mail is taken when what it says is stored, and not before: whatever goes wrong answers 451, and the sending server tries again.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from typing import TYPE_CHECKING, Any

import structlog
from aiosmtpd.smtp import SMTP

from trygghet import database, inbound, logs, settings
from trygghet.app import clock_of
from trygghet.bounces import actions as bounces

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

    from trygghet.settings import Settings

log = structlog.get_logger()
MOST_RECIPIENTS = 10
MOST_CONNECTIONS = 50
SECONDS = 60
"""A silent client is hung up on after so long."""


class Door:
    """What aiosmtpd asks at each command."""

    def __init__(self, chosen: Settings) -> None:
        self._chosen = chosen

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[Any]) -> str:  # noqa: N802 - aiosmtpd's name
        """Only what we made ourselves is known here; so nobody can use this as a relay, or fill the disk."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if inbound.taker(self._chosen, address) is None:
            try:
                await bounces.across_organisations_refuse()
            except database.UNUSABLE as error:
                log.warning("database_away", error=repr(error)[:200])
            return "550 5.1.1 No such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Stores what it says before it answers."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            now = await clock_of(self._chosen).now()
            for address in envelope.rcpt_tos:
                outcome = await inbound.across_organisations_take(self._chosen, address, raw, now=now)
                log.info("mail_taken", outcome=outcome)
        except Exception as error:  # whatever it is: a mail that is refused for now comes again, one that is taken does not
            log.exception("mail_not_taken", error=repr(error)[:200])
            return "451 4.3.0 Try again later"
        return "250 2.0.0 OK"


class Guarded(SMTP):
    """Turns away one connection too many, so that a flood leaves room for the rest of the machine; and takes the long lines that reports have."""

    line_length_limit = 100_000
    open_now = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """One more, where there is room."""
        Guarded.open_now += 1
        super().connection_made(transport)
        if Guarded.open_now > MOST_CONNECTIONS:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.7.0 Too many connections, try again later\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """One less."""
        Guarded.open_now -= 1
        super().connection_lost(error)


async def listen(chosen: Settings, stop: asyncio.Event) -> None:
    """Takes mail in until `stop` is set."""
    door = Door(chosen)

    def protocol() -> SMTP:
        return Guarded(door, data_size_limit=inbound.LONGEST, hostname=chosen.return_domain or "localhost", timeout=SECONDS, ident="Trygghet")

    server = await asyncio.get_running_loop().create_server(protocol, chosen.inbound_host, chosen.inbound_port)
    log.info("inbound_listens", host=chosen.inbound_host, port=chosen.inbound_port)
    async with server:
        await stop.wait()


async def main(chosen: Settings) -> None:
    """Until SIGTERM or SIGINT. The supervisor starts it again while the database is away; mail waits at its sender's then."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with database.opened(chosen.database_url):
        await listen(chosen, stop)


if __name__ == "__main__":
    _chosen = settings.load()
    logs.configure(_chosen.log_level)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # writes whole conversations, and so addresses
    if not _chosen.inbound_port:
        sys.exit("INBOUND_PORT är inte satt, så ingen post tas emot här.")
    asyncio.run(main(_chosen))
