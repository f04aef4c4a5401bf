"""A series as a picture: a point for each year, a line only between values that may be compared. The table beside it is the template's part."""

# ruff: noqa: PLR2004 - places in a picture are numbers
from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from trygghet.indicators.rules import NO_CAUSE, from_json
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.indicators.rules import Observation, Series

__all__ = ["NO_CAUSE", "from_json", "series", "spark"]

TOP, HEIGHT, LEGEND = 40, 110, 22
MOST_LABELS = 8
"""A phone has room for no more figures beside each other; then the first, the last and the outermost keep theirs."""


class _Plane:
    """Years across in percent and values down in pixels. Nought is always in the picture, so that no change looks larger than it is."""

    def __init__(self, found: Sequence[Observation], threshold: float | None, *, top: float, bottom: float, margin: float) -> None:
        figures = [float(one.value or 0) for one in found] + ([] if threshold is None else [threshold])
        self.low, self.high = min([0.0, *figures]), max([0.0, *figures])
        self.first, self.last = found[0].year, found[-1].year
        self.top, self.bottom, self.margin = top, bottom, margin

    def x(self, year: float) -> float:
        if self.first == self.last:
            return 50.0
        return self.margin + (100 - 2 * self.margin) * (year - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        if self.low == self.high:
            return self.bottom
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)

    def at(self, one: Observation) -> tuple[str, str]:
        """Where a value stands."""
        return f"{_n(self.x(one.year))}%", _n(self.y(float(one.value or 0)))


def series(shown: Series, *, uid: str, t: Tongue = SWEDISH) -> Markup:
    """The whole picture: values with their figures, years, n, what is preliminary, breaks with their word, the threshold with its own.

    Nothing is drawn of a series without values.
    """
    found = shown.observations
    if not found:
        return Markup("")
    threshold = None if shown.about.threshold is None else float(shown.about.threshold)
    top = TOP if threshold is None else TOP + LEGEND
    plane = _Plane(found, threshold, top=top, bottom=top + HEIGHT, margin=7)
    parts = [f'<line class="c-tick" x1="0" x2="100%" y1="{_n(plane.y(0))}" y2="{_n(plane.y(0))}"/>']
    if threshold is not None:
        parts += _threshold(shown, plane, threshold, t)
    parts += [*_lines(found, plane), *_points(found, plane), *_figures(shown, plane, t)]
    years, height = _years(found, plane, t)
    frame = Markup(
        '<svg class="chart" height="{}" role="img" aria-labelledby="{uid}t {uid}d"><title id="{uid}t">{}</title><desc id="{uid}d">{}</desc>{}</svg>'
    )
    return frame.format(height, shown.name, words(shown, t), _ours("".join([*parts, *years])), uid=uid)


def spark(shown: Series) -> Markup:
    """The course of a series at a glance, for a list; its words say the same."""
    found = shown.observations
    if not found:
        return Markup("")
    plane = _Plane(found, None, top=7, bottom=35, margin=3)
    parts = ['<line class="c-rule" x1="0" x2="100%" y1="38" y2="38"/>', *_lines(found, plane), *_points(found, plane)]
    return Markup('<svg class="chart" height="42" role="img" aria-label="{}">{}</svg>').format(f"{shown.name}: {words(shown)}", _ours("".join(parts)))


def words(shown: Series, t: Tongue = SWEDISH) -> str:
    """What the picture says: how it changed since the last break, and where the series breaks."""
    told = [shown.change_in(t)]
    breaks = [one for one in shown.observations[1:] if one.break_note]
    told += [t("Seriebrott före {year}: {why}.", year=one.year, why=one.break_note.rstrip(".")) for one in breaks]
    if shown.about.threshold is not None:
        told.append(f"{shown.about.threshold_words} {t.measured(float(shown.about.threshold), shown.unit)}.")
    return " ".join(told)


def _lines(found: Sequence[Observation], plane: _Plane) -> list[str]:
    """A line between neighbours, dotted where years between them have no value; none across a break, which is marked instead."""
    drawn = []
    for one, after in pairwise(found):
        (x1, y1), (x2, y2) = plane.at(one), plane.at(after)
        if after.break_note:
            x = f"{_n((plane.x(one.year) + plane.x(after.year)) / 2)}%"
            drawn.append(f'<line class="c-break" x1="{x}" x2="{x}" y1="{_n(plane.top - 20)}" y2="{_n(plane.bottom)}"/>')
        else:
            dotted = " c-between" if after.year - one.year > 1 else ""
            drawn.append(f'<line class="c-line{dotted}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    return drawn


def _points(found: Sequence[Observation], plane: _Plane) -> list[str]:
    """Full for what stands, hollow for what is preliminary."""
    return [f'<circle class="{"c-mark" if one.preliminary else "c-run"}" cx="{x}" cy="{y}" r="5"/>' for one in found for x, y in [plane.at(one)]]


def _figures(shown: Series, plane: _Plane, t: Tongue) -> list[str]:
    found, drawn = shown.observations, []
    line = None if shown.about.threshold is None else plane.y(float(shown.about.threshold))
    for one in _labelled(found):
        x, y = plane.at(one)
        kind = ' class="strong"' if one is found[-1] else ""
        crossed = line is not None and float(y) - 26 < line < float(y) - 6  # then the figure stands under its point
        place = float(y) + (21 if crossed else -11)
        drawn.append(f'<text{kind} x="{x}" y="{_n(place)}" text-anchor="middle">{escape(t.measured(float(one.value or 0)))}</text>')
    for one, after in pairwise(found):
        if after.break_note:
            middle = (plane.x(one.year) + plane.x(after.year)) / 2
            anchor = "start" if middle < 15 else "end" if middle > 85 else "middle"
            drawn.append(f'<text x="{_n(middle)}%" y="{_n(plane.top - 28)}" text-anchor="{anchor}">{t("seriebrott")}</text>')
    return drawn


def _labelled(found: Sequence[Observation]) -> list[Observation]:
    if len(found) <= MOST_LABELS:
        return list(found)
    outermost = {found[0].year, found[-1].year, min(found, key=_value).year, max(found, key=_value).year}
    return [one for one in found if one.year in outermost]


def _value(one: Observation) -> float:
    return float(one.value or 0)


def _threshold(shown: Series, plane: _Plane, threshold: float, t: Tongue) -> list[str]:
    """The line, and at the top, where no value stands, what it says."""
    y = _n(plane.y(threshold))
    return [
        f'<line class="c-goal" x1="0" x2="100%" y1="{y}" y2="{y}"/>',
        '<line class="c-goal" x1="0" x2="28" y1="8" y2="8"/>',
        f'<text x="36" y="12">{escape(shown.about.threshold_words)} {escape(t.measured(threshold))}</text>',
    ]


def _years(found: Sequence[Observation], plane: _Plane, t: Tongue) -> tuple[list[str], int]:
    """The years under their values, with n and what is preliminary where there is room, and the height that all of it takes."""
    step = ceil(len(found) / MOST_LABELS)
    drawn, rows = [], [round(plane.bottom) + 18]
    with_n = len(found) <= 6 and any(one.n for one in found)
    if with_n:
        rows.append(rows[-1] + 16)
    if any(one.preliminary for one in found):
        rows.append(rows[-1] + 16)
    for place, one in enumerate(reversed(found)):
        x, _ = plane.at(one)
        if place % step == 0:
            drawn.append(f'<text x="{x}" y="{rows[0]}" text-anchor="middle">{one.year}</text>')
        if with_n and one.n:
            drawn.append(f'<text x="{x}" y="{rows[1]}" text-anchor="middle">n {escape(t.number(one.n, 0))}</text>')
        if one.preliminary:
            drawn.append(f'<text x="{x}" y="{rows[-1]}" text-anchor="middle">{t("prel.")}</text>')
    return drawn, rows[-1] + 8


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _ours(drawn: str) -> Markup:
    """Mark-up made of numbers and our own classes; what people wrote was escaped where it was put in."""
    return Markup(drawn)  # noqa: S704 - see above
