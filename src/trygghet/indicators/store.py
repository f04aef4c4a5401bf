"""Series, their values and the goals that they stand beside. Row level security hides what is others'; every function names the organisation too."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import database
from trygghet.indicators.rules import About, Observation, Series
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from trygghet.history.rules import Actor
    from trygghet.indicators.rules import Measured


class Place(NamedTuple):
    """A goal of a signed promise, and whether a series stands beside it."""

    promise_id: UUID
    promise: str
    goal_id: UUID
    goal: str
    attached: bool


_OPEN = "SELECT a.promise_id FROM access a WHERE a.organisation_id = $1"
_SERIES = "SELECT s.*, o.short_name AS organisation FROM series s JOIN organisation o ON o.id = s.organisation_id"
_ABOUT = tuple(About.__dataclass_fields__)
_MEASURED = ("year", "value", "n", "response_rate", "preliminary", "break_note", "observed_on", "source", "retrieved_at")


# ---------------------------------------------------------------- reading
async def every(organisation: UUID) -> list[Series]:
    """The organisation's own, by name."""
    rows = await database.connection().fetch(f"{_SERIES} WHERE s.organisation_id = $1", organisation)
    return await _grown(rows)


async def one(organisation: UUID, series_id: UUID) -> Series:
    """One of the organisation's own, or one beside a goal of a promise that is open to it. Raises `NotFound`."""
    rows = await database.connection().fetch(
        f"{_SERIES} WHERE s.id = $2 AND (s.organisation_id = $1 OR s.id IN (SELECT g.series_id FROM goal_series g WHERE g.promise_id IN ({_OPEN})))",
        organisation,
        series_id,
    )
    if not rows:
        raise NotFound
    return (await _grown(rows))[0]


async def municipality_code(organisation: UUID) -> str:
    """SCB's four digits of a municipality; nothing for others."""
    found: str | None = await database.connection().fetchval("SELECT code FROM organisation WHERE id = $1", organisation)
    return found or ""


async def of_goals(organisation: UUID, goal_ids: Sequence[UUID]) -> dict[UUID, list[Series]]:
    """What stands beside each of these goals of promises that are open to the organisation, by name."""
    pairs = await database.connection().fetch(
        f"SELECT g.goal_id, g.series_id FROM goal_series g WHERE g.goal_id = ANY($2) AND g.promise_id IN ({_OPEN})", organisation, list(goal_ids)
    )
    rows = await database.connection().fetch(f"{_SERIES} WHERE s.id = ANY($1)", [row["series_id"] for row in pairs])
    beside: dict[UUID, list[Series]] = defaultdict(list)
    for found in await _grown(rows):
        for row in pairs:
            if row["series_id"] == found.id:
                beside[row["goal_id"]].append(found)
    return dict(beside)


async def _grown(rows: Sequence[Any]) -> list[Series]:
    """Series with all their values: one query more, however many series."""
    recorded: dict[UUID, list[Observation]] = defaultdict(list)
    for row in await database.connection().fetch(
        "SELECT * FROM observation WHERE series_id = ANY($1) ORDER BY year, recorded_at, replaces_id IS NOT NULL", [row["id"] for row in rows]
    ):
        recorded[row["series_id"]].append(Observation(**{name: row[name] for name in Observation.__dataclass_fields__}))
    return [
        Series(
            row["id"],
            row["organisation_id"],
            row["organisation"],
            About(**{name: row[name] for name in _ABOUT}),
            tuple(recorded[row["id"]]),
            row["retrieved_at"],
        )
        for row in rows
    ]


async def places(organisation: UUID, series_id: UUID) -> list[Place]:
    """The goals of signed promises that are open to the organisation, and whether this series stands beside them."""
    rows = await database.connection().fetch(_PLACES, organisation, series_id)
    return [Place(*row) for row in rows]


_PLACES = f"""
SELECT p.id, p.title, g.id, g.title, EXISTS (SELECT FROM goal_series x WHERE x.goal_id = g.id AND x.series_id = $2)
FROM promise p JOIN goal g ON g.promise_id = p.id
WHERE p.id IN ({_OPEN}) AND p.stage IN ('signed', 'ended_early', 'replaced')
  AND EXISTS (SELECT FROM party y WHERE y.promise_id = p.id AND y.organisation_id = $1)
ORDER BY p.valid_from DESC, p.title, p.id, g.position
"""


async def beside(organisation: UUID, series_id: UUID) -> list[tuple[UUID, list[UUID]]]:
    """The promises where the series stands beside goals, with all the goals of each, in an order that all who lock them keep."""
    rows = await database.connection().fetch(
        "SELECT g.promise_id, array_agg(g.id) AS goals FROM goal g"
        f" WHERE g.promise_id IN (SELECT x.promise_id FROM goal_series x WHERE x.series_id = $2) AND g.promise_id IN ({_OPEN})"
        " GROUP BY g.promise_id ORDER BY g.promise_id",
        organisation,
        series_id,
    )
    return [(row["promise_id"], row["goals"]) for row in rows]


async def goals(organisation: UUID, promise_id: UUID) -> list[UUID]:
    """All goals of a promise that is open to the organisation."""
    rows = await database.connection().fetch(
        f"SELECT g.id FROM goal g WHERE g.promise_id = $2 AND g.promise_id IN ({_OPEN})", organisation, promise_id
    )
    return [row["id"] for row in rows]


# ---------------------------------------------------------------- writing
async def lock(organisation: UUID, series_id: UUID) -> None:
    """One change of a series at a time. Raises `NotFound`, also for another's."""
    found = await database.connection().fetchval(
        "SELECT s.id FROM series s WHERE s.id = $2 AND s.organisation_id = $1 FOR NO KEY UPDATE", organisation, series_id
    )
    if found is None:
        raise NotFound


async def add(organisation: UUID, about: About, form_key: UUID, *, now: dt.datetime) -> UUID:
    """A series without values; the same form again gives the series that it made before."""
    row = {"organisation_id": organisation, **_columns(about), "form_key": form_key, "created_at": now, "updated_at": now}
    made: UUID = await database.connection().fetchval(
        f"INSERT INTO series ({', '.join(row)}) VALUES ({_marks(row)})"
        " ON CONFLICT (organisation_id, form_key) DO UPDATE SET form_key = excluded.form_key RETURNING id",
        *row.values(),
    )
    return made


async def describe(organisation: UUID, series_id: UUID, about: About, *, now: dt.datetime) -> None:
    """Other words about the same series. Raises `NotFound`."""
    row = {**_columns(about), "updated_at": now}
    assigned = ", ".join(f"{name} = ${place}" for place, name in enumerate(row, 3))
    found = await database.connection().fetchval(
        f"UPDATE series SET {assigned} WHERE organisation_id = $1 AND id = $2 RETURNING id", organisation, series_id, *row.values()
    )
    if found is None:
        raise NotFound


async def discard(organisation: UUID, series_id: UUID) -> None:
    """A series that never had a value."""
    await database.connection().execute("DELETE FROM series WHERE organisation_id = $1 AND id = $2", organisation, series_id)


async def asked(organisation: UUID, series_id: UUID, *, now: dt.datetime) -> None:
    """That the server was asked, whether or not it had anything new."""
    await database.connection().execute("UPDATE series SET retrieved_at = $3 WHERE organisation_id = $1 AND id = $2", organisation, series_id, now)


async def observe(
    organisation: UUID, series_id: UUID, measured: Measured, *, replaces: UUID | None, reason: str, by: Actor, now: dt.datetime
) -> UUID:
    """A value, or one that replaces an earlier one of its year. Raises `NotFound` for another's series."""
    row = {
        **{name: getattr(measured, name) for name in _MEASURED},
        "replaces_id": replaces,
        "reason": reason,
        "by_name": by.name,
        "by_office": by.office,
        "recorded_at": now,
    }
    made: UUID | None = await database.connection().fetchval(
        f"INSERT INTO observation (organisation_id, series_id, {', '.join(row)})"
        f" SELECT s.organisation_id, s.id, {_marks(row, 3)} FROM series s WHERE s.organisation_id = $1 AND s.id = $2 RETURNING id",
        organisation,
        series_id,
        *row.values(),
    )
    if made is None:
        raise NotFound
    return made


async def attach(organisation: UUID, series_id: UUID, promise_id: UUID, goal_id: UUID, *, by: Actor, now: dt.datetime) -> bool:
    """Draws the series beside a goal; false where it stands there already."""
    made = await database.connection().fetchval(
        "INSERT INTO goal_series (organisation_id, series_id, promise_id, goal_id, by_name, by_office, at)"
        f" SELECT $1, s.id, $3, $4, $5, $6, $7 FROM series s WHERE s.organisation_id = $1 AND s.id = $2 AND $3 IN ({_OPEN})"
        " ON CONFLICT (goal_id, series_id) DO NOTHING RETURNING id",
        organisation,
        series_id,
        promise_id,
        goal_id,
        by.name,
        by.office,
        now,
    )
    return made is not None


async def detach(organisation: UUID, series_id: UUID, goal_id: UUID) -> bool:
    """Takes the series away from a goal; false where it does not stand there."""
    gone = await database.connection().fetchval(
        "DELETE FROM goal_series WHERE organisation_id = $1 AND series_id = $2 AND goal_id = $3 RETURNING id", organisation, series_id, goal_id
    )
    return gone is not None


async def tell(organisation: UUID, promise_id: UUID, told: dict[str, Any], *, now: dt.datetime) -> None:
    """Writes what stands beside the goals into what residents read of the promise. `told` are the snapshots by the goal's id."""
    await database.connection().execute(
        f"UPDATE published_promise SET content = jsonb_set(content, '{{series}}', $3), changed_at = $4 WHERE promise_id = $2 AND promise_id IN ({_OPEN})",
        organisation,
        promise_id,
        told,
        now,
    )


def _columns(about: About) -> dict[str, Any]:
    return {name: getattr(about, name) for name in _ABOUT}


def _marks(names: Iterable[str], first: int = 1) -> str:
    return ", ".join(f"${place}" for place, _ in enumerate(names, first))
