"""Connect an account, hand it to a channel, note that it works or needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.channels import Account, Health
from trygghet.channels.sealing import reseal, seal
from trygghet.connections import store
from trygghet.connections.rules import ASSISTED, MEND, NEEDS_HUMAN, OK, SEALED_ELSEWHERE, WARNING, WEBHOOK, Rotated
from trygghet.health.rules import Check
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.channels.sealing import Keys
    from trygghet.connections.rules import Connection


async def add(
    organisation: UUID,
    *,
    channel: str,
    name: str,
    base_url: str,
    token: str,
    secret_key: Keys,
    form: str = "",
    health: Health | None = None,
    owner_id: UUID | None = None,
    now: dt.datetime,
) -> UUID:
    """Connects an account; the token is sealed with the present key. The same account again renews its token.

    `health` is what was found when it was tested. An empty token is none, and never takes the place of one that is there: raises `Refusal`.
    """
    if not token and channel != ASSISTED:
        raise Refusal("connection.no_secret", field="hemlighet")
    known = health or Health(OK)
    async with database.within(organisation):
        return await store.add(
            organisation,
            channel=channel,
            name=name,
            base_url=base_url.rstrip("/"),
            secret=seal(secret_key, token),
            form=form,
            account_id=known.account_id,
            limits=known.limits,
            owner_id=owner_id,
            expires_at=known.expires_at,
            now=now,
        )


async def account(organisation: UUID, connection_id: UUID) -> Account:
    """The organisation's account as a channel takes it, the token still sealed. Raises `NotFound`."""
    async with database.within(organisation):
        return as_account(*await store.get(organisation, connection_id))


def as_account(connection: Connection, secret: bytes) -> Account:
    """A connection as a channel takes it."""
    return Account(
        connection.base_url, secret.decode("ascii"), connection.name, connection.form, connection.account_id, connection.limits, connection.id
    )


async def get(organisation: UUID, connection_id: UUID) -> Connection:
    """One of the organisation's own accounts. Raises `NotFound`, also for a room in a chat."""
    async with database.within(organisation):
        found, _ = await store.get(organisation, connection_id)
    if found.channel == WEBHOOK:
        raise NotFound
    return found


async def accounts(organisation: UUID) -> list[Connection]:
    """The organisation's own accounts by channel and name, those that are switched off too."""
    async with database.within(organisation):
        return await store.accounts(organisation)


async def of(organisation: UUID, parties: Sequence[UUID]) -> list[Connection]:
    """Our accounts and those of these parties of a common promise, for choosing where an update goes."""
    async with database.within(organisation):
        return await store.of(organisation, parties)


async def webhooks(organisation: UUID) -> list[Connection]:
    """The organisation's own channels, by name; those that are switched off too."""
    async with database.within(organisation):
        return await store.webhooks(organisation)


async def webhook(organisation: UUID, connection_id: UUID) -> Connection:
    """One of the organisation's own channels. Raises `NotFound`."""
    found = next((one for one in await webhooks(organisation) if one.id == connection_id), None)
    if found is None:
        raise NotFound
    return found


async def switch(organisation: UUID, connection_id: UUID, *, on: bool, why: str = "", now: dt.datetime) -> None:
    """Switches a connection off, or on again."""
    async with database.within(organisation):
        await store.switch(organisation, connection_id, on=on, why=why, now=now)


async def change_secret(organisation: UUID, connection_id: UUID, token: str, *, secret_key: Keys) -> None:
    """Another secret for the same account."""
    async with database.within(organisation):
        await store.change_secret(organisation, connection_id, seal(secret_key, token))


async def remove(organisation: UUID, connection_id: UUID) -> None:
    """Forgets a connection and its secret."""
    async with database.within(organisation):
        await store.remove(organisation, connection_id)


async def needs_human(organisation: UUID, connection_id: UUID, *, why: str, now: dt.datetime) -> None:
    """The account is refused until somebody renews it."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, NEEDS_HUMAN, why, now)


async def fails(organisation: UUID, connection_id: UUID, *, why: str, now: dt.datetime) -> None:
    """Something did not get through, and the account is not to blame, so far as one can tell."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, WARNING, why, now)


async def works(organisation: UUID, connection_id: UUID, *, now: dt.datetime) -> None:
    """Something has just gone through it."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, OK, "", now)


async def note_check(organisation: UUID, connection_id: UUID, health: Health, *, now: dt.datetime) -> None:
    """The account has been looked at: how it is, and what its server says that it takes."""
    async with database.within(organisation):
        await store.set_state(organisation, connection_id, health.state, health.why, now)
        await store.note_check(organisation, connection_id, account_id=health.account_id, limits=health.limits, expires_at=health.expires_at, now=now)


async def note_warning(organisation: UUID, connection_id: UUID, days: int) -> None:
    """Its owner is being told that somebody must renew it within so many days."""
    async with database.within(organisation):
        await store.note_warning(organisation, connection_id, days)


async def across_organisations_rotate(keys: Keys, *, now: dt.datetime) -> Rotated:
    """Seals every secret anew under the present key. What no known key opens is left as it is, and asks for a person."""
    unreadable: list[str] = []
    sealed = 0
    async with database.across_organisations():
        for of, row_id, name, secret in await store.across_organisations_sealed():
            again = reseal(keys, secret.decode("ascii"))
            if again is not None:
                await store.across_organisations_reseal(of, row_id, again)
                sealed += 1
            elif of == "connection":
                await store.across_organisations_refuse(row_id, SEALED_ELSEWHERE, now)
                unreadable.append(name)
    return Rotated(sealed, tuple(unreadable))


async def across_organisations_examine() -> Check:
    """For `trygghet doctor`: how many there are, and how many wait for a person. That is theirs to mend, and no fault of the set-up."""
    async with database.across_organisations(readonly=True):
        states = await store.across_organisations_states()
    waiting = states.get(NEEDS_HUMAN, 0)
    if waiting:
        return Check("kopplingar", found=f"{waiting} av {sum(states.values())} måste återanslutas", mend=MEND, to_know=True)
    return Check("kopplingar", found=f"{sum(states.values())}, ingen måste återanslutas")
