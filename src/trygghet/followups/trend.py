"""One figure over its days as a picture: a step line for what had been done by the end of each month, dashed for an even pace.

The table beside it says the same by month; nothing is drawn that does not stand there. Its head is the template's part.
"""

# ruff: noqa: PLR2004 - places in a picture are numbers
from __future__ import annotations

import datetime as dt
from math import ceil
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trygghet.followups.facts import Figure

DAY = dt.timedelta(days=1)
TOP, BOTTOM, HEIGHT = 20, 98, 122
WIDE = 88
"""How much of the width, in percent, the days have; the rest is for the figures at their end."""
APART = 15
"""So many pixels between two figures above each other, so that neither covers the other."""


class _Plane:
    """Days across in percent, from the first day's midnight to that after the last, and numbers down in pixels from nought."""

    def __init__(self, figure: Figure) -> None:
        self.first, self.days = figure.first, (figure.last - figure.first).days + 1
        self.most = max(float(figure.owed or 0), figure.done, figure.before.done, 1)

    def x(self, day: dt.date) -> float:
        """Where that day begins."""
        return min(max((day - self.first).days / self.days, 0.0), 1.0) * WIDE

    def y(self, value: float) -> float:
        """How far down a number stands."""
        return BOTTOM - (BOTTOM - TOP) * min(value / self.most, 1.0)


def trend(figure: Figure, t: Tongue = SWEDISH) -> Markup:
    """The picture. Nothing is drawn before the first day, nor where nothing is done and nothing was promised."""
    if not figure.monthly or (figure.promised is None and not figure.done):
        return Markup("")
    plane = _Plane(figure)
    parts = [*_axis(figure, plane, t), _even(figure, plane), _steps(figure, plane), *_ends(figure, plane, t)]
    drawn = f'<svg class="chart trend" height="{HEIGHT}" role="img" aria-label="{escape(words(figure, t))}">{"".join(parts)}</svg>'
    return Markup(drawn)  # noqa: S704 - numbers, our own classes and short names of months, and words that went through escape


def rows(figure: Figure, t: Tongue = SWEDISH) -> Markup:
    """The table's body: by the end of which month, what was done, and an even pace where a number was promised."""
    found = []
    for name, done, expected in figure.rows(t):
        even = "" if figure.owed is None else f'<td class="num">{t.number(float(expected or 0))}</td>'
        found.append(f'<tr><th scope="row">{name}</th><td class="num">{t.number(done, 0)}</td>{even}</tr>')
    return Markup("".join(found))  # noqa: S704 - names of months and numbers


def words(figure: Figure, t: Tongue = SWEDISH) -> str:
    """What the picture says: how far it came and by when, against an even pace."""
    told = {"title": figure.title, "count": figure.words_in(t), "day": figure.until}
    by = t("{title}: {count} till och med {day}.", **told) if figure.is_over else t("{title}: {count} hittills, till och med {day}.", **told)
    if figure.expected is None:
        return by
    return by + " " + t("Jämn takt hade gett {figure}", figure=t.number(float(figure.expected))) + f": {figure.pace_in(t)}."


def _steps(figure: Figure, plane: _Plane) -> str:
    """Each month's number holds from the end of that month, or from today in the one that runs."""
    months = [f"H{_n(plane.x(_after(month.first, figure.until)) / WIDE * 1000)}V{_n(plane.y(month.done))}" for month in figure.monthly]
    return _stretched(f'<path class="c-line" d="M0 {_n(plane.y(figure.before.done))}{"".join(months)}"/>')


def _even(figure: Figure, plane: _Plane) -> str:
    """Through every month that has gone, and straight on from there to what is owed by the last day."""
    if figure.owed is None:
        return ""
    points = [(figure.first, figure.before.expected)]
    points += [(after, month.expected) for month in figure.monthly if (after := _after(month.first, figure.last)) <= figure.until]
    path = "L".join(
        f"{_n(plane.x(day) / WIDE * 1000)} {_n(plane.y(float(value or 0)))}" for day, value in [*points, (figure.last + DAY, figure.owed)]
    )
    return _stretched(f'<path class="c-even" d="M{path}"/>')


def _stretched(drawn: str) -> str:
    """A broken line whose thickness stays as it is, however wide the picture."""
    return f'<svg width="{WIDE}%" height="{HEIGHT}" viewBox="0 0 1000 {HEIGHT}" preserveAspectRatio="none" overflow="visible">{drawn}</svg>'


def _ends(figure: Figure, plane: _Plane, t: Tongue) -> Iterable[str]:
    """The figures at the end: what is owed by the last day beside its line, and what is done beside its point, clear of the line."""
    x, y = plane.x(figure.until + DAY), plane.y(figure.done)
    done = t.number(figure.done, 0)
    found = [f'<circle class="c-run" cx="{_n(x)}%" cy="{_n(y)}" r="5"/>']
    level = None if figure.owed is None else plane.y(float(figure.owed))
    if level is not None and figure.done != figure.owed:
        found.append(_figure(t.measured(float(figure.owed or 0)), WIDE, level + 4, 10))
    if level is None or x < WIDE - 8:
        below = figure.expected is not None and figure.expected > figure.done and y + 18 < BOTTOM
        anchor = "middle" if x > 6 else "start"
        return [*found, f'<text class="strong" x="{_n(x)}%" y="{_n(y + 20 if below else y - 11)}" text-anchor="{anchor}">{done}</text>']
    apart = 0 if figure.done == figure.owed else APART
    low = y if abs(y - level) >= apart else level + (apart if y > level else -apart)
    return [*found, _figure(done, WIDE, low + 4, 10, strong=True)]


def _figure(text: str, x: float, y: float, right: int, *, strong: bool = False) -> str:
    """A figure so many pixels to the right of a place."""
    kind = ' class="strong"' if strong else ""
    return f'<svg x="{_n(x)}%" y="{_n(y)}" overflow="visible"><text{kind} x="{right}">{text}</text></svg>'


def _axis(figure: Figure, plane: _Plane, t: Tongue) -> list[str]:
    """A line at nought, a tick for each month, and so many names as a phone has room for."""
    months = [figure.first]
    while (after := _after(months[-1], figure.last)) <= figure.last:
        months.append(after)
    step = 1 if len(months) <= 6 else 3 * ceil(len(months) / 12)
    found = [f'<line class="c-tick" x1="0" x2="{WIDE}%" y1="{BOTTOM}" y2="{BOTTOM}"/>']
    for place, month in enumerate(months):
        named = (month.month - 1) % step == 0 if step in {3, 6, 12} else place % step == 0
        x = _n(plane.x(month))
        label = f'<text x="{x}%" y="{HEIGHT - 4}">{t.short_month(month)}</text>' if named and plane.x(month) < WIDE - 6 else ""
        found.append(f'<line class="c-tick" x1="{x}%" x2="{x}%" y1="{BOTTOM}" y2="{BOTTOM + (8 if named else 4)}"/>{label}')
    return found


def _after(day: dt.date, last: dt.date) -> dt.date:
    """The first day of the next month, no later than the day after the last."""
    return min(dt.date(day.year + day.month // 12, day.month % 12 + 1, 1), last + DAY)


def _n(value: float) -> str:
    """A number as SVG wants it, without trailing noughts."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
