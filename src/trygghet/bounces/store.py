"""Rows of letters that came back, and the addresses from which they do."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.bounces.rules import CALM, LOOK_BACK, WITHIN, Bouncing, Came, Standing, Tier
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

_GOING = "CASE WHEN d.state = 'sending' THEN coalesce(nullif(d.address, ''), (SELECT p.email FROM person p WHERE p.id = d.person_id), '') ELSE d.address END"
"""Where a letter went: one that comes back before its row is settled went to its person's address."""
_CAME = ", ".join(_GOING if field.name == "address" else f"d.{field.name}" for field in fields(Came))


# ---------------------------------------------------------------- a letter that came back
async def across_organisations_rows(message_id: str) -> list[Came]:
    """All rows that the letter told of, of whatever organisations, locked."""
    rows = await database.connection().fetch(f"SELECT {_CAME} FROM delivery d WHERE d.message_id = $1 ORDER BY d.id FOR UPDATE", message_id)
    return [Came(*row.values()) for row in rows]


async def across_organisations_refused(now: dt.datetime) -> dict[str, str]:
    """Letters that failed lately and have not been looked at, by Message-ID: the reason that was given."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT ON (d.message_id) d.message_id, d.reason FROM delivery d WHERE d.state = 'failed' AND d.channel = 'mail' AND d.bounced_at IS NULL"
        " AND d.message_id <> '' AND d.settled_at > $1 AND d.settled_at <= $2",
        now - LOOK_BACK,
        now,
    )
    return {row["message_id"]: row["reason"] for row in rows}


async def across_organisations_since(email: str, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When somebody last lifted the address, and when the latest letter was sent to it that has stayed there for a day."""
    row = await database.connection().fetchrow(
        """
        SELECT (SELECT max(e.at) FROM member_event e WHERE e.act = 'mail_resumed' AND e.about = $1),
               (SELECT max(d.settled_at) FROM person p JOIN member m ON m.person_id = p.id
                JOIN delivery d ON d.organisation_id = m.organisation_id AND d.person_id = p.id
                WHERE p.email = $1 AND d.address = $1 AND d.state = 'sent' AND d.bounced_at IS NULL AND d.settled_at <= $2)""",
        email,
        now - CALM,
    )
    assert row is not None, "a row of two answers"
    return row[0], row[1]


async def across_organisations_add(message_id: str, email: str, said: tuple[bool, str, str], now: dt.datetime) -> bool:
    """Keeps that it came back: whether the mailbox is gone, the code and the words. False when that was known."""
    done = await database.connection().execute(
        "INSERT INTO bounce (message_id, email, hard, status, reason, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id) DO NOTHING",
        message_id,
        email,
        *said,
        now,
    )
    return bool(done == "INSERT 0 1")


async def across_organisations_fail(ids: Sequence[UUID], reason: str, now: dt.datetime) -> None:
    """These rows did not arrive after all. A worker that still holds one has its fence turned: what it settles comes too late."""
    await database.connection().execute(
        "UPDATE delivery SET state = 'failed', reason = $2, bounced_at = $3, settled_at = $3, lease_until = NULL, handed_out_until = NULL, fence = fence + 1"
        " WHERE id = ANY($1::uuid[]) AND bounced_at IS NULL AND state <> 'skipped'",
        list(ids),
        reason,
        now,
    )


async def across_organisations_had(organisation: UUID, rung: str) -> tuple[list[UUID], list[UUID]]:
    """Who has been sent the reminder of that rung, or is about to be, and from whom it has come back."""
    rows = await database.connection().fetch(
        "SELECT person_id, bounced_at, state FROM delivery WHERE organisation_id = $1 AND (key = $2 OR key LIKE $2 || ':%') AND person_id IS NOT NULL",
        organisation,
        rung,
    )
    had = [row["person_id"] for row in rows if row["bounced_at"] is None and row["state"] not in {"skipped", "failed"}]
    return had, [row["person_id"] for row in rows if row["bounced_at"] is not None]


async def across_organisations_told(organisation: UUID, duty: str, day: dt.date) -> list[UUID]:
    """Who has been reminded of that duty that day in whatever seat, or is about to be."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT person_id FROM delivery WHERE organisation_id = $1 AND key LIKE $2 || ':%' AND person_id IS NOT NULL AND bounced_at IS NULL"
        " AND state NOT IN ('skipped', 'failed') AND (coalesce(settled_at, due_at) AT TIME ZONE 'Europe/Stockholm')::date = $3",
        organisation,
        duty,
        day,
    )
    return [row["person_id"] for row in rows]


async def across_organisations_count(outcome: str) -> None:
    """One more of these, for the metrics."""
    await database.connection().execute(
        "INSERT INTO inbound_count (outcome, count) VALUES ($1, 1) ON CONFLICT (outcome) DO UPDATE SET count = inbound_count.count + 1", outcome
    )


async def across_organisations_counts() -> dict[str, int]:
    """All that have been counted."""
    return {row["outcome"]: row["count"] for row in await database.connection().fetch("SELECT outcome, count FROM inbound_count ORDER BY outcome")}


# ---------------------------------------------------------------- addresses
async def across_organisations_days(email: str, now: dt.datetime) -> list[dt.datetime]:
    """When letters to the address came back lately, this one included; what was before somebody lifted it is forgotten."""
    rows = await database.connection().fetch(
        "SELECT b.at FROM bounce b WHERE b.email = $1 AND b.at > $2 AND b.at >= coalesce((SELECT s.created_at FROM suppression s WHERE s.email = $1), $3)",
        email,
        now - WITHIN,
        now,
    )
    return [row["at"] for row in rows]


async def across_organisations_suppress(email: str, at: Standing, said: tuple[str, str], now: dt.datetime) -> tuple[UUID, Standing]:
    """Where the address stands now, with its id: what is stopped stays so until somebody lifts it, and a pause is not made shorter."""
    row = await database.connection().fetchrow(
        """
        INSERT INTO suppression AS s (email, tier, until_at, reason, status, last_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
        ON CONFLICT (email) DO UPDATE SET bounces = s.bounces + 1, reason = excluded.reason, status = excluded.status, last_at = excluded.last_at,
          tier = CASE WHEN s.tier = 'stopped' OR (s.tier = 'paused' AND s.until_at > $6 AND excluded.tier = 'watched') THEN s.tier ELSE excluded.tier END,
          until_at = CASE WHEN s.tier = 'stopped' THEN NULL WHEN s.tier = 'paused' AND s.until_at > $6 AND excluded.tier = 'watched' THEN s.until_at
                     ELSE excluded.until_at END
        RETURNING id, tier, until_at""",
        email,
        at.tier,
        at.until,
        *said,
        now,
    )
    assert row is not None, "an upsert returns its row"
    return row["id"], Standing(Tier(row["tier"]), row["until_at"])


async def across_organisations_standing(email: str) -> tuple[UUID, Standing] | None:
    """Where the address stands, with its id; None when it is as good as any."""
    row = await database.connection().fetchrow("SELECT id, tier, until_at FROM suppression WHERE email = $1", email)
    return (row["id"], Standing(Tier(row["tier"]), row["until_at"])) if row else None


async def across_organisations_homes(email: str, today: dt.date) -> tuple[str, list[UUID]]:
    """The name of whom the address belongs to, and where they hold an office that day; no name where it is nobody's."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT p.name, m.organisation_id FROM person p JOIN member m ON m.person_id = p.id AND holds(m, $2) WHERE p.email = $1"
        " ORDER BY m.organisation_id",
        email,
        today,
    )
    return (rows[0]["name"], [row["organisation_id"] for row in rows]) if rows else ("", [])


async def across_organisations_forgive(now: dt.datetime) -> list[str]:
    """Forgets what an address did before a letter to it stayed where it was sent; returns those addresses. What is stopped is a person's to lift."""
    rows = await database.connection().fetch(
        """
        DELETE FROM suppression s WHERE (s.tier = 'watched' OR (s.tier = 'paused' AND s.until_at <= $1)) AND EXISTS
          (SELECT FROM delivery d JOIN person p ON p.id = d.person_id
           WHERE p.email = s.email AND d.address = s.email AND d.state = 'sent' AND d.settled_at > s.last_at AND d.settled_at <= $2)
        RETURNING s.email""",
        now,
        now - CALM,
    )
    return [row["email"] for row in rows]


async def across_organisations_forget(emails: Sequence[str]) -> None:
    """All that is kept of what came back from these addresses, unless they are somebody's who signs in."""
    for table in ("bounce", "suppression"):
        await database.connection().execute(
            f"DELETE FROM {table} WHERE email = ANY($1::text[]) AND NOT EXISTS (SELECT FROM person p WHERE p.email = {table}.email)", list(emails)
        )


async def addresses(organisation: UUID) -> list[Bouncing]:
    """Those of the organisation's people from which mail comes back, what is stopped first."""
    rows = await database.connection().fetch(
        """
        SELECT s.id, s.email, p.name, p.id AS person_id, s.tier, s.until_at, s.bounces, s.reason, s.last_at FROM suppression s JOIN person p ON p.email = s.email
        WHERE EXISTS (SELECT FROM member m WHERE m.organisation_id = $1 AND m.person_id = p.id)
        ORDER BY array_position(ARRAY['stopped', 'paused', 'watched'], s.tier), p.name, s.email""",
        organisation,
    )
    return [_address(row) for row in rows]


async def lift(organisation: UUID, suppression_id: UUID) -> str:
    """Mail goes to the address again; returns it. Raises `NotFound` for one that none of the organisation's people has."""
    found: str | None = await database.connection().fetchval(
        "DELETE FROM suppression s WHERE s.id = $2 AND EXISTS (SELECT FROM person p JOIN member m ON m.person_id = p.id"
        " WHERE p.email = s.email AND m.organisation_id = $1) RETURNING s.email",
        organisation,
        suppression_id,
    )
    if found is None:
        raise NotFound
    return found


def _address(row: Any) -> Bouncing:
    values = dict(row.items())
    return Bouncing(values["id"], values["email"], values["name"], values["person_id"], Tier(values["tier"]), *list(values.values())[5:])
