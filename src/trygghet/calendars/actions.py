"""Give somebody an address for their calendar, and read what it leads to."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from trygghet import clock, database
from trygghet.calendars import rules, store
from trygghet.calendars.rules import NOBODYS, Owed
from trygghet.obligations import actions as obligations
from trygghet.swedish import NotFound
from trygghet.tenancy import MAY, Act

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.calendars.ics import Entry
    from trygghet.calendars.rules import Address
    from trygghet.obligations.cancelled import Cancelled
    from trygghet.obligations.rules import Obligation


class Found(NamedTuple):
    """Somebody's address, and what they may read by it that day."""

    address: Address
    entries: list[Entry]


async def across_organisations_renew(person_id: UUID, *, now: dt.datetime) -> None:
    """Gives the person an address; one that they had before opens nothing from then on."""
    async with database.across_organisations():
        await store.across_organisations_renew(person_id, secrets.token_bytes(rules.NONCE), now)


async def across_organisations_address(person_id: UUID) -> Address | None:
    """The person's own address, if they have asked for one."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_address_of(person_id)


async def across_organisations_read(name: str, *, secret: str, public_url: str, now: dt.datetime) -> Found:
    """The calendar at that address. Raises `NotFound` for an address that is none, or no longer, and for who holds no office that reads today."""
    address_id = rules.named_by(name)
    async with database.across_organisations(readonly=True):
        address = await store.across_organisations_address(address_id) if address_id else None
    if not rules.fits(name, address or NOBODYS, secret) or address is None:
        raise NotFound
    found = await across_organisations_entries(address.person_id, public_url=public_url, now=now)
    if found is None:
        raise NotFound
    return Found(address, found)


async def across_organisations_entries(person_id: UUID, *, public_url: str, now: dt.datetime) -> list[Entry] | None:
    """All that the person may see in every organisation where they may read today; None where there is none."""
    async with database.across_organisations(readonly=True):
        held = await store.across_organisations_held(person_id, MAY[Act.READ], clock.day(now))
    every = [Owed(name, *await _owed(organisation, now)) for organisation, name in held]
    return rules.entries(every, public_url) if every else None


async def _owed(organisation: UUID, now: dt.datetime) -> tuple[list[Obligation], list[Cancelled]]:
    async with database.within(organisation, readonly=True):
        return await obligations.obligations(organisation), await obligations.cancelled(organisation, now - rules.CARRIED)
