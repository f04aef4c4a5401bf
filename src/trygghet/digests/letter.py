"""The day's letter as a mail: subject, plain text and HTML."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from trygghet import letters, swedish
from trygghet.preferences.rules import unsubscribe_headers, unsubscribe_link
from trygghet.reminders import english

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from uuid import UUID

    from trygghet.channels.messages import Letter
    from trygghet.digests.rules import Day, Reader
    from trygghet.settings import Settings


@dataclasses.dataclass(frozen=True)
class _Frame:
    """What the sheet itself says, round what each matter says."""

    to: str
    remains: str
    why: str
    schedule: str
    move: str
    stop: str
    day: Callable[[dt.date], str]


_FRAMES = {
    "sv": _Frame(
        "Till",
        "Det som återstår i",
        "Varför får jag detta?",
        "Så här påminns ni",
        "Låt någon annan få påminnelserna",
        "Sluta få veckan i mejl",
        swedish.long_date,
    ),
    "en": _Frame(
        "To",
        "What remains in",
        "Why do I get this?",
        "How you are reminded",
        "Let somebody else have the reminders",
        "Stop getting the week by mail",
        english.long_date,
    ),
}


def write(day: Day, reader: Reader, letter_id: UUID, settings: Settings, *, at: dt.datetime) -> Letter:
    """The letter, in the reader's language. The same id always gives the same Message-ID, so that a repeat can be known for one."""
    envelope = letters.envelope(settings, reader.name, reader.email, letter_id)
    first, frame = day.first, _FRAMES[reader.language]
    words = {
        "day": day,
        "language": reader.language,
        "say": frame,
        "headline": day.heading(reader.language),
        "subject": day.subject(reader.language),
        "to": reader,
        "whose": f"{reader.name}, {first.office}, {first.organisation}" if len(day.organisations) == 1 else reader.name,
        "first": first,
        "one": len(day.matters) == 1,
        "link": first.link,
        "action": first.action,
        "remaining": [(frame.day(due_on), title) for due_on, title in first.remaining],
        "year": swedish.local(at).year,
        "schedule_link": f"{settings.public_url}/paminnelser",
        "handover_link": f"{settings.public_url}/paminnelser/flytta",
        "stop_links": {
            one.kind: unsubscribe_link(reader.id, one.kind, settings.public_url, settings.secret_key) for one in day.matters if one.silenceable
        },
    }
    letter = letters.write("day", words, envelope, at=at)
    return dataclasses.replace(letter, headers=(*_thread(day, settings), *_way_out(day, reader, settings)))


def _thread(day: Day, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Letters about the same duty stand together: each refers to an id that is made of the duty's (RFC 5322, 3.6.4)."""
    if not day.first.thread:
        return ()
    thread = f"<frist-{day.first.thread}@{letters.host(settings)}>"
    return (("In-Reply-To", thread), ("References", thread))


def _way_out(day: Day, reader: Reader, settings: Settings) -> tuple[tuple[str, str], ...]:
    """One press turns off what may be turned off (RFC 8058); a letter with a duty in it can be moved to somebody else and not silenced."""
    kind = day.silenceable
    return unsubscribe_headers(reader.id, kind, settings.public_url, settings.secret_key) if kind else ()
