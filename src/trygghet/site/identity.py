"""/utseende: the product's look, documented by itself. All of it is drawn from tokens.css, icons.svg and the macros that every page uses."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import litestar
from litestar import Request, Response

from trygghet.profiles.contrast import READABLE, SEEN, contrast, six
from trygghet.settings import ROOT
from trygghet.site import answers

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHOWN = ("ink", "ink-2", "kommun", "polis", "joint", "good", "warn", "bad", "calm", "unclear", "focus", "edge")
"""The colours that something is read or seen by."""
_NO_TEXT = {"focus", "edge"}
_SOFT = ("kommun", "polis", "joint", "good", "warn", "bad", "calm", "unclear")
"""Those that also stand on a soft ground of their own."""


@dataclass(frozen=True)
class Measured:
    """A colour with its values, and the poorest contrast that it has against what it stands on; text is held to more than the rest."""

    name: str
    light: str
    dark: str
    light_ratio: float
    dark_ratio: float
    wanted: float


@dataclass(frozen=True)
class Identity:
    """The scales and the signs. Sizes are (name, value) in order."""

    colours: list[Measured]
    type: list[tuple[str, str]]
    space: list[tuple[str, str]]
    icons: list[str]


@litestar.get("/utseende", **answers.OPTIONS)
async def show(request: Request[Any, Any, Any]) -> Response[Any]:
    """The look, as it is."""
    return answers.page(request, "site/identity.html", identity=ours())


@functools.cache
def ours() -> Identity:
    """Read once: the files change only with a new version of the product."""
    files = (ROOT / "static" / name for name in ("tokens.css", "icons.svg"))
    return read(*(one.read_text(encoding="utf-8") for one in files))


def read(tokens: str, icons: str) -> Identity:
    """The look out of the two files' text. The first value of a colour is the light one, the second the dark one."""
    light, dark = _colours(tokens, 0), _colours(tokens, 1)
    return Identity(
        [_measured(name, light, dark) for name in _SHOWN],
        re.findall(r"--(t-[a-z0-9]+): ([^;]+);", tokens),
        re.findall(r"--(s-[0-9]): ([^;]+);", tokens),
        re.findall(r'<symbol id="([a-z0-9-]+)"', icons),
    )


def _colours(tokens: str, which: int) -> dict[str, str]:
    names = dict.fromkeys(re.findall(r"--([a-z0-9-]+): #", tokens))
    found = {name: re.findall(rf"--{name}: (#[0-9a-f]{{3,6}})", tokens) for name in names}
    return {name: six(values[min(which, len(values) - 1)]) for name, values in found.items()}


def _measured(name: str, light: Mapping[str, str], dark: Mapping[str, str]) -> Measured:
    grounds = ("surface", "ground", *((f"{name}-soft",) if name in _SOFT else ()))
    ratios = [min(math.floor(contrast(one[name], one[ground]) * 10) / 10 for ground in grounds) for one in (light, dark)]
    return Measured(name, light[name], dark[name], ratios[0], ratios[1], SEEN if name in _NO_TEXT else READABLE)


handlers = [show]
