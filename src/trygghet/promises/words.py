"""A promise's facts in Swedish, the same inside and on the residents' page: targets, sources, who speaks, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet.tongue import SWEDISH, Tongue

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
DIRECTIONS = {"down": "Ska minska", "up": "Ska öka", "keep": "Ska inte bli sämre", "": "Ska ändras"}


def voice(sides: Sequence[str]) -> str:
    """Joint when more than one side promises, otherwise the side that does; "other" speaks as a municipality."""
    return "joint" if len(set(sides)) > 1 else "police" if set(sides) == {"police"} else "municipality"


def owner(organisation: str, unit: str) -> str:
    """Åmål: socialtjänsten."""
    return ": ".join(part for part in (organisation, unit) if part)


def target(
    measure: str, at_least: int | None, per: str, unit: str, places: Sequence[str], indicator: Indicator | None, t: Tongue = SWEDISH
) -> list[str]:
    """How one will know, in lines; nothing where the promise does not say."""
    if measure == "yes_no":
        return [t("Görs eller görs inte")]
    if measure == "narrative":
        return [t("Berättas med ord")]
    if measure == "indicator":
        return [] if indicator is None else [indicator.name, _course(indicator, t)]
    if at_least is None:
        return [t("Räknas på {places}", places=t.listed(places))] if places else []
    if at_least == 1:  # what is counted is written in the plural
        counted = t("Minst 1 {per}", per=t.known(PER[per])) + (t(", räknat i {unit}", unit=unit) if unit else "")
    else:
        counted = t("Minst {count} {per}", count=f"{at_least} {unit}".strip(), per=t.known(PER[per]))
    return [counted, t("på var och en av {count} platser: {places}", count=len(places), places=t.listed(places))] if places else [counted]


def _course(one: Indicator, t: Tongue) -> str:
    """Ska minska från 34 procent (12 november 2023) till 30 procent senast 31 december 2025."""
    measured = f" ({t.long_date(one.baseline_on)})" if one.baseline_on else ""
    parts = [t.known(DIRECTIONS[one.direction])]
    parts += [] if one.baseline is None else [t("från {value}", value=t.measured(one.baseline, one.unit)) + measured]
    parts += [] if one.level is None else [t("till {value}", value=t.measured(one.level, one.unit))]
    parts += [t("senast {day}", day=one.level_on)] if one.level_on else []
    return " ".join(parts)


def source(one: Source, t: Tongue = SWEDISH) -> str:
    """12 november 2023, Kulturhuset. 412 svarade, svarsfrekvens 48,5 procent."""
    where = ", ".join(part for part in (t.long_date(one.held_on) if one.held_on else "", one.place) if part)
    verb = t("{count} deltog") if one.kind in {"dialogue", "staff_dialogue"} else t("{count} svarade")
    many = "" if one.participants is None else verb.format(count=t.number(one.participants, 0))
    rate = "" if one.response_rate is None else t("svarsfrekvens {share} procent", share=t.measured(one.response_rate))
    return ". ".join(part for part in (where, ", ".join(part for part in (many, rate) if part)) if part)


def late(signed_on: dt.date | None, first: dt.date, t: Tongue = SWEDISH) -> str:
    """Undertecknat 26 oktober 2018, gäller från 1 juli 2018; nothing where it was signed in time or nobody knows."""
    if signed_on is None or signed_on <= first:
        return ""
    return t("Undertecknat {day}, gäller från {first}", day=signed_on, first=first)


def changed(kind: str, signed_on: dt.date | None, valid_until: dt.date | None, t: Tongue = SWEDISH) -> str:
    """Ändrat 3 mars 2025; what was decided and when, for the reason to follow."""
    on = f" {t.long_date(signed_on)}" if signed_on else ""
    until = t("till och med {day}", day=valid_until) if valid_until else t("tills vidare")
    match kind:
        case "extension":
            return t("Förlängt{on}, gäller {until}", on=on, until=until)
        case "early_end":
            return t("Slut i förtid, beslutat{on}, gäller {until}", on=on, until=until)
        case "first":
            return t("Undertecknat{on}", on=on)
        case _:
            return t("Ändrat{on}", on=on)
