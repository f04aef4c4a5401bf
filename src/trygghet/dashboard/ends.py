"""What a dashboard says of promises that end: the task until a next one is signed, and the days that no promise covers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import periods, swedish
from trygghet.obligations import renewal
from trygghet.obligations.renewal import Ending
from trygghet.obligations.rules import Kind
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.dashboard.facts import Board, Duty, Municipality, Promise
    from trygghet.periods import Gap

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Uncovered:
    """Days of a municipality that no promise covers. `before` is the promise that they follow on, where the organisation has it.

    `is_now`: today is one of the days.
    """

    municipality: Municipality
    gap: Gap
    before: Promise | None
    is_now: bool

    @property
    def heading(self) -> str:
        """Löfteslucka 1 januari till och med 28 februari 2025."""
        gap = self.gap
        if gap.last is None:
            return f"Löfteslucka sedan {swedish.long_date(gap.first)}"
        if gap.first == gap.last:
            return f"Löfteslucka {swedish.long_date(gap.first)}"
        first = swedish.day_month(gap.first) if gap.first.year == gap.last.year else swedish.long_date(gap.first)
        return f"Löfteslucka {first} till och med {swedish.long_date(gap.last)}"

    def chip(self, today: dt.date) -> Chip:
        """How long it has been, or will be."""
        days = swedish.days(self.gap.days_by(today) if self.gap.days is None else self.gap.days)
        return Chip("bad", "late", f"Löfteslucka, {days}") if self.is_now else Chip("warn", "hour", f"Löfteslucka väntar, {days}")

    @property
    def dates(self) -> str:
        """1 jan – 28 feb 2025, for a narrow column."""
        gap = self.gap
        if gap.last is None:
            return f"sedan {swedish.short_date(gap.first)}"
        if gap.first == gap.last:
            return swedish.short_date(gap.first)
        first = swedish.short_day(gap.first) if gap.first.year == gap.last.year else swedish.short_date(gap.first)
        return f"{first} – {swedish.short_date(gap.last)}"


def uncovered(board: Board, today: dt.date) -> list[Uncovered]:
    """Each municipality's gap, where one is open or is known to come and the leaders have not said that nothing shall follow."""
    found = []
    for municipality in board.municipalities:
        gap = periods.gap_to_tell(board.covers.get(municipality.slug, ()), today)
        if gap is None:
            continue
        before = next((one for one in board.promises if one.validity.last == gap.first - _DAY and one.is_for(municipality.id)), None)
        if before is None or gap.last is not None or not _declined(board, before):
            found.append(Uncovered(municipality, gap, before, gap.holds(today)))
    return found


def _declined(board: Board, promise: Promise) -> bool:
    """Whether the leaders of all parties have said that no new promise will come."""
    return any(duty.promise_id == promise.id and duty.kind == Kind.RENEWAL and duty.done and not duty.followed for duty in board.duties)


def sentence(gaps: Sequence[Uncovered], *, alone: bool) -> str:
    """Which days no promise covers, for the top of the page. `alone`: there is one municipality, which need not be named."""
    now, coming = [one for one in gaps if one.is_now], [one for one in gaps if not one.is_now]
    if not now and not coming:
        return ""
    shown = now or coming
    where = "" if alone else f" i {swedish.listed([one.municipality.short for one in shown])}"
    first = shown[0]
    if len(shown) > 1:
        return f"Inget löfte gäller{where}." if now else f"Det blir dagar utan löfte{where}."
    if first.gap.last is None:
        return f"Inget löfte gäller{where} sedan {swedish.long_date(first.gap.first)}."
    days = f"{swedish.days(first.gap.days or 0)} utan löfte{where}"
    return f"{days} pågår till och med {swedish.long_date(first.gap.last)}." if now else f"{days} väntar från {swedish.long_date(first.gap.first)}."


def gap_text(one: Uncovered, today: dt.date) -> str:
    """What it means, and what would close it."""
    gap = one.gap
    if gap.last is None:
        return f"{swedish.days(gap.days_by(today))} hittills. Något nytt löfte är inte undertecknat."
    verb = "täcker" if one.is_now else "kommer att täcka"
    return (
        f"{swedish.days(gap.days or 0)} som inget löfte {verb}, innan nästa börjar gälla {swedish.long_date(gap.last + _DAY)}. "
        "En förlängning av det förra löftet stänger luckan."
    )


def ending(board: Board, duty: Duty, promise: Promise, organisation: UUID) -> Ending:
    """The promise's end as this party sees it."""
    places = frozenset(party.organisation_id for party in promise.municipalities) | ({promise.concerns} if promise.concerns else set())
    others = promise.others(organisation)
    return Ending(
        promise.id,
        duty.due_on,
        tuple(party.name for party in others),
        renewal.making_of(promise.id, promise.validity, places, board.makings),
        we_declined=organisation in duty.marked,
        declined=tuple(party.name for party in others if party.organisation_id in duty.marked),
    )


def opened_by(promise: Promise, gaps: Sequence[Uncovered]) -> list[Uncovered]:
    """The gaps that the end of this promise has opened, while nothing is known to close them."""
    return [one for one in gaps if one.before is not None and one.before.id == promise.id and one.gap.last is None]
