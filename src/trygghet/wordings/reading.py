"""What was typed becomes a promise, or everything that stands in the way of it at once; and a promise becomes a text to write in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from trygghet import periods
from trygghet.obligations.rhythms import Rhythm
from trygghet.promises.rules import (
    PER_YEAR,
    ActivityDraft,
    AreaDraft,
    Chapter,
    ContactDraft,
    Definition,
    Draft,
    GoalDraft,
    Indicator,
    Link,
    PartyDraft,
    Source,
)
from trygghet.swedish import Refusal, Slips, first_down
from trygghet.wordings.kinds import KINDS

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.wordings.manuscript import Manuscript, Part
    from trygghet.wordings.rules import Side

Read = TypeVar("Read")
LARGEST = 1_000_000_000
"""Far above anything that is counted or measured in a municipality, and well inside what the database holds."""

_WHOLE = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"[-+\u2212]?[0-9]{1,12}(?:[.,][0-9]{1,6})?")


def draft(text: Manuscript, known: Mapping[UUID, Side]) -> Draft:
    """The promise that was written. Raises `Slips` with all that is missing or cannot be read, each on `<part id>.<field>`."""
    reader = _Reader(text, known)
    made = reader.read()
    if reader.slips:
        place = {str(part.id): at for at, part in enumerate(text.walked())}
        raise Slips(sorted(reader.slips, key=lambda one: place.get(one.field.partition(".")[0], len(place))))
    return made


@dataclass
class _Reader:
    """Goes through a text once and notes every slip on its way; what could not be read is left empty until all have been found."""

    text: Manuscript
    known: Mapping[UUID, Side]
    slips: list[Refusal] = field(default_factory=list)

    # ------------------------------------------------------------ the whole
    def read(self) -> Draft:
        head = self.text.head
        parties = self._parties()
        first, last, review = self._days(head)
        self._once("definition", "term", "Begreppet")
        rhythms = self._rhythms()
        return Draft(
            title=self._needed(head, "title"),
            area_name=self._needed(head, "area"),
            oath=self._needed(head, "oath"),
            valid_from=first,
            valid_until=last,
            review_on=review,
            tell_every_days=self._whole(head, "tell_every_days", most=3660),
            count_every_days=self._whole(head, "count_every_days", most=3660),
            told_through=head["told_through"],
            concerns=self._concerns(head, parties),
            parties=parties,
            chapters=self._every("chapter", self._chapter),
            definitions=self._every("definition", self._definition),
            links=self._every("link", self._link),
            contacts=self._every("contact", self._contact),
            sources=self._every("source", self._source),
            areas=tuple(self._area(one) for one in self.text.of("area")),
            goals=self._goals(None),
            activities=self._activities(None),
            rhythms=rhythms,
        )

    def _every(self, kind: str, one: Callable[[Part], Read]) -> tuple[Read, ...]:
        return tuple(one(part) for part in self.text.of(kind))

    # ------------------------------------------------------------ who and when
    def _parties(self) -> tuple[PartyDraft, ...]:
        found: list[PartyDraft] = []
        for part in self.text.of("party"):
            known = self._organisation(part, "organisation", needed=True)
            if known is not None and known.slug in {one.organisation for one in found}:
                self._slip(part, Refusal("promise.twice", field="organisation", what="Parten", name=known.name))
            elif known is not None:
                found.append(PartyDraft(organisation=known.slug, side=_SIDES.get(known.side, "other"), id=part.id))
        if not self.text.of("party"):
            self.slips.append(Refusal("wording.no_parties", field="parter"))
        return tuple(found)

    def _concerns(self, head: Part, parties: tuple[PartyDraft, ...]) -> str:
        """The municipality of a promise that the police give alone; any other promise is for the municipalities that give it."""
        if {one.side for one in parties} != {"police"}:
            return ""
        known = self._organisation(head, "concerns", needed=True)
        return known.slug if known else ""

    def _days(self, head: Part) -> tuple[dt.date, dt.date | None, dt.date | None]:
        first, last, review = self._day(head, "valid_from", needed=True), self._day(head, "valid_until"), self._day(head, "review_on")
        unread = [name for name in ("valid_until", "review_on") if head[name] and not (last if name == "valid_until" else review)]
        if first is not None and not unread:
            try:
                periods.validity(first, last, review)
            except Refusal as refusal:
                self._slip(head, refusal)
        return first or _NO_DAY, last, review

    # ------------------------------------------------------------ texts
    def _chapter(self, part: Part) -> Chapter:
        kind: Any = self._choice(part, "kind")
        return Chapter(kind=kind, heading=self._needed(part, "heading"), body=self._needed(part, "body"), id=part.id)

    def _definition(self, part: Part) -> Definition:
        return Definition(term=self._needed(part, "term"), meaning=self._needed(part, "meaning"), id=part.id)

    def _link(self, part: Part) -> Link:
        url = self._needed(part, "url")
        if url and not re.match(r"https?://[^\s/]+\.[^\s]+$", url):
            self._slip(part, Refusal("link.url", field="url", text=url))
        return Link(title=self._needed(part, "title"), url=url, id=part.id)

    def _contact(self, part: Part) -> ContactDraft:
        known = self._organisation(part, "organisation")
        if known is not None:
            self._check_party(part, known)
        if part["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", part["email"]):
            self._slip(part, Refusal("contact.email", field="email", text=part["email"]))
        slug = known.slug if known else ""
        return ContactDraft(
            office=self._needed(part, "office"), name=part["name"], phone=part["phone"], email=part["email"], organisation=slug, id=part.id
        )

    def _source(self, part: Part) -> Source:
        kind: Any = self._choice(part, "kind")
        return Source(
            kind=kind,
            title=self._needed(part, "title"),
            held_on=self._day(part, "on"),
            place=part["place"],
            participants=self._whole(part, "n", least=0),
            response_rate=self._decimal(part, "response_rate", least=0, most=100),
            note=part["note"],
            id=part.id,
        )

    def _rhythms(self) -> tuple[Rhythm, ...]:
        found: list[Rhythm] = []
        for part in self.text.of("rhythm"):
            receiver, per = self._needed(part, "receiver"), self._choice(part, "per")
            known = self._organisation(part, "organisation")
            if known is not None:
                self._check_party(part, known)
            whose = known.organisation_id if known else None
            if receiver and any((one.receiver, one.per, one.organisation_id) == (receiver, per, whose) for one in found):
                self._slip(
                    part, Refusal("promise.twice", field="receiver", what="Rapporten till", name=f"{receiver} {PER_YEAR.get(per, '')}".strip())
                )
            after, before = self._whole(part, "days_after", least=0, most=366) or 0, self._whole(part, "days_before", least=0, most=180)
            found.append(Rhythm(receiver, per, after, part.id, self._choice(part, "form"), before, whose))
        return tuple(found)

    # ------------------------------------------------------------ areas, goals, activities
    def _area(self, part: Part) -> AreaDraft:
        return AreaDraft(
            title=self._needed(part, "title"),
            body=part["body"],
            problem=part["problem"],
            cause=part["cause"],
            goals=self._goals(part.id),
            activities=self._activities(part.id),
            id=part.id,
        )

    def _goals(self, under: UUID | None) -> tuple[GoalDraft, ...]:
        return tuple(
            GoalDraft(title=self._needed(part, "title"), body=part["body"], activities=self._activities(part.id), id=part.id, **self._target(part))
            for part in self.text.of("goal", under)
        )

    def _activities(self, under: UUID | None) -> tuple[ActivityDraft, ...]:
        return tuple(self._activity(part) for part in self.text.of("activity", under))

    def _activity(self, part: Part) -> ActivityDraft:
        known = self._organisation(part, "organisation")
        if known is not None:
            self._check_party(part, known)
        return ActivityDraft(
            title=self._needed(part, "title"),
            body=part["body"],
            organisation=known.slug if known else "",
            responsible=part["responsible"],
            due_on=self._day(part, "due_on"),
            public_after=self._day(part, "public_after"),
            id=part.id,
            **self._target(part),
        )

    def _target(self, part: Part) -> dict[str, Any]:
        measure = self._choice(part, "measure")
        if measure == "count":
            places = tuple(line.strip() for line in part["places"].splitlines() if line.strip())
            for place, one in enumerate(places):
                if one in places[:place]:
                    self._slip(part, Refusal("promise.twice", field="places", what="Platsen", name=one))
            per = self._choice(part, "per")
            return {"measure": measure, "at_least": self._whole(part, "at_least"), "per": per, "unit": part["unit"], "places": places}
        if measure == "indicator":
            return {"measure": measure, "indicator": self._indicator(part)}
        return {"measure": measure}

    def _indicator(self, part: Part) -> Indicator:
        direction: Any = self._choice(part, "direction")
        return Indicator(
            name=self._needed(part, "indicator"),
            unit=part["unit"],
            baseline=self._decimal(part, "baseline"),
            baseline_on=self._day(part, "baseline_on"),
            direction=direction,
            level=self._decimal(part, "level"),
            level_on=self._day(part, "level_on"),
        )

    # ------------------------------------------------------------ single fields
    def _needed(self, part: Part, name: str) -> str:
        if not part[name].strip():
            self._slip(part, Refusal("field.required", field=name, name=_label(part, name)))
        return part[name]

    def _choice(self, part: Part, name: str) -> str:
        """What was chosen; the first choice where nothing was, which is what the form shows."""
        choices = [value for value, _ in KINDS[part.kind].field(name).choices]
        if part[name] and part[name] not in choices:
            self._slip(part, Refusal("choice.unknown", field=name, name=_label(part, name), text=part[name]))
        return part[name] if part[name] in choices else choices[0]

    def _organisation(self, part: Part, name: str, *, needed: bool = False) -> Side | None:
        found = self.known.get(as_id(part[name]) or _NOBODY)
        if found is None and (needed or part[name]):
            self._slip(part, Refusal("choice.missing", field=name, name=_label(part, name)))
        return found

    def _check_party(self, part: Part, known: Side) -> None:
        if str(known.organisation_id) not in {one["organisation"] for one in self.text.of("party")}:
            self._slip(part, Refusal("wording.no_party", field="organisation", name=_label(part, "organisation"), organisation=known.name))

    def _day(self, part: Part, name: str, *, needed: bool = False) -> dt.date | None:
        if not part[name] and not needed:
            return None
        try:
            return periods.parse_day(part[name], _label(part, name), field=name)
        except Refusal as refusal:
            self._slip(part, refusal)
            return None

    def _whole(self, part: Part, name: str, *, least: int = 1, most: int = LARGEST) -> int | None:
        typed = _close(part[name])
        if not typed:
            return None
        if _WHOLE.fullmatch(typed) and least <= int(typed) <= most:
            return int(typed)
        self._slip(part, Refusal("number.whole", field=name, name=_label(part, name), least=least, most=_told(most), text=part[name]))
        return None

    def _decimal(self, part: Part, name: str, *, least: float = -LARGEST, most: float = LARGEST) -> float | None:
        typed = _close(part[name])
        if not typed:
            return None
        if _DECIMAL.fullmatch(typed):
            value = float(typed.replace(",", ".").replace("\u2212", "-"))
            if math.isfinite(value) and least <= value <= most:
                return value
        span = f" från {least:g} till {most:g}" if least >= 0 else ""
        self._slip(part, Refusal("number.decimal", field=name, name=_label(part, name), span=span, text=part[name]))
        return None

    def _once(self, kind: str, name: str, what: str) -> None:
        seen: set[str] = set()
        for part in self.text.of(kind):
            if part[name] and part[name] in seen:
                self._slip(part, Refusal("promise.twice", field=name, what=what, name=part[name]))
            seen.add(part[name])

    def _slip(self, part: Part, refusal: Refusal) -> None:
        self.slips.append(on_part(part.id, refusal))


_SIDES: dict[str, Any] = {"municipality": "municipality", "police": "police"}
_NO_DAY: Any = None  # a draft without a first day never leaves `draft`
_NOBODY = UUID(int=0)


def on_part(part_id: UUID, refusal: Refusal) -> Refusal:
    """The same refusal, on the field of a part."""
    return Refusal(refusal.code, field=f"{part_id}.{refusal.field}", **refusal.words)


def as_id(typed: str) -> UUID | None:
    """The id that was typed or chosen, or None."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def _label(part: Part, name: str) -> str:
    """The field as a sentence names it, with the part that it belongs to where several have such a field."""
    kind = KINDS[part.kind]
    label = kind.field(name).label
    return label if part.kind == "head" or kind.name == label else f"{kind.name}, {first_down(label)}"


def _close(typed: str) -> str:
    """Without the spaces that people put between thousands."""
    return re.sub(r"\s", "", typed)


def _told(most: int) -> str:
    return "" if most == LARGEST else f" och högst {most}"
