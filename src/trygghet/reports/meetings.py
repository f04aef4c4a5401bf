"""When bodies meet: dates as people paste them, changes of them, and which reports get another day by that."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4

from trygghet import periods, shield, swedish
from trygghet.obligations.rhythms import Meeting, Moved, Rhythm, same_body
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_BODY = 80
MOST_LINES = 120
"""Ten years of a body that meets each month."""
QUOTED = 3
"""So many lines that cannot be read are quoted; the rest are counted."""

_MONTHS = {name[:length]: number for number, name in enumerate(swedish.MONTHS, 1) for length in range(3, len(name) + 1)}
_BEFORE = rf"(?:(?:{'|'.join(swedish.WEEKDAYS)}|mån|tis|ons|tors?|fre|lör|sön)\.?(?:en|dagen)?,?\s+)?(?:den\s+)?"
_AFTER = r"(?:[,\s]+(?:kl\.?|klockan)?\s*[0-9]{1,2}[.:][0-9]{2}(?:\s*[-–]\s*[0-9]{1,2}[.:][0-9]{2})?)?"
_SHAPES = (
    re.compile(rf"{_BEFORE}(?P<year>[0-9]{{4}})[-./]?(?P<month>[0-9]{{2}})[-./]?(?P<day>[0-9]{{2}}){_AFTER}"),
    re.compile(rf"{_BEFORE}(?P<day>[0-9]{{1,2}})[:.]?(?:a|e)?\s+(?P<name>[a-zåäö]{{3,9}})\.?,?\s+(?P<year>[0-9]{{4}}){_AFTER}"),
    re.compile(rf"{_BEFORE}(?P<day>[0-9]{{1,2}})[/.](?P<month>[0-9]{{1,2}})[-/.\s]\s*(?P<year>[0-9]{{4}}){_AFTER}"),
)
"""2024-11-12 and 20241112; 12 november 2024; 12/11 2024. A weekday before and a time after are passed over."""


def read_days(text: str) -> list[dt.date]:
    """The dates that were pasted, one on each line, sorted and each once. Raises `Refusal` that quotes the lines that cannot be read."""
    lines = [(number, " ".join(line.strip(" \t-•*;,").split())) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        raise Refusal("meeting.none", field="dagar")
    if len(lines) > MOST_LINES:
        raise Refusal("meeting.many", field="dagar", most=MOST_LINES, many=len(lines))
    read = [(number, line, _day(line.lower())) for number, line in lines]
    strange = [f"rad {number} ”{line[:40]}”" for number, line, day in read if day is None]
    if strange:
        more = f" och {len(strange) - QUOTED} rader till" if len(strange) > QUOTED else ""
        raise Refusal("meeting.lines", field="dagar", lines=", ".join(strange[:QUOTED]) + more)
    return sorted({day for _, _, day in read if day is not None})


def _day(line: str) -> dt.date | None:
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(line))), None)
    if found is None:
        return None
    named = found.groupdict()
    month = _MONTHS.get(named["name"]) if named.get("name") else int(named["month"])
    try:
        day = dt.date(int(named["year"]), month or 0, int(named["day"]))
    except ValueError:
        return None
    return day if periods.FIRST_YEAR <= day.year <= periods.LAST_YEAR else None


def read_body(text: str) -> str:
    """The body's name as it is kept. Raises `Refusal`."""
    body = " ".join(text.split())
    shield.check_text(body, "Nämnd, utskott eller råd", field="organ", longest=LONGEST_BODY, needed=True)
    return body


# ---------------------------------------------------------------- changes
@dataclass(frozen=True)
class Change:
    """What is to become of the dates: new ones of a body, or one that moves (`to`) or goes (`to` is None)."""

    body: str = ""
    added: tuple[dt.date, ...] = ()
    meeting_id: UUID | None = None
    to: dt.date | None = None


@dataclass(frozen=True)
class Kept:
    """The dates after a change, and what differs from before: those that come, the one that moves or goes."""

    meetings: tuple[Meeting, ...]
    new: tuple[Meeting, ...] = ()
    changed: Meeting | None = None
    gone: UUID | None = None

    @property
    def body(self) -> str:
        """Whose dates they are."""
        return self.new[0].body if self.new else self.changed.body if self.changed else ""


def changed(own: Sequence[Meeting], organisation: UUID, change: Change) -> Kept:
    """The organisation's dates as they will be. A body that is known keeps the name that it has. Raises `Refusal` for a date that is there already."""
    if change.meeting_id is None:
        body = next((one.body for one in own if one.is_of(change.body)), change.body)
        there = {one.held_on for one in own if one.is_of(body)}
        new = tuple(Meeting(uuid4(), organisation, body, day) for day in change.added if day not in there)
        if not new:
            raise Refusal("meeting.known", field="dagar", body=body)
        return Kept((*own, *new), new=new)
    old = next(one for one in own if one.id == change.meeting_id)
    rest = tuple(one for one in own if one.id != old.id)
    if change.to is None:
        return Kept(rest, changed=old, gone=old.id)
    if any(one.is_of(old.body) and one.held_on == change.to for one in own):
        raise Refusal("meeting.taken", field="dag", body=old.body, day=swedish.long_date(change.to))
    moved = replace(old, held_on=change.to)
    return Kept((*rest, moved), changed=moved)


class Effect(NamedTuple):
    """What a change of dates does to the reports of one promise; `own`: to those of one's own rhythms."""

    promise_id: UUID
    promise_title: str
    moved: Sequence[Moved]
    own: bool


class Body(NamedTuple):
    """A body with its dates, those to come and those that have been, and whether any rhythm uses them."""

    name: str
    coming: Sequence[Meeting]
    past: Sequence[Meeting]
    used: bool


def by_body(own: Sequence[Meeting], rhythms: Sequence[Rhythm], today: dt.date) -> list[Body]:
    """The organisation's bodies by name; dates to come nearest first, past ones latest first."""
    used = {same_body(one.receiver) for one in rhythms if one.days_before is not None or one.per == "meeting"}
    names = {same_body(one.body): one.body for one in own}
    found = []
    for key, name in sorted(names.items(), key=lambda pair: swedish.sort_key(pair[1])):
        dates = sorted((one for one in own if same_body(one.body) == key), key=lambda one: one.held_on)
        coming, past = [one for one in dates if one.held_on >= today], [one for one in dates if one.held_on < today]
        found.append(Body(name, coming, past[::-1], key in used))
    return found


def wanting(own: Sequence[Meeting], rhythms: Sequence[Rhythm], today: dt.date) -> list[str]:
    """Receivers whose reports wait for meeting dates that nobody has entered."""
    known = {same_body(one.body) for one in own if one.held_on >= today}
    lacking = {same_body(one.receiver): one.receiver for one in rhythms if one.days_before is not None or one.per == "meeting"}
    return sorted((name for key, name in lacking.items() if key not in known), key=swedish.sort_key)
