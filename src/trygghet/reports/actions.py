"""Make a report from the facts in one step, write in it, hand it in, and keep where it stands in the minutes."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import canonical, clock, database, wordfile
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.indicators import actions as indicators
from trygghet.obligations import actions as obligations
from trygghet.obligations import rhythms
from trygghet.obligations.rules import Kind
from trygghet.promises import actions as promises
from trygghet.promises import progress
from trygghet.promises.stretches import Days
from trygghet.reports import figures, fitting, rules, sheet, store
from trygghet.reports.rules import Report
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

    from trygghet.document import Document
    from trygghet.obligations.rhythms import Report as Due
    from trygghet.obligations.rules import Obligation
    from trygghet.promises.promise import Promise
    from trygghet.reports.figures import Figures
    from trygghet.reports.rules import Clash, Typed
    from trygghet.tenancy import Asking


# ---------------------------------------------------------------- reading
async def read(organisation: UUID, report_id: UUID) -> Report:
    """One's own report, or one that another party has handed in. Raises `NotFound`."""
    async with database.within(organisation):
        return await store.one(organisation, report_id)


async def read_all(organisation: UUID, *, promise_id: UUID | None = None) -> list[Report]:
    """All that the organisation may see, the latest period first; or those of one promise."""
    async with database.within(organisation):
        return await store.every(organisation, promise_id=promise_id)


async def due(organisation: UUID) -> list[Obligation]:
    """The reports that the organisation owes, its own rhythms' among them, nearest first."""
    found = await obligations.obligations(organisation)
    return sorted((one for one in found if one.duty.kind is Kind.REPORT and one.settled_at is None), key=lambda one: (one.duty.due_on, one.duty.key))


async def as_document(organisation: UUID, report_id: UUID) -> Document:
    """The report as it stands on paper: a draft with its mark on every page, one that is handed in with its hash. Raises `NotFound`."""
    found = await read(organisation, report_id)
    if found.snapshot is not None:
        return sheet.fixed(found)
    return sheet.draft(found, (await fitting.fit(found)).shown)


async def as_pdf(organisation: UUID, report_id: UUID) -> tuple[str, bytes]:
    """Its name and the PDF. Raises `NotFound`."""
    found = await as_document(organisation, report_id)
    return found.title, await fitting.pdf(found, (await read(organisation, report_id)).figures_at)


async def as_word(organisation: UUID, report_id: UUID) -> tuple[str, bytes]:
    """Its name and the Word file. Raises `NotFound`."""
    found, at = await as_document(organisation, report_id), (await read(organisation, report_id)).figures_at
    return found.title, await asyncio.to_thread(wordfile.docx, found, at=at)


# ---------------------------------------------------------------- making
async def make(organisation: UUID, obligation_id: UUID, *, by: Asking, now: dt.datetime) -> UUID:
    """The report for one that is due, made from the facts as they are; the one that is there already where there is one.

    Nobody else sees it until it is handed in. Raises `NotFound`, or `Refusal` before its period has begun.
    """
    async with database.within(organisation):
        duty = await obligations.obligation(organisation, obligation_id)
        rules.may_make(duty, clock.day(now))
        there = await store.of_duty(organisation, obligation_id)
        if there is not None:
            return there
        assert duty.promise_id is not None, "may_make holds it"
        promise = await promises.read(organisation, duty.promise_id)
        made = await store.add(organisation, await _made(organisation, duty, promise, by, now), now=now)
        entry = Entry("report.made", made, words={"title": (await store.one(organisation, made)).title}, shared=False)
        await history.record(organisation, promise.id, entry, by=by, now=now)
        return made


async def _made(organisation: UUID, duty: Obligation, promise: Promise, by: Asking, now: dt.datetime) -> Report:
    due_report = await _due(organisation, duty, promise)
    first, last = duty.duty.period_from or promise.validity.first, duty.duty.period_until or duty.duty.due_on
    receiver, form = duty.duty.receiver, due_report.rhythm.form if due_report else "written"
    name = due_report.period.name if due_report else progress.between(Days(first, last))
    found = await _figures(organisation, promise, first, last, now)
    return Report(
        uuid.uuid4(),
        promise.id,
        promise.title,
        organisation,
        by.here.organisation_name,
        duty.id,
        duty.duty.owner is not None,
        rules.title(receiver, name),
        receiver,
        form,
        first,
        last,
        duty.duty.due_on,
        due_report.meeting.held_on if due_report and due_report.meeting else None,
        rules.proposed(form, found, first, last, receiver),
        found,
        now,
        by.name,
        now,
    )


async def _due(organisation: UUID, duty: Obligation, promise: Promise) -> Due | None:
    """What makes it due; None where its rhythm or its meeting has gone since."""
    if duty.duty.owner is None:
        planned = rhythms.reports(promise.validity, promise.rhythms, promise.meetings)
    else:
        own = (await store.own_rhythms(organisation, promise_id=promise.id)).get(promise.id, [])
        planned = rhythms.reports(promise.validity, own, await store.known_to_partners(organisation, promise.id), "own")
    return next((one for one in planned if one.key == duty.duty.key), None)


async def _figures(organisation: UUID, promise: Promise, first: dt.date, last: dt.date, now: dt.datetime) -> Figures:
    """The facts as they are known now. What the organisation owes by itself is left out: the other party will read this."""
    duties = [one for one in await obligations.obligations(organisation, promise_id=promise.id) if one.duty.owner is None]
    goals = [goal.id for goal in (*promise.goals, *(goal for area in promise.areas for goal in area.goals))]
    return figures.gather(promise, first, last, duties, await indicators.of_goals(organisation, goals), clock.day(now))


# ---------------------------------------------------------------- writing
async def save(organisation: UUID, report_id: UUID, typed: Mapping[str, Typed], *, by: Asking, now: dt.datetime) -> dict[str, Clash]:
    """Keeps what was typed, but for the sections that somebody else had changed meanwhile, which it gives back with both texts.

    Raises `NotFound`, `Refusal` once it is handed in, `Slips` for texts that may not be kept; then nothing is.
    """
    async with database.within(organisation):
        found = await _own(organisation, report_id)
        changed, clashes = rules.written(found, typed)
        if changed.sections != found.sections:
            await store.write(organisation, changed, by_name=by.name, now=now)
    return clashes


async def refresh(organisation: UUID, report_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Fetches the figures anew. What people wrote stays; what nobody has changed follows the figures. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        found = await _own(organisation, report_id)
        promise = await promises.read(organisation, found.promise_id)
        fresh = await _figures(organisation, promise, found.period_from, found.period_until, now)
        await store.write(organisation, rules.refreshed(found, fresh, now), by_name=by.name, now=now)


async def discard(organisation: UUID, report_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Throws a draft away. Raises `NotFound`, `Refusal` once it is handed in."""
    async with database.within(organisation):
        found = await _own(organisation, report_id)
        await store.discard(organisation, report_id)
        await history.record(
            organisation, found.promise_id, Entry("report.discarded", report_id, words={"title": found.title}, shared=False), by=by, now=now
        )


async def _own(organisation: UUID, report_id: UUID) -> Report:
    found = await store.one(organisation, report_id, lock=True)
    rules.may_change(found, organisation)
    return found


# ---------------------------------------------------------------- handing in
async def hand_in(organisation: UUID, report_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> None:
    """Fixes what the report says for ever and settles its duty. From then on the promise's other parties read it, unless it is of a rhythm
    of one's own.

    `seen` is the mark of what was shown. Raises `NotFound`, or `Refusal` where it has changed since, is handed in, or is too long.
    """
    async with database.within(organisation):
        found = await _own(organisation, report_id)
        if found.mark != seen:
            raise Refusal("report.stale")
        room = await fitting.fit(found)
        if not room.fits:
            raise Refusal("report.long", pages=room.pages, most="en sida" if room.most == 1 else "två sidor")
        whole = sheet.content(found, room.shown) | {"handed_in": [by.name, by.office_for(Act.MARK), now.isoformat(timespec="seconds")]}
        text, content_hash = canonical.text(whole), canonical.hashed(whole)
        await store.hand_in(organisation, report_id, text, content_hash, (by.name, by.office_for(Act.MARK)), now=now)
        entry = Entry("report.handed_in", report_id, content_hash=content_hash, words={"title": found.title}, shared=not found.own)
        await history.record(organisation, found.promise_id, entry, by=by, now=now)
        if found.obligation_id is not None:
            await obligations.mark_done(organisation, found.obligation_id, by=by, note="Underlaget är lämnat här.", now=now)


async def note(organisation: UUID, report_id: UUID, typed: Mapping[str, str], *, by: Asking, now: dt.datetime) -> None:
    """Keeps on which day the body was told and where that stands in its minutes; said again it is a correction. Both are logged.

    Raises `NotFound`, `Slips`.
    """
    async with database.within(organisation):
        found = await store.one(organisation, report_id, lock=True)
        if found.organisation_id != organisation or found.handed_in_at is None:
            raise NotFound
        on, paragraph = rules.noting(typed, clock.day(found.handed_in_at), clock.day(now))
        if (on, paragraph) == (found.reported_on, found.paragraph):
            return
        await store.note(organisation, report_id, on, paragraph)
        after = replace(found, reported_on=on, paragraph=paragraph)
        act, words = ("report.corrected", {"was": found.noted}) if found.noted else ("report.noted", {})
        entry = Entry(act, report_id, words={"title": found.title, "noted": after.noted, **words}, shared=not found.own)
        await history.record(organisation, found.promise_id, entry, by=by, now=now)
