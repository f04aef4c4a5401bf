"""What a piece of advice is, and what it is given about besides the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.wordings.manuscript import Manuscript


@dataclass(frozen=True)
class Surrounding:
    """What stands around the text. `previous` is the promise before this one; None where there is none, or where the text changes that very promise.

    `previous_last` and `next_first` are the nearest days of the promises before and after it for the same municipality.
    """

    today: dt.date
    previous: Manuscript | None = None
    previous_last: dt.date | None = None
    next_first: dt.date | None = None


class Advice(NamedTuple):
    """One piece of advice on a field of a part: what is noticed and why it matters, and the `ways` to mend it, each a sentence.

    `code` names the rule, for grouping and for tests.
    """

    part_id: UUID
    field: str
    code: str
    text: str
    ways: tuple[str, ...] = ()
