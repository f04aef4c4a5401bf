"""Lay up an organisation; keep a police area's register of municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.members import actions as members
from trygghet.members.log import OPERATIONS, Happened
from trygghet.organisations import rules, store
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection
    from uuid import UUID

    from trygghet.members.log import Actor
    from trygghet.organisations.rules import Covered, Organisation


async def across_organisations_add(wanted: Organisation, ours: Collection[str], *, now: dt.datetime) -> UUID:
    """A new organisation, which nobody belongs to yet; `ours` are names that addresses already begin with. Raises `Refusal`."""
    rules.check(wanted, ours)
    async with database.across_organisations():
        made = await store.across_organisations_add(wanted, now)
        if made is None:
            raise Refusal("organisation.taken", slug=wanted.slug)
    await members.record(made, Happened("organisation_added", wanted.name), by=OPERATIONS, now=now)
    return made


async def across_organisations_rename(old: str, new: str, ours: Collection[str], *, now: dt.datetime) -> None:
    """Another name in addresses; the old one leads to it from then on, and nobody else can have it. Raises `Refusal`."""
    rules.check_slug(new, ours)
    organisation = await members.across_organisations_known_as(old)
    async with database.across_organisations():
        if not await store.across_organisations_rename(organisation, old, new, now):
            raise Refusal("organisation.taken", slug=new)
    await members.record(organisation, Happened("organisation_renamed", old, office=new), by=OPERATIONS, now=now)


async def covered(organisation: UUID, *, today: dt.date) -> list[Covered]:
    """The municipalities of a police area, or the police areas of a municipality, those that were included."""
    async with database.within(organisation, readonly=True):
        return rules.in_order(await store.covered(organisation), today)


async def municipalities(organisation: UUID) -> list[tuple[UUID, str]]:
    """The municipalities that a police area may choose among, by id and name."""
    async with database.within(organisation, readonly=True):
        return await store.municipalities(organisation)


async def join(organisation: UUID, municipality_id: UUID, first: dt.date, last: dt.date | None, *, by: Actor, now: dt.datetime) -> None:
    """A police area takes in a municipality, both days included. Raises `Refusal`."""
    async with database.within(organisation):
        await store.lock(organisation)
        name = dict(await store.municipalities(organisation)).get(municipality_id)
        if name is None:
            raise Refusal("area.unknown", field="kommun")
        rules.check_joining(await store.covered(organisation), municipality_id, name, first, last)
        await store.join(organisation, municipality_id, first, last)
        await members.record(organisation, Happened("area_added", name, first=first, last=last), by=by, now=now)


async def leave(organisation: UUID, area_membership_id: UUID, last: dt.date, *, by: Actor, now: dt.datetime) -> None:
    """A municipality leaves a police area after that day. Raises `NotFound` where it is no police area's own row, and `Refusal`."""
    async with database.within(organisation):
        await store.lock(organisation)
        found = await store.covered(organisation)
        one = next((one for one in found if (one.id, one.police_id) == (area_membership_id, organisation)), None)
        if one is None:
            raise NotFound
        rules.check_leaving(one, last, clock.day(now))
        await store.leave(organisation, area_membership_id, last)
        await members.record(organisation, Happened("area_ended", one.municipality, last=last), by=by, now=now)
