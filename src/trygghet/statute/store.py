"""What a municipality has recorded for the law, as PostgreSQL keeps it: rows are added and never changed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from trygghet import clock, database
from trygghet.statute.rules import Entry, Record

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.tenancy import Asking

_ENTRY = tuple(field.name for field in fields(Entry))


async def municipality(organisation: UUID) -> tuple[str, dt.date] | None:
    """Its name and the day when it came here; None for whoever the law does not speak to."""
    row = await database.connection().fetchrow(
        "SELECT o.name, o.created_at FROM organisation o WHERE o.id = $1 AND o.kind = 'municipality'", organisation
    )
    return (row["name"], clock.day(row["created_at"])) if row else None


async def across_organisations_municipalities() -> list[UUID]:
    """Every municipality."""
    return [row["id"] for row in await database.connection().fetch("SELECT id FROM organisation WHERE kind = 'municipality' ORDER BY id")]


async def lock(organisation: UUID) -> None:
    """One change of an organisation's records at a time."""
    await database.connection().execute("SELECT o.id FROM organisation o WHERE o.id = $1 FOR NO KEY UPDATE", organisation)


async def records(organisation: UUID) -> list[Record]:
    """Every row, in the order in which it was kept, corrected ones too."""
    rows = await database.connection().fetch(
        "SELECT r.* FROM statute_record r WHERE r.organisation_id = $1 ORDER BY r.recorded_at, r.id", organisation
    )
    return [
        Record(
            row["id"],
            Entry(**{name: row[name] for name in _ENTRY}),
            row["withdrawn"],
            row["corrects_id"],
            row["by_name"],
            row["by_office"],
            row["recorded_at"],
        )
        for row in rows
    ]


async def add(
    organisation: UUID,
    entry: Entry,
    form_key: UUID,
    *,
    office: str,
    by: Asking,
    corrects_id: UUID | None = None,
    withdrawn: bool = False,
    now: dt.datetime,
) -> None:
    """One row in the organisation's own name; the same form sent twice is one row."""
    columns = ("organisation_id", *_ENTRY, "withdrawn", "corrects_id", "person_id", "by_name", "by_office", "form_key", "recorded_at")
    entered = (getattr(entry, name) for name in _ENTRY)
    values = (organisation, *entered, withdrawn, corrects_id, by.person_id, by.name, office, form_key, now)
    await database.connection().execute(
        f"INSERT INTO statute_record ({', '.join(columns)}) VALUES ({', '.join(f'${place}' for place in range(1, len(columns) + 1))})"
        " ON CONFLICT (organisation_id, form_key) DO NOTHING",
        *values,
    )
