"""Delivery rows: planned once, handed out, claimed, settled. Also what the ledger shows."""

from __future__ import annotations

from dataclasses import fields
from itertools import groupby
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.deliveries.ledger import NEEDS_HUMAN, PAGE_LENGTH, Choice, Entry
from trygghet.deliveries.publications import Located
from trygghet.deliveries.rules import Delivery, Planned, Settled, State
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

_NAMES = [field.name for field in fields(Delivery)]
_STATE = _NAMES.index("state")
COLUMNS = ", ".join(f"d.{name}" for name in _NAMES)
_AS_THEY_GO = "array_position(ARRAY['page', 'feed'], d.channel), d.created_at, d.id"  # page, feed, then accounts
_SAME_PLACE = "b.status_update_id = d.status_update_id AND b.channel = d.channel AND b.connection_id IS NOT DISTINCT FROM d.connection_id"
_OURS = "(d.organisation_id = $1 OR d.promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1))"


def delivery(row: Any) -> Delivery:
    """A row that begins with `COLUMNS`."""
    found = [*row[: len(_NAMES)]]
    found[_STATE] = State(found[_STATE])
    return Delivery(*found)


# ---------------------------------------------------------------- planning
_INSERT = """
INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, promise_id, obligation_id, status_update_id, connection_id, seat,
                      person_id, lead_days, words, via, act, after_id, created_at)
SELECT w.*, CASE WHEN $2::text IS NOT NULL THEN
         (SELECT b.id FROM delivery b WHERE b.key = $2 AND (b.organisation_id = w.organisation_id OR b.promise_id = w.promise_id)
          ORDER BY b.organisation_id = w.organisation_id DESC LIMIT 1) END, $1
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[],
            $13::text[], $14::uuid[], $15::int[], $16::jsonb[], $17::text[], $18::text[])
  AS w (organisation_id, key, kind, channel, title, due_at, promise_id, obligation_id, status_update_id, connection_id, seat, person_id, lead_days, words,
        via, act)
WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.organisation_id = w.organisation_id AND d.key = w.key
                  AND NOT (d.state = 'planned' AND d.attempts = 0 AND (d.title, d.due_at) IS DISTINCT FROM (w.title, w.due_at))
                  AND NOT (d.state = 'skipped' AND d.kind IN ('publication', 'reminder')) AND NOT (d.state = 'failed' AND d.kind = 'publication')
                  OFFSET 0)
ON CONFLICT (organisation_id, key) DO UPDATE SET title = excluded.title, due_at = excluded.due_at, after_id = excluded.after_id,
  words = excluded.words, state = 'planned', reason = '', attempts = 0, lookups = 0, handed_out_until = NULL, settled_at = NULL,
  person_id = CASE delivery.state WHEN 'skipped' THEN excluded.person_id ELSE delivery.person_id END,
  via = CASE delivery.state WHEN 'skipped' THEN excluded.via ELSE delivery.via END, message_id = '', address = ''
WHERE (delivery.state = 'planned' AND delivery.attempts = 0 AND (delivery.title, delivery.due_at) IS DISTINCT FROM (excluded.title, excluded.due_at))
  OR (delivery.state = 'skipped' AND delivery.kind IN ('publication', 'reminder')) OR (delivery.state = 'failed' AND delivery.kind = 'publication')
"""
_WISH = (
    "organisation_id",
    "key",
    "kind",
    "channel",
    "title",
    "due_at",
    "promise_id",
    "obligation_id",
    "status_update_id",
    "connection_id",
    "seat",
    "person_id",
    "lead_days",
    "words",
    "via",
    "act",
)


_UNWANTED = """
SELECT w.id FROM (SELECT d.* FROM delivery d WHERE {} AND d.due_at > $4 OFFSET 0) w
WHERE w.kind = $2 AND w.state = 'planned' AND w.attempts = 0 AND w.person_id IS NULL AND w.reason = '' AND NOT w.key = ANY($3::text[])
"""
"""Whose they are is asked first (OFFSET 0): before PostgreSQL has counted what was entered a moment ago it would go through all that is planned."""


async def insert(organisation: UUID, wanted: Sequence[Planned], now: dt.datetime) -> None:
    """Plans what is not planned yet, in the order given; a row that waits gets the new title and time, what was ever attempted stays as it is.

    What was skipped and is wanted once more is planned anew: a publication whose key had fallen, a reminder that nobody could get. So is
    a publication that failed, once other words have been agreed on.
    It has not gone out. What is as it should be is read and not locked: a whole country is held against its duties each night. Each wish is
    looked up by its key (OFFSET 0), however little PostgreSQL knows of the table yet.
    """
    del organisation  # each wish names whose it is; the policies hold both parties to their own promises
    for after_key, wishes in groupby(wanted, key=lambda one: one.after_key):  # what follows upon a wish finds it planned
        found = list(wishes)
        columns = [[dict(one.words) if name == "words" else getattr(one, name) for one in found] for name in _WISH]
        await database.connection().execute(_INSERT, now, after_key, *columns)


async def delete_unwanted(organisation: UUID, promise_id: UUID, kind: str, keys: Sequence[str], now: dt.datetime) -> None:
    """Deletes what is planned ahead and no longer wanted. What is due already, or was and waits for the morning, is left: whether it still is
    true is asked when it is sent.
    """
    theirs = _UNWANTED.format(f"{_OURS} AND d.promise_id = $5")
    await _delete(await database.connection().fetch(theirs, organisation, kind, list(keys), now, promise_id))


async def delete_own_unwanted(organisation: UUID, kind: str, keys: Sequence[str], now: dt.datetime) -> None:
    """The same for what the organisation has planned for itself alone, of no promise."""
    own = _UNWANTED.format("d.organisation_id = $1 AND d.promise_id IS NULL")
    await _delete(await database.connection().fetch(own, organisation, kind, list(keys), now))


async def _delete(unwanted: Sequence[Any]) -> None:
    """Deletes these, unless somebody has begun to send them meanwhile."""
    if unwanted:
        still = "DELETE FROM delivery WHERE id = ANY($1::uuid[]) AND state = 'planned' AND attempts = 0 AND person_id IS NULL AND reason = ''"
        await database.connection().execute(still, [row["id"] for row in unwanted])


async def delete_planned(organisation: UUID, promise_id: UUID, keys: Sequence[str]) -> None:
    """Deletes what a promise planned under these keys and nobody has begun to send."""
    await database.connection().execute(
        f"DELETE FROM delivery d WHERE {_OURS} AND d.promise_id = $2 AND d.key = ANY($3::text[]) AND d.state = 'planned' AND d.attempts = 0",
        organisation,
        promise_id,
        list(keys),
    )


async def delete_of_update(organisation: UUID, status_update_id: UUID) -> None:
    """Deletes what a status update planned and nobody has begun to send."""
    await database.connection().execute(
        f"DELETE FROM delivery d WHERE {_OURS} AND d.status_update_id = $2 AND d.state = 'planned' AND d.attempts = 0", organisation, status_update_id
    )


# ---------------------------------------------------------------- settling
async def take_first(organisation: UUID, delivery: Delivery, person_id: UUID) -> None:
    """The row's seat is held by several: it is for this person now."""
    await database.connection().execute(
        "UPDATE delivery SET person_id = $3 WHERE organisation_id = $1 AND id = $2", organisation, delivery.id, person_id
    )


async def address(organisation: UUID, delivery: Delivery, where: str, message_id: str) -> None:
    """Where it goes, written before it goes."""
    await database.connection().execute(
        "UPDATE delivery SET address = $3, message_id = $4 WHERE organisation_id = $1 AND id = $2", organisation, delivery.id, where, message_id
    )


_SETTLE = """
UPDATE delivery SET state = $4, reason = $5, silenced = $12, due_at = coalesce($6, due_at), remote_id = $7, remote_url = $8, handed_out_until = $9,
  lease_until = NULL, lookups = $13, settled_at = CASE WHEN $4 = 'planned' THEN NULL ELSE $10::timestamptz END
WHERE organisation_id = $1 AND id = $2 AND fence = $3 AND state = ANY($11::text[])
"""


async def settle(
    organisation: UUID,
    delivery: Delivery,
    settled: Settled,
    *,
    was: State,
    now: dt.datetime,
    look_at: dt.datetime | None = None,
    remote: tuple[str, str] = ("", ""),
    lasting: bool = True,
) -> bool:
    """Writes what became of this attempt. False when the row has gone on without it: the answer came too late.

    What is not `lasting` does not wait for the disk, and a crash of the database server may lose the last second of it.
    """
    if not lasting:
        await database.connection().execute("SET LOCAL synchronous_commit TO off")
    done = await database.connection().execute(
        _SETTLE,
        organisation,
        delivery.id,
        delivery.fence,
        settled.state,
        settled.reason,
        settled.due_at,
        *remote,
        look_at,
        now,
        [was],
        settled.silenced,
        settled.lookups,
    )
    return bool(done == "UPDATE 1")


async def hold(organisation: UUID, delivery: Delivery, reason: str) -> None:
    """What it waits for is a person: as if it had never been claimed, with the reason why."""
    await database.connection().execute(
        "UPDATE delivery SET state = 'planned', attempts = attempts - 1, lease_until = NULL, reason = $4"
        " WHERE organisation_id = $1 AND id = $2 AND fence = $3 AND state = 'sending'",
        organisation,
        delivery.id,
        delivery.fence,
        reason,
    )


async def late_receipt(organisation: UUID, delivery: Delivery, remote: tuple[str, str], now: dt.datetime) -> bool:
    """The answer to an older attempt: it settles a row that is unclear, and nothing else."""
    done = await database.connection().execute(
        "UPDATE delivery SET state = 'sent', reason = '', remote_id = $3, remote_url = $4, handed_out_until = NULL, settled_at = $5 "
        "WHERE organisation_id = $1 AND id = $2 AND state = 'unclear'",
        organisation,
        delivery.id,
        *remote,
        now,
    )
    return bool(done == "UPDATE 1")


async def looked(organisation: UUID, delivery: Delivery, reason: str, look_at: dt.datetime) -> None:
    """One more look that told nothing."""
    await database.connection().execute(
        "UPDATE delivery SET lookups = lookups + 1, reason = $4, handed_out_until = $5 "
        "WHERE organisation_id = $1 AND id = $2 AND fence = $3 AND state = 'unclear'",
        organisation,
        delivery.id,
        delivery.fence,
        reason,
        look_at,
    )


# ---------------------------------------------------------------- publications in their places
async def located(organisation: UUID, delivery: Delivery) -> Located | None:
    """Where the publication is that this row sends, changes or takes away; None where it is of no update, or one that was never rendered."""
    row = await database.connection().fetchrow(
        f"""
        SELECT s.rendered->>'permalink' AS permalink, s.title, coalesce(s.rendered->'posts'->b.connection_id::text, (
                 SELECT v.content->'posts'->b.connection_id::text FROM status_update_version v WHERE v.status_update_id = s.id
                   AND v.content->'posts' ? b.connection_id::text ORDER BY v.version DESC LIMIT 1)) AS post, b.id, b.state, b.key,
               b.created_at, b.words->'minted' || coalesce($3::jsonb->'minted', '{{}}') AS minted, r.remotes, r.lost
        FROM delivery d JOIN status_update s ON s.id = d.status_update_id
        JOIN LATERAL (SELECT b.* FROM delivery b WHERE {_SAME_PLACE} AND b.act = 'publish' AND b.created_at <= d.created_at
          ORDER BY b.created_at DESC LIMIT 1) b ON true
        LEFT JOIN LATERAL (SELECT min(b.created_at) AS at FROM delivery b WHERE {_SAME_PLACE} AND b.act = 'publish' AND b.created_at > d.created_at) again ON true
        LEFT JOIN LATERAL (SELECT array_agg(ARRAY[l.remote_id, l.remote_url] ORDER BY l.created_at) FILTER (WHERE l.remote_id <> '' OR l.remote_url <> '') AS remotes,
            array_agg(l.words->'minted') FILTER (WHERE l.act = 'edit' AND l.attempts > 0 AND l.remote_id = '' AND l.remote_url = '') AS lost
          FROM (SELECT b.* FROM delivery b WHERE {_SAME_PLACE} AND b.act <> 'retract') l
          WHERE l.created_at >= b.created_at AND (again.at IS NULL OR l.created_at < again.at)) r ON true
        WHERE {_OURS} AND d.id = $2 AND s.rendered ? 'permalink'""",
        organisation,
        delivery.id,
        dict(delivery.words),
    )
    if row is None:
        return None
    post = row["post"] or {}
    remotes = tuple(dict.fromkeys((one[0], one[1]) for one in row["remotes"] or ()))
    return Located(
        row["permalink"],
        post.get("text", row["title"]),
        post.get("payload", {}),
        row["minted"] or {},
        row["created_at"],
        row["key"],
        row["id"],
        State(row["state"]),
        remotes,
        tuple(one for one in row["lost"] or () if one),
    )


async def moved(organisation: UUID, publication_id: UUID, remote: tuple[str, str]) -> None:
    """The publication stands elsewhere in its place: it was taken away and told anew."""
    await database.connection().execute(
        f"UPDATE delivery d SET remote_id = $3, remote_url = $4 WHERE {_OURS} AND d.id = $2", organisation, publication_id, *remote
    )


async def confirm(organisation: UUID, delivery: Delivery, remote: tuple[str, str], now: dt.datetime) -> None:
    """It was fetched back with our mark in it; an address that was not known before is known now."""
    await database.connection().execute(
        "UPDATE delivery SET confirmed_at = $3, looked_at = $3, lookups = 0, remote_id = coalesce(nullif(remote_id, ''), $4),"
        " remote_url = coalesce(nullif(remote_url, ''), $5) WHERE organisation_id = $1 AND id = $2 AND state = 'sent'",
        organisation,
        delivery.id,
        now,
        *remote,
    )


async def missed(organisation: UUID, delivery: Delivery, now: dt.datetime, *, seen: bool) -> bool:
    """It was looked for and not found, or (`seen` False) nobody could tell. True when it had been there and is gone: the second look says so."""
    gone = await database.connection().fetchval(
        "UPDATE delivery SET looked_at = $3, lookups = CASE WHEN $4 THEN lookups + 1 ELSE lookups END,"
        " vanished_at = CASE WHEN $4 AND confirmed_at IS NOT NULL AND lookups >= 1 THEN $3 ELSE vanished_at END"
        " WHERE organisation_id = $1 AND id = $2 AND state = 'sent' AND vanished_at IS NULL RETURNING vanished_at IS NOT NULL",
        organisation,
        delivery.id,
        now,
        seen,
    )
    return bool(gone)


async def get(organisation: UUID, delivery_id: UUID) -> Delivery:
    """One of the organisation's own deliveries, locked until the unit of work ends. Raises `NotFound`."""
    row = await database.connection().fetchrow(
        f"SELECT {COLUMNS} FROM delivery d WHERE d.organisation_id = $1 AND d.id = $2 FOR UPDATE", organisation, delivery_id
    )
    if row is None:
        raise NotFound
    return delivery(row)


# ---------------------------------------------------------------- the ledger
_ENTRY = f"""
SELECT {COLUMNS}, o.short_name, coalesce(h.title, '') AS office, coalesce(c.name, '') AS connection,
       (SELECT s.not_after FROM status_update s WHERE s.id = d.status_update_id) AS not_after,
       CASE WHEN b.state IS NULL OR b.state = 'sent' THEN '' ELSE b.channel END AS waits_for
FROM delivery d JOIN organisation o ON o.id = d.organisation_id
LEFT JOIN LATERAL (SELECT f.title FROM member m JOIN office f ON f.id = m.office_id
  WHERE m.person_id = d.person_id AND m.organisation_id = d.organisation_id AND d.seat IN ('', f.role) ORDER BY m.acting, m.from_on DESC LIMIT 1) h ON true
LEFT JOIN connection c ON c.id = d.connection_id LEFT JOIN delivery b ON b.id = d.after_id
WHERE {_OURS} AND d.state = ANY($2::text[])
"""


def _entry(row: Any) -> Entry:
    return Entry(delivery(row), row["short_name"], row["office"], row["connection"], row["waits_for"], row["not_after"])


async def entries(organisation: UUID, choice: Choice, number: int, until: dt.datetime) -> list[Entry]:
    """One page of our own rows and of what is published in promises that we have a part in, and one row more when there are more.

    The other party's reminders are its own matter.
    """
    order = f"d.due_at{'' if choice.soonest_first else ' DESC'}, d.status_update_id, {_AS_THEY_GO}"
    rows = await database.connection().fetch(
        f"{_ENTRY} AND (d.organisation_id = $1 OR d.kind = 'publication') AND ($3 OR d.due_at <= $4) ORDER BY {order} LIMIT $5 OFFSET $6",
        organisation,
        list(choice.states),
        choice.ahead,
        until,
        PAGE_LENGTH + 1,
        (number - 1) * PAGE_LENGTH,
    )
    return [_entry(row) for row in rows]


async def needs_human(organisation: UUID) -> list[Entry]:
    """Our own rows that failed or are unclear, the latest first."""
    rows = await database.connection().fetch(
        f"{_ENTRY} AND d.organisation_id = $1 ORDER BY d.due_at DESC, d.id LIMIT 100", organisation, list(NEEDS_HUMAN)
    )
    return [_entry(row) for row in rows]


async def of_update(organisation: UUID, status_update_ids: Sequence[UUID]) -> list[Delivery]:
    """Where these status updates went, in the order in which they go."""
    rows = await database.connection().fetch(
        f"SELECT {COLUMNS} FROM delivery d WHERE {_OURS} AND d.status_update_id = ANY($2::uuid[]) ORDER BY {_AS_THEY_GO}",
        organisation,
        list(status_update_ids),
    )
    return [delivery(row) for row in rows]


async def of_promise(organisation: UUID, promise_id: UUID) -> list[Entry]:
    """Our own rows about this promise and all that is published of it, in the order in which they are due."""
    rows = await database.connection().fetch(
        f"{_ENTRY} AND (d.organisation_id = $1 OR d.kind = 'publication') AND d.promise_id = $3 ORDER BY d.due_at, {_AS_THEY_GO}",
        organisation,
        list(State),
        promise_id,
    )
    return [_entry(row) for row in rows]
