"""The card's colours: ours out of static/tokens.css, and those that another website asks for, as long as the text can be read on them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.profiles.contrast import READABLE, contrast, six
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Mapping

THEMES = {"ljust": "Ljust", "morkt": "Mörkt", "auto": "Som läsaren har valt"}
"""Light, unless something else is asked for: most websites are light whatever their readers have chosen."""
NAMES = {"bakgrund": "Bakgrund", "text": "Text", "lank": "Länkar"}
"""The colours that another website may choose: the name in the address, which is the custom property's too, and what people read."""
_USED = {
    "surface": "bakgrund",
    "ink": "text",
    "ink-2": "bisats",
    "joint": "lank",
    "line": "linje",
    "kommun": "kommun",
    "polis": "polis",
    "focus": "fokus",
}
"""Our tokens by their names in the card."""


@dataclass(frozen=True)
class Palette:
    """The card's own colours in light and dark, by their names in the card: seven characters each."""

    light: Mapping[str, str]
    dark: Mapping[str, str]

    def css(self) -> str:
        """As custom properties. They follow the color-scheme of the page that the card stands on, where browsers know how."""
        light = "".join(f"--{name}:{value};" for name, value in self.light.items())
        both = "".join(f"--{name}:light-dark({value},{self.dark[name]});" for name, value in self.light.items())
        return f".trygghet-kort{{{light}}}\n@supports (color:light-dark(red,red)){{.trygghet-kort{{{both}}}}}\n"


def palette(tokens: str) -> Palette:
    """Ours, out of the text of tokens.css: the first value of a token is the light one, the second the dark one."""
    light, dark = {}, {}
    for token, name in _USED.items():
        first, second = (six(found) for found in re.findall(rf"--{token}: (#[0-9a-f]{{3,6}})", tokens)[:2])
        light[name], dark[name] = first, second
    return Palette(light, dark)


@dataclass(frozen=True)
class Dress:
    """How a card is dressed on somebody's website: light, dark or as the reader has chosen, and in which colours besides ours."""

    theme: str = "ljust"
    colours: Mapping[str, str] = field(default_factory=dict)

    @property
    def css(self) -> str:
        """The colours as a rule for the card; nothing where none is chosen."""
        chosen = "".join(f"--trygghet-{name}:{value};" for name, value in self.colours.items())
        return f".trygghet-kort{{{chosen}}}" if chosen else ""

    @property
    def query(self) -> str:
        """The same in an address; nothing where all is ours."""
        asked = {**({"tema": self.theme} if self.theme != "ljust" else {}), **{name: value[1:] for name, value in self.colours.items()}}
        return "?" + "&".join(f"{name}={value}" for name, value in asked.items()) if asked else ""


def dress(asked: Mapping[str, str], ours: Palette) -> Dress:
    """What was asked for. Raises `Slips` with what is no colour, or could not be read: 4.5 to 1 in every theme that may be shown."""
    theme = asked.get("tema") or "ljust"
    slips = [] if theme in THEMES else [Refusal("card.theme", field="tema")]
    colours = {name: asked[name].strip().lower().removeprefix("#") for name in NAMES if asked.get(name, "").strip()}
    wrong = [name for name, value in colours.items() if not re.fullmatch(r"[0-9a-f]{6}|[0-9a-f]{3}", value)]
    slips += [Refusal("card.colour", field=name, label=NAMES[name], text=asked[name][:40]) for name in wrong]
    if slips:
        raise Slips(slips)
    chosen = {name: six(f"#{value}") for name, value in colours.items()}
    if not asked.get("tema") and "bakgrund" in chosen:  # a ground of their own is light or dark by itself
        theme = max(("ljust", ours.light), ("morkt", ours.dark), key=lambda one: contrast(one[1]["text"], chosen["bakgrund"]))[0]
    shown = {"ljust": [ours.light], "morkt": [ours.dark]}.get(theme, [ours.light, ours.dark])
    if unreadable := _unreadable(chosen, shown):
        raise Slips(unreadable)
    return Dress(theme, chosen)


def _unreadable(chosen: Mapping[str, str], shown: list[Mapping[str, str]]) -> list[Refusal]:
    found: dict[str, Refusal] = {}
    for ours in shown if chosen else []:
        ground = chosen.get("bakgrund", ours["bakgrund"])
        muted = chosen.get("text", ours["bisats"])
        for name, ink in (("text", chosen.get("text", ours["text"])), ("text", muted), ("lank", chosen.get("lank", ours["lank"]))):
            ratio = contrast(ink, ground)
            if ratio < READABLE:
                at = name if name in chosen else "bakgrund"
                found.setdefault(
                    at,
                    Refusal("card.contrast", field=at, what=NAMES[name], ink=ink, ground=ground, ratio=swedish.number(math.floor(ratio * 10) / 10)),
                )
    return list(found.values())
