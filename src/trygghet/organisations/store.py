"""The organisations, and the register of which police area covers which municipality when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.organisations.rules import Covered

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.organisations.rules import Organisation


async def across_organisations_add(wanted: Organisation, now: dt.datetime) -> UUID | None:
    """A new organisation; None where its short name in addresses is taken, or was another's before and leads to that one."""
    found: UUID | None = await database.connection().fetchval(
        "INSERT INTO organisation (slug, name, short_name, kind, code, created_at) SELECT $1, $2, $3, $4, $5, $6"
        " WHERE NOT EXISTS (SELECT FROM former_slug WHERE slug = $1) ON CONFLICT (slug) DO NOTHING RETURNING id",
        wanted.slug,
        wanted.name,
        wanted.short_name,
        wanted.kind,
        wanted.code,
        now,
    )
    return found


async def across_organisations_rename(organisation_id: UUID, old: str, new: str, now: dt.datetime) -> bool:
    """Another name in addresses, here and wherever residents read it; False where it is another organisation's, or was."""
    link = database.connection()
    if await link.fetchval(
        "SELECT EXISTS (SELECT FROM organisation WHERE slug = $1) OR EXISTS (SELECT FROM former_slug WHERE slug = $1 AND organisation_id <> $2)",
        new,
        organisation_id,
    ):
        return False
    await link.execute("INSERT INTO former_slug (slug, organisation_id, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", old, organisation_id, now)
    await link.execute("UPDATE organisation SET slug = $2 WHERE id = $1", organisation_id, new)
    await link.execute("UPDATE published_promise SET slug = $2, changed_at = $3 WHERE slug = $1", old, new, now)
    await link.execute("UPDATE area_membership SET from_on = from_on WHERE municipality_id = $1", organisation_id)  # what areas publish names it anew
    return True


async def covered(organisation: UUID) -> list[Covered]:
    """Every municipality that this police area covers or covered, or every police area that this municipality is or was in."""
    rows = await database.connection().fetch(
        "SELECT a.id, a.police_id, p.name AS police, a.municipality_id, m.name AS municipality, a.from_on, a.until_on FROM area_membership a"
        " JOIN organisation p ON p.id = a.police_id JOIN organisation m ON m.id = a.municipality_id"
        " WHERE a.police_id = $1 OR a.municipality_id = $1",
        organisation,
    )
    return [Covered(*row) for row in rows]


async def lock(organisation: UUID) -> None:
    """One change of a police area's register at a time."""
    await database.connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", str(organisation))


async def municipalities(organisation: UUID) -> list[tuple[UUID, str]]:
    """Every municipality that uses the product, to choose among; which there are is a public fact. The asker itself is left out."""
    rows = await database.connection().fetch("SELECT id, name FROM organisation WHERE kind = 'municipality' AND id <> $1 ORDER BY name", organisation)
    return [(row["id"], row["name"]) for row in rows]


async def join(organisation: UUID, municipality_id: UUID, first: dt.date, last: dt.date | None) -> None:
    """A municipality comes to this police area."""
    await database.connection().execute(
        "INSERT INTO area_membership (police_id, municipality_id, from_on, until_on) VALUES ($1, $2, $3, $4)",
        organisation,
        municipality_id,
        first,
        last,
    )


async def leave(organisation: UUID, area_membership_id: UUID, last: dt.date) -> None:
    """A municipality's last day in this police area."""
    await database.connection().execute(
        "UPDATE area_membership SET until_on = $3 WHERE police_id = $1 AND id = $2", organisation, area_membership_id, last
    )
