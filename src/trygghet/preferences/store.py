"""What people have chosen about their letters."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from trygghet import database
from trygghet.preferences.rules import Choices

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from uuid import UUID

_SILENCED = "SELECT s.person_id, s.kind FROM silenced_kind s"


async def silenced(organisation: UUID, person_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The kinds that these people of the organisation do not want by mail; who wants all is not in it."""
    return _by_person(
        await database.connection().fetch(
            f"{_SILENCED} WHERE s.person_id = ANY($2::uuid[]) AND EXISTS (SELECT FROM member m WHERE m.organisation_id = $1 AND m.person_id = s.person_id)",
            organisation,
            list(person_ids),
        )
    )


async def across_organisations_silenced(person_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The same for people of any organisations."""
    return _by_person(await database.connection().fetch(f"{_SILENCED} WHERE s.person_id = ANY($1::uuid[])", list(person_ids)))


def _by_person(rows: list[Any]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        found[row["person_id"]].add(row["kind"])
    return {person: frozenset(kinds) for person, kinds in found.items()}


async def across_organisations_choices(person_id: UUID) -> Choices | None:
    """All that somebody has chosen; None when there is nobody with that id."""
    language = await database.connection().fetchval("SELECT language FROM person WHERE id = $1", person_id)
    return Choices(language, (await across_organisations_silenced([person_id])).get(person_id, frozenset())) if language else None


async def across_organisations_set_language(person_id: UUID, language: str) -> None:
    """The language of their letters from now on."""
    await database.connection().execute("UPDATE person SET language = $2 WHERE id = $1", person_id, language)


async def across_organisations_set_silenced(person_id: UUID, kinds: Iterable[str], now: dt.datetime) -> None:
    """They want these kinds no longer by mail, and all others again."""
    kept = list(kinds)
    link = database.connection()
    await link.execute("DELETE FROM silenced_kind WHERE person_id = $1 AND NOT kind = ANY($2::text[])", person_id, kept)
    await link.execute(
        "INSERT INTO silenced_kind (person_id, kind, created_at) SELECT $1, kind, $3 FROM unnest($2::text[]) AS kind ON CONFLICT (person_id, kind) DO NOTHING",
        person_id,
        kept,
        now,
    )
