"""Choose how one's organisation shows itself; read that as residents do; report a fault to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import clock, database, swedish
from trygghet.members import actions as members
from trygghet.members.log import Happened
from trygghet.notices import actions as notices
from trygghet.notices.rules import ADMINISTRATOR, COORDINATOR, Notice
from trygghet.profiles import crest, rules, store
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.members.log import Actor
    from trygghet.profiles.rules import Fault, Profile, Reported, Wanted


async def read(organisation: UUID) -> Profile:
    """The organisation's profile."""
    async with database.within(organisation, readonly=True):
        return await store.profile(organisation)


async def choose(organisation: UUID, wanted: Wanted, picture: bytes, *, without_crest: bool, seen: str, by: Actor, now: dt.datetime) -> None:
    """Keeps the profile, which residents see at once. An empty `picture` leaves the crest as it is. `seen` is the mark of what the
    writer saw, empty where nobody looked.

    Raises `Refusal`, also where a colleague has changed it since.
    """
    drawn = crest.drawn(picture) if picture else None
    async with database.within(organisation):
        before = await store.profile(organisation)
        takes_away = without_crest and drawn is None and bool(before.look.crest_hash)
        is_new = drawn is not None and drawn.sha256 != before.look.crest_hash
        what = rules.changed(before, wanted, crest=takes_away or is_new)
        if not what:
            return
        if seen not in {"", before.mark}:
            raise Refusal("profile.changed", what=what)
        await store.change(organisation, wanted, now=now)
        if takes_away or is_new:
            await store.put_crest(organisation, drawn, now=now)
        await members.record(organisation, Happened("profile_changed", what), by=by, now=now)


async def faults(organisation: UUID, *, now: dt.datetime) -> list[Reported]:
    """What has been reported to the organisation and is still kept, latest first."""
    async with database.within(organisation, readonly=True):
        return await store.faults(organisation, now - rules.KEPT)


async def across_organisations_profile(slug: str) -> Profile:
    """An organisation's profile as residents read it. Raises `NotFound`."""
    async with database.published():
        found = await store.across_organisations_profile(slug)
    if found is None:
        raise NotFound
    return found


async def across_organisations_profiles() -> list[Profile]:
    """Every organisation's, by name."""
    async with database.published():
        found = await store.across_organisations_profiles()
    return sorted(found, key=lambda one: swedish.sort_key(one.look.name))


async def across_organisations_crest(slug: str) -> bytes:
    """The crest as residents see it. Raises `NotFound`."""
    async with database.published():
        found = await store.across_organisations_crest(slug)
    if not found:
        raise NotFound
    return found


async def report_fault(organisation: UUID, fault: Fault, network: str, *, now: dt.datetime) -> None:
    """A letter to whoever is administrator or coordinator there when it goes. The same report twice on a day is one. Raises `Refusal`."""
    day = clock.day(now)
    fault_id = fault.id(organisation, day)
    async with database.within(organisation):
        await store.lock_faults(organisation)
        await store.forget_faults(organisation, now - rules.KEPT)
        if not await store.add_fault(organisation, fault_id, fault, network, now=now):
            return
        near, every = await store.faults_since(organisation, network, now - rules.DAY)
        rules.check_room(near - 1, every - 1)
        await notices.plan(organisation, None, _letter(organisation, fault_id, fault), now=now)


async def across_organisations_forget(*, now: dt.datetime) -> None:
    """Each night: reports that are older than they are kept, also where no new ones come."""
    async with database.across_organisations():
        await store.across_organisations_forget_faults(now - rules.KEPT)


def _letter(organisation: UUID, fault_id: UUID, fault: Fault) -> Notice:
    answer = f"Den som skrev vill ha svar till {fault.email}." if fault.email else "Den som skrev har inte lämnat någon adress."
    return Notice(
        key=f"fault:{fault_id}",
        headline="Någon har anmält en brist i tillgängligheten",
        lines=(*fault.text.split("\n"), f"Sida: {fault.page}" if fault.page else "Ingen sida är angiven.", answer),
        link="/profil#anmalt",
        action="Läs anmälan",
        because="Ni svarar för att sidorna om era löften är tillgängliga.",
        seats={organisation: (ADMINISTRATOR, COORDINATOR)},
    )
