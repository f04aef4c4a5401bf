"""What the example remembers: where its clock stands, and how much there is left to send. It belongs to no organisation."""

from __future__ import annotations

import datetime as dt

from trygghet import database
from trygghet.example.rules import START, Face, Work


async def across_organisations_face(*, lock: bool = False) -> Face:
    """The clock; before the example is loaded it stands at its beginning. `lock` keeps others from moving it meanwhile."""
    sql = "SELECT shows_at, anchored_at, target_at, settled, stuck FROM example_clock WHERE id = 1"
    row = await database.connection().fetchrow(sql + (" FOR UPDATE" if lock else ""))
    if row is None:
        return Face(START, wall_at=dt.datetime.max.replace(tzinfo=dt.UTC))
    return Face(row["shows_at"], row["anchored_at"], row["target_at"], row["settled"], row["stuck"])


async def across_organisations_set_face(face: Face) -> None:
    """Puts the clock there."""
    await database.connection().execute(
        """INSERT INTO example_clock (id, shows_at, anchored_at, target_at, settled, stuck) VALUES (1, $1, $2, $3, $4, $5)
           ON CONFLICT (id) DO UPDATE SET shows_at = $1, anchored_at = $2, target_at = $3, settled = $4, stuck = $5""",
        face.shows_at, face.wall_at, face.target_at, face.settled, face.stuck)


async def across_organisations_work(now: dt.datetime) -> Work:
    """What is due at `now` and not yet settled, how much was ever tried or settled, and when the next delivery is due."""
    row = await database.connection().fetchrow(_WORK, now)
    assert row is not None, "an aggregate always has a row"
    return Work(row["waiting"], row["settled"], row["next_at"])


# What waits for a delivery that failed or is unclear will not go by itself, so the clock does not wait for it either.
_WORK = """
SELECT count(*) FILTER (WHERE d.state = 'sending' OR (d.state = 'planned' AND d.due_at <= $1 AND (d.after_id IS NULL OR before.state = 'sent'))) AS waiting,
       count(d.settled_at) + coalesce(sum(d.attempts), 0) AS settled,
       min(d.due_at) FILTER (WHERE d.state = 'planned' AND d.due_at > $1) AS next_at
FROM delivery d LEFT JOIN delivery before ON before.id = d.after_id
"""


async def across_organisations_next_reminder(now: dt.datetime) -> dt.datetime | None:
    """When the next planned reminder of anybody goes out."""
    found: dt.datetime | None = await database.connection().fetchval(
        "SELECT min(due_at) FROM delivery WHERE state = 'planned' AND kind = 'reminder' AND due_at > $1", now)
    return found
