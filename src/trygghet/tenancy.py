"""Who is asking, for which organisation, and what that role may do."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from trygghet import database, swedish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

IDLE = dt.timedelta(hours=8)
ABSOLUTE = dt.timedelta(days=14)
"""A session ends after eight hours without a request, and after fourteen days whatever happens."""


class Role(StrEnum):
    """What a member is in one organisation."""

    LEADER = "leader"
    COORDINATOR = "coordinator"
    REPORTER = "reporter"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What a route does, so far as rights go. Every route names one; a test fails the build where one does not."""

    ANYONE = "anyone"  # residents, and the sign-in page
    MYSELF = "myself"  # one's own sessions and organisations
    READ = "read"
    REPORT = "report"  # record outcomes
    WRITE = "write"  # promises and updates
    COMMENT = "comment"  # say something beside a promise's text, or suggest another
    SHARE = "share"
    APPROVE = "approve"  # turn the organisation's key
    MARK = "mark"  # say that a duty is done
    ASSESS = "assess"  # say how it went, and what the parties say of it together
    FILE = "file"  # keep the matter: its number in one's own diary, all about it as one file
    HAND_OVER = "hand_over"  # let reminders go to somebody else for a time
    SEE_LADDERS = "see_ladders"  # on which days before and after a duty somebody is reminded
    SET_LADDERS = "set_ladders"  # change that
    LEDGER = "ledger"  # see what was sent
    SETTLE = "settle"  # try again, or decide what is unclear
    MANAGE = "manage"  # members
    EXAMPLE = "example"  # the example's clock, mails and posts; nowhere else


MAY: dict[Act, frozenset[Role]] = {
    Act.MYSELF: frozenset(Role),
    Act.READ: frozenset(Role),
    Act.REPORT: frozenset({Role.COORDINATOR, Role.REPORTER}),
    Act.WRITE: frozenset({Role.COORDINATOR}),
    Act.COMMENT: frozenset({Role.LEADER, Role.COORDINATOR}),
    Act.SHARE: frozenset({Role.LEADER, Role.COORDINATOR}),
    Act.APPROVE: frozenset({Role.LEADER}),
    Act.MARK: frozenset({Role.LEADER, Role.COORDINATOR}),
    Act.ASSESS: frozenset({Role.LEADER, Role.COORDINATOR}),
    Act.FILE: frozenset({Role.LEADER, Role.COORDINATOR}),
    Act.HAND_OVER: frozenset({Role.LEADER, Role.COORDINATOR, Role.ADMINISTRATOR}),
    Act.SEE_LADDERS: frozenset({Role.LEADER, Role.COORDINATOR, Role.ADMINISTRATOR}),
    Act.SET_LADDERS: frozenset({Role.LEADER, Role.ADMINISTRATOR}),
    Act.LEDGER: frozenset({Role.LEADER, Role.COORDINATOR, Role.ADMINISTRATOR}),
    Act.SETTLE: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Act.MANAGE: frozenset({Role.ADMINISTRATOR}),
}
"""Rights by role; the table of the domain: a leader signs and does not write, a coordinator writes and does not sign."""


@dataclass(frozen=True)
class Office:
    """An office as somebody holds it: what it lets them do, and how they sign by it."""

    role: Role
    name: str


@dataclass(frozen=True)
class Membership:
    """One of the organisations that a person belongs to.

    `role` and `office` are what they are there first of all; `also` what else they are these days, as when they stand in for somebody.
    """

    organisation_id: UUID
    organisation_name: str
    organisation_short: str
    organisation_slug: str
    organisation_kind: str
    role: Role
    office: str
    also: tuple[Office, ...] = ()

    @property
    def offices(self) -> tuple[Office, ...]:
        """All that they are there today, their own office first."""
        return (Office(self.role, self.office), *self.also)

    @property
    def roles(self) -> frozenset[Role]:
        """Every role that they have there today."""
        return frozenset(one.role for one in self.offices)


@dataclass(frozen=True)
class Asking:
    """The signed-in person, acting for one organisation. `unread` is how much in their inbox there they have not read, 100 for all above.

    `version` is what was committed when they were looked up.
    """

    session_id: UUID
    person_id: UUID
    name: str
    email: str
    here: Membership
    memberships: tuple[Membership, ...]
    unread: int = 0
    version: database.Version | None = None

    @property
    def organisation(self) -> UUID:
        """The tenant: first argument of every store function and action."""
        return self.here.organisation_id

    def may(self, act: Act | str) -> bool:
        """Whether one of the roles that they have here today may do that."""
        return bool(self.here.roles & MAY.get(Act(act), frozenset()))

    def office_for(self, act: Act) -> str:
        """The office by which they do it: a coordinator who stands in for the chief approves as the latter, and writes as the former."""
        able = MAY.get(act, frozenset())
        return next((one.name for one in self.here.offices if one.role in able), self.here.office)


def new_token(key: str) -> str:
    """What a session cookie holds: chance, and a mark by which each process sees without asking anybody that it was given out here."""
    chance = secrets.token_urlsafe(32)
    return f"{chance}.{_mark(chance, key)}"


def was_given_out(token: str, keys: Sequence[str]) -> bool:
    """Whether `new_token` made it, with one of these keys. It says nothing of whether the session still is open."""
    chance, _, mark = token.rpartition(".")
    return any(hmac.compare_digest(mark.encode(), _mark(chance, key).encode()) for key in keys)


def _mark(chance: str, key: str) -> str:
    return hmac.new(key.encode(), f"session:{chance}".encode(), hashlib.sha256).hexdigest()[:32]


def hash_token(token: str) -> bytes:
    """What is stored of a session cookie."""
    return hashlib.sha256(token.encode()).digest()


async def asking(token: str, *, wall: dt.datetime, today: dt.date) -> Asking | None:
    """Who holds this session cookie; None when it is unknown, idle too long, too old, or they hold no office here today.

    Asked at every request, so an office that ended a minute ago opens nothing. Sessions follow the machine's time, offices the product's day.
    """
    async with database.across_organisations() as link:
        rows = await link.fetch(_SESSION, hash_token(token), wall - IDLE, wall - ABSOLUTE, today)
        if not rows:
            return None
        if wall - rows[0]["seen_at"] > dt.timedelta(minutes=5):
            await link.execute("UPDATE session SET seen_at = $2 WHERE id = $1", rows[0]["session_id"], wall)
    return _asking(rows)


_SESSION = f"""
SELECT {database.SNAPSHOT} AS version, s.id AS session_id, s.seen_at, s.organisation_id AS here, p.id AS person_id, p.name, p.email, f.role, f.title, m.acting,
       o.id, o.name AS organisation_name, o.short_name, o.slug, o.kind, unread(s.organisation_id, p.id) AS unread
FROM session s JOIN person p ON p.id = s.person_id JOIN member m ON m.person_id = p.id JOIN office f ON f.id = m.office_id
JOIN organisation o ON o.id = m.organisation_id
WHERE s.token_hash = $1 AND s.seen_at > $2 AND s.created_at > $3 AND holds(m, $4)
ORDER BY o.name, o.id, m.acting, array_position(ARRAY['leader', 'coordinator', 'reporter', 'administrator'], f.role), f.title
"""


def _asking(rows: list[Any]) -> Asking | None:
    memberships = tuple(_membership(list(held)) for _, held in groupby(rows, lambda row: row["id"]))
    here = next((one for one in memberships if one.organisation_id == rows[0]["here"]), None)
    if here is None:
        return None
    first = rows[0]
    version = database.version_of(first["version"])
    return Asking(first["session_id"], first["person_id"], first["name"], first["email"], here, memberships, first["unread"], version)


def _membership(rows: list[Any]) -> Membership:
    first, *also = dict.fromkeys(Office(Role(row["role"]), swedish.signed_as(row["title"], acting=row["acting"])) for row in rows)
    row = rows[0]
    return Membership(row["id"], row["organisation_name"], row["short_name"], row["slug"], row["kind"], first.role, first.name, tuple(also))
