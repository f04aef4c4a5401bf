"""Reminders that are due, of all organisations at once: those without a person yet, and who could be theirs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from trygghet import database
from trygghet.reminders.ladders import ADMINISTRATOR, COORDINATOR, LEADER
from trygghet.reminders.recipients import Staff

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence
    from uuid import UUID


class Unseated(NamedTuple):
    """A due row that has no person yet. `key` is the row's own; `again`: it had one, or might have had, before."""

    id: UUID
    organisation: UUID
    kind: str
    key: str
    title: str
    seat: str
    promise_id: UUID | None
    obligation_id: UUID | None
    again: bool


WAITS = "Påminnelser går ut på vardagar mellan 7.30 och 9.00. Den här väntar till nästa gång."
"""Why a row that was due is not sent yet; it also keeps the row from being planned anew meanwhile."""


async def across_organisations_postpone(now: dt.datetime, wall: dt.datetime, opens: dt.datetime, days: tuple[dt.date, dt.date]) -> None:
    """What came due while nothing was sent waits for the next opening, unless its duty falls before that. The night's trial is sent at night.

    `days` are today and the day of the opening. Who was to have it is asked anew then; a seat's further holders keep their rows. What
    goes to somebody because it came back from another goes the same day, and what a worker is at stays with it.
    """
    await database.connection().execute(
        """
        UPDATE delivery d SET due_at = $3, reason = $6, handed_out_until = NULL,
          person_id = CASE WHEN d.key LIKE '%:' || d.person_id THEN d.person_id END
        WHERE d.state = 'planned' AND d.kind IN ('reminder', 'summary') AND d.due_at <= $1 AND d.attempts = 0
          AND (d.handed_out_until IS NULL OR d.handed_out_until <= $2) AND NOT (d.person_id IS NOT NULL AND d.key LIKE '%:studs:%')
          AND NOT EXISTS (SELECT FROM obligation o WHERE o.id = d.obligation_id AND o.due_on >= $4 AND o.due_on < $5)
          AND NOT EXISTS (SELECT FROM organisation w WHERE w.id = d.organisation_id AND w.kind = 'canary')""",
        now,
        wall,
        opens,
        *days,
        WAITS,
    )


async def across_organisations_unseated(now: dt.datetime, limit: int) -> list[Unseated]:
    """Due rows that have no person yet, locked."""
    rows = await database.connection().fetch(
        """
        SELECT d.id, d.organisation_id, d.kind, d.key, d.title, d.seat, d.promise_id, d.obligation_id, d.fence > 0 OR d.reason <> '' AS again
        FROM delivery d WHERE d.state = 'planned' AND d.kind IN ('reminder', 'summary') AND d.person_id IS NULL AND d.due_at <= $1
        ORDER BY d.due_at LIMIT $2 FOR UPDATE OF d SKIP LOCKED""",
        now,
        limit,
    )
    return [Unseated(*row.values()) for row in rows]


async def across_organisations_served(ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """For each of these rows the people who have a row of the same reminder for the same seat."""
    rows = await database.connection().fetch(
        """
        SELECT d.id, s.person_id FROM delivery d JOIN delivery s ON s.organisation_id = d.organisation_id
          AND starts_with(s.key, regexp_replace(d.key, ':[0-9a-f-]{36}$', ''))
        WHERE d.id = ANY($1::uuid[]) AND s.id <> d.id AND s.person_id IS NOT NULL AND s.state <> 'skipped'""",
        list(ids),
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        found[row["id"]].add(row["person_id"])
    return found


_STAFF = """
SELECT m.organisation_id, m.person_id, f.role, m.acting, q.id AS to_person_id, stopped(p.email, $3) AS stopped
FROM member m JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id
LEFT JOIN LATERAL (SELECT o.to_person_id FROM handover o WHERE o.organisation_id = m.organisation_id AND o.person_id = m.person_id
  AND o.ended_at IS NULL AND o.from_on <= $2 AND o.until_on >= $2
  AND EXISTS (SELECT FROM member t WHERE t.organisation_id = m.organisation_id AND t.person_id = o.to_person_id AND holds(t, $2))
  ORDER BY o.created_at DESC LIMIT 1) h ON true
LEFT JOIN person q ON q.id = h.to_person_id AND NOT stopped(q.email, $3)
WHERE m.organisation_id = ANY($1::uuid[]) AND f.role = ANY($4::text[]) AND holds(m, $2)
"""


async def across_organisations_staff(
    organisations: Collection[UUID], today: dt.date, now: dt.datetime, roles: Collection[str] = (COORDINATOR, LEADER, ADMINISTRATOR)
) -> dict[UUID, list[Staff]]:
    """Who holds an office in each of these that day, who stands in for them, and whether mail reaches them; those of some roles or all."""
    rows = await database.connection().fetch(_STAFF, list(organisations), today, now, list(roles))
    found: dict[UUID, list[Staff]] = defaultdict(list)
    for row in rows:
        found[row["organisation_id"]].append(Staff(row["person_id"], row["role"], row["acting"], row["to_person_id"], row["stopped"]))
    return found


async def across_organisations_seat(found: Sequence[tuple[UUID, UUID, str]]) -> None:
    """Each row, by id, is for this person now, and why it is somebody outside its seat."""
    await database.connection().execute(
        "UPDATE delivery d SET person_id = w.person_id, via = w.via FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS w (id, person_id, via) WHERE d.id = w.id",
        [row for row, _, _ in found],
        [person for _, person, _ in found],
        [via for _, _, via in found],
    )


async def across_organisations_add(found: Sequence[tuple[UUID, UUID, str]]) -> None:
    """For each further person of a row, by its id, a row like it; its key is the row's with the person's id after it, and it was planned when the row was. One that
    was skipped is wanted once more with it.
    """
    await database.connection().execute(
        """
        INSERT INTO delivery (organisation_id, key, kind, channel, title, promise_id, obligation_id, seat, person_id, lead_days, due_at, created_at, words, via)
        SELECT d.organisation_id, d.key || ':' || w.person_id, d.kind, d.channel, d.title, d.promise_id, d.obligation_id, d.seat, w.person_id, d.lead_days,
               d.due_at, d.created_at, d.words, w.via
        FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS w (id, person_id, via) JOIN delivery d ON d.id = w.id
        ON CONFLICT (organisation_id, key) DO UPDATE SET state = 'planned', due_at = excluded.due_at, via = excluded.via, title = excluded.title,
          reason = '', attempts = 0, message_id = '', address = '', settled_at = NULL, handed_out_until = NULL WHERE delivery.state = 'skipped'""",
        [row for row, _, _ in found],
        [person for _, person, _ in found],
        [via for _, _, via in found],
    )


async def across_organisations_skip(ids: Sequence[UUID], reason: str, now: dt.datetime) -> None:
    """Nobody can get these, or everybody has."""
    await database.connection().execute(
        "UPDATE delivery SET state = 'skipped', reason = $2, settled_at = $3 WHERE id = ANY($1::uuid[]) AND state = 'planned' AND person_id IS NULL",
        list(ids),
        reason,
        now,
    )
