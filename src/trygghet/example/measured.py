"""The example's measurements: a series with its values as they came year by year, beside a goal of a promise."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from trygghet.example import story
from trygghet.indicators import actions
from trygghet.indicators.rules import About, Measured
from trygghet.promises import actions as promises

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Mapping
    from uuid import UUID

    from trygghet.example.story import MeasuredYears, Story
    from trygghet.tenancy import Asking

    Act = tuple[dt.datetime, Callable[[], Awaitable[object]]]

KEYS = uuid.uuid5(uuid.NAMESPACE_DNS, "series.example.org")


def acts(promise_id: UUID, told: Story, seats: Mapping[str, Asking]) -> list[Act]:
    """Everything that was measured, entered on one day each."""
    return [(story.afternoon(one.entered), partial(_enter, promise_id, one, seats[one.by])) for one in told.measured]


async def _enter(promise_id: UUID, told: MeasuredYears, by: Asking) -> None:
    now = story.afternoon(told.entered)
    about = About(**{name: getattr(told, name) for name in About.__dataclass_fields__ if hasattr(told, name)})
    series = await actions.add(by.organisation, about, form_key=uuid.uuid5(KEYS, told.name), now=now)
    for one in told.years:
        value = Measured(one.year, one.value, one.n, one.response_rate, one.preliminary, one.break_note, one.on)
        await actions.observe(by.organisation, series, value, by=by, now=now)
    goals = {goal.title: goal.id for goal in (await promises.read(by.organisation, promise_id)).all_goals}
    await actions.attach(by.organisation, series, goals[told.goal], by=by, now=now)
