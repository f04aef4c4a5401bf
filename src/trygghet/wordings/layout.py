"""The page to write on: the text as boxes with fields, and beside each field what is wrong with it, contested, or worth a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import difference, swedish
from trygghet.wordings.beginning import foreign
from trygghet.wordings.kinds import KINDS, TARGET_FIELDS, Field, Kind
from trygghet.wordings.remarks import Advice
from trygghet.wordings.rules import fields_of, seen

if TYPE_CHECKING:
    from trygghet.difference import Piece
    from trygghet.swedish import Refusal
    from trygghet.wordings.manuscript import Part
    from trygghet.wordings.rules import Side, Wording

Place = tuple[UUID, str]
"""A part and one of its fields."""

SECTIONS = (
    ("underlag", "source", "Det löftet bygger på: lägesbild, medborgardialog, trygghetsmätning."),
    ("texter", "chapter", "Löftets egna stycken, i den ordning de ska läsas."),
    ("fokusomraden", "area", "Problemet, orsaken och det ni ska göra åt dem. Mål och aktiviteter kan också stå för sig själva."),
    ("begrepp", "definition", "Ord som betyder något bestämt just här."),
    ("rapporter", "rhythm", "Vem som får veta hur det går, och hur ofta."),
    ("kontakter", "contact", "Vem invånarna och den andra parten kan vända sig till."),
    ("lankar", "link", "Sidor hos er eller andra."),
)
"""After the promise itself and its parties, in reading order: the anchor, the kind of part, and what it is for."""

HEADINGS = {"area": "Fokusområden, mål och aktiviteter"}
DAYS_FIRST = {"extension": ("reason", "valid_until", "review_on"), "early_end": ("reason", "valid_until")}
"""What somebody who only moves the last day has to fill in; all else is there to be read and opened."""
AS_DAY = "Till exempel 2025-12-31."
RENAMED = {("indicator", "unit"): Field("unit", "Enhet", hint="Till exempel procent.")}


@dataclass(frozen=True)
class Clash:
    """A field that somebody else has changed meanwhile: what the writer typed, what stands there now, and how they differ.

    `was` is the mark of what the writer saw, which the form keeps until they have chosen.
    """

    mine: str
    was: str
    theirs: str
    pieces: Sequence[Piece]
    by: str

    @property
    def seen(self) -> str:
        """The mark of what stands there now, for the form to carry."""
        return seen(self.theirs)


@dataclass(frozen=True)
class Beside:
    """What there is to say about single fields. `typed` are values that were not kept; `names` are organisations by their id."""

    advice: Sequence[Advice] = ()
    slips: Mapping[Place, Refusal] = field(default_factory=dict)
    clashes: Mapping[Place, Clash] = field(default_factory=dict)
    typed: Mapping[Place, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Slot:
    """One field on the page. `stands` is what the text says, `value` what the writer has typed."""

    id: str
    field: Field
    value: str
    stands: str
    choices: Sequence[tuple[str, str]]
    slip: Refusal | None
    clash: Clash | None
    advice: Sequence[Advice]

    @property
    def name(self) -> str:
        """Of the field."""
        return self.field.name

    @property
    def hint(self) -> str:
        """What helps to fill it in."""
        return self.field.hint or (AS_DAY if self.field.shape == "day" else "")

    @property
    def seen(self) -> str:
        """The mark of what its writer has seen, for the form to carry."""
        return self.clash.was if self.clash else seen(self.stands)

    @property
    def is_noted(self) -> bool:
        """Whether there is anything to say beside it."""
        return bool(self.slip or self.clash or self.advice)


@dataclass(frozen=True)
class Row:
    """The parts of one kind under one part, in their order; one may be added last."""

    kind: str
    under: UUID | None
    boxes: Sequence[Box]

    @property
    def id(self) -> str:
        """Of the list on the page."""
        return row_id(self.kind, self.under)

    @property
    def about(self) -> Kind:
        """The kind of part that it holds."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Box:
    """A part with its fields and what hangs under it. Closed it is one line, and its fields come when it is opened."""

    part: Part
    slots: Sequence[Slot]
    target: Sequence[Slot]
    rows: Sequence[Row]
    brief: str
    is_open: bool

    @property
    def id(self) -> str:
        """Short enough to stand in every field's name on the page, and still one of a kind there."""
        return mark(self.part.id)

    @property
    def about(self) -> Kind:
        """The kind of part that it is."""
        return KINDS[self.part.kind]

    @property
    def every_slot(self) -> Sequence[Slot]:
        """Those of the target too."""
        return [*self.slots, *self.target]

    @property
    def noted(self) -> int:
        """In how many of its fields there is something to look at."""
        return sum(slot.is_noted for slot in self.every_slot)


@dataclass(frozen=True)
class Section:
    """A heading on the page with its lists."""

    anchor: str
    heading: str
    hint: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Layout:
    """The whole page."""

    wording: Wording
    head: Box
    parties: Sequence[tuple[Part, str]]
    addable: Sequence[Side]
    sections: Sequence[Section]
    beside: Beside
    boxes: Mapping[UUID, Box]

    @property
    def days_first(self) -> Sequence[Slot]:
        """What stands at the top of an extension or an early end; nothing for other texts."""
        wanted = DAYS_FIRST.get(self.wording.kind, ())
        return [slot for name in wanted for slot in self.head.slots if slot.name == name]

    @property
    def head_rest(self) -> Sequence[Slot]:
        """The other fields of the promise itself."""
        return [slot for slot in self.head.slots if slot not in self.days_first]

    @property
    def contents(self) -> list[tuple[str, str, int]]:
        """The table of contents: anchor, words, level."""
        found = [("loftet", "Löftet", 1), ("parter", "Parter", 1)]
        for section in self.sections:
            found.append((section.anchor, section.heading, 1))
            found += [(f"del-{box.id}", box.part.name, 2) for row in section.rows if row.kind == "area" for box in row.boxes]
        return found

    def slot(self, place: Place) -> Slot | None:
        """That field's, where it is shown."""
        box = self.boxes.get(place[0])
        return next((slot for slot in box.every_slot if slot.name == place[1]), None) if box else None

    def anchor(self, place: Place) -> str:
        """Where a field is on the page, so that a link leads to it."""
        slot = self.slot(place)
        return f"f-{slot.id}" if slot else f"del-{mark(place[0])}" if place[0] in self.boxes else "parter"

    def path(self, part_id: UUID) -> str:
        """What a part is called in a list about the whole text."""
        box = self.boxes.get(part_id)
        if box is None or box.part.kind == "head":
            return "Löftet"
        return box.part.name if box.part.name == box.about.name else f"{box.about.name} ”{shortened(box.part.name)}”"


def lay_out(wording: Wording, everybody: Sequence[Side], near: Sequence[Side], beside: Beside, *, opened: frozenset[str] = frozenset()) -> Layout:
    """Lays the text out. `opened` are the marks of the parts to show open; those with something wrong are open as well."""
    return _Layer(wording, {str(one.organisation_id): one for one in everybody}, near, beside, opened).layout()


def mark(part_id: UUID) -> str:
    """A part's short name on the page."""
    return part_id.hex[-12:]


def row_id(kind: str, under: UUID | None) -> str:
    """A list's name on the page."""
    return f"rad-{kind}-{mark(under) if under else 'overst'}"


def shortened(text: str, most: int = 60) -> str:
    """As much of it as fits in a line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 2].rstrip()} …"


class _Layer:
    """Makes boxes of parts, with everything that is said about each field at hand."""

    def __init__(self, wording: Wording, names: Mapping[str, Side], near: Sequence[Side], beside: Beside, opened: frozenset[str]) -> None:
        self.wording, self.text, self.names, self.near, self.beside, self.opened = wording, wording.manuscript, names, near, beside, opened
        self.parties = [self.names[one["organisation"]] for one in self.text.of("party") if one["organisation"] in names]
        self.advice: dict[Place, list[Advice]] = {}
        for one in beside.advice:
            self.advice.setdefault((one.part_id, self._shown(one.part_id, one.field)), []).append(one)
        self.boxes: dict[UUID, Box] = {}

    def layout(self) -> Layout:
        head = self._box(self.text.head)
        sections = [self._section(*one) for one in SECTIONS]
        chosen = [(part, self.names[part["organisation"]].name if part["organisation"] in self.names else "") for part in self.text.of("party")]
        taken = {one.organisation_id for one in self.parties}
        near = {one.organisation_id for one in self.near}
        addable = sorted((one for one in self.names.values() if one.organisation_id not in taken), key=lambda one: one.organisation_id not in near)
        return Layout(self.wording, head, chosen, addable, sections, self.beside, self.boxes)

    def _section(self, anchor: str, kind: str, hint: str) -> Section:
        kinds = ("area", "goal", "activity") if kind == "area" else (kind,)
        return Section(anchor, HEADINGS.get(kind, KINDS[kind].many), hint, [self._row(one, None) for one in kinds])

    def _row(self, kind: str, under: UUID | None) -> Row:
        return Row(kind, under, [self._box(one) for one in self.text.of(kind, under)])

    def _box(self, part: Part) -> Box:
        used = TARGET_FIELDS.get(part["measure"], ()) if "measure" in KINDS[part.kind].names else ()
        slots = [self._slot(part, one) for one in fields_of(self.wording, part) if one.name not in _targets(part) and self._is_wanted(part, one)]
        about = KINDS[part.kind]
        target = [self._slot(part, RENAMED.get((part["measure"], name), about.field(name))) for name in used]
        rows = [self._row(kind, part.id) for kind in ("goal", "activity") if part.kind in KINDS[kind].under]
        told = any(slot.slip or slot.clash for slot in (*slots, *target))
        made = Box(part, slots, target, rows, brief(part, self.names), told or part.is_empty or mark(part.id) in self.opened)
        self.boxes[part.id] = made
        return made

    def _shown(self, part_id: UUID, name: str) -> str:
        """A field of the target that its measure does not use is spoken of at the measure."""
        part = self.text.find(part_id)
        return "measure" if part and name in _targets(part) and name not in TARGET_FIELDS.get(part["measure"], ()) else name

    def _is_wanted(self, part: Part, one: Field) -> bool:
        """Which municipality a promise concerns is asked only of the police alone."""
        return one.name != "concerns" or bool(part["concerns"]) or {party.side for party in self.parties} == {"police"}

    def _slot(self, part: Part, one: Field) -> Slot:
        place = (part.id, one.name)
        choices = self._choices(part, one)
        stands = self.wording.reason if one.name == "reason" else part[one.name]
        return Slot(
            f"{mark(part.id)}-{one.name}",
            one,
            self.beside.typed.get(place, stands),
            stands,
            choices,
            self.beside.slips.get(place),
            _in_words(self.beside.clashes.get(place), dict(choices)),
            self.advice.get(place, ()),
        )

    def _choices(self, part: Part, one: Field) -> Sequence[tuple[str, str]]:
        if one.shape != "organisation":
            return one.choices
        sides = [side for side in self.names.values() if side.side == "municipality"] if one.name == "concerns" else self.parties
        found = [("", "Välj"), *((str(side.organisation_id), side.name) for side in sides)]
        chosen = part[one.name]
        if chosen and chosen not in dict(found):
            found.append((chosen, f"{self.names[chosen].name} (inte part)" if chosen in self.names else "Okänd organisation"))
        return found


def _targets(part: Part) -> set[str]:
    """The fields of its target, whichever measure uses them; none of a part that is not followed up."""
    return {name for names in TARGET_FIELDS.values() for name in names} if "measure" in KINDS[part.kind].names else set()


def brief(part: Part, names: Mapping[str, Side]) -> str:
    """What a closed part tells besides its name."""
    kind = KINDS[part.kind]
    if "measure" in kind.names:
        owner = names[part["organisation"]].short if part["organisation"] in names else ""
        return swedish.first_up(" · ".join(one for one in (_target(part), owner, part["responsible"]) if one))
    choices = [dict(one.choices).get(part[one.name], "") for one in kind.fields if one.shape == "choice"]
    more = {
        "source": (part["place"], part["on"]),
        "contact": (part["name"],),
        "definition": (shortened(part["meaning"], 90),),
        "link": (part["url"],),
    }
    return " · ".join(one for one in (*choices, *more.get(part.kind, ())) if one)


def _target(part: Part) -> str:
    """Minst 12 kontroller per år."""
    match part["measure"]:
        case "count" if part["at_least"]:
            per = dict(KINDS[part.kind].field("per").choices).get(part["per"] or "period", "")
            places = sum(bool(line.strip()) for line in part["places"].splitlines())
            at_each = f" på var och en av {places} platser" if places > 1 else ""
            return f"minst {part['at_least']} {part['unit']} {per}".replace("  ", " ") + at_each
        case "count":
            return "räknas, utan måltal"
        case "indicator":
            return part["indicator"]
        case "yes_no":
            return "görs: ja eller nej"
        case "narrative":
            return "berättas med ord"
    return ""


def naming(wording: Wording, near: Sequence[Side]) -> list[Advice]:
    """Advice on the places where a neighbouring municipality is still named, as in a promise that was another's to begin with."""
    return [
        Advice(
            part_id,
            name,
            "names_another",
            f"Här nämns {swedish.listed(names)}, som inte är part i löftet.",
            ("Byt namnet om texten kommer från ett annat löfte.", "Låt det stå om det är meningen."),
        )
        for (part_id, name), names in foreign(wording.manuscript, near).items()
    ]


def _in_words(found: Clash | None, choices: Mapping[str, str]) -> Clash | None:
    """A choice is told by its words and not by its code."""
    if found is None or not choices:
        return found
    return replace(found, pieces=difference.words(choices.get(found.theirs, ""), choices.get(found.mine, "")))


def clash(wording: Wording, mine: str, theirs: str, was: str, *, by_oneself: bool) -> Clash:
    """Both texts with their difference, word by word."""
    by = "Du har ändrat här i ett annat fönster" if by_oneself else f"{wording.edited_name} har ändrat här"
    return Clash(mine, was, theirs, difference.words(theirs, mine), f"{by}, {swedish.short_moment(wording.edited_at)}.")
