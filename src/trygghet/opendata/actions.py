"""What is read as data, each in one short unit of work; and the keys that lift the limit."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.opendata import rules, store
from trygghet.opendata.rules import Key, UnknownKey
from trygghet.opendata.store import Part
from trygghet.site import told
from trygghet.site.moved import Moved
from trygghet.site.rules import NEWEST
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Sequence
    from uuid import UUID

    from trygghet.members.log import Actor
    from trygghet.opendata.rules import Scope, Stamp, Wanted
    from trygghet.opendata.shaping import Home, Known, Voiced
    from trygghet.site.followed import Followed
    from trygghet.site.rules import Published

BATCH = 20
"""So many promises are held in memory while everything is told."""
MOST_OF_ONE = 5_000
"""So many updates or follow-ups are read in one go, of one municipality or promise."""


@dataclass(frozen=True)
class Listed:
    """A part of a list, and how many there are in all."""

    found: list[Any]
    total: int


# ---------------------------------------------------------------- lists
async def across_organisations_homes(kind: str, wanted: Wanted) -> Listed:
    """Municipalities (`municipality`) or police areas (`police`)."""
    async with database.published():
        found = await store.across_organisations_homes(kind, Part(wanted.size, wanted.offset))
        return Listed(found, await store.across_organisations_home_count(kind))


async def across_organisations_home(kind: str, slug: str) -> Home:
    """One of them. Raises `NotFound`, or `Moved` where it is found under another name now."""
    async with database.published():
        found = await store.across_organisations_home(kind, slug)
        if found is None:
            raise await _absent(slug)
    return found


async def _absent(slug: str | None) -> NotFound:
    now = await store.across_organisations_moved(slug) if slug else None
    return Moved(slug, now) if slug and now else NotFound()


async def _listed(scope: Scope, found: list[Any], total: int) -> Listed:
    """Nothing at all is perhaps the answer to a name that holds no longer: then `Moved`."""
    if not total and isinstance(absent := await _absent(scope.slug), Moved):
        raise absent
    return Listed(found, total)


async def across_organisations_promises(scope: Scope, wanted: Wanted) -> Listed:
    """Promises in short."""
    async with database.published():
        found = await store.across_organisations_heads(scope, Part(wanted.size, wanted.offset))
        return await _listed(scope, found, await store.across_organisations_promise_count(scope))


async def across_organisations_promise(promise_id: UUID) -> Known:
    """A whole promise. Raises `NotFound`."""
    async with database.published():
        found = await store.across_organisations_whole(rules.Scope(promise_id=promise_id), Part(1, 0))
    if not found:
        raise NotFound
    return found[0]


async def across_organisations_updates(scope: Scope, since: dt.datetime | None, wanted: Wanted) -> Listed:
    """Updates, each with the municipality whose page it is on."""
    async with database.published():
        found = await store.across_organisations_updates(scope, since, Part(wanted.size, wanted.offset))
        return await _listed(scope, found, await store.across_organisations_update_count(scope, since))


async def across_organisations_follow_ups(scope: Scope, wanted: Wanted) -> Listed:
    """Signed follow-ups."""
    async with database.published():
        found = await store.across_organisations_follow_ups(scope, Part(wanted.size, wanted.offset))
        return await _listed(scope, found, await store.across_organisations_follow_up_count(scope))


# ---------------------------------------------------------------- whole files
async def across_organisations_known(scope: Scope) -> None:
    """Raises `NotFound` where nothing is published within the scope, or `Moved` where its municipality has another name now."""
    async with database.published():
        if not await store.across_organisations_promise_count(scope):
            raise await _absent(scope.slug)


async def across_organisations_stamp() -> Stamp:
    """What changes whenever anything published does."""
    async with database.published():
        return await store.across_organisations_stamp()


async def across_organisations_every_promise(scope: Scope) -> AsyncIterator[list[Known]]:
    """All of them, some at a time, each lot in a unit of work of its own: a slow reader holds no connection."""
    offset = 0
    while True:
        async with database.published():
            found = await store.across_organisations_whole(scope, Part(BATCH, offset))
        if not found:
            return
        yield found
        offset += BATCH


async def across_organisations_every_update(scope: Scope) -> AsyncIterator[list[Voiced]]:
    """All of them, the same way."""
    offset = 0
    while True:
        async with database.published():
            found = await store.across_organisations_updates(scope, None, Part(MOST_OF_ONE, offset))
        if not found:
            return
        yield found
        offset += MOST_OF_ONE


async def across_organisations_every_follow_up(scope: Scope) -> AsyncIterator[list[Followed]]:
    """All of them, the same way."""
    offset = 0
    while True:
        async with database.published():
            found = await store.across_organisations_follow_ups(scope, Part(BATCH, offset))
        if not found:
            return
        yield found
        offset += BATCH


async def across_organisations_addresses(part: Part) -> tuple[list[tuple[str, dt.datetime]], int]:
    """The addresses of pages about what is published, and how many there are in all."""
    async with database.published():
        return await store.across_organisations_addresses(part), await store.across_organisations_address_count()


# ---------------------------------------------------------------- feeds and calendars of several promises
@dataclass(frozen=True)
class Heard:
    """What was told of several promises, newest first, and when any of them was published the last time."""

    updates: list[Voiced]
    changed_at: dt.datetime


async def across_organisations_heard(today: dt.date) -> Heard:
    """The newest of everything. Raises `NotFound` before there is any organisation."""
    async with database.published():
        stamp = await store.across_organisations_stamp()
        if stamp.published_at is None:
            raise NotFound
        return Heard(await store.across_organisations_newest(None, told.since(today), NEWEST), stamp.published_at)


async def across_organisations_heard_in(slug: str, today: dt.date) -> tuple[Home, Heard]:
    """The newest in a police area, with the area. Raises `NotFound` where there is no such area."""
    home, found = await across_organisations_promises_of_area(slug, today)
    async with database.published():
        updates = await store.across_organisations_newest([one.promise_id for one in found], told.since(today), NEWEST)
    return home, Heard(updates, max((one.published_at for one in found), default=home.changed_at))


async def across_organisations_promises_in(slugs: Sequence[str]) -> list[Published]:
    """The promises of these municipalities, each once."""
    async with database.published():
        found = await store.across_organisations_covered(slugs)
    return list({one.promise_id: one for one in reversed(found)}.values())[::-1]


async def across_organisations_promises_of_area(slug: str, today: dt.date) -> tuple[Home, list[Published]]:
    """The promises of the municipalities that a police area covers that day. Raises `NotFound`."""
    home = await across_organisations_home("police", slug)
    return home, await across_organisations_promises_in(rules.covered(home.municipalities, today))


# ---------------------------------------------------------------- keys
async def keys(organisation: UUID) -> list[Key]:
    """The organisation's keys, the newest first."""
    async with database.within(organisation, readonly=True):
        return await store.keys(organisation)


async def issue(organisation: UUID, name: str, *, by: Actor, now: dt.datetime) -> str:
    """A new key, which is shown this once: only its hash is kept. Raises `Refusal` for a name that will not do, and where there are too many."""
    kept, key = rules.key_name(name), rules.KEY_BEGINS + secrets.token_urlsafe(32)
    async with database.within(organisation):
        rules.check_room(await store.keys(organisation))
        await store.add_key(organisation, kept, _hash(key), by, now)
    return key


async def revoke(organisation: UUID, key_id: UUID, *, by: Actor, now: dt.datetime) -> None:
    """Takes a key back. Raises `NotFound`; one that was taken back before stays as it was."""
    async with database.within(organisation):
        if not any(one.id == key_id for one in await store.keys(organisation)):
            raise NotFound
        await store.revoke_key(organisation, key_id, by, now)


async def across_organisations_key(key: str) -> UUID:
    """Which key that is. Raises `UnknownKey`."""
    async with database.across_organisations(readonly=True):
        found = await store.across_organisations_key(_hash(key))
    if found is None:
        raise UnknownKey
    return found


def _hash(key: str) -> bytes:
    """A key is 256 random bits, so that one round of SHA-256 is enough: there is nothing to guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
