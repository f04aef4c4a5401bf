"""Connect an account, renew it, switch it off and on, take it away. Each is tested before it is saved, and every address looked at first."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from trygghet import channels, clock, database
from trygghet.accounts import leave, rules, store
from trygghet.accounts.rules import Gone
from trygghet.accounts.typed import Wanted
from trygghet.channels import Account, Health, Place, hook
from trygghet.channels.sealing import seal, unseal
from trygghet.connections import actions as connections
from trygghet.connections import keeping
from trygghet.connections.rules import ASSISTED, HOOK, NEEDS_HUMAN, OK
from trygghet.members import actions as members
from trygghet.members.log import Happened
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Sequence
    from uuid import UUID

    from trygghet.accounts.rules import Shown
    from trygghet.settings import Settings
    from trygghet.tenancy import Asking


# ---------------------------------------------------------------- reading
async def read(organisation: UUID, *, now: dt.datetime) -> list[Shown]:
    """The organisation's accounts with their owners and what waits because of them; first what needs somebody."""
    today = clock.day(now)
    async with database.within(organisation, readonly=True):
        found = await connections.accounts(organisation)
        waits = await store.waits(organisation, [one.id for one in found])
        seated = await store.seated(organisation, today) if found else {}
    return sorted(
        (rules.Shown(one, seated.get(one.owner_id, "") if one.owner_id else "", waits.get(one.id, rules.NOTHING), today) for one in found),
        key=lambda one: one.place_in_list,
    )


async def troubles(organisation: UUID, *, now: dt.datetime) -> list[Shown]:
    """Those that a person must do something about, for the overview."""
    return [one for one in await read(organisation, now=now) if one.stands_out]


async def people(organisation: UUID, *, today: dt.date) -> dict[UUID, str]:
    """Who may be asked to post by hand."""
    async with database.within(organisation, readonly=True):
        return await store.seated(organisation, today)


# ---------------------------------------------------------------- testing and saving
class _Caught:
    """Keeps what a server renews while the account is being tested, and has no row yet."""

    def __init__(self) -> None:
        self.sealed = ""

    @asynccontextmanager
    async def alone(self, account: Account) -> AsyncIterator[Account]:
        """Nobody else knows of it."""
        yield account

    async def renewed(self, account: Account, sealed: str) -> None:
        """What is saved instead of what was typed."""
        del account
        self.sealed = sealed


def place(settings: Settings, channel: str, keeper: channels.Keeper | None = None) -> Place:
    """The channel that speaks to such an account. Raises `NotFound` where this installation has none."""
    found = channels.ready(settings, keeper or keeping.Keeper(settings.secret_keys)).get(channel)
    if found is None:
        raise NotFound
    return cast("Place", found)


async def connect(organisation: UUID, wanted: Wanted, *, by: Asking, settings: Settings, now: dt.datetime) -> UUID:
    """Tests an account and saves it; the same account again is renewed.

    Raises `Refusal` with what its server said, or where another account was given than the one to be renewed.
    """
    if wanted.owner_id is not None and wanted.owner_id not in await people(organisation, today=clock.day(now)):
        raise Refusal("account.who", field="vem")
    wanted = await leave.located(wanted, settings)
    if wanted.channel != ASSISTED or not settings.example:  # nobody speaks to it there, and the example must not
        await leave.reach(wanted.base_url, wanted.field, settings)
    health, token = (Health(OK), wanted.token) if wanted.channel == HOOK else await _tested(wanted, settings)
    name = health.name or wanted.name
    async with database.within(organisation):
        before = {one.name: one for one in await connections.accounts(organisation) if one.channel == wanted.channel}
        if wanted.renews is not None and getattr(before.get(name), "id", None) != wanted.renews:
            raise Refusal("account.another", field=wanted.field, name=name)
        made = await connections.add(
            organisation,
            channel=wanted.channel,
            name=name,
            base_url=wanted.base_url,
            token=token,
            secret_key=settings.secret_keys,
            form=wanted.form,
            health=health,
            owner_id=wanted.owner_id or by.person_id,
            now=now,
        )
        await members.record(
            organisation, Happened("channel_renewed" if name in before else "channel_connected", name), by=members.actor(by), now=now
        )
    return made


async def _tested(wanted: Wanted, settings: Settings) -> tuple[Health, str]:
    """How the account is, and its secret as it is after the test."""
    caught = _Caught()
    sealed = seal(settings.secret_keys, wanted.token).decode("ascii")
    account = Account(wanted.base_url, sealed, wanted.name, wanted.form)
    channel = place(settings, wanted.channel, caught)
    health = await channel.check(account)
    await channel.close()
    if health.state == NEEDS_HUMAN or (health.state != OK and not health.account_id):
        raise Refusal("account.refused", field=wanted.field, why=rules.for_who_waits(health.why))
    return health, (unseal(settings.secret_keys, caught.sealed) if caught.sealed else None) or wanted.token


# ---------------------------------------------------------------- a program that is told
async def connect_hook(organisation: UUID, wanted: Wanted, *, by: Asking, settings: Settings, now: dt.datetime) -> str:
    """Connects a program of theirs; its address is the token. Returns the secret that signs what it is told, shown once and never again.

    Raises `Refusal`.
    """
    if any(one.name == wanted.name and one.channel == HOOK and one.id != wanted.renews for one in await connections.accounts(organisation)):
        raise Refusal("account.taken", field="namn", name=wanted.name)
    fresh = hook.new_secret()
    await leave.answers(wanted.token, wanted.field, settings)  # more cannot be tried: it does not know the secret yet
    await connect(organisation, wanted._replace(token=rules.Keys(wanted.token, (fresh,)).stored), by=by, settings=settings, now=now)
    return fresh


async def change_hook_secret(organisation: UUID, connection_id: UUID, *, by: Asking, settings: Settings, now: dt.datetime) -> tuple[str, str]:
    """Makes a new secret, shown once, and returns it after the connection's name; the one before signs for another day. Raises `NotFound`, or `Refusal` where no key opens what is there."""
    fresh = hook.new_secret()
    async with keeping.alone(connection_id), database.within(organisation):
        connection = await connections.get(organisation, connection_id)
        if connection.channel != HOOK:
            raise NotFound
        stored = unseal(settings.secret_keys, (await connections.account(organisation, connection_id)).token)
        if stored is None:
            raise Refusal("account.unreadable", name=connection.name)
        after = rules.rotated(rules.keys(stored), fresh, now)
        await connections.change_secret(organisation, connection_id, after.stored, secret_key=settings.secret_keys)
        await connections.note_check(organisation, connection_id, Health(connection.state, connection.state_why), now=now)  # looked at again in a day
        await members.record(organisation, Happened("channel_secret_changed", connection.name), by=members.actor(by), now=now)
    return connection.name, fresh


# ---------------------------------------------------------------- what is done with one
async def check(organisation: UUID, connection_id: UUID, *, settings: Settings, now: dt.datetime) -> Health:
    """Asks the server how the account is, and notes it. Raises `NotFound`."""
    connection = await connections.get(organisation, connection_id)
    channel = place(settings, connection.channel)
    health = await channel.check(await connections.account(organisation, connection_id))
    await channel.close()
    await connections.note_check(organisation, connection_id, health, now=now)
    return health


async def switch(organisation: UUID, connection_id: UUID, *, on: bool, by: Asking, now: dt.datetime) -> None:
    """Switches an account off, or on again. Raises `NotFound`."""
    async with database.within(organisation):
        connection = await connections.get(organisation, connection_id)
        await connections.switch(organisation, connection_id, on=on, now=now)
        await members.record(organisation, Happened("channel_resumed" if on else "channel_paused", connection.name), by=members.actor(by), now=now)


async def disconnect(organisation: UUID, connection_id: UUID, *, by: Asking, settings: Settings, now: dt.datetime) -> Gone:
    """Forgets an account and its tokens, and takes them back at its server where that can be done. Raises `NotFound`."""
    async with keeping.alone(connection_id):
        connection = await connections.get(organisation, connection_id)
        account = await connections.account(organisation, connection_id)
        left = await leave.take_back(connection, account, settings=settings)
        async with database.within(organisation):
            await connections.remove(organisation, connection_id)
            await members.record(organisation, Happened("channel_removed", connection.name), by=members.actor(by), now=now)
    return Gone(connection.name, left)


def choices(settings: Settings) -> Sequence[str]:
    """What can be connected in this installation."""
    return [one for one in rules.PLACES if one != "facebook" or settings.facebook_app_id]
