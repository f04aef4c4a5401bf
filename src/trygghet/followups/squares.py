"""The verdicts of a follow-up as a picture: a square for each goal, in the promise's order. The table beside it is the template's part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from trygghet.followups.rules import Verdict
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from trygghet.followups.frozen import Frozen

HEIGHT, WIDEST = 30, 9.0
"""A square is no wider than this, in percent, however few there are."""
_SIGNS = {
    Verdict.ACHIEVED: ("c-full", '<path class="c-said on" d="M-6 0L-2 5L6-5"/>'),
    Verdict.PARTLY: ("c-cell", ""),
    Verdict.NOT_ACHIEVED: ("c-cell", '<path class="c-said" d="M-5-5L5 5M5-5L-5 5"/>'),
    Verdict.CANCELLED: ("c-cell", '<path class="c-said" d="M-5 5L5-5"/>'),
    Verdict.NOT_ASSESSED: ("c-cell c-open", ""),
    None: ("c-cell", '<path class="c-said" d="M-6-3H6M-6 3H6M-3 8L3-8"/>'),
}


def squares(found: Frozen, t: Tongue = SWEDISH) -> Markup:
    """Filled with a tick: achieved. Half filled: partly. A cross: not achieved. A stroke: cancelled. Dashed: not assessed. ≠: two verdicts."""
    step = min(100 / len(found.subjects), WIDEST)
    parts = []
    for place, one in enumerate(found.subjects):
        kind, sign = _SIGNS[one.verdict]
        x, width = place * step, step * 0.9
        parts.append(f'<rect class="{kind}" x="{_n(x)}%" width="{_n(width)}%" y="2" height="26"/>')
        if one.verdict is Verdict.PARTLY:
            parts.append(f'<rect class="c-full" x="{_n(x)}%" width="{_n(width / 2)}%" y="2" height="26"/>')
        elif sign:
            parts.append(f'<svg x="{_n(x + width / 2)}%" y="15" overflow="visible">{sign}</svg>')
    label = t.listed([f"{count} {t.first_down(t.known(chip.text))}" for chip, count in found.tally])
    frame = Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}</svg>')
    return frame.format(HEIGHT, f"{found.short_in(t)}: {label}", Markup("".join(parts)))  # noqa: S704 - numbers and our own classes


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
