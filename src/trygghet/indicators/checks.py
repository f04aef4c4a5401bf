"""What may be kept of a series and its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import shield, swedish
from trygghet.indicators.rules import FIRST_YEAR, LONGEST_LINE, LONGEST_NAME, LONGEST_NOTE, LONGEST_UNIT
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.indicators.rules import About, Measured, Observation, Series


def check_about(about: About) -> None:
    """Whether a series may be kept as it is described. Raises `Slips`."""
    texts = (
        ("namn", "Vad som mäts", about.name, LONGEST_NAME, True),
        ("enhet", "Enhet", about.unit, LONGEST_UNIT, False),
        ("omrade", "Område och grupp", about.area, LONGEST_LINE, False),
        ("kalla", "Källa", about.source, LONGEST_LINE, True),
        ("anteckning", "Anteckning", about.note, LONGEST_NOTE, False),
        ("titel", "Titel i Kolada", about.kpi_title, LONGEST_LINE, bool(about.kpi)),
        ("grans_ord", "Vad gränsen säger", about.threshold_words, LONGEST_NAME, about.threshold is not None),
    )
    refused = []
    for field, name, text, longest, needed in texts:
        try:
            shield.check_text(text, name, field=field, longest=longest, needed=needed)
        except Refusal as no:
            refused.append(no)
    if about.threshold is None and about.threshold_words:
        refused.append(Refusal("series.threshold", field="grans"))
    if refused:
        raise Slips(refused)


def check(one: Measured, today: dt.date) -> None:
    """Whether a value may be kept: a year that has begun, texts without personal identity numbers. Raises `Refusal`."""
    if not FIRST_YEAR <= one.year <= today.year:
        raise Refusal("observation.year", field="ar", year=one.year, first=FIRST_YEAR, last=today.year)
    if one.observed_on is not None and (one.observed_on > today or abs(one.observed_on.year - one.year) > 1):
        raise Refusal("observation.day", field="datum", day=swedish.long_date(one.observed_on), year=one.year)
    shield.check_text(one.break_note, "Seriebrott", field="seriebrott", longest=LONGEST_LINE)
    shield.check_text(one.source, "Källa", field="kalla", longest=LONGEST_LINE)


def check_own_figures(series: Series) -> None:
    """Values are written by hand or read from a file where they do not come from a server. Raises `Refusal`."""
    if series.about.kind == "kolada":
        raise Refusal("observation.fetched", field="varde")


def check_revised(series: Series, before: Observation, measured: Measured) -> None:
    """What replaces a value says something else; a fetched figure is the server's, and is kept or taken back. Raises `Refusal`."""
    if measured.says_the_same(before.measured):
        raise Refusal("observation.same", field="varde")
    if series.about.kind == "kolada" and measured.value not in {None, before.value}:
        raise Refusal("observation.fetched", field="varde")


def check_reason(reason: str) -> None:
    """A revised value says why. Raises `Refusal`."""
    shield.check_text(reason, "Varför värdet ändras", field="skal", longest=LONGEST_LINE, needed=True)
