"""The organisation that is nobody's, and how each of its nights went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.canary.rules import KIND, NAME, OFFICE, ORGANISATION, PERSON, SLUG, Night

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


async def across_organisations_is_planned(night: dt.date) -> bool:
    """Whether that night has been planned."""
    found: bool = await database.connection().fetchval("SELECT EXISTS (SELECT FROM canary_night WHERE night = $1)", night)
    return found


async def across_organisations_nest(email: str, password_hash: str, today: dt.date, now: dt.datetime) -> None:
    """The organisation, its one office and who holds it, where they are not there yet; the address is a new one each time.

    Its ladder has a single step, on the day itself, so that no later one takes over when a night is late.
    """
    link = database.connection()
    await link.execute(
        "INSERT INTO organisation (id, slug, name, short_name, kind, created_at) VALUES ($1, $2, $3, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
        ORGANISATION,
        SLUG,
        NAME,
        KIND,
        now,
    )
    await link.execute(
        "INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET email = excluded.email",
        PERSON,
        email,
        NAME,
        password_hash,
        now,
    )
    await _seat(today, now)


async def _seat(today: dt.date, now: dt.datetime) -> None:
    link = database.connection()
    await link.execute(
        "INSERT INTO office (id, organisation_id, title, role, created_at) VALUES ($1, $2, $3, 'coordinator', $4) ON CONFLICT (id) DO NOTHING",
        OFFICE,
        ORGANISATION,
        NAME,
        now,
    )
    await link.execute(
        "INSERT INTO member (organisation_id, person_id, office_id, from_on, created_at) SELECT $1, $2, $3, $4, $5"
        " WHERE NOT EXISTS (SELECT FROM member WHERE organisation_id = $1)",
        ORGANISATION,
        PERSON,
        OFFICE,
        today,
        now,
    )
    await link.execute(
        "INSERT INTO ladder (organisation_id, kind, steps, by_name, by_office, changed_at) VALUES ($1, 'statute', $2, $3, $3, $4) ON CONFLICT DO NOTHING",
        ORGANISATION,
        [{"count": 0, "unit": "days", "to": ["owner"]}],
        NAME,
        now,
    )


async def across_organisations_duty(night: dt.date, title: str) -> UUID:
    """The duty of that night; the same when asked twice."""
    found: UUID = await database.connection().fetchval(
        "INSERT INTO obligation (organisation_id, key, kind, title, due_on) VALUES ($1, $2, 'statute', $3, $4)"
        " ON CONFLICT (promise_id, organisation_id, key) DO UPDATE SET title = excluded.title RETURNING id",
        ORGANISATION,
        f"canary:{night.isoformat()}",
        title,
        night,
    )
    return found


async def across_organisations_add(night: dt.date, obligation_id: UUID, marker: str, now: dt.datetime) -> None:
    """A night that is planned."""
    await database.connection().execute(
        "INSERT INTO canary_night (organisation_id, obligation_id, night, marker, planned_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        ORGANISATION,
        obligation_id,
        night,
        marker,
        now,
    )


async def across_organisations_forget(kept: int) -> None:
    """All nights but the latest, with what was planned for them."""
    link = database.connection()
    gone = await link.fetch(
        "DELETE FROM canary_night WHERE NOT night IN (SELECT night FROM canary_night ORDER BY night DESC LIMIT $1) RETURNING obligation_id, night",
        kept,
    )
    duties = [row["obligation_id"] for row in gone]
    await link.execute(
        "DELETE FROM delivery WHERE organisation_id = $1 AND (obligation_id = ANY($2::uuid[]) OR key = ANY($3::text[]))",
        ORGANISATION,
        duties,
        [f"canary:{row['night'].isoformat()}" for row in gone],
    )
    await link.execute("DELETE FROM obligation WHERE id = ANY($1::uuid[])", duties)


async def publish(organisation: UUID, night: dt.date, now: dt.datetime, wall: dt.datetime) -> bool:
    """Puts the night's mark on the page. False where there is no such night."""
    done = await database.connection().execute(
        "UPDATE canary_night SET published_at = coalesce(published_at, $3), published_wall = coalesce(published_wall, $4)"
        " WHERE organisation_id = $1 AND night = $2",
        organisation,
        night,
        now,
        wall,
    )
    return bool(done == "UPDATE 1")


async def across_organisations_marker() -> str:
    """What the page shows: the mark of the last night that was published."""
    found: str | None = await database.connection().fetchval(
        "SELECT marker FROM canary_night WHERE published_at IS NOT NULL ORDER BY night DESC LIMIT 1"
    )
    return found or ""


async def across_organisations_returned(message_id: str, now: dt.datetime) -> bool:
    """A letter has come back: the nights that it was about are proved and their duties done. False when it is of no night that is kept."""
    rows = await database.connection().fetch(
        """
        WITH back AS (UPDATE canary_night n SET returned_at = coalesce(n.returned_at, $2) FROM delivery d
          WHERE d.message_id = $1 AND d.organisation_id = n.organisation_id AND d.obligation_id = n.obligation_id
          RETURNING n.obligation_id)
        UPDATE obligation o SET done_at = coalesce(o.done_at, $2) FROM back WHERE o.id = back.obligation_id RETURNING o.id""",
        message_id,
        now,
    )
    return bool(rows)


async def across_organisations_nights() -> list[Night]:
    """The latest first."""
    rows = await database.connection().fetch(
        """
        SELECT n.night, CASE WHEN m.state = 'sent' THEN m.settled_at END AS taken_at, n.returned_at,
               CASE WHEN g.state = 'sent' THEN g.settled_at END AS read_at, n.published_wall, coalesce(nullif(m.reason, ''), g.reason, '') AS why
        FROM canary_night n
        LEFT JOIN delivery m ON m.organisation_id = n.organisation_id AND m.obligation_id = n.obligation_id AND m.kind = 'reminder'
        LEFT JOIN delivery g ON g.organisation_id = n.organisation_id AND g.key = 'canary:' || n.night
        ORDER BY n.night DESC"""
    )
    return [Night(*row.values()) for row in rows]
