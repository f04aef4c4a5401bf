"""People, their sessions and their failed attempts. Signing in comes before any tenant, so most of it looks across organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.members.rules import Member, Person, Session, browser_name
from trygghet.tables import Session as SessionTable
from trygghet.tables import SignInAttempt

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


async def members(organisation: UUID) -> list[Member]:
    """Everyone with a place in the organisation, those who have left it included."""
    rows = await database.connection().fetch(
        "SELECT p.id, p.name, p.email, f.role, f.title, m.until_on FROM member m JOIN office f ON f.id = m.office_id"
        " JOIN person p ON p.id = m.person_id WHERE m.organisation_id = $1",
        organisation,
    )
    return [Member(*row) for row in rows]


async def across_organisations_known_as(slug: str) -> UUID | None:
    """The organisation with this short name in addresses."""
    found: UUID | None = await database.connection().fetchval("SELECT id FROM organisation WHERE slug = $1", slug)
    return found


async def across_organisations_slugs() -> list[str]:
    """The short names of all organisations, in order."""
    return [row["slug"] for row in await database.connection().fetch("SELECT slug FROM organisation ORDER BY slug")]


# ---------------------------------------------------------------- signing in
async def across_organisations_person(email: str) -> Person | None:
    """Who has that address, in lower case."""
    row = await database.connection().fetchrow("SELECT id, password_hash FROM person WHERE email = $1", email)
    return Person(*row) if row else None


async def across_organisations_set_password(person_id: UUID, hashed: str) -> None:
    """Replaces the hash."""
    await database.connection().execute("UPDATE person SET password_hash = $2 WHERE id = $1", person_id, hashed)


async def across_organisations_first_place(person_id: UUID, today: dt.date) -> UUID | None:
    """The organisation that a new session begins in; None when every membership has ended."""
    found: UUID | None = await database.connection().fetchval(
        "SELECT o.id FROM member m JOIN organisation o ON o.id = m.organisation_id"
        " WHERE m.person_id = $1 AND holds(m, $2) ORDER BY o.name LIMIT 1",
        person_id,
        today,
    )
    return found


async def across_organisations_attempts(key: str, since: dt.datetime) -> list[dt.datetime]:
    """When somebody failed under this key. Others who ask about the same key wait until this unit of work is over."""
    link = database.connection()
    await link.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key)
    return [row["at"] for row in await link.fetch("SELECT at FROM sign_in_attempt WHERE key = $1 AND at > $2", key, since)]


async def across_organisations_add_attempts(keys: Sequence[str], at: dt.datetime, *, forget_before: dt.datetime) -> None:
    """Counts an attempt under each key, and forgets those that no longer count."""
    await SignInAttempt.delete().where(SignInAttempt.at < forget_before)
    await database.connection().executemany("INSERT INTO sign_in_attempt (key, at) VALUES ($1, $2)", [(key, at) for key in keys])


async def across_organisations_forget_attempts(key: str, address_key: str, at: dt.datetime) -> None:
    """The right password came: the account's failures are forgotten, and this attempt is none of the address's."""
    await database.connection().execute("DELETE FROM sign_in_attempt WHERE key = $1 OR (key = $2 AND at = $3)", key, address_key, at)


# ---------------------------------------------------------------- sessions
async def across_organisations_add_session(token_hash: bytes, person_id: UUID, organisation: UUID, agent: str, at: dt.datetime) -> None:
    """A new session; only the hash of its token is kept."""
    await database.connection().execute(
        "INSERT INTO session (token_hash, person_id, organisation_id, agent, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)",
        token_hash,
        person_id,
        organisation,
        agent,
        at,
    )


async def across_organisations_end_session_of(token_hash: bytes) -> None:
    """Ends the session that this token opens, if there is one."""
    await SessionTable.delete().where(SessionTable.token_hash == token_hash)


async def across_organisations_forget_sessions(*, unseen_since: dt.datetime, begun_before: dt.datetime) -> None:
    """Removes what no longer opens anything."""
    await SessionTable.delete().where((SessionTable.seen_at <= unseen_since) | (SessionTable.created_at <= begun_before))


async def across_organisations_sessions(person_id: UUID, here: UUID, *, unseen_since: dt.datetime, begun_before: dt.datetime) -> list[Session]:
    """The person's living sessions: this one first, then the most recently seen."""
    rows = await database.connection().fetch(
        "SELECT s.id, s.agent, s.created_at, s.seen_at, o.name FROM session s JOIN organisation o ON o.id = s.organisation_id"
        " WHERE s.person_id = $1 AND s.seen_at > $3 AND s.created_at > $4 ORDER BY s.id <> $2, s.seen_at DESC",
        person_id,
        here,
        unseen_since,
        begun_before,
    )
    return [Session(row["id"], browser_name(row["agent"]), row["created_at"], row["seen_at"], row["name"], row["id"] == here) for row in rows]


async def across_organisations_end_session(person_id: UUID, session_id: UUID) -> bool:
    """Ends one of the person's own sessions; False when it is not theirs."""
    return bool(await SessionTable.delete().where(SessionTable.id == session_id, SessionTable.person_id == person_id).returning(SessionTable.id))


async def across_organisations_end_other_sessions(person_id: UUID, keep: UUID) -> None:
    """Ends all of the person's sessions but one."""
    await SessionTable.delete().where(SessionTable.person_id == person_id, SessionTable.id != keep)


async def across_organisations_move_session(session_id: UUID, organisation: UUID) -> None:
    """From now on the session acts for this organisation."""
    await SessionTable.update({SessionTable.organisation_id: organisation}).where(SessionTable.id == session_id)
