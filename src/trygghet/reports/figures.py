"""What a report says by itself: the same facts as the joint follow-up's, what deviates first. People write around it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import swedish
from trygghet.obligations.rules import Kind
from trygghet.promises import progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from trygghet.indicators.rules import Series
    from trygghet.obligations.rules import Obligation
    from trygghet.promises.progress import Progress
    from trygghet.promises.promise import Promise

COMING = 5
"""So many of the next dated things are told."""
TOLD, SPOKEN = 8, 4
"""So many deviations are told in words, in a text and in talking points; the rest stand in the table."""
NAMED = 4
"""So many of those that go as promised are named before the rest are counted."""
MEASURED = 4


class Row(NamedTuple):
    """One goal or activity in the table: what it is, who answers for it, how much in the period and in all, and how that stands."""

    title: str
    owner: str
    within: str
    done: str
    state: str
    deviates: bool


@dataclass(frozen=True)
class Figures:
    """All that the facts say about a period on the day they were fetched. What deviates stands first, the worst on top.

    `deviations` are sentences with what they are about, `coming` what lies ahead, `measured` series with what they show and their source.
    """

    rows: tuple[Row, ...]
    deviations: tuple[tuple[str, str], ...]
    coming: tuple[str, ...]
    measured: tuple[tuple[str, str], ...]

    @property
    def deviating(self) -> int:
        """How many rows deviate."""
        return sum(row.deviates for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {**asdict(self), "rows": [row._asdict() for row in self.rows]}


def from_json(stored: Mapping[str, Any]) -> Figures:
    """What `as_json` made."""
    pairs = {name: tuple((one[0], one[1]) for one in stored[name]) for name in ("deviations", "measured")}
    return Figures(tuple(Row(**row) for row in stored["rows"]), coming=tuple(stored["coming"]), **pairs)


def gather(
    promise: Promise, first: dt.date, last: dt.date, duties: Iterable[Obligation], beside: Mapping[UUID, Sequence[Series]], today: dt.date
) -> Figures:
    """The facts of a period as they are known today. `duties` are the promise's common ones, `beside` the series by the goal they stand at."""
    found = progress.stretch(promise, first, last, today)
    deviations = progress.deviations([one for one in found if not one.removed_in])
    worst = {one.progress.id: place for place, one in enumerate(deviations)}
    off = {one.progress.id for one in deviations if not one.is_quiet_only}
    shown = [one for one in found if one.kind == "activity" or one.count is not None or one.id in worst]
    shown.sort(key=lambda one: worst.get(one.id, len(worst)))
    return Figures(
        tuple(_row(one, deviates=one.id in off, quiet=one.id in worst) for one in shown),
        tuple((one.progress.title.rstrip("."), " ".join(one.sentences)) for one in deviations),
        tuple(_coming(promise, duties, last, today)),
        tuple(_measured(found, beside)),
    )


def _row(one: Progress, *, deviates: bool, quiet: bool) -> Row:
    count = one.count
    if count is None:
        return Row(one.title, one.owner, "", _done_words(one), _plain_state(one, quiet=quiet), deviates)
    unit = f" {one.unit}" if one.unit else ""
    done = f"{swedish.number(count.done, 0)} av {swedish.number(count.promised, 0)}{unit}" if count.promised is not None else f"{count.done}{unit}"
    state = count.pace_words or _plain_state(one, quiet=quiet)
    return Row(one.title, one.owner, swedish.number(count.within, 0), done, swedish.first_up(state), deviates)


def _done_words(one: Progress) -> str:
    if one.measure == "yes_no":
        return f"Gjord {swedish.short_date(one.done_on)}" if one.done_on else "Inte gjord"
    return f"Senast {swedish.short_date(one.done_on)}" if one.done_on else "Inget noterat"


def _plain_state(one: Progress, *, quiet: bool) -> str:
    if one.removed_in:
        return f"Borttagen i version {one.removed_in}"
    if one.is_late:
        return "Försenad"
    if quiet:
        return "Inget registrerat på länge"
    if one.due_on and not one.done_on:
        return f"Ska vara gjord {swedish.short_date(one.due_on)}"
    return "Utan måltal" if one.count is not None else "Som lovat" if one.done_on else "Inte påbörjad"


def _coming(promise: Promise, duties: Iterable[Obligation], last: dt.date, today: dt.date) -> list[str]:
    """The next dated things that remain from today on; of reports those about later days."""
    kinds = {Kind.FOLLOW_UP, Kind.ACTIVITY, Kind.REVIEW, Kind.REPORT}
    open_ = [one for one in duties if one.duty.kind in kinds and one.settled_at is None and one.duty.due_on >= today]
    after = [one for one in open_ if one.duty.kind is not Kind.REPORT or (one.duty.period_until or last) > last]
    dated = [(one.duty.due_on, one.duty.title.rstrip(".")) for one in after]
    if promise.validity.last and promise.validity.last >= today:
        dated.append((promise.validity.last, "Löftets sista dag"))
    return [f"{swedish.long_date(day)}: {title}." for day, title in sorted(dated)[:COMING]]


def _measured(found: Sequence[Progress], beside: Mapping[UUID, Sequence[Series]]) -> list[tuple[str, str]]:
    told = {}
    for goal in (one for one in found if one.kind == "goal"):
        for series in beside.get(goal.id, ()):
            name = ", ".join(part for part in (series.name, series.area) if part)
            told[series.id] = (name, f"{series.change_words} {series.source_words}")
    return list(told.values())[:MEASURED]


# ---------------------------------------------------------------- in words
def summary(figures: Figures, first: dt.date, last: dt.date) -> str:
    """How it stands in two sentences."""
    when = f"{swedish.long_date(first)} till och med {swedish.long_date(last)}"
    many, off = len(figures.rows), figures.deviating
    if not many:
        return f"Rapporten gäller {when}. Löftet har inga aktiviteter att följa."
    what = "aktivitet" if many == 1 else "aktiviteter"
    head = f"Rapporten gäller {when}. Löftet har {swedish.word(many)} {what} att följa."
    if not off:
        return f"{head} Ingen avviker från det som är lovat."
    return f"{head} {swedish.first_up(swedish.word(off))} avviker från det som är lovat, {swedish.word(many - off)} gör det inte."


def deviations(figures: Figures, most: int = TOLD) -> str:
    """What does not go as promised, the worst first, as a list."""
    if not figures.deviations:
        return "Inget avviker från det som är lovat."
    rest = len(figures.deviations) - most
    more = [f"- {swedish.first_up(swedish.word(rest))} {'avvikelse' if rest == 1 else 'avvikelser'} till, se tabellen."] if rest > 0 else []
    return "\n".join([*(f"- {title}. {words}" for title, words in figures.deviations[:most]), *more])


def as_promised(figures: Figures) -> str:
    """What goes as it should, by name as far as a reader can take it in."""
    names = [row.title.rstrip(".") for row in figures.rows if not row.deviates]
    if not names:
        return "Ingen aktivitet går som lovat under perioden." if figures.rows else ""
    rest = len(names) - NAMED
    if rest <= 1:
        return f"{swedish.listed(names)} avviker inte från det som är lovat."
    return f"{', '.join(names[:NAMED])} och {swedish.word(rest)} till avviker inte från det som är lovat."


def coming(figures: Figures) -> str:
    """What lies ahead, as a list."""
    return "\n".join(f"- {one}" for one in figures.coming)


def measured(figures: Figures) -> str:
    """What series beside the goals show, each with its source, and that they show no cause."""
    if not figures.measured:
        return ""
    told = "\n".join(f"- {name}. {words}" for name, words in figures.measured)
    return f"{told}\n\nMätvärdena visar hur det som mäts har ändrats, inte vad ändringen beror på."


def points(figures: Figures, first: dt.date, last: dt.date) -> str:
    """What to say when it is said aloud."""
    said = [summary(figures, first, last).partition(". ")[2]]
    return "\n".join([*(f"- {one}" for one in said if one), *deviations(figures, SPOKEN).splitlines()]) if figures.deviations else f"- {said[0]}"
