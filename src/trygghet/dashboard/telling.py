"""Whether residents were told: how long they have heard nothing, and whether what was told has arrived."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.deliveries.rules import CHANNELS, CHIPS
from trygghet.deliveries.rules import State as Sent
from trygghet.promises.rules import State
from trygghet.silence import rules as quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.dashboard.facts import Arrival, Promise
    from trygghet.swedish import Chip


@dataclass(frozen=True)
class Silence:
    """How long residents have heard nothing. `days` None: they have heard nothing at all, or the promise has not begun."""

    days: int | None
    too_long: bool
    heading: str
    text: str


def is_running(promise: Promise, today: dt.date) -> bool:
    """Whether it holds today, so that residents may expect to hear of it."""
    return promise.state(today) in {State.IN_FORCE, State.ENDING}


def silence(promise: Promise, today: dt.date) -> Silence:
    """Days since residents were last told, against what was agreed. Counting begins with the promise; it ends with it, too."""
    told = next((one for one in quiet.listen(promise.heard, today) if one.kind is quiet.Kind.TOLD), None)
    days = told.days if told else (today - promise.told_on).days if promise.told_on else None
    text = told.text if told else "Löftet gäller inte i dag, så ingen väntar på nyheter."
    return Silence(days, told is not None and told.is_quiet, _silence_heading(promise, days), text)


def _silence_heading(promise: Promise, days: int | None) -> str:
    if promise.told_on is None:
        return "Invånarna har inte fått veta något än"
    assert days is not None, "what was told has a day"
    return {0: "Berättat i dag", 1: "En dag sedan sist"}.get(days, f"{swedish.first_up(swedish.word(days))} dagar sedan sist")


@dataclass(frozen=True)
class ArrivalChip:
    """How it went in one channel, and what a person may do about it."""

    chip: Chip
    where: str
    note: str
    act: str


def arrivals(found: Sequence[Arrival]) -> list[ArrivalChip]:
    """One chip for each channel; our own page and feed are one where they fared alike."""
    own = [one for one in found if one.channel in {"page", "feed"}]
    alike = len(own) > 1 and len({(one.state, one.reason) for one in own}) == 1
    shown = [*own[:1], *(one for one in found if one not in own)] if alike else list(found)
    return [_arrival(one, alike=alike) for one in shown]


def _arrival(one: Arrival, *, alike: bool) -> ArrivalChip:
    state, is_own = Sent(one.state), one.channel in {"page", "feed"}
    where = "Publika sidan och flödet" if alike and is_own else f"{CHANNELS[one.channel]} {one.name}".strip()
    note = swedish.short_date(one.due_on) if state is Sent.PLANNED else one.reason if state in {Sent.SKIPPED, *_ACTS} else ""
    return ArrivalChip(CHIPS[state], where, note, _ACTS.get(state, ""))


_ACTS = {Sent.FAILED: "se vad som behövs", Sent.UNCLEAR: "slå upp eller bestäm"}
"""What the link to the ledger says where a person is needed."""
