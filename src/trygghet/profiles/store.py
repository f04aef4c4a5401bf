"""What an organisation says of itself stands in its published row; reports of faults have a table of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.profiles.rules import Fault, Look, Profile, Reported
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.profiles.rules import Crest, Wanted

_PROFILES = """
SELECT id, slug, name, coalesce(colour, '') AS colour, crest_hash, crest_width, crest_height, council, access_email, access_level, shortcomings, assessed_on,
  kind = 'municipality' AS is_municipality, inhabitants, counted_on
FROM published_organisation
"""


async def profile(organisation: UUID) -> Profile:
    """The organisation's own. Raises `NotFound`."""
    row = await database.connection().fetchrow(f"{_PROFILES} WHERE id = $1", organisation)
    if row is None:
        raise NotFound
    return _profile(row)


async def across_organisations_profile(slug: str) -> Profile | None:
    """Of the organisation that has this name in addresses."""
    row = await database.connection().fetchrow(f"{_PROFILES} WHERE slug = $1", slug)
    return _profile(row) if row else None


async def across_organisations_profiles() -> list[Profile]:
    """Of every organisation, in no order."""
    return [_profile(row) for row in await database.connection().fetch(_PROFILES)]


async def across_organisations_crest(slug: str) -> bytes | None:
    """The crest's bytes."""
    found: bytes | None = await database.connection().fetchval("SELECT crest FROM published_organisation WHERE slug = $1", slug)
    return found


async def change(organisation: UUID, wanted: Wanted, *, now: dt.datetime) -> None:
    """Everything but the crest."""
    await database.connection().execute(
        "UPDATE published_organisation SET colour = $2, council = $3, access_email = $4, access_level = $5, shortcomings = $6, assessed_on = $7,"
        " inhabitants = CASE kind WHEN 'municipality' THEN $8::int END, counted_on = CASE kind WHEN 'municipality' THEN $9::date END, changed_at = $10"
        " WHERE id = $1",
        organisation,
        wanted.colour or None,
        wanted.council,
        wanted.email,
        wanted.level,
        wanted.shortcomings,
        wanted.assessed_on,
        wanted.inhabitants,
        wanted.counted_on,
        now,
    )


async def put_crest(organisation: UUID, crest: Crest | None, *, now: dt.datetime) -> None:
    """A new crest, or none."""
    await database.connection().execute(
        "UPDATE published_organisation SET crest = $2, crest_hash = $3, crest_width = $4, crest_height = $5, changed_at = $6 WHERE id = $1",
        organisation,
        crest.body if crest else None,
        crest.sha256 if crest else "",
        crest.width if crest else 0,
        crest.height if crest else 0,
        now,
    )


async def lock_faults(organisation: UUID) -> None:
    """One report at a time for each organisation, so that they are counted right."""
    await database.connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 32))", str(organisation))


async def faults_since(organisation: UUID, network: str, since: dt.datetime) -> tuple[int, int]:
    """How many reports have come since then: from that network, and in all."""
    row = await database.connection().fetchrow(
        "SELECT count(*) FILTER (WHERE network = $2) AS near, count(*) AS every FROM fault_report WHERE organisation_id = $1 AND reported_at >= $3",
        organisation,
        network,
        since,
    )
    return row["near"], row["every"]


async def add_fault(organisation: UUID, fault_id: UUID, fault: Fault, network: str, *, now: dt.datetime) -> bool:
    """Keeps a report; False where it was there already."""
    found = await database.connection().fetchval(
        "INSERT INTO fault_report (id, organisation_id, text, page, email, network, reported_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        fault_id,
        organisation,
        fault.text,
        fault.page,
        fault.email,
        network,
        now,
    )
    return found is not None


async def faults(organisation: UUID, since: dt.datetime) -> list[Reported]:
    """The reports since then, latest first."""
    rows = await database.connection().fetch(
        "SELECT text, page, email, reported_at FROM fault_report WHERE organisation_id = $1 AND reported_at >= $2 ORDER BY reported_at DESC, id LIMIT 50",
        organisation,
        since,
    )
    return [Reported(Fault(row["text"], row["page"], row["email"]), row["reported_at"]) for row in rows]


async def forget_faults(organisation: UUID, before: dt.datetime) -> None:
    """Reports that are older than they are kept."""
    await database.connection().execute("DELETE FROM fault_report WHERE organisation_id = $1 AND reported_at < $2", organisation, before)


async def across_organisations_forget_faults(before: dt.datetime) -> None:
    """The same everywhere."""
    await database.connection().execute("DELETE FROM fault_report WHERE reported_at < $1", before)


def _profile(row: Any) -> Profile:
    look = Look(row["slug"], row["name"], row["colour"], row["crest_hash"], row["crest_width"], row["crest_height"])
    words = (row["council"], row["access_email"], row["access_level"], row["shortcomings"], row["assessed_on"])
    return Profile(row["id"], look, *words, row["is_municipality"], row["inhabitants"], row["counted_on"])
