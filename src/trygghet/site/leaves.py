"""A long list a page at a time, in the page's address. What is no page of the list is not there: nobody can ask for more than a page holds."""

from __future__ import annotations

import re
from typing import NamedTuple

from trygghet.swedish import NotFound

ON_A_LEAF = 25
"""So many updates stand on one page of the list."""


class Leaf(NamedTuple):
    """One page of a list. `total` is how many there are in all, 0 while nobody has counted, and `most` how many a page holds."""

    number: int
    total: int = 0
    most: int = ON_A_LEAF

    @property
    def before(self) -> int:
        """How many stand on the pages before it."""
        return (self.number - 1) * self.most

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(-(-self.total // self.most), 1)

    def of(self, total: int) -> Leaf:
        """The same page of a list that long. Raises `NotFound` past its end."""
        found = self._replace(total=total)
        if found.number > found.last:
            raise NotFound
        return found


def leaf(typed: str, most: int = ON_A_LEAF) -> Leaf:
    """The page that an address asks for. Raises `NotFound` for what is no number of a page."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}", typed):
        raise NotFound
    return Leaf(int(typed), most=most)
