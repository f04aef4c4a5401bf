"""People, their sessions and their failed attempts. Signing in comes before any tenant, so most of it looks across organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.members.invited import Invitation
from trygghet.members.log import Actor, Event, Happened
from trygghet.members.offices import Holding, Office, Term
from trygghet.members.rules import Person, Session, browser_name
from trygghet.tables import Session as SessionTable
from trygghet.tables import SignInAttempt

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


# ---------------------------------------------------------------- offices and who holds them
async def lock(organisation: UUID) -> None:
    """One change of an organisation's people at a time, so that two administrators cannot take each other away at once."""
    await database.connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", str(organisation))


async def offices(organisation: UUID) -> list[Office]:
    """Every office that the organisation has or had."""
    rows = await database.connection().fetch(
        "SELECT id, title, role, until_on FROM office WHERE organisation_id = $1 ORDER BY title, role", organisation
    )
    return [Office(*row) for row in rows]


async def holdings(organisation: UUID) -> list[Holding]:
    """Everybody's time in every office, those who have left included."""
    rows = await database.connection().fetch(
        "SELECT m.id, m.person_id, p.name, p.email, f.id AS office_id, f.title, f.role, f.until_on AS office_until, m.from_on, m.until_on, m.acting,"
        " m.ended_at FROM member m JOIN office f ON f.id = m.office_id JOIN person p ON p.id = m.person_id"
        " WHERE m.organisation_id = $1 ORDER BY p.name, p.id, m.acting, m.from_on",
        organisation,
    )
    return [
        Holding(
            row["id"],
            row["person_id"],
            row["name"],
            row["email"],
            Office(row["office_id"], row["title"], row["role"], row["office_until"]),
            Term(row["from_on"], row["until_on"], row["acting"]),
            row["ended_at"],
        )
        for row in rows
    ]


async def add_office(organisation: UUID, title: str, role: str, now: dt.datetime) -> UUID:
    """A new office, or one that had its last day and is needed again."""
    found: UUID = await database.connection().fetchval(
        "INSERT INTO office (organisation_id, title, role, created_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (organisation_id, title, role) DO UPDATE SET until_on = NULL RETURNING id",
        organisation,
        title,
        role,
        now,
    )
    return found


async def close_office(organisation: UUID, office_id: UUID, last: dt.date) -> None:
    """Gives the office its last day."""
    await database.connection().execute("UPDATE office SET until_on = $3 WHERE organisation_id = $1 AND id = $2", organisation, office_id, last)


async def add_holding(organisation: UUID, person_id: UUID, office_id: UUID, term: Term, now: dt.datetime) -> None:
    """Somebody's time in one of the organisation's own offices."""
    await database.connection().execute(
        "INSERT INTO member (organisation_id, person_id, office_id, from_on, until_on, acting, created_at)"
        " SELECT f.organisation_id, $2, f.id, $4, $5, $6, $7 FROM office f WHERE f.organisation_id = $1 AND f.id = $3",
        organisation,
        person_id,
        office_id,
        term.first,
        term.last,
        term.acting,
        now,
    )


async def set_last_day(organisation: UUID, holding_id: UUID, last: dt.date | None, ended_at: dt.datetime | None) -> None:
    """The last day of a holding; with `ended_at` it is over from that moment."""
    await database.connection().execute(
        "UPDATE member SET until_on = $3, ended_at = $4 WHERE organisation_id = $1 AND id = $2", organisation, holding_id, last, ended_at
    )


async def unheard(organisation: UUID, seat: str, since: dt.date | None) -> int:
    """How many letters to a seat found nobody in it, since a day or ever."""
    found: int = await database.connection().fetchval(
        "SELECT count(*) FROM delivery WHERE organisation_id = $1 AND seat = $2 AND state = 'skipped' AND reason ~ '^Ingen (har rollen|hos er)'"
        " AND ($3::date IS NULL OR (settled_at AT TIME ZONE 'Europe/Stockholm')::date >= $3)",
        organisation,
        seat,
        since,
    )
    return found


# ---------------------------------------------------------------- what was done, and who is invited
async def add_event(organisation: UUID, by: Actor, happened: Happened, now: dt.datetime) -> None:
    """Adds to the log."""
    await database.connection().execute(
        "INSERT INTO member_event (organisation_id, at, by_person_id, by_name, by_office, act, about, about_person_id, office, role, from_on, until_on, at_once, colleague)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        organisation,
        now,
        by.person_id,
        by.name,
        by.office,
        happened.act,
        happened.about,
        happened.person_id,
        happened.office,
        happened.role,
        happened.first,
        happened.last,
        happened.at_once,
        happened.colleague,
    )


async def events(organisation: UUID, *, person_id: UUID | None = None, limit: int) -> list[Event]:
    """The log, latest first: all of it, or what is about one person."""
    rows = await database.connection().fetch(
        "SELECT at, by_name, by_office, by_person_id, act, about, about_person_id, office, role, from_on, until_on, at_once, colleague FROM member_event"
        " WHERE organisation_id = $1 AND ($2::uuid IS NULL OR about_person_id = $2) ORDER BY at DESC, act LIMIT $3",
        organisation,
        person_id,
        limit,
    )
    return [Event(row["at"], Actor(row["by_name"], row["by_office"], row["by_person_id"]), Happened(*row[4:])) for row in rows]


async def invitations(organisation: UUID) -> list[Invitation]:
    """Everybody who was ever invited, the latest first, with what became of the latest letter."""
    rows = await database.connection().fetch(f"{_INVITATION} WHERE i.organisation_id = $1 ORDER BY i.sent_at DESC, i.email", organisation)
    return [_invitation(row) for row in rows]


async def across_organisations_invitation(invitation_id: UUID) -> Invitation | None:
    """The invitation with this id; others who open it at the same moment wait until this unit of work is over."""
    row = await database.connection().fetchrow(f"{_INVITATION} WHERE i.id = $1 FOR UPDATE OF i", invitation_id)
    return _invitation(row) if row else None


_INVITATION = """
SELECT i.id, i.organisation_id, o.name AS organisation_name, i.email, f.id AS office_id, f.title, f.role, f.until_on AS office_until,
       i.from_on, i.until_on, i.acting, i.by_name, i.by_office, i.round, i.nonce, i.sent_at, i.expires_at, i.opened_at, i.used_at, i.revoked_at,
       CASE WHEN d.state IN ('failed', 'unclear') THEN d.reason ELSE '' END AS lost,
       coalesce(d.state = 'planned', false) AS waits
FROM invitation i JOIN office f ON f.id = i.office_id JOIN organisation o ON o.id = i.organisation_id
LEFT JOIN delivery d ON d.organisation_id = i.organisation_id AND d.key = 'invitation:' || i.id || ':' || i.round
"""


def _invitation(row: Any) -> Invitation:
    return Invitation(
        row["id"],
        row["organisation_id"],
        row["organisation_name"],
        row["email"],
        Office(row["office_id"], row["title"], row["role"], row["office_until"]),
        Term(row["from_on"], row["until_on"], row["acting"]),
        row["by_name"],
        row["by_office"],
        row["round"],
        row["nonce"],
        row["sent_at"],
        row["expires_at"],
        row["opened_at"],
        row["used_at"],
        row["revoked_at"],
        row["lost"] or "",
        row["waits"],
    )


# ---------------------------------------------------------------- organisations
async def across_organisations_known_as(slug: str) -> UUID | None:
    """The organisation with this short name in addresses."""
    found: UUID | None = await database.connection().fetchval("SELECT id FROM organisation WHERE slug = $1 AND kind <> 'canary'", slug)
    return found


async def across_organisations_slugs() -> list[str]:
    """The short names of all organisations, in order."""
    return [row["slug"] for row in await database.connection().fetch("SELECT slug FROM organisation WHERE kind <> 'canary' ORDER BY slug")]


# ---------------------------------------------------------------- signing in
async def across_organisations_person(email: str) -> Person | None:
    """Who has that address, in lower case."""
    row = await database.connection().fetchrow("SELECT id, name, password_hash FROM person WHERE email = $1", email)
    return Person(*row) if row else None


async def across_organisations_add_person(person_id: UUID, email: str, name: str, hashed: str, now: dt.datetime) -> bool:
    """Somebody new; False when somebody else has got that address meanwhile."""
    done = await database.connection().execute(
        "INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING",
        person_id,
        email,
        name,
        hashed,
        now,
    )
    return bool(done == "INSERT 0 1")


async def across_organisations_set_password(person_id: UUID, hashed: str) -> None:
    """Replaces the hash."""
    await database.connection().execute("UPDATE person SET password_hash = $2 WHERE id = $1", person_id, hashed)


async def across_organisations_first_place(person_id: UUID, today: dt.date) -> UUID | None:
    """The organisation that a new session begins in; None when every membership has ended."""
    found: UUID | None = await database.connection().fetchval(
        "SELECT o.id FROM member m JOIN organisation o ON o.id = m.organisation_id WHERE m.person_id = $1 AND holds(m, $2) ORDER BY o.name LIMIT 1",
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
