"""Letters that have gone out, and a way for them to come back: by SMTP, as mail servers bring them."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiosmtplib

from tests import cast
from tests.bounces.reports import dsn
from tests.conftest import SETTINGS
from trygghet import database, embedded, letters
from workers import inbound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from trygghet.settings import Settings

NOW = cast.START
DAY = dt.timedelta(days=1)
HOME = replace(SETTINGS, return_domain="studs.example.org")
OBLIGATION = uuid.UUID(int=77)


@asynccontextmanager
async def listening(settings: Settings = HOME) -> AsyncIterator[Settings]:
    """Our own door for mail, on a free port."""
    chosen = replace(settings, inbound_port=embedded.free_port())
    stop = asyncio.Event()
    task = asyncio.create_task(inbound.listen(chosen, stop))
    await asyncio.sleep(0)
    try:
        yield chosen
    finally:
        stop.set()
        await task


async def post(settings: Settings, recipient: str, raw: bytes) -> str:
    """Hands a mail over from nobody, as bounces come; returns the server's code."""
    server = aiosmtplib.SMTP(hostname="127.0.0.1", port=settings.inbound_port, start_tls=False)
    async with server:
        try:
            await server.sendmail("", [recipient], raw)
        except aiosmtplib.SMTPRecipientsRefused as no:
            return str(no.recipients[0].code)
        except aiosmtplib.SMTPResponseException as no:
            return str(no.code)
    return "250"


def key(organisation: UUID = cast.BJORKEN, seat: str = "coordinator", lead: int = 30, obligation: UUID = OBLIGATION) -> str:
    """A reminder's key, as reminders make them."""
    return f"reminder:{obligation}:2024-12-31:{lead}:{organisation}:{seat}"


async def sent(who: str, *, letter_id: UUID | None = None, organisation: UUID = cast.BJORKEN, at: dt.datetime = NOW, **fields: Any) -> UUID:
    """A row that went out to this person in a letter, one of its own where none is named; returns the letter's id."""
    letter_id = letter_id or uuid.uuid4()
    seat = fields.get("seat", "coordinator")
    kept = {
        "organisation_id": organisation,
        "key": key(organisation, seat),
        "kind": "reminder",
        "channel": "mail",
        "title": "Löftet går ut om 30 dagar",
        "seat": seat,
        "person_id": cast.person_id(who),
        "lead_days": 30,
        "due_at": at,
        "state": "sent",
        "attempts": 1,
        "address": cast.email(who),
        "message_id": f"<{letter_id}@{letters.host(HOME)}>",
        "created_at": at,
        "settled_at": at,
        **fields,
    }
    async with database.across_organisations() as link:
        await link.execute(
            f"INSERT INTO delivery ({', '.join(kept)}) VALUES ({', '.join(f'${place}' for place in range(1, len(kept) + 1))})", *kept.values()
        )
    return letter_id


def path(letter_id: UUID) -> str:
    """Where that letter comes back."""
    return letters.return_path(HOME, letter_id)


def report(letter_id: UUID, status: str = "5.1.1", said: str = "smtp; 550 5.1.1 User unknown", **more: Any) -> bytes:
    """A report about that letter, by RFC 3464."""
    return dsn(status, said, message_id=f"<{letter_id}@{letters.host(HOME)}>", **more)


async def rows(condition: str = "true", *values: Any) -> list[Any]:
    async with database.across_organisations() as link:
        found: list[Any] = await link.fetch(f"SELECT * FROM delivery WHERE {condition} ORDER BY key", *values)
    return found


async def address(who: str) -> Any:
    async with database.across_organisations() as link:
        return await link.fetchrow("SELECT * FROM suppression WHERE email = $1", cast.email(who))


async def counts() -> dict[str, int]:
    async with database.across_organisations() as link:
        return {row["outcome"]: row["count"] for row in await link.fetch("SELECT * FROM inbound_count")}


async def instead() -> dict[str, UUID | None]:
    """The rows for somebody else, by key."""
    return {row["key"]: row["person_id"] for row in await rows("via = 'bounced' AND state = 'planned'")}
