"""Makes the day's letters, many at once: what is true now, who reads it, and one letter for each person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from trygghet import database, letters
from trygghet.deliveries import sending
from trygghet.deliveries.composing import Composed, Together
from trygghet.deliveries.rules import Broken, Delivery, Matter, Patience, Skip, Unseat
from trygghet.deliveries.sending import USUAL
from trygghet.digests import letter, rules, store
from trygghet.preferences import actions as preferences
from trygghet.preferences.rules import SILENCED
from trygghet.reminders import actions as reminders
from trygghet.reminders import seating
from trygghet.silence import actions as silence

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.settings import Settings

log = structlog.get_logger()
Said = Mapping[UUID, Matter | Skip | Unseat]
Source = Callable[[Sequence[Delivery], "dt.datetime"], Awaitable[Said]]
"""What rows of one kind have to say now, by their ids, inside an open unit of work across organisations."""


async def across_organisations_hand_out(*, now: dt.datetime, wall: dt.datetime, patience: Patience = USUAL) -> list[list[UUID]]:
    """What is due, as the ids that go into each message of the queue, once each reminder among it has found its person."""
    await seating.across_organisations_seat(now=now, wall=wall)
    return await sending.across_organisations_hand_out(now=now, wall=wall, patience=patience)


def sources(settings: Settings) -> dict[str, Source]:
    """Where the matters of each kind of row come from."""

    async def reminded(rows: Sequence[Delivery], now: dt.datetime) -> Said:
        return await reminders.across_organisations_matters(rows, settings.public_url, now)

    async def summed_up(rows: Sequence[Delivery], now: dt.datetime) -> Said:
        return await silence.across_organisations_matters(rows, settings.public_url, now)

    return {"reminder": reminded, "summary": summed_up}


def composer(settings: Settings) -> Together:
    """The composer of all that goes into a day's letter."""
    known = sources(settings)

    async def compose(rows: Sequence[Delivery], now: dt.datetime) -> list[Composed]:
        try:
            return await _compose(rows, known, settings, now)
        except Exception:
            log.exception("day_not_composed", rows=len(rows))
        return [one for letter in _by_letter(rows).values() for one in await _carefully(letter, known, settings, now)]

    return Together(compose, letters.host(settings))


async def _carefully(rows: Sequence[Delivery], known: Mapping[str, Source], settings: Settings, now: dt.datetime) -> list[Composed]:
    """Whose fault it was is found by asking for each letter alone, and in one that fails for each row: the rest of it goes out without that."""
    try:
        return await _compose(rows, known, settings, now)
    except Exception:
        log.exception("delivery_not_composed", delivery=str(rows[0].id), kind=rows[0].kind, rows=len(rows))
    if len(rows) == 1:
        return [Composed(tuple(rows), Broken())]
    found = [one for row in rows for one in await _carefully([row], known, settings, now)]
    well = [row for one in found if not isinstance(one.answer, Broken) for row in one.rows]
    if len(well) == len(rows):  # each by itself and not together: it is the letter that fails
        return [Composed(tuple(rows), Broken())]
    return [*(one for one in found if isinstance(one.answer, Broken)), *(await _carefully(well, known, settings, now) if well else ())]


async def _compose(rows: Sequence[Delivery], known: Mapping[str, Source], settings: Settings, now: dt.datetime) -> list[Composed]:
    said: dict[UUID, Matter | Skip | Unseat] = {}
    async with database.across_organisations(readonly=True):
        for kind in dict.fromkeys(row.kind for row in rows):
            said |= await known[kind]([row for row in rows if row.kind == kind], now)
        people = list({row.person_id for row in rows if row.person_id})
        readers = await store.across_organisations_readers(people, await preferences.across_organisations_silenced(people))
    return [one for found in _by_letter(rows).values() for one in _of_one(found, said, readers, settings, now)]


def _by_letter(rows: Sequence[Delivery]) -> dict[tuple[UUID | None, str], list[Delivery]]:
    """A letter that may have arrived stays the same one, and what is new to the same person is another; one that surely has not takes it in."""
    found: dict[tuple[UUID | None, str], list[Delivery]] = {}
    for row in rows:
        found.setdefault((row.person_id, row.message_id if row.address else ""), []).append(row)
    return found


def _of_one(rows: Sequence[Delivery], said: Said, readers: Mapping[UUID, rules.Reader], settings: Settings, now: dt.datetime) -> list[Composed]:
    """One person's letter, and apart from it the rows that have nothing to say any more."""
    reader = readers.get(rows[0].person_id) if rows[0].person_id else None
    found: list[Composed] = []
    telling: list[tuple[Delivery, Matter]] = []
    for row in rows:
        what = said[row.id] if reader is not None else Unseat()
        if isinstance(what, Matter) and reader is not None and what.silenceable and what.kind in reader.silenced:
            what = Skip(SILENCED, silenced=True)
        if isinstance(what, Matter):
            telling.append((row, what))
        else:
            found.append(Composed((row,), what))
    if telling and reader is not None:
        told = tuple(row for row, _ in telling)
        written = letter.write(rules.day([what for _, what in telling]), reader, _letter_id(told), settings, at=now)
        found.append(Composed(told, written, tuple(what.title for _, what in telling)))
    return found


def _letter_id(rows: Sequence[Delivery]) -> UUID:
    """The first attempt names the letter, and every later one keeps that name, also where new rows have joined."""
    named = max(rows, key=lambda row: (row.message_id != "", row.attempts)).message_id
    return UUID(named[1:].partition("@")[0]) if named else min(row.id for row in rows)
