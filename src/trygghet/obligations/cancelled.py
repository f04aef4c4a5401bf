"""What becomes of a duty when what implied it has changed: it is not owed any more, and who had it in a calendar is told so."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID


class Cancelled(NamedTuple):
    """A duty that there is no more, because what implied it changed. `area_name` is the organisation's where it had no promise."""

    id: UUID
    title: str
    area_name: str
    due_on: dt.date
    sequence: int
    at: dt.datetime
