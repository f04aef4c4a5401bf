"""Who the day's letters are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.digests.rules import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID


async def across_organisations_readers(people: Sequence[UUID], silenced: Mapping[UUID, frozenset[str]]) -> dict[UUID, Reader]:
    """These people, with what each has turned off."""
    rows = await database.connection().fetch("SELECT id, name, email, language FROM person WHERE id = ANY($1::uuid[])", list(people))
    return {row["id"]: Reader(row["id"], row["name"], row["email"], row["language"], silenced.get(row["id"], frozenset())) for row in rows}
