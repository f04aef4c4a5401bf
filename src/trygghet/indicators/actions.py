"""Keep series and their values, and set them beside goals; what residents read follows in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import clock, database, swedish
from trygghet.history import actions as history
from trygghet.history.rules import Actor, Entry
from trygghet.indicators import checks, rules, sheet, store
from trygghet.indicators.rules import Kept
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act, Asking

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.indicators.rules import About, Measured, Series, Wanted
    from trygghet.indicators.sheet import Planned
    from trygghet.indicators.store import Place
    from trygghet.kolada import Kolada


# ---------------------------------------------------------------- reading
async def read_all(organisation: UUID) -> list[Series]:
    """The organisation's own series, by name."""
    async with database.within(organisation, readonly=True):
        return sorted(await store.every(organisation), key=lambda one: swedish.sort_key(one.name))


async def read(organisation: UUID, series_id: UUID) -> tuple[Series, list[Place]]:
    """A series, and the goals that it may stand beside. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        return await store.one(organisation, series_id), await store.places(organisation, series_id)


async def municipality_code(organisation: UUID) -> str:
    """SCB's four digits of the asker, where it is a municipality."""
    async with database.within(organisation, readonly=True):
        return await store.municipality_code(organisation)


async def of_goals(organisation: UUID, goal_ids: Sequence[UUID]) -> dict[UUID, list[Series]]:
    """What stands beside each of these goals, by name; a goal with nothing beside it is left out."""
    async with database.within(organisation):
        found = await store.of_goals(organisation, goal_ids)
    return {goal: sorted(series, key=lambda one: swedish.sort_key(one.name)) for goal, series in found.items()}


# ---------------------------------------------------------------- a series
async def add(organisation: UUID, about: About, *, form_key: UUID, now: dt.datetime) -> UUID:
    """A series that has no values yet. The same form sent twice is one series. Raises `Slips`."""
    checks.check_about(about)
    async with database.within(organisation):
        return await store.add(organisation, about, form_key, now=now)


async def describe(organisation: UUID, series_id: UUID, about: About, *, by: Asking, now: dt.datetime) -> None:
    """Says in other words what the series is of. Its unit stays once it has values: another unit is another series. Raises `Slips`, `Refusal`."""
    checks.check_about(about)
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        before = await store.one(organisation, series_id)
        about = rules.described(before.about, about)
        if about == before.about:
            return
        if before.recorded and about.unit != before.unit:
            raise Refusal("series.unit", field="enhet", unit=before.unit or "ingen")
        await store.describe(organisation, series_id, about, now=now)
        await _tell(organisation, series_id, Entry("series.described", series_id, words={"name": about.name}), by=by, now=now)


async def discard(organisation: UUID, series_id: UUID) -> None:
    """Takes away a series that never had a value and stands nowhere. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        if (await store.one(organisation, series_id)).recorded or await store.beside(organisation, series_id):
            raise Refusal("series.kept")
        await store.discard(organisation, series_id)


async def add_kpi(organisation: UUID, kpi: str, code: str, server: Kolada, *, form_key: UUID, now: dt.datetime) -> UUID:
    """A series of a KPI for a municipality, with the title that Kolada gives it now. It has no values until they are fetched. Raises `Refusal`."""
    title, area = await server.look_up(kpi, code)
    about = rules.of_kpi(kpi, title, code, area, server.source)
    return await add(organisation, about, form_key=form_key, now=now)


# ---------------------------------------------------------------- its values
async def observe(organisation: UUID, series_id: UUID, measured: Measured, *, by: Asking, now: dt.datetime) -> None:
    """The value of a year that has none. The same value sent twice is one. Raises `NotFound`, `Refusal`."""
    checks.check(measured, clock.day(now))
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        series = await store.one(organisation, series_id)
        checks.check_own_figures(series)
        before = rules.heads(series.recorded).get(measured.year)
        if before and before.value is not None:
            if measured.says_the_same(before.measured):
                return
            raise Refusal("observation.exists", field="ar", year=measured.year, value=series.written(before))
        reason = "Året får ett värde på nytt" if before else ""
        await store.observe(organisation, series_id, measured, replaces=before.id if before else None, reason=reason, by=actor(by), now=now)
        words = {"name": series.name, "year": str(measured.year), "value": rules.written(measured.value, series.unit)}
        await _tell(organisation, series_id, Entry("series.observed", series_id, words=words), by=by, now=now)


async def revise(organisation: UUID, series_id: UUID, observation_id: UUID, measured: Measured, reason: str, *, by: Asking, now: dt.datetime) -> None:
    """Replaces the value of a year by a new row that says why; without a value the year's is taken back. The old row stays as history.

    Raises `NotFound`, or `Refusal` also when the row has been replaced already or the new one says the same.
    """
    checks.check(measured, clock.day(now))
    checks.check_reason(reason)
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        series = await store.one(organisation, series_id)
        before = next((one for one in series.recorded if one.id == observation_id), None)
        if before is None:
            raise NotFound
        if rules.heads(series.recorded)[before.year].id != before.id:
            raise Refusal("observation.replaced", year=before.year)
        checks.check_revised(series, before, measured)
        await store.observe(organisation, series_id, measured, replaces=before.id, reason=reason, by=actor(by), now=now)
        words = {"name": series.name, "year": str(before.year), "was": series.written(before), "value": rules.written(measured.value, series.unit)}
        await _tell(organisation, series_id, Entry("series.revised", series_id, words={**words, "why": reason}), by=by, now=now)


async def plan(organisation: UUID, series_id: UUID, body: bytes, *, today: dt.date) -> list[Planned]:
    """What each row of a spreadsheet would do. Raises `NotFound`, or `Refusal` where the file cannot be read."""
    async with database.within(organisation, readonly=True):
        series = await store.one(organisation, series_id)
        if series.organisation_id != organisation:
            raise NotFound
        checks.check_own_figures(series)
        return sheet.plan(sheet.read(body), series, today)


async def read_in(organisation: UUID, series_id: UUID, body: bytes, *, seen: str, by: Asking, now: dt.datetime) -> Kept:
    """Keeps every row of a spreadsheet that can be kept, as they were `seen`; the same file again keeps nothing.

    Raises `NotFound`, or `Refusal` where no row can be kept, or where it would do something else by now.
    """
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        planned = await plan(organisation, series_id, body, today=clock.day(now))
        if not any(one.measured for one in planned):
            raise Refusal("observation.no_row", field="fil")
        if sheet.mark(planned) != seen:
            raise Refusal("observation.moved", field="fil")
        wanted = [(one.measured, one.before, sheet.REASON) for one in planned if one.measured]
        return await _keep(organisation, series_id, wanted, origin="en fil", by=by, now=now)


async def pull(organisation: UUID, series_id: UUID, server: Kolada, *, by: Asking, now: dt.datetime) -> Kept:
    """Fetches all values of a KPI; what has changed there becomes new rows. Years that somebody has taken back stay so.

    Nothing is held open while the server is asked, and nothing is kept unless it answered to the end. Raises `NotFound`, `Refusal`.
    """
    async with database.within(organisation, readonly=True):
        found = await store.one(organisation, series_id)
    about = found.about
    if about.kind != "kolada" or found.organisation_id != organisation:
        raise NotFound
    pulled = await server.pull(about.kpi, about.kpi_title, about.municipality_code)
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        series = await store.one(organisation, series_id)
        if series.about != about:
            raise Refusal("series.changed")
        await store.asked(organisation, series_id, now=now)
        wanted = rules.fetched(series, [(figure.year, figure.value) for figure in pulled.figures], now)
        return await _keep(organisation, series_id, wanted, origin=server.source, by=by, now=now)


async def _keep(organisation: UUID, series_id: UUID, wanted: Sequence[Wanted], *, origin: str, by: Asking, now: dt.datetime) -> Kept:
    """The series is locked, so each value still replaces what it was compared with."""
    new = changed = 0
    for measured, before, reason in wanted:
        if before and before.measured.says_the_same(measured):
            continue
        await store.observe(
            organisation, series_id, measured, replaces=before.id if before else None, reason=reason if before else "", by=actor(by), now=now
        )
        new, changed = new + (before is None), changed + (before is not None)
    series = await store.one(organisation, series_id)
    if new or changed:
        words = {"name": series.name, "values": swedish.counted(new + changed, "värde", "värden"), "origin": origin}
        await _tell(organisation, series_id, Entry("series.read_in", series_id, words=words), by=by, now=now)
    return Kept(new, changed, len(wanted) - new - changed)


# ---------------------------------------------------------------- beside goals
async def attach(organisation: UUID, series_id: UUID, goal_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Draws the series beside a goal of a promise that the organisation gives, for its parties and for residents. Raises `NotFound`."""
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        place = await _place(organisation, series_id, goal_id)
        if await store.attach(organisation, series_id, place.promise_id, goal_id, by=actor(by), now=now):
            await _moved(organisation, series_id, place, "series.attached", by=by, now=now)


async def detach(organisation: UUID, series_id: UUID, goal_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Takes the series away from a goal; that it stood there is in the promise's log. Raises `NotFound`."""
    async with database.within(organisation):
        await store.lock(organisation, series_id)
        place = await _place(organisation, series_id, goal_id)
        if await store.detach(organisation, series_id, goal_id):
            await _moved(organisation, series_id, place, "series.detached", by=by, now=now)


async def _place(organisation: UUID, series_id: UUID, goal_id: UUID) -> Place:
    found = next((one for one in await store.places(organisation, series_id) if one.goal_id == goal_id), None)
    if found is None:
        raise NotFound
    return found


async def _moved(organisation: UUID, series_id: UUID, place: Place, act: str, *, by: Asking, now: dt.datetime) -> None:
    words = {"name": (await store.one(organisation, series_id)).name, "goal": place.goal}
    await history.record(organisation, place.promise_id, Entry(act, series_id, words=words), by=by, now=now)
    await _publish(organisation, place.promise_id, await store.goals(organisation, place.promise_id), now=now)


async def _tell(organisation: UUID, series_id: UUID, entry: Entry, *, by: Asking, now: dt.datetime) -> None:
    """Logs what happened to a series in every promise where it stands, and shows it to residents there."""
    for promise_id, goals in await store.beside(organisation, series_id):
        await history.record(organisation, promise_id, entry, by=by, now=now)
        await _publish(organisation, promise_id, goals, now=now)


async def _publish(organisation: UUID, promise_id: UUID, goals: Sequence[UUID], *, now: dt.datetime) -> None:
    found = await of_goals(organisation, goals)
    await store.tell(organisation, promise_id, rules.told(found), now=now)


def actor(by: Asking) -> Actor:
    """Who writes, in the office by which they may."""
    return Actor(by.person_id, by.name, by.office_for(Act.WRITE))
