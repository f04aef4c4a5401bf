"""The figures of one goal as blocks of a document: what was promised, what was done against an even pace, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.document import Bullets, Paragraph, Table
from trygghet.followups.rules import VERDICTS
from trygghet.indicators.rules import NO_CAUSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from trygghet.document import Block
    from trygghet.followups.facts import EarlierVerdict, Figure, Prefilled
    from trygghet.indicators.rules import Observation, Series

NOTHING = "–"
MONTHS = 12


def blocks(found: Prefilled) -> Iterator[Block]:
    """In the order of the page: promised, done, measured, told, missing, and what the figures proposed."""
    if found.promised:
        yield Paragraph("", strong="Det här lovades:")
        yield Bullets(found.promised)
    yield from _figures(found.figures)
    if found.states:
        yield Table("Det som inte är ett antal", ("Vad", "Läge"), tuple((one.title, one.chip.text) for one in found.states), widths=(3, 2))
    for series in found.indicators:
        yield from _series(series)
    if found.updates:
        yield Paragraph("", strong="Det här har invånarna fått veta:")
        yield Bullets(tuple(f"{one.title} ({swedish.long_date(one.told_on)})" for one in found.updates))
    if found.earlier:
        yield Paragraph("", strong="Tidigare år:")
        yield Bullets(tuple(_earlier(one) for one in found.earlier))
    if found.gaps:
        yield Paragraph("", strong="Luckor i registreringen:")
        yield Bullets(found.gaps)
    if found.proposal is not None and found.proposal.reasoning:
        unknown = f" Det siffrorna inte säger: {' '.join(found.proposal.unknown)}" if found.proposal.unknown else ""
        yield Paragraph(f"{found.proposal.reasoning}{unknown}", strong="Det siffrorna talade för:", style="small")


def _figures(found: tuple[Figure, ...]) -> Iterator[Block]:
    if not found:
        return
    rows = tuple((one.title, swedish.number(one.done, 0), _whole(one.promised), _decimal(one.expected), one.pace_words) for one in found)
    yield Table("Gjort mot lovat", ("Vad", "Gjort", "Lovat", "Jämn takt", "Läge"), rows, numeric=(1, 2, 3), widths=(5, 2, 2, 2, 3))
    for one in found:
        if one.share_words:
            yield Paragraph(one.share_words, strong=f"{one.title}:", style="small")
        yield from _months(one)
        if one.places:
            places = tuple((spot.name or "Ingen plats angiven", str(spot.done), _whole(spot.promised)) for spot in one.places)
            yield Table(f"{one.title}, plats för plats", ("Plats", "Gjort", "Lovat"), places, numeric=(1, 2), widths=(5, 1, 1))


def _months(one: Figure) -> Iterator[Block]:
    """The year along the row: so far each month, and an even pace."""
    for start in range(0, len(one.monthly), MONTHS):
        months = one.monthly[start : start + MONTHS]
        if len(one.monthly) > 1:
            year = months[0].first.year if months[0].first.year == months[-1].first.year else f"{months[0].first.year}–{months[-1].first.year}"
            done = ("Gjort", *(str(point.done) for point in months))
            pace = ("Jämn takt", *(_decimal(point.expected) for point in months))
            rows = (done, pace) if one.promised is not None else (done,)
            heads = (f"{year}", *(swedish.short_month(point.first) for point in months))
            caption = f"{one.title}, sammanlagt vid varje månads slut"
            yield Table(caption, heads, rows, numeric=tuple(range(1, len(heads))), widths=(3, *(2,) * len(months)))


def _series(one: Series) -> Iterator[Block]:
    rows = tuple(_value(one, row) for row in one.observations)
    about = ", ".join(words for words in (one.name, one.area) if words)
    yield Table(about, ("År", "Värde", "Svar (n)", "Svarsfrekvens", "Anmärkning"), rows, numeric=(1, 2, 3), widths=(2, 3, 2, 3, 6))
    yield Paragraph(f"{one.source_words} {NO_CAUSE}", style="small")


def _value(one: Series, row: Observation) -> tuple[str, ...]:
    remarks = ["Preliminärt."] if row.preliminary else []
    remarks += [f"Seriebrott: {row.break_note}"] if row.break_note else []
    remarks += [f"Källa: {row.source}"] if row.source else []
    rate = f"{swedish.number(float(row.response_rate))} procent" if row.response_rate is not None else NOTHING
    return (str(row.year), one.written(row), _whole(row.n), rate, " ".join(remarks))


def _earlier(one: EarlierVerdict) -> str:
    said = [f"{f'{said.who}: ' if said.who else ''}{swedish.first_down(VERDICTS[said.verdict].text)}" for said in one.said]
    reasons = [said.reason for said in one.said if said.reason]
    return f"{one.year}: {', '.join(said)}. {' '.join(reasons)}".strip()


def _whole(number: int | None) -> str:
    return NOTHING if number is None else swedish.number(number, 0)


def _decimal(number: Decimal | None) -> str:
    return NOTHING if number is None else swedish.number(float(number))
