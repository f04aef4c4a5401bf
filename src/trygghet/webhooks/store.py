"""What is told in an organisation's channels: which mornings have something to tell, what that is, and what has gone wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.deliveries.rules import State
from trygghet.reminders.rules import Owed
from trygghet.webhooks.rules import FAILED, NOBODY, Alarm, Latest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


async def across_organisations_mornings(begins: dt.datetime, now: dt.datetime, day: dt.date) -> list[tuple[UUID, UUID]]:
    """Organisations with their working channels, where a reminder has come due since the day began and the day's post is not planned."""
    rows = await database.connection().fetch(
        """
        SELECT c.organisation_id, c.id FROM connection c WHERE c.channel = 'webhook' AND c.state = 'ok'
          AND EXISTS (SELECT FROM delivery d WHERE d.organisation_id = c.organisation_id AND d.kind = 'reminder' AND d.state <> 'skipped'
                      AND d.due_at >= $1 AND d.due_at <= $2)
          AND NOT EXISTS (SELECT FROM delivery p WHERE p.organisation_id = c.organisation_id AND p.key = 'post:' || $3 || ':' || c.id)""",
        begins,
        now,
        day.isoformat(),
    )
    return [(row["organisation_id"], row["id"]) for row in rows]


async def across_organisations_alarms(since: dt.datetime, now: dt.datetime) -> list[Alarm]:
    """What each working channel is to be told of at once: a publication that failed, and a duty that nobody can be reminded of.

    A publication counts from when it failed: it may have been kept back for long before that. The duty is known by the letter to the
    administrators about it; for a seat with several of them it is still one row that says so.
    """
    rows = await database.connection().fetch(
        """
        SELECT c.organisation_id, c.id, a.what, a.id, a.title, a.day FROM connection c CROSS JOIN LATERAL (
          SELECT d.id, d.title, $4::text AS what, d.settled_at AS at, (d.settled_at AT TIME ZONE 'Europe/Stockholm')::date AS day FROM delivery d
          WHERE d.organisation_id = c.organisation_id AND d.kind = 'publication' AND d.state = 'failed' AND d.settled_at >= $1 AND d.settled_at <= $2
          UNION ALL
          SELECT d.id, d.title, $3::text, d.due_at, (d.due_at AT TIME ZONE 'Europe/Stockholm')::date FROM delivery d
          WHERE d.organisation_id = c.organisation_id AND d.kind = 'notice' AND d.key LIKE 'notice:nobody:%:administrator'
            AND d.due_at >= $1 AND d.due_at <= $2) a
        WHERE c.channel = 'webhook' AND c.state = 'ok'
          AND NOT EXISTS (SELECT FROM delivery p WHERE p.organisation_id = c.organisation_id
                          AND p.key = 'post:' || a.what || ':' || a.id || ':' || a.day || ':' || c.id)
        ORDER BY a.at, a.id""",
        since,
        now,
        NOBODY,
        FAILED,
    )
    return [Alarm(*row) for row in rows]


async def duties(organisation: UUID, begins: dt.datetime, ends: dt.datetime) -> list[Owed]:
    """What the organisation is reminded of between these moments and still owes: of its promises and by itself."""
    rows = await database.connection().fetch(
        """
        SELECT DISTINCT o.id, o.promise_id, coalesce(p.area_name, w.short_name) AS area_name, o.kind, o.title, o.due_on, o.receiver
        FROM delivery d JOIN obligation o ON o.id = d.obligation_id LEFT JOIN promise p ON p.id = o.promise_id
        LEFT JOIN organisation w ON w.id = o.organisation_id
        WHERE d.organisation_id = $1 AND d.kind = 'reminder' AND d.state <> 'skipped' AND d.due_at >= $2 AND d.due_at < $3
          AND o.done_at IS NULL AND coalesce(p.stage, '') <> 'replaced' AND (o.kind <> 'renewal' OR p.id IS NULL OR taken_over_at(p) IS NULL)
          AND NOT EXISTS (SELECT FROM obligation_mark m WHERE m.obligation_id = o.id AND m.organisation_id = $1)
          AND CASE WHEN o.organisation_id IS NULL THEN EXISTS (SELECT FROM party y WHERE y.promise_id = o.promise_id AND y.organisation_id = $1)
              ELSE o.organisation_id = $1 END""",
        organisation,
        begins,
        ends,
    )
    return [Owed(*row) for row in rows]


async def still_failed(organisation: UUID, delivery_id: UUID) -> bool:
    """Whether a publication of the organisation's has failed and nobody has seen to it."""
    found: bool = await database.connection().fetchval(
        "SELECT EXISTS (SELECT FROM delivery WHERE organisation_id = $1 AND id = $2 AND state = 'failed')", organisation, delivery_id
    )
    return found


async def still_owed(organisation: UUID, delivery_id: UUID) -> bool:
    """Whether the duty that a letter to the organisation's administrators is about is not done."""
    found: bool = await database.connection().fetchval(
        "SELECT EXISTS (SELECT FROM delivery d JOIN obligation o ON o.id = split_part(d.key, ':', 3)::uuid"
        " WHERE d.organisation_id = $1 AND d.id = $2 AND o.done_at IS NULL)",
        organisation,
        delivery_id,
    )
    return found


async def latest(organisation: UUID, connection_ids: Sequence[UUID]) -> dict[UUID, Latest]:
    """The latest that was to go through each of these channels of the organisation's."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT ON (connection_id) connection_id, title, coalesce(settled_at, due_at) AS at, state, reason FROM delivery"
        " WHERE organisation_id = $1 AND kind = 'post' AND connection_id = ANY($2::uuid[]) ORDER BY connection_id, created_at DESC, due_at DESC",
        organisation,
        list(connection_ids),
    )
    return {row["connection_id"]: Latest(row["title"], row["at"], State(row["state"]), row["reason"]) for row in rows}


async def name(organisation: UUID) -> str:
    """What the organisation is called."""
    found: str = await database.connection().fetchval("SELECT name FROM organisation WHERE id = $1", organisation)
    return found
