"""Who is asking, for which organisation, and what that role may do."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trygghet import clock, database

if TYPE_CHECKING:
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
    SHARE = "share"
    APPROVE = "approve"  # turn the organisation's key
    MARK = "mark"  # say that a duty is done
    LEDGER = "ledger"  # see what was sent
    SETTLE = "settle"  # try again, or decide what is unclear
    MANAGE = "manage"  # members
    EXAMPLE = "example"  # the example's clock, mails and posts; nowhere else


MAY: dict[Act, frozenset[Role]] = {
    Act.MYSELF: frozenset(Role),
    Act.READ: frozenset({Role.LEADER, Role.COORDINATOR, Role.REPORTER}),
    Act.REPORT: frozenset({Role.COORDINATOR, Role.REPORTER}),
    Act.WRITE: frozenset({Role.COORDINATOR}),
    Act.SHARE: frozenset({Role.LEADER, Role.COORDINATOR}),
    Act.APPROVE: frozenset({Role.LEADER}),
    Act.MARK: frozenset({Role.LEADER, Role.COORDINATOR}),
    Act.LEDGER: frozenset({Role.LEADER, Role.COORDINATOR, Role.ADMINISTRATOR}),
    Act.SETTLE: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Act.MANAGE: frozenset({Role.ADMINISTRATOR}),
}
"""Rights by role; the table of the domain: a leader signs and does not write, a coordinator writes and does not sign."""


@dataclass(frozen=True)
class Membership:
    """One of the organisations that a person belongs to."""

    organisation_id: UUID
    organisation_name: str
    organisation_short: str
    organisation_slug: str
    organisation_kind: str
    role: Role
    office: str


@dataclass(frozen=True)
class Asking:
    """The signed-in person, acting for one organisation."""

    session_id: UUID
    person_id: UUID
    name: str
    email: str
    here: Membership
    memberships: tuple[Membership, ...]

    @property
    def organisation(self) -> UUID:
        """The tenant: first argument of every store function and action."""
        return self.here.organisation_id

    def may(self, act: Act | str) -> bool:
        """Whether this role may do that here."""
        return self.here.role in MAY.get(Act(act), frozenset())


def hash_token(token: str) -> bytes:
    """What is stored of a session cookie."""
    return hashlib.sha256(token.encode()).digest()


async def asking(token: str, *, wall: dt.datetime) -> Asking | None:
    """Who holds this session cookie; None when it is unknown, idle too long, too old, or the membership has ended."""
    async with database.across_organisations() as link:
        rows = await link.fetch(_SESSION, hash_token(token), wall - IDLE, wall - ABSOLUTE, clock.day(wall))
        if not rows:
            return None
        if wall - rows[0]["seen_at"] > dt.timedelta(minutes=5):
            await link.execute("UPDATE session SET seen_at = $2 WHERE id = $1", rows[0]["session_id"], wall)
    return _asking(rows)


_SESSION = """
SELECT s.id AS session_id, s.seen_at, s.organisation_id AS here, p.id AS person_id, p.name, p.email, m.role, m.office,
       o.id, o.name AS organisation_name, o.short_name, o.slug, o.kind
FROM session s JOIN person p ON p.id = s.person_id JOIN member m ON m.person_id = p.id JOIN organisation o ON o.id = m.organisation_id
WHERE s.token_hash = $1 AND s.seen_at > $2 AND s.created_at > $3 AND (m.until_on IS NULL OR m.until_on >= $4)
ORDER BY o.name
"""


def _asking(rows: list[Any]) -> Asking | None:
    all_of_them = tuple(
        Membership(row["id"], row["organisation_name"], row["short_name"], row["slug"], row["kind"], Role(row["role"]), row["office"]) for row in rows
    )
    here = next((one for one in all_of_them if one.organisation_id == rows[0]["here"]), None)
    if here is None:
        return None
    return Asking(rows[0]["session_id"], rows[0]["person_id"], rows[0]["name"], rows[0]["email"], here, all_of_them)
