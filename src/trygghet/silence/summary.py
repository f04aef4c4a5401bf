"""The week for those who lead, in at most ten lines: what is late, what is near, what is quiet, and what residents were told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet import periods, swedish, workdays
from trygghet.deliveries.rules import Matter, Planned, Skip, duty_link
from trygghet.reminders import rules as reminders
from trygghet.reminders.ladders import LEADER
from trygghet.silence import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from trygghet.reminders.rules import Owed
    from trygghet.silence.rules import Heard

HOUR, MINUTE = 7, 30
"""When reminders begin to go, too: one letter holds both."""
AHEAD = dt.timedelta(days=366)
"""So far ahead summaries are planned, as far as reminders of what is late are; each night's planning carries it on."""
NEAR = dt.timedelta(days=14)
WEEK = dt.timedelta(days=7)
LATE, COMING, QUIET, TOLD = 3, 3, 2, 2
"""So many lines of each at most, ten together; what there is no room for is counted in the last of them."""
TITLE = "Veckans sammanfattning"
NOTHING = "Inget att berätta den veckan: inget var försenat, nära eller tyst, och invånarna hade inte fått något nytt."
"""Why a week's summary did not go out."""


# ---------------------------------------------------------------- when
def week_of(day: dt.date) -> str:
    """2025-W01: the ISO week that the day is in, with the year that the week belongs to (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def goes_at(monday: dt.date) -> dt.datetime:
    """07.30 in Stockholm on the week's first working day, in UTC."""
    return periods.instant(monday if workdays.is_workday(monday) else workdays.after(monday, 1), HOUR, MINUTE)


def planned(organisation: UUID, after: dt.datetime, *, until: dt.datetime) -> list[Planned]:
    """One row for each week whose moment lies after the one and up to the other, for whoever leads the organisation when it goes."""
    day = swedish.local(after).date()
    monday, found = day - dt.timedelta(days=day.weekday()), []
    while (at := goes_at(monday)) <= until:
        if at > after:
            found.append(_planned(organisation, monday, at))
        monday += WEEK
    return found


def _planned(organisation: UUID, monday: dt.date, at: dt.datetime) -> Planned:
    return Planned(
        organisation_id=organisation,
        key=f"summary:{week_of(monday)}:{organisation}:{LEADER}",
        kind="summary",
        channel="mail",
        title=f"{TITLE}, vecka {monday.isocalendar().week}",
        due_at=at,
        seat=LEADER,
    )


# ---------------------------------------------------------------- what
class Listened(NamedTuple):
    """A promise that an organisation has a part in, with what has been heard in it."""

    promise_id: UUID
    area_name: str
    heard: Heard


class News(NamedTuple):
    """Something that residents were told."""

    update_id: UUID
    area_name: str
    title: str
    on: dt.date


@dataclass(frozen=True)
class Week:
    """All that one organisation's summary is made of. `owed` are the open duties that are its own to do, up to `NEAR` ahead."""

    organisation: str
    owed: Sequence[Owed]
    listened: Sequence[Listened]
    told: Sequence[News]


class Line(NamedTuple):
    """One line of the summary, and where it leads."""

    text: str
    path: str


def lines(week: Week, today: dt.date) -> list[Line]:
    """What there is to say, in the order in which it matters; nothing where all is well."""
    nearest = sorted(week.owed, key=lambda one: one.due_on)
    late = [
        Line(f"Försenat: {reminders.headline(one, (one.due_on - today).days)}.", duty_link(one.kind, one.obligation_id))
        for one in nearest
        if one.due_on < today
    ]
    coming = [
        Line(
            f"{swedish.first_up(swedish.weekday(one.due_on))} {swedish.day_month(one.due_on)}: {reminders.headline(one, (one.due_on - today).days)}.",
            duty_link(one.kind, one.obligation_id),
        )
        for one in nearest
        if today <= one.due_on <= today + NEAR
    ]
    told = [
        Line(f"Invånarna fick veta {swedish.day_month(one.on)}: ”{one.title}” ({one.area_name}).", f"/uppdateringar/{one.update_id}")
        for one in week.told
    ]
    quiet = list(_quiet(week.listened, today))
    return [*_cut(late, LATE, "är försenad"), *_cut(coming, COMING, "är nära"), *_cut(quiet, QUIET, "är tyst"), *_cut(told, TOLD, "har gått ut")]


def _quiet(listened: Iterable[Listened], today: dt.date) -> Iterator[Line]:
    found = [(quiet, one) for one in listened for quiet in rules.quiet(one.heard, today)]
    for quiet, one in sorted(found, key=lambda pair: (pair[0].limit_on, pair[1].area_name, pair[0].kind)):
        yield Line(f"Tyst i {one.area_name} ({swedish.days(quiet.days)}): {swedish.first_down(quiet.heading)}.", f"/loften/{one.promise_id}")


def _cut(found: list[Line], most: int, word: str) -> list[Line]:
    if len(found) <= most:
        return found
    last, more = found[most - 1], len(found) - most
    tail = f"{swedish.first_up(swedish.word(more))} till {word if more == 1 else _SEVERAL.get(word, word)}."
    return [*found[: most - 1], Line(f"{last.text} {tail}", last.path)]


_SEVERAL = {"är försenad": "är försenade", "är tyst": "är tysta"}


def headline(week: Week, today: dt.date) -> str:
    """The subject: En frist är försenad, två är inom två veckor och ett löfte är tyst."""
    late = sum(one.due_on < today for one in week.owed)
    coming = sum(today <= one.due_on <= today + NEAR for one in week.owed)
    quiet = sum(bool(rules.quiet(one.heard, today)) for one in week.listened)
    said = [
        _counted(late, "en frist är försenad", "frister är försenade"),
        _counted(coming, "en frist är inom två veckor", "frister är inom två veckor"),
        _counted(quiet, "ett löfte är tyst", "löften är tysta"),
    ]
    found = [one for one in said if one]
    return f"Veckan: {swedish.listed(found)}" if found else "Veckan: invånarna har fått veta mer"


def _counted(count: int, one: str, many: str) -> str:
    return "" if count == 0 else one if count == 1 else f"{swedish.word(count)} {many}"


def matter(week: Week, office: str, public_url: str, today: dt.date) -> Matter | Skip:
    """The summary as a matter of the day's letter; `Skip` in a week with nothing to say."""
    found = lines(week, today)
    if not found:
        return Skip(NOTHING)
    return Matter(
        kind="summary",
        organisation=week.organisation,
        office=office,
        promise=TITLE,
        area="",
        left=0,
        headline=headline(week, today),
        lines=tuple(one.text for one in found),
        links=tuple(f"{public_url}{one.path}" for one in found),
        action="Öppna översikten",
        link=f"{public_url}/oversikt",
        notes=(
            f"Du leder arbetet hos {week.organisation}. Sammanfattningen kommer veckans första arbetsdag, men inte när det inte finns något att säga.",
        ),
        silenceable=True,
    )
