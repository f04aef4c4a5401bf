"""How well two colours are told apart (WCAG 2.2), and what a colour must become to be seen."""

from __future__ import annotations

SEEN = 3.0
"""The least contrast of what is no text but must be seen (WCAG 2.2, 1.4.11)."""
READABLE = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
LIGHT_GROUNDS, DARK_GROUNDS = ("#ffffff", "#f3f4ef"), ("#172126", "#0f171b")
"""What stands behind everything on our pages in light and in dark: static/tokens.css, held to it by a test."""
_STEPS = 50


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours of seven characters, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least(colour: str, grounds: tuple[str, ...]) -> float:
    """The poorest contrast that the colour has against any of the grounds."""
    return min(contrast(colour, ground) for ground in grounds)


def for_light(colour: str) -> str:
    """The colour itself where it is seen on a light ground, else the least darkened that is."""
    return _towards("#000000", colour, LIGHT_GROUNDS)


def for_dark(colour: str) -> str:
    """The colour itself where it is seen on a dark ground, else the least lightened that is."""
    return _towards("#ffffff", colour, DARK_GROUNDS)


def six(colour: str) -> str:
    """#abc as #aabbcc."""
    return colour if len(colour) > len("#rgb") else "#" + "".join(part * 2 for part in colour[1:])


def _towards(end: str, colour: str, grounds: tuple[str, ...]) -> str:
    mixed = (_mixed(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    return next(one for one in mixed if least(one, grounds) >= SEEN)


def _mixed(colour: str, end: str, share: float) -> str:
    parts = (round(int(colour[at : at + 2], 16) * (1 - share) + int(end[at : at + 2], 16) * share) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB's own numbers
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
