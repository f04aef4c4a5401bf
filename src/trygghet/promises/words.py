"""A promise's facts in Swedish, the same inside and on the residents' page: targets, sources, who speaks, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from trygghet.promises.rules import Indicator, Source

PER = {
    "day": "varje dag",
    "week": "varje vecka",
    "month": "varje månad",
    "quarter": "varje kvartal",
    "year": "varje år",
    "period": "under löftets tid",
}
VOICES = {"joint": "Gemensamt", "municipality": "Ensidigt löfte", "police": "Ensidigt löfte"}
"""What stands before the parties' names: a promise that one side gives alone says so."""
SOURCES = {
    "situation": "Lägesbild",
    "dialogue": "Medborgardialog",
    "staff_dialogue": "Medarbetardialog",
    "survey": "Trygghetsmätning",
    "statistics": "Statistik",
    "other": "Annat underlag",
}
_DIRECTIONS = {"down": "Ska minska", "up": "Ska öka", "keep": "Ska inte bli sämre", "": "Ska ändras"}


def voice(sides: Sequence[str]) -> str:
    """Joint when more than one side promises, otherwise the side that does; "other" speaks as a municipality."""
    return "joint" if len(set(sides)) > 1 else "police" if set(sides) == {"police"} else "municipality"


def owner(organisation: str, unit: str) -> str:
    """Åmål: socialtjänsten."""
    return ": ".join(part for part in (organisation, unit) if part)


def target(measure: str, at_least: int | None, per: str, unit: str, places: Sequence[str], indicator: Indicator | None) -> list[str]:
    """How one will know, in lines; nothing where the promise does not say."""
    if measure == "yes_no":
        return ["Görs eller görs inte"]
    if measure == "narrative":
        return ["Berättas med ord"]
    if measure == "indicator":
        return [] if indicator is None else [indicator.name, _course(indicator)]
    if at_least is None:
        return [f"Räknas på {swedish.listed(places)}"] if places else []
    if at_least == 1:  # what is counted is written in the plural
        counted = f"Minst 1 {PER[per]}{', räknat i ' + unit if unit else ''}"
    else:
        counted = f"Minst {at_least} {unit + ' ' if unit else ''}{PER[per]}"
    return [counted, f"på var och en av {len(places)} platser: {swedish.listed(places)}"] if places else [counted]


def _course(one: Indicator) -> str:
    """Ska minska från 34 procent (12 november 2023) till 30 procent senast 31 december 2025."""
    measured = f" ({swedish.long_date(one.baseline_on)})" if one.baseline_on else ""
    began = "" if one.baseline is None else f" från {swedish.measured(one.baseline, one.unit)}{measured}"
    ends = "" if one.level is None else f" till {swedish.measured(one.level, one.unit)}"
    by = f" senast {swedish.long_date(one.level_on)}" if one.level_on else ""
    return f"{_DIRECTIONS[one.direction]}{began}{ends}{by}"


def source(one: Source) -> str:
    """12 november 2023, Kulturhuset. 412 svarade, svarsfrekvens 48,5 procent."""
    where = ", ".join(part for part in (swedish.long_date(one.held_on) if one.held_on else "", one.place) if part)
    verb = "deltog" if one.kind in {"dialogue", "staff_dialogue"} else "svarade"
    many = "" if one.participants is None else f"{swedish.number(one.participants, 0)} {verb}"
    rate = "" if one.response_rate is None else f"svarsfrekvens {swedish.measured(one.response_rate, 'procent')}"
    return ". ".join(part for part in (where, ", ".join(part for part in (many, rate) if part)) if part)


def late(signed_on: dt.date | None, first: dt.date) -> str:
    """Undertecknat 26 oktober 2018, gäller från 1 juli 2018; nothing where it was signed in time or nobody knows."""
    if signed_on is None or signed_on <= first:
        return ""
    return f"Undertecknat {swedish.long_date(signed_on)}, gäller från {swedish.long_date(first)}"


def changed(kind: str, signed_on: dt.date | None, valid_until: dt.date | None) -> str:
    """Ändrat 3 mars 2025; what was decided and when, for the reason to follow."""
    on = f" {swedish.long_date(signed_on)}" if signed_on else ""
    until = f"till och med {swedish.long_date(valid_until)}" if valid_until else "tills vidare"
    match kind:
        case "extension":
            return f"Förlängt{on}, gäller {until}"
        case "early_end":
            return f"Slut i förtid, beslutat{on}, gäller {until}"
        case "first":
            return f"Undertecknat{on}"
        case _:
            return f"Ändrat{on}"
