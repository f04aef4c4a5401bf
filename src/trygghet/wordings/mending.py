"""Three concrete ways to mend a goal that cannot be followed up, made of its own words: count it, measure it, or tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.wordings.manuscript import Part


class Aim(NamedTuple):
    """Where a goal wants to go: `down` or up; `keep`, that it must not get there."""

    down: bool
    keep: bool


LONGEST_PHRASE, LONGEST_TAIL = 5, 90

_COUNTABLE = re.compile(
    r"\b((?:[\wåäö-]*)(?:insats|åtgärd|kontroll|dialog|aktivitet|träff|patrullering|utbildning|vandring|föreläsning|lektion|rond|tillsyn"
    r"|besiktning|kampanj|övning))(?:er|ar|erna|arna|en)?\b",
    re.IGNORECASE,
)
_SAME = re.compile(r"\b([\wåäö-]*(?:besök|samtal))(?:en|et)?\b|\b([\wåäö-]*möte)(?:na|n|t)?\b", re.IGNORECASE)
_IN_AR = ("vandring", "föreläsning", "besiktning", "patrullering", "utbildning", "övning")
_STOPS = (
    r"(?:mot|i|på|för|bland|hos|vid|genom|som|och|samt|till|av|inom|med|så|att|kring|längs|runt|om|under|mellan|från|där|eller|senast|före|innan)"
)
_TAIL = re.compile(r"\s+((?:mot|för|i|på|bland|hos|vid|inom|kring|med)\b[^.;:!?\n]*)")

Topic = tuple[str, str, str, str, str, str]
_GROUPS: tuple[Topic, ...] = (
    (r"riskzon|ungdom|\bunga\b|\bunga\w", "insatser för unga", "andelen unga i riskzon som har fått en insats", "40", "60", "procent"),
    (r"brottsaktiv|kriminell|gäng", "insatser mot brottsaktiva", "andelen brottsaktiva som ni har en planerad insats för", "40", "60", "procent"),
    (r"företag|näringsliv|handla|butik", "besök hos företag", "andelen företagare som känner sig trygga i sitt arbete", "60", "70", "procent"),
)
"""Whom a goal is about, with something to count and something to measure; figures are there to show the form."""
_MATTERS: tuple[Topic, ...] = (
    (r"narkotik|drog", "insatser mot narkotika", "andelen elever i årskurs 9 som har använt narkotika", "9", "6", "procent"),
    (r"trafik|hastighet|buskör", "trafikkontroller", "andelen fordon som håller hastigheten", "60", "75", "procent"),
    (r"inbrott|stöld|stulna", "insatser mot stölder", "antalet anmälda stölder", "120", "90", ""),
    (r"skadegör|klotter", "insatser mot skadegörelse", "antalet anmälda skadegörelser", "120", "90", ""),
    (r"bedräg", "informationsträffar om bedrägerier", "antalet anmälda bedrägerier", "120", "90", ""),
    (r"våld|misshandel", "insatser mot våld", "antalet anmälda misshandelsbrott", "120", "90", ""),
    (r"närvaro|synlig", "fotpatrulleringar", "andelen invånare som har sett polis i sitt område den senaste månaden", "30", "45", "procent"),
    (r"\boro", "trygghetsvandringar", "andelen invånare som oroar sig för att utsättas för brott", "40", "30", "procent"),
    (r"trygg", "trygghetsvandringar", "andelen invånare som känner sig trygga utomhus på kvällen", "60", "70", "procent"),
    (r"belys|mörk", "platser med ny belysning", "andelen invånare som känner sig trygga utomhus på kvällen", "60", "70", "procent"),
    (r"dialog|medborg|invånar", "medborgardialoger", "andelen invånare som känner till löftet", "20", "40", "procent"),
    (r"samverk|samarbet|samordn", "gemensamma möten", "andelen av de gemensamma åtgärderna som blir av", "60", "90", "procent"),
    (r"skol|elev|barn", "skolbesök", "andelen elever som känner sig trygga i skolan", "80", "90", "procent"),
)
"""What it is about where it names no such group: the first that it names."""
_CRIME: Topic = (r"brott", "insatser mot brott", "antalet anmälda brott", "400", "340", "")
_ANYTHING: Topic = ("", "insatser", "andelen invånare som tycker att det har blivit bättre", "40", "50", "procent")


def ways(part: Part, aim: Aim | None, until: dt.date) -> tuple[str, str, str]:
    """Count, measure, tell. `aim` is None where the goal points nowhere; then it may be ticked off instead of told."""
    about = _about(part["title"]) or _about(part["body"]) or _ANYTHING
    return _count(part["title"], about[1]), _measure(about, aim, until), _tell(aim, until)


def _about(text: str) -> Topic | None:
    group = next((one for one in _GROUPS if re.search(one[0], text, re.IGNORECASE)), None)
    if group:
        return group
    found = {one: match.start() for one in _MATTERS if (match := re.search(one[0], text, re.IGNORECASE))}
    return min(found, key=lambda one: found[one]) if found else _CRIME if re.search(_CRIME[0], text, re.IGNORECASE) else None


def phrase(found: re.Match[str]) -> str:
    """The words of direction with what they steer: "öka insatserna", "motverka att bilar stjäls", "tryggheten ska öka"."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    follows = re.match(rf"\s+(?:(?:att\s+)(?:[\w-]+\s*){{1,3}}|(?:(?!{_STOPS}\b)[\w-]+\s*){{1,{LONGEST_PHRASE - 1}}})", after, re.IGNORECASE)
    if found["better"] and not follows:
        follows = re.match(rf"(?:\s+[\w-]+){{1,{LONGEST_PHRASE - 1}}}", after)
    if follows:
        return swedish.first_down(" ".join((found.group() + follows.group()).split()))
    listed = re.match(r"(?:,?\s+[\w-]+){1,4}", after)
    if listed and after.startswith(","):
        return swedish.first_down(found.group() + listed.group())
    leads = re.search(rf"(?:\b(?!att\b)[\w-]+\s+){{1,{LONGEST_PHRASE - 1}}}$", before)
    said = (leads.group() if leads and not re.search(r"\b(?:och|att)\s*$", before) else "") + found.group()
    return swedish.first_down(" ".join(said.split()))


def countable(title: str) -> tuple[str, str] | None:
    """What in the title can be counted, in the indefinite plural, and the words that go with it: ("insatser", "mot klotter")."""
    same, found = _SAME.search(title), _COUNTABLE.search(title)
    if same and (found is None or same.start() < found.start()):
        noun, end = (same[1] or f"{same[2]}n").lower(), same.end()
    elif found:
        noun, end = _plural(found[1].lower()), found.end()
    else:
        return None
    tail = _TAIL.match(title[end:])
    words = re.sub(r",? i syfte att .*", "", " ".join(tail[1].split())) if tail else ""
    return noun, words if len(words) <= LONGEST_TAIL else ""


def _plural(stem: str) -> str:
    if stem.endswith("tillsyn"):
        return f"{stem}sbesök"
    return stem + ("ar" if stem.endswith(_IN_AR) else "er")


def _count(title: str, unit: str) -> str:
    found = countable(title)
    if found is None:
        return f"Räkna det ni gör, till exempel ”minst 4 {unit} per år”."
    noun, tail = found
    return f"Räkna: skriv hur många, till exempel ”minst 4 {noun} per år{f' {tail}' if tail else ''}”."


def _measure(about: Topic, aim: Aim | None, until: dt.date) -> str:
    _, _, indicator, baseline, level, unit = about
    after, day = f" {unit}" if unit else "", swedish.long_date(until)
    if aim and aim.keep:
        worse = "lägre" if float(level) > float(baseline) else "högre"
        return f"Mät: skriv värdet i dag och en dag, till exempel ”{indicator} ska inte vara {worse} än {baseline}{after} den {day}”."
    verb = "öka" if float(level) > float(baseline) else "minska"
    return f"Mät: skriv utgångsvärde, målvärde och dag, till exempel ”{indicator} ska {verb} från {baseline} till {level}{after} senast {day}”."


def _tell(aim: Aim | None, until: dt.date) -> str:
    if aim is None:
        return f"Beskriv: välj ”Görs” eller ”Beskrivs”, och skriv i förklaringen vad som ska vara gjort eller annorlunda {swedish.long_date(until)}."
    return (
        "Beskriv: välj ”Beskrivs”, och skriv i förklaringen vad invånarna ska märka, vem som berättar om det "
        "och när, till exempel vid den gemensamma uppföljningen varje år."
    )
