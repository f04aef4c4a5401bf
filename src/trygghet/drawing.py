"""Diagrams drawn on the server as SVG: positions across are percentages, so that text never shrinks.

Every picture says its conclusion in words (`role="img"` with a label, or a title and a description), takes its colours
from classes alone, and gets its ids from `uid`, which the caller keeps unique on the page. The same facts stand as text
beside each picture; that is the template's part.
"""

# ruff: noqa: PLR2004 - places in a picture are numbers
from __future__ import annotations

import datetime as dt
from itertools import pairwise
from math import ceil, cos, radians, sin
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from trygghet.swedish import first_up, long_date, short_day, short_month, word
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DAY = dt.timedelta(days=1)
FAR = 400
"""A today further than this many days from the validity is not drawn: the promise would shrink to a stub beside it."""
MOST_CELLS = 40
"""A counter with more to count than this is one bar: cells would become hairlines on a phone."""
DIAMOND = "M0-9L9 0L0 9L-9 0Z"
TICK = "M-3.5 0L-1 3L4-3"


def _n(value: float, digits: int = 2) -> str:
    """A number as SVG wants it, without trailing noughts."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0"


class _Scale:
    """Days across the whole width, in percent. Both ends are midnights: the end of a last day is the day after it."""

    def __init__(self, start: dt.date, end: dt.date) -> None:
        self.start, self.end, self.days = start, end, max((end - start).days, 1)

    def at(self, day: dt.date) -> float:
        """Where that day begins; kept inside the picture."""
        return min(max((day - self.start).days / self.days * 100, 0.0), 100.0)

    def holds(self, day: dt.date) -> bool:
        return self.start <= day < self.end


def _bar(scale: _Scale, first: dt.date, last: dt.date | None, today: dt.date, *, y: int, height: int) -> list[str]:
    """The validity: an empty bar, filled up to today, grey when it is over."""
    until = scale.end if last is None else last + DAY
    begin, end = scale.at(first), scale.at(until)
    found = [f'<rect class="c-base" x="{_n(begin)}%" width="{_n(end - begin)}%" y="{y}" height="{height}"/>']
    if last is not None and today > last:
        found.append(f'<rect class="c-done" x="{_n(begin)}%" width="{_n(end - begin)}%" y="{y}" height="{height}"/>')
    elif today > first:
        found.append(f'<rect class="c-run" x="{_n(begin)}%" width="{_n(scale.at(today) - begin)}%" y="{y}" height="{height}"/>')
    return found


# ---------------------------------------------------------------- the validity of one promise
def validity_line(
    title: str,
    first: dt.date,
    last: dt.date | None,
    today: dt.date,
    marks: Sequence[tuple[dt.date, str, bool]] = (),
    *,
    uid: str,
    t: Tongue = SWEDISH,
) -> Markup:
    """The validity on whole calendar years, filled up to today. `last` is inclusive, None while it lasts until further notice.

    `marks` are (day, what, done): a diamond each, with a tick in it when done.
    """
    scale = _years(first, last, today, [day for day, _, _ in marks])
    parts = [*_axis(scale), *_bar(scale, first, last, today, y=30, height=16)]
    if last is None:
        parts.append('<svg x="100%" y="38" overflow="visible"><path class="c-tickmark" d="M-14-4L-9 0L-14 4"/></svg>')
    for day, _, done in marks:
        x = min(max(scale.at(day), 1.4), 98.6)
        tick = f'<path class="c-tickmark" d="{TICK}"/>' if done else ""
        parts.append(f'<svg x="{_n(x)}%" y="38" overflow="visible"><path class="c-mark" d="{DIAMOND}"/>{tick}</svg>')
    if scale.holds(today):
        x = scale.at(today)
        anchor = "start" if x < 14 else "end" if x > 66 else "middle"
        parts.append(
            f'<line class="c-now" x1="{_n(x)}%" x2="{_n(x)}%" y1="20" y2="62"/>'
            f'<text class="c-now-text" x="{_n(x)}%" y="12" text-anchor="{anchor}">{t("i dag {day}", day=t.short_day(today))}</text>'
        )
    return _titled("chart", 'height="92"', uid, t("{title}: giltighet", title=title), _validity_words(first, last, today, marks, t), parts)


def _validity_words(first: dt.date, last: dt.date | None, today: dt.date, marks: Sequence[tuple[dt.date, str, bool]], t: Tongue) -> str:
    span = t("Gäller från {first} tills vidare.", first=first) if last is None else t("Gäller {first} till och med {last}.", first=first, last=last)
    if today < first:
        left = t("Börjar gälla om {days}.", days=t.days((first - today).days))
    elif last is None:
        left = t("Gäller i dag.")
    elif today > last:
        left = t("Har upphört.")
    else:
        left = t("{days} kvar.", days=t.days((last - today).days))
    told = [
        t("{what} {day}, gjord.", what=t.known(what), day=day) if done else t("{what} {day}, återstår.", what=t.known(what), day=day)
        for day, what, done in marks
    ]
    return " ".join([span, t("I dag är det {day}.", day=today), left, *told])


def _years(first: dt.date, last: dt.date | None, today: dt.date, marks: Sequence[dt.date]) -> _Scale:
    """Whole calendar years around the validity, and around today when it is near."""
    begin, end = first, max([last or first, *marks])
    if last is None:
        end = max(end, today + dt.timedelta(days=365))
    if 0 < (begin - today).days <= FAR:
        begin = today
    if 0 < (today - end).days <= FAR:
        end = today
    return _Scale(dt.date(begin.year, 1, 1), dt.date(end.year + 1, 1, 1))


def _axis(scale: _Scale) -> list[str]:
    years = range(scale.start.year, scale.end.year)
    step = ceil(len(years) / 8)  # eight labels are what a phone has room for
    found = []
    for year in years:
        begin, end = scale.at(dt.date(year, 1, 1)), scale.at(dt.date(year + 1, 1, 1))
        label = f'<text x="{_n((begin + end) / 2)}%" y="86" text-anchor="middle">{year}</text>' if (year - years[0]) % step == 0 else ""
        found.append(f'<line class="c-tick" x1="{_n(begin)}%" x2="{_n(begin)}%" y1="54" y2="68"/>{label}')
        if len(years) <= 4:
            found += [
                f'<line class="c-rule" x1="{_n(x)}%" x2="{_n(x)}%" y1="54" y2="61"/>'
                for x in (scale.at(dt.date(year, month, 1)) for month in (4, 7, 10))
            ]
    found.append('<line class="c-tick" x1="100%" x2="100%" y1="54" y2="68"/><line class="c-tick" x1="0" x2="100%" y1="54" y2="54"/>')
    return found


def validity_bar(
    name: str, first: dt.date, last: dt.date | None, today: dt.date, scale_first: dt.date, scale_last: dt.date, t: Tongue = SWEDISH
) -> Markup:
    """The validity as a thin bar on a scale that several rows share. `scale_first` and `scale_last` are inclusive."""
    scale = _Scale(scale_first, scale_last + DAY)
    begins, now = t.short_date(first), t.short_date(today)
    words = (
        t("{name}: från {first} tills vidare; i dag {today}", name=name, first=begins, today=now)
        if last is None
        else t("{name}: {first} till {last}; i dag {today}", name=name, first=begins, last=t.short_date(last), today=now)
    )
    parts = ['<line class="c-rule" x1="0" x2="100%" y1="10" y2="10"/>', *_bar(scale, first, last, today, y=5, height=10)]
    if scale.holds(today):
        parts.append(f'<line class="c-now" x1="{_n(scale.at(today))}%" x2="{_n(scale.at(today))}%" y1="0" y2="22"/>')
    return _labelled("chart", 'height="26"', words, parts)


# ---------------------------------------------------------------- counting against a target
def counter(label: str, done: int, at_least: int | None, expected: float | None, unit: str, t: Tongue = SWEDISH) -> Markup:
    """At least so many: the figure, one cell for each, a black arrow where an even pace had been, and the same in words.

    `at_least` None counts without a target, `expected` None (the period has not begun) draws no arrow. `unit` may name
    the period as well ("gemensamma insatser 2024").
    """
    if at_least is None:
        return Markup('<div class="counter"><p class="figure"><b>{}</b> <span class="small">{}</span></p></div>').format(done, unit)
    pace = pace_words(done, at_least, expected, t)
    rest = f" {t('Inget är registrerat än.')}" if done == 0 else ""
    running = expected is not None and expected < at_least
    even = t("Jämn takt hade gett {figure}", figure=t.number(expected or 0.0)) if running else t("Tiden är ute") if expected is not None else ""
    words = f"{escape(even)} – <strong>{escape(pace)}</strong>." if even else f"<strong>{escape(first_up(pace))}</strong>."
    told = t("{label}: {done} av minst {promised} {unit}.", label=label, done=done, promised=at_least, unit=unit)
    picture = _labelled("chart", 'height="32"', f"{told}{f' {even}.' if even else ''}", _cells(done, at_least, expected))
    figure = f"<b>{escape(t('{done} av {promised}', done=done, promised=at_least))}</b>"
    told = f'<p class="figure">{figure} <span class="small">{escape(unit)}</span></p>{picture}<p class="tiny muted">{words}{escape(rest)}</p>'
    return _ours(f'<div class="counter">{told}</div>')


def pace_words(done: int, at_least: int, expected: float | None, t: Tongue = SWEDISH) -> str:
    """How a count stands against an even pace, to the nearest whole one: "1 efter takten", "i takt", "målet nått"."""
    if done >= at_least:
        return t("målet nått")
    if expected is None:
        return t("inte börjat än")
    if expected >= at_least:
        return t("{count} färre än lovat", count=at_least - done)  # all the days have gone: there is no pace any more
    apart = ceil(abs(done - expected) - 0.5)
    if apart == 0:
        return t("i takt")
    return t("{count} före takten", count=apart) if done > expected else t("{count} efter takten", count=apart)


def _cells(done: int, at_least: int, expected: float | None) -> list[str]:
    total = max(done, at_least)
    if total <= MOST_CELLS:
        step = 100 / total
        kinds = ["c-over" if i >= at_least else "c-full" if i < done else "c-cell" for i in range(total)]
        found = [f'<rect class="{kind}" x="{_n(i * step + 0.3)}%" width="{_n(step - 0.6)}%" y="4" height="14"/>' for i, kind in enumerate(kinds)]
    else:
        full, over = min(done, at_least) / total * 100, max(done - at_least, 0) / total * 100
        found = ['<rect class="c-cell" x="0" width="100%" y="4" height="14"/>', f'<rect class="c-full" x="0" width="{_n(full)}%" y="4" height="14"/>']
        if over:
            found.append(f'<rect class="c-over" x="{_n(full)}%" width="{_n(over)}%" y="4" height="14"/>')
    if expected is not None and expected < at_least:
        x = min(max(expected / total * 100, 0.0), 100.0)
        found.append(
            f'<line class="c-pace" x1="{_n(x)}%" x2="{_n(x)}%" y1="0" y2="22"/>'
            f'<svg x="{_n(x)}%" y="22" overflow="visible"><path class="c-pace" d="M0 1L5 9H-5Z"/></svg>'
        )
    return found


# ---------------------------------------------------------------- the year as a wheel
_GAP = 7.75
"""Degrees between two numbered marks, so that they touch and never cover each other."""


def wheel(year: int, today: dt.date, first: dt.date, last: dt.date | None, marks: Sequence[tuple[dt.date, bool]], *, uid: str) -> Markup:
    """The year of one promise. `marks` are (day, hot) in the order of the list that stands beside it."""
    toned = [(day, "w-warn" if hot else "w-dot") for day, hot in marks]
    return year_wheel(year, today, [(first, last)], toned, _middle(year, today, first, last), uid=uid)


def year_wheel(
    year: int,
    today: dt.date,
    spans: Sequence[tuple[dt.date, dt.date | None]],
    marks: Sequence[tuple[dt.date, str]],
    middle: tuple[str, str],
    *,
    uid: str,
) -> Markup:
    """One calendar year, clockwise from the top: months, what of it is valid, today's hand, numbered marks, and in the middle a number with its words.

    `marks` are (day, class) in the order of the list that stands beside it; the ones outside the year are not drawn but
    keep their number.
    """
    drawn = [(index, day, kind) for index, (day, kind) in enumerate(marks, start=1) if day.year == year]
    parts = [*_months(year, today), *(_valid_arc(year, first, last) for first, last in spans)]
    if today.year == year:
        inner, outer = _point(_angle(today), 80), _point(_angle(today), 158)
        parts.append(f'<path class="c-now" d="M{inner}L{outer}"/>')
    for angle, (index, _, kind) in zip(_apart([_angle(day) for _, day, _ in drawn]), drawn, strict=True):
        x, y = _point(angle, 176).split()
        parts.append(f'<circle class="{kind}" cx="{x}" cy="{y}" r="11.5"/><text class="w-n" x="{x}" y="{y}">{index}</text>')
    big, small = middle
    parts.append(f'<text class="w-big" x="200" y="190">{big}</text><text x="200" y="220">{small}</text>')
    told = (
        f"{first_up(word(len(drawn)))} {'frist är markerad med sitt nummer; den' if len(drawn) == 1 else 'frister är markerade med nummer; de'} står i listan bredvid."
        if drawn
        else "Inga frister i år."
    )
    return _titled("wheel", 'viewBox="0 0 400 400"', uid, f"Årshjul {year}", f"{told} I dag är det {long_date(today)}. {big} {small}.", parts)


def _middle(year: int, today: dt.date, first: dt.date, last: dt.date | None) -> tuple[str, str]:
    if today < first:
        return str((first - today).days), "dagar tills löftet gäller" if (first - today).days != 1 else "dag tills löftet gäller"
    if last is None:
        return str(year), "gäller tills vidare"
    if today > last:
        return str(year), "löftet har upphört"
    left = (last - today).days
    return str(left), "dag kvar av löftet" if left == 1 else "dagar kvar av löftet"


def _angle(day: dt.date) -> float:
    begin = dt.date(day.year, 1, 1)
    return (day - begin).days / (dt.date(day.year + 1, 1, 1) - begin).days * 360


def _point(angle: float, radius: float) -> str:
    return f"{_n(200 + radius * sin(radians(angle)), 1)} {_n(200 - radius * cos(radians(angle)), 1)}"


def _months(year: int, today: dt.date) -> list[str]:
    found = []
    for month in range(1, 13):
        begin = dt.date(year, month, 1)
        end = dt.date(year + month // 12, month % 12 + 1, 1)
        kind = "w-past" if end <= today else "w-here" if begin <= today else "w-month"
        a, b = _angle(begin), _angle(end) or 360.0
        found.append(f'<path class="{kind}" d="M{_point(a, 142)}A142 142 0 0 1 {_point(b, 142)}L{_point(b, 106)}A106 106 0 0 0 {_point(a, 106)}Z"/>')
        x, y = _point((a + b) / 2, 124).split()
        found.append(f'<text x="{x}" y="{y}">{short_month(begin)}</text>')
    return found


def _valid_arc(year: int, first: dt.date, last: dt.date | None) -> str:
    begin, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    a, b = max(first, begin), min(last or end, end)
    if a > b:
        return ""
    if (a, b) == (begin, end):
        return '<circle class="w-valid" cx="200" cy="200" r="151"/>'
    start, stop = _angle(a), (_angle(b + DAY) if b < end else 360.0)
    return f'<path class="w-valid" d="M{_point(start, 151)}A151 151 0 {int(stop - start > 180)} 1 {_point(stop, 151)}"/>'


def _apart(angles: list[float]) -> list[float]:
    """Pushes marks apart so that none covers another, forwards first and back again where the year ends."""
    if not angles:
        return []
    order = sorted(range(len(angles)), key=angles.__getitem__)
    gap = min(_GAP, 360 / len(angles))
    placed = {order[0]: angles[order[0]]}
    for before, here in pairwise(order):
        placed[here] = max(angles[here], placed[before] + gap)
    first, last = order[0], order[-1]
    placed[last] = min(placed[last], placed[first] + 360 - gap, max(angles[last], 360 - gap / 2)) if len(order) > 1 else placed[last]
    for after, here in pairwise(reversed(order)):
        placed[here] = min(placed[here], placed[after] - gap)
    return [placed[index] for index in range(len(angles))]


# ---------------------------------------------------------------- two parties
def rings(days_left: int | None, t: Tongue = SWEDISH) -> Markup:
    """Municipality and police as two rings; the days that are left stand where they meet. None: no days to count."""
    words = t("Kommunen och polisen lovar tillsammans.")
    parts = [
        '<path class="lens" d="M180 40A104 104 0 0 1 180 190A104 104 0 0 1 180 40Z"/>',
        '<circle class="ring-k" cx="108" cy="115" r="104"/><circle class="ring-p" cx="252" cy="115" r="104"/>',
        f'<text class="ring-name-k" x="66" y="119">{t("Kommunen")}</text><text class="ring-name-p" x="294" y="119">{t("Polisen")}</text>',
    ]
    if days_left is not None and days_left >= 0:
        unit = t.known("dag" if days_left == 1 else "dagar")
        width = "n" if days_left < 100 else "n wide" if days_left < 1000 else "n wider"
        words += " " + t("{days} av löftet är kvar.", days=f"{days_left} {unit}")
        parts.append(
            f'<text class="{width}" x="180" y="122">{days_left}</text><text x="180" y="143">{unit}</text><text x="180" y="159">{t("kvar")}</text>'
        )
    return _labelled("rings", 'viewBox="0 0 360 230"', words, parts)


# ---------------------------------------------------------------- reminders
def ladder(points: Sequence[tuple[dt.date, bool]], due: dt.date, today: dt.date, label: str) -> Markup:
    """Reminders before a day, as dots on a line; `points` are (day, sent). `label` says what it is that is due."""
    days = [day for day, _ in points]
    start = min([*days, due]).replace(day=1)
    span = max((due - start).days, 1)

    def at(day: dt.date) -> float:
        return 1 + 97 * min(max((day - start).days / span, 0.0), 1.0)

    shows_today = start <= today <= due
    low = shows_today and at(today) > 70  # then the last day's label stands below, where it covers nothing
    parts = ['<line class="c-tick" x1="0" x2="100%" y1="32" y2="32"/>', *_month_ticks(start, due, at, until=80 if low else 95)]
    parts += [f'<circle class="{"c-run" if sent else "c-mark"}" cx="{_n(at(day))}%" cy="32" r="6"/>' for day, sent in points]
    if shows_today:
        x = at(today)
        anchor = "start" if x < 8 else "end" if low else "middle"
        parts.append(
            f'<line class="c-now" x1="{_n(x)}%" x2="{_n(x)}%" y1="18" y2="46"/><text class="c-now-text" x="{_n(x)}%" y="10" text-anchor="{anchor}">i dag</text>'
        )
    parts.append(
        f'<rect class="c-warn" x="98%" y="20" width="4" height="24"/><text class="strong" x="100%" y="{54 if low else 10}" text-anchor="end">{short_day(due)}</text>'
    )
    return _labelled("chart", 'height="62"', _ladder_words(points, due, label), parts)


def _month_ticks(start: dt.date, due: dt.date, at: Callable[[dt.date], float], *, until: float) -> list[str]:
    found, month = [], start
    months = (due.year - start.year) * 12 + due.month - start.month + 1
    step = ceil(months / 8)
    for index in range(months):
        x = at(month)
        label = f'<text x="{_n(x)}%" y="54">{short_month(month)}</text>' if index % step == 0 and x < until else ""
        found.append(f'<line class="c-tick" x1="{_n(x)}%" x2="{_n(x)}%" y1="28" y2="38"/>{label}')
        month = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found


def _ladder_words(points: Sequence[tuple[dt.date, bool]], due: dt.date, label: str) -> str:
    if not points:
        return f"{label}, {long_date(due)}. Inga påminnelser är planerade."
    days, sent = sorted(day for day, _ in points), sum(done for _, done in points)
    count = f"{first_up(word(len(points)))} påminnelse{'r' if len(points) != 1 else ''}"
    between = f"{long_date(days[0])}" if days[0] == days[-1] else f"mellan {long_date(days[0])} och {long_date(days[-1])}"
    settled = "Ingen är skickad" if sent == 0 else "En är skickad" if sent == 1 else f"{first_up(word(sent))} är skickade"
    return f"{label}, {long_date(due)}. {count} {between}. {settled}. Alla står i listan under."


# ---------------------------------------------------------------- the frame
def _titled(kind: str, size: str, uid: str, title: str, description: str, parts: Sequence[str]) -> Markup:
    """A large picture: a title, and a description that says the conclusion."""
    said = f'<title id="{escape(uid)}t">{escape(title)}</title><desc id="{escape(uid)}d">{escape(description)}</desc>'
    return _ours(f'<svg class="{kind}" {size} role="img" aria-labelledby="{escape(uid)}t {escape(uid)}d">{said}{"".join(parts)}</svg>')


def _labelled(kind: str, size: str, label: str, parts: Sequence[str]) -> Markup:
    """A small picture: one label."""
    return _ours(f'<svg class="{kind}" {size} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>')


def _ours(drawn: str) -> Markup:
    """Mark-up made of numbers, our own classes and our own words; what people wrote went through `escape`."""
    return Markup(drawn)  # noqa: S704 - see above
