"""Duties and the parties' marks on them, as PostgreSQL keeps them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import database
from trygghet.obligations import renewal
from trygghet.obligations.cancelled import Cancelled
from trygghet.obligations.renewal import Followed, Making
from trygghet.obligations.rhythms import Made, noted
from trygghet.obligations.rules import Duty, Kind, Mark, Obligation, Part
from trygghet.periods import Validity
from trygghet.swedish import NotFound
from trygghet.tables import ObligationMark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEEN = """CASE WHEN o.organisation_id IS NULL THEN EXISTS (SELECT FROM access a WHERE a.promise_id = o.promise_id AND a.organisation_id = $1)
ELSE o.organisation_id = $1 END"""  # what a promise's parties owe is theirs to see, what one of them owes alone is nobody else's
_OBLIGATIONS = """
SELECT o.id, o.promise_id, o.key, o.kind, o.title, o.due_on, o.period_from, o.period_until, o.receiver, o.organisation_id AS owner, o.why, o.done_at,
       o.sequence, o.changed_at,
       coalesce(p.title, '') AS promise_title, coalesce(p.area_name, w.short_name) AS area_name, p.valid_from, p.valid_until, p.review_on, ARRAY(SELECT places(p)) AS places,
       made.id AS made_id, made.organisation_id AS made_by, made.handed_in, made.receiver AS made_for, made.reported_on, made.paragraph,
       n.id AS next_id, n.title AS next_title, n.valid_from AS next_from, n.since AS next_since,
       (SELECT jsonb_agg(jsonb_build_object('organisation', y.organisation_id, 'name', g.name, 'by_name', m.by_name, 'by_office', m.by_office,
                                            'note', m.note, 'at', m.at) ORDER BY y.side, g.name)
        FROM (SELECT x.organisation_id, x.side FROM party x WHERE x.promise_id = o.promise_id AND o.organisation_id IS NULL
              UNION ALL SELECT o.organisation_id, '' WHERE o.organisation_id IS NOT NULL) y
        JOIN organisation g ON g.id = y.organisation_id
        LEFT JOIN obligation_mark m ON m.obligation_id = o.id AND m.organisation_id = y.organisation_id) AS parts
FROM duties_of($1) o LEFT JOIN promise p ON p.id = o.promise_id LEFT JOIN organisation w ON w.id = o.organisation_id
LEFT JOIN LATERAL (SELECT x.id, x.title, x.valid_from, taken_over_at(p) AS since FROM promise x WHERE o.kind = 'renewal' AND x.id = successor(p)) n ON true
LEFT JOIN LATERAL (SELECT r.id, r.organisation_id, r.handed_in_at IS NOT NULL AS handed_in, r.receiver, r.reported_on, r.paragraph
  FROM report r WHERE o.kind = 'report' AND r.obligation_id = o.id AND (r.organisation_id = $1 OR (r.handed_in_at IS NOT NULL AND NOT r.own))
  ORDER BY r.handed_in_at NULLS LAST, r.organisation_id = $1 DESC LIMIT 1) made ON true
"""


async def obligations(organisation: UUID, *, promise_id: UUID | None = None) -> list[Obligation]:
    """All duties that the organisation has a part in, its own among them, or those of one promise, by their day. A replaced promise's only once done."""
    rows = await database.connection().fetch(
        f"{_OBLIGATIONS} WHERE ($2::uuid IS NULL OR o.promise_id = $2) AND (p.stage IS DISTINCT FROM 'replaced' OR o.done_at IS NOT NULL)"
        " ORDER BY o.due_on, o.key, o.id",
        organisation,
        promise_id,
    )
    return [_obligation(row) for row in rows]


async def obligation(organisation: UUID, obligation_id: UUID) -> Obligation:
    """One duty. Raises `NotFound` where it is absent or somebody else's."""
    row = await database.connection().fetchrow(f"{_OBLIGATIONS} WHERE o.id = $2", organisation, obligation_id)
    if row is None:
        raise NotFound
    return _obligation(row)


async def makings(organisation: UUID) -> list[Making]:
    """The texts that may come to follow a promise: new ones and extensions, unsigned, that the organisation may see."""
    rows = await database.connection().fetch(_MAKINGS, organisation)
    return [
        Making(
            row["id"],
            row["promise_id"],
            row["follows_id"],
            row["kind"] == "extension",
            row["is_shared"],
            renewal.typed_day(row["first"]),
            renewal.typed_day(row["last"]),
            frozenset(renewal.typed_ids([*row["named"], str(row["organisation_id"])])),
        )
        for row in rows
    ]


_MAKINGS = """
SELECT w.id, w.promise_id, w.kind, w.organisation_id, w.shared_at IS NOT NULL AS is_shared, x.follows_id,
       w.manuscript -> 0 -> 'fields' ->> 'valid_from' AS first, w.manuscript -> 0 -> 'fields' ->> 'valid_until' AS last,
       ARRAY(SELECT coalesce(y.part -> 'fields' ->> 'organisation', y.part -> 'fields' ->> 'concerns', '')
             FROM jsonb_array_elements(w.manuscript) AS y(part) WHERE y.part ->> 'kind' IN ('party', 'head')) AS named
FROM wording w JOIN promise x ON x.id = w.promise_id JOIN access a ON a.promise_id = w.promise_id AND a.organisation_id = $1
WHERE w.signed_at IS NULL AND w.withdrawn_at IS NULL AND w.kind IN ('first', 'extension') AND (w.organisation_id = $1 OR $1 = ANY(w.shared_with))
ORDER BY w.created_at, w.id
"""


async def taken_over(organisation: UUID, promise_id: UUID) -> list[UUID]:
    """The promises with an end that this one has taken over from, so far as the organisation sees them."""
    rows = await database.connection().fetch(
        "SELECT p.id FROM promise p JOIN access a ON a.promise_id = p.id AND a.organisation_id = $1"
        " WHERE p.id <> $2 AND p.valid_until IS NOT NULL AND successor(p) = $2",
        organisation,
        promise_id,
    )
    return [row["id"] for row in rows]


async def lock(organisation: UUID, obligation_id: UUID) -> None:
    """Locks the promise of a duty: two who change duties of the same promise come one after the other, and neither plans
    reminders from what the other is about to change. A duty without a promise is locked itself. Raises `NotFound`.
    """
    link = database.connection()
    found = await link.fetchrow(f"SELECT o.promise_id FROM obligation o WHERE {_SEEN} AND o.id = $2", organisation, obligation_id)
    if found is None:
        raise NotFound
    if found["promise_id"] is None:
        await link.execute(f"SELECT o.id FROM obligation o WHERE {_SEEN} AND o.id = $2 FOR NO KEY UPDATE", organisation, obligation_id)
    else:
        await link.execute(
            "SELECT p.id FROM promise p JOIN access a ON a.promise_id = p.id AND a.organisation_id = $1 WHERE p.id = $2 FOR NO KEY UPDATE OF p",
            organisation,
            found["promise_id"],
        )


async def followed(organisation: UUID, promise_id: UUID) -> dict[int, dt.date]:
    """How far the follow-ups that are done have reached, by year: the last day that one was about."""
    rows = await database.connection().fetch(
        "SELECT extract(year FROM o.period_until)::int AS year, max(o.period_until) AS last FROM obligation o"
        f" WHERE {_SEEN} AND o.promise_id = $2 AND o.kind = 'follow_up' AND o.done_at IS NOT NULL GROUP BY 1",
        organisation,
        promise_id,
    )
    return {row["year"]: row["last"] for row in rows}


async def sync(organisation: UUID, promise_id: UUID, duties: Sequence[Duty], *, now: dt.datetime) -> None:
    """Makes the rows of a promise what its duties are: new ones come, changed ones follow, unmarked obsolete ones are kept as cancelled.

    What is done stays as it was when it was done, and what a party has marked is never taken away.
    """
    link = database.connection()
    await _require_access(organisation, promise_id)
    await link.execute(
        _CANCEL.format(
            "o.promise_id = $2 AND o.organisation_id IS NULL AND NOT o.key = ANY($3::text[]) AND o.done_at IS NULL"
            " AND NOT EXISTS (SELECT FROM obligation_mark m WHERE m.obligation_id = o.id)"
            " AND NOT EXISTS (SELECT FROM hand_in h WHERE h.follow_up_id = o.id)"
        ),
        now,
        promise_id,
        [duty.key for duty in duties],
    )
    await link.executemany(_UPSERT, [_values(promise_id, duty, None, now) for duty in duties])


async def sync_own(
    organisation: UUID, prefix: str, duties: Sequence[Duty], *, promise_id: UUID | None, done: Mapping[str, dt.datetime] | None, now: dt.datetime
) -> None:
    """Makes the organisation's own duties whose key begins so exactly these. Without `done` what is done or marked stays as it is;
    with it, it says of each key when that was done, and the rest is open.
    """
    link = database.connection()
    if promise_id is not None:
        await _require_access(organisation, promise_id)
    await link.execute(
        _CANCEL.format(
            "o.organisation_id = $2 AND o.promise_id IS NOT DISTINCT FROM $3 AND starts_with(o.key, $4) AND NOT o.key = ANY($5::text[])"
            " AND ($6 OR (o.done_at IS NULL AND NOT EXISTS (SELECT FROM obligation_mark m WHERE m.obligation_id = o.id)))"
        ),
        now,
        organisation,
        promise_id,
        prefix,
        [duty.key for duty in duties],
        done is not None,
    )
    await link.executemany(_UPSERT, [_values(promise_id, replace(duty, owner=organisation), done, now) for duty in duties])


_CANCEL = """
WITH gone AS (DELETE FROM obligation o WHERE {} RETURNING o.*)
INSERT INTO cancelled_obligation (id, promise_id, organisation_id, title, due_on, sequence, cancelled_at)
SELECT g.id, g.promise_id, g.organisation_id, g.title, g.due_on, g.sequence + 1, $1 FROM gone g
"""


def _values(promise_id: UUID | None, duty: Duty, done: Mapping[str, dt.datetime] | None, now: dt.datetime) -> tuple[object, ...]:
    what = (duty.key, duty.kind.value, duty.title, duty.due_on, duty.period_from, duty.period_until, duty.receiver, duty.why)
    return (promise_id, duty.owner, *what, (done or {}).get(duty.key), done is not None, now)


_UPSERT = """
INSERT INTO obligation (promise_id, organisation_id, key, kind, title, due_on, period_from, period_until, receiver, why, done_at,
                        changed_at)
SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::date, $7::date, $8::date, $9::text, $10::text, $11::timestamptz, $13::timestamptz
ON CONFLICT (promise_id, organisation_id, key) DO UPDATE SET title = excluded.title, due_on = excluded.due_on, why = excluded.why,
  period_from = excluded.period_from, period_until = excluded.period_until, done_at = CASE WHEN $12 THEN excluded.done_at ELSE obligation.done_at END,
  changed_at = excluded.changed_at
WHERE obligation.done_at IS NULL OR $12::boolean
"""


async def _require_access(organisation: UUID, promise_id: UUID) -> None:
    if not await database.connection().fetchval(
        "SELECT EXISTS (SELECT FROM access WHERE promise_id = $2 AND organisation_id = $1)", organisation, promise_id
    ):
        raise NotFound


async def add_mark(organisation: UUID, obligation: Obligation, mark: Mark) -> bool:
    """The organisation's own mark; a second one changes nothing, and is told by False."""
    made = await database.connection().fetchval(
        "INSERT INTO obligation_mark (promise_id, obligation_id, organisation_id, by_name, by_office, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (obligation_id, organisation_id) DO NOTHING RETURNING id",
        None if obligation.duty.owner else obligation.promise_id,
        obligation.id,
        organisation,
        mark.by_name,
        mark.by_office,
        mark.note,
        mark.at,
    )
    return made is not None


async def remove_mark(organisation: UUID, obligation_id: UUID) -> bool:
    """The organisation's own mark; another party's stays. False when there was none."""
    mine = (ObligationMark.obligation_id == obligation_id) & (ObligationMark.organisation_id == organisation)
    return bool(await ObligationMark.delete().where(mine).returning(ObligationMark.id))


async def settle(organisation: UUID, obligation: Obligation, done_at: dt.datetime | None, *, now: dt.datetime) -> None:
    """Says when the whole duty was done, or that it is not. Raises `NotFound`."""
    if not await database.connection().fetchval(
        f"UPDATE obligation o SET done_at = $3, changed_at = $4 WHERE {_SEEN} AND o.id = $2 RETURNING true", organisation, obligation.id, done_at, now
    ):
        raise NotFound


async def cancelled(organisation: UUID, since: dt.datetime) -> list[Cancelled]:
    """The duties that the organisation had a part in and that were cancelled after `since`."""
    rows = await database.connection().fetch(
        "SELECT o.id, o.title, coalesce(p.area_name, w.short_name), o.due_on, o.sequence, o.cancelled_at FROM cancelled_obligation o"
        f" LEFT JOIN promise p ON p.id = o.promise_id LEFT JOIN organisation w ON w.id = o.organisation_id WHERE {_SEEN} AND o.cancelled_at > $2",
        organisation,
        since,
    )
    return [Cancelled(*row) for row in rows]


async def tell(organisation: UUID, promise_id: UUID, follow_ups: list[dict[str, object]], *, now: dt.datetime) -> None:
    """Writes how the joint follow-ups stand into what residents read of the promise."""
    await _require_access(organisation, promise_id)
    await database.connection().execute(
        "UPDATE published_promise SET content = jsonb_set(content, '{follow_ups}', $2), changed_at = $3 WHERE promise_id = $1",
        promise_id,
        follow_ups,
        now,
    )


def _obligation(row: Any) -> Obligation:
    when = (row["due_on"], row["period_from"], row["period_until"])
    duty = Duty(row["key"], Kind(row["kind"]), row["title"], *when, row["receiver"], row["owner"], row["why"])
    return Obligation(
        row["id"],
        row["promise_id"],
        row["promise_title"],
        row["area_name"],
        Validity(row["valid_from"], row["valid_until"], row["review_on"]) if row["promise_id"] else None,
        duty,
        tuple(_part(part) for part in row["parts"] or ()),
        row["done_at"],
        frozenset(row["places"]),
        Followed(row["next_id"], row["next_title"], row["next_from"], row["next_since"]) if row["next_id"] else None,
        made=Made(row["made_id"], row["made_by"], row["handed_in"], noted(row["made_for"], row["reported_on"], row["paragraph"]))
        if row["made_id"]
        else None,
        sequence=row["sequence"],
        changed_at=row["changed_at"],
    )


def _part(part: dict[str, Any]) -> Part:
    mark = Mark(part["by_name"], part["by_office"], part["note"], dt.datetime.fromisoformat(part["at"])) if part["at"] else None
    return Part(UUID(part["organisation"]), part["name"], mark)
