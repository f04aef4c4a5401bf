"""The week for those who lead, in at most ten lines: what is late, what is near, what is quiet, and what residents were told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from trygghet import periods, swedish, workdays
from trygghet.deliveries.rules import Matter, Planned, Skip, duty_link
from trygghet.reminders import rules as reminders
from trygghet.reminders.ladders import LEADER
from trygghet.silence import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from trygghet.reminders.rules import Owed
    from trygghet.silence.rules import Heard, Quiet

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


class Reader(NamedTuple):
    """Whoever gets the summary: the office that they hold, and why they got it, "" or "handed_over"."""

    office: str
    via: str = ""


class Part(StrEnum):
    """What a line tells of."""

    LATE = "late"
    COMING = "coming"
    QUIET = "quiet"
    TOLD = "told"


class Line(NamedTuple):
    """One line of the summary, and where it leads."""

    text: str
    path: str


@dataclass(frozen=True)
class Wording:
    """How the week is told in one language. `more` says how many of a part there was no room for; `notes` why it came, by the row's `via`."""

    title: str
    late: str
    coming: str
    quiet: str
    told: str
    action: str
    notes: Mapping[str, str]
    duty: Callable[[Owed, int], str]
    long_day: Callable[[dt.date], str]
    day: Callable[[dt.date], str]
    days: Callable[[int], str]
    silence: Callable[[Quiet], str]
    more: Callable[[int, Part], str]
    headline: Callable[[int, int, int], str]


def lines(week: Week, today: dt.date, say: Wording) -> list[Line]:
    """What there is to say, in the order in which it matters; nothing where all is well."""
    nearest = sorted(week.owed, key=lambda one: one.due_on)
    late = [_due(one, say.late, say, today) for one in nearest if one.due_on < today]
    coming = [_due(one, say.coming, say, today) for one in nearest if today <= one.due_on <= today + NEAR]
    told = [Line(say.told.format(day=say.day(one.on), title=one.title, area=one.area_name), f"/uppdateringar/{one.update_id}") for one in week.told]
    quiet = list(_quiet(week.listened, today, say))
    return [
        *_cut(late, LATE, Part.LATE, say),
        *_cut(coming, COMING, Part.COMING, say),
        *_cut(quiet, QUIET, Part.QUIET, say),
        *_cut(told, TOLD, Part.TOLD, say),
    ]


def _due(one: Owed, words: str, say: Wording, today: dt.date) -> Line:
    what = say.duty(one, (one.due_on - today).days)
    return Line(words.format(day=say.long_day(one.due_on), what=what), duty_link(one.kind, one.obligation_id))


def _quiet(listened: Iterable[Listened], today: dt.date, say: Wording) -> Iterator[Line]:
    found = [(quiet, one) for one in listened for quiet in rules.quiet(one.heard, today)]
    for quiet, one in sorted(found, key=lambda pair: (pair[0].limit_on, pair[1].area_name, pair[0].kind)):
        yield Line(say.quiet.format(area=one.area_name, days=say.days(quiet.days), what=say.silence(quiet)), f"/loften/{one.promise_id}")


def _cut(found: list[Line], most: int, part: Part, say: Wording) -> list[Line]:
    if len(found) <= most:
        return found
    last = found[most - 1]
    return [*found[: most - 1], Line(f"{last.text} {say.more(len(found) - most, part)}", last.path)]


def headline(week: Week, today: dt.date, say: Wording) -> str:
    """The subject: En frist är försenad, två är inom två veckor och ett löfte är tyst."""
    late = sum(one.due_on < today for one in week.owed)
    coming = sum(today <= one.due_on <= today + NEAR for one in week.owed)
    return say.headline(late, coming, sum(bool(rules.quiet(one.heard, today)) for one in week.listened))


# ---------------------------------------------------------------- in Swedish
def _more(count: int, part: Part) -> str:
    return f"{swedish.first_up(swedish.word(count))} till {_PARTS[part][count > 1]}."


_PARTS = {
    Part.LATE: ("är försenad", "är försenade"),
    Part.COMING: ("är nära", "är nära"),
    Part.QUIET: ("är tyst", "är tysta"),
    Part.TOLD: ("har gått ut", "har gått ut"),
}


def _headline(late: int, coming: int, quiet: int) -> str:
    said = [
        _counted(late, "en frist är försenad", "frister är försenade"),
        _counted(coming, "en frist är inom två veckor", "frister är inom två veckor"),
        _counted(quiet, "ett löfte är tyst", "löften är tysta"),
    ]
    found = [one for one in said if one]
    return f"Veckan: {swedish.listed(found)}" if found else "Veckan: invånarna har fått veta mer"


def _counted(count: int, one: str, many: str) -> str:
    return "" if count == 0 else one if count == 1 else f"{swedish.word(count)} {many}"


_COMES = "Sammanfattningen kommer veckans första arbetsdag, men inte när det inte finns något att säga."
SWEDISH = Wording(
    title=TITLE,
    late="Försenat: {what}.",
    coming="{day}: {what}.",
    quiet="Tyst i {area} ({days}): {what}.",
    told="Invånarna fick veta {day}: ”{title}” ({area}).",
    action="Öppna översikten",
    notes={
        "": f"Du leder arbetet hos {{organisation}}. {_COMES}",
        "handed_over": f"Den som leder arbetet hos {{organisation}} har lämnat över sina påminnelser till dig. {_COMES}",
    },
    duty=reminders.headline,
    long_day=lambda day: f"{swedish.first_up(swedish.weekday(day))} {swedish.day_month(day)}",
    day=swedish.day_month,
    days=swedish.days,
    silence=lambda quiet: swedish.first_down(quiet.heading),
    more=_more,
    headline=_headline,
)


def matter(week: Week, reader: Reader, public_url: str, today: dt.date, say: Wording = SWEDISH) -> Matter | Skip:
    """The summary as a matter of the day's letter; `Skip` in a week with nothing to say."""
    found = lines(week, today, say)
    if not found:
        return Skip(NOTHING)
    return Matter(
        kind="summary",
        organisation=week.organisation,
        office=reader.office,
        promise=say.title,
        area="",
        left=0,
        headline=headline(week, today, say),
        lines=tuple(one.text for one in found),
        links=tuple(f"{public_url}{one.path}" for one in found),
        action=say.action,
        link=f"{public_url}/oversikt",
        notes=(say.notes["handed_over" if reader.via == "handed_over" else ""].format(organisation=week.organisation),),
        silenceable=True,
    )
