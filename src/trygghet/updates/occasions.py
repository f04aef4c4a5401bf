"""Usual updates begun out of facts: an activity is done, a quarter in figures, a promise signed or ended. Nothing is said without a fact for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.periods import Period, periods
from trygghet.promises.rules import State
from trygghet.updates.rules import LONGEST_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from trygghet.promises.promise import Activity, Promise

ACTIVITY, QUARTER, SIGNED, ENDED, FOLLOW_UP = "activity", "quarter", "signed", "ended", "follow_up"
BY_NAME = {"aktivitet": ACTIVITY, "kvartal": QUARTER, "undertecknat": SIGNED, "avslutat": ENDED}
"""What they are called in addresses. The one of a follow-up is written when it is signed."""


class Begun(NamedTuple):
    """A title and a text to go on from, and what they were begun out of."""

    occasion: str
    title: str = ""
    body: str = ""
    activity: UUID | None = None


class Offered(NamedTuple):
    """A way to begin that there are facts for: the end of its address and what it is called."""

    query: str
    name: str


def offered(promise: Promise, secret: Iterable[UUID], today: dt.date) -> list[Offered]:
    """The ways to begin, the most usual first."""
    found = []
    if quarter := _last_quarter(promise, today):
        found.append(Offered("mall=kvartal", f"{swedish.first_up(quarter.name)} i siffror"))
    found += [Offered(f"mall=aktivitet&aktivitet={one.id}", f"Gjort: {one.title}") for one in _told_of(promise, secret) if one.standing]
    if promise.state(today) in {State.ENDED, State.ENDED_EARLY}:
        found.append(Offered("mall=avslutat", "Löftet är avslutat"))
    elif _is_signed(promise):
        found.append(Offered("mall=undertecknat", "Löftet är undertecknat"))
    return found


def begin(promise: Promise, occasion: str, activity: UUID | None, secret: Iterable[UUID], today: dt.date, *, followed_up: bool) -> Begun:
    """The title and text of that occasion; empty where there are no facts for it."""
    told = _told_of(promise, secret)
    chosen = next((one for one in told if one.id == activity), None)
    if occasion == ACTIVITY and chosen:
        return _activity(promise, chosen, today)
    if occasion == QUARTER and (quarter := _last_quarter(promise, today)):
        return _quarter(promise, told, quarter)
    if occasion == SIGNED and _is_signed(promise):
        return _signed(promise)
    if occasion == ENDED and promise.state(today) in {State.ENDED, State.ENDED_EARLY}:
        return _ended(promise, told, followed_up=followed_up)
    return Begun("")


def _told_of(promise: Promise, secret: Iterable[UUID]) -> list[Activity]:
    """The activities that residents may know of."""
    hidden = set(secret)
    return [one for one in promise.all_activities if one.id not in hidden]


def _last_quarter(promise: Promise, today: dt.date) -> Period | None:
    return next((one for one in reversed(periods("quarter", promise.validity)) if one.last < today), None)


def _begun(occasion: str, title: str, parts: Sequence[str], activity: UUID | None = None) -> Begun:
    return Begun(occasion, title if len(title) <= LONGEST_TITLE else "", "\n\n".join(one for one in parts if one), activity)


def _activity(promise: Promise, activity: Activity, today: dt.date) -> Begun:
    tally = activity.tally(promise.validity, today)
    latest = max((one.happened_on for one in activity.standing), default=None)
    lines = [f"Målet: {swedish.first_down(one)}" for one in activity.target_words[:1]]
    if activity.is_counted and tally.done:
        lines.append(f"Gjort {tally.period_name}: {_many(tally.done, activity)}")
    if latest:
        lines.append(f"Senast: {swedish.long_date(latest)}")
    return _begun(ACTIVITY, activity.title, [f"{_who(promise)} har lovat: {activity.title.rstrip('.')}.", _listed(lines)], activity.id)


def _quarter(promise: Promise, told: Sequence[Activity], quarter: Period) -> Begun:
    found = []
    for one in told:
        done = sum(row.amount for row in one.standing if quarter.first <= row.happened_on <= quarter.last)
        if one.is_counted and done:
            found.append(_counted(one, done, "målet är"))
    days = f"{swedish.long_date(quarter.first)} till och med {swedish.long_date(quarter.last)}"
    said = f"Det här har {swedish.first_down(_who(promise))} gjort {days}, enligt löftet {promise.title}:" if found else ""
    return _begun(QUARTER, f"{swedish.first_up(quarter.name)} i siffror", [said, _listed(found)])


def _is_signed(promise: Promise) -> bool:
    return all(one.signed for one in promise.parties)


def _signed(promise: Promise) -> Begun:
    held = promise.validity
    on = f" {swedish.long_date(promise.signed_on)}" if promise.signed_on else ""
    until = f" till och med {swedish.long_date(held.last)}" if held.last else " och tills vidare"
    first = f"{promise.party_names} har undertecknat löftet{on}. Det gäller från {swedish.long_date(held.first)}{until}."
    areas = [one.title.rstrip(".") for one in promise.areas]
    return _begun(SIGNED, f"{promise.title} är undertecknat", [first, promise.oath, _listed(areas)])


def _ended(promise: Promise, told: Sequence[Activity], *, followed_up: bool) -> Begun:
    held = promise.validity
    first = f"Löftet gällde från {swedish.long_date(held.first)} till och med {swedish.long_date(held.last)}." if held.last else ""
    found = []
    for one in told:
        done = sum(row.amount for row in one.standing)
        if one.is_counted and done:
            found.append(_counted(one, done, "målet var"))
    following = promise.successors
    after = [f"Nu gäller {one.title}, från {swedish.long_date(one.validity.first)}." for one in following]
    whole = "Hela uppföljningen finns på löftets sida." if followed_up else ""
    return _begun(ENDED, f"{promise.title} är avslutat", [first, "Det här blev gjort:" if found else "", _listed(found), whole, *after])


def _who(promise: Promise) -> str:
    """Kommunen och polisen."""
    names = [{"municipality": "kommunen", "police": "polisen"}.get(one.side, one.name) for one in promise.parties]
    return swedish.first_up(swedish.listed(list(dict.fromkeys(names))))


def _many(amount: int, activity: Activity) -> str:
    """The figure, and what is counted where the activity's own name does not say it."""
    unit = "" if activity.unit.casefold() == activity.title.rstrip(".").casefold() else activity.unit
    return f"{swedish.number(amount, 0)} {unit}".strip()


def _counted(activity: Activity, done: int, goal_is: str) -> str:
    """One line of a list: what it is, how many, and the goal it has."""
    goal = f" ({goal_is} {swedish.first_down(activity.target_words[0])})" if activity.target_words else ""
    return f"{activity.title.rstrip('.')}: {_many(done, activity)}{goal}"


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {one}" for one in lines)
