"""A promise as it stands on paper: from a text and those who stand behind it to words in the order that templates/promises/promise.typ has them.

One form for all: what has been signed, and what somebody is still writing, where a half-written day or number stands as it was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import swedish
from trygghet.document import Bullets, typed
from trygghet.periods import parse_day
from trygghet.promises.words import PER
from trygghet.swedish import Refusal
from trygghet.wordings.kinds import KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.wordings.manuscript import Manuscript, Part

BEFORE = {"situation", "background"}
"""Chapters that a reader needs before the focus areas; the others come after them, as on the web page."""


@dataclass(frozen=True)
class Backer:
    """A party, and what it has put its name to. `signed_at` is known for what was signed here, `signed_on` for some of what was signed elsewhere."""

    organisation: UUID
    name: str
    side: str
    signed: bool = False
    signer: str = ""
    office: str = ""
    signed_on: dt.date | None = None
    signed_at: dt.datetime | None = None
    content_hash: str = ""


@dataclass(frozen=True)
class Version:
    """One signed text of the promise, and why it came about, as residents read it."""

    number: int
    signed_on: dt.date | None
    kind: str
    reason: str


@dataclass(frozen=True)
class Edition:
    """Which text this is. `mark` stands on every page of what is not signed, with `mark_words` after it."""

    foot: str
    content_hash: str
    mark: str = ""
    mark_words: str = ""
    versions: tuple[Version, ...] = ()


KIND_WORDS = {"first": "Det första löftet", "change": "Ändrat", "extension": "Förlängt", "early_end": "Avslutat i förtid"}


def sheet(text: Manuscript, backers: Sequence[Backer], edition: Edition, names: Mapping[UUID, str], *, concerns: str = "") -> dict[str, Any]:
    """Everything that the document says. `names` holds the organisations that the text points to by id; `concerns` is the municipality that
    the police alone promise it for, where the text does not point to it.
    """
    known = {str(one): name for one, name in names.items()}
    return {
        "title": title_of(text),
        "keywords": ["medborgarlöfte", text.head["area"]],
        "area": text.head["area"],
        "oath": text.head["oath"],
        "parties": [{"name": one.name, "side": one.side} for one in backers],
        "kind": _kind(backers),
        "voice": _voice(backers),
        "facts": _facts(text, backers, known.get(text.head["concerns"], concerns)),
        "before": _chapters(text, before=True),
        **_promised(text, known),
        "after": _chapters(text, before=False),
        "tables": [one for one in _tables(text, known) if one["rows"]],
        "signatures": [_signature(one) for one in backers],
        "signed_words": _signed_words(text, backers),
        "versions": [_version(one) for one in edition.versions],
        "mark": edition.mark,
        "mark_words": edition.mark_words,
        "foot": edition.foot,
        "hash": edition.content_hash,
    }


def _promised(text: Manuscript, known: Mapping[str, str]) -> dict[str, Any]:
    """Areas with their goals and activities, then those that belong to no area; activities are numbered through all of it."""
    numbers = {one.id: f"{number}" for number, one in enumerate(text.every("activity"), 1)}

    def activities(under: UUID | None) -> list[dict[str, Any]]:
        return [_activity(one, numbers[one.id], known) for one in text.of("activity", under)]

    def goals(under: UUID | None) -> list[dict[str, Any]]:
        return [
            {"title": one.name, "body": blocks(one["body"]), "target": target(one), "activities": activities(one.id)}
            for one in text.of("goal", under)
        ]

    areas = [
        {
            "title": f"{number}. {one.name}",
            **{name: blocks(one[name]) for name in ("body", "problem", "cause")},
            "goals": goals(one.id),
            "activities": activities(one.id),
        }
        for number, one in enumerate(text.of("area"), 1)
    ]
    return {"areas": areas, "goals": goals(None), "activities": activities(None)}


def _version(one: Version) -> list[str]:
    return [f"{one.number}", swedish.long_date(one.signed_on) if one.signed_on else "Dagen är inte känd", KIND_WORDS[one.kind], one.reason]


def title_of(text: Manuscript) -> str:
    """What the promise is called, also before anybody has named it."""
    return text.head["title"] or "Löfte utan namn"


def blocks(text: str) -> list[dict[str, Any]]:
    """What people typed, parted as on the web page."""
    return [
        {"list": True, "lines": list(one.items)} if isinstance(one, Bullets) else {"list": False, "lines": one.text.split("\n")}
        for one in typed(text)
    ]


def target(part: Part) -> list[str]:
    """How a goal or an activity is followed up, in lines: Minst 12 kontroller per år."""
    match part["measure"]:
        case "count":
            return _counted(part)
        case "indicator":
            return _indicator(part)
        case "yes_no":
            return ["Görs eller görs inte"]
        case "narrative":
            return ["Berättas med ord"]
    return []


def _counted(part: Part) -> list[str]:
    unit, places = part["unit"], [line.strip() for line in part["places"].split("\n") if line.strip()]
    if not part["at_least"]:
        return [f"Inget antal, räknas i {unit}" if unit else "Inget antal", *([f"på {swedish.listed(places)}"] if places else [])]
    per = PER.get(part["per"] or "period", "")
    counted = " ".join(word for word in ("Minst", part["at_least"], unit, per) if word)
    return [counted, *([f"på var och en av {len(places)} platser: {swedish.listed(places)}"] if places else [])]


def _indicator(part: Part) -> list[str]:
    direction = {"down": "Ska minska", "up": "Ska öka", "keep": "Ska inte bli sämre"}.get(part["direction"], "Ska ändras")
    unit = f" {part['unit']}" if part["unit"] else ""
    measured = f" ({day(part['baseline_on'])})" if part["baseline_on"] else ""
    began = f" från {part['baseline']}{unit}{measured}" if part["baseline"] else ""
    ends = f" till {part['level']}{unit}" if part["level"] else ""
    by = f" senast {day(part['level_on'])}" if part["level_on"] else ""
    return [line for line in (part["indicator"], f"{direction}{began}{ends}{by}") if line]


def day(text: str) -> str:
    """31 december 2024, or what was typed where that is no day yet."""
    try:
        return swedish.long_date(parse_day(text, ""))
    except Refusal:
        return text


def _activity(one: Part, number: str, known: Mapping[str, str]) -> dict[str, Any]:
    due = [f"{words} {day(one[name])}" for name, words in (("due_on", "Senast"), ("public_after", "Berättas tidigast")) if one[name]]
    responsible = [line for line in (known.get(one["organisation"], ""), one["responsible"]) if line]
    return {"number": number, "title": one.name, "body": blocks(one["body"]), "target": [*target(one), *due], "responsible": responsible}


def _chapters(text: Manuscript, *, before: bool) -> list[dict[str, Any]]:
    headings = dict(KINDS["chapter"].field("kind").choices)
    return [
        {"heading": one["heading"] or headings.get(one["kind"], "Text"), "body": blocks(one["body"])}
        for one in text.of("chapter")
        if (one["kind"] in BEFORE) == before
    ]


def _facts(text: Manuscript, backers: Sequence[Backer], concerns: str) -> list[dict[str, Any]]:
    head = text.head
    told, counted = [[f"Minst var {head[name]}:e dag"] if head[name] else [] for name in ("tell_every_days", "count_every_days")]
    found = {
        "Gäller": [validity(head)],
        "Ses över": [f"Senast {day(head['review_on'])}"] if head["review_on"] else [],
        "Parter": [one.name for one in backers],
        "Gäller för": [concerns] if concerns else [],
        "Följs upp": ["Gemensamt före varje års utgång" if len(backers) > 1 else "Före varje års utgång"],
        "Utfall registreras": counted,
        "Berättas": [*told, *([swedish.first_up(head["told_through"])] if head["told_through"] else [])],
    }
    return [{"name": name, "lines": lines} for name, lines in found.items() if lines]


def validity(head: Part) -> str:
    """1 januari 2023 till och med 31 december 2024."""
    if not head["valid_from"]:
        return "Inte bestämt än"
    first = day(head["valid_from"])
    return f"{first} till och med {day(head['valid_until'])}" if head["valid_until"] else f"Från {first} och tills vidare"


def _tables(text: Manuscript, known: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is looked up rather than read: words, sources, reports, people, addresses. `columns` are widths by each other."""
    return [
        {
            "heading": "Så används orden",
            "heads": ["Begrepp", "Betyder i det här löftet"],
            "columns": [2, 5],
            "rows": [[swedish.first_up(one["term"]), one["meaning"]] for one in text.of("definition")],
        },
        {
            "heading": "Underlag",
            "heads": ["Vad", "När och var", "Deltog", "Det viktigaste"],
            "columns": [4, 4, 3, 5],
            "rows": [_source(one) for one in text.of("source")],
        },
        {
            "heading": "Rapporter genom året",
            "heads": ["Till", "Hur ofta", "Klar senast"],
            "columns": [3, 2, 3],
            "rows": [_rhythm(one) for one in text.of("rhythm")],
        },
        {
            "heading": "Kontakter",
            "heads": ["Part", "Befattning och namn", "Telefon", "E-post"],
            "columns": [4, 5, 3, 5],
            "rows": [
                [known.get(one["organisation"], ""), ", ".join(words for words in (one["office"], one["name"]) if words), one["phone"], one["email"]]
                for one in text.of("contact")
            ],
        },
        {"heading": "Länkar", "heads": ["Sida", "Adress"], "columns": [2, 3], "rows": [[one["title"], one["url"]] for one in text.of("link")]},
    ]


def _source(one: Part) -> list[str]:
    kind = dict(KINDS["source"].field("kind").choices).get(one["kind"], "")
    what = f"{one['title']} ({swedish.first_down(kind)})" if one["title"] and kind else one["title"] or kind
    when = ", ".join(words for words in (day(one["on"]), one["place"]) if words)
    rate = f"svarsfrekvens {one['response_rate']} procent" if one["response_rate"] else ""
    return [what, when, ", ".join(words for words in (f"n = {one['n']}" if one["n"] else "", rate) if words), one["note"]]


def _rhythm(one: Part) -> list[str]:
    per = dict(KINDS["rhythm"].field("per").choices).get(one["per"], "")
    if one["per"] == "continuous":
        return [one["receiver"], "Löpande", ""]
    form = dict(KINDS["rhythm"].field("form").choices).get(one["form"], "")
    return [one["receiver"], ", ".join(words for words in (swedish.first_up(per), form) if words), _due(one["days_before"], one["days_after"])]


def _due(before: str, after: str) -> str:
    late = f"{after} dagar efter periodens sista dag" if after not in {"", "0"} else "Periodens sista dag"
    if not before:
        return late
    early = f"{before} dagar före sammanträdet" if before != "0" else "Till sammanträdet"
    return f"{early}; är inget sammanträde känt, {swedish.first_down(late)}"


# ---------------------------------------------------------------- who stands behind it
def _kind(backers: Sequence[Backer]) -> str:
    """A draft with one party so far is no one-sided promise yet, unless it is the police's."""
    voice = _voice(backers)
    alone = voice == "police" or (voice != "joint" and all(one.signed for one in backers))
    return "Ensidigt löfte" if alone else "Medborgarlöfte"


def _voice(backers: Sequence[Backer]) -> str:
    sides = {one.side for one in backers}
    return "joint" if len(sides) > 1 else next(iter(sides), "municipality")


def _signature(one: Backer) -> dict[str, Any]:
    lines = []
    if not one.signed:
        lines = ["Inte undertecknat än"]
    elif one.signed_at:
        lines = [
            f"Undertecknat {swedish.long_date(swedish.local(one.signed_at).date())} klockan {swedish.clock_time(one.signed_at)}",
            "Elektroniskt i Trygghet, av inloggad ledare som angav sitt lösenord på nytt",
        ]
    else:
        lines = [f"Undertecknat {swedish.long_date(one.signed_on)}" if one.signed_on else "Undertecknat; dagen är inte känd", "Utanför Trygghet"]
    if one.signed and not one.signer and not one.office:
        lines.append("Löftet nämner inte av vem")
    return {"organisation": one.name, "side": one.side, "name": one.signer, "office": one.office, "lines": lines, "hash": one.content_hash}


def _signed_words(text: Manuscript, backers: Sequence[Backer]) -> str:
    """Undertecknat 26 oktober 2018, gäller från 1 juli 2018."""
    missing = [one.name for one in backers if not one.signed]
    if missing:
        return f"Underskrift saknas av {swedish.listed(missing)}."
    days = [swedish.local(one.signed_at).date() if one.signed_at else one.signed_on for one in backers]
    last = max((one for one in days if one), default=None)
    if last is None or None in days:
        return "Alla parter har undertecknat löftet." if len(backers) > 1 else "Löftet är undertecknat."
    first = day(text.head["valid_from"])
    return f"Undertecknat {swedish.long_date(last)}, gäller från {first}."
