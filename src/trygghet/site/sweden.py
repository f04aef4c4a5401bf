"""The map of Sweden's municipalities, coloured by how their promises stand.

The borders are the Election Authority's (Valmyndigheten) open data, as published and thinned out by Open Knowledge Sweden (sweden-geojson). For
`sverige.json` they were projected (transverse Mercator, 15° east), laid on a grid a thousand steps high, and thinned out once more by dropping points
that move a border less than a kilometre or so; neighbours keep the same border. A path for each municipality's code, with its name.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from trygghet.promises.rules import State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from trygghet.site.rules import Published

BOX = "0 0 426 1000"
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
    """Those that have promises, each with a way to its page, and the rest as one shape."""

    rest: str
    found: Sequence[Drawn]


def drawn(promises: Mapping[str, Published], today: dt.date) -> Map:
    """The map on that day. `promises` are each municipality's foremost, by code."""
    borders = _borders()
    found = [Drawn(one.slug, one.name, STANDS[one.state(today)], borders[code][1]) for code, one in sorted(promises.items()) if code in borders]
    return Map("".join(path for code, (_, path) in borders.items() if code not in promises), found)


def names() -> dict[str, str]:
    """Every municipality's name, by its code."""
    return {code: name for code, (name, _) in _borders().items()}


@functools.cache
def _borders() -> dict[str, tuple[str, str]]:
    read: dict[str, tuple[str, str]] = json.loads(Path(__file__).with_name("sverige.json").read_text(encoding="utf-8"))
    return read
