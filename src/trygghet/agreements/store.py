"""Remembers approvals. Nothing is deleted: a key that fell stays as history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.agreements.rules import Approval
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Subject
    from trygghet.tenancy import Asking

_OURS = "promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1)"
_COLUMNS = "organisation_id, person_id, person_name, office, content_hash, at, fell_at, fell_why"


async def of_subjects(organisation: UUID, kind: str, subject_ids: Sequence[UUID]) -> dict[UUID, list[Approval]]:
    """All approvals of this kind that the organisation may see, fallen ones too, oldest first."""
    rows = await database.connection().fetch(
        f"SELECT subject_id, {_COLUMNS} FROM approval WHERE {_OURS} AND subject_kind = $2 AND subject_id = ANY($3) ORDER BY at, id",
        organisation,
        kind,
        list(subject_ids),
    )
    found: dict[UUID, list[Approval]] = {one: [] for one in subject_ids}
    for row in rows:
        found[row["subject_id"]].append(Approval(*row[1:]))
    return found


async def turned_elsewhere(organisation: UUID, promise_id: UUID, person_id: UUID) -> bool:
    """Whether this person has ever turned another party's key on anything of the promise."""
    found: bool = await database.connection().fetchval(
        f"SELECT EXISTS (SELECT FROM approval WHERE {_OURS} AND promise_id = $2 AND person_id = $3 AND organisation_id <> $1)",
        organisation,
        promise_id,
        person_id,
    )
    return found


async def add(organisation: UUID, subject: Subject, *, by: Asking, now: dt.datetime) -> None:
    """Writes the party's key, in its own name only."""
    await database.connection().execute(
        "INSERT INTO approval (promise_id, subject_kind, subject_id, content_hash, organisation_id, person_id, person_name, office, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        subject.promise_id,
        subject.kind,
        subject.id,
        subject.content_hash,
        organisation,
        by.person_id,
        by.name,
        by.office_for(Act.APPROVE),
        now,
    )


async def fall(organisation: UUID, subject: Subject, *, whatever: bool, why: str, now: dt.datetime) -> list[Approval]:
    """Lets every live approval of another hash fall, or of `whatever` hash; returns them as they stood."""
    rows = await database.connection().fetch(
        f"UPDATE approval SET fell_at = $4, fell_why = $5 WHERE {_OURS} AND subject_id = $2 AND subject_kind = $6 AND (content_hash <> $3 OR $7)"
        f" AND fell_at IS NULL RETURNING {_COLUMNS}",
        organisation,
        subject.id,
        subject.content_hash,
        now,
        why,
        subject.kind,
        whatever,
    )
    return [Approval(*row) for row in rows]
