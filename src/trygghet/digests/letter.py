"""The day's letter as a mail: subject, plain text and HTML."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from trygghet import letters, swedish
from trygghet.deliveries.rules import Matter
from trygghet.digests.rules import Chapter, Day
from trygghet.preferences.rules import unsubscribe_headers, unsubscribe_link
from trygghet.reminders import english

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from uuid import UUID

    from trygghet.channels.messages import Letter
    from trygghet.digests.rules import Reader
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
    stops = {one.kind: unsubscribe_link(reader.id, one.kind, settings.public_url, settings.secret_key) for one in day.matters if one.silenceable}
    form = _form(_shape(day), reader.language, settings.public_url)
    return form.write(_values(day, reader, stops), envelope, (*_thread(day, settings), *_way_out(day, reader, settings)), at=at)


# ---------------------------------------------------------------- the sheet and what is filled in
Shape = tuple[int, tuple[tuple[tuple[str, bool, int, int, int], ...], ...]]
"""How much remains, and of each chapter's matters the kind, whether it may be turned off, and how many lines, links and notes it has."""


def _shape(day: Day) -> Shape:
    """All that the templates ask about. Letters of the same shape differ in nothing but their words."""
    return len(_remaining(day)), tuple(
        tuple((one.kind, one.silenceable, len(one.lines), len(one.links), len(one.notes)) for one in chapter.matters) for chapter in day.chapters
    )


def _remaining(day: Day) -> tuple[tuple[dt.date, str], ...]:
    """Told where there is one thing to tell."""
    return day.first.remaining if len(day.matters) == 1 else ()


def _values(day: Day, reader: Reader, stops: Mapping[str, str]) -> list[str]:
    """The words of one letter, in the order in which `_words` leaves blanks for them."""
    first, language = day.first, reader.language
    whose = f"{reader.name}, {first.office}, {first.organisation}" if len(day.organisations) == 1 else reader.name
    found = [day.heading(language), day.subject(language), whose]
    for chapter in day.chapters:
        found += (chapter.promise, chapter.promise.upper(), chapter.organisation)
        for one in chapter.matters:
            found += (one.headline, one.office, one.area, one.action, one.link, stops.get(one.kind, ""), *one.lines, *one.links, *one.notes)
    for due_on, title in _remaining(day):
        found += (_FRAMES[language].day(due_on), title)
    return found


@lru_cache(maxsize=512)
def _form(shape: Shape, language: str, public_url: str) -> letters.Form:
    """The letter paper in that shape."""
    return letters.Form("day", _words(shape, language, public_url))


def _words(shape: Shape, language: str, public_url: str) -> dict[str, Any]:
    """What the templates are given, with a blank for each word that is a letter's own."""
    blanks = map(letters.blank, count())
    headline, subject, whose = islice(blanks, 3)
    remaining, chapters = shape
    stops: dict[str, str] = {}
    capitals: list[str] = []
    made: list[Chapter] = []
    for matters in chapters:
        promise, capital, organisation = islice(blanks, 3)
        capitals.append(capital)
        made.append(Chapter(organisation, promise, tuple(_blank(one, organisation, promise, blanks, stops) for one in matters)))
    rest = [(next(blanks), next(blanks)) for _ in range(remaining)]
    day = Day(tuple(made))
    return {
        "day": day,
        "language": language,
        "say": _FRAMES[language],
        "headline": headline,
        "subject": subject,
        "whose": whose,
        "first": day.first,
        "one": len(day.matters) == 1,
        "capitals": capitals,
        "remaining": rest,
        "schedule_link": f"{public_url}/paminnelser",
        "handover_link": f"{public_url}/paminnelser/flytta",
        "stop_links": stops,
    }


def _blank(shape: tuple[str, bool, int, int, int], organisation: str, promise: str, blanks: Iterator[str], stops: dict[str, str]) -> Matter:
    kind, silenceable, lines, links, notes = shape
    headline, office, area, action, link, stop = islice(blanks, 6)
    stops[kind] = stop
    return Matter(
        kind,
        organisation,
        office,
        promise,
        area,
        0,
        headline,
        tuple(islice(blanks, lines)),
        action,
        link,
        links=tuple(islice(blanks, links)),
        notes=tuple(islice(blanks, notes)),
        silenceable=silenceable,
    )


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
