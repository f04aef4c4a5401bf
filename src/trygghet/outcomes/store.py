"""What somebody may report on, and what they have reported, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.outcomes.rules import Into, Mine, Task
from trygghet.periods import Validity
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


async def tasks(organisation: UUID, person_id: UUID, *, first: dt.date, last: dt.date) -> list[Task]:
    """The activities of signed promises that hold some day between these: the organisation's own, and those that name no party.

    What the person used last comes first, then the promises that end first.
    """
    return [
        Task(
            **{name: row[name] for name in ("id", "title", "measure", "unit", "promise_id", "promise_title", "area_name")},
            places=tuple(row["places"]),
            validity=Validity(row["valid_from"], row["valid_until"], row["review_on"]),
        )
        for row in await database.connection().fetch(_TASKS, organisation, person_id, first, last)
    ]


_TASKS = """
WITH used AS MATERIALIZED (
  SELECT u.activity_id, max(u.recorded_at) AS at FROM outcome u
  WHERE u.organisation_id = $1 AND u.reporter_id = $2 AND u.corrects_id IS NULL GROUP BY u.activity_id)
SELECT a.id, a.title, a.measure, a.unit, a.places, a.promise_id, p.title AS promise_title, p.area_name, p.valid_from, p.valid_until, p.review_on
FROM activity a JOIN promise p ON p.id = a.promise_id JOIN access x ON x.promise_id = p.id
JOIN party t ON t.promise_id = p.id AND t.organisation_id = x.organisation_id LEFT JOIN used ON used.activity_id = a.id
WHERE x.organisation_id = $1 AND p.stage IN ('signed', 'ended_early', 'replaced') AND a.removed_in IS NULL
  AND (a.organisation_id IS NULL OR a.organisation_id = $1) AND p.valid_from <= $4 AND (p.valid_until IS NULL OR p.valid_until >= $3)
ORDER BY used.at DESC NULLS LAST, p.valid_until NULLS LAST, p.area_name, a.promise_id, a.position
"""


async def places(organisation: UUID, promise_ids: list[UUID], *, most: int) -> dict[UUID, list[str]]:
    """The places that were named last in each of these promises, latest first."""
    found: dict[UUID, list[str]] = {}
    for row in await database.connection().fetch(_PLACES, organisation, promise_ids):
        named = found.setdefault(row["promise_id"], [])
        if len(named) < most:
            named.append(row["place"])
    return found


_PLACES = """
SELECT u.promise_id, u.place FROM outcome u JOIN access x ON x.promise_id = u.promise_id
WHERE x.organisation_id = $1 AND u.promise_id = ANY($2) AND u.place <> '' GROUP BY u.promise_id, u.place ORDER BY max(u.recorded_at) DESC, u.place
"""


async def mine(organisation: UUID, person_id: UUID, *, most: int) -> list[Mine]:
    """What this person has reported for the organisation, latest first, each with what became of it."""
    found = await database.connection().fetch(_MINE.format("ORDER BY u.recorded_at DESC, u.id LIMIT $3"), organisation, person_id, most)
    return [Mine(**row) for row in found]


async def one_of_mine(organisation: UUID, person_id: UUID, outcome_id: UUID) -> Mine:
    """One row that this person has reported for the organisation. Raises `NotFound`."""
    row = await database.connection().fetchrow(_MINE.format("AND u.id = $3"), organisation, person_id, outcome_id)
    if row is None:
        raise NotFound
    return Mine(**row)


# The few rows are found before what hangs on them: after a large file the planner may believe that there are few of everything.
_MINE = """
WITH own AS MATERIALIZED (
  SELECT u.* FROM outcome u WHERE u.organisation_id = $1 AND u.reporter_id = $2 AND u.corrects_id IS NULL
    AND u.promise_id IN (SELECT x.promise_id FROM access x WHERE x.organisation_id = $1) {})
SELECT u.id, u.promise_id, u.activity_id, a.title, p.title AS promise_title, a.measure, a.unit, u.happened_on, u.amount, u.note, u.place,
       u.recorded_at, (SELECT c.amount FROM outcome c WHERE c.corrects_id = u.id) AS corrected_to
FROM own u JOIN activity a ON a.id = u.activity_id JOIN promise p ON p.id = u.promise_id ORDER BY u.recorded_at DESC, u.id
"""


async def promise_of(organisation: UUID, activity_id: UUID) -> UUID:
    """Which promise an activity belongs to. Raises `NotFound`."""
    found: UUID | None = await database.connection().fetchval(
        "SELECT a.promise_id FROM activity a JOIN access x ON x.promise_id = a.promise_id WHERE x.organisation_id = $1 AND a.id = $2",
        organisation,
        activity_id,
    )
    if found is None:
        raise NotFound
    return found


async def promises(organisation: UUID) -> list[Into]:
    """Every signed promise that the organisation is a party to, the one that holds longest first."""
    return [
        Into(row["id"], row["title"], Validity(row["valid_from"], row["valid_until"], row["review_on"]))
        for row in await database.connection().fetch(_PROMISES, organisation)
    ]


_PROMISES = """
SELECT p.id, p.title, p.valid_from, p.valid_until, p.review_on FROM promise p JOIN access x ON x.promise_id = p.id
JOIN party t ON t.promise_id = p.id AND t.organisation_id = x.organisation_id
WHERE x.organisation_id = $1 AND p.stage IN ('signed', 'ended_early', 'replaced') ORDER BY p.valid_until DESC NULLS FIRST, p.valid_from DESC, p.title, p.id
"""
