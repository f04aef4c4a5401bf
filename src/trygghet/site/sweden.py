"""The map of Sweden's municipalities, coloured by how their promises stand.

The borders are the Election Authority's (Valmyndigheten) open data, as published and thinned out by Open Knowledge Sweden (sweden-geojson). For
`sverige.json` they were projected (transverse Mercator, 15° east), laid on a grid a thousand steps high, and thinned out once more by dropping points
that move a border less than a kilometre or so; neighbours keep the same border. A path for each municipality's code, with its name.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from trygghet.promises.rules import State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Iterator, Mapping, Sequence

    from trygghet.site.rules import Published

WIDE, HIGH = 426, 1000
BOX = f"0 0 {WIDE} {HIGH}"
SOURCE = "Valmyndigheten, förenklat av Open Knowledge Sweden"
STANDS = {
    State.IN_FORCE: "holds",
    State.ENDING: "ends",
    State.COMING: "comes",
    State.ENDED: "over",
    State.ENDED_EARLY: "over",
    State.REPLACED: "over",
}
"""What a colour on the map says."""


class Drawn(NamedTuple):
    """A municipality on the map. `stands` is how it is coloured."""

    slug: str
    name: str
    stands: str
    path: str


class Map(NamedTuple):
    """Those that have promises, each with a way to its page, and the rest as one shape. `box` is what of the grid is seen."""

    rest: str
    found: Sequence[Drawn]
    box: str


def drawn(promises: Mapping[str, Published], today: dt.date, codes: Container[str] | None = None) -> Map:
    """The map on that day, of the whole country or of the municipalities with these codes. `promises` are each municipality's foremost, by code."""
    paths = {code: path for code, (_, path) in _borders().items() if codes is None or code in codes}
    box = BOX
    if codes is not None:
        paths, box = _larger(paths)
    found = [Drawn(one.slug, one.name, STANDS[one.state(today)], paths[code]) for code, one in sorted(promises.items()) if code in paths]
    return Map("".join(path for code, path in paths.items() if code not in promises), found, box)


def _larger(paths: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """A part of the map drawn as large as the whole, so that lines and patterns keep their measure; and what of the grid it fills, with a little air."""
    places = [place for path in paths.values() for place in _points(path)]
    across, down = zip(*places, strict=True)
    left, top, right, bottom = min(across), min(down), max(across), max(down)
    times = max(min(WIDE // (right - left + 2), HIGH // (bottom - top + 2)), 1)
    box = f"{(left - 1) * times} {(top - 1) * times} {(right - left + 2) * times} {(bottom - top + 2) * times}"
    return {code: re.sub(r"\d+", lambda one: str(int(one[0]) * times), path) for code, path in paths.items()}, box


def _points(path: str) -> Iterator[tuple[int, int]]:
    """The corners of a shape: each outline begins at a place and goes on by steps."""
    for outline in filter(None, path.split("M")):
        numbers = [int(one) for one in re.findall(r"-?\d+", outline)]
        x, y = numbers[:2]
        yield x, y
        for across, down in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + across, y + down
            yield x, y


def names() -> dict[str, str]:
    """Every municipality's name, by its code."""
    return {code: name for code, (name, _) in _borders().items()}


@functools.cache
def _borders() -> dict[str, tuple[str, str]]:
    read: dict[str, tuple[str, str]] = json.loads(Path(__file__).with_name("sverige.json").read_text(encoding="utf-8"))
    return read
