"""What is to be done about a promise that ends, and from when: one question, answered for each party on the day it is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import periods, swedish

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trygghet.periods import Validity


class Step(NamedTuple):
    """What is to be done from a day on."""

    on: dt.date
    name: str


STEPS = ((6, "Börja: lägesbild och dialog"), (3, "Dela utkastet"), (1, "Skriv under"))
"""So many calendar months before the last day, and what is to be done from then on."""


@dataclass(frozen=True)
class Making:
    """A text that may come to follow: a new promise, or an extension of the one that ends. `places` are the parties that it names.

    The days are what has been typed so far; None where nothing is, or nothing that is a day.
    """

    wording_id: UUID
    promise_id: UUID
    follows_id: UUID | None
    extends: bool
    is_shared: bool
    first: dt.date | None
    last: dt.date | None
    places: frozenset[UUID]


@dataclass(frozen=True)
class Followed:
    """The signed promise that has taken over, and since when that is so."""

    promise_id: UUID
    title: str
    first: dt.date
    since: dt.datetime


@dataclass(frozen=True)
class Ending:
    """A promise that ends, as one of its parties sees it. `others` are the names of the other parties.

    `declined` names those of them whose leader has said that no new promise will come; `we_declined` that this party's has.
    """

    promise_id: UUID
    last: dt.date
    others: tuple[str, ...]
    making: Making | None = None
    we_declined: bool = False
    declined: tuple[str, ...] = ()

    @property
    def wanted_from(self) -> dt.date:
        """The first day when something is to be done."""
        return steps(self.last)[0].on


class Task(NamedTuple):
    """The task in words, and where its button leads. `right` is what one must be allowed to do to press it; empty where there is no button."""

    heading: str
    text: str
    button: str = ""
    address: str = ""
    right: str = ""


def steps(last: dt.date) -> tuple[Step, ...]:
    """What is to be done when, before a promise's last day."""
    return tuple(Step(periods.months_before(last, months), name) for months, name in STEPS)


def reached(last: dt.date, today: dt.date) -> int:
    """How many of the steps have come by that day: 0 before the first."""
    return sum(step.on <= today for step in steps(last))


def making_of(promise_id: UUID, held: Validity, places: frozenset[UUID], found: Iterable[Making]) -> Making | None:
    """Which of the texts in the making is to follow: one begun as a successor, an extension, or one for the same place and a later time.

    What has been shared comes before what has not: that is the one both parties are at.
    """
    theirs = [one for one in found if _follows(one, promise_id, held, places)]
    return max(theirs, key=lambda one: (one.is_shared, one.follows_id == promise_id or one.extends), default=None)


def _follows(one: Making, promise_id: UUID, held: Validity, places: frozenset[UUID]) -> bool:
    if one.extends or one.promise_id == promise_id:
        return one.extends and one.promise_id == promise_id
    if one.follows_id is not None:
        return one.follows_id == promise_id
    later = one.first is None or one.first > held.first
    longer = one.last is None or held.last is None or one.last > held.last
    return later and longer and bool(one.places & places)


def task(ending: Ending, today: dt.date) -> Task:
    """What is to be done now. The days decide what; where the text has come decides how it is said and where the button leads."""
    verb = "gick ut" if ending.last < today else "går ut"
    if ending.we_declined:
        return _declined(ending, verb)
    if ending.making is None:
        return _begin(ending, verb, today)
    return _go_on(ending, ending.making, verb, today)


def _declined(ending: Ending, verb: str) -> Task:
    quiet = [name for name in ending.others if name not in ending.declined]
    return Task(f"Löftet {verb}, inget nytt är tänkt", f"Ni har sagt att det inte blir något nytt löfte. {swedish.listed(quiet)} har inte sagt sitt.")


def _begin(ending: Ending, verb: str, today: dt.date) -> Task:
    begin, share, sign = steps(ending.last)
    come = reached(ending.last, today)
    if come == 0:
        return Task(f"Löftet {verb}", f"Från {swedish.long_date(begin.on)} är det dags att börja på nästa löfte.")
    text = {
        1: f"Ta fram lägesbilden och håll dialogen med invånarna. Utkastet ska delas {swedish.long_date(share.on)}.",
        2: f"Inget nytt är påbörjat. Ett utkast skulle ha delats {swedish.long_date(share.on)}. {_otherwise(ending.last)}",
        3: f"Inget nytt är påbörjat. Sedan {swedish.long_date(sign.on)} är det dags att skriva under. {_otherwise(ending.last)}",
    }[come]
    if today > ending.last:
        text = "Inget nytt är påbörjat. Den publika sidan säger att löftet har gått ut."
    return Task(f"Löftet {verb} utan efterföljare", text, "Börja på nästa löfte", f"/loften/ny?fran={ending.promise_id}", "write")


def _otherwise(last: dt.date) -> str:
    return f"Den {swedish.day_month(last + dt.timedelta(days=1))} säger den publika sidan av sig själv att löftet har gått ut."


def _go_on(ending: Ending, making: Making, verb: str, today: dt.date) -> Task:
    what, address = "förlängningen" if making.extends else "nästa löfte", f"/lydelser/{making.wording_id}"
    _, share, sign = steps(ending.last)
    if not making.is_shared:
        text = (
            f"Dela utkastet med {swedish.listed(ending.others) or 'den andra parten'} nu."
            if share.on <= today
            else f"Utkastet är ert tills ni delar det. Det ska delas {swedish.long_date(share.on)}."
        )
        return Task(f"Löftet {verb}, {what} är {_participle('påbörja', making)}", text, "Öppna utkastet", address, "read")
    text = (
        f"Läs, kommentera och godkänn. Från {swedish.long_date(sign.on)} är det dags att skriva under."
        if today < sign.on
        else f"Godkänn och skriv under senast {swedish.long_date(ending.last)}."
        if today <= ending.last
        else "Godkänn och skriv under så snart ni är överens. Tills dess säger den publika sidan att löftet har gått ut."
    )
    return Task(f"Löftet {verb}, {what} är {_participle('dela', making)}", text, "Öppna texten", address, "read")


def _participle(verb: str, making: Making) -> str:
    return f"{verb}{'d' if making.extends else 't'}"


def step_states(ending: Ending, today: dt.date, *, signed: bool) -> list[tuple[Step, str]]:
    """Each step with "done", "now" or nothing, as the row shows them."""
    made = 3 if signed else 0 if ending.making is None else 2 if ending.making.is_shared else 1
    shown = steps(ending.last)
    return [(step, "done" if index < made else "now" if index == made and step.on <= today else "") for index, step in enumerate(shown)]


# ---------------------------------------------------------------- what was typed, so far as it can be read
def typed_day(text: str | None) -> dt.date | None:
    """The day, or None where nothing stands or nothing that is one: half-written is no error here."""
    try:
        return dt.date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def typed_ids(texts: Iterable[str]) -> set[UUID]:
    """Those of them that are ids."""
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
