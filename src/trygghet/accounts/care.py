"""What is done each day so that accounts keep working: they are looked at, and whoever must do something is told in time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.accounts import actions, rules, store
from trygghet.accounts.rules import Case
from trygghet.channels.sealing import unseal
from trygghet.connections import actions as connections
from trygghet.connections import keeping
from trygghet.connections.rules import HOOK, NEEDS_HUMAN, WARNED, days_left, has_failed_too_long, warning_due
from trygghet.installation import actions as installation
from trygghet.members import actions as members
from trygghet.members import log
from trygghet.notices import actions as notices
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.connections.rules import Connection
    from trygghet.settings import Settings

APART = dt.timedelta(days=1)
AT_ONCE = 5
"""So many are looked at in one go: the checks of a day lie as far apart as the accounts were connected."""


async def across_organisations_attend(settings: Settings, *, now: dt.datetime) -> None:
    """Looks at the accounts whose turn it is, and tells what has to be told. Run twice it changes nothing. A copy looks at nothing."""
    async with database.across_organisations():
        if not await installation.across_organisations_may_speak():
            return
        due = await store.across_organisations_to_check(now - APART, AT_ONCE)
    for organisation, connection_id in due:
        await _look(organisation, connection_id, settings, now)
    await across_organisations_tell(now=now)


async def _look(organisation: UUID, connection_id: UUID, settings: Settings, now: dt.datetime) -> None:
    try:
        connection = await connections.get(organisation, connection_id)
        if connection.channel == HOOK:
            await _drop_old_secret(connection, settings, now)
        await actions.check(organisation, connection_id, settings=settings, now=now)
    except NotFound:  # taken away meanwhile
        return


async def _drop_old_secret(connection: Connection, settings: Settings, now: dt.datetime) -> None:
    """What was to be known for one more day is forgotten."""
    organisation = connection.organisation_id
    async with keeping.alone(connection.id), database.within(organisation):
        stored = unseal(settings.secret_keys, (await connections.account(organisation, connection.id)).token)
        if stored is not None and (after := rules.settled(rules.keys(stored), now)).stored != rules.keys(stored).stored:
            await connections.change_secret(organisation, connection.id, after.stored, secret_key=settings.secret_keys)


async def across_organisations_tell(*, now: dt.datetime) -> None:
    """Plans the mails about accounts that are refused, end soon, or have failed for too long; the last are switched off."""
    async with database.across_organisations():
        found = await store.across_organisations_to_tell(now - rules.RECENT, now + dt.timedelta(days=WARNED[-1] + 1))
    for organisation, connection_id in found:
        await _tell(organisation, connection_id, now)


async def _tell(organisation: UUID, connection_id: UUID, now: dt.datetime) -> None:
    today = clock.day(now)
    async with database.within(organisation):
        connection = await connections.get(organisation, connection_id)
        owner = connection.owner_id if connection.owner_id in await store.seated(organisation, today) else None
        case = Case(connection, owner, (await store.waits(organisation, [connection_id])).get(connection_id, rules.NOTHING))
        if connection.state == NEEDS_HUMAN:
            await notices.plan(organisation, None, rules.refused(case), now=now)
        elif has_failed_too_long(connection, now):
            await notices.plan(organisation, None, rules.switched_off(case, now), now=now)
            await connections.switch(organisation, connection_id, on=False, why=rules.OFF_BY_ITSELF, now=now)
            await members.record(organisation, log.Happened("channel_paused", connection.name), by=log.OPERATIONS, now=now)
        elif (step := warning_due(connection, today)) is not None:
            await notices.plan(organisation, None, rules.ends_soon(case, step, days_left(connection, today) or 0), now=now)
            await connections.note_warning(organisation, connection_id, step)
