"""A calendar to subscribe to, spelled as RFC 5545 wants it: whole days, names that last, changes and cancellations carried."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration, vRecur, vText
from icalendar.enums import STATUS, TRANSP

from trygghet.clock import STOCKHOLM

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "text/calendar"
PRODID = "-//Trygghet//Medborgarlöften//SV"
REFRESH = dt.timedelta(hours=1)
_NAMED = "trygghet"
"""What all names end in. The ids before it are unique by themselves (RFC 7986, 5.3), and a host that changes must not make every day a new one."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029]")
"""What TEXT cannot carry (RFC 5545, 3.1: CONTROL), and what some readers take for the end of a line."""


@dataclass(frozen=True)
class Entry:
    """A day in a calendar. `key` is its name for ever, whatever becomes of it; `sequence` rises with each change, `changed_at` says when."""

    key: str
    day: dt.date
    summary: str
    description: str
    address: str
    sequence: int
    changed_at: dt.datetime
    done: bool = False
    cancelled: bool = False


@dataclass(frozen=True)
class Feed:
    """What is said of the whole. `key` is its name for ever, `sender` who publishes it, as in a letter."""

    key: str
    name: str
    description: str
    sender: str


def written(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The bytes of the file, the same for the same entries: nothing in them tells when they were written.

    METHOD:PUBLISH asks of each event an organizer (RFC 5546, 3.2.1). A calendar holds one component at least (RFC 5545, 3.6), so one without
    entries has the time zone that its readers live in. REFRESH-INTERVAL names its type (RFC 7986, 5.7), which the library leaves out, as it
    leaves the commas and line ends of X-WR-CALDESC as they are unless it is told that they are text.
    """
    whole = Calendar.new(
        prodid=PRODID,
        method="PUBLISH",
        calscale="GREGORIAN",
        uid=f"{feed.key}@{_NAMED}",
        subcomponents=[_event(one, _organizer(feed.sender)) for one in entries] or [_stockholm()],
    )
    for names, text in ((("NAME", "X-WR-CALNAME"), feed.name), (("DESCRIPTION", "X-WR-CALDESC"), feed.description)):
        for name in names:
            whole.add(name, vText(_text(text)))
    whole.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    whole.add("X-PUBLISHED-TTL", vDuration(REFRESH))  # the same for Outlook
    found: bytes = whole.to_ical()
    return found


def _event(one: Entry, organizer: vCalAddress) -> Event:
    """DTEND is the first day that is not part of it (RFC 5545, 3.6.1). DTSTAMP is the moment of the last change, so that the same is the same
    (3.8.7.2 asks for when it was made); a due day makes nobody busy (TRANSP, 3.8.2.7).
    """
    return Event.new(
        uid=f"{one.key}@{_NAMED}",
        start=one.day,
        end=one.day + dt.timedelta(days=1),
        summary=_text(one.summary),
        description=_text(one.description),
        url=one.address,
        sequence=one.sequence,
        stamp=one.changed_at,
        last_modified=one.changed_at,
        status=STATUS.CANCELLED if one.cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT,
        organizer=organizer,
    )


def _organizer(sender: str) -> vCalAddress:
    name, address = parseaddr(sender)
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = vText(name or address)
    return found


def _text(text: str) -> str:
    return _CONTROL.sub(" ", text.replace("\r\n", "\n"))


def _stockholm() -> Timezone:
    """Europe/Stockholm as it has been since 1996: the last Sunday of March and of October, at 01.00 UTC."""
    zone = Timezone()
    zone.add("TZID", STOCKHOLM.key)
    for kind, name, month, hour, before, after in ((TimezoneDaylight, "CEST", 3, 2, 1, 2), (TimezoneStandard, "CET", 10, 3, 2, 1)):
        part = kind()
        part.add("DTSTART", dt.datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001, PLR2004 - local time by definition
        part.add("TZOFFSETFROM", dt.timedelta(hours=before))
        part.add("TZOFFSETTO", dt.timedelta(hours=after))
        part.add("TZNAME", name)
        part.add("RRULE", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        zone.add_component(part)
    return zone
