"""Reminders that are due, of all organisations at once: those without a person yet, and who could be theirs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from trygghet import database
from trygghet.reminders.recipients import Staff

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


class Unseated(NamedTuple):
    """A due row that has no person yet. `key` is the row's own."""

    id: UUID
    organisation: UUID
    kind: str
    key: str
    title: str
    seat: str
    promise_id: UUID | None
    obligation_id: UUID | None


async def across_organisations_postpone(now: dt.datetime, opens: dt.datetime, today: dt.date, next_day: dt.date) -> None:
    """What came due while nothing was sent waits for the next opening, unless its duty falls before that. The night's trial is sent at night."""
    await database.connection().execute(
        """
        UPDATE delivery d SET due_at = $2 WHERE d.state = 'planned' AND d.kind IN ('reminder', 'summary') AND d.due_at <= $1 AND d.attempts = 0
          AND d.person_id IS NULL AND NOT EXISTS (SELECT FROM obligation o WHERE o.id = d.obligation_id AND o.due_on >= $3 AND o.due_on < $4)
          AND NOT EXISTS (SELECT FROM organisation w WHERE w.id = d.organisation_id AND w.kind = 'canary')""",
        now,
        opens,
        today,
        next_day,
    )


async def across_organisations_unseated(now: dt.datetime, limit: int) -> list[Unseated]:
    """Due rows that have no person yet, locked."""
    rows = await database.connection().fetch(
        """
        SELECT d.id, d.organisation_id, d.kind, d.key, d.title, d.seat, d.promise_id, d.obligation_id FROM delivery d
        WHERE d.state = 'planned' AND d.kind IN ('reminder', 'summary') AND d.person_id IS NULL AND d.due_at <= $1
        ORDER BY d.due_at LIMIT $2 FOR UPDATE OF d SKIP LOCKED""",
        now,
        limit,
    )
    return [Unseated(*row.values()) for row in rows]


_STAFF = """
SELECT m.organisation_id, m.person_id, f.role, m.acting, h.to_person_id, stopped(coalesce(q.email, p.email), $3) AS stopped
FROM member m JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id
LEFT JOIN LATERAL (SELECT o.to_person_id FROM handover o WHERE o.organisation_id = m.organisation_id AND o.person_id = m.person_id
  AND o.ended_at IS NULL AND o.from_on <= $2 AND o.until_on >= $2
  AND EXISTS (SELECT FROM member t WHERE t.organisation_id = m.organisation_id AND t.person_id = o.to_person_id AND holds(t, $2))
  ORDER BY o.created_at DESC LIMIT 1) h ON true
LEFT JOIN person q ON q.id = h.to_person_id
WHERE m.organisation_id = ANY($1::uuid[]) AND f.role IN ('coordinator', 'leader', 'administrator') AND holds(m, $2)
ORDER BY p.name, p.id, m.acting
"""


async def across_organisations_staff(organisations: Sequence[UUID], today: dt.date, now: dt.datetime) -> dict[UUID, list[Staff]]:
    """Who holds an office in each of these that day, who stands in for them, and whether mail reaches them."""
    rows = await database.connection().fetch(_STAFF, list(organisations), today, now)
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


async def across_organisations_add(found: Sequence[tuple[UUID, UUID, str]], now: dt.datetime) -> None:
    """For each further person of a row, by its id, a row like it; its key is the row's with the person's id after it."""
    await database.connection().execute(
        """
        INSERT INTO delivery (organisation_id, key, kind, channel, title, promise_id, obligation_id, seat, person_id, lead_days, due_at, created_at, words, via)
        SELECT d.organisation_id, d.key || ':' || w.person_id, d.kind, d.channel, d.title, d.promise_id, d.obligation_id, d.seat, w.person_id, d.lead_days,
               d.due_at, $4, d.words, w.via
        FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS w (id, person_id, via) JOIN delivery d ON d.id = w.id
        ON CONFLICT (organisation_id, key) DO NOTHING""",
        [row for row, _, _ in found],
        [person for _, person, _ in found],
        [via for _, _, via in found],
        now,
    )


async def across_organisations_skip(ids: Sequence[UUID], reason: str, now: dt.datetime) -> None:
    """Nobody can get these."""
    await database.connection().execute(
        "UPDATE delivery SET state = 'skipped', reason = $2, settled_at = $3 WHERE id = ANY($1::uuid[])", list(ids), reason, now
    )
