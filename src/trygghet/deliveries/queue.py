"""The worker's side of delivery rows, of all organisations at once: what is due, what is ours to send, what has gone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from trygghet import database
from trygghet.deliveries.publications import AN_HOUR, SOON, WEEK, Obstacle
from trygghet.deliveries.rules import LONGEST_WAIT, MAX_LOOKUPS, Delivery
from trygghet.deliveries.store import COLUMNS, delivery
from trygghet.swedish import MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

_DAILY_LOCK = 0x6461696C  # any number that nothing else in this database locks
_LONGEST_SEATING = dt.timedelta(minutes=5)
_STOPPED = """(CASE
  WHEN d.act <> 'retract' AND EXISTS (SELECT FROM publishing_stop t WHERE t.lifted_at IS NULL AND t.organisation_id IS NULL)
    THEN 'Väntar: all publicering är stoppad i hela installationen.'
  WHEN d.act <> 'retract' THEN (
    SELECT 'Väntar: ' || o.name || ' har stoppat sin publicering.' FROM publishing_stop t JOIN organisation o ON o.id = t.organisation_id
    WHERE t.lifted_at IS NULL AND (t.organisation_id = d.organisation_id OR EXISTS (
      SELECT FROM party y JOIN status_update s ON s.promise_id = y.promise_id AND s.voice = 'joint'
      WHERE s.id = d.status_update_id AND y.organisation_id = t.organisation_id)) LIMIT 1) END)"""
_SHUT = """(SELECT CASE c.state WHEN 'needs_human' THEN 'Väntar på att ' || c.name || ' återansluts. ' || c.state_why
  ELSE 'Väntar: ' || c.name || ' är avstängd.' END FROM connection c WHERE c.id = d.connection_id AND c.state IN ('needs_human', 'off'))"""
_HELD = f"coalesce({_STOPPED}, {_SHUT})"
"""Why a publication must wait for a person, and NULL where it need not: a stop stands, of the installation, of whose it is, or of a party in whose
name too it is told, which a withdrawal passes; or the account must be renewed."""
_SECRET = f"""(SELECT 'Väntar: ”' || a.title || '” får inte berättas före ' || extract(day FROM a.public_after) || ' '
    || (ARRAY[{", ".join(f"'{month}'" for month in MONTHS)}])[extract(month FROM a.public_after)::int] || ' ' || extract(year FROM a.public_after)
  FROM status_update s JOIN activity a ON a.id = s.activity_id AND a.promise_id = s.promise_id
  WHERE s.id = d.status_update_id AND d.act <> 'retract' AND a.public_after > ($1::timestamptz AT TIME ZONE 'Europe/Stockholm')::date)"""
"""Why what both have approved waits for a day: the parties have agreed since then that not a word of its activity is said before."""
_IN_FLIGHT = """EXISTS (SELECT FROM delivery b WHERE b.status_update_id = d.status_update_id AND b.channel = d.channel
  AND b.connection_id IS NOT DISTINCT FROM d.connection_id AND b.id <> d.id AND (b.state = 'sending'
    OR (d.act = 'edit' AND b.act <> 'retract' AND (b.created_at, b.id) < (d.created_at, d.id) AND b.state IN ('planned', 'unclear', 'manual'))
    OR (d.act = 'publish' AND b.act = 'retract' AND b.created_at < d.created_at AND b.state IN ('planned', 'unclear', 'manual'))))"""
"""Whether an earlier act in the same place must come to its end first: whatever is being sent, before a correction all that it corrects, and before it
is told again that it is taken away."""


# ---------------------------------------------------------------- handing out
async def across_organisations_silent(wall: dt.datetime, limit: int) -> list[Delivery]:
    """Rows whose worker has been silent for longer than its lease, locked."""
    rows = await database.connection().fetch(
        f"SELECT {COLUMNS} FROM delivery d WHERE d.state = 'sending' AND d.lease_until <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED", wall, limit
    )
    return [delivery(row) for row in rows]


async def across_organisations_skip_followers(now: dt.datetime) -> None:
    """What was to follow upon a delivery that was skipped is skipped for the same reason, all along the chain."""
    await database.connection().execute(
        """
        WITH RECURSIVE chain AS (
          SELECT d.id, b.reason FROM delivery d JOIN delivery b ON b.id = d.after_id WHERE d.state = 'planned' AND d.after_id IS NOT NULL AND b.state = 'skipped'
          UNION SELECT d.id, c.reason FROM delivery d JOIN chain c ON c.id = d.after_id WHERE d.state = 'planned' AND d.after_id IS NOT NULL)
        UPDATE delivery d SET state = 'skipped', reason = chain.reason, settled_at = $1 FROM chain WHERE d.id = chain.id""",
        now,
    )


async def across_organisations_shorten(wall: dt.datetime, lease: dt.timedelta) -> None:
    """A lease that ends later than any can was given before the machine's clock was turned back: it ends a lease from now."""
    await database.connection().execute(
        "UPDATE delivery SET lease_until = $1 WHERE state = 'sending' AND lease_until > $2", wall + lease, wall + 2 * lease
    )


async def across_organisations_hand_out(now: dt.datetime, wall: dt.datetime, until: dt.datetime, limit: int) -> list[tuple[UUID, str]]:
    """Stamps what is due, oldest first, and unclear rows whose turn it is to be looked up; returns ids with channels.

    Several may do this at once: a locked row is somebody else's. A stamp far beyond `until` was set by a clock that has been turned back.
    """
    rows = await database.connection().fetch(
        f"""
        WITH due AS (SELECT d.id FROM delivery d WHERE d.state = 'planned' AND d.due_at <= $1 AND d.kind NOT IN ('reminder', 'summary')
                       AND (d.handed_out_until IS NULL OR d.handed_out_until <= $2 OR d.handed_out_until > $5)
                       AND (d.after_id IS NULL OR EXISTS (SELECT FROM delivery b WHERE b.id = d.after_id AND b.state = 'sent'))
                       AND (d.kind <> 'publication' OR (NOT {_IN_FLIGHT} AND {_HELD} IS NULL AND {_SECRET} IS NULL))
                     ORDER BY d.due_at LIMIT $4 FOR UPDATE OF d SKIP LOCKED)
        UPDATE delivery d SET handed_out_until = $3 FROM due WHERE d.id = due.id RETURNING d.id, d.channel""",
        now,
        wall,
        until,
        limit,
        until + (until - wall),
    )
    unclear = await database.connection().fetch(
        """
        WITH due AS (SELECT d.id FROM delivery d WHERE d.state = 'unclear' AND d.lookups < $4
                       AND (d.handed_out_until IS NULL OR d.handed_out_until <= $1)
                     LIMIT $3 FOR UPDATE SKIP LOCKED)
        UPDATE delivery d SET handed_out_until = $2 FROM due WHERE d.id = due.id RETURNING d.id, d.channel""",
        wall,
        until,
        limit,
        MAX_LOOKUPS,
    )
    return [(row["id"], row["channel"]) for row in [*rows, *unclear]]


async def across_organisations_hand_out_daily(
    now: dt.datetime, wall: dt.datetime, until: dt.datetime, people: int
) -> list[tuple[UUID, tuple[UUID, ...]]]:
    """Stamps all that is due to so many people, whose is due longest first; returns each person with the ids of their rows.

    One at a time, so that nobody's day is split between two letters; whoever comes second gets nothing. Nor is anything handed out while
    another still finds people for what is due; but a row that finds none for five minutes holds nobody up. Whose letter is on its way waits
    for what becomes of it, so that all of its rows are tried together; what was refused and waits for its next attempt joins the day's letter.
    """
    if not await database.connection().fetchval("SELECT pg_try_advisory_xact_lock($1)", _DAILY_LOCK) or await _is_being_seated(now):
        return []
    rows = await database.connection().fetch(
        """
        WITH waiting AS (SELECT d.id, d.person_id, min(d.due_at) OVER (PARTITION BY d.person_id) AS since FROM delivery d
                         WHERE d.state = 'planned' AND d.kind IN ('reminder', 'summary') AND d.person_id IS NOT NULL AND d.due_at <= $1
                           AND (d.handed_out_until IS NULL OR d.handed_out_until <= $2 OR d.handed_out_until > $5)
                           AND d.person_id NOT IN (SELECT s.person_id FROM delivery s WHERE s.state = 'sending' AND s.person_id IS NOT NULL)),
             ranked AS (SELECT w.id, w.person_id, dense_rank() OVER (ORDER BY w.since, w.person_id) AS place FROM waiting w),
             refused AS (SELECT d.id FROM delivery d WHERE d.person_id IN (SELECT r.person_id FROM ranked r WHERE r.place <= $4)
                           AND d.state = 'planned' AND d.kind IN ('reminder', 'summary')
                           AND d.attempts > 0 AND d.address = '' AND d.due_at > $1 AND d.due_at <= $6),
             due AS (SELECT d.id FROM delivery d WHERE d.id = ANY (ARRAY(SELECT r.id FROM ranked r WHERE r.place <= $4 UNION SELECT r.id FROM refused r))
                     FOR UPDATE SKIP LOCKED)
        UPDATE delivery d SET handed_out_until = $3 FROM due WHERE d.id = due.id RETURNING d.id, d.person_id""",
        now,
        wall,
        until,
        people,
        until + (until - wall),
        now + LONGEST_WAIT,
    )
    found: dict[UUID, tuple[UUID, ...]] = {}
    for row in rows:
        found[row["person_id"]] = (*found.get(row["person_id"], ()), row["id"])
    return list(found.items())


async def _is_being_seated(now: dt.datetime) -> bool:
    found = await database.connection().fetchval(
        "SELECT EXISTS (SELECT FROM delivery d WHERE d.state = 'planned' AND d.kind IN ('reminder', 'summary') AND d.person_id IS NULL"
        " AND d.due_at <= $1 AND d.due_at > $2)",
        now,
        now - _LONGEST_SEATING,
    )
    return bool(found)


async def across_organisations_take_back(ids: Sequence[UUID]) -> None:
    """The queue did not take them: they are handed out at the next tick."""
    await database.connection().execute("UPDATE delivery SET handed_out_until = NULL WHERE id = ANY($1::uuid[]) AND state = 'planned'", list(ids))
    await database.connection().execute(
        "UPDATE delivery SET handed_out_until = created_at WHERE id = ANY($1::uuid[]) AND state = 'unclear'", list(ids)
    )


async def across_organisations_unclear(ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Those whose outcome nobody knows, each with its organisation."""
    rows = await database.connection().fetch("SELECT organisation_id, id FROM delivery WHERE id = ANY($1::uuid[]) AND state = 'unclear'", list(ids))
    return [(row["organisation_id"], row["id"]) for row in rows]


# ---------------------------------------------------------------- publications
async def across_organisations_hold(now: dt.datetime) -> None:
    """Says of each publication that is due why it waits for a person or a day, so that people see it."""
    await database.connection().execute(
        f"""
        WITH held AS (SELECT d.id, coalesce({_HELD}, {_SECRET}) AS why FROM delivery d WHERE d.kind = 'publication' AND d.state = 'planned' AND d.due_at <= $1)
        UPDATE delivery d SET reason = held.why FROM held WHERE d.id = held.id AND held.why IS NOT NULL AND d.reason <> held.why AND d.state = 'planned'""",
        now,
    )


async def across_organisations_expire(now: dt.datetime, wall: dt.datetime, repeatable: Sequence[str]) -> None:
    """What has not gone out by the last moment that its update allows never does. Where an attempt may have arrived it is looked up first."""
    await database.connection().execute(
        """
        UPDATE delivery d SET state = CASE WHEN d.attempts > 0 AND d.lookups = 0 AND d.channel = ANY($3::text[]) AND d.connection_id IS NOT NULL
                                           THEN 'unclear' ELSE 'skipped' END,
          reason = 'Hann inte ut före den senaste tiden.', settled_at = $1, handed_out_until = $2, lookups = 0
        FROM status_update s WHERE s.id = d.status_update_id AND d.kind = 'publication' AND d.state = 'planned' AND d.act = 'publish'
          AND d.due_at <= $1 AND s.not_after <= $1""",
        now,
        wall,
        list(repeatable),
    )


async def across_organisations_obstacle(delivery: Delivery) -> Obstacle | None:
    """What stands in the way of this attempt, asked directly before it. None also where the row has gone on without us: settling tells."""
    row = await database.connection().fetchrow(
        f"""
        SELECT {_HELD} AS held, CASE WHEN d.act <> 'retract' AND s.withdrawn_at IS NOT NULL THEN 'Tillbakadragen: ' || s.withdrawn_why END AS over
        FROM delivery d LEFT JOIN status_update s ON s.id = d.status_update_id WHERE d.id = $1""",
        delivery.id,
    )
    if row is None or (row["over"] is None and row["held"] is None):
        return None
    return Obstacle(row["over"] or row["held"], for_good=row["over"] is not None)


async def across_organisations_to_look_for(now: dt.datetime, limit: int) -> list[UUID]:
    """Publications that stand in somebody's account and whose turn it is to be looked for, those first that have waited longest.

    What has not been confirmed: ten minutes after it went, and then each time six times as late, to a week. What has been confirmed: each
    week, and after a look that missed it an hour later. What is to be taken away is looked for no more, nor what has been found gone.
    """
    rows = await database.connection().fetch(
        """
        SELECT d.id FROM delivery d WHERE d.kind = 'publication' AND d.state = 'sent' AND d.connection_id IS NOT NULL AND d.act <> 'retract'
          AND d.vanished_at IS NULL AND (d.act = 'publish' OR d.confirmed_at IS NULL) AND (d.remote_id <> '' OR d.remote_url <> '')
          AND coalesce(d.looked_at, d.settled_at) <= $1::timestamptz - CASE
            WHEN d.confirmed_at IS NOT NULL AND d.lookups > 0 THEN $4::interval
            WHEN d.confirmed_at IS NOT NULL THEN $5::interval
            WHEN d.looked_at IS NULL THEN '0'::interval
            ELSE least(greatest((d.looked_at - d.settled_at) * 5, $3::interval), $5::interval) END
          AND EXISTS (SELECT FROM connection c WHERE c.id = d.connection_id AND c.state IN ('ok', 'warning'))
          AND NOT EXISTS (SELECT FROM delivery r WHERE r.status_update_id = d.status_update_id AND r.connection_id = d.connection_id
            AND r.act = 'retract' AND r.created_at >= d.created_at AND r.state NOT IN ('skipped', 'failed'))
          AND EXISTS (SELECT FROM status_update s WHERE s.id = d.status_update_id AND s.withdrawn_at IS NULL)
        ORDER BY coalesce(d.looked_at, d.settled_at) LIMIT $2""",
        now,
        limit,
        SOON,
        AN_HOUR,
        WEEK,
    )
    return [row["id"] for row in rows]


async def across_organisations_sent_ones(ids: Sequence[UUID]) -> list[Delivery]:
    """Those of them that have gone out."""
    rows = await database.connection().fetch(f"SELECT {COLUMNS} FROM delivery d WHERE d.id = ANY($1::uuid[]) AND d.state = 'sent'", list(ids))
    return [delivery(row) for row in rows]


# ---------------------------------------------------------------- claiming and settling
async def across_organisations_claim(ids: Sequence[UUID], lease_until: dt.datetime, domain: str) -> list[Delivery]:
    """Rows that were handed out become ours to send; whoever comes second gets none. The fence tells this attempt from older ones.

    What goes into a day's letter gets its Message-ID here unless it has one, the same for all of one person's rows, so that a crash at any
    moment after this leaves behind under which name the letter may have gone out. Its local part is an id that no other claim can make.
    """
    rows = await database.connection().fetch(
        f"""
        UPDATE delivery d SET state = 'sending', attempts = d.attempts + 1, fence = d.fence + 1, lease_until = $2, handed_out_until = NULL,
          message_id = CASE WHEN d.message_id = '' AND d.kind IN ('reminder', 'summary') AND d.person_id IS NOT NULL
            THEN '<' || md5($3 || d.person_id)::uuid || '@' || $4 || '>' ELSE d.message_id END
        WHERE d.id = ANY($1::uuid[]) AND d.state = 'planned' AND d.handed_out_until IS NOT NULL
        RETURNING {COLUMNS}""",
        list(ids),
        lease_until,
        str(uuid4()),
        domain,
    )
    return sorted((delivery(row) for row in rows), key=lambda one: (one.due_at, one.created_at, one.id))


class Letterhead(NamedTuple):
    """What a row says of its letter: where it goes, under which Message-ID, and with which title; an empty title leaves the planned one."""

    address: str
    message_id: str
    title: str = ""


async def across_organisations_address(rows: Sequence[tuple[Delivery, Letterhead]]) -> None:
    """Where letters went that may not be taken for sent."""
    await database.connection().execute(
        "UPDATE delivery d SET address = w.address, message_id = w.message_id, title = coalesce(nullif(w.title, ''), d.title)"
        " FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[]) AS w (id, fence, address, message_id, title)"
        " WHERE d.id = w.id AND d.fence = w.fence AND d.state = 'sending'",
        *([one.id for one, _ in rows], [one.fence for one, _ in rows]),
        *([head.address for _, head in rows], [head.message_id for _, head in rows], [head.title for _, head in rows]),
    )


async def across_organisations_unname(rows: Sequence[Delivery]) -> None:
    """Nothing was written of these, while a letter of that name goes out without them: what they say another time is another letter."""
    await database.connection().execute(
        "UPDATE delivery SET message_id = '' WHERE id = ANY($1::uuid[]) AND address = '' AND state IN ('planned', 'skipped', 'failed')",
        [one.id for one in rows],
    )


async def across_organisations_may_have_gone(delivery: Delivery) -> None:
    """The worker at a day's letter died: the letter may have gone to where its person was reached then, and so it has an address."""
    await database.connection().execute(
        "UPDATE delivery d SET address = p.email FROM person p WHERE d.id = $1 AND d.kind IN ('reminder', 'summary') AND d.address = '' AND p.id = d.person_id",
        delivery.id,
    )


async def across_organisations_sent(rows: Sequence[tuple[Delivery, Letterhead, str]], now: dt.datetime) -> set[UUID]:
    """Settles what the mail server has taken, with where it went and what the server called it; returns the ids of those that had not gone on without us.

    It does not wait for the disk: that costs more than the sending, and if the server crashes a few go out once more.
    """
    done = await database.connection().fetch(
        "UPDATE delivery d SET state = 'sent', reason = '', remote_id = w.remote_id, remote_url = '', handed_out_until = NULL, lease_until = NULL,"
        " lookups = 0, settled_at = $7, address = w.address, message_id = w.message_id, title = coalesce(nullif(w.title, ''), d.title)"
        " FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[]) AS w (id, fence, remote_id, address, message_id, title)"
        " WHERE d.id = w.id AND d.fence = w.fence AND d.state = 'sending'"
        " RETURNING d.id, set_config('synchronous_commit', 'off', true)",  # heeded when the unit of work ends; asked for alone it would cost a turn
        *([one.id for one, _, _ in rows], [one.fence for one, _, _ in rows], [remote for _, _, remote in rows]),
        *([head.address for _, head, _ in rows], [head.message_id for _, head, _ in rows], [head.title for _, head, _ in rows]),
        now,
    )
    return {row["id"] for row in done}


async def across_organisations_unseat(rows: Sequence[Delivery]) -> None:
    """The person whom these had found has left: as if they had never been claimed, and nobody's yet."""
    await database.connection().execute(
        "UPDATE delivery d SET state = 'planned', attempts = d.attempts - 1, lease_until = NULL, person_id = NULL, via = '', message_id = '', address = ''"
        " FROM unnest($1::uuid[], $2::int[]) AS w (id, fence) WHERE d.id = w.id AND d.fence = w.fence AND d.state = 'sending'",
        [one.id for one in rows],
        [one.fence for one in rows],
    )


async def across_organisations_not_taken(rows: Sequence[Delivery]) -> None:
    """No mail server has had their letter, at this attempt or before: it has no address, and what is new to the same person may join it."""
    await database.connection().execute(
        "UPDATE delivery SET address = '' WHERE id = ANY($1::uuid[]) AND state = 'planned'", [one.id for one in rows if not one.address]
    )


async def across_organisations_give_back(rows: Sequence[Delivery]) -> None:
    """The lease ran short before their turn came: as if they had never been claimed."""
    await database.connection().execute(
        "UPDATE delivery d SET state = 'planned', attempts = d.attempts - 1, lease_until = NULL"
        " FROM unnest($1::uuid[], $2::int[]) AS w (id, fence) WHERE d.id = w.id AND d.fence = w.fence AND d.state = 'sending'",
        [one.id for one in rows],
        [one.fence for one in rows],
    )
