"""The day's letter as a mail: subject, plain text and HTML."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from trygghet import letters, swedish
from trygghet.preferences.rules import unsubscribe_headers

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.channels.messages import Letter
    from trygghet.digests.rules import Day, Reader
    from trygghet.settings import Settings


def write(day: Day, reader: Reader, letter_id: UUID, settings: Settings, *, at: dt.datetime) -> Letter:
    """The letter. The same id always gives the same Message-ID, so that a repeat can be known for one."""
    envelope = letters.envelope(settings, reader.name, reader.email, letter_id)
    words = {
        "day": day,
        "headline": day.headline,
        "to": reader,
        "first": day.first,
        "one": len(day.matters) == 1,
        "link": day.first.link,
        "action": day.first.action,
        "year": swedish.local(at).year,
        "schedule_link": f"{settings.public_url}/paminnelser",
        "handover_link": f"{settings.public_url}/paminnelser/flytta",
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
