"""What being well means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `wrong` is empty when it is well; then `found` may say how it is. `mend` says what to do."""

    name: str
    wrong: str = ""
    mend: str = ""
    found: str = ""
    to_know: bool = False
    """It is as it is on purpose, or not: `found` is worth a look, and `mend` says what to do if it is not meant."""

    @property
    def mark(self) -> str:
        """What the line begins with."""
        return "FEL" if self.wrong else "obs" if self.to_know else "bra"


@dataclass(frozen=True)
class Queue:
    """The deliveries of all organisations: how many in each state, and how long the oldest one has been due, in seconds."""

    by_state: dict[str, int]
    oldest_due_seconds: float


def is_ready(checks: list[Check]) -> bool:
    """Whether requests may be sent here."""
    return not any(check.wrong for check in checks)


def is_readable(checks: list[Check]) -> bool:
    """Whether what is stored can be read: the migrations have run, and the account may act as the roles."""
    return any(check.name == ROLES and not check.wrong for check in checks)


@dataclass(frozen=True)
class Role:
    """One of the roles that units of work act as. Missing when `exists` is false."""

    name: str
    exists: bool
    too_strong: bool
    """A superuser, or one that passes row level security by."""
    ours: bool
    """Whether the account in DATABASE_URL may act as it."""


@dataclass(frozen=True)
class Walls:
    """What PostgreSQL says of itself and of the second wall."""

    version: int
    """server_version_num: 180006."""
    missing: tuple[str, ...]
    """Migrations that have not run."""
    roles: tuple[Role, ...]
    open_tables: tuple[str, ...]
    """Tables where row level security is not on, or is not forced."""
    seconds_off: float
    """How far its clock is ahead of ours."""


ROLES = "roller"
"""The check that is made only where the database answers and has its tables."""
OLDEST_POSTGRESQL = 150000
CLOCK_SLACK = 5.0
"""Seconds that two machines may differ: leases are long, so this is a sign and not yet a fault."""


def judge(walls: Walls) -> list[Check]:
    """What is wrong with the database, and how it is mended."""
    old = walls.version < OLDEST_POSTGRESQL
    found = [
        Check(
            "databasen",
            f"PostgreSQL är version {walls.version // 10000}, och 15 är den äldsta som duger." if old else "",
            "Uppgradera PostgreSQL.",
            f"PostgreSQL {walls.version // 10000}.{walls.version % 10000}",
        ),
        Check("migreringar", f"De här har inte körts: {', '.join(walls.missing)}." if walls.missing else "", "Kör trygghet migrate."),
    ]
    if walls.missing:
        return found  # roles and tables come with the migrations
    off = abs(walls.seconds_off)
    return [
        *found,
        _roles(walls.roles),
        Check(
            "organisationernas vägg",
            f"Radskyddet är inte påtvingat i: {', '.join(walls.open_tables)}." if walls.open_tables else "",
            "Kör för varje tabell: ALTER TABLE … ENABLE ROW LEVEL SECURITY; ALTER TABLE … FORCE ROW LEVEL SECURITY;",
        ),
        Check(
            "databasens klocka",
            f"Den går {off:.0f} s {'före' if walls.seconds_off > 0 else 'efter'} datorns." if off > CLOCK_SLACK else "",
            "Ställ båda efter samma tidsserver, till exempel med systemd-timesyncd eller chrony.",
        ),
    ]


def _roles(roles: tuple[Role, ...]) -> Check:
    for role in roles:
        if not role.exists:
            return Check(
                ROLES,
                f"Rollen {role.name} finns inte.",
                f"Kör: CREATE ROLE {role.name} NOLOGIN NOBYPASSRLS; och ge den samma rättigheter som migreringarna.",
            )
        if role.too_strong:
            return Check(ROLES, f"Rollen {role.name} går förbi organisationernas vägg.", f"Kör: ALTER ROLE {role.name} NOSUPERUSER NOBYPASSRLS;")
        if not role.ours:
            return Check(ROLES, f"Kontot i DATABASE_URL får inte agera som {role.name}.", f"Kör som databasens ägare: GRANT {role.name} TO kontot;")
    return Check(ROLES)
