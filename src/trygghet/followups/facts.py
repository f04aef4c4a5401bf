"""What a room is filled with beforehand: for each subject what was promised, how it went, what was noted and told, and what figures propose.

All of it is computed from what has been recorded; `as_json` is what is frozen and published with the signed follow-up, and reads back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from trygghet import swedish
from trygghet.followups.proposing import propose
from trygghet.followups.rules import Subject, Verdict
from trygghet.indicators import rules as indicators
from trygghet.promises import progress
from trygghet.swedish import Chip
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trygghet.followups.proposing import Proposal
    from trygghet.followups.rules import Room
    from trygghet.indicators.rules import Series
    from trygghet.promises.progress import Correction, Note, Progress
    from trygghet.promises.promise import Promise
    from trygghet.promises.stretches import Count


RECORDED = {"check", "doc", "stop"}
"""The icons of states that come about by what somebody recorded; the others come with the days."""


class Point(NamedTuple):
    """How far one had come by the end of a month, or by today in the one that runs; decimals as they are shown."""

    first: dt.date
    done: int
    expected: Decimal | None


class Spot(NamedTuple):
    """One place: done there, and the whole number that is owed there. The one without a name holds what named no place of the promise."""

    name: str
    done: int
    promised: int | None


@dataclass(frozen=True)
class Figure:
    """A counting as it is shown. The fields mean what they mean in `promises.stretches.Count`; decimals are rounded as they are shown."""

    title: str
    unit: str
    first: dt.date
    last: dt.date
    since: dt.date
    until: dt.date
    is_over: bool
    done: int
    within: int
    promised: int | None
    owed: Decimal | None
    expected: Decimal | None
    pace_words: str
    sum: str
    before: Point
    monthly: tuple[Point, ...]
    places: tuple[Spot, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether the number is owed over a longer time than these days, so that a share of it is owed by their end."""
        return self.owed is not None and self.promised is not None and self.owed < self.promised

    @property
    def words(self) -> str:
        """11 av 12 insatser; 38 pass where no number was promised."""
        return self.words_in(SWEDISH)

    def words_in(self, t: Tongue) -> str:
        """The same in a language."""
        done = t.number(self.done, 0)
        count = done if self.promised is None else t("{done} av {promised}", done=done, promised=t.number(self.promised, 0))
        return f"{count} {self.unit or t('gånger')}"

    def pace_in(self, t: Tongue) -> str:
        """How it stands against an even pace: the words that were kept, in a language. A number, where there is one, comes first in them."""
        count, _, rest = self.pace_words.partition(" ")
        return t.known(f"{{count}} {rest}").format(count=count) if count.isdigit() else t.known(self.pace_words)

    @property
    def share_words(self) -> str:
        """Where the number is owed over a longer time: what an even pace owes by the last day, and since when it is counted."""
        return self.share_in(SWEDISH)

    def share_in(self, t: Tongue) -> str:
        """The same in a language."""
        if not self.is_share and self.since == self.first:
            return ""
        counted = t("Räknat från {day}.", day=self.since) if self.since < self.first else ""
        owed = t.number(float(self.owed or 0))
        even = t("Vid jämn takt ska {owed} vara gjorda {day}.", owed=owed, day=self.last) if self.is_share else ""
        return f"{counted} {even}".strip()

    def rows(self, t: Tongue) -> list[tuple[str, int, Decimal | None]]:
        """The table beside the picture: by the end of which month (or by today), what was done and an even pace, all added up."""
        before = t("före {day}", day=t.short_date(self.first))
        began = [(before, self.before.done, self.before.expected)] if self.since < self.first else []
        names = [t.month(month.first) for month in self.monthly]
        if self.first.year != self.last.year:
            names = [f"{name} {month.first.year}" for name, month in zip(names, self.monthly, strict=True)]
        if names and not self.is_over:
            names[-1] = t.short_date(self.until)
        return [*began, *((name, month.done, month.expected) for name, month in zip(names, self.monthly, strict=True))]


class State(NamedTuple):
    """What is no number: done or not, or told in words. The chip is a tone, an icon and words."""

    title: str
    chip: Chip


class ToldUpdate(NamedTuple):
    """What residents have been told; `link` is its public address."""

    id: UUID
    title: str
    body: str
    told_on: dt.date
    link: str = ""


class Said(NamedTuple):
    """A verdict that was published; `who` is a party's name, or empty where all said the same."""

    who: str
    verdict: Verdict
    reason: str


class EarlierVerdict(NamedTuple):
    """What an earlier year's follow-up said of a subject: one verdict, or every party's own where both were published."""

    key: str
    year: int
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Prefilled:
    """All that is known of one subject. `notes` and `corrections` are the parties' own and the proposal is for them alone: none is frozen."""

    subject: Subject
    promised: tuple[str, ...]
    figures: tuple[Figure, ...]
    states: tuple[State, ...]
    gaps: tuple[str, ...]
    indicators: tuple[Series, ...]
    updates: tuple[ToldUpdate, ...]
    earlier: tuple[EarlierVerdict, ...]
    proposal: Proposal | None = None
    notes: tuple[tuple[str, Note], ...] = ()
    corrections: tuple[tuple[str, Correction], ...] = ()

    @property
    def recorded(self) -> tuple[object, ...]:
        """Of all this, that which does not change by itself as days go by: another value says that somebody has recorded something."""
        return (
            [(one.title, one.done, one.within, one.places) for one in self.figures],
            [(one.title, one.chip.text if one.chip.icon in RECORDED else "") for one in self.states],
            [[(row.year, row.value, row.n, row.preliminary, row.break_note) for row in one.observations] for one in self.indicators],
            [one.id for one in self.updates],
        )

    def as_json(self) -> dict[str, Any]:
        """As it is frozen and published: days as ISO dates, decimals as text as they are shown. What reporters wrote stays inside, and
        so does the proposal: what is kept is what people said.
        """
        return {
            "promised": list(self.promised),
            "figures": [_figure_json(one) for one in self.figures],
            "states": [{"title": one.title, "tone": one.chip.tone, "icon": one.chip.icon, "text": one.chip.text} for one in self.states],
            "gaps": list(self.gaps),
            "indicators": [indicators.as_json(one) for one in self.indicators],
            "updates": [{"id": str(one.id), "title": one.title, "told_on": one.told_on.isoformat(), "link": one.link} for one in self.updates],
            "earlier": [{"year": one.year, "said": [said._asdict() for said in one.said]} for one in self.earlier],
        }


def from_json(subject: Subject, stored: Mapping[str, Any]) -> Prefilled:
    """What `as_json` made, to be shown as it was. Nothing stored is a subject of which nothing is known."""
    return Prefilled(
        subject,
        tuple(stored.get("promised", ())),
        tuple(_figure(one) for one in stored.get("figures", ())),
        tuple(State(one["title"], Chip(one["tone"], one["icon"], one["text"])) for one in stored.get("states", ())),
        tuple(stored.get("gaps", ())),
        tuple(indicators.from_json(one) for one in stored.get("indicators", ())),
        tuple(ToldUpdate(UUID(one["id"]), one["title"], "", dt.date.fromisoformat(one["told_on"]), one["link"]) for one in stored.get("updates", ())),
        tuple(
            EarlierVerdict(subject.key, one["year"], tuple(Said(said["who"], Verdict(said["verdict"]), said["reason"]) for said in one["said"]))
            for one in stored.get("earlier", ())
        ),
    )


def prefill(
    promise: Promise,
    room: Room,
    told: Sequence[ToldUpdate],
    earlier: Sequence[EarlierVerdict],
    series: Mapping[UUID, Sequence[Series]],
    today: dt.date,
) -> list[Prefilled]:
    """Each subject of the room, in its order. `series` are those that stand beside each goal.

    An update stands with the subjects that it names (by their title or that of one of their activities), and with the promise as a
    whole; `untied` are those that name none. Before the room's first day nothing is proposed.
    """
    found = progress.stretch(promise, room.first, room.last, today)
    return [_prefilled(one, room.first, found, told, earlier, series, today) for one in room.subjects]


def untied(told: Sequence[ToldUpdate], found: Sequence[Prefilled]) -> list[ToldUpdate]:
    """What residents have been told that stands with none of the subjects, latest first."""
    tied = {update.id for one in found for update in one.updates}
    return sorted((one for one in told if one.id not in tied), key=lambda one: one.told_on, reverse=True)


def _prefilled(
    subject: Subject,
    first: dt.date,
    found: Sequence[Progress],
    told: Sequence[ToldUpdate],
    earlier: Sequence[EarlierVerdict],
    series: Mapping[UUID, Sequence[Series]],
    today: dt.date,
) -> Prefilled:
    own = [one for one in found if subject.id is None or subject.id in {one.id, one.goal_id}]
    several = sum(one.kind == "activity" for one in own) > 1
    beside = tuple(series.get(subject.id, ())) if subject.id else ()
    return Prefilled(
        subject,
        tuple(_promised(subject, own)),
        tuple(figure(one.title, one.unit, one.count) for one in own if one.count is not None and not _is_double(one, own)),
        tuple(state for one in own if (state := _state(one, today))),
        tuple(f"{one.title}: {swedish.first_down(one.gap_words)}" if several else one.gap_words for one in own if one.gaps),
        beside,
        tuple(sorted((one for one in told if subject.id is None or _names(one, own)), key=lambda one: one.told_on, reverse=True)),
        tuple(sorted((one for one in earlier if one.key == subject.key), key=lambda one: one.year, reverse=True)),
        propose([one for one in own if not _is_double(one, own)], beside, today) if today >= first else None,
        tuple(sorted(((one.title, note) for one in own for note in one.notes), key=lambda pair: pair[1].on)),
        tuple(sorted(((one.title, row) for one in own for row in one.corrections), key=lambda pair: pair[1].recorded_on)),
    )


def _is_double(one: Progress, own: Sequence[Progress]) -> bool:
    """Whether a goal's number is that of its only counted activity, which says the same with more."""
    counted = [other.count for other in own if other.goal_id == one.id and other.count is not None]
    mine = one.count
    return (
        one.kind == "goal"
        and mine is not None
        and len(counted) == 1
        and (mine.promised, mine.owed, mine.done) == (counted[0].promised, counted[0].owed, counted[0].done)
    )


def _promised(subject: Subject, own: Sequence[Progress]) -> Iterator[str]:
    """The subject's own words and its number or level, then each activity with its own. That something is done or told is no more than its name."""
    for one in own:
        how = "" if one.measure in {"yes_no", "narrative"} else " ".join(one.target)
        if one.measure == "indicator" and one.target:
            how = ": ".join((one.target[0], *map(swedish.first_down, one.target[1:])))
        if one.id == subject.id:
            yield from (text for text in (one.body if one.body != subject.title else "", how) if text)
        elif one.kind == "activity" or how:
            yield f"{one.title}{f': {swedish.first_down(how)}' if how else ''}"


def _names(update: ToldUpdate, own: Sequence[Progress]) -> bool:
    text = f"{update.title} {update.body}".casefold()
    return any(one.title and one.title.rstrip(".").casefold() in text for one in own)


def _state(one: Progress, today: dt.date) -> State | None:
    """How it stands with what is no number."""
    if one.removed_in:
        return State(one.title, Chip("", "stop", f"Togs bort i version {one.removed_in}"))
    if one.kind == "goal" or one.count is not None:
        return None
    if one.measure == "yes_no":
        if one.done_on:
            return State(one.title, Chip("good", "check", f"Gjort {swedish.short_date(one.done_on)}"))
        if one.is_late and one.due_on:
            return State(one.title, Chip("warn", "late", f"Skulle vara gjort {swedish.short_date(one.due_on)}"))
        return State(one.title, Chip("", "clock", "Inte gjort" if today > one.days.last else "Inte gjort än"))
    many = len(one.notes)
    return State(one.title, Chip("", "doc", swedish.counted(many, "anteckning", "anteckningar") if many else "Inget är skrivet"))


# ---------------------------------------------------------------- figures
def _shown(value: float | None) -> Decimal | None:
    """As `swedish.number` shows it: one decimal."""
    return None if value is None else Decimal(f"{value:.1f}")


def figure(title: str, unit: str, count: Count) -> Figure:
    """A counting as it is shown."""
    return Figure(
        title,
        unit,
        *count.days,
        count.since,
        count.until,
        count.is_over,
        count.done,
        count.within,
        count.promised,
        _shown(count.owed),
        _shown(count.expected),
        count.pace_words,
        count.sum,
        Point(count.before.first, count.before.done, _shown(count.before.expected)),
        tuple(Point(month.first, month.done, _shown(month.expected)) for month in count.months),
        tuple(Spot(place.name, place.done, place.promised) for place in count.places),
    )


def _figure_json(one: Figure) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _KEPT},
        **{name: getattr(one, name).isoformat() for name in _DAYS},
        **{name: _text(getattr(one, name)) for name in _DECIMALS},
        "before": _point_json(one.before),
        "monthly": [_point_json(point) for point in one.monthly],
        "places": [spot._asdict() for spot in one.places],
    }


_KEPT = ("title", "unit", "is_over", "done", "within", "promised", "pace_words", "sum")
_DAYS = ("first", "last", "since", "until")
_DECIMALS = ("owed", "expected")


def _point_json(one: Point) -> dict[str, Any]:
    return {"first": one.first.isoformat(), "done": one.done, "expected": _text(one.expected)}


def _figure(stored: Mapping[str, Any]) -> Figure:
    fields: dict[str, Any] = {name: stored[name] for name in _KEPT}
    fields |= {name: dt.date.fromisoformat(stored[name]) for name in _DAYS}
    fields |= {name: _decimal(stored[name]) for name in _DECIMALS}
    return Figure(
        **fields,
        before=_point(stored["before"]),
        monthly=tuple(_point(one) for one in stored["monthly"]),
        places=tuple(Spot(**one) for one in stored["places"]),
    )


def _point(stored: Mapping[str, Any]) -> Point:
    return Point(dt.date.fromisoformat(stored["first"]), stored["done"], _decimal(stored["expected"]))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
