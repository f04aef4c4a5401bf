"""The example's reports through the year: when bodies meet, what each party reports by itself, and what has been handed in and noted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trygghet.example import story
from trygghet.obligations import actions as obligations
from trygghet.obligations.rhythms import Rhythm
from trygghet.reports import actions, planning
from trygghet.reports.meetings import Change
from trygghet.reports.rules import Typed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Mapping
    from uuid import UUID

    from trygghet.example.story import OwnReport, Reported, Sittings, Story
    from trygghet.tenancy import Asking

    Act = tuple[dt.datetime, Callable[[], Awaitable[object]]]


def acts(promise_id: UUID, told: Story, seats: Mapping[str, Asking]) -> list[Act]:
    """Everything that was done about the promise's reports, each with its time."""
    found: list[Act] = [(story.afternoon(one.entered), partial(_sit, one, seats[one.by])) for one in told.sittings]
    found += [(story.afternoon(one.added), partial(_own, promise_id, one, seats[one.by])) for one in told.own_reports]
    for one in told.reported:
        found.append((story.afternoon(one.on), partial(_hand_in, promise_id, one, seats[one.by])))
        if one.noted:
            found.append((story.afternoon(one.noted), partial(_note, promise_id, one, seats[one.by])))
    return found


async def _sit(told: Sittings, by: Asking) -> None:
    await planning.change_meetings(by.organisation, Change(told.body, told.days), by=by, now=story.afternoon(told.entered))


async def _own(promise_id: UUID, told: OwnReport, by: Asking) -> None:
    rhythm = Rhythm(told.receiver, told.per, told.days_after, form=told.form, days_before=told.days_before)
    await planning.add_rhythm(by.organisation, promise_id, rhythm, by=by, now=story.afternoon(told.added))


async def _hand_in(promise_id: UUID, told: Reported, by: Asking) -> None:
    now = story.afternoon(told.on)
    duty = next(one.id for one in await obligations.obligations(by.organisation, promise_id=promise_id) if one.duty.key == told.duty)
    made = await actions.make(by.organisation, duty, by=by, now=now)
    before = await actions.read(by.organisation, made)
    typed = {key: Typed(text, before.section(key).seen) for key, text in told.texts.items()}
    await actions.save(by.organisation, made, typed, by=by, now=now)
    await actions.hand_in(by.organisation, made, seen=(await actions.read(by.organisation, made)).mark, by=by, now=now)


async def _note(promise_id: UUID, told: Reported, by: Asking) -> None:
    assert told.noted, "asked for where it is"
    duty = next(one for one in await obligations.obligations(by.organisation, promise_id=promise_id) if one.duty.key == told.duty)
    assert duty.made, "handed in before it was noted"
    typed = {"dag": told.noted.isoformat(), "paragraf": told.paragraph}
    await actions.note(by.organisation, duty.made.id, typed, by=by, now=story.afternoon(told.noted))
