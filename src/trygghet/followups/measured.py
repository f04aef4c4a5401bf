"""Whether a measured value has come as far as the promise said, from the series that stands beside the goal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.indicators.rules import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.indicators.rules import Observation, Series
    from trygghet.promises.rules import Indicator
    from trygghet.promises.stretches import Days

NO_CAUSE = "Ett mätvärde visar inte vad en ändring beror på."


class Met(NamedTuple):
    """How far the value has come, from 0 to 1, None where that cannot be said; in a sentence, and with what is not known."""

    share: float | None
    said: str
    unknown: tuple[str, ...]


def met(wanted: Indicator, found: Sequence[Series], days: Days) -> Met:
    """The value of the last year of `days` that has one, against the level, or against the baseline where there is no level.

    Which series it is: the one of the same name, else the only one there is, in the same unit. Values are compared within one
    stretch without a break. A level that is to be reached later says nothing of these days until it is reached.
    """
    series = _series(wanted, found)
    if series is None:
        return Met(None, "", (f"Inga mätvärden för {swedish.first_down(wanted.name)} ligger bredvid målet.",))
    values = [one for one in series.observations if one.year <= days.last.year and one.value is not None]
    if not values or (wanted.baseline_on and values[-1].year <= wanted.baseline_on.year):
        return Met(None, "", (f"Inget mätvärde för {swedish.first_down(wanted.name)} finns efter utgångsläget.",))
    latest = values[-1]
    unknown = _reservations(latest, days)
    if wanted.baseline_on and any(one.break_note for one in values if one.year > wanted.baseline_on.year):
        return Met(None, "", (*unknown, f"{wanted.name}: serien har ett brott efter utgångsläget, så värdena går inte att jämföra."))
    share = _share(wanted, float(latest.value or 0))
    said = f"{wanted.name}: {written(latest.value, series.unit)} {latest.year}{f' (n = {swedish.number(latest.n, 0)})' if latest.n else ''}{_aim(wanted)}."
    if share is None:
        return Met(None, "", (*unknown, f"{said} Löftet säger inte vilken nivå det ska nå."))
    if share < 1 and wanted.level_on and wanted.level_on > days.last:
        return Met(None, "", (*unknown, f"{said} Nivån ska vara nådd först {swedish.long_date(wanted.level_on)}."))
    return Met(share, said, unknown)


def _series(wanted: Indicator, found: Sequence[Series]) -> Series | None:
    named = [one for one in found if one.name.casefold() == wanted.name.casefold()] or (list(found) if len(found) == 1 else [])
    fitting = [one for one in named if not wanted.unit or not one.unit or one.unit.casefold() == wanted.unit.casefold()]
    return fitting[0] if fitting else None


def _reservations(latest: Observation, days: Days) -> tuple[str, ...]:
    told = []
    if latest.preliminary:
        told.append(f"Värdet för {latest.year} är preliminärt.")
    if latest.year < days.last.year:
        told.append(f"Det senaste mätvärdet är från {latest.year}.")
    return tuple(told)


def _aim(wanted: Indicator) -> str:
    if wanted.level is not None:
        return f", målet är {swedish.measured(wanted.level, wanted.unit)}"
    return f", utgångsläget var {swedish.measured(wanted.baseline, wanted.unit)}" if wanted.baseline is not None else ""


def _share(wanted: Indicator, value: float) -> float | None:
    """How much of the way has been gone; None where the promise names no way."""
    sign = {"up": 1, "down": -1}.get(wanted.direction)
    if sign is None:
        return None
    if wanted.level is None:
        return None if wanted.baseline is None else float((value - wanted.baseline) * sign > 0)
    if (value - wanted.level) * sign >= 0:
        return 1.0
    if wanted.baseline is None or (wanted.level - wanted.baseline) * sign <= 0:
        return 0.0
    return min(max((value - wanted.baseline) / (wanted.level - wanted.baseline), 0.0), 0.99)
