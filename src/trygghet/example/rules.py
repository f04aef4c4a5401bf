"""How the example's clock moves: pure arithmetic on where it stands, where it is bound and what has happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from trygghet.deliveries.rules import Patience
from trygghet.periods import LAST_YEAR
from trygghet.swedish import Refusal, long_moment

START = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)
"""Where the example begins: 1 October 2024, 08.00 in Stockholm. Before it is loaded the clock stands there."""

FARTHEST = dt.timedelta(days=5 * 366)
"""One move goes at most this far, so that a slip of the keyboard does not send years of reminders."""

PATIENCE = Patience().lease + dt.timedelta(minutes=1)
"""So long, on the wall, may a move wait without anything being sent before it gives up: three minutes, a minute more than it
takes until a worker that was killed is missed and its letter is handed to another."""


@dataclass(frozen=True)
class Face:
    """One reading of the clock. Instants are aware UTC; those that begin with `wall` are the machine's own."""

    shows_at: dt.datetime
    wall_at: dt.datetime
    """While it runs: when it showed `shows_at`. While it is moved: when something last happened."""
    target_at: dt.datetime | None = None
    """It is being moved there, one event at a time; None while it simply runs."""
    settled: int = 0
    """While it is moved: how much had been sent or tried when something last happened."""
    stuck: bool = False
    """The last move gave up."""

    def reading(self, wall: dt.datetime) -> dt.datetime:
        """What time it is: runs with the wall, and stands still while it is being moved."""
        return self.shows_at if self.target_at else self.shows_at + max(wall - self.wall_at, dt.timedelta(0))


@dataclass(frozen=True)
class Work:
    """What the deliveries look like from the clock: how many wait although due, how much was done, when the next is due."""

    waiting: int
    settled: int
    next_at: dt.datetime | None


def bound_for(face: Face, target: dt.datetime, wall: dt.datetime) -> Face:
    """The clock on its way to `target`. Refuses to go backwards, more than five years at once, or past the years that dates may have."""
    here = face.reading(wall)
    if target <= here:
        raise Refusal("example.backwards", field="dag", shows=long_moment(here), target=long_moment(target))
    if target.year >= LAST_YEAR:  # the pages that look a year ahead must have a year to look at
        raise Refusal("example.last", field="dag", year=LAST_YEAR - 1)
    if target - here > FARTHEST:
        raise Refusal("example.too_far", field="dag", target=long_moment(target))
    return Face(here, wall, target, face.settled)


def step(face: Face, work: Work, wall: dt.datetime) -> Face:
    """One step of a move: waits for what is due, then goes to the next thing that is, or to the target and runs on from there.

    Whatever is due gets its time to be sent; when nothing has been for `PATIENCE`, the move ends where it stands.
    """
    if face.target_at is None:
        return face
    if work.waiting:
        if work.settled != face.settled:
            return replace(face, settled=work.settled, wall_at=wall)
        return Face(face.shows_at, wall, stuck=True) if wall - face.wall_at >= PATIENCE else face
    if work.next_at and work.next_at <= face.target_at:
        return replace(face, shows_at=max(work.next_at, face.shows_at), settled=work.settled, wall_at=wall)
    return Face(face.target_at, wall)
