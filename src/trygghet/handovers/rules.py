"""Whose reminders may go to whom, on which days, and what the two are told. A reminder is moved, never silenced.

A handover is one step long: who gets somebody's reminders has not handed over their own, and who has handed over gets
nobody else's. So nothing goes in a ring, and nobody has to follow a chain to see where a reminder ended.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import periods, swedish
from trygghet.notices.rules import Notice
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ACTS = frozenset({"leader", "coordinator"})
"""Who can do what a reminder asks for, and so may get somebody else's."""
_BECAUSE = "Påminnelserna om era frister har bytt mottagare, och det gäller dig."


class Colleague(NamedTuple):
    """Somebody who holds an office here today that reminders go to, with their roles."""

    person_id: UUID
    name: str
    office: str
    roles: frozenset[str]

    @property
    def may_receive(self) -> bool:
        """Whether they can do what a reminder asks for."""
        return bool(self.roles & ACTS)


@dataclass(frozen=True)
class Days:
    """From one day to another, both included."""

    first: dt.date
    last: dt.date

    def touches(self, other: Days) -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{swedish.long_date(self.first)} till och med {swedish.long_date(self.last)}"


@dataclass(frozen=True)
class Handover:
    """The reminders of `name` go to `to_name` on those days, unless it is ended before."""

    id: UUID
    person_id: UUID
    name: str
    to_person_id: UUID
    to_name: str
    days: Days
    by_name: str

    def is_of(self, person_id: UUID) -> bool:
        """Whether somebody is one of the two."""
        return person_id in {self.person_id, self.to_person_id}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for in the form."""

    whose: UUID
    to: UUID
    days: Days


def wish(fields: Mapping[str, str], who: UUID, today: dt.date) -> Wish:
    """What the form says: one's own reminders where it does not say whose, from today where it does not say from when. Raises `Refusal`."""
    first = periods.parse_day(fields["fran"], "Från och med", field="fran") if fields.get("fran") else today
    last = periods.parse_day(fields.get("till", ""), "Till och med", field="till")
    if first < today:
        raise Refusal("handover.past", field="fran", today=today.isoformat(), day=first.isoformat())
    if last < first:
        raise Refusal("handover.reversed", field="till", first=first.isoformat(), last=last.isoformat())
    if last > periods.year_later(first):
        raise Refusal("handover.long", field="till", latest=periods.year_later(first).isoformat(), last=last.isoformat())
    return Wish(_person(fields.get("vems") or str(who), "vems"), _person(fields.get("kollega", ""), "kollega"), Days(first, last))


def _person(typed: str, field: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise _unknown(field) from None


def _unknown(field: str) -> Refusal:
    return Refusal("handover.whose", field=field) if field == "vems" else Refusal("handover.colleague", field=field)


def check(asked: Wish, people: Sequence[Colleague], others: Iterable[Handover]) -> tuple[Colleague, Colleague]:
    """Whose reminders go to whom. `others` are all handovers that are not over. Raises `Refusal`."""
    known = {one.person_id: one for one in people}
    whose, to = known.get(asked.whose), known.get(asked.to)
    if whose is None:
        raise _unknown("vems")
    if to is None or not to.may_receive:
        raise _unknown("kollega")
    if to == whose:
        raise Refusal("handover.self", field="kollega")
    for one in others:
        if one.days.touches(asked.days):
            _check_beside(one, whose, to)
    return whose, to


def _check_beside(one: Handover, whose: Colleague, to: Colleague) -> None:
    if one.person_id == whose.person_id:
        raise Refusal("handover.already", name=swedish.genitive(whose.name), to=one.to_name, days=one.days)
    if one.person_id == to.person_id:
        raise Refusal("handover.away", field="kollega", name=to.name, to=one.to_name, days=one.days)
    if one.to_person_id == whose.person_id:
        raise Refusal("handover.receives", name=whose.name, whose=swedish.genitive(one.name), days=one.days)


def began(one: Handover, organisation: UUID, by: tuple[UUID, str]) -> Notice:
    """To the colleague, and to whose they are where somebody else has decided it. `by` is who did it."""
    return Notice(
        key=f"handover:{one.id}",
        headline=f"{swedish.genitive(one.name)} påminnelser går till {one.to_name}, {one.days}",
        lines=(
            f"{by[1]} har bestämt att påminnelserna om frister till {one.name} går till {one.to_name} de dagarna.",
            "Det slutar av sig självt. Båda kan avsluta det tidigare, och administratörerna hos er också.",
        ),
        link="/paminnelser/flytta",
        action="Se vad som gäller",
        because=_BECAUSE,
        people={organisation: (one.person_id, one.to_person_id)},
        by=by[0],
    )


def ended(one: Handover, organisation: UUID, by: tuple[UUID, str]) -> Notice:
    """To the other of the two, or to both: it is over before its last day."""
    return Notice(
        key=f"handover:{one.id}:ended",
        headline=f"{swedish.genitive(one.name)} påminnelser går inte längre till {one.to_name}",
        lines=(f"{by[1]} har avslutat det. Från och med nu går påminnelserna till {one.name} som vanligt.",),
        link="/paminnelser/flytta",
        action="Se vad som gäller",
        because=_BECAUSE,
        people={organisation: (one.person_id, one.to_person_id)},
        by=by[0],
    )
