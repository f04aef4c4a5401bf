"""When reports are due: each party's own rhythms, and the days on which bodies meet. Duties and reminders follow every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet import database
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.obligations import actions as obligations
from trygghet.obligations import rhythms
from trygghet.obligations.rules import report_duty
from trygghet.promises import actions as promises
from trygghet.promises.rules import State
from trygghet.reports import meetings, store
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.obligations.rhythms import Meeting, Report, Rhythm
    from trygghet.promises.promise import Promise
    from trygghet.reports.meetings import Body, Change, Effect, Kept
    from trygghet.tenancy import Asking

OWN = "own"
"""What the keys of one's own duties begin with."""
ALIVE = {State.COMING, State.IN_FORCE, State.ENDING, State.ENDED, State.ENDED_EARLY}


# ---------------------------------------------------------------- one's own rhythms
class Reporting(NamedTuple):
    """To whom a promise is reported: by its text, and by one's own rhythms beside it."""

    promise: Promise
    own: Sequence[Rhythm]


async def reporting(organisation: UUID, promise_id: UUID) -> Reporting:
    """The rhythms of a promise as the organisation sees them. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        promise = await promises.read(organisation, promise_id)
        return Reporting(promise, (await store.own_rhythms(organisation, promise_id=promise_id)).get(promise_id, []))


async def add_rhythm(organisation: UUID, promise_id: UUID, rhythm: Rhythm, *, by: Asking, now: dt.datetime) -> None:
    """A report that the organisation owes by itself; its duties and reminders are its own. Raises `NotFound`, `Refusal` for one that is there."""
    async with database.within(organisation):
        promise = await promises.read(organisation, promise_id)
        if any((rhythms.same_body(one.receiver), one.per) == (rhythms.same_body(rhythm.receiver), rhythm.per) for one in promise.rhythms):
            raise Refusal("rhythm.common", field="mottagare", receiver=rhythm.receiver)
        await store.add_rhythm(organisation, promise_id, rhythm, now=now)
        await history.record(
            organisation, promise_id, Entry("rhythm.added", promise_id, words={"receiver": rhythm.receiver}, shared=False), by=by, now=now
        )
        await _replan_own(organisation, promise, now=now)


async def remove_rhythm(organisation: UUID, rhythm_id: UUID, *, by: Asking, now: dt.datetime) -> UUID:
    """Takes one's own rhythm away, and its duties that nobody has marked; gives its promise. Raises `NotFound`."""
    async with database.within(organisation):
        promise_id, receiver = await store.remove_rhythm(organisation, rhythm_id)
        await history.record(
            organisation, promise_id, Entry("rhythm.removed", promise_id, words={"receiver": receiver}, shared=False), by=by, now=now
        )
        await _replan_own(organisation, await promises.read(organisation, promise_id), now=now)
    return promise_id


async def _replan_own(organisation: UUID, promise: Promise, *, now: dt.datetime) -> None:
    duties = [report_duty(one, organisation) for one in await _own_reports(organisation, promise)]
    await obligations.sync_own(organisation, f"{OWN}:", duties, promise_id=promise.id, now=now)
    await store.planned(organisation, promise.id, promise.version)


async def _own_reports(organisation: UUID, promise: Promise, dates: Sequence[Meeting] | None = None) -> list[Report]:
    own = (await store.own_rhythms(organisation, promise_id=promise.id)).get(promise.id, [])
    known = await store.known_to_partners(organisation, promise.id) if dates is None else dates
    return rhythms.reports(promise.validity, own, known, OWN)


async def across_organisations_replan(*, now: dt.datetime, everything: bool = False) -> None:
    """Lets the duties of own rhythms follow promises that have got another text since; with `everything` all are held against the rules.

    A text takes effect by the last signature, which may be another party's, and no party sees another's rhythms.
    """
    async with database.across_organisations(readonly=True):
        outdated = await store.across_organisations_outdated(everything=everything)
    for organisation, promise_id in outdated:
        async with database.within(organisation):
            await _replan_own(organisation, await promises.read(organisation, promise_id), now=now)


# ---------------------------------------------------------------- meetings
async def bodies(organisation: UUID, *, today: dt.date) -> tuple[list[Body], list[str]]:
    """The organisation's bodies with their dates, and the receivers whose dates are missing."""
    async with database.within(organisation, readonly=True):
        own, known = await store.meetings(organisation), await _rhythms(organisation, today)
    return meetings.by_body(own, known, today), meetings.wanting(own, known, today)


async def meeting(organisation: UUID, meeting_id: UUID) -> Meeting:
    """One date of the organisation's. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        return _one(await store.meetings(organisation), meeting_id)


def _one(found: Sequence[Meeting], meeting_id: UUID) -> Meeting:
    one = next((one for one in found if one.id == meeting_id), None)
    if one is None:
        raise NotFound
    return one


async def _rhythms(organisation: UUID, today: dt.date) -> list[Rhythm]:
    """Those that the organisation's own dates may decide."""
    living = [one for one in await promises.read_all(organisation) if one.state(today) in ALIVE]
    common = [rhythm for one in living for rhythm in one.rhythms if rhythm.organisation_id in {None, organisation}]
    return [*common, *(rhythm for found in (await store.own_rhythms(organisation)).values() for rhythm in found)]


async def effects(organisation: UUID, change: Change) -> list[Effect]:
    """Which reports would get another day by the change. What has been given stays. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation, readonly=True):
        return await _effects(organisation, await _changed(organisation, change))


async def change_meetings(organisation: UUID, change: Change, *, by: Asking, now: dt.datetime) -> Kept:
    """Keeps the dates as changed, and plans duties and reminders anew for every promise that they move. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        await store.lock_meetings(organisation)
        kept = await _changed(organisation, change)
        moved = await _effects(organisation, kept)
        for one in (*kept.new, *((kept.changed,) if kept.changed and not kept.gone else ())):
            await store.keep_meeting(organisation, one, now=now)
        if kept.gone:
            await store.remove_meeting(organisation, kept.gone)
        for effect in moved:
            promise = await promises.read(organisation, effect.promise_id)
            if effect.own:
                await _replan_own(organisation, promise, now=now)
            else:
                await obligations.replan(organisation, promise.facts, now=now)
            entry = Entry("meetings.changed", effect.promise_id, words={"body": kept.body}, shared=not effect.own)
            await history.record(organisation, effect.promise_id, entry, by=by, now=now)
    return kept


async def _changed(organisation: UUID, change: Change) -> Kept:
    own = await store.meetings(organisation)
    if change.meeting_id is not None:
        _one(own, change.meeting_id)
    return meetings.changed(own, organisation, change)


async def _effects(organisation: UUID, kept: Kept) -> list[Effect]:
    found = []
    for promise in await promises.read_all(organisation):
        if promise.stage == "replaced":
            continue
        given = {one.duty.key for one in await obligations.obligations(organisation, promise_id=promise.id) if one.settled_at}
        others = [one for one in promise.meetings if one.organisation_id != organisation]
        common = _moved(promise, promise.rhythms, (promise.meetings, (*kept.meetings, *others)), "report", given)
        before = await store.known_to_partners(organisation, promise.id)
        own = (await store.own_rhythms(organisation, promise_id=promise.id)).get(promise.id, [])
        rest = [one for one in before if one.organisation_id != organisation]
        mine = _moved(promise, own, (before, (*kept.meetings, *rest)), OWN, given)
        found += [meetings.Effect(promise.id, promise.title, moved, own=is_own) for moved, is_own in ((common, False), (mine, True)) if moved]
    return found


def _moved(
    promise: Promise, those: Sequence[Rhythm], dates: tuple[Sequence[Meeting], Sequence[Meeting]], prefix: str, given: set[str]
) -> list[rhythms.Moved]:
    before, after = (rhythms.reports(promise.validity, those, known, prefix) for known in dates)
    return rhythms.moved((one for one in before if one.key not in given), (one for one in after if one.key not in given))
