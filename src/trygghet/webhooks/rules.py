"""What may be connected, what is posted when, and in which words. Never a person's name: a room has readers whom nobody here knows."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from trygghet import shield, swedish
from trygghet.channels.messages import Point
from trygghet.deliveries.rules import CHIPS, Planned
from trygghet.reminders.ladders import moment
from trygghet.reminders.rules import headline
from trygghet.reminders.told import link
from trygghet.swedish import Chip, Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from trygghet.connections.rules import Connection
    from trygghet.deliveries.rules import State
    from trygghet.reminders.rules import Owed

FORMS = {"teams": "Teams", "slack": "Slack"}
LONGEST_NAME, LONGEST_ADDRESS = 80, 2000
MOST_POINTS = 20
"""So many duties are listed in one post; the others are counted."""
RECENT = dt.timedelta(days=3)
"""So old may that be which an alarm is about: a room that is connected today is not told of last month."""
CLOSED = ("outlook.office.com", "outlook.office365.com", "webhook.office.com")
"""Where Microsoft's Office 365 connectors lived. They have been closed, and Workflows took their place."""
MORNING, NOBODY, FAILED, TEST = "morning", "nobody", "failed", "test"
"""What a post is about, in its row's words."""


# ---------------------------------------------------------------- connecting
@dataclass(frozen=True)
class Wanted:
    """A channel as it was typed and may be connected."""

    name: str
    form: str
    url: str

    @property
    def host(self) -> str:
        """All of the address that is ever shown again."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def wanted(typed: Mapping[str, str], here: Collection[str] = ()) -> Wanted:
    """The channel that a form asks for. `here` are hosts that may be written to without encryption: the example's own. Raises `Slips`."""
    slips = []
    name, form, url = typed.get("namn", ""), typed.get("form", ""), typed.get("hemlig_adress", "")
    try:
        shield.check_text(name, "Namn", field="namn", longest=LONGEST_NAME, needed=True)
    except Refusal as no:
        slips.append(no)
    if form not in FORMS:
        slips.append(Refusal("webhook.form", field="form"))
    if wrong := _not_an_address(url, here):
        slips.append(wrong)
    if slips:
        raise Slips(slips)
    return Wanted(name, form, url)


def _not_an_address(url: str, here: Collection[str]) -> Refusal | None:
    """Why nothing can be posted there. Nothing of it is repeated: it may be a secret that was pasted in the wrong place."""
    try:
        parts = urlsplit(url)
        host, at_home = (parts.hostname or "").rstrip("."), parts.hostname in here  # a name may end in the root's dot (RFC 1034, 3.1)
        usable = bool(host) and parts.port != 0 and not parts.username and not parts.password
    except ValueError:
        usable, host, at_home = False, "", False
    if (
        not usable
        or not re.fullmatch(r"[!-~]+", url)
        or len(url) > LONGEST_ADDRESS
        or parts.scheme not in ({"https", "http"} if at_home else {"https"})
    ):
        return Refusal("webhook.address", field="hemlig_adress")
    if host in CLOSED or host.endswith(tuple(f".{one}" for one in CLOSED)):
        return Refusal("webhook.closed", field="hemlig_adress", host=host)
    return None


class Shown(NamedTuple):
    """A channel on its page, and what became of the latest that was to go through it."""

    connection: Connection
    latest: Latest | None

    @property
    def form(self) -> str:
        """Teams or Slack."""
        return FORMS[self.connection.form]

    @property
    def chip(self) -> Chip:
        """Whether it works, as a mark."""
        return _STATES[self.connection.state]

    @property
    def is_off(self) -> bool:
        """Whether somebody has paused it."""
        return self.connection.state == "off"

    @property
    def host(self) -> str:
        """The server, without its scheme."""
        return self.connection.base_url.partition("://")[2]


_STATES = {"ok": Chip("good", "check", "Ansluten"), "needs_human": Chip("bad", "late", "Behöver en ny adress"), "off": Chip("", "stop", "Pausad")}


class Latest(NamedTuple):
    """The latest post of a channel: what it was called, when, and how it stands."""

    title: str
    at: dt.datetime
    state: State
    reason: str

    @property
    def chip(self) -> Chip:
        """How it stands, as a mark."""
        return CHIPS[self.state]


# ---------------------------------------------------------------- planning
class Alarm(NamedTuple):
    """Something that a room is told of at once: `what` is nobody or failed, `about` the row that says so, `title` its own words."""

    organisation: UUID
    connection: UUID
    what: str
    about: UUID
    title: str
    on: dt.date


def morning(organisation: UUID, connection: UUID, day: dt.date) -> Planned:
    """One post for the day: once, and at 07.30."""
    return _row(organisation, connection, f"{day.isoformat()}", HEADING, moment(day), {"of": MORNING, "day": day.isoformat()})


def told(alarm: Alarm, now: dt.datetime) -> Planned:
    """One post for each alarm and day."""
    words = {"of": alarm.what, "about": str(alarm.about), "title": alarm.title}
    return _row(
        alarm.organisation, alarm.connection, f"{alarm.what}:{alarm.about}:{alarm.on.isoformat()}", _headline(alarm.what, alarm.title), now, words
    )


def test(organisation: UUID, connection: UUID, now: dt.datetime) -> Planned:
    """A post to see whether posts arrive; pressed twice within a minute it is one."""
    return _row(organisation, connection, f"test:{now.strftime('%Y-%m-%dT%H:%M')}", "Provinlägg", now, {"of": TEST})


def _row(organisation: UUID, connection: UUID, which: str, title: str, due_at: dt.datetime, words: Mapping[str, str]) -> Planned:
    return Planned(organisation, f"post:{which}:{connection}", "post", "webhook", title, due_at, connection_id=connection, words=words)


def _headline(what: str, title: str) -> str:
    """An alarm in one line. What nobody can be reminded of has its whole news in its title."""
    return f"”{title}” kom inte ut" if what == FAILED else title


# ---------------------------------------------------------------- words
HEADING = "Det här väntar hos oss i dag"


class Said(NamedTuple):
    """A post in words: its text with a heading first, what it lists, and where it leads, without the host."""

    text: str
    link: str
    points: tuple[Point, ...] = ()


def waiting(duties: Sequence[Owed], organisation: str, today: dt.date, public_url: str) -> Said:
    """The morning's post: what the organisation is reminded of today, nearest first."""
    nearest = sorted(duties, key=lambda one: (one.due_on, one.title))
    points = [
        Point(
            headline(one, (one.due_on - today).days), public_url + link(one), f"Senast {swedish.weekday(one.due_on)} {swedish.long_date(one.due_on)}"
        )
        for one in nearest[:MOST_POINTS]
    ]
    if more := len(nearest) - len(points):
        points.append(Point(f"Och {swedish.word(more)} till", f"{public_url}/frister"))
    count = f"{swedish.first_up('en' if len(nearest) == 1 else swedish.word(len(nearest)))} frist{'' if len(nearest) == 1 else 'er'}"
    return Said(
        f"{HEADING}\n\n{organisation}, {swedish.weekday(today)} {swedish.day_month(today)}. {count} med påminnelse i dag.", "/frister", tuple(points)
    )


def alarming(what: str, title: str) -> Said:
    """An alarm's post."""
    if what == FAILED:
        return Said(
            f"{_headline(what, title)}\n\nPubliceringen misslyckades och behöver en människa. Skälet står under Utskick.", "/utskick?visa=manniska"
        )
    return Said(
        f"{title}\n\nPlatserna som samordnare, ledare och administratör är tomma där, eller så kommer mejl dit tillbaka. "
        "Påminnelsen går ut så snart någon kan ta emot den.",
        "/medlemmar",
    )


def trying(organisation: str) -> Said:
    """What is posted to see whether posts arrive."""
    return Said(
        f"Provinlägg från Trygghet\n\nKanalen är ansluten till {organisation}. De dagar då påminnelser går ut står det här på morgonen vad som väntar, "
        "och larm kommer genast.",
        "/kanaler",
    )


def over(reason: str) -> str:
    """Why the morning's post is not sent when its day has passed, with what was in its way."""
    return f"Dagen är över. {reason.removesuffix('Vi försöker igen.')}".strip()
