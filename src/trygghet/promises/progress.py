"""How a promise went over a stretch of days: what was promised, what was done against an even pace, what was noted, and what was not told.

The same facts make a report through the year and the joint follow-up at its end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.promises import counting, stretches
from trygghet.promises.counting import Done
from trygghet.promises.stretches import Days

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from trygghet.periods import Validity
    from trygghet.promises.outcomes import Outcome
    from trygghet.promises.promise import Activity, Goal, Promise
    from trygghet.promises.rules import Indicator
    from trygghet.promises.stretches import Count

QUIET_DAYS = 60
"""So many days may pass without a recorded row before it is told, where the promise gives no shorter rhythm of its own."""

MOST_GAPS = 3
"""So many stretches without a row are told by their days."""

_DAY = dt.timedelta(days=1)


class Note(NamedTuple):
    """What was noted with something that was done. `amount` is 0 where what is done is no number."""

    on: dt.date
    text: str
    amount: int
    place: str
    by: str


class Correction(NamedTuple):
    """A recorded number that was changed: of which day, when, what it was and became (0: taken away), and why."""

    on: dt.date
    recorded_on: dt.date
    was: int
    now: int
    why: str

    @property
    def words(self) -> str:
        """Rättat: 3 blev 2 (8 februari 2024). Två möten hölls."""
        became = "raden togs bort" if self.now == 0 else f"{self.was} blev {self.now}" if self.was != self.now else "antalet är detsamma"
        return f"Rättat: {became} ({swedish.long_date(self.on)}). {self.why}".strip()


@dataclass(frozen=True)
class Progress:
    """One goal or activity over a stretch. A goal that is counted is counted by its own activities.

    `target` is how one will know, in lines. `count` is None where what is done is no number; `done_on` is the latest day until the
    stretch's end on which something was recorded, `notes` and `corrections` are those of the stretch, `gaps` its days without a row.
    `is_due`: it was to be done by a day of the stretch; `is_late`: that day has gone and it is not done. `ends_on` is the last day
    that anything is planned for, of the promise that it belongs to.
    """

    id: UUID
    kind: str
    title: str
    body: str
    area: str
    goal_id: UUID | None
    target: tuple[str, ...]
    measure: str
    per: str
    unit: str
    owner: str
    due_on: dt.date | None
    is_due: bool
    is_late: bool
    indicator: Indicator | None
    removed_in: int | None
    days: Days
    ends_on: dt.date
    count: Count | None = None
    done_on: dt.date | None = None
    notes: tuple[Note, ...] = ()
    corrections: tuple[Correction, ...] = ()
    gaps: tuple[Days, ...] = ()

    @property
    def gap_words(self) -> str:
        """Inget utfall registrerat 3 mars – 20 augusti 2024. Of more than three the longest, and so many more; nothing without any."""
        longest = sorted(sorted(self.gaps, key=lambda gap: gap.first - gap.last)[:MOST_GAPS])
        more = len(self.gaps) - len(longest)
        told = [between(gap) for gap in longest] + ([f"{swedish.counted(more, 'kortare tid', 'kortare tider')} till"] if more else [])
        return f"Inget utfall registrerat {swedish.listed(told)}." if told else ""


def stretch(promise: Promise, first: dt.date, last: dt.date, today: dt.date) -> list[Progress]:
    """Every goal and activity in the order of the promise's page, then what a change took away; nothing where the promise did not hold.

    Each goal comes before its activities. What was taken away is told where something was recorded on it in the stretch, and
    where it went during it.
    """
    days = stretches.cut(Days(first, last), promise.validity)
    return list(_walk(promise, days, today)) if days.first <= days.last else []


def between(days: Days) -> str:
    """3 mars – 20 augusti 2024; one day by itself, and both years where they differ."""
    if days.first == days.last:
        return swedish.long_date(days.first)
    first = swedish.day_month(days.first) if days.first.year == days.last.year else swedish.long_date(days.first)
    return f"{first} – {swedish.long_date(days.last)}"


def _walk(promise: Promise, days: Days, today: dt.date) -> Iterator[Progress]:
    held = promise.validity

    def goals(found: Sequence[Goal], area: str) -> Iterator[Progress]:
        for goal in found:
            yield _goal(goal, area, held, days, today)
            yield from (_activity(one, area, goal.id, held, days, today) for one in goal.activities)

    for area in promise.areas:
        yield from goals(area.goals, area.title)
        yield from (_activity(one, area.title, None, held, days, today) for one in area.activities)
    yield from goals(promise.goals, "")
    yield from (_activity(one, "", None, held, days, today) for one in promise.activities)
    went = {one.number: one.signed_on for one in promise.versions}
    for one in promise.removed:
        gone_on = went.get(one.removed_in or 0)
        if (gone_on and days.first <= gone_on <= days.last) or any(days.first <= row.happened_on <= days.last for row in one.standing):
            yield _activity(one, "", None, held, days, today)


def _goal(goal: Goal, area: str, held: Validity, days: Days, today: dt.date) -> Progress:
    """Its number is counted on its activities that are counted in the same unit; without any, nothing can be counted."""
    counting_for = [one for one in goal.activities if one.is_counted and {one.unit.casefold(), ""} & {goal.unit.casefold()}]
    rows = [row for one in counting_for for row in one.standing]
    counted = goal.measure == "count" and counting_for
    count = stretches.count(goal.at_least, goal.per, goal.places, held, _done(rows), days, today) if counted else None
    return Progress(
        goal.id,
        "goal",
        goal.title,
        goal.body,
        area,
        None,
        tuple(goal.target_words),
        goal.measure,
        goal.per,
        goal.unit,
        "",
        None,
        is_due=False,
        is_late=False,
        indicator=goal.indicator,
        removed_in=None,
        days=days,
        ends_on=held.known_until,
        count=count,
    )


def _activity(one: Activity, area: str, goal_id: UUID | None, held: Validity, days: Days, today: dt.date) -> Progress:
    at_least = None if one.removed_in else one.at_least
    count = stretches.count(at_least, one.per, one.places, held, _done(one.standing), days, today) if one.is_counted else None
    done_on = max((row.happened_on for row in one.standing if row.happened_on <= days.last), default=None)
    is_due = one.due_on is not None and days.first <= one.due_on <= days.last and not one.removed_in
    finished = done_on is not None and (count is None or count.promised is None or count.done >= count.promised)
    return Progress(
        one.id,
        "activity",
        one.title,
        one.body,
        area,
        goal_id,
        tuple(one.target_words),
        one.measure,
        one.per,
        one.unit,
        one.owner,
        one.due_on,
        is_due=is_due,
        is_late=one.due_on is not None and one.due_on <= days.last and one.due_on < today and not finished and not one.removed_in,
        indicator=one.indicator,
        removed_in=one.removed_in,
        days=days,
        ends_on=held.known_until,
        count=count,
        done_on=done_on,
        notes=_notes(one, days),
        corrections=_corrections(one, days),
        gaps=() if one.removed_in else tuple(_gaps(one, held, days, today)),
    )


def _done(rows: Sequence[Outcome]) -> list[Done]:
    return [Done(row.happened_on, row.amount, row.place) for row in rows]


def _notes(one: Activity, days: Days) -> tuple[Note, ...]:
    """What was written with the rows that count, oldest first; of a correction what it says is why, which stands by itself."""
    rows = sorted((row for row in one.standing if days.first <= row.happened_on <= days.last), key=lambda row: (row.happened_on, row.recorded_at))
    return tuple(
        Note(
            row.happened_on,
            row.note,
            row.amount if one.is_counted else 0,
            row.place,
            ", ".join(part for part in (row.organisation_short, swedish.first_down(row.reporter_office)) if part),
        )
        for row in rows
        if row.note and row.corrects_id is None
    )


def _corrections(one: Activity, days: Days) -> tuple[Correction, ...]:
    by_id = {row.id: row for row in one.recorded}
    pairs = [(by_id[row.corrects_id], row) for row in one.recorded if row.corrects_id in by_id]
    found = [
        Correction(old.happened_on, swedish.local(new.recorded_at).date(), old.amount, new.amount, new.note)
        for old, new in pairs
        if days.first <= old.happened_on <= days.last or days.first <= new.happened_on <= days.last
    ]
    return tuple(sorted(found, key=lambda one: (one.recorded_on, one.on)))


# ---------------------------------------------------------------- what was not told
def _gaps(one: Activity, held: Validity, days: Days, today: dt.date) -> Iterator[Days]:
    """The days of the stretch, so far as they have gone, on which longer than the promise's own rhythm nothing was recorded.

    A number per quarter, month or week (per day, too: nobody writes each day) is silent when a whole one passes without a row. Any other
    when more than `QUIET_DAYS` do, or the days that an even pace leaves between two. What is told in words is silent when the
    whole stretch is. What has reached its number owes no more rows.
    """
    gone = Days(days.first, min(days.last, today - _DAY))
    rows = sorted(_done(one.standing), key=lambda row: row.on)
    if gone.first > gone.last or not (one.is_counted or one.measure == "narrative"):
        return
    last = _reached_on(one, held, rows, days) or gone.last
    inside = [row.on for row in rows if days.first <= row.on <= days.last]
    for before, after in pairwise([gone.first - _DAY, *inside, gone.last + _DAY]):
        gap = Days(before + _DAY, after - _DAY)
        if gap.first <= min(gap.last, last) and _is_long(one, held, gap) and (one.is_counted or not inside):
            yield gap


def _is_long(one: Activity, held: Validity, gap: Days) -> bool:
    if one.at_least is not None and one.per not in {"year", "period"}:
        per = "week" if one.per == "day" else one.per
        begins = counting.unit_first(per, gap.first)
        begins = begins if begins == gap.first else counting.unit_after(per, begins)
        return counting.unit_after(per, begins) - _DAY <= gap.last
    owed_over = (held.known_until - held.first).days + 1 if one.per == "period" else 366
    return (gap.last - gap.first).days + 1 > max(QUIET_DAYS, owed_over // one.at_least if one.at_least else 0)


def _reached_on(one: Activity, held: Validity, rows: Sequence[Done], days: Days) -> dt.date | None:
    """The day on which the whole number had been done; None where it is not, or is owed at each of several places."""
    if one.at_least is None or one.places:
        return None
    count = stretches.count(one.at_least, one.per, (), held, rows, days, days.last)
    done = 0
    for row in rows:
        done += row.amount if count.since <= row.on <= days.last else 0
        if count.promised is not None and done >= count.promised:
            return row.on
    return None


# ---------------------------------------------------------------- what does not go as promised
QUIET = 2
"""The last rank among deviations: too late comes first, then behind."""


class Deviation(NamedTuple):
    """What does not go as it was promised, in sentences; `weight` puts the worst first."""

    progress: Progress
    sentences: tuple[str, ...]
    weight: tuple[int, float]

    @property
    def is_quiet_only(self) -> bool:
        """Whether it keeps its pace and its days, and all there is to say is that nobody has told of it for long."""
        return self.weight[0] == QUIET


def deviations(found: Sequence[Progress]) -> list[Deviation]:
    """Worst first: what should have been done by a day, what is behind its pace (by the share that is missing), what nobody told of."""
    told = [deviation for one in found if (deviation := _deviation(one)).sentences]
    return sorted(told, key=lambda one: one.weight)


def _deviation(one: Progress) -> Deviation:
    sentences = []
    if one.is_late and one.due_on:
        sentences.append(f"Skulle vara gjort {swedish.long_date(one.due_on)} och är inte klart.")
    count = one.count
    behind = count.behind if count else 0
    if count and behind:
        sentences.append(behind_words(count, one.unit))
    quiet = sum((gap.last - gap.first).days + 1 for gap in one.gaps)
    rank = 0 if one.is_late else 1 if behind else QUIET
    share = behind / max(count.owed or 1.0, 1.0) if count else 0.0
    sentences += [one.gap_words] if one.gaps else []
    return Deviation(one, tuple(sentences), (rank, -share if rank < QUIET else -float(quiet)))


def behind_words(count: Count, unit: str) -> str:
    """8 av minst 12 insatser. Jämn takt hade gett 9,0: 1 efter takten. På torget: 1 av 4."""
    even = f"Jämn takt hade gett {swedish.number(count.expected or 0.0)}: {count.pace_words}." if not count.is_over or _is_share(count) else ""
    said = f"{count.done} av minst {count.promised}{f' {unit}' if unit else ''}"
    lacking = [f"{place.name} {place.done} av {place.promised}" for place in count.places if place.done < stretches.whole(place.expected)]
    places = f" Saknas: {'; '.join(lacking)}." if lacking else ""
    return f"{said}. {even}{places}" if even else f"{said}: {count.pace_words}.{places}"


def _is_share(count: Count) -> bool:
    return (count.owed or 0.0) < (count.promised or 0)
