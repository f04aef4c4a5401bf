"""Whether a goal can be followed up: is there anything in it that somebody can count, measure or tick off afterwards.

A year that only says when the promise holds, an age, a school grade or the number of a road is no such thing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.wordings import mending

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.wordings.manuscript import Part


LONGEST_QUOTE = 60


class Shortfall(NamedTuple):
    """Why a goal or an activity cannot be followed up, and what would mend it."""

    field: str
    code: str
    text: str
    ways: tuple[str, ...]


# ---------------------------------------------------------------- words of direction
_COMPARATIVES = "fler|flera|färre|bättre|mer|mindre|högre|lägre|tryggare|säkrare|tätare|snabbare|tydligare|större|synligare|lugnare|renare"
_UP = r"(?:ut|för)?ök(?:a|ar|as|at|ad|ade|ande|ning\w*)|höj(?:a|er|s|as|t|da)|för?stärk(?:a|er|s|as|t)|stärk(?:a|er|s|as|t)|främja[rs]?|intensifiera[rs]?"
_DOWN = r"minsk(?:a|ar|as|at|ad|ade|ande|ning\w*)|sänk(?:a|er|s|as|t)|reducera[rs]?|begränsa[rs]?|motverka[rs]?|förebygg(?:a|er|s|as)|bekämpa[rs]?"
_BETTER = (
    r"förbättr(?:a|ar|as|at|ade|ing\w*)|utveckla[rs]?|fördjupa[rs]?|effektivisera[rs]?|bredda[rs]?"
    r"|(?:verka|arbeta|jobba) (?:aktivt |långsiktigt |tillsammans )?för|sträva(?:r)? efter|bidra(?:r)? till|(?:satsa|fokusera)[rs]? på|prioritera[rs]?"
)
_DIRECTION = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<better>{_BETTER})|(?P<more>{_COMPARATIVES}))\b", re.IGNORECASE)
_PURPOSE = re.compile(r"\b(?:för|syfte|syftar till|så) att\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:inte|ej|aldrig)\s+(?:\w+\s+)?$", re.IGNORECASE)

# ---------------------------------------------------------------- figures, and digits that are none
_NUMBER_WORDS = "två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tretton|fjorton|femton|sexton|sjutton|arton|nitton"
_TENS = (
    "(?:tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio)(?:en|ett|två|tre|fyra|fem|sex|sju|åtta|nio)?|(?:två|tre|fyra|fem)?(?:hundra|tusen)"
)
NUMBER = rf"(?:[0-9]+(?:[.,][0-9]+)?|(?:{_NUMBER_WORDS}|{_TENS}))"
_YEAR = r"(?:19|20)[0-9]{2}"
_MONTHS = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
_LABELS = (
    "årskurs|årskurserna|åk|klass|riksväg|länsväg|väg|rv|lpo|etapp|fas|del|punkt|mål|delmål|steg|nivå|kapitel|kap|paragraf|agenda|zon|område|grupp"
    "|hus|linje|plan|nr|nummer|sida|bilaga|prioritet|prio|version|kl|klockan|fokusområde|aktivitet"
)
_NO_FIGURES = re.compile(
    rf"""^\s*\(?[0-9]+[.)]\s                                         # the number of a list
    | \b{_YEAR}\s*[-–/]\s*(?:{_YEAR}|[0-9]{{2}}\b(?!-)) | \b{_YEAR}:[0-9]+ | \b{_YEAR}-[0-9]{{2}}-[0-9]{{2}}\b
    | \b[0-9]{{1,2}}\.?\s+(?:{_MONTHS})\b | \b[0-9]{{1,2}}/[0-9]{{1,2}}\b | \b{_YEAR}\b
    | \b(?:{_LABELS})\.?:?\s*[0-9]+(?:\s*(?:[-–,.:]|och|till)\s*[0-9]+)*
    | \b(?:112|114\s?14|113\s?13|1177|24/7)\b
    | \b{NUMBER}\s*(?:(?:[-–]|till|och)\s*{NUMBER}\s*)?-?\s*år(?:s|en|ig[at]?|ing\w*)?\b        # ages and stretches of years
    | \b[0-9]+\s*(?:§|kap\b) | §\s*[0-9]+ | \b[0-9]{{1,2}}[:][0-9]{{2}}\b
    | \b[a-zåäö]+-?[0-9]+\b                                           # E20, covid-19
    | \b(?:de|våra|dessa|alla|samtliga|båda|i)\s+(?:{_NUMBER_WORDS}|[0-9]+)\s+(?:\w+\s+)?
      (?:part|kommun|organisation|myndighet|fokusområd|område|tätort|ort|stadsdel|aktör)\w*
    | \bsom\b[^,.;:]*?\b{NUMBER}\s+(?:\w+\s+)?(?:misstank|misstänk|brott|dom(?:ar)?\b|\w*ärende|\w*anmälning|lagföring)\w*""",
    re.IGNORECASE | re.VERBOSE,
)
"""Numbers that say when, who or where, not how much: nobody can tick them off."""
_EACH = "dag|dygn|vecka|helg|månad|kvartal|tertial|termin|halvår|år|sommar|vår|höst|vinter|måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag|läsår"
_FIGURE = re.compile(
    rf"""\b{NUMBER}\b | \bnoll\b
    | \b(?:minst|högst|max|åtminstone|ytterligare|omkring|cirka)\s+(?:en|ett)\b | \b(?:en|ett)\s+minst\b
    | \b(?:en|ett)\s+(?:gång|gånger)\b
    | \b(?:en|ett)\b[^,.;:]{{0,40}}\b(?:per|i|varje|om)\s+(?:{_EACH})(?:en|et)?\b
    | \b(?:daglig|veckovis|månadsvis|månatlig|kvartalsvis|årlig|halvårsvis|terminsvis)\w*
    | \b(?:varje|varannan|vartannat|var\s(?:tredje|fjärde|femte|sjätte))\s+(?:{_EACH})\b | \b(?:per)\s+(?:{_EACH})\b
    | \b(?:hälften|halver\w+|för?dubbl\w+|tredubbl\w+|dubbelt|\w+del(?:ar)?\s+av|procent\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ALL = re.compile(r"\b(?:alla|samtliga|varje|inga|ingen|inget)\b", re.IGNORECASE)
"""Enough for what is done or not done ("alla skolor får besök"), not for what is to grow."""
_RELATIVE = re.compile(
    rf"\b(?:hälften|halver\w+|för?dubbl\w+|tredubbl\w+|dubbelt|en \w+del(?:ar)?|{NUMBER}\s*(?:procent\w*|%)\s*(?:fler|färre|mer|mindre|högre|lägre)"
    rf"|med\s+(?:minst\s+|högst\s+)?{NUMBER}\s*(?:procent|%))",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    rf"""\b(?:jämfört\s+med|än|som|i\s+förhållande\s+till|mot|på)\s+(?:(?:år|under|i|vid|den)\s+){{0,3}}
    (?:{_YEAR}|förra\s+(?:året|årets|löftet|perioden)|fjol|fjolåret|föregående\s+år|året\s+(?:innan|före)
      |(?:senaste|förra|\w*års)?\s*(?:\w*mätning|\w*undersökning)\w*|ntu)
    | \bfrån\s+(?:omkring\s+|cirka\s+)?{NUMBER} | \bav\s+dem\b | \b{_YEAR}\s+års\s+(?:nivå|värde|resultat|mätning)""",
    re.IGNORECASE | re.VERBOSE,
)
_DEADLINE = re.compile(
    rf"""\bsenast\b | \b(?:före|innan|till\s+och\s+med|t\.?o\.?m\.?|fram\s+till)\s+(?:den\s+|utgången\s+|slutet\s+|årets\s+)?
    (?:[0-9]|{_YEAR}|sommar|jul|höst|vår|vinter|årsskift|slut|av|semester|skolstart|{_MONTHS})
    | \b(?:inom|om)\s+{NUMBER}\s+(?:år|månader|veckor|dagar)\b | \binom\s+ett\s+(?:år|halvår|kvartal)\b
    | \b(?:vid|före|innan)\s+(?:utgången|årets\s+slut|periodens\s+slut|årsskiftet) | \bi\s+slutet\s+av\b | \b{_YEAR}-[0-9]{{2}}-[0-9]{{2}}\b
    | \b[0-9]{{1,2}}\.?\s+(?:{_MONTHS})\b | \b(?:första|andra|tredje|fjärde)\s+kvartalet\b | \bunder\s+(?:våren|sommaren|hösten|vintern)\b
    | \bi\s+(?:{_MONTHS})\b""",
    re.IGNORECASE | re.VERBOSE,
)


def figure(text: str) -> bool:
    """Whether the text holds an amount or a pace that can be counted."""
    return bool(_FIGURE.search(_without_labels(text)))


def _without_labels(text: str) -> str:
    return _NO_FIGURES.sub(" ", text)


def shortfall(part: Part, *, counted_below: bool, until: dt.date) -> Shortfall | None:
    """What is lacking in a goal or an activity, None where it can be followed up or nothing has been written yet.

    `counted_below` says that activities under the goal have numbers; `until` is a day for examples.
    """
    if not part["title"].strip():
        return None
    if part["measure"] == "count" and (part["at_least"] or part.kind == "activity"):
        return None if part["at_least"] else _in_words(part, counted_below=True, until=until)
    if part["measure"] in {"count", "indicator"}:
        return _incomplete(part)
    if part["measure"] in {"yes_no", "narrative"}:
        return None if part["body"] or part.kind == "activity" else _unexplained(part)
    return _in_words(part, counted_below=counted_below or part.kind == "activity", until=until)


def _in_words(part: Part, *, counted_below: bool, until: dt.date) -> Shortfall | None:
    """Judged by what it says alone."""
    text = f"{part['title']}\n{part['body']}"
    found = _direction(part)
    if not any(letter.isalpha() for letter in text):
        return _short(part, "no_words", f"”{part['title']}” säger inte vad som ska räknas. Skriv det också.", found, until)
    if figure(text):
        relative = _RELATIVE.search(text)
        return _short(part, "no_baseline", _no_baseline(part["title"], relative), found, until) if relative and not _COMPARED.search(text) else None
    if part["title"].rstrip().endswith("?"):
        return _short(part, "question", "Det är en fråga. Ett mål är svaret: skriv vad ni vill ha uppnått när löftet tar slut.", found, until)
    if found is None:
        return None if counted_below else _aimless(part, text, until)
    if _COMPARED.search(text) or (part.kind == "activity" and part["due_on"]):
        return None
    if _DEADLINE.search(text):
        said = f"”{mending.phrase(found)}” har en dag men inget mått. När dagen kommer vet ingen om det är nått."
        return _short(part, "how_much", said, found, until)
    return _short(part, "unfollowable", _no_measure(found), found, until)


def _direction(part: Part) -> re.Match[str] | None:
    """The words of direction in what it is called, else in what a goal says more. What an activity is good for does not make it vague."""
    named = _DIRECTION.search(part["title"])
    if part.kind == "activity":
        return None if named is None or _PURPOSE.search(part["title"][: named.start()]) else named
    return named or _DIRECTION.search(part["body"])


def _aimless(part: Part, text: str, until: dt.date) -> Shortfall | None:
    """It points nowhere: enough when it says when, or that it is for all ("alla skolor får besök")."""
    if _DEADLINE.search(text) or _ALL.search(text) or _COMPARED.search(text):
        return None
    said = "Det går inte att se när målet är nått: det finns inget att räkna, mäta eller pricka av."
    return _short(part, "unfollowable", said, None, until)


def _no_measure(found: re.Match[str]) -> str:
    words = mending.phrase(found)
    if _NOT.search(found.string[: found.start()]):
        return f"”{words}” går inte att följa upp än: det står inte vilket värde som är i dag. Utan det kan ingen se om det har blivit sämre."
    if found["more"]:
        return f"”{words}” går inte att följa upp än: det står inte jämfört med vad. Utan ett antal, ett utgångsvärde eller en dag kan ingen se skillnaden."
    return f"”{words}” går inte att följa upp än: det står åt vilket håll, men inte varifrån, hur långt eller till när."


def _no_baseline(title: str, relative: re.Match[str]) -> str:
    words = title if len(title) <= LONGEST_QUOTE else relative.group().strip()
    return f"”{words}” säger hur stor ändringen är, men inte från vilket värde. Skriv vilket år eller vilken mätning ni jämför med."


def _incomplete(part: Part) -> Shortfall | None:
    """A count without its number, or an indicator that lacks one of its ends."""
    if part["measure"] == "count":
        return Shortfall("at_least", f"{part.kind}.incomplete", "Det ska räknas, men antalet saknas. Skriv det minsta antal ni lovar.", ())
    lacks = [name for name in _ENDS if not part[name] and not (name == "level" and part["direction"] == "keep")]
    if not lacks:
        return None
    said = swedish.listed([_ENDS[name] for name in lacks])
    return Shortfall(lacks[0], f"{part.kind}.incomplete", f"Det ska mätas, men {said} saknas. Då kan ingen se om värdet har gått åt rätt håll.", ())


_ENDS = {"indicator": "mätvärdet", "baseline": "utgångsvärdet", "direction": "riktningen", "level": "målvärdet", "level_on": "dagen för målvärdet"}


def _unexplained(part: Part) -> Shortfall | None:
    """Ticked off or told, a vague goal needs a sentence about what would be true then."""
    found = _DIRECTION.search(part["title"])
    if found is None or figure(part["title"]) or _COMPARED.search(part["title"]):
        return None
    words = mending.phrase(found)
    if part["measure"] == "yes_no":
        text = f"”{words}” ska besvaras med ja eller nej. Skriv i förklaringen vad som ska vara gjort för att svaret ska bli ja."
    else:
        text = f"”{words}” ska berättas med ord. Skriv i förklaringen vem som berättar, om vad och när."
    return Shortfall("body", f"{part.kind}.unexplained", text, ())


def _short(part: Part, code: str, text: str, found: re.Match[str] | None, until: dt.date) -> Shortfall:
    upwards = None if found is None else mending.Aim(bool(found["down"]), bool(_NOT.search(found.string[: found.start()])))
    return Shortfall("title", f"{part.kind}.{code}", text, mending.ways(part, upwards, until))
